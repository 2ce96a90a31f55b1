"""trace, steps and graph: from the words of their options to a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.problems import ExitCode, GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.results import ComputationGraph, Explanation, Trace
    from gradcli.problems import Problem


class Explained(NamedTuple):
    """What a command line asks to be explained: the words of its options, unread, as they are spelt there."""

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
    mode: str | None = None
    named: bool | None = None
    formulas: bool = False
    digits: int = 6
    level: str = "normal"
    hint: int | None = None
    components: bool = False
    direction: str = "LR"
    depth: int | None = None
    format: str | None = None
    out: str | None = None
    box: str | None = None


def answer_explained(asked: Explained) -> int:
    """Read, explain, write. Returns the exit code: 3 if a number that was asked for does not exist."""
    if asked.box is not None:
        hint = f"gradcli grad {asked.box} has its derivatives"
        raise GradcliError("usage", "a program has no steps: only a text can be explained", hint=hint)
    if asked.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out trace.json")
    if asked.along is not None and asked.mode != "forward":
        if asked.mode is not None:
            raise GradcliError("usage", "--along is a direction of forward mode", hint="--mode forward --along 1,0")
        asked = asked._replace(mode="forward")
    return ANSWERS[asked.command](asked, request_of(asked))


def request_of(asked: Explained) -> ExplainRequest:
    """The request of a command line, with every text read."""
    from gradcli.cli import inputs
    from gradcli.explain.request import ExplainRequest
    from gradcli.library import bound_shapes
    from gradcli.program.build import BuildOptions
    from gradcli.text.parser import parse_script

    points = tuple(inputs.read_point("--at", text) for text in asked.at)
    along = inputs.read_point("--along", asked.along) if asked.along is not None else None
    if along is not None and not points:
        raise GradcliError("usage", "--along needs a point (--at)", hint="--at 2,5 --along 1,0")
    options = BuildOptions(
        wrt=inputs.read_names("--wrt", asked.wrt) or None,
        settings=inputs.read_settings(asked.constants),
        bound=bound_shapes(points[0][0]) if points else {},
        of=asked.of,
        declarations=inputs.read_declarations(asked.shapes, asked.vectors, asked.matrices, asked.symmetric),
    )
    script = parse_script(inputs.read_expressions(asked.expressions), asked.latex)
    return ExplainRequest(
        script,
        options,
        points,
        asked.mode or "reverse",  # type: ignore[arg-type]
        along,
        asked.named,
        asked.formulas,
        asked.digits,
        asked.level,
        asked.hint,
        asked.components,
    )


def answer_trace(asked: Explained, request: ExplainRequest) -> int:
    """The trace at every point."""
    from gradcli.explain.trace import traces
    from gradcli.render.explain import trace_formats

    found = traces(request)
    writers: dict[str, Callable[[Trace], str]] = {
        "json": lambda trace: one_line(trace_formats.trace_document(trace)),
        "plain": trace_formats.write_trace_plain,
        "csv": trace_formats.write_trace_csv,
        "markdown": trace_formats.write_trace_markdown,
        "latex": trace_formats.write_trace_latex,
    }
    form = asked.format or "table"
    if form == "table":
        from gradcli.render.explain.trace import print_trace

        text = screens(found, print_trace, asked.out)
    else:
        text = joined([writers[form](trace) for trace in found], form)
    return written(text, asked.out, form, [trace.numbers.problems for trace in found])


def answer_graph(asked: Explained, request: ExplainRequest) -> int:
    """The graph at every point."""
    from gradcli.explain.graph import graphs
    from gradcli.render.explain import graph

    form = asked.format or form_of_file(asked.out) or "tree"
    found = graphs(request)
    unicode = is_unicode(asked.out)
    writers: dict[str, Callable[[ComputationGraph], str]] = {
        "json": lambda one: one_line(graph.graph_document(one)),
        "dot": lambda one: graph.write_dot(one, asked.direction),
        "mermaid": lambda one: graph.write_mermaid(one, asked.direction),
        "tree": lambda one: graph.write_tree(one, unicode, asked.depth),
        "svg": lambda one: drawn(one, asked.direction),
    }
    text = joined([writers[form](one) for one in found], form)
    return written(text, asked.out, form, [one.trace.numbers.problems for one in found])


def drawn(graph: ComputationGraph, direction: str) -> str:
    """The graph as SVG."""
    from gradcli.render.explain.graph_svg import write_svg

    return write_svg(graph, direction)


def answer_steps(asked: Explained, request: ExplainRequest) -> int:
    """The derivation, at every point."""
    from gradcli.explain.steps import explanations
    from gradcli.render.explain import steps_formats

    found = explanations(request)
    writers: dict[str, Callable[[Explanation], str]] = {
        "json": lambda one: one_line(steps_formats.steps_document(one)),
        "plain": steps_formats.write_steps_plain,
        "csv": steps_formats.write_steps_csv,
        "markdown": steps_formats.write_steps_markdown,
        "latex": steps_formats.write_steps_latex,
    }
    form = asked.format or "table"
    if form == "table":
        from gradcli.render.explain.steps import print_steps

        text = screens(found, print_steps, asked.out)
    else:
        text = joined([writers[form](one) for one in found], form)
    return written(text, asked.out, form, [one.numbers.problems for one in found])


ANSWERS: dict[str, Callable[[Explained, ExplainRequest], int]] = {
    "trace": answer_trace,
    "steps": answer_steps,
    "graph": answer_graph,
}
FILES = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".svg": "svg", ".json": "json"}


def form_of_file(out: str | None) -> str | None:
    """The format that a file's ending names."""
    ending = "" if out is None else out[out.rfind(".") :].lower()
    return FILES.get(ending)


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


def joined(texts: Sequence[str], form: str) -> str:
    """Answers below one another: JSON one a line, CSV under one header, the rest in blocks."""
    if form == "csv":
        return texts[0] + "".join(text.partition("\n")[2] for text in texts[1:])
    return ("" if form == "json" else "\n").join(texts)


def one_line(document: dict[str, Any]) -> str:
    """A document as one line of strict JSON."""
    import json
    import sys

    ascii_only = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8")
    return json.dumps(document, ensure_ascii=ascii_only, allow_nan=False) + "\n"


def written(text: str, out: str | None, form: str, problems: Sequence[Sequence[Problem]]) -> int:
    """Write the answer; the exit code tells whether a number is missing."""
    from gradcli.cli.output import write_answer

    write_answer(text, out, utf8=form in ("json", "svg", "dot", "mermaid"))
    return ExitCode.NO_ANSWER if any(problems) else ExitCode.DONE
