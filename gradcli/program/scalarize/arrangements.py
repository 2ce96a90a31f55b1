"""Arrays made by placing the entries of others, and of ones and zeros: diag, vec, kron, concat, eye, commutation."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.dimensions import show
from gradcli.program.forms import scalars
from gradcli.program.scalarize.entries import Cells, check_cells, column
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Graph, Node
    from gradcli.program.types.subscripts import Picked


def diag(graph: Graph, array: Cells) -> Cells:
    """The diagonal matrix of a vector; of a matrix its diagonal, as a column."""
    rows, columns = array.shape
    if rows > 1 and columns > 1:
        return column(array.rows[i][i] for i in range(min(rows, columns)))
    entries = array.flat()
    check_cells(len(entries), len(entries))
    zero = scalars.number(graph, 0)
    return Cells(tuple(tuple(e if i == j else zero for j in range(len(entries))) for i, e in enumerate(entries)))


def vec(graph: Graph, array: Cells) -> Cells:
    """The columns stacked into one."""
    return column(array.transposed().flat())


def kron(graph: Graph, left: Cells, right: Cells) -> Cells:
    """The Kronecker product: the block at (i, j) is left[i, j] times right."""
    check_cells(left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
    return Cells(
        tuple(
            tuple(scalars.multiply(graph, [(a, 1), (b, 1)]) for a in above for b in below)
            for above in left.rows
            for below in right.rows
        )
    )


def fill(graph: Graph, value: int, rows: int, columns: int) -> Cells:
    """One number everywhere."""
    check_cells(rows, columns)
    return Cells(((scalars.number(graph, value),) * columns,) * rows)


def eye(graph: Graph, size: int) -> Cells:
    """The identity matrix."""
    return diag(graph, fill(graph, 1, size, 1))


def commutation(graph: Graph, rows: int, columns: int) -> Cells:
    """K with K@vec(A) = vec(A.T) for A of `rows` rows and `columns` columns.

    A[i, j] is entry j·rows + i of vec(A), and entry i·columns + j of vec(A.T).
    Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), section 3.7.
    """
    size = rows * columns
    check_cells(size, size)
    one, zero = scalars.number(graph, 1), scalars.number(graph, 0)
    places = [j * rows + i for i in range(rows) for j in range(columns)]
    return Cells(tuple(tuple(one if k == place else zero for k in range(size)) for place in places))


def concat(arrays: Sequence[Cells], axis: int) -> Cells:
    """Arrays one below the other (axis 0) or side by side (axis 1)."""
    first = arrays[0].shape
    for other in arrays[1:]:
        if other.shape[1 - axis] != first[1 - axis]:
            word = "columns" if axis == 0 else "rows"
            raise GradcliError(
                "shape",
                f"concat along axis {axis} needs equal numbers of {word}: here {show(first)} and {show(other.shape)}",
                hint="concat(x, y, axis=1) stands side by side, axis=0 (the default) downwards",
            )
    if axis == 0:
        check_cells(sum(array.shape[0] for array in arrays), first[1])
        return Cells(tuple(row for array in arrays for row in array.rows))
    check_cells(first[0], sum(array.shape[1] for array in arrays))
    return Cells(tuple(sum(lines, ()) for lines in zip(*[array.rows for array in arrays], strict=True)))


def cross(graph: Graph, left: Cells, right: Cells) -> Cells:
    """The vector product of two vectors of three entries."""
    if left.shape != (3, 1) or right.shape != (3, 1):
        raise GradcliError(
            "shape", f"cross needs two vectors of 3 entries, not {show(left.shape)} and {show(right.shape)}"
        )
    a, b = left.flat(), right.flat()
    entries = []
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        plus, minus = scalars.multiply(graph, [(a[j], 1), (b[k], 1)]), scalars.multiply(graph, [(a[k], 1), (b[j], 1)])
        entries.append(scalars.difference(graph, plus, minus))
    return column(entries)


def pick(array: Cells, down: int | Picked, across: int | Picked) -> Node | Cells:
    """Entries and slices."""
    if isinstance(down, int) and isinstance(across, int):
        return array.rows[down][across]
    rows, columns = ([part] if isinstance(part, int) else list(part.positions) for part in (down, across))
    return Cells(tuple(tuple(array.rows[i][j] for j in columns) for i in rows))
