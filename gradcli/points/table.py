"""Files of points: tables whose columns are variables and whose rows are points, read block by block.

A file is data: nothing in it is run. What is wrong in it is one error that names the file, the row and the column.
"""

from __future__ import annotations

import os
import re
import warnings
from contextlib import contextmanager

import numpy as np

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple, Protocol
from gradcli.text.tokens import canonical_name, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, BinaryIO, Final, NoReturn

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BLOCK_NUMBERS: Final = 1 << 19
"""Numbers in one block, input and output together: a few MiB."""

MISSING: Final = frozenset(("", "na", "n/a", "nan", "null", "none"))
"""Cells that stand for a missing number, in lower case."""
SKIPPING: Final = "every variable needs a number; --missing skip leaves such rows out, --missing problem marks them"

LEAST_ROWS, MOST_ROWS = 64, 1 << 16

ENTRY: Final = re.compile(r"([^\[\]]+)\[\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\]")


class Rows(NamedTuple):
    """Some points in the order of their table. `columns`: one array a column that was asked for, all of one length.

    first     the number of the first row, from 0
    numbers   the number of each row, where some between them were left out
    kept      one list a column that is carried through
    """

    first: int
    columns: tuple[NDArray[Any], ...]
    numbers: NDArray[np.int64] | None = None
    kept: tuple[Sequence[Any], ...] = ()

    def number(self, row: int) -> int:
        """The number in the table of a row of these."""
        return self.first + row if self.numbers is None else int(self.numbers[row])

    def only(self, chosen: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        columns = tuple(np.asarray(column)[chosen] for column in self.columns)
        places = np.flatnonzero(chosen)
        kept = tuple([column[place] for place in places.tolist()] for column in self.kept)
        return Rows(self.first, columns, self.first + places, kept)


class Table(Protocol):
    """A file of points that is open.

    path     as it was named, for messages
    names    the columns' names as variables are called (`x1`, `x[0]`); None where the file has none
    width    how many columns there are
    rows     how many rows there are, None where only reading tells
    gaps     a value may be missing: it is read as nan
    keep     the places of columns that are carried through
    """

    path: str
    names: tuple[str, ...] | None
    width: int
    rows: int | None
    gaps: bool
    keep: tuple[int, ...]

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows, at most about `size` rows at a time."""

    def place(self, row: int) -> str:
        """Where a row stands, in words: `line 3`."""

    def progress(self) -> float | None:
        """The part of the file that was read, from 0 to 1; None where nobody knows."""

    def close(self) -> None:
        """Let go of the file."""


def refuse(path: str, message: str, hint: str | None = None) -> NoReturn:
    """Raise `points`: something is wrong in a file of points."""
    raise GradcliError("points", f"{shown(path)}: {message}", hint=hint)


def shown(path: str) -> str:
    """The name of a file in a message."""
    return "standard input" if path == "-" else path if path.startswith("--") else f"'{path}'"


def column_name(text: str) -> str:
    """A column's name as variables are called inside (`x_1` is `x1`, `θ` is `theta`); what is no name stays."""
    text = text.strip()
    match = ENTRY.fullmatch(text)
    base = match[1].strip() if match else text
    try:
        base = canonical_name(base)
    except GradcliError:
        return text
    if match is None:
        return base
    index = str(int(match[2])) if match[3] is None else f"{int(match[2])},{int(match[3])}"
    return f"{base}[{index}]"


def column_shapes(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The shapes of the variables that columns make: () for `x`, (3,) for x[0], x[1], x[2]."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name in names:
        match = ENTRY.fullmatch(name)
        if match is None:
            shapes[name] = ()
            continue
        index = (int(match[2]) + 1,) if match[3] is None else (int(match[2]) + 1, int(match[3]) + 1)
        before = shapes.get(match[1], index)
        shapes[match[1]] = tuple(map(max, before, index)) if len(before) == len(index) else index
    return shapes


def columns_of(table: Table, inputs: Sequence[str]) -> list[int]:
    """The place of each input among the columns: by name, else by order. Raises `points`."""
    if table.names is None:
        if table.width != len(inputs):
            have = "1 column" if table.width == 1 else f"{table.width} columns"
            wanted = "1 variable" if len(inputs) == 1 else f"{len(inputs)} variables"
            refuse(table.path, f"{have} without names for {wanted}", f"the order is {listed(inputs)}")
        return list(range(len(inputs)))
    places: dict[str, int] = {}
    needed = set(inputs)
    for place, name in enumerate(table.names):
        if name in places and name in needed:
            refuse(table.path, f"two columns are called {quoted(name)}", "give every column a name of its own")
        places.setdefault(name, place)
    for name in inputs:  # the entries of a matrix of one column: A[1] and A[1,0]
        whole = name[:-1] + ",0]"
        if name.endswith("]") and whole in places:
            places[name] = places[whole]
    missing = [name for name in inputs if name not in places]
    if missing:
        have = "are no columns" if len(missing) > 1 else "is no column"
        refuse(table.path, f"there {have} {listed(missing)}", f"the columns are {listed(table.names)}")
    return [places[name] for name in inputs]


def listed(names: Sequence[str]) -> str:
    """Some names, cut to what a line can hold."""
    return ", ".join(name[:40] for name in names[:8]) + (", …" if len(names) > 8 else "")


def block_rows(width: int) -> int:
    """How many rows make a block of this many numbers a row."""
    return max(LEAST_ROWS, min(MOST_ROWS, BLOCK_NUMBERS // max(1, width)))


def require_finite(table: Table, rows: Rows, names: Sequence[str]) -> None:
    """Raise `points` for a coordinate that is no finite number, naming its place; nan is none where gaps may be."""
    for name, column in zip(names, rows.columns, strict=True):
        with np.errstate(all="ignore"):
            if np.isfinite(column.sum(dtype=np.float64)):
                continue
            doubles = column.astype(np.float64)  # longer floats may be infinite in float64
            fine = np.isfinite(doubles) | np.isnan(doubles) if table.gaps else np.isfinite(doubles)
            row = int(np.argmin(fine))
        if not fine[row]:
            number = "not a number (nan)" if np.isnan(doubles[row]) else f"{doubles[row]:g}"
            refuse(
                table.path,
                f"{table.place(rows.first + row)}, column {name}: {number}",
                "a point has finite coordinates" if np.isinf(doubles[row]) else SKIPPING,
            )


def require_one_hot(table: Table, rows: Rows, name: str, places: Sequence[int]) -> None:
    """Raise `points` for a row whose value of a vector that is declared one-hot is not: one 1 and zeros."""
    if not places:
        return
    entries = np.stack([np.asarray(rows.columns[place]) for place in places])
    fine = ((entries == 0) | (entries == 1)).all(axis=0) & (entries.sum(axis=0) == 1)
    if not fine.all():
        message = f"{name} is declared one-hot, and its value has other entries than one 1 and zeros"
        where = table.place(rows.number(int(np.argmin(fine))))
        refuse(table.path, f"{where}: {message}", f"give one 1 and zeros, or declare {name}: {len(places)}")


@contextmanager
def damage_named(path: str, what: str, hint: str | None = None) -> Iterator[None]:
    """Turn whatever a library raises for a damaged file into one `points` error. Its warnings are not for users."""
    from gradcli.evaluate.float64.data import reason_of

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (GradcliError, MemoryError, RecursionError):
        raise
    except Exception as error:  # NumPy, pyarrow, zlib and zipfile raise many kinds for files that are not their own
        refuse(path, f"{what} ({reason_of(error)})", hint)


def open_file(path: str) -> BinaryIO:
    """A file for reading. Raises `file` where it cannot be."""
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise GradcliError("file", f"there is no file {shown(path)}", hint=f"in the folder {os.getcwd()}") from None
    except IsADirectoryError:
        raise GradcliError("file", f"{shown(path)} is a folder, not a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GradcliError("file", f"cannot read {shown(path)}: {reason.lower()}") from None
