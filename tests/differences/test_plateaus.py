"""Edges beside the point, and rounding inside of a function: the stated error covers, or a problem says so."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from gradcli.differences.driver import slopes

from .plateaus import drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.differences.plan import Slope

COUNT = int(os.environ.get("GRADCLI_DRAWN", "25"))
"""How many functions of each family are drawn: GRADCLI_DRAWN=2500 for the figures."""


def slope_at(f: Callable[[float], float], x: float) -> Slope:
    """The slope by differences."""
    return slopes(lambda points: [(f(t),) for (t,) in points], (x,), ["x"]).rows[0][0]


def test_the_stated_error_covers_or_a_problem_says_so() -> None:
    """At most one of a hundred slopes is off by more than its error without a word."""
    silent: Counter[str] = Counter()
    for case in drawn(COUNT, 1):
        found = slope_at(case.f, case.x)
        if found.kind is None and found.value is not None and found.error is not None:
            silent[case.family] += abs(found.value - case.slope) > found.error
    assert sum(silent.values()) <= max(1, 4 * COUNT / 100), silent


@pytest.mark.parametrize(("x", "trend"), [(1.5, 1.0), (0.75, 1.0), (2.25, 1.0)])
def test_steps_are_said(x: float, trend: float) -> None:
    """Of floor the trend is known as well as its steps let it be, and beside it stands what it is."""
    found = slope_at(lambda t: t // 1, x)
    assert found.kind == "noise"
    assert "changes in steps" in found.message
    assert found.value is not None
    assert found.error is not None
    assert abs(found.value - trend) < found.error


@pytest.mark.parametrize("x", [0.301, 0.5, 1.0, 40.0])
def test_one_step_far_and_wide_is_no_noise(x: float) -> None:
    """1 above 0.3 and 0 below: the slope is 0."""
    found = slope_at(lambda t: float(t > 0.3), x)
    assert (found.kind, found.value) == (None, 0.0)


def test_a_clipped_function_is_flat_at_the_point() -> None:
    """min(x*x, 1) at 1.0003 has the slope 0, though larger steps see 0.99."""
    found = slope_at(lambda x: min(x * x, 1), 1.0003)
    assert found.value is not None
    assert found.error is not None
    assert abs(found.value) <= found.error


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: (x + 1e8) - 1e8 + x**2, 1e-6, 1.000002),
        (lambda x: (x + 1e10) ** 0.5 - 1e10**0.5, 1e-6, 5e-6),
    ],
)
def test_rounding_inside_is_covered(f: Callable[[float], float], x: float, slope: float) -> None:
    """A smooth stretch between two jumps of the values is not taken for the function."""
    found = slope_at(f, x)
    assert found.value is not None
    assert found.error is not None
    assert abs(found.value - slope) <= found.error


def test_smooth_functions_take_no_evaluation_more() -> None:
    """No edge is looked for where the values bend as smooth functions do."""
    calls = []
    slopes(lambda points: [calls.append(t) or (t**3 - 2 * t,) for (t,) in points], (1.3,), ["x"])
    assert len(calls) <= 20
