"""Functions that are called."""

from __future__ import annotations

import copy
import doctest
import math
import pickle
import time
import timeit
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.codegen.emitter import Instruction
from gradcli.codegen.one_point import OnePoint
from gradcli.codegen.straightline import StraightLine
from gradcli.library import function as library_function
from gradcli.rules import RULES

ROSENBROCK = "(1 - x)**2 + 100*(y - x**2)**2"


def test_the_examples_hold() -> None:
    """What the docstrings show is what happens."""
    assert doctest.testmod(library_function).failed == 0


SCALARS = [name for name, rule in RULES.items() if len(rule.args) == 1 and not rule.variadic]
SCALARS.remove("li")  # which mpmath takes seconds for


@pytest.mark.parametrize("name", SCALARS)
def test_every_function_at_one_point_is_that_of_the_certified_engine(name: str) -> None:
    """Value, gradient and Hessian of each row of one argument; what does not exist is nan."""
    text = f"y*{name}(x)"
    f = gradcli.function(text)
    for x in (-1.5, 0.0, 0.4, 2.0):
        sure = gradcli.hessian(text, at={"x": x, "y": 2.0})
        slope = gradcli.grad(text, at={"x": x, "y": 2.0})
        order = [slope.reading.variables.index(n) for n in f.names]
        value, found = f.value_and_grad(dict.fromkeys(f.inputs, 0.0) | {"x": x, "y": 2.0})
        assert value == pytest.approx(math.nan if slope.value is None else slope.value, rel=1e-12, nan_ok=True)
        expected = slope.array[order, 0]
        np.testing.assert_allclose([found[n] for n in f.names], expected, rtol=1e-11, atol=1e-13)
        point = [{"x": x, "y": 2.0}[n] for n in f.inputs]
        np.testing.assert_allclose(np.triu(f.hessian(point)), np.triu(sure.array), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(f.grad(point), expected, rtol=1e-11, atol=1e-13)


def test_one_point_and_many_in_every_form() -> None:
    """Lists for lists, arrays for arrays, names for names; N in front for many points."""
    f = gradcli.function(ROSENBROCK)
    assert (f.inputs, f.names) == (("x", "y"), ("x", "y"))
    assert f([2, 1]) == f.value((2.0, 1.0)) == 901.0
    assert f.value_and_grad([2, 1]) == (901.0, [2402.0, -600.0])
    value, slope = f.value_and_grad(np.array([2, 1]))
    assert (value, type(value), slope.tolist()) == (901.0, float, [2402.0, -600.0])
    many = np.array([[2.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    value, slope = f.value_and_grad(many)
    assert (value.tolist(), slope.shape) == ([901.0, 1.0, 0.0], (3, 2))
    assert f.value(many).tolist() == f.value(many.tolist()).tolist() == [901.0, 1.0, 0.0]
    assert f.hessian(many).shape == (3, 2, 2)
    assert f.hessian([2.0, 1.0]) == f.hessian(many)[0].tolist() == [[4402.0, -800.0], [-800.0, 200.0]]
    assert f.jacobian([2.0, 1.0]) == [[2402.0, -600.0]]
    assert f.jacobian({"x": 2, "y": 1}).tolist() == [[2402.0, -600.0]]
    assert f.grad({"y": 1, "x": 2}) == {"x": 2402.0, "y": -600.0}
    assert {name: slope.tolist() for name, slope in f.grad({"x": [2.0, 0.0], "y": 1.0}).items()} == {
        "x": [2402.0, -2.0],
        "y": [-600.0, 200.0],
    }
    assert f.value(np.empty((0, 2))).shape == (0,)


def test_the_hessian_times_a_direction() -> None:
    """hvp is the product of the Hessian, for one point and for many."""
    f = gradcli.function("sin(x*y) + exp(z)*x**3")
    rng = np.random.default_rng(3)
    points, directions = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    expected = np.einsum("nij,nj->ni", f.hessian(points), directions)
    np.testing.assert_allclose(f.hvp(points, directions), expected, rtol=1e-12)
    np.testing.assert_allclose(f.hvp(points[0], directions[0]), expected[0], rtol=1e-12)
    np.testing.assert_allclose(f.hvp(points[0].tolist(), directions[0].tolist()), expected[0], rtol=1e-12)
    np.testing.assert_allclose(f.hvp(points, directions[0]), f.hessian(points) @ directions[0], rtol=1e-12)
    kink = gradcli.function("abs(x) + y**2").hvp([0.0, 1.0], [0.0, 1.0])
    assert kink[1] == 2.0
    assert math.isnan(gradcli.function("softsign(x)").hvp([0.0], [1.0])[0])


def test_arrays_by_name_and_in_order() -> None:
    """Matrices are row by row; gradients by name have the shapes of their variables."""
    point: dict[str, Any] = {"A": [[1, 2], [3, 4], [5, 6]], "x": [1, 2], "b": [0, 0, 1]}
    f = gradcli.function("norm(A@x - b)**2", at=point)
    sure = gradcli.grad("norm(A@x - b)**2", at=point)
    found = f.grad(point)
    for name in ("A", "x", "b"):
        np.testing.assert_allclose(found[name], sure.gradient[name], rtol=1e-12)
    flat = [number for name in f.program.variables for number in np.ravel(point[name.name])]
    np.testing.assert_allclose(f.grad(flat), np.concatenate([np.ravel(found[v.name]) for v in f.program.variables]))
    several = f.grad({**point, "x": [[1, 2], [0, 1]]})
    assert several["A"].shape == (2, 3, 2)
    part = gradcli.function("norm(A@x - b)**2", at=point, wrt="x", constants={"b": [0, 0, 1]})
    assert part.names == ("x[0]", "x[1]")
    np.testing.assert_allclose(part.grad({"A": point["A"], "x": [1, 2]})["x"], sure.gradient["x"])
    shaped = gradcli.function("sum(x**2)", shapes=["x: 3"])
    assert shaped.grad([1, 2, 3]) == [2.0, 4.0, 6.0]


def test_several_values() -> None:
    """A vector, or several texts: jacobian; there is no gradient."""
    f = gradcli.function("x*y", "abs(x)")
    assert f.value([2.0, 3.0]) == [6.0, 2.0]
    np.testing.assert_array_equal(f.jacobian([0.0, 3.0]), [[3.0, 0.0], [math.nan, 0.0]])
    assert f.value(np.ones((4, 2))).shape == (4, 2)
    assert f.jacobian(np.ones((4, 2))).shape == (4, 2, 2)
    for what in (f.grad, f.value_and_grad, f.hessian):
        with pytest.raises(gradcli.GradcliError, match="2 values has no"):
            what([1.0, 2.0])
    with pytest.raises(gradcli.GradcliError, match="2 values has no"):
        f.hvp([1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize("text", ["max(x, y)", "abs(x - y)", "sqrt(x - y)", "where(x > y, x, 2*y)", "relu(x - y)"])
def test_no_number_at_a_kink(text: str) -> None:
    """One point and many agree with the certified engine where the function has a corner or an end."""
    f = gradcli.function(text)
    sure = gradcli.grad(text, at={"x": 1, "y": 1})
    expected = sure.array[[sure.reading.variables.index(name) for name in f.names], 0]
    np.testing.assert_array_equal(f.grad([1.0, 1.0]), expected)
    np.testing.assert_array_equal(f.grad(np.array([[1.0, 1.0], [2.0, 1.0]]))[0], expected)


def test_what_overflows_on_the_way_has_its_number() -> None:
    """exp(1000) is beyond float64; 1/(1 + exp(1000)) is not."""
    f = gradcli.function("1/(1 + exp(x))")
    assert f.value([1000.0]) == f.value(np.array([[1000.0]]))[0] < 1e-300
    assert gradcli.function("log(x)*0 + y").value([1.0, 2.0]) == 2.0
    assert math.isnan(gradcli.function("log(x)").value([-1.0]))


def test_what_is_no_point() -> None:
    """Wrong lengths, names, kinds and numbers are one error each."""
    f = gradcli.function(ROSENBROCK)
    wrong: list[Any] = [[1.0], [1.0, 2.0, 3.0], "12", [1.0, "a"], [1.0, None], [1j, 1.0], 3.0, np.ones((2, 3)), None]
    wrong += [{"x": 1.0}, {"x": 1, "y": 2, "z": 3}, {"x": [1, 2], "y": [1, 2, 3]}, {"x": [[1.0]], "y": 1.0}, np.ones(3)]
    wrong += [[math.nan, 1.0], [math.inf, 1.0], np.array([math.nan, 1.0]), np.array([1j, 1.0]), [[1.0, 2.0], [3.0]]]
    for point in wrong:
        for method in (f.value, f.value_and_grad, f.hessian):
            with pytest.raises(gradcli.GradcliError):
                method(point)
    with pytest.raises(gradcli.GradcliError):
        gradcli.function("3")
    with pytest.raises(gradcli.GradcliError):
        gradcli.function("x +* 2")
    assert gradcli.function("x**2").value(3.0) == 9.0


def test_scipy_minimises_it_as_it_stands() -> None:
    """Value and gradient are what SciPy wants, and Newton's method finds the Hessian and its products."""
    optimize = pytest.importorskip("scipy.optimize")
    f = gradcli.function(ROSENBROCK)
    found = optimize.minimize(f.value_and_grad, [-1.2, 1.0], jac=True)
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-5)
    for options in ({"hess": f.hessian}, {"hessp": f.hvp}):
        found = optimize.minimize(f.value, [-1.2, 1.0], jac=f.grad, method="Newton-CG", **options)
        np.testing.assert_allclose(found.x, [1, 1], atol=1e-4)


def test_literals_keep_their_signs_and_constants_are_outputs() -> None:
    """0.0 and -0.0 are two literals; an output may be a literal or an input; three arguments come through."""
    code = StraightLine(
        ("x",), (Instruction("multiply", (0, -0.0)), Instruction("select", (0, 0.0, 7.0))), (1, 2, 0, 0.0, -0.0)
    )
    found = OnePoint(code)([3.0])
    assert [math.copysign(1.0, number) for number in found] == [-1.0, 1.0, 1.0, 1.0, -1.0]
    assert found == [0.0, 0.0, 3.0, 0.0, 0.0]
    assert OnePoint(StraightLine((), (), (2.0,)))([]) == [2.0]


@pytest.mark.untraced
def test_a_call_is_cheaper_than_the_exported_numpy_code() -> None:
    """At most twice the exported code's processor time, a call and an array; a tracer would see one of the two only."""
    text = "x1**2*sin(x2) + exp(x3)*x4 + x1*x2*x3"
    f = gradcli.function(text)
    names: dict[str, Any] = {}
    exec(gradcli.export(text, to="numpy").source, names)
    exported = names["f_value_and_grad"]
    rng = np.random.default_rng(1)
    point, points = rng.random(4), rng.random((20_000, 4))

    def least(call: Any, count: int) -> float:
        return min(timeit.repeat(call, timer=time.process_time, number=count, repeat=5))

    assert least(lambda: f.value_and_grad(point), 300) < 2 * least(lambda: exported(*point), 300)
    assert least(lambda: f.value_and_grad(points), 3) < 2 * least(lambda: exported(*points.T), 3)


@pytest.mark.parametrize("copied", [lambda f: pickle.loads(pickle.dumps(f)), copy.copy, copy.deepcopy])
def test_a_function_goes_to_other_processes(copied: Any) -> None:
    """It is made again from its question: pools of processes take it."""
    f = gradcli.function("x.T@A@x*a", wrt="x", constants={"a": 2}, shapes=iter(["x: 2", "A: 2,2"]))
    assert copied(f).grad({"x": [1.0, 2.0], "A": np.eye(2)})["x"].tolist() == [4.0, 8.0]
    assert copied(gradcli.function(gradcli.parse("x**2"))).inputs == ("x",)


def test_sizes_that_nobody_told_are_those_of_the_point() -> None:
    """A function of arrays is the same function as that of `grad`, at points of any size."""
    assert gradcli.function("sum(x**2)", shapes={"x": "n"}).grad([1, 2]) == [2.0, 4.0]
    f = gradcli.function("x@x")
    assert f.value_and_grad([1, 2, 3]) == (14.0, [2.0, 4.0, 6.0])
    assert f.grad(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert f(np.ones((4, 3))).tolist() == [3.0] * 4
    assert f.hessian([1, 2]) == [[2.0, 0.0], [0.0, 2.0]]
    assert f.hvp([1, 2], [1, 0]) == [2.0, 0.0]
    assert pickle.loads(pickle.dumps(f)).grad([3]) == [6.0]
    loss = gradcli.function("norm(A@x - b)**2", wrt="x")
    point = {"A": [[1, 2, 3]], "x": [1, 2, 3], "b": [1]}
    assert loss.grad(point)["x"].tolist() == [26.0, 52.0, 78.0]
    with pytest.raises(gradcli.GradcliError, match="a point of arrays of open sizes is by name"):
        loss([1, 2, 3])
    with pytest.raises(gradcli.GradcliError, match="b has no value"):
        loss({"A": [[1]], "x": [1]})


def test_a_matrix_that_is_the_only_variable() -> None:
    """Its gradient and products are matrices; other values are refused."""
    f = gradcli.function("logdet(X)")
    assert f.grad([[2, 1], [1, 3]]) == pytest.approx(np.array([[0.6, -0.2], [-0.2, 0.4]]))
    assert f.hvp(np.eye(2), np.ones((2, 2))).tolist() == [[-1.0, -1.0], [-1.0, -1.0]]
    assert f(np.stack([np.eye(2), 2 * np.eye(2)])) == pytest.approx([0.0, 2 * math.log(2)])
    with pytest.raises(gradcli.GradcliError, match="X is a matrix, and its value is none"):
        f([1, 2])


def test_rows_without_names_are_the_only_variable() -> None:
    """If it is a vector of any size; what has other arrays says whose size is not known."""
    found = gradcli.grad_many("x@x", np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]))
    assert found["d_x[2]"].tolist() == [6.0, 0.0]
    with pytest.raises(gradcli.GradcliError, match="the size of x is not known"):
        gradcli.grad_many("x@y", np.ones((2, 4)))
