"""What stands between a file and its lines: compression, and JSON arrays whose objects become lines."""

from __future__ import annotations

import codecs
import io
import json

from gradcli.points.table import damage_named, refuse
from gradcli.records import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO, Final

GZIP: Final = b"\x1f\x8b"
PIECE: Final = 1 << 20
LONGEST: Final = 1 << 24
"""Characters of the longest object of an array."""
BLANKS: Final = " \t\r\n"
EXAMPLE: Final = '[{"x1": 1, "x2": 2}, {"x1": 3, "x2": 4}]'
DECODER: Final = json.JSONDecoder(parse_constant=float)


class Unpacked(io.RawIOBase):
    """The content of a gzip file, of which `head` was read already. Raises `points` where it is damaged."""

    def __init__(self, path: str, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        import gzip

        self.path, self.stream = path, stream
        self.inner = gzip.GzipFile(fileobj=io.BufferedReader(Joined(head, stream)))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many as were asked for but at the end."""
        with damage_named(self.path, "the compressed data are damaged"):
            return self.inner.read(size)

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()
        super().close()


class Joined(io.RawIOBase):
    """Bytes that were read already, then the rest of their stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self.head, self.stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        data = self.head[: len(buffer)] or self.stream.read(len(buffer))
        self.head = self.head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def packed(stream: BinaryIO) -> BinaryIO:
    """A stream that compresses what is written to it; the same content gives the same bytes on every day."""
    import gzip

    return cast("BinaryIO", gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=6, mtime=0))


class ArrayLines(io.RawIOBase):
    """A JSON array as one line for each of its elements, read piece by piece. `head`: bytes that were read already.

    Raises `points` for what is no array, naming the element.
    """

    def __init__(self, path: str, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self.path, self.stream, self.head = path, stream, head
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.text, self.place = "", 0
        self.elements = self.each()

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """Whole lines, about as many bytes as were asked for; nothing at the end."""
        parts: list[bytes] = []
        count = 0
        for element in self.elements:
            parts.append(element)
            count += len(element)
            if 0 <= size <= count:
                break
        return b"".join(parts)

    def each(self) -> Iterator[bytes]:
        """Each element as a line."""
        self.sign()
        self.place += 1  # the bracket
        number, sign = 0, self.sign()
        while sign != "]":
            number += 1
            yield self.element(number).replace("\n", " ").replace("\r", " ").encode("utf-8", "replace") + b"\n"
            sign = self.sign()
            if sign not in (",", "]"):
                refuse(self.path, f"the array is not closed behind element {number}", EXAMPLE)
            self.place += sign == ","
        self.place += 1
        if self.sign():
            refuse(self.path, f"something stands behind the array of {number} elements", EXAMPLE)

    def sign(self) -> str:
        """The next character that is not blank; "" at the end."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in BLANKS:
                self.place += 1
            if self.place < len(self.text) or not self.fill():
                return self.text[self.place : self.place + 1]

    def element(self, number: int) -> str:
        """The text of the next element."""
        self.sign()
        while True:
            try:
                end = DECODER.raw_decode(self.text, self.place)[1]
            except (ValueError, RecursionError) as error:
                if len(self.text) - self.place > LONGEST or not self.fill():
                    reason = str(error).partition(":")[0].lower()
                    refuse(self.path, f"element {number} of the array cannot be read ({reason})", EXAMPLE)
                continue
            found, self.place = self.text[self.place : end], end
            return found

    def fill(self) -> bool:
        """Read on; False at the end."""
        data, self.head = self.head or self.stream.read(PIECE), b""
        with damage_named(self.path, "it is not UTF-8"):
            more = self.decoder.decode(data, final=not data)
        self.text, self.place = self.text[self.place :] + more, 0
        return bool(data)
