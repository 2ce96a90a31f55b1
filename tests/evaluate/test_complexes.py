"""Evaluation beside the real axis."""

from __future__ import annotations

from typing import Any

import pytest
from flint import acb, arb, ctx
from program_cases import case

from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.complex.balls import Beside

STEP = "1e-200"


def slope(text: str, **at: Any) -> float:
    """Im f(x + ih)/h for the first variable."""
    given = case(text, **at)
    run = Balls(given.point)
    run.evaluate([given.f], 1024)
    name = given.names[0]
    with ctx.workprec(1024):
        (start,) = run.evaluate([given.point[name]], 1024)
        (value,) = Beside(run, {name: acb(arb(start), arb(STEP))}).evaluate([given.f])
        return float(value.imag / arb(STEP))


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("x**3", {"x": 2}, 12.0),
        ("abs(x)**3", {"x": "-1.5"}, -6.75),
        ("max(x**2, y)", {"x": 2, "y": 1}, 4.0),
        ("min(x**2, y)", {"x": 2, "y": 1}, 0.0),
        ("where(x > 1, x**2, 7)", {"x": 3}, 6.0),
        ("floor(x)*x", {"x": "2.5"}, 2.0),
        ("hypot(x, y)", {"x": 3, "y": 4}, 0.6),
        ("cbrt(x)", {"x": -8}, 1 / 12),
        ("atan2(x, y)", {"x": 0, "y": 2}, 0.5),
        ("x**y", {"x": -2, "y": 2}, -4.0),
        ("relu(x)*y", {"x": 2, "y": 3}, 3.0),
        ("sqrt(y)*x", {"x": 2, "y": 0}, 0.0),
    ],
)
def test_the_imaginary_part_is_the_derivative(text: str, at: dict[str, Any], expected: float) -> None:
    """Beside the real axis the imaginary part is h times the derivative, of functions with pieces too."""
    assert slope(text, **at) == pytest.approx(expected, rel=1e-15, abs=1e-300)
