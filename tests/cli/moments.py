"""A command line that is ended at its moments: before every call that touches a file, and after the last one.

    python moments.py JSON          {"words": [...], "files": {...}, "signals": [...], "most": 20}

Each run is a process of its own, forked when everything is imported. Prints one JSON object a run.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcli.cli import entry

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = ("open", "write", "fsync", "fchmod", "fchown", "ftruncate", "replace", "rename", "unlink", "mkdir", "close")
COUNT = "../count"


def main() -> None:
    """Every signal at every moment of the run."""
    order = json.loads(sys.argv[1])
    fresh(order)
    with open(os.devnull, "w") as null, redirect_stdout(null), redirect_stderr(null):
        entry.run(order["words"])  # what it imports is not imported in each run
    fresh(order)
    status = ended(order["words"], 0, -1)
    count = int(Path(COUNT).read_text())
    print(json.dumps({"signal": 0, "moment": -1, "status": status, "calls": count, **found()}))
    for name in order["signals"]:
        for moment in sorted({i * count // order["most"] for i in range(order["most"])} | {count}):
            fresh(order)
            status = ended(order["words"], getattr(signal, name), moment)
            here = {"signal": name, "moment": moment, "status": status, **found()}
            if name == "SIGKILL":
                here["again"] = ended(order["words"], 0, -1)
                here["after"] = found()["files"]
            print(json.dumps(here))


def fresh(order: dict[str, Any]) -> None:
    """The folder as it is before the run."""
    for path in Path.cwd().iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, text in order["files"].items():
        Path(name).write_bytes(text.encode("latin-1"))
        Path(name).chmod(0o755 if text.startswith("#!") else 0o640)


def found() -> dict[str, Any]:
    """The files that are there now."""
    return {
        "files": {path.name: path.read_bytes().decode("latin-1") for path in Path.cwd().iterdir() if path.is_file()}
    }


def ended(words: list[str], number: int, moment: int) -> int:
    """The exit status of a run that gets a signal at a moment (negative: the signal ended it)."""
    child = os.fork()
    if child == 0:
        run(words, number, moment)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(words: list[str], number: int, moment: int) -> None:
    """What the child does."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    counter = Counter(number, moment)
    for name in CALLS:
        setattr(os, name, counter.around(getattr(os, name)))
    fcntl.flock = counter.around(fcntl.flock)
    end = os._exit

    def noted(code: int) -> None:
        counter.reach()
        Path(COUNT).write_text(str(counter.calls))
        end(code)

    os._exit = noted  # type: ignore[assignment]
    sys.argv[1:] = words
    from gradcli.__main__ import main as command

    command()


class Counter:
    """Sends a signal to this process before one of the calls that it counts."""

    def __init__(self, number: int, moment: int) -> None:
        self.number, self.moment, self.calls = number, moment, 0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that counts."""

        def counted(*arguments: Any, **named: Any) -> Any:
            self.reach()
            self.calls += 1
            return function(*arguments, **named)

        return counted

    def reach(self) -> None:
        """Be at a moment."""
        if self.calls == self.moment:
            self.moment = -1
            os.kill(os.getpid(), self.number)


if __name__ == "__main__":
    main()
