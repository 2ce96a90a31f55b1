"""Where sums of functions of one thing cancel: x - sin(x) at 0, x*log(x) - x + 1 at 1, x*y - sin(x*y) where x*y is 0.

Floats do not show it at the point itself, where all may be 0, but beside it, where a sum is small beside its terms.
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.forms.parts import quotient
from gradcli.program.graph import order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

    from gradcli.program.graph import Graph, Node

BESIDE: Final = 2.0**-10
"""How far beside a point sums are looked at."""
OTHER_POINTS: Final = (1, -1, 2, -2)
LOST_AT_ZERO: Final = 2.0**-5
"""A sum that is smaller than that share of its terms beside 0 is of a higher order: floats near 0 are dense."""
LOST: Final = 2.0**-15
"""Elsewhere it must lose two orders: a single one costs no more digits than the coordinate has."""
MOST_TERMS: Final = 8
MOST_NODES: Final = 400


def cancelling_points(nodes: Sequence[Node], alone: Mapping[Node, str | None]) -> list[tuple[str, int]]:
    """The variables and points at which sums of one variable lose digits, found at floats beside the point."""
    sums = [node for node in nodes if alone.get(node) and may_lose(node)]
    if not sums:
        return []
    found: dict[tuple[str, int], None] = {}
    for point in (0, *OTHER_POINTS):
        lost = LOST if point else LOST_AT_ZERO
        for node in lose_digits(sums, point + BESIDE, lost):
            found[str(alone[node]), point] = None
    return list(found)


def may_lose(node: Node) -> bool:
    """Is it a sum of several terms, not all of them multiples of variables?"""
    terms = len(node.args) + bool(node.data[1]) if node.op == "sum" else 0
    return 2 <= terms <= MOST_TERMS and any(arg.op != "variable" for arg in node.args)


def lose_digits(sums: Sequence[Node], at: float, lost: float) -> list[Node]:
    """Those of the sums that are smaller than a share of their greatest terms, all variables having one value."""
    from gradcli.evaluate.float64.scalars import Floats

    nodes = order(sums)
    point = {node.data: at for node in nodes if node.op == "variable"}
    values = Floats(sums, point).values
    found = []
    for node in sums:
        terms = [float(c) * values[arg] for c, arg in zip(node.data[0], node.args, strict=True)]
        greatest = max(map(abs, [*terms, float(node.data[1])]))
        if abs(values[node]) < lost * greatest and not is_less_one(node):
            found.append(node)
    return found


def is_less_one(node: Node) -> bool:
    """Is it c·exp(u) - c, which code has as expm1?"""
    from gradcli.codegen.stable_forms import exponential_less_one

    return len(node.args) == 1 and exponential_less_one(node) is not None


def common_argument(graph: Graph, node: Node, name: str) -> tuple[Node, Node] | None:
    """u and the sum with a variable `name` for u, where a sum of several variables is one of u alone that cancels at 0.

    Example: x*y and u - sin(u) for x*y - sin(x*y), x - y and tan(u) - u for tan(x - y) - x + y.
    """
    if not may_lose(node):
        return None
    arguments = {part.args[0]: None for part in order(node.args) if part.op == "call" and len(part.args) == 1}
    whole = scalars.variable(graph, name)
    for u in arguments:
        if u.op not in ("sum", "product"):
            continue
        (made,) = replace(graph, [without(graph, node, u, whole)], {u: whole})
        used = {part.data for part in order([made]) if part.op == "variable"}
        if used == {name} and may_lose(made) and lose_digits([made], BESIDE, LOST_AT_ZERO):
            return u, made
    return None


def without(graph: Graph, node: Node, u: Node, whole: Node) -> Node:
    """The node with the multiple of a sum u that its terms make up as a multiple of `whole`."""
    coefficients: dict[Node, Any] = dict(zip(node.args, node.data[0], strict=True))
    if u.op != "sum" or any(arg not in coefficients for arg in u.args):
        return node
    share = quotient(coefficients[u.args[0]], u.data[0][0])
    return scalars.add(graph, [(node, 1), (u, -share), (whole, share)])
