"""What a notebook shows of an answer: HTML, LaTeX, the document of `--json`, and the text of a terminal."""

from __future__ import annotations

import io

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.render.documents import loaded
from gradcli.render.report.markup import Markup, details, element, quoted
from gradcli.render.report.style import FRAGMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Final

COLUMNS: Final = 100
"""Columns of a screen in a notebook."""


class RecordParts(NamedTuple):
    """Where the writers of a kind of record are, as `module.function` below `gradcli.render`; "" for none."""

    html: str
    document: str
    screen: str
    latex: str


DERIVATIVE: Final = RecordParts(
    "report.fragments.result_fragment",
    "formats.json.document",
    "table.print_result",
    "formats.latex.write_latex",
)
SHOWN: Final[Mapping[str, RecordParts]] = {
    "Gradient": DERIVATIVE,
    "Jacobian": DERIVATIVE,
    "Hessian": DERIVATIVE,
    "Chain": DERIVATIVE,
    "Verdict": RecordParts(
        "report.parts.verdict_part", "verdicts.document", "verdicts.print_verdict", "verdicts.write_latex"
    ),
    "Trace": RecordParts(
        "report.fragments.trace_fragment",
        "formats.explanations.trace_document",
        "explain.trace.print_trace",
        "explain.trace_formats.write_trace_latex",
    ),
    "Explanation": RecordParts(
        "report.fragments.steps_fragment",
        "formats.explanations.steps_document",
        "explain.steps.print_steps",
        "explain.steps_formats.write_steps_latex",
    ),
    "ComputationGraph": RecordParts(
        "report.parts.graph_part", "formats.explanations.graph_document", "report.fragments.print_graph", ""
    ),
    "Plot": RecordParts("report.parts.plot_part", "plot.formats.plot_document", "plot.terminal.print_plot", ""),
    "Descent": RecordParts(
        "report.fragments.descent_fragment",
        "descent.formats.descent_document",
        "descent.screen.print_descent",
        "descent.formats.write_descent_latex",
    ),
    "Report": RecordParts("report.page.sections", "report.page.report_document", "report.fragments.print_report", ""),
    "Quiz": RecordParts(
        "report.fragments.quiz_fragment",
        "explain.quiz.quiz_document",
        "report.fragments.print_quiz",
        "explain.quiz.write_quiz_latex",
    ),
    "Exported": RecordParts(
        "report.fragments.code_fragment", "report.fragments.export_document", "report.fragments.print_code", ""
    ),
}
"""Kind of record -> its writers."""


def writer_of(record: object, kind: str) -> Any:
    """What writes a record; None where it has no such form."""
    path = getattr(SHOWN[type(record).__name__], kind)
    return loaded(path) if path else None


def html_of(record: object) -> str:
    """One element, with a style that holds inside it alone."""
    return element("div", Markup(f"<style>{FRAGMENT}</style>"), *writer_of(record, "html")(record), class_="gradcli")


def latex_of(record: object) -> str | None:
    """Formulas for papers."""
    write = writer_of(record, "latex")
    return None if write is None else str(write(record))


def document_of(record: object) -> dict[str, Any]:
    """The document of `--json`."""
    document: dict[str, Any] = writer_of(record, "document")(record)
    return document


def text_of(record: object) -> str:
    """The screen, without colours."""
    from gradcli.render.page import make_console

    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    writer_of(record, "screen")(record, make_console(stream, COLUMNS))
    stream.flush()
    raw: Any = stream.buffer
    return str(raw.getvalue().decode()).rstrip("\n")


def result_fragment(result: Any) -> Iterator[Markup]:
    """Function, point, derivatives."""
    from gradcli.render.report import parts

    yield from parts.reading_part(result.reading)
    yield from parts.result_part(result)


def trace_fragment(trace: Any) -> Iterator[Markup]:
    """Function, point, the table."""
    from gradcli.render.report import parts

    yield from parts.reading_part(trace.reading)
    yield from parts.trace_part(trace)


def steps_fragment(explanation: Any) -> Iterator[Markup]:
    """Function, point, the derivations."""
    from gradcli.render.report import parts

    yield from parts.reading_part(explanation.reading)
    yield from parts.steps_part(explanation)


def descent_fragment(descent: Any) -> Iterator[Markup]:
    """The function, the method, the table of the path, what lies at its end, and the picture where there is one."""
    from gradcli.render.descent.formats import shown_cells
    from gradcli.render.descent.screen import headline, verdict_lines
    from gradcli.render.explain.figures import Figures
    from gradcli.render.explain.lexicon import say
    from gradcli.render.report.markup import table
    from gradcli.render.report.parts import plot_part, reading_part, remark
    from gradcli.render.words import problem_text

    yield from reading_part(descent.reading)
    figures = Figures(descent.digits, {}, "—", True)
    yield element("p", headline(descent, True))
    rows = shown_cells(descent, figures)
    headers = [say("step"), *descent.reading.variables, descent.output, f"‖∇{descent.output}‖"]
    yield table(headers, rows, list(range(1, len(headers))))
    yield from map(remark, (*verdict_lines(descent, figures), *descent.reading.assumptions, *descent.numbers.notes))
    for problem in descent.numbers.problems:
        yield remark(f"! {problem_text(problem)}", problem=True)
    if descent.picture is not None:
        yield from plot_part(descent.picture)


def print_graph(graph: Any, console: Any) -> None:
    """The tree."""
    from gradcli.render.explain.graph import write_tree

    console.file.write(write_tree(graph, True, None))


def print_report(report: Any, console: Any) -> None:
    """Gradient, derivation, trace and picture one after the other."""
    from gradcli.render.explain.steps import print_steps
    from gradcli.render.explain.trace import print_trace
    from gradcli.render.plot.terminal import print_plot
    from gradcli.render.table import print_result

    shown: list[tuple[Any, Any]] = [(report.gradient, print_result), (report.explanation, print_steps)]
    shown += [(report.trace, print_trace), (report.plot, print_plot)]
    for place, (part, show) in enumerate(pair for pair in shown if pair[0] is not None):
        if place:
            console.file.write("\n")
        show(part, console)


def quiz_fragment(quiz: Any) -> Iterator[Markup]:
    """The exercises, then their answers with the steps, folded."""
    from gradcli.render.explain.lexicon import say
    from gradcli.render.explain.quiz import asked, function_of, shapes_text
    from gradcli.render.notation import write
    from gradcli.render.report import parts

    yield element("h3", say("worksheet"))
    for exercise in quiz.exercises:
        shapes = f" ({shapes_text(exercise)})" if exercise.shapes else ""
        found = say("find derivative", symbol="")
        formulas = parts.inline(function_of(exercise, "latex")), parts.inline(asked(exercise, "latex"))
        yield element("p", f"{exercise.number}. ", formulas[0], f"{shapes}: {found}", formulas[1])
    answers: list[str] = []
    for exercise in quiz.exercises:
        answer = parts.inline(f"{asked(exercise, 'latex')} = {write(exercise.answer, 'latex')}")
        answers += [element("p", f"{exercise.number}. ", answer), *parts.steps_part(exercise.explanation)]
    yield details(say("answers"), *answers, is_open=False)


def print_quiz(quiz: Any, console: Any) -> None:
    """The worksheet as plain lines."""
    from gradcli.render.explain.quiz import write_quiz_plain

    console.file.write(write_quiz_plain(quiz))


def code_fragment(exported: Any) -> Iterator[Markup]:
    """Source code."""
    yield element("pre", Markup(quoted(exported.source).replace("<br>", "\n")))


def export_document(exported: Any) -> dict[str, Any]:
    """`gradcli.export/1`."""
    return {"schema": "gradcli.export/1", **exported._asdict()}


def print_code(exported: Any, console: Any) -> None:
    """Source code as it is."""
    console.file.write(exported.source)
