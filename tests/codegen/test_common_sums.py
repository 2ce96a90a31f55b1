"""Derivatives of softmax and its kin in float64: they neither overflow nor lose digits."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest

from gradcli import export

SUMS = [
    ("softmax([x,y])[0]", lambda x, y: mpmath.exp(x) / (mpmath.exp(x) + mpmath.exp(y))),
    ("-log(softmax([x,y])[0])", lambda x, y: mpmath.log(1 + mpmath.exp(y - x))),
    ("exp(x)/(1+exp(x)+exp(y))", lambda x, y: mpmath.exp(x) / (1 + mpmath.exp(x) + mpmath.exp(y))),
    ("exp(2*x)/(exp(2*x)+exp(y))", lambda x, y: 1 / (1 + mpmath.exp(y - 2 * x))),
    ("log(exp(x)+exp(y))", lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y))),
    ("softmax([x,y,2*x])[1]*y", lambda x, y: y / (mpmath.exp(x - y) + 1 + mpmath.exp(2 * x - y))),
]
POINTS = [(0.5, -0.25), (1000.0, 0.0), (0.0, 1000.0), (710.0, 0.0), (-1000.0, 0.0), (40.0, 0.0), (-30.0, -31.5)]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("text", "truth"), SUMS)
def test_quotients_of_exponentials_keep_their_digits(text: str, truth: Any, point: tuple[float, float]) -> None:
    """Value and gradient in Python's float64 agree with 60 digits, also where e**x overflows or a weight is near 1."""
    scope: dict[str, Any] = {}
    exec(compile(export(text, to="python", wrt="x,y").source, "exported", "exec"), scope)
    with mpmath.workdps(900):
        right = [truth(*map(mpmath.mpf, point))]
        right += [mpmath.diff(truth, point, n, h=mpmath.mpf(10) ** -300) for n in ((1, 0), (0, 1))]
    found = [scope["f"](*point), *scope["f_grad"](*point)]
    for number, exact in zip(found, right, strict=True):
        assert math.isclose(number, float(exact), rel_tol=2e-13, abs_tol=1e-300), (text, point, found, right)
