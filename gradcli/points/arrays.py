"""Points as arrays: npy and npz (NumPy's own, never pickles), parquet (pyarrow), and lattices that are only counted."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np

from gradcli.points.table import SKIPPING, Rows, column_name, damage_named, open_file, refuse
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, Final

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Heads = Mapping[str, tuple[tuple[int, ...], np.dtype[Any]]]

NUMBERS: Final = "biuf"
"""Kinds of NumPy's types that are real numbers."""

EXACT: Final = 2**53
"""Whole numbers up to this are float64 numbers."""


class ArrayTable(ABC):
    """Rows of known number, each told by its number."""

    gaps = False
    keep: tuple[int, ...] = ()

    def __init__(self, path: str, names: tuple[str, ...] | None, width: int, rows: int) -> None:
        self.path, self.names, self.width = path, names, width
        self.rows: int | None = rows
        self.done = 0

    @abstractmethod
    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""

    def place(self, row: int) -> str:
        """The number of a row, from 1."""
        return f"row {row + 1}"

    def progress(self) -> float | None:
        """The part that was read."""
        return self.done / max(1, self.rows or 1)

    def close(self) -> None:
        """Let go of the file."""
        self.done = self.rows or 0


class NumberFile(ArrayTable):
    """An .npy file, mapped: one column a variable, or a structured type with a field a variable."""

    def __init__(self, path: str) -> None:
        self.array = mapped(path)
        fields = self.array.dtype.names
        if fields is not None:
            kinds = [self.array.dtype[field] for field in fields]
            require_numbers(path, all(kind.kind in NUMBERS for kind in kinds) and self.array.ndim == 1)
            self.fields: list[Array] = [self.array[field] for field in fields]
            super().__init__(path, tuple(map(column_name, fields)), len(fields), len(self.array))
            return
        require_numbers(path, self.array.dtype.kind in NUMBERS)
        if self.array.ndim not in (1, 2):
            refuse(path, f"its array has {self.array.ndim} dimensions", "one row a point, one column a variable")
        table = self.array if self.array.ndim == 2 else self.array.reshape(-1, 1)
        self.fields = [table[:, i] for i in range(table.shape[1])]
        super().__init__(path, None, table.shape[1], table.shape[0])

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        for start in range(0, self.rows or 0, size):
            self.done = start
            kept = tuple(self.fields[i][start : start + size].tolist() for i in self.keep)
            yield Rows(start, tuple(self.fields[i][start : start + size] for i in wanted), None, kept)


def mapped(path: str) -> Array:
    """The array of an .npy file, of which only what is used is read."""
    open_file(path).close()
    with damage_named(path, "it is no .npy file of numbers", "numpy.save makes one"):
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(array, np.ndarray):
        refuse(path, "it is no .npy file of numbers", "numpy.save makes one; several arrays are an .npz file")
    return np.asarray(array)  # a plain array on the same map: slices of it are made faster


def require_numbers(path: str, are_numbers: bool) -> None:
    """Refuse texts, objects and complex numbers."""
    if not are_numbers:
        refuse(path, "it holds no real numbers", "one row a point, one column a variable")


class Member(NamedTuple):
    """One column inside of an .npz file: the array's name, its place in each row, and how a row looks."""

    array: str
    place: int
    kind: np.dtype[Any]
    width: int


class Archive(ArrayTable):
    """An .npz file: one array a variable, all of one length; an array of two dimensions is a vector a row.

    Arrays are read side by side, piece by piece, also where they are compressed.
    """

    def __init__(self, path: str) -> None:
        import zipfile

        open_file(path).close()
        with damage_named(path, "it is no .npz file of numbers", "numpy.savez(FILE, x1=..., x2=...)"):
            self.archive = zipfile.ZipFile(path)
            heads = {name: self.head(name) for name in self.archive.namelist() if name.endswith(".npy")}
        try:
            self.members, names, rows = self.arranged(path, heads)
        except BaseException:
            self.archive.close()
            raise
        super().__init__(path, tuple(names), len(names), rows)

    @staticmethod
    def arranged(path: str, heads: Heads) -> tuple[list[Member], list[str], int]:
        """The columns with their names, and the number of rows."""
        lengths = {shape[0] for shape, _ in heads.values() if shape}
        if len(lengths) != 1 or not all(len(shape) in (1, 2) for shape, _ in heads.values()):
            refuse(path, "its arrays are not all of one length", "numpy.savez(FILE, x1=..., x2=...)")
        require_numbers(path, all(kind.kind in NUMBERS for _, kind in heads.values()))
        names: list[str] = []
        members: list[Member] = []
        for array, (shape, kind) in heads.items():
            name = column_name(array.removesuffix(".npy"))
            width = shape[1] if len(shape) == 2 else 1
            names += [name] if len(shape) == 1 else [f"{name}[{i}]" for i in range(width)]
            members += [Member(array, i, kind, width) for i in range(width)]
        return members, names, lengths.pop()

    def head(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of an array."""
        with self.archive.open(name) as stream:
            shape, is_fortran, kind = read_head(stream)
            if is_fortran and len(shape) > 1:
                raise ValueError("an array in Fortran order")
            return shape, kind

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        arrays = {self.members[i].array: self.members[i] for i in (*wanted, *self.keep)}
        streams: dict[str, Any] = {}
        for name in arrays:
            with damage_named(self.path, f"{name} is damaged"):
                streams[name] = self.archive.open(name)
                read_head(streams[name])
        rows = self.rows or 0
        for start in range(0, rows, size):
            self.done = start
            count = min(size, rows - start)
            parts = {name: self.part(streams[name], member, count) for name, member in arrays.items()}
            columns = [parts[self.members[i].array][:, self.members[i].place] for i in (*wanted, *self.keep)]
            kept = tuple(column.tolist() for column in columns[len(wanted) :])
            yield Rows(start, tuple(columns[: len(wanted)]), None, kept)

    def part(self, stream: Any, member: Member, count: int) -> Array:
        """The next rows of an array."""
        size = count * member.width * member.kind.itemsize
        with damage_named(self.path, f"{member.array} is damaged"):
            data = stream.read(size)
        if len(data) != size:
            refuse(self.path, f"{member.array} ends too early")
        return np.frombuffer(data, dtype=member.kind).reshape(count, member.width)

    def close(self) -> None:
        """Let go of the file."""
        self.archive.close()


def read_head(stream: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and type of the array that begins here."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return read(stream)


class Parquet(ArrayTable):
    """A parquet file, by pyarrow: its columns by name. A missing value is no number."""

    def __init__(self, path: str) -> None:
        parquet = arrow_parquet()
        open_file(path).close()
        with damage_named(path, "it is no parquet file"):
            self.file = parquet.ParquetFile(path)
            self.columns = list(self.file.schema_arrow.names)
            self.types = list(self.file.schema_arrow.types)
            rows = int(self.file.metadata.num_rows)
        super().__init__(path, tuple(map(column_name, self.columns)), len(self.columns), rows)

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        names, keep = ([self.columns[i] for i in places] for places in (wanted, self.keep))
        start = 0
        with damage_named(self.path, "it is damaged"):
            batches = iter(self.file.iter_batches(batch_size=size, columns=list(dict.fromkeys([*names, *keep]))))
        while True:
            with damage_named(self.path, f"it is damaged behind row {start}"):
                batch = next(batches, None)
                if batch is None:
                    return
                columns = tuple(self.column(batch, name, start) for name in names)
                kept = tuple(batch.column(batch.schema.get_field_index(name)).to_pylist() for name in keep)
            self.done = start
            yield Rows(start, columns, None, kept)
            start += batch.num_rows

    def column(self, batch: Any, name: str, start: int) -> Array:
        """One column of a batch in float64."""
        import pyarrow

        column = batch.column(batch.schema.get_field_index(name))
        if not (pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type)):
            refuse(self.path, f"column {column_name(name)} holds no numbers ({column.type})")
        if column.null_count and not self.gaps:
            row = int(np.argmin(is_there(column)))
            refuse(self.path, f"row {start + row + 1}, column {column_name(name)}: there is no value", SKIPPING)
        return doubles(column)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def doubles(column: Any) -> Array:
    """Numbers in pyarrow's form as float64, null as nan. (Its own `to_numpy` imports pandas, which takes longer.)"""
    kind = np.dtype(column.type.to_pandas_dtype())
    first, count = column.offset, len(column)
    stored = column.buffers()[1]
    values: Any = np.frombuffer(stored, dtype=kind, count=first + count)[first:] if count else np.empty(0)
    if not column.null_count:
        return np.asarray(values, dtype=np.float64)
    return np.where(is_there(column), values, np.nan)


def is_there(column: Any) -> Array:
    """Which values of a column in pyarrow's form are not null."""
    places = np.frombuffer(column.buffers()[0], dtype=np.uint8)
    there = np.unpackbits(places, count=column.offset + len(column), bitorder="little")[column.offset :]
    return there.astype(bool)


def arrow_parquet() -> Any:
    """pyarrow's parquet, or the error that says how to get it."""
    try:
        from pyarrow import parquet
    except ImportError:
        hint = "pip install pyarrow"
        raise GradcliError("file", "parquet needs pyarrow, which is not installed", hint=hint) from None
    return parquet


class LatticeAxis(NamedTuple):
    """Evenly spaced numbers from `low` to `high`, both included: `size` of them."""

    low: Any
    high: Any
    size: int

    def values(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """The numbers at these places, each correctly rounded where the ends are short decimals.

        Place i of n has (low·(n - 1 - i) + high·i)/(n - 1).
        """
        steps = self.size - 1
        if steps == 0:
            return np.full(len(places), float(self.low))
        whole = math.lcm(self.low.denominator, self.high.denominator)
        low, high = int(self.low * whole), int(self.high * whole)
        i = places.astype(np.float64)
        if max(abs(low), abs(high), 1) * steps < EXACT and whole * steps < EXACT:
            return np.asarray((low * (steps - i) + high * i) / (whole * steps))
        return np.asarray(float(self.low) * ((steps - i) / steps) + float(self.high) * (i / steps))


class Lattice(ArrayTable):
    """All combinations of the values of some axes, the last one fastest. Points are made when they are asked for."""

    def __init__(self, axes: Mapping[str, LatticeAxis]) -> None:
        self.axes = list(axes.values())
        super().__init__("--grid", tuple(axes), len(axes), math.prod(axis.size for axis in axes.values()))

    def blocks(self, wanted: Sequence[int], size: int) -> Iterator[Rows]:
        """These columns of all rows."""
        behind = [math.prod(axis.size for axis in self.axes[i + 1 :]) for i in range(self.width)]
        for start in range(0, self.rows or 0, size):
            self.done = start
            numbers = np.arange(start, min(start + size, self.rows or 0), dtype=np.int64)
            yield Rows(start, tuple(self.axes[i].values(numbers // behind[i] % self.axes[i].size) for i in wanted))
