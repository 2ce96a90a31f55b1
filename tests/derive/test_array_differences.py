"""Finite differences of arrays in float64: programs that are too large for single entries."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from gradcli import GradcliError, grad, hessian, jacobian

RANDOM = Random(7)
COLUMNS = 20
MATRIX = [[RANDOM.uniform(-2, 2) for _ in range(COLUMNS)] for _ in range(600)]
POINT = [RANDOM.uniform(-2, 2) for _ in range(COLUMNS)]
DATA = {"A": np.array(MATRIX)}
DOUBLES: dict[str, Any] = {"method": "fd", "precision": "double"}


def flat(value: Any) -> list[Any]:
    """The numbers of nested lists and of mappings."""
    if isinstance(value, dict):
        return [entry for part in value.values() for entry in flat(part)]
    if isinstance(value, list | tuple):
        return [entry for part in value for entry in flat(part)]
    return [value]


def assert_errors_hold(numbers: Any, errors: Any, truths: Any) -> None:
    """Every number is as right as it says, and says that it has six digits of the largest."""
    true = flat(truths)
    scale = max(map(abs, true))
    for number, error, truth in zip(flat(numbers), flat(errors), true, strict=True):
        assert abs(number - truth) <= error + 4e-16 * abs(truth)
        assert error <= 1e-6 * scale


@pytest.mark.parametrize(
    "text",
    [
        "sum((A@x)**2)",
        "log(sum(exp(A@x)))",
        "norm(A@x - 1) + x[0]*x[1]",
        "sum(abs(x))*norm(A@x)",
        "x.T@A.T@A@x - sum(A@x)",
    ],
)
def test_gradients_of_large_programs_have_errors_that_hold(text: str) -> None:
    """Each entry is right within its error, which is small, and a variable takes few evaluations."""
    found, true = grad(text, {"x": POINT}, constants=DATA, **DOUBLES), grad(text, {"x": POINT}, constants=DATA)
    assert true.numbers.accuracy == "float64"  # too large for single entries
    assert found.numbers.accuracy == "estimated"
    assert found.numbers.evaluations is not None
    assert found.numbers.evaluations < 40 * COLUMNS
    assert found.value == pytest.approx(true.value, rel=1e-13)
    assert_errors_hold(found.gradient, found.error, true.gradient)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_jacobians_of_large_programs_are_laid_out_as_their_closed_forms(layout: Any) -> None:
    """A Jacobian by differences has the rows of the closed form, also where an output is tiny beside its rounding."""
    text, asked = "softmax(A@x)[0:3]", {"at": {"x": POINT}, "constants": DATA, "layout": layout}
    found, true = jacobian(text, **asked, **DOUBLES), jacobian(text, **asked)
    assert found.shape == true.shape
    assert_errors_hold(found.jacobian, found.error, true.jacobian)
    matrix = {"X": [row[:6] for row in MATRIX[:20]]}
    text = "(X.T@X@X.T)[0:1, 0:2]"
    found, true = (jacobian(text, at=matrix, layout=layout, **more) for more in (DOUBLES, {}))
    assert_errors_hold(found.jacobian, found.error, true.jacobian)


def test_symmetric_matrices_have_symmetric_gradients() -> None:
    """The gradient by a symmetric matrix is the average of the free gradient and its transpose, in differences too."""
    size = 12
    rows = [[sum(a * b for a, b in zip(MATRIX[i], MATRIX[j], strict=True)) for j in range(size)] for i in range(size)]
    matrix = [[x + 9 * (i == j) for j, x in enumerate(row)] for i, row in enumerate(rows)]
    text = "S: 12,12 symmetric; logdet(S) + S[0,1]"
    found, true = grad(text, {"S": matrix}, **DOUBLES), grad(text, {"S": matrix})
    assert_errors_hold(found.gradient, found.error, true.gradient)
    assert found.gradient is not None
    entries: Any = found.gradient["S"]
    assert entries == [list(column) for column in zip(*entries, strict=True)]


def test_a_kink_of_a_large_program_is_told_with_both_slopes() -> None:
    """At a kink there is no number; the problem names the entry and the slopes on both sides."""
    found = grad("sum((A@x)**2) + norm(x, 1)", {"x": [POINT[0], 0, *POINT[2:]]}, constants=DATA, **DOUBLES)
    assert found.gradient is not None
    (problem,) = found.numbers.problems
    assert (problem.variable, problem.index, problem.kind) == ("x", (1,), "not-differentiable")
    assert problem.right - problem.left == pytest.approx(2, rel=1e-6)
    assert [i for i, entry in enumerate(flat(found.gradient)) if entry is None] == [1]


def test_a_large_program_without_a_value_says_so() -> None:
    """Outside of the domain value and gradient are missing, and the reason is given."""
    found = grad("sum((A@x)**2) + sum(log(x))", {"x": [-1.0] * COLUMNS}, constants=DATA, **DOUBLES)
    assert found.value is None
    assert set(flat(found.gradient)) == {None}
    assert found.numbers.problems[0].kind == "undefined"


def test_the_derivative_along_a_direction_is_differenced_too() -> None:
    """∇f·d of a large program, the variables that the direction does not name standing still."""
    at = {"x": POINT, "c": 2.0}
    found = grad("c*sum((A@x)**2)", at, constants=DATA, along={"x": POINT}, **DOUBLES)
    assert found.value is not None
    assert found.directional == pytest.approx(2 * found.value, rel=1e-9)
    assert found.along is not None
    assert found.along["c"] == 0
    with pytest.raises(GradcliError, match="no variable 'z'"):
        grad("c*sum((A@x)**2)", at, constants=DATA, along={"z": POINT}, **DOUBLES)


def test_too_many_derivatives_are_refused_with_the_limit() -> None:
    """Above the limit, for second derivatives and in extended precision there is one clear error."""
    with pytest.raises(GradcliError, match="up to 5,000 derivatives, and these are 6,000") as caught:
        grad("sum(x**2)*sum(exp(x))", {"x": [0.5] * 6000}, **DOUBLES)
    assert caught.value.code == "too-large"
    with pytest.raises(GradcliError, match="second derivatives"):
        hessian("sum((A@x)**2)", {"x": POINT}, constants=DATA, **DOUBLES)
    with pytest.raises(GradcliError) as caught:
        grad("sum((A@x)**2)", {"x": POINT}, constants=DATA, method="fd")
    assert "--precision double" in (caught.value.hint or "")


@pytest.mark.parametrize("method", ["fd", "complex"])
def test_functions_without_entries_are_refused_for_what_they_are(method: str) -> None:
    """The exponential of a matrix of four entries was called too large."""
    with pytest.raises(GradcliError, match="expm has no closed form for one"):
        grad("tr(expm(A))", at={"A": [[1, 2], [3, 4]]}, method=method)


@pytest.mark.parametrize("method", ["fd", "complex", "autodiff"])
def test_no_formula_is_needed(method: str) -> None:
    """The Jacobian of 60 layers has one that is too deep to be made; its numbers do not need it."""
    layers = "; ".join(f"u{k} = tanh(W@u{k - 1}*sum(u{k - 1})) + u{k - 1}*norm(u{k - 1})/4" for k in range(1, 60))
    text = f"x: 2; W: 2,2; u0 = tanh(W@x); {layers}; u59"
    found = jacobian(text, at={"x": [0.1, 0.2], "W": [[0.5, 0.2], [0.1, 0.4]]}, wrt="x", method=method)
    assert found.symbolic is None
    assert all(isinstance(entry, float) for row in found.jacobian for entry in row)
