"""Programs of vectors and matrices in languages without them: one scalar an entry, the matrices' conventions kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.derive.question import ArrayQuestion, Asked
from gradcli.exporting.export import Matrices, export_program
from gradcli.exporting.file import require_scalar_code
from gradcli.exporting.matrices.file import is_matrix

if TYPE_CHECKING:
    from gradcli.exporting.export import Export
    from gradcli.exporting.file import Exported


def export_entries(asked: Export) -> Exported:
    """The source file, arrays as the language's own kind of arrays of numbers. Raises `shape` for sizes in letters."""
    question = ArrayQuestion(Asked(asked.script, asked.options, asked.points, None, "symbolic", None))
    arrays = question.arrays
    if not question.has_sizes():
        require_scalar_code({v.name: v.shape for v in (*arrays.variables, *arrays.parameters)})
    wish = asked.wish
    symmetric = tuple(sorted(arrays.symmetric))
    below = question.numeric(arrays.outputs[0].node.shape) if len(arrays.outputs) == 1 else ()
    said = list(question.conventions())
    if wish.kind != "gradient" and wish.to != "sql" and (is_matrix(below) or any(map(is_matrix, shapes(question)))):
        said.append("rows and columns are in the order of vec: matrices column by column")
    return export_program(question.scalars(), wish, asked.points, Matrices(symmetric, below, tuple(said)))


def shapes(question: ArrayQuestion) -> list[tuple[int, ...]]:
    """The shapes of the variables."""
    return [question.numeric(variable.shape) for variable in question.arrays.variables]
