"""Operators on arrays of known size, and what the constructors of rows are entry by entry."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.dimensions import show, two_scalars
from gradcli.program.forms import scalars
from gradcli.program.graph import Node
from gradcli.program.scalarize import entries as entry_arrays
from gradcli.program.scalarize import functions
from gradcli.program.scalarize.arrangements import commutation, cross, diag, eye, fill, kron, vec
from gradcli.program.scalarize.determinants import adj, det, inv, logdet, pinv, solve
from gradcli.program.scalarize.entries import Cells, column, matmul, matmul_cells
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import LATEX_POWER, Binary, Index, Name, Number, Tree, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.problems import Span
    from gradcli.program.graph import Graph

MATRIX_POWERS = 64
"""Greatest exponent of a matrix in LaTeX."""

ENTRYWISE = "exp(A), A**2 and the like act entry by entry on a square matrix; A@A is the matrix product"

ALSO_OF_MATRICES = frozenset(("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"))
"""Functions that matrices have too, which these are not."""

TURNED = "two vectors under @ are read as their inner product, as NumPy multiplies vectors"

HINT_ENTRYWISE = "outside of LaTeX, X**2 is the square of every entry"


def variable_cells(graph: Graph, name: str, shape: tuple[int, int]) -> Cells:
    """An array variable: one scalar variable an entry, called x[0] or X[0,1]."""
    rows, columns = shape
    if columns == 1:
        return column(scalars.variable(graph, f"{name}[{i}]") for i in range(rows))
    return Cells(tuple(tuple(scalars.variable(graph, f"{name}[{i},{j}]") for j in range(columns)) for i in range(rows)))


def one_entry(value: Node | Cells, tree: Tree) -> Node | Cells:
    """A product of one entry is a matrix of one entry inside a longer product."""
    if isinstance(value, Node) and isinstance(tree, Binary) and tree.op in ("@", "*"):
        return column([value])
    return value


def product(graph: Graph, tree: Binary, left: Node | Cells, right: Node | Cells) -> Node | Cells:
    """left @ right. Raises `shape` for a scalar on a side, and for sizes that do not fit."""
    if isinstance(left, Node) and isinstance(right, Node):
        raise two_scalars()
    first, second = one_entry(left, tree.left), one_entry(right, tree.right)
    if isinstance(first, Node) or isinstance(second, Node):
        raise GradcliError(
            "shape", "@ multiplies two arrays, and one side is a scalar", hint="write * for a multiple of an array"
        )
    if first.shape[1] == 1 and first.shape[0] == second.shape[0] != 1:
        first = first.transposed()
        if TURNED not in graph.notes:
            graph.notes.append(TURNED)
    return matmul(graph, first, second)


def matrix_power(graph: Graph, tree: Binary, base: Cells, exponent: Node | Cells) -> Cells | None:
    """X^k of a square matrix in LaTeX; None for powers entry by entry. Raises `shape` for X**-1 and X^T."""
    is_matrix = 1 not in base.shape
    if tree.op is LATEX_POWER and is_matrix:
        return repeated_product(graph, base, exponent)
    if isinstance(exponent, Node):
        if exponent.op == "variable" and exponent.data == "T" and type(tree.right) is Name:
            raise GradcliError("shape", "^T is no transpose here", hint="write X.T or X' for the transpose of X")
        if is_matrix and exponent.op == "number" and exponent.data == -1:
            raise GradcliError(
                "shape",
                "X**-1 of a matrix reads in two ways: its inverse, or the reciprocals of its entries",
                hint="write inv(X) for the inverse, 1/X for the reciprocals",
            )
    note_entrywise(graph, base)
    return None


def repeated_product(graph: Graph, base: Cells, exponent: Node | Cells) -> Cells:
    """X^k as LaTeX means it: the product of k equal matrices, of inverses for a negative k."""
    rows, columns = base.shape
    if rows != columns:
        raise GradcliError(
            "shape",
            f"only a square matrix has powers, and this one is {show(base.shape)}",
            hint=HINT_ENTRYWISE,
        )
    power = exponent.data if isinstance(exponent, Node) and exponent.op == "number" else None
    if type(power) is not int or abs(power) > MATRIX_POWERS:
        raise GradcliError(
            "shape", f"the exponent of a matrix is a whole number up to {MATRIX_POWERS} in LaTeX", hint=HINT_ENTRYWISE
        )
    factor = inv(graph, base) if power < 0 else base
    result = factor if power else eye(graph, rows)
    for _ in range(abs(power) - 1):
        result = matmul_cells(graph, result, factor)
    return result


def note_entrywise(graph: Graph, *values: Node | Cells) -> None:
    """Say once that powers and functions of a square matrix are not those of linear algebra."""
    square = any(isinstance(value, Cells) and value.shape[0] == value.shape[1] > 1 for value in values)
    if square and ENTRYWISE not in graph.notes:
        graph.notes.append(ENTRYWISE)


def stack_items(items: Sequence[Node | Cells], place: Span) -> Cells:
    """A vector literal: numbers make a column, vectors of one length make the rows of a matrix."""
    if all(isinstance(item, Node) for item in items):
        return column(item for item in items if isinstance(item, Node))
    rows = [tuple(item.flat()) for item in items if isinstance(item, Cells) and 1 in item.shape]
    if len(rows) != len(items):
        raise GradcliError("shape", "the entries of a vector are numbers, the rows of a matrix are vectors", place)
    if len({len(row) for row in rows}) != 1:
        sizes = ", ".join(str(len(row)) for row in rows[:6])
        raise GradcliError("shape", f"the rows of this matrix have different lengths: {sizes}", place)
    entry_arrays.check_cells(len(rows), len(rows[0]))
    return Cells(tuple(rows))


def entry_trees(tree: Tree, value: Cells) -> list[Tree]:
    """The syntax of each entry of a vector-valued expression, for saying what the components are."""
    if type(tree) is Vector and len(tree.items) == value.shape[0] and value.shape[1] == 1:
        return list(tree.items)
    rows, columns = value.shape
    places = [(i,) if columns == 1 else (i, j) for i in range(rows) for j in range(columns)]
    return [Index(tree, tuple(Number(k) for k in place)) for place in places]


def dot(graph: Graph, left: Cells, right: Cells) -> Node:
    """Σ xᵢ·yᵢ of two vectors of one size."""
    if 1 not in left.shape or 1 not in right.shape:
        raise GradcliError("shape", "dot multiplies two vectors", hint="write A@B, or sum(A*B) for matrices")
    entries, others = left.flat(), right.flat()
    if len(entries) != len(others):
        raise GradcliError("shape", f"dot needs two vectors of one size, not {len(entries)} and {len(others)} entries")
    return entry_arrays.inner(graph, entries, others)


def outer(graph: Graph, left: Cells, right: Cells) -> Node | Cells:
    """x @ y.T."""
    return kron(graph, column(left.flat()), column(right.flat()).transposed())


def transpose(graph: Graph, matrix: Cells) -> Cells:
    """Rows become columns."""
    return matrix.transposed()


FILLED: dict[str, Callable[..., Cells]] = {
    "eye": eye,
    "commutation": commutation,
    "zeros": lambda graph, rows, columns=1: fill(graph, 0, rows, columns),
    "ones": lambda graph, rows, columns=1: fill(graph, 1, rows, columns),
}
"""Functions of sizes."""

ENTRIES: dict[str, Callable[..., Node | Cells]] = {
    "dot": dot,
    "outer": outer,
    "cross": cross,
    "kron": kron,
    "trace": functions.trace,
    "det": det,
    "logdet": logdet,
    "inv": inv,
    "pinv": pinv,
    "adjugate": adj,
    "solve": solve,
    "diagonal_of": diag,
    "vec": vec,
    "transpose": transpose,
}
"""What the constructors of rows are entry by entry."""
