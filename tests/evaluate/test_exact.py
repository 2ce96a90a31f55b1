"""Exact rational evaluation."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program_cases import case

from gradcli import limits
from gradcli.evaluate.certified.exact import evaluate_exact, nearest
from gradcli.program.rationals import exact_power, integer_root


def exactly(text: str, **at: Any) -> Any:
    """The exact value of a function at a point."""
    given = case(text, **at)
    return evaluate_exact([given.f], given.point)[0]


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("x**2 + y/3", {"x": 2, "y": 1}, Fraction(13, 3)),
        ("x**-2", {"x": 3}, Fraction(1, 9)),
        ("sqrt(x)", {"x": "4/9"}, Fraction(2, 3)),
        ("x**(-3/2)", {"x": 4}, Fraction(1, 8)),
        ("x**y", {"x": 2, "y": -3}, Fraction(1, 8)),
        ("abs(x) + sign(x)", {"x": -3}, 2),
        ("floor(x) + ceil(x)", {"x": "-2.5"}, -5),
        ("max(x, 2*x, 1) - min(x, 7)", {"x": 3}, 3),
        ("where(x < 1, x**2, 5)", {"x": "1/2"}, Fraction(1, 4)),
        ("exp(x) + cos(x)", {"x": 0}, 2),
    ],
)
def test_rational_answers(text: str, at: dict[str, Any], value: Any) -> None:
    """Functions that are rational at a rational point are evaluated without rounding."""
    assert exactly(text, **at) == value


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1/x", {"x": 0}),
        ("sqrt(x)", {"x": 2}),
        ("sqrt(x)", {"x": -4}),
        ("sin(x)", {"x": 1}),
        ("abs(x)", {"x": 0}),
        ("max(x, 2*x)", {"x": 0}),
        ("floor(x)", {"x": 2}),
        ("where(x >= 1, 1, 0)", {"x": 1}),
        ("x + 1", {"x": "pi"}),
        ("x**y", {"x": 3, "y": 10**9}),
        ("x**y", {"x": -2, "y": 3}),
        ("x**y", {"x": 0, "y": 0}),
    ],
)
def test_what_is_left_to_balls(text: str, at: dict[str, Any]) -> None:
    """Irrational values, undefined ones, ties and huge numbers have no exact value."""
    assert exactly(text, **at) is None


@given(st.integers(0, 10**40), st.integers(2, 9))
def test_integer_roots(root: int, degree: int) -> None:
    """A perfect power has its root, and its neighbour has none."""
    assert integer_root(root**degree, degree) == root
    assert root < 2 or integer_root(root**degree + 1, degree) is None


@given(st.fractions(min_value=Fraction(1, 100), max_value=100), st.integers(2, 70))
def test_a_root_is_the_same_typed_and_at_a_point(root: Fraction, degree: int) -> None:
    """What folds as a text is what comes out at a point, for every degree."""
    assert exact_power(root**degree, Fraction(1, degree)) == root
    assert exactly(f"x^(1/{degree})", x=str(root**degree)) == root


@given(st.fractions())
def test_rounding(value: Fraction) -> None:
    """A rational is rounded to the float64 that float() of Python gives."""
    assert nearest(value) == float(value)


def test_rounding_at_the_ends() -> None:
    """Half of the smallest float64 is 0, and what rounds beyond the largest has no float64."""
    assert nearest(Fraction(1, 2**1075)) == 0.0
    assert nearest(Fraction(3, 2**1076)) == 2.0**-1074
    assert nearest(2**1024 - 2**970 - 1) == sys.float_info.max
    assert nearest(2**1024 - 2**970) is None


def test_growth_is_bounded() -> None:
    """A chain of squares stops being exact before it fills the memory."""
    text = "x"
    for _ in range(40):
        text = f"({text})**2 + x"
    assert exactly(text, x=3) is None
    assert exactly(text, x=0) == 0
    assert limits.EXACT_BITS < 10**6


def test_small_programs_import_nothing() -> None:
    """Integers are evaluated without flint and without fractions."""
    code = (
        "import sys\n"
        "from gradcli.program.graph import Graph\n"
        "from gradcli.evaluate.certified.exact import evaluate_exact\n"
        "g = Graph(); x = g.intern('variable', (), 'x')\n"
        "f = g.intern('product', (x,), (2,)); p = {'x': g.intern('number', (), 3)}\n"
        "assert evaluate_exact([f], p) == [9]\n"
        "assert not {'flint', 'fractions'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_large_programs() -> None:
    """Large programs at decimals agree with Python's fractions."""
    terms = " + ".join(f"({k}*x - y**2)**2/{k + 1}" for k in range(1, 200))
    x, y = Fraction("0.1234567890123456"), Fraction(7, 3)
    expected = sum((k * x - y**2) ** 2 / (k + 1) for k in range(1, 200))
    found = exactly(terms, x=str(x), y=str(y))
    assert Fraction(int(found.numerator), int(found.denominator)) == expected
