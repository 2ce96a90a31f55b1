"""`--out FILE` obeys its ending, in every command."""

from __future__ import annotations

import csv
import gc
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.cli import entry
from gradcli.cli.commands import endings
from gradcli.exporting.languages import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAD = ("grad", "x1**2*x2", "--at", "1,2")
COMMANDS = {
    "grad": GRAD,
    "jacobian": ("jacobian", "[x*y, x]", "--at", "1,2"),
    "hessian": ("hessian", "x**2*y", "--at", "1,2"),
    "chain": ("chain", "u = x*y; u**2", "--at", "1,2"),
    "check": ("check", "x**2", "2*x"),
    "functions": ("functions", "exp"),
    "trace": ("trace", "x**2", "--at", "3"),
    "steps": ("steps", "x**2"),
}


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


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".csv", ".md", ".tex", ".MD"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_holds_what_its_name_promises(run: Any, command: str, ending: str) -> None:
    """The same bytes as with --format, whatever the command."""
    form = endings.FORMATS[ending.lower()]
    code, out, err = run(*COMMANDS[command], "-f", form)
    saved = run(*COMMANDS[command], "--out", f"o{ending}")
    if code == 0:
        assert saved == (0, "", err)
        assert Path(f"o{ending}").read_text() == out
    else:
        assert (command, form) == ("functions", "latex")
        assert (saved[:2], os.listdir()) == ((code, ""), [])
        assert "LaTeX" in saved[2]


@pytest.mark.parametrize("name", ["o", "o.txt", "o.log"])
def test_other_names_hold_what_a_terminal_shows(run: Any, name: str) -> None:
    """A table."""
    assert run(*GRAD, "--out", name)[0] == 0
    assert "∂f/∂x1" in Path(name).read_text()


@pytest.mark.parametrize(
    "words",
    [
        *(words for name, words in COMMANDS.items() if name != "functions"),
        (*GRAD, "--at", "3,4"),
        ("graph", "x**2*y"),
        ("plot", "x**2"),
        ("descend", "x**2", "--at", "1"),
        ("quiz", "--seed", "1"),
        ("report", "x**2", "--at", "1"),
    ],
)
def test_every_answer_is_a_page(run: Any, words: tuple[str, ...]) -> None:
    """*.html is one whole page with the function on it, which loads nothing; no other command writes a table there."""
    assert run(*words, "--out", "o.html") == (0, "", "")
    page = Path("o.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("</html>") == page.count("<head>") == 1
    assert page.count("<main") == words.count("--at") or words[0] != "grad"
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/", "")


@pytest.mark.parametrize("name", ["o.svg", "o.png", "o.pdf", "o.dot", "o.mmd"])
@pytest.mark.parametrize("command", ["grad", "hessian", "check", "functions", "trace"])
def test_a_table_is_no_picture(run: Any, command: str, name: str) -> None:
    """Exit 2, and nothing is written."""
    assert run(*COMMANDS[command], "--out", name)[0] == 2
    assert os.listdir() == []


@pytest.mark.parametrize("name", ["o.html", "o.md", "o.tex", "o.svg", "o.xlsx"])
def test_many_points_are_no_page(run: Any, name: str) -> None:
    """The csv of many points has no other name."""
    assert run("grad", "x*y", "--grid", "x=0:1:3,y=0:1:2", "--out", name)[0] == 2
    assert os.listdir() == []


@pytest.mark.parametrize("command", ["grad", "check", "functions"])
def test_a_format_and_a_name_do_not_contradict_each_other(run: Any, command: str) -> None:
    """Exit 2, and nothing is written."""
    for words in (("--json", "--out", "o.csv"), ("-f", "markdown", "--out", "o.tex"), ("-f", "csv", "--out", "o.npy")):
        code, out, err = run(*COMMANDS[command], *words)
        assert (code, out) == (2, "")
        assert "contradict" in err
    assert os.listdir() == []


@pytest.mark.parametrize("name", ["o.xlsx", "o.csv.gz", "o.parquet", "o.npz", "o.pkl"])
def test_what_is_not_written_is_refused(run: Any, name: str) -> None:
    """A table in a file that is called .xlsx would mislead."""
    assert run(*GRAD, "--out", name)[0] == 2
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (GRAD, [[4.0], [1.0]]),
        ((*GRAD, "--layout", "numerator"), [[4.0, 1.0]]),
        ((*GRAD, "--at", "2,3"), [[[4.0], [1.0]], [[12.0], [4.0]]]),
        (COMMANDS["jacobian"], [[2.0, 1.0], [1.0, 0.0]]),
        (COMMANDS["hessian"], [[4.0, 2.0], [2.0, 0.0]]),
        (("grad", "sum(X*X)", "--at", "X=[[1,2],[3,4]]"), [[2.0, 4.0], [6.0, 8.0]]),
    ],
)
def test_npy_holds_the_derivative_in_its_layout(run: Any, words: tuple[str, ...], expected: Any) -> None:
    """Float64 in the shape that the answer states; several points along a first axis."""
    assert run(*words, "--out", "o.npy")[0] == 0
    array = np.load("o.npy")
    assert array.dtype == np.float64
    assert array.tolist() == expected


def test_npy_has_nan_where_nothing_is(run: Any) -> None:
    """Exit 3 as always."""
    assert run("grad", "abs(x)*y", "--at", "0,1", "--out", "o.npy")[0] == 3
    array = np.load("o.npy")
    assert np.isnan(array[0, 0])
    assert array[1, 0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("grad", "x**2"),
        COMMANDS["chain"],
        (*GRAD, "--layout", "both"),
        ("grad", "x@x + y", "--at", "x=[1,2],y=3"),
        COMMANDS["check"],
        COMMANDS["functions"],
        COMMANDS["trace"],
        COMMANDS["steps"],
        ("graph", "x**2"),
    ],
)
def test_what_is_no_array_is_refused(run: Any, words: tuple[str, ...]) -> None:
    """No point, two layouts, several shapes, words: exit 2."""
    assert run(*words, "--out", "o.npy")[0] == 2
    assert os.listdir() == []


def test_export_knows_its_language_by_the_ending(run: Any) -> None:
    """`export --out f.c` needs no --to; --to comes first; an ending that tells nothing is an error."""
    code, text, _ = run("export", "x**2", "--to", "c")
    assert (code, run("export", "x**2", "--out", "f.c")[0]) == (0, 0)
    assert Path("f.c").read_text() == text
    for name, language in ENDINGS.items():
        assert run("export", "x**2", "--out", f"g{name}")[0] == 0, language
    assert run("export", "x**2", "--to", "numpy", "--out", "f.py")[0] == 0
    assert "numpy" in Path("f.py").read_text()
    assert run("export", "x**2", "--out", "f.txt")[0] == 2


def test_csv_of_several_points_has_the_point_and_the_value_in_each_row(run: Any) -> None:
    """A row stands alone."""
    rows = list(csv.DictReader(run(*GRAD, "--at", "2,3", "-f", "csv")[1].splitlines()))
    assert [(row["x1"], row["x2"], row["function_value"], row["variable"], row["value"]) for row in rows] == [
        ("1", "2", "2", "x1", "4"),
        ("1", "2", "2", "x2", "1"),
        ("2", "3", "12", "x1", "12"),
        ("2", "3", "12", "x2", "4"),
    ]
    rows = list(csv.DictReader(run("jacobian", "[x*y, x]", "--at", "1,2", "--at", "2,3", "-f", "csv")[1].splitlines()))
    assert [row["function_value"] for row in rows] == ["2", "2", "1", "1", "6", "6", "2", "2"]
    words = ("grad", "sum(x)", "--at", "x=[1,2]", "--at", "x=[3,4]", "-f", "csv")
    assert run(*words)[1].splitlines()[0].startswith("x[0],x[1],function_value,")
    assert run("chain", "u = x*y; u**2", "--at", "1,2", "--at", "2,3", "-f", "csv")[1].startswith("x,y,function_value")


def test_csv_of_one_point_is_as_it_was(run: Any) -> None:
    """No further columns."""
    header = "function,variable,symbolic,value,error,problem,layout"
    assert run(*GRAD, "-f", "csv")[1].splitlines()[0] == header


def test_json_lines_of_several_points(run: Any) -> None:
    """One object a line under either name."""
    assert run(*GRAD, "--at", "2,3", "--out", "o.jsonl")[0] == 0
    assert [json.loads(line)["value"] for line in Path("o.jsonl").read_text().splitlines()] == [2.0, 12.0]


@pytest.mark.parametrize("ending", [ending for ending in endings.GRAPHS if ending not in endings.PAGES])
def test_graphs_obey_their_ending(run: Any, ending: str) -> None:
    """Pictures, languages of pictures, JSON; other formats are refused, other names hold the tree."""
    words = ("graph", "x**2", "--at", "3")
    out = run(*words, "-f", endings.GRAPHS[ending])[1]
    assert run(*words, "--out", f"o{ending}")[0] == 0
    assert Path(f"o{ending}").read_text() == out
    assert run(*words, "--out", "p.csv")[0] == run(*words, "-f", "tree", "--out", "p.svg")[0] == 2
    assert not list(Path().glob("p*"))
