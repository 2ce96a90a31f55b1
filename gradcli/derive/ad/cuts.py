"""Jacobians of long programs, statement by statement from the output inwards: what two of them share is made once.

∂y/∂v = Σ ∂y/∂u · ∂u/∂v over the statements u that use v directly: one product for each use of a name, by however many
variables. Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), section 3.2, with matrices for adjoints.
"""

from __future__ import annotations

from functools import partial

from gradcli.derive.ad.forward import tangent
from gradcli.derive.ad.jacobian import vec_jacobian
from gradcli.program import make
from gradcli.program.building.program import MANY
from gradcli.program.dimensions import times
from gradcli.program.forms.parts import eye, number, zeros
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.program.graph import Graph, Node, Program


def is_long(program: Program, output: Node) -> bool:
    """Has it so many statements that a sweep for each variable would take too long?"""
    return len(program.steps) >= MANY and bool(output.shape) and output.shape != (1, 1)


def cut_jacobians(program: Program, output: Node, variables: Sequence[Node]) -> list[Node]:
    """∂vec(output)/∂vec(variable) for each variable; scalars count as one entry.

    Shapes: (entries of the output) x (entries of the variable).
    Errors: `no-closed-form` where a statement has none.
    """
    graph, inside = program.graph, order([output])
    cuts = ({*variables} | {step.local for step in program.steps if step.local.op != "variable"}) & {*inside}
    count = times(*output.shape)
    parts: dict[Node, list[Node]] = {output: []}
    found: dict[Node, Node] = {}
    for node in reversed(inside):
        if node not in parts:
            continue
        whole = eye(graph, count) if node is output else make.add(graph, [(part, 1) for part in parts[node]])
        found[node] = whole
        graph.whole.add(whole)
        others = cuts - {node}
        for inner in order([node], partial(arguments_unless, others)):
            if inner in others:
                product = make.matmul(graph, [whole, local_jacobian(graph, node, inner, others)])
                parts.setdefault(inner, []).append(product if product.shape else make.fill(graph, product, (1, 1)))
    return [found.get(v) or zeros(graph, (count, times(*v.shape) if v.shape else 1)) for v in variables]


def arguments_unless(ends: Collection[Node], node: Node) -> Sequence[Node]:
    """The arguments of a node that is none of these ends."""
    return () if node in ends else node.args


def local_jacobian(graph: Graph, node: Node, inner: Node, cuts: Collection[Node]) -> Node:
    """∂vec(node)/∂vec(inner), the other cuts as they are; a scalar counts as one entry."""
    still = {*cuts} - {inner}
    if inner.shape:
        return vec_jacobian(graph, node, inner, still)
    found = tangent(graph, node, {inner: number(graph, 1)}, still)
    return make.vec(graph, found) if found.shape else make.fill(graph, found, (1, 1))
