"""The door: an answer and the name of a format in, text out. Adding a format is one file and its row here."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, module_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from gradcli.records import Readable
    from gradcli.render.answer import Result

FORMATS = ("json", "latex", "markdown", "plain", "csv")
"""Formats of derivatives, besides tables: each is a file `render/formats/NAME.py` with its function `write_NAME`."""

PAPERS = ("csv", "markdown", "plain", "latex")
"""Formats besides JSON of answers that are no derivatives: each kind has a `write_` of its own."""

KINDS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "Verdict": ("verdicts.document", "verdicts.write_{}", PAPERS),
    "Trace": ("formats.explanations.trace_document", "explain.trace_formats.write_trace_{}", PAPERS),
    "Explanation": ("formats.explanations.steps_document", "explain.steps_formats.write_steps_{}", PAPERS),
    "ComputationGraph": ("formats.explanations.graph_document", "explain.graph.write_{}", ("tree", "dot", "mermaid")),
    "Plot": ("plot.formats.plot_document", "plot.formats.write_plot_{}", ("plain", "csv", "latex")),
    "Descent": ("descent.formats.descent_document", "descent.formats.write_descent_{}", PAPERS),
    "Coordinates": ("formats.coordinates.document", "formats.coordinates.write_{}", ("plain", "csv")),
    "Report": ("report.page.report_document", "report.page.write_report_{}", ("plain", "markdown", "latex", "html")),
    "Quiz": ("explain.quiz.quiz_document", "explain.quiz.write_quiz_{}", ("plain", "markdown", "latex")),
}
"""Answers that are no derivatives: what makes their document, what writes a format, and the formats besides JSON."""


def loaded(path: str) -> Any:
    """A function of this room by its file and its name; only its own file is loaded."""
    module, _, name = path.rpartition(".")
    return getattr(module_at(f"render.{module}"), name)


def writer(form: str) -> Callable[[Result], str]:
    """What writes a result in this format, without a final line break; only its own file is loaded."""
    found: Callable[[Result], str] = loaded(f"formats.{form}.write_{form}")
    return found


def row_of(answer: Readable) -> tuple[str, str, tuple[str, ...]]:
    """The row of an answer's kind; derivatives have their formats each in a file of its own."""
    usual = ("formats.json.document", "formats.{0}.write_{0}", FORMATS[1:])
    return KINDS.get(type(answer).__name__, usual)


def document_of(answer: Readable) -> dict[str, Any]:
    """The document of an answer, as JSON reads it: dictionaries, lists, texts, numbers."""
    import json

    found: dict[str, Any] = json.loads(text_of(answer, "json"))
    return found


def text_of(answer: Readable, form: str) -> str:
    """An answer in a format, without a final line break. Raises GradcliError: `usage` for a format it does not have."""
    from gradcli.text.strict_json import json_text

    if type(answer).__name__ == "Exported":
        document = {"schema": "gradcli.export/1", **answer._asdict()}
        return json_text(document) if form == "json" else str(document["source"])
    to_document, to_text, forms = row_of(answer)
    if form == "json":
        return json_text(loaded(to_document)(answer))
    if form == "plain" and form not in forms:
        form = forms[0]
    if form not in forms:
        raise GradcliError("usage", f"this answer has no format {form!r}", hint=f"one of json, {', '.join(forms)}")
    return str(loaded(to_text.format(form))(answer)).rstrip("\n")
