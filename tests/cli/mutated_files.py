"""Files that were changed at random, read by every reader: each ends in an answer or in one error of the one form.

    python mutated_files.py --seed 7 --cases 3000 npy npz        (no kind: all of them)

A case fails by an internal error, by a warning of a library, by an error under --json that is not one JSON object, by
an exit code that is not promised, or by ending the process. Each failure is printed, and its file kept with --keep.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gradcli.cli import entry

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS: Final = ("grad", "x*y", "--json", "--points")
SET: Final = ("grad", "sum(c)*x", "--at", "2", "--json", "--set")
CHECK: Final = ("check", "x**2*y", "--json", "--against")
SLOW: Final = 10.0
"""Seconds of work; a machine that is busy with other things is no fault."""
CODES: Final = {0, 1, 2, 3, 4}

TOKENS: Final = (
    *(b"\r", b"\n", b"\r\n", b"\0", b'"', b"'", b",", b";", b"\t", b" ", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xa8"),
    *(b"nan", b"inf", b"-inf", b"NaN", b"Infinity", b"1e999", b"-0", b"1e-400", b"0x1F", b"1_000", b"1" * 500),
    *(b"[", b"]", b"{", b"}", b":", b"null", b"true", b'""', b"[" * 2000, b'{"x":' * 500, b"\\ud800", b"\\u0000", b"@"),
    *(b"'O'", b"'<c16'", b"'<f2'", b"'>f8'", b"'V8'", b"'<U9'", b"'<f16'", b"'<M8[s]'", b"True", b"(0, 2)", b"(-1, 2)"),
    *(
        b"(9999999999999, 2)",
        b"()",
        b"(2,)",
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff",
        b"PK\x03\x04",
        b"PAR1",
        b"x",
        b"y",
    ),
)


def table() -> Any:
    """Some points as an array."""
    import numpy as np

    return np.array([[0.5, 2.0], [1.5, -3.0], [2.0, 4.25]] * 8)


def saved(save: Callable[[Any], None]) -> bytes:
    """The bytes that a library writes."""
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def npy() -> list[bytes]:
    """Tables, a vector, a structured type, Fortran order, whole numbers."""
    import numpy as np

    fields = np.zeros(5, dtype=[("x", "<f8"), ("y", "<i4")])
    arrays = [table(), np.asfortranarray(table()), fields, *map(table().astype, (np.int32, np.float16, np.longdouble))]
    return [saved(lambda stream, array=array: np.save(stream, array)) for array in arrays]  # type: ignore[misc]


def npz() -> list[bytes]:
    """Stored and deflated."""
    import numpy as np

    columns = {"x": table()[:, 0], "y": table()[:, 1]}
    return [saved(lambda stream: np.savez(stream, **columns)), saved(lambda s: np.savez_compressed(s, **columns))]


def parquet() -> list[bytes]:
    """By pyarrow, plain and compressed."""
    import pyarrow
    from pyarrow import parquet as writer

    columns = pyarrow.table({"x": table()[:, 0], "y": table()[:, 1], "id": ["a"] * len(table())})
    return [
        saved(lambda stream, how=how: writer.write_table(columns, stream, compression=how))  # type: ignore[misc]
        for how in ("NONE", "snappy", "zstd")
    ]


def csv() -> list[bytes]:
    """With names, with quotes, with Windows's line ends, without names."""
    return [
        b"x,y\n0.5,2\n1.5,-3\n2e0,4.25\n",
        b'"x","id","y"\r\n"0.5","a, b",2\r\n1.5,"say ""c""",-3\r\n',
        b"0.5,2\n1.5,-3\n",
        b"\xef\xbb\xbfy;x\n0.5;2\n1.5;-3",
    ]


def tsv() -> list[bytes]:
    """The same between tabs."""
    return [text.replace(b",", b"\t").replace(b";", b"\t") for text in csv()]


def jsonl() -> list[bytes]:
    """Objects and lists."""
    return [
        b'{"x": 0.5, "y": 2}\n{"y": -3, "x": 1.5, "id": "a"}\n',
        b"[0.5, 2]\n[1.5, -3]\n",
        b'{"x": [1, 2], "y": 3}\n',
    ]


def json_array() -> list[bytes]:
    """Arrays of objects and of lists, compressed text."""
    import gzip

    texts = [b'[{"x": 0.5, "y": 2},\n {"y": -3, "x": 1.5}]\n', b"[[0.5, 2], [1.5, -3]]", b"[\n{\n}\n]"]
    return [*texts, *(gzip.compress(text, mtime=0) for text in (*texts, *csv()))]


def numbers() -> list[bytes]:
    """Values for --set as text."""
    return [b"1,2\n3,4\n", b"a,b\n1.5,-2e3\n0.25,4\n", b"1\n2\n3\n"]


def value() -> list[bytes]:
    """Values for --set in the language of points."""
    return [b"[[1, 2], [3, 4.5]]\n", b"[1, 2, 3]", b"1, -2.5e-3", b"pi/2"]


def vectors() -> list[bytes]:
    """Arrays for --set."""
    import numpy as np

    return [saved(lambda stream, a=a: np.save(stream, a)) for a in (table(), table()[:, 0], np.arange(4200.0))]  # type: ignore[misc]


def point() -> list[bytes]:
    """Points for --at."""
    return [b'{"x": 1.5, "y": 2}', b"x=1.5, y=pi/2\n", b"1.5, 2", b"x=[1,2],y=[3,4]"]


def expression() -> list[bytes]:
    """Functions."""
    return [
        b"x**2*y + sin(x*y) # f\n",
        b"u = x*y; exp(u)/(1 + y**2)\n",
        "θ² + ‖x‖²".encode(),
        rb"$\frac{1}{2} x^2 + y$",
    ]


def against() -> list[bytes]:
    """Numbers of other code."""
    one = b'{"at": {"x": 1.5, "y": 2}, "gradient": {"x": 6, "y": 2.25}}'
    return [one, b"[" + one + b", " + one + b"]", one + b"\n" + one + b"\n"]


KINDS: Final[dict[str, tuple[Callable[[], list[bytes]], str, Callable[[str], tuple[str, ...]]]]] = {
    "csv": (csv, "p.csv", lambda path: (*POINTS, path)),
    "tsv": (tsv, "p.tsv", lambda path: (*POINTS, path)),
    "jsonl": (jsonl, "p.jsonl", lambda path: (*POINTS, path)),
    "json": (json_array, "p.json", lambda path: (*POINTS, path)),
    "packed": (json_array, "p", lambda path: (*POINTS, path)),
    "npy": (npy, "p.npy", lambda path: (*POINTS, path)),
    "npz": (npz, "p.npz", lambda path: (*POINTS, path)),
    "parquet": (parquet, "p.parquet", lambda path: (*POINTS, path)),
    "points": (lambda: [*csv(), *jsonl(), *npy(), *npz()], "p", lambda path: (*POINTS, path)),
    "kept": (
        lambda: [*csv()[:2], *jsonl()[:1], *json_array()[:1]],
        "p",
        lambda path: (*POINTS, path, "--missing", "problem", "--keep", "id"),
    ),
    "set-csv": (numbers, "c.csv", lambda path: (*SET, f"c=@{path}")),
    "set-npy": (vectors, "c.npy", lambda path: (*SET, f"c=@{path}")),
    "set-npz": (npz, "c.npz", lambda path: (*SET, f"c=@{path}")),
    "set-json": (value, "c.json", lambda path: (*SET, f"c=@{path}")),
    "at": (point, "at.json", lambda path: ("grad", "x*y", "--json", "--at", f"@{path}")),
    "expression": (expression, "f.txt", lambda path: ("grad", f"@{path}", "--json")),
    "against": (against, "g.json", lambda path: (*CHECK, path)),
}
"""What is changed, the file's name, and the command line that reads it."""


def mutate(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """One to four changes: bits, bytes, pieces lost, doubled, moved, tokens put in, another file's piece, a cut."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        place = chance.randrange(len(changed) + 1)
        length = min(len(changed) - place, chance.choice((1, 1, 2, 4, 8, 40)))
        how = chance.randrange(9)
        if how == 0 and length:
            changed[place] ^= 1 << chance.randrange(8)
        elif how == 1:
            changed[place : place + length] = bytes(chance.randrange(256) for _ in range(length))
        elif how == 2:
            del changed[place : place + length]
        elif how == 3:
            changed[place:place] = changed[place : place + length] * chance.choice((1, 2, 50))
        elif how in (4, 5):
            changed[place : place + chance.choice((0, length))] = chance.choice(TOKENS)
        elif how == 6:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            changed[place:place] = other[start : start + chance.choice((1, 10, 100))]
        elif how == 7:
            del changed[place:]
        else:
            changed[place : place + length] = bytes([chance.choice((0, 1, 127, 128, 255))]) * length
    return bytes(changed)


def fault_of(words: tuple[str, ...]) -> str | None:
    """What is wrong with how a command line ended; None for nothing."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    start = time.process_time()
    with warnings.catch_warnings(record=True) as heard, redirect_stdout(out), redirect_stderr(err):
        warnings.simplefilter("always")
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        try:
            code = entry.run(list(words))
        except BaseException:
            return traceback.format_exc()
    seconds = time.process_time() - start
    said = [text.buffer.getvalue().decode() for text in (out, err)]  # type: ignore[attr-defined]
    if heard:
        return f"warning: {heard[0].category.__name__}: {heard[0].message}"
    if seconds > SLOW:
        return f"took {seconds:.1f} s"
    return fault_in(code, *said)


def fault_in(code: int, out: str, err: str) -> str | None:
    """What is wrong with an exit code and what stands on the two streams."""
    if code not in CODES:
        return f"exit code {code}"
    if "internal" in err or "Traceback" in err:
        return err
    try:
        for line in out.splitlines():
            json.loads(line, parse_constant=float)
    except ValueError:
        return f"no JSON on standard output: {out[:200]}"
    if out or code == 0:
        return None
    try:
        return None if json.loads(err)["error"]["message"] else "an error without message"
    except (ValueError, KeyError, TypeError):
        return f"no JSON on standard error: {err[:200]}"


def run_kind(kind: str, seed: int, cases: int, keep: str | None) -> int:
    """The number of failures among so many changed files of a kind."""
    make, name, command = KINDS[kind]
    originals = make()
    failures = 0
    seen: set[str] = set()
    for case in range(cases):
        chance = random.Random(f"{kind} {seed} {case}")
        data = mutate(chance.choice(originals), chance, originals)
        Path(name).write_bytes(data)
        fault = fault_of(command(name))
        if fault is not None:
            failures += 1
            if keep:
                Path(keep, f"{kind}-{seed}-{case}-{name}").write_bytes(data)
            if fault[-80:] not in seen:
                print(f"{kind}: seed {seed}, case {case}: {fault[-600:]}")
            seen.add(fault[-80:])
        if case % 50 == 0:
            gc.enable()
            gc.collect()
    return failures


def in_a_process(kind: str, seed: int, cases: int, keep: str | None) -> int:
    """The same in a process of its own: a library may end it."""
    child = os.fork()
    if child == 0:
        os._exit(min(250, run_and_flush(kind, seed, cases, keep)))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        print(f"{kind}: seed {seed}: the process was ended by signal {-status}")
    return abs(status)


def run_and_flush(kind: str, seed: int, cases: int, keep: str | None) -> int:
    """What the child does."""
    try:
        return run_kind(kind, seed, cases, keep)
    finally:
        sys.stdout.flush()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--keep")
    options = parser.parse_args()
    keep = os.path.abspath(options.keep) if options.keep else None
    os.chdir(tempfile.mkdtemp())
    failures = 0
    for kind in options.kinds or KINDS:
        start = time.monotonic()
        found = in_a_process(kind, options.seed, options.cases, keep)
        failures += found
        print(f"{kind}: {options.cases} cases, seed {options.seed}, {found} failures, {time.monotonic() - start:.0f} s")
        sys.stdout.flush()
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
