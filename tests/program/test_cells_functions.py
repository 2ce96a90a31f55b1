"""Functions of arrays of known size: values as NumPy has them, gradients as differences have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from by_entries import grad
from hypothesis import assume, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Function = Callable[..., Any]


@st.composite
def arrays(draw: DrawFn, rows: int, columns: int) -> Array:
    """Different eighths between -3 and 3, so that nothing is at a kink of max or abs and the numbers are exact."""
    count = rows * columns
    eighths = st.integers(-24, 24).filter(bool)
    entries = draw(st.lists(eighths, min_size=count, max_size=count, unique_by=abs))
    return np.array(entries, dtype=float).reshape(rows, columns) / 8


def literal(array: Array) -> Any:
    """The array as gradcli takes it: a list for a column."""
    return array.ravel().tolist() if array.shape[1] == 1 else array.tolist()


def differences(function: Function, at: list[Array], which: int) -> Array:
    """The gradient by the array at `which`, by fourth-order differences of 2e-3."""
    result = np.zeros_like(at[which])
    step = 2.0**-9
    for place in np.ndindex(result.shape):
        values = []
        for k in (-2, -1, 1, 2):
            moved = [array.copy() for array in at]
            moved[which][place] += k * step
            values.append(float(function(*moved)))
        result[place] = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * step)
    return result


def check(text: str, function: Function, at: dict[str, Array], method: str = "symbolic", rtol: float = 2e-6) -> None:
    """Value and gradient agree with the function and with its differences."""
    answer = grad(text, at={name: literal(array) for name, array in at.items()}, method=method)
    assert answer.numbers.problems == ()
    data = list(at.values())
    assert answer.value is not None
    assert answer.gradient is not None
    assert answer.value == pytest.approx(float(function(*data)), rel=1e-9, abs=1e-9)
    for i, (name, array) in enumerate(at.items()):
        found = np.array(answer.gradient[name], dtype=float).reshape(array.shape)
        truth = differences(function, data, i)
        assert np.abs(found - truth).max() <= rtol * (1 + np.abs(truth).max()), name


def softmax(x: Array, axis: int) -> Array:
    weights = np.exp(x - x.max(axis, keepdims=True))
    return np.asarray(weights / weights.sum(axis, keepdims=True))


def commutation(m: int, n: int) -> Array:
    """The matrix that turns vec(A) into vec(A.T), column by column from what it does to unit matrices."""
    units = (np.eye(m * n)[k].reshape(m, n, order="F") for k in range(m * n))
    return np.stack([unit.T.ravel(order="F") for unit in units], axis=1)


WEIGHTS = np.arange(1.0, 50.0)


def weigh(array: Any) -> float:
    """A scalar in which no entry can be mistaken for another."""
    flat = np.atleast_1d(array).ravel()
    return float(flat @ WEIGHTS[: flat.size])


def weighed(text: str, size: str) -> str:
    """The same in gradcli's language, for a result of this many rows and columns."""
    rows, columns = map(int, size.split("x"))
    numbers = [[str(i * columns + j + 1) for j in range(columns)] for i in range(rows)]
    return f"sum(({text})*[{','.join('[' + ','.join(row) + ']' for row in numbers)}])"


def flat_norm(order: Any) -> Function:
    return lambda x: np.linalg.norm(x, order)


MATRIX_TO_ARRAY: list[tuple[str, str, Function]] = [
    ("X.T", "3x2", lambda x: x.T),
    ("transpose(X)", "3x2", lambda x: x.T),
    ("vec(X)", "6x1", lambda x: x.T.reshape(-1, 1)),
    ("diag(X)", "2x1", lambda x: np.diagonal(x)[:, None]),
    ("X[0]", "1x3", lambda x: x[:1]),
    ("X[:,1]", "2x1", lambda x: x[:, 1:2]),
    ("X[-1,1:]", "1x2", lambda x: x[-1:, 1:]),
    ("X@X.T", "2x2", lambda x: x @ x.T),
    ("kron(X,X.T)", "6x6", lambda x: np.kron(x, x.T)),
    ("commutation(2,3)@vec(X)", "6x1", lambda x: commutation(2, 3) @ x.T.reshape(-1, 1)),
    ("concat(X,X**2)", "4x3", lambda x: np.concatenate([x, x**2])),
    ("concat(X,2*X,axis=1)", "2x6", lambda x: np.concatenate([x, 2 * x], axis=1)),
    ("pinv(X)", "3x2", np.linalg.pinv),
    ("pinv(X.T)", "2x3", lambda x: np.linalg.pinv(x.T)),
    ("softmax(X,axis=0)", "2x3", lambda x: softmax(x, 0)),
    ("softmax(X,axis=1)", "2x3", lambda x: softmax(x, 1)),
    ("log_softmax(X,axis=1)", "2x3", lambda x: np.log(softmax(x, 1))),
    ("cumsum(X,axis=0)", "2x3", lambda x: np.cumsum(x, 0)),
    ("cumsum(X,axis=1)", "2x3", lambda x: np.cumsum(x, 1)),
    *[
        (f"{name}(X,axis={axis})", ("1x3", "2x1")[axis], lambda x, f=f, axis=axis: f(x, axis=axis, keepdims=True))
        for name, f in (
            ("sum", np.sum),
            ("prod", np.prod),
            ("mean", np.mean),
            ("var", np.var),
            ("std", np.std),
            ("max", np.max),
            ("min", np.min),
        )
        for axis in (0, 1)
    ],
    ("logsumexp(X,axis=1)", "2x1", lambda x: np.log(np.exp(x).sum(1, keepdims=True))),
    ("norm(X,axis=0)", "1x3", lambda x: np.linalg.norm(x, axis=0)[None]),
    ("norm(X,1,axis=1)", "2x1", lambda x: np.linalg.norm(x, 1, axis=1)[:, None]),
    ("norm(X,inf,axis=1)", "2x1", lambda x: np.linalg.norm(x, np.inf, axis=1)[:, None]),
    ("max(X,0.3)", "2x3", lambda x: np.maximum(x, 0.3)),
    ("where(X>0.3,X**2,-X)", "2x3", lambda x: np.where(x > 0.3, x**2, -x)),
    ("where(X>0 and not X>1,X**3,0)", "2x3", lambda x: np.where((x > 0) & ~(x > 1), x**3, 0)),
    ("where(X[0,0]>0,X,X**2)", "2x3", lambda x: x if x[0, 0] > 0 else x**2),
    ("X*[1,2]+ones(1,3)/X", "2x3", lambda x: x * [[1], [2]] + 1 / x),
    ("X*[[1,2,3]]-zeros(2,3)", "2x3", lambda x: x * [[1, 2, 3]]),
]


@pytest.mark.parametrize(("text", "size", "function"), MATRIX_TO_ARRAY, ids=[row[0] for row in MATRIX_TO_ARRAY])
@settings(max_examples=3)
@given(data=st.data())
def test_arrays_of_a_matrix(text: str, size: str, function: Function, data: st.DataObject) -> None:
    """What is made of a (2, 3) matrix has NumPy's entries in NumPy's places, and its derivatives."""
    x = data.draw(arrays(2, 3))
    gram = x @ x.T
    if "pinv" in text:
        assume(np.linalg.cond(gram) < 50)
    if "var" in text or "std" in text:
        assume(np.ptp(x, axis=0).min() > 0.2)
    if "X>1" in text:
        assume(np.abs(x - 1).min() > 0.01)
    check(weighed(text, size), lambda x: weigh(function(x)), {"X": x}, rtol=2e-5)


MATRIX_TO_SCALAR: list[tuple[str, Function]] = [
    ("det(X)", np.linalg.det),
    ("log(det(X)**2)", lambda x: 2 * np.linalg.slogdet(x)[1]),
    ("logdet(X.T@X+eye(3))", lambda x: np.linalg.slogdet(x.T @ x + np.eye(3))[1]),
    ("tr(X@X)", lambda x: np.trace(x @ x)),
    ("trace(X)", np.trace),
    ("norm(X)", np.linalg.norm),
    ('norm(X,"fro")', lambda x: np.linalg.norm(x, "fro")),
    ("norm(X,1)", flat_norm(1)),
    ("norm(X,inf)", flat_norm(np.inf)),
    ("norm(X[:2,:2],2)", lambda x: np.linalg.norm(x[:2, :2], 2)),
    ('norm(X[:,:2],"nuc")', lambda x: np.linalg.norm(x[:, :2], "nuc")),
    ('norm(X[:2],"nuc")', lambda x: np.linalg.norm(x[:2], "nuc")),
    ("norm(X[:,:2],2)", lambda x: np.linalg.norm(x[:, :2], 2)),
    ("prod(X)", np.prod),
    ("max(X)-min(X)", np.ptp),
    ("logsumexp(X)", lambda x: np.log(np.exp(x).sum())),
    (weighed("adj(X)", "3x3"), lambda x: weigh(np.linalg.det(x) * np.linalg.inv(x))),
    (weighed("inv(X)", "3x3"), lambda x: weigh(np.linalg.inv(x))),
    (weighed("solve(X,X**2)", "3x3"), lambda x: weigh(np.linalg.solve(x, x**2))),
    (weighed("inv(X)@ones(3)", "3x1"), lambda x: weigh(np.linalg.solve(x, np.ones((3, 1))))),
]


@pytest.mark.parametrize(("text", "function"), MATRIX_TO_SCALAR, ids=[row[0][:30] for row in MATRIX_TO_SCALAR])
@settings(max_examples=3)
@given(data=st.data())
def test_scalars_of_a_square_matrix(text: str, function: Function, data: st.DataObject) -> None:
    """Determinants, inverses, norms and reductions of a (3, 3) matrix have NumPy's values and their derivatives."""
    x = data.draw(arrays(3, 3))
    assume(np.linalg.cond(x) < 20 and np.linalg.cond(x[:2, :2]) < 20)
    columns, rows = np.sort(np.abs(x).sum(0)), np.sort(np.abs(x).sum(1))
    assume(columns[-1] - columns[-2] > 0.05 and rows[-1] - rows[-2] > 0.05)
    values = np.linalg.svd(x[:2, :2], compute_uv=False)
    assume(values[0] - values[1] > 0.2)
    check(text, function, {"X": x}, rtol=2e-4)


VECTORS: list[tuple[str, Function]] = [
    ("dot(x,y)", lambda x, y: (x * y).sum()),
    ("x.T@y", lambda x, y: (x * y).sum()),
    (weighed("outer(x,y)", "3x3"), lambda x, y: weigh(x @ y.T)),
    (weighed("x@y.T", "3x3"), lambda x, y: weigh(x @ y.T)),
    (weighed("cross(x,y)", "3x1"), lambda x, y: weigh(np.cross(x.ravel(), y.ravel()))),
    (weighed("diag(x)@y", "3x1"), lambda x, y: weigh(x * y)),
    (weighed("diag(x)*y[0]", "3x3"), lambda x, y: weigh(np.diagflat(x) * y[0])),
    (weighed("kron(x,y)", "9x1"), lambda x, y: weigh(np.kron(x, y))),
    (weighed("concat(x,1,y)", "7x1"), lambda x, y: weigh(np.concatenate([x, [[1]], y]))),
    (weighed("max(x,y,-x)", "3x1"), lambda x, y: weigh(np.maximum(np.abs(x), y))),
    (weighed("where(x>y,x*y,y**2)", "3x1"), lambda x, y: weigh(np.where(x > y, x * y, y**2))),
    (weighed("cumsum(x)*softmax(y)", "3x1"), lambda x, y: weigh(np.cumsum(x)[:, None] * softmax(y, 0))),
    ("norm(x,1)*norm(y,inf)", lambda x, y: np.abs(x).sum() * np.abs(y).max()),
    ("norm(x,2)+norm(y)", lambda x, y: np.linalg.norm(x) + np.linalg.norm(y)),
    ("std(x)*var(y)*mean(x)", lambda x, y: x.std() * y.var() * x.mean()),
    ("solve(diag(x)+outer(y,y),y).T@x", lambda x, y: (np.linalg.solve(np.diagflat(x) + y @ y.T, y) * x).sum()),
]


@pytest.mark.parametrize(("text", "function"), VECTORS, ids=[row[0][:30] for row in VECTORS])
@settings(max_examples=3)
@given(data=st.data())
def test_two_vectors(text: str, function: Function, data: st.DataObject) -> None:
    """Functions of two vectors have NumPy's values, and derivatives by both."""
    both = data.draw(arrays(6, 1))
    x, y = both[:3], both[3:]
    if "solve" in text:
        assume(np.linalg.cond(np.diagflat(x) + y @ y.T) < 20)
    check(text, function, {"x": x, "y": y}, rtol=2e-4)


@pytest.mark.parametrize("method", ["autodiff", "fd", "complex"])
@pytest.mark.parametrize("text", ["logdet(X.T@X)", "tr(inv(X)@X.T)", "norm(solve(X,[1,2,3]))", 'norm(X[:,:2],"nuc")'])
def test_methods_agree(method: Any, text: str) -> None:
    """Every method gives the certified gradient of what is made of determinants and inverses."""
    at = {"X": [[2.5, -1, 0.5], [0.25, 1.5, -0.75], [1, 0.5, 3]]}
    truth, found = grad(text, at=at), grad(text, at=at, method=method)
    ours, others = (np.array((answer.gradient or {})["X"], dtype=float) for answer in (truth, found))
    assert np.allclose(others, ours, rtol=1e-10, atol=1e-12)
