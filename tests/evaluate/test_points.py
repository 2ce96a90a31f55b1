"""Tables of points are read and written block by block, and what is wrong in them is one error with its place."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.points import text as points_text
from gradcli.points.arrays import Archive, Lattice, LatticeAxis, NumberFile, Parquet
from gradcli.points.run import Answers
from gradcli.points.table import Rows, column_name, column_shapes, columns_of, require_finite
from gradcli.points.text import JsonLines, Lines, Separated
from gradcli.points.writers import CsvWriter, make_writer
from gradcli.problems import GradcliError, Problem

if TYPE_CHECKING:
    from pathlib import Path


def separated(text: str, separator: str = ",") -> Separated:
    data = text.encode()
    return Separated(Lines("p.csv", io.BytesIO(data), len(data)), separator)


def numbers(table: Any, *wanted: int, size: int = 1000) -> list[list[float]]:
    """All rows of these columns."""
    try:
        return [list(map(float, row)) for rows in table.blocks(wanted, size) for row in zip(*rows.columns, strict=True)]
    finally:
        table.close()


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("x,y\n1,2\n3,-4e-1\n", ","),
        ("x,y\n1,2\n3,-.4", ","),
        ("\ufeffx,y\r\n1,2\r\n\r\n3,-0.4\r\n", ","),
        ('"x" , "y"\n"1","2"\n3, -0.4\n', ","),
        ("x\ty\n1\t2\n3\t-0.4\n", "\t"),
        ("x;y\n1;2\n3;-0.4\n", ","),
    ],
)
def test_the_ways_of_csv(text: str, separator: str) -> None:
    """Quotes, blanks, line ends, byte order marks and other separators do not change the numbers."""
    table = separated(text, separator)
    assert numbers(table, 0, 1) == [[1.0, 2.0], [3.0, -0.4]]


@pytest.mark.parametrize("size", [2, 3, 1 << 22])
def test_csv_in_utf_16(size: int) -> None:
    """What PowerShell and Excel write is read, in pieces of any size; where it breaks off is an error."""

    class Pieces(io.BytesIO):
        def read(self, count: int | None = -1) -> bytes:
            return super().read(size if count is None or count < 0 else min(size, count))

    data = "x,θ\r\n1,2\r\n3,-0.4\r\n".encode("utf-16")
    table = Separated(Lines("points.csv", Pieces(data), len(data)), ",")
    assert table.names == ("x", "theta")
    assert numbers(table, 0, 1) == [[1.0, 2.0], [3.0, -0.4]]
    with pytest.raises(GradcliError, match="UTF-16"):
        numbers(Separated(Lines("points.csv", Pieces(data[:-1]), len(data)), ","), 0, 1)


def test_columns_are_chosen_by_name_and_others_may_hold_text() -> None:
    """A column that the function does not use may hold anything; order does not matter."""
    table = separated("name,y,x\nfirst,2,1\nsecond,4,3\n")
    assert columns_of(table, ["x", "y"]) == [2, 1]
    assert numbers(table, 2, 1) == [[1.0, 2.0], [3.0, 4.0]]


def test_a_csv_without_names_is_taken_in_order() -> None:
    """A first line of numbers is a point."""
    table = separated("1,2\n3,4\n")
    assert table.names is None
    assert columns_of(table, ["x", "y"]) == [0, 1]
    assert numbers(table, 0, 1) == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        ("1,2\n3", "the line has 1 cell, and the first line has 2", 3),
        ("1,2,3\n", "the line has 3 cells, and the first line has 2", 2),
        ("1,2\n3,abc\n", "column y: 'abc' is no number", 3),
        ("1,2\n\n\n3,1_000\n", "column y: '1_000' is no number", 5),
        ("1,\n", "column y: the cell is empty", 2),
        ("1,nan\n", "column y: 'nan' is no finite number", 2),
        ("1,-inf\n", "column y: '-inf' is no finite number", 2),
        ("1e999,2\n", "column x: '1e999' is no finite number", 2),
    ],
)
def test_a_bad_cell_names_its_line_and_column(body: str, message: str, line: int) -> None:
    """One clear error, with the line as editors count it."""
    with pytest.raises(GradcliError) as caught:
        numbers(separated("x,y\n" + body), 0, 1)
    error = caught.value
    assert (error.message, error.code, error.exit_code) == (message, "points", 2)
    assert error.span is not None
    assert error.span.source.text[: error.span.start].count("\n") + 1 == line


def test_a_bad_cell_far_down_is_found_at_its_line() -> None:
    """Lines are counted over blocks."""
    body = "1,2\n" * 5000 + "1,x\n"
    with pytest.raises(GradcliError) as caught:
        numbers(separated("x,y\n" + body), 0, 1, size=64)
    assert caught.value.span is not None
    assert caught.value.span.source.text.count("\n") == 5001


def test_missing_columns_are_named() -> None:
    """A variable without a column is an error that names it."""
    with pytest.raises(GradcliError, match="there is no column y"):
        columns_of(separated("x,z\n1,2\n"), ["x", "y"])
    with pytest.raises(GradcliError, match="two columns are called 'x'"):
        columns_of(separated("x,x\n1,2\n"), ["x"])
    with pytest.raises(GradcliError, match="2 columns without names for 1 variable"):
        columns_of(separated("1,2\n"), ["x"])


def test_names_of_columns_are_names_of_variables() -> None:
    """`x_1` is x1, θ is theta, entries of arrays make shapes."""
    assert [column_name(text) for text in (" x_1", "θ", "x[ 0 ]", "X[0, 1]", "not a name")] == [
        "x1",
        "theta",
        "x[0]",
        "X[0,1]",
        "not a name",
    ]
    assert column_shapes(["x[0]", "x[1]", "X[1,2]", "a"]) == {"x": (2,), "X": (2, 3), "a": ()}


def json_lines(text: str) -> JsonLines:
    data = text.encode()
    return JsonLines(Lines("p.jsonl", io.BytesIO(data), len(data)))


def test_json_lines_with_arrays() -> None:
    """Keys are names, lists are entries of arrays; lines may have other keys in any order."""
    table = json_lines('{"x": [1, 2], "y": 3}\n{"y": 6, "id": "b", "x": [4, 5.5]}\n')
    assert table.names == ("x[0]", "x[1]", "y")
    assert numbers(table, 0, 1, 2) == [[1.0, 2.0, 3.0], [4.0, 5.5, 6.0]]
    assert numbers(json_lines("[1, 2]\n[3, 4]"), 1, 0) == [[2.0, 1.0], [4.0, 3.0]]


@pytest.mark.parametrize(
    "line",
    ['{"x": "1"}', '{"x": true}', '{"x": null}', '{"x": NaN}', f'{{"x": {"9" * 400}}}', '{"y": 1}', "[1]", "1", "{"],
)
def test_json_lines_without_a_number_are_refused(line: str) -> None:
    """Texts, truth values, nothing, and what is not finite are no coordinates; a line that lacks a key is named."""
    with pytest.raises(GradcliError) as caught:
        numbers(json_lines('{"x": 1}\n' + line), 0)
    assert caught.value.code == "points"


def test_npy_by_order_and_by_fields(tmp_path: Path) -> None:
    """Two dimensions go by order, a structured type by name, one dimension is one variable."""
    path = str(tmp_path / "p.npy")
    np.save(path, np.arange(6).reshape(3, 2))
    assert numbers(NumberFile(path), 0, 1, size=2) == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    np.save(path, np.array([(1.0, 2), (3.0, 4)], dtype=[("y", "f4"), ("x_1", "i8")]))
    table = NumberFile(path)
    assert table.names == ("y", "x1")
    assert numbers(table, 1, 0) == [[2.0, 1.0], [4.0, 3.0]]
    np.save(path, np.array([1.5, 2.5]))
    assert numbers(NumberFile(path), 0) == [[1.5], [2.5]]


def test_npy_that_is_cut_pickled_or_text_is_refused(tmp_path: Path) -> None:
    """A damaged file is an error, and a pickle is never loaded."""
    path = tmp_path / "p.npy"
    np.save(path, np.ones((100, 2)))
    whole = path.read_bytes()
    bad = [whole[:60], whole[:500], b"", b"x,y\n1,2\n"]
    for array in (np.array([{}], dtype=object), np.array([["a"]]), np.ones((2, 2, 2)), np.ones((2, 2), dtype=complex)):
        np.save(path, array, allow_pickle=True)
        bad.append(path.read_bytes())
    for data in bad:
        path.write_bytes(data)
        with pytest.raises(GradcliError) as caught:
            NumberFile(str(path))
        assert caught.value.code == "points"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_is_read_piece_by_piece(tmp_path: Path, save: Any) -> None:
    """One array a variable; a vector is an array of two dimensions; blocks need not divide the rows."""
    path = str(tmp_path / "p.npz")
    save(path, x=np.arange(5.0), v=np.arange(10, dtype=np.int32).reshape(5, 2))
    table = Archive(path)
    assert (table.names, table.rows) == (("x", "v[0]", "v[1]"), 5)
    assert numbers(table, 2, 0, size=2) == [[1.0, 0.0], [3.0, 1.0], [5.0, 2.0], [7.0, 3.0], [9.0, 4.0]]
    save(path, x=np.arange(5.0), y=np.arange(4.0))
    with pytest.raises(GradcliError, match="not all of one length"):
        Archive(path)


def test_parquet_by_name_and_damaged(tmp_path: Path) -> None:
    """Columns go by name; missing values, texts and cut files are errors."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = str(tmp_path / "p.parquet")
    parquet.write_table(pyarrow.table({"y": [1.0, 2.0], "x": [3, 4], "t": ["a", "b"], "m": [1.0, None]}), path)
    table = Parquet(path)
    assert numbers(table, 1, 0) == [[3.0, 1.0], [4.0, 2.0]]
    with pytest.raises(GradcliError, match="column t holds no numbers"):
        numbers(Parquet(path), 2)
    with pytest.raises(GradcliError, match="row 2, column m: there is no value"):
        numbers(Parquet(path), 3)
    data = (tmp_path / "p.parquet").read_bytes()
    (tmp_path / "p.parquet").write_bytes(data[: len(data) // 2])
    with pytest.raises(GradcliError, match="no parquet file"):
        Parquet(path)


def test_parquet_without_pyarrow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(GradcliError) as caught:
        Parquet(str(tmp_path / "p.parquet"))
    assert caught.value.hint == "pip install pyarrow"


def test_arrays_that_are_not_finite_name_row_and_column(tmp_path: Path) -> None:
    """A coordinate in an array must be finite, as in text; a sum that overflows is no reason to complain."""
    path = str(tmp_path / "p.npy")
    np.save(path, np.array([[1.0, 2.0], [3.0, np.nan]]))
    table = NumberFile(path)
    (rows,) = table.blocks([0, 1], 10)
    with pytest.raises(GradcliError, match="row 2, column y: not a number"):
        require_finite(table, rows, ["x", "y"])
    require_finite(table, Rows(0, (np.full(3, 1e308),)), ["x"])


def test_a_lattice_has_short_decimals_and_the_last_axis_fastest() -> None:
    """-1:1:21 holds 0.1 and not 0.10000000000000009."""
    from fractions import Fraction

    lattice = Lattice({"x": LatticeAxis(Fraction(-1), Fraction(1), 21), "y": LatticeAxis(Fraction(0), Fraction(1), 3)})
    found = numbers(lattice, 0, 1, size=7)
    assert found == [[i / 10, j / 2] for i in range(-10, 11) for j in range(3)]
    assert lattice.rows == 63


def test_a_lattice_is_made_block_by_block() -> None:
    """A thousand million points take no memory before they are asked for; ends are exact, however far apart."""
    from fractions import Fraction

    axis = LatticeAxis(Fraction("-1e308"), Fraction("1.5e308"), 10**9)
    assert axis.values(np.array([0, 10**9 - 1])).tolist() == [-1e308, 1.5e308]
    assert LatticeAxis(Fraction("-1e308"), Fraction("1.5e308"), 2).values(np.array([0, 1])).tolist() == [
        -1e308,
        1.5e308,
    ]
    block = next(iter(Lattice({"x": axis, "y": axis}).blocks([0, 1], 4)))
    assert block.columns[0].tolist() == [-1e308] * 4
    assert block.columns[1][1] == pytest.approx(-1e308 + 2.5e299, rel=1e-15)


def answers(problems: dict[int, tuple[Problem, ...]] | None = None, count: int = 3) -> Answers:
    table = np.arange(2.0 * count).reshape(count, 2) / 4
    for row in problems or {}:
        table[row] = np.nan
    return Answers(Rows(0, (np.arange(float(count)),)), table, problems or {})


TROUBLE = {1: (Problem("x", "infinite", 'the "slope", at 1'),)}


def written(form: str, *blocks: Answers) -> bytes:
    stream = io.BytesIO()
    writer = make_writer(form, stream, ["x"], ["value", "d_x"])
    for block in blocks:
        writer.write(block)
    writer.finish()
    return stream.getvalue()


def test_csv_marks_rows_with_problems() -> None:
    """What does not exist is an empty cell, and the row says why."""
    lines = written("csv", answers(TROUBLE)).decode().split("\n")
    assert lines[0] == "x,value,d_x,problem"
    assert lines[1] == "0.0,0.0,0.25,"
    assert lines[2] == '1.0,,,"x: infinite: the ""slope"", at 1"'


def test_long_csv_reads_back_to_the_same_numbers() -> None:
    """pyarrow's text and Python's are the same numbers, problems and empty cells."""
    import csv

    long = answers(TROUBLE, count=5000)
    texts = [written("csv", long)]
    plain = io.BytesIO()
    writer = CsvWriter(plain, ["x"], ["value", "d_x"])
    writer.write_plainly(long)
    texts.append(plain.getvalue())
    read = [list(csv.reader(io.StringIO(text.decode()))) for text in texts]
    assert read[0][0] == read[1][0]
    for ours, theirs in zip(read[0][1:], read[1][1:], strict=True):
        assert [cell and float(cell) for cell in ours[:3]] == [cell and float(cell) for cell in theirs[:3]]
        assert ours[3] == theirs[3]


def test_json_lines_are_strict() -> None:
    """What does not exist is null; every line is an object with the columns as keys."""
    lines = [json.loads(line) for line in written("jsonl", answers(TROUBLE)).splitlines()]
    assert lines[0] == {"x": 0.0, "value": 0.0, "d_x": 0.25, "problem": None}
    assert lines[1] == {"x": 1.0, "value": None, "d_x": None, "problem": 'x: infinite: the "slope", at 1'}


@pytest.mark.parametrize("form", ["npy", "npz"])
def test_arrays_hold_the_columns_from_value_on(form: str) -> None:
    """The header tells the number of rows, which nobody knew when it was written."""
    found: Any = np.load(io.BytesIO(written(form, answers(TROUBLE), answers())))
    found = found["out"] if form == "npz" else found
    assert found.dtype == np.float64
    assert np.array_equal(found, np.vstack([answers(TROUBLE).table, answers().table]), equal_nan=True)


def test_parquet_holds_nulls() -> None:
    """What does not exist is null, and a column says why."""
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = parquet.read_table(io.BytesIO(written("parquet", answers(TROUBLE)))).to_pylist()
    assert rows[1] == {"x": 1.0, "value": None, "d_x": None, "problem": 'x: infinite: the "slope", at 1'}
    assert rows[2] == {"x": 2.0, "value": 1.0, "d_x": 1.25, "problem": None}


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the lines take the same memory."""
    monkeypatch.setattr(points_text, "CHUNK_BYTES", 1 << 18)

    class Endless(io.RawIOBase):
        """Lines until there are enough."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.left = count

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            count = min(self.left, size // 8)
            self.left -= count
            return b"0.5,0.2\n" * count

    def peak(count: int) -> int:
        table = Separated(Lines("p.csv", Endless(count), 1), ",")  # type: ignore[arg-type]
        tracemalloc.start()
        rows = sum(len(block.columns[0]) for block in table.blocks([0, 1], 4096))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert rows == count
        return most

    assert peak(1 << 18) < 1.2 * peak(1 << 16)
