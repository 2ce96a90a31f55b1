"""Integrals with variable bounds: values and derivatives beside mpmath's quadrature, in 60 digits and in float64."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from flint import ctx
from mpmath import mp, mpf
from program_cases import case

import gradcli
from gradcli.derive.ad.reverse import Reverse
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.values import as_ball
from gradcli.problems import GradcliError

Function = Callable[[Any, Any], Any]

ZERO: Function = lambda x, y: 0 * x  # noqa: E731
X: Function = lambda x, y: x  # noqa: E731

INTEGRALS: tuple[tuple[str, Callable[[Any, Any, Any], Any], Function, Function, list[Function]], ...] = (
    ("integral(sin(x*t), t, 0, x)", lambda t, x, y: mp.sin(x * t), ZERO, X, []),
    ("integral(sin(x*t), t, 0, x^2)", lambda t, x, y: mp.sin(x * t), ZERO, lambda x, y: x**2, []),
    ("integral(exp(-x*t^2), t, -1, y)", lambda t, x, y: mp.exp(-x * t**2), lambda x, y: -1, lambda x, y: y, []),
    ("integral(1/(1 + x*t^2), t, y, 3)", lambda t, x, y: 1 / (1 + x * t**2), lambda x, y: y, lambda x, y: 3, []),
    ("integral(cos(t)/(t + x), t, x, y)", lambda t, x, y: mp.cos(t) / (t + x), X, lambda x, y: y, []),
    ("integral(t^x, t, 1, y)", lambda t, x, y: t**x, lambda x, y: 1, lambda x, y: y, []),
    ("integral(x^t, t, 0, y)", lambda t, x, y: x**t, ZERO, lambda x, y: y, []),
    ("integral(log(t + x), t, 0, y)", lambda t, x, y: mp.log(t + x), ZERO, lambda x, y: y, []),
    ("integral(sqrt(t + x), t, 0, y)", lambda t, x, y: mp.sqrt(t + x), ZERO, lambda x, y: y, []),
    ("integral(abs(t - x), t, 0, 2)", lambda t, x, y: abs(t - x), ZERO, lambda x, y: 2, [X]),
    ("integral(max(t, x), t, 0, 2)", lambda t, x, y: max(t, x), ZERO, lambda x, y: 2, [X]),
    ("integral(relu(x - t)^2, t, -1, y)", lambda t, x, y: max(x - t, 0) ** 2, lambda x, y: -1, lambda x, y: y, [X]),
    ("integral(where(t < 1/3, t, x*t), t, 0, y)", lambda t, x, y: t if t < mpf(1) / 3 else x * t, ZERO,
     lambda x, y: y, [lambda x, y: mpf(1) / 3]),
    ("integral(floor(2*t)*x, t, 0, 2)", lambda t, x, y: mp.floor(2 * t) * x, ZERO, lambda x, y: 2,
     [lambda x, y: mpf(1) / 2, lambda x, y: 1, lambda x, y: mpf(3) / 2]),
    ("integral(sign(t)*exp(x*t), t, -1, y)", lambda t, x, y: mp.sign(t) * mp.exp(x * t), lambda x, y: -1,
     lambda x, y: y, [ZERO]),
    ("integral(tanh(x*t + y), t, 0, 1)", lambda t, x, y: mp.tanh(x * t + y), ZERO, lambda x, y: 1, []),
    ("integral(sigmoid(x*t - y), t, -3, 3)", lambda t, x, y: 1 / (1 + mp.exp(y - x * t)), lambda x, y: -3,
     lambda x, y: 3, []),
    ("integral(softplus(x*t), t, -2, y)", lambda t, x, y: mp.log(1 + mp.exp(x * t)), lambda x, y: -2,
     lambda x, y: y, []),
    ("integral(atan(x*t), t, 0, y)", lambda t, x, y: mp.atan(x * t), ZERO, lambda x, y: y, []),
    ("integral(asin(t*x/2), t, 0, y)", lambda t, x, y: mp.asin(t * x / 2), ZERO, lambda x, y: y, []),
    ("integral(erf(x*t), t, 0, y)", lambda t, x, y: mp.erf(x * t), ZERO, lambda x, y: y, []),
    ("integral(gamma(t + x), t, 1, y)", lambda t, x, y: mp.gamma(t + x), lambda x, y: 1, lambda x, y: y, []),
    ("integral(besselj(0, x*t), t, 0, y)", lambda t, x, y: mp.besselj(0, x * t), ZERO, lambda x, y: y, []),
    ("integral(cbrt(t + x), t, 0, y)", lambda t, x, y: mp.cbrt(t + x), ZERO, lambda x, y: y, []),
    ("integral(1/sqrt(1 - t^2/4), t, 0, x)", lambda t, x, y: 1 / mp.sqrt(1 - t**2 / 4), ZERO, X, []),
    ("integral(exp(x*cos(t)), t, 0, pi)", lambda t, x, y: mp.exp(x * mp.cos(t)), ZERO, lambda x, y: mp.pi, []),
    ("integral(t*exp(-t)*y, t, sin(x), exp(x))", lambda t, x, y: t * mp.exp(-t) * y, lambda x, y: mp.sin(x),
     lambda x, y: mp.exp(x), []),
    ("integral(sinh(t)*cosh(x*t), t, y, x)", lambda t, x, y: mp.sinh(t) * mp.cosh(x * t), lambda x, y: y, X, []),
    ("integral(hypot(t, x), t, 0, y)", lambda t, x, y: mp.sqrt(t**2 + x**2), ZERO, lambda x, y: y, []),
    ("integral(log1p(x*t^2), t, 0, y)", lambda t, x, y: mp.log(1 + x * t**2), ZERO, lambda x, y: y, []),
    ("integral(sqrt(t)*x, t, 0, y)", lambda t, x, y: mp.sqrt(t) * x, ZERO, lambda x, y: y, []),
    ("integral(t^5 - x*t^3 + y, t, -x, x)", lambda t, x, y: t**5 - x * t**3 + y, lambda x, y: -x, X, []),
    ("integral(digamma(t + x), t, 1, 2)", lambda t, x, y: mp.digamma(t + x), lambda x, y: 1, lambda x, y: 2, []),
    ("integral(tan(t*x/2), t, 0, y)", lambda t, x, y: mp.tan(t * x / 2), ZERO, lambda x, y: y, []),
    ("integral(min(t, x)*t, t, 0, 2)", lambda t, x, y: min(t, x) * t, ZERO, lambda x, y: 2, [X]),
    ("integral(acosh(t + x + 1), t, 0, y)", lambda t, x, y: mp.acosh(t + x + 1), ZERO, lambda x, y: y, []),
    ("integral(atanh(t*x/3), t, 0, y)", lambda t, x, y: mp.atanh(t * x / 3), ZERO, lambda x, y: y, []),
    ("integral(lgamma(t + x), t, 0, y)", lambda t, x, y: mp.loggamma(t + x), ZERO, lambda x, y: y, []),
    ("integral(airyai(x*t), t, -1, y)", lambda t, x, y: mp.airyai(x * t), lambda x, y: -1, lambda x, y: y, []),
    ("integral(exp(-abs(t)*x), t, -1, y)", lambda t, x, y: mp.exp(-abs(t) * x), lambda x, y: -1, lambda x, y: y,
     [ZERO]),
    ("integral(2^(-t*x), t, 0, y)", lambda t, x, y: mpf(2) ** (-t * x), ZERO, lambda x, y: y, []),
    ("integral(logaddexp(t, x), t, 0, y)", lambda t, x, y: mp.log(mp.exp(t) + mp.exp(x)), ZERO, lambda x, y: y, []),
)  # fmt: skip
"""The text, the integrand, the bounds and the places of kinks, each as functions of x and y."""

POINT = {"x": "0.7", "y": "1.3"}
BITS = 230
DIGITS = 60


def names_in(text: str) -> list[str]:
    """Which of x and y stand in a text."""
    return [name for name in POINT if re.search(rf"\b{name}\b", text)]


def by_quadrature(row: Any, x: Any, y: Any) -> Any:
    """The integral by mpmath, split at its kinks."""
    _, body, lower, upper, kinks = row
    a, b = mpf(lower(x, y)), mpf(upper(x, y))
    inside = sorted(place for place in (mpf(kink(x, y)) for kink in kinks) if min(a, b) < place < max(a, b))
    return mpmath.quad(lambda t: body(t, x, y), [a, *(inside if a < b else inside[::-1]), b])


@pytest.mark.parametrize("row", INTEGRALS, ids=[row[0] for row in INTEGRALS])
def test_values_and_derivatives(row: Any) -> None:
    """60 digits of the value, 25 of each derivative (mpmath's differences have no more), and the float64 nearest."""
    names = names_in(row[0])
    at = {name: POINT[name] for name in names}
    given = case(row[0], **at)
    partials = Reverse(given.graph, names).gradient(given.f)
    run = Balls(given.point)
    with ctx.workprec(BITS):
        value, *slopes = (as_ball(found) for found in run.evaluate([given.f, *partials], BITS))
    answer = gradcli.grad(row[0], {name: float(text) for name, text in at.items()})
    with mp.workdps(DIGITS + 15):
        x, y = mpf(7) / 10, mpf(13) / 10
        want = by_quadrature(row, x, y)
        assert abs(mpf(value.mid().str(70, radius=False)) - want) < mpf(10) ** -DIGITS * (1 + abs(want))
        assert answer.value == float(want)
        for place, (name, slope) in enumerate(zip(names, slopes, strict=True)):
            order = (1, 0) if name == "x" else (0, 1)
            true = mpmath.diff(lambda u, v: by_quadrature(row, u, v), (x, y), order, h=mpf(10) ** -25)
            assert abs(mpf(slope.mid().str(40, radius=False)) - true) < mpf(10) ** -20 * (1 + abs(true)), name
            assert answer.gradient[name] == pytest.approx(float(true), rel=1e-14), place


@pytest.mark.parametrize("row", INTEGRALS, ids=[row[0] for row in INTEGRALS])
def test_texts_read_back(row: Any) -> None:
    """Derivatives are texts of the same values, plain and in LaTeX."""
    names = names_in(row[0])
    at = {name: float(POINT[name]) for name in names}
    answer = gradcli.grad(row[0], at)
    for name in names:
        text = str(answer.symbolic[name])
        if not names_in(text) or "sign(" in text or "where(" in text:  # those are not differentiated again
            continue
        latex, here = answer.symbolic[name].to_latex(), {n: at[n] for n in names_in(text)}
        again = gradcli.grad(text, here)
        assert again.value == pytest.approx(answer.gradient[name], rel=1e-14)
        assert gradcli.grad(f"${latex}$", here).value == pytest.approx(again.value)


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("integral(1/t, t, 0, x)", 1, "no bound near t = 0"),
        ("integral(1/(t - 1/2)^2, t, 0, x)", 1, "no bound near t = 0.5"),
        ("integral(sqrt(t), t, -1, x)", 1, "negative base"),
        ("integral(log(t), t, -2, -x)", 1, "log(u) is real only for u > 0"),
        ("integral(phi(t), t, 0, x); phi: function", 1, "unknown function"),
    ],
)
def test_refused_with_a_reason(text: str, at: float, reason: str) -> None:
    """What has no value says why, and never has a number."""
    answer = gradcli.grad(text, {"x": at})
    assert answer.value is None
    assert any(reason in problem["message"] for problem in answer.to_dict()["problems"])


@pytest.mark.parametrize("text", ["integral(where(t < x, 1, 0), t, 0, 1)", "integral(floor(t*x), t, 0, 1)"])
def test_a_jump_that_moves_is_refused(text: str) -> None:
    """Leibniz' rule would forget the jump: the derivative of x is not 0."""
    with pytest.raises(GradcliError, match="may jump where t meets"):
        gradcli.grad(text, {"x": 0.3})


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("integral(sin(x*t), t, 0, x)", "sin(x^2) + integral(t*cos(x*t), t, 0, x)"),
        ("integral(sin(x*s), s, 0, x)", "sin(x^2) + integral(t*cos(x*t), t, 0, x)"),
        ("integral(x, t, y, 2)", "2 - y"),
        ("u = x^2; integral(exp(u*t), t, 0, 1)", "integral(2*x*t*exp(x^2*t), t, 0, 1)"),
        (r"$\int_0^x \frac{dt}{1+t^2}$", "1/(1 + x^2)"),
        ("∫₀ˣ t² dt", "x^2"),
        ("int_0^x exp(-t^2) dt", "exp(-x^2)"),
        ("Integral(exp(-t**2), (t, 0, x))", "exp(-x^2)"),
        ("integral(@(t) exp(-t^2), 0, x)", "exp(-x^2)"),
        (r"\int_0^1 \int_0^x s t \, ds \, dt", "integral(x*t, t, 0, 1)"),
    ],
)
def test_check_compares(text: str, derivative: str) -> None:
    """A derivative by hand is equal, and one with a slip is not."""
    assert gradcli.check(text, derivative, wrt="x").verdict == "equal"
    assert gradcli.check(text, f"{derivative} + x", wrt="x").verdict == "different"


def test_an_abstract_integrand_cancels() -> None:
    """The derivative by a bound is the integrand there."""
    assert gradcli.check("integral(f(t), t, 0, x)", "f(x)").verdict == "equal"


def test_every_method_agrees() -> None:
    """Differences, complex steps and automatic differentiation know integrals too."""
    text, at = "integral(exp(-x*t^2)*y, t, 0, x^2)", {"x": 1.2, "y": 2.0}
    want = gradcli.grad(text, at).gradient
    for method in ("fd", "complex", "autodiff"):
        found = gradcli.grad(text, at, method=method).gradient
        assert {name: found[name] for name in at} == pytest.approx({name: want[name] for name in at}, rel=1e-13)


def test_points_and_steps() -> None:
    """Many points, and what explains: an integral is one operation, whose body is not taken apart."""
    from gradcli.library.explain import steps, trace

    text = "x*integral(sin(x*t), t, 0, x^2)"
    compiled = gradcli.function(text)
    assert compiled.grad([1.0])[0] == pytest.approx(gradcli.grad(text, {"x": 1}).array[0], rel=1e-14)
    assert "Leibniz' rule" in steps(text).text()
    assert "integral(sin(x*t), t, 0, v1)" in trace(text, {"x": 1}).text()
    with pytest.raises(GradcliError, match="no integral"):
        gradcli.export(text, to="python")


IMPROPER: tuple[tuple[str, float, Callable[[Any], Any]], ...] = (
    ("integral(exp(-x*t^2), t, -inf, inf)", 2, lambda x: mp.sqrt(mp.pi / x)),
    ("integral(1/(x + t^2), t, 0, inf)", 2, lambda x: mp.pi / (2 * mp.sqrt(x))),
    ("integral(t^(x - 1)*exp(-t), t, 0, inf)", 2.5, mp.gamma),
    ("integral(t^(x - 1)*exp(-t), t, 0, inf)", 0.5, mp.gamma),
    ("integral(exp(-t)*cos(x*t), t, 0, inf)", 1, lambda x: 1 / (1 + x**2)),
    ("integral(exp(-t^2/2)/sqrt(2*pi), t, -inf, x)", 1, lambda x: mp.ncdf(x)),
    ("integral(exp(x*t - t^2), t, -inf, inf)", 1, lambda x: mp.sqrt(mp.pi) * mp.exp(x**2 / 4)),
    ("integral(log(t)*x, t, 0, 2)", 1, lambda x: x * (2 * mp.log(2) - 2)),
    ("integral(x/sqrt(t), t, 0, x)", 1, lambda x: 2 * x ** (mpf(3) / 2)),
    ("integral(x/sqrt(1 - t), t, 0, 1)", 1, lambda x: 2 * x),
    ("integral(sin(x*t)/t, t, 0, 1)", 1, lambda x: mp.si(x)),
    ("integral(1/(t^2*(1 + x/t)), t, 1, inf)", 1, lambda x: mp.log(1 + x) / x),
    ("integral(exp(-x*abs(t)), t, -inf, inf)", 3, lambda x: 2 / x),
    ("integral(t*exp(-x*t), t, inf, 0)", 3, lambda x: -1 / x**2),
)


@pytest.mark.parametrize(("text", "at", "truth"), IMPROPER, ids=[row[0] for row in IMPROPER])
def test_improper_integrals(text: str, at: float, truth: Callable[[Any], Any]) -> None:
    """Infinite bounds, and integrands without a bound at an end, beside closed forms."""
    answer = gradcli.grad(text, {"x": at})
    with mp.workdps(40):
        assert answer.value == float(truth(mpf(at)))
        assert answer.array[0] == pytest.approx(
            float(mpmath.diff(truth, mpf(at), h=mpf(10) ** -15)), rel=1e-15, abs=1e-25
        )


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("integral(1/t, t, x, inf)", 1),
        ("integral(sin(x*t)/t, t, 0, inf)", 1),
        ("integral(x^3*exp(-x^2*t), t, 0, inf)", 0),
        ("integral(exp(x*t), t, 0, inf)", 1),
        ("integral(x/t^2, t, 0, 1)", 1),
    ],
)
def test_no_number_where_convergence_is_not_known(text: str, at: float) -> None:
    """The third has slope 1 at 0, though the integral of the derivative is 0 there: nothing dominates it."""
    answer = gradcli.grad(text, {"x": at})
    assert answer.value is None
    assert answer.gradient is None or answer.gradient["x"] is None or text.endswith("t, x, inf)")


def test_incomplete_beta_by_every_argument() -> None:
    """SymPy's and SciPy's betainc; with three arguments alone it is read in two ways."""
    answer = gradcli.grad("betainc(a, b, 0, x)", at="a=1.2,b=2.1,x=0.3")
    assert answer.value == pytest.approx(float(mpmath.betainc(1.2, 2.1, 0, 0.3)), rel=1e-14)
    assert answer.gradient
    point = (mpf("1.2"), mpf("2.1"), mpf("0.3"))
    for slope, orders in zip(answer.gradient.values(), ((1, 0, 0), (0, 1, 0), (0, 0, 1)), strict=True):
        truth = mp.diff(lambda a, b, x: mpmath.betainc(a, b, 0, x), point, orders)
        assert slope == pytest.approx(float(truth), rel=1e-9)
    regularized = gradcli.grad("scipy.special.betainc(a, b, x)", at="a=1.2,b=2.1,x=0.3")
    assert regularized.value == pytest.approx(float(mpmath.betainc(1.2, 2.1, 0, 0.3, regularized=True)), rel=1e-14)
    with pytest.raises(GradcliError, match="divided by beta"):
        gradcli.grad("betainc(a, b, x)")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("integral(phi'(x*t), t, 0, 1)", "different"),
        ("integral(t*phi'(x*t), t, 0, 1)", "equal"),
        ("integral(x*t*phi'(x*t), t, 0, 1)/x", "equal"),
    ],
)
def test_integrals_of_abstract_functions_are_compared(answer: str, verdict: str) -> None:
    """A formula stands in the place of the function inside of the integral, too."""
    assert gradcli.check("phi: function; integral(phi(x*t), t, 0, 1)", answer).verdict == verdict
