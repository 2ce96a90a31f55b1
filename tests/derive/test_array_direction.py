"""Derivatives along a direction in large arrays: float64 engines against closed forms, all layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcli

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
    small = {"X": X[:60, :50]}
    found = gradcli.jacobian("B@X", at=small, along={"X": D[:60, :50]}, constants={"B": A[:2, :60]}, layout=layout)
    assert found.directional == pytest.approx((A[:2, :60] @ D[:60, :50]).ravel(), rel=1e-12)
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
