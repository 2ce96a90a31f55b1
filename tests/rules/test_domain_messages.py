"""Why a function has no value: the sentence that people read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx

from gradcli.evaluate.domains import border_problem, domain_problem
from gradcli.rules import RULES

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("log", (-1,), "log(u) is real only for u > 0; here u = -1"),
        ("log", (0,), "log(u) is real only for u > 0; here u = 0"),
        ("sqrt", (Fraction(-1, 3),), "sqrt(u) is real only for u >= 0; here u = -1/3"),
        ("asin", (1.5,), "asin(u) is real only for -1 <= u <= 1; here u = 1.5"),
        ("acosh", (arb("0.25"),), "acosh(u) is real only for u >= 1; here u = 0.250000"),
        ("gamma", (-3,), "gamma(u) has a value only for u other than 0, -1, -2, ...; here u = -3"),
        ("cot", (0,), "cot(u) has a value only for sin(u) != 0; here u = 0"),
        ("zeta", (1,), "zeta(u) has a value only for u != 1; here u = 1"),
        ("lambertw", (-HALF,), "lambertw(u) is real only for u >= -1/e; here u = -1/2"),
        ("atan2", (0, 0), "atan2(y, x) has no value at the origin; here y = 0, x = 0"),
        ("besselj", (HALF, -1), "besselj(n, u) is real only for u >= 0 unless n is an integer; here n = 1/2, u = -1"),
    ],
)
def test_the_reason_names_the_domain_and_the_place(name, arguments, message):
    """Outside the domain there is one sentence with the domain in words and the argument."""
    assert domain_problem(RULES[name], arguments) == message


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("log", (1,)), ("sqrt", (0,)), ("asin", (1,)), ("gamma", (HALF,)), ("atan2", (0, -1)), ("besselj", (2, -1)),
     ("besselj", (HALF, 1)), ("sin", (10**40,)), ("max", (1, 1))],
)  # fmt: skip
def test_inside_there_is_no_reason(name, arguments):
    """On closed ends and inside, both functions are silent."""
    assert domain_problem(RULES[name], arguments) is None
    assert border_problem(RULES[name], arguments) is None


def test_a_ball_on_the_border_is_not_certainly_outside():
    """A ball that reaches over a border, or over a pole, has a border problem and no domain problem."""
    with ctx.workprec(100):
        for name, ball in (("log", arb(0, 1)), ("tan", arb.pi() / 2), ("gamma", arb(-2, 0.1)), ("acosh", arb(1, 0.1))):
            assert domain_problem(RULES[name], (ball,)) is None
            assert border_problem(RULES[name], (ball,)) is not None
