"""What the words of a question say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.cli.blackbox import (
    BoxWords,
    StepWords,
    make_watch,
    precision_for,
    read_black_box,
    read_plan,
    refuse_without_box,
)
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from gradcli.library import Question


class Answer(NamedTuple):
    """What a command line asks for: the words of its options, unread, as they are spelt there."""

    command: str
    expressions: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    along: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    simplify: bool = False
    format: str = "table"
    out: str | None = None
    box: BoxWords = BoxWords()
    steps: StepWords = StepWords()
    points: str | None = None
    grid: tuple[str, ...] = ()
    format_given: str | None = None


def question_of(answer: Answer) -> Question:
    """The question of a command line, with every text read; standard input last: it may have to be waited for."""
    from gradcli.cli import inputs
    from gradcli.library import Question, refuse_contradictions
    from gradcli.text.parser import parse_script

    if answer.box.is_given:
        return outside_question_of(answer)
    refuse_without_box(answer.box)
    answer = answer._replace(precision=precision_for(answer.steps, answer.method, answer.precision))
    refuse_contradictions(answer.method, answer.precision, bool(answer.at), answer.simplify)
    points = tuple(inputs.read_point("--at", text) for text in answer.at)
    along = inputs.read_point("--along", answer.along) if answer.along is not None else None
    settings = inputs.read_settings(answer.constants)
    wrt = inputs.read_names("--wrt", answer.wrt)
    declarations = inputs.read_declarations(answer.shapes, answer.vectors, answer.matrices, answer.symmetric)
    return Question(
        command=answer.command,
        script=parse_script(inputs.read_expressions(answer.expressions), answer.latex),
        points=points,
        settings=settings,
        along=along,
        wrt=wrt,
        of=answer.of,
        declarations=declarations,
        method=answer.method,
        precision=answer.precision,
        layout=answer.layout,
        simplify=answer.simplify,
        plan=read_plan(answer.steps) if answer.precision == "double" else None,
        study=answer.steps.study,
    )


def outside_question_of(answer: Answer) -> Question:
    """The question of a command line whose function is a black box."""
    from gradcli.cli import inputs
    from gradcli.library import Question
    from gradcli.text.tree import Script

    refuse_text_options(answer)
    return Question(
        command=answer.command,
        script=Script((), ()),
        points=tuple(inputs.read_point("--at", text) for text in answer.at),
        settings=inputs.read_settings(answer.constants),
        along=inputs.read_point("--along", answer.along) if answer.along is not None else None,
        wrt=inputs.read_names("--wrt", answer.wrt),
        layout=answer.layout,
        outside=read_black_box(answer.box, answer.expressions, make_watch(answer.format == "json")),
        plan=read_plan(answer.steps),
        study=answer.steps.study,
    )


def refuse_text_options(answer: Answer) -> None:
    """Raise `usage` for options that say something about a text, where the function is a black box."""
    words: dict[str, object] = {
        "--of": answer.of,
        "--shape": answer.shapes,
        "--vector": answer.vectors,
        "--matrix": answer.matrices,
        "--symmetric": answer.symmetric,
        "--latex": answer.latex,
        "--simplify": answer.simplify,
        "--method": answer.method if answer.method != "fd" else None,
        "--precision": answer.precision if answer.precision != "double" else None,
    }
    found = next((name for name, value in words.items() if value), None)
    if found is not None:
        hint = "a black box has finite differences in doubles" if found in ("--method", "--precision") else None
        raise GradcliError("usage", f"'{found}' does not go with --exec and --python", hint=hint or "leave it away")
