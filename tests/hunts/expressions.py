"""Random expressions of numbers: as text for gradcli, and evaluated by mpmath, which gradcli does not use."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import mpmath
from mpmath import mp, mpf


class UndefinedError(Exception):
    """The expression is not real here."""


class OutOfReachError(Exception):
    """mpmath would take too long, or its answer would not be trusted."""


class Tree(NamedTuple):
    """A name, a number's text, or an operation with its arguments."""

    head: str
    args: tuple[Tree, ...] = ()


Make = Callable[..., Any]
NEAR = mpf(10) ** -60
FAR = mpf(10) ** 310
"""Sines of larger numbers need more digits than are spent here."""


def require(condition: bool) -> None:
    """Raises UndefinedError."""
    if not condition:
        raise UndefinedError


def stepped(function: Make) -> Make:
    """floor or ceil, unless a whole number may have been rounded: log10(1e-300)."""

    def value(x: Any) -> Any:
        near = mpmath.nint(x)
        if x != near and abs(x - near) < NEAR:
            raise OutOfReachError
        return function(x)

    return value


def reach(x: Any, bound: float) -> Any:
    """x, unless it is so large that the function takes for ever or has no digit."""
    if abs(x) > bound:
        raise OutOfReachError
    return x


def inside(function: Make, test: Callable[[Any], Any]) -> Make:
    """The function where the test holds."""

    def guarded(x: Any) -> Any:
        require(test(x))
        return function(x)

    return guarded


def power(base: Any, exponent: Any) -> Any:
    """Real powers: of a negative base only whole exponents, of 0 only positive ones (and 0)."""
    if not base:
        require(exponent >= 0)
        return mpf(1) if not exponent else mpf(0)
    whole = exponent == mpmath.floor(exponent)
    require(base > 0 or whole)
    reach(exponent * mpmath.log(abs(base)), 1e7)
    return mpmath.power(base, int(exponent)) if whole and abs(exponent) < 1e9 else mpmath.power(base, exponent)


def quotient(a: Any, b: Any) -> Any:
    require(b != 0)
    return a / b


def exponential(x: Any) -> Any:
    return mpmath.exp(reach(x, 1e7))


def cube_root(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def gamma(x: Any) -> Any:
    require(x > 0 or x != mpmath.floor(x))
    return mpmath.gamma(reach(x, 1e4))


def digamma(x: Any) -> Any:
    require(x > 0 or x != mpmath.floor(x))
    return mpmath.digamma(reach(x, 1e4))


def log_gamma(x: Any) -> Any:
    require(x > 0 or x != mpmath.floor(x))
    return mpmath.re(mpmath.loggamma(reach(x, 1e4)))


def softplus(x: Any) -> Any:
    return x + mpmath.log1p(exponential(-x)) if x > 0 else mpmath.log1p(exponential(x))


def expm1(x: Any) -> Any:
    return mpmath.expm1(reach(x, 1e7))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + exponential(-x))


def gelu(x: Any) -> Any:
    return x * mpmath.erfc(-reach(x, 2e3) / mpmath.sqrt(2)) / 2


def arc_cotangent(x: Any) -> Any:
    require(x != 0)
    return mpmath.atan(1 / x)


def positive(x: Any) -> bool:
    return bool(x > 0)


def nonzero(x: Any) -> bool:
    return bool(x)


UNARY: Mapping[str, Make] = {
    "exp": exponential,
    "expm1": expm1,
    "exp2": lambda x: mpmath.power(2, reach(x, 1e7)),
    "log": inside(mpmath.log, positive),
    "log2": inside(lambda x: mpmath.log(x) / mpmath.log(2), positive),
    "log10": inside(lambda x: mpmath.log(x) / mpmath.log(10), positive),
    "log1p": inside(mpmath.log1p, lambda x: x > -1),
    "sqrt": inside(mpmath.sqrt, lambda x: x >= 0),
    "cbrt": cube_root,
    "abs": abs,
    "sign": mpmath.sign,
    "floor": stepped(mpmath.floor),
    "ceil": stepped(mpmath.ceil),
    "sin": lambda x: mpmath.sin(reach(x, FAR)),
    "cos": lambda x: mpmath.cos(reach(x, FAR)),
    "tan": lambda x: quotient(mpmath.sin(reach(x, FAR)), mpmath.cos(x)),
    "cot": lambda x: quotient(mpmath.cos(reach(x, FAR)), mpmath.sin(x)),
    "sec": lambda x: quotient(1, mpmath.cos(reach(x, FAR))),
    "csc": lambda x: quotient(1, mpmath.sin(reach(x, FAR))),
    "asin": inside(mpmath.asin, lambda x: abs(x) <= 1),
    "acos": inside(mpmath.acos, lambda x: abs(x) <= 1),
    "atan": mpmath.atan,
    "acot": arc_cotangent,
    "sinh": lambda x: mpmath.sinh(reach(x, 1e7)),
    "cosh": lambda x: mpmath.cosh(reach(x, 1e7)),
    "tanh": lambda x: mpmath.tanh(reach(x, 1e7)),
    "asinh": mpmath.asinh,
    "acosh": inside(mpmath.acosh, lambda x: x >= 1),
    "atanh": inside(mpmath.atanh, lambda x: abs(x) < 1),
    "sech": lambda x: 1 / mpmath.cosh(reach(x, 1e7)),
    "sigmoid": sigmoid,
    "logit": inside(lambda x: mpmath.log(x) - mpmath.log1p(-x), lambda x: 0 < x < 1),
    "softplus": softplus,
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else expm1(x),
    "gelu": gelu,
    "silu": lambda x: x * sigmoid(x),
    "mish": lambda x: x * mpmath.tanh(softplus(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "erf": lambda x: mpmath.erf(reach(x, 1e3)),
    "erfc": lambda x: mpmath.erfc(reach(x, 1e3)),
    "gamma": gamma,
    "lgamma": log_gamma,
    "digamma": digamma,
}

BINARY: Mapping[str, Make] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": quotient,
    "**": power,
    "max": max,
    "min": min,
    "hypot": lambda a, b: mpmath.sqrt(a * a + b * b),
    "atan2": lambda y, x: mpmath.atan2(y, x),
    "logaddexp": lambda a, b: max(a, b) + mpmath.log1p(exponential(-abs(a - b))),
}

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip

INFIX = ("+", "-", "*", "/", "**")


OTHERS: dict[str, tuple[str, Make]] = {}
"""Operations that only `idioms` draws: how they are written, with {} for each argument, and their values."""


def call(head: str, *args: Tree) -> Tree:
    """An operation."""
    return Tree(head, args)


def text_of(tree: Tree) -> str:
    """The expression in gradcli's language."""
    if not tree.args:
        return tree.head
    parts = [text_of(arg) for arg in tree.args]
    if tree.head in OTHERS:
        return OTHERS[tree.head][0].format(*parts)
    if tree.head in INFIX:
        return f"({parts[0]}){tree.head}({parts[1]})"
    if tree.head == "negate":
        return f"-({parts[0]})"
    if tree.head.startswith("where"):
        return f"where(({parts[0]}) {tree.head[5:]} ({parts[1]}), {parts[2]}, {parts[3]})"
    return f"{tree.head}({', '.join(parts)})"


def value_of(tree: Tree, point: Mapping[str, Any]) -> Any:
    """The value at mpmath's precision. Only the chosen branch of a choice counts.

    Raises UndefinedError where it is not real, OutOfReachError where mpmath gives up.
    """
    if not tree.args:
        return point[tree.head] if tree.head in point else mpmath.mpf(tree.head)
    if tree.head.startswith("where"):
        holds = COMPARE[tree.head[5:]](value_of(tree.args[0], point), value_of(tree.args[1], point))
        return value_of(tree.args[2 if holds else 3], point)
    values = [value_of(arg, point) for arg in tree.args]
    if tree.head == "negate":
        return -values[0]
    try:
        known = OTHERS.get(tree.head)
        found = (known[1] if known else (UNARY if len(values) == 1 else BINARY)[tree.head])(*values)
    except (ValueError, ZeroDivisionError) as error:
        raise UndefinedError from error
    except (OverflowError, MemoryError, mpmath.libmp.NoConvergence) as error:
        raise OutOfReachError from error
    if isinstance(found, mpmath.mpc) or mpmath.isnan(found):
        raise UndefinedError
    if abs(mpmath.mag(found) if found else 0) > 5e7:
        raise OutOfReachError
    return found


def has_steps(tree: Tree) -> bool:
    """Does floor or ceil stand in it?"""
    return tree.head in ("floor", "ceil") or any(map(has_steps, tree.args))


NUMBERS = ("0", "1", "2", "3", "0.5", "10", "0.1", "100", "1.5", "7")
SPECIAL_POINTS = (
    "0", "1", "-1", "0.5", "-0.5", "2", "-2", "3", "0.1", "1e-5", "-1e-5", "1e-20", "1e-100", "-1e-100", "1e-300",
    "5e-324",
    "1e5", "1e20", "-1e20", "1e100", "-1e100", "1e300", "-1e300", "709", "710", "800", "-745", "-800", "1e-160",
    "1e154",
)  # fmt: skip
OUTER = ("+", "-", "*", "/", "**", "max", "min", "hypot", "atan2", "logaddexp")
WEIGHTS = (8, 6, 9, 7, 4, 2, 2, 2, 1, 1)


class Drawer:
    """Draws expressions and points."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def tree(self, names: str, depth: int) -> Tree:
        """An expression of the names, at most so deep."""
        random = self.random
        kind = random.random()
        if depth <= 0 or kind < 0.12:
            return Tree(random.choice(NUMBERS)) if random.random() < 0.25 else Tree(random.choice(names))
        if kind < 0.45:
            return Tree(random.choice(list(UNARY)), (self.tree(names, depth - 1),))
        if kind < 0.53:
            return Tree(
                "**", (self.tree(names, depth - 1), Tree(random.choice(("2", "3", "4", "0.5", "1.5", "-1", "-2"))))
            )
        if kind < 0.58:
            return Tree("negate", (self.tree(names, depth - 1),))
        if kind < 0.64:
            compare = random.choice(list(COMPARE))
            left = Tree(random.choice(names)) if random.random() < 0.6 else self.tree(names, depth - 2)
            right = Tree(random.choice(NUMBERS)) if random.random() < 0.7 else Tree(random.choice(names))
            return Tree(f"where{compare}", (left, right, self.tree(names, depth - 1), self.tree(names, depth - 1)))
        operation = random.choices(OUTER, WEIGHTS)[0]
        return Tree(operation, (self.tree(names, depth - 1), self.tree(names, depth - 1)))

    def expression(self) -> tuple[Tree, list[str], float]:
        """An expression of variables, these, and how often a coordinate of theirs is a special one."""
        while True:
            names = "xyz"[: self.random.choice((1, 1, 1, 2, 2, 3))]
            tree = self.tree(names, self.random.choice((2, 3, 3, 4)))
            used = names_in(tree)
            if used:
                return tree, used, self.random.choice((0.1, 0.5, 0.9))

    def coordinate(self, special: float) -> str:
        """A number's text: a special one, or one with few digits of any size."""
        if self.random.random() < special:
            return self.random.choice(SPECIAL_POINTS)
        kind = self.random.random()
        if kind < 0.75:
            return repr(self.random.randint(-300, 300) / 64)
        return f"{self.random.choice(('', '-'))}{self.random.randint(1, 9999)}e{self.random.randint(-250, 250)}"


def names_in(tree: Tree) -> list[str]:
    """The variables, sorted."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        waiting += here.args
        if not here.args and here.head.isalpha():
            found.add(here.head)
    return sorted(found)


def at_precision(digits: int) -> Any:
    """A context in which mpmath calculates with so many digits."""
    return mp.workdps(digits)
