"""What the environment says of options that are not typed: GRADCLI_FORMAT, GRADCLI_LAYOUT, …. An option wins."""

from __future__ import annotations

import os

from gradcli.cli.commands.endings import ending_of
from gradcli.cli.commands.rows import COMMANDS
from gradcli.cli.options import OPTIONS
from gradcli.cli.words import unknown_choice
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final

KEYS: Final = tuple(key for key, option in OPTIONS.items() if option.default_of)
FOR_TABLES: Final = ("table", "json", "csv")
"""Formats of one answer that tables of points have, too."""


def of_environment(command: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a command that the environment fills, by their keys. Raises `usage` for words that they cannot be."""
    found = {}
    for key in KEYS:
        option = OPTIONS[key]
        word = os.environ.get(option.default_of)
        typed = key in values or (key == "form" and (values.get("json") or ending_of(values.get("out"))))
        if not word or typed or key not in COMMANDS[command].options:
            continue
        if word not in option.words:
            unknown_choice(option.default_of, option, word)
        if key == "form" and not suits(command, values, word):
            continue
        if key != "compiled" or is_of_many(values):
            found[key] = word
    return found


def suits(command: str, values: Mapping[str, Any], form: str) -> bool:
    """Whether an answer that would be a table can have this format."""
    formats = COMMANDS[command].formats
    return formats[0] == "table" and form in (FOR_TABLES if is_of_many(values) else formats)


def is_of_many(values: Mapping[str, Any]) -> bool:
    """Whether many points are asked about."""
    return values.get("points") is not None or bool(values.get("grid"))
