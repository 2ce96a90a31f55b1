"""Programs with matrices: a file in a language that has them."""

from __future__ import annotations

from gradcli.exporting.file import Exported
from gradcli.exporting.languages import language
from gradcli.exporting.matrices.file import MatrixFile, formulas
from gradcli.exporting.names import is_matrix, require_function_name
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.exporting.request import Export


def export_arrays(asked: Export, header: Any) -> Exported:
    """The source file of a program with arrays."""
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.request import Request

    row = language(asked.wish.to)
    require_function_name(asked.wish.name, row)
    question = ArrayQuestion(asked.script, asked.options, Request(asked.points))
    file = MatrixFile(question, row, asked.wish.name, formulas(question, asked.wish.kind))
    test = ""
    if asked.wish.self_test:
        from gradcli.exporting.matrices.self_test import write_array_test

        test = write_array_test(file, asked)
    source = file.text(header(question.arrays, asked.wish, said(question, file)), test)
    return Exported(asked.wish.to, asked.wish.name, source, tuple(file.functions.values()))


def said(question: ArrayQuestion, file: MatrixFile) -> list[str]:
    """The conventions, in words."""
    f, variables = question.arrays.outputs[0].node, question.arrays.variables
    by_vec = any(is_matrix(v.shape) for v in variables) or (is_matrix(f.shape) and any(v.shape for v in variables))
    if ("jacobian" in file.forms and not f.shape) or not by_vec or not {"jacobian", "hessian"} & set(file.forms):
        return question.conventions()
    return [*question.conventions(), "rows and columns are in the order of vec: matrices column by column"]
