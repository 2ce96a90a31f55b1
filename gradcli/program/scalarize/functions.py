"""Reductions of arrays to numbers, rows and columns, and what maps a vector to a vector of its size."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.dimensions import show
from gradcli.program.forms import scalars
from gradcli.program.scalarize.entries import Cells, column
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.program.graph import Graph, Node


def total(graph: Graph, entries: Sequence[Node]) -> Node:
    """The sum of the entries."""
    return scalars.add(graph, [(entry, 1) for entry in entries])


def mean(graph: Graph, entries: Sequence[Node]) -> Node:
    """The arithmetic mean."""
    return scalars.add(graph, [(total(graph, entries), rationals.ratio(1, len(entries)))])


def variance(graph: Graph, entries: Sequence[Node]) -> Node:
    """The mean square distance from the mean (divided by n)."""
    middle = mean(graph, entries)
    return mean(graph, [square(graph, scalars.difference(graph, entry, middle)) for entry in entries])


def square(graph: Graph, node: Node) -> Node:
    return scalars.multiply(graph, [(node, 2)])


def root(graph: Graph, node: Node) -> Node:
    return scalars.call(graph, RULES["sqrt"], (node,))


def extreme(name: str) -> Callable[[Graph, Sequence[Node]], Node]:
    """max or min of many entries, as nested pairs."""

    return lambda graph, entries: make.in_pairs(entries, lambda left, right: pair(graph, name, left, right))


def pair(graph: Graph, name: str, left: Node, right: Node) -> Node:
    """max or min of two nodes."""
    return left if left is right else scalars.call(graph, RULES[name], (left, right))


def logsumexp(graph: Graph, entries: Sequence[Node]) -> Node:
    """log Σ exp(xᵢ); balls of huge exponents make a shift unnecessary."""
    return scalars.call(
        graph, RULES["log"], (total(graph, [scalars.call(graph, RULES["exp"], (x,)) for x in entries]),)
    )


REDUCTIONS: dict[str, Callable[[Graph, Sequence[Node]], Node]] = {
    "sum": total,
    "prod": lambda graph, entries: scalars.multiply(graph, [(entry, 1) for entry in entries]),
    "mean": mean,
    "var": variance,
    "std": lambda graph, entries: root(graph, variance(graph, entries)),
    "max": extreme("max"),
    "min": extreme("min"),
    "logsumexp": logsumexp,
}


def softmax(graph: Graph, entries: Sequence[Node]) -> list[Node]:
    """exp(xᵢ) / Σ exp(xⱼ)."""
    weights = [scalars.call(graph, RULES["exp"], (entry,)) for entry in entries]
    whole = total(graph, weights)
    return [scalars.divide(graph, weight, whole) for weight in weights]


def log_softmax(graph: Graph, entries: Sequence[Node]) -> list[Node]:
    """xᵢ − log Σ exp(xⱼ)."""
    whole = logsumexp(graph, entries)
    return [scalars.difference(graph, entry, whole) for entry in entries]


def cumsum(graph: Graph, entries: Sequence[Node]) -> list[Node]:
    """x₁, x₁+x₂, x₁+x₂+x₃, …"""
    return [total(graph, entries[: i + 1]) for i in range(len(entries))]


MAPS: dict[str, Callable[[Graph, Sequence[Node]], list[Node]]] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "cumsum": cumsum,
}


def reduce_along(name: str, graph: Graph, array: Cells, axis: int | None) -> Node | Cells:
    """A reduction over everything, or along an axis with sizes kept: axis 0 gives a row, axis 1 a column."""
    function = REDUCTIONS[name]
    if axis is None:
        return function(graph, array.flat())
    if axis == 1:
        return column(function(graph, row) for row in array.rows)
    return Cells((tuple(function(graph, entries) for entries in zip(*array.rows, strict=True)),))


def map_along(name: str, graph: Graph, array: Cells, axis: int) -> Cells:
    """softmax, log_softmax and cumsum of each column (axis 0) or row (axis 1)."""
    function = MAPS[name]
    turned = array if axis == 1 else array.transposed()
    mapped = Cells(tuple(tuple(function(graph, row)) for row in turned.rows))
    return mapped if axis == 1 else mapped.transposed()


def trace(graph: Graph, array: Cells) -> Node:
    """The sum of the diagonal."""
    if array.shape[0] != array.shape[1]:
        raise GradcliError("shape", f"tr needs a square matrix, not {show(array.shape)}")
    return total(graph, [array.rows[i][i] for i in range(array.shape[0])])
