"""Transposes, pushed inwards to the variables."""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms.parts import turned
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node


def transpose(graph: Graph, node: Node) -> Node:
    """The transpose, pushed inwards to the variables. Explicit stack: sums nest deep."""
    if not node.shape:
        return node
    memo = graph.pieces
    found = memo.get(("T", node))
    if found is not None:
        return found  # type: ignore[no-any-return]
    stack = [node]
    while stack:
        here = stack[-1]
        waiting = [arg for arg in inner_arrays(here) if ("T", arg) not in memo]
        if waiting and ("T", here) not in memo:
            stack.extend(waiting)
            continue
        stack.pop()
        if ("T", here) not in memo:
            other = TRANSPOSES.get(here.op, transpose_leaf)(graph, here, [memo["T", arg] for arg in inner_arrays(here)])
            memo["T", here] = other
            memo.setdefault(("T", other), here)
    return memo["T", node]  # type: ignore[no-any-return]


def known_transpose(graph: Graph, node: Node) -> Node | None:
    """The transpose of a node, if somebody has asked for it."""
    return graph.pieces.get(("T", node))


def inner_arrays(node: Node) -> Sequence[Node]:
    """The arguments that are transposed when the node is."""
    if node.op in ("transpose", "variable", "diag", "vec", "diagonal"):
        return ()
    return [arg for arg in node.args if arg.shape]


def transpose_leaf(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """A variable, or what has no other form."""
    return graph.intern("transpose", (node,), None, turned(node.shape))


def transpose_same(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return node


def transpose_map(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """Entry by entry: the same operation on the transposes."""
    values = iter(inner)
    args = tuple([next(values) if arg.shape else arg for arg in node.args])
    if node.op == "product":
        return make.hadamard(graph, zip(args, node.data, strict=True), turned(node.shape))
    if node.op == "call":
        return make.call(graph, node.data, args)
    return graph.intern(node.op, args, node.data, turned(node.shape))


def transpose_sum(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    terms = dict(zip(inner, node.data[0], strict=True))
    if len(terms) < len(inner):
        return make.add(graph, zip(inner, node.data[0], strict=True))
    return make.sum_node(graph, terms, turned(node.shape))


def transpose_scale(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return make.scale(graph, node.args[0], inner[0])


def transpose_chain(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    found = make.matmul(graph, inner[::-1])
    if node in graph.whole and found.op == "matmul":
        graph.whole.add(found)
    return found


def transpose_inverse(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return graph.intern("inv", (inner[0],), None, node.shape)


def transpose_inside(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """A function that the transpose goes through."""
    return graph.intern(node.op, tuple(inner), None, turned(node.shape))


def transpose_kron(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return graph.intern("kron", tuple(inner), None, turned(node.shape))


def transpose_axis(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """Functions along an axis: along the other one."""
    data = node.data
    data = (data[0], other_axis(data[1])) if type(data) is tuple else other_axis(data)
    return graph.intern(node.op, tuple(inner), data, turned(node.shape))


def other_axis(axis: int | None) -> int | None:
    return None if axis is None else 1 - axis


TRANSPOSES: dict[str, Any] = {
    "variable": lambda graph, node, inner: node if node.data in graph.symmetric else transpose_leaf(graph, node, inner),
    "transpose": lambda graph, node, inner: node.args[0],
    "fill": lambda graph, node, inner: graph.intern("fill", node.args, turned(node.data), turned(node.shape)),
    "eye": transpose_same,
    "diag": transpose_same,
    "sum": transpose_sum,
    "scale": transpose_scale,
    "product": transpose_map,
    "power": transpose_map,
    "call": transpose_map,
    "where": transpose_map,
    "compare": transpose_map,
    "and": transpose_map,
    "or": transpose_map,
    "not": transpose_map,
    "matmul": transpose_chain,
    "inv": transpose_inverse,
    **dict.fromkeys(("expm", "sqrtm", "pinv", "polar", "expm_frechet"), transpose_inside),
    "kron": transpose_kron,
    "softmax": transpose_axis,
    "cumsum": transpose_axis,
    "lse": transpose_axis,
    "prod": transpose_axis,
    "extreme": transpose_axis,
    "concat": transpose_axis,
    "pick": lambda graph, node, inner: graph.intern("pick", tuple(inner), node.data[::-1], turned(node.shape)),
    "commutation": lambda graph, node, inner: graph.intern("commutation", (), node.data[::-1], node.shape),
}


MAKES = {"transpose": transpose}
