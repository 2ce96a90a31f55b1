"""Certified numbers at a point, and the diagnosis of those that do not exist."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program_cases import case, certified

import gradcli
from gradcli.evaluate.certified.certify import certify
from gradcli.problems import Problem


def derivative(text: str, **at: Any) -> float | None:
    """The derivative by the first variable, which has no problem."""
    found, name = certified(text, **at), next(iter(at))
    assert name not in [one.variable for one in found.problems]
    return found.numbers[name]


def problem(text: str, **at: Any) -> Problem:
    """The problem of the first variable's entry."""
    found = certified(text, **at)
    name = next(iter(at))
    assert found.numbers[name] is None
    return next(one for one in found.problems if one.variable == name)


@pytest.mark.parametrize(
    ("text", "x", "value", "slope"),
    [
        ("(1 - cos(x))/x**2", "1e-6", 0.4999999999999583, -8.333333333332778e-08),
        ("(exp(x) - 1 - x)/x**2", "1e-6", 0.5000001666667083, 0.166666750000025),
        ("log(1 + exp(x))", 800, 800.0, 1.0),
        ("1/(1 + exp(-x))", -800, 0.0, 0.0),
        ("tanh(x)", 20, 1.0, 1.6993417021166355e-17),
        ("sqrt(x + 1) - sqrt(x)", 10**16, 5e-09, -2.5e-25),
        ("x**2", 10**10, 1e20, 2e10),
        ("1/x", "1e-8", 1e8, -1e16),
        ("log(x)", "1e-300", -690.7755278982137, 1e300),
        ("sin(x)", "1e22", -0.8522008497671888, 0.523214785395139),
        ("sin(x)", "pi", 0.0, -1.0),
        ("x*sqrt(x)", 0, 0.0, 0.0),
        ("x**1.5", 0, 0.0, 0.0),
        ("cbrt(x)", -8, -2.0, 1 / 12),
        ("exp(x)/exp(x - 1)", 1000, math.e, 0.0),
        ("2*cos(pi/3)*(2**53 + 1)*x", 1, 2.0**53, 2.0**53),
    ],
)
def test_every_digit(text: str, x: Any, value: float, slope: float) -> None:
    """Cancellation, overflow on the way and tiny numbers cost no digit."""
    found = certified(text, x=x)
    assert (found.value, found.numbers["x"], found.problems) == (value, slope, ())


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("x*abs(x)", {"x": 0}, 0.0),
        ("max(x, sin(x))", {"x": 0}, 1.0),
        ("max(x**2, x**4)", {"x": 0}, 0.0),
        ("where(abs(x) <= 1, x**2/2, abs(x) - 1/2)", {"x": 1}, 1.0),
        ("where(x != 0, x, 0)", {"x": 0}, 1.0),
        ("where(x == 0, 1, sin(x)/x)", {"x": 0}, 0.0),
        ("where(x == 0, 0, x**2*sin(1/x))", {"x": 0}, 0.0),
        ("where(x > 0, log(x), 0)", {"x": -1}, 0.0),
        ("(x**2 + y**2)**(3/2)", {"x": 0, "y": 0}, 0.0),
        ("x**y", {"y": "1/2", "x": 0}, 0.0),
        ("0**y", {"y": "0.7"}, 0.0),
        ("x**y", {"x": -2, "y": 2}, -4.0),
        ("x**y", {"x": 0, "y": 1}, 1.0),
        ("sqrt(abs(x))*x", {"x": 0}, 0.0),
        ("max(x, 0)**2", {"x": 0}, 0.0),
        ("floor(x)", {"x": "2.5"}, 0.0),
        ("x + abs(x)**1.1", {"x": 0}, 1.0),
        ("atan2(y, x)", {"x": 0, "y": 2}, -0.5),
        ("where(x == 0, 0, exp(-1/x**2))", {"x": 0}, 0.0),
        ("abs(sin(pi*x))**3", {"x": 1}, 0.0),
    ],
)
def test_differentiable_at_a_switch(text: str, at: dict[str, Any], slope: float) -> None:
    """A function that is differentiable at a switch or a border has its derivative there, without a problem."""
    assert derivative(text, **at) == slope


@pytest.mark.parametrize(
    ("text", "x", "left", "right"),
    [
        ("abs(x)", 0, -1.0, 1.0),
        ("abs(x - 0.1)", "0.1", -1.0, 1.0),
        ("abs(sin(pi*x))", 1, -math.pi, math.pi),
        ("abs(x**2 - 4)", 2, -4.0, 4.0),
        ("sqrt(x**2)", 0, -1.0, 1.0),
        ("hypot(x, 0)", 0, -1.0, 1.0),
        ("abs(abs(x) - 1)", -1, -1.0, 1.0),
        ("abs(10^400*x)", 0, None, None),
        ("clip(x, 0, 1)", 1, 1.0, 0.0),
        ("relu(x)", 0, 0.0, 1.0),
        ("max(x, 2*x, -x)", 0, -1.0, 2.0),
        ("max(0.9*x, -0.1*x)", 0, -0.1, 0.9),
        ("where(x > 0 and x < 2, x, where(not x > 0 or x == 5, 0, 7))", 0, 0.0, 1.0),
        ("floor(x)", 2, None, 0.0),
        ("sign(x)", 0, None, None),
        ("where(x < 0, x**2, 1 + x)", 0, None, 1.0),
    ],
)
def test_kinks_and_jumps(text: str, x: Any, left: float | None, right: float | None) -> None:
    """At a kink or a jump there is no derivative; the one-sided ones that exist are given."""
    found = problem(text, x=x)
    assert (found.kind, found.left, found.right) == ("not-differentiable", left, right)


@pytest.mark.parametrize(
    ("text", "x", "kind"),
    [
        ("sqrt(x)", 0, "infinite"),
        ("cbrt(x)", 0, "infinite"),
        ("x**x", 0, "infinite"),
        ("asin(x)", 1, "infinite"),
        ("x**(2/3)", 0, "infinite"),
        ("sqrt(x)", -1, "undefined"),
        ("x**(1/3)", -8, "undefined"),
        ("log(x)", 0, "undefined"),
        ("logit(x)", 1, "undefined"),
        ("1/x", 0, "undefined"),
        ("gamma(x)", -1, "undefined"),
        ("tan(x)", "pi/2", "undefined"),
        ("atan2(x, 0)", 0, "undefined"),
        ("sin(x)/x", 0, "undefined"),
        ("x/x", 0, "undefined"),
        ("x**(x + 3)/x", 0, "undefined"),
        ("x**x", -1, "undefined"),
        ("(-2)**x*(-2)**(-x)", 1, "undefined"),
        ("exp(x)", 1000, "overflow"),
        ("exp(exp(x))", 1000, "overflow"),
        ("where(x == 0, 0, x*sin(1/x))", 0, "undecided"),
        ("where(x == 0, 0, x*sin(pi/x))", 0, "undecided"),
    ],
)
def test_kinds_of_problems(text: str, x: Any, kind: str) -> None:
    """Infinite slopes, missing values, overflow and oscillation are told apart."""
    assert problem(text, x=x).kind == kind


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("abs(x)", {"x": 0}, "abs has a kink at x = 0: slope -1 from the left, 1 from the right"),
        ("floor(x)", {"x": 2}, "floor jumps at x = 2: the limit is 1 on the left and 2 on the right"),
        ("log(x)", {"x": -1}, "no value at x = -1: log(u) is real only for u > 0; here u = -1"),
        (
            "sin(x)/x",
            {"x": 0},
            "no value at x = 0: division by zero; with the limit 1 as value the derivative would be 0 (removable)",
        ),
        (
            "atan(1/x)",
            {"x": 0},
            "no value at x = 0: division by zero; it jumps from -1.5707963267948966 to 1.5707963267948966, "
            "slope -1 from the left, -1 from the right",
        ),
        (
            "sqrt(x)",
            {"x": 0},
            "the slope is infinite at x = 0: not real on the left (sqrt(u) is real only for u >= 0), "
            "+infinity from the right",
        ),
        ("x + 1e-30*abs(x)", {"x": 0}, "abs has a kink at x = 0: slope 1, and 2e-30 more on the right"),
    ],
)
def test_messages(text: str, at: dict[str, Any], message: str) -> None:
    """A problem is told in words, with the place and both sides."""
    assert problem(text, **at).message == message


def test_entries_are_judged_one_by_one() -> None:
    """A kink in one variable, or its overflow, takes nothing from the others."""
    found = certified("abs(x)*y + exp(z) + w**2", x=0, y=2, z=1000, w=3)
    assert found.value is None
    assert dict(found.numbers) == {"x": None, "y": 0.0, "z": None, "w": 6.0}
    assert {one.variable: one.kind for one in found.problems} == {
        None: "overflow",
        "x": "not-differentiable",
        "z": "overflow",
    }


def test_a_missing_value_is_a_problem_of_its_own() -> None:
    """Where the function has no value, no entry has a number, and one problem has no variable."""
    found = certified("log(x) + y", x=-1, y=1)
    assert found.value is None
    assert set(found.numbers.values()) == {None}
    assert [one.variable for one in found.problems] == [None, "x", "y"]


def test_many_kinks_at_once() -> None:
    """A sum of many kinks is diagnosed term by term."""
    at = {f"x{i}": 0 for i in range(200)}
    found = certified(" + ".join(f"abs({name})" for name in at), **at)
    assert len(found.problems) == 200
    assert {(one.left, one.right) for one in found.problems} == {(-1.0, 1.0)}


FUNCTIONS = {name: getattr(mpmath, name) for name in ("sin", "cos", "exp", "atan", "tanh", "erf", "cosh", "asinh")}


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    """Smooth functions of x and y."""
    if depth == 0:
        return draw(st.sampled_from(["x", "y", "2", "(x - y)", "(x + 3*y)"]))
    kind = draw(st.sampled_from(["+", "*", "-", "f", "**", "/"]))
    first = draw(formulas(depth - 1))
    if kind == "f":
        return f"{draw(st.sampled_from(sorted(FUNCTIONS)))}({first})"
    if kind == "**":
        return f"({first})**{draw(st.integers(2, 3))}"
    second = draw(formulas(depth - 1))
    return f"({first})/(2 + cos({second}))" if kind == "/" else f"({first} {kind} {second})"


def reference(text: str, x: Fraction, y: Fraction) -> Any:
    """mpmath's value of a formula that this file has made, at the working precision."""
    names = dict(FUNCTIONS, x=mpmath.mpf(x.numerator) / x.denominator, y=mpmath.mpf(y.numerator) / y.denominator)
    return mpmath.mpf(eval(text, {"__builtins__": {}}, names))


@given(formulas(), st.fractions(-4, 4, max_denominator=10**6), st.fractions(-4, 4, max_denominator=10**6))
@settings(max_examples=60)
def test_certified_means_correctly_rounded(text: str, x: Fraction, y: Fraction) -> None:
    """Values and derivatives of generated functions are the float64 nearest to what mpmath finds with many digits."""
    found = certified(text, x=x, y=y)
    step = Fraction(1, 10**90)
    with mpmath.workdps(400):
        value = reference(text, x, y)
        slope = (reference(text, x + step, y) - reference(text, x - step, y)) / (2 * mpmath.mpf(10) ** -90)
        if found.value is not None:
            assert abs(found.value - value) <= mpmath.mpf(math.ulp(found.value)) / 2
        number = found.numbers["x"]
        if number is not None:
            assert abs(number - slope) <= mpmath.mpf(math.ulp(number)) * 0.50001 + mpmath.mpf(10) ** -60
    assert found.value is not None or abs(value) > 1e308


def test_rounding_of_several_nodes() -> None:
    """Nodes are certified together, exact ones and others."""
    given = case("x**2 + sin(y)", x=3, y=1)
    square, sine = given.f.args
    assert {one.value for one in certify([square, sine], given.point)} == {9.0, math.sin(1)}
    assert certify([given.f, given.f], given.point)[1].value == 9 + math.sin(1)


@pytest.mark.parametrize(
    ("text", "value", "slope"),
    [
        ("where(x != 0, x^2/x, 0)", 0, 1),
        ("where(x != 0, x*sin(x)/x, 0)", 0, 1),
        ("where(x == 0, 0, x^2/x)", 0, 1),
        ("where(x > 1, x/x, x)", 0, 1),
        ("where(x != 2, where(x == 0, 1, x/x), 3)", 1, 0),
        ("where(x == 0, x/x, x)", None, None),
        ("x/x + where(x != 0, x^2/x, 0)", None, None),
        ("where(x < 1, x/x, 2*x/x)", None, None),
        ("where(x > 1, x/x, 2) + x/x", None, None),
        ("where(x > -1, where(x > 1, x/x, 2), x/x)", 2, 0),
    ],
)
def test_what_a_branch_cancels_counts_where_it_is_taken(text, value, slope):
    """x^2/x has no value at 0, and nothing asks for it there."""
    answer = gradcli.grad(text, at=[0])
    assert (answer.value, answer.gradient["x"]) == (value, slope)


def test_slopes_beyond_float64_are_told():
    """Their mean, 0, was given as the derivative."""
    assert problem("abs(10^400*x)", x=0).message == (
        "abs has a kink at x = 0: slope -1e+400 from the left, 1e+400 from the right"
    )


@pytest.mark.parametrize("text", ["min(x, x^x)", "min(sinh(x), 1 + sqrt(x))"])
def test_an_end_of_a_domain_in_what_is_not_taken(text):
    """min needs both arguments, and on the left of 0 one has no value; x^x seemed to end nowhere."""
    answer = gradcli.grad(text, at=[0])
    assert answer.gradient["x"] == 1
    assert "one-sided" in str(answer.to_dict()["assumptions"])


@pytest.mark.parametrize(
    ("text", "slope"),
    [("min(0^x, x)", 0), ("min(0^(-x), -x)", 0), ("where(0^x > 0.5, x, 2*x)", 2), ("x*0^x", 0), ("0^abs(x)*x", 0)],
)
def test_a_power_of_0_jumps_where_its_exponent_vanishes(text, slope):
    """0^0 is 1, and 0^x is 0 beside it: the branch that was taken at 0 was taken for the one beside it."""
    answer = gradcli.grad(text, at=[0])
    assert (answer.value, answer.gradient["x"]) == (0, slope)


def test_what_is_cancelled_may_end_at_the_point():
    """x^x - x^x is 0 on the right alone: the slope is one-sided, and that is said."""
    answer = gradcli.grad("tan(x^x - x^x)", at=[0])
    assert answer.gradient["x"] == 0
    assert "one-sided" in str(answer.to_dict()["assumptions"])


@pytest.mark.parametrize("text", ["[x/x, y]", "x/x; y", "u = y + 0*x; [x/x, u]", "[y, x/x, y]"])
def test_what_one_component_lacks_is_no_matter_of_the_others(text):
    """x/x has no value at 0; y was said to have none either."""
    answer = gradcli.jacobian(text, at="x=0,y=1", along="1,1").to_dict()
    rows = dict(zip(answer["functions"], zip(answer["jacobian"], answer["directional"], strict=True), strict=True))
    assert rows.pop("x/x") == ([None, None], None)
    assert all(row == ([0, 1], 1) for row in rows.values())


@pytest.mark.parametrize(
    "options",
    [{"method": "fd"}, {"method": "fd", "precision": "double"}, {"method": "complex"}, {"method": "autodiff"}],
)
def test_the_same_by_every_method(options):
    """Finite differences asked for the conditions of all components in each."""
    answer = gradcli.jacobian("[x/x, y]", at="x=0,y=1", **options).to_dict()
    assert answer["value"] == [None, 1]
    assert answer["jacobian"][0] == [None, None]
    assert answer["jacobian"][1] == pytest.approx([0, 1], abs=1e-12)


def test_the_same_in_code_and_of_entries_that_are_not_zero():
    """Of exported code, and of `--sparse`."""
    code = {}
    exec(gradcli.export("[x/x + x, y]", kind="jacobian", to="python").source, code)
    assert code["f"](0.0, 1.0)[1] == 1
    assert code["f_jacobian"](0.0, 1.0)[1] == (0, 1)
