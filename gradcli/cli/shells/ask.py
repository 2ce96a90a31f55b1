"""Lines that are typed at gradcli's own questions: edited as in a shell, remembered only where that is asked for."""

from __future__ import annotations

import contextlib
import os
import sys

from gradcli.platforms.terminals import has_descriptor, is_terminal
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

HISTORY = "GRADCLI_HISTORY"
MOST_LINES = 1000
"""Lines that are kept."""


def ask_line(prompt: str) -> str:
    """One line of the user's. At a terminal arrows move in it and bring back what was typed before.

    The prompt goes to standard error where standard output is no terminal. Raises EOFError at the end of the input.
    """
    if not (has_descriptor(sys.stdin) and is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return input()
    with remembered(line_editor()), output_at_terminal():
        return input(prompt)


def line_editor() -> Any:
    """The readline module, which `input` uses once it is loaded; None where Python has none (Windows)."""
    try:
        import readline
    except ImportError:
        return None
    return readline


@contextlib.contextmanager
def remembered(editor: Any) -> Iterator[None]:
    """The lines of the file of GRADCLI_HISTORY before and after, if there is one. Raises `file` where it is none."""
    path = os.environ.get(HISTORY)
    if editor is None or not path:
        yield
        return
    path = os.path.expanduser(path)
    try:
        if not editor.get_current_history_length() and os.path.exists(path):
            editor.read_history_file(path)
        yield
        editor.set_history_length(MOST_LINES)
        editor.write_history_file(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise GradcliError("file", f"cannot keep a history in '{path}': {reason}", hint=f"{HISTORY}=FILE") from None


@contextlib.contextmanager
def output_at_terminal() -> Iterator[None]:
    """Standard output led to the terminal for a while: line editing wants both ends of it (`gradcli grad | less`)."""
    if sys.stdout is None or is_terminal(sys.stdout) or not has_descriptor(sys.stdout):
        yield
        return
    sys.stdout.flush()
    number = sys.stdout.fileno()
    kept = os.dup(number)
    try:
        os.dup2(sys.stderr.fileno(), number)
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)
