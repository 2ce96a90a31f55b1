"""Points as text: csv, tsv, and JSON objects one a line, read a few megabytes at a time."""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from gradcli.points.arrays import doubles
from gradcli.points.table import MISSING, SKIPPING, Rows, column_name, listed, refuse
from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, BinaryIO, Final, NoReturn

    from numpy.typing import NDArray

    from gradcli.points.native.csv_text import Numerals

    Array = NDArray[np.float64]

CHUNK_BYTES: Final = 1 << 22
LINE_BYTES: Final = 1 << 26
"""The longest line."""

ARROW_BYTES: Final = 1 << 24
"""Bytes from which on pyarrow, if it is there, repays the time of importing it."""

MARKED_LINES: Final = 1_000_000
"""Lines up to this are shown with a caret."""

NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def refuse_line(path: str, line: int, text: str, start: int, end: int, message: str, hint: str | None) -> NoReturn:
    """Raise `points` with the place in a line of a file."""
    name = "standard input" if path == "-" else path
    if line > MARKED_LINES:
        refuse(path, f"line {line}: {message}", hint)
    # line breaks stand for the lines before, which are not kept
    before = line - 1
    source = Source(name, "\n" * before + text, is_file=True, is_data=True)
    raise GradcliError("points", message, Span(source, before + start, before + max(end, start + 1)), hint)


def utf8_of_utf16(path: str) -> Callable[[bytes], bytes]:
    """What turns UTF-16, the text of PowerShell and of Excel's "Unicode text", into UTF-8, piece by piece."""
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-16")()

    def turned(chunk: bytes) -> bytes:
        try:
            return decoder.decode(chunk, not chunk).encode()
        except UnicodeError:
            refuse(path, "it begins as UTF-16 and goes on otherwise", "save it as UTF-8")

    return turned


class Lines:
    """Whole lines of a stream, a few megabytes at a time, and the number of the next line (from 1).

    unit    what a line is to its reader: an element, where the lines are made of a JSON array
    """

    def __init__(self, path: str, stream: BinaryIO, size: int | None, unit: str = "line") -> None:
        self.path, self.stream, self.size, self.unit = path, stream, size, unit
        self.rest = b""
        self.taken = 0
        self.line = 1
        self.started = False
        self.utf8: Callable[[bytes], bytes] | None = None

    def first(self) -> str:
        """The first line that is not blank; "" where there is none."""
        while True:
            end = self.rest.find(b"\n")
            if end < 0 and self.more():
                continue
            line, self.rest = (self.rest[: end + 1], self.rest[end + 1 :]) if end >= 0 else (self.rest, b"")
            if not line:
                return ""
            self.line += 1
            if line.strip():
                return decoded(self.path, line, self.line - 1).strip("\r\n")

    def more(self) -> bool:
        """Read on; False at the end."""
        try:
            chunk = self.stream.read(CHUNK_BYTES)
        except (OSError, EOFError) as error:
            refuse(self.path, f"cannot be read: {str(getattr(error, 'strerror', None) or error).lower()}")
        if not self.started and chunk:
            self.started = True
            self.utf8 = utf8_of_utf16(self.path) if chunk[:2] in UTF16_MARKS else None
            chunk = chunk.removeprefix(BYTE_ORDER_MARK)
        self.taken += len(chunk)
        self.rest += self.utf8(chunk) if self.utf8 else chunk
        if len(self.rest) > LINE_BYTES:
            refuse(self.path, f"line {self.line} is longer than {LINE_BYTES} bytes", "one point a line")
        return bool(chunk)

    def chunks(self) -> Iterator[tuple[int, bytes]]:
        """Whole lines, each chunk with the number of its first line; every line ends in a line break."""
        while True:
            end = self.rest.rfind(b"\n")
            if end < 0:
                if self.more():
                    continue
                if not self.rest:
                    return
                chunk, self.rest = self.rest + b"\n", b""
            else:
                chunk, self.rest = self.rest[: end + 1], self.rest[end + 1 :]
            first = self.line
            self.line += int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == 10))
            yield first, chunk

    def progress(self) -> float | None:
        """The part that was read."""
        return None if not self.size else (self.taken - len(self.rest)) / self.size


class TextTable:
    """What csv and JSON lines have in common: rows whose lines are known."""

    rows: int | None = None
    gaps = False
    keep: tuple[int, ...] = ()

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.path = lines.path
        self.names: tuple[str, ...] | None = None
        self.width = 0
        self.starts: list[tuple[int, int]] = []

    def progress(self) -> float | None:
        """The part that was read."""
        return self.lines.progress()

    def close(self) -> None:
        """Let go of the file."""
        self.lines.stream.close()

    def place(self, row: int) -> str:
        """The line of a row of the last block: exact where no line is blank."""
        first, line = self.starts[-1] if self.starts else (0, 1)
        return f"{self.lines.unit} {line + row - first}"

    def cut(self, first: int, line: int, table: Array, kept: Sequence[Sequence[Any]], size: int) -> Iterator[Rows]:
        """A chunk's rows as blocks. `kept`: the values that are carried through, row by row."""
        self.starts = [(first, line)]
        columns = list(zip(*kept, strict=True)) if kept else [()] * len(self.keep)
        for start in range(0, len(table), size):
            part = table[start : start + size]
            carried = tuple(column[start : start + size] for column in columns)
            yield Rows(first + start, tuple(part[:, i] for i in range(table.shape[1])), None, carried)


class Separated(TextTable):
    """csv and tsv, with or without a first line of names. `numerals`: what reads plain lines the fastest."""

    def __init__(self, lines: Lines, separator: str, numerals: Numerals | None = None) -> None:
        super().__init__(lines)
        self.numerals = numerals
        head = lines.first()
        if not head:
            refuse(self.path, "it is empty", "a first line of names (a header), then one point a line")
        self.separator = separator if separator in head else next((s for s in ",;\t" if s in head), separator)
        cells = self.cells_of(head)
        self.width = len(cells)
        if all(NUMBER.fullmatch(cell) for cell in cells):
            self.names = None
            lines.rest = head.encode() + b"\n" + lines.rest
            lines.line -= 1
        else:
            self.names = tuple(column_name(cell) for cell in cells)

    def cells_of(self, head: str) -> list[str]:
        """The cells of the first line."""
        try:
            return next(csv.reader([head], delimiter=self.separator), [])
        except csv.Error:
            # a carriage return within the line, or a cell without end
            refuse(self.path, f"line {self.lines.line - 1}: it cannot be read as cells", "one point a line")

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        first = 0
        quick = None if self.numerals else self.quick(wanted)
        for line, chunk in self.lines.chunks():
            table = None
            if self.numerals is not None:
                table = self.numerals.read(chunk, self.lines.line - line, self.separator, self.width, wanted)
            if table is None:
                quick = quick or self.quick(wanted)
                table = quick(chunk) if self.is_regular(chunk) else None
            if table is None or not np.isfinite(table).all():
                table, kept = self.careful(chunk, line, wanted)
            else:
                kept = self.kept_cells(chunk, line)
            yield from self.cut(first, line, table, kept, size)
            first += len(table)

    def kept_cells(self, chunk: bytes, line: int) -> list[list[str]]:
        """What is carried through of regular text, row by row."""
        if not self.keep:
            return []
        rows = [text.rstrip("\r").split(self.separator) for text in decoded(self.path, chunk, line).split("\n")[:-1]]
        return [[cells[place] for place in self.keep] for cells in rows]

    def is_regular(self, chunk: bytes) -> bool:
        """Has every line as many cells as there are columns, and no quotes? (A quoted cell may hold a separator.)"""
        if b'"' in chunk or b"\r" in chunk.replace(b"\r\n", b"\n"):
            return False
        data = np.frombuffer(chunk, dtype=np.uint8)
        found = data[(data == ord(self.separator)) | (data == 10)]
        if found.size % self.width:
            return False
        lines = found.reshape(-1, self.width)
        return bool((lines[:, -1] == 10).all() and (lines[:, :-1] != 10).all())

    def quick(self, wanted: Sequence[int]) -> Callable[[bytes], Array | None]:
        """What reads regular text: pyarrow for much of it, else NumPy. None where a cell is no number."""
        if self.lines.size is None or self.lines.size > ARROW_BYTES:
            try:
                return arrow_reader(self.separator, self.width, wanted)
            except ImportError:
                pass

        def read(chunk: bytes) -> Array | None:
            try:
                text = io.TextIOWrapper(io.BytesIO(chunk), "utf-8")
                return np.loadtxt(text, delimiter=self.separator, usecols=wanted, comments=None, ndmin=2)
            except ValueError:
                return None

        return read

    def careful(self, chunk: bytes, line: int, wanted: Sequence[int]) -> tuple[Array, list[list[str]]]:
        """Cell by cell: quotes, blank lines, which cell is wrong, and what is carried through."""
        found, kept = [], []
        reader = csv.reader(io.StringIO(decoded(self.path, chunk, line), newline=""), delimiter=self.separator)
        try:
            for cells in reader:
                if not cells or (len(cells) == 1 and not cells[0].strip()):
                    continue
                here = line + reader.line_num - 1
                if len(cells) != self.width:
                    has = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
                    message = f"the line has {has}, and the first line has {self.width}"
                    refuse_line(self.path, here, self.separator.join(cells), 0, 1, message, "one point a line")
                found.append([self.number(cells, i, here) for i in wanted])
                kept.append([cells[place] for place in self.keep])
        except csv.Error as error:
            refuse(self.path, f"line {line + reader.line_num - 1}: {error}")
        return np.array(found, dtype=np.float64).reshape(-1, len(wanted)), kept

    def number(self, cells: Sequence[str], column: int, line: int) -> float:
        """A cell's number."""
        cell = cells[column]
        if self.gaps and cell.strip().lower() in MISSING:
            return float("nan")
        value = float(cell) if len(cell) < 400 and NUMBER.fullmatch(cell) else None
        if value is not None and abs(value) < float("inf"):
            return value
        start = sum(len(other) + 1 for other in cells[:column])
        name = listed([self.names[column] if self.names else str(column + 1)])
        if not cell.strip():
            message, hint = f"column {name}: the cell is empty", SKIPPING
        elif value is not None or cell.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
            message, hint = f"column {name}: {quoted(cell)} is no finite number", "a point has finite coordinates"
        else:
            message, hint = f"column {name}: {quoted(cell)} is no number", "numbers are written as -1.5e3"
        return refuse_line(self.path, line, self.separator.join(cells), start, start + len(cell), message, hint)


def arrow_reader(separator: str, width: int, wanted: Sequence[int]) -> Callable[[bytes], Array | None]:
    """Read by pyarrow, on all cores. Raises ImportError where it is not installed."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    names = [str(i) for i in range(width)]
    chosen = [names[i] for i in wanted]
    reading = arrow_csv.ReadOptions(column_names=names, block_size=CHUNK_BYTES)
    parsing = arrow_csv.ParseOptions(delimiter=separator, quote_char=False)
    converting = arrow_csv.ConvertOptions(
        column_types={name: pyarrow.float64() for name in chosen}, include_columns=chosen, null_values=[]
    )

    def read(chunk: bytes) -> Array | None:
        try:
            table = arrow_csv.read_csv(io.BytesIO(chunk), reading, parsing, converting)
        except pyarrow.ArrowInvalid:
            return None
        columns = [table.column(name).chunks for name in chosen]
        return np.column_stack([np.concatenate([doubles(part) for part in parts]) for parts in columns])

    return read


def decoded(path: str, data: bytes, line: int) -> str:
    """The text that bytes are."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        here = line + data.count(b"\n", 0, error.start)
        kind = "a binary file" if b"\0" in data[:4096] else f"not UTF-8 (line {here})"
        refuse(path, f"it is {kind}", "csv is text; other kinds are .npy, .npz, .parquet, .jsonl")


class JsonLines(TextTable):
    """One JSON object a line, keys are names; arrays are lists, or keys such as `x[0]`."""

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        head = lines.first()
        if not head:
            refuse(self.path, "it is empty", 'one object a line: {"x1": 1, "x2": 2}')
        lines.rest = head.encode() + b"\n" + lines.rest
        lines.line -= 1
        values = flattened(self.parse(head, lines.line))
        self.is_list = values is None
        self.names = None if values is None else tuple(values)
        self.width = len(self.parse(head, lines.line)) if values is None else len(values)

    def parse(self, text: str, line: int) -> Any:
        """The object of a line."""
        import json

        try:
            found = json.loads(text, parse_constant=float)
        except (ValueError, RecursionError) as error:
            reason = str(error).partition(":")[0].lower()
            refuse_line(self.path, line, text, 0, 1, f"this is no JSON object ({reason})", '{"x1": 1, "x2": 2}')
        if not isinstance(found, dict | list):
            refuse_line(self.path, line, text, 0, 1, "this is no JSON object", '{"x1": 1, "x2": 2}')
        return found

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        first = 0
        for line, chunk in self.lines.chunks():
            found, kept = [], []
            for here, text in enumerate(decoded(self.path, chunk, line).split("\n"), line):
                if text.strip():
                    values = self.parse(text, here)
                    found.append(self.row(values, here, wanted))
                    kept.append(self.kept_values(values))
            table = np.array(found, dtype=np.float64).reshape(-1, len(wanted))
            yield from self.cut(first, line, table, kept, size)
            first += len(table)

    def kept_values(self, values: Any) -> list[Any]:
        """What is carried through of a line; None where it is absent."""
        if not self.keep:
            return []
        assert self.names is not None
        flat = flattened(values) or {}
        return [values.get(name, flat.get(name)) for name in (self.names[place] for place in self.keep)]

    def row(self, values: Any, line: int, wanted: Sequence[int]) -> list[float]:
        """The numbers of a line."""
        if self.is_list:
            if not isinstance(values, list) or len(values) != self.width:
                refuse(self.path, f"{self.lines.unit} {line} is no list of {self.width} numbers, as the first line is")
            return [self.number(values[i], line, str(i + 1)) for i in wanted]
        assert self.names is not None
        if not isinstance(values, dict):
            refuse(self.path, f"{self.lines.unit} {line} is no JSON object", '{"x1": 1, "x2": 2}')
        numbers = []
        flat: dict[str, Any] | None = None
        for i in wanted:
            name = self.names[i]
            if name in values:
                numbers.append(self.number(values[name], line, name))
                continue
            flat = flattened(values) if flat is None else flat
            if self.gaps and flat is not None and name not in flat:
                numbers.append(float("nan"))
                continue
            if flat is None or name not in flat:
                refuse(
                    self.path,
                    f"{self.lines.unit} {line} has no {quoted(name)}",
                    SKIPPING,
                )
            numbers.append(self.number(flat[name], line, name))
        return numbers

    def number(self, value: Any, line: int, name: str) -> float:
        """A number of JSON; texts, truth values and what is not finite are refused."""
        if self.gaps and (value is None or value != value):
            return float("nan")
        where = f"{self.lines.unit} {line}, key {listed([name])}"
        if type(value) not in (int, float):
            refuse(self.path, f"{where}: {quoted(str(value))} is no number", "numbers stand without quotes")
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if not abs(number) < float("inf"):
            refuse(self.path, f"{where}: no finite number", "a point has finite coordinates")
        return number


def flattened(values: Any) -> dict[str, Any] | None:
    """Keys as columns are called: the entries of a list are `x[0]`, of nested lists `X[0,1]`. None for a list."""
    if isinstance(values, list):
        return None
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = column_name(key)
        if not isinstance(value, list):
            flat[name] = value
            continue
        for i, entry in enumerate(value):
            if isinstance(entry, list):
                flat.update({f"{name}[{i},{j}]": inner for j, inner in enumerate(entry)})
            else:
                flat[f"{name}[{i}]"] = entry
    return flat
