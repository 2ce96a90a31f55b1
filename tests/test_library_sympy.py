"""Derivatives by vectors and matrices as SymPy's matrix expressions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

import gradcli

CASES = [
    ("norm(A@x - b)**2", "x"),
    ("tr(A@X@B)", "X"),
    ("x.T@A@x + b.T@x", "x"),
    ("sum(exp(x)*b)", "x"),
    ("logdet(X)", "X"),
    ("det(X)", "X"),
    ("sum(sigmoid(A@x)**2)", "x"),
    ("norm(x)", "x"),
    ("sum(x)/norm(x)", "x"),
    ("sum((x - 1)**2/b)", "x"),
    ("sum(inv(X)@b)", "X"),
    ("b.T@diag(x)@b", "x"),
    ("norm(x)**2*sin(t)", "x,t"),
]
VALUES: dict[str, Any] = {
    "A": np.array([[2.0, 1.0], [0.5, 3.0]]),
    "B": np.array([[1.0, -1.0], [2.0, 0.25]]),
    "X": np.array([[2.0, 0.5], [0.25, 1.0]]),
    "x": np.array([0.5, 2.0]),
    "b": np.array([1.5, 0.75]),
    "t": 0.5,
}


def number(expression: Any, shapes: dict[str, tuple[int, ...]]) -> Any:
    """The expression with values in place of its symbols, as an array."""
    for name, value in VALUES.items():
        if name not in shapes:
            continue
        if np.ndim(value) == 0:
            expression = expression.subs(sympy.Symbol(name), value)
        else:
            matrix = sympy.ImmutableMatrix(np.array(value).reshape(2, -1))
            expression = expression.subs(sympy.MatrixSymbol(name, *matrix.shape), matrix)
    expression = expression.replace(lambda part: isinstance(part, sympy.OneMatrix), lambda part: part.as_explicit())
    return np.array(expression.doit(), dtype=float)


@pytest.mark.parametrize(("text", "wrt"), CASES)
def test_gradients_by_arrays_have_the_same_numbers(text: str, wrt: str) -> None:
    """SymPy's expression at a point is gradcli's gradient there, in its shape."""
    known = gradcli.grad(text, wrt=wrt).reading.shapes
    answer = gradcli.grad(text, at={name: value for name, value in VALUES.items() if name in known}, wrt=wrt)
    found = answer.to_sympy()
    assert answer.gradient is not None
    for name in wrt.split(","):
        expected = np.array(answer.gradient[name], dtype=float)
        assert number(found[name], dict(answer.reading.shapes)).reshape(expected.shape) == pytest.approx(expected)


def test_symbolic_sizes_stay_letters() -> None:
    """A gradient for every size is SymPy's for every size."""
    found = gradcli.grad("norm(A@x - b)**2", wrt="x").to_sympy()["x"]
    m, n = sympy.symbols("m n")
    a, x, b = sympy.MatrixSymbol("A", m, n), sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("b", m, 1)
    assert found == 2 * a.T * (a * x - b)
    assert found.shape == (n, 1)


def test_jacobians_and_hessians_by_arrays() -> None:
    """Matrix expressions, where the answer is one."""
    m, n = sympy.symbols("m n")
    a = sympy.MatrixSymbol("A", m, n)
    assert gradcli.jacobian("A@x", wrt="x").to_sympy() == a
    square = sympy.MatrixSymbol("A", n, n)
    assert gradcli.hessian("x.T@A@x", wrt="x").to_sympy() == square + square.T


@pytest.mark.parametrize("text", ["logsumexp(x)", 'norm(X, "nuc")'])
def test_what_sympy_lacks_is_an_error(text: str) -> None:
    """The error names the function."""
    with pytest.raises(gradcli.GradcliError, match="SymPy has no"):
        gradcli.grad(text).to_sympy()
