"""The process in which SymPy works, seen from outside: started once, asked many times, killed when it is too slow."""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from contextlib import suppress
from time import monotonic

from gradcli import limits
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    import queue
    import subprocess
    from collections.abc import Iterator, Mapping
    from typing import Any

BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[2]); from gradcli.cas.worker import main; main()"
"""The child's first words. Its path for imports is ours: a wheel, a checkout and a zip archive all work."""


class GaveUpError(Exception):
    """SymPy has not answered; `str()` is the reason in words that follow `was given up`: `after 6 s`."""


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what changes SymPy, mpmath or Python; a fixed hash seed makes runs repeatable."""
    kept = {name: text for name, text in ours.items() if not name.startswith(("SYMPY_", "MPMATH_", "PYTHON"))}
    return {**kept, "PYTHONHASHSEED": "0"}


def import_path() -> list[str]:
    """Where the child imports from: this package's folder first, then our path without the current folder."""
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    here = os.getcwd()
    return [home, *(entry for entry in sys.path if os.path.isabs(entry) and entry not in (home, here))]


class Child:
    """One running SymPy. Its answers are read by a thread of their own, so that waiting for them can end in time."""

    def __init__(self) -> None:
        import queue
        import subprocess

        self.owner = os.getpid()
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        command = [sys.executable, "-P", "-s", "-c", BOOT, str(limits.SYMPY_MEBIBYTES), json.dumps(import_path())]
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(os.environ),
            start_new_session=True,  # a process group of its own: killed whole, and untouched by Ctrl-C
        )
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        """Put every line in the queue, and an empty one where the answers end or a line is longer than allowed."""
        assert self.process.stdout is not None
        with self.process.stdout as answers:
            while True:
                line = answers.readline(limits.OUTPUT_CHARACTERS)
                whole = line.endswith(b"\n")
                self.lines.put(line if whole else b"")
                if not whole:
                    return

    def write(self, line: bytes) -> None:
        """Send a question; from a thread, since a child that does not read would hold us up."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except (OSError, ValueError):  # it has died, and the reader says so
            return

    def kill(self) -> None:
        """End the process group and take the process off the system's list."""
        if self.owner != os.getpid():  # inherited by a fork: it belongs to our parent
            return
        with suppress(OSError):  # it is gone
            if hasattr(os, "killpg"):
                import signal

                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            with suppress(OSError):  # what was not sent cannot be sent any more
                self.process.stdin.close()


_child: Child | None = None
_lock = threading.RLock()


def running() -> Child:
    """The child of this process, started if there is none. GaveUpError: it cannot be started."""
    global _child
    with _lock:
        if _child is None or _child.owner != os.getpid() or _child.process.poll() is not None:
            try:
                _child = Child()
            except (OSError, ValueError, TypeError) as error:
                raise GaveUpError("because SymPy's process could not be started") from error
        return _child


def stop() -> None:
    """End the child, if there is one."""
    global _child
    with _lock:
        if _child is not None:
            _child.kill()
        _child = None


atexit.register(stop)


def ask(question: Mapping[str, Any], seconds: float | None = None) -> Iterator[dict[str, Any]]:
    """The answers to one question as they come. GaveUpError: out of time, or the child died or spoke nonsense.

    `seconds` is the time for all answers, the start of SymPy included (limits.SYMPY_SECONDS). Unless all answers were
    taken, the child is killed: a new question finds a new one.
    """
    allowed = limits.SYMPY_SECONDS if seconds is None else seconds
    deadline = monotonic() + allowed
    with _lock:
        child = running()
        finished = False
        try:
            line = json.dumps({**question, "seconds": allowed}).encode() + b"\n"
            threading.Thread(target=child.write, args=(line,), daemon=True).start()
            while True:
                record = next_record(child, deadline, allowed)
                finished = "done" in record
                if finished:
                    return
                yield record
        finally:
            if not finished:
                stop()


def next_record(child: Child, deadline: float, allowed: float) -> dict[str, Any]:
    """The next answer."""
    import queue

    begin = monotonic()
    try:
        line = child.lines.get(timeout=max(0.0, deadline - begin))
    except queue.Empty:
        raise GaveUpError(f"after {allowed:g} s") from None
    finally:
        limits.waited[0] += monotonic() - begin
    if not line:
        raise GaveUpError("because SymPy's process ended")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise GaveUpError("because SymPy's process sent nonsense")
    return record
