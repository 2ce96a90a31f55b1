"""What the adjoint of a Kronecker product passes back to its factors, block by block.

For kron(A, B) with A of m x n and an adjoint G of blocks Gᵢⱼ, each as large as B:
left  = ⟨Gᵢⱼ, B⟩ at i, j  = kron(eye(m), vec(B.T).T)@kron(G, eye(q))@kron(eye(n), vec(eye(q)))
right = Σ Aᵢⱼ Gᵢⱼ         = kron(vec(A).T, eye(p))@kron(eye(n), G)@kron(vec(eye(n)), eye(q))
"""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms.parts import eye, zeros
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.program.graph import Graph, Node


def kron_left(graph: Graph, blocks: Node, right: Node, shape: Any) -> Node:
    """⟨Gᵢⱼ, B⟩ at i, j, for blocks Gᵢⱼ as large as B; `shape` is that of the result."""
    return linear(graph, "kron_left", blocks, right, shape)


def kron_right(graph: Graph, blocks: Node, left: Node, shape: Any) -> Node:
    """Σ Aᵢⱼ Gᵢⱼ, for as many blocks as A has entries; `shape` is that of a block."""
    return linear(graph, "kron_right", blocks, left, shape)


def linear(graph: Graph, op: str, blocks: Node, factor: Node, shape: Any) -> Node:
    """The operation, zero where one of its arguments is."""
    if any(part.op == "fill" and part.args[0].op == "number" and not part.args[0].data for part in (blocks, factor)):
        return zeros(graph, shape)
    return graph.intern(op, (blocks, factor), None, shape)


def as_products(graph: Graph, node: Node) -> Node:
    """A node of one of these operations as a product of matrices."""
    blocks, factor = node.args
    rows, columns = node.rows, node.columns
    q: Any = factor.columns
    if node.op == "kron_left":
        row = make.transpose(graph, make.vec(graph, make.transpose(graph, factor)))
        parts = [
            make.kron(graph, eye(graph, rows), row),
            make.kron(graph, blocks, eye(graph, q)),
            make.kron(graph, eye(graph, columns), make.vec(graph, eye(graph, q))),
        ]
    else:
        row = make.transpose(graph, make.vec(graph, factor))
        parts = [
            make.kron(graph, row, eye(graph, rows)),
            make.kron(graph, eye(graph, q), blocks),
            make.kron(graph, make.vec(graph, eye(graph, q)), eye(graph, columns)),
        ]
    return make.matmul(graph, parts)


MAKES = {"kron_left": kron_left, "kron_right": kron_right}
