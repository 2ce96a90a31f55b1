"""Derivatives of Python callables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gradcli import GradcliError, grad, hessian, jacobian


def test_floats_arrays_and_mappings_reach_the_callable() -> None:
    """Numbers come as floats, lists and NumPy arrays as arrays, a mapping by name, constants unmoved."""
    assert grad(lambda x, y: math.sin(x) * y, at=[1, 2]).gradient == pytest.approx(
        {"x": 2 * math.cos(1), "y": math.sin(1)}
    )
    for at in ([1, 2, 3], np.array([1.0, 2.0, 3.0])):
        found = grad(lambda x: np.sum(x**2), at=at)
        assert found.gradient is not None
        assert found.gradient["x"] == pytest.approx([2, 4, 6])
        assert found.shape == (3, 1)
    assert jacobian(lambda x, y: np.array([x * y, x + y]), at={"y": 2, "x": 1}).jacobian is not None
    assert grad(lambda x, a: a * x * x, at=3, constants={"a": 2}).gradient == pytest.approx({"x": 12})
    assert hessian(lambda x: x[0] ** 2 * x[1], at=[1, 2]).definiteness == "indefinite"


@pytest.mark.parametrize("function", [lambda X: X @ X, lambda X: (X @ X).tolist()])
def test_a_matrix_answers_in_the_order_of_formulas(function: Any) -> None:
    """Functions and values row by row, rows and columns as vec has them: whoever evaluates."""
    at = {"X": np.array([[1.0, 2.0], [3.0, 4.0]])}
    measured = jacobian(lambda X: function(np.array(X)), at=at)
    formula = jacobian("X: 2,2; X@X", at=at)
    assert measured.rows == formula.rows
    assert np.allclose(measured.array, formula.array)
    assert np.allclose(np.reshape(measured.value, (2, 2)), formula.value)


def test_a_kink_of_a_callable_is_a_problem() -> None:
    """abs at 0 has no gradient, and both slopes are told."""
    found = grad(abs, at=0)
    assert found.gradient == {next(iter(found.gradient or {})): None}
    assert (found.numbers.problems[0].left, found.numbers.problems[0].right) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("function", "at", "words"),
    [
        (lambda x: "text", 1, "type str"),
        (lambda x: None, 1, "type NoneType"),
        (lambda x: 1j * x, 1, "type complex"),
        (lambda x, y: x, 1, "1 value"),
        (lambda x: 1 / 0, 1, "ZeroDivisionError"),
        (lambda x: [x, x], 1, "2 numbers"),
        (lambda x: x, float("nan"), "not finite"),
        (lambda x: x, None, "needs a point"),
    ],
)
def test_bad_callables_and_points_are_one_error(function: object, at: object, words: str) -> None:
    """What is no function of the point, or answers no number, is told in one sentence."""
    with pytest.raises(GradcliError, match=words):
        grad(function, at=at)  # type: ignore[arg-type]
