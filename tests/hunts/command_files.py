"""The files that drawn command lines read: of every format, good ones and ones with a few changed bytes."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TABLE = np.array([[0.5, 2.0], [1.5, -3.0], [0.0, 0.0], [2.0, 4.25]])
PROGRAM = b"""def f(x, y=1.0): return x*x*y
def v(x): return [x[0]**2, x[0]*x[1]]
def bad(x): raise ValueError("no")
def text(x): return "three"
def nothing(x): return None
def steps(x): return float(int(x*10))
"""
"""Cheap callables for --python: good ones, and each way to be none."""


def saved(save: Callable[[Any], None]) -> bytes:
    """The bytes that a library writes."""
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def parquet() -> bytes:
    """The table as parquet."""
    import pyarrow
    from pyarrow import parquet as writer

    columns = pyarrow.table({"x": TABLE[:, 0], "y": TABLE[:, 1], "id": ["a", "b", None, "d"]})
    return saved(lambda stream: writer.write_table(columns, stream))


CSV = b"x,y,id\n0.5,2,a\n0,0,b\n-1,,c\n1e300,4,d\n"
JSONL = b'{"x": 1, "y": 2, "id": "a"}\n{"x": 3, "id": 5}\n{"y": 0, "x": -1.5}\n'
GRADIENT = b'{"at": {"x": 1, "y": 2}, "gradient": {"x": 2, "y": 4}}'


def good_files() -> dict[str, bytes]:
    """Name -> bytes of the good files."""
    return {
        "program.txt": b"u = x*y\nu^2 + sin(x)\n",
        "latex.tex": rb"$\frac{x^2}{y}$",
        "point.json": b'{"x": 1.5, "y": 2}',
        "pts.csv": CSV,
        "entries.csv": b"v[0],v[1]\n1,2\n3,4\n",
        "pts.tsv": CSV.replace(b",", b"\t"),
        "pts.jsonl": JSONL,
        "pts.json": json.dumps([json.loads(line) for line in JSONL.splitlines()]).encode(),
        "pts.csv.gz": gzip.compress(CSV, mtime=0),
        "pts.npy": saved(lambda stream: np.save(stream, TABLE)),
        "v.npy": saved(lambda stream: np.save(stream, TABLE[:2, 0])),
        "pts.npz": saved(lambda stream: np.savez(stream, x=TABLE[:, 0], y=TABLE[:, 1])),
        "pts.parquet": parquet(),
        "numbers.json": GRADIENT,
        "model.py": PROGRAM,
        "empty.csv": b"",
        "bad.csv": b'x,y\n1,"2\n\x00,3,4\n',
        "bad.json": b'{"at": ',
        "cache.jsonl": b"",
    }


TOKENS = (
    *(b"\r\n", b"\0", b'"', b",", b";", b"\t", b"\xff\xfe", b"nan", b"-inf", b"1e999", b"[", b"}", b"null", b'{"x":'),
    *(b"\\ud800", b"PK\x03\x04", b"PAR1", b"\xff\xff\xff\xff", b"x", b"'O'", b"(9999999999999, 2)"),
)


def damaged(data: bytes, draws: random.Random) -> bytes:
    """A few changes: bits, pieces lost or doubled, what does not belong there, a cut."""
    changed = bytearray(data)
    for _ in range(draws.choice((1, 1, 2, 4))):
        place = draws.randrange(len(changed) + 1)
        length = min(len(changed) - place, draws.choice((1, 2, 8)))
        how = draws.randrange(6)
        if how == 0 and length:
            changed[place] ^= 1 << draws.randrange(8)
        elif how == 1:
            del changed[place : place + length]
        elif how == 2:
            changed[place:place] = changed[place : place + length] * draws.choice((1, 30))
        elif how in (3, 4):
            changed[place : place + draws.choice((0, length))] = draws.choice(TOKENS)
        else:
            del changed[place:]
    return bytes(changed)


GOOD = good_files()


def damaged_name(name: str) -> str:
    """The name of a good file's damaged neighbour; the ending, which says the format, stays."""
    return f"damaged-{name}"


def write_files(folder: Path, draws: random.Random, only: str = "") -> None:
    """The good files that are not there as they were, and those damaged files that `only` names, anew."""
    for name, data in GOOD.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != len(data) or path.read_bytes() != data:
            path.write_bytes(data)
        if damaged_name(name) in only:
            (folder / damaged_name(name)).write_bytes(damaged(data, draws))
