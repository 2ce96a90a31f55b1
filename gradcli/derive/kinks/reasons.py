"""Why a derivative does not exist at a point, or that it does after all: both one-sided slopes, in words for people."""

from __future__ import annotations

from fractions import Fraction

from gradcli import limits
from gradcli.derive.kinks.slopes import WORK_BITS, Line, Side, agree, as_float, difference, look, mean, used_in
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.certify import OVERFLOW
from gradcli.evaluate.certified.values import OutOfTimeError, as_ball, is_known
from gradcli.evaluate.domains import number_text
from gradcli.flints import arb, ctx
from gradcli.problems import Problem
from gradcli.program.graph import Node, reachable
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.derive.kinks.slopes import Uses
    from gradcli.evaluate.certified.values import Value
    from gradcli.vocabulary import ProblemKind

    Words = Callable[[Side, Side, "Place"], str]

TOLD = 3
"""Variables whose slopes are looked at where the function has no value; for the others its reason is said alone."""


class Finding(NamedTuple):
    """The derivative (a number or a problem), and an error that holds for the number.

    assumption   what the number takes for granted: that one side is enough, where the other has no values
    value        an enclosure of the derivative, where slopes gave it
    """

    number: float | None
    problem: Problem | None
    error: float | None = None
    assumption: str = ""
    value: Value | None = None


class Place(NamedTuple):
    """A variable at its point, for messages: `x`, `x = 0`, and what switches there (`abs`, `where`, `the function`)."""

    name: str
    text: str
    culprit: str = "the function"


def place_of(name: str, node: Node, switch: Node | None = None) -> Place:
    """The variable's place; the culprit is a switch that depends on it."""
    where = f"{name} = {point_text(node)}"
    if switch is None:
        return Place(name, where)
    culprit = switch.data.name if switch.op == "call" else "the power" if switch.op == "power" else "where"
    return Place(name, where, culprit)


def point_text(node: Node) -> str:
    """A coordinate as people write it: whole numbers and decimals exactly, else as a fraction or in float64."""
    if node.op != "number":
        return said(Balls({}).evaluate([node], 128)[0])
    text = repr(node.data.numerator / node.data.denominator) if abs(node.data) < 1e300 else ""
    return text.removesuffix(".0") if text and Fraction(text) == node.data else number_text(node.data)


def along(
    nodes: Sequence[Node], name: str, point: Mapping[str, Node], deadline: float, guards: Sequence[Node] = ()
) -> Line:
    """The line through the point on which only this variable moves."""
    return Line(nodes, point, {name: 1}, deadline, guards)


def diagnose(line: Line, index: int, place: Place, formula: float | None) -> Finding:
    """The derivative along the line from both one-sided slopes; `formula` is what its formula gives, or None."""
    try:
        left, right = look(line, index, -1), look(line, index, 1)
        return conclude(left, right, place, formula)
    except OutOfTimeError:
        return too_long(place)


def diagnose_entry(
    terms: KinkTerms,
    point: Mapping[str, Node],
    deadline: float,
    place: Place,
    formula: float | None,
    guards: Sequence[Node] = (),
) -> Finding:
    """The derivative by one variable, from the terms that move; values at a jump are those of the whole."""
    if limits.clock() > deadline:
        return too_long(place)
    part = terms.of(place.name)
    if part is terms.f:
        return diagnose(terms.line(point, place.name, deadline, guards), 0, place, formula)
    finding = diagnose(along([part], place.name, point, deadline, guards), 0, place, formula)
    if finding.problem is not None and " jumps at " in finding.problem.message:
        return diagnose(terms.line(point, place.name, deadline, guards), 0, place, formula)
    return finding


def too_long(place: Place) -> Finding:
    """There was no time for the slopes."""
    return Finding(None, Problem(place.name, "undecided", f"the slopes at {place.text} took too long"))


def conclude(left: Side, right: Side, place: Place, formula: float | None) -> Finding:
    """What the two sides say together. `formula`: the derivative, if it exists, where its formula can be trusted."""
    manners = (left.manner, right.manner)
    if manners == ("finite", "finite"):
        if agree(left, right):
            return answer(mean(left, right), place, formula, left, right)
        return problem(place, "not-differentiable", kink, left, right)
    if "rough" in manners:
        return problem(place, "not-differentiable", rough, left, right)
    if "jump" in manners:
        return problem(place, "not-differentiable", jump, left, right)
    if "infinite" in manners:
        return problem(place, "infinite", steep, left, right)
    if manners == ("undefined", "undefined"):
        return problem(place, "undefined", lonely, left, right)
    if "undefined" in manners and "finite" in manners:
        side = left if left.manner == "finite" else right
        return answer(side.slope, place, formula, side)._replace(assumption=border(left, right, place))
    return problem(place, "undecided", unsettled, left, right)


def answer(slope: Value | None, place: Place, formula: float | None, *sides: Side) -> Finding:
    """The derivative: the slope of both sides, or of the only one."""
    number = as_float(slope) if formula is None else formula
    if number is None:
        return Finding(None, Problem(place.name, "overflow", f"the derivative at {place.text} is {OVERFLOW}"))
    return Finding(number, None, value=enclosed(slope, sides))


def enclosed(slope: Value | None, sides: Sequence[Side]) -> Value | None:
    """The slope with the errors of the sides that it is from."""
    errors = [side.error for side in sides if side.error is not None and side.error != 0]
    if slope is None or not errors:
        return slope
    with ctx.workprec(WORK_BITS):
        return as_ball(slope) + arb(0, 1) * sum(errors, start=arb(0))


def problem(place: Place, kind: ProblemKind, words: Words, left: Side, right: Side) -> Finding:
    """A problem with the one-sided derivatives that exist."""
    return Finding(None, Problem(place.name, kind, words(left, right, place), finite(left), finite(right)))


def finite(side: Side) -> float | None:
    """The one-sided derivative, None where there is none."""
    return as_float(side.slope) if side.manner == "finite" else None


def kink(left: Side, right: Side, place: Place) -> str:
    """Two slopes, which float64 may not tell apart."""
    if said(left.slope) == said(right.slope):
        gap = said(difference(left, right))
        return f"{place.culprit} has a kink at {place.text}: slope {said(left.slope)}, and {gap} more on the right"
    return f"{place.culprit} has a kink at {place.text}: slope {slopes(left, right)}"


def slopes(left: Side, right: Side) -> str:
    """Both slopes in words."""
    return f"{said(left.slope)} from the left, {said(right.slope)} from the right"


def said(value: Value | None) -> str:
    """A number in words: the float64 as people write it; five digits of one beyond float64."""
    number = as_float(value)
    if number is None:
        if value is None or not is_known(value):
            return "unknown"
        digits, _, power = as_ball(value).mid().str(5, radius=False).partition("e")
        return f"{digits.rstrip('0').removesuffix('.')}e{power}"
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def jump(left: Side, right: Side, place: Place) -> str:
    """The values on both sides do not meet."""
    sides = [
        f"{said(side.limit)} {word}"
        for side, word in ((left, "on the left"), (right, "on the right"))
        if side.limit is not None
    ]
    values = f": the limit is {' and '.join(sides)}" if sides else ""
    return f"{place.culprit} jumps at {place.text}{values}"


def rough(left: Side, right: Side, place: Place) -> str:
    """The first derivative does not exist beside the point."""
    sides = [word for side, word in ((left, "left"), (right, "right")) if side.manner == "rough"]
    reason = left.reason or right.reason
    return f"no derivative at {place.text}: on the {' and on the '.join(sides)} of it {reason}"


def steep(left: Side, right: Side, place: Place) -> str:
    """A slope without bound."""
    parts = [side_words(side, word) for side, word in ((left, "left"), (right, "right"))]
    return f"the slope is infinite at {place.text}: {', '.join(part for part in parts if part)}"


def side_words(side: Side, word: str) -> str:
    """One side of an infinite slope."""
    if side.manner == "infinite" and side.slope is not None:
        return f"{'+' if side.slope > 0 else '-'}infinity from the {word}"
    if side.manner == "finite":
        return f"{said(side.slope)} from the {word}"
    return f"not real on the {word} ({side.reason})" if side.manner == "undefined" else ""


def lonely(left: Side, right: Side, place: Place) -> str:
    """No neighbour has a value."""
    return f"the function has a value at {place.text} but not beside it ({right.reason or left.reason})"


def border(left: Side, right: Side, place: Place) -> str:
    """One side is outside the domain."""
    word, outside, other = ("right", "left", left) if right.manner == "finite" else ("left", "right", right)
    return (
        f"the derivative by {place.name} at {place.text} is one-sided: the slope from the {word};"
        f" on the {outside} there is no value ({other.reason})"
    )


def unsettled(left: Side, right: Side, place: Place) -> str:
    """Quotients without a pattern."""
    parts = [
        f"{said(side.slope)} from the {word}"
        for side, word in ((left, "left"), (right, "right"))
        if side.manner == "finite"
    ]
    known = f"; the slope is {', '.join(parts)}" if parts else ""
    return f"difference quotients at {place.text} do not settle as the step shrinks{known}"


def without_value(line: Line | None, index: int, place: Place, reason: str, kind: ProblemKind) -> Finding:
    """The problem of a variable where the function has no value, with the limits that a removable gap would have."""
    text = f"no value at {place.text}: {reason}"
    if line is None:
        return Finding(None, Problem(place.name, kind, text))
    try:
        left, right = look(line, index, -1, False), look(line, index, 1, False)
    except OutOfTimeError:
        return Finding(None, Problem(place.name, kind, text))
    return Finding(None, Problem(place.name, kind, text + gap_words(left, right), finite(left), finite(right)))


def gap_words(left: Side, right: Side) -> str:
    """What a limit as value would give: removable gaps, jumps, infinite slopes."""
    if left.limit is None and right.limit is None:
        return ""
    if left.limit is None or right.limit is None:
        side, word = (left, "left") if right.limit is None else (right, "right")
        slope = {"finite": f"slope {said(side.slope)}", "infinite": "an infinite slope"}.get(side.manner, "no slope")
        return f"; from the {word} the limit is {said(side.limit)}, with {slope}"
    if as_float(left.limit) != as_float(right.limit):
        jumps = f"; it jumps from {said(left.limit)} to {said(right.limit)}"
        return jumps + (f", slope {slopes(left, right)}" if left.manner == right.manner == "finite" else "")
    limit = f"; with the limit {said(left.limit)} as value"
    if not left.manner == right.manner == "finite":
        return f"{limit} it would be continuous, but without a derivative"
    if agree(left, right):
        return f"{limit} the derivative would be {said(mean(left, right))} (removable)"
    return f"{limit} the slope would be {slopes(left, right)}"


class KinkTerms:
    """The part of a long sum that moves with one variable: the others change no slope."""

    def __init__(self, f: Node) -> None:
        self.f = f
        self.origin: dict[int, dict[Node, Value]] = {}
        self.uses: Uses | None = None
        self.by_name: dict[str, list[int]] | None = None
        if f.op == "sum" and len(f.args) > 1:
            self.by_name = {}
            for place, term in enumerate(f.args):
                for part in reachable([term]):
                    if part.op == "variable":
                        self.by_name.setdefault(part.data, []).append(place)

    def line(self, point: Mapping[str, Node], name: str, deadline: float, guards: Sequence[Node]) -> Line:
        """The whole function along a variable: values at the point itself, and who uses what, are found once."""
        if self.uses is None:
            self.uses = used_in([self.f, *guards])
        return Line([self.f], point, {name: 1}, deadline, guards, self.origin, uses=self.uses)

    def of(self, name: str) -> Node:
        """A function with the same slopes along this variable."""
        if self.by_name is None:
            return self.f
        places = self.by_name.get(name, [])
        if not places or len(places) == len(self.f.args):
            return self.f
        coefficients = tuple(self.f.data[0][place] for place in places)
        part = Node()
        part.op, part.args, part.data = "sum", tuple(self.f.args[place] for place in places), (coefficients, 0)
        part.shape, part.serial = self.f.shape, self.f.serial  # it stands where f stands, after its terms
        return part
