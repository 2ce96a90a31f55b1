"""The words of a command line, and the question that they ask."""

from __future__ import annotations

import os

from gradcli.cli.blackbox import (
    BoxWords,
    StepWords,
    make_watch,
    precision_for,
    read_black_box,
    read_plan,
    refuse_one_file,
    refuse_without_box,
)
from gradcli.cli.options import grouped
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.question import Question


class ExplainWords(NamedTuple):
    """The options of the commands that explain, as they were typed."""

    mode: str | None = None
    formulas: bool = False
    named: bool = False
    inner: bool = False
    level: str = "normal"
    hint: int | None = None
    components: bool = False
    direct: bool = False
    direction: str = "LR"
    depth: int | None = None
    digits: int = 6

    @property
    def statements(self) -> bool | None:
        """True for the statements only, False for every operation, None for what the program's length suggests."""
        return True if self.named else False if self.inner else None


class PlotWords(NamedTuple):
    """The options of pictures, as they were typed."""

    ranges: tuple[str, ...] = ()
    levels: str | None = None
    size: str | None = None
    ascii: bool = False


class DescentWords(NamedTuple):
    """The options of a descent, as they were typed; None for what the method has of its own."""

    method: str = "gd"
    rate: float | None = None
    momentum: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    epsilon: float | None = None
    steps: int | None = None
    until: float | None = None
    drawn: bool = False


class QuizWords(NamedTuple):
    """The options of exercises, as they were typed."""

    topic: str | None = None
    seed: int | None = None
    exercises: int = 5


class ReportWords(NamedTuple):
    """The options of a report, as they were typed."""

    no_steps: bool = False
    no_plot: bool = False
    open: bool = False


class CommandLine(NamedTuple):
    """The words of a command line by the fields that its options fill (`cli.options.OPTIONS`), unread.

    form, json   together the `format`
    box, steps   of a black box, and of differences in doubles; explain: of the commands that explain;
                 plot: of pictures; descent, quiz, report: of paths, of exercises and of reports
    lang         the language of the explaining screens
    """

    command: str
    expressions: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    points: str | None = None
    keep: tuple[str, ...] = ()
    missing: str | None = None
    compiled: str | None = None
    decisions: int | None = None
    grid: tuple[str, ...] = ()
    against: str | None = None
    constants: tuple[str, ...] = ()
    along: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    kind: str = "gradient"
    to: str | None = None
    name: str = "f"
    self_test: bool = False
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    sparse: bool = False
    simplify: bool = False
    steps: StepWords = StepWords()
    box: BoxWords = BoxWords()
    explain: ExplainWords = ExplainWords()
    plot: PlotWords = PlotWords()
    descent: DescentWords = DescentWords()
    quiz: QuizWords = QuizWords()
    report: ReportWords = ReportWords()
    lang: str | None = None
    form: str | None = None
    json: bool = False
    out: str | None = None
    install: bool = False

    @property
    def format_given(self) -> str | None:
        """The format that was asked for."""
        return "json" if self.json else self.form

    @property
    def format(self) -> str:
        """The format of the answer. Raises `usage` where it and the name of the file contradict each other."""
        if self.out in (None, "-"):
            return self.format_given or "table"
        from gradcli.cli.commands.endings import format_for

        return format_for(self.format_given, self.out)


def command_line(command: str, values: dict[str, Any]) -> CommandLine:
    """A command line from the values of its options, by the names of their parameters."""
    expressions = values.pop("expressions", ())
    if any(name.startswith("GRADCLI_") for name in os.environ):
        from gradcli.cli.shells.defaults import of_environment

        values |= of_environment(command, values)
    parts = grouped(values)
    words = (expressions,) if isinstance(expressions, str) else tuple(expressions)
    return CommandLine(
        command,
        words,
        box=BoxWords(**parts["box"]),
        steps=StepWords(**parts["steps"]),
        explain=ExplainWords(**parts["explain"]),
        plot=PlotWords(**parts["plot"]),
        descent=DescentWords(**parts["descent"]),
        quiz=QuizWords(**parts["quiz"]),
        report=ReportWords(**parts["report"]),
        **parts[""],
    )


def readings(line: CommandLine) -> dict[str, Any]:
    """What the words say of names and points, read: the fields of a question that every command fills so."""
    from gradcli.cli import inputs

    return {
        "points": tuple(inputs.read_point("--at", text) for text in line.at),
        "along": inputs.read_point("--along", line.along) if line.along is not None else None,
        "settings": inputs.read_settings(line.constants),
        "wrt": inputs.read_names("--wrt", line.wrt),
        "of": line.of,
        "declarations": inputs.read_declarations(line.shapes, line.vectors, line.matrices, line.symmetric),
    }


def text_question(line: CommandLine, expressions: Sequence[str]) -> Question:
    """The question about texts, whatever is asked of them; standard input last: it may have to be waited for."""
    from gradcli.cli import inputs
    from gradcli.question import Question
    from gradcli.text.parser import parse_script

    found = readings(line)
    return Question(
        command=line.command,
        kind=line.kind,
        script=parse_script(inputs.read_expressions(expressions), line.latex),
        method=line.method,
        precision=line.precision,
        layout=line.layout,
        simplify=line.simplify,
        plan=read_plan(line.steps) if line.precision == "double" else None,
        study=line.steps.study,
        **found,
    )


def question_of(line: CommandLine) -> Question:
    """The question of a command line, with every text read."""
    from gradcli.solve import refuse_contradictions

    if line.box.is_given:
        return outside_question_of(line)
    refuse_without_box(line.box)
    line = line._replace(precision=precision_for(line.steps, line.method, line.precision))
    refuse_contradictions(line.method, line.precision, bool(line.at), line.simplify)
    return text_question(line, line.expressions)


def outside_question_of(line: CommandLine) -> Question:
    """The question of a command line whose function is a black box."""
    from gradcli.question import Question
    from gradcli.text.tree import Script

    refuse_text_options(line)
    refuse_one_file(line.box, line.out)
    return Question(
        command=line.command,
        script=Script((), ()),
        layout=line.layout,
        outside=read_black_box(line.box, line.expressions, make_watch(line.format == "json")),
        plan=read_plan(line.steps),
        study=line.steps.study,
        **readings(line),
    )


def refuse_text_options(line: CommandLine) -> None:
    """Raise `usage` for options that say something about a text, where the function is a black box."""
    words: dict[str, object] = {
        "--of": line.of,
        "--shape": line.shapes,
        "--vector": line.vectors,
        "--matrix": line.matrices,
        "--symmetric": line.symmetric,
        "--latex": line.latex,
        "--simplify": line.simplify,
        "--method": line.method if line.method != "fd" else None,
        "--precision": line.precision if line.precision != "double" else None,
    }
    found = next((name for name, value in words.items() if value), None)
    if found is not None:
        hint = "a black box has finite differences in doubles" if found in ("--method", "--precision") else None
        raise GradcliError("usage", f"'{found}' does not go with --exec and --python", hint=hint or "leave it away")
