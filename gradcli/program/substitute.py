"""A graph with some nodes replaced by others, in canonical form again."""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.program.graph import Graph, Node


def replace(graph: Graph, nodes: Sequence[Node], mapping: Mapping[Node, Node]) -> list[Node]:
    """The nodes with each key of the mapping replaced by its value."""
    new: dict[Node, Node] = dict(mapping)
    for node in order(nodes):
        if node not in new:
            args = tuple([new[arg] for arg in node.args])
            same = all(a is b for a, b in zip(args, node.args, strict=True))
            new[node] = node if same else REBUILD[node.op](graph, node, args)
    return [new[node] for node in nodes]


def replace_in_functions(
    graph: Graph, functions: Sequence[Node], guards: Sequence[Node], mapping: Mapping[Node, Node]
) -> tuple[list[Node], list[Node]]:
    """Functions, and the nodes that must have a value for them to have one, with each key replaced by its value.

    They are put in canonical form as functions are, not as derivatives: what is dropped joins the guards.
    """
    kept, graph.guards = graph.guards, {}
    found = replace(graph, [*functions, *guards], mapping)
    dropped, graph.guards = graph.guards, kept
    count = len(functions)
    return found[:count], list(dict.fromkeys([*found[count:], *dropped]))


def rewritten(graph: Graph, nodes: Sequence[Node], rule: Callable[[Graph, Node], Node | None]) -> list[Node]:
    """The nodes with rule(node), where that is one, in place of each node below them, arguments first."""
    new: dict[Node, Node] = {}
    for node in order(nodes):
        args = tuple([new[arg] for arg in node.args])
        same = all(a is b for a, b in zip(args, node.args, strict=True))
        made = node if same or node.op not in REBUILD else REBUILD[node.op](graph, node, args)
        new[node] = rule(graph, made) or made
    return [new[node] for node in nodes]


REBUILD: dict[str, Callable[[Graph, Node, tuple[Node, ...]], Node]] = {
    "sum": lambda graph, node, args: scalars.add(graph, zip(args, node.data[0], strict=True), node.data[1]),
    "product": lambda graph, node, args: scalars.multiply(graph, zip(args, node.data, strict=True)),
    "power": lambda graph, node, args: scalars.power(graph, *args),
    "call": lambda graph, node, args: scalars.call(graph, node.data, args),
    "where": lambda graph, node, args: scalars.where(graph, *args),
    "compare": lambda graph, node, args: scalars.compare(graph, node.data, *args),
    "and": lambda graph, node, args: scalars.logic(graph, "and", args),
    "or": lambda graph, node, args: scalars.logic(graph, "or", args),
    "not": lambda graph, node, args: scalars.logic(graph, "not", args),
    "abstract": lambda graph, node, args: scalars.abstract(graph, node.data[0], args, node.data[1]),
}
