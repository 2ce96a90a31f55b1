"""Which entry is the greatest: `array == max(array)` in float64, where the array may be written in two ways.

A gradient turns the condition of a row of sums into a column (`abs(A).T@ones == max(ones.T@abs(A))`), and the same sums
in another order round otherwise: the numbers that the maximum was taken of are compared, turned.
"""

from __future__ import annotations

import numpy as np

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.program.graph import Node

SAME = 1e-12
"""Relative difference between sums of the same numbers in another order."""


def greatest_of(node: Node, values: Mapping[Node, Any]) -> tuple[Node, bool] | None:
    """The `extreme` whose entries `array == extreme` picks out, as its derivative does, and whether turned."""
    if node.data != "==":
        return None
    for array, other in (node.args, node.args[::-1]):
        spread = other.args if other.op in ("fill", "expand", "scale", "matmul") else (other,)
        for part in spread:
            if part.op == "extreme" and part.args[0] is array:
                return part, False
            if part.op == "extreme" and is_turned(part.args[0], array, values):
                return part, True
    return None


def is_turned(one: Node, other: Node, values: Mapping[Node, Any]) -> bool:
    """Are these the same numbers, one array the transpose of the other, but for their rounding?"""
    if one not in values or other not in values or one.shape != other.shape[::-1]:
        return False
    return bool(np.allclose(np.asarray(values[one]).T, values[other], rtol=SAME, atol=0))


def picked(node: Node, values: Mapping[Node, Any]) -> tuple[Any, Any]:
    """Both sides of a comparison, the left one in the numbers that the greatest was taken of."""
    left, right = (values[arg] for arg in node.args)
    found = greatest_of(node, values)
    if found is None or not found[1]:
        return left, right
    numbers = np.asarray(values[found[0].args[0]]).T
    return (numbers, right) if np.shape(left) == numbers.shape else (left, numbers)
