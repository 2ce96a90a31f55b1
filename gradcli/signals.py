"""Ctrl-C. Imported before anything else.

It takes the interpreter's own `_signal`: `signal` imports enum and collections first, and a Ctrl-C that falls into
these milliseconds would print a traceback.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]
import os
import sys

INTERRUPTED = 130
pressed = False
"""Ctrl-C was pressed. Some libraries turn the KeyboardInterrupt that follows into an error of their own."""


def install() -> None:
    """Let Ctrl-C unwind this process quietly, unless whoever started it wants it ignored (`nohup`, `&`)."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    sys.unraisablehook = unraisable


def interrupt(number: int, frame: object) -> None:
    """The first Ctrl-C unwinds, so that nothing is left behind; a second one ends at once."""
    global pressed
    if pressed:
        os._exit(INTERRUPTED)
    pressed = True
    raise KeyboardInterrupt


def unraisable(event: object) -> None:
    """A Ctrl-C that falls into a destructor would be forgotten: end instead. The rest is not worth a line."""
    if pressed:
        os._exit(INTERRUPTED)
