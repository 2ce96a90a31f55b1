"""Values and derivatives of generated code in forms that keep their digits and their domains."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

import gradcli

CANCELLING = (
    ("1 - cos(x)", (1e-8, 1e-20, 2)),
    ("3*cosh(x) - 3", (1e-8, 2)),
    ("1 - tanh(x)**2", (20, -40, 0.5)),
    ("1 - tanh(x)", (20, 40, -3)),
    ("1 + tanh(x)", (-20, 1)),
    ("sinh(x)/cosh(x)", (20, 0.5, 800)),
    ("cosh(x)/sinh(x)", (20, 0.5, 800)),
    ("cosh(x)**2 - sinh(x)**2", (40, 1, 800)),
    ("2 - 2*erf(x)", (20, 0.5)),
    ("1 - sigmoid(x)", (40, -1)),
    ("sqrt(1 + x) - 1", (1e-12, 3)),
    ("sqrt(x + 1) - sqrt(x)", (1e10, 1e14, 2)),
    ("1 - cos(x)**2", (1e-9, 1)),
    ("x/(1 + x)", (1e10, 1e154, 2)),
    ("(2 - x)/x", (1e20, 3)),
    ("1/x - 1/(1 + x)", (1e10, 2)),
    ("x/sqrt(1 + x**2)", (1e10, 1)),
    ("log(1 - exp(x))", (-1e-12, -1e-20, -3, -50)),
    ("log(cosh(x))", (1e-8, 1, 745, -800, 1e5)),
    ("log(sinh(x))", (1e-8, 1, 745, 1e5)),
    ("log(1/(1 + exp(-x)))", (40, -40, -800)),
    ("log(exp(-x**2/2)/sqrt(2*pi))", (40, -1, 1e5)),
    ("log(x**6)", (1e100, -1e-100, 2)),
    ("log(4/x**2)", (1e200, -1e-200, 2)),
    ("log(x**3)", (1e200, 2)),
    ("log2(x**1.5)", (1e250, 2)),
    ("log10(7**x)", (800, -3)),
    ("log(x**x)", (300, 2)),
    ("log(x + sqrt(x**2 + 1))", (1e-20, 1)),
    ("sqrt(exp(x))", (800, -800, 1)),
    ("cbrt(x**2)", (1e-300, -1e300, 8)),
    ("sqrt(x**3)", (1e-160, 4)),
    ("atan(1/x)", (1e-300, 2)),
    ("tanh(x)**2", (1e-3, 20)),
    ("hypot(x, x)", (1e300, -1e-300, 1)),
    ("max(x, x) + where(x == x, 1, 2)", (3, -1)),
    ("sqrt(x**2 + 1) - x", (1e8, 1e12, -3, 1)),
    ("x - sqrt(x**2 - 4)", (1e8, 1e12, 3, -5)),
    ("1 - x/sqrt(x**2 + 1)", (1e8, 1, -2)),
    ("hypot(x, 3) - x", (1e8, 1, -2)),
    ("(-x + sqrt(x**2 - 4))/2", (1e9, 3, -3)),
    ("log(x + 1) - log(x)", (1e10, 1e200, 2)),
    ("log(x) - log(x - 1)", (1e10, 3)),
    ("log((1 + x)/(1 - x))", (1e-10, 0.5)),
    ("exp(x) - exp(-x)", (1e-10, 700, 1)),
    ("(exp(x) + exp(-x))/2", (710, -1)),
    ("exp(x) - exp(2*x)", (1e-10, 1)),
    ("cosh(x) - sinh(x)", (20, 400, -3)),
    ("atan(x + 1) - atan(x)", (1e10, 1, -3)),
    ("pi/2 - atan(x)", (1e10, 1e200, -2)),
    ("acos(x) - pi/2", (1e-10, 0.3)),
    ("log(1 + exp(x)) - x", (40, 800, -3)),
    ("logaddexp(x, 0) - x", (40, -3)),
    ("2**x - 1", (1e-15, 3)),
    ("x**(1/3) - 1", (1.00000001, 4)),
    ("sqrt(x) - 1", (1.00000001, 4)),
    ("log2(1 + x)", (1e-12, 1)),
    ("log10(1 + x**2)", (1e-12, 1)),
    ("log(2 - cos(x))", (1e-9, 2)),
    ("log(exp(x) - 1)", (1e-10, 1, 800)),
    ("log(exp(x)/2)", (800, -3)),
    ("exp(x) - 1 - x", (1e-8, 1e-4, -1e-3, 1)),
    ("x - sin(x)", (1e-8, 1e-4, 2)),
    ("cos(x) - 1 + x**2/2", (1e-4, 1e-2, 1)),
    ("sin(x) - x*cos(x)", (1e-5, 1e-3)),
    ("sec(x) - 1", (1e-8, 1e-3, 1)),
    ("coth(x) - 1/x", (1e-6, 1e-3, 2)),
    ("tanh(x) - x", (1e-5, 2)),
    ("erf(x) - 2*x/sqrt(pi)", (1e-5,)),
    ("x*log(x) - x + 1", (1.00000001, 2)),
    ("log(x) - x + 1", (1.0000001, 3)),
    ("x**3 - 1", (1.00000001, -2)),
    ("x**2 - 3*x + 2", (1.000000001, 2.0000000001, 0)),
    ("x**2 - 2*x + 1", (1.000000001, 3)),
    ("x**5 - x", (1.000000001, -1.000000001)),
    ("x - sqrt(x**2 - 1)", (1e8, 3)),
    ("log(x + sqrt(x**2 - 1))", (1e200, 1.0000001, 3)),
    ("log(x + sqrt(x**2 + 1))", (1e200, -1e200, -1e10)),
    ("log(x + sqrt(x**2 + 4))", (-1e9, 1, 1e200)),
    ("log(x + sqrt(x**2 - 2))", (1e200, 3)),
    ("1 - 2*sigmoid(x)", (1e-9, 3)),
    ("sigmoid(x) - sigmoid(-x)", (1e-9, -3)),
    ("tanh(exp(x))", (800, 1e20, 1)),
    ("sigmoid(cosh(x))", (800, 1)),
    ("atan(cosh(x))", (800, 600, 1)),
    ("2*log1p(x**2) + 2*atan(x**2) - 4*x**2", (1e-4, 1)),
    ("asinh(x) - x", (1e-5, 1)),
    ("x/expm1(x)", (500, 1000, -800, 1e-5)),
    ("x**2*exp(x)/(exp(x) - 1)**2", (500, 740, -500, 1)),
    ("exp(x)/expm1(x)**3", (200, 300, -1)),
    ("exp(x**2)*erfc(x)", (14.5, 16, 40, 1e5, -3)),
    ("exp(x)*erfc(sqrt(x))", (1000, 1e6, 2)),
    ("exp(-x**2/2)/(1 - erf(x/sqrt(2)))", (25, 40, 1e4, -1)),
    ("log(erfc(x))", (1e-9, 0.7, 40, 1e10, -2)),
    ("log((1 + erf(x/sqrt(2)))/2)", (8, -40, -1e4, 0.1)),
    ("log(sinh(x)/x)", (1e-6, 0.1, 3, 1000, -1000)),
    ("log(sin(2*x)/(2*x))", (1e-6, 0.1)),
    ("log((exp(x) - 1)/x)", (1e-9, 3, 1000, -1000)),
    ("log(1 - tanh(x)**2)", (1e-8, 3, 800)),
    ("logsumexp([x, 0]) - max(x, 0)", (40, -40, 3)),
    ("hypot(x, 1) - abs(x)", (1e8, -1e8, 2)),
    ("norm([x, 3]) - abs(x)", (1e8, -2)),
    ("sqrt(x**2 + x) - x", (1e3, 1e12, 2)),
    ("1/(sqrt(x + 1) - sqrt(x))", (1e10, 3)),
    ("x*(sqrt(1 + 1/x**2) - 1)", (1e9, 2)),
    ("(1 + x)**(1/x)", (1e-20, -1e-9, 1e-4, 2)),
    ("(1 + 1/x)**x", (1e10, 1e18, -1e10, 3)),
    ("x*log1p(1/x)", (1e9, -1e9, 2)),
    ("x*sin(1/x)", (1e6, -1e6, 2)),
    ("(x + 1)**3 - x**3", (1e8, -1e10, 1)),
    ("(1 - x)**3/(1 - x**3)", (1e8, 3)),
    ("gelu(x)/x", (1e-9, 1e-3, -1)),
    ("atan2(x, 3) - pi/2", (1e9, 2)),
)  # fmt: skip
"""Formulas of one variable, and points at which the digits of what is typed are lost, or nearly all are kept."""


def numbers(text: str, names: str, *point: float) -> tuple[list[float], list[float | None]]:
    """Value and slopes by exported Python, and certified at the same float64 numbers."""
    code: dict[str, object] = {}
    exec(gradcli.export(text, to="python").source, code)
    value, slopes = code["f_value_and_grad"](*map(float, point))  # type: ignore[operator]
    right = gradcli.grad(text, at={name: str(Fraction(x)) for name, x in zip(names, point, strict=True)})
    return [value, *slopes], [right.value, *right.gradient.values()]


@pytest.mark.parametrize(("text", "points"), CANCELLING)
def test_digits_are_kept(text: str, points: tuple[float, ...]) -> None:
    """Each number is that of --at to twelve digits, or both are none."""
    for x in points:
        for ours, right in zip(*numbers(text, "x", x), strict=True):
            assert right is not None
            assert math.isclose(ours, right, rel_tol=1e-12, abs_tol=1e-300), (text, x)


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [
        ("x**2 - y**2", 1e8 + 1, 1e8),
        ("x**2 - y**2", 1e200, 1e200),
        ("4*x**2*y**4 - 9", 3, 2),
        ("9*x**2 - 4*y**2", 2, 3),
        ("x/(x + y)", 1e20, 1),
        ("(x - y)/(x + y)", 1e20, 1),
        ("log(x*exp(y))", 1e-5, 800),
        ("log(x**y)", 710, 710),
        ("log((exp(x) + exp(y))*x)", 800, 800),
        ("1 - cos(x*y)", 1e-8, 1),
        ("exp(x) - exp(y)", 1.0000000001, 1),
        ("sin(x + y) - sin(x)", 1, 1e-12),
        ("cos(x) - cos(y)", 1.0000000001, 1),
        ("tan(x) - tan(y)", 1.0000000001, 1),
        ("tanh(x) - tanh(y)", 20, 21),
        ("log(x + y) - log(x)", 1e10, 1),
        ("log(x**2 + y**2)", 1e200, 1e200),
        ("log(x**2 + y**2)", 1e-200, 1e-200),
        ("log(x*y)", 1e200, 1e200),
        ("sqrt(x**2 + y**2) - x", 1, 1e-9),
        ("1 - x/sqrt(x**2 + y**2)", 1, 1e-9),
        ("logaddexp(x, y) - x", 40, 0),
        ("(1 + x)**y - 1", 1e-12, 3),
        ("x*y - sin(x*y)", 1e-4, 1e-4),
        ("tan(x - y) - x + y", 1.0000001, 1),
        ("x**3 - y**3", 1.0000001, 1),
        ("cos(x*y) - 1 + x**2*y**2/2", 1e-4, 1),
        ("1/(1 + x - y) - 1 + x - y", 1.0000001, 1),
        ("2*cosh(x*y) - 2 - x**2*y**2", 1e-3, 0.5),
        ("asinh(x/y) - sinh(x/y)", 1e-3, 2),
        ("x**2 - 2*x*y + y**2", 1.0000001, 1),
        ("silu(sinh(x + y))", 710, 1e-200),
    ],
)
def test_digits_are_kept_of_two(text: str, x: float, y: float) -> None:
    """The same in two variables."""
    for ours, right in zip(*numbers(text, "xy", x, y), strict=True):
        assert right is not None
        assert math.isclose(ours, right, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.parametrize(
    "text",
    ["log(x**3)", "log(x**(-3))", "log(x**2)", "sqrt(x**3)", "log(x*exp(x))", "cbrt(x**(-2))", "log(1 - exp(x))",
     "sqrt(x) - sqrt(2*x)", "(1 + x)/x - 1/x", "1/(1 + 1/x)", "log(x + 1) - log(x)",
     "x**2 - 1 + 0*log(x)", "log(x + sqrt(x**2 - 1))", "x/x - exp(x)", "1/x - exp(x) + x", "tanh(exp(1/x))",
     "log((1 + x)/(2 - x))", "log(x*(x - 3))", "x**x - 1", "x**(1/3) - 1", "sqrt(x) - 1", "log(x**2 + 1) - log(x)",
     "x - sqrt(x**2 - 1)", "log(exp(x) - 1)", "pi/2 - asin(x)", "(1 + x)**x",
     "x/(x**2)", "log(x**(-1)*exp(x))",
     "1 + tanh(x)**(-2)"],
)  # fmt: skip
def test_domains_stay(text: str) -> None:
    """Where the function has no value the code has no number."""
    for x in (0.0, -1.0, 2.0):
        ours, right = numbers(text, "x", x)
        assert (right[0] is None) == (not math.isfinite(ours[0])), (text, x)


def test_choices_within_choices_both_count() -> None:
    """A choice in the branch of another, times something: 0 where either condition fails."""
    text = "where(x > 0, where(y > 0, x, 0), 0)*z + where(x > 1, 0, where(y > 1, 0, y))*z"
    draws = random.Random(1)
    for _ in range(20):
        x, y, z = (draws.choice((-1.5, 0.5, 2.5)) for _ in range(3))
        assert numbers(text, "xyz", x, y, z)[0] == numbers(text, "xyz", x, y, z)[1]


@pytest.mark.parametrize("text", ["(1.5*10**1.5)**x", "x*log(3*2**(2/3))"])
def test_logarithms_of_roots_of_numbers_end(text: str) -> None:
    """They are folded; as sums of logarithms they went on for ever."""
    ours, right = numbers(text, "x", 2.0)
    assert all(math.isclose(a, b or 0.0, rel_tol=1e-14) for a, b in zip(ours, right, strict=True))


def test_nothing_to_the_power_of_nothing_is_one() -> None:
    """As everywhere: x**x at 0 was nan."""
    assert numbers("max(1, x**x)", "x", 0.0)[0][0] == 1.0 == numbers("x**y", "xy", 0.0, 0.0)[0][0]


def test_quotients_that_collapse_are_shorter() -> None:
    """A derivative by the quotient's rule is one quotient."""
    source = gradcli.export("x/(1 + x)", to="c").source
    assert "grad[0] = 1.0/(t1*t1);" in source


@pytest.mark.parametrize("text", ["-x/0", "(x - x)**(-2)", "where(x > 0, x, acot(x - x))", "x*(2 - 2)/(1 - 1)"])
def test_a_division_of_numbers_by_zero_raises_nothing(text: str) -> None:
    """It is inf or nan in the file, whatever the language does with 1.0/0.0."""
    code: dict[str, object] = {}
    exec(gradcli.export(text, to="numpy").source, code)
    value, _ = code["f_value_and_grad"](-1.5)  # type: ignore[operator]
    assert not math.isfinite(value)
    assert "/0.0" not in gradcli.export(text, to="fortran").source.replace("x/0.0", "")


@pytest.mark.parametrize(
    ("text", "names", "point"),
    [
        ("log(exp(x)/(exp(x) + y))", "xy", (1.5, 2.5)),
        ("log(exp(x)/(exp(x) + y + z))", "xyz", (1.5, 2.5, 0.5)),
        ("log(exp(x)/(exp(x) - exp(y) + exp(z)))", "xyz", (1.5, 0.5, 2.5)),
        ("log(exp(x)/(3 + exp(x)))", "x", (1.5,)),
    ],
)
def test_weights_among_other_terms(text: str, names: str, point: tuple[float, ...]) -> None:
    """The logarithm of e**u over a sum with terms that are no exponentials ended in an internal error."""
    ours, right = numbers(text, names, *point)
    assert all(math.isclose(a, b or 0.0, rel_tol=1e-14) for a, b in zip(ours, right, strict=True))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("acosh(cosh(x))", (1e-100,)), ("acosh(cosh(x))", (1e200,)), ("atanh(tanh(x))", (50.0,)),
        ("logit(sigmoid(x))", (-800.0,)), ("asinh(sinh(x))", (1e5,)), ("erfinv(erf(x))", (12.0,)),
        ("(x*x)**(1/x)", (1e200,)), ("x - y + 7", (1e100, 1e100)),
    ],
)  # fmt: skip
def test_inverses_and_even_powers_far_out(text: str, point: tuple[float, ...]) -> None:
    """What a function undoes, squares below other powers, numbers beside terms that cancel."""
    ours, right = numbers(text, "xy"[: len(point)], *point)
    assert math.isclose(ours[0], right[0] or 0.0, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("logsumexp([x, x*x, 1])", 1e5), ("log(exp(x) + e)", 1000.0), ("log(exp(x) + 3*exp(1/2) + 2)", 1000.0),
        ("softmax([x, 2])[0]", -700.0), ("(1 + x/1e10)**10000000000", 1e-5), ("x/(1 + x/1e10)**10000000000", 0.5),
        ("acosh(cosh(x))", 1e154), ("tan(asin(x))", 0.5),
    ],
)  # fmt: skip
def test_exponentials_of_numbers_and_powers_near_one(text: str, x: float) -> None:
    """e**2 beside exp(x) is scaled as that is; a number's high power shows the rounding of what is near 1."""
    for ours, right in zip(*numbers(text, "x", x), strict=True):
        assert right is not None
        assert math.isclose(ours, right, rel_tol=1e-13, abs_tol=1e-300)


@pytest.mark.parametrize(("text", "x"), [("abs(atan2(x, x - x))", 0.0), ("atan2(0, x)", 0.0), ("tan(asin(x))", 1.0)])
def test_no_number_where_there_is_none(text: str, x: float) -> None:
    """The angle of the origin, and the tangent of a right angle."""
    ours, right = numbers(text, "x", x)
    assert right[0] is None
    assert not math.isfinite(ours[0])


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("logsumexp([x, y, 0]) - max(x, y)", (1.0, 2.0)), ("log(exp(x) + exp(y) + 1) - max(x, y)", (-5.0, 0.25)),
        ("logsumexp([x, y, 3*x]) - max(x, y)", (-1e100, -2e100)), ("logsumexp([x, y, 0]) - max(x, y, 0)", (1e100, 5.0)),
        ("2*log(exp(x) + 2*exp(y)) - 2*max(x, y)", (-1e100, 1.0)), ("log(2 + exp(x)) - max(x, 0)", (3.0,)),
        ("exp(-1/x**2)", (1e-125,)), ("exp(-1/x**2)/x**3", (-1e-300,)), ("x**3*exp(-x**2)", (1e150,)),
        ("tanh((x + 1)**4)", (1e154,)), ("exp(-x)*x**5", (1e100,)), ("exp(-1/x)/x**2", (1e-200,)),
        ("exp(-x/10000)*x**4", (1e7,)), ("x - 1 - floor(x - 1)", (1e20,)), ("x - 1 - floor(x - 1)", (-1e-160,)),
        ("ceil(2*x + 3) - 2*x", (1e-20,)), ("abs(x)*sin(1/x)", (-1e20,)), ("abs(x)*sin(1/x)", (710.0,)),
        ("atan2(-x, y)", (0.0, -2.0)), ("atan2(-3*x, -y)", (0.0, 2.0)), ("atan2(x/y, y)", (0.0, -2.0)),
    ],
)  # fmt: skip
def test_the_greatest_the_vanishing_and_the_whole(text: str, point: tuple[float, ...]) -> None:
    """Exponents less the greatest, 0·inf beside an exponential, whole numbers out of floor, sides of 0 for atan2.

    The first was log(exp(x) + exp(y)) - max(x, y), at every point: the 1 was forgotten.
    """
    ours, right = numbers(text, "xy"[: len(point)], *point)
    for one, other in zip(ours, right, strict=True):
        assert other is None or math.isclose(one, other, rel_tol=1e-13, abs_tol=1e-300), (one, other)


def test_an_exponential_vanishes_only_where_it_does() -> None:
    """One beside many powers, and one that grows, are what they are."""
    for text, x in (("exp(-x)*(x**30 + 1)", 3e4), ("exp(x**2)*x**4", 20.0)):
        ours, right = numbers(text, "x", x)
        assert math.isclose(ours[0], right[0] or 0.0, rel_tol=1e-12, abs_tol=1e-300)
