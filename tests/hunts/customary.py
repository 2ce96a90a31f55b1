"""Exported code of functions that people write, at points of all sizes: one function a seed, round and round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.rows import PROMISED, number, off, single
from tests.hunts.tally import tallied

FUNCTIONS = (
    "x/(exp(x)-1)", "x^3/(exp(x)-1)", "1/(exp(x)-1)", "x/expm1(x)", "x/tanh(x)", "1/tanh(x) - 1/x", "coth(x) - 1/x",
    "x*coth(x)", "log(sinh(x)/x)", "sin(x)/x", "sin(x)^2/x^2", "(sin(x)-x*cos(x))/x^3", "3*(sin(x)-x*cos(x))/x^3",
    "(1-exp(-x))/x", "(exp(x)-1)/x", "(exp(-x)-1+x)/x^2", "(1-cos(x))/x^2", "x*sin(1/x)", "x*exp(-x)",
    "x^2*exp(-x^2)", "exp(-x)*cosh(x)", "tanh(x)/x", "log(1+exp(x))/x", "x*sigmoid(x)", "sigmoid(x)*(1-sigmoid(x))",
    "log(sigmoid(x))", "log(1-sigmoid(x))", "-x*log(x)-(1-x)*log(1-x)", "x*log(x)", "log(x)/(x-1)", "(x-1)/log(x)",
    "(x^2-1)/(x-1)", "sqrt(1+x^2)-x", "sqrt(x+1)-sqrt(x)", "1/(sqrt(x+1)-sqrt(x))", "log(x+sqrt(x^2+1))", "acosh(x)",
    "acos(x)", "asin(x)/sqrt(1-x^2)", "atan(x)/x", "erf(x)/x", "erfc(x)*exp(x^2)", "log(erfc(x))",
    "log((1+erf(x/sqrt(2)))/2)", "exp(-x^2/2)/(1+erf(x/sqrt(2)))", "log(1-erf(x))", "exp(-x^2)/erfc(x)",
    "log(exp(x)+1)-x", "log(sin(x)/x)", "log(tan(x)/x)", "log(tanh(x)/x)", "log((exp(x)-1)/x)", "exp(-1/x)",
    "exp(-1/x^2)/x", "x^x", "(1+1/x)^x", "(1+x)^(1/x)", "log(cosh(x))", "log(2*cosh(x))-x", "log(exp(x)+exp(-x))",
    "exp(x)/(1+exp(x))^2", "1/(1+exp(-x))", "exp(x)/(exp(x)+1)", "(exp(x)-exp(-x))/(exp(x)+exp(-x))", "1/cosh(x)^2",
    "sinh(x)/cosh(x)^2", "x/sinh(x)", "(x/2)/sinh(x/2)", "x^2*exp(x)/(exp(x)-1)^2", "log(1-exp(-x))",
    "log(exp(x)-1)", "gelu(x)/x", "silu(x)", "mish(x)", "softplus(x)-x", "softplus(x)*exp(-x)", "elu(x)/x",
    "hypot(x,1)-1", "hypot(x,1)-abs(x)", "abs(x)^1.5/x", "cbrt(x)^2", "(x+1)^0.1-1", "log1p(x)-x", "exp(x)-1-x",
    "x-sin(x)", "tan(x)-x", "1-tanh(x)^2", "1-tanh(x)", "log(1-tanh(x)^2)", "1-erf(x)", "exp(-x^2/2)/sqrt(2*pi)",
    "exp(-x^2/2)/(1-erf(x/sqrt(2)))", "exp(x)*erfc(sqrt(x))", "x/(1+abs(x))", "x^3/(1+x^3)", "x^10/(1+x^10)",
    "(x^4+x^2+1)/(x^4+1)", "exp(-exp(-x))", "exp(x-exp(x))", "log(log(x))", "atan2(1,x)", "atan2(x,1)-pi/2",
    "acot(x)", "sqrt(x)/(1+sqrt(x))", "x*atan(x)-log(1+x^2)/2", "2*atan(tanh(x/2))", "asinh(1/x)", "acoth(x)",
    "asech(x)", "logit(x)", "logit(sigmoid(x))", "sigmoid(logit(x))", "(1-x)^3/(1-x^3)", "log((1+x)/(1-x))",
    "sqrt((1-x)/(1+x))", "(cosh(x)-1)/x^2", "(sinh(x)-x)/x^3", "1/x-1/sin(x)", "1/sin(x)^2-1/x^2",
    "exp(x)*log(1+exp(-x))", "where(x!=0,(exp(x)-1)/x,1)", "where(x!=0,sin(x)/x,1)", "where(x!=0,tanh(x)/x,1)",
    "where(x!=0,log(1+x)/x,1)", "where(x!=0,(1-cos(x))/x^2,1/2)", "where(x!=0,x/(exp(x)-1),1)",
    "where(abs(x)<1e-6,1-x^2/6,sin(x)/x)", "logsumexp([x,0])-max(x,0)", "norm([x,1])-abs(x)", "softmax([x,0])[0]",
    "log(softmax([x,0])[0])", "x^2/(x^2+1e-8)", "x/sqrt(x^2+1e-12)", "tanh(log(1+exp(x)))", "log(1+x^2)/x",
    "-log(1-x)/x", "exp(log(x)/3)", "sqrt(x^2+x)-x", "x*(sqrt(1+1/x^2)-1)", "log(x+1)-log(x)", "atan(x+1)-atan(x)",
    "(x+1)^3-x^3", "exp(x+1)-exp(x)", "1/x-1/(x+1)", "sin(x+1)-sin(x)", "sqrt(1+x)-1", "cbrt(1+x)-1",
    "cos(x)-1+x^2/2", "(x-sin(x))/(x-x*cos(x))", "2^x-1", "x^0.5-1", "log2(1+x)", "(exp(x)-1)/(exp(x)+1)",
    "x*log1p(1/x)", "x-log1p(x)", "x-tanh(x)", "tan(x)/x", "x/tan(x)", "x*cot(x)-1", "erf(x)-2*x/sqrt(pi)",
    "atan(x)-x", "asin(x)-x",
)  # fmt: skip
SIZES = (
    *(1e-300, 1e-20, 1e-12, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.75, 0.99, 1 - 1e-9, 1.0, 1 + 1e-9),
    *(1.01, 2.0, 3.0, 5.0, 10.0, 20.0, 36.5, 40.0, 100.0, 300.0, 500.0, 700.0, 709.5, 745.0, 800.0, 1e3, 1e4, 1e5),
    *(1e6, 1e8, 1e10, 1e16, 1e20, 1e100),
)
POINTS = (*SIZES, *(-size for size in SIZES), 0.0)
LEAST = 1e-323
"""What is next to 0 has no digits."""


def draw(seed: int) -> str:
    """The function of a seed."""
    return FUNCTIONS[seed % len(FUNCTIONS)]


def verdicts(text: str) -> Iterator[str]:
    """One verdict a point at which there is a value."""
    try:
        code: dict[str, Any] = {}
        exec(gradcli.export(text, to="python").source, code)
    except GradcliError as error:
        yield f"refused {error.code}"
        return
    for x in POINTS:
        right = single(text, {"x": str(Fraction(x))})
        if right["value"] is None:
            continue
        value, (slope,) = code["f_value_and_grad"](x)
        wanted = right["slopes"]["x"]
        parts = [("value", value, right["value"])]
        parts += [] if wanted is None or right["one-sided"] else [("slope", slope, wanted)]
        bad = [f"{what} {ours!r} for {truth!r}" for what, ours, truth in parts if is_off(ours, truth)]
        yield f"off: {' and '.join(bad)} at {x!r}" if bad else "right"


def is_off(ours: float, truth: float) -> bool:
    """Beyond what is promised?"""
    return not abs(ours - truth) <= LEAST and off(number(ours), truth, abs(truth)) > PROMISED


def run(first: int, count: int, tell: Any = print) -> Counter[str]:
    """Functions first, first + 1, …; what is off is told."""
    seeds = range(first, first + count)
    return tallied(seeds, draw, verdicts, lambda verdict: ":" in verdict, str, tell)
