"""Ends of a domain: the slope from inside is answered by every method, and said to be one-sided."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from lines import run
from program_cases import case, certified, named

from gradcli.derive.methods.autodiff import reverse_jet
from gradcli.derive.methods.complex_step import complex_jet
from gradcli.derive.methods.extended import difference_jet

if TYPE_CHECKING:
    from pathlib import Path

BORDERS = [
    ("abs(x) + x**(3/2)", "0", 1.0),
    ("x**(3/2) + max(x, 0) + min(x, 0)", "0", 1.0),
    ("relu(x) + x**(3/2)", "0", 1.0),
    ("relu(sqrt(x))**2", "0", 1.0),
    ("where(sqrt(x) == 0, 0, x)", "0", 1.0),
    ("min(2*(x - 1/2), sqrt(x - 1/2))", "1/2", 2.0),
    ("abs(x - 1) + (x - 1)**(5/2)", "1", 1.0),
    ("abs(x - 1) + (1 - x)**(5/2)", "1", -1.0),
    ("acos(x)**3", "1", 0.0),
    ("sqrt(x)**2", "0", 1.0),
    ("x**(3/2)", "0", 0.0),
    ("x**pi + x", "0", 1.0),
    ("asin(x)*(1 - x)", "1", -math.pi / 2),
    ("acosh(x)**2", "1", 2.0),
]


@pytest.mark.parametrize(("text", "x", "slope"), BORDERS)
def test_the_slope_from_inside_is_the_answer(text: str, x: str, slope: float) -> None:
    """The certified method, differences and automatic differentiation answer the same, and say that it is one-sided."""
    given = case(text, x=x)
    answers = [
        certified(text, x=x),
        named(difference_jet(given.f, given.names, given.point, given.guards), given.names),
        named(complex_jet(given.f, given.names, given.point, given.guards), given.names),
        named(reverse_jet(given.f, given.names, given.point, given.guards), given.names),
    ]
    for found in answers:
        assert found.numbers["x"] == pytest.approx(slope, rel=1e-15)
        assert found.problems == ()
        assert len(found.assumptions) == 1
        assert "one-sided" in found.assumptions[0]


@pytest.mark.parametrize(
    ("text", "x"), [("sqrt(x**4)", "0"), ("(x**2 + 1)**(3/2)", "0"), ("asin(x**2 - 1)", "1"), ("besselj(1, x)", "0")]
)
def test_inside_nothing_is_said(text: str, x: str) -> None:
    """A root at 0 whose argument is positive on both sides ends no domain."""
    found = certified(text, x=x)
    assert found.assumptions == ()
    assert found.problems == ()


@pytest.mark.parametrize("kind", ["table", "json", "plain", "markdown"])
def test_every_format_says_it(kind: str) -> None:
    """The remark stands in every format that people and programs read."""
    done = run("grad", "abs(x) + x**(3/2)", "--at", "0", "-f", kind)
    assert done.code == 0
    assert "one-sided" in done.out


@pytest.mark.parametrize(
    ("text", "key", "answers"),
    [
        ("x**(3/2) + abs(x)", "d_x", [1.0, pytest.approx(1 + 1.5 * math.sqrt(2.75))]),
        ("where(acos(1 - x) > 0, x**2, x)", "value", [0.0, None]),
        ("acot(x)", "value", [None, pytest.approx(math.atan(1 / 2.75))]),
    ],
)
def test_many_points_answer_as_one(tmp_path: Path, text: str, key: str, answers: list[Any]) -> None:
    """--points gives the one-sided slope, and no number where a condition or the function has no value."""
    table = tmp_path / "p.csv"
    table.write_text("x\n0\n2.75\n")
    answer = tmp_path / "answers.jsonl"
    assert run("grad", text, "--points", str(table), "--out", str(answer)).code == 0
    assert [json.loads(line)[key] for line in answer.read_text().splitlines()] == answers


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("tan(x)", "1e300", 5.860081925944898),
        ("asin(1 - x**4)", "0", math.pi / 2),
        ("atanh(1 - x)", "1e-150", (math.log(2) + 150 * math.log(10)) / 2),
        ("digamma(x)", "-999999999999999999999999999999/2", None),
        ("sec(x)", "1e200", None),
    ],
)
def test_precision_goes_on_until_the_domain_is_left_for_certain(text: str, x: str, value: float | None) -> None:
    """A ball of which nothing is known proves nothing: the value is found with more bits."""
    found = certified(text, x=x)
    assert found.value is not None
    assert found.numbers["x"] is not None
    assert value is None or found.value == pytest.approx(value, rel=1e-15)


def test_a_closed_end_has_its_value() -> None:
    """lambertw at -1/e is -1, with an infinite slope."""
    found = certified("lambertw(-1/e + x*0 - 0)", x=1)
    assert found.value == -1.0
    answer = run("grad", "lambertw(x)", "--at", "x=-1/e", "--json").document
    assert (answer["value"], answer["problems"][0]["kind"]) == (-1.0, "infinite")


def test_what_cannot_be_computed_is_not_called_undefined() -> None:
    """Polygamma of a large order is beyond the precision that there is: undecided, not outside of the domain."""
    found = certified("polygamma(500, x)", x=2)
    assert {problem.kind for problem in found.problems} == {"undecided"}


def test_what_grows_beyond_all_floats_has_no_limit() -> None:
    """exp(digamma(x)) at 0: the exponents of values are themselves too large for a difference of floats to show."""
    (problem, *_) = [p for p in certified("exp(digamma(x)) - digamma(x)", x=0).problems if p.variable == "x"]
    assert "limit" not in problem.message


@pytest.mark.parametrize("command", ["grad", "hessian"])
@pytest.mark.parametrize(
    ("text", "at", "along", "slope"),
    [
        ("sqrt(x)**2 + y", "0,0", "1,0", 1.0),
        ("sqrt(x)**2 + y", "0,0", "-1,1", 0.0),
        ("exp(log(x - y)) + x", "1,1", "1,0", None),
        ("sqrt(x*min(y, y**2))**2", "1,0", "0,1", 0.0),
    ],
)
def test_along_a_direction_ends_are_ends(command: str, text: str, at: str, along: str, slope: float | None) -> None:
    """What has dropped out of the formula, and is not real on one side, moves with the direction, too."""
    found = run(command, text, "--at", at, "--along", along, "--json").document
    assert found["directional"] == (slope if command == "grad" or slope is None else 0.0 if "min" not in text else 2.0)
    assert slope is None or any("by t at t = 0 is one-sided" in line for line in found["assumptions"])


@pytest.mark.parametrize(
    "text",
    [
        "0/2^(x^x*log(-x))",
        "1/(x^x + log(-x))",
        "0/exp(x^x*sqrt(-x))",
        "1/max(x^x, log(-x))",
        "0*sign(1 + x^2)^(x^x*where(1 - x != 0, log1p(1 - x)/(1 - x), 1))",
    ],
)
def test_beside_what_is_too_large_undefined_parts_count(text: str) -> None:
    """The reciprocal of x^x at 1e100 is next to 0, but not where a part beside it is no number."""
    assert {problem.kind for problem in certified(text, x=10**100).problems} == {"undefined"}


def test_steps_beside_numbers_without_bounds() -> None:
    """A part of a chain may be a coordinate of 10**19 digits: it is undecided, and nothing ends in an error."""
    found = run("chain", "u = sinh(x); u - floor(u)", "--at", "1e20", "--json").document
    assert {problem["kind"] for problem in found["problems"]} <= {"undecided", "overflow"}


@pytest.mark.parametrize(
    "text",
    ["0*atan2(x, 2*x)", "0*beta(x, 1)", "factorial(x - 1)*0 + x", "lbeta(x, 1) - lbeta(x, 1)", "0*hyp1f1(1, x, 2)"],
)
def test_what_drops_out_at_its_pole_is_no_number(text: str) -> None:
    """At 0, where a part has no value, the whole has none; beside it is a number."""
    assert certified(text, x=0).value is None
    assert certified(text, x=1).value is not None
