"""Random functions at random points inside their domains: what no method was tuned on. The same seed, the same set."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import Any

import mpmath

from .functions import Problem, all_problems, by_calculus, slope
from .numbers import DIGITS, in_doubles

UNARY = ("exp", "sin", "cos", "tanh", "atan", "sinh", "sqrt", "log", "log1p", "asinh", "erf", "tan", "expm1", "cosh")
BINARY = ("+", "-", "*", "/")
POWERS = (2, 3, 4, -1, -2)

Tree = tuple[Any, ...]


def tree(random: Random, variables: int, size: int) -> Tree:
    """An expression of this many operations: nested tuples, the operation first."""
    if size == 0:
        if random.random() < 0.2:
            return ("number", round(random.uniform(0.1, 5.0), 2))
        return ("variable", random.randrange(variables))
    kind = random.random()
    if kind < 0.5:
        left = random.randrange(size)
        halves = tree(random, variables, left), tree(random, variables, size - 1 - left)
        return (random.choice(BINARY), *halves)
    if kind < 0.6:
        return ("power", tree(random, variables, size - 1), random.choice(POWERS))
    return (random.choice(UNARY), tree(random, variables, size - 1))


def value(node: Tree, m: Any, point: tuple[Any, ...]) -> Any:
    """The tree's value in the arithmetic m (the trees are a few levels deep)."""
    operation, *parts = node
    if operation == "number":
        return parts[0]
    if operation == "variable":
        return point[parts[0]]
    a = value(parts[0], m, point)
    if operation == "power":
        return a ** parts[1]
    if operation not in BINARY:
        return getattr(m, operation)(a)
    b = value(parts[1], m, point)
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[operation]()


def text(node: Tree) -> str:
    """The tree as one reads it."""
    operation, *parts = node
    if operation == "number":
        return str(parts[0])
    if operation == "variable":
        return f"x{parts[0] + 1}"
    if operation == "power":
        return f"({text(parts[0])})^({parts[1]})"
    if operation in BINARY:
        return f"({text(parts[0])} {operation} {text(parts[1])})"
    return f"{operation}({text(parts[0])})"


def uses(node: Tree) -> set[int]:
    """The variables in the tree."""
    operation, *parts = node
    if operation == "variable":
        return {parts[0]}
    return set().union(*(uses(part) for part in parts if isinstance(part, tuple)))


def coordinate(random: Random) -> float:
    """A coordinate: mostly about 1, now and then large or small."""
    size = 10 ** random.uniform(-0.7, 0.7) if random.random() < 0.85 else 10 ** random.uniform(-4, 3)
    return round(size, 6) * random.choice((1, 1, 1, -1))


def problem(random: Random) -> Problem | None:
    """One draw; None where it is not defined about its point, or constant."""
    variables = random.randint(1, 3)
    drawn = tree(random, variables, random.randint(2, 7))
    if len(uses(drawn)) < variables:
        return None
    point = tuple(coordinate(random) for _ in range(variables))

    def f(m: Any, *x: Any) -> Any:
        return value(drawn, m, x)

    found = Problem(text(drawn), "generated", f, f, point, ("generated",) * variables, ())
    return found if all(is_smooth(found, index) for index in range(variables)) else None


def is_smooth(found: Problem, index: int) -> bool:
    """Is the function finite at and close to the point, and is there one slope that doubles can hold?"""
    moved = [(*found.point[:index], found.point[index] * k, *found.point[index + 1 :]) for k in (1, 0.999, 1.001)]
    if not all(abs(in_doubles(found.f, *place)) < 1e100 for place in moved):
        return False
    if not is_followed(found):
        return False
    try:
        exact = slope(found.f, found.point, index)
        return 1e-100 < abs(exact) < 1e100 and abs(by_calculus(found, index, 200) - exact) <= abs(exact) * 1e-20
    except (ArithmeticError, ValueError, TypeError):
        return False


def is_followed(found: Problem) -> bool:
    """Do doubles give the value to nine digits (not so for tan of 1e20)?"""
    with mpmath.workdps(60):
        exact = found.f(DIGITS, *map(mpmath.mpf, found.point))
        return bool(abs(found(*found.point) - exact) <= abs(exact) * 1e-9)


def generated(count: int, seed: int = 1) -> Iterator[Problem]:
    """So many functions of 1 to 3 variables."""
    random = Random(seed)
    while count:
        if (found := problem(random)) is not None:
            count -= 1
            yield found


def moved(seed: int = 1, part: float = 0.05) -> Iterator[Problem]:
    """The regular functions of the set at points moved by up to this part, where they are smooth there."""
    random = Random(seed)
    for old in all_problems():
        if set(old.kinds) <= {"easy", "tough"}:
            point = tuple(x * (1 + random.uniform(-part, part)) for x in old.point)
            new = old._replace(point=point, kinds=("generated",) * len(point))
            if math.isfinite(new(*point)) and all(_has_slope(new, index) for index in range(len(point))):
                yield new


def _has_slope(found: Problem, index: int) -> bool:
    try:
        exact = slope(found.smooth, found.point, index)
        return bool(mpmath.isfinite(exact)) and not isinstance(exact, mpmath.mpc) and abs(exact) < 1e308
    except (ArithmeticError, ValueError, TypeError):
        return False
