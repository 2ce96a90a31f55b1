r"""Answers as books and exercises write them: what stands before the sign of equality, links of a chain."""

from __future__ import annotations

import pytest

import gradcli
from gradcli.problems import GradcliError

CHAIN = "u=f(x,y,z); x=x(a,b); y=y(a,b); z=z(a,b)"
LOSS = "L=(y-t)^2; y=tanh(s); s=w*x+b"


@pytest.mark.parametrize(
    ("function", "answer", "options"),
    [
        (r"$f(\mathbf{x}) = 3x_1^2 + 5e^{x_2}$", r"$\nabla_{\mathbf{x}} f(\mathbf{x}) = [6x_1, 5e^{x_2}]^\top$", {}),
        (
            r"\mathbf{x}^\top \mathbf{A} \mathbf{x}",
            r"\nabla_{\mathbf{x}} \mathbf{x}^\top \mathbf{A} \mathbf{x} = (\mathbf{A} + \mathbf{A}^\top)\mathbf{x}",
            {"wrt": "x"},
        ),
        (
            r"\mathbf{A}\mathbf{x}",
            r"\nabla_\mathbf{x} \mathbf{A}\mathbf{x} = \mathbf{A}^\top",
            {"wrt": "x", "kind": "jacobian", "layout": "denominator"},
        ),
        (
            r"\|\mathbf{X}\mathbf{w}-\mathbf{y}\|^2",
            r"\frac{\partial \|\mathbf{X}\mathbf{w}-\mathbf{y}\|^2}{\partial \mathbf{w}} = "
            r"2\mathbf{X}^\top(\mathbf{X}\mathbf{w}-\mathbf{y})",
            {"wrt": "w"},
        ),
        ("sin(x)", r"\frac{d}{dx} \sin x = \cos x", {}),
        ("sin(x)", "d/dx sin x = cos x", {}),
        ("sin(x)", "(sin x)' = cos x", {}),
        ("x^2*y", r"\partial_y f = x^2, \partial_x f = 2 x y", {}),
        ("x^2*y", "∂_y f = x^2, ∂_x f = 2xy", {}),
        ("x^2*y", r"\nabla^2 f(x,y) = \begin{bmatrix}2y & 2x\\ 2x & 0\end{bmatrix}", {"kind": "hessian"}),
        (CHAIN, "du/dx*dx/da+du/dy*dy/da+du/dz*dz/da, ∂u/∂x*∂x/∂b+∂u/∂y*∂y/∂b+∂u/∂z*∂z/∂b", {}),
        (LOSS, r"\frac{dL}{dy}\frac{dy}{dw}, dL/dy*dy/ds", {"wrt": ["w", "b"]}),
        (LOSS, "dL/dw = dL/dy*(1-y^2)*x, dL/db = dL/ds", {"wrt": ["w", "b"]}),
        ("u = x*y; y = x^2", "∂u/∂x + ∂u/∂y*dy/dx", {}),
        ("z=f(u,v); u=x+y; v=x-y", "∂z/∂u+∂z/∂v, ∂f/∂u-∂f/∂v", {}),
        ("f(x,y)*x; y=x^2", "∂f/∂x*x + f(x,y) + 2*x^2*∂f/∂y", {}),
    ],
)
def test_right_answers_are_read_and_proved(function: str, answer: str, options: dict[str, str]) -> None:
    """Heads name the variable; du/dx is that of the statement u, ∂u/∂x with its other names held."""
    found = gradcli.check(function, answer, **options)  # type: ignore[arg-type]
    assert (found.verdict, found.evidence) == ("equal", "proved")


@pytest.mark.parametrize(
    ("function", "answer", "slips"),
    [
        ("u = x*y; y = x^2", "∂u/∂x", ["factor"]),
        (CHAIN, "∂u/∂x*∂x/∂a+∂u/∂y*∂y/∂a, du/dx*dx/db+du/dy*dy/db+du/dz*dz/db", ["missing-term"]),
        ("y = f(u); u = g(x)", "dy/du", ["missing-inner-derivative"]),
        ("u=f(x,y); x=x(a); y=y(a)", "2*du/dx*dx/da+du/dy*dy/da", ["factor"]),
    ],
)
def test_slips_in_chains_are_named_in_the_names_of_the_function(function: str, answer: str, slips: list[str]) -> None:
    """The formulas that stand in for abstract functions are shown to nobody."""
    found = gradcli.check(function, answer)
    assert found.verdict == "different"
    assert [slip.code for slip in found.diagnosis] == slips
    text = found.text()
    assert "sin(" not in text
    assert "/7" not in text


@pytest.mark.parametrize(
    ("function", "answer", "words"),
    [
        ("u = x*y; y = x^2", "du/dx", "is what is asked for"),
        ("x^2", "∂f/∂x", "is what is asked for"),
        ("f(x,y)*x", "∂f/∂z", "is the derivative of nothing that is written here"),
        ("u*x", "du/dx", "is the derivative of nothing that is written here"),
        ("d*x^2", "d*x/dx", "unknown name 'dx'"),
    ],
)
def test_what_says_nothing_is_an_error(function: str, answer: str, words: str) -> None:
    """Derivatives of nothing that is written, and the question in the place of an answer."""
    with pytest.raises(GradcliError, match=words):
        gradcli.check(function, answer)
