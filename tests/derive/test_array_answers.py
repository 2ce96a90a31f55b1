"""Vectors and matrices through the library's door: closed forms, their numbers, layouts, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.problems import GradcliError
from gradcli.render.formats.csv import write_csv
from gradcli.render.formats.json import document
from gradcli.render.formats.latex import write_latex
from gradcli.render.formats.markdown import write_markdown
from gradcli.render.formats.plain import write_plain

GRADIENTS = [
    ("norm(x)**2", {"vectors": "x"}, {"x": "2*x"}),
    ('norm(X,"fro")**2', {"shapes": {"X": "m,n"}}, {"X": "2*X"}),
    ("norm(A@x-b)**2", {"wrt": "x"}, {"x": "2*A.T@(A@x - b)"}),
    ("logdet(X)", {"shapes": {"X": "n,n"}}, {"X": "inv(X).T"}),
    ("tr(A@X)", {"wrt": "X", "matrices": "A,X"}, {"X": "A.T"}),
    ("a.T@x", {"wrt": "x"}, {"x": "a"}),
    ("sum(x)", {"vectors": "x"}, {"x": "ones(n)"}),
    ("logsumexp(z)", {"vectors": "z"}, {"z": "softmax(z)"}),
]


def ask(command: Any, expression: str, options: dict[str, Any]) -> dict[str, Any]:
    """A question whose declarations stand in the text."""
    declared = [f"{name}: {dims}" for name, dims in options.get("shapes", {}).items()]
    declared += [f"{name}: n" for name in options.get("vectors", "").split(",") if name]
    declared += [f"{name}: n,n" for name in options.get("matrices", "").split(",") if name]
    rest = {key: value for key, value in options.items() if key not in ("shapes", "vectors", "matrices")}
    return document(command("; ".join([*declared, expression]), **rest))


@pytest.mark.parametrize(("expression", "options", "symbolic"), GRADIENTS, ids=[row[0] for row in GRADIENTS])
def test_closed_forms(expression: str, options: dict[str, Any], symbolic: dict[str, str]) -> None:
    """Gradients by vectors and matrices of symbolic size are the formulas that books print."""
    assert ask(gradcli.grad, expression, options)["symbolic"] == symbolic


def test_several_variables_of_different_shapes() -> None:
    """Ridge regression by weights and penalty at once: one shape for each variable."""
    found = document(gradcli.grad("norm(X@w-y)**2 + lam*norm(w)**2", wrt="w,lam"))
    assert found["symbolic"]["lam"] == "norm(w)**2"
    assert sorted(found["symbolic"]["w"].split(" + ")) == ["2*X.T@(X@w - y)", "2*lam*w"]
    assert list(found["shape"]) == ["w", "lam"]
    assert any("assumed" in text for text in found["assumptions"])


def test_jacobians_in_both_layouts() -> None:
    """A@x has Jacobian A in numerator layout, A.T in denominator layout, with the shapes."""
    numerator = document(gradcli.jacobian("A@x", wrt="x"))
    denominator = document(gradcli.jacobian("A@x", wrt="x", layout="denominator"))
    assert (numerator["symbolic"], list(numerator["shape"])) == ("A", ["m", "n"])
    assert (denominator["symbolic"], list(denominator["shape"])) == ("A.T", ["n", "m"])


def test_scalars_by_matrices_turn_with_the_layout() -> None:
    """The gradient by a (2, 3) matrix is (2, 3) in denominator layout and (3, 2) in numerator layout."""
    point = {"X": [[1, 2, 3], [4, 5, 6]], "a": [1, 2]}
    columns = document(gradcli.grad("a.T@X@ones(3)", wrt="X", at=point))
    rows = document(gradcli.grad("a.T@X@ones(3)", wrt="X", at=point, layout="numerator"))
    assert columns["gradient"]["X"] == [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    assert rows["gradient"]["X"] == [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]


def test_matrix_by_matrix_stacks_columns() -> None:
    """X.T by X is the commutation matrix, in the order of vec."""
    found = document(gradcli.jacobian("X.T", at={"X": [[1, 2, 3], [4, 5, 6]]}))
    commutation = np.zeros((6, 6))
    for i in range(2):
        for j in range(3):
            commutation[j + 3 * i, i + 2 * j] = 1
    assert np.array(found["jacobian"]).tolist() == commutation.tolist()


def test_hessians_in_matrix_form() -> None:
    """Least squares has 2*A.T@A, with its numbers and eigenvalues at a point."""
    assert document(gradcli.hessian("norm(A@x-b)**2", wrt="x"))["symbolic"] == "2*A.T@A"
    point = {"A": [[1, 2], [3, 4]], "x": [1, 1], "b": [0, 0]}
    found = document(gradcli.hessian("norm(A@x-b)**2", wrt="x", at=point))
    assert [list(row) for row in found["hessian"]] == [[20.0, 28.0], [28.0, 40.0]]
    assert found["definiteness"] == "positive definite"


@pytest.mark.parametrize(("layout", "shapes"), [("numerator", [("1", "m"), ("m", "m"), ("m", "n")])])
def test_chain_of_jacobians(layout: str, shapes: list[tuple[str, str]]) -> None:
    """z = norm(b)**2; b = a - y; a = X@w by w gives 2 b' · I · X, with shapes (1, m)(m, m)(m, n) = (1, n)."""
    found = document(gradcli.chain("z = norm(b)**2; b = a - y; a = X@w", wrt="w", layout=layout))
    (path,) = found["paths"]
    assert path["factors"] == ["2*b.T", "eye(m)", "X"]
    assert [tuple(str(size) for size in shape) for shape in path["shapes"]] == shapes
    assert tuple(path["shape"]) == (1, "n")


def test_chain_in_denominator_layout_is_turned_round() -> None:
    """In denominator layout the factors are transposed and the order is reversed."""
    found = document(gradcli.chain("z = norm(b)**2; b = a - y; a = X@w", wrt="w", layout="denominator"))
    (path,) = found["paths"]
    assert path["factors"] == ["X.T", "eye(m)", "2*b"]


def test_chain_at_a_point_agrees_with_the_gradient() -> None:
    """The sum of the terms is the direct gradient, by vectors and by matrices."""
    point = {"w": [1, 2], "y": [1, 1], "X": [[1, 2], [3, 4]]}
    found = document(gradcli.chain("z = norm(b)**2; b = a - y; a = X@w", at=point))
    assert found["agree"] is True
    assert found["gradient"]["w"] == [68.0, 96.0]


def test_symmetric_matrices_say_their_convention() -> None:
    """The gradient by a symmetric matrix is (G + G.T)/2, in formula and numbers, and both conventions are named."""
    text = "S: n,n symmetric; tr(S@A)"
    found = document(gradcli.grad(text, wrt="S", at={"S": [[1, 2], [2, 3]], "A": [[1, 2], [3, 4]]}))
    assert found["gradient"]["S"] == [[1.0, 2.5], [2.5, 4.0]]
    assert any("(G + G.T)/2" in a and "G + G.T - diag(diag(G))" in a for a in found["assumptions"])
    with pytest.raises(GradcliError, match="declared symmetric"):
        gradcli.grad(text, wrt="S", at={"S": [[1, 2], [5, 3]], "A": [[1, 2], [3, 4]]})


@pytest.mark.parametrize("method", ["autodiff", "fd", "complex"])
def test_other_methods_agree(method: str) -> None:
    """All methods give the numbers of the closed form."""
    point = {"X": [[2, 1], [1, 3]]}
    found = document(gradcli.grad("logdet(X)", at=point, method=method))
    assert np.allclose(found["gradient"]["X"], [[0.6, -0.2], [-0.2, 0.4]], rtol=1e-12)


@pytest.mark.parametrize(
    ("expression", "at", "kind"),
    [
        ("norm(x)", {"x": [0, 0]}, "not-differentiable"),
        ("tr(inv(X))", {"X": [[1, 2], [2, 4]]}, "undefined"),
        ("logdet(X)", {"X": [[1, 0], [0, -1]]}, "undefined"),
        ("max(x)", {"x": [1, 3, 3]}, "not-differentiable"),
    ],
)
def test_points_without_a_gradient(expression: str, at: dict[str, Any], kind: str) -> None:
    """Singular matrices, negative determinants and ties are problems, never NaN."""
    found = document(gradcli.grad(expression, at=at))
    assert found["problems"]
    assert found["problems"][0]["kind"] == kind


def test_large_arrays_run_in_float64_and_say_so() -> None:
    """Arrays beyond the exact budget are evaluated with NumPy; the accuracy says float64."""
    rng = np.random.default_rng(1)
    a, x = rng.normal(size=(150, 150)), rng.normal(size=150)
    found = document(gradcli.grad("norm(A@x)**2", wrt="x", at={"x": x.tolist(), "A": a.tolist()}))
    assert found["accuracy"] == "float64"
    assert np.allclose(found["gradient"]["x"], 2 * a.T @ a @ x, rtol=1e-12)


def test_every_format_writes_matrix_answers() -> None:
    """LaTeX, Markdown, CSV and plain lines show the formula."""
    found = gradcli.grad("norm(A@x-b)**2", wrt="x")
    for write in (write_latex, write_markdown, write_csv, write_plain):
        assert "A" in write(found)


@pytest.mark.parametrize("layout", ["numerator", "denominator", "both"])
@pytest.mark.parametrize("expression", ["A@x", "A*x[0]", "norm(A@x)**2"])
def test_tables_of_arrays_at_a_point(expression: str, layout: str) -> None:
    """Vector and matrix functions are shown as tables in every layout, with their values."""
    from io import StringIO

    from gradcli.render.page import make_console
    from gradcli.render.table import print_result

    stream = StringIO()
    point = {"A": [[1, 2], [3, 4], [5, 6]], "x": [1, 2]}
    print_result(gradcli.jacobian(expression, wrt="x", at=point, layout=layout), make_console(stream, 80))
    assert "value" in stream.getvalue()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("A: 2,3; x: 2; norm(A@x)**2", "3"),
        ("X: 2,2; sum(X**-1)", "inv"),
        ("X: 2,2; T + sum(X^T)", r"\.T"),
    ],
)
def test_errors_name_shapes_and_ways_out(expression: str, words: str) -> None:
    """Mismatches name both sizes; habits from other notations get a hint."""
    with pytest.raises(GradcliError) as caught:
        gradcli.grad(expression)
    assert words.replace("\\", "") in f"{caught.value.message} {caught.value.hint}"


TIES = [
    (gradcli.grad, "sum(X@relu(x))", [(3,), (7,)]),
    (gradcli.grad, "norm(X@x)**2 + sum(abs(x))", [(3,), (7,)]),
    (gradcli.grad, "norm(X@x)**2 + sum(abs(x)*x)", []),
    (gradcli.grad, "norm(X@x)**2 + sum(where(x > 0, x**2, 0))", []),
    (gradcli.grad, "norm(X@x)**2 + sum(where(x > 0, x**2, x))", [(3,), (7,)]),
    (gradcli.grad, "norm(X@x)**2 + max(x)", []),
    (gradcli.grad, "norm(X@x)**2 - max(-abs(x))", [(3,), (7,)]),
    (gradcli.jacobian, "sum(X)*relu(x)", [(3, 3), (7, 7)]),
    (gradcli.jacobian, "X@abs(x)", [(i, j) for i in range(160) for j in (3, 7)]),
    (gradcli.hessian, "norm(X@x)**2 + sum(abs(x)*x)", [(3, 3), (7, 7)]),
    (gradcli.hessian, "norm(X@x)**2 + sum(abs(x)**3)", []),
]


@pytest.mark.parametrize(("command", "expression", "missing"), TIES, ids=[row[1] for row in TIES])
def test_kinks_of_large_arrays_are_told(command: Any, expression: str, missing: list[tuple[int, ...]]) -> None:
    """Where entries of a large array are at a kink, just what has no derivative is None, with a problem."""
    rng = np.random.default_rng(2)
    matrix, x = rng.normal(size=(160, 80)), rng.normal(size=80)
    x[[3, 7]] = 0
    found = document(command(expression, wrt="x", constants={"X": matrix.tolist()}, at={"x": x.tolist()}))
    assert found["accuracy"] == "float64"
    numbers = found.get("jacobian") or found.get("hessian") or found["gradient"]["x"]
    assert gaps(numbers) == missing
    assert [problem["kind"] for problem in found["problems"]] == ["not-differentiable"] * bool(missing)


def test_arrays_of_numpy_are_taken_as_they_are() -> None:
    """Large arrays go into a question as constants and as coordinates without becoming text."""
    rng = np.random.default_rng(3)
    data, weights = rng.normal(size=(3000, 5)), rng.normal(size=5)
    expected = 2 * data.T @ data @ weights
    held = gradcli.grad("norm(X@w)**2", wrt="w", constants={"X": data}, at={"w": weights})
    moved = gradcli.grad("norm(X@w)**2", wrt="w", at={"w": weights, "X": data})
    for found in (held, moved):
        assert found.gradient is not None
        assert np.allclose(found.gradient["w"], expected, rtol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize("array", [np.full(5000, np.nan), np.zeros((20, 20, 20))])
def test_arrays_that_are_no_matrices_are_refused(array: Any) -> None:
    """NaN and three axes are one clear error."""
    with pytest.raises(GradcliError) as caught:
        gradcli.grad("sum(X)", at={"X": array})
    assert caught.value.code == "point"


def test_the_factors_of_a_chain_are_certified() -> None:
    """Every factor, product and intermediate of the chain rule of small arrays is the float64 nearest to the truth."""
    at = {"x": [0.1, 0.2], "A": [[0.1, 0.7], [0.2, 0.3]]}
    found = document(gradcli.chain("f = sum(u); u = exp(A@x)", wrt="x", at=at))
    assert found["accuracy"] == "certified"
    (term,) = found["terms"]["x"]
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(40):
        rows = [[mpmath.mpf(str(entry)) for entry in row] for row in at["A"]]  # type: ignore[attr-defined]
        exact = [mpmath.exp(a * mpmath.mpf("0.1") + b * mpmath.mpf("0.2")) for a, b in rows]
        product = [float(sum(e * row[j] for e, row in zip(exact, rows, strict=True))) for j in range(2)]
    assert found["intermediates"][0]["value"] == [float(e) for e in exact]
    assert term["product"] == [product]


def test_symmetric_matrices_mean_the_same_in_every_answer() -> None:
    """By a symmetric matrix only symmetric changes count: in the numbers as in the formulas, whatever the method."""
    text = "S: 2,2 symmetric; x: 2; S@x"
    at = {"S": [[1, 2], [2, 3]], "x": [1, 2]}
    expected = ((1, 1, 1, 0), (0, 0.5, 0.5, 2))
    for method in ("symbolic", "autodiff", "fd", "complex"):
        found = gradcli.jacobian(text, wrt="S", at=at, method=method)  # type: ignore[arg-type]
        assert np.allclose(found.jacobian, expected)  # type: ignore[arg-type]
    second = gradcli.hessian("S: 2,2 symmetric; A: 2,2; tr(S@A@S)", wrt="S", at={"S": at["S"], "A": [[1, 2], [0, 2]]})
    assert second.hessian == ((2, 1, 1, 0), (1, 1.5, 1.5, 1), (1, 1.5, 1.5, 1), (0, 1, 1, 4))


KINKS = [
    ("abs(S[1,0] - S[0,1])", 1, 0.0),
    ("max(abs(S[1,0] - S[0,1]), S[1,0])", 1, 0.5),
    ("norm(S, inf)", 1, 0.5),
    ("sqrt(S[1,0])**2", 0, 0.5),
    ("abs(S[1,0] - 1)", 1, None),
    ("max(S[0,1], 1)", 1, None),
    ("relu(S[1,0] + S[0,1])", 0, None),
]


@pytest.mark.parametrize("method", ["symbolic", "autodiff", "fd", "complex"])
@pytest.mark.parametrize(("text", "at", "slope"), KINKS)
def test_kinks_are_those_of_symmetric_changes(text: str, at: float, slope: float | None, method: Any) -> None:
    """Both entries of a pair have the same slope, or none, each with its problem; what they cancel is no kink."""
    point = {"S": [[0.5, at], [at, 0.5]]}
    found = document(gradcli.grad(f"S: 2,2 symmetric; {text}", at=point, method=method))
    assert (found["gradient"]["S"][0][1], found["gradient"]["S"][1][0]) == (slope, slope)
    said = {tuple(problem["index"]): (problem["left"], problem["right"]) for problem in found["problems"]}
    pair = [said.get(place) for place in ((0, 1), (1, 0))]
    assert pair[0] == pair[1]
    assert (pair[0] is None) == (slope is not None)


@pytest.mark.parametrize("method", ["symbolic", "autodiff", "fd", "complex"])
def test_hessians_by_symmetric_matrices_at_kinks(method: Any) -> None:
    """All four entries of a pair, by every method."""
    found = document(
        gradcli.hessian("S: 2,2 symmetric; u = S[1,0]; abs(u)*u", at={"S": [[1, 2], [2, 1]]}, method=method)
    )
    assert np.allclose(found["hessian"], [[0, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 0]])
    found = document(
        gradcli.hessian("S: 2,2 symmetric; u = S[1,0]; abs(u)*u", at={"S": [[1, 0], [0, 1]]}, method=method)
    )
    assert found["hessian"][1][1:3] == found["hessian"][2][1:3] == (None, None)


def test_open_declarations_take_sizes_from_others() -> None:
    """`--symmetric S` beside `--shape S=2,2` is one matrix; one that is not square is refused."""
    assert document(gradcli.grad("S: 2,2; S: 2,2 symmetric; tr(S@S)"))["shape"] == [2, 2]
    with pytest.raises(GradcliError, match="square"):
        gradcli.grad("S: 2,3 symmetric; norm(S)**2")


def gaps(value: Any, place: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Where None stands in nested lists."""
    if isinstance(value, list | tuple):
        return [found for i, part in enumerate(value) for found in gaps(part, (*place, i))]
    return [place] if value is None else []


def test_a_second_derivative_without_a_formula_is_told_or_found_by_entries() -> None:
    """That of a matrix of rank 1 is refused with letters for sizes; rows and columns come in vec order."""
    with pytest.raises(GradcliError) as caught:
        gradcli.hessian("x: n; sum(adj(x@x.T))")
    assert caught.value.code == "no-closed-form"
    found = gradcli.hessian('D: 2,2; norm(D,"nuc")', at={"D": [[1, 2], [3, 5]]})
    assert found.rows == ("D[0,0]", "D[1,0]", "D[0,1]", "D[1,1]")
    rows = np.array(found.hessian, dtype=float)
    assert np.allclose(rows, rows.T)


@pytest.mark.parametrize(
    ("expression", "missing"),
    [
        ("sum(floor(x)) + norm(X@x)**2", [(3,), (5,), (7,)]),
        ("norm(X@x)**2 + where(x[3] >= 2, 1, 0)", [(3,)]),
        ("norm(X@x)**2 + sum(where(x > x[3], 1, 0))", [(3,), (5,)]),
        ("sum(where(X@x > sum(X[0]*x.T), x[9], 0)) + norm(x)**2", [(i,) for i in range(80)]),
    ],
)
def test_a_jump_takes_away_only_the_entries_that_move_it(expression: str, missing: list[tuple[int, ...]]) -> None:
    """Where a large array's function jumps, the entries that the switch does not depend on keep their derivatives."""
    rng = np.random.default_rng(2)
    matrix, x = rng.normal(size=(160, 80)).round(3), rng.normal(size=80).round(3)
    x[[3, 5, 7]] = 2, 2, 0
    found = document(gradcli.grad(expression, wrt="x", constants={"X": matrix}, at={"x": x}))
    assert found["accuracy"] == "float64"
    assert gaps(found["gradient"]["x"]) == missing
    assert found["problems"][0]["kind"] == "not-differentiable"
