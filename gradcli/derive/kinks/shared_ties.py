"""Ties that two switches have in common: their kinks may cancel there, as those of max(x, y) + min(x, y) at x = y.

The formula of a derivative has a side of its own at each: 2 and 0 there. With one side of the tie for all of them it is
the derivative, where there is one.
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.graph import is_switch
from gradcli.program.make import rule_text
from gradcli.program.substitute import replace, rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node


def shared_ties(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """Equalities at which two switches are at once: their kinks may cancel, as in max(x, y) + min(x, y)."""
    owners: dict[Any, dict[Node, None]] = {}
    sides: dict[Any, tuple[Node, Node]] = {}
    for node in filter(is_switch, nodes):
        for left, right in tie_sides(graph, node):
            gap = gap_of(graph, left, right)
            owners.setdefault(gap, {})[node] = None
            sides.setdefault(gap, (left, right))
    shared = [scalars.compare(graph, "==", *sides[gap]) for gap, found in owners.items() if len(found) > 1]
    return [tie for tie in shared if tie.op == "compare"]


def gap_of(graph: Graph, left: Node, right: Node) -> Any:
    """What tells ties apart: of numbers their difference but for its sign, of arrays both sides."""
    if left.shape or right.shape:
        return frozenset((filled(left), filled(right)))
    gaps = scalars.difference(graph, left, right), scalars.difference(graph, right, left)
    return min(gaps, key=lambda found: found.serial)


def filled(node: Node) -> Node:
    """The number that fills an array; other nodes as they are."""
    return node.args[0] if node.op == "fill" else node


def tie_sides(graph: Graph, node: Node) -> list[tuple[Node, Node]]:
    """What is equal where a switch is at its tie."""
    if node.op == "compare":
        return [(node.args[0], node.args[1])]
    if node.op != "call":
        return []
    names = dict(zip(node.data.args, node.args, strict=False))
    return [(node.args[0], rule_text(graph, kink.at, names)) for kink in node.data.kinks]


def on_one_side(graph: Graph, rows: Sequence[Sequence[Node]], tie: Node) -> list[list[Node]]:
    """Rows of derivatives in which everything that switches at a tie is on one side of it there."""
    left, right = tie.args
    gap, above = gap_of(graph, left, right), scalars.compare(graph, ">=", left, right)
    ahead = scalars.difference(graph, left, right)
    below = scalars.logic(graph, "not", [above])

    def chosen(graph: Graph, node: Node) -> Node | None:
        if node.op == "where" and node.args[0] is below:
            return scalars.where(graph, above, node.args[2], node.args[1])
        sides = node.args if node.op == "compare" else (node.args[0], scalars.number(graph, 0)) if is_sign(node) else ()
        if len(sides) != 2 or node.data in ("==", "!=") or gap_of(graph, *sides) is not gap:
            return None
        forwards = scalars.difference(graph, *sides) is ahead
        if node.op == "compare":
            return above if node.data in ((">", ">=") if forwards else ("<", "<=")) else below
        one = 1 if forwards else -1
        return scalars.where(graph, above, scalars.number(graph, one), scalars.number(graph, -one))

    flat = rewritten(graph, [node for row in rows for node in row], chosen)
    either, other = (replace(graph, flat, {above: scalars.truth(graph, side)}) for side in (True, False))
    found = iter([one if one is two else node for node, one, two in zip(flat, either, other, strict=True)])
    return [[next(found) for _ in row] for row in rows]


def is_sign(node: Node) -> bool:
    """Is it the sign of something?"""
    return node.op == "call" and node.data.name == "sign"
