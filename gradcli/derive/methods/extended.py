"""Derivatives without derivative rules: finite differences and the complex step, both in extended precision.

Each number carries an error that holds: the rounding is enclosed by balls; the rest is estimated from a second step.
Source: Squire & Trapp 1998 and Martins, Sturdza & Alonso 2003 for the complex step; central differences as in any book.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf, nextafter, ulp
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from flint import acb, arb, ctx

from gradcli import limits
from gradcli.derive.kinks.reasons import OVERFLOW, TOLD, Finding, Place, Terms, along, conclude, place_of, without_value
from gradcli.derive.kinks.slopes import (
    WORK_BITS,
    Line,
    as_float,
    look,
    magnitude,
    power_of_two,
    quotient,
    upper_magnitude,
)
from gradcli.derive.methods.certified import Entries, Function, known_function, value_problems
from gradcli.evaluate.certified.balls import Balls, OutOfTimeError, Value, as_ball, is_known, rational
from gradcli.evaluate.complex.balls import Beside
from gradcli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.methods.second import SecondEntries
    from gradcli.problems import ProblemKind
    from gradcli.program.graph import Node

SECONDS = 4 * limits.EVALUATION_SECONDS
"""Time for all entries together; those that come later are `undecided`."""

RELATIVE_STEP = Fraction(1, 10**25)
"""The first step of a difference, of |x| (of 1 at 0); the second is a thousandth of it."""

AGREEMENT = 60
"""Bits to which the values of both steps must agree; else both sides are looked at with ever smaller steps."""

LONG_STEP, SHORT_STEP = 498, 664
"""Imaginary steps 2**-498 and 2**-664 of |x|: about 1e-150 and 1e-200."""

COMPLEX_BITS = 1024


class Question(NamedTuple):
    """One function at one point."""

    f: Node
    point: Mapping[str, Node]
    guards: Sequence[Node]
    function: Function
    deadline: float


def difference_entries(
    f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()
) -> Entries:
    """f and its derivatives by central differences: five evaluations for the first variable, four for each other."""
    (entries,) = difference_rows([f], names, point, guards)
    return entries


def difference_rows(
    outputs: Sequence[Node], names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()
) -> list[Entries]:
    """The same for several functions, which share their evaluations. Each row states the evaluations of all."""
    deadline = monotonic() + SECONDS
    functions = [known_function(Balls(point), f, guards) for f in outputs]
    found: list[dict[str, Finding]] = [{} for _ in outputs]
    evaluations = 1
    origin: dict[int, dict[Node, Value]] = {}
    whole = all(function.has_value for function in functions)
    terms = [Terms(f) for f in outputs]
    for count, name in enumerate(names):
        parts = [one.of(name) for one in terms] if whole else outputs
        line = Line(parts, point, {name: 1}, deadline, guards, origin)
        for index, (f, function) in enumerate(zip(outputs, functions, strict=True)):
            question = Question(f, point, guards, function, deadline)
            found[index][name] = difference(question, line, index, name, count < TOLD)
        evaluations += line.evaluations
    return [gathered(function, row, evaluations) for function, row in zip(functions, found, strict=True)]


def gathered(function: Function, findings: Mapping[str, Finding], evaluations: int) -> Entries:
    """The findings of one function as a record."""
    numbers = {name: finding.number for name, finding in findings.items()}
    errors = {name: finding.error for name, finding in findings.items()}
    problems = [finding.problem for finding in findings.values() if finding.problem is not None]
    return Entries(function.value.value, numbers, (*value_problems(function), *problems), errors, evaluations)


def difference(question: Question, line: Line, index: int, name: str, tell: bool) -> Finding:
    """One derivative by differences: two central ones where they agree, else by what both sides do."""
    place = place_of(name, question.point[name], question.function.touched)
    if not question.function.has_value:
        return missing(question, line if tell else None, index, place)
    try:
        found = central(line, index)
        if found is not None:
            return said_value(*found, place)
        finding = by_sides(line, index, place)
        jumps = finding.problem is not None and " jumps at " in finding.problem.message
        if jumps and line.nodes[index] is not question.f:
            whole = along([question.f], name, question.point, question.deadline, question.guards)
            return by_sides(whole, 0, place)  # the values at a jump are those of the whole sum
        return finding
    except OutOfTimeError:
        return late(place)


def late(place: Place) -> Finding:
    """The time is over."""
    return Finding(None, Problem(place.name, "undecided", f"not decided within {SECONDS:g} s"))


def missing(question: Question, line: Line | None, index: int, place: Place) -> Finding:
    """The problem of an entry where the function has no value."""
    value = question.function.value
    kind: ProblemKind = "undefined" if value.status == "undefined" else "undecided"
    return without_value(line, index, place, value.reason, kind)


def central(line: Line, index: int) -> tuple[Value, arb] | None:
    """The central difference of the smaller step and a bound on its error; None where two steps do not settle it."""
    first = RELATIVE_STEP * line.length
    rows = [[quotient(line, index, Fraction(0), sign * step) for sign in (1, -1)] for step in (first, first / 1000)]
    if not all(is_known(slope) for row in rows for slope in row):
        return None
    with ctx.workprec(WORK_BITS):
        (right, left), (right_near, left_near) = rows
        value, far = (right_near + left_near) / 2, (right + left) / 2
        error = abs(as_ball(far - value)).upper()
        bend, bend_far = right_near - left_near, right - left
        if 0 not in as_ball(bend) and upper_magnitude(bend) > upper_magnitude(bend_far) - 1:
            return None
        size = magnitude(value) if 0 not in as_ball(value) else upper_magnitude(right_near)
    return (value, error) if error == 0 or magnitude(error) <= size - AGREEMENT else None


def by_sides(line: Line, index: int, place: Place) -> Finding:
    """The derivative from its two sides, with ever smaller steps."""
    left, right = look(line, index, -1), look(line, index, 1)
    finding = conclude(left, right, place, None)
    if finding.number is None or left.error is None or right.error is None:
        return finding
    return finding._replace(error=rounded_up(left.error + right.error, finding.number))


def said_value(value: Value, error: arb, place: Place) -> Finding:
    """A value and its error in float64."""
    number = as_float(value)
    if number is None:
        return Finding(None, Problem(place.name, "overflow", f"the derivative at {place.text} is {OVERFLOW}"))
    with ctx.workprec(WORK_BITS):
        if type(value) is arb:
            error = error + value.rad()
            number = 0.0 if 0 in value else number
    return Finding(number, None, rounded_up(error, number))


def rounded_up(error: arb, number: float) -> float:
    """An error in float64 that is not below the exact one, with half a unit in the number's last place."""
    exact = float(error.upper()) if error.is_finite() else inf
    total = exact + ulp(number) / 2 if number else exact
    return nextafter(total, inf) if total else 0.0


def complex_entries(f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Entries:
    """f and its derivatives by the complex step Im f(p + ih)/h: no subtraction, two steps for each variable.

    The function must have a real value at the point; at a switch or where it is not analytic both sides are looked at.
    """
    deadline = monotonic() + SECONDS
    real: dict[int, Balls] = {}
    function = known_function(Balls(point), f, guards)
    question = Question(f, point, guards, function, deadline)
    findings, evaluations = {}, 1
    for count, name in enumerate(names):
        findings[name], used = complex_step(question, real, name, count < TOLD)
        evaluations += used
    return gathered(function, findings, evaluations)


def complex_step(question: Question, real: dict[int, Balls], name: str, tell: bool) -> tuple[Finding, int]:
    """One derivative by the complex step, and how many evaluations it took."""
    place = place_of(name, question.point[name], question.function.touched)
    line = Line([question.f], question.point, {name: 1}, question.deadline, question.guards)
    try:
        if not question.function.has_value:
            return missing(question, line if tell else None, 0, place), 0
        found = None if name in question.function.affected else imaginary(question, real, name, line.length)
        if found is None:
            return by_sides(line, 0, place), line.evaluations
        return said_value(*found, place), 2
    except OutOfTimeError:
        return late(place), line.evaluations


def imaginary(question: Question, real: dict[int, Balls], name: str, length: Fraction) -> tuple[Value, arb] | None:
    """Im f(p + ih)/h for the short step and its change to the long one; None where f is not analytic at the point.

    The long step goes to the other side of the real axis: on a branch cut (sqrt(x**2) at 0) the sides disagree.
    """
    bits = COMPLEX_BITS + 64 * max(0, ceil(-magnitude(rational(length)) / 64))
    while bits <= limits.BALL_BITS:
        run = real.setdefault(bits, Balls(question.point, question.deadline))
        (value,) = run.evaluate([question.f], bits)
        if not is_known(value):
            return None
        steps = (length * power_of_two(-SHORT_STEP), -length * power_of_two(-LONG_STEP))
        slopes = [imaginary_quotient(question, run, name, h) for h in steps]
        if any(slope is None for slope in slopes):
            return None
        short, long = (slope for slope in slopes if slope is not None)
        with ctx.workprec(WORK_BITS):
            change = abs(short - long).upper()
        if short.rel_accuracy_bits() >= AGREEMENT or upper_magnitude(short) < -1200:
            return (short, change) if magnitude(change) <= magnitude(short) - AGREEMENT or change == 0 else None
        bits *= 2
    return None


def imaginary_quotient(question: Question, real: Balls, name: str, h: Fraction) -> arb | None:
    """Im f(p + ih)/h, None where f is not analytic there or its real part is not that of the real point."""
    (start,) = real.evaluate([question.point[name]], real.bits)
    with ctx.workprec(real.bits):
        moved = acb(as_ball(start), as_ball(rational(h)))
        (result,) = Beside(real, {name: moved}).evaluate([question.f])
        at_point = as_ball(real.values[question.f])
        if not result.is_finite():
            return None
        gap = upper_magnitude(result.real - at_point)
        if gap > max(upper_magnitude(at_point), 0.0) - LONG_STEP / 2:
            return None
        return result.imag / as_ball(rational(h))


def second_difference_entries(
    f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()
) -> SecondEntries:
    """The Hessian of f by second differences, with an error for each entry."""
    from gradcli.derive.methods import extended_second

    return extended_second.second_difference_entries(f, names, point, guards)
