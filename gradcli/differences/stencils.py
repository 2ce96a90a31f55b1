"""Finite differences of one fixed step: forward, backward and central, of any order, each with an error that holds.

Source: Fornberg, Generation of finite difference formulas on arbitrarily spaced grids, Math. Comp. 51 (1988) 699.
"""

from __future__ import annotations

from math import fsum, isfinite, prod

from gradcli.differences.extrapolation import EPSILON, weights_of_constant
from gradcli.differences.one_sided import said
from gradcli.differences.plan import Slope
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.differences.plan import Plan
    from gradcli.differences.steps import Axis, Search

HIGHEST = 16
"""Order of accuracy."""


def first_derivative_weights(places: Sequence[int]) -> list[float]:
    """w with Σ w·p(place) = p'(0) for all polynomials p of a degree below the number of places; one place is 0.

    The derivative of Lagrange's polynomials at 0; the weight of 0 itself makes the sum 0.

    Example:
        >>> first_derivative_weights([-1, 0, 1])
        [-0.5, 0.0, 0.5]
    """
    weights = {}
    for k in places:
        if k:
            others = [i for i in places if i not in (k, 0)]
            weights[k] = prod(-i for i in others) / (k * prod(k - i for i in others))
    weights[0] = -fsum(weights.values())
    return [weights[k] for k in places]


class Stencil(NamedTuple):
    """Places in steps from the point, and those of the next order, whose change tells the error."""

    places: tuple[int, ...]
    wider: tuple[int, ...]
    order: int


def stencil_of(plan: Plan) -> Stencil:
    """The stencil of a plan. Raises GradcliError for an order that its scheme does not have."""
    scheme = "central" if plan.scheme == "adaptive" else plan.scheme
    order = plan.order if plan.order is not None else 2 if scheme == "central" else 1
    if not 1 <= order <= HIGHEST:
        raise GradcliError("usage", f"the order is 1 to {HIGHEST}, not {order}")
    if scheme == "central":
        if order % 2:
            raise GradcliError("usage", f"central differences have even orders, not {order}", hint="--order 2, 4, 6, …")
        half = order // 2
        return Stencil(tuple(range(-half, half + 1)), tuple(range(-half - 1, half + 2)), order)
    sign = 1 if scheme == "forward" else -1
    return Stencil(tuple(sign * k for k in range(order + 1)), tuple(sign * k for k in range(order + 2)), order)


class Fixed:
    """One derivative from one step."""

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.stencil = stencil_of(axis.plan)
        self.result = Slope(None)

    def step(self) -> float:
        """What the plan says; else the balance of rounding and truncation for this order."""
        plan, size = self.axis.plan, abs(self.axis.x) or 1.0
        if plan.step is not None:
            return abs(plan.step)
        if plan.relative_step is not None:
            return abs(plan.relative_step) * size
        return EPSILON ** (1 / (self.stencil.order + 1)) * size  # type: ignore[no-any-return]

    def run(self) -> Search:
        """Evaluate the stencil and the places of the next order."""
        axis, h = self.axis, self.axis.exact(self.step())
        places = [axis.x + k * h for k in self.stencil.wider]
        if h > 0:
            yield from axis.ask([y for y, k in zip(places, self.stencil.wider, strict=True) if k])
        values = [axis.f0 if k == 0 else axis.value(y) for y, k in zip(places, self.stencil.wider, strict=True)]
        by_place = dict(zip(self.stencil.wider, values, strict=True))
        if h <= 0 or any(by_place[k] is None for k in self.stencil.places):
            self.result = self.missing(h)
            return
        known = {k: value for k, value in by_place.items() if value is not None}
        self.result = self.slope(known, h)

    def slope(self, values: dict[int, float], h: float) -> Slope:
        """The difference quotient, with the change of the next order and the rounding as its error."""
        try:
            slope = self.quotients_of(values, h)
        except (OverflowError, ValueError):
            return self.beyond(h)
        return slope if isfinite(slope.value or 0.0) and isfinite(slope.error or 0.0) else self.beyond(h)

    def beyond(self, h: float) -> Slope:
        """The differences, or their quotient by the step, are beyond float64."""
        message = f"the difference quotient at {self.name} = {said(self.axis.x)} is beyond float64, step {h:.3g}"
        return Slope(None, None, None, None, "overflow", message, h)

    def quotients_of(self, values: dict[int, float], h: float) -> Slope:
        """Value and error, which may overflow."""
        value = self.quotient(values, self.stencil.places, h)
        weights = first_derivative_weights(self.stencil.places)
        noise = fsum(abs(w) * self.axis.noise(values[k]) for w, k in zip(weights, self.stencil.places, strict=True)) / h
        wide = tuple(k for k in self.stencil.wider if k in values)
        change = abs(value - self.quotient(values, wide, h)) if len(wide) > len(self.stencil.places) else abs(value)
        error = 2 * change + noise + self.corner(values, h) / 2 + EPSILON * abs(value)
        return Slope(value, error, step=h, study=((h, value, error),))

    def quotient(self, values: dict[int, float], places: Sequence[int], h: float) -> float:
        """The derivative of the polynomial through these places."""
        weights = first_derivative_weights(places)
        return fsum(w * (values[k] - self.axis.f0) for w, k in zip(weights, places, strict=True)) / h

    def corner(self, values: dict[int, float], h: float) -> float:
        """Slope on the right less slope on the left, as h -> 0: 0 to rounding where there is no kink."""
        both = [k for k in values if k > 0 and -k in values]
        if len(both) < 2:
            return 0.0
        weights = weights_of_constant([float(k) for k in both])
        bends = [((values[k] - self.axis.f0) + (values[-k] - self.axis.f0)) / (k * h) for k in both]
        return abs(fsum(w * bend for w, bend in zip(weights, bends, strict=True)))

    def missing(self, h: float) -> Slope:
        """A place of the stencil has no value."""
        place = f"{self.name} = {said(self.axis.x)}"
        if h <= 0:
            message = f"the step is too small to change {place}"
        elif self.axis.exhausted:
            message = f"the evaluations allowed are too few for the slope at {place}"
        else:
            message = f"the function has no value at a place of the stencil around {place}, step {h:.3g}"
        return Slope(None, None, None, None, "undecided", message, h)
