"""Arrays at points that matter, in LaTeX, and where they do not fit."""

from __future__ import annotations

from typing import Any

import pytest
from by_entries import grad

import gradcli
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, order
from gradcli.program.scalarize.determinants import PRODUCTS, adj, det, inv
from gradcli.program.scalarize.entries import Cells, matmul_cells
from gradcli.program.scalarize.norms import matrix_norm
from gradcli.program.scalarize.operators import variable_cells

SINGULAR = [[1, 2], [2, 4]]
REGULAR = [[1, 2], [3, 5]]


def gradient(text: str, name: str, at: Any, **options: Any) -> Any:
    """The gradient by one variable, which must exist."""
    answer = grad(text, at=at, **options)
    assert answer.numbers.problems == ()
    assert answer.gradient is not None
    return answer.gradient[name]


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("det(X)", {"X": SINGULAR}, [[4.0, -2.0], [-2.0, 1.0]]),
        ("det(X)", {"X": [[0, 0, 0]] * 3}, [[0.0] * 3] * 3),
        ("det(X)", {"X": [[0, 1], [1, 0]]}, [[0.0, -1.0], [-1.0, 0.0]]),
        ("tr(adj(X))", {"X": SINGULAR}, [[1.0, 0.0], [0.0, 1.0]]),
        ("det(X)", {"X": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}, [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]),
        ("tr(inv(X))", {"X": [[0, 1], [1, 0]]}, [[-1.0, 0.0], [0.0, -1.0]]),
        ("norm(X)**2", {"X": [[0, 0], [0, 0]]}, [[0.0, 0.0], [0.0, 0.0]]),
        ("prod(X)", {"X": [[0, 2], [3, 4]]}, [[24.0, 0.0], [0.0, 0.0]]),
        ("norm(X,2)", {"X": SINGULAR}, [[0.2, 0.4], [0.4, 0.8]]),
    ],
)
def test_removable_points(text: str, at: Any, expected: Any) -> None:
    """Zero pivots, singular matrices and zero factors are answered where the derivative exists."""
    assert gradient(text, "X", at) == expected


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("norm(x)", {"x": [0, 0]}, "not-differentiable"),
        ("std(x)", {"x": [1, 1, 1]}, "not-differentiable"),
        ("max(x)", {"x": [1, 3, 3]}, "not-differentiable"),
        ("norm(x,1)", {"x": [1, 0]}, "not-differentiable"),
        ("norm(x,inf)", {"x": [1, -1]}, "not-differentiable"),
        ('norm(x,"nuc")', {"x": SINGULAR}, "not-differentiable"),
        ("norm(x,2)", {"x": [[1, 0], [0, 1]]}, "not-differentiable"),
        ("sum(where(x>1,x,x**2+1))", {"x": [1, 2]}, "not-differentiable"),
        ("logdet(x)", {"x": SINGULAR}, "undefined"),
        ("logdet(x)", {"x": REGULAR}, "undefined"),
        ("tr(inv(x))", {"x": SINGULAR}, "undefined"),
        ("sum(solve(x,[1,2]))", {"x": SINGULAR}, "undefined"),
        ("sum(pinv(x))", {"x": [[1, 2], [2, 4], [3, 6]]}, "undefined"),
    ],
)
@pytest.mark.parametrize("method", ["symbolic", "autodiff", "fd", "complex"])
def test_points_without_a_derivative(text: str, at: Any, kind: str, method: Any) -> None:
    """Kinks and singular matrices are problems of the right kind by every method, never numbers."""
    answer = grad(text, at=at, method=method)
    assert kind in {problem.kind for problem in answer.numbers.problems}


@pytest.mark.parametrize(
    ("text", "plain", "at"),
    [
        (r"$x^\top A x$", "x.T@A@x", {"x": [1, 2]}),
        (r"$\operatorname{tr}(A X^{-1})$", "tr(A@inv(X))", {"X": REGULAR}),
        (r"$\operatorname{tr}(X^{-2})$", "tr(inv(X)@inv(X))", {"X": REGULAR}),
        (r"$\operatorname{tr}(A X^2 A)$", "tr(A@X@X@A)", {"X": REGULAR}),
        (r"$\operatorname{tr}(X^{-\top} A)$", "tr(inv(X.T)@A)", {"X": REGULAR}),
        (r"$2 \mathbf{x}^\top (A + A) \mathbf{x}$", "2*(x.T@(A+A)@x)", {"x": [1, 2]}),
        (r"$\|A x - x\|_2^2$", "norm(A@x-x,2)**2", {"x": [1, 2]}),
        (r"$\sum x^2$", "sum(x**2)", {"x": [1, 2]}),
        (r"$\operatorname{tr}(X^0 A X)$", "tr(A@X)", {"X": REGULAR}),
        (r"$\det(A) \operatorname{tr}(X)$", "det(A)*tr(X)", {"X": REGULAR}),
    ],
)
def test_latex_means_matrix_products(text: str, plain: str, at: Any) -> None:
    """Arrays side by side are multiplied as matrices in LaTeX, and exponents are matrix powers."""
    constants: Any = {"A": [[2, -1], [0.5, 3]]} if "A" in text else None
    read, written = grad(text, at=at, constants=constants), grad(plain, at=at, constants=constants)
    assert (read.value, read.gradient) == (written.value, written.gradient)


def test_juxtaposition_is_the_matrix_product() -> None:
    """(X+1)(X-1) is what mathematics writes so, and the answer says that; entry by entry it is (X+1)*(X-1)."""
    found = gradcli.grad("sum((X+1)(X-1))", at={"X": REGULAR}).to_dict()
    assert found["gradient"]["X"] == gradient("sum((X+1)@(X-1))", "X", {"X": REGULAR})
    assert "arrays side by side are a matrix product; * is entry by entry" in found["assumptions"]
    assert gradient("sum((X+1)*(X-1))", "X", {"X": REGULAR}) == [[2.0, 4.0], [6.0, 10.0]]


@pytest.mark.parametrize(
    ("text", "at", "message", "hint", "place"),
    [
        ("x@y", {"x": [1, 2], "y": [3, 4, 5]}, "cannot multiply (2, 1) by (3, 1)", "transpose", (1, 2)),
        ("sum(2@x)", {"x": [1, 2]}, "@ multiplies two arrays", "write *", (5, 6)),
        ("sum(X**-1)", {"X": REGULAR}, "reads in two ways", "inv(X)", (5, 7)),
        ("sum(X^T)", {"X": REGULAR}, "no transpose", "X.T", (5, 7)),
        ("sum(x*y)", {"x": [1, 2], "y": [1, 2, 3]}, "(2, 1) and (3, 1)", "same shape", (5, 6)),
        ("sum(x+X)", {"x": [1, 2, 3], "X": REGULAR}, "(3, 1) and (2, 2)", "same shape", (5, 6)),
        ("det(X)", {"X": [[1, 2, 3], [4, 5, 6]]}, "det needs a square matrix, not (2, 3)", "", (0, 3)),
        ("sum(solve(X,b))", {"X": REGULAR, "b": [1, 2, 3]}, "(2, 2) and (3, 1)", "", (4, 9)),
        ("sum(cross(x,y))", {"x": [1, 2], "y": [1, 2]}, "3 entries", "", (4, 9)),
        ("dot(X,X)", {"X": REGULAR}, "two vectors", "sum(A*B)", (0, 3)),
        ("sum(concat(x,X))", {"x": [1, 2], "X": REGULAR}, "equal numbers of columns", "axis=1", None),
        ("sum(softmax(X))", {"X": REGULAR}, "needs an axis", "axis=0", None),
        ("sum(X,axis=2)", {"X": REGULAR}, "axis is 0 or 1, not 2", "", (0, 3)),
        ("tr(eye(n)@X)", {"X": REGULAR, "n": 2}, "a size is a whole number", "--set n=3", (7, 8)),
        ("sum(x*zeros(0))", {"x": [1, 2]}, "sizes of at least 1", "", (6, 11)),
        ("norm(x,0)", {"x": [1, 2]}, "order of a norm", "", (0, 4)),
        ("norm(x,2,3)", {"x": [1, 2]}, "1 to 2 arguments, not 3", "", (0, 4)),
        ("inv(X,X)[0,0]", {"X": REGULAR}, "inv takes 1 argument, not 2", "inv(A)", (0, 3)),
        ("sum(inv(X,axis=0))", {"X": REGULAR}, "no argument called 'axis'", "", (4, 7)),
        ("det(t)", {"t": 2}, "t has no size here", "--shape t=3", (0, 3)),
        ("sum(X>1)", {"X": REGULAR}, "'>' stands only in the condition of where", "", (5, 6)),
        (r"$\operatorname{tr}(X^{0.5})$", {"X": REGULAR}, "whole number up to 64", "", None),
        (r"$\operatorname{tr}(X^2)$", {"X": [[1, 2, 3], [4, 5, 6]]}, "only a square matrix has powers", "", None),
    ],
)
def test_what_does_not_fit(text: str, at: Any, message: str, hint: str, place: tuple[int, int] | None) -> None:
    """The error says what does not fit, under the operator or the name, and what to write."""
    with pytest.raises(GradcliError) as caught:
        grad(text, at=at)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    if place is not None:
        assert caught.value.span is not None
        assert (caught.value.span.start, caught.value.span.end) == place


@pytest.mark.parametrize(("text", "times"), [("sum(exp(X)+X**2+sqrt(X))", 1), ("sum(tanh(X[0]))", 0), ("sum(X@X)", 0)])
def test_entrywise_functions_are_said_once(text: str, times: int) -> None:
    """exp(A) and A**2 of a square matrix act entry by entry, and the answer says so once."""
    assumptions = grad(text, at={"X": REGULAR}).reading.assumptions
    assert sum("entry by entry" in assumption for assumption in assumptions) == times


def test_determinants_are_written_as_textbooks_do() -> None:
    """det([[a, b], [c, d]]) is a*d - b*c, so its gradient is the cofactors."""
    answer = grad("det([[a,b],[c,d]])", at={"a": 1, "b": 2, "c": 3, "d": 4})
    assert answer.gradient == {"a": 4.0, "b": -3.0, "c": -2.0, "d": 1.0}
    assert len(order([det(graph := Graph(), variable_cells(graph, "X", (2, 2)))])) == 7


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_matrix_times_its_adjugate(size: int) -> None:
    """A@adj(A) is det(A)·I, exactly, for a matrix of whole numbers; so is A@inv(A) the identity."""
    graph = Graph()
    numbers = [[(i * i * 7 + j * 3 + i * j * j) % 11 - 5 for j in range(size)] for i in range(size)]
    matrix = Cells(tuple(tuple(scalars.number(graph, value) for value in row) for row in numbers))
    whole = det(graph, matrix)
    found = [[entry.data for entry in row] for row in matmul_cells(graph, matrix, adj(graph, matrix)).rows]
    assert found == [[whole.data * (i == j) for j in range(size)] for i in range(size)]
    if whole.data:
        found = [[entry.data for entry in row] for row in matmul_cells(graph, matrix, inv(graph, matrix)).rows]
        assert found == [[int(i == j) for j in range(size)] for i in range(size)]


def test_large_determinants_are_left_to_others() -> None:
    """A full matrix of 8 rows is expanded, one of 12 is refused by its code, a tridiagonal one of 12 is not."""
    graph = Graph()
    assert len(order([det(graph, variable_cells(graph, "A", (8, 8)))])) < 2 * PRODUCTS
    with pytest.raises(GradcliError) as caught:
        det(graph, variable_cells(graph, "X", (12, 12)))
    assert caught.value.code == "too-large-exact"
    full = variable_cells(graph, "X", (12, 12)).rows
    zero = scalars.number(graph, 0)
    near = [[entry if abs(i - j) < 2 else zero for j, entry in enumerate(row)] for i, row in enumerate(full)]
    assert len(order([det(graph, Cells(tuple(map(tuple, near))))])) < 300


def test_singular_values_without_a_closed_form_are_left_to_others() -> None:
    """The nuclear norm of a (3, 3) matrix is refused with the code that sends it to NumPy."""
    graph = Graph()
    with pytest.raises(GradcliError) as caught:
        matrix_norm(graph, "nuc", variable_cells(graph, "X", (3, 3)))
    assert caught.value.code == "too-large-exact"


@pytest.mark.parametrize(
    ("text", "same"),
    [("x[0+1]*x[2*1-2]", "x[1]*x[0]"), ("norm(X[0,:], 1, axis=1)", "abs(X[0,0]) + abs(X[0,1])")],
)
def test_two_texts_have_one_gradient(text: str, same: str) -> None:
    """Indices may be computed; along itself one row is a vector."""
    at = {name: value for name, value in {"x": [1, 2], "X": REGULAR}.items() if f"{name}[" in text}
    assert grad(text, at=at).gradient == grad(same, at=at).gradient
