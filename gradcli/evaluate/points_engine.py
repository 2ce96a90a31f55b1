"""Straight-line code over blocks of points, on several cores, with the rows that float64 cannot answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcli.evaluate.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import ThreadPoolExecutor

    from numpy.typing import NDArray

    from gradcli.evaluate.straightline import StraightLine

    Array = NDArray[np.float64]

THREAD_ROWS: Final = 4096
"""Fewer rows than this are not worth a second thread."""


class Engine:
    """The code of `shown` outputs, then of numbers that must be finite, then (`marked`) of a condition that marks rows.

    Example: `table, doubtful = engine.run(columns)`; table is (rows, shown), doubtful the numbers of marked rows.
    """

    def __init__(self, code: StraightLine, shown: int, marked: bool, threads: int = 1) -> None:
        self.code, self.shown, self.marked = code, shown, marked
        self.machines = [Machine(code) for _ in range(max(1, threads))]
        self.pool: ThreadPoolExecutor | None = None

    def run(self, columns: Sequence[NDArray[Any]]) -> tuple[Array, NDArray[np.intp]]:
        """Evaluate a block of points, one column an input."""
        rows = len(columns[0])
        table = np.empty((rows, self.shown))
        unshown = np.empty((len(self.code.outputs) - self.shown - self.marked, rows))
        mark = np.zeros(rows, dtype=bool)
        parts = min(len(self.machines), max(1, rows // THREAD_ROWS))
        edges = [rows * i // parts for i in range(parts + 1)]

        def work(i: int) -> bool:
            chosen = slice(edges[i], edges[i + 1])
            return self.evaluate(self.machines[i], columns, chosen, table, unshown, mark)

        if not any(self.each(work, parts)):
            return table, np.empty(0, dtype=np.intp)
        with np.errstate(all="ignore"):
            mark |= ~np.isfinite(table).all(axis=1)
            mark |= ~np.isfinite(unshown).all(axis=0)
        return table, np.flatnonzero(mark)

    def each(self, work: Any, parts: int) -> list[bool]:
        """The work of all parts, side by side."""
        if parts == 1:
            return [work(0)]
        if self.pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self.pool = ThreadPoolExecutor(len(self.machines), "points")
        return list(self.pool.map(work, range(parts)))

    def evaluate(
        self,
        machine: Machine,
        columns: Sequence[NDArray[Any]],
        chosen: slice,
        table: Array,
        unshown: Array,
        mark: NDArray[np.bool_],
    ) -> bool:
        """Fill the chosen rows. Returns whether one of them is marked, or something is not finite."""
        results = [*table[chosen].T, *unshown[:, chosen]]
        machine([column[chosen] for column in columns], [*results, mark[chosen]] if self.marked else results)
        with np.errstate(all="ignore"):  # a sum is finite only if all is, and takes a fraction of looking at each
            seen = np.isfinite(table[chosen].sum()) and all(np.isfinite(row.sum()) for row in unshown[:, chosen])
        return not seen or bool(self.marked and mark[chosen].any())

    def close(self) -> None:
        """Let go of the threads."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None
