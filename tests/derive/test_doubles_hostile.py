"""Finite differences of functions that no one would differentiate: every search ends, with numbers or a reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import pytest

from gradcli.differences.driver import slopes
from gradcli.differences.plan import Plan, Slope
from gradcli.differences.second import curvatures

POINTS = (0.0, -0.0, 5e-324, 1e-310, 1e-200, 1e-8, 1.0, -3.3, 1e17, 1.7e308, -1.7e308)
PLANS = (
    Plan(),
    Plan(cautious=True),
    Plan(noisy=True, width=8),
    Plan(spread=1e-3),
    Plan(scheme="central", order=4),
    Plan(scheme="forward", step=1e-300),
    Plan(step=5.0),
)
MOST = 500
"""Evaluations of one variable; 387 is the most ever seen."""


def mixed(x: float) -> int:
    """A whole number that changes without reason."""
    return hash((x, 1)) % 1009


FUNCTIONS: dict[str, Callable[[float, float, Random], float]] = {
    "constant": lambda x, at, random: 3.0,
    "nowhere else": lambda x, at, random: 1.0 if x == at else math.nan,
    "almost nowhere": lambda x, at, random: x if x == at or mixed(x) % 7 == 0 else math.nan,
    "huge": lambda x, at, random: 1.7e308 * math.sin(math.fmod(x, 10)),
    "huge and random sign": lambda x, at, random: 1.7e308 if mixed(x) % 2 else -1.7e308,
    "stairs": lambda x, at, random: math.floor(10 * math.fmod(x, 100)),
    "step": lambda x, at, random: float(x > at),
    "random": lambda x, at, random: random.random(),
    "random of any size": lambda x, at, random: random.gauss(0, 1) * 10 ** random.uniform(-300, 300),
    "denormal": lambda x, at, random: 5e-324 * (mixed(x) % 5),
    "tiny slope": lambda x, at, random: x * 1e-310,
    "flat to all orders": lambda x, at, random: math.exp(-1 / (x * x)),
    "steep power": lambda x, at, random: x**101,
    "corner": lambda x, at, random: abs(x),
    "infinite on one side": lambda x, at, random: math.inf if x > at else 1.0,
    "oscillating": lambda x, at, random: math.sin(1 / x),
}


@pytest.mark.parametrize("plan", PLANS, ids=range(len(PLANS)))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_search_ends_with_numbers_or_a_reason(name: str, plan: Plan) -> None:
    """At most 500 evaluations; a value is finite and has a finite error, and where there is none a kind says why."""
    index = PLANS.index(plan)
    for at in POINTS[index % 3 :: 3] if index else POINTS:
        random = Random(5)

        def one(x: float, at: float = at, random: Random = random) -> tuple[float, ...]:
            try:
                return (float(FUNCTIONS[name](x, at, random)),)
            except (ArithmeticError, ValueError):
                return (math.nan,)

        found = slopes(lambda points: [one(x) for (x,) in points], (at,), ["x"], plan)
        assert found.evaluations <= MOST
        check_all([entry for row in found.rows for entry in row])
        if plan.scheme == "adaptive":
            second = curvatures(lambda points: [one(x) for (x,) in points], (at,), ["x"], plan)
            assert second.evaluations <= MOST
            check_all([*second.gradient, *(entry for row in second.rows for entry in row)])


def check_all(entries: list[Slope]) -> None:
    """Finite numbers, or a kind."""
    for entry in entries:
        assert all(part is None or math.isfinite(part) for part in (entry.value, entry.left, entry.right)), entry
        assert entry.kind is not None if entry.value is None else entry.error is not None, entry
        assert entry.value is None or 0 <= (entry.error or 0.0) < math.inf, entry


@pytest.mark.parametrize(("known", "noisy"), [(True, None), (False, True)])
def test_second_derivatives_of_noisy_functions_are_covered(known: bool, noisy: bool | None) -> None:
    """With noise of 1e-6, known or measured, 19 of 20 stated errors hold, or the entry says that noise hides it."""
    random, held, asked = Random(3), 0, 0
    for _ in range(30):
        a, b = random.uniform(0.5, 1.5), random.uniform(0.5, 1.5)
        plan = Plan(spread=1e-6 if known else None, noisy=noisy)
        found = curvatures(
            lambda points: [(math.exp(x * y) + random.gauss(0, 1e-6),) for x, y in points], (a, b), ["x", "y"], plan
        )
        e = math.exp(a * b)
        for entry, truth in ((found.rows[0][0], b * b * e), (found.rows[0][1], (1 + a * b) * e)):
            asked += 1
            held += entry.value is None or abs(entry.value - truth) <= (entry.error or 0.0)
    assert held >= 0.95 * asked


def test_second_derivatives_of_rounded_output_are_covered() -> None:
    """A function printed with 5 decimals, its rounding known: the errors of its second derivatives hold."""
    random = Random(4)
    for _ in range(30):
        x = random.uniform(0.3, 2.5)
        found = curvatures(lambda points: [(round(math.sin(t), 5),) for (t,) in points], (x,), ["x"], Plan(spread=5e-6))
        entry = found.rows[0][0]
        assert entry.value is None or abs(entry.value + math.sin(x)) <= (entry.error or 0.0)
