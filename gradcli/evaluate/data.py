"""What was typed or read from files, as float64 arrays for the engine of `evaluate.arrays`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.problems import GradcliError
from gradcli.text.tree import Data, Number, Unary, Vector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gradcli.text.tree import Tree


def float_values(trees: Mapping[str, Tree]) -> dict[str, NDArray[np.float64] | float]:
    """Each value in float64: a number, a vector as (n, 1), a matrix as (m, n). Data from files are not copied.

    Raises `point` for values that are not finite in float64.
    """
    return {name: float_value(name, tree) for name, tree in trees.items()}


def float_value(name: str, tree: Tree) -> NDArray[np.float64] | float:
    """One value in float64."""
    if type(tree) is Data:
        return tree.array if tree.array.ndim == 2 else tree.array.reshape(-1, 1)
    if type(tree) is not Vector:
        return finite(name, entry(name, tree))
    lines = [list(item.items) if type(item) is Vector else [item] for item in tree.items]
    return np.array([[finite(name, entry(name, item)) for item in line] for line in lines], dtype=np.float64)


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
    from gradcli.evaluate.floating import coordinate
    from gradcli.program.build import build_constant
    from gradcli.program.graph import Graph, Node

    node = build_constant(Graph(), tree, name)
    if not isinstance(node, Node):
        raise GradcliError("shape", f"an entry of {name} is itself an array", hint="write numbers, or rows of numbers")
    return coordinate(node)


def finite(name: str, value: float) -> float:
    """The value, which must be a finite number."""
    if not np.isfinite(value):
        raise GradcliError("point", f"the value of {name} is not finite", hint="a point has finite coordinates")
    return value
