"""Exported code in several languages beside certified numbers at the very float64 coordinates that it is given."""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.expressions import Drawer
from tests.hunts.rows import draw, number, off, single

EXPORTED = 1e-6
"""Of exported code, which promises no digits where terms cancel."""


class Asked(NamedTuple):
    """One expression: its text, its variables, points, and the certified answers there."""

    seed: int
    text: str
    names: list[str]
    points: list[dict[str, float]]
    rights: list[tuple[dict[str, Any], ...]]


Answers = list[list[float]]
"""A value and slopes a point."""


def python_answers(asked: Asked, source: str) -> Answers:
    """By the math module."""
    return called(source, asked, float)


def numpy_answers(asked: Asked, source: str) -> Answers:
    """By NumPy's own numbers."""
    with np.errstate(all="ignore"):
        return called(source, asked, np.float64)


def called(source: str, asked: Asked, kind: Callable[[float], Any]) -> Answers:
    """Python's functions, called in this process."""
    code: dict[str, Any] = {}
    exec(source, code)
    found = []
    for point in asked.points:
        value, slopes = code["f_value_and_grad"](*(kind(point[name]) for name in asked.names))
        found.append([float(value), *map(float, slopes)])
    return found


def c_answers(asked: Asked, source: str) -> Answers:
    """By a shared library."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "f.so")
        words = ["gcc", "-O2", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library), "-lm"]
        subprocess.run(words, input=source, text=True, check=True)
        function = ctypes.CDLL(str(library)).f_value_and_grad
    function.restype = ctypes.c_double
    found = []
    for point in asked.points:
        slopes = (ctypes.c_double * len(asked.names))()
        value = function(*(ctypes.c_double(point[name]) for name in asked.names), slopes)
        found.append([value, *slopes])
    return found


def javascript_answers(asked: Asked, source: str) -> Answers:
    """By Node."""
    points = json.dumps([[point[name] for name in asked.names] for point in asked.points])
    show = "{ const [v, g] = f_value_and_grad(...p); console.log(JSON.stringify([v, ...g].map(String))); }"
    done = subprocess.run(["node", "-"], input=f"{source}\nfor (const p of {points}) {show}\n", capture_output=True,
                          text=True, check=True)  # fmt: skip
    return [[float(word.replace("Infinity", "inf")) for word in json.loads(line)] for line in done.stdout.splitlines()]


TARGETS: dict[str, tuple[str, Callable[[Asked, str], Answers]]] = {
    "python": ("", python_answers),
    "numpy": ("", numpy_answers),
    "c": ("gcc", c_answers),
    "javascript": ("node", javascript_answers),
}
"""The tool that each needs, and how it is run."""


def verdict(numbers: Sequence[float], names: Sequence[str], right: dict[str, Any]) -> str:
    """What is to be said of one call: kinks and one-sided slopes are the code's own affair."""
    value, *slopes = map(number, numbers)
    if right["value"] is None:
        is_said = value is None or right["kinds"].get(None) in ("overflow", "undecided")
        return "right" if is_said else f"a number where there is none: the value {value!r}"
    size = max((abs(slope) for slope in right["slopes"].values() if slope is not None), default=0.0)
    parts = [("the value", value, right["value"], abs(right["value"]))]
    if not right["one-sided"]:
        parts += [(f"the slope by {n}", s, right["slopes"][n], size) for n, s in zip(names, slopes, strict=True)]
    for what, ours, wanted, scale in parts:
        if wanted is not None and off(ours, wanted, scale) > EXPORTED:
            return f"{'none' if ours is None else 'off'}: {what} {ours!r} for {wanted!r}"
    return "right"


def asked_of(seed: int, kind: type[Drawer] = Drawer) -> Asked:
    """The question of one seed."""
    text, names, points = draw(seed, kind)
    return Asked(seed, text, names, points, [rights_at(text, point) for point in points])


def rights_at(text: str, point: dict[str, float]) -> tuple[dict[str, Any], ...]:
    """The answers at the float64 numbers and, where these are others, at their decimals: x == 0.1 holds at one."""
    exactly = {name: Fraction(x) for name, x in point.items()}
    here = single(text, {name: str(x) for name, x in exactly.items()})
    return (here,) if all(Fraction(repr(x)) == exactly[n] for n, x in point.items()) else (here, single(text, point))


def run(first: int, count: int, tell: Callable[[str], Any] = print, targets: Sequence[str] = (),
        kind: type[Drawer] = Drawer) -> Counter[str]:  # fmt: skip
    """Expressions first, first + 1, …; what is not right is told, with the language."""
    found: Counter[str] = Counter()
    here = [
        to for to, (tool, _) in TARGETS.items() if (not targets or to in targets) and (not tool or shutil.which(tool))
    ]
    for seed in range(first, first + count):
        try:
            asked = asked_of(seed, kind)
            answers = {to: TARGETS[to][1](asked, gradcli.export(asked.text, to=to).source) for to in here}
        except GradcliError as error:
            found[f"refused {error.code}"] += 1
            continue
        for to, rows in answers.items():
            for point, numbers, rights in zip(asked.points, rows, asked.rights, strict=True):
                verdicts = [verdict(numbers, asked.names, right) for right in rights]
                said = "right" if "right" in verdicts else verdicts[0]
                found[f"{to}: {said.partition(':')[0]}"] += 1
                if said != "right":
                    tell(f"{seed}: {to}: {said}: {asked.text} --at {','.join(f'{n}={x!r}' for n, x in point.items())}")
    return found


__all__ = ["run"]
