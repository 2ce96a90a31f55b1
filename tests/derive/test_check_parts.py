"""The parts of `check`: proofs by expanding, factors by name, numbers by their digits, points that are tried."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest

from gradcli import parse
from gradcli.checking.numbers.printed import PrintedNumber, judge
from gradcli.checking.slips.identify import Finder, constant_ratio, name_factor
from gradcli.checking.trial_points import coordinates, special_values
from gradcli.program.building.program import build_program
from gradcli.program.graph import Node
from gradcli.program.options import BuildOptions
from gradcli.program.quotients import is_zero


def node_of(text: str) -> Node:
    return build_program(parse(text), BuildOptions()).outputs[0].node


@pytest.mark.parametrize(
    "text",
    [
        "(x + y)^2 - x^2 - 2*x*y - y^2",
        "1/(x-1) - 1/(x+1) - 2/(x^2-1)",
        "(x^6-1)/(x-1) - (1 + x + x^2 + x^3 + x^4 + x^5)",
        "sqrt(x)*(sqrt(x) + 1) - x - sqrt(x)",
        "sin(y)*(x + 1) - x*sin(y) - sin(y)",
    ],
)
def test_expanding_proves_identities_of_fractions(text: str) -> None:
    """Sums, products, quotients and roots are brought to one fraction; functions are unknowns."""
    assert is_zero(node_of(text))


@pytest.mark.parametrize("text", ["(x + y)^2 - x^2 - y^2", "1/(x-1) - 1/x", "sin(x)^2 + cos(x)^2 - 1", "x/(0*y) - y"])
def test_expanding_proves_nothing_else(text: str) -> None:
    """What is not zero, what needs more than algebra, and what divides by zero are not proved."""
    assert not is_zero(node_of(text))


def test_factors_have_short_names() -> None:
    """Simple fractions, powers of ten and well-known constants; other numbers have none."""
    from flint import arb, ctx

    before, ctx.prec = ctx.prec, 320
    try:
        for value, text in ((arb(2), "2"), (arb(-3) / 4, "-3/4"), (arb(10) ** -6, "1/1000000"), (2 * arb.pi(), "2·π")):
            found = name_factor(value)
            assert found is not None
            assert found.text() == text
        assert name_factor(arb("1.2345678901234")) is None
    finally:
        ctx.prec = before


def test_two_slips_are_found_by_their_sum() -> None:
    """Of many vectors the finder names the one, or the two, that make up the target."""
    from flint import arb, ctx

    before, ctx.prec = ctx.prec, 320
    try:
        a, b, c = ([arb(n) / d for d in (3, 7, 11)] for n in (1, 2, 5))
        b[1] = b[1] + 1
        target = [x + y for x, y in zip(a, b, strict=True)]
        finder = Finder(target, {"a": a, "b": b, "c": c}, target)
        assert finder.one() == []
        assert finder.two() == [("a", "b")]
        assert Finder(b, {"a": a, "b": b}, b).one() == ["b"]
        assert constant_ratio(c, a) is not None
        assert constant_ratio(b, a) is None
    finally:
        ctx.prec = before


def test_points_are_short_first_and_have_every_sign_and_size() -> None:
    """Whole numbers first; then numbers of the formulas; then random ones below 1/10 and above 1000."""
    points = list(islice(coordinates(["x", "y"], special_values([node_of("x - 37/10*y + 37/10")])), 150))
    assert all(value.denominator == 1 for value in points[0].values())
    assert any(point["x"] == Fraction(37, 10) for point in points)
    signs = {(point["x"] > 0, point["y"] > 0) for point in points}
    assert len(signs) == 4
    assert any(0 < abs(point["x"]) < 0.1 for point in points)
    assert any(abs(point["x"]) > 1000 for point in points)


@pytest.mark.parametrize(
    ("text", "ours", "error", "verdict"),
    [
        ("0.33", 1 / 3, 0.0, "equal"),
        ("0.34", 1 / 3, 0.0, "different"),
        ("3e-12", 3.4e-12, 0.0, "equal"),
        ("-3e-12", 3e-12, 0.0, "different"),
        ("0.333", 1 / 3, 1e-9, "equal"),
        ("0.32", 1 / 3, 0.05, "undecided"),
        ("0.2", 1 / 3, 0.05, "different"),
        ("0", 1e-3, 0.0, "different"),
        ("0.00", 1e-3, 0.0, "equal"),
    ],
)
def test_written_numbers_are_judged_by_their_digits_and_by_our_error(
    text: str, ours: float, error: float, verdict: str
) -> None:
    """Half a unit of the last digit is allowed, and our own error; where that is large nothing is decided."""
    assert judge(PrintedNumber(text), ours, error) == verdict
