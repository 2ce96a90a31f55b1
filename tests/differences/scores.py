"""Judging a method of differences on the set: every partial against its truth, and the figures of the table."""

from __future__ import annotations

import math
import signal
import statistics
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

import mpmath
from mpmath import mp

from .functions import Problem, slope, truths
from .numbers import DIGITS

if TYPE_CHECKING:
    from gradcli.differences.plan import Slope

REGULAR = ("easy", "tough", "generated")


class Answer(NamedTuple):
    """What a method says of one partial. `error` None: it states none. `flag`: its word that something is wrong."""

    value: float
    error: float | None = None
    flag: str = ""


class Reply(NamedTuple):
    """A method's answers for one problem, and how often it evaluated the function."""

    answers: tuple[Answer, ...]
    evaluations: int


Method = Callable[[Problem], Reply]


class Verdict(NamedTuple):
    """One partial judged. `off` is the true error (infinite where there is no derivative or no number)."""

    problem: Problem
    index: int
    kind: str
    truth: float
    answer: Answer
    off: float
    relative: float
    share: float

    @property
    def answered(self) -> bool:
        """Is there a number?"""
        return math.isfinite(self.answer.value)

    @property
    def flagged(self) -> bool:
        """Does the answer say that there is none, or by its error that it is worthless?"""
        said = bool(self.answer.flag) or not self.answered
        worthless = self.kind == "none" and self.admitted and (self.answer.error or 0.0) >= abs(self.answer.value) / 2
        return said or worthless

    @property
    def admitted(self) -> bool:
        """Where there is no derivative: does the stated error leave room for both sides?"""
        doubt = self.answer.error
        return doubt is not None and not doubt < spread(self.problem, self.index, self.answer.value)

    @property
    def covered(self) -> bool:
        """Does the stated error hold (to half a unit of the truth's last place)?"""
        return self.answer.error is not None and self.off <= self.answer.error + self.unit

    @property
    def unit(self) -> float:
        """Half a unit in the last place of the truth."""
        return math.ulp(self.truth) / 2 if math.isfinite(self.truth) else 0.0

    @property
    def silent(self) -> bool:
        """Is the answer wrong by more than ten times its stated error, and nothing said?"""
        if self.answer.error is None or self.flagged:
            return False
        if self.kind == "none":
            return not self.admitted
        return self.answer.error < self.off / 10 and self.off > 2 * self.unit

    @property
    def wrong(self) -> bool:
        """Is the answer off by more than 0.1 %, not covered, and nothing said?"""
        if self.kind == "none":
            return not self.flagged and not self.admitted
        return not self.flagged and not self.covered and self.relative > 1e-3


def spread(problem: Problem, index: int, value: float) -> float:
    """The least error that admits that there is no derivative: half the corner, or half of the value itself."""
    try:
        left, right = one_sided(problem, index, -1), one_sided(problem, index, 1)
    except (ArithmeticError, ValueError, TypeError):
        return max(abs(value) / 2, 1e-6)
    return float(abs(right - left)) / 2 if abs(right) + abs(left) < 1e30 else max(abs(value) / 2, 1e-6)


def one_sided(problem: Problem, index: int, side: int) -> mpmath.mpf:
    """The slope on one side, from a step of 1e-100."""
    with mp.workdps(300):
        exact = [mpmath.mpf(x) for x in problem.point]
        step = side * mpmath.mpf(10) ** -100
        there = problem.f(DIGITS, *exact[:index], exact[index] + step, *exact[index + 1 :])
        found = (there - problem.f(DIGITS, *exact)) / step
        if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
            raise ArithmeticError("no value on this side")
        return +found


def judge(problem: Problem, reply: Reply) -> list[Verdict]:
    """Every partial of a problem against its truth."""
    exact = true_slopes(problem)
    share = reply.evaluations / len(problem.point)
    found = []
    for index, (truth, answer) in enumerate(zip(exact, reply.answers, strict=True)):
        off = math.inf
        if truth is not None and math.isfinite(answer.value):
            with mp.workdps(40):
                off = float(abs(mpmath.mpf(answer.value) - truth))
        nearest = math.nan if truth is None else float(truth)
        relative = off / abs(nearest) if nearest else off
        found.append(Verdict(problem, index, problem.kinds[index], nearest, answer, off, relative, share))
    return found


def true_slopes(problem: Problem) -> Sequence[mpmath.mpf | None]:
    """The truth, of the set and of generated functions."""
    if "generated" in problem.kinds:
        return [slope(problem.smooth, problem.point, index) for index in range(len(problem.point))]
    return truths(problem)


def judge_all(method: Method, problems: Iterable[Problem]) -> list[Verdict]:
    """A method on many problems."""
    return [verdict for problem in problems for verdict in judge(problem, guarded(method, problem))]


def guarded(method: Method, problem: Problem, seconds: float = 10.0) -> Reply:
    """A method's reply; an exception, or no end within the time, is no answer, with the flag `raised ...`."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"no answer within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return method(problem)
    except Exception as error:
        nothing = Answer(math.nan, None, f"raised {type(error).__name__}: {error}")
        return Reply((nothing,) * len(problem.point), 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Figures(NamedTuple):
    """One row of the table. Shares are between 0 and 1, None where the method states no error."""

    easy: tuple[float, float]
    tough: tuple[float, float]
    ten_digits: float
    evaluations: tuple[float, float, float]
    covers: float | None
    covers_noisy: float | None
    stated: float | None
    silent: tuple[int, int]
    flags: tuple[int, int]
    wrong: int
    without_answer: int
    needless: int


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """The figures of one method on the set."""
    regular = of_kinds(verdicts, *REGULAR)
    shares = [v.share for v in regular if v.index == 0 and v.share]
    corners = of_kinds(verdicts, "none")
    hopeless = of_kinds(verdicts, "unresolvable")
    others = [v for v in verdicts if v.kind not in ("unresolvable", "noisy")]
    stating = [v for v in (*regular, *of_kinds(verdicts, "border"), *hopeless) if v.answer.error is not None]
    ratios = [v.answer.error / max(v.off, v.unit, 5e-324) for v in stating if v.answered and v.answer.error is not None]
    return Figures(
        quantiles([v.relative for v in of_kinds(verdicts, "easy")]),
        quantiles([v.relative for v in of_kinds(verdicts, "tough")]),
        sum(v.relative <= 1e-10 for v in regular) / max(len(regular), 1),
        (statistics.median(shares), statistics.fmean(shares), max(shares)) if shares else (0.0, 0.0, 0.0),
        coverage(stating),
        coverage(of_kinds(verdicts, "noisy")),
        statistics.median(ratios) if ratios else None,
        (sum(v.silent for v in others), sum(v.silent for v in hopeless)),
        (sum(v.flagged for v in corners), len(corners)),
        sum(v.wrong for v in verdicts if v.kind != "noisy"),
        sum(not v.answered for v in regular),
        sum(v.flagged for v in regular),
    )


def of_kinds(verdicts: Iterable[Verdict], *kinds: str) -> list[Verdict]:
    """Those of the kinds."""
    return [v for v in verdicts if v.kind in kinds]


def coverage(verdicts: Sequence[Verdict]) -> float | None:
    """The share of the numbers given with an error whose error holds."""
    stating = [v for v in verdicts if v.answered and v.answer.error is not None]
    return sum(v.covered for v in stating) / len(stating) if stating else None


def quantiles(errors: Sequence[float]) -> tuple[float, float]:
    """The median and nine of ten."""
    ordered = sorted(errors) or [math.nan]
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]


def gradcli_doubles(problem: Problem, tolerance: float = 0.0) -> Reply:
    """gradcli's differences in doubles."""
    from gradcli.differences.driver import Plan, slopes

    names = [f"x{i + 1}" for i in range(len(problem.point))]
    found = slopes(lambda points: [(problem(*p),) for p in points], problem.point, names, Plan(tolerance=tolerance))
    return Reply(tuple(answer_of(one) for one in found.rows[0]), found.evaluations)


def answer_of(one: Slope) -> Answer:
    """gradcli's answer; at the end of a domain its one-sided slope, which it tells beside the problem."""
    sides = [side for side in (one.left, one.right) if side is not None]
    value = sides[0] if one.value is None and len(sides) == 1 else one.value
    return Answer(math.nan if value is None else value, math.inf if one.error is None else one.error, one.kind or "")
