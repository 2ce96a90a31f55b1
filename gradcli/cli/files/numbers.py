"""Files of numbers for `--set NAME=@FILE`: NumPy's .npy, .csv and .tsv, and text (JSON lists are text of the language).

A file is data: nothing in it is run, and errors say where it is wrong, not what else it holds.
"""

from __future__ import annotations

import io
import os
import re
import warnings

from gradcli import limits
from gradcli.cli.files.reading import decode, read_bytes
from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import LARGE, Data, Number, Unary, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction
    from typing import Any

    from gradcli.text.tree import Tree

SEPARATORS = {".csv": ",", ".tsv": "\t"}
CELL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
CELL_CHARACTERS = 400


def read_table(path: str, span: Span) -> Tree:
    """The value in a file: a number, a vector or a matrix. `span` is the place where the file is named."""
    ending = os.path.splitext(path)[1].lower()
    if ending in (".npy", ".npz"):
        return read_npy(path, span)
    data = read_bytes(path, span)
    text = decode(data, path, span)
    if ending in SEPARATORS:
        return read_rows(text, SEPARATORS[ending], path)
    return read_value(Source(path, text, is_file=True, is_data=True))


def read_value(source: Source) -> Tree:
    """The value in a text: a number, an array in brackets (also as JSON), or numbers with commas between them."""
    from gradcli.text.points import parse_point

    entries = parse_point(source).entries
    for entry in entries:
        if entry.name is not None:
            raise GradcliError("setting", "a file of one constant names none", entry.span, "write the value alone")
    return entries[0].tree if len(entries) == 1 else Vector(tuple(entry.tree for entry in entries))


def read_npy(path: str, span: Span) -> Tree:
    """The array in an .npy file. Pickled objects are refused: loading one would run it."""
    import numpy as np

    from gradcli.evaluate.float64.data import is_finite, reason_of

    # a regular file is mapped, so that a large one is read once; anything else is read like every file
    file: Any = path if os.path.isfile(path) else io.BytesIO(read_bytes(path, span))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            array: Any = np.load(file, mmap_mode="r" if file is path else None, allow_pickle=False)
            if isinstance(array, np.ndarray) and array.dtype.kind == "f" and array.itemsize > 8:
                array = array.astype(np.float64)  # longer floats may be infinite in it
    except Exception as error:  # NumPy raises many kinds for files that are not its own
        message = f"'{path}' is no .npy file of numbers ({reason_of(error)})"
        raise GradcliError("file", message, span, "numpy.save makes one") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf" or array.ndim > 2:
        raise GradcliError("file", f"'{path}' holds no number, vector or matrix of real numbers", span)
    require_cells(array.size, path, span)
    if array.dtype.kind == "f" and not is_finite(array):
        raise GradcliError("file", f"'{path}' holds numbers that are not finite", span)
    if array.size > LARGE and array.ndim:
        return Data(np.ascontiguousarray(array, dtype=None if array.dtype == np.float32 else np.float64))
    return nested(array.tolist(), number)


def number(value: float) -> Tree:
    """A float as it prints: 0.1 is one tenth, here as everywhere."""
    from fractions import Fraction

    exact = Fraction(repr(float(value)))
    return signed(exact, decimal=exact.denominator != 1)


def signed(value: Fraction, decimal: bool) -> Tree:
    """A number as text gives it: without sign, behind a minus where it is negative."""
    whole = value.numerator if value.denominator == 1 else value
    return Unary("-", Number(-whole, decimal)) if value < 0 else Number(whole, decimal)


def nested(values: Any, leaf: Callable[[Any], Tree]) -> Tree:
    """Nested lists, two deep at most, as a vector or a matrix."""
    return Vector(tuple(nested(value, leaf) for value in values)) if isinstance(values, list) else leaf(values)


def read_rows(text: str, separator: str, path: str) -> Tree:
    """The matrix, or the vector where there is one column, in lines of numbers. A first line of names is skipped."""
    source = Source(path, text, is_file=True, is_data=True)
    lines = [line for line in cells_of(text, separator) if any(cell for cell, _ in line)]
    if lines and not any(CELL.fullmatch(cell) for cell, _ in lines[0]):
        lines = lines[1:]
    if not lines:
        raise GradcliError("file", f"'{path}' holds no numbers", hint="one row a line, numbers between commas")
    require_cells(len(lines) * len(lines[0]), path, None)
    for line in lines:
        if len(line) != len(lines[0]):
            start = line[0][1]
            message = f"a row of {len(line)} numbers among rows of {len(lines[0])}"
            raise GradcliError("file", message, Span(source, start, start + 1))
    if len(lines) * len(lines[0]) > LARGE:
        return large_rows(lines, source)
    rows = [[cell_number(cell, start, source) for cell, start in line] for line in lines]
    if len(rows[0]) == 1:
        return Vector(tuple(row[0] for row in rows))
    return Vector(tuple(Vector(tuple(row)) for row in rows))


def large_rows(lines: Sequence[Sequence[tuple[str, int]]], source: Source) -> Tree:
    """Many numbers in float64."""
    import numpy as np

    for line in lines:
        for cell, start in line:
            if not CELL.fullmatch(cell):
                cell_number(cell, start, source)
    array = np.array([[float(cell) for cell, _ in line] for line in lines])
    return Data(array[:, 0] if array.shape[1] == 1 else array)


def cells_of(text: str, separator: str) -> list[Sequence[tuple[str, int]]]:
    """The cells of each line, without blanks and quotes around them, each with its offset."""
    lines: list[Sequence[tuple[str, int]]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        cells = []
        place_in_line = offset
        for cell in line.rstrip("\r\n").split(separator):
            cells.append((cell.strip().strip('"').strip(), place_in_line))
            place_in_line += len(cell) + 1
        lines.append(cells)
        offset += len(line)
    return lines


def cell_number(cell: str, start: int, source: Source) -> Tree:
    """A cell's number, exact as it stands."""
    if len(cell) > CELL_CHARACTERS or not CELL.fullmatch(cell):
        raise GradcliError("file", "this cell is no number", Span(source, start, start + max(1, min(len(cell), 10))))
    from fractions import Fraction

    return signed(Fraction(cell), decimal=not cell.lstrip("+-").isdigit())


def require_cells(count: int, path: str, span: Span | None) -> None:
    """Raise `limit` for an array past the limit of entries."""
    if count > limits.DATA_NUMBERS:
        raise GradcliError("limit", f"'{path}' holds {count} numbers; the limit is {limits.DATA_NUMBERS}", span)
