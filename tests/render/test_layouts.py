"""Answers in layouts: every format shows what belongs to the layout, and both layouts whole."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

import gradcli
from gradcli.render.documents import writer
from gradcli.render.notation import write
from gradcli.render.page import make_console
from gradcli.render.table import print_result

FROBENIUS = 'norm(X,"fro")**2'


def written(result: Any, form: str) -> str:
    """The text of an answer in a format."""
    if form != "table":
        return writer(form)(result)
    stream = io.StringIO()
    print_result(result, make_console(stream, 100))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("form", "first", "second"),
    [
        ("plain", "df/dX = 2*X\n", "df/dX = 2*X.T\n"),
        ("latex", "= 2 X \\]", "= 2 X^{\\top} \\]"),
        ("markdown", "`2*X`", "`2*X.T`"),
        ("csv", "f,X,2*X,", "f,X,2*X.T,"),
        ("json", '"X": "2*X"', '"X": "2*X.T"'),
        ("table", "2·X  ", "2·Xᵀ"),
    ],
)
def test_both_layouts_are_two_answers(form: str, first: str, second: str) -> None:
    """2*X and its transpose, each where its layout is named."""
    text = written(gradcli.grad(FROBENIUS, layout="both"), form)
    assert first in text
    assert text.index(first) < text.index(second)


def test_both_jacobians_in_plain_lines() -> None:
    """A@x by x: A and A.T under their layouts."""
    lines = written(gradcli.jacobian("A@x", wrt="x", layout="both"), "plain").splitlines()
    assert lines[1].startswith("# numerator layout, shape (m, n)")
    assert lines[2] == "J = A"
    assert lines[3].startswith("# denominator layout, shape (n, m)")
    assert lines[4] == "J = A.T"


def test_a_row_is_written_as_a_row() -> None:
    """Under (1, n) stands 2*x.T; entry by entry it is a row too."""
    found = gradcli.grad("x: n; norm(x)**2", layout="numerator")
    assert (write(found.symbolic["x"], "text"), tuple(found.shape)) == ("2*x.T", (1, "n"))  # type: ignore[index]


def test_json_of_blocks() -> None:
    """The whole as one text, and the blocks with their shapes, in either layout."""
    found = json.loads(written(gradcli.jacobian("A@x", wrt="A,x", layout="both"), "json"))
    assert found["shape"] == ["m", "m*n+n"]
    assert [(b["row"], b["column"], b["symbolic"], b["shape"]) for b in found["blocks"]] == [
        ("f", "A", "kron(x.T, eye(m))", ["m", "m*n"]),
        ("f", "x", "A", ["m", "n"]),
    ]
    assert [b["symbolic"] for b in found["denominator"]["blocks"]] == ["kron(x, eye(m))", "A.T"]


@pytest.mark.parametrize("form", ["plain", "csv", "markdown", "latex", "table", "json"])
def test_directions_are_in_every_format(form: str) -> None:
    """The derivative along (3, 4) of x**2*y at (1, 2) is 16."""
    assert "16" in written(gradcli.grad("x**2*y", at=(1, 2), along=(3, 4)), form)


def test_directions_in_csv() -> None:
    """A row of its own for each function."""
    rows = list(csv.DictReader(io.StringIO(written(gradcli.jacobian("x*y", "x", at=(1, 2), along=(3, 4)), "csv"))))
    assert [(r["function"], r["value"]) for r in rows if r["variable"] == "along"] == [("f1", "10"), ("f2", "3")]


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_sum_and_direct_gradient_of_a_chain_have_one_layout(layout: Any) -> None:
    """The sum of the products and the direct gradient stand side by side as rows, or as columns, of vec."""
    at = {"X": [[1, 2], [3, 4]], "w": [1, 2]}
    found = gradcli.chain("L = sum(u*u); u = X@w", at=at, layout=layout)
    assert found.agree is True
    assert found.total_values is not None
    assert found.direct_values is not None
    for name in ("X", "w"):
        assert found.total_values[name] == found.direct_values[name]
    assert len(found.total_values["X"]) == (1 if layout == "numerator" else 4)  # type: ignore[arg-type]
    shapes = {"numerator": {"X": [2, 2], "w": [1, 2]}, "denominator": {"X": [2, 2], "w": [2, 1]}}
    assert json.loads(written(found, "json"))["shape"] == shapes[layout]


def test_a_chain_in_both_layouts() -> None:
    """Two whole breakdowns: factors from the output inwards, and the other way round."""
    found = json.loads(written(gradcli.chain("z = norm(b)**2; b = a - y; a = X@w", wrt="w", layout="both"), "json"))
    assert found["paths"][0]["factors"] == ["2*b.T", "eye(m)", "X"]
    assert found["denominator"]["paths"][0]["factors"] == ["X.T", "eye(m)", "2*b"]
    assert (found["symbolic"]["w"], found["denominator"]["symbolic"]["w"]) == ("2*(X@w - y).T@X", "2*X.T@(X@w - y)")


@pytest.mark.parametrize("method", ["symbolic", "autodiff", "fd", "complex"])
def test_along_a_symmetric_matrix(method: Any) -> None:
    """The derivative along a direction is that of the gradient that is shown, by every method."""
    text = "S: 2,2 symmetric; sum(S*C)"
    at = {"S": [[1, 0], [0, 1]], "C": [[1, 2], [3, 4]]}
    found = gradcli.grad(text, wrt="S", at=at, along={"S": [[0, 1], [0, 0]]}, method=method)
    assert found.directional == pytest.approx(2.5)


def test_symmetric_matrices_entry_by_entry() -> None:
    """A function without a matrix formula has the averaged gradient too, and says so."""
    text = "y: 2; S: 2,2 symmetric; norm(log(2+sin(S))*min(S,y),2)"
    found = gradcli.grad(text, wrt="S", at={"S": [[-1.2, 1.11], [1.11, 0.8]], "y": [0.5, 1.09]})
    rows: Any = found.gradient["S"]  # type: ignore[index]
    assert rows[0][1] == rows[1][0]
    assert any("(G + G.T)/2" in said for said in found.reading.assumptions)
