"""Tables of points and assertions in Python."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.library import function as library_function
from gradcli.library import testing as library_testing


def test_the_examples_hold() -> None:
    """What the docstrings show is what happens."""
    assert doctest.testmod(library_testing).failed == 0
    assert doctest.testmod(library_function).failed == 0


COLUMNS = {"y": [2, 2, 3], "x": [3.0, 0.0, -1.0]}
TABLES: dict[str, Callable[[], Any]] = {
    "mapping": lambda: COLUMNS,
    "arrays": lambda: {name: np.array(column) for name, column in COLUMNS.items()},
    "points by name": lambda: [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
    "array": lambda: np.array([COLUMNS["x"], COLUMNS["y"]]).T,
    "rows": lambda: list(zip(COLUMNS["x"], COLUMNS["y"], strict=True)),
    "pandas": lambda: pytest.importorskip("pandas").DataFrame({**COLUMNS, "name": list("abc")}, index=[5, 6, 7]),
    "polars": lambda: pytest.importorskip("polars").DataFrame({**COLUMNS, "name": list("abc")}),
}


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_points_in_each_form(make: Callable[[], Any]) -> None:
    """The same columns come of every table; frames come back as frames."""
    points = make()
    found = gradcli.grad_many("abs(x)*y", points)
    assert list(found.columns if hasattr(found, "columns") else found) == ["value", "d_x", "d_y", "problem"]
    np.testing.assert_array_equal(found["value"], [6.0, 0.0, 3.0])
    np.testing.assert_array_equal(found["d_x"], [2.0, np.nan, -3.0])
    np.testing.assert_array_equal(found["d_y"], [3.0, 0.0, 1.0])
    assert ["kink" in why for why in found["problem"]] == [False, True, False]
    if hasattr(points, "columns"):
        assert type(found) is type(points)
    if hasattr(points, "index") and hasattr(points, "columns"):
        assert list(found.index) == [5, 6, 7]


def test_jacobians_hessians_arrays_and_constants_at_many_points() -> None:
    """The columns are those of the command line; a column of vectors is one column an entry."""
    found = gradcli.grad_many(["x*y", "x"], [(2, 3)], kind="jacobian")
    assert {name: column.tolist() for name, column in found.items() if name != "problem"} == {
        "value_0": [6.0], "value_1": [2.0], "d_0_x": [3.0], "d_0_y": [2.0], "d_1_x": [1.0], "d_1_y": [0.0],
    }  # fmt: skip
    assert gradcli.grad_many("x**2*y", [(2, 3)], kind="hessian")["d_x_y"].tolist() == [4.0]
    vectors = np.arange(6.0).reshape(3, 2)
    found = gradcli.grad_many("sum(x**2)*a", {"x": vectors}, constants={"a": 3})
    np.testing.assert_array_equal(np.column_stack([found["d_x[0]"], found["d_x[1]"]]), 6 * vectors)
    found = gradcli.grad_many("x*y", {"x": [1.0, 2.0], "y": [3.0, 4.0]}, wrt="x")
    assert list(found) == ["value", "d_x", "problem"]
    rng = np.random.default_rng(5)
    points = rng.normal(size=(70_000, 2))  # more than a block
    np.testing.assert_allclose(gradcli.grad_many("sin(x)*y", points)["d_x"], np.cos(points[:, 0]) * points[:, 1])


def test_missing_numbers() -> None:
    """A row that lacks a number is an error, or on request a problem."""
    points = {"x": [1.0, None, np.nan], "y": [1, 2, 3]}
    with pytest.raises(gradcli.GradcliError, match="row 2, column x"):
        gradcli.grad_many("x*y", points)
    found = gradcli.grad_many("x*y", points, missing="problem")
    np.testing.assert_array_equal(found["value"], [1.0, np.nan, np.nan])
    assert found["problem"][2] == "value: undefined: x is missing"


@pytest.mark.parametrize(
    "points",
    [
        {"x": [1, 2], "y": [1]},
        {"x": ["a"], "y": [1]},
        {"x": [1]},
        {"x": [1j], "y": [1]},
        {"x": [[1], [1, 2]], "y": [1, 2]},
        np.ones(3),
        np.ones((2, 3)),
        [(1, 2), (3,)],
        [{"x": 1, "y": 2}, {"x": 1}],
        [],
        {},
        3,
        "1,2",
        None,
        {"x": [float("inf")], "y": [1]},
    ],
)
def test_what_is_no_table(points: Any) -> None:
    """One error each."""
    with pytest.raises(gradcli.GradcliError):
        gradcli.grad_many("x*y", points)


def test_right_gradients_pass() -> None:
    """Texts and callables, numbers and arrays, by place and by name, at one point and at several."""
    check = gradcli.assert_gradient
    check("x**2*y", lambda x, y: (2 * x * y, x * x), at=(3, 2))
    check("x**2*y", {"y": 9, "x": 12}, at={"x": 3, "y": 2})
    check("x**2*y", [12, 9], at="x=3, y=2")
    check("x**2", lambda x: 2 * x, at=[(1,), (2.5,), (-3,)])
    check("a*x**2", lambda x: 6 * x, at=2, constants={"a": 3})
    check(lambda v: (v**2).sum(), lambda v: 2 * v, at=np.array([1.0, 2.0, 3.0]))
    check(lambda x, y: np.exp(x) * y, lambda x, y: [np.exp(x) * y, np.exp(x)], at=[(0.3, 2.0), (1.0, -2.0)])
    check(
        "norm(A@x)**2",
        lambda A, x: (2 * A @ np.outer(x, x), 2 * A.T @ A @ x),
        at=[{"A": [[1, 2], [3, 4]], "x": [1, 2]}, {"A": [[1, 0], [3, 4]], "x": [1, -2]}],
    )
    check("exp(x)*y", lambda x, y: (np.exp(x) * y * (1 + 1e-7), np.exp(x)), at=(1, 2), tolerance=1e-6)


@pytest.mark.parametrize(
    ("f", "grad", "at", "words"),
    [
        ("x**2*y", lambda x, y: (2 * x * y, -x * x), (3, 2), r"∂f/∂y: yours -9.0, ours 9.0 ± 0: it has the wrong sign"),
        ("x**2*y", lambda x, y: (x * x, 2 * x * y), (3, 2), "it is ∂f/∂y: the components are in another order"),
        ("x**2*y", lambda x, y: (2 * x * y, 2 * x * y), (3, 2), r"∂f/∂y: .*it is ∂f/∂x: it was differentiated by x"),
        (lambda x, y: x**2 * y, lambda x, y: (x * y, x * x), (3.0, 2.0), r"ours 1[12]\.\d* ± .*it is 1/2 times"),
        ("x**3", lambda x: x**3, 5, "it is the function itself"),
        ("x*y", [2.0, 0.0], (1, 2), "it is 0, and the function depends"),
        ("abs(x)", [1.0], 0, "ours none: abs has a kink"),
        ("x*y", [float("nan"), 1.0], (1, 2), "yours nan"),
        ("x*y", [1.0], (1, 2), "1 numbers for 2"),
        ("x*y", {"x": 1}, (1, 2), "no entry y"),
        ("exp(x)", lambda x: np.exp(x) * (1 + 1e-7), [(1,), (2,)], r"x = 1.0\n.*\n.*x = 2.0"),
        ("1e-7*x**2 + y", [-2e-7, 1.0], (1, 2), "wrong sign"),
        (lambda x: np.float64(np.float32(np.sin(np.float32(x * 1e-3)))), lambda x: 5.0, 1.0, "yours 5.0"),
    ],
)
def test_wrong_gradients_fail_with_their_slip(f: Any, grad: Any, at: Any, words: str) -> None:
    """The failure names the entry, both numbers with the bound, and why; small entries count, too."""
    with pytest.raises(AssertionError, match=words):
        gradcli.assert_gradient(f, grad, at=at)


def test_mistakes_of_the_question_are_no_failures() -> None:
    """A text that cannot be read is an error of gradcli's."""
    with pytest.raises(gradcli.GradcliError):
        gradcli.assert_gradient("x +* 2", [1.0], at=1)


@pytest.mark.parametrize("text", ["A: 2,1; sum(A**3)", "sum(A**3)", "A: m,1; sum(A**3)"])
@pytest.mark.parametrize("names", [("A[0]", "A[1]"), ("A[0,0]", "A[1,0]")])
def test_a_matrix_of_one_column_has_entries_with_one_index_or_two(text: str, names: tuple[str, str]) -> None:
    """A[1] and A[1,0] are the same column; where both are there, the one with two indices is taken."""
    found = gradcli.grad_many(text, {names[0]: [1.0, 2.0], names[1]: [3.0, 4.0]})
    assert found["d_A[1]"].tolist() == [27.0, 48.0]
    one = gradcli.grad_many("A: 1,1; sum(A**2)", {"A[0,0]": [3.0], "A[0]": [5.0]})
    assert one["value"].tolist() == [9.0]


COMPILED = "log(x1)*sin(x2) + abs(x3)*sqrt(x4) + max(x1, x4)"


@pytest.mark.parametrize("when", ["auto", "always", "never"])
def test_many_points_by_compiled_code_are_those_of_numpy(when: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`compile` says what --compile says; kinks and what is not finite are decided as ever."""
    monkeypatch.setattr("gradcli.exporting.kernel.COMPILED_ROWS", 30)
    monkeypatch.setattr("gradcli.exporting.kernel.COMPILING_ROWS", 50)
    points = np.random.default_rng(3).uniform(0.5, 2, (60, 4))
    points[7, 2] = 0
    points[9, 0] = points[9, 3]
    function = gradcli.function(COMPILED, compile=when)
    plain = gradcli.function(COMPILED, compile="never")
    for count in (5, 60, 20):
        value, slopes = function.value_and_grad(points[:count])
        wanted, right = plain.value_and_grad(points[:count])
        assert np.allclose(value, wanted, rtol=1e-14)
        assert np.allclose(slopes, right, rtol=1e-14, equal_nan=True)
    assert np.isnan(slopes[7, 2])
    assert np.allclose(function.hessian(points), plain.hessian(points), rtol=1e-13, equal_nan=True)
    native = function.parts["both"].native
    if shutil.which("cc") or shutil.which("gcc") or shutil.which("clang"):
        assert (native is not None and native.is_native) == (when != "never")
    many = gradcli.grad_many(COMPILED, points, compile=when)
    assert np.allclose(many["d_x2"], gradcli.grad_many(COMPILED, points, compile="never")["d_x2"], rtol=1e-14)
    assert "kink" in many["problem"][7]


def test_without_a_compiler_numpy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a warning says so, where compiled code was asked for."""
    monkeypatch.setattr("gradcli.points.native.compiler.COMPILERS", ())
    with pytest.warns(RuntimeWarning, match="no C compiler works here: NumPy answers"):
        found = gradcli.grad_many("x**2", [[1.0], [2.0]], compile="always")
    assert found["d_x"].tolist() == [2.0, 4.0]
    wrong: Any = "sometimes"
    with pytest.raises(gradcli.GradcliError, match="compile does not take 'sometimes'"):
        gradcli.function("x**2", compile=wrong)
