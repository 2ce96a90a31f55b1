"""The one door out: answers to standard output or to a file, errors to standard error.

An answer is written whole or not at all, as bytes, whatever the locale says.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys

from gradcli.platforms.terminals import is_terminal
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO, TypeVar

    T = TypeVar("T")


class Sheet(io.StringIO):
    """Text in the making that looks like the stream it is made for: a terminal or not, in its encoding."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self.stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self.stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        return is_terminal(self.stream)

    def fileno(self) -> int:
        if self.stream is None:
            raise io.UnsupportedOperation("fileno")
        return self.stream.fileno()


def sheet_for(out: str | None) -> Sheet:
    """A sheet for `--out FILE` (UTF-8, no terminal) or for standard output."""
    return Sheet(None if out not in (None, "-") else sys.stdout)


def write_answer(text: str, out: str | None = None, utf8: bool = False) -> None:
    """Write an answer to the file `out`, else to standard output. `utf8`: also where the locale is another.

    Raises `output` (exit 4) where it cannot be written, BrokenPipeError where nobody reads any more.
    """
    if out is None or out == "-":
        encoding = "utf-8" if utf8 else getattr(sys.stdout, "encoding", None) or "utf-8"
        write_standard_output(encode(text, encoding))
    elif not out:
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out gradient.json")
    else:
        write_file(out, encode(text, "utf-8"))


def write_bytes(data: bytes, out: str | None, form: str) -> None:
    """Write an answer that is no text. Raises `usage` where a terminal would get it, else as `write_answer`."""
    if out not in (None, "-"):
        write_file(str(out), data)
    elif sheet_for(None).isatty():
        raise GradcliError("usage", f"{form} is not for terminals", hint=f"--out gradient.{form}")
    else:
        write_standard_output(data)


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a text; what the encoding lacks becomes `?`."""
    try:
        return text.encode(encoding, "replace")
    except (LookupError, UnicodeError):
        return text.encode("utf-8", "replace")


def write_standard_output(data: bytes) -> None:
    """Write to standard output, all of it."""
    if sys.stdout is None:
        raise GradcliError("output", "standard output is closed", exit_code=ExitCode.FAILED)
    with failures_named("standard output"):
        write_stream(sys.stdout, data)


def write_stream(stream: TextIO, data: bytes) -> None:
    """Write bytes to a text stream's descriptor, past its buffers, so that nothing is left to fail later."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError, AttributeError):  # a stream without descriptor, as in tests
        stream.buffer.write(data)
        stream.buffer.flush()
        return
    stream.flush()
    if sys.platform == "win32" and is_terminal(stream):  # its console takes characters, which Python makes of bytes
        stream.buffer.write(data)
        stream.buffer.flush()
        return
    write_descriptor(descriptor, data)


def write_descriptor(descriptor: int, data: bytes) -> None:
    """Write all bytes, also to a pipe that another process has made non-blocking."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except BlockingIOError:
            import select

            select.select([], [descriptor], [])


@contextlib.contextmanager
def failures_named(what: str) -> Iterator[None]:
    """Turn the system's refusals into one error line; a broken pipe stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GradcliError("output", f"cannot write {what}: {reason.lower()}", exit_code=ExitCode.FAILED) from error


def write_file(path: str, data: bytes) -> None:
    """Write a regular file whole or not at all; devices, FIFOs and our own streams are written as they are."""
    with destination(path) as descriptor, failures_named(f"'{path}'"):
        write_descriptor(descriptor, data)


@contextlib.contextmanager
def destination(path: str) -> Iterator[int]:
    """A descriptor for what is written to a file: links are followed, and what is no regular file stays what it is.

    Raises `output` (exit 4) where it cannot be written. What was there is whole until the new is.
    """
    what = f"'{path}'"
    with failures_named(what):
        status = status_of(path)
        own = own_stream(path, status)
    if own is not None:
        yield own
    elif status is None or stat.S_ISREG(status.st_mode):
        from gradcli.cli.files.drafts import replacement

        with entered(replacement(os.path.realpath(path), status), what) as descriptor:
            yield descriptor
    else:
        with failures_named(what):
            descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
        try:
            yield descriptor
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def entered(inner: contextlib.AbstractContextManager[T], what: str) -> Iterator[T]:
    """A context whose own failures, at its beginning and at its end, are named; those of its body are left alone."""
    with failures_named(what):
        entry = inner.__enter__()
    try:
        yield entry
    except BaseException as error:
        inner.__exit__(type(error), error, error.__traceback__)
        raise
    with failures_named(what):
        inner.__exit__(None, None, None)


def status_of(path: str) -> os.stat_result | None:
    """The status of what a path leads to; None where nothing is there yet."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        if path.endswith(os.sep):
            raise IsADirectoryError(21, "it is the name of a folder") from None
        return None


def own_stream(path: str, status: os.stat_result | None) -> int | None:
    """The descriptor that a path names: an open file of ours (`/dev/stdout`, `/dev/fd/3`) must not be replaced."""
    folder, _, number = path.rpartition("/")
    if folder in ("/dev/fd", "/proc/self/fd", f"/proc/{os.getpid()}/fd") and number.isascii() and number.isdigit():
        return int(number)
    for descriptor in (1, 2):
        if status is not None and os.path.samestat(status, os.fstat(descriptor)):
            return descriptor
    return None


def write_error(text: str) -> None:
    """Write to standard error; where that is closed or full, the exit code must tell."""
    if sys.stderr is not None:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        with contextlib.suppress(OSError, ValueError, LookupError):
            write_stream(sys.stderr, text.encode(encoding, "backslashreplace"))
