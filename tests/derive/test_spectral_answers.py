"""Answers about singular values, eigenvalues and whole matrices, and arrays with entries at which something is 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.render.abbreviations import abbreviated
from gradcli.render.formats.json import document
from gradcli.render.formats.plain import write_plain

DRAWN = np.random.default_rng(20260301)


def symbolic(command: Any, expression: str, **options: Any) -> Any:
    return document(command(expression, **options))["symbolic"]


@pytest.mark.parametrize(
    ("expression", "gradient"),
    [
        ("norm(X, 2)", "leftsv(X)@rightsv(X).T"),
        ('norm(X, "nuc")', "polar(X)"),
        ('norm(y@w.T, "nuc")', None),
        ("sum(X**X)", "(1 + log(X))*X**X"),
        ("tr(expm(X))", "expm(X).T"),
        ("sum(eigvalsh(X))", "eye(n)"),
    ],
)
def test_gradients_have_formulas(expression: str, gradient: str | None) -> None:
    """Singular vectors are named terms of the language; norms of an outer product are those of its vectors."""
    shapes = "X: n,n; " if "tr" in expression or "eig" in expression else "X: m,n; y: m; w: n; "
    found = symbolic(gradcli.grad, shapes + expression)
    assert found == ({"X": gradient} if gradient else {"w": "norm(y)*w/norm(w)", "y": "norm(w)*y/norm(y)"})


def test_people_read_the_singular_vectors_as_books_write_them() -> None:
    """u1 v1ᵀ, with what they are."""
    text = write_plain(abbreviated(gradcli.grad("X: m,n; norm(X, 2)")))
    assert "df/dX = u1@v1.T" in text
    assert "u1 = leftsv(X)" in text
    assert "v1 = rightsv(X)" in text


@pytest.mark.parametrize(
    "expression",
    ["norm(X, 2)", 'norm(X, "nuc")', "norm(pinv(X))", "sum(kron(X, X)**2)", "sum(vec(X)**3)", "sum(svdvals(X)**3)"],
)
def test_hessians_equal_differences(expression: str) -> None:
    """The formula of the second derivative, evaluated, is the difference of gradients."""
    X = DRAWN.normal(size=(3, 2))
    found = np.array(document(gradcli.hessian(f"X: 3,2; {expression}", at={"X": X}))["hessian"], dtype=float)
    step, direction = 1e-5, DRAWN.normal(size=(3, 2))

    def gradient(t: float) -> Any:
        at = {"X": X + t * direction}
        return np.array(document(gradcli.grad(f"X: 3,2; {expression}", at=at))["gradient"]["X"])

    slope = (gradient(step) - gradient(-step)) / (2 * step)
    assert np.allclose(found @ direction.ravel(order="F"), slope.ravel(order="F"), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("expression", "matrix", "words"),
    [
        ("eigvalsh(A)[0]", np.eye(3), "two equal eigenvalues"),
        ("norm(A, 2)", np.eye(3), "the greatest singular value twice"),
        ("svdvals(A)[1]", np.eye(3), "two equal singular values"),
        ('norm(A, "nuc")', np.diag([1.0, 2, 3, 0]), "the singular value 0"),
    ],
)
def test_degenerate_spectra_are_told(expression: str, matrix: Any, words: str) -> None:
    """Where vectors turn freely there is no derivative, and the problem says so."""
    found = document(gradcli.grad(expression, at={"A": matrix}))
    assert found["problems"][0]["kind"] == "not-differentiable"
    assert words in found["problems"][0]["message"]


def test_equal_singular_values_are_no_kink_of_their_sum() -> None:
    """The nuclear norm is smooth at a multiple of the identity."""
    found = document(gradcli.grad('norm(A, "nuc")', at={"A": 2 * np.eye(3)}))
    assert np.allclose(found["gradient"]["A"], np.eye(3))
    assert not found["problems"]


@pytest.mark.parametrize("axis", [0, 1])
def test_products_along_an_axis_with_zeros(axis: int) -> None:
    """In float64 each entry is the product of the others in its line, zeros or not."""
    X = DRAWN.normal(size=(60, 60))
    X[3, 4] = X[7, 4] = X[5, 5] = 0.0
    found = np.array(document(gradcli.grad(f"sum(prod(X, axis={axis})**2)", at={"X": X}))["gradient"]["X"])
    lines = X if axis == 1 else X.T
    others = np.array([[np.prod(np.delete(line, j)) for j in range(60)] for line in lines])
    expected = 2 * others * lines.prod(axis=1, keepdims=True)
    assert np.allclose(found, expected if axis == 1 else expected.T)


def test_a_jump_takes_away_its_own_entry_of_a_large_jacobian() -> None:
    """Row 7 jumps when x[7] moves, and by nothing else."""
    x = DRAWN.normal(size=120)
    x[7] = 0.0
    found = document(gradcli.jacobian("max(x, 0) + floor(x)", at={"x": x}))["jacobian"]
    gaps = [(i, j) for i, row in enumerate(found) for j, entry in enumerate(row) if entry is None]
    assert gaps == [(7, 7)]


@pytest.mark.parametrize(
    ("expression", "matrix"),
    [
        ("pinv([[0, 0], [-p, 1]]/(1 + p^2))", lambda p: np.array([[0, 0], [-p, 1]]) / (1 + p**2)),
        ("pinv([[p, 2*p], [p^2, 2*p^2], [0, 0]])", lambda p: np.array([[p, 2 * p], [p**2, 2 * p**2], [0, 0]])),
    ],
)
def test_pinv_of_a_rank_that_is_always_low(expression: str, matrix: Any) -> None:
    """Along a path of matrices of rank 1 the pseudo-inverse is smooth, and certified."""
    found = document(gradcli.jacobian(expression, at={"p": 2}))
    step = 1e-5
    slope = (np.linalg.pinv(matrix(2 + step)) - np.linalg.pinv(matrix(2 - step))) / (2 * step)
    assert found["accuracy"] == "certified"
    assert np.allclose(found["jacobian"], slope)


def test_pinv_where_the_rank_is_low_by_chance() -> None:
    """Beside such a matrix it jumps: no value."""
    found = document(gradcli.grad("norm(pinv(A))", at={"A": [[1, 2], [2, 4]]}))
    assert found["gradient"]["A"] == [[None, None], [None, None]]
