"""Arrays whose sizes are known, as rows of scalar nodes: vector literals, and what is computed from them.

Shapes: (rows, columns); a vector is a column, (n, 1). A scalar spreads over an array, a column or a row over a matrix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.program import algebra
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gradcli.program.graph import Graph, Node

    Value = "Node | Cells"


class Cells(NamedTuple):
    """An array of scalar nodes, row by row."""

    rows: tuple[tuple[Node, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return (len(self.rows), len(self.rows[0]))

    def flat(self) -> list[Node]:
        """All entries, row by row."""
        return [entry for row in self.rows for entry in row]

    def transposed(self) -> Cells:
        """Rows become columns."""
        return Cells(tuple(zip(*self.rows, strict=True)))

    def map(self, function: Callable[[Node], Node]) -> Cells:
        """The function of every entry."""
        return Cells(tuple(tuple(function(entry) for entry in row) for row in self.rows))

    def columns(self) -> list[Cells]:
        """The columns, each as a vector."""
        return [column(list(entries)) for entries in zip(*self.rows, strict=True)]


def column(entries: Iterable[Node]) -> Cells:
    """A vector."""
    return Cells(tuple((entry,) for entry in entries))


def show(shape: tuple[int, int]) -> str:
    """A shape in words: (3, 2)."""
    return f"({shape[0]}, {shape[1]})"


def check_cells(rows: int, columns: int) -> None:
    """Refuse arrays beyond the limit."""
    if rows * columns > limits.CELLS:
        raise GradcliError("limit", f"an array of {rows} x {columns} entries; the limit is {limits.CELLS}")


def spread(value: Node | Cells, shape: tuple[int, int]) -> Cells:
    """The value in the given shape: a scalar everywhere, a column or a row repeated."""
    rows, columns = shape
    if not isinstance(value, Cells):
        check_cells(rows, columns)
        return Cells(((value,) * columns,) * rows)
    if value.shape == shape:
        return value
    wide = Cells(tuple(row * columns if len(row) == 1 else row for row in value.rows))
    return Cells(wide.rows * rows) if len(wide.rows) == 1 else wide


def elementwise(function: Callable[..., Node], values: Sequence[Node | Cells]) -> Node | Cells:
    """A function of scalars, entry by entry."""
    shapes = [value.shape for value in values if isinstance(value, Cells)]
    if not shapes:
        return function(*values)
    rows, columns = max(s[0] for s in shapes), max(s[1] for s in shapes)
    for shape in shapes:
        if shape[0] not in (1, rows) or shape[1] not in (1, columns):
            raise mismatch("elementwise", shapes[0], shape if shape != shapes[0] else shapes[-1])
    if (rows, columns) not in shapes:
        raise mismatch("elementwise", shapes[0], shapes[1])
    full = [spread(value, (rows, columns)) for value in values]
    return Cells(
        tuple(
            tuple(function(*entries) for entries in zip(*lines, strict=True))
            for lines in zip(*[f.rows for f in full], strict=True)
        )
    )


def mismatch(what: str, left: tuple[int, int], right: tuple[int, int]) -> GradcliError:
    """The error that names both shapes."""
    if what == "@":
        message = f"cannot multiply {show(left)} by {show(right)}: inner sizes {left[1]} and {right[0]} differ"
    else:
        message = f"shapes {show(left)} and {show(right)} do not fit entry by entry"
    return GradcliError("shape", message, hint="transpose one with .T, or give both the same shape")


def matmul(graph: Graph, left: Cells, right: Cells) -> Node | Cells:
    """The matrix product; a 1x1 product is a scalar."""
    if left.shape[1] != right.shape[0]:
        raise mismatch("@", left.shape, right.shape)
    check_cells(left.shape[0], right.shape[1])
    turned = list(zip(*right.rows, strict=True))
    product = Cells(tuple(tuple(inner(graph, row, other) for other in turned) for row in left.rows))
    return product.rows[0][0] if product.shape == (1, 1) else product


def inner(graph: Graph, left: Sequence[Node], right: Sequence[Node]) -> Node:
    """Σ leftᵢ·rightᵢ."""
    return algebra.add(
        graph, [(algebra.multiply(graph, [(a, 1), (b, 1)]), 1) for a, b in zip(left, right, strict=True)]
    )


def total(graph: Graph, entries: Sequence[Node]) -> Node:
    """The sum of the entries."""
    return algebra.add(graph, [(entry, 1) for entry in entries])


def mean(graph: Graph, entries: Sequence[Node]) -> Node:
    """The arithmetic mean."""
    return algebra.add(graph, [(total(graph, entries), algebra.ratio(1, len(entries)))])


def variance(graph: Graph, entries: Sequence[Node]) -> Node:
    """The mean square distance from the mean (divided by n)."""
    middle = mean(graph, entries)
    return mean(graph, [square(graph, algebra.add(graph, [(entry, 1), (middle, -1)])) for entry in entries])


def square(graph: Graph, node: Node) -> Node:
    return algebra.multiply(graph, [(node, 2)])


def root(graph: Graph, node: Node) -> Node:
    return algebra.call(graph, RULES["sqrt"], (node,))


def extreme(name: str) -> Callable[[Graph, Sequence[Node]], Node]:
    """max or min of many entries, as nested pairs."""

    def reduce(graph: Graph, entries: Sequence[Node]) -> Node:
        result = entries[0]
        for entry in entries[1:]:
            result = pair(graph, name, result, entry)
        return result

    return reduce


def pair(graph: Graph, name: str, left: Node, right: Node) -> Node:
    """max or min of two nodes."""
    return left if left is right else algebra.call(graph, RULES[name], (left, right))


def logsumexp(graph: Graph, entries: Sequence[Node]) -> Node:
    """log Σ exp(xᵢ); balls of huge exponents make a shift unnecessary."""
    return algebra.call(
        graph, RULES["log"], (total(graph, [algebra.call(graph, RULES["exp"], (x,)) for x in entries]),)
    )


def norm(graph: Graph, entries: Sequence[Node]) -> Node:
    """The Euclidean (Frobenius) norm."""
    return root(graph, total(graph, [square(graph, entry) for entry in entries]))


def norm_one(graph: Graph, entries: Sequence[Node]) -> Node:
    """Σ |xᵢ|."""
    return total(graph, [algebra.call(graph, RULES["abs"], (entry,)) for entry in entries])


def norm_inf(graph: Graph, entries: Sequence[Node]) -> Node:
    """max |xᵢ|."""
    return extreme("max")(graph, [algebra.call(graph, RULES["abs"], (entry,)) for entry in entries])


REDUCTIONS: dict[str, Callable[[Graph, Sequence[Node]], Node]] = {
    "sum": total,
    "prod": lambda graph, entries: algebra.multiply(graph, [(entry, 1) for entry in entries]),
    "mean": mean,
    "var": variance,
    "std": lambda graph, entries: root(graph, variance(graph, entries)),
    "max": extreme("max"),
    "min": extreme("min"),
    "logsumexp": logsumexp,
    "norm": norm,
}


def softmax(graph: Graph, entries: Sequence[Node]) -> list[Node]:
    """exp(xᵢ) / Σ exp(xⱼ)."""
    weights = [algebra.call(graph, RULES["exp"], (entry,)) for entry in entries]
    whole = total(graph, weights)
    return [algebra.divide(graph, weight, whole) for weight in weights]


def log_softmax(graph: Graph, entries: Sequence[Node]) -> list[Node]:
    """xᵢ − log Σ exp(xⱼ)."""
    whole = logsumexp(graph, entries)
    return [algebra.add(graph, [(entry, 1), (whole, -1)]) for entry in entries]


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


def map_along(name: str, graph: Graph, array: Cells, axis: int | None) -> Cells:
    """softmax, log_softmax and cumsum: of a vector, or of each column (axis 0) or row (axis 1) of a matrix."""
    function = MAPS[name]
    if axis is None:
        if 1 not in array.shape:
            raise GradcliError(
                "arity", f"{name} of a matrix needs an axis", hint=f"{name}(X, axis=0) goes down columns"
            )
        axis = 0 if array.shape[1] == 1 else 1
    turned = array if axis == 1 else array.transposed()
    mapped = Cells(tuple(tuple(function(graph, row)) for row in turned.rows))
    return mapped if axis == 1 else mapped.transposed()


def cross(graph: Graph, left: Cells, right: Cells) -> Cells:
    """The cross product of two vectors of three entries."""
    if left.shape != (3, 1) or right.shape != (3, 1):
        raise GradcliError(
            "shape", f"cross needs two vectors of 3 entries, not {show(left.shape)} and {show(right.shape)}"
        )
    a, b = left.flat(), right.flat()
    entries = []
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        plus, minus = algebra.multiply(graph, [(a[j], 1), (b[k], 1)]), algebra.multiply(graph, [(a[k], 1), (b[j], 1)])
        entries.append(algebra.add(graph, [(plus, 1), (minus, -1)]))
    return column(entries)


def trace(graph: Graph, array: Cells) -> Node:
    """The sum of the diagonal."""
    if array.shape[0] != array.shape[1]:
        raise GradcliError("shape", f"tr needs a square matrix, not {show(array.shape)}")
    return total(graph, [array.rows[i][i] for i in range(array.shape[0])])
