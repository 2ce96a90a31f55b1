"""Whether escape codes go to a stream, by the conventions that programs share."""

from __future__ import annotations

import os

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def is_terminal(stream: Any) -> bool:
    """Whether a person reads the stream directly."""
    try:
        return stream is not None and bool(stream.isatty())
    except (AttributeError, ValueError):  # closed
        return False


def wants_colour(stream: Any) -> bool:
    """Whether a stream gets colours and bold letters.

    NO_COLOR forbids them, then FORCE_COLOR and CLICOLOR_FORCE (but 0) demand them, then CLICOLOR=0 and terminals
    without them forbid them; else a terminal has them. Source: no-color.org, force-color.org, bixense.com/clicolors,
    in the order of Python's own tracebacks.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if is_forced(stream):
        return True
    plain = os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM", "") in ("dumb", "unknown")
    return is_terminal(stream) and not plain


def is_forced(stream: Any) -> bool:
    """Whether colours are demanded of what the process writes; texts in the making and files have none."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = bool(os.environ.get("FORCE_COLOR")) or os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return forced and has_descriptor(stream)


def has_descriptor(stream: Any) -> bool:
    """Whether a stream is one of the process."""
    try:
        stream.fileno()
    except (AttributeError, OSError, ValueError):  # closed
        return False
    return True


def columns_of_terminal() -> int:
    """How wide the terminal is: by COLUMNS, else as it says, else 80."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:  # a pipe, a file
        return 80
