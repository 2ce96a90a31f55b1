"""Answers at many points, written block by block: csv, JSON lines, npy, npz, parquet."""

from __future__ import annotations

import numpy as np

from gradcli.points.arrays import arrow_parquet
from gradcli.points.kept import as_cell, as_json, as_text
from gradcli.points.spools import Spool
from gradcli.records import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from typing import Any, BinaryIO, Final

    from gradcli.points.native.csv_text import Numerals
    from gradcli.points.run import Answers
    from gradcli.problems import Problem

ENDINGS: Final = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".npy": "npy",
    ".npz": "npz",
    ".parquet": "parquet",
}
ARROW_ROWS: Final = 4096
"""Rows in the first block from which on pyarrow writes the csv, if it is there."""

SEEKING: Final = ("npy", "npz")
"""Formats that say at the beginning how much there is."""


class BlockWriter(Protocol):
    """What takes answers."""

    def write(self, answers: Answers) -> None:
        """Write a block."""

    def finish(self) -> None:
        """Write what stands at the end."""


class Behind:
    """Writes a block in a thread of its own while the next one is evaluated; an error comes up with the next block."""

    def __init__(self, writer: BlockWriter) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self.writer = writer
        self.pool = ThreadPoolExecutor(1, "writer")
        self.pending: Future[None] | None = None

    def write(self, answers: Answers) -> None:
        """Have a block written, once the one before is."""
        self.settle()
        self.pending = self.pool.submit(self.writer.write, answers)

    def settle(self) -> None:
        """Wait for the block that is being written."""
        if self.pending is not None:
            self.pending.result()

    def finish(self) -> None:
        """Write what stands at the end."""
        self.settle()
        self.pool.shutdown()
        self.writer.finish()


def problem_line(problems: Sequence[Problem]) -> str:
    """The problems of a row in one cell: `x1: not-differentiable: abs has a kink at ...`.

    Where the value does not exist that alone is said: no derivative does.
    """
    parts = []
    for problem in [problem for problem in problems if problem.variable is None] or problems:
        name = "value" if problem.variable is None else problem.place
        parts.append(f"{name}: {problem.kind}: {problem.message}")
    return "; ".join(dict.fromkeys(parts))


def all_columns(answers: Answers) -> Any:
    """Coordinates and numbers side by side; negative zeros are zeros for readers."""
    return np.column_stack([*answers.rows.columns, answers.table]) + 0.0


class CsvWriter:
    """A header, then one row a point, what is carried through first; what does not exist is an empty cell."""

    def __init__(
        self,
        stream: BinaryIO,
        inputs: Sequence[str],
        columns: Sequence[str],
        kept: Sequence[str] = (),
        numerals: Numerals | None = None,
    ) -> None:
        self.stream, self.numerals = stream, numerals
        self.names = [*kept, *inputs, *columns, "problem"]
        self.arrow: Any = None
        self.write_text(",".join(map(as_cell, self.names)) + "\n")
        self.form = "%r," * (len(inputs) + len(columns)) + "\n"

    def write_text(self, text: str) -> None:
        """Write UTF-8."""
        self.stream.write(text.encode())

    def write(self, answers: Answers) -> None:
        """Write a block: by compiled C, or by pyarrow where it is there and the first block is long."""
        if self.numerals is not None and not answers.rows.kept:
            self.write_quickly(answers, self.numerals)
            return
        if self.arrow is None:
            self.arrow = arrow_text(self.names) if len(answers.table) >= ARROW_ROWS else False
        if self.arrow:
            self.stream.write(self.arrow(answers))
        elif answers.rows.kept:
            self.write_kept(answers)
        else:
            self.write_plainly(answers)

    def write_kept(self, answers: Answers) -> None:
        """Write a block row by row, what is carried through in front."""
        kept = zip(*answers.rows.kept, strict=True)
        lines = []
        for row, (values, numbers) in enumerate(zip(kept, all_columns(answers).tolist(), strict=True)):
            cells = [as_cell(as_text(value)) for value in values]
            cells += ["" if number != number else repr(number) for number in numbers]
            lines.append(",".join([*cells, as_cell(problem_line(answers.problems.get(row, ())))]) + "\n")
        self.write_text("".join(lines))

    def write_plainly(self, answers: Answers) -> None:
        """Write a block number by number."""
        table = all_columns(answers)
        start = 0
        for row in [*sorted(answers.problems), len(table)]:
            self.write_text(self.form * (row - start) % tuple(table[start:row].ravel().tolist()))
            if row < len(table):
                self.write_problem(table[row].tolist(), answers.problems[row])
            start = row + 1

    def write_problem(self, numbers: Sequence[float], problems: Sequence[Problem]) -> None:
        """Write a row with problems."""
        cells = ["" if number != number else repr(number) for number in numbers]
        why = problem_line(problems).replace('"', '""')
        self.write_text(",".join(cells) + f',"{why}"\n')

    def write_quickly(self, answers: Answers, numerals: Numerals) -> None:
        """The same by compiled C."""
        columns = [np.asarray(column, dtype=np.float64) for column in (*answers.rows.columns, *answers.table.T)]
        start, count = 0, len(answers.table)
        for row in [*sorted(answers.problems), count]:
            for piece in numerals.pieces([column[start:row] for column in columns], "\n"):
                self.stream.write(piece)
            if row < count:
                self.write_problem([float(column[row]) + 0.0 for column in columns], answers.problems[row])
            start = row + 1

    def finish(self) -> None:
        """Nothing stands at the end."""


def arrow_text(names: Sequence[str]) -> Any:
    """A function that makes the csv of a block by pyarrow, five times as fast; False where it is not installed."""
    try:
        import pyarrow
        from pyarrow import csv
    except ImportError:
        return False
    options = csv.WriteOptions(include_header=False, quoting_style="needed")

    def text(answers: Answers) -> Any:
        sink = pyarrow.BufferOutputStream()
        csv.write_csv(pyarrow.Table.from_arrays(arrow_columns(answers), names=list(names)), sink, options)
        return memoryview(sink.getvalue())

    return text


def arrow_columns(answers: Answers) -> list[Any]:
    """Coordinates, numbers and problems as pyarrow's arrays; what does not exist is null."""
    lines = {row: problem_line(problems) for row, problems in answers.problems.items()}
    numbers = [arrow_numbers(column) for column in (*answers.rows.columns, *answers.table.T)]
    kept = [arrow_texts(dict(enumerate(map(as_text, column))), len(column)) for column in answers.rows.kept]
    return [*kept, *numbers, arrow_texts(lines, len(answers.table))]


def arrow_numbers(column: Any) -> Any:
    """A column of float64 in pyarrow's form, nan as null. (`pyarrow.array` imports pandas, which takes longer.)"""
    import pyarrow

    values = np.asarray(column, dtype=np.float64) + 0.0
    there = ~np.isnan(values)
    count = len(values) - int(np.count_nonzero(there))
    return pyarrow.Array.from_buffers(
        pyarrow.float64(), len(values), [bits(there) if count else None, pyarrow.py_buffer(values)], count
    )


def arrow_texts(lines: Mapping[int, str], count: int) -> Any:
    """A column of texts, by their rows, in pyarrow's form; the others are null."""
    import pyarrow

    if not lines:
        return pyarrow.nulls(count, pyarrow.string())
    there = np.zeros(count, dtype=bool)
    ends = np.zeros(count + 1, dtype=np.int64)
    data = []
    for row in sorted(lines):
        data.append(lines[row].encode())
        there[row], ends[row + 1] = True, len(data[-1])
    buffers = [bits(there), pyarrow.py_buffer(np.cumsum(ends)), pyarrow.py_buffer(b"".join(data))]
    found = pyarrow.Array.from_buffers(pyarrow.large_string(), count, buffers, count - len(lines))
    return found.cast(pyarrow.string())


def bits(there: Any) -> Any:
    """Truth values as pyarrow's map of what is there."""
    import pyarrow

    return pyarrow.py_buffer(np.packbits(there, bitorder="little"))


class LineWriter:
    """One JSON object a row, with the same keys as the columns of csv; what does not exist is null."""

    def __init__(
        self, stream: BinaryIO, inputs: Sequence[str], columns: Sequence[str], kept: Sequence[str] = ()
    ) -> None:
        from gradcli.text.strict_json import json_text

        self.stream = stream
        keys = [json_text(name) for name in (*kept, *inputs, *columns)]
        self.form = "{" + ", ".join(f"{key.replace('%', '%%')}: %s" for key in keys) + ', "problem": %s}\n'

    def write(self, answers: Answers) -> None:
        """Write a block."""
        from gradcli.text.strict_json import json_text

        lines = []
        for row, numbers in enumerate(all_columns(answers).tolist()):
            problems = answers.problems.get(row)
            kept = [as_json(column[row]) for column in answers.rows.kept] if answers.rows.kept else ()
            if problems is None:
                lines.append(self.form % (*kept, *map(repr, numbers), "null"))
            else:
                cells = ["null" if number != number else repr(number) for number in numbers]
                lines.append(self.form % (*kept, *cells, json_text(problem_line(problems))))
        self.stream.write("".join(lines).encode())

    def finish(self) -> None:
        """Nothing stands at the end."""


class ArrayWriter:
    """An .npy file: the columns from `value` on, as float64; nan where there is no number."""

    def __init__(self, stream: BinaryIO, width: int) -> None:
        self.stream, self.width, self.rows = stream, width, 0
        self.start = stream.tell()
        self.head = self.header()
        stream.write(self.head)

    def header(self) -> bytes:
        """The header for so many rows. NumPy leaves room in it for a longer number of rows."""
        import io

        head = io.BytesIO()
        fields = {"descr": "<f8", "fortran_order": False, "shape": (self.rows, self.width)}
        np.lib.format.write_array_header_1_0(head, fields)
        return head.getvalue()

    def write(self, answers: Answers) -> None:
        """Write a block."""
        table: Any = answers.table
        if table.dtype != "<f8" or not table.flags.c_contiguous:
            table = np.empty(answers.table.shape, dtype="<f8")
            for place, column in enumerate(answers.table.T):  # NumPy turns a whole table round in twice the time
                table[:, place] = column
        self.stream.write(memoryview(table).cast("B"))
        self.rows += len(table)

    def finish(self) -> None:
        """Put the number of rows into the header."""
        head = self.header()
        assert len(head) == len(self.head)
        end = self.stream.tell()
        self.stream.seek(self.start)
        self.stream.write(head)
        self.stream.seek(end)


class ArchiveWriter:
    """An .npz file with one array, `out`: the same as in npy."""

    def __init__(self, stream: BinaryIO, width: int) -> None:
        self.stream = stream
        self.draft = Spool()
        self.inner = ArrayWriter(cast("BinaryIO", self.draft), width)

    def write(self, answers: Answers) -> None:
        """Write a block."""
        self.inner.write(answers)

    def finish(self) -> None:
        """Put the array into the archive."""
        import shutil
        import zipfile

        self.inner.finish()
        self.draft.seek(0)
        with zipfile.ZipFile(self.stream, "w") as archive, archive.open("out.npy", "w", force_zip64=True) as member:
            shutil.copyfileobj(self.draft, member, 1 << 20)
        self.draft.close()


class ParquetWriter:
    """A parquet file, by pyarrow: the columns of csv; what does not exist is null.

    What is carried through is text, but for columns of other parquet files (`types`), which stay what they are.
    """

    def __init__(
        self,
        stream: BinaryIO,
        inputs: Sequence[str],
        columns: Sequence[str],
        kept: Sequence[str] = (),
        types: Sequence[Any] = (),
    ) -> None:
        import pyarrow

        parquet = arrow_parquet()
        self.types = types
        carried = zip(kept, types or [pyarrow.string()] * len(kept), strict=True)
        numbers = [(name, pyarrow.float64()) for name in (*inputs, *columns)]
        self.schema = pyarrow.schema([*carried, *numbers, ("problem", pyarrow.string())])
        # numbers seldom repeat: a dictionary of them doubles the time and takes a quarter more room
        self.writer = parquet.ParquetWriter(stream, self.schema, use_dictionary=[*kept, "problem"])

    def write(self, answers: Answers) -> None:
        """Write a block."""
        import pyarrow

        columns = arrow_columns(answers)
        for place, kind in enumerate(self.types):
            columns[place] = pyarrow.array(answers.rows.kept[place], kind)
        self.writer.write_table(pyarrow.Table.from_arrays(columns, schema=self.schema))

    def finish(self) -> None:
        """Write the foot."""
        self.writer.close()


def make_writer(
    form: str,
    stream: BinaryIO,
    inputs: Sequence[str],
    columns: Sequence[str],
    kept: Sequence[str] = (),
    types: Sequence[Any] = (),
    numerals: Numerals | None = None,
) -> BlockWriter:
    """The writer of a format. `kept`: the names of columns that are carried through; `types`: theirs in parquet."""
    if form in SEEKING:
        return (ArrayWriter if form == "npy" else ArchiveWriter)(stream, len(columns))
    if form == "parquet":
        return ParquetWriter(stream, inputs, columns, kept, types)
    if form == "csv":
        return CsvWriter(stream, inputs, columns, kept, numerals)
    return LineWriter(stream, inputs, columns, kept)
