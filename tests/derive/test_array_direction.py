"""Derivatives along a direction in large arrays: float64 engines against closed forms, all layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from formula_numbers import evaluate

import gradcli
from gradcli.render.notation import write

RANDOM = np.random.default_rng(3)
A, X, D = RANDOM.normal(size=(90, 70)), RANDOM.normal(size=(90, 70)), RANDOM.normal(size=(90, 70))
x, d = RANDOM.normal(size=70), RANDOM.normal(size=70)


@pytest.mark.parametrize("method", ["symbolic", "autodiff"])
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_gradients_along(method: Any, layout: Any) -> None:
    """∇f·d, by vectors and by matrices."""
    found = gradcli.grad("sum((A@x)**2)", at={"x": x}, along={"x": d}, constants={"A": A}, method=method, layout=layout)
    assert found.numbers.accuracy == "float64"
    assert found.directional == pytest.approx(2 * (A @ x) @ (A @ d), rel=1e-12)
    found = gradcli.grad("sum(X**3)", at={"X": X}, along={"X": D}, method=method, layout=layout)
    assert found.directional == pytest.approx((3 * X**2 * D).sum(), rel=1e-12)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_jacobians_along(layout: Any) -> None:
    """J·d: an entry of the function after the other."""
    found = gradcli.jacobian("(A@x)**2", at={"x": x}, along={"x": d}, constants={"A": A}, layout=layout)
    assert found.directional == pytest.approx(2 * (A @ x) * (A @ d), rel=1e-12)
    small = {"X": X[:40, :50]}
    found = gradcli.jacobian("B@X", at=small, along={"X": D[:40, :50]}, constants={"B": A[:2, :40]}, layout=layout)
    assert found.directional == pytest.approx((A[:2, :40] @ D[:40, :50]).ravel(), rel=1e-12)
    found = gradcli.jacobian("sum(X**3)", at={"X": X}, along={"X": D}, layout=layout)
    assert found.directional == pytest.approx([(3 * X**2 * D).sum()], rel=1e-12)
    found = gradcli.jacobian("t**2*A", at={"t": 3.0}, along={"t": 2.0}, constants={"A": A}, layout=layout)
    assert found.directional == pytest.approx((12 * A).ravel(), rel=1e-12)


def test_hessians_along() -> None:
    """dᵀHd."""
    found = gradcli.hessian("sum((A@x)**2)", at={"x": x}, along={"x": d}, constants={"A": A})
    assert found.directional == pytest.approx(2 * (A @ d) @ (A @ d), rel=1e-12)


def test_a_kink_takes_the_number_away() -> None:
    """Where an entry has no value, neither has the derivative along a direction."""
    y = x.copy()
    y[5] = 0.0
    found = gradcli.grad("sum(abs(x)) + sum((A@x)**2)", at={"x": y}, along={"x": d}, constants={"A": A})
    assert found.directional is None
    assert found.numbers.problems


def test_directions_of_another_shape_are_refused() -> None:
    """One clear error."""
    with pytest.raises(gradcli.GradcliError, match=r"shape|entries"):
        gradcli.grad("sum((A@x)**2)", at={"x": x}, along={"x": d[:5]}, constants={"A": A})


@pytest.mark.parametrize(
    ("command", "text", "along", "written"),
    [
        (gradcli.grad, "x: n; norm(x)**2", {"x": [3, 4]}, "2*(x.T@[3, 4])"),
        (gradcli.jacobian, "A: m,n; x: n; A@x", {"x": [3, 4]}, "A@[3, 4]"),
        (gradcli.hessian, "x: n; A: n,n; x.T@A@x", {"x": [3, 4]}, "2*([3, 4].T@A@[3, 4])"),
        (gradcli.grad, "x: n; A: n,n; tr(A@x@x.T)", {"A": [[1, 2], [0, 1]]}, "x.T@[[1, 2], [0, 1]]@x"),
    ],
)
def test_directions_have_formulas(command: Any, text: str, along: Any, written: str) -> None:
    """The derivative along a direction is a formula with the direction's numbers, with or without a point."""
    name = next(iter(along))
    found = command(text, wrt=name, along=along)
    trees = found.along_trees if hasattr(found, "along_trees") else (found.along_tree,)
    assert [write(tree, "text") for tree in trees] == [written]
    assert found.directional is None
    at = {"x": [1, -2], "A": [[1, 2], [3, 5]]}
    placed = command(text, wrt=name, along=along, at={n: at[n] for n in found.reading.shapes})
    values = {n: np.array(v, dtype=float).reshape(2, -1) for n, v in at.items()}
    expected = np.array(evaluate(written, values)).ravel()
    assert np.allclose(np.array(placed.directional, dtype=float).ravel(), expected)


def test_several_functions_along_a_direction() -> None:
    """One derivative a function: a list for a vector, a number for a scalar."""
    found = gradcli.jacobian("x: 2; 3*x", "x.T@x", at={"x": [1, 2]}, along={"x": [1, 1]})
    assert found.directional == ([3.0, 3.0], 6.0)


@pytest.mark.parametrize("size", [501, 1500])
def test_large_matrices_are_held_to_the_limit(size: int) -> None:
    """Also where they are found as float64 arrays, in no time: the limit of a Jacobian and of a Hessian is one."""
    at = {"x": np.linspace(1.0, 2.0, size)}
    for whole, name in ((gradcli.jacobian, "Jacobian"), (gradcli.hessian, "Hessian")):
        text = "sin(x)*sum(x)" if name == "Jacobian" else "norm(x)**4"
        with pytest.raises(gradcli.GradcliError, match=f"a {name} of {size**2} entries; the limit is 250000") as raised:
            whole(text, at=at)
        assert raised.value.code == "limit"
        inside = {"x": at["x"][:500]}
        assert whole(text, at=inside).array.shape == (500, 500)
