"""trace, steps and graph: from the words of their options to a screen."""

from __future__ import annotations

from gradcli.cli.commands.endings import GRAPHS, format_for, refuse_npy
from gradcli.cli.question import text_question
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.cli.question import CommandLine
    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.results import ComputationGraph, Explanation, Trace
    from gradcli.problems import Problem
    from gradcli.records import Readable


def in_full(request: ExplainRequest, form: str) -> ExplainRequest:
    """What programs read has every digit of a float64: none is rounded from its enclosure to fewer."""
    return request._replace(digits=17) if form in ("json", "plain", "csv") else request


def answer_explained(line: CommandLine) -> int:
    """Read, explain, write. Returns the exit code: 3 if a number that was asked for does not exist."""
    if line.box.is_given:
        option = "--exec" if line.box.command is not None else "--python"
        hint = f"gradcli grad {option} has its derivatives"
        raise GradcliError("usage", "a program has no steps: only a text can be explained", hint=hint)
    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out trace.json")
    if line.along is not None and line.explain.mode != "forward":
        if line.explain.mode is not None:
            raise GradcliError("usage", "--along is a direction of forward mode", hint="--mode forward --along 1,0")
        line = line._replace(explain=line.explain._replace(mode="forward"))
    return ANSWERS[line.command](line, request_of(line))


def request_of(line: CommandLine) -> ExplainRequest:
    """The request of a command line, with every text read."""
    from gradcli.explain.request import ExplainRequest
    from gradcli.question import options_of
    from gradcli.reading import plain_question

    if line.along is not None and not line.at:
        raise GradcliError("usage", "--along needs a point (--at)", hint="--at 2,5 --along 1,0")
    question, words = plain_question(text_question(line, line.expressions)), line.explain
    return ExplainRequest(
        question.script,
        options_of(question),
        question.points,
        words.mode or "reverse",  # type: ignore[arg-type]
        question.along,
        words.statements,
        words.formulas,
        words.digits,
        words.level,
        words.hint,
        words.components,
    )


def answer_trace(line: CommandLine, request: ExplainRequest) -> int:
    """The trace at every point."""
    from gradcli.explain.traces import traces

    refuse_npy(line.format, "a trace")
    return shown(line, traces(in_full(request, line.format)), "trace")


def answer_steps(line: CommandLine, request: ExplainRequest) -> int:
    """The derivation, at every point."""
    from gradcli.explain.explanations import explanations

    refuse_npy(line.format, "a derivation")
    return shown(line, explanations(request), "steps")


def shown(line: CommandLine, found: Sequence[Trace] | Sequence[Explanation], kind: str) -> int:
    """Answers on screens, printed by `print_KIND` of `render/explain/KIND.py`, or in another format."""
    from gradcli.render.documents import loaded

    if line.format == "table":
        text = screens(found, loaded(f"explain.{kind}.print_{kind}"), line.out)
    else:
        text = in_format(found, line.format)
    return written(text, line.out, line.format, [one.numbers.problems for one in found])


def answer_graph(line: CommandLine, request: ExplainRequest) -> int:
    """The graph at every point."""
    from gradcli.explain.traces import graphs

    form = format_for(line.format_given, line.out, GRAPHS, "tree")
    found = graphs(in_full(request, form))
    text = (
        in_format(found, form) if form in ("json", "html") else joined([drawn(one, form, line) for one in found], form)
    )
    return written(text, line.out, form, [one.trace.numbers.problems for one in found])


def drawn(one: ComputationGraph, form: str, line: CommandLine) -> str:
    """A graph as SVG, as a tree of characters, or in a language for graphs."""
    from gradcli.render.documents import loaded

    if form == "svg":
        from gradcli.render.explain.graph_svg import write_svg

        return write_svg(one, line.explain.direction)
    if form == "tree":
        from gradcli.platforms.terminals import columns_of_terminal
        from gradcli.render.explain.graph import write_tree

        columns = None if line.out is not None else columns_of_terminal()
        return write_tree(one, is_unicode(line.out), line.explain.depth, columns)
    text: str = loaded(f"explain.graph.write_{form}")(one, line.explain.direction)
    return text


ANSWERS: dict[str, Callable[[CommandLine, ExplainRequest], int]] = {
    "trace": answer_trace,
    "steps": answer_steps,
    "graph": answer_graph,
}


def is_unicode(out: str | None) -> bool:
    """Whether the stream has box characters; a file is UTF-8."""
    from gradcli.cli.output import sheet_for

    return sheet_for(out).encoding.lower().startswith("utf")


def screens(found: Sequence[Any], show: Callable[[Any, Any], None], out: str | None) -> str:
    """All screens, laid out for the stream that they go to."""
    from gradcli.cli.output import sheet_for
    from gradcli.render.page import make_console

    sheet = sheet_for(out)
    console = make_console(sheet)
    for place, one in enumerate(found):
        if place:
            sheet.write("\n")
        show(one, console)
    return sheet.getvalue()


def in_format(found: Sequence[Readable], form: str) -> str:
    """Answers below one another, each written as its kind is in this format."""
    from gradcli.render.documents import loaded, row_of

    if form == "html":
        text: str = loaded("report.page.write_pages")(found)
        return text
    texts = []
    for one in found:
        to_document, to_text, _ = row_of(one)
        texts.append(one_line(loaded(to_document)(one)) if form == "json" else loaded(to_text.format(form))(one))
    return joined(texts, form)


def joined(texts: Sequence[str], form: str) -> str:
    """Answers below one another: JSON one a line, CSV under one header, the rest in blocks."""
    if form == "csv":
        return texts[0] + "".join(text.partition("\n")[2] for text in texts[1:])
    return ("" if form == "json" else "\n").join(texts)


def one_line(document: dict[str, Any]) -> str:
    """A document as one line of strict JSON."""
    from gradcli.text.strict_json import json_text

    return json_text(document) + "\n"


def written(text: str, out: str | None, form: str, problems: Sequence[Sequence[Problem]]) -> int:
    """Write the answer; the exit code tells whether a number is missing."""
    from gradcli.cli.output import write_answer

    write_answer(text, out, utf8=form in ("json", "html", "svg", "dot", "mermaid"))
    return ExitCode.NO_ANSWER if any(problems) else ExitCode.DONE
