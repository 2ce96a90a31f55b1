"""Finished evaluations on disk: one JSON object a line, written at once, so that nothing finished is ever lost.

A line is written by one system call under a lock: two runs may share a file. A last line without its end is what a
killed process leaves, and is dropped; any other line that is not as it was written is damage: the file is set aside
under another name, and the lines that are whole go on in a new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gradcli.blackbox.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIELDS: Final = ("function", "point", "run", "values", "shape", "digits", "places", "seconds")


class Key(NamedTuple):
    """One evaluation of a function: the exact point, and which run of it (a seed, or a count)."""

    point: tuple[str, ...]
    run: int


class Kept(NamedTuple):
    """A finished evaluation, and the seconds that it took."""

    reply: Reply
    seconds: float


class DamagedError(Exception):
    """A line of the file is not as it was written."""


def key_of(point: Sequence[float], run: int) -> Key:
    """The key of a point: its numbers to the last bit."""
    return Key(tuple(number.hex() for number in point), run)


def digest(parts: Sequence[str], files: Sequence[str]) -> str:
    """The name of a function: the hash of what it is called by, and of the contents of its files.

    A file of more than LARGE bytes is known by its size and its time.
    """
    import hashlib

    whole = hashlib.sha256(json.dumps(list(parts)).encode())
    for path in sorted(files):
        whole.update(f"\0{path}\0{content_mark(path)}".encode())
    return whole.hexdigest()[:32]


LARGE: Final = 2**28


def content_mark(path: str) -> str:
    """The hash of a file's content."""
    import hashlib

    try:
        status = os.stat(path)
        if status.st_size > LARGE:
            return f"{status.st_size} {status.st_mtime_ns}"
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "unreadable"


class Store:
    """The finished evaluations of one function, and the file that keeps them (None: this run's memory only).

    `remarks` are things that the user should know: a damaged file that was set aside, one that cannot be written.
    Raises OSError where the file cannot be read or made.
    """

    def __init__(self, path: str | None, function: str) -> None:
        self.path = path
        self.function = function
        self.remarks: list[str] = []
        self.known: dict[Key, Kept] = {}
        self.from_file: frozenset[Key] = frozenset()
        self.descriptor: int | None = None
        if path is not None:
            self.open(path)

    def open(self, path: str) -> None:
        """Read what is there, set a damaged file aside, and make ready to write."""
        if os.path.dirname(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path) and not os.path.isfile(path):
            raise IsADirectoryError(21, "it is no regular file")
        self.descriptor = self.opened(path)
        with locked(self.descriptor):
            data = read_all(self.descriptor)
            lines = data.split(b"\n")
            if lines.pop():
                os.ftruncate(self.descriptor, data.rfind(b"\n") + 1)
            damaged = self.take(lines)
            if damaged:
                self.set_aside(path, lines, damaged)
        self.from_file = frozenset(self.known)

    def opened(self, path: str) -> int:
        """The file, to read and to append."""
        return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def take(self, lines: Sequence[bytes]) -> list[int]:
        """Keep this function's lines; the numbers of lines that are damaged."""
        damaged = []
        for number, line in enumerate(lines, 1):
            try:
                record = read_line(line)
                if record["function"] == self.function:
                    key, kept = kept_of(record)
                    self.known[key] = kept
            except DamagedError:
                damaged.append(number)
        return damaged

    def set_aside(self, path: str, lines: Sequence[bytes], damaged: Sequence[int]) -> None:
        """Rename the damaged file, and begin a new one with the lines that are whole."""
        count = 1
        while os.path.exists(aside := f"{path}.damaged-{count}"):
            count += 1
        os.rename(path, aside)
        bad = set(damaged)
        whole = [line for number, line in enumerate(lines, 1) if number not in bad]
        assert self.descriptor is not None
        os.close(self.descriptor)
        self.descriptor = self.opened(path)
        write_all(self.descriptor, b"".join(line + b"\n" for line in whole))
        some = f"line {damaged[0]}" if len(damaged) == 1 else f"{len(damaged)} lines, the first {damaged[0]}"
        self.remarks.append(
            f"the cache file {path} was damaged ({some}): set aside as {os.path.basename(aside)}, "
            f"{len(whole)} whole {'line' if len(whole) == 1 else 'lines'} kept"
        )

    def get(self, key: Key) -> Kept | None:
        """A finished evaluation, if it is known."""
        return self.known.get(key)

    def put(self, key: Key, names: Sequence[str], kept: Kept) -> None:
        """Keep a finished evaluation, on disk before this returns. A file that cannot be written is said once."""
        self.known[key] = kept
        if self.descriptor is None:
            return
        try:
            with locked(self.descriptor):
                write_all(self.descriptor, write_line(self.function, key, names, kept))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self.remarks.append(f"the cache file {self.path} cannot be written: {reason}; this run goes on without it")
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self.descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = None


@contextlib.contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Alone with the file, where its file system can lock."""
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def read_all(descriptor: int) -> bytes:
    """The whole file."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts = []
    while part := os.read(descriptor, 2**20):
        parts.append(part)
    return b"".join(parts)


def write_all(descriptor: int, data: bytes) -> None:
    """Append bytes; what a full disk takes only in part is taken back."""
    before = os.fstat(descriptor).st_size
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, before)
        raise


def write_line(function: str, key: Key, names: Sequence[str], kept: Kept) -> bytes:
    """One line, with a checksum of the rest of it."""
    reply = kept.reply
    values = [value if math.isfinite(value) else repr(value) for value in reply.values]
    point = dict(zip(names, key.point, strict=True))
    fields = (function, point, key.run, values, reply.shape, reply.digits, reply.places, round(kept.seconds, 4))
    record: dict[str, Any] = dict(zip(FIELDS, fields, strict=True))
    record["check"] = checksum(record)
    return (json.dumps(record, allow_nan=False) + "\n").encode()


def checksum(record: Mapping[str, Any]) -> str:
    """Eight digits that change when a line does."""
    return f"{zlib.crc32(json.dumps(record).encode()):08x}"


def read_line(line: bytes) -> dict[str, Any]:
    """The record of a line. Raises DamagedError where it is not what was written."""
    try:
        record = json.loads(line)
        check = record.pop("check")
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise DamagedError from None
    if check != checksum(record) or not set(FIELDS) <= set(record):
        raise DamagedError
    return record  # type: ignore[no-any-return]


def kept_of(record: Mapping[str, Any]) -> tuple[Key, Kept]:
    """The evaluation in a record."""
    key = Key(tuple(record["point"].values()), record["run"])
    values = tuple(float(value) for value in record["values"])
    digits, places = record["digits"], record["places"]
    counts = (None, None) if digits is None else (tuple(digits), tuple(places))
    reply = Reply(values, tuple(record["shape"]), *counts)
    return key, Kept(reply, record["seconds"])


def default_path(function: str) -> str:
    """The cache file of a function in the user's cache folder, one file for each function."""
    from platformdirs import user_cache_path

    return str(user_cache_path("gradcli", appauthor=False) / "evaluations" / f"{function}.jsonl")
