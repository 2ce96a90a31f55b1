"""Indices and slices of arrays whose sizes are known."""

from __future__ import annotations

from gradcli.problems import GradcliError, Source, Span
from gradcli.program.graph import Node
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Index, Slice, Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    Value = Node | Cells | str


def pick(
    base: Node | Cells, subscripts: Sequence[tuple[Tree, list[Value]]], source: Source, tree: Index
) -> Node | Cells:
    """Python's indices: x[0], x[-1], x[1:], X[0,1], X[:,0]; X[0] is a row."""
    if isinstance(base, Node):
        raise GradcliError(
            "shape",
            "only vectors and matrices have entries, and this is a scalar",
            Span(source, tree.start, tree.end),
            "give it a size: --shape x=3, or a value: --at x=[1,2,3]",
        )
    rows, columns = base.shape
    is_vector = columns == 1
    if len(subscripts) > 2:
        raise GradcliError("index", "one or two indices", Span(source, tree.start, tree.end))
    down = positions(subscripts[0], rows, source)
    if len(subscripts) == 1:
        across: int | range = 0 if is_vector else range(columns)
    else:
        across = positions(subscripts[1], columns, source)
    if isinstance(down, int) and isinstance(across, int):
        return base.rows[down][across]
    picked_rows = [down] if isinstance(down, int) else list(down)
    picked_columns = [across] if isinstance(across, int) else list(across)
    return Cells(tuple(tuple(base.rows[i][j] for j in picked_columns) for i in picked_rows))


def positions(subscript: tuple[Tree, list[Value]], size: int, source: Source) -> int | range:
    """One subscript as a position, or as a range for a slice."""
    tree, values = subscript
    place = Span(source, tree.start, max(tree.end, tree.start + 1))
    numbers = [whole_number(value, place) for value in values]
    if type(tree) is Slice:
        bounds = [None if part is None else numbers.pop(0) for part in (tree.lower, tree.upper, tree.step)]
        if bounds[2] == 0:
            raise GradcliError("index", "the step of a slice is not 0", place, "x[::2], or x[::-1] backwards")
        found = range(size)[slice(*bounds)]
        if not found:
            raise GradcliError("index", f"this slice of {size} entries is empty", place)
        return found
    (position,) = numbers
    if not -size <= position < size:
        raise GradcliError("index", f"index {position} is outside 0 to {size - 1}", place, "indices count from 0")
    return position % size


def whole_number(value: Value, place: Span, hint: str = "indices count from 0: x[0], x[1:], X[0,1]") -> int:
    """An index, an axis or a size: an exact integer."""
    if isinstance(value, Node) and value.op == "number" and type(value.data) is int:
        return value.data
    raise GradcliError("index", "a whole number is needed here", place, hint)
