"""Functions with a switch: they tell where they decide at a tie, and what a node stands for as they decide."""

from __future__ import annotations

from gradcli.evaluate.certified.values import ONE, UNKNOWN, ZERO, as_ball, is_known, settle
from gradcli.flints import arb, fmpq
from gradcli.records import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node


class Switches(Protocol):
    """What an evaluation knows of its switches: where each is decided, and which may tip at the point.

    point   name -> a node without variables, or a value
    values  those of the nodes that are done
    stands  what a decided switch is equal to around the point
    """

    point: Mapping[str, Node | Value]
    values: dict[Node, Value]
    stands: dict[Node, Node]

    def touch(self, node: Node) -> None:
        """A switch that may tip."""

    def border(self, node: Node) -> None:
        """An argument at an end of the domain."""


def stands_for(run: Switches, node: Node) -> Node:
    """The part that the node is equal to around the point, as its switches are decided: x for max(x, y) where x > y."""
    return run.stands.get(node, node)


def decide_abs(run: Switches, node: Node, args: list[Value]) -> Value:
    """|x|; touched where x may be 0."""
    (value,) = args
    if value > 0:
        run.stands[node] = stands_for(run, node.args[0])
        return value
    if value < 0:
        return -value
    run.touch(node)
    return ZERO if type(value) is fmpq else arb(0).union(abs(value).upper()) if value.is_finite() else UNKNOWN


def decide_sign(run: Switches, node: Node, args: list[Value]) -> Value:
    """-1, 0 or 1; touched where x may be 0."""
    (value,) = args
    if value > 0:
        return ONE
    if value < 0:
        return -ONE
    run.touch(node)
    return ZERO if type(value) is fmpq else arb(0, 1) if value.is_finite() else UNKNOWN


def decide_floor(run: Switches, node: Node, args: list[Value]) -> Value:
    """The integer part; touched where x may be an integer."""
    return whole(run, node, args[0], lambda value: value.floor())


def decide_ceil(run: Switches, node: Node, args: list[Value]) -> Value:
    """The integer above; touched where x may be an integer."""
    return whole(run, node, args[0], lambda value: value.ceil())


def whole(run: Switches, node: Node, value: Value, rounding: Callable[[Any], Any]) -> Value:
    """floor or ceil of a rational or of a ball."""
    if type(value) is fmpq:
        if value.q == 1:
            run.touch(node)
        return fmpq(rounding(value))
    if not value.is_finite():
        return UNKNOWN
    if value.contains_integer():
        inside = beside_end(node.args[0], value)
        if inside is not None:
            return settle(rounding(inside))
        run.touch(node)
        return rounding(value)
    return settle(rounding(value))


OPEN_RANGES = {"erf": (-1, 1), "erfc": (0, 2), "sigmoid": (0, 1), "tanh": (-1, 1)}
"""Functions and the ends of their ranges, which they come close to and never reach."""


def beside_end(node: Node, value: arb) -> arb | None:
    """A number on the same side of each integer as the value, where that is next to an end of an open range."""
    if node.op == "sum" and node.data == ((-1,), 0):
        turned = beside_end(node.args[0], -value)
        return None if turned is None else -turned
    low, high = OPEN_RANGES.get(node.data.name if node.op == "call" else "", (None, None))
    half = arb(1) / 2
    if low is None or high is None:
        return None
    return high - half if value > high - half else low + half if value < low + half else None


def decide_max(run: Switches, node: Node, args: list[Value]) -> Value:
    """The largest argument; touched where another may be as large."""
    return extreme(run, node, args, 1)


def decide_min(run: Switches, node: Node, args: list[Value]) -> Value:
    """The smallest argument; touched where another may be as small."""
    return extreme(run, node, args, -1)


def extreme(run: Switches, node: Node, args: list[Value], sign: int) -> Value:
    """The largest (sign 1) or smallest (sign -1) argument."""
    if not all(is_known(arg) for arg in args):
        return UNKNOWN
    best = args[0]
    for arg in args[1:]:
        if (arg - best) * sign > 0:
            best = arg
    places = [place for place, arg in enumerate(args) if arg is best or not (arg - best) * sign < 0]
    rivals = [args[place] for place in places]
    equal = {stands_for(run, node.args[place]) for place in places}
    if len(equal) == 1:
        run.stands[node] = equal.pop()
        return best
    run.touch(node)
    if all(type(arg) is fmpq for arg in rivals):
        return best
    total = as_ball(rivals[0])
    for arg in rivals[1:]:
        total = total.max(as_ball(arg)) if sign > 0 else total.min(as_ball(arg))
    return total


DECISIONS: dict[str, Callable[[Switches, Node, list[Value]], Value]] = {
    "abs": decide_abs,
    "sign": decide_sign,
    "floor": decide_floor,
    "ceil": decide_ceil,
    "max": decide_max,
    "min": decide_min,
}
"""Functions with a switch, by the name of their row: they must tell where they decide at a tie."""
