"""How a run is ended from outside: Ctrl-C, SIGTERM, SIGHUP, SIGQUIT. Imported before anything else.

It takes the interpreter's own `_signal`: `signal` imports enum and collections first, and a Ctrl-C that falls into
these milliseconds would print a traceback.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))
"""Signals that end a process. What it has half-written goes first."""

pressed = False
"""Ctrl-C was pressed. Some libraries turn the KeyboardInterrupt that follows into an error of their own."""
owned = False
"""This process is a command line of gradcli, not a program that uses the library."""
leftovers: list[Callable[[], None]] = []
"""What removes files that are half-written."""
handlers: dict[int, object] = {}
"""What was in the place of `end_clean`."""


def install_early() -> None:
    """While the first modules are imported a Ctrl-C ends at once: there is nothing yet to leave behind."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end_at_once)


def install() -> None:
    """Let Ctrl-C unwind this process quietly, unless whoever started it wants it ignored (`nohup`, `&`)."""
    global owned
    owned = True
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, end_at_once):
        signal.signal(signal.SIGINT, interrupt)
    sys.unraisablehook = unraisable


def end_at_once(number: int, frame: object) -> None:
    """The end of a run that was interrupted, with nothing left behind."""
    clean()
    os._exit(INTERRUPTED)


def interrupt(number: int, frame: object) -> None:
    """The first Ctrl-C unwinds, so that nothing is left behind; a second one ends at once."""
    global pressed
    if pressed:
        end_at_once(number, frame)
    pressed = True
    raise KeyboardInterrupt


def unraisable(event: object) -> None:
    """A Ctrl-C that falls into a destructor would be forgotten: end instead. The rest is not worth a line."""
    if pressed:
        end_at_once(signal.SIGINT, event)


def remove_at_end(remove: Callable[[], None]) -> None:
    """Have something half-written removed also when the process is told to end; `forget` takes this back."""
    leftovers.append(remove)
    for number in ENDING if is_main_thread() else ():
        before = signal.getsignal(number)
        if before not in (signal.SIG_IGN, end_clean, None):
            handlers[number] = before
            signal.signal(number, end_clean)


def forget(remove: Callable[[], None]) -> None:
    """Nothing is half-written any more."""
    leftovers.remove(remove)
    if not leftovers and is_main_thread():
        for number, before in handlers.items():
            if signal.getsignal(number) is end_clean:
                signal.signal(number, before)
        handlers.clear()


def end_clean(number: int, frame: object) -> None:
    """Remove what is half-written, then end as without it: whoever waits sees the signal."""
    clean()
    signal.signal(number, handlers.get(number, signal.SIG_DFL))
    os.kill(os.getpid(), number)


def clean() -> None:
    """Remove what is half-written."""
    for remove in list(leftovers):
        remove()


def settle() -> None:
    """From here on the run is done: a signal could only make the exit code say that the old file is still there."""
    if owned and is_main_thread():
        for number in (signal.SIGINT, *ENDING):
            signal.signal(number, signal.SIG_IGN)


def unsettle(before: dict[int, object]) -> None:
    """It was not done after all: as it was before (see `current`)."""
    for number, handler in before.items():
        signal.signal(number, handler)


def current() -> dict[int, object]:
    """The handlers that `settle` would replace."""
    numbers = (signal.SIGINT, *ENDING) if owned and is_main_thread() else ()
    return {number: handler for number in numbers if (handler := signal.getsignal(number)) is not None}


def is_main_thread() -> bool:
    """Only the main thread can handle signals."""
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()
