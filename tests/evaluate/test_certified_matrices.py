"""Functions of whole matrices in ball arithmetic."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.evaluate.certified import matrix_functions
from gradcli.render.formats.json import document

A = [[2.1, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.6, 0.1, 1.3]]
EXPRESSIONS = [
    "norm(expm(A))", "sum(sqrtm(A)*A)", "norm(A, 2)", 'norm(A, "nuc")', "sum(cholesky(A)*A)", "eigvalsh(A)[0]",
    "sum(eigvecsh(A)*A)", "svdvals(A)[1]", "sum(svdu(A)*A)", "sum(svdv(A)*A)", "sum(expm_frechet(A, A@A))",
    "sum(polar(A)*A**2)", "sum(leftsv(A)) + sum(rightsv(A))", "sum(sylvester(A, A, A@A))", "sum(sin(expm(A))/2)",
    "tr(expm(A)@inv(A)) + det(A) + norm(vec(cumsum(kron(expm(A), A), axis=1)))", "sum(diag(expm(A))**(3/2))",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_certified_numbers_are_those_of_float64(expression: str) -> None:
    """Two engines, NumPy and balls of matrices, agree to rounding."""
    text = f"A: n,n; {expression}"
    found = document(gradcli.grad(text, at={"A": A}))
    other = document(gradcli.grad(text, at={"A": A}, method="autodiff"))
    assert found["accuracy"] == "certified"
    assert other["accuracy"] == "float64"
    assert found["value"] == pytest.approx(other["value"], rel=1e-12)
    assert np.allclose(found["gradient"]["A"], other["gradient"]["A"], rtol=1e-11, atol=1e-12)


def test_entries_are_correctly_rounded_zeros_included() -> None:
    """exp of a nilpotent matrix has rational entries, and sqrt(4) is 2, not a neighbour."""
    assert document(gradcli.jacobian("A: n,n; expm(A)", at={"A": [[0, 3], [0, 0]]}))["value"] == ((1, 3), (0, 1))
    found = document(gradcli.jacobian("A: n,n; sqrtm(A)", at={"A": [[4, 0], [0, 9]]}))
    assert found["value"] == ((2, 0), (0, 3))
    assert found["jacobian"][0] == (0.25, 0, 0, 0)
    assert found["accuracy"] == "certified"


def test_decimals_are_taken_as_they_were_typed() -> None:
    """exp(0.1) for one tenth, not for the float64 beside it."""
    found = document(gradcli.grad("tr(expm(A*1e10))", at="A=[[1e-11, 0], [0, 1e-11]]"))
    assert found["accuracy"] == "certified"
    assert found["value"] == float(2 * Decimal("0.1").exp())


@pytest.mark.parametrize(
    ("expression", "matrix"),
    [
        ("sum(abs(expm(A)))", A),
        ("sqrtm(A)[0,0]", [[-1, 0], [0, 2]]),
        ("eigvalsh(A)[0]", [[1, 0], [0, 1]]),
        ("norm(expm(A))", np.eye(20).tolist()),
    ],
)
def test_what_is_not_enclosed_is_left_to_float64(expression: str, matrix: Any) -> None:
    """Kinks, points without a value, equal eigenvalues and large matrices."""
    assert document(gradcli.grad(f"A: n,n; {expression}", at={"A": matrix}))["accuracy"] == "float64"


def test_a_root_is_enclosed() -> None:
    """The balls of the root, squared, hold the matrix."""
    flint = pytest.importorskip("flint")
    root = matrix_functions.sqrtm(flint.arb_mat([[2, 1], [0, 3]]))
    square = root * root
    assert all(square[i, j].contains(x) for (i, j), x in {(0, 0): 2, (0, 1): 1, (1, 0): 0, (1, 1): 3}.items())
