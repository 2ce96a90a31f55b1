"""Where a function has no value though arithmetic of floats has a number: exp(-1/x**2) at 0, max(log(x), 0) below.

What is infinite is lost in a reciprocal and in functions that are finite at infinity, what is nan in comparisons,
maxima and powers. For the parts whose ends may be lost so there are conditions: the function has a value only where
they hold.
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.graph import order, reachable
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Interval

INFINITE_AT_INFINITY: Final = frozenset(
    ("abs", "sqrt", "cbrt", "log", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "asinh", "acosh")
)
"""Functions with no finite number at ±inf."""

FORGETFUL: Final = frozenset(("max", "min", "hypot", "sign"))
"""Functions that may have a number where an argument is nan."""

ELEMENTARY_POLES: Final = ("sin", "sinh")
"""Zeros of these, of csc, cot and their like, which floats meet; those of cos they do not."""

MOST_CONDITIONS: Final = 64
MOST_NESTED: Final = 6
"""Choices inside of each other that are looked into."""


class DomainPart(NamedTuple):
    """A branch of choices: its root, the choices with the side that is taken, and whether nan and inf would be seen."""

    root: Node
    taken: tuple[tuple[Node, bool], ...]
    shows_nan: bool
    shows_infinity: bool


def domain_conditions(graph: Graph, value: Node, guards: Sequence[Node] = ()) -> list[Node]:
    """The conditions under which a function has a value, as far as its own number may not tell.

    guards   nodes that must have a value, of which the function's number tells nothing
    """
    if not any(is_border(node) for node in order([value, *guards])):
        return []
    kept, graph.guards = graph.guards, None  # these choices are no part of the function: nothing of them is dropped
    try:
        found: dict[Node, None] = {}
        waiting = [DomainPart(value, (), True, True), *(DomainPart(guard, (), False, False) for guard in guards)]
        while waiting and len(found) < MOST_CONDITIONS:
            piece = waiting.pop()
            for node, shows_nan, shows_infinity in seen(piece):
                if node.op == "where" and len(piece.taken) < MOST_NESTED:
                    for place, side in ((1, True), (2, False)):
                        taken = (*piece.taken, (node.args[0], side))
                        waiting.append(DomainPart(node.args[place], taken, shows_nan, shows_infinity))
                for condition in conditions_of(graph, node, shows_nan, shows_infinity):
                    found[under(graph, condition, piece.taken)] = None
        return [node for node in found if node is not scalars.truth(graph, True)]
    finally:
        graph.guards = kept


def under(graph: Graph, condition: Node, taken: tuple[tuple[Node, bool], ...]) -> Node:
    """The condition, asked only where its branch is taken."""
    for choice, side in reversed(taken):
        other = scalars.logic(graph, "not", [choice]) if side else choice
        condition = scalars.logic(graph, "or", [other, condition])
    return condition


def seen(piece: DomainPart) -> Iterator[tuple[Node, bool, bool]]:
    """The nodes of a piece without its choices' branches, each with whether its nan and its infinity reach the root."""
    nodes = reachable([piece.root], children)
    shows: dict[Node, tuple[bool, bool]] = {piece.root: (piece.shows_nan, piece.shows_infinity)}
    for node in reversed(nodes):
        yield node, *shows[node]
        for place, arg in enumerate(children(node)):
            nan, infinity = shows.get(arg, (False, False))
            passes_nan, passes_infinity = passes(node, place)
            shows[arg] = (nan or (shows[node][0] and passes_nan), infinity or (shows[node][1] and passes_infinity))


def children(node: Node) -> tuple[Node, ...]:
    """The arguments that are always asked for: of a choice its condition."""
    return node.args[:1] if node.op == "where" else node.args


def passes(node: Node, place: int) -> tuple[bool, bool]:
    """Is the node nan where its argument at this place is, and not finite where that is infinite?"""
    if node.op == "sum":
        return True, True
    if node.op == "product":
        return True, node.data[place] > 0
    if node.op == "call":
        name = node.data.name
        return name not in FORGETFUL and not node.data.kinks and not node.data.jumps, name in INFINITE_AT_INFINITY
    return False, False


def is_border(node: Node) -> bool:
    """May the node have no value where its arguments have one?"""
    if node.op == "product":
        return any(type(e) is not int or e < 0 for e in node.data)
    return node.op == "power" or (node.op == "call" and bool(node.data.domain or node.data.poles or is_angle(node)))


def is_angle(node: Node) -> bool:
    """Is it atan2 of two that may both be 0, where languages have a number?"""
    return bool(node.data.name == "atan2") and not any(
        arg.op == "constant" or (arg.op == "number" and arg.data) for arg in node.args
    )


def conditions_of(graph: Graph, node: Node, shows_nan: bool, shows_infinity: bool) -> Iterator[Node]:
    """What must hold for a node to have a value where its arguments have one, and may be lost above it."""
    zero = scalars.number(graph, 0)
    if node.op == "product":
        for base, exponent in zip(node.args, node.data, strict=True):
            if type(exponent) is not int and not shows_nan:
                yield scalars.compare(graph, ">=" if exponent > 0 else ">", base, zero)
            elif exponent < 0 and not shows_infinity:
                yield scalars.compare(graph, "!=", base, zero)
    elif node.op == "call" and node.data.poles in ELEMENTARY_POLES and not shows_infinity:
        poles = scalars.call(graph, RULES[node.data.poles], [node.args[node.data.bounded]])
        yield scalars.compare(graph, "!=", poles, zero)
    elif node.op == "call" and is_angle(node):
        yield scalars.logic(graph, "or", [scalars.compare(graph, "!=", arg, zero) for arg in node.args])
    elif node.op == "power" and not (shows_nan and shows_infinity):
        yield power_condition(graph, *node.args)
    elif node.op == "call" and node.data.domain and not (shows_nan and shows_infinity and node.data.kernel):
        # without a kernel a row is made of others: acot of 1/x, which has a number at 0
        place = node.data.bounded
        if place < len(node.args):
            parts = [inside_interval(graph, node.args[place], interval) for interval in node.data.domain]
            yield parts[0] if len(parts) == 1 else scalars.logic(graph, "or", parts)


def power_condition(graph: Graph, base: Node, exponent: Node) -> Node:
    """base > 0, or base = 0 and an exponent that is not negative, or a whole one."""
    zero = scalars.number(graph, 0)
    at_zero = [scalars.compare(graph, "==", base, zero), scalars.compare(graph, ">=", exponent, zero)]
    whole = scalars.compare(graph, "==", scalars.call(graph, RULES["floor"], [exponent]), exponent)
    below = [scalars.compare(graph, "<", base, zero), whole]
    cases = [scalars.compare(graph, ">", base, zero), scalars.logic(graph, "and", at_zero)]
    return scalars.logic(graph, "or", [*cases, scalars.logic(graph, "and", below)])


def inside_interval(graph: Graph, argument: Node, interval: Interval) -> Node:
    """The condition that an argument lies in an interval of a row."""
    from gradcli.program.rows import rule_text

    found = []
    if "inf" not in interval.low:
        low = rule_text(graph, interval.low, {})
        found.append(scalars.compare(graph, ">=" if interval.low_closed else ">", argument, low))
    if "inf" not in interval.high:
        high = rule_text(graph, interval.high, {})
        found.append(scalars.compare(graph, "<=" if interval.high_closed else "<", argument, high))
    return found[0] if len(found) == 1 else scalars.logic(graph, "and", found)
