"""A run over many points: blocks in, numbers and problems out; the certified engine decides what float64 cannot."""

from __future__ import annotations

from collections import Counter

import numpy as np

from gradcli import limits
from gradcli.points.table import block_rows, columns_of, listed, require_finite, require_one_hot
from gradcli.problems import GradcliError, Problem
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from numpy.typing import NDArray

    from gradcli.codegen.rounding_noise import NoisyMachine
    from gradcli.points.engine import Engine
    from gradcli.points.program import ManyPoints
    from gradcli.points.table import Rows, Table

    Array = NDArray[np.float64]

SAMPLE: Final = 24
"""Rows whose numbers are compared with certified ones."""

SAMPLE_SECONDS: Final = 0.25
SAMPLE_LEAST: Final = 4
"""Rows that are compared however long that takes."""

FEWER: Final = 10_000
"""Operations of a function from which on no rows are compared: one certified row takes as long as thousands."""

PROMISE: Final = 1e-10
"""Relative errors above this are not given silently: such rows are decided by the certified engine, or marked."""

MARGIN: Final = 8
"""By so much less than PROMISE a number may move with its roundings."""

ALL_ROWS: Final = 65_536
"""Rows of a table whose roundings are all tried; of what follows one in THINNED, and its block if one moves too far."""

THINNED: Final = 64


class Answers(NamedTuple):
    """The answers at some consecutive points.

    rows       the points
    table      one row a point, one column a number; nan where there is none
    problems   by the number of the row inside of this block: why a number does not exist
    """

    rows: Rows
    table: Array
    problems: dict[int, tuple[Problem, ...]]


class Summary:
    """What a run has met: rows, rows with problems by kind, the largest relative error, whether C did the work.

    settled   rows with certified numbers, as float64 loses digits there
    """

    def __init__(self) -> None:
        self.rows = 0
        self.troubled = 0
        self.kinds: Counter[str] = Counter()
        self.compared = 0
        self.worst = 0.0
        self.where = ""
        self.skipped = 0
        self.settled = 0
        self.compiled = False

    def count(self, problems: dict[int, tuple[Problem, ...]]) -> None:
        """Add the problems of a block."""
        self.troubled += len(problems)
        for found in problems.values():
            self.kinds.update({problem.kind for problem in found})

    def join(self, other: Summary) -> None:
        """Add another run's counts."""
        self.rows += other.rows
        self.troubled += other.troubled
        self.kinds.update(other.kinds)
        self.compared += other.compared
        self.skipped += other.skipped
        self.settled += other.settled
        self.compiled |= other.compiled
        if other.worst > self.worst:
            self.worst, self.where = other.worst, other.where


class Run:
    """One function over one table.

    values    how many of the columns are values of the function; the others are derivatives
    missing   what becomes of a row that lacks a number: `skip`, `problem`; None: it is an error
    decisions   how many points the certified engine may decide, however long that takes; None: those of `limits`
    one_hot   names that are declared one-hot, and the places of their entries
    """

    def __init__(
        self,
        table: Table,
        many: ManyPoints,
        engine: Engine,
        missing: str | None = None,
        decisions: int | None = None,
    ) -> None:
        self.table, self.engine, self.missing, self.decisions = table, engine, missing, decisions
        self.inputs, self.certain, self.values = many.inputs, many.certain, len(many.values)
        self.one_hot = {
            name: [place for place, entry in enumerate(many.inputs) if entry.startswith(f"{name}[")]
            for name in many.one_hot
        }
        table.gaps = missing is not None
        self.wanted = columns_of(table, many.inputs)
        self.summary = Summary()
        self.known: dict[tuple[float, ...], Any] = {}
        self.noisy: NoisyMachine | None = None
        self.seconds = 0.0
        self.digits_seconds = 0.0
        self.sampling = SAMPLE_SECONDS
        self.sampled = SAMPLE if len(engine.code.instructions) < FEWER else 0

    def answers(self) -> Iterator[Answers]:
        """The answers, block by block. Raises `points` for what is wrong in the table."""
        for rows in self.table.blocks(self.wanted, block_rows(len(self.inputs) + self.engine.shown)):
            if not rows.columns or not len(rows.columns[0]):
                continue
            if not (self.engine.is_native and rows.first and self.missing is None):
                require_finite(self.table, rows, self.inputs)
            holes = self.holes(rows) if self.missing else None
            if holes is None:
                yield self.answer(rows)
            elif self.missing == "problem":
                yield self.answer_around(rows, holes)
            else:
                self.summary.skipped += int(holes.sum())
                if not holes.all():
                    yield self.answer(rows.only(~holes))

    def answer(self, rows: Rows) -> Answers:
        """The answers at complete points."""
        for name, places in self.one_hot.items():
            require_one_hot(self.table, rows, name, places)
        table, doubtful = self.engine.run(rows.columns)
        if self.engine.is_native and len(doubtful):  # compiled code looks at the coordinates, too
            require_finite(self.table, rows, self.inputs)
        self.summary.compiled = self.engine.is_native
        problems = self.decide(rows, table, doubtful)
        imprecise = self.imprecise(rows, table, doubtful)
        problems.update(self.settle(rows, table, imprecise))
        self.summary.rows += len(table)
        self.summary.count(problems)
        self.compare(rows, table, {*doubtful.tolist(), *imprecise})
        return Answers(rows, table, problems)

    def imprecise(self, rows: Rows, table: Array, doubtful: NDArray[np.intp]) -> dict[int, float]:
        """The rows whose numbers move with their roundings by more than is promised, and how far, relative to them."""
        step = 1 if self.summary.rows < ALL_ROWS else THINNED
        found = self.moved(rows, table, step)
        if step > 1 and found.any():
            step = 1
            found = self.moved(rows, table, step)
        decided = set(doubtful.tolist())
        places = np.flatnonzero(found)
        errors = zip((places * step).tolist(), found[places].tolist(), strict=True)
        return {row: error for row, error in errors if row not in decided}

    def moved(self, rows: Rows, table: Array, step: int) -> Array:
        """The relative errors of every step-th row, 0 for those that keep what is promised."""
        if self.noisy is None:
            from gradcli.codegen.rounding_noise import NoisyMachine

            code, marks = self.engine.code, int(self.engine.marked)
            unmarked = code._replace(outputs=code.outputs[: len(code.outputs) - marks])
            self.noisy = NoisyMachine(unmarked, self.engine.shown)
        numbers = np.ascontiguousarray(table[::step])
        spread = self.noisy.spread([np.ascontiguousarray(column[::step]) for column in rows.columns], numbers)
        found = np.zeros(len(numbers))
        with np.errstate(all="ignore"):
            for part in (slice(None, self.values), slice(self.values, None)):
                size = np.abs(numbers[:, part]).max(axis=1, initial=0.0)
                far = spread[:, part].max(axis=1, initial=0.0)
                np.fmax(found, np.where(far > 0, far / size, 0), out=found)
        return np.where(found > PROMISE / MARGIN, found, 0)

    def settle(self, rows: Rows, table: Array, imprecise: dict[int, float]) -> dict[int, tuple[Problem, ...]]:
        """Put certified numbers where float64 loses digits; past the limit they stay, and are marked."""
        problems: dict[int, tuple[Problem, ...]] = {}
        for row, error in imprecise.items():
            before = self.seconds
            is_early = self.decisions is not None or self.digits_seconds < limits.POINT_DIGITS_SECONDS
            found = self.certified(coordinates(rows, row)) if is_early else None
            self.digits_seconds += self.seconds - before
            if found is None:
                lost = f"float64 loses digits: a relative error of about {error:.0e}"
                problems[row] = (Problem(None, "noise", lost),)
                continue
            numbers, why = found
            table[row] = [np.nan if number is None else number for number in numbers]
            self.summary.settled += 1
            if why:
                problems[row] = why
        return problems

    def holes(self, rows: Rows) -> NDArray[np.bool_] | None:
        """Which rows lack a number; None where none does."""
        found: Any = np.logical_or.reduce([np.isnan(column) for column in rows.columns])
        return found if found.any() else None

    def answer_around(self, rows: Rows, holes: NDArray[np.bool_]) -> Answers:
        """The answers at the complete points, between them rows whose problem says what is missing."""
        table = np.full((len(holes), self.engine.shown), np.nan)
        problems: dict[int, tuple[Problem, ...]] = {}
        for row in np.flatnonzero(holes).tolist():
            lacking = [name for name, column in zip(self.inputs, rows.columns, strict=True) if np.isnan(column[row])]
            verb = "is" if len(lacking) == 1 else "are"
            problems[row] = (Problem(None, "undefined", f"{listed(lacking)} {verb} missing"),)
        self.summary.rows += len(problems)
        self.summary.count(problems)
        if not holes.all():
            whole = self.answer(rows.only(~holes))
            places = np.flatnonzero(~holes)
            table[places] = whole.table
            problems.update((int(places[row]), found) for row, found in whole.problems.items())
        return Answers(rows, table, problems)

    def decide(self, rows: Rows, table: Array, doubtful: NDArray[np.intp]) -> dict[int, tuple[Problem, ...]]:
        """Put certified numbers into the doubtful rows. Past the limits they are marked as not decided."""
        problems: dict[int, tuple[Problem, ...]] = {}
        for row in doubtful.tolist():
            found = self.certified(coordinates(rows, row))
            if found is None:
                table[row] = np.nan
                problems[row] = (Problem(None, "undecided", self.undecided),)
                continue
            numbers, why = found
            table[row] = [np.nan if number is None else number for number in numbers]
            if why:
                problems[row] = why
        return problems

    @property
    def undecided(self) -> str:
        """Why a row was not decided."""
        after = f"{limits.POINT_DECISIONS} points or {limits.POINT_SECONDS:g} s of certified evaluation"
        if self.decisions is not None:
            after = "1 point" if self.decisions == 1 else f"{self.decisions} points"
        return f"float64 cannot tell here, and after {after} no more are decided (--max-decisions allows others)"

    def certified(self, point: tuple[float, ...]) -> Any:
        """The certified answer, once for equal points; None when there were too many."""
        if point in self.known:
            return self.known[point]
        if self.decisions is not None:
            is_late = len(self.known) >= self.decisions
        else:
            is_late = len(self.known) >= limits.POINT_DECISIONS or self.seconds > limits.POINT_SECONDS
        if is_late:
            return None
        start = limits.clock()
        found = self.known[point] = self.ask(point)
        self.seconds += limits.clock() - start
        return found

    def ask(self, point: tuple[float, ...]) -> Any:
        """The certified answer; a function that it cannot read at a point is no reason to stop."""
        try:
            return self.certain(point)
        except GradcliError as error:
            count = self.engine.shown
            return (None,) * count, (Problem(None, "undecided", error.message),)

    def compare(self, rows: Rows, table: Array, skip: set[int]) -> None:
        """Compare some rows with certified numbers, but those to `skip`: in the first block those next to zero, too."""
        count = len(table)
        places = list(range(0, count, max(1, count // 12)))[:12] if rows.first == 0 else [count // 2]
        if rows.first == 0:
            places += [int(np.argmin(np.abs(column))) for column in rows.columns[:6]]
        for row in dict.fromkeys(places):
            is_late = self.sampling <= 0 and self.summary.compared >= SAMPLE_LEAST
            if row in skip or is_late or self.summary.compared >= self.sampled:
                continue
            start = limits.clock()
            numbers, _ = self.ask(coordinates(rows, row))
            self.sampling -= limits.clock() - start
            if None not in numbers:
                self.note(np.array(numbers), table[row], rows.number(row))

    def note(self, truth: Array, found: Array, row: int) -> None:
        """Keep the largest relative error: of the values, and of the derivatives relative to their largest."""
        self.summary.compared += 1
        for part in (slice(None, self.values), slice(self.values, None)):
            size, difference = np.abs(truth[part]).max(initial=0.0), np.abs(truth[part] - found[part]).max(initial=0.0)
            error = float(difference / size) if size else float(difference)
            if error > self.summary.worst:
                self.summary.worst, self.summary.where = error, self.table.place(row)


def coordinates(rows: Rows, row: int) -> tuple[float, ...]:
    """The point of a row."""
    return tuple(float(column[row]) for column in rows.columns)
