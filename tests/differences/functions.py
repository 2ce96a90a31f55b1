"""The set: problems with their sources, and the truth by mpmath at the double point.

>>> problems = all_problems()
>>> truths(problems[0])        # one number (or None, where there is no derivative) for each variable
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import mpmath
from mpmath import mp

from .numbers import CALCULUS, DIGITS, Tangent, in_doubles

Function = Callable[..., Any]

KINDS = ("easy", "tough", "none", "border", "unresolvable", "noisy")
"""easy: a textbook's. tough: scales, near singularities, oscillation, cancellation, domains, C1. none: no derivative.
border: the domain ends here; the one-sided slope. unresolvable: doubles cannot. noisy: the slope of what is beneath."""

MOST_DIGITS = 1500


class Case(NamedTuple):
    """A point and, for each variable, its kind; `problems` are the words of SPEC 3 that fit where there is no slope."""

    point: tuple[float, ...]
    kinds: tuple[str, ...]
    problems: tuple[str, ...] = ()


class Row(NamedTuple):
    """A function over a namespace of mathematics, its source, and where it is asked."""

    name: str
    source: str
    f: Function
    cases: tuple[Case, ...]
    smooth: Function | None = None


class Problem(NamedTuple):
    """One function at one point. `smooth` is the function whose slope is the truth (f itself, but for noisy ones)."""

    name: str
    source: str
    f: Function
    smooth: Function
    point: tuple[float, ...]
    kinds: tuple[str, ...]
    problems: tuple[str, ...]

    def __call__(self, *point: float) -> float:
        """f in doubles."""
        return in_doubles(self.f, *point)


def easy(*point: float) -> Case:
    """A textbook point."""
    return Case(point, ("easy",) * len(point))


def tough(*point: float) -> Case:
    """A point where something is in the way."""
    return Case(point, ("tough",) * len(point))


def none(*point: float, problems: str, kinds: str = "") -> Case:
    """A point without a derivative (by all variables, unless `kinds` tells by which)."""
    return Case(point, tuple(kinds.split()) or ("none",) * len(point), tuple(problems.split()))


def border(*point: float, kinds: str = "") -> Case:
    """The end of a domain."""
    return Case(point, tuple(kinds.split()) or ("border",) * len(point))


def unresolvable(*point: float) -> Case:
    """A point where the values in doubles do not carry the slope."""
    return Case(point, ("unresolvable",) * len(point))


def noisy(*point: float) -> Case:
    """A point of a function with noise."""
    return Case(point, ("noisy",) * len(point))


def row(name: str, source: str, f: Function, *cases: Case, smooth: Function | None = None) -> Row:
    """A row of the tables."""
    return Row(name, source, f, cases, smooth)


@cache
def all_rows() -> tuple[Row, ...]:
    """Every function of the set."""
    from . import collections_of_tests, noise, scales, textbook, trouble, without

    tables = (textbook, collections_of_tests, scales, trouble, without, noise)
    return tuple(entry for table in tables for entry in table.ROWS)


@cache
def all_problems() -> tuple[Problem, ...]:
    """Every function at every point, in a fixed order."""
    return tuple(
        Problem(r.name, r.source, r.f, r.smooth or r.f, case.point, case.kinds, case.problems)
        for r in all_rows()
        for case in r.cases
    )


def truths(problem: Problem) -> tuple[mpmath.mpf | None, ...]:
    """The true partial derivatives: central differences with hundreds of digits, until two precisions agree.

    At a border the one-sided ones; None where there is no derivative.
    """
    return tuple(_truth(problem, index) for index in range(len(problem.point)))


@cache
def _truth(problem: Problem, index: int) -> mpmath.mpf | None:
    if problem.kinds[index] == "none":
        return None
    return slope(problem.smooth, problem.point, index, one_sided=problem.kinds[index] == "border")


@cache
def slope(
    f: Function, point: tuple[float, ...], index: int, *, one_sided: bool = False, digits: int = 160
) -> mpmath.mpf:
    """One partial to 25 digits or more. Raises ArithmeticError where two precisions never agree."""
    while digits <= MOST_DIGITS:
        first, second = (quotient(f, point, index, n, one_sided) for n in (digits, digits * 5 // 4))
        with mp.workdps(40):
            if abs(first - second) <= abs(second) * mpmath.mpf(10) ** -25:
                return second
            if digits >= 400 and _is_zero(first, second):
                return mpmath.mpf(0)
        digits *= 2
    raise ArithmeticError(f"no slope of {point} by variable {index}")


def _is_zero(first: mpmath.mpf, second: mpmath.mpf) -> bool:
    """Do both quotients say zero (they shrink with the step, far below every double)?"""
    return max(abs(first), abs(second)) < mpmath.mpf(10) ** -40 and abs(second) <= abs(first) * mpmath.mpf(10) ** -5


def quotient(f: Function, point: tuple[float, ...], index: int, digits: int, one_sided: bool = False) -> mpmath.mpf:
    """A difference quotient with this many digits and a step of 10^(-3/10 digits), relative below 1."""
    far = max(math.frexp(x)[1] for x in point)
    with mp.workdps(digits + max(far, 0) * 2 // 3):
        exact = [mpmath.mpf(x) for x in point]
        x = exact[index]
        step = mpmath.mpf(10) ** (-3 * digits // 10) * (min(abs(x), 1) if x else 1)

        def at(offset: mpmath.mpf) -> Any:
            return f(DIGITS, *exact[:index], x + offset, *exact[index + 1 :])

        if not one_sided:
            return +((at(step) - at(-step)) / (2 * step))
        inside = step if _is_real(at, step) else -step
        return +((at(inside) - at(mpmath.mpf(0))) / inside)


def _is_real(at: Callable[[mpmath.mpf], Any], offset: mpmath.mpf) -> bool:
    try:
        value = at(offset)
    except (ValueError, ZeroDivisionError):
        return False
    return not isinstance(value, mpmath.mpc) and bool(mpmath.isfinite(value))


def by_calculus(problem: Problem, index: int, digits: int = 400) -> mpmath.mpf:
    """The same partial by the rules of calculus, carried along with many digits: the check of the truth."""
    with mp.workdps(digits):
        arguments = [Tangent(x, 1 if i == index else 0) for i, x in enumerate(problem.point)]
        value = problem.smooth(CALCULUS, *arguments)
        return +value.slope if isinstance(value, Tangent) else mpmath.mpf(0)


__all__ = ["CALCULUS", "DIGITS", "KINDS", "Case", "Problem", "Row", "all_problems", "all_rows", "truths"]
