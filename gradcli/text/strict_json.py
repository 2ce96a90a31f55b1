"""JSON as every answer, error and row of gradcli is written: strict, one line, whatever a reader calls a line."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

LINE_ENDS = str.maketrans({end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"})
"""Characters that Unicode, JavaScript and `str.splitlines` take for the end of a line, and JSON (RFC 8259) does not."""
SHORT = 64
"""Entries up to which an array or object is written here: `json` is faster for long ones, and slow to import."""
WORDS = {None: "null", True: "true", False: "false"}


def json_text(value: Any) -> str:
    """A value as one line of strict JSON.

    Raises ValueError where a number is not finite, as JSON has no such numbers.
    """
    text = short_text(value)
    if text is None:
        import json

        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if text.isascii() else text.translate(LINE_ENDS)


def short_text(value: Any) -> str | None:
    """What `json` would write; None for what is long, or has something that takes thought."""
    kind = type(value)
    if kind is str:
        return None if '"' in value or "\\" in value or not value.isprintable() else f'"{value}"'
    if kind is float:
        return repr(value) if value - value == 0.0 else None
    if kind is int:
        return str(value)
    if value is None or kind is bool:
        return WORDS[value]
    if (kind is not dict and kind is not list and kind is not tuple) or len(value) > SHORT:
        return None
    parts = [short_text(part) for part in (value.values() if kind is dict else value)]
    if kind is dict:
        names = [short_text(name) if type(name) is str else None for name in value]
        parts = [name and part and f"{name}: {part}" for name, part in zip(names, parts, strict=True)]
    if None in parts:
        return None
    inside = ", ".join(part for part in parts if part is not None)
    return f"{{{inside}}}" if kind is dict else f"[{inside}]"
