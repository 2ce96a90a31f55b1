"""The one door out: answers to standard output or to a file, errors to standard error.

An answer is written whole or not at all, as bytes, whatever the locale says.
"""

from __future__ import annotations

import io
import os
import sys

from gradcli.platforms.terminals import is_terminal
from gradcli.problems import ExitCode, FailuresNamed, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


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


PIECE = 1 << 20
"""Characters that are encoded and written at once, so that a long text is in memory once."""


def sheet_for(out: str | None) -> Sheet:
    """A sheet for `--out FILE` (UTF-8, no terminal) or for standard output."""
    return Sheet(None if out not in (None, "-") else sys.stdout)


def write_answer(text: str, out: str | None = None, utf8: bool = False) -> None:
    """Write an answer to the file `out`, else to standard output. `utf8`: also where the locale is another.

    Raises `output` (exit 4) where it cannot be written, BrokenPipeError where nobody reads any more.
    """
    if out is None or out == "-":
        encoding = "utf-8" if utf8 else getattr(sys.stdout, "encoding", None) or "utf-8"
        size = PIECE if encoding == "utf-8" else len(text) or 1  # others may begin with a mark
        for start in range(0, len(text) or 1, size):
            write_standard_output(encode(text[start : start + size], encoding))
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
    with FailuresNamed("standard output"):
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


def write_file(path: str, data: bytes) -> None:
    """Write a regular file whole or not at all; devices, FIFOs and our own streams are written as they are."""
    from gradcli.cli.files.destinations import destination

    with destination(path) as descriptor, FailuresNamed(f"'{path}'"):
        write_descriptor(descriptor, data)


def write_error(text: str, encoding: str = "") -> None:
    """Write to standard error, in its own encoding or another; where it is closed or full, the exit code must tell."""
    if sys.stderr is not None:
        encoding = encoding or getattr(sys.stderr, "encoding", None) or "utf-8"
        try:
            write_stream(sys.stderr, text.encode(encoding, "backslashreplace"))
        except (OSError, ValueError, LookupError):
            return
