"""The set itself is right; and gradcli's differences in doubles reach their goals on it. Nothing here is timed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

import mpmath
import pytest
from mpmath import mp

from differences.functions import Problem, all_problems, all_rows, by_calculus, truths
from differences.generated import generated, moved
from differences.numbers import DIGITS
from differences.scores import (
    Answer,
    Reply,
    Verdict,
    coverage,
    figures,
    gradcli_doubles,
    judge,
    judge_all,
    of_kinds,
    one_sided,
    quantiles,
)

PROBLEMS = all_problems()
SMOOTH = [p for p in PROBLEMS if not set(p.kinds) & {"none", "border"}]
LARGEST = mpmath.mpf(1.7976931348623157e308)

KNOWN = {
    ("Rosenbrock", (-1.2, 1.0)): (-215.6, -88.0),
    ("Powell singular", (3.0, -1.0, 0.5, 1.0)): (306.0, -172.0, 59.0, -315.0),
    ("x1^2+x2^2", (1.0, 2.0)): (2.0, 4.0),
    ("polar radius", (3.0, 4.0)): (0.6, 0.8),
    ("x|x|", (0.0,)): (0.0,),
    ("spline at its knot", (2.0,)): (4.0,),
    ("aliasing by powers of 2", (0.5,)): (1 + 1024 * math.pi,),
    ("square", (1e150,)): (2e150,),
    ("x^1.5", (0.0,)): (0.0,),
    ("exp on [0, 1]", (1.0,)): (math.e,),
    ("sin on [0, 1]", (0.0,)): (1.0,),
    ("(1-x^2)^1.5", (1.0,)): (0.0,),
    ("square on [2, 3]", (2.0,)): (5.0,),
    ("sine in 3 decimals", (1.0,)): (math.cos(1.0),),
    ("sum in 5 digits", (1.1,)): ((10 * math.cos(1.1) - 8) / (5 - 4 * math.cos(1.1)) ** 2,),
    ("decay, noise 1e-6", (1.5, 0.8)): (-(0.8**2) / 2.2**2, 1 / 2.2**2),
}
"""Slopes by hand."""


def identity(problem: Problem) -> str:
    """The name of a test."""
    return f"{problem.name} at {problem.point}"


def test_the_set_is_large_and_varied() -> None:
    """At least 170 functions, each with its own name and a source, in all six kinds."""
    assert len(all_rows()) >= 170
    assert len({row.name for row in all_rows()}) == len(all_rows())
    assert all(row.source for row in all_rows())
    kinds = Counter(kind for p in PROBLEMS for kind in p.kinds)
    least = {"easy": 167, "tough": 136, "none": 35, "border": 5, "unresolvable": 10, "noisy": 25}
    assert all(kinds[kind] >= count for kind, count in least.items()), kinds
    assert max(len(p.point) for p in PROBLEMS) == 10
    assert all(p.problems for p in PROBLEMS if "none" in p.kinds)


def test_the_truth_agrees_with_the_rules_of_calculus() -> None:
    """Differences with hundreds of digits and derivative rules carried along give the same 25 digits."""
    for problem in SMOOTH:
        for index, truth in enumerate(truths(problem)):
            assert truth is not None
            by_rules = by_calculus(problem, index, 250)
            assert abs(by_rules - truth) <= abs(truth) * mpmath.mpf(10) ** -24 + mpmath.mpf(10) ** -330, problem.name


def test_the_truth_agrees_with_slopes_by_hand() -> None:
    """Known slopes, borders and noisy functions among them, are found to the last digit or two."""
    asked = {(p.name, p.point): p for p in PROBLEMS}
    for key, slopes in KNOWN.items():
        for truth, slope in zip(truths(asked[key]), slopes, strict=True):
            assert float(truth) == pytest.approx(slope, rel=1e-14, abs=0), key


def test_doubles_and_digits_are_one_function() -> None:
    """The callable in doubles gives what many digits give, up to rounding and what its own cancellation costs."""
    for problem in PROBLEMS:
        if set(problem.kinds) & {"easy", "tough", "border"}:
            with mp.workdps(60):
                exact = float(problem.f(DIGITS, *map(mpmath.mpf, problem.point)))
            most = 1e-12 if "easy" in problem.kinds else 1e-9
            assert problem(*problem.point) == pytest.approx(exact, rel=most, abs=1e-15), identity(problem)


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if "none" in p.kinds], ids=identity)
def test_there_is_no_derivative(problem: Problem) -> None:
    """The two sides differ, or grow without end, or do not exist, or lie beyond the largest double."""
    for index in (i for i, kind in enumerate(problem.kinds) if kind == "none"):
        assert not has_slope(problem, index)


def has_slope(problem: Problem, index: int) -> bool:
    """Do both sides exist, agree, and stay when the step shrinks?"""
    try:
        with mp.workdps(300):
            value = problem.f(DIGITS, *map(mpmath.mpf, problem.point))
        left, right, nearer = (one_sided(problem, index, side) for side in (-1, 1, mpmath.mpf(10) ** -20))
    except (ArithmeticError, ValueError):
        return False
    scale = abs(left) + abs(right) + mpmath.mpf(10) ** -20
    settled = abs(left - right) < scale * 1e-15 and abs(nearer - right) < scale * 1e-15
    return bool(settled and abs(right) < LARGEST and abs(value) < LARGEST)


def test_the_test_for_no_derivative_can_fail() -> None:
    """A smooth function has a slope by the same measure."""
    assert all(has_slope(p, 0) for p in PROBLEMS if p.name in ("exp", "sin", "Rosenbrock"))


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if "noisy" in p.kinds], ids=identity)
def test_noise_is_small_and_repeats(problem: Problem) -> None:
    """A noisy function gives the same value again, one near its smooth one, and is none of the smooth ones itself."""
    nearby = [tuple(x * (1 + k / 1000) + k / 1000 for x in problem.point) for k in range(1, 30)]
    off = []
    for point in nearby:
        with mp.workdps(30):
            exact = float(problem.smooth(DIGITS, *map(mpmath.mpf, point)))
        assert problem(*point) == problem(*point)
        assert problem(*point) == pytest.approx(exact, rel=2e-3, abs=1e-3)
        off.append(abs(problem(*point) - exact))
    assert max(off) > 1e-12


def test_generated_functions_repeat_by_their_seed() -> None:
    """One seed, one list; another seed, another list; each with its slopes, by two ways, inside its domain."""
    first, again, other = (list(generated(20, seed)) for seed in (3, 3, 4))
    assert [(p.name, p.point) for p in first] == [(p.name, p.point) for p in again]
    assert {p.name for p in first} != {p.name for p in other}
    assert all(math.isfinite(p(*p.point)) for p in first + other)


@cache
def on_the_set() -> Sequence[Verdict]:
    """gradcli in doubles on the set."""
    return judge_all(gradcli_doubles, PROBLEMS)


@cache
def on_generated_functions() -> Sequence[Verdict]:
    """gradcli in doubles on functions that nobody tuned it on."""
    return judge_all(gradcli_doubles, generated(150, seed=20))


def named(verdicts: Sequence[Verdict]) -> list[str]:
    """Where a test fails, and how."""
    return [f"{identity(v.problem)} [{v.index}]: {v.answer}, truth {v.truth}" for v in verdicts]


def test_nothing_raises() -> None:
    """Whatever the function does, there is an answer or a reason."""
    raised = [v for v in (*on_the_set(), *on_generated_functions()) if v.answer.flag.startswith("raised")]
    assert not named(raised)


def test_median_error_and_digits() -> None:
    """Of all regular partials: a median error of at most 5e-15, 90 % within 5e-12; ten digits on 95 %."""
    found = figures(on_the_set())
    median, most = quantiles([v.relative for v in of_kinds(on_the_set(), "easy", "tough")])
    assert median <= 5e-15
    assert most <= 5e-12
    assert found.easy[0] <= 3.5e-15
    assert found.ten_digits >= 0.95


def test_stated_errors_hold() -> None:
    """The stated error covers the true one in 99 % of the set, 99.5 % of generated functions; and it is no bluff."""
    found = figures(on_the_set())
    assert found.covers is not None
    assert found.stated is not None
    regular = [v for v in on_the_set() if v.kind != "noisy" and v.kind != "none"]
    assert found.covers >= 0.99, named([v for v in regular if v.answered and not v.covered])
    assert found.stated <= 25
    outside = [v for v in on_generated_functions() if not v.covered]
    assert len(outside) <= 0.005 * len(on_generated_functions()), named(outside)


def test_stated_errors_hold_at_moved_points() -> None:
    """So it does for the set's functions at points moved by up to 5 %."""
    found = judge_all(gradcli_doubles, moved(seed=7))
    share = coverage(found)
    assert share is not None
    assert share >= 0.99, named([v for v in found if v.answered and not v.covered])


def test_stated_errors_hold_for_noisy_functions() -> None:
    """For noisy functions the stated error covers the distance to the smooth slope in 95 %."""
    noisy = of_kinds(on_the_set(), "noisy")
    share = coverage(noisy)
    assert share is not None
    assert share >= 0.95, named([v for v in noisy if v.answered and not v.covered])


def test_no_silent_wrong_answer() -> None:
    """Nothing is wrong without a word: not on the set, not on generated functions; at most 2 that doubles cannot."""
    silent = [v for v in (*on_the_set(), *on_generated_functions()) if v.silent and v.kind != "noisy"]
    assert not named([v for v in silent if v.kind != "unresolvable"])
    assert len(silent) <= 2, named(silent)


def test_every_corner_jump_and_pole_is_flagged() -> None:
    """Where there is no derivative, gradcli says so, in words that fit."""
    corners = of_kinds(on_the_set(), "none")
    assert not named([v for v in corners if not v.flagged])
    assert not named([v for v in corners if v.answer.flag not in v.problem.problems])


def test_the_end_of_a_domain_is_answered_from_inside() -> None:
    """At a border the one-sided slope is told, with an error that holds."""
    assert not named([v for v in of_kinds(on_the_set(), "border") if not v.answered or not v.covered])


def test_regular_points_are_answered() -> None:
    """A regular point has an answer; at most 2 % are flagged: ripples, and sums of huge terms that cancel.

    The latter have stretches between two roundings, which look as a function that rounds inside: both scales are told.
    """
    regular = of_kinds([*on_the_set(), *on_generated_functions()], "easy", "tough", "generated")
    assert not named([v for v in regular if not v.answered])
    needless = [v for v in regular if v.flagged]
    assert len(needless) <= 0.02 * len(regular), named(needless)


def test_evaluations_stay_few() -> None:
    """16 evaluations a variable in the median, 20 in the mean; 11 in the median for nine digits."""
    found = figures(on_the_set())
    assert found.evaluations[0] <= 16
    assert found.evaluations[1] <= 20
    regular = [p for p in PROBLEMS if set(p.kinds) <= {"easy", "tough"}]
    assert figures(judge_all(lambda p: gradcli_doubles(p, 1e-9), regular)).evaluations[0] <= 11


def forward(problem: Problem) -> Reply:
    """The forward difference of first lessons, which claims to be exact."""
    x = problem.point
    at = problem(*x)
    moved_points = [(*x[:i], x[i] + 1e-8, *x[i + 1 :]) for i in range(len(x))]
    return Reply(tuple(Answer((problem(*y) - at) / 1e-8, 0.0) for y in moved_points), len(x) + 1)


def test_the_yardstick_catches_a_liar() -> None:
    """A forward difference that claims to be exact is found out; so is a method that answers nothing."""
    found = figures(judge_all(forward, PROBLEMS))
    assert found.covers is not None
    assert found.covers < 0.2
    assert found.silent[0] > 200
    assert found.flags[0] < 10
    assert found.wrong > 40
    silent = figures(judge_all(lambda p: Reply((Answer(math.nan),) * len(p.point), 1), PROBLEMS))
    assert silent.without_answer == sum(p.kinds.count("easy") + p.kinds.count("tough") for p in PROBLEMS)


def test_the_yardstick_measures_a_corner() -> None:
    """0 ± 1e-17 for |x| at 0 is silent and wrong; 0 ± 1 admits both sides; a kind flags it."""
    corner = next(p for p in PROBLEMS if p.name == "|x|")
    answers = (Answer(0.0, 1e-17), Answer(0.0, 1.0), Answer(0.0, 1e-17, "not-differentiable"))
    liar, humble, honest = (judge(corner, Reply((answer,), 3))[0] for answer in answers)
    assert (liar.silent, liar.wrong, liar.flagged) == (True, True, False)
    assert (humble.silent, humble.wrong) == (False, False)
    assert (honest.silent, honest.wrong, honest.flagged) == (False, False, True)
