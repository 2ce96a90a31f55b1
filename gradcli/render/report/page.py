"""A report as one HTML file that needs nothing else: no script, no font, no request; and as a document for programs."""

from __future__ import annotations

from functools import partial

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import spoken
from gradcli.render.explain.lexicon import say
from gradcli.render.report import parts
from gradcli.render.report.markup import Markup, element
from gradcli.render.report.style import FRAGMENT, PAGE
from gradcli.render.words import function_text
from gradcli.text.strict_json import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Final

    from gradcli.reporting import Report

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
MOST_DATA: Final = 1_000_000
"""Characters of the data inside the page; longer ones are left out, and it is said."""


def report_document(report: Report) -> dict[str, Any]:
    """`gradcli.report/1`: the documents of the parts by the names of their commands; null where there is none."""
    from gradcli.render.formats.explanations import graph_document, steps_document, trace_document
    from gradcli.render.formats.json import document
    from gradcli.render.plot.formats import plot_document

    def made(part: Any, write: Callable[[Any], dict[str, Any]]) -> dict[str, Any] | None:
        return None if part is None else write(part)

    return {
        "schema": "gradcli.report/1",
        "function": function_text(report.gradient.reading),
        "grad": document(report.gradient),
        "steps": made(report.explanation, steps_document),
        "trace": made(report.trace, trace_document),
        "graph": made(report.graph, graph_document),
        "plot": made(report.plot, plot_document),
        "missing": dict(report.missing),
    }


def write_report_html(report: Report) -> str:
    """The page of a report."""
    title = f"{shortened(function_text(report.gradient.reading))}: {say('gradient heading')}"
    return whole_page(title, element("main", element("h1", say("report")), *sections(report), class_="gradcli"))


def write_pages(records: Sequence[Any]) -> str:
    """The page of answers of one kind, each as a notebook shows it."""
    from gradcli.render.report.fragments import writer_of

    titles = [function_text(one.reading) for one in records[:1] if hasattr(one, "reading")]
    bodies = [element("main", *writer_of(one, "html")(one), class_="gradcli") for one in records]
    return whole_page(shortened(titles[0]) if titles else "gradcli", *bodies)


def shortened(title: str) -> str:
    """A title as far as a window shows it."""
    return title if len(title) <= 120 else f"{title[:119]}…"


def whole_page(title: str, *bodies: Markup) -> str:
    """A page that loads nothing."""
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        element("title", title),
        f"<style>{PAGE}{FRAGMENT}</style>",
    ]
    language = "zh-Hans" if spoken.get() == "zh" else "en"
    lines = ["<!DOCTYPE html>", f'<html lang="{language}">', "<head>", *head, "</head>", "<body>", *bodies]
    return "\n".join([*lines, "</body>", "</html>"]) + "\n"


def sections(report: Report) -> Iterable[str]:
    """The parts of the page, from the question to the data."""
    yield from parts.reading_part(report.gradient.reading)
    yield element("h2", say("gradient heading"))
    yield from parts.result_part(report.gradient)
    shown: tuple[tuple[str, Any, Callable[[Any], Iterable[Markup]]], ...] = (
        ("steps", report.explanation, parts.steps_part),
        ("trace", report.trace, parts.trace_part),
        ("graph", report.graph, parts.graph_part),
        ("plot", report.plot, parts.plot_part),
    )
    for name, part, make in shown:
        why = report.missing.get(name, "")
        made: list[Markup] = []
        if part is not None:
            try:
                made = list(make(part))
            except GradcliError as refused:  # a picture with too many nodes
                why = refused.message
        if made or why:
            yield element("h2", say(f"{name} heading"))
            yield from made or [parts.remark(why)]
    yield from data_part(report)
    yield element("footer", say("made by"))


def data_part(report: Report) -> Iterable[str]:
    """All numbers for programs, as JSON that no browser runs."""
    text = json_text(report_document(report))
    if len(text) > MOST_DATA:
        yield parts.remark(say("data left out"))
        return
    safe = text.replace("<", r"\u003c").replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")
    yield Markup(f'<script type="application/json">{safe}</script>')


def write_report_text(report: Report, form: str) -> str:
    """The parts one after the other, in a format of papers: markdown, latex or plain."""
    from gradcli.render.documents import writer
    from gradcli.render.explain import steps_formats, trace_formats

    texts = [writer(form)(report.gradient)]
    if report.explanation is not None:
        texts.append(getattr(steps_formats, f"write_steps_{form}")(report.explanation))
    if report.trace is not None:
        texts.append(getattr(trace_formats, f"write_trace_{form}")(report.trace))
    heads = [say(f"{name} heading") for name in ("gradient", "steps", "trace")]
    if form == "markdown":
        texts = [f"## {head}\n\n{text}" for head, text in zip(heads, texts, strict=False)]
    elif form == "plain":
        texts = [f"# {head}\n{text}" for head, text in zip(heads, texts, strict=False)]
    return "\n\n".join(text.rstrip("\n") for text in texts) + "\n"


write_report_plain = partial(write_report_text, form="plain")
write_report_markdown = partial(write_report_text, form="markdown")
write_report_latex = partial(write_report_text, form="latex")
