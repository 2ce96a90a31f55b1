"""csv by compiled C, and pyarrow's columns without pandas: the numbers and the texts that Python has."""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.cli import entry
from gradcli.points.arrays import doubles
from gradcli.points.native import compiler, csv_text
from gradcli.points.native.numerals import numerals_source
from gradcli.points.writers import arrow_numbers, arrow_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_compiler = pytest.mark.skipif(
    os.name != "posix" or not any(map(shutil.which, compiler.COMPILERS)), reason="there is no C compiler"
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder for the tests of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def numerals(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> csv_text.Numerals:
    """The compiled functions."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(shelf))
    csv_text.numerals.cache_clear()
    found = csv_text.numerals(True)
    csv_text.numerals.cache_clear()
    assert found is not None
    return found


def drawn(count: int) -> list[float]:
    """Numbers of all sizes and lengths: of drawn bits, between -3 and 3, short decimals, whole, powers, neighbours."""
    rng = np.random.default_rng(3)
    bits = rng.integers(0, 2**63, count, dtype=np.int64).view(np.float64)
    tens = np.array([float(f"1e{k}") for k in range(-323, 309)])
    parts = (
        *(bits[np.isfinite(bits)], -rng.uniform(-3, 3, count), np.round(rng.uniform(-100, 100, count), 2)),
        *(rng.integers(-(10**17), 10**17, count), np.ldexp(1.0, np.arange(-1074, 1024)), tens),
        *(np.nextafter(tens, np.inf), np.nextafter(tens, 0), rng.integers(1, 2**52, count).view(np.float64)),
        rng.normal(size=count) * 10.0 ** rng.integers(-20, 22, count),
    )
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts]).tolist()


@needs_compiler
def test_numbers_are_written_as_python_writes_them(numerals: csv_text.Numerals) -> None:
    """Digit by digit; -0.0 is 0.0, and nan is nothing."""
    numbers = [number + 0.0 for number in drawn(20_000)]
    assert numerals.write([np.array(numbers)], "\n").tobytes().decode() == "".join(f"{x!r},\n" for x in numbers)
    odd = np.array([np.nan, -0.0, np.inf, -np.inf])
    assert numerals.write([odd, np.arange(8.0)[::2]], ";\n").tobytes() == b",0.0,;\n0.0,2.0,;\ninf,4.0,;\n-inf,6.0,;\n"


def read_one(numerals: csv_text.Numerals, text: str) -> float | None:
    """The number that one cell is."""
    found = numerals.read(f"{text}\n".encode(), 1, ",", 1, [0])
    return None if found is None else float(found[0, 0])


@needs_compiler
def test_numbers_are_read_as_python_reads_them(numerals: csv_text.Numerals) -> None:
    """Correctly rounded, ties included, or not read at all."""
    random.seed(4)
    texts = [repr(number) for number in drawn(1500)]
    for i in range(8000):
        digits = str(random.randrange(10 ** random.randint(1, 19)))
        power = random.randint(-320, 300) if i % 2 else random.randint(-25, 25)
        texts.append(f"{digits}e{power}" if i % 3 else f"{digits[0]}.{digits[1:]}E{power:+d}")
    for _ in range(3000):
        low = random.randrange(2**53) * 2.0 ** random.randint(-20, 40)
        tie = (Fraction(low) + Fraction(float(np.nextafter(low, np.inf)))) / 2
        if tie.denominator == 1:
            texts += [str(tie.numerator), str(tie.numerator + 1), f"{tie.numerator * 10}e-1"]
    found = [(text, read_one(numerals, text)) for text in texts]
    assert [(text, number) for text, number in found if number is not None and number != float(text)] == []
    assert sum(number is None for _, number in found) < len(found) / 3


@needs_compiler
def test_what_is_not_plain_is_left_to_others(numerals: csv_text.Numerals) -> None:
    """Words, blanks, signs alone, foreign notations, quotes, other counts of cells, lone carriage returns."""
    plain = {"1": 1.0, "-1.5": -1.5, ".5": 0.5, "5.": 5.0, "+3": 3.0, "1E-5": 1e-5, "00012.500": 12.5, "-0": 0.0}
    assert {text: read_one(numerals, text) for text in plain} == plain
    refused = (
        "",
        "-",
        ".",
        "1e",
        "1e+",
        "nan",
        "inf",
        " 1",
        "1 ",
        "1_0",
        "0x1",
        "1e400",
        "1e-400",
        "1d5",
        '"1"',
        "1\r2",
    )
    assert [text for text in refused if read_one(numerals, text) is not None] == []
    assert numerals.read(b"1,a,3\r\n4,,6\n", 2, ",", 3, [2, 0]).tolist() == [[3, 1], [6, 4]]  # type: ignore[union-attr]
    for chunk, lines in ((b"1,2\n", 1), (b"1,2,3,4\n", 1), (b"1,2,3\n\n", 2), (b'1,"a,b",3\n', 1), (b"1,2,3", 0)):
        assert numerals.read(chunk, lines, ",", 3, [0, 2]) is None


@needs_compiler
def test_wrong_functions_are_not_used(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is compiled is compared with Python before it is used."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(shelf))
    wrong = numerals_source().replace("4*c + 2", "4*c + 3")
    monkeypatch.setattr(csv_text, "numerals_source", lambda: wrong)
    csv_text.numerals.cache_clear()
    assert csv_text.numerals(True) is None
    csv_text.numerals.cache_clear()


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shelf: Path) -> Iterator[Any]:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(shelf))

    def ended(*words: str) -> tuple[int, str, str]:
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    yield ended
    gc.enable()


@needs_compiler
@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2\n0,1\n3,3.5\n-1,2\n",
        "id;x;y\r\na;1e-5;2\r\nb;.5;1e16\r\n",
        'x,y\n1,2\n"0",1\n 3 ,3.5\n\n-1,2\n',
        "x,y\n1,2\n3,four\n",
        "x,y\n1,2\n3\n",
        "x,y\n1,\n3,4\n",
        "1,2\n3,123456789012345678901234567890\n",
    ],
)
def test_files_are_read_and_written_as_ever(run: Any, text: str) -> None:
    """The same rows, problems and errors, whatever the lines look like."""
    Path("p.csv").write_text(text)
    words = ("grad", "abs(x-3) + sqrt(x)*y", "--points", "p.csv", "-f", "csv", "--compile")
    code, out, err = run(*words, "never")
    again, compiled_out, compiled_err = run(*words, "always")
    assert (again, compiled_out) == (code, out)
    assert compiled_err.replace(" in compiled C", "") == err


def test_columns_of_pyarrow() -> None:
    """Numbers and texts in pyarrow's form are those that pyarrow makes, also in slices, with nulls, of any type."""
    pyarrow = pytest.importorskip("pyarrow")
    numbers = np.array([1.0, np.nan, -0.0, np.inf, 3.0, np.nan, 7.0, 8.0, 9.0, np.nan])
    for column in (numbers, numbers[::3], numbers[:0], numbers[4:5], numbers.astype(np.float32)):
        made = arrow_numbers(column)
        made.validate(full=True)
        assert made.equals(pyarrow.array(np.asarray(column, dtype=np.float64) + 0.0, from_pandas=True))
    for lines in ([None] * 9, ["a", None, "", "é" * 40, None], []):
        made = arrow_texts({row: text for row, text in enumerate(lines) if text is not None}, len(lines))
        made.validate(full=True)
        assert made.equals(pyarrow.array(lines, pyarrow.string()))
    for kind in ("int8", "uint64", "float16", "float32", "float64"):
        values = [
            None if i % 3 == 1 and kind != "float16" else np.float16(i) if kind == "float16" else i for i in range(20)
        ]
        whole = pyarrow.array(values, getattr(pyarrow, kind)())
        for part in (whole, whole[7:15], whole[:0]):
            assert np.array_equal(doubles(part), part.to_numpy(zero_copy_only=False).astype(float), equal_nan=True)


def test_parquet_does_not_load_pandas(tmp_path: Path) -> None:
    """It would take longer than the answers."""
    pytest.importorskip("pyarrow")
    program = (
        "import sys\nfrom gradcli.cli import entry\n"
        "last = ['--compile', 'never', '--out']\n"
        "assert entry.run(['grad', 'sqrt(x)', '--grid', 'x=-1:1:5000', *last, 'a.parquet']) == 0\n"
        "for out in ('b.parquet', 'b.csv'):\n"
        "    assert entry.run(['grad', 'x**2', '--points', 'a.parquet', *last, out]) == 0\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
