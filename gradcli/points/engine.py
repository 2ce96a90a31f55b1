"""Straight-line code over blocks of points, on several cores, with the rows that float64 cannot answer."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from gradcli.codegen.numpy_machine import Machine
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import ThreadPoolExecutor
    from typing import Any, Final

    from numpy.typing import NDArray

    from gradcli.codegen.straightline import StraightLine

    Array = NDArray[np.float64]

THREAD_ROWS: Final = 4096
"""Fewer rows than this are not worth a second thread."""


PACE_ROUNDS: Final = 16
"""So often the slower of one thread and all of them is tried again: another process may have taken or left a core."""


class Pace:
    """How many threads are worth having: seconds a row are measured with one and with all of them, again and again."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.rounds = 0
        self.seconds: dict[int, float] = {}

    def width(self, rows: int) -> int:
        """One thread or as many as there are for this block: the quicker one, now and then the other one."""
        most = min(self.threads, max(1, rows // THREAD_ROWS))
        untried = next((width for width in (most, 1) if width not in self.seconds), None)
        if most == 1 or untried is not None:
            return untried or 1
        quicker, slower = sorted((most, 1), key=self.seconds.__getitem__)
        return quicker if self.rounds % PACE_ROUNDS else slower

    def note(self, width: int, rows: int, seconds: float) -> None:
        """A block was done. The first one, in which buffers are made, says nothing."""
        if self.rounds:
            before = self.seconds.get(width, seconds / rows)
            self.seconds[width] = (before + seconds / rows) / 2
        self.rounds += 1


class Engine:
    """The code of `shown` outputs, then of numbers that must be finite, then (`marked`) of a condition that marks rows.

    Example: `table, doubtful = engine.run(columns)`; table is (rows, shown), stored column by column, doubtful the
    numbers of marked rows.
    """

    is_native = False

    def __init__(self, code: StraightLine, shown: int, marked: bool, threads: int = 1) -> None:
        self.code, self.shown, self.marked = code, shown, marked
        self.machines = [Machine(code) for _ in range(max(1, threads))]
        self.pace = Pace(len(self.machines))
        self.pool: ThreadPoolExecutor | None = None

    def run(self, columns: Sequence[NDArray[Any]]) -> tuple[Array, NDArray[np.intp]]:
        """Evaluate a block of points, one column an input."""
        rows = len(columns[0])
        results = np.empty((len(self.code.outputs) - self.marked, rows))
        mark = np.zeros(rows, dtype=bool)
        parts = self.pace.width(rows)
        edges = [rows * i // parts for i in range(parts + 1)]

        def work(i: int) -> bool:
            return self.evaluate(self.machines[i], columns, slice(edges[i], edges[i + 1]), results, mark)

        start = perf_counter()
        is_plain = not any(self.each(work, parts))
        self.pace.note(parts, rows, perf_counter() - start)
        table = results[: self.shown].T
        if is_plain:
            return table, np.empty(0, dtype=np.intp)
        mark |= ~np.isfinite(results).all(axis=0)
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
        results: Array,
        mark: NDArray[np.bool_],
    ) -> bool:
        """Fill the chosen rows. Returns whether one of them is marked, or something is not finite."""
        mine = list(results[:, chosen])
        machine([column[chosen] for column in columns], [*mine, mark[chosen]] if self.marked else mine)
        with np.errstate(all="ignore"):  # a sum is finite only if all is, and takes a fraction of looking at each
            seen = all(np.isfinite(row.sum()) for row in mine)
        return not seen or bool(self.marked and mark[chosen].any())

    def close(self) -> None:
        """Let go of the threads."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None
