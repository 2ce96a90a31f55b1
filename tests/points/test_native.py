"""Many points by compiled C: the answers of NumPy's machine, row by row, whatever the cache holds."""

from __future__ import annotations

import gc
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.cli import entry
from gradcli.codegen.numpy_machine import Native
from gradcli.exporting import kernel
from gradcli.library.answers import parse
from gradcli.points.engine import Engine
from gradcli.points.native import compiler
from gradcli.points.native.engine import CLOSE, HARD_CLOSE, NativeEngine, hard_points, sample_of
from gradcli.points.program import ManyPoints
from gradcli.question import Question
from gradcli.solve import build

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    os.name != "posix" or not any(map(shutil.which, compiler.COMPILERS)), reason="there is no C compiler"
)

IN_COMPILED = "float64 in compiled C, relative"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder for the tests of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(capfd: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shelf: Path) -> Iterator[Any]:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(shelf))

    def ended(*words: str) -> tuple[int, str, str]:
        code = entry.run(list(words))
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    yield ended
    gc.enable()


def engine_of(text: str, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> NativeEngine:
    """The compiled engine of a gradient."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(shelf))
    many = ManyPoints(build(Question("grad", parse(text))), "grad")
    code, marked = many.code(Native())
    source = kernel.kernel_source(code, len(many.columns), marked)
    assert source is not None
    library = compiler.library(source)
    assert library is not None
    return NativeEngine(code, len(many.columns), marked, library[kernel.ROWS])


HARD = (
    "abs(x)*y + sign(y) + floor(x) + sqrt(x) + max(sqrt(x), y) + min(x, log(y))"
    " + where(x > 0 and y < 1 or not x == y, x*y, 1/x) + (x - y)**(1/3) + x**1.5 + atan2(x, y)"
)
SMOOTH = "x**y + sin(x)*cos(x) + exp(x)/(exp(x) + exp(y)) + erf(x)*tanh(y) + log1p(x**2) + hypot(x, y) + cbrt(y)"


@pytest.mark.parametrize("text", [HARD, SMOOTH], ids=["hard", "smooth"])
def test_rows_are_doubtful_where_they_were(text: str, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinks, jumps, poles, ends of domains, nan inside of max: the same rows, and the same numbers beside them."""
    engine = engine_of(text, shelf, monkeypatch)
    rng = np.random.default_rng(0)
    ordinary = [rng.uniform(0.1, 0.9, 3000) for _ in "xy"]
    wide = [rng.normal(size=3000) * 10 ** rng.uniform(-8, 8, 3000) for _ in "xy"]
    assert engine.agrees(sample_of(ordinary), CLOSE)
    assert engine.agrees(sample_of(wide), CLOSE)
    assert engine.agrees(hard_points(ordinary), HARD_CLOSE)
    ties = [np.round(column, 1) for column in ordinary]
    assert engine.agrees(ties, CLOSE)
    assert len(engine.fast(ties)[1]) == len(Engine.run(engine, ties)[1])


def test_arithmetic_has_the_same_bits(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Products are not fused with sums, nothing is reordered."""
    engine = engine_of("(x*y + 0.1*x)/(x - 3*y) + sqrt(x)*y**7", shelf, monkeypatch)
    columns = [np.random.default_rng(1).uniform(0.1, 3, 1000) for _ in "xy"]
    ours, doubtful = engine.fast(columns)
    assert (ours == Engine.run(engine, columns)[0]).all()
    assert not len(doubtful)


def test_columns_of_every_kind(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """float32, integers, the other order of bytes, every second number, odd addresses, one row."""
    engine = engine_of("x**2*y", shelf, monkeypatch)
    packed = np.zeros(50, dtype=np.dtype([("a", "i1"), ("x", "f8"), ("y", ">f8")]))
    packed["x"], packed["y"] = np.arange(50), np.arange(50) + 0.5
    wide = np.arange(100.0)
    for columns in (
        (packed["x"], packed["y"]),
        (wide[::2], wide[::-2]),
        (np.arange(300, dtype=np.int32), np.arange(300, dtype=np.float32)),
        (wide[:1], wide[:1]),
    ):
        assert (engine.fast(columns)[0] == Engine.run(engine, columns)[0]).all()


def test_a_kernel_that_is_wrong_is_not_used(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong numbers, and rows that are doubtful and not said to be so, are found out by NumPy's machine."""
    columns = [np.arange(-499, 500) / 500]
    kink, other = (engine_of(text, shelf, monkeypatch) for text in ("abs(x)*2", "x*2"))
    assert kink.agrees(sample_of(columns), CLOSE)
    kink.kernel = other.kernel
    table, doubtful = kink.run(columns)
    assert not kink.is_native
    assert (table[:, 0] == np.abs(columns[0]) * 2).all()
    assert doubtful.tolist() == [499]


def test_command_line(run: Any, shelf: Path) -> None:
    """The same file as NumPy's, the last line says who answered, and the folder is the user's alone."""
    points = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 3.0], [-1.0, 2.0]])
    np.save("p.npy", points)
    words = ("grad", "abs(x-y) + sqrt(x)", "--points", "p.npy", "-f", "csv", "--compile")
    code, out, err = run(*words, "never")
    assert code == 0
    assert "compiled" not in err
    code, compiled_out, compiled_err = run(*words, "always")
    assert (code, compiled_out) == (0, out)
    assert IN_COMPILED in compiled_err
    folder = shelf / "gradcli" / "compiled"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(path.suffix == ".so" for path in folder.iterdir())
    assert run(*words, "auto") == (0, out, err)  # few rows


def test_many_rows_are_compiled_by_themselves(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a number of rows on; GRADCLI_COMPILE=never forbids it, and says nothing where there are no points."""
    monkeypatch.setattr("gradcli.exporting.kernel.COMPILED_ROWS", 3)
    monkeypatch.setattr("gradcli.exporting.kernel.COMPILING_ROWS", 5)
    words = ("grad", "x**3 + 17", "--out", "q.npy", "--grid")
    assert "compiled" not in run(*words, "x=0:1:4")[2]
    assert IN_COMPILED in run(*words, "x=0:1:6")[2]
    assert IN_COMPILED in run(*words, "x=0:1:4")[2]
    monkeypatch.setenv("GRADCLI_COMPILE", "never")
    assert "compiled" not in run(*words, "x=0:1:6")[2]
    assert run("grad", "x**2", "--at", "1", "--json")[0] == 0
    monkeypatch.setenv("GRADCLI_COMPILE", "perhaps")
    assert run(*words, "x=0:1:6")[0] == 2


def test_without_a_compiler_or_without_c(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy answers, and a note says why."""
    words = ("grad", "x**2", "--grid", "x=0:1:3", "--compile", "always")
    assert "there is no C for this function: NumPy answers" in run("grad", "besselj(1, x)", *words[2:])[2]
    monkeypatch.setattr(compiler, "COMPILERS", ("no-such-compiler",))
    code, _, err = run(*words)
    assert code == 0
    assert "no C compiler works here: NumPy answers" in err
    monkeypatch.setattr(compiler, "COMPILERS", ("false",))
    assert "no C compiler works here: NumPy answers" in run(*words)[2]


def test_coordinates_that_are_not_finite(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a later block they are named as in the first."""
    monkeypatch.setattr("gradcli.points.run.block_rows", lambda width: 64)
    points = np.ones((200, 2))
    points[150, 1] = np.nan
    np.save("p.npy", points)
    words = ("grad", "x**2 + 0*y", "--points", "p.npy", "--out", "q.csv", "--compile")
    code, _, err = run(*words, "never")
    assert code == 2
    assert "row 151, column y" in err
    assert run(*words, "always") == (2, "", err)


def library_path(shelf: Path) -> Path:
    """The only library of a cache."""
    (path,) = (shelf / "gradcli" / "compiled").glob("*.so")
    return path


def test_the_cache_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is half-written, damaged or could be another user's is made again; what is whole is not."""
    source = "int gradcli_rows(void) { return 7; }\n"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiler.library(source, made=False) is None
    assert compiler.library(source) is not None
    path = library_path(tmp_path)
    whole = path.read_bytes()
    made: list[str] = []
    compiled = compiler.compiled
    monkeypatch.setattr(compiler, "compiled", lambda *args: made.append(args[3]) or compiled(*args))
    assert compiler.library(source) is not None
    assert made == []
    for damage in (whole[:-1], whole[:100], b"", bytes([whole[0] ^ 1]) + whole[1:]):
        path.unlink()
        path.write_bytes(damage)
        assert compiler.library(source, made=False) is None
    path.unlink()
    path.write_bytes(whole)
    path.chmod(0o777)
    found = compiler.library(source)
    assert found is not None
    assert found.gradcli_rows() == 7
    assert made == [str(path)]
    assert stat.S_IMODE(path.stat().st_mode) & 0o022 == 0


def test_a_folder_that_others_may_enter_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is then made in passing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "gradcli" / "compiled"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert compiler.library("int gradcli_rows(void) { return 8; }\n") is not None
    assert list(folder.iterdir()) == []


def test_two_at_once_make_one_library(tmp_path: Path) -> None:
    """Each makes it under a name of its own; both load a whole one."""
    program = (
        "from gradcli.points.native.compiler import library\n"
        "found = library('int gradcli_rows(void) { return 9; }')\n"
        "assert found is not None and found.gradcli_rows() == 9\n"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    both = [subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert len(list((tmp_path / "gradcli" / "compiled").iterdir())) == 1


def test_old_libraries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were not used for the longest time, and folders of runs that were killed."""
    monkeypatch.setattr(compiler, "MOST_KEPT", 2)
    for age, name in enumerate(("a.so", "b.so", "c.so")):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    (tmp_path / ".making-old").mkdir()
    os.utime(tmp_path / ".making-old", (1, 1))
    (tmp_path / ".making-new").mkdir()
    compiler.thin_out(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".making-new", "a.so", "b.so"]
