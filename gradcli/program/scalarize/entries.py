"""Arrays whose sizes are known, as rows of scalar nodes: vector literals, and what is computed from them.

Shapes: (rows, columns); a vector is a column, (n, 1). A scalar spreads over an array, a column or a row over a matrix.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.program.dimensions import inner_mismatch, spread_shape
from gradcli.program.forms import scalars
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

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


def elementwise(function: Callable[..., Node], values: Sequence[Node | Cells], shape: Any) -> Node | Cells:
    """A function of scalars, entry by entry, in the shape of the values together (() for one that is not known)."""
    for value in () if shape else values:
        shape = spread_shape(shape, value.shape)
    if not shape:
        return function(*values)
    lines = zip(*[spread(value, shape).rows for value in values], strict=True)
    return Cells(tuple(tuple(function(*entries) for entries in zip(*rows, strict=True)) for rows in lines))


def matmul(graph: Graph, left: Cells, right: Cells) -> Node | Cells:
    """The matrix product; a 1x1 product is a scalar."""
    product = matmul_cells(graph, left, right)
    return product.rows[0][0] if product.shape == (1, 1) else product


def matmul_cells(graph: Graph, left: Cells, right: Cells) -> Cells:
    """The matrix product, an array whatever its shape."""
    if left.shape[1] != right.shape[0]:
        raise inner_mismatch(left.shape, right.shape)
    check_cells(left.shape[0], right.shape[1])
    turned = list(zip(*right.rows, strict=True))
    return Cells(tuple(tuple(inner(graph, row, other) for other in turned) for row in left.rows))


def inner(graph: Graph, left: Sequence[Node], right: Sequence[Node]) -> Node:
    """Σ leftᵢ·rightᵢ."""
    return scalars.add(
        graph, [(scalars.multiply(graph, [(a, 1), (b, 1)]), 1) for a, b in zip(left, right, strict=True)]
    )
