"""Formulas that cancel beside a point: polynomials there, as exact as float64."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from exported import source_of

import gradcli
from gradcli.codegen.laurent import laurent_series
from gradcli.derive.outputs import generated_outputs
from gradcli.problems import Source
from gradcli.program.building.program import build_program
from gradcli.program.graph import order
from gradcli.program.options import BuildOptions
from gradcli.text.parser import parse_script

CANCELLING = (
    "where(x != 0, (exp(x) - 1)/x, 1)", "where(x != 0, sin(x)/x, 1)", "log1p(x)/x", "(1 - cos(x))/x**2",
    "where(x == 1, 1, log(x)/(x - 1))", "(x - sin(x))/x**3", "tanh(x)/x", "(exp(x) - 1 - x)/x**2", "x/(exp(x) - 1)",
    "(sqrt(1 + x) - 1)/x", "atan(x)/x", "1/sin(x) - 1/x", "where(x != 0, x/sinh(x), 1)**2",
)  # fmt: skip


def program_of(text: str):
    """The program of a text."""
    return build_program(parse_script([Source("expression", text)]), BuildOptions())


@pytest.mark.parametrize("text", CANCELLING)
def test_float64_has_the_digits_of_certified_numbers(text: str) -> None:
    """Beside the point and at it, value and slope."""
    space: dict = {"__name__": "exported"}
    exec(source_of(text, "python", self_test=False), space)  # our own text
    centre = 1.0 if "x == 1" in text else 0.0
    draw = random.Random(text)
    points = [centre + sign * 10 ** -draw.uniform(0.1, 12) for sign in (1, -1) for _ in range(12)]
    for x in [*points, centre]:
        wanted = gradcli.grad(text, at={"x": x})
        if wanted.value is None:
            continue
        value, (slope,) = space["f_value_and_grad"](x)
        assert math.isclose(value, wanted.value, rel_tol=1e-10), x
        assert math.isclose(slope, wanted.gradient["x"], rel_tol=1e-10, abs_tol=1e-300), x


def test_what_does_not_cancel_stays() -> None:
    """No polynomial in plain formulas, in poles, and at a jump of the value."""
    for text in ("x**2*exp(-x)", "1/x", "sin(x)/(2 + x)", "log(1 + exp(x))", "tanh(x)"):
        outputs = generated_outputs(program_of(text))
        assert all(node.op != "compare" for node in order([*outputs.values, *outputs.first[0]])), text
    jump = generated_outputs(program_of("where(x != 0, sin(x)/x, 5)"))
    assert any(node.op == "compare" and node.data in ("==", "!=") for node in order(jump.first[0]))


@pytest.mark.parametrize(
    "text",
    ["(1 - x/1e10)**10000000000", "sin(x**1000000007)/x", "(x**3 - 1)**1000000/(x - 1)", "(1 - cos(x))**100000000/x"],
)
def test_huge_exponents_end(text: str) -> None:
    """Series are raised by squares; multiplied one by one they went on for ever, or were beyond float64."""
    space: dict = {"__name__": "exported"}
    exec(source_of(text, "python", self_test=False), space)  # our own text
    wanted = gradcli.grad(text, at={"x": 0.75})
    value, (slope,) = space["f_value_and_grad"](0.75)
    assert math.isclose(value, wanted.value, rel_tol=1e-5, abs_tol=1e-300)
    assert math.isclose(slope, wanted.gradient["x"], rel_tol=1e-5, abs_tol=1e-300)


def test_laurent_series() -> None:
    """sin(x)/x**3 is x**-2 - 1/6 + ..., and log has none at 0."""
    root = program_of("sin(x)/x**3").outputs[0].node
    found = laurent_series(root, 0)[root]
    assert (found.valuation, float(found.series[0]), float(found.series[2])) == (-2, 1.0, -1 / 6)
    logarithm = program_of("log(x)").outputs[0].node
    assert laurent_series(logarithm, 0)[logarithm] is None
    far = program_of("where(abs(x) > 8, sqrt(x**2 + x) - abs(x), x)").outputs[0].node
    for side in (1, -1):  # ±1/2 - 1/(8*abs(x)) + …
        series = laurent_series(far, side * math.inf)[far].series
        assert (float(series[0]), float(series[1])) == (side / 2, -1 / 8)
    at_two = laurent_series(logarithm, Fraction(2))[logarithm]
    assert float(at_two.series[0]) == math.log(2)


@pytest.mark.parametrize(
    "text",
    [
        "softplus(x)*exp(-x)", "exp(x)*log(1 + exp(-x))", "exp(-x)*cosh(x)", "log(2*cosh(x)) - x", "exp(x)*sigmoid(-x)",
        "softplus(-2*x)*exp(2*x)", "sinh(x)*exp(-x)", "exp(3*x)*(softplus(-x) - sigmoid(-x))",
    ],
)  # fmt: skip
def test_exponentials_that_cancel_far_out(text: str) -> None:
    """Value and slope on both sides, also where an exponential is beyond float64: sigmoid(x) - softplus(x) was 0."""
    space: dict = {"__name__": "exported"}
    exec(source_of(text, "python", self_test=False), space)  # our own text
    for x in (-800.0, -50.0, -12.0, -6.5, -3.0, -0.5, 0.5, 3.0, 6.5, 12.0, 50.0, 800.0):
        wanted = gradcli.grad(text, at={"x": x})
        if wanted.value is not None and wanted.gradient["x"] is not None:
            value, (slope,) = space["f_value_and_grad"](x)
            assert math.isclose(value, wanted.value, rel_tol=1e-11), x
            assert math.isclose(slope, wanted.gradient["x"], rel_tol=1e-11, abs_tol=1e-300), x


@pytest.mark.parametrize("text", ["1/(1 + exp(-x))", "log(1 + exp(x))", "tanh(x)", "exp(x)*y", "exp(-x)", "sech(x)"])
def test_exponentials_that_have_their_digits_stay(text: str) -> None:
    """No polynomial where the code is right already."""
    outputs = generated_outputs(program_of(text))
    assert all(node.op != "where" for node in order([*outputs.values, *outputs.first[0]]))
