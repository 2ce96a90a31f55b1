"""Rows of tables beside the answers at single points, which another hunt has judged."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.expressions import Drawer, text_of
from tests.hunts.truths import number as coordinate

ROWS = 8
PROMISED = 1e-10
"""Of a row, relative to its largest derivative, and of its value."""


def draw(seed: int, kind: type[Drawer] = Drawer) -> tuple[str, list[str], list[dict[str, float]]]:
    """An expression, its variables, and points ordinary, huge, tiny and special."""
    drawer = kind(seed)
    tree, used, special = drawer.expression()
    points = [{name: float(coordinate(drawer.coordinate(special))) for name in used} for _ in range(ROWS)]
    return text_of(tree), used, points


def single(text: str, point: dict[str, float]) -> dict[str, Any]:
    """The certified answer: `value`, the names, and `problems` by the name (None: the value)."""
    answer = gradcli.grad(text, at=point).to_dict()
    kinds = {problem["variable"]: problem["kind"] for problem in answer["problems"]}
    one_sided = any("one-sided" in line or "from inside" in line for line in answer["assumptions"])
    return {"value": answer["value"], "slopes": answer["gradient"], "kinds": kinds, "one-sided": one_sided}


def off(ours: float | None, right: float | None, size: float) -> float:
    """How far a number is off, relative to a size; infinite where one of the two is missing."""
    if ours is None or right is None:
        return 0.0 if ours is right else math.inf
    return abs(ours - right) / size if size and math.isfinite(ours) else abs(ours - right)


def number(x: Any) -> float | None:
    """A float, None for nan and infinite ones."""
    return float(x) if x is not None and math.isfinite(x) else None


def row_verdict(row: dict[str, Any], problem: str, right: dict[str, Any]) -> str:
    """What is to be said of one row of a table."""
    if problem:
        return "marked"
    if off(number(row["value"]), right["value"], abs(right["value"] or 0)) > PROMISED:
        return f"wrong: the value {row['value']!r} for {right['value']!r}"
    size = max((abs(slope) for slope in right["slopes"].values() if slope is not None), default=0.0)
    for name, slope in right["slopes"].items():
        if off(number(row["d_" + name]), slope, size) > PROMISED:
            return f"wrong: the slope by {name} {row['d_' + name]!r} for {slope!r}"
    return "right"


def run(first: int, count: int, tell: Any = print, kind: type[Drawer] = Drawer) -> Counter[str]:
    """Expressions first, first + 1, …; what is wrong is told."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        text, _, points = draw(seed, kind)
        try:
            rights = [single(text, point) for point in points]
            table = gradcli.grad_many(text, points)
        except GradcliError as error:
            found[f"refused {error.code}"] += 1
            continue
        for place, (point, right) in enumerate(zip(points, rights, strict=True)):
            row = {key: column[place] for key, column in table.items()}
            verdict = row_verdict(row, row["problem"], right)
            found[verdict.partition(":")[0]] += 1
            if ":" in verdict:
                tell(f"{seed}: {verdict}: {text} --at {','.join(f'{n}={x!r}' for n, x in point.items())}")
    return found
