"""JSON as every answer, error and row of gradcli is written: strict, one line, whatever a reader calls a line."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

LINE_ENDS = str.maketrans({end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"})
"""Characters that Unicode, JavaScript and `str.splitlines` take for the end of a line, and JSON (RFC 8259) does not."""


def json_text(value: Any, ascii_only: bool = False) -> str:
    """A value as one line of strict JSON.

    Raises ValueError where a number is not finite, as JSON has no such numbers.
    """
    import json

    text = json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)
    return text if text.isascii() else text.translate(LINE_ENDS)
