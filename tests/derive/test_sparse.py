"""`--sparse`: the entries of whole matrices that are not zero by their form, with the same numbers and problems."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gradcli
from gradcli.cli import entry

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    import gc

    monkeypatch.chdir(tmp_path)

    def ended(*words: str) -> tuple[int, str, str]:
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    yield ended
    gc.enable()


def dense(document: dict[str, Any], key: str, zero: Any) -> list[list[Any]]:
    """The whole matrix of a list of coordinates."""
    rows, columns = document["shape"]
    found = [[zero] * columns for _ in range(rows)]
    listed = document["coordinates"]
    for i, j, value in zip(listed["row"], listed["column"], listed[key], strict=True):
        found[i][j] = value
    return found


JACOBIANS = (
    (("[x*y, y**2, sin(z)*x, 5]",), "x=1,y=2,z=3"),
    (("[x*y, abs(y), log(x), where(z > 0, x, y)]",), "x=1,y=0,z=0"),
    (("x**2", "exp(x*y)", "max(x, z)"), "x=1,y=800,z=1"),
    (("[u*x, u + y, u*u]; u = sin(x)/y",), "x=1/2,y=3"),
    (("x*norm(x)",), "x=[3,4,0]"),
    (("A@x",), "A=[[1,0],[3,4]],x=[1,2]"),
)


@pytest.mark.parametrize(("texts", "at"), JACOBIANS, ids=[case[0][0] for case in JACOBIANS])
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_jacobians_are_those_of_whole_matrices(run: Any, texts: tuple[str, ...], at: str, layout: str) -> None:
    """Labels, values, formulas, numbers, what does not exist and why."""
    words = ("jacobian", *texts, "--at", at, "--layout", layout, "--json", *(("--wrt", "x") if "A@x" in texts else ()))
    code, out, _ = run(*words)
    whole = json.loads(out)
    again, out, _ = run(*words, "--sparse")
    found = json.loads(out)
    assert again == code
    for key in ("function", "variables", "at", "value", "shape", "layout", "method", "accuracy"):
        assert found[key] == whole[key], key
    assert dense(found, "value", 0.0) == whole["jacobian"]
    if isinstance(whole["symbolic"], list) and not found["definitions"] and not whole["definitions"]:
        assert dense(found, "symbolic", "0") == whole["symbolic"]
    assert [p["message"] for p in found["problems"]] == [p["message"] for p in whole["problems"]]


HESSIANS = (("x**2*y + z + sin(x*w)", "x=1,y=2,z=3,w=4"), ("x*exp(y)", "x=1,y=709"), ("norm(x)**2", "x=[1,2]"))


@pytest.mark.parametrize(("text", "at"), HESSIANS)
def test_hessians_are_those_of_whole_matrices(run: Any, text: str, at: str) -> None:
    """Both halves."""
    words = ("hessian", text, "--at", at, "--json")
    whole, found = json.loads(run(*words)[1]), json.loads(run(*words, "--sparse")[1])
    assert dense(found, "value", 0.0) == whole["hessian"]
    assert found["value"] == whole["value"]
    assert found["rows"] == whole["rows"]


def test_what_is_not_smooth_has_no_sparse_hessian(run: Any) -> None:
    """Every entry would have to be looked at."""
    code, _, err = run("hessian", "abs(x)*y", "--at", "0,1", "--sparse")
    assert code == 2
    assert "without --sparse every entry is looked at" in err


def test_a_function_without_a_value(run: Any) -> None:
    """Its zeros do not exist either: said in words, and nothing that SciPy would take for zeros."""
    words = ("jacobian", "[log(x), y]", "--at", "x=-1,y=2", "--sparse")
    code, out, _ = run(*words)
    assert code == 3
    assert "# a function without a value has no derivatives: none of its entries exists" in out
    code, _, err = run(*words, "--out", "j.npz")
    assert code == 2
    assert "a number does not exist, and npz cannot say so" in err


def test_npz_is_what_scipy_loads(run: Any) -> None:
    """The matrix, its shape, also without an entry."""
    sparse = pytest.importorskip("scipy.sparse")
    assert run("hessian", "x**2*y + z", "--at", "1,2,3", "--sparse", "--out", "h.npz")[0] == 0
    assert sparse.load_npz("h.npz").toarray().tolist() == [[4.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert run("hessian", "x + y", "--at", "1,2", "--sparse", "--out", "z.npz")[0] == 0
    assert sparse.load_npz("z.npz").toarray().tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_plain_lines_and_csv(run: Any) -> None:
    """An entry a line, with and without a point."""
    assert run("jacobian", "[x**2, x*y]", "--sparse", "--format", "plain")[1] == (
        "f = [x**2, x*y]\ndf1/dx = 2*x\ndf2/dx = y\ndf2/dy = x\n# 3 entries of 2 x 2; the others are 0\n"
    )
    out = run("jacobian", "[x**2, x*y]", "--sparse", "--at", "3,4", "--format", "csv")[1]
    assert list(csv.reader(io.StringIO(out))) == [
        ["row", "column", "symbolic", "value"],
        ["f1", "x", "2*x", "6.0"],
        ["f2", "x", "y", "4.0"],
        ["f2", "y", "x", "3.0"],
    ]


def test_beyond_what_whole_matrices_may_have(run: Any) -> None:
    """What is too large to be answered whole is answered as a list; where that is no way, the error stays."""
    n = 510
    Path("f.txt").write_text("[" + ", ".join(f"x{i}*x{i + 1}" for i in range(1, n)) + "]")
    Path("h.txt").write_text(" + ".join(f"x{i}*x{i + 1}" for i in range(1, n)))
    Path("at.txt").write_text(",".join(str(i) for i in range(1, n + 1)))
    words = ("jacobian", "@f.txt", "--at", "@at.txt", "--json")
    code, out, err = run(*words)
    assert (code, err) == (0, "")
    assert out == run(*words, "--sparse")[1]
    found = json.loads(out)
    assert found["schema"] == "gradcli.coordinates/1"
    assert found["shape"] == [n - 1, n]
    assert found["coordinates"]["value"][:4] == [2.0, 1.0, 3.0, 2.0]
    assert len(found["coordinates"]["value"]) == 2 * (n - 1)
    assert run("hessian", "@h.txt", "--at", "@at.txt")[1].endswith(
        f"{2 * (n - 1)} entries of {n} x {n}; the others are 0\n"
    )
    for more in (["-f", "latex"], ["--along", "@at.txt"], ["--method", "autodiff"], ["--layout", "both"]):
        code, _, err = run("jacobian", "@f.txt", "--at", "@at.txt", *more)
        assert code == 2
        assert "--sparse (sparse=True in Python) lists what is not 0" in err


def test_the_library_has_lists_of_coordinates() -> None:
    """`sparse=True` says what --sparse says; SciPy's array of it is the whole matrix."""
    n = 600
    texts = [f"x{i}**2*x{i % n + 1}" for i in range(1, n + 1)]
    at = [0.5 + i / n for i in range(n)]
    found = gradcli.jacobian(*texts, at=at, sparse=True)
    assert (found.shape, len(found.places)) == ((n, n), 2 * n)
    whole = found.to_scipy().toarray()
    assert whole.shape == (n, n)
    assert whole[0, 0] == 2 * at[0] * at[1]
    assert whole[n - 1, 0] == at[n - 1] ** 2
    with pytest.raises(gradcli.GradcliError, match="Jacobian of 360000 entries"):
        gradcli.jacobian(*texts, at=at)
    point = {"x": 1, "y": 2}
    hessian = gradcli.hessian("x**3*y", at=point, sparse=True)
    assert hessian.to_scipy().toarray().tolist() == [
        list(row) for row in gradcli.hessian("x**3*y", at=point).hessian or ()
    ]
    assert [one.array for one in gradcli.jacobian("x**2", at=[{"x": 1}, {"x": 2}], sparse=True)] == [  # type: ignore[attr-defined]
        ((0,), (0,), (2.0,)),
        ((0,), (0,), (4.0,)),
    ]
    with pytest.raises(gradcli.GradcliError, match="no numbers"):
        gradcli.jacobian("x**2", sparse=True).to_scipy()


@pytest.mark.parametrize(
    "options",
    [{"along": (1, 0)}, {"method": "fd"}, {"layout": "both"}, {"simplify": True}, {"shapes": "S: 2,2 symmetric"}],
)
def test_what_does_not_go_with_coordinates_is_an_error_in_the_library(options: dict[str, Any]) -> None:
    """As on the command line; and a callable has no form."""
    with pytest.raises(gradcli.GradcliError, match="do not go together"):
        gradcli.jacobian("x*y", at=(1, 2), sparse=True, **options)
    with pytest.raises(gradcli.GradcliError, match="takes texts"):
        gradcli.hessian(lambda x: x**2, at=1, sparse=True)


def test_scipy_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only for its own array."""
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    found = gradcli.jacobian("x**2", at=3, sparse=True)
    assert found.array == ((0,), (0,), (6.0,))
    with pytest.raises(gradcli.GradcliError, match="SciPy is not installed"):
        found.to_scipy()


@pytest.mark.parametrize(
    "words",
    [
        ("jacobian", "[x]", "--sparse", "--along", "1"),
        ("jacobian", "[x]", "--sparse", "--method", "fd"),
        ("jacobian", "[x]", "--sparse", "--layout", "both"),
        ("hessian", "x*y", "--sparse", "--out", "h.tex"),
        ("hessian", "x*y", "--sparse", "--grid", "x=0:1:3,y=0"),
        ("hessian", "x*y", "--sparse", "--out", "h.npz"),
        ("jacobian", "A@x", "--at", "A=[[1,2],[3,4]],x=[1,2]", "--sparse"),
        ("grad", "x", "--sparse"),
    ],
)
def test_what_does_not_go_with_it(run: Any, words: tuple[str, ...]) -> None:
    """One line says why."""
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "sparse" in err or "npz" in err
