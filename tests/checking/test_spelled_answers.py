r"""Answers as books and exercises write them: what stands before `=`, links of a chain, one entry with an index."""

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
        ("x^2*y", r"\nabla f = \left\langle 2xy, x^2 \right\rangle", {}),
        ("x^2*y", "⟨2xy, x²⟩", {}),
        ("x*y*z", "<y*z, x*z, x*y>", {}),
        ("t*⟨x, y⟩", "⟨x, y⟩", {"wrt": "t"}),
        ("x^2*y", r"\nabla^2 f(x,y) = \begin{bmatrix}2y & 2x\\ 2x & 0\end{bmatrix}", {"kind": "hessian"}),
        (CHAIN, "du/dx*dx/da+du/dy*dy/da+du/dz*dz/da, ∂u/∂x*∂x/∂b+∂u/∂y*∂y/∂b+∂u/∂z*∂z/∂b", {}),
        (LOSS, r"\frac{dL}{dy}\frac{dy}{dw}, dL/dy*dy/ds", {"wrt": ["w", "b"]}),
        (LOSS, "dL/dw = dL/dy*(1-y^2)*x, dL/db = dL/ds", {"wrt": ["w", "b"]}),
        ("u = x*y; y = x^2", "∂u/∂x + ∂u/∂y*dy/dx", {}),
        ("z=f(u,v); u=x+y; v=x-y", "∂z/∂u+∂z/∂v, ∂f/∂u-∂f/∂v", {}),
        ("x^2", r"\frac{\mathrm{d}f}{\mathrm{d}x} = 2x", {}),
        ("x^2", "lambda x: 2*x", {}),
        ("x^2", "def df(x): return 2*x", {}),
        ("x^2*y", "return np.array([2*x*y, x**2])", {}),
        ("x^2*y", "(x, y) -> (2xy, x^2)", {}),
        ("x^2*y", "(2xy, x^2)^T", {}),
        ("x^2*y", "[2xy; x^2]'", {}),
        ("x^2*y", "2&middot;x&middot;y, x<sup>2</sup>", {}),
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


LEAST_SQUARES = r"\sum_i (\sum_j A_{ij} x_j - b_i)^2"
QUADRATIC = r"\sum_{i=1}^n \sum_{j=1}^n A_{ij} x_i x_j"
BY_X, BY_A, BY_W, JACOBIAN = {"wrt": "x"}, {"wrt": "A"}, {"wrt": "w"}, {"wrt": "x", "kind": "jacobian"}


@pytest.mark.parametrize(
    ("function", "answer", "options"),
    [
        (r"\sum_i x_i^2", r"\frac{\partial f}{\partial x_k} = 2 x_k", {}),
        ("norm(x)^2", "2*x_i", {}),
        ("norm(x)", r"x_i/\sqrt{\sum_j x_j^2}", {}),
        (QUADRATIC, r"\sum_j (A_{kj} + A_{jk}) x_j", BY_X),
        (QUADRATIC, r"\sum_i (A_{ij} + A_{ji}) x_i", BY_X),
        (QUADRATIC, "x_i x_j", BY_A),
        (r"\log\sum_i e^{x_i}", r"\frac{e^{x_i}}{\sum_i e^{x_i}}", {}),
        (LEAST_SQUARES, r"2 \sum_i A_{ik} (\sum_j A_{ij} x_j - b_i)", BY_X),
        (LEAST_SQUARES, r"\frac{\partial L}{\partial A_{ij}} = 2 (\sum_j A_{ij} x_j - b_i) x_j", BY_A),
        ("sum((X@w-y)**2)", "∂L/∂w_j = 2*sum_{i=1}^m (sum_{k=1}^n X_ik*w_k - y_i)*X_ij", BY_W),
        ("a.T@X@b", "a_i b_j", {"wrt": "X"}),
        ("a.T@X@b", "a_i b_j", {"wrt": "X", "layout": "numerator"}),
        ("sum(x*y)", "y_k, x_k", {}),
        ("A@x", "A_ij", JACOBIAN),
        ("A@x", "A_ij", {**JACOBIAN, "layout": "denominator"}),
        ("A@x", r"\frac{\partial y_j}{\partial x_i} = A_{ji}", {**JACOBIAN, "shapes": ["A=n,n"]}),
        ("x.T@A@x", "A_ij + A_ji", {"wrt": "x", "kind": "hessian"}),
    ],
)
def test_an_answer_for_one_entry_is_that_for_all(function: str, answer: str, options: dict[str, str]) -> None:
    """An index that no sum binds runs over the entries: the first one over rows, as ∂y_j/∂x_i says."""
    found = gradcli.check(function, answer, **options)  # type: ignore[arg-type]
    assert found.verdict == "equal"
    assert any("your answer is read" in note for note in found.reading.assumptions)


@pytest.mark.parametrize(
    ("function", "answer", "options", "slips"),
    [
        (r"\sum_i x_i^2", "x_k", {}, ["factor"]),
        (QUADRATIC, r"2\sum_j A_{kj} x_j", BY_X, ["transposed"]),
        ("sum(x*y)", "x_i", BY_X, ["wrong-variable"]),
        ("A@x", "A_ji", {**JACOBIAN, "shapes": ["A=n,n"]}, ["layout"]),
        ("a.T@X@b", "a_j b_i", {"wrt": "X", "shapes": ["X=n,n"]}, ["transposed"]),
    ],
)
def test_slips_with_an_index_are_those_of_the_whole(
    function: str, answer: str, options: dict[str, str], slips: list[str]
) -> None:
    """What is wrong in one entry is named as in arrays."""
    found = gradcli.check(function, answer, **options)  # type: ignore[arg-type]
    assert found.verdict == "different"
    assert [slip.code for slip in found.diagnosis] == slips


@pytest.mark.parametrize(
    ("function", "answer", "words"),
    [
        ("a*norm(x)^2", "2*a_i*x_i", "a is a number, and stands here with 1 index"),
        ("norm(A@x)", "A_i", "A is a matrix, and stands here with 1 index"),
        ("norm(A@x)", "A_ij*x_k", "the indices i, j, k belong to no sum"),
        ("x^2", "2*x_i", "unknown name 'x_i'|x is a number"),
    ],
)
def test_an_index_of_what_has_none_is_an_error(function: str, answer: str, words: str) -> None:
    """An index counts entries of vectors and matrices."""
    with pytest.raises(GradcliError, match=words):
        gradcli.check(function, answer, wrt="x")
