"""Complex step: derivatives from the imaginary part of f(x + ih)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from gradcli import limits
from gradcli.derive.kinks.reasons import TOLD, Finding, KinkTerms, place_of
from gradcli.derive.kinks.slopes import WORK_BITS, Line, magnitude, power_of_two, upper_magnitude
from gradcli.derive.methods.certified import known_function
from gradcli.derive.methods.extended import (
    AGREEMENT,
    COMPLEX_BITS,
    LONG_STEP,
    SHORT_STEP,
    Evaluations,
    by_sides_of_all,
    gathered,
    late,
    missing,
    said_value,
)
from gradcli.derive.methods.jet import SECONDS, Jet
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.values import OutOfTimeError, as_ball, is_known, rational
from gradcli.evaluate.complex.balls import Beside
from gradcli.flints import acb, arb, ctx
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node


def complex_jet(f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Jet:
    """f and its derivatives by the complex step Im f(p + ih)/h: no subtraction, two steps for each variable.

    The function must have a real value at the point; at a switch or where it is not analytic both sides are looked at.
    """
    deadline = limits.clock() + SECONDS
    real: dict[int, Balls] = {}
    function = known_function(Balls(point), f, guards)
    question = Evaluations(f, point, guards, function, deadline)
    terms, findings, evaluations = KinkTerms(f), {}, 1
    for count, name in enumerate(names):
        part = terms.of(name) if function.has_value else f
        findings[name], used = complex_step(question, part, real, name, count < TOLD)
        evaluations += used
    return gathered(function, findings, evaluations)


def complex_step(
    question: Evaluations, part: Node, real: dict[int, Balls], name: str, tell: bool
) -> tuple[Finding, int]:
    """One derivative by the complex step of the part that moves, and how many evaluations it took."""
    place = place_of(name, question.point[name], question.function.culprits.get(name))
    line = Line([part], question.point, {name: 1}, question.deadline, question.guards)
    try:
        if not question.function.has_value:
            return missing(question, line if tell else None, 0, place), 0
        found = None if not question.function.is_plain(name) else imaginary(question, part, real, name, line.length)
        if found is None:
            return by_sides_of_all(question, line, 0, name, place), line.evaluations
        return said_value(*found, place), 2
    except OutOfTimeError:
        return late(place), line.evaluations


def imaginary(
    question: Evaluations, f: Node, real: dict[int, Balls], name: str, length: Fraction
) -> tuple[Value, arb] | None:
    """Im f(p + ih)/h for the short step and its change to the long one; None where f is not analytic at the point.

    The long step goes to the other side of the real axis: on a branch cut (sqrt(x**2) at 0) the sides disagree.
    """
    bits = COMPLEX_BITS + 64 * max(0, ceil(-magnitude(rational(length)) / 64))
    while bits <= limits.BALL_BITS:
        run = real.setdefault(bits, Balls(question.point, question.deadline))
        (value,) = run.evaluate([f], bits)
        if not is_known(value):
            return None
        steps = (length * power_of_two(-SHORT_STEP), -length * power_of_two(-LONG_STEP))
        slopes = [imaginary_quotient(f, question.point[name], run, name, h) for h in steps]
        if any(slope is None for slope in slopes):
            return None
        short, long = (slope for slope in slopes if slope is not None)
        with ctx.workprec(WORK_BITS):
            change = abs(short - long).upper()
        if short.rel_accuracy_bits() >= AGREEMENT or upper_magnitude(short) < -1200:
            return (short, change) if magnitude(change) <= magnitude(short) - AGREEMENT or change == 0 else None
        bits *= 2
    return None


def imaginary_quotient(f: Node, coordinate: Node, real: Balls, name: str, h: Fraction) -> arb | None:
    """Im f(p + ih)/h, None where f is not analytic there or its real part is not that of the real point."""
    (start,) = real.evaluate([coordinate], real.bits)
    with ctx.workprec(real.bits):
        moved = acb(as_ball(start), as_ball(rational(h)))
        (result,) = Beside(real, {name: moved}).evaluate([f])
        at_point = as_ball(real.values[f])
        if not result.is_finite():
            return None
        gap = upper_magnitude(result.real - at_point)
        if gap > max(upper_magnitude(at_point), 0.0) - LONG_STEP / 2:
            return None
        return result.imag / as_ball(rational(h))
