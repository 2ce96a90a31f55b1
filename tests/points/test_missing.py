"""`--missing skip|problem`: rows that lack a number are left out or marked; without it they are an error."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.cli import entry

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTS = {
    "p.csv": b"x,y\n1,2\n,4\n5,NA\nnan,\n3,4\n",
    "p.jsonl": b'{"x": 1, "y": 2}\n{"y": 4}\n{"x": 5, "y": null}\n{"id": 3}\n{"x": 3, "y": 4}\n',
    "p.json": b'[{"x": 1, "y": 2}, {"y": 4}, {"x": 5, "y": null}, {}, {"x": 3, "y": 4}]',
}
TABLE = np.array([[1, 2], [np.nan, 4], [5, np.nan], [np.nan, np.nan], [3, 4]])
SKIPPED = "x,y,value,d_x,d_y,problem\n1.0,2.0,2.0,2.0,1.0,\n3.0,4.0,12.0,4.0,3.0,\n"
MARKED = (
    "x,y,value,d_x,d_y,problem\n1.0,2.0,2.0,2.0,1.0,\n"
    ',4.0,,,,"value: undefined: x is missing"\n'
    '5.0,,,,,"value: undefined: y is missing"\n'
    ',,,,,"value: undefined: x, y are missing"\n'
    "3.0,4.0,12.0,4.0,3.0,\n"
)


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Run in a folder with the points in every format: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    for name, data in POINTS.items():
        Path(name).write_bytes(data)
    np.save("p.npy", TABLE)
    np.savez("p.npz", x=TABLE[:, 0], y=TABLE[:, 1])

    def ended(*words: str) -> tuple[int, str, str]:
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    yield ended
    gc.enable()


FILES = [*POINTS, "p.npy", "p.npz"]


@pytest.mark.parametrize("name", FILES)
def test_rows_are_left_out_or_marked(run: Any, name: str) -> None:
    """Empty cells, NA, null, absent keys and nan."""
    words = ("grad", "x*y", "-f", "csv", "--points", name, "--missing")
    code, out, err = run(*words, "skip")
    assert (code, out) == (0, SKIPPED)
    assert "2 rows, 3 left out, where a number is missing" in err
    code, out, err = run(*words, "problem")
    assert (code, out) == (0, MARKED)
    assert "5 rows, 3 with problems (3 undefined)" in err


@pytest.mark.parametrize("name", FILES)
def test_without_it_a_missing_number_is_an_error_with_a_hint(run: Any, name: str) -> None:
    """The row and the way out are named."""
    code, out, err = run("grad", "x*y", "--points", name)
    assert (code, out) == (2, "")
    assert "--missing" in err


def test_parquet_has_missing_values_too(run: Any) -> None:
    """Nulls and nan, in whole numbers as well."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    columns = {"x": [1.0, None, 5.0, None, 3.0], "y": pyarrow.array([2, 4, None, None, 4], pyarrow.int64())}
    parquet.write_table(pyarrow.table(columns), "p.parquet")
    words = ("grad", "x*y", "-f", "csv", "--points", "p.parquet")
    assert run(*words, "--missing", "skip")[1] == SKIPPED
    assert run(*words, "--missing", "problem")[1] == MARKED
    assert run(*words)[0] == 2


def test_every_format_of_answers_has_marked_rows(run: Any) -> None:
    """null, nan, and nothing that is no JSON."""
    words = ("grad", "x*y", "--points", "p.csv", "--missing", "problem")
    lines = [json.loads(line, parse_constant=pytest.fail) for line in run(*words, "--json")[1].splitlines()]
    assert lines[1]["at"] == {"x": None, "y": 4.0}
    assert lines[1]["gradient"] == {"x": None, "y": None}
    assert lines[1]["problems"][0]["message"] == "x is missing"
    lines = [json.loads(line, parse_constant=pytest.fail) for line in run(*words, "-f", "jsonl")[1].splitlines()]
    assert (lines[2]["x"], lines[2]["y"], lines[2]["value"]) == (5.0, None, None)
    assert run(*words, "--out", "o.npy")[0] == 0
    assert np.isnan(np.load("o.npy")).all(axis=1).tolist() == [False, True, True, True, False]
    assert "—" in run(*words, "-f", "table")[1]


def test_infinity_is_not_missing(run: Any) -> None:
    """A point has finite coordinates."""
    Path("i.csv").write_text("x,y\n1,2\ninf,3\n")
    np.save("i.npy", np.array([[1.0, 2.0], [np.inf, np.nan]]))
    for name in ("i.csv", "i.npy"):
        code, _, err = run("grad", "x*y", "--points", name, "--missing", "skip")
        assert code == 2
        assert "finite" in err


def test_places_are_those_of_the_file(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that were left out count: an error and the worst row are named by their line."""
    monkeypatch.setattr("gradcli.points.run.PROMISE", 1e9)  # else the row is decided
    Path("l.csv").write_text("x,y\n,2\n1,2\n\n3,q\n")
    assert json.loads(run("grad", "x*y", "--points", "l.csv", "--missing", "skip", "--json")[2])["error"]["line"] == 5
    rows = "".join(f"{x},1\n" for x in (1e-7, 1e-3, 1))
    Path("w.csv").write_text("x,y\n,1\n,2\n" + rows)
    assert (
        "line 4"
        in run("grad", "(3 + x)**y - 2*(3 + x)**(y/2)*3**(y/2) + 3**y", "--points", "w.csv", "--missing", "skip")[2]
    )


@pytest.mark.parametrize("words", [("--at", "1,2"), ("--grid", "x=0:1:3,y=1"), ()])
def test_it_belongs_to_points(run: Any, words: tuple[str, ...]) -> None:
    """Exit 2."""
    assert run("grad", "x*y", *words, "--missing", "skip")[0] == 2
    assert run("grad", "x*y", "--points", "p.csv", "--missing", "never")[0] == 2


def test_nothing_but_missing_rows(run: Any) -> None:
    """An empty table of answers, or one of marked rows."""
    Path("n.csv").write_text("x,y\n,1\n,2\n")
    assert run("grad", "x*y", "--points", "n.csv", "--missing", "skip", "-f", "csv")[:2] == (0, SKIPPED.split("1.0")[0])
    assert run("grad", "x*y", "--points", "n.csv", "--missing", "problem", "-f", "csv")[1].count("x is missing") == 2
