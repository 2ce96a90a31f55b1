"""Values that are rational by their form, and those that only come close to it."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import arb, fmpq
from program_cases import case

import gradcli
from gradcli.evaluate.certified.balls import Balls

BITS = 1024


def value_of(text: str, bits: int = BITS) -> object:
    """The value of a text without variables at this precision."""
    given = case(text)
    (value,) = Balls(given.point).evaluate([given.f], bits)
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("cos(pi)", -1),
        ("sin(7*pi)", 0),
        ("2*cos(pi/3)", 1),
        ("cos(2*pi/3)", Fraction(-1, 2)),
        ("tan(3*pi/4)", -1),
        ("cos(pi/5) - cos(2*pi/5)", Fraction(1, 2)),
        ("cos(pi/7) + cos(3*pi/7) + cos(5*pi/7)", Fraction(1, 2)),
        ("sin(pi/3)**2", Fraction(3, 4)),
        ("4*sin(pi/10)*cos(pi/5)", 1),
        ("(1 + sqrt(2))*(sqrt(2) - 1)", 1),
        ("sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6))", 0),
        ("cbrt(2 + sqrt(5)) + cbrt(2 - sqrt(5))", 1),
        ("((1 + sqrt(5))/2)**2 - (1 + sqrt(5))/2", 1),
        ("(2**(1/3) + 4**(1/3))**3 - 6*(2**(1/3) + 4**(1/3))", 6),
        ("1/(sqrt(3) - sqrt(2)) - sqrt(3) - sqrt(2)", 0),
        ("sqrt(pi)**2/pi + sqrt(pi**3)/(pi*sqrt(pi))", 2),
        ("3*pi/(2*pi)", Fraction(3, 2)),
        ("log(e**3*sqrt(e))", Fraction(7, 2)),
        ("exp(3*log(2))", 8),
        ("exp(log(2)/2)**2", 2),
        ("cosh(log(2)) - sinh(log(3))", Fraction(5, 4) - Fraction(4, 3)),
        ("tanh(log(3))", Fraction(4, 5)),
        ("abs(sqrt(2) - sqrt(3))*(sqrt(2) + sqrt(3))", 1),
        ("exp(abs(log(1/2)))", 2),
        ("exp(sqrt(log(1/2)**2)/2)**2", 2),
        ("log(1/2)/log(2)", -1),
        ("sqrt(log(1/3)**2)/log(3)", 1),
        ("abs(cos(2)*0 - sqrt(3))**2", 3),
        ("acos(1/2)/pi", Fraction(1, 3)),
        ("asin(sqrt(2)/2)/pi", Fraction(1, 4)),
        ("atan(2 - sqrt(3))/pi", Fraction(1, 12)),
        ("acos((1 + sqrt(5))/4)/pi", Fraction(1, 5)),
        ("acos(-1/2) - 2*asin(sqrt(3)/2)", 0),
        ("cos(4*atan(1))", -1),
        ("max(sqrt(2), 1)**2", 2),
        ("where(sqrt(2) > 1, sqrt(2), pi)*sqrt(2)", 2),
    ],
)
def test_rational_by_form(text: str, value: Fraction | int) -> None:
    """What identities of numbers make rational is this very number."""
    exact = Fraction(value)
    assert value_of(text) == fmpq(exact.numerator, exact.denominator)


@pytest.mark.parametrize(
    "text",
    [
        "cos(1)",
        "cos(pi/5)",
        "sin(pi**2)",
        "cos(pi + 1)",
        "pi - 3",
        "exp(pi) - pi",
        "log(2)/log(4)",
        "exp(sqrt(2)*log(2))",
        "sqrt(2) + sqrt(3)",
        "sin(pi*sqrt(4 + 10**-200))",
        "2143/22 - pi**4",
        "sqrt(10**400 + 1) - 10**200",
        "sqrt(1 + 10**-300)",
        "cos(pi*10**-100)",
        "cbrt(10**900 + 1) - 10**300",
        "acos(1/3)/pi",
        "acos(1/2 + 10**-200)/pi",
        "asin(sqrt(2)/2 - 10**-250)/pi",
        "atan(1/5)*16/pi - atan(1/239)*4/pi",
    ],
)
def test_not_rational(text: str) -> None:
    """What only comes close to a rational number, or is one without a proof, stays a ball."""
    assert type(value_of(text)) is arb


ATOMS = (
    "sqrt(2)",
    "sqrt(3)",
    "cbrt(5)",
    "cos(pi/5)",
    "sin(pi/8)",
    "2**(1/4)",
    "7/3",
    "tan(pi/12)",
    "sqrt(2 + sqrt(3))",
)


@pytest.mark.parametrize("seed", range(40))
def test_no_near_miss_is_taken(seed: int) -> None:
    """(a + b)*(c - d) less its expansion is 0; less another number, however near, it is not."""
    draw = random.Random(seed)
    a, b, c, d = (draw.choice(ATOMS) for _ in range(4))
    product = f"({a} + {b})*({c} - {d}) - ({a})*({c}) + ({a})*({d}) - ({b})*({c}) + ({b})*({d})"
    found = value_of(product, 16_384)
    assert found == 0 or (type(found) is arb and found.contains(0))
    near = value_of(f"{product} + 2**-{draw.randint(1, 900)}*{draw.choice(ATOMS[:3])}", 16_384)
    assert type(near) is arb
    assert not near.contains(0)


def test_only_where_balls_do_not_suffice() -> None:
    """The first precision leaves balls as they are: nearly all numbers are known with it."""
    assert type(value_of("sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6))", 96)) is arb


@pytest.mark.parametrize(
    ("text", "at", "value", "slopes"),
    [
        ("sqrt(1 + cos(x))", "pi", 0, (-(0.5**0.5), 0.5**0.5)),
        ("acos(cos(x))", "3*pi", 3.141592653589793, (1, -1)),
        ("asin(2*x*sqrt(1 - x^2))", "1/sqrt(2)", 1.5707963267948966, (8**0.5, -(8**0.5))),
        ("mod(x, pi)", "pi", 0, (None, 1)),
        ("floor(2*sin(x))", "pi/6", 1, (None, 0)),
        ("abs(cosh(x) - 5/4)", "log(2)", 0, (-0.75, 0.75)),
        ("abs(x^2 - x - 1)", "(1 + sqrt(5))/2", 0, (-(5**0.5), 5**0.5)),
        ("where(cos(x) >= 1/2, x, 2*x)", "pi/3", 1.0471975511965979, (1, None)),
    ],
)
def test_kinks_at_irrational_points(
    text: str, at: str, value: float, slopes: tuple[float | None, float | None]
) -> None:
    """A kink, a jump and an end of a domain are found where the point is no rational number."""
    answer = gradcli.grad(text, at=f"x={at}").to_dict()
    (problem,) = answer["problems"]
    assert problem["kind"] == "not-differentiable"
    assert answer["value"] == pytest.approx(value, abs=0)
    found = (problem["left"], problem["right"])
    assert found == tuple(slope if slope is None else pytest.approx(slope, rel=1e-15) for slope in slopes)


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("1/(x^2 - 2)", "sqrt(2)", "undefined"),
        ("log(sin(x))", "pi", "undefined"),
        ("1/(log(x) - 1/2)", "sqrt(e)", "undefined"),
        ("sqrt(exp(2*x) - 4)", "log(2)", "infinite"),
        ("acos(x/sqrt(2))", "sqrt(2)", "infinite"),
    ],
)
def test_ends_of_domains_at_irrational_points(text: str, at: str, kind: str) -> None:
    """What cannot be decided from balls is decided."""
    assert gradcli.grad(text, at=f"x={at}").to_dict()["problems"][-1]["kind"] == kind


def test_units_with_exponents_of_thousands_of_digits() -> None:
    """e**q with a q longer than Python writes down: what has the same units is found all the same."""
    near = gradcli.grad("logsumexp([x^20, 1 - x])", at={"x": "5e-324"}, method="autodiff").to_dict()
    assert near["gradient"]["x"] == pytest.approx(-2.718281828459045 / 3.718281828459045)
