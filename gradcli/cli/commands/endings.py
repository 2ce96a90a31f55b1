"""What the ending of `--out FILE` promises: the format of an answer, the language of code."""

from __future__ import annotations

import os

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

JSON: Final = {".json": "json", ".jsonl": "json", ".ndjson": "json"}
PAPERS: Final = {".tex": "latex", ".md": "markdown", ".markdown": "markdown"}

PAGES: Final = {".html": "html", ".htm": "html"}

FORMATS: Final = {**JSON, ".csv": "csv", **PAPERS, ".npy": "npy", **PAGES}
"""Ending -> format of the commands that answer once; what is not here holds what a terminal would show."""

GRAPHS: Final = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".svg": "svg", **PAGES, **JSON}
"""Ending -> format of `graph`; what is not here holds the tree."""

WORKSHEETS: Final = {".md": "markdown", ".markdown": "markdown", ".tex": "latex", **PAGES, **JSON}
"""Ending -> format of `quiz` and of `report`; what is not here holds what a terminal would show."""

PICTURES: Final = {".svg": "svg", ".png": "png", ".pdf": "pdf", **PAPERS, ".csv": "csv", **PAGES, **JSON}
"""Ending -> format of `plot`; what is not here holds the picture in characters."""

PATHS: Final = {**FORMATS, ".svg": "svg", ".png": "png", ".pdf": "pdf"}
"""Ending -> format of `descend`; what is not here holds the table."""

PROMISING: Final = {**FORMATS, **GRAPHS, **WORKSHEETS, **PICTURES}
"""Endings that some command writes: with such a name a table would mislead whoever opens it."""

NOT_WRITTEN: Final = (
    *(".tsv", ".xlsx", ".xls", ".ods", ".h5", ".hdf5", ".feather", ".arrow", ".mat", ".pkl"),
    *(".gz", ".bz2", ".xz", ".zst", ".zip", ".docx", ".doc", ".odt", ".rtf", ".pptx", ".jpg", ".jpeg", ".gif", ".eps"),
)
"""Endings that promise what is not written: a file with such a name would mislead the next program."""

MANY_ONLY: Final = (".npz", ".parquet")
"""Endings of tables of answers."""


def ending_of(out: str | None) -> str:
    """The ending of a file's name in lower case; "" for standard output."""
    return "" if out in (None, "-") else os.path.splitext(str(out))[1].lower()


def format_for(given: str | None, out: str | None, formats: Mapping[str, str] = FORMATS, default: str = "table") -> str:
    """The format of an answer: the one that is named, else what the ending promises, else the default.

    Raises `usage` where they contradict each other, and for endings of what is not written.
    """
    ending = ending_of(out)
    promised = formats.get(ending)
    if given is not None:
        if promised not in (None, given):
            raise contradiction(given, out)
        return given
    if promised is None and ending in (*NOT_WRITTEN, *MANY_ONLY, *PROMISING):
        why = "are for many points" if ending in MANY_ONLY else "are not written"
        many = "; --points FILE or --grid AXES for many points" if formats is FORMATS else ""
        hint = f"one of {', '.join(formats)}{many}"
        raise GradcliError("usage", f"{ending} files {why} ('{out}')", hint=hint)
    return promised or default


def contradiction(form: str, out: str | None) -> GradcliError:
    """The error for a format and a name that promise different things."""
    message = f"--format {form} and the ending of '{out}' contradict each other"
    return GradcliError("usage", message, hint="leave --format away, or give the file another ending")


def refuse_npy(form: str, what: str) -> None:
    """Raise `usage` for an answer that is no array."""
    if form == "npy":
        raise GradcliError("usage", f"{what} is no array of numbers", hint="--out FILE.json, FILE.csv or FILE.md")


def language_for(to: str | None, out: str | None) -> str | None:
    """The language of code: --to, else what the ending promises; None where nothing tells."""
    from gradcli.exporting.languages import ENDINGS

    return to or ENDINGS.get(ending_of(out))
