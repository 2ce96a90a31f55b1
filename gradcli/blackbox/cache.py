"""Finished evaluations on disk: one JSON object a line, written at once, so that nothing finished is ever lost.

The first line says what the file is. A file that holds anything else is the user's: it is refused before a byte of it
is touched. A line is written by one system call under a lock: two runs may share a file. A last line without its end
is what a killed process leaves: it is not read, and goes when the next line is written. Any other line that is not as
it was written is damage: a copy of all bytes is set aside under another name, and the lines that are whole go on.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
import struct
import zlib

from gradcli.blackbox.replies import Reply
from gradcli.platforms.locks import lock, unlock
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, Final

FIELDS: Final = ("function", "point", "run", "values", "shape", "digits", "places", "seconds")
SCHEMA: Final = "gradcli.cache/"
VERSION: Final = 1
HEAD: Final = f'{{"schema": "{SCHEMA}{VERSION}", "about": "finished evaluations of gradcli, one a line"}}\n'.encode()
LONG_POINT: Final = 64
"""Longer points are known by their hash: thousands of them would fill the memory."""

LONGEST: Final = 2**26
"""Bytes among which the first line ends."""


class Key(NamedTuple):
    """One evaluation of a function: its point as float64 bytes (of a long one their hash), and which run of it.

    run    a seed, or a count
    """

    point: bytes
    run: int


class Kept(NamedTuple):
    """A finished evaluation, and the seconds that it took."""

    reply: Reply
    seconds: float


class DamagedError(Exception):
    """A line of the file is not as it was written."""


class ForeignFileError(Exception):
    """The file is no cache, or one of a later version: it is left alone. Its text is a part of a sentence."""


def key_of(point: Sequence[float], run: int) -> Key:
    """The key of a point: its numbers to the last bit."""
    data = struct.pack(f"<{len(point)}d", *point)
    if len(point) <= LONG_POINT:
        return Key(data, run)
    import hashlib

    return Key(hashlib.blake2b(data, digest_size=32).digest(), run)


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
    Raises OSError where the file cannot be read or made, ForeignFileError where it is something else.
    """

    def __init__(self, path: str | None, function: str) -> None:
        self.path = path
        self.function = function
        self.remarks: list[str] = []
        self.known: dict[Key, Kept] = {}
        self.from_file: frozenset[Key] = frozenset()
        self.descriptor: int | None = None
        self.begun = False
        self.last: list[float | None] = []
        self.pieces: list[str] = []
        if path is not None:
            self.open(path)

    def open(self, path: str) -> None:
        """Read what is there, have a copy of a damaged file set aside, and make ready to write.

        Raises ForeignFileError where it is something else, and OSError.
        """
        refuse_irregular(path)
        if os.path.dirname(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        self.descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
        try:
            require_cache(self.descriptor)
            with locked(self.descriptor):
                self.read(path, read_all(self.descriptor))
        except BaseException:
            self.close()
            raise
        self.from_file = frozenset(self.known)

    def read(self, path: str, data: bytes) -> None:
        """Keep this function's lines, and deal with damaged ones."""
        lines = data.split(b"\n")
        lines.pop()  # nothing, or what a killed process has left of a line
        damaged = self.take(lines)
        if not damaged:
            return
        if not is_head(lines[0]) and 2 * len(damaged) > len(lines):
            self.known.clear()
            raise ForeignFileError("is no cache of gradcli")
        self.set_aside(path, data, lines, damaged)

    def take(self, lines: Sequence[bytes]) -> list[int]:
        """Keep this function's lines; the places of lines that are damaged."""
        damaged = []
        for place, line in enumerate(lines):
            if is_head(line):
                continue
            try:
                record = read_line(line)
                if record["function"] == self.function:
                    key, kept = kept_of(record)
                    self.known[key] = kept
            except (DamagedError, KeyError, TypeError, ValueError, AttributeError):
                damaged.append(place)
        return damaged

    def set_aside(self, path: str, data: bytes, lines: Sequence[bytes], damaged: Sequence[int]) -> None:
        """Copy all bytes into a file of its own, then leave the lines that are whole.

        The file stays the same one, in which other runs go on writing. Where no copy can be made it stays as it is.
        """
        assert self.descriptor is not None
        bad = set(damaged)
        whole = [line for place, line in enumerate(lines) if place not in bad]
        some = f"line {damaged[0] + 1}" if len(bad) == 1 else f"{len(bad)} lines, the first {damaged[0] + 1}"
        kept = f"{len(whole)} whole {'line' if len(whole) == 1 else 'lines'} kept"
        try:
            aside = write_copy(path, data, os.fstat(self.descriptor).st_mode)
        except OSError:
            self.remarks.append(f"the cache file {path} is damaged ({some}): {kept}")
            return
        before = sum(len(line) + 1 for line in lines[: damaged[0]])
        os.ftruncate(self.descriptor, before)
        write_all(self.descriptor, b"".join(line + b"\n" for line in whole[damaged[0] :]))
        self.remarks.append(
            f"the cache file {path} was damaged ({some}): a copy is set aside as {os.path.basename(aside)}, {kept}"
        )

    def get(self, key: Key) -> Kept | None:
        """A finished evaluation, if it is known."""
        return self.known.get(key)

    def put(self, key: Key, point: Sequence[float], names: Sequence[str], kept: Kept) -> None:
        """Keep a finished evaluation, on disk before this returns. A file that cannot be written is said once."""
        self.known[key] = kept
        if self.descriptor is None:
            return
        try:
            with locked(self.descriptor):
                if not self.begun:  # it may have been empty when it was opened
                    require_cache(self.descriptor)
                    self.begun = True
                end_last_line(self.descriptor)
                write_all(self.descriptor, self.write_line(key.run, point, names, kept))
        except (OSError, ForeignFileError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            self.remarks.append(f"the cache file {self.path} cannot be written: {reason}; this run goes on without it")
            self.close()

    def write_line(self, run: int, point: Sequence[float], names: Sequence[str], kept: Kept) -> bytes:
        """One line, with a checksum of the rest of it."""
        reply = kept.reply
        values = [value if math.isfinite(value) else repr(value) for value in reply.values]
        rest = (run, values, reply.shape, reply.digits, reply.places, round(kept.seconds, 4))
        begin = json.dumps({"function": self.function})[:-1]
        end = json.dumps(dict(zip(FIELDS[2:], rest, strict=True)), allow_nan=False)[1:]
        text = f'{begin}, "point": {{{self.point_text(point, names)}}}, {end}'
        return f'{text[:-1]}, "check": "{zlib.crc32(text.encode()):08x}"}}\n'.encode()

    def point_text(self, point: Sequence[float], names: Sequence[str]) -> str:
        """The numbers of a point by name, to the last bit: those that are the same objects as before as they were."""
        if len(self.last) != len(point):
            self.last = [None] * len(point)
            self.pieces = [""] * len(point)
        for place, (one, other) in enumerate(zip(point, self.last, strict=True)):
            if one is not other:
                self.pieces[place] = f"{json.dumps(names[place])}: {json.dumps(float(one).hex())}"
        self.last = list(point)
        return ", ".join(self.pieces)

    def close(self) -> None:
        """Close the file."""
        if self.descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = None


@contextlib.contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Alone with the file, where its file system can lock."""
    lock(descriptor, wait=True)
    try:
        yield
    finally:
        unlock(descriptor)


def refuse_irregular(path: str) -> None:
    """Raise ForeignFileError for what holds no lines: a folder, a device, a FIFO, a socket."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise ForeignFileError("is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise ForeignFileError("is no regular file")


def require_cache(descriptor: int) -> None:
    """Raise ForeignFileError unless a file is empty, or begins as a cache does."""
    if not os.fstat(descriptor).st_size:
        return
    line, data = b"", b" "
    while data and b"\n" not in data and len(line) < LONGEST:
        data = os.pread(descriptor, 2**16, len(line))
        line += data
    line, end, _ = line.partition(b"\n")
    version = head_version(line)
    if version is not None and version > VERSION:
        raise ForeignFileError(f"is a cache of a later gradcli (its version is {version}, here it is {VERSION})")
    if version is None and not (end and is_record(line)):
        raise ForeignFileError("is no cache of gradcli")


def head_version(line: bytes) -> int | None:
    """The version in the first line of a cache, with or without its end; None where it is no such line."""
    start = HEAD[: HEAD.index(SCHEMA.encode()) + len(SCHEMA)]
    digits = line.removeprefix(start).partition(b'"')[0]
    return int(digits) if line.startswith(start) and digits.isdigit() and len(digits) < 10 else None


def is_head(line: bytes) -> bool:
    """Whether a line is a first line (two runs that begin at once both write one)."""
    return head_version(line) is not None and line.endswith(b"}")


def is_record(line: bytes) -> bool:
    """Whether a line is an evaluation: caches of 0.1.0 begin with one."""
    try:
        read_line(line)
    except DamagedError:
        return False
    return True


def end_last_line(descriptor: int) -> None:
    """Make a file ready for a line: a first line where it is empty; what a killed process has left of a line goes.

    Under the lock nobody else is in the middle of a line. Raises ForeignFileError where another program has made
    something else of it meanwhile.
    """
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        require_cache(descriptor)
        size = last_end(descriptor, size)
        os.ftruncate(descriptor, size)
    if not size:
        write_all(descriptor, HEAD)


def last_end(descriptor: int, size: int) -> int:
    """Where the last whole line of a file ends."""
    place = size
    while place > 0:
        begin = max(0, place - 2**16)
        found = os.pread(descriptor, place - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        place = begin
    return 0


def write_copy(path: str, data: bytes, mode: int) -> str:
    """Write a damaged file's bytes beside it, on the disk before this returns; the copy's name."""
    count = 1
    while True:
        try:
            aside = f"{path}.damaged-{count}"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, stat.S_IMODE(mode))
            break
        except FileExistsError:
            count += 1
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    except OSError:
        os.unlink(aside)
        raise
    finally:
        os.close(descriptor)
    return aside


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
    key = key_of([float.fromhex(text) for text in record["point"].values()], record["run"])
    values = tuple(float(value) for value in record["values"])
    digits, places = record["digits"], record["places"]
    counts = (None, None) if digits is None else (tuple(digits), tuple(places))
    reply = Reply(values, tuple(record["shape"]), *counts)
    return key, Kept(reply, record["seconds"])


def default_path(function: str) -> str:
    """The cache file of a function in the user's cache folder, one file for each function."""
    from platformdirs import user_cache_path

    return str(user_cache_path("gradcli", appauthor=False) / "evaluations" / f"{function}.jsonl")
