"""The door: a result and the name of a format in, text out. Adding a format is one file and its row here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.render.answer import Result

FORMATS = ("json", "csv", "markdown", "plain", "latex")
"""Formats for programs and papers: each is a file `render/formats/NAME.py` with its function `write_NAME`."""


def writer(form: str) -> Callable[[Result], str]:
    """What writes a result in this format, without a final line break; only its own file is loaded."""
    from importlib import import_module

    found: Callable[[Result], str] = getattr(import_module(f"gradcli.render.formats.{form}"), f"write_{form}")
    return found
