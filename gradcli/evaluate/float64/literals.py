"""What was typed, as numbers in float64: no NumPy is needed for it."""

from __future__ import annotations

from math import isfinite

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Number, Unary, Vector

if TYPE_CHECKING:
    from typing import Any

    from gradcli.text.tree import Tree


def number(name: str, tree: Tree) -> float:
    """A finite number. Raises `point` for one that is not finite in float64, and `shape` for an array."""
    return finite(name, entry(name, tree))


def numbers(name: str, tree: Vector) -> list[float] | list[list[float]]:
    """The entries of a list, or of a list of rows. Raises as `number` does."""
    if tree.items and type(tree.items[0]) is Vector:
        return [[number(name, item) for item in row.items] for row in tree.items if type(row) is Vector]
    return [number(name, item) for item in tree.items]


def entry(name: str, tree: Tree) -> float:
    """One number, correctly rounded."""
    negative = type(tree) is Unary and tree.op == "-"
    inner: Any = tree.operand if negative else tree  # type: ignore[attr-defined]
    if type(inner) is Number:
        try:
            size = inner.value.numerator / inner.value.denominator
        except OverflowError:
            return float("inf")
        return -size if negative else size
    return expression(name, tree)


def expression(name: str, tree: Tree) -> float:
    """A constant expression such as pi/2."""
    from gradcli.evaluate.float64.scalars import coordinate
    from gradcli.program.building.constants import build_constant
    from gradcli.program.graph import Graph, Node

    node = build_constant(Graph(), tree, name)
    if not isinstance(node, Node):
        raise GradcliError("shape", f"an entry of {name} is itself an array", hint="write numbers, or rows of numbers")
    return coordinate(node)


def finite(name: str, value: float) -> float:
    """The value, which must be a finite number."""
    if not isfinite(value):
        raise GradcliError("point", f"the value of {name} is not finite", hint="a point has finite coordinates")
    return value
