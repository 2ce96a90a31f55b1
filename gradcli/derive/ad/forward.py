"""Forward mode on array graphs: how every node changes when a variable moves, as a node of the same shape.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), section 3.1.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import mark_active
from gradcli.derive.ad.table import pushed_forward
from gradcli.program.forms.parts import number, zeros
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gradcli.program.graph import Graph, Node


def tangent(graph: Graph, output: Node, directions: Mapping[Node, Node], still: Collection[Node] = ()) -> Node:
    """d output, where each variable moves by its direction (a node of the variable's shape). Linear in the directions.

    Shapes: that of the output. What is `still` does not move, whatever it depends on.
    """
    nodes = order([output], lambda node: () if node in still or node in directions else node.args)
    active = set(directions)
    mark_active(active, [node for node in nodes if node not in still] if still else nodes)
    sweep = Forward(graph, active, dict(directions))
    for node in nodes:
        if node in active and node not in sweep.tangents:
            sweep.tangents[node] = pushed_forward(sweep, node)
    return sweep.of(output)


class Forward:
    """The tangents of nodes, arguments before users."""

    def __init__(self, graph: Graph, active: set[Node], tangents: dict[Node, Node]) -> None:
        self.graph = graph
        self.active = active
        self.tangents = tangents

    def of(self, node: Node) -> Node:
        """The tangent of a node: zero where nothing moves."""
        found = self.tangents.get(node)
        if found is not None:
            return found
        return zeros(self.graph, node.shape) if node.shape else number(self.graph, 0)
