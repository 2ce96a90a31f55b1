"""Kinks, jumps and ends of domains at points that are no rational numbers, beside values on both sides in mpmath."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
from mpmath import mpf

import gradcli
from tests.hunts.expressions import OutOfReachError, UndefinedError
from tests.hunts.formulas import Formulas
from tests.hunts.tally import tallied

DIGITS, STEP = 150, mpf(10) ** -40

PLACES = (
    ("x**2", "sqrt(2)", "2"),
    ("x**2 - x", "(1 + sqrt(5))/2", "1"),
    ("x**4 - 4*x**2", "sqrt(2 + sqrt(3))", "-1"),
    ("x**3", "cbrt(5)", "5"),
    ("x*sqrt(x)", "2", "2*sqrt(2)"),
    ("1/x", "1/sqrt(3)", "sqrt(3)"),
    ("sqrt(x)", "3", "sqrt(3)"),
    ("cbrt(x)", "2", "2**(1/3)"),
    ("sin(x)", "pi/3", "sqrt(3)/2"),
    ("cos(x)", "pi/3", "1/2"),
    ("cos(x)", "pi", "-1"),
    ("sin(x)", "pi", "0"),
    ("tan(x)", "pi/4", "1"),
    ("cos(2*x)", "pi/8", "sqrt(2)/2"),
    ("sin(x)**2", "pi/6", "1/4"),
    ("sin(x) + cos(x)", "pi/4", "sqrt(2)"),
    ("x/pi", "2*pi", "2"),
    ("exp(x)", "log(3)", "3"),
    ("sinh(x)", "log(2)", "3/4"),
    ("log(x)", "e", "1"),
    ("log(x)", "e**2", "2"),
    ("acos(x)", "1/2", "pi/3"),
    ("atan(x)", "1", "pi/4"),
    ("asin(x)", "sqrt(2)/2", "pi/4"),
    ("atan(x)", "2 - sqrt(3)", "pi/12"),
)
"""A function, a point, and the function's value there."""

SWITCHES = (
    "abs({u})", "sqrt({u})", "relu({u})", "max({u}, 0)", "min({u}, 0)", "floor({u})", "ceil({u})", "sign({u})",
    "acos(1 + {u})", "acos(1 - abs({u}))", "asin(1 - ({u})**2)", "log({u})", "1/({u})",
    "where({u} >= 0, {u}, 2*({u}))", "where({u} == 0, 1, x)", "where({u} > 0, x, 1)", "({u})**(3/2)", "abs({u})**1.5",
    "({u})*abs({u})", "cbrt({u})", "atan2({u}, -1)", "hypot({u}, 0)", "({u})*sign({u})", "sqrt(({u})**2)",
    "acosh(1 + ({u})**2)", "where({u} != 0, sin({u})/({u}), 1)", "log(abs({u}))", "{u} - floor({u})", "relu({u})**2",
)  # fmt: skip
"""What u is put into, which is 0 at the point."""

AROUND = ("{v}", "2*({v})", "({v})*x", "{v} + x**2", "({v})**2", "x - ({v})", "({v})*cos(x)", "exp({v})")


class Question(NamedTuple):
    """A function and a point as texts."""

    text: str
    at: str


def draw(seed: int) -> Question:
    """The question with this number."""
    random_ = random.Random(f"borders {seed}")
    function, at, value = random_.choice(PLACES)
    zero = random_.choice([f"{function} - {value}", f"{value} - ({function})"])
    if random_.random() < 0.3:
        zero = f"{random_.choice(['2', 'x', 'exp(x)', '-1'])}*({zero})"
    return Question(random_.choice(AROUND).format(v=random_.choice(SWITCHES).format(u=zero)), at)


def verdicts(question: Question) -> list[str]:
    """The verdicts on the value and on the slope."""
    answer = gradcli.grad(question.text, at=f"x={question.at}").to_dict()
    try:
        with mpmath.workdps(DIGITS):
            here = Formulas({}, {}).value(question.at)
            left, right = side(question.text, here, -STEP), side(question.text, here, STEP)
    except OutOfReachError:
        return ["no truth"]
    problem = answer["problems"][-1] if answer["problems"] else {"kind": "number"}
    return [judged(answer["value"], answer["gradient"]["x"], problem, left, right)]


class Side(NamedTuple):
    """The value just beside the point, and the slope there; None where the function is not defined."""

    value: Any
    slope: Any


def side(text: str, here: Any, step: Any) -> Side:
    """What stands on the side that the step leads to."""
    try:
        near, far = (Formulas({"x": here + times * step}, {}).value(text) for times in (1, 2))
    except UndefinedError:
        return Side(None, None)
    return Side(near, (far - near) / step)


def judged(value: float | None, slope: float | None, problem: dict[str, Any], left: Side, right: Side) -> str:
    """What is said of the point, beside both sides."""
    kind, sides = problem["kind"], (left, right)
    if kind == "number":
        defined = [one for one in sides if one.value is not None]
        same = all(agree(value, one.value) and agree(slope, one.slope) for one in defined)
        return "right" if defined and same else "wrong number"
    if kind == "not-differentiable":
        stated = (problem["left"], problem["right"])
        if any(
            number is not None and one.slope is not None and not agree(number, one.slope)
            for number, one in zip(stated, sides, strict=True)
        ):
            return "wrong slope of a side"
        smooth = agree(left.slope, right.slope) and all(agree(value, one.value) for one in sides)
        return "wrong: the sides agree" if smooth else "right kink"
    if kind == "infinite":
        steep = any(one.slope is not None and abs(one.slope) > 1e6 for one in sides)
        return "right infinite" if steep else "wrong: no slope is infinite"
    return kind


def agree(first: Any, second: Any) -> bool:
    """Equal to nine digits; None is equal to nothing."""
    return first is not None and second is not None and bool(abs(first - second) <= 1e-9 * max(1, abs(second)))


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong or undecided is told."""

    def is_told(verdict: str) -> bool:
        return verdict.startswith(("wrong", "undecided"))

    return tallied(range(first, first + count), draw, verdicts, is_told, " --at ".join, tell)
