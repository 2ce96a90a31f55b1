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


x, y, t = sympy.symbols("x y t")
WORDS: list[tuple[Any, str]] = [
    (sympy.Sum(x**t, (t, 1, 3)), "x + x**2 + x**3"),
    (sympy.Sum(x * t * y, (y, 1, t), (t, 1, 2)), "1*x + 2*x + 2*2*x"),
    (sympy.Product(x + t, (t, 1, 3)), "(x + 1)*(x + 2)*(x + 3)"),
    (sympy.Integral(sympy.sin(x * t), (t, 0, 1)), "integral(sin(x*t), t, 0, 1)"),
    (sympy.Integral(sympy.exp(-x * t * t), (t, -sympy.oo, sympy.oo)), "integral(exp(-x*t*t), t, -inf, inf)"),
    (sympy.Integral(x * t * y, (t, 0, y), (y, 0, x)), "integral(integral(x*t*y, t, 0, y), y, 0, x)"),
    (sympy.Derivative(sympy.sin(x * y), x), "y*cos(x*y)"),
    (sympy.Mod(x, y), "x - y*floor(x/y)"),
    (sympy.Heaviside(x), "(sign(x) + 1)/2"),
    (sympy.frac(x), "x - floor(x)"),
    (sympy.sinc(x), "where(x == 0, 1, sin(x)/x)"),
    (sympy.UnevaluatedExpr(x) ** 2, "x**2"),
    (sympy.Poly(x**2 + 1, x), "x**2 + 1"),
    (sympy.Lambda(x, x**2), "x**2"),
    (sympy.Function("f")(x) * 2, "2*f(x)"),
    (sympy.Indexed("x", 0) ** 2 * sympy.Symbol("x[1]"), "x[1]*x[0]**2"),
    (sympy.Symbol(r"\alpha") * x, "alpha*x"),
    (sympy.GoldenRatio * x + sympy.EulerGamma, "(1 + sqrt(5))/2*x - digamma(1)"),
]


@pytest.mark.parametrize(("expression", "text"), WORDS, ids=[text for _, text in WORDS])
def test_what_sympy_says_in_words_of_its_own(expression: Any, text: str) -> None:
    """The gradient is that of the text."""
    shapes = ["x: 2"] if "[" in text else []
    assert gradcli.grad(expression, shapes=shapes).symbolic == gradcli.grad(text, shapes=shapes).symbolic


@pytest.mark.parametrize("matrix", [[[x, y]], [[x, y], [y, x]], [[x], [y]]])
def test_matrices_of_expressions(matrix: Any) -> None:
    """Rows and square ones are matrix functions."""
    text = "[x, y]" if len(matrix[0]) == 1 else str(matrix)
    assert gradcli.jacobian(sympy.Matrix(matrix)).symbolic == gradcli.jacobian(text).symbolic


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (x + sympy.Symbol("x", positive=True), "two symbols are called x"),
        (sympy.Symbol("x_1") + sympy.Symbol("x1"), "two symbols are called x1"),
        (sympy.Dummy("a") + sympy.Dummy("a"), "two symbols are called _a"),
        (sympy.Sum(x**t, (t, 1, y)), "needs whole numbers as bounds"),
        (sympy.Sum(x**t, (t, 1, 10**9)), "needs whole numbers as bounds"),
        (sympy.Integral(sympy.sin(x), x), "needs two bounds"),
        (sympy.Heaviside(x, 0), "no word for SymPy's Heaviside"),
        (sympy.MatrixSymbol("A", 2, 2) * x, "come as texts"),
        (sympy.Indexed("x", t), "is no variable"),
    ],
)
def test_what_would_be_read_otherwise_is_refused(expression: Any, message: str) -> None:
    """`Dummy("x") + x` was 2*x."""
    with pytest.raises(gradcli.GradcliError, match=message):
        gradcli.grad(expression)


def test_integrals_and_rows_of_the_identity_come_back() -> None:
    """An integral is SymPy's; what SymPy lacks is no symbol with a strange name."""
    integral = sympy.Integral(sympy.exp(x * t), (t, 0, 1))
    found = gradcli.grad(integral).to_sympy()["x"]
    assert found == sympy.Integral(t * sympy.exp(x * t), (t, 0, 1))
    assert gradcli.grad(found, at=0).value == 0.5
    with pytest.raises(gradcli.GradcliError, match="SymPy has no eye"):
        gradcli.grad("x[0]**2").to_sympy()


def test_a_parsed_text_goes_in() -> None:
    """What `parse` returns is an expression, in every function."""
    script = gradcli.parse(r"\frac{x}{2}", latex=True)
    assert gradcli.grad(script, at=3).gradient == {"x": 0.5}
    assert gradcli.check(gradcli.parse("y = u**2; u = 3*x"), "18*x")
    assert gradcli.grad_many(gradcli.parse("x**2"), [[1.0], [2.0]])["d_x"].tolist() == [2.0, 4.0]
    assert gradcli.function(gradcli.parse("x**2")).grad([3.0]) == [6.0]
