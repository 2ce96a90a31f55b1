"""Certified numbers: each correctly rounded to float64, or the reason why there is none."""

from __future__ import annotations

from itertools import takewhile
from math import isfinite

from gradcli import limits
from gradcli.evaluate.certified.exact import evaluate_exact, nearest
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Literal

    from gradcli.evaluate.certified.balls import Balls
    from gradcli.program.graph import Node

    Status = Literal["ok", "undefined", "overflow", "touched", "undecided"]


class Certified(NamedTuple):
    """One node's value at a point.

    value    the float64 nearest to the true value, None where there is none
    status   `ok`; `undefined`: certainly not a real number; `overflow`: certainly beyond the largest float64;
             `touched`: a decision at a switch keeps the value apart; `undecided`: time or precision did not suffice
    reason   in words, for people
    law      the reason without this point's numbers, where it is said in other words
    """

    value: float | None
    status: Status
    reason: str = ""
    law: str = ""


OVERFLOW = "beyond the largest float64, 1.8e308"


def certify(nodes: Sequence[Node], point: Mapping[str, Node]) -> list[Certified]:
    """Each node's value at the point: exactly where rationals suffice, else by balls of rising precision."""
    found = certify_exactly(nodes, point)
    if None not in found:
        return [result for result in found if result is not None]
    from gradcli.evaluate.certified.balls import Balls

    rest = [node for node, result in zip(nodes, found, strict=True) if result is None]
    by_node = dict(zip(rest, certify_by_balls(Balls(point), rest), strict=True))
    return [by_node[node] if result is None else result for node, result in zip(nodes, found, strict=True)]


def certify_exactly(nodes: Sequence[Node], point: Mapping[str, Node]) -> list[Certified | None]:
    """The rational values, rounded; None where rationals do not suffice."""
    return [None if exact is None else rounded(exact) for exact in evaluate_exact(nodes, point)]


def rounded(exact: Any) -> Certified:
    """An exact number in float64."""
    value = nearest(exact)
    return Certified(None, "overflow", OVERFLOW) if value is None else Certified(value, "ok")


def certify_by_balls(run: Balls, nodes: Sequence[Node]) -> list[Certified]:
    """The nodes' values, with precision doubled until each rounds to one float64; finished ones are left alone."""
    from gradcli.evaluate.certified.balls import FIRST_BITS
    from gradcli.evaluate.certified.values import OutOfTimeError

    found: dict[Node, Certified] = {}
    waiting = list(dict.fromkeys(nodes))
    bits = max(run.bits, FIRST_BITS)
    late = ""
    while waiting and not late:
        try:
            run.evaluate(waiting, bits)
        except OutOfTimeError:
            late = f"not decided within {limits.EVALUATION_SECONDS:g} s"
        last = bool(late) or bits >= limits.BALL_BITS
        for node in waiting:
            result = certified_value(run, node, last, late)
            if result is not None:
                found[node] = result
        if run.touched or run.edges:
            note_switches(run, [node for node in waiting if node in found])
        waiting = [node for node in waiting if node not in found]
        bits = min(next_bits(run, waiting[0], bits), limits.BALL_BITS) if waiting else bits
    return [found[node] for node in nodes]


LONG = 2_000
"""Nodes from which on the next precision is estimated."""
LOST = 4
"""Bits of an enclosure that says next to nothing."""


def next_bits(run: Balls, root: Node, bits: int) -> int:
    """The precision after this one: twice as much, or so often twice that the root is likely to be known.

    Too high an estimate costs time, and changes no number.
    """
    higher = 2 * bits
    if len(run.values) >= LONG:
        wanted = wanted_bits(run, root, bits)
        while higher < wanted and higher < limits.BALL_BITS:
            higher *= 2
    return higher


def wanted_bits(run: Balls, root: Node, bits: int) -> float:
    """How many bits the root is likely to need, from what is known of it, and of what it is made of, at this precision.

    An enclosure lacks as many bits as its radius has more than its middle. Where the radius says no more (the sine of
    a wide ball is between -1 and 1): each statement of a long chain loses some bits, so that what lasts for k nodes of
    n lasts for all of them where it is n/k times as much.
    """
    from gradcli.flints import arb

    value = run.values[root]
    if type(value) is not arb:
        return bits
    accuracy = value.rel_accuracy_bits()
    wanted: float = bits + 64 - accuracy if value.is_finite() and -8 * bits < accuracy < 0 else bits
    before = takewhile(lambda node: node is not root, run.values)
    known = [run.values[node].rel_accuracy_bits() > LOST for node in before if type(run.values[node]) is arb]
    lasted = len(known)
    while lasted and not known[lasted - 1]:
        lasted -= 1
    return max(wanted, bits * len(known) / lasted) if 0 < 2 * lasted < len(known) else wanted


def note_switches(run: Balls, done: Sequence[Node]) -> None:
    """Keep what is at a switch or at an end below these nodes: the next precision forgets it."""
    for part in reachable(done):
        if part in run.touched:
            run.ties[part] = None
        if part in run.edges:
            run.ends[part] = None


def certified_value(run: Balls, node: Node, last: bool, late: str) -> Certified | None:
    """What this precision says about a node, None where a higher one may say more."""
    from gradcli.evaluate.certified.values import Undefined
    from gradcli.evaluate.certified.values import nearest as nearest_of_ball

    if node not in run.values:
        return Certified(None, "undecided", late)
    value = run.values[node]
    if type(value) is Undefined:
        if value.kind == "overflow":
            return Certified(None, "overflow", value.reason) if last else None
        return Certified(None, "undefined", value.reason, value.law)
    number = nearest_of_ball(value)
    if number is None and last:
        number = on_a_tie(value)
    if number is not None:
        return Certified(None, "overflow", OVERFLOW) if abs(number) == float("inf") else Certified(number, "ok")
    return undecided(run, node, late) if last else None


def on_a_tie(value: Any) -> float | None:
    """The even neighbour where the ball is around the middle of two float64, within 2**-2000 of it, relatively.

    At the last precision such a value is taken for the middle itself: exact ties (2*cos(pi/3)*(2**53 + 1)) stay
    undecided at every precision.
    """
    from fractions import Fraction

    from gradcli.evaluate.certified.values import bounds, nearest_ratio

    if not value.is_finite() or value.rel_accuracy_bits() < 2000:
        return None
    low, high = bounds(value)
    if not isfinite(low) or not isfinite(high):
        return None
    middle = (Fraction(low) + Fraction(high)) / 2
    return nearest_ratio(middle.numerator, middle.denominator)


def undecided(run: Balls, node: Node, late: str) -> Certified:
    """Why the last precision did not suffice."""
    if late:
        return Certified(None, "undecided", late)
    from gradcli.evaluate.certified.values import is_known

    parts = reachable([node])
    if is_known(run.values[node]):
        if any(part in run.touched for part in parts):
            return Certified(None, "touched", "a switch in it cannot be decided at this point")
        return Certified(None, "undecided", f"not decided with {limits.BALL_BITS} bits")
    reason, pole = why_unknown(run, parts)
    return Certified(None, "undefined" if pole else "undecided", reason)


def why_unknown(run: Balls, parts: Iterable[Node]) -> tuple[str, bool]:
    """Why the last precision knows nothing of a node, from its parts in order; True where it is at a pole.

    Within 2**-16000 of a pole a function has no value, or one far beyond float64.
    """
    from gradcli.evaluate.certified.values import is_known
    from gradcli.flints import arb

    for part in parts:
        if part in run.values and type(run.values[part]) is arb and not is_known(run.values[part]):
            args = [run.values.get(arg) for arg in part.args]
            if all(is_known(arg) for arg in args):
                return unknown_part(part, args)
    return f"not decided with {run.bits} bits", False


def unknown_part(part: Node, args: list[Any]) -> tuple[str, bool]:
    """What is wrong at the first node that is not known though its arguments are."""
    from gradcli.evaluate.certified.values import as_ball
    from gradcli.evaluate.domains import border_problem, number_text
    from gradcli.flints import fmpq

    if part.op == "product" and any(e < 0 and 0 in as_ball(v) for v, e in zip(args, part.data, strict=True)):
        return "division by a number that cannot be told apart from 0", True
    if part.op in ("product", "power"):
        return "a base of a power that cannot be told apart from 0", False
    if part.op != "call":
        return "a condition that cannot be decided", False
    if isinstance(part.data, BoundRule):
        from gradcli.evaluate.bound.values import why_failed

        return why_failed(part.data, args), False
    exact = all(type(arg) is fmpq for arg in args)  # then `domain_problem` has found it inside
    reason = None if exact else border_problem(part.data, args)
    pole = reason is not None and (bool(part.data.poles) or "!=" in part.data.domain_text)
    return reason or f"{part.data.name} cannot be decided at {', '.join(map(number_text, args))}", pole
