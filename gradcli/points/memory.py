"""Numbers in memory: points as arrays, mappings and frames, their answers as columns, one answer as an array."""

from __future__ import annotations

import numpy as np

from gradcli.codegen.numpy_machine import Native
from gradcli.points.arrays import ArrayTable
from gradcli.points.engine import Engine
from gradcli.points.run import Run
from gradcli.points.table import Rows, column_name, refuse
from gradcli.points.writers import problem_line
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.codegen.straightline import StraightLine
    from gradcli.points.program import ManyPoints
    from gradcli.records import Readable

    Quicker = Callable[[StraightLine, int, bool, int], Engine | None]
    """The engine of code, of the number of its columns, whether it marks rows, and the number of rows."""

SOURCE = "points"
"""What the table is called in messages."""


class Memory(ArrayTable):
    """Columns of numbers, by name or (None) in the order of the variables."""

    def __init__(self, names: tuple[str, ...] | None, columns: Sequence[Any]) -> None:
        super().__init__(SOURCE, names, len(columns), len(columns[0]) if columns else 0)
        self.columns = columns

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        for start in range(0, self.rows or 0, size):
            self.done = start
            yield Rows(start, tuple(self.columns[i][start : start + size] for i in wanted))


def table_of(points: Any) -> Memory:
    """The table of points in any form: an (N, n) array or rows, a mapping of columns, a frame of pandas or polars.

    A column may be an array of vectors or matrices: it is one column an entry. Raises `points` for what is no table.
    """
    if hasattr(points, "columns") and hasattr(points, "__getitem__"):
        points = {str(name): points[name] for name in points.columns}
    elif isinstance(points, list | tuple) and points and all(hasattr(row, "keys") for row in points):
        names = points[0].keys()
        if any(row.keys() != names for row in points):
            refuse(SOURCE, "every point needs the same names")
        points = {name: [row[name] for row in points] for name in names}
    if not hasattr(points, "items"):
        array = reals(points, "the points")
        if array.ndim == 1 and not array.size:
            array = array.reshape(0, 0)
        if array.ndim != 2:
            refuse(SOURCE, f"an array of {array.ndim} axes is no table", "an (N, n) array, or columns by name")
        return Memory(None, list(np.ascontiguousarray(array.T)))
    found: dict[str, Any] = {}
    lengths = {}
    for name, values in points.items():
        array = reals(values, f"column {name}")
        lengths[name] = len(array) if array.ndim else 1
        for index in np.ndindex(array.shape[1:]):
            label = f"{name}[{','.join(map(str, index))}]" if index else str(name)
            found[column_name(label)] = array[(slice(None), *index)] if array.ndim else array.reshape(1)
    if len(set(lengths.values())) > 1:
        refuse(SOURCE, "columns of different lengths", ", ".join(f"{name}: {n}" for name, n in lengths.items()))
    return Memory(tuple(found), list(found.values()))


def reals(values: Any, what: str) -> Any:
    """Numbers in float64; None is no number. Columns of text, of dates, of objects are refused when they are used."""
    try:
        array = np.asarray(values)
    except ValueError:
        refuse(SOURCE, f"{what}: rows of different lengths")
    if array.dtype.kind == "O":
        try:
            return np.array(array.tolist(), dtype=np.float64)
        except (TypeError, ValueError):
            return array
    return array.astype(np.float64, copy=False) if array.dtype.kind in "iufb" else array


def columns_at(many: ManyPoints, table: Memory, missing: str | None, quicker: Quicker | None = None) -> dict[str, Any]:
    """`value`, the derivatives and `problem` as columns: numbers with nan where there is none, and why, in words.

    `quicker`: another engine for the code, if there is one.
    """
    code, marked = many.code(Native())
    places = [table.names.index(name) for name in many.inputs if name in table.names] if table.names else None
    for place in range(table.width) if places is None else places:
        if table.columns[place].dtype.kind != "f":
            name = table.names[place] if table.names else place + 1
            refuse(SOURCE, f"column {name} holds no numbers")
    shown = len(many.columns)
    engine = (quicker and quicker(code, shown, marked, table.rows or 0)) or Engine(code, shown, marked)
    run = Run(table, many, engine, missing)
    parts = list(run.answers())
    problems = np.full(table.rows or 0, "", dtype=object)
    for part in parts:
        for row, found in part.problems.items():
            problems[part.rows.number(row)] = problem_line(found)
    whole = np.concatenate([part.table for part in parts]) if parts else np.empty((0, len(many.columns)))
    return {**{name: whole[:, i] for i, name in enumerate(many.columns)}, "problem": problems}


def array_of(answer: Readable) -> Any:
    """The gradient, Jacobian or Hessian in float64, what does not exist as nan; None where there are no numbers.

    Shapes: that of the answer, (n,) or (1, n) for a gradient by scalars; a mapping by variable where the answer has one
    shape for each.
    """
    for name in ("jacobian", "hessian"):
        if hasattr(answer, name):
            rows = getattr(answer, name)
            return None if rows is None else numbers(rows)
    gradient: Mapping[str, Any] | None = getattr(answer, "gradient", None)
    if gradient is None:
        return None
    shape = getattr(answer, "shape", None)
    if shape is None:  # of a chain, by variable or one number each
        whole = all(not isinstance(value, list) for value in gradient.values())
        return numbers(list(gradient.values())) if whole else {name: numbers(v) for name, v in gradient.items()}
    if hasattr(shape, "items"):
        return {name: numbers(gradient[name]).reshape(size) for name, size in shape.items()}
    values = list(gradient.values())
    return numbers(values[0] if len(values) == 1 else values).reshape(shape)


def numbers(values: float | Sequence[Any]) -> Any:
    """Nested lists as an array, None as nan."""
    return np.array(values, dtype=np.float64)
