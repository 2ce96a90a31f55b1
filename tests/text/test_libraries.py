"""What libraries make of arrays has NumPy's values and slopes, and what is refused says what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gradcli
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable

W = np.array([0.3, -1.2, 2.1, 0.7])
X = [1.5, -0.4, 2.5, 0.8]
Y = [0.2, 1.1, -0.7, 1.9]
A = [[1.2, -0.5], [0.4, 0.9]]


def weighted(array: Any) -> float:
    """All entries with weights of their own, so that no order is lost."""
    flat = np.asarray(array).ravel()
    return float(flat @ np.resize(W, flat.shape))


def weights(count: int) -> str:
    return str([float(w) for w in np.resize(W, count)])


CASES: list[tuple[str, int, Callable[[Any], Any]]] = [
    ("np.cumprod(x)", 4, np.cumprod),
    ("torch.cumprod(x, dim=0)", 4, np.cumprod),
    ("np.sort(x)", 4, np.sort),
    ("Sort[x]", 4, np.sort),
    ("np.flip(x)", 4, np.flip),
    ("rev(x)", 4, np.flip),
    ("flipud(x)", 4, np.flip),
    ("logcumsumexp(x)", 4, lambda x: np.log(np.cumsum(np.exp(x)))),
    ("np.diff(x, 2)", 2, lambda x: np.diff(x, 2)),
    ("np.diff(x, n=2)", 2, lambda x: np.diff(x, n=2)),
    ("np.diff(x, n=1)", 3, np.diff),
    ("np.tile(x, 2)", 8, lambda x: np.tile(x, 2)),
    ("np.repeat(x, 2)", 8, lambda x: np.repeat(x, 2)),
    ("repmat(x, 2, 1)", 8, lambda x: np.tile(x, 2)),
    ("Accumulate[x]", 4, np.cumsum),
    ("np.arange(4)*x", 4, lambda x: np.arange(4) * x),
    ("np.arange(1, 3, 0.5)*x", 4, lambda x: np.arange(1, 3, 0.5) * x),
    ("np.arange(8, 0, -2)*x", 4, lambda x: np.arange(8, 0, -2) * x),
    ("np.linspace(0, 1, 4)*x", 4, lambda x: np.linspace(0, 1, 4) * x),
    ("x + np.ones(x.shape)", 4, lambda x: x + 1),
    ("x - np.zeros(x.shape)", 4, lambda x: x),
]


@pytest.mark.parametrize(("text", "count", "numpy"), CASES, ids=[case[0] for case in CASES])
def test_vectors_are_those_of_numpy(text: str, count: int, numpy: Callable[[Any], Any]) -> None:
    """Each entry, and its slopes against differences."""
    found = gradcli.grad(f"dot({text}, {weights(count)})", at={"x": X})
    assert_slopes(found, lambda x: weighted(numpy(x)), np.array(X), "x")


SCALARS: list[tuple[str, Callable[[Any], Any]]] = [
    ("np.trapz(x, y)", lambda x: np.trapezoid(x, Y)),
    ("np.trapz(x)", np.trapezoid),
    ("cor(x, y)", lambda x: np.corrcoef(x, Y)[0, 1]),
    ("Variance[x]", lambda x: np.var(x, ddof=1)),
    ("nn.MSELoss()(x, y)", lambda x: np.mean((x - Y) ** 2)),
    ("nn.MSELoss(reduction='sum')(x, y)", lambda x: np.sum((x - Y) ** 2)),
    ("nn.L1Loss()(x, y)", lambda x: np.mean(np.abs(x - Y))),
    (
        "nn.SmoothL1Loss(reduction='sum')(x, y)",
        lambda x: np.sum(np.where(abs(x - Y) < 1, (x - Y) ** 2 / 2, abs(x - Y) - 0.5)),
    ),
    ("((x - y.reshape(x.shape))**2/2).mean()", lambda x: np.mean((x - Y) ** 2 / 2)),
]


@pytest.mark.parametrize(("text", "numpy"), SCALARS, ids=[case[0] for case in SCALARS])
def test_numbers_are_those_of_numpy(text: str, numpy: Callable[[Any], Any]) -> None:
    """The value, and its slopes against differences."""
    at = {"x": X, "y": Y} if "y" in text else {"x": X}
    assert_slopes(gradcli.grad(text, at=at, wrt="x"), numpy, np.array(X), "x")


MATRICES: list[tuple[str, Callable[[Any], Any]]] = [
    ("np.tril(A)", np.tril),
    ("np.triu(A)", np.triu),
    ("np.linalg.matrix_power(A, 3)", lambda a: np.linalg.matrix_power(a, 3)),
    ("np.tile(A, 2)", lambda a: np.tile(a, 2)),
    ("np.repeat(A, 2)", lambda a: np.repeat(a, 2)),
]


@pytest.mark.parametrize(("text", "numpy"), MATRICES, ids=[case[0] for case in MATRICES])
def test_matrices_are_those_of_numpy(text: str, numpy: Callable[[Any], Any]) -> None:
    """Entries row by row."""
    size = np.asarray(numpy(np.array(A))).size
    found = gradcli.grad(f"dot(vec(({text}).T), {weights(size)})", at={"A": A})
    assert_slopes(found, lambda a: weighted(numpy(a)), np.array(A), "A")


def assert_slopes(found: Any, function: Callable[[Any], Any], place: Any, name: str) -> None:
    """The value and the gradient are those of the function."""
    assert found.value == pytest.approx(float(function(place)))
    slopes = np.array(found.gradient[name], dtype=float).reshape(place.shape)
    for index in np.ndindex(place.shape):
        change = np.zeros(place.shape)
        change[index] = 1e-6
        difference = (function(place + change) - function(place - change)) / 2e-6
        assert slopes[index] == pytest.approx(float(difference), abs=1e-6)


@pytest.mark.parametrize("text", ["w.T@sort(x)", "sort(x)[1]"])
def test_sort_has_no_slope_where_entries_are_equal(text: str) -> None:
    """Which entry comes first is not said there; the value is."""
    found = gradcli.grad(text, at={"x": [2, 2, 1], **({"w": [1, 2, 3]} if "w" in text else {})}, wrt="x")
    assert found.problems
    assert found.value is not None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("torch.sort(x)", "write sort(x) for the entries in order, sort(x)[0] for the least"),
        ("np.greater(x, y)", "write where(x > y, 1, 0)"),
        ("round(x, 3)", "write floor(10^3*x + 1/2)/10^3"),
        ("np.roll(x, 1)", "write concat(x[-1:], x[:-1])"),
        ("x.repeat(2)", "write np.repeat(x, 2) for each entry twice, np.tile(x, 2) for all of them again"),
        ("trapz(x, y)", "write sum((t[1:] - t[:-1])*(y[1:] + y[:-1]))/2 for entries y at the places t"),
        ("np.arange(n)*x", "write the numbers, as in [0, 1, 2]; sum(Y.*P) with a one-hot Y"),
        ("np.arange(10**9)*x", "write the numbers, as in [0, 1, 2]; sum(Y.*P) with a one-hot Y"),
        ("np.linspace(0, 1, 10000)*x", "write the numbers, as in [0, 1/2, 1]"),
        ("f(x.shape)", "declare the size, x: n, and write n"),
    ],
)
def test_what_is_refused_says_what_to_write(text: str, hint: str) -> None:
    """The hint has the names of the text."""
    with pytest.raises(GradcliError) as caught:
        gradcli.grad(text)
    assert caught.value.hint == hint
