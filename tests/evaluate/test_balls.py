"""Mixed evaluation in rationals and balls."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from program_cases import case

import gradcli
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.values import Undefined, nearest


def evaluated(text: str, bits: int = 96, **at: Any) -> tuple[Any, set[str]]:
    """The value of a function, and what is touched."""
    given = case(text, **at)
    run = Balls(given.point)
    (value,) = run.evaluate([given.f], bits)
    return value, {node.data.name if node.op == "call" else node.op for node in run.touched}


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("1/x", {"x": 0}, "division by zero"),
        ("x**-0.5", {"x": 0}, "division by zero"),
        ("sqrt(x)", {"x": -1}, "sqrt(-1) is not real"),
        ("x**(1/3)", {"x": -8}, "(-8)^(1/3) is not real; cbrt(x) is the real cube root"),
        ("0*log(x)*0 + log(x)", {"x": -1}, "log(u) is real only for u > 0; here u = -1"),
        ("x*log(x)", {"x": 0}, "log(u) is real only for u > 0; here u = 0"),
        ("gamma(x)", {"x": -2}, "gamma(u) has a value only for u other than 0, -1, -2, ...; here u = -2"),
        ("exp(1/x)", {"x": 0}, "division by zero"),
    ],
)
def test_reasons(text: str, at: dict[str, Any], reason: str) -> None:
    """What is certainly not real says why, in whatever it is used."""
    value, _ = evaluated(text, **at)
    assert isinstance(value, Undefined)
    assert value.reason == reason


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("where(x > 0, log(x), x)", {"x": -1}, -1),
        ("where(x > 0 and log(x) > 1, 1, 2)", {"x": -1}, 2),
        ("x**y", {"x": 3, "y": -1}, Fraction(1, 3)),
        ("sqrt(x) + besselj(0, x - 4)", {"x": 4}, 3),
    ],
)
def test_exact_values(text: str, at: dict[str, Any], value: Any) -> None:
    """Values that are rational stay rational, and the branch not taken is not evaluated."""
    found, touched = evaluated(text, **at)
    assert found == fmpq(Fraction(value).numerator, Fraction(value).denominator)
    assert touched == set()


def test_the_power_0_to_0_is_a_switch() -> None:
    """Its value is 1, and 0 beside it."""
    found, touched = evaluated("x**y", x=0, y=0)
    assert found == 1
    assert len(touched) == 1


@pytest.mark.parametrize(
    ("text", "at", "switch"),
    [
        ("abs(x - 1)", {"x": 1}, "abs"),
        ("sign(sin(x))", {"x": "pi"}, "sign"),
        ("max(x, y, -1)", {"x": 2, "y": 2}, "max"),
        ("min(sin(x), 0)", {"x": "pi"}, "min"),
        ("floor(x)", {"x": 3}, "floor"),
        ("ceil(x/pi)", {"x": "2*pi"}, "ceil"),
        ("where(x >= 0, x, 1)", {"x": 0}, "compare"),
        ("clip(x, 0, 1)", {"x": 1}, "clip"),
        ("relu(x)", {"x": 0}, "relu"),
        ("atan2(y, x)", {"x": -1, "y": 0}, "atan2"),
        ("x**y", {"x": -3, "y": -1}, "power"),
        ("hypot(y, x)", {"x": 0, "y": 0}, "hypot"),
    ],
)
def test_ties_are_touched(text: str, at: dict[str, Any], switch: str) -> None:
    """A decision at its tie is noted, exact or not."""
    assert switch in evaluated(text, **at)[1]


@pytest.mark.parametrize("text", ["max(x, y, 2*x)", "abs(y)", "where(x < y, 1, 0)", "clip(y, 0, 5)", "atan2(x - 1, y)"])
def test_clear_decisions_are_not_touched(text: str) -> None:
    """Away from its tie a decision is not noted."""
    assert evaluated(text, x=1, y=Fraction(5, 2))[1] == set()


HUGE = (
    "sin(10**30*x)",
    "exp(exp(x*1000))",
    "exp(exp(exp(x*1000)))",
    "1/(1 + exp(exp(1000*x)))",
    "sin(exp(exp(9*x)))",
    "besselj(0, 1e30*x)",
    "besselk(1e15*x, 1e15*x)",
    "airyai(1e200*x)",
    "zeta(-100001*x)",
    "zeta(1e300*x)",
    "gamma(1e8*x)",
    "gamma(1e300*x)",
    "digamma(-1e200*x - 0.5)",
    "x**(10**12)",
    "(2 + x)**(10**30)",
)


@pytest.mark.parametrize("text", HUGE)
def test_huge_arguments_end(text: str) -> None:
    """Huge arguments end within a second at every precision that is tried first."""
    start = time.monotonic()
    for bits in (96, 192, 384):
        evaluated(text, bits, x=1)
    assert time.monotonic() - start < 60


@given(st.fractions(min_value=Fraction(-(2**1080)), max_value=Fraction(2**1080)))
@settings(max_examples=60)
def test_balls_round_as_rationals_do(value: Fraction) -> None:
    """A narrow ball around a number rounds to the float64 of the number."""
    expected = float(value) if abs(value) < 2**1023 else nearest(fmpq(value.numerator, value.denominator))
    from flint import ctx

    with ctx.workprec(3000):
        assert nearest(arb(fmpq(value.numerator, value.denominator))) == expected


def test_ends_of_balls_round_as_fractions_do() -> None:
    """Ties go to even, subnormals and zeros round right, what is too large is infinite; no minus before 0."""
    import random

    from gradcli.evaluate.certified.values import nearest_dyadic, nearest_ratio
    from gradcli.flints import ctx

    draw = random.Random(4)
    before, ctx.prec = ctx.prec, 300
    try:
        for _ in range(2_000):
            mantissa = draw.choice((draw.getrandbits(54) | 1, (draw.getrandbits(53) | 1 << 52) * 2 + 1, 1))
            exponent = draw.choice((draw.randint(-1140, -1000), draw.randint(900, 1030), draw.randint(-60, 60)))
            whole = -mantissa if draw.random() < 0.5 else mantissa
            ratio = (whole << exponent, 1) if exponent >= 0 else (whole, 1 << -exponent)
            found = nearest_dyadic(arb(whole) * arb(2) ** exponent)
            assert repr(found) == repr(nearest_ratio(*ratio))
    finally:
        ctx.prec = before


@pytest.mark.parametrize(
    ("text", "value", "slope"),
    [
        ("log(1 - tanh(x))", -39999.30685281944, -2.0),
        ("log(1 - erf(x))", -400000010.4758525, -40000.00005),
        ("log((1 + erf(-x/sqrt(2)))/2)", -200000010.82242608, -20000.00005),
        ("exp(-x^2)/(1 - erf(x))", 35449.07706242167, 1.7724538486899488),
        ("ceil(erfc(-x))", 2.0, 0.0),
        ("ceil(erfc(x))", 1.0, 0.0),
        ("floor(tanh(x))", 0.0, 0.0),
        ("floor(-sigmoid(x)) + ceil(tanh(-x))", -1.0, 0.0),
        ("ceil(sigmoid(x)) + floor(erf(-x))", 0.0, 0.0),
    ],
)
def test_next_to_the_end_of_a_range(text: str, value: float, slope: float) -> None:
    """1 - tanh(20000) is no 0, though 16,000 bits do not tell; tanh(x) is never 1."""
    found = gradcli.grad(text, at={"x": 20000})
    assert found.value == value
    assert found.gradient == {"x": slope}
