"""The process, before anything heavy is imported: `gradcli` and `python -m gradcli`."""

from __future__ import annotations

import gc
import os
import sys

from gradcli import signals


def open_standard_streams() -> None:
    """Fill descriptors 0 to 2 that are closed (`<&-`), else the next file that is opened would be taken for one.

    The streams of Python stay None: writing to a closed one is noticed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)


def drop_hostile_environment() -> None:
    """Forget variables that libraries read when they are imported, and that would break or colour the output.

    typer takes TERMINAL_WIDTH for a number and GITHUB_ACTIONS for a terminal; SymPy raises on SYMPY_*; a width of the
    screen is a number that a screen can have.
    """
    for name in list(os.environ):
        hostile = name.startswith(("SYMPY_", "_TYPER_")) and not name.startswith("_TYPER_COMPLETE")
        if hostile or name in ("TERMINAL_WIDTH", "GITHUB_ACTIONS"):
            del os.environ[name]
    for name in ("COLUMNS", "LINES"):
        value = os.environ.get(name, "1")
        if not (value.isascii() and value.isdigit() and len(value) < 5 and int(value)):
            del os.environ[name]


def main() -> None:
    """Run the command line of this process and end with its exit code."""
    code = signals.INTERRUPTED
    # Millions of small nodes live until the end of the process and hold no cycles: collecting would only walk them.
    gc.disable()
    try:
        signals.install()
        open_standard_streams()
        drop_hostile_environment()
        from gradcli.cli.entry import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = signals.INTERRUPTED
    # Everything is written and closed by now. Taking SymPy and NumPy down module by module would only cost time,
    # and a signal or a broken pipe that arrives meanwhile would print a traceback.
    os._exit(code)


if __name__ == "__main__":
    main()
