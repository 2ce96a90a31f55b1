"""Generated code has no number where a function has no value, also where infinity or nan would be lost on the way."""

from __future__ import annotations

import math

import pytest
from exported import run_python

import gradcli

NOWHERE = (
    ("exp(-1/x**2)", 0.0, 2.0),
    ("1/(1/x)", 0.0, 3.0),
    ("sqrt(x)**2", -1.0, 2.0),
    ("((x**1.5)**4)*exp(x)", -0.375, 2.0),
    ("max(log(x), 0)", -1.0, 2.0),
    ("atan(1/x)", 0.0, 2.0),
    ("ceil(acot(x))", 0.0, 2.0),
    ("erf(2/sign(x))", 0.0, 2.0),
    ("1/csc(x)", 0.0, 2.0),
    ("atan2(x, x)**2", 0.0, 2.0),
    ("(x**2 - 1)/(x - 1)", 1.0, 2.0),
    ("(sqrt(x) - 1)/(x - 1)", 1.0, 4.0),
    ("(x**3 - 1)/(x**2 - 1)", 1.0, 2.0),
    ("(sqrt(x + 1) - sqrt(2*x))/(1 - x)", 1.0, 4.0),
    ("exp(x)*erfc(1/x)", 0.0, 0.05),
    ("(x**2 - 2*x + 1)/(x - 1)", 1.0, 2.0),
    ("where(x > 1, x, erf(1/x))", 0.0, 2.0),
    ("where(log(x) > 0, 1, x)", -1.0, 2.0),
    ("tanh(x**(x - 3))", 0.0, 2.0),
    ("sigmoid(x*x/(x - x))", 1.0, None),
    ("elu(log(0) - x)", 1.0, None),
    ("log2(x) + tan(asin(1))", 3.0, None),
)


@pytest.mark.parametrize(("text", "outside", "inside"), NOWHERE, ids=[case[0] for case in NOWHERE])
def test_code_has_no_number_there(text: str, outside: float, inside: float | None) -> None:
    """Value and slope, in Python's code and at many points; inside they are those of single points."""
    names: dict[str, object] = {}
    exec(gradcli.export(text, to="python").source, names)
    assert math.isnan(names["f"](outside))  # type: ignore[operator]
    assert math.isnan(names["f_grad"](outside)[0])  # type: ignore[operator]
    assert not math.isfinite(gradcli.grad_many(text, {"x": [outside]})["value"][0])
    if inside is not None:
        one = gradcli.grad(text, at=[inside])
        value, (slope,) = names["f_value_and_grad"](inside)  # type: ignore[operator]
        assert value == pytest.approx(one.value, rel=1e-13)
        assert slope == pytest.approx(one.gradient["x"], rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("text", ["1/x", "log(x)*y", "x**2*exp(x)", "sqrt(x)/y", "where(x > 0, log(x), 0)"])
def test_what_shows_itself_needs_no_condition(text: str) -> None:
    """A pole is infinite and a logarithm nan without more."""
    assert not gradcli.function(text).many.outputs.domains[0]


def test_what_is_too_large_is_no_border() -> None:
    """exp(-x/y) is 0 where x/y is beyond the largest float64."""
    code = gradcli.export("exp(-x/y)", to="python").source
    assert run_python(f"{code}\nprint(f(1e300, 1e-300))") == (0, "0.0\n")
