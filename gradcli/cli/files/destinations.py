"""Files that answers are written to: whole or not at all; devices and our own streams as they are."""

from __future__ import annotations

import contextlib
import os
import stat

from gradcli.problems import FailuresNamed
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    T = TypeVar("T")


@contextlib.contextmanager
def destination(path: str) -> Iterator[int]:
    """A descriptor for what is written to a file: links are followed, and what is no regular file stays what it is.

    Raises `output` (exit 4) where it cannot be written. What was there is whole until the new is.
    """
    what = f"'{path}'"
    with FailuresNamed(what):
        status = status_of(path)
        own = own_stream(path, status)
    if own is not None:
        yield own
    elif status is None or stat.S_ISREG(status.st_mode):
        from gradcli.cli.files.drafts import replacement

        with entered(replacement(os.path.realpath(path), status), what) as descriptor:
            yield descriptor
    else:
        with FailuresNamed(what):
            descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
        try:
            yield descriptor
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def entered(inner: contextlib.AbstractContextManager[T], what: str) -> Iterator[T]:
    """A context whose own failures, at its beginning and at its end, are named; those of its body are left alone."""
    with FailuresNamed(what):
        entry = inner.__enter__()
    try:
        yield entry
    except BaseException as error:
        inner.__exit__(type(error), error, error.__traceback__)
        raise
    with FailuresNamed(what):
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
