"""`--keep COLUMNS`: what is no variable is carried through, in every format, beside its row."""

from __future__ import annotations

import csv
import datetime
import gc
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.cli import entry
from gradcli.points.kept import as_cell, as_json, as_text, read_columns
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Iterator

IDS = ["a", "b, c", 'say "hi"', "", "é"]
X = [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def ended(*words: str) -> tuple[int, str, str]:
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    yield ended
    gc.enable()


def write_csv(name: str, ids: list[str], x: list[Any]) -> None:
    """A file with an id, a number that is no variable, and x."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["run id", "n", "x"])
    writer.writerows(zip(ids, range(len(ids)), x, strict=True))
    Path(name).write_text(stream.getvalue())


WORDS = ("grad", "x**2", "--keep", "run id,n", "--points")


def test_csv_to_csv(run: Any) -> None:
    """In front, as it stands, quoted where it must be."""
    write_csv("p.csv", IDS, X)
    code, out, _ = run(*WORDS, "p.csv", "-f", "csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert code == 0
    assert rows[0] == ["run id", "n", "x", "value", "d_x", "problem"]
    assert [row[:2] for row in rows[1:]] == [[name, str(i)] for i, name in enumerate(IDS)]
    assert [float(row[4]) for row in rows[1:]] == [2 * x for x in X]


def test_every_kind_of_file_is_carried_through(run: Any) -> None:
    """csv, tsv, jsonl, JSON arrays, npz and parquet give their columns to csv."""
    ids = ["1", "20", "300"]
    write_csv("p.csv", ids, [1, 2, 3])
    Path("p.tsv").write_text(Path("p.csv").read_text().replace(",", "\t"))
    rows = [{"run id": int(name), "n": i, "x": i + 1} for i, name in enumerate(ids)]
    Path("p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    Path("p.json").write_text(json.dumps(rows))
    fields = np.array([(1, 0, 1.0), (20, 1, 2.0), (300, 2, 3.0)], dtype=[("run id", "i8"), ("n", "i4"), ("x", "f8")])
    np.save("p.npy", fields)
    np.savez("p.npz", **{name: fields[name] for name in ("run id", "n", "x")})
    expected = run(*WORDS, "p.csv", "-f", "csv")[1]
    assert expected.splitlines()[2] == "20,1,2.0,4.0,4.0,"
    for name in ("p.tsv", "p.jsonl", "p.json", "p.npy", "p.npz"):
        assert run(*WORDS, name, "-f", "csv")[:2] == (0, expected), name


def test_json_keeps_what_json_has(run: Any) -> None:
    """Numbers, texts, lists and null; documents have the key `kept`."""
    values = [1, "θ", [1, {"a": None}], None, True]
    lines = [json.dumps({"x": i, **({"id": value} if value is not None else {})}) for i, value in enumerate(values)]
    Path("p.jsonl").write_text("\n".join(lines))
    words = ("grad", "x**2", "--points", "p.jsonl", "--keep", "id")
    found = [json.loads(line) for line in run(*words, "-f", "jsonl")[1].splitlines()]
    assert [row["id"] for row in found] == values
    assert next(iter(found[0])) == "id"
    found = [json.loads(line) for line in run(*words, "--json")[1].splitlines()]
    assert [row["kept"]["id"] for row in found] == values
    assert "kept" not in json.loads(run(*words[:-2], "--json")[1].splitlines()[0])


def test_parquet_keeps_types(run: Any) -> None:
    """Dates stay dates from parquet to parquet, and are text elsewhere."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    days = [datetime.date(2024, 1, 1), None]
    columns = {"day": pyarrow.array(days, pyarrow.date32()), "id": [7, 8], "x": [1.0, 2.0]}
    parquet.write_table(pyarrow.table(columns), "p.parquet")
    words = ("grad", "x**2", "--points", "p.parquet", "--keep", "day", "--keep", "id")
    assert run(*words, "--out", "o.parquet")[0] == 0
    found = parquet.read_table("o.parquet")
    assert found.column("day").to_pylist() == days
    assert str(found.schema.field("id").type) == "int64"
    assert run(*words, "-f", "csv")[1].splitlines()[1:] == ["2024-01-01,7,1.0,1.0,2.0,", ",8,2.0,4.0,4.0,"]
    write_csv("p.csv", IDS, X)
    assert run(*WORDS, "p.csv", "--out", "q.parquet")[0] == 0
    assert parquet.read_table("q.parquet").column("run id").to_pylist() == IDS


def test_rows_stay_beside_their_names(run: Any) -> None:
    """Over many blocks, with rows that lack a number, and with problems."""
    count = 70_000
    x = ["" if i % 1000 == 7 else (i % 5) - 2 for i in range(count)]
    write_csv("p.csv", [f"r{i}" for i in range(count)], x)
    words = ("grad", "abs(x)", "--keep", "run id", "--points", "p.csv", "--missing")
    rows = list(csv.reader(io.StringIO(run(*words, "skip", "-f", "csv")[1])))[1:]
    assert len(rows) == count - 70
    assert all(float(row[1]) == (int(row[0][1:]) % 5) - 2 for row in rows)
    rows = list(csv.reader(io.StringIO(run(*words, "problem", "-f", "csv")[1])))[1:]
    assert [row[0] for row in rows] == [f"r{i}" for i in range(count)]
    assert rows[7][:3] == ["r7", "", ""]
    assert "kink" in rows[2][-1]


def test_regular_and_careful_reading_agree(run: Any) -> None:
    """A quote anywhere in a block makes it be read cell by cell: the same rows."""
    write_csv("p.csv", ["a"] * 5000, list(range(5000)))
    plain = run(*WORDS, "p.csv", "-f", "csv")[1]
    Path("p.csv").write_text(Path("p.csv").read_text().replace("\na,1,1\n", '\n"a",1,1\n'))
    assert run(*WORDS, "p.csv", "-f", "csv")[1] == plain


def test_a_table_shows_them(run: Any) -> None:
    """In front."""
    write_csv("p.csv", IDS, X)
    assert "b, c" in run(*WORDS, "p.csv", "-f", "table")[1]


def test_a_folder_keeps_them(run: Any) -> None:
    """Every file of it."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    Path("in").mkdir()
    for i in range(3):
        parquet.write_table(pyarrow.table({"id": [f"{i}a", f"{i}b"], "x": [1.0, 2.0]}), f"in/{i}.parquet")
    assert run("grad", "x**2", "--points", "in", "--out", "out", "--keep", "id", "--workers", "1")[0] == 0
    ids = [name for path in sorted(Path("out").iterdir()) for name in parquet.read_table(path).column("id").to_pylist()]
    assert ids == ["0a", "0b", "1a", "1b", "2a", "2b"]


@pytest.mark.parametrize(
    "words",
    [
        ("--points", "p.csv", "--keep", "none"),
        ("--points", "p.csv", "--keep", "x"),
        ("--points", "v.csv", "--keep", "value"),
        ("--points", "p.csv", "--keep", ""),
        ("--points", "p.csv", "--keep", "n,n"),
        ("--points", "p.csv", "--keep", "n", "--out", "o.npy"),
        ("--points", "p.npy", "--keep", "n"),
        ("--grid", "x=0:1:3", "--keep", "n"),
        ("--at", "1", "--keep", "n"),
    ],
)
def test_what_cannot_be_kept_is_refused(run: Any, words: tuple[str, ...]) -> None:
    """No such column, a variable, a column of the answers, nothing, twice, npy, no names, a lattice, one point."""
    write_csv("p.csv", IDS, X)
    Path("v.csv").write_text("value,x\n1,2\n")
    np.save("p.npy", np.array([[1.0], [2.0]]))
    code, out, err = run("grad", "x**2", *words)
    assert (code, out) == (2, "")
    assert "--keep" in err or "none" in err
    assert not Path("o.npy").exists()


def test_names_and_values_as_text() -> None:
    """A name with a comma stands in quotes; what JSON does not know is text."""
    assert read_columns(['a, "b, c"', "d"]) == ("a", "b, c", "d")
    with pytest.raises(GradcliError):
        read_columns(["a,,b"])
    assert [as_text(value) for value in (None, float("nan"), 1.5, True, "t", [1])] == [
        "",
        "",
        "1.5",
        "true",
        "t",
        "[1]",
    ]
    assert [as_json(value) for value in (float("nan"), float("inf"), [float("inf")])] == ["null", '"inf"', '"[inf]"']
    assert as_cell("a\rb") == '"a\rb"'
