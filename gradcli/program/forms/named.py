"""Functions of arrays that are made of several operations: their constructors, called as in the rows."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.dimensions import show
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms.parts import dimension, entries, is_zeros, signed_part, zeros
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Graph, Node


def mean_along(graph: Graph, node: Node, axis: int | None) -> Node:
    """The mean of all entries, or along an axis."""
    summed = make.total_along(graph, node, axis)
    rows, columns = node.rows, node.columns
    count = entries(graph, node.shape) if axis is None else dimension(graph, rows if axis == 0 else columns)
    return make.scale(graph, make.multiply(graph, [(count, -1)]), summed)


def variance(graph: Graph, node: Node, axis: int | None) -> Node:
    """The mean square distance from the mean (divided by n)."""
    middle = make.repeated(graph, mean_along(graph, node, axis), node.shape)
    centred = make.add(graph, [(node, 1), (middle, -1)])
    return mean_along(graph, make.hadamard(graph, [(centred, 2)], node.shape), axis)


def deviation(graph: Graph, node: Node, axis: int | None) -> Node:
    """The standard deviation (divided by n)."""
    return make.power(graph, variance(graph, node, axis), parts_forms.number(graph, rationals.ratio(1, 2)))


def greatest(graph: Graph, node: Node, axis: int | None) -> Node:
    """The greatest entry, of all or along an axis."""
    return make.extreme(graph, "max", node, axis)


def least(graph: Graph, node: Node, axis: int | None) -> Node:
    """The least entry, of all or along an axis."""
    return make.extreme(graph, "min", node, axis)


def diagonal_of(graph: Graph, node: Node) -> Node:
    """The diagonal matrix of a vector, or the diagonal of a matrix as a column."""
    rows, columns = node.rows, node.columns
    if columns == 1:
        return make.diag(graph, node)
    return make.diag(graph, make.transpose(graph, node)) if rows == 1 else make.diagonal(graph, node)


def flat(graph: Graph, node: Node) -> Node:
    """A vector as a column; a matrix row by row."""
    return make.vec(graph, node) if 1 in node.shape else make.vec(graph, make.transpose(graph, node))


def dot(graph: Graph, left: Node, right: Node) -> Node:
    """The inner product of two vectors, or the sum of A*B."""
    return make.matmul(graph, [make.transpose(graph, flat(graph, left)), flat(graph, right)])


def outer(graph: Graph, left: Node, right: Node) -> Node:
    """x @ y.T."""
    return make.matmul(graph, [flat(graph, left), make.transpose(graph, flat(graph, right))])


def cross(graph: Graph, left: Node, right: Node) -> Node:
    """The cross product of two vectors of three entries: linear in both, and of the one before the other."""
    if left.shape != (3, 1) or right.shape != (3, 1):
        message = f"cross needs two vectors of 3 entries, not {show(left.shape)} and {show(right.shape)}"
        raise GradcliError("shape", message)
    one, scalar, a = signed_part(graph, left)
    other, second, b = signed_part(graph, right)
    if a is b or is_zeros(a) or is_zeros(b):
        return zeros(graph, left.shape)
    front = make.multiply(graph, [(part, 1) for part in (scalar, second) if part is not None], one * other)
    if a.serial > b.serial:
        return make.scale(graph, front, graph.intern("cross", (b, a), None, left.shape), -1)
    return make.scale(graph, front, graph.intern("cross", (a, b), None, left.shape))


MAKES = {
    "mean_along": mean_along,
    "variance": variance,
    "deviation": deviation,
    "greatest": greatest,
    "least": least,
    "diagonal_of": diagonal_of,
    "dot": dot,
    "outer": outer,
    "cross": cross,
}
