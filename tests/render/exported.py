"""Running exported source files: the tool of each language, and what it says."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from gradcli.exporting.export import export
from gradcli.exporting.languages import WRITTEN
from gradcli.exporting.request import Export, Wish
from gradcli.library.answers import parse
from gradcli.library.values import read_point
from gradcli.program.options import BuildOptions
from gradcli.question import bound_shapes

TOOLS = {
    "c": "gcc",
    "cpp": "g++",
    "fortran": "gfortran",
    "rust": "rustc",
    "javascript": "node",
    "julia": "julia",
    "octave": "octave-cli",
}
COMMANDS = {
    "c": [
        "gcc",
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-pedantic",
        "-Werror",
        "-Wno-unused-parameter",
        "{file}",
        "-o",
        "{program}",
        "-lm",
    ],
    "cpp": [
        "g++",
        "-std=c++11",
        "-Wall",
        "-Wextra",
        "-pedantic",
        "-Werror",
        "-Wno-unused-parameter",
        "{file}",
        "-o",
        "{program}",
    ],
    "fortran": ["gfortran", "-std=f2008", "-fimplicit-none", "{file}", "-o", "{program}", "-J", "{folder}"],
    "rust": ["rustc", "--edition", "2021", "{file}", "-o", "{program}"],
    "javascript": ["node", "{file}"],
    "julia": ["julia", "{file}"],
    "octave": ["octave-cli", "--norc", "--no-history", "{file}"],
}
LANGUAGES = tuple(name for name in WRITTEN if name != "latex")


def source_of(expression: str, to: str, kind: str = "gradient", at=(), self_test=True, name="f", **options) -> str:
    """The exported text."""
    points = tuple(read_point("at", point) for point in at)
    bound = bound_shapes(points[0][0]) if points else {}
    build = BuildOptions(bound=bound, scalar=kind != "jacobian", **options)
    return export(Export(parse(expression), build, Wish(to, name, kind, self_test), points)).source


def require(to: str) -> None:
    """Skip where the language is not on this machine."""
    if to in TOOLS and not shutil.which(TOOLS[to]):
        pytest.skip(f"there is no {TOOLS[to]} here")
    if to in ("jax", "torch") and not find_spec(to):
        pytest.skip(f"{to} is not installed")


SERVER = """
import contextlib, io, json, sys, traceback
for line in sys.stdin:
    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            exec(compile(json.loads(line), "exported.py", "exec"), {"__name__": "__main__"})
        except SystemExit as stop:
            code = int(stop.code or 0)
        except BaseException:
            traceback.print_exc()
            code = 1
    print(json.dumps([code, said.getvalue()]), flush=True)
"""


@cache
def python_server() -> subprocess.Popen[str]:
    """A Python that runs one file after the other, each with names of its own: PyTorch takes seconds to import."""
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.kill)
    return server


def run_python(source: str) -> tuple[int, str]:
    """Exit code and output of a Python file."""
    server = python_server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(source) + "\n")
    server.stdin.flush()
    code, said = json.loads(server.stdout.readline())
    return code, said


def run(source: str, to: str, folder: Path) -> tuple[int, str]:
    """Exit code and output of a file with a self-test."""
    if to == "sql":
        return run_sql(source)
    if to not in COMMANDS:
        return run_python(source)
    file, program = folder / f"exported_{to}{WRITTEN[to].endings.split()[0]}", folder / f"program_{to}"
    file.write_text(source)
    command = COMMANDS[to]
    words = [word.format(file=file, program=program, folder=folder) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if done.returncode == 0 and "{program}" in command:
        done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def run_sql(source: str) -> tuple[int, str]:
    """The rows that a self-test's query returns, by SQLite and, where it is installed, by DuckDB."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("SELECT ATANH(0.5)")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite has no mathematical functions")
    rows = connection.execute(source).fetchall()
    if find_spec("duckdb"):
        import duckdb

        rows += duckdb.connect().execute(source).fetchall()
    return len(rows), str(rows[:2]) if rows else ""
