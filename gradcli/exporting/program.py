"""Programs of vectors and matrices in languages without them: one scalar an entry, the matrices' conventions kept."""

from __future__ import annotations

from gradcli.derive.outputs import generated_outputs, in_vec_order
from gradcli.exporting.file import Exported, File, require_scalar_code
from gradcli.exporting.languages import language
from gradcli.exporting.names import is_matrix
from gradcli.exporting.request import NO_MATRICES, Matrices, Ordered, Wish
from gradcli.exporting.samples import lacking, samples_of
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.outputs import Outputs
    from gradcli.exporting.file import Exported
    from gradcli.exporting.request import Export
    from gradcli.problems import Source
    from gradcli.program.graph import Program
    from gradcli.text.points import PointText

    Points = tuple[tuple[PointText, Source], ...]


def export_entries(asked: Export) -> Exported:
    """The source file, arrays as the language's own kind of arrays of numbers. Raises `shape` for sizes in letters."""
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.request import Request

    question = ArrayQuestion(asked.script, asked.options, Request(asked.points))
    arrays = question.arrays
    if not question.has_sizes():
        require_scalar_code({v.name: v.shape for v in (*arrays.variables, *arrays.parameters)})
    wish = asked.wish
    below = question.numeric(arrays.outputs[0].node.shape) if len(arrays.outputs) == 1 else ()
    said = list(question.conventions())
    if wish.kind != "gradient" and wish.to != "sql" and (is_matrix(below) or any(map(is_matrix, shapes(question)))):
        said.append("rows and columns are in the order of vec: matrices column by column")
    return export_program(question.scalars(), wish, asked.points, Matrices(below, tuple(said)))


def shapes(question: ArrayQuestion) -> list[tuple[int, ...]]:
    """The shapes of the variables."""
    return [question.numeric(variable.shape) for variable in question.arrays.variables]


def export_program(program: Program, wish: Wish, points: Points = (), matrices: Matrices = NO_MATRICES) -> Exported:
    """The source file of a program of scalars (arrays of known sizes included), entry by entry."""
    outputs = generated_outputs(program, wish.kind)
    refuse_empty(outputs)
    said = [*header(program, wish, matrices.said)]
    if wish.to == "sql":
        from gradcli.exporting.languages.sql import write_sql

        return write_sql(program, outputs, Ordered(wish, points, tuple(said)))
    outputs = in_vec_order(outputs, program.variables, matrices.below)
    row = language(wish.to)
    file = File(program, outputs, row, wish.name)
    try:
        test = ""
        if wish.self_test:
            from gradcli.exporting.self_test import write_self_test

            samples = samples_of(program, outputs, row.functions, points)
            test = write_self_test(file, samples)
        return Exported(wish.to, wish.name, file.text(said, test), tuple(file.functions))
    except GradcliError as error:
        raise lacking(error, wish.to, row.title) from error


def refuse_empty(outputs: Outputs) -> None:
    """Raise `constant` for a function of nothing."""
    if not outputs.names:
        raise GradcliError("constant", "there is no variable to differentiate by", hint="a function of x, say")


def header(program: Program, wish: Wish, said: Sequence[str] = ()) -> list[str]:
    """The comment at the top of the file: what it calculates, by which conventions, and how it was made."""
    from gradcli import __version__
    from gradcli.render.notation import write

    what = {"gradient": "gradient", "jacobian": "Jacobian (numerator layout)", "hessian": "Hessian"}[wish.kind]
    lines = [f"Value and {what} by {', '.join(v.name for v in program.variables)} of"]
    lines += [f"    {shortened(write(output.tree, decimal=program.decimal))}" for output in program.outputs]
    given = ", ".join(program.constants or program.settings)
    if given:
        lines.append(f"with the values that --set gave to {shortened(given)}")
    lines += [f"({text})" for text in dict.fromkeys((*program.assumptions, *said))]
    made = f"Made by gradcli {__version__}: gradcli export --to {wish.to} --kind {wish.kind} --name {wish.name}"
    return [*lines, f"{made}{' --self-test' if wish.self_test else ''}"]


def shortened(text: str) -> str:
    """A text of at most 1000 characters, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 1000 else f"{text[:1000]} ..."
