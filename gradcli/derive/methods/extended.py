"""Derivatives without derivative rules: finite differences and the complex step, both in extended precision.

Each number carries an error that holds: the rounding is enclosed by balls; the rest is estimated from a second step.
Source: Squire & Trapp 1998 and Martins, Sturdza & Alonso 2003 for the complex step; central differences as in any book.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

from gradcli import limits
from gradcli.derive.kinks.reasons import (
    TOLD,
    Finding,
    KinkTerms,
    Place,
    along,
    conclude,
    place_of,
    without_value,
)
from gradcli.derive.kinks.slopes import (
    MANTISSAS,
    WORK_BITS,
    Line,
    as_float,
    look,
    magnitude,
    quotient,
    step,
    upper_magnitude,
)
from gradcli.derive.methods.certified import Function, known_function, value_problems
from gradcli.derive.methods.jet import SECONDS, Jet, rounded_up
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.certify import OVERFLOW
from gradcli.evaluate.certified.values import OutOfTimeError, as_ball, is_known
from gradcli.flints import arb, ctx
from gradcli.problems import Problem
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node
    from gradcli.vocabulary import ProblemKind


RELATIVE_STEP = Fraction(MANTISSAS[0], 10**34)
"""The first step of a difference, of |x| (of 1 at 0): 1.5e-25; no round number, of which whole waves are made."""

SECOND_LEVEL = 512
"""The second step is about 2**-512 of |x|: floor(1e60*x) and sin(1e100*x) have no steps or waves within it."""

AGREEMENT = 60
"""Bits to which the values of both steps must agree; else both sides are looked at with ever smaller steps."""

LONG_STEP, SHORT_STEP = 498, 664
"""Imaginary steps 2**-498 and 2**-664 of |x|: about 1e-150 and 1e-200."""

COMPLEX_BITS = 1024


class Evaluations(NamedTuple):
    """One function at one point."""

    f: Node
    point: Mapping[str, Node]
    guards: Sequence[Node]
    function: Function
    deadline: float


def difference_jet(f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Jet:
    """f and its derivatives by central differences: five evaluations for the first variable, four for each other."""
    (jet,) = difference_jets([f], names, point, guards)
    return jet


def difference_jets(
    outputs: Sequence[Node], names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()
) -> list[Jet]:
    """The same for several functions, which share their evaluations. Each row states the evaluations of all."""
    deadline = limits.clock() + SECONDS
    functions = [known_function(Balls(point), f, guards) for f in outputs]
    found: list[dict[str, Finding]] = [{} for _ in outputs]
    evaluations = 1
    origin: dict[int, dict[Node, Value]] = {}
    whole = all(function.has_value for function in functions)
    terms = [KinkTerms(f) for f in outputs]
    for count, name in enumerate(names):
        parts = [one.of(name) for one in terms] if whole else outputs
        line = Line(parts, point, {name: 1}, deadline, guards, origin)
        for index, (f, function) in enumerate(zip(outputs, functions, strict=True)):
            question = Evaluations(f, point, guards, function, deadline)
            found[index][name] = difference(question, line, index, name, count < TOLD)
        evaluations += line.evaluations
    return [gathered(function, row, evaluations) for function, row in zip(functions, found, strict=True)]


def gathered(function: Function, findings: Mapping[str, Finding], evaluations: int) -> Jet:
    """The findings of one function as a record."""
    numbers = tuple(finding.number for finding in findings.values())
    errors = tuple(finding.error for finding in findings.values())
    problems = [finding.problem for finding in findings.values() if finding.problem is not None]
    assumptions = tuple(finding.assumption for finding in findings.values() if finding.assumption)
    problems = [*value_problems(function), *problems]
    value = function.value.value
    return Jet((value,), (numbers,), (), tuple(problems), (errors,), evaluations, assumptions=assumptions)


def difference(question: Evaluations, line: Line, index: int, name: str, tell: bool) -> Finding:
    """One derivative by differences: two central ones where they agree, else by what both sides do."""
    place = place_of(name, question.point[name], question.function.culprits.get(name))
    if not question.function.has_value:
        return missing(question, line if tell else None, index, place)
    try:
        found = central(line, index)
        if found is not None:
            return said_value(*found, place)
        return by_sides_of_all(question, line, index, name, place)
    except OutOfTimeError:
        return late(place)


def late(place: Place) -> Finding:
    """The time is over."""
    return Finding(None, Problem(place.name, "undecided", f"not decided within {SECONDS:g} s"))


def missing(question: Evaluations, line: Line | None, index: int, place: Place) -> Finding:
    """The problem of an entry where the function has no value."""
    value = question.function.value
    kind: ProblemKind = "undefined" if value.status == "undefined" else "undecided"
    return without_value(line, index, place, value.reason, kind)


def central(line: Line, index: int) -> tuple[Value, arb] | None:
    """The central difference of the smaller step and a bound on its error; None where two steps do not settle it."""
    first = RELATIVE_STEP * line.length
    steps = first, step(line, SECOND_LEVEL)
    rows = [[quotient(line, index, Fraction(0), sign * size) for sign in (1, -1)] for size in steps]
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
    errors = [side.error for side in (left, right) if side.error is not None]
    if finding.number is None or not errors:
        return finding
    return finding._replace(error=rounded_up(sum(errors, start=arb(0)), finding.number))


def by_sides_of_all(question: Evaluations, line: Line, index: int, name: str, place: Place) -> Finding:
    """The derivative from the two sides of the part that moves; values at a jump are those of the whole sum."""
    finding = by_sides(line, index, place)
    jumps = finding.problem is not None and " jumps at " in finding.problem.message
    if jumps and line.nodes[index] is not question.f:
        return by_sides(along([question.f], name, question.point, question.deadline, question.guards), 0, place)
    return finding


def said_value(value: Value, error: arb, place: Place) -> Finding:
    """A value and its error in float64."""
    number = as_float(value)
    if number is None:
        return Finding(None, Problem(place.name, "overflow", f"the derivative at {place.text} is {OVERFLOW}"))
    with ctx.workprec(WORK_BITS):
        if type(value) is arb:
            error = error + value.rad()
            number = 0.0 if 0 in value else number
    bound = rounded_up(error, number)
    if bound == inf:
        text = f"the values around {place.text} are so large that their rounding hides the slope"
        return Finding(None, Problem(place.name, "undecided", text))
    return Finding(number, None, bound)


def second_difference_jet(f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Jet:
    """The Hessian of f by second differences, with an error for each entry."""
    from gradcli.derive.methods import extended_second

    return extended_second.second_difference_jet(f, names, point, guards)
