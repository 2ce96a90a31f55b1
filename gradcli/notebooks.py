"""How answers show themselves in notebooks: what IPython, Jupyter and marimo ask of an object.

One place for all records; what writes an answer is loaded when a notebook asks, so that records load nothing.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, module_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any


WRITER = "render.report.fragments"


class NotebookDisplay:
    """The methods that notebooks call."""

    def _repr_html_(self) -> str:
        """Formulas as MathML, tables and pictures, in one element with its own style and without ids."""
        return str(module_at(WRITER).html_of(self))

    def _repr_latex_(self) -> str | None:
        """Formulas for papers; None for what has none."""
        found: str | None = module_at(WRITER).latex_of(self)
        return found

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """HTML, LaTeX and the document of `--json`, as far as they are wanted."""
        made: dict[str, Callable[[], Any]] = {
            "text/html": self._repr_html_,
            "text/latex": self._repr_latex_,
            "application/json": lambda: module_at(WRITER).document_of(self),
        }
        wanted = [kind for kind in made if (not include or kind in include) and kind not in (exclude or ())]
        bundle = {kind: made[kind]() for kind in wanted}
        return {kind: shown for kind, shown in bundle.items() if shown is not None}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What a terminal shows (IPython takes plain text from here alone)."""
        printer.text("…" if cycle else module_at(WRITER).text_of(self))


METHODS = ("_repr_html_", "_repr_latex_", "_repr_mimebundle_", "_repr_pretty_")


def displayed(*records: type) -> None:
    """Give the methods to records, which as tuples have no room for a base class."""
    for record in records:
        for name in METHODS:
            setattr(record, name, vars(NotebookDisplay)[name])
