"""Tables of points and lattices, opened."""

from __future__ import annotations

import math
import os
import sys

from gradcli.problems import GradcliError, Source
from gradcli.records import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import Any, BinaryIO, Final

    from gradcli.points.table import Table


MAGIC: Final = (
    *((b"\x93NUMPY", ".npy"), (b"PK", ".npz"), (b"PAR1", ".parquet")),
    *((b"{", ".jsonl"), (b"[", ".jsonl"), (b"\x1f\x8b", ".gz")),
)
"""How files begin whose names do not tell what they are."""


ARRAYS: Final = (".npy", ".npz", ".parquet")
JSON: Final = (".jsonl", ".ndjson", ".json")
TEXTS: Final = (".csv", ".tsv", *JSON)

COMPILED_BYTES: Final = 1 << 24
"""From so much text on compiled C reads and writes it where it is there already."""

COMPILING_BYTES: Final = 1 << 26
"""From so much text on it is made."""

LARGEST_LATTICE: Final = 10**18
"""Points that a lattice can have: their numbers fit into 64 bits."""


def open_table(path: str, compiled: str = "never") -> Table:
    """A file of points by its ending, else by how it begins. Pipes (`-`, `<(...)`) are csv or JSON.

    Text may be compressed: `points.csv.gz`. `compiled`: `always`, `never`, `auto`: read much of it by compiled C.
    """
    from gradcli.points.table import open_file

    stream: Any = standard_input() if path == "-" else open_file(path) if is_pipe(path) else None
    ending = ending_in(path)
    if stream is None and ending not in (*TEXTS, *ARRAYS):
        with open_file(path) as file:
            head = file.read(64).lstrip()
        ending = next((found for magic, found in MAGIC if head.startswith(magic)), ".csv")
    if ending in ARRAYS and stream is None:
        from gradcli.points.arrays import Archive, NumberFile, Parquet

        kinds: dict[str, Any] = {".npy": NumberFile, ".npz": Archive, ".parquet": Parquet}
        table: Table = kinds[ending](path)
        return table
    stream = stream or open_file(path)
    try:
        return text_table(path, stream, ending, compiled)
    except BaseException:
        stream.close()
        raise


def ending_in(path: str) -> str:
    """The ending of a file's name; that before `.gz` where there is one."""
    ending = os.path.splitext(path.lower())[1]
    return os.path.splitext(path.lower().removesuffix(".gz"))[1] if ending == ".gz" else ending


def text_table(path: str, stream: BinaryIO, ending: str, compiled: str) -> Table:
    """A table in text: csv, tsv, JSON objects one a line, or a JSON array of them."""
    from gradcli.points.streams import GZIP, ArrayLines, Unpacked
    from gradcli.points.text import JsonLines, Lines, Separated

    lines = Lines(path, stream, size_of(stream))
    lines.more()
    if lines.rest.startswith(GZIP):
        lines = Lines(path, cast("BinaryIO", Unpacked(path, lines.rest, stream)), None)
        lines.more()
    is_json = ending in JSON or (ending not in TEXTS and lines.rest.lstrip()[:1] in (b"{", b"["))
    if not is_json:
        return Separated(lines, "\t" if ending == ".tsv" else ",", numerals_for(compiled, lines.size or 0))
    if begins_as_table(lines.rest):
        lines = Lines(path, cast("BinaryIO", ArrayLines(path, lines.rest, lines.stream)), None, unit="element")
    return JsonLines(lines)


def numerals_for(compiled: str, size: int) -> Any:
    """What reads and writes so many bytes of csv by compiled C; None where it is not worth it, or cannot be had."""
    if compiled == "never" or (compiled != "always" and size < COMPILED_BYTES):
        return None
    from gradcli.points.native.csv_text import numerals

    return numerals(compiled == "always" or size >= COMPILING_BYTES)


def begins_as_table(data: bytes) -> bool:
    """Is this the beginning of an array of objects or of lists? (A line may be a list of numbers.)"""
    text = data[:4096].lstrip()
    return text.startswith(b"[") and text[1:].lstrip()[:1] in (b"{", b"[", b"]", b"")


def is_pipe(path: str) -> bool:
    """Whether a path can be read only once, from its beginning to its end."""
    import stat

    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def standard_input() -> BinaryIO:
    """The bytes of standard input."""
    if sys.stdin is None or sys.stdin.closed:
        raise GradcliError("file", "standard input is closed")
    return sys.stdin.buffer


def size_of(stream: Any) -> int | None:
    """The bytes of a regular file."""
    import stat

    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def read_lattice(text: str) -> Table:
    """The points of `--grid x1=-1:1:21,x2=0:1:11`."""
    from gradcli.points.arrays import Lattice
    from gradcli.points.table import column_name

    axes: dict[str, Any] = {}
    for part in split_axes(text):
        name, equals, rest = part.partition("=")
        pieces = rest.split(":")
        if not equals or not name.strip() or len(pieces) not in (1, 3):
            raise grid_error(f"cannot read '{part.strip()[:60]}'")
        name = column_name(name)
        if name in axes:
            raise grid_error(f"{name} is given twice")
        axes[name] = axis_of(name, pieces)
    if math.prod(axis.size for axis in axes.values()) > LARGEST_LATTICE:
        raise grid_error(f"there are more than {LARGEST_LATTICE:.0e} points")
    return Lattice(axes)


def split_axes(text: str) -> list[str]:
    """The parts between commas, those inside of brackets not counted (`X[0,1]=…`)."""
    parts, depth, begin = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [*parts, text[begin:]]


def axis_of(name: str, pieces: list[str]) -> Any:
    """One axis: a number, or low:high:count."""
    from gradcli.points.arrays import LatticeAxis

    low = grid_number(name, pieces[0])
    if len(pieces) == 1:
        return LatticeAxis(low, low, 1)
    high = grid_number(name, pieces[1])
    digits = pieces[2].strip()
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits[:12]) <= 10**9 or len(digits) > 10:
        raise grid_error(f"{name} has no number of points: '{digits[:40]}'")
    size = int(digits)
    if size == 1 and low != high:
        raise grid_error(f"{name} has one point, and two ends")
    return LatticeAxis(low, high, size)


def grid_number(name: str, text: str) -> Any:
    """A bound, exact where it is a number, else (`pi/2`) the nearest float64."""
    from fractions import Fraction

    from gradcli.evaluate.float64.data import float_value
    from gradcli.text.points import parse_setting

    word = text.strip()
    if not word:
        raise grid_error(f"{name} lacks a number")
    if len(word) < 60 and word.lstrip("+-").replace(".", "", 1).replace("_", "x").isdigit() and word.isascii():
        return Fraction(word)
    _, tree = parse_setting(Source("--grid", f"a={text}", is_data=True))
    value = float_value(name, tree)
    if not isinstance(value, float):
        raise grid_error(f"{name} is an array: its entries have axes of their own, as {name}[0]=0:1:11")
    return Fraction(repr(float(value)))


def grid_error(message: str) -> GradcliError:
    """The error for a lattice that cannot be read."""
    return GradcliError("usage", f"'--grid': {message}", hint="--grid x1=-1:1:21,x2=0:1:11 (low:high:points)")
