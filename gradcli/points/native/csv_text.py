"""Cells of csv as numbers and back, by compiled C where it can be had: see `numerals`."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from gradcli.points.native.compiler import library
from gradcli.points.native.numerals import numerals_source
from gradcli.records import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Final

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LONGEST: Final = 25
"""Characters of a number with its comma; what is written behind a row takes SPARE more."""

SPARE: Final = 64

PIECE_BYTES: Final = 1 << 19
"""Bytes that are written at a time, at most."""

HARD: Final = (
    *(0.0, 1.0, -1.5, 0.1, 1 / 3, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e16, 123456789012345680.0),
    *(9007199254740993.0, 1e23, 9.999999999999999e22, 1e-5, 0.0001, 12345.678, 2.0**-1074, 2.0**1023, 1e22, 5e15),
)


class Numerals:
    """The compiled functions."""

    def __init__(self, functions: Any) -> None:
        pointer, size = ctypes.c_void_p, ctypes.c_size_t
        self.reader, self.writer = functions.gradcli_read, functions.gradcli_write
        self.reader.restype = ctypes.c_ssize_t
        self.reader.argtypes = [
            ctypes.c_char_p,
            size,
            ctypes.c_char,
            ctypes.c_int,
            pointer,
            ctypes.c_int,
            pointer,
            size,
        ]
        self.writer.restype = size
        self.writer.argtypes = [size, ctypes.c_int, pointer, pointer, ctypes.c_char_p, pointer]

    def read(self, chunk: bytes, lines: int, separator: str, width: int, wanted: Sequence[int]) -> Array | None:
        """The wanted columns of so many whole lines; None where one is not plain: quotes, blanks, no number."""
        if len(set(wanted)) != len(wanted):
            return None
        places = np.full(width, -1, dtype=np.intc)
        places[list(wanted)] = range(len(wanted))
        table = np.empty((lines, len(wanted)))
        sign, at = separator.encode(), places.ctypes.data
        rows = self.reader(chunk, len(chunk), sign, width, at, len(wanted), table.ctypes.data, len(table))
        return table if rows == len(table) else None

    def pieces(self, columns: Sequence[Array], end: str) -> Iterator[memoryview]:
        """What `write` returns, in pieces that stay in the processor's cache until they are written."""
        size = max(1, PIECE_BYTES // (LONGEST * len(columns)))
        for start in range(0, len(columns[0]), size):
            yield self.write([column[start : start + size] for column in columns], end)

    def write(self, columns: Sequence[Array], end: str) -> memoryview:
        """Rows of csv: every number with a comma behind it as `repr` has it, then `end`; -0.0 is 0.0, nan nothing."""
        rows, count = len(columns[0]), len(columns)
        addresses = (ctypes.c_void_p * count)(*[column.ctypes.data for column in columns])
        strides = (ctypes.c_ssize_t * count)(*[column.strides[0] for column in columns])
        data = np.empty(rows * (count * LONGEST + len(end)) + SPARE, dtype=np.uint8)
        length = self.writer(rows, count, addresses, strides, end.encode(), data.ctypes.data)
        return memoryview(cast("Any", data))[:length]

    def is_right(self) -> bool:
        """Do both directions agree with Python at numbers where mistakes would show?"""
        rng = np.arange(1, 400, dtype=np.float64)
        numbers = np.concatenate([np.array(HARD), rng / 7.0, rng**7.5, -(0.5**rng), rng / 100])
        text = self.write([numbers], "\n").tobytes()
        ordinary = b"".join(f"{number!r}\n".encode() for number in (*HARD[:5], *numbers[len(HARD) :].tolist()))
        found = self.read(ordinary, len(numbers) - len(HARD) + 5, ",", 1, [0])
        wanted = [*HARD[:5], *numbers[len(HARD) :].tolist()]
        return text.decode() == "".join(f"{number!r},\n" for number in numbers.tolist()) and (
            found is not None and found[:, 0].tolist() == wanted
        )


@cache
def numerals(made: bool) -> Numerals | None:
    """The functions, compiled (`made`) where they are not there yet; None where they cannot be had."""
    found = library(numerals_source(), made)
    if found is None:
        return None
    both = Numerals(found)
    return both if both.is_right() else None
