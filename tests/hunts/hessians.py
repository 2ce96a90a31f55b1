"""Certified Hessians of functions with kinks and removable points beside nested differences in many digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import mpmath
from mpmath import mpf

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.expressions import Drawer, OutOfReachError, Tree, UndefinedError, call, names_in, value_of
from tests.hunts.scalars import Question, compared, is_bad
from tests.hunts.tally import tallied
from tests.hunts.truths import Function, nearest_float
from tests.hunts.truths import number as coordinate

OUTER = mpf(10) ** -45
INNER = mpf(10) ** -80
"""The step of the outer difference as a part of the coordinate, and of the inner one as a part of that."""
ZERO = mpf(10) ** -60
DIGITS = 480
SAME, SAME_SLOPE = mpf(10) ** -25, mpf(10) ** -160
"""Parts by which equal second derivatives, and equal one-sided slopes, may differ."""
NOTHING = mpf(10) ** -30
"""Smaller second derivatives count as 0: at these points and with these numbers there are none."""


def number(text: str) -> Tree:
    return Tree(text)


def special_form(drawer: Drawer) -> Tree:
    """A function with a kink or a removable point that matters for second derivatives."""
    random = drawer.random
    x, y = Tree("x"), Tree(random.choice("xy"))
    zero, one = number("0"), number("1")
    u = random.choice((x, call("*", x, y), call("-", x, y), call("-", x, one), call("+", x, y)))
    v = drawer.tree("xy", 1)
    squares = call("+", call("**", x, number("2")), call("**", Tree("y"), number("2")))
    mixed = call(
        "*", call("*", x, Tree("y")), call("-", call("**", x, number("2")), call("**", Tree("y"), number("2")))
    )
    forms = (
        call("where!=", u, zero, call("/", call("sin", u), u), one),
        call("where!=", u, zero, call("/", call("expm1", u), u), one),
        call("where!=", u, zero, call("/", call("-", call("cos", u), one), u), zero),
        call("where>", squares, zero, call("/", mixed, squares), zero),
        call("*", u, call("abs", u)),
        call("abs", call("*", u, v)),
        call("**", call("relu", u), number(random.choice(("2", "3")))),
        call("**", call("abs", u), number(random.choice(("1.5", "2", "2.5", "3")))),
        call("max", call("**", u, number("2")), call("**", u, number("3"))),
        call("max", u, v),
        call("where>", u, zero, call("**", u, number("3")), call("**", u, number("2"))),
        call("sqrt", call("**", u, number("4"))),
        call("hypot", x, Tree("y")),
        call("elu", u),
        call("**", x, Tree("y")),
        call("where>=", u, zero, v, drawer.tree("xy", 1)),
    )
    return random.choice(forms)


def draw(seed: int) -> Question:
    """The question with this number."""
    drawer = Drawer(seed)
    random = drawer.random
    while True:
        tree = special_form(drawer)
        if random.random() < 0.6:
            tree = call(random.choice(("+", "*", "-", "max")), tree, drawer.tree("xy", 2))
        if random.random() < 0.2:
            tree = call(random.choice(("exp", "sin", "sqrt", "abs", "tanh")), tree)
        used = names_in(tree)
        if used:
            pool = ("0", "0", "0", "1", "1", "-1", "2", "0.5", "1e-5", "-0.75", "3.25")
            return Question(tree, {name: random.choice(pool) for name in used})


class Second:
    """Second derivatives of a function at a point by nested differences. Raises OutOfReachError."""

    def __init__(self, function: Function, point: Mapping[str, str], more: int) -> None:
        self.function = function
        self.digits = more * DIGITS
        with mpmath.mp.workdps(self.digits):
            self.at = {name: coordinate(text) for name, text in point.items()}

    def entry(self, first: str, second: str) -> tuple[str, Any]:
        """∂/∂second of ∂/∂first: ("number", it), ("none", None) where the two sides differ, ("unclear", None)."""
        with mpmath.mp.workdps(self.digits):
            try:
                return self.judged(first, second)
            except UndefinedError:
                return "unclear", None

    def judged(self, first: str, second: str) -> tuple[str, Any]:
        """The same at the precision that is set."""
        middle = self.slope(first, self.at)
        sides = []
        for sign in (-1, 1):
            found = []
            for shrink in (0, 10):
                h = sign * outer_step(self.at[second]) * mpf(10) ** -shrink
                near = [self.slope(first, {**self.at, second: self.at[second] + step}) for step in (h, h / 2)]
                if middle is None or None in near:
                    return "unclear", None
                quotients = [(value - middle) / step for value, step in zip(near, (h, h / 2), strict=True)]
                found.append(2 * quotients[1] - quotients[0])
            if not alike(*found):
                return "unclear", None
            sides.append(found[1])
        return ("number", sides[1]) if alike(*sides) else ("none", None)

    def slope(self, name: str, at: Mapping[str, Any]) -> Any:
        """The partial derivative at a point; None where the two sides differ."""
        h = outer_step(self.at[name]) * INNER
        here = self.function(at)
        sides = []
        for sign in (-1, 1):
            quotients = [
                (self.function({**at, name: at[name] + sign * step}) - here) / (sign * step) for step in (h, h / 2)
            ]
            sides.append(2 * quotients[1] - quotients[0])
        return (sides[0] + sides[1]) / 2 if alike(*sides, nothing=SAME_SLOPE, part=SAME_SLOPE) else None


def outer_step(x: Any) -> Any:
    """A step that is much smaller than anything near x."""
    return min(mpf(1), abs(x) or ZERO) * OUTER


def alike(a: Any, b: Any, nothing: Any = NOTHING, part: Any = SAME) -> bool:
    """Equal but for the errors of the differences; both less than `nothing` are equal."""
    return bool(abs(a - b) <= part * max(abs(a), abs(b)) or max(abs(a), abs(b)) < nothing)


def verdicts(question: Question) -> list[str]:
    """What is found of each entry."""
    text, at = question.words()
    try:
        answer = gradcli.hessian(text, at=at).to_dict()
    except GradcliError as error:
        return [f"refused {error.code}"]
    found = ["no truth"]
    for more in (1, 2):
        second = Second(partial(value_of, question.tree), question.point, more)
        try:
            found = [
                judged(answer["hessian"][i][j], *second.entry(first, other))
                for i, first in enumerate(answer["variables"])
                for j, other in enumerate(answer["variables"])
            ]
        except OutOfReachError:
            return ["no truth"]
        if not any(map(is_bad, found)):
            break
    return found


def judged(entry: float | None, kind: str, truth: Any) -> str:
    """An entry beside the truth."""
    if kind == "number":
        if entry is None:
            return "null" if nearest_float(truth) is None else "null, but there is a number"
        if abs(truth) < NOTHING and abs(entry) < NOTHING:
            return "no truth" if entry else "right"
        return compared(entry, truth)
    if kind == "none":
        return "null" if entry is None else f"wrong: {entry!r} where the two sides differ"
    return "null" if entry is None else "unclear number"


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong or unclear is told."""
    return tallied(range(first, first + count), draw, verdicts, is_bad, lambda q: " --at ".join(q.words()), tell)
