"""Exported code of sums that cancel: functions less the first terms of their Taylor series, near and not so near.

The arguments are those of one variable, and products, quotients and differences of two.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.exports import EXPORTED
from tests.hunts.rows import off
from tests.hunts.tally import tallied

POINTS = 4
PROMISED = 1e-10

TAYLOR: dict[str, tuple[Fraction, ...]] = {
    name: tuple(map(Fraction, coefficients.split()))
    for name, coefficients in {
        "exp({})": "1 1 1/2", "sin({})": "0 1 0", "cos({})": "1 0 -1/2", "tan({})": "0 1 0", "sinh({})": "0 1 0",
        "cosh({})": "1 0 1/2", "tanh({})": "0 1 0", "atan({})": "0 1 0", "asin({})": "0 1 0", "asinh({})": "0 1 0",
        "log1p({})": "0 1 -1/2", "expm1({})": "0 1 1/2", "sec({})": "1 0 1/2", "sqrt(1 + {})": "1 1/2 -1/8",
        "1/(1 + {})": "1 -1 1",
    }.items()
}  # fmt: skip
"""Functions as texts, and the first coefficients at 0."""

ARGUMENTS = ("x", "x", "2*x", "x**2", "x*y", "x - y", "x/y")


class Cancelling(NamedTuple):
    """A text, and points at which its terms are larger than it is."""

    text: str
    points: list[dict[str, float]]


def draw(seed: int) -> Cancelling:
    """The question of one seed."""
    choose = random.Random(seed)
    first, second = (choose.choice(list(TAYLOR)) for _ in range(2))
    weights = choose.choice((1, 2, 3, -1, Fraction(1, 2))), choose.choice((0, 0, 1, -1, 2))
    u, order = choose.choice(ARGUMENTS), choose.randint(1, 3)
    sums = [weights[0] * TAYLOR[first][k] + weights[1] * TAYLOR[second][k] for k in range(order)]
    series = " + ".join(f"({c})*({u})**{k}" for k, c in enumerate(sums))
    text = f"({weights[0]})*{first.format(u)} + ({weights[1]})*{second.format(u)} - ({series})"
    if choose.random() < 0.3:
        text = f"({text})*{choose.choice(('exp(x)', 'cos(x)', 'x', '(y + 2)'))}"
    points = []
    for _ in range(POINTS):
        h, y = choose.choice((-1, 1)) * 10 ** choose.uniform(-9, -0.3), choose.uniform(0.5, 2)
        points.append({"x": y + h if u == "x - y" else h, "y": y})
    return Cancelling(text, points)


def verdicts(asked: Cancelling) -> Iterator[str]:
    """One verdict a point."""
    try:
        code: dict[str, Any] = {}
        exec(gradcli.export(asked.text, to="python").source, code)
        names = gradcli.grad(asked.text).to_dict()["variables"]
    except GradcliError as error:
        yield f"refused {error.code}"
        return
    for point in asked.points:
        right = gradcli.grad(asked.text, at={name: str(Fraction(point[name])) for name in names})
        value, slopes = code["f_value_and_grad"](*(point[name] for name in names))
        if right.value is None:
            yield "none" if not math.isfinite(value) else f"a number where there is none: {value!r}"
            continue
        size = max((abs(slope) for slope in right.gradient.values() if slope is not None), default=0.0)
        apart = [off(value, right.value, abs(right.value))]
        apart += [off(s, right.gradient[n], size) for n, s in zip(names, slopes, strict=True)]
        where = ", ".join(f"{name}={point[name]!r}" for name in names)
        if max(apart) > EXPORTED:
            yield f"off: {value!r} and {slopes!r} for {right.value!r} and {right.gradient!r} at {where}"
        else:
            yield "right" if max(apart) <= PROMISED else "few digits"


def run(first: int, count: int, tell: Any = print) -> Counter[str]:
    """Questions first, first + 1, …; what is off is told."""
    seeds = range(first, first + count)
    return tallied(seeds, draw, verdicts, lambda verdict: ":" in verdict, lambda asked: asked.text, tell)
