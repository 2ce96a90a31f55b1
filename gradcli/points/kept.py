"""Columns that are no variables and are carried through: `--keep id`."""

from __future__ import annotations

from gradcli.points.table import column_name, listed, shown
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.strict_json import json_text
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from gradcli.points.table import Table


def read_columns(texts: Sequence[str]) -> tuple[str, ...]:
    """The names in the values of `--keep`, commas between them (a name with a comma stands in quotes)."""
    import csv

    names = [name.strip() for text in texts for name in next(csv.reader([text], skipinitialspace=True), [])]
    if "" in names or (texts and not names):
        raise GradcliError("usage", "'--keep' needs the names of columns", hint="--keep id,name")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise GradcliError("usage", f"'--keep': {quoted(twice)} is given twice", hint="give every column once")
    return tuple(names)


def places_of(table: Table, names: Sequence[str], others: Collection[str]) -> tuple[int, ...]:
    """The place of each kept column in the table; `others` are the columns that the answers have. Raises `points`."""
    if names and table.names is None:
        message = f"{shown(table.path)}: its columns have no names"
        raise GradcliError("points", message, hint="--keep needs a first line of names (a header)")
    return tuple(place_of(table.names or (), name, table.path, others) for name in names)


def place_of(columns: Sequence[str], name: str, path: str, others: Collection[str]) -> int:
    """The place of one column."""
    if name in others or column_name(name) in others:
        message = f"'--keep': the answers have a column {quoted(name)} anyway"
        raise GradcliError("usage", message, hint="leave it away, or give the column of the file another name")
    for wanted in (name, column_name(name)):
        if wanted in columns:
            return columns.index(wanted)
    raise GradcliError(
        "points", f"{shown(path)}: there is no column {quoted(name)}", hint=f"there are {listed(columns)}"
    )


def as_text(value: Any) -> str:
    """A kept value in csv and in tables; nothing where there is none."""
    if value is None or value != value:
        return ""
    return value if isinstance(value, str) else as_json(value) if isinstance(value, PLAIN) else str(value)


def as_json(value: Any) -> str:
    """A kept value in JSON; what JSON does not know (a date, infinity) as its text."""
    if value != value:
        return "null"
    try:
        return json_text(value)
    except (TypeError, ValueError):
        return json_text(str(value))


PLAIN = (bool, int, float, list, dict)
"""Types of values that are written as JSON writes them."""


def as_cell(text: str) -> str:
    """A text as a cell of csv: in quotes where it has to be."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text
