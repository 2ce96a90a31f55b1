"""Norms of vectors and matrices, as NumPy has them."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import rationals
from gradcli.program.dimensions import show
from gradcli.program.forms import scalars
from gradcli.program.scalarize.determinants import det
from gradcli.program.scalarize.entries import Cells, column, matmul_cells
from gradcli.program.scalarize.functions import extreme, root, square, total
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.program.graph import Graph, Node


def euclid(graph: Graph, entries: Sequence[Node]) -> Node:
    """sqrt(Σ xᵢ²): the length of a vector, the Frobenius norm of a matrix."""
    return root(graph, total(graph, [square(graph, entry) for entry in entries]))


def absolute(graph: Graph, entry: Node) -> Node:
    """|x|."""
    return scalars.call(graph, RULES["abs"], (entry,))


def taxicab(graph: Graph, entries: Sequence[Node]) -> Node:
    """Σ |xᵢ|."""
    return total(graph, [absolute(graph, entry) for entry in entries])


def greatest(graph: Graph, entries: Sequence[Node]) -> Node:
    """max |xᵢ|."""
    return extreme("max")(graph, [absolute(graph, entry) for entry in entries])


VECTOR_NORMS: dict[str, Callable[[Graph, Sequence[Node]], Node]] = {
    "fro": euclid,
    "2": euclid,
    "nuc": euclid,
    "1": taxicab,
    "inf": greatest,
}


def norm(graph: Graph, array: Cells, order: str, axis: int | None) -> Node | Cells:
    """The norm of a vector, of each column (axis 0) or row (axis 1), of a matrix; to 1 and inf one row is a matrix."""
    rows, columns = array.shape
    if axis is None and columns != 1 and (rows != 1 or order in ("1", "inf")):
        return matrix_norm(graph, order, array)
    return vector_norm(graph, order, array, axis)


def vector_norm(graph: Graph, order: str, array: Cells, axis: int | None) -> Node | Cells:
    """The norm of all entries, or of each column (axis 0: a row) or row (axis 1: a column)."""
    norm = VECTOR_NORMS[order]
    if axis is None:
        return norm(graph, array.flat())
    turned = array if axis == 1 else array.transposed()
    found = column(norm(graph, row) for row in turned.rows)
    return found if axis == 1 else found.transposed()


def matrix_norm(graph: Graph, order: str, matrix: Cells) -> Node:
    """`fro`; 1: the greatest sum of a column; inf: of a row; 2: the greatest singular value; `nuc`: their sum."""
    if order == "fro":
        return euclid(graph, matrix.flat())
    if order in ("1", "inf"):
        lines = matrix if order == "inf" else matrix.transposed()
        return extreme("max")(graph, [taxicab(graph, line) for line in lines.rows])
    plus, minus = singular_sum_and_gap(graph, order, matrix)
    return (
        plus if order == "nuc" else scalars.add(graph, [(plus, rationals.ratio(1, 2)), (minus, rationals.ratio(1, 2))])
    )


def singular_sum_and_gap(graph: Graph, order: str, matrix: Cells) -> tuple[Node, Node]:
    """σ₁ + σ₂ and σ₁ - σ₂ of a matrix of rank 2 at most: (σ₁ ± σ₂)² = ‖A‖² ± 2·σ₁σ₂, where σ₁σ₂ = |det A|.

    Errors: `too-large-exact` where both sides have three entries or more, whose singular values have no closed form.
    """
    rows, columns = matrix.shape
    if min(rows, columns) > 2:
        what = "the sum of singular values" if order == "nuc" else "a singular value"
        raise GradcliError(
            "too-large-exact",
            f"norm of order {order} of a {show(matrix.shape)} matrix is {what}, which has no closed form here",
            hint='norm(X, "fro") has one',
        )
    whole = total(graph, [square(graph, entry) for entry in matrix.flat()])
    product = singular_product(graph, matrix)
    return tuple(root(graph, scalars.add(graph, [(whole, 1), (product, sign)])) for sign in (2, -2))  # type: ignore[return-value]


def singular_product(graph: Graph, matrix: Cells) -> Node:
    """σ₁σ₂: |det A|, or the root of the determinant of the smaller Gram matrix."""
    if matrix.shape == (2, 2):
        return absolute(graph, det(graph, matrix))
    turned = matrix.transposed()
    gram = matmul_cells(graph, turned, matrix) if matrix.shape[1] == 2 else matmul_cells(graph, matrix, turned)
    return root(graph, det(graph, gram))
