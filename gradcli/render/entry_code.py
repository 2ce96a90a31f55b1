"""Programs of vectors and matrices in languages without them: one scalar an entry, the matrices' conventions kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.derive.array_question import ArrayQuestion, Asked
from gradcli.render.array_code import is_matrix
from gradcli.render.code_files import require_scalar_code
from gradcli.render.exports import Matrices, export_program

if TYPE_CHECKING:
    from gradcli.render.code_files import Exported
    from gradcli.render.exports import Export


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
