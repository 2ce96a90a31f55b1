"""Finite differences in doubles: numbers with errors that hold, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

import pytest

from gradcli import GradcliError, grad, hessian
from gradcli.differences.driver import slopes
from gradcli.differences.extrapolation import Sample, Windows, weights_of_constant
from gradcli.differences.noise import noise_of_values
from gradcli.differences.plan import Plan, Slope
from gradcli.differences.second import curvatures
from gradcli.differences.stencils import first_derivative_weights

Function = Callable[..., float]


def batch_of(f: Function) -> Callable[[Sequence[tuple[float, ...]]], list[tuple[float, ...] | None]]:
    """A function as a batch; what it raises is no value."""

    def one(point: tuple[float, ...]) -> tuple[float, ...]:
        try:
            return (f(*point),)
        except (ValueError, ArithmeticError):
            return (math.nan,)

    return lambda points: [one(point) for point in points]


def slope_of(f: Function, x: float, plan: Plan | None = None) -> Slope:
    """The derivative of a function of one variable."""
    return slopes(batch_of(f), (x,), ["x"], plan).rows[0][0]


@pytest.mark.parametrize(
    ("f", "x", "truth"),
    [
        (math.exp, 1.0, math.e),
        (math.sin, 1e6, math.cos(1e6)),
        (lambda x: math.sin(1e6 * x), 0.0, 1e6),
        (math.log, 1e20, 1e-20),
        (lambda x: 1 / x, 1e-10, -1e20),
        (lambda x: x + math.sin(1024 * math.pi * x), 0.5, 1 + 1024 * math.pi),
        (lambda x: x * abs(x), 0.0, 0.0),
        (lambda x: abs(x - 1.001) + math.exp(x), 1.0, math.e - 1),
        (lambda x: math.sqrt(1 - x), 0.99, -5.0),
        (lambda x: x * x, 1e150, 2e150),
        (lambda x: 3.0, 2.0, 0.0),
    ],
)
def test_the_error_holds_and_the_number_is_good(f: Function, x: float, truth: float) -> None:
    """Scales, ripples, aliasing, C1 points and narrow domains: right to 1e-9 and within the stated error."""
    found = slope_of(f, x)
    assert found.value is not None
    assert found.error is not None
    assert abs(found.value - truth) <= found.error + 2e-16 * abs(truth)
    assert found.error <= 1e-8 * abs(truth) + 1e-14


@pytest.mark.parametrize(
    ("f", "x", "kind", "left", "right"),
    [
        (abs, 0.0, "not-differentiable", -1.0, 1.0),
        (lambda x: abs(x - 1) + x * x, 1.0, "not-differentiable", 1.0, 3.0),
        (lambda x: 1e-10 * abs(x - 1) + math.exp(x), 1.0, "not-differentiable", math.e, math.e),
        (lambda x: float(x > 0), 0.0, "not-differentiable", None, None),
        (lambda x: 5.0 if x == 1 else x * x, 1.0, "not-differentiable", None, None),
        (lambda x: math.sqrt(abs(x)), 0.0, "infinite", None, None),
        (lambda x: math.copysign(abs(x) ** (1 / 3), x), 0.0, "infinite", None, None),
        (math.sqrt, 0.0, "infinite", None, None),
        (math.log, -1.0, "undefined", None, None),
        (lambda x: x * math.sin(1 / x) if x else 0.0, 0.0, "undecided", None, None),
    ],
)
def test_where_there_is_no_derivative_it_says_so(
    f: Function, x: float, kind: str, left: float | None, right: float | None
) -> None:
    """Kinks (also faint ones), jumps and infinite slopes have no value, but their one-sided slopes."""
    found = slope_of(f, x)
    assert (found.value, found.kind) == (None, kind)
    assert found.left == (left if left is None else pytest.approx(left, rel=1e-8))
    assert found.right == (right if right is None else pytest.approx(right, rel=1e-8))
    assert found.message


def test_generated_functions_are_covered() -> None:
    """Of 200 random polynomials times exponentials, every error holds."""
    random = Random(4)
    for _ in range(200):
        a, b, c, x = (random.uniform(-2, 2) for _ in range(4))

        def f(t: float, a: float = a, b: float = b, c: float = c) -> float:
            return (a * t * t + b) * math.exp(c * t)

        truth = (2 * a * x + c * (a * x * x + b)) * math.exp(c * x)
        found = slope_of(f, x)
        assert found.value is not None
        assert found.error is not None
        assert abs(found.value - truth) <= found.error + 1e-15 * abs(truth)


def test_a_bound_is_never_crossed() -> None:
    """With bounds the one-sided slope is the answer, and nothing is evaluated outside."""
    seen: list[float] = []

    def f(x: float) -> float:
        seen.append(x)
        return math.exp(x)

    found = slope_of(f, 1.0, Plan(bounds=((1.0, 3.0),)))
    assert min(seen) >= 1.0
    assert max(seen) <= 3.0
    assert found.value == pytest.approx(math.e, rel=1e-9)
    assert found.note


def test_evaluations_are_limited_and_shared() -> None:
    """`max_evaluations` is kept, and several outputs cost no more than one with the same steps."""
    calls = 0

    def both(points: Sequence[tuple[float, ...]]) -> list[tuple[float, ...] | None]:
        nonlocal calls
        calls += len(points)
        return [(math.exp(x), 2 * math.exp(x)) for (x,) in points]

    found = slopes(both, (1.0,), ["x"], Plan(max_evaluations=9))
    assert calls == found.evaluations <= 9
    calls = 0
    assert slopes(both, (1.0,), ["x"]).evaluations == calls <= 17


@pytest.mark.parametrize(("scheme", "order"), [("central", 2), ("central", 6), ("forward", 1), ("backward", 3)])
def test_fixed_schemes_state_an_error_that_holds(scheme: str, order: int) -> None:
    """One step, any order: |value - truth| <= error, and a corner under a central scheme is not answered with 0 ± 0."""
    plan = Plan(scheme=scheme, order=order)  # type: ignore[arg-type]
    for f, x, truth in ((math.exp, 1.0, math.e), (math.sin, 3.0, math.cos(3.0)), (math.log, 0.01, 100.0)):
        found = slope_of(f, x, plan)
        assert found.value is not None
        assert found.error is not None
        assert 0 < abs(found.value - truth) <= found.error < 1e-3 * abs(truth)
    if scheme == "central":
        error = slope_of(abs, 0.0, plan).error
        assert error is not None
        assert error >= 1.0


def test_a_central_scheme_has_even_orders() -> None:
    """An odd order is an error with a hint."""
    with pytest.raises(GradcliError, match="even"):
        slope_of(math.exp, 1.0, Plan(scheme="central", order=3))


def test_known_noise_is_balanced() -> None:
    """With noise of 1e-6 the error is near the best possible, holds, and seven and six evaluations suffice for each."""
    random = Random(1)
    covered = 0
    for _ in range(40):
        x = random.uniform(0.5, 2)
        found = slopes(batch_of(lambda t: math.exp(t) + random.gauss(0, 1e-6)), (x,), ["x"], Plan(noisy=True))
        slope = found.rows[0][0]
        assert slope.value is not None
        assert slope.error is not None
        covered += abs(slope.value - math.exp(x)) <= slope.error < 0.01 * math.exp(x)
        assert found.evaluations <= 25
    assert covered >= 38


def test_noise_is_told_from_smooth_values() -> None:
    """ECnoise sees noise of a known size, and none in a straight line."""
    random = Random(2)
    level, verdict = noise_of_values([1 + 1e-3 * k + random.gauss(0, 1e-5) for k in range(7)])
    assert verdict == "noise"
    assert 2e-6 < level < 5e-5
    assert noise_of_values([1.0] * 7)[1] == "flat"


def test_second_derivatives_are_covered_and_jumps_seen() -> None:
    """The Hessian with errors that hold; x|x| has no second derivative at 0, and Schwarz's example no mixed one."""
    found = curvatures(batch_of(lambda x, y: math.exp(x * y)), (0.7, 1.3), ["x", "y"])
    e = math.exp(0.91)
    for entry, truth in zip((found.rows[0][0], found.rows[0][1]), (1.69 * e, 1.91 * e), strict=True):
        assert entry.value is not None
        assert entry.error is not None
        assert abs(entry.value - truth) <= entry.error + 1e-14 < 1e-9
    assert curvatures(batch_of(lambda x: x * abs(x)), (0.0,), ["x"]).rows[0][0].kind == "not-differentiable"
    schwarz = batch_of(lambda x, y: x * y * (x * x - y * y) / (x * x + y * y) if x or y else 0.0)
    assert curvatures(schwarz, (0.0, 0.0), ["x", "y"]).rows[0][1].value is None


def test_weights_are_exact_for_polynomials() -> None:
    """Stencils, kinks and windows: each set of weights does what it promises."""
    places = [-2, -1, 0, 1, 2]
    weights = first_derivative_weights(places)
    assert sum(w * k**3 for w, k in zip(weights, places, strict=True)) == pytest.approx(0, abs=1e-12)
    assert sum(w * k for w, k in zip(weights, places, strict=True)) == pytest.approx(1)
    steps = [1.0, 1.6, 2.56]
    lean = weights_of_constant(steps)
    assert sum(lean) == pytest.approx(1)
    assert sum(w * h**3 for w, h in zip(lean, steps, strict=True)) == pytest.approx(0, abs=1e-12)
    (window,) = Windows((2,)).of([Sample(h, 2 + h**2 - h**4, 1e-16) for h in (0.1, 0.16, 0.256)])
    assert window.value == pytest.approx(2, abs=1e-14)


def test_the_method_answers_for_expressions() -> None:
    """`precision="double"` gives what one's own code would see, with errors, for scalars and arrays."""
    found = grad("sin(x)*y", at=(1, 2), method="fd", precision="double")
    assert found.gradient is not None
    assert found.error is not None
    assert abs(found.gradient["x"] - 2 * math.cos(1)) <= found.error["x"] > 1e-17  # type: ignore[operator]
    assert grad("norm(x)**2", at={"x": [1, 2]}, method="fd", precision="double").error["x"][0] > 1e-16  # type: ignore[index,operator]
    assert grad("abs(x)", at=0, method="fd", precision="double").numbers.problems[0].kind == "not-differentiable"
    assert hessian("x**2*y", at=(1, 2), method="fd", precision="double").hessian[0][1] == pytest.approx(2, rel=1e-9)  # type: ignore[index]


@pytest.mark.parametrize("allowed", [1, 2, 3, 5, 8])
def test_refused_evaluations_are_no_border(allowed: int) -> None:
    """Where evaluations run out, what is missing is not taken for the end of a domain."""
    found = slopes(
        lambda points: [(x * y * y,) for x, y in points], (1.0, 2.0), ["x", "y"], Plan(max_evaluations=allowed)
    )
    assert found.evaluations <= allowed
    for slope in found.rows[0]:
        assert slope.value is not None or "evaluations allowed are too few" in slope.message


def test_at_a_border_the_slope_from_inside_is_the_answer() -> None:
    """Where the function ends, its one-sided slope is answered, and the note says that it is one-sided."""
    found = slope_of(lambda x: math.exp(x) if x >= 1 else math.nan, 1.0)
    assert (found.kind, found.left, found.border) == (None, None, True)
    assert found.value == pytest.approx(math.e, abs=found.error)
    assert "one-sided: the slope from the right" in found.note
