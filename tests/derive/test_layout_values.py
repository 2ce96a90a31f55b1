"""The layout is in the answer: its text, evaluated apart from the package, has the stated shape and the numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from array_programs import SIZES, program_of, random_values
from formula_numbers import evaluate
from test_matrix_identities import ROWS

import gradcli
from gradcli.derive.results import Gradient
from gradcli.render.notation import write

QUESTIONS = [
    *[row[1:5] for row in ROWS],
    ("jacobian", "cumsum(X, axis=0)", "X: m,n", "X"),
    ("jacobian", "cumsum(X*X, axis=1)", "X: m,n", "X"),
    ("jacobian", "diag(X)", "X: n,n", "X"),
    ("jacobian", "diag(X@X)", "X: n,n", "X"),
    ("jacobian", "diag(x*x)", "x: n", "x"),
    ("jacobian", "X[1:,:]", "X: m,n", "X"),
    ("jacobian", "X[0]", "X: m,n", "X"),
    ("jacobian", "tanh(X[:,1:])", "X: m,n", "X"),
    ("jacobian", "concat(X, 2*X)", "X: m,n", "X"),
    ("jacobian", "concat(B, X@X)", "X: n,n; B: m,n", "X"),
    ("jacobian", "concat(X, X@X, axis=1)", "X: n,n", "X"),
    ("jacobian", "kron(A, B)", "A: m,n; B: p,q", "A"),
    ("jacobian", "kron(A, B)", "A: m,n; B: p,q", "B"),
    ("jacobian", "kron(X, X)", "X: p,p", "X"),
    ("jacobian", "kron(x, y)", "x: n; y: m", "x"),
    ("jacobian", "std(X, axis=0)", "X: m,n", "X"),
]


def answer(command: str, text: str, **options: Any) -> Any:
    """The record of one question."""
    return {"grad": gradcli.grad, "jacobian": gradcli.jacobian, "hessian": gradcli.hessian}[command](text, **options)


def listed(value: Any) -> Any:
    """A value as a person types it: a flat list for a column."""
    if not isinstance(value, np.ndarray):
        return value
    return value.ravel().tolist() if value.shape[1] == 1 else value.tolist()


def array_of(part: Any, name: str, values: dict[str, Any]) -> Any:
    """The value of the text of an answer in one layout; of texts entry by entry their array."""
    symbolic = part.symbolic[name] if isinstance(part, Gradient) else part.symbolic
    if isinstance(symbolic, tuple):
        return np.array([[evaluate(write(tree, "text"), values) for tree in row] for row in symbolic])
    return np.atleast_2d(evaluate(write(symbolic, "text", part.reading.decimal), values))


def numbers(part: Any, name: str) -> Any:
    """The numbers of an answer in one layout, in the stated shape."""
    found = getattr(part, "gradient", None) or getattr(part, "jacobian", None) or getattr(part, "hessian", None)
    return np.array(found[name] if isinstance(found, dict) else found, dtype=float).reshape(part.shape)


def sized(shape: Any) -> tuple[int, ...]:
    """A shape in numbers."""
    return tuple(int(evaluate(str(size), SIZES)) for size in shape)


@pytest.mark.parametrize(("command", "function", "declared", "name"), QUESTIONS)
def test_every_text_is_in_its_layout(command: str, function: str, declared: str, name: str) -> None:
    """For every question and each layout: the text, with letters or numbers for sizes, has the stated shape and equals
    the numbers; and the layouts are transposes of each other."""
    program = program_of(f"{declared}; {function}", name)
    values = random_values(program, 7)
    if "log(b-A@x)" in function:
        values["b"] = values["b"] + 9
    at = {key: listed(value) for key, value in values.items()}
    text = f"{declared}; {function}"
    letters = "|".join(program.dims) or "no letters"
    in_numbers = re.sub(rf"\b({letters})\b", lambda letter: str(SIZES[letter[0]]), text)
    alone = answer(command, text, wrt=name, layout="both").in_each_layout()
    placed = answer(command, in_numbers, wrt=name, layout="both", at=at).in_each_layout()
    found = []
    for bare, part in zip(alone, placed, strict=True):
        expected = numbers(part, name)
        for each in (bare, part):
            value = array_of(each, name, {**SIZES, **values})
            assert value.shape == sized(each.shape) == tuple(part.shape)
            assert np.allclose(value, expected, rtol=1e-7, atol=1e-9 * max(1, np.abs(expected).max()))
        found.append(expected)
    assert len(found) == (1 if command == "hessian" else 2)
    assert np.allclose(found[-1], found[0].T)


SEVERAL = [
    ("A@x", "A: 2,3; x: 3", "A,x"),
    ("A@x + t*b", "A: 2,3; x: 3; b: 2", "t,x,b"),
    ("x.T@A@y", "x: 2; A: 2,3; y: 3", "y,A"),
    ("A@B", "A: 2,3; B: 3,2", "A,B"),
    ("cumsum(A, axis=0)", "A: 2,3", "A"),
    ("A*t", "A: 2,3", "t"),
    ("A.T*sin(t)", "A: 2,3", "A,t"),
    ("sum(A*A)", "A: 2,3", "A"),
    ("x*2", "x: 1", "x"),
    ("t*x", "x: 1", "t"),
    ("x@y.T", "x: 1; y: 3", "x,y"),
    ("A*A", "A: 1,3", "A"),
]


@pytest.mark.parametrize("method", ["symbolic", "autodiff", "fd", "complex"])
@pytest.mark.parametrize(("function", "declared", "wrt"), SEVERAL)
def test_labels_say_where_every_number_stands(function: str, declared: str, wrt: str, method: str) -> None:
    """Each entry of a Jacobian, in each layout and by each method, is the derivative that its labels name."""
    program = program_of(f"{declared}; {function}", wrt)
    values = random_values(program, 3)
    found = answer(
        "jacobian", f"{declared}; {function}", wrt=wrt, at={k: listed(v) for k, v in values.items()}, layout="both",
        method=method,
    )  # fmt: skip
    parts = found.in_each_layout()
    for part in parts:
        assert (len(part.rows), len(part.columns)) == tuple(part.shape) == np.shape(part.jacobian)
        for i in range(part.shape[0]):
            for j in range(part.shape[1]):
                expected = slope(function, values, *part.names_of(i, j))
                assert part.jacobian[i][j] == pytest.approx(expected, rel=1e-6, abs=1e-8)
        if method == "symbolic":
            value = array_of(part, wrt, {**SIZES, **values})
            assert value.shape == tuple(part.shape)
            assert np.allclose(value, np.array(part.jacobian, dtype=float))
            require_blocks(part, values)
    assert np.allclose(np.array(parts[0].jacobian, dtype=float).T, np.array(parts[1].jacobian, dtype=float))


def require_blocks(part: Any, values: dict[str, Any]) -> None:
    """The blocks, put side by side, are the whole."""
    if not part.blocks:
        return
    texts = [write(block.symbolic, "text", part.reading.decimal) for block in part.blocks]
    arrays = [np.atleast_2d(evaluate(text, {**SIZES, **values})) for text in texts]
    assert [array.shape for array in arrays] == [tuple(block.shape) for block in part.blocks]
    whole = np.concatenate(arrays, axis=0 if part.layout == "denominator" else 1)
    assert np.allclose(whole, np.array(part.jacobian, dtype=float))


def slope(function: str, values: dict[str, Any], component: str, variable: str) -> float:
    """∂component/∂variable by five points, of the function evaluated apart from the package."""

    def at(t: float) -> float:
        moved = dict(values)
        base, _, index = variable.rstrip("]").partition("[")
        if index:
            place = tuple(map(int, index.split(",")))
            moved[base] = np.array(values[base])
            moved[base][(*place, 0)[:2]] += t
        else:
            moved[base] = values[base] + t
        value = np.atleast_2d(evaluate(function, {**SIZES, **moved}))
        entry = component.partition("[")[2].rstrip("]")
        return float(value[(*map(int, entry.split(",")), 0)[:2]] if entry else value[0, 0])

    h = 1e-3
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def test_hessians_by_several_arrays_are_blocks() -> None:
    """With a point and without one: rows and columns in the order of vec, array after array; the same text."""
    text = "A: 2,2; x: 2; x.T@A@x + sum(A**3)"
    bare = gradcli.hessian(text, wrt="A,x")
    found = gradcli.hessian(text, wrt="A,x", at={"A": [[1, 2], [3, 4]], "x": [1, -1]})
    assert write(bare.symbolic, "text") == write(found.symbolic, "text")  # type: ignore[arg-type]
    assert found.rows == ("A[0,0]", "A[1,0]", "A[0,1]", "A[1,1]", "x[0]", "x[1]") == bare.rows
    values = {"A": np.array([[1.0, 2], [3, 4]]), "x": np.array([[1.0], [-1]])}
    assert np.allclose(array_of(bare, "", values), np.array(found.hessian, dtype=float))
    assert [(block.row, block.column, block.shape) for block in found.blocks] == [
        ("A", "A", (4, 4)), ("A", "x", (4, 2)), ("x", "A", (2, 4)), ("x", "x", (2, 2)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "shape", "rows", "columns"),
    [
        (["[[x,x^2,1],[1,x^3,x]]"], (2, 3), ("f[0,:]", "f[1,:]"), ("f[:,0]", "f[:,1]", "f[:,2]")),
        (["[x,x^2]"], (2, 1), ("f1", "f2"), ("x",)),
        (["Y = [[x,y],[y,x]]"], (4, 2), ("Y[0,0]", "Y[1,0]", "Y[0,1]", "Y[1,1]"), ("x", "y")),
        (["y = 2*[a,b]"], (2, 2), ("y[0]", "y[1]"), ("a", "b")),
        (["X: 2,2; tr(X)"], (2, 2), ("X[:,0]", "X[:,1]"), ("X[0,:]", "X[1,:]")),
        (["x: 1; 2*x"], (1, 1), ("f[0]",), ("x[0]",)),
        (["x: 2; sum(x)", "x"], (3, 2), ("f1", "f2[0]", "f2[1]"), ("x[0]", "x[1]")),
    ],
)
def test_shapes_and_labels(texts: list[str], shape: Any, rows: Any, columns: Any) -> None:
    """Matrices by scalars have their shape; everything else is vec by vec, and labels name functions and entries."""
    found = gradcli.jacobian(*texts)
    assert (tuple(found.shape), found.rows, found.columns) == (shape, rows, columns)


@pytest.mark.parametrize(
    ("function", "declared", "wrt"),
    [
        ("cumsum(X, axis=0)", "X: 2,3", "X"),
        ("A@x", "A: 2,2; x: 2", "A,x"),
        ("A*t", "A: 2,3", "t"),
        ("A.T", "A: 2,3", "A"),
    ],
)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_a_jacobian_pasted_into_check_is_equal(function: str, declared: str, wrt: str, layout: Any) -> None:
    """What jacobian prints, check calls equal, in the same layout; its transpose is not."""
    text = f"{declared}; {function}"
    found = gradcli.jacobian(text, wrt=wrt, layout=layout)
    symbolic = found.symbolic
    if isinstance(symbolic, tuple):
        pasted = "[" + ", ".join("[" + ", ".join(write(t, "text") for t in row) + "]" for row in symbolic) + "]"
    else:
        pasted = write(symbolic, "text")
    assert gradcli.check(text, pasted, wrt=wrt, kind="jacobian", layout=layout).verdict == "equal"
    other = "denominator" if layout == "numerator" else "numerator"
    assert gradcli.check(text, pasted, wrt=wrt, kind="jacobian", layout=other).verdict == "different"


def test_large_and_small_arrays_answer_alike() -> None:
    """float64 and certified numbers have the same text, labels and order."""
    rng = np.random.default_rng(5)
    a, x = rng.normal(size=(90, 40)), rng.normal(size=40)
    for layout in ("numerator", "denominator"):
        large = gradcli.jacobian("tanh(A@x)", wrt="x", at={"A": a, "x": x}, layout=layout)  # type: ignore[arg-type]
        small = gradcli.jacobian("tanh(A@x)", wrt="x", at={"A": a[:3, :2], "x": x[:2]}, layout=layout)  # type: ignore[arg-type]
        assert (large.numbers.accuracy, small.numbers.accuracy) == ("float64", "certified")
        assert write(large.symbolic, "text") == write(small.symbolic, "text")  # type: ignore[arg-type]
        numerator = layout == "numerator"
        assert (large.rows if numerator else large.columns)[:3] == (small.rows if numerator else small.columns)
        assert (large.columns if numerator else large.rows)[:2] == ("x[0]", "x[1]")
        full = (1 - np.tanh(a @ x) ** 2)[:, None] * a
        assert np.allclose(np.array(large.jacobian, dtype=float), full if numerator else full.T)
