"""Bytes and characters of a file."""

from __future__ import annotations

import os

from gradcli import limits
from gradcli.cli.words import quote
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


BYTES_PER_CHARACTER = 4


def read_bytes(path: str, span: Span) -> bytes:
    """The bytes of a file; a byte order mark is skipped. `span` is the place where the file is named.

    Raises `file`: missing, a folder, not readable; `limit`: too long.
    """
    try:
        with open(path, "rb") as file:
            return read_limited(file, quote(path), span)
    except FileNotFoundError:
        raise GradcliError("file", f"there is no file {quote(path)}", span, f"in the folder {os.getcwd()}") from None
    except IsADirectoryError:
        raise GradcliError("file", f"{quote(path)} is a folder, not a file", span) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GradcliError("file", f"cannot read {quote(path)}: {reason.lower()}", span) from None


def read_limited(stream: BinaryIO, what: str, span: Span | None) -> bytes:
    """All bytes of a stream, but no more than the longest text can have."""
    most = limits.TEXT_CHARACTERS * BYTES_PER_CHARACTER
    data = stream.read(most + 1)
    if len(data) > most:
        raise too_long(what, span)
    return data[3:] if data.startswith(BYTE_ORDER_MARK) else data


def decode(data: bytes, what: str, span: Span | None) -> str:
    """The text that bytes are. Says what they are instead, and in which line."""
    try:  # the redirected text of PowerShell is UTF-16
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        kind = "a binary file" if b"\0" in data[:4096] else f"not UTF-8 (line {line})"
        raise GradcliError("file", f"{quote(what)} is {kind}", span, "save it as UTF-8 text") from None
    if len(text) > limits.TEXT_CHARACTERS:
        raise too_long(quote(what), span)
    return text


def too_long(what: str, span: Span | None) -> GradcliError:
    """The error for a text past the limit."""
    return GradcliError("limit", f"{what} has more than {limits.TEXT_CHARACTERS} characters", span)
