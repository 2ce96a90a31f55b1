"""Second derivatives at points where a formula is not the function: decided entry by entry."""

from __future__ import annotations

import math
from typing import Any

import pytest
from lines import run


def hessian(text: str, at: str, *options: str) -> dict[str, Any]:
    """The answer as JSON."""
    found: dict[str, Any] = run("hessian", text, f"--at={at}", *options, "--json").document
    return found


@pytest.mark.parametrize(
    ("text", "at", "rows", "definiteness"),
    [
        ("where(x != 0, sin(x)/x, 1)", "0", [[-1 / 3]], "negative definite"),
        ("log(1 + exp(x))", "-800", [[0.0]], "positive definite"),
        ("-log(1 + exp(x))", "-800", [[0.0]], "negative definite"),
        ("sqrt(x^4)", "0", [[2.0]], "positive definite"),
        ("sqrt(x^4 + y^4)", "0,0", [[2.0, 0.0], [0.0, 2.0]], "positive definite"),
        ("elliptick(x)", "0", [[9 * math.pi / 64]], "positive definite"),
        ("x^y", "0,2", [[2.0, 0.0], [0.0, 0.0]], "positive semidefinite"),
        ("abs(x)**3*y", "0,2", [[0.0, 0.0], [0.0, 0.0]], "zero"),
        ("max(x, x + y^4)", "1,0", [[0.0, 0.0], [0.0, 0.0]], "zero"),
        ("x**(7/2) + abs(x)**3 + x*abs(x)", "0", [[2.0]], "positive definite"),
    ],
)
@pytest.mark.parametrize("method", ["symbolic", "autodiff", "complex"])
def test_entries_that_exist(text: str, at: str, rows: list[list[float]], definiteness: str, method: str) -> None:
    """Removable points, roots and kinks of higher order have their second derivatives."""
    found = hessian(text, at, "-m", method)
    assert [[pytest.approx(x, rel=1e-14) for x in row] for row in rows] == found["hessian"]
    if method == "symbolic":
        assert found["definiteness"] == definiteness
        assert found["eigenvalues"] == pytest.approx(sorted(row[i] for i, row in enumerate(rows)), abs=1e-300)


@pytest.mark.parametrize(
    ("text", "at", "rows"),
    [
        ("where(x != 0, (cos(x) - 1)/x, 0)*y", "0,2", [[0.0, -0.5], [-0.5, 0.0]]),
        ("where(x != 0, (cos(x*y) - 1)/x, 0)", "0,2", [[0.0, -2.0], [-2.0, 0.0]]),
        ("where(x*y != 0, (cos(x*y) - 1)/(x*y), 0)", "3.25,0", [[0.0, -0.5], [-0.5, 0.0]]),
        ("where(x != 0, (exp(x*y) - 1)/x, y)", "0,3", [[9.0, 3.0], [3.0, 0.0]]),
        ("where(x != y, (sin(x) - sin(y))/(x - y), cos(x))", "0,0", [[-1 / 3, -1 / 6], [-1 / 6, -1 / 3]]),
    ],
)
def test_mixed_derivatives_at_removable_points(text: str, at: str, rows: list[list[float]]) -> None:
    """By the series of each function; the slopes of a partial know the digits that their difference leaves."""
    found = hessian(text, at)
    assert [[pytest.approx(x, rel=1e-14) for x in row] for row in rows] == found["hessian"]


def test_a_mixed_derivative_that_one_order_alone_decides() -> None:
    """li(x) is only known from the right of 0; d/dy of its slope 0 is 0, whatever the order."""
    found = hessian("y*li(x)", "x=0,y=2", "--wrt", "x,y")
    assert found["hessian"] == [[None, 0.0], [0.0, 0.0]]
    assert [problem["variable"] for problem in found["problems"]] == ["x"]


def test_mixed_derivatives_that_depend_on_their_order() -> None:
    """Peano's function: ∂²f/∂x∂y (first by x) is -1, the other 1; there are no eigenvalues, and it is said why."""
    found = hessian("where(x^2+y^2>0, x*y*(x^2-y^2)/(x^2+y^2), 0)", "0,0")
    assert found["hessian"] == [[0.0, -1.0], [1.0, 0.0]]
    assert found["eigenvalues"] is None
    assert found["definiteness"] is None
    assert "depend on their order" in found["assumptions"][-1]


@pytest.mark.parametrize(
    ("text", "at", "rows"),
    [
        ("abs(x*y)", "0,0", [[0.0, None], [None, 0.0]]),
        ("abs(x)*y + x**2", "0,0", [[2.0, None], [None, 0.0]]),
        ("abs(x)*x", "0", [[None]]),
        ("max(x, 0)**2", "0", [[None]]),
        ("abs(x) + y**2", "0,1", [[None, None], [0.0, 2.0]]),
    ],
)
def test_entries_that_do_not_exist(text: str, at: str, rows: list[list[float | None]]) -> None:
    """An entry without a derivative is null with a problem of its own; nothing is mirrored into it."""
    found = hessian(text, at)
    assert found["hessian"] == rows
    missing = sum(entry is None for row in rows for entry in row)
    assert len([one for one in found["problems"] if one["message"].startswith("∂²f")]) == missing


def test_along_a_direction() -> None:
    """The second derivative along a direction is decided in the same way."""
    found = hessian("sqrt(x^4 + y^4)", "0,0", "--along", "1,1")
    assert found["directional"] == pytest.approx(2 * math.sqrt(2), rel=1e-15)


@pytest.mark.parametrize(
    ("text", "at", "eigenvalues", "definiteness"),
    [
        ("S: 2,2 symmetric; logdet(S)", "S=[[2,0],[0,3]]", [-1 / 4, -1 / 6, -1 / 9], "negative definite"),
        ("S: 2,2 symmetric; tr(S@S)", "S=[[2,1],[1,3]]", [2.0, 2.0, 2.0], "positive definite"),
        ("S: 2,2 symmetric; S[0,0]**2", "S=[[2,1],[1,3]]", [0.0, 0.0, 2.0], "positive semidefinite"),
        ("S: 2,2 symmetric; y: 1; y[0]**2 + tr(S@S)", "S=[[2,1],[1,3]],y=[1]", [2.0] * 4, "positive definite"),
        ("S: 1,1 symmetric; S[0,0]**2", "S=[[2]]", [2.0], "positive definite"),
    ],
)
def test_by_symmetric_matrices_only_symmetric_changes_count(
    text: str, at: str, eigenvalues: list[float], definiteness: str
) -> None:
    """n(n + 1)/2 eigenvalues each: the other changes are not possible, and say nothing of the function."""
    found = hessian(text, at)
    assert found["eigenvalues"] == eigenvalues
    assert found["definiteness"] == definiteness


def test_so_it_is_in_float64_and_at_many_points(tmp_path: Any) -> None:
    """10 by 10: 55 changes; and a table of points has the answer of one point."""
    ones = [[1.0 if i == j else 0.0 for j in range(10)] for i in range(10)]
    found = hessian("S: 10,10 symmetric; tr(S@S)", f"S={ones}")
    assert (len(found["eigenvalues"]), found["definiteness"]) == (55, "positive definite")
    table = tmp_path / "points.csv"
    table.write_text('"S[0,0]","S[0,1]","S[1,0]","S[1,1]"\n2,0,0,3\n')
    text = run("hessian", "S: 2,2 symmetric; logdet(S)", "--points", str(table), "--json").out
    assert '"definiteness": "negative definite"' in text
