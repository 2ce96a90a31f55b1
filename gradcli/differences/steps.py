"""Steps and pairs: f(x ± h) along one variable, at steps that float64 holds exactly, on a ladder of ratio 1.6.

A search asks by yielding `Ask`; whoever drives it evaluates the places and lets it go on. All outputs of a function
share the evaluations of a variable.
Sources: Oliver, J. Comput. Appl. Math. 6 (1980) 145 and Press et al., Numerical Recipes, section 5.7, for exact steps.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from math import copysign, inf, isfinite, ulp

from gradcli.differences.evidence.resolution import KeptDigits
from gradcli.differences.extrapolation import EPSILON, Sample
from gradcli.differences.plan import Plan
from gradcli.records import NamedTuple

RATIO = 1.6018
"""Between neighbouring rungs; not 8/5, for functions whose arguments or values are on a grid see no grid then."""

FIRST = 0.1245
"""The first step, of |x| or of 1. No power of 2 or 10: such steps meet the periods that people write."""

INNER, INNER_MOST = 0.5, 200
"""Values inside f are rounded too: as if x had this part of EPSILON, but no more than so many times what f rounds."""

TINY = 2.0**-1074


class Ask(NamedTuple):
    """Coordinates at which the function is needed, and others that will probably be needed next."""

    places: tuple[float, ...]
    likely: tuple[float, ...] = ()


Search = Generator[Ask, None, None]


class Pair(NamedTuple):
    """f(x + h), f(x - h) and what follows: odd = half the difference, even = f(x + h) - 2 f(x) + f(x - h)."""

    h: float
    right: float
    left: float
    odd: float
    even: float
    noise: float
    even_noise: float

    @property
    def slope(self) -> float:
        """The central difference."""
        return self.odd / self.h

    @property
    def slope_noise(self) -> float:
        """Its rounding error."""
        return self.noise / self.h

    @property
    def is_flat(self) -> bool:
        """Does the function not change at all?"""
        return self.odd == 0 == self.even

    def central(self) -> Sample:
        """The slope as a sample of an even function of h."""
        return Sample(self.h, self.slope, self.slope_noise, self.even / self.h, self.even_noise / self.h)

    def bend(self) -> Sample:
        """Slope on the right less slope on the left."""
        return Sample(self.h, self.even / self.h, self.even_noise / self.h, self.slope, self.slope_noise)


class Axis:
    """One output along one variable through the point.

    values     coordinate -> outputs there (None: no evaluation succeeded), shared by all outputs
    spread     noise of the function's values beyond rounding, known or measured
    relative   the same as a part of a value, where it grows with the values
    blur       by how much the function may round its argument
    kept       the digits that the values have, where they have few
    exhausted  no more evaluations are allowed
    """

    def __init__(
        self,
        x: float,
        f0: float,
        index: int,
        values: Mapping[float, tuple[float, ...] | None],
        bounds: tuple[float, float] = (-inf, inf),
        plan: Plan | None = None,
    ) -> None:
        self.x, self.f0, self.index, self.values = x, f0, index, values
        self.low, self.high = bounds
        self.plan = plan or Plan()
        self.spread = self.plan.spread or 0.0
        self.relative = 0.0
        self.blur = 0.0
        self.kept: KeptDigits | None = None
        self.exhausted = False
        self.pairs: dict[float, Pair] = {}
        self.in_order: Sequence[Pair] | None = None
        self.failed_side = 1

    def exact(self, raw: float) -> float:
        """The step next to `raw` for which x ± h are float64s; 0 where there is none."""
        y = self.x + copysign(raw, self.x)
        h = abs(y - self.x)
        return h if isfinite(h) else 0.0

    def value(self, y: float) -> float | None:
        """The output at a coordinate; None where it has none, or where it was not evaluated."""
        found = self.values.get(y)
        if found is None:
            return None
        value = found[self.index]
        return value if isfinite(value) else None

    def is_inside(self, y: float) -> bool:
        """May the function be evaluated there?"""
        return isfinite(y) and self.low <= y <= self.high

    def noise(self, *values: float) -> float:
        """The error of a value of this size."""
        size = max(map(abs, values))
        rounded = 0.0 if self.kept is None else self.kept.noise(size)
        return max(EPSILON * size, self.relative * size, self.spread, rounded, TINY)

    def pair(self, h: float) -> Pair | None:
        """The pair at a step, if both values are there."""
        right, left = self.value(self.x + h), self.value(self.x - h)
        if right is None or left is None or not isfinite(right - left):
            return None
        even = (right - self.f0) + (left - self.f0)
        if not isfinite(even):
            return None
        noise, centre = self.noise(right, left), self.noise(self.f0)
        shift = (ulp(self.x + h) + ulp(self.x - h)) / 4 if h > abs(self.x) > 0 else 0.0  # steps that round
        noise += abs(right - left) / h * shift
        if self.blur:
            noise = max(noise, self.blur * (max(abs(right - self.f0), abs(left - self.f0)) / h))
        inner = min(INNER * abs(self.x) / h * abs(right / 2 - left / 2), INNER_MOST * max(abs(right), abs(left)))
        slope_noise = max(noise, EPSILON * inner)
        return Pair(h, right, left, (right - left) / 2, even, slope_noise, 2 * (noise + centre))

    def refresh(self) -> None:
        """Make the pairs anew, for another noise."""
        for h in list(self.pairs):
            pair = self.pair(h)
            if pair is not None:
                self.pairs[h] = pair
        self.in_order = None

    def ascending(self) -> Sequence[Pair]:
        """All pairs, steps ascending; the same sequence until there is another pair."""
        if self.in_order is None:
            self.in_order = tuple([self.pairs[h] for h in sorted(self.pairs)])
        return self.in_order

    def fetch(self, *raw: float, likely: tuple[float, ...] = ()) -> Generator[Ask, None, list[Pair | None]]:
        """The pairs at these steps; None where a side has no value or the step is too small for float64.

        The side that failed last is asked first: where it fails again, the other is not needed.
        """
        steps = [self.exact(h) for h in raw]
        first = [self.x + self.failed_side * h for h in steps if h > 0]
        doubtful = len(self.pairs) == 0 and any(self.value(self.x + self.failed_side * h) is None for h in self.tried)
        second = [self.x - self.failed_side * h for h in steps if h > 0]
        ahead = tuple(y for h in likely for y in self.sides(self.exact(h)))
        yield from self.ask([*first] if doubtful else [*first, *second], ahead)
        if doubtful:
            yield from self.ask([y for y, start in zip(second, first, strict=True) if self.value(start) is not None])
        return [self.enter(h) for h in steps]

    @property
    def tried(self) -> list[float]:
        """The distances at which the side that failed last was evaluated."""
        return [abs(y - self.x) for y in self.values if (y - self.x) * self.failed_side > 0]

    def sides(self, h: float) -> tuple[float, ...]:
        """Both places of a step."""
        return (self.x + h, self.x - h) if h > 0 else ()

    def enter(self, h: float) -> Pair | None:
        """Keep the pair at a step."""
        if h <= 0:
            return None
        pair = self.pair(h)
        if pair is not None:
            self.pairs[h] = pair
            self.in_order = None
        else:
            self.failed_side = 1 if self.value(self.x + h) is None else -1
        return pair

    def ask(self, places: list[float], likely: tuple[float, ...] = ()) -> Search:
        """Have the function evaluated where it was not yet, and may be."""
        wanted = tuple(y for y in dict.fromkeys(places) if y not in self.values and self.is_inside(y))
        if wanted and not self.exhausted:
            yield Ask(wanted, tuple(y for y in likely if y not in self.values and self.is_inside(y)))


def rungs(factor: float) -> float:
    """The power of the ratio next to a factor, as a factor."""
    count, size = 0, 1.0
    while size * RATIO**0.5 < factor and count < 100:
        count, size = count + 1, size * RATIO
    return size
