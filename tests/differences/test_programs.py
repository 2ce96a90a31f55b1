"""A small sample of functions as programs make them; `python -m tests.differences.programs` takes thousands."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from mpmath import mp

from gradcli.differences.second import curvatures

from .fresh_programs import FAMILIES as FRESH
from .fresh_programs import rectified
from .further_programs import FAMILIES as FURTHER
from .further_programs import nearest_knot
from .later_programs import FAMILIES as LATER
from .more_programs import FAMILIES as MORE
from .more_programs import narrow_part, short
from .programs import (
    FAMILIES,
    PLANS,
    Case,
    Family,
    branches,
    clipped,
    drawn,
    measure,
    place,
    report,
    slope_of,
    smooth,
    spline,
)
from .test_plateaus import slope_at
from .unseen_programs import FAMILIES as UNSEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.differences.plan import Plan


def test_the_stated_error_covers_and_nothing_is_silently_wrong() -> None:
    """Of ten functions of each family at most one error is too small, and none by a factor of ten."""
    tally = measure(drawn(10 * len(FAMILIES), 7))
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)
    assert sum(tally.missed.values()) <= 1, report(tally) + "\n".join(tally.lines)


def test_exact_slopes_of_the_solvers_are_those_of_their_steps() -> None:
    """The slopes that are called right are: the solved families agree with central differences of the exact root."""
    for case in drawn(20 * len(FAMILIES), 3):
        if case.family in ("Newton", "fixed point") and case.x > 0.3:
            h = 1e-4 * case.x
            quotient = (case.f(case.x + h) - case.f(case.x - h)) / (2 * h)
            assert min(abs(quotient - slope) for slope in case.slopes) < 1e-3 * (1 + abs(quotient)) + 2e-4 / h * 1e-3


def test_further_families_are_covered_too() -> None:
    """Of five of each further family one error may be too small; sums with one short term are measured by hand only."""
    families = [family for family in MORE if family is not narrow_part]
    tally = measure(drawn(5 * len(families), 2, families))
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)
    assert sum(tally.missed.values()) <= 1, report(tally) + "\n".join(tally.lines)


@pytest.mark.parametrize("families", [FURTHER, UNSEEN, FRESH, LATER], ids=["further", "unseen", "fresh", "later"])
def test_families_of_later_days_are_covered_too(families: Sequence[Family]) -> None:
    """Of six of each one error may be too small."""
    tally = measure(drawn(6 * len(families), 8, families))
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)
    assert sum(tally.missed.values()) <= 1, report(tally) + "\n".join(tally.lines)


@pytest.mark.parametrize("families", [FAMILIES, FURTHER, FRESH], ids=["first", "further", "fresh"])
def test_commands_are_covered_too(families: Sequence[Family]) -> None:
    """A command's noise is measured first: kinks beside the point are none of it. Of four of each one may be missed."""
    tally = measure(drawn(4 * len(families), 13, families), "command")
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)
    assert sum(tally.missed.values()) <= 1, report(tally) + "\n".join(tally.lines)


def test_what_commands_print_with_few_digits_is_covered() -> None:
    """Edges beside the point are told from the rounding of what is printed: 90 % are covered, and nothing is silent."""
    tally = measure(drawn(24 * len(EDGED), 2, EDGED), "printed")
    assert tally.coverage() >= 0.9, report(tally) + "\n".join(tally.lines)
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)


def test_stairs_are_told_from_the_rounding_of_what_is_printed() -> None:
    """Steps h, 2h and 4h saw straight lines in stairs of half precision and of cut arguments: 5 of 640 were silent."""
    tally = measure(drawn(9 * len(LATER), 1, LATER), "printed")
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)
    assert sum(tally.missed.values()) <= 1, report(tally) + "\n".join(tally.lines)


def test_smooth_commands_take_few_evaluations() -> None:
    """What is printed with few digits, and smooth, has its slope from about eight evaluations."""
    tally = measure(drawn(40, 1, [smooth_only]), "printed")
    assert not sum(tally.missed.values())
    assert sum(tally.evaluations.values()) <= 9 * 40


@pytest.mark.parametrize(
    ("families", "seed", "number"),
    [
        (MORE, 2, 2472),  # time steps: each has a slope of its own, and all steps of the window are longer
        (FURTHER, 5, 1268),  # a converter: the kink is clear beside its noise
        (MORE, 2, 1035),  # (1 - cos t)/t² at 3e-8: only the values next to the point are off
        (MORE, 2, 3863),
        (FAMILIES, 21, 1066),  # float32: nothing was looked at between 1e-6 and 0.1
        (FURTHER, 77, 891),  # lost digits: what lies between is off
        (MORE, 23, 1471),  # a short term: the first jump is less than what a line leaves to bends
        (MORE, 23, 2675),
    ],
)
def test_what_was_silently_wrong_among_the_families(families: Sequence[Family], seed: int, number: int) -> None:
    """Each is covered now, or a problem says what is the matter."""
    *_, case = drawn(number + 1, seed, families)
    found = slope_of(case)
    if found.kind is None:
        assert found.value is not None
        assert found.error is not None
        assert min(abs(found.value - slope) for slope in case.slopes) <= found.error, found


EDGED: tuple[Family, ...] = (clipped, branches, rectified, nearest_knot, spline)


def smooth_only(random: random.Random) -> Case:
    """Nothing but a smooth function."""
    g, x = smooth(random), place(random)
    return Case("smooth", g.f, x, (g.slope(x),))


@pytest.mark.parametrize("x", [2e-8, 3e-8, 5e-8, 1e-7])
def test_cancellation_near_0_is_told(x: float) -> None:
    """(1 - cos t)/t² is made of plateaus there: what one of them says is not the slope, whoever asks."""
    case = Case("cancelling", lambda t: (1 - math.cos(t)) / t**2, x, (-x / 12,))
    for plan in PLANS.values():
        found = slope_of(case, plan)
        assert found.kind is not None or abs((found.value or 0.0) + x / 12) <= (found.error or 0.0), found


MISSED = {
    "printed, nearly even": lambda t: float(f"{1.57 - 5.1 * t * t:.4g}"),
    "float32 beside the ratio 8 to 5": lambda t: float(np.float32(t)) * 1.5 + t * t,
    "a gap at every 1e-8": lambda t: (t + 1e8) - 1e8 + t * t,
    "a table of steps": lambda t: math.sin(1.3 * round(t * 20) / 20) + 1.5 * round(t * 20) / 20,
    "an argument on a grid": lambda t: (round(t * 1e5) / 1e5) ** 2 * 3 + t,
    "hysteresis that sticks": lambda t: 2.78212440322412 if 0 < abs(t - 1.458480316382377) < 6e-4 else 1 + 1.2 * t,
    "a kink just beside": lambda t: max(-0.8 * (t - 1.55) ** 2 - 0.7995, -0.8038921541302382 - 1e-9),
}
"""Functions whose slope was given with an error that did not hold, and nothing said."""


@pytest.mark.parametrize(
    ("name", "x", "slopes"),
    [
        ("printed, nearly even", 2.857724752499107e-05, (-2.9e-4,)),
        ("float32 beside the ratio 8 to 5", 0.00017380896775, (1.5 + 2 * 0.00017380896775,)),
        ("a gap at every 1e-8", 3.7964437e-09, (1.0,)),
        ("a gap at every 1e-8", 0.00010376429571569087, (1.0002075,)),
        ("a table of steps", 1.5648109081129142, (0.0, 1.3 * math.cos(1.3 * 1.5648109081129142) + 1.5)),
        ("an argument on a grid", 0.6476913561618829, (1.0, 6 * 0.6476913561618829 + 1)),
        ("hysteresis that sticks", 1.458480316382377, (1.2,)),
        ("a kink just beside", 1.4755635553499802, (-1.6 * (1.4755635553499802 - 1.55), 0.0)),
    ],
)
def test_what_was_silently_wrong(name: str, x: float, slopes: tuple[float, ...]) -> None:
    """Each is covered now, or a problem says what is the matter."""
    f: Callable[[float], float] = MISSED[name]
    found = slope_at(f, x)
    if found.kind is None:
        assert found.value is not None
        assert found.error is not None
        assert min(abs(found.value - slope) for slope in slopes) <= found.error


def test_an_error_as_large_as_the_value_is_a_problem() -> None:
    """Noise of 1e-3 at a slope of 1e-4: no number without a word."""
    rows = [slope_of(case) for case in drawn(40, 5) if case.family in ("noisy", "hashed noise")]
    plain = [one for one in rows if one.kind is None and one.value is not None]
    assert all((one.error or 0.0) < abs(one.value or 0.0) / 2 for one in plain)


def test_noise_does_not_make_an_answer_useless() -> None:
    """Most slopes under noise of 1e-6 are known to a thousandth, and say so."""
    draws = random.Random(3)
    found = [slope_at(lambda t: math.exp(t) + draws.uniform(-1e-6, 1e-6), 0.5 + i / 10) for i in range(10)]
    good = [one for one in found if one.kind is None and (one.error or 1.0) < 1e-3 * abs(one.value or 0.0)]
    assert len(good) >= 5


@pytest.mark.parametrize(
    "rounded",
    [
        lambda value: short(value, 11),
        lambda value: round(value / 3e-5) * 3e-5,
        lambda value: float(f"{value:.5g}"),
        lambda value: (value + 1e8) - 1e8,
    ],
)
def test_second_derivatives_of_rounded_values_are_covered(rounded: Callable[[float], float]) -> None:
    """Values that do not change at small steps are rounded: no second derivative of 0 follows."""
    x, y = 0.8, 1.3
    bend, twist = -math.sin(x) * math.cos(y), -math.cos(x) * math.sin(y)
    exact = {(0, 0): bend, (0, 1): twist, (1, 1): bend}
    found = curvatures(lambda points: [(rounded(math.sin(a) * math.cos(b)),) for a, b in points], (x, y), ["x", "y"])
    for (i, j), value in exact.items():
        entry = found.rows[i][j]
        if entry.kind is None:
            assert entry.value is not None
            assert entry.error is not None
            assert abs(entry.value - value) <= entry.error


def test_second_derivatives_tell_how_well_they_are_known() -> None:
    """After each round there is an error for each variable and each pair, at last a small one."""
    told: list[dict[str, float | None]] = []
    curvatures(lambda points: [(x * x * y + math.sin(y),) for x, y in points], (1.2, 0.7), ["x", "y"], told=told.append)
    assert len(told) > 1
    assert set(told[-1]) == {"x", "y", "x, y"}
    assert all(error is not None and error < 1e-6 for error in told[-1].values())


DRAWS = random.Random(5)


@pytest.mark.parametrize(
    "rounded",
    [
        lambda value: short(value, 11),
        lambda value: short(value, 24),
        lambda value: round(value / 3e-3) * 3e-3,
        lambda value: float(f"{value:.3g}"),
        lambda value: (value + 1e8) - 1e8,
        lambda value: value + DRAWS.uniform(-1e-2, 1e-2),
        lambda value: value + DRAWS.uniform(-1e-6, 1e-6),
    ],
)
@pytest.mark.parametrize("bare", [lambda x, y: math.sin(x) * y, lambda x, y: x * x + 3 * y, lambda x, y: x + y])
def test_second_derivatives_lost_in_their_errors_are_problems(
    rounded: Callable[[float], float], bare: Callable[[float, float], float]
) -> None:
    """An entry without a word is known to half of its value, or next to 0 beside the function; and its error holds."""
    x, y = 0.8, 1.3
    with mp.workdps(60):
        exact = [[float(mp.diff(lambda a, b: mp_of(bare, a, b), (x, y), n)) for n in row] for row in ORDERS]
    found = curvatures(lambda points: [(rounded(bare(a, b)),) for a, b in points], (x, y), ["x", "y"])
    for i, row in enumerate(found.rows):
        for j, entry in enumerate(row):
            if entry.kind is None:
                assert entry.value is not None
                assert entry.error is not None
                assert abs(entry.value - exact[i][j]) <= entry.error, (i, j, entry)
                assert entry.error < max(abs(entry.value) / 2, 1e-5), (i, j, entry)
            else:
                assert entry.message


@pytest.mark.parametrize(
    ("rounded", "x", "y"),
    [
        (lambda value: short(value, 24), 6e-5, 2.4e-5),  # nothing changes at steps of the size of x
        (lambda value: round(value / 3.2e-7) * 3.2e-7, 1.2e-4, 1.3),  # second differences are 0 by chance
    ],
)
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_second_derivatives_beside_0_are_covered(
    rounded: Callable[[float], float], x: float, y: float, plan: Plan
) -> None:
    """Values that stay, or lie on a line, at small steps are rounded: larger steps are looked at, too."""
    found = curvatures(
        lambda points: [(rounded(math.cosh(2 * math.tanh(a)) * math.cos(b)),) for a, b in points],
        (x, y),
        ["x", "y"],
        plan,
    )
    exact = (4 * math.cos(y), -math.cos(y))  # next to x = 0
    for i in range(2):
        entry = found.rows[i][i]
        assert entry.kind is not None or abs((entry.value or 0.0) - exact[i]) <= (entry.error or 0.0), entry


ORDERS = (((2, 0), (1, 1)), ((1, 1), (0, 2)))


def mp_of(bare: Callable[[float, float], float], a: object, b: object) -> object:
    """The function in many digits."""
    return mp.sin(a) * b if bare(0.5, 2.0) == 2 * math.sin(0.5) else bare(a, b)  # type: ignore[arg-type]


def test_a_second_derivative_of_0_beside_noise_is_told_with_its_error() -> None:
    """sin(x) y in float32: ∂²f/∂y² is 0 within its error, and does not take the mixed derivative away."""
    f = lambda a, b: short(math.sin(a) * b, 24)  # noqa: E731
    found = curvatures(lambda points: [(f(a, b),) for a, b in points], (0.7, 1.3), ["x", "y"])
    mixed, last = found.rows[0][1], found.rows[1][1]
    assert mixed.kind is None
    assert mixed.value == pytest.approx(math.cos(0.7), abs=mixed.error)
    assert last.kind == "noise"
    assert last.value == pytest.approx(0, abs=last.error)
