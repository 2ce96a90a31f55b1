"""Other programs as children: started in a group of their own, heard within bounds of time and size, and ended whole.

The group matters: a simulator may start helpers, and a time-out must end these too.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
from time import monotonic

from gradcli import limits
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final, Literal

    Ending = Literal["closed", "line", "timeout", "flood"]

CHUNK: Final = 65536
TAIL: Final = 4096
"""Bytes of standard error that are kept: its end."""
GLANCE: Final = 0.1
"""Seconds between looks at whether a program has ended while a helper of it keeps its output open."""
GRACE: Final = 0.5
"""Seconds for which the output of such helpers is still waited for."""

running: set[subprocess.Popen[bytes]] = set()
lock = threading.Lock()
over = threading.Event()
"""The run was interrupted: nothing new starts."""


class Heard(NamedTuple):
    """What a child wrote until `ending`: its streams were closed, a line came, time was up, or it wrote too much."""

    output: bytes
    errors: bytes
    ending: Ending


def start(
    words: Sequence[str], folder: str | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program without a shell, as the leader of a new process group. Raises OSError where it cannot start."""
    with lock:
        if over.is_set():
            raise InterruptedError("the run was interrupted")
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
            process_group=0,
        )
        running.add(process)
    return process


def finish(process: subprocess.Popen[bytes]) -> int:
    """End a child with all that it started, and return its exit status (negative: the signal that ended it)."""
    if process.poll() is None:
        end_group(process)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    status = process.wait()
    with lock:
        running.discard(process)
    return status


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process group that still has members."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def end_all() -> None:
    """Kill every child that runs: the end of a run that was interrupted."""
    over.set()
    with lock:
        for process in running:
            end_group(process)


class Conversation:
    """One exchange with a child: bytes for its standard input, then what it writes.

    `until_line`: over at the first line on standard output, and standard input stays open; else over when the child
    has closed its streams.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], data: bytes, seconds: float | None, until_line: bool = False
    ) -> None:
        self.process = process
        self.left = memoryview(data)
        self.deadline = None if seconds is None else monotonic() + seconds
        self.until_line = until_line
        self.output = bytearray()
        self.errors = bytearray()
        self.error_bytes = 0
        self.gone: float | None = None
        # three descriptors: to ask anew takes less than an object of the kernel that keeps them
        self.selector: Any = getattr(selectors, "PollSelector", selectors.DefaultSelector)()

    def hear(self) -> Heard:
        """Write and read until the exchange is over."""
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with self.selector:
            if self.left or self.until_line:
                os.set_blocking(process.stdin.fileno(), False)  # who reads is told that there is something to read
                self.selector.register(process.stdin, selectors.EVENT_WRITE, self.write)
            else:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            self.selector.register(process.stdout, selectors.EVENT_READ, self.read)
            self.selector.register(process.stderr, selectors.EVENT_READ, self.read_errors)
            ending = self.wait()
        return Heard(bytes(self.output), bytes(self.errors), ending)

    def wait(self) -> Ending:
        """Serve the streams until one of the endings."""
        while True:
            for key, _ in self.selector.select(self.patience()):
                key.data(key.fileobj)
            if self.until_line and b"\n" in self.output:
                return "line"
            if max(len(self.output), self.error_bytes) > limits.ANSWER_BYTES:
                return "flood"
            if not self.is_open:
                return "closed"
            if self.deadline is not None and monotonic() > self.deadline:
                return "timeout"
            if self.is_left_by_its_program():
                return "closed"

    @property
    def is_open(self) -> bool:
        """Whether the child can still write."""
        return any(key.events & selectors.EVENT_READ for key in self.selector.get_map().values())

    def patience(self) -> float:
        """Seconds to wait for the next event."""
        left = GLANCE if self.deadline is None else self.deadline - monotonic()
        return max(0.0, min(GLANCE, left))

    def is_left_by_its_program(self) -> bool:
        """The program itself has ended a while ago; only helpers of it keep the streams open. These are ended."""
        if self.gone is None:
            # not poll(): that would free the number, by which the group is known
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                self.gone = monotonic()
            return False
        if monotonic() < self.gone + GRACE:
            return False
        end_group(self.process)
        return True

    def write(self, stream: object) -> None:
        """Write what the pipe takes. A program may end or close its input without reading it: that is its choice."""
        try:
            if self.left:
                self.left = self.left[os.write(stream.fileno(), self.left[:CHUNK]) :]  # type: ignore[attr-defined]
        except BlockingIOError:
            return
        except OSError:
            self.left = memoryview(b"")
        if not self.left:
            self.selector.unregister(stream)
            if not self.until_line:
                with contextlib.suppress(OSError):
                    stream.close()  # type: ignore[attr-defined]

    def read(self, stream: object) -> None:
        """Read standard output."""
        self.output += self.chunk(stream)

    def read_errors(self, stream: object) -> None:
        """Read standard error, and keep its end."""
        data = self.chunk(stream)
        self.error_bytes += len(data)
        self.errors += data
        del self.errors[:-TAIL]

    def chunk(self, stream: object) -> bytes:
        """What is there to read; a stream that has ended is not asked again."""
        try:
            data = os.read(stream.fileno(), CHUNK)  # type: ignore[attr-defined]
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(stream)
        return data


def last_lines(errors: bytes, count: int = 3) -> str:
    """The last lines of standard error that say something."""
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines()]
    return "\n".join([line for line in lines if line][-count:])


def end_on_signals() -> None:
    """When this process is told to end, its children end with it. Only the main thread can ask so."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end_with_children)


def end_with_children(number: int, frame: object) -> None:
    """Kill the children, then die as without this."""
    for process in list(running):
        end_group(process)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def signal_name(number: int) -> str:
    """`SIGSEGV (segmentation fault)`."""
    import signal

    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    words = signal.strsignal(number)
    return f"{name} ({words.lower()})" if words else name
