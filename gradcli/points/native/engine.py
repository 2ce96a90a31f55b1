"""An engine of compiled C: the answers of the other one, checked on its points and on hard ones before it is used."""

from __future__ import annotations

import ctypes
from time import perf_counter

import numpy as np

from gradcli.points.engine import Engine
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from numpy.typing import NDArray

    from gradcli.codegen.straightline import StraightLine

    Array = NDArray[np.float64]

SAMPLE: Final = 2048
"""Rows of the first block that both engines answer."""

CLOSE: Final = 1e-9
"""The largest difference of the two there, relative to the largest number of a row."""

HARD: Final = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1e-9, -1e-9, 40.0, -40.0, 1e9, -1e9, 1e200, -1e200, 1e-310)
"""Coordinates at which functions have kinks, jumps, poles and ends."""

HARD_ROWS: Final = 512
HARD_CLOSE: Final = 1e-3
"""The same at hard points, where the rounding of a single operation may be all that is left of a difference."""

THREAD_WORK: Final = 1 << 22
"""Rows times instructions that are worth a second thread."""


class NativeEngine(Engine):
    """The engine of straight-line code that was compiled. Where it and NumPy's machine disagree, that one answers."""

    def __init__(self, code: StraightLine, shown: int, marked: bool, kernel: Any, threads: int = 1) -> None:
        super().__init__(code, shown, marked, threads)
        self.kernel: Any = kernel
        kernel.restype = ctypes.c_int
        kernel.argtypes = [ctypes.c_size_t, *[ctypes.c_void_p] * 4]
        self.checked = False
        self.is_native = True

    def run(self, columns: Sequence[NDArray[Any]]) -> tuple[Array, NDArray[np.intp]]:
        """Evaluate a block of points, one column an input."""
        if not self.checked:
            self.checked = True
            if not self.agrees(sample_of(columns), CLOSE) or not self.agrees(hard_points(columns), HARD_CLOSE):
                self.is_native = False
        return self.fast(columns) if self.is_native else super().run(columns)

    def fast(self, columns: Sequence[NDArray[Any]]) -> tuple[Array, NDArray[np.intp]]:
        """The same by compiled code; the table is stored row by row."""
        rows = len(columns[0])
        columns = [plain(column) for column in columns]
        table = np.empty((rows, self.shown))
        doubtful = np.zeros(rows, dtype=np.uint8)
        parts = min(self.pace.width(rows), 1 + rows * len(self.code.instructions) // THREAD_WORK)
        edges = [rows * i // parts for i in range(parts + 1)]

        def work(i: int) -> bool:
            chosen = slice(edges[i], edges[i + 1])
            return self.call([column[chosen] for column in columns], table[chosen], doubtful[chosen])

        start = perf_counter()
        found = any(self.each(work, parts))
        self.pace.note(parts, rows, perf_counter() - start)
        return table, np.flatnonzero(doubtful) if found else np.empty(0, dtype=np.intp)

    def call(self, columns: Sequence[Array], table: Array, doubtful: NDArray[np.uint8]) -> bool:
        """Fill some rows. Returns whether one is doubtful."""
        count = len(columns)
        addresses = (ctypes.c_void_p * count)(*[column.ctypes.data for column in columns])
        strides = (ctypes.c_ssize_t * count)(*[column.strides[0] for column in columns])
        return bool(self.kernel(len(table), addresses, strides, table.ctypes.data, doubtful.ctypes.data))

    def agrees(self, columns: Sequence[Array], close: float) -> bool:
        """Do both engines find the same rows doubtful, and nearly the same numbers in the others?"""
        ours, doubtful = self.fast(columns)
        theirs, as_well = super().run(columns)
        if not np.array_equal(doubtful, as_well):
            return False
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(theirs).max(axis=1, keepdims=True), np.finfo(float).tiny / close)
            far = np.abs(ours - theirs) > close * size
        far[doubtful] = False
        return not far.any()


def plain(column: NDArray[Any]) -> Array:
    """A column as the machine reads it: float64 in its own order of bytes, at even addresses."""
    is_plain = column.dtype == np.float64 and column.dtype.isnative and column.flags.aligned
    if is_plain:
        return column
    with np.errstate(all="ignore"):  # longer floats may be infinite here
        return np.ascontiguousarray(column, dtype=np.float64)


def sample_of(columns: Sequence[NDArray[Any]]) -> list[Array]:
    """Rows from all over a block."""
    step = max(1, len(columns[0]) // SAMPLE)
    return [np.ascontiguousarray(column[::step], dtype=np.float64) for column in columns]


def hard_points(columns: Sequence[NDArray[Any]]) -> list[Array]:
    """Points whose coordinates are hard, all alike or mixed, between them coordinates of the table."""
    values = np.array(HARD)
    found = []
    for place, column in enumerate(columns):
        mixed = values[(np.arange(HARD_ROWS) * (2 * place + 1) + np.arange(HARD_ROWS) // len(HARD)) % len(HARD)]
        own = np.resize(np.asarray(column[:HARD_ROWS], dtype=np.float64), HARD_ROWS)
        turns = np.arange(HARD_ROWS) // (place + 1) % 2 == 0
        found.append(np.concatenate([values, mixed, np.where(turns, mixed, own)]))
    return found
