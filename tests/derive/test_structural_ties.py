"""Entries that are equal wherever the function is: the greatest counts once, in formulas, numbers and checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lines import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "at", "gradient"),
    [
        ("x: 2; u = max(outer(x, ones(3))); L = u**2", "x=[1,2]", [0.0, 4.0]),
        ("x: 2; u = max(concat(x, x)); L = u", "x=[1,2]", [0.0, 1.0]),
        ("D: 2,2; u = min(D@D.T); L = 3*u", "D=[[1,2],[-2,0.5]]", [[-6.0, 3.0], [1.5, 6.0]]),
    ],
)
def test_factors_and_gradient_agree(text: str, at: str, gradient: object) -> None:
    """The chain rule's factors, which are formulas, give the certified gradient."""
    answer = run("chain", text, "--wrt", text[0], "--at", at, "--json").document
    assert answer["gradient"][text[0]] == gradient
    assert answer["agree"] is True


@pytest.mark.parametrize("text", ["max(x)", "norm(x, inf)", "min(exp(x) - x)"])
def test_entries_of_their_own_are_not_counted(text: str) -> None:
    """Where each entry has a variable for itself the formula has no count of ties."""
    assert "/sum" not in run("grad", f"x: n; {text}", "--json").document["symbolic"]["x"]


@pytest.mark.parametrize(
    ("text", "answers", "verdict"),
    [
        ("max(x, y)", ["where(x==max(x,y),1,0)", "where(y==max(x,y),1,0)"], "equal"),
        ("max(x, y)", ["where(x==max(x,y),1,0)", "3*where(y==max(x,y),1,0)"], "different"),
        ("x: n; norm(x, inf)", ["2*sign(x)*where(abs(x)==max(abs(x)),1,0)"], "different"),
        ("D: n,n; min(D@D.T)", ["2*where(D@D.T == min(D@D.T), 1, 0)@D"], "different"),
        ("x: n; max(concat(x, x))", ["where(x == max(x), 1, 0)"], "equal"),
    ],
)
def test_check_decides_equalities_where_they_hold(text: str, answers: list[str], verdict: str) -> None:
    """`x == max(x, y)` holds on an open set, and is decided there."""
    assert run("check", text, *answers, "--json").document["verdict"] == verdict


@pytest.mark.parametrize("text", ["max(x)", "norm(x, inf)**2", "min(x)"])
def test_hundreds_of_entries_at_a_point(text: str, tmp_path: Path) -> None:
    """The greatest of 700 entries has a certified gradient."""
    point = tmp_path / "point.json"
    values = [((37 * i) % 701) / 100 + 1 for i in range(700)]
    point.write_text(json.dumps({"x": values}))
    answer = run("grad", text, "--at", f"@{point}", "--json").document
    assert answer["accuracy"] == "certified"
    assert sum(entry != 0 for entry in answer["gradient"]["x"]) == 1


def test_sums_of_columns_in_two_orders(tmp_path: Path) -> None:
    """The 1-norm of a matrix that float64 answers: the greatest column is found, though its sum rounds otherwise."""
    point = tmp_path / "point.json"
    rows = [[((31 * i + 17 * j) % 97) / 7 - 6.013 for j in range(110)] for i in range(110)]
    rows[3][5] = 500.3
    point.write_text(json.dumps({"B": rows}))
    answer = run("grad", "norm(B, 1)", "--at", f"@{point}", "--json").document
    assert answer["problems"] == []
    assert sum(abs(row[5]) for row in answer["gradient"]["B"]) == pytest.approx(110, abs=2)


def test_programs_of_residual_statements_are_short() -> None:
    """u_k = u_(k-1) + f(u_(k-1)): the text is linear in the statements, and the number is that of the loop."""
    statements = [f"u{k} = u{k - 1} + sin(u{k - 1})/{k + 1}" for k in range(1, 200)]
    text = "; ".join(["u0 = x", *statements, "L = u199**2"])
    answer = run("grad", text, "--at", "x=0.3", "--json")
    assert len(answer.out) < 120_000
    assert answer.document["problems"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["hessian", 'D: n,n; norm(D, "nuc")'], 0),
        (["hessian", "D: 1,1; det(D)", "--at", "D=[[2]]"], 0),
        (["hessian", "x: 1; logdet(2*eye(1)+x@x.T)", "--at", "x=[1]"], 0),
        (["grad", "max(outer(z,x)[:,0])", "--at", "x=[1],z=[2]"], 0),
        (["grad", "(3**y - x)/z", "--at", "x=1,y=1e100,z=2", "-m", "fd"], 3),
    ],
)
def test_no_internal_error(words: list[str], code: int) -> None:
    """Arrays of size 1, nuclear norms and values beyond float64 have answers or errors of their own."""
    ended = run(*words, "--json")
    assert ended.code == code
    assert "internal" not in ended.err


def test_an_inner_product_before_a_matrix() -> None:
    """An inner product is a product without rows and columns."""
    answer = run("grad", "max((x@y)*A)", "--at", "x=[1,2],y=[1,3],A=[[1,2],[3,1]]", "--json").document
    assert answer["gradient"] == {"A": [[0.0, 0.0], [7.0, 0.0]], "x": [3.0, 9.0], "y": [3.0, 6.0]}
