"""Finite differences and the complex step in extended precision."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program_cases import case, certified, named

import gradcli
from gradcli.derive.methods.complex_step import complex_jet
from gradcli.derive.methods.extended import difference_jet, difference_jets, second_difference_jet

if TYPE_CHECKING:
    from program_cases import Entries

    from gradcli.vocabulary import Method

METHODS = {"fd": difference_jet, "complex": complex_jet}


def entries(method: str, text: str, **at: Any) -> Entries:
    """Value and derivatives by a method without rules."""
    given = case(text, **at)
    return named(METHODS[method](given.f, given.names, given.point, given.guards), given.names)


REGULAR = [
    ("x**x", {"x": "2.2"}),
    ("a*exp(b*t) + c*cos(d*t)", {"a": "1.5", "b": "-0.25", "c": 2, "d": 3, "t": "1.25"}),
    ("exp(x)/sqrt(sin(x)**3 + cos(x)**3)", {"x": "0.25"}),
    ("besselj(2, x) + lgamma(x) + digamma(x)", {"x": "3.25"}),
    ("sin(10**6*x)", {"x": 1}),
    ("x + sin(1024*pi*x)", {"x": "0.5"}),
    ("x**2", {"x": 10**10}),
    ("1/x", {"x": "1e-8"}),
    ("abs(x)", {"x": "1e-9"}),
    ("log(1 - x)", {"x": "0.999999999"}),
    ("x**3 + 1e10", {"x": 1}),
    ("exp(1000*(x - 1))", {"x": 1}),
    ("(x/1e6)**2 + (1e6*y)**2", {"x": 10**6, "y": "1e-6"}),
    ("(1 - cos(x))/x**2", {"x": "1e-7"}),
    ("exp(x)", {"x": "1e-300"}),
    ("sin(1e30*x)", {"x": 0}),
    ("x*abs(x) + x", {"x": 0}),
    ("where(abs(x) < 2, x**2/2, 2*abs(x) - 2)", {"x": 2}),
    ("tanh(x)*erf(y) + hypot(x, y)", {"x": 0, "y": 2}),
    ("cos(x)", {"x": 0}),
    ("exp(x)", {"x": 709}),
    ("cbrt(x) + atan2(x, y)", {"x": -8, "y": -3}),
    ("log(x)", {"x": "1e20"}),
    ("hypot(x - y, 2*x)", {"y": 0, "x": "1e-300"}),
    ("x*where(abs(x) < 1e-200, 2, 1)", {"x": 0}),
    ("where(x >= 2*x, x, y)/min(x, y)", {"x": "-1e-9", "y": "pi"}),
]


@pytest.mark.parametrize(("text", "at"), REGULAR)
@pytest.mark.parametrize("method", METHODS)
def test_every_digit_and_an_error_that_holds(method: str, text: str, at: dict[str, Any]) -> None:
    """The numbers agree with the certified ones to rounding, and the stated error covers the difference."""
    found, exact = entries(method, text, **at), certified(text, **at)
    assert found.problems == ()
    assert found.value == exact.value
    assert found.errors is not None
    for name in at:
        number, truth, error = found.numbers[name], exact.numbers[name], found.errors[name]
        assert number is not None
        assert truth is not None
        assert error is not None
        assert abs(number - truth) <= math.ulp(truth) or abs(number - truth) < 1e-45
        assert abs(number - truth) <= error + math.ulp(truth) / 2
        assert error <= 1e-15 * abs(truth) or error < 1e-40


def test_evaluations_are_counted() -> None:
    """A smooth function takes four evaluations for each variable and one for all; the complex step two."""
    assert entries("fd", "x*y + sin(z)", x=1, y=2, z=3).evaluations == 13
    assert entries("complex", "x*y + sin(z)", x=1, y=2, z=3).evaluations == 7


@pytest.mark.parametrize(
    ("text", "x", "kind", "left", "right"),
    [
        ("abs(x)", 0, "not-differentiable", -1.0, 1.0),
        ("abs(x - 1000000)", 10**6, "not-differentiable", -1.0, 1.0),
        ("1e-10*abs(x - 1) + exp(x)", 1, "not-differentiable", math.e - 1e-10, math.e + 1e-10),
        ("min(x, 2 - x)", 1, "not-differentiable", 1.0, -1.0),
        ("sqrt(x**2)", 0, "not-differentiable", -1.0, 1.0),
        ("hypot(x, 0)", 0, "not-differentiable", -1.0, 1.0),
        ("floor(x)", 2, "not-differentiable", None, 0.0),
        ("sqrt(abs(x))", 0, "infinite", None, None),
        ("1/x", 0, "undefined", None, None),
        ("asin(x)", 2, "undefined", None, None),
        ("sin(x)/x", 0, "undefined", 0.0, 0.0),
        ("exp(x)", 710, "overflow", None, None),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_what_has_no_derivative(
    method: str, text: str, x: Any, kind: str, left: float | None, right: float | None
) -> None:
    """Kinks, jumps, poles, borders and overflow are the same problems for both methods."""
    found = entries(method, text, x=x)
    problem = next(one for one in found.problems if one.variable == "x")
    assert found.numbers["x"] is None
    assert (problem.kind, problem.left, problem.right) == (kind, left, right)


def test_outputs_share_their_evaluations() -> None:
    """A Jacobian by differences takes no more evaluations than one of its rows."""
    given = case("x*sin(y)", x=1, y=2)
    other = given.f.args[1]
    rows = difference_jets([given.f, other], given.names, given.point, given.guards)
    assert rows[0].first == ((math.sin(2), math.cos(2)),)
    assert {row.evaluations for row in rows} == {9}


@given(st.floats(-3, 3, allow_subnormal=False), st.floats(-3, 3, allow_subnormal=False))
@settings(max_examples=25)
def test_methods_agree_everywhere(x: float, y: float) -> None:
    """At random points symbolic rules, differences and the complex step give one answer."""
    text = "max(x, y**2)*sin(x*y) + abs(x - y)*exp(y) + where(x > y, x**2, y*atan(x))"
    from fractions import Fraction

    at = {"x": Fraction(x), "y": Fraction(y)}
    exact = certified(text, **at)
    for method in METHODS:
        found = entries(method, text, **at)
        assert [one.kind for one in found.problems] == [one.kind for one in exact.problems]
        for name, truth in exact.numbers.items():
            number = found.numbers[name]
            assert (number is None) == (truth is None)
            if number is not None and truth is not None:
                assert number == pytest.approx(truth, rel=1e-15, abs=1e-40)


@pytest.mark.parametrize(
    ("text", "at", "rows"),
    [
        ("x**2*y + y**3", {"x": 1, "y": 2}, ((4.0, 2.0), (2.0, 12.0))),
        ("log(x)", {"x": "1e-10"}, ((-1e20,),)),
        ("x**4 + pi*x", {"x": 0}, ((0.0,),)),
        ("where(x == 0, 1, sin(x)/x)", {"x": 0}, ((-1 / 3,),)),
        ("max(x, 0)**2", {"x": 0}, ((None,),)),
        ("abs(x)*y", {"x": 0, "y": 1}, ((None, None), (None, 0.0))),
        (
            "where(x == 0 and y == 0, 0, x*y*(x**2 - y**2)/(x**2 + y**2))",
            {"x": 0, "y": 0},
            ((0.0, -1.0), (1.0, 0.0)),
        ),
    ],
)
def test_second_differences(text: str, at: dict[str, Any], rows: Any) -> None:
    """Second derivatives are right to the last digit, each decided by itself: mixed ones may differ or be missing."""
    given = case(text, **at)
    found = second_difference_jet(given.f, given.names, given.point, given.guards)
    assert tuple(map(tuple, found.second)) == rows
    missing = sum(rows[i][j] is None for i in range(len(rows)) for j in range(len(rows)))
    assert len(found.problems) == missing


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("gamma(1e6*x)/max(x, y)", {"y": -3, "x": 1}),
        ("exp(1e6*x) + 3*y", {"y": 2, "x": 1}),
        ("where(max(x, y) > 1, sin(x), 0)", {"y": 1, "x": "pi"}),
    ],
)
def test_what_does_not_move_does_not_disturb(text: str, at: dict[str, Any]) -> None:
    """A part that the variable does not move, however large, takes no digit from its derivative."""
    exact = certified(text, **at)
    for method in METHODS:
        found = entries(method, text, **at)
        assert found.numbers["y"] == exact.numbers["y"]


@pytest.mark.parametrize("method", ["complex", "fd"])
def test_long_sums_move_by_their_terms(method: Method) -> None:
    """A variable moves its own terms alone: 1,500 of them were not decided in 32 s; values at a jump are the sum's."""
    count = 1500
    text = "+".join(f"sin(x{i})" for i in range(count)) + "+floor(x3)"
    answer = gradcli.grad(text, at={f"x{i}": 2 if i == 3 else 0 for i in range(count)}, method=method)
    assert answer.gradient is not None
    assert {name for name, number in answer.gradient.items() if number != 1} == {"x3"}
    (problem,) = answer.problems
    assert problem.message.startswith("floor jumps at x3 = 2: the limit is 1.909")


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("1e-60*floor(1e60*x)", "0.3", None),
        ("x + 1e-60*floor(1e60*x + 0.5)", "0.31415", 1.0),
        ("x - mod(x, 1e-60)", "0.3", None),
        ("x + 1e-60*tanh(1e60*(x - 0.3))", "0.3", 2.0),
        ("sin(2*pi*1e28*x)", "1", 6.283185307179586e28),
        ("x + 1e-60*sin(1e100*x)", "0", 1e40),
        ("x + 1e-60*sin(2*pi*1e60*x)", "1", 7.283185307179586),
        ("1e-40*sign(x - 1 - 1e-60) + x", "1", 1.0),
        ("1e-50*ceil(1e50*x)", "0.3", None),
    ],
)
def test_the_derivative_is_a_limit_whatever_the_step(text: str, at: str, slope: float | None) -> None:
    """Stairs and waves far finer than 1e-25 of x, of which steps of round numbers see nothing: 1 ± 1e-16."""
    found = gradcli.grad(text, at=f"x={at}", method="fd")
    assert found.gradient == {"x": slope}
    assert bool(found.problems) is (slope is None)
