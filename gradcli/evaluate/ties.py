"""Where a graph of arrays is at a kink: NumPy takes a side there and says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gradcli.evaluate.arrays import Arrays
from gradcli.program.graph import order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gradcli.program.graph import Node

    Array = NDArray[np.float64]


class Tie(NamedTuple):
    """A kink or a jump at a point.

    function     `abs`, `max`, …: what switches there
    variables    the names on which its argument depends
    entry        the first entry of the argument that is at the tie
    direct       the argument is the variable itself, so `entry` is one of its entries
    """

    function: str
    variables: tuple[str, ...]
    entry: tuple[int, int]
    direct: bool


def ties_at(
    nodes: Sequence[Node], values: Mapping[str, Array | float], sizes: Mapping[str, int] | None = None
) -> list[Tie]:
    """The kinks and jumps of rows (abs, relu, max, floor, …) and of max and min of arrays at the point.

    A condition of `where` that is at its tie is not told: its branches may meet smoothly.
    """
    switches = [node for node in order(nodes) if is_switch(node)]
    if not switches:
        return []
    parts = list(dict.fromkeys(arg for node in switches for arg in node.args))
    run = Arrays([*parts, *(node for node in switches if node.op == "extreme")], values, sizes or {})
    with np.errstate(all="ignore"):
        run.evaluate()
        return [tie for node in switches if (tie := tie_of(run, node)) is not None]


def is_switch(node: Node) -> bool:
    """Can the slope jump here?"""
    return node.op == "extreme" or (node.op == "call" and bool(node.data.kinks or node.data.jumps))


def tie_of(run: Arrays, node: Node) -> Tie | None:
    """The first entry at which this switch is at its tie."""
    at = tied_entries(run, node)
    places = np.argwhere(np.atleast_2d(at))
    if not len(places):
        return None
    name = node.data[0] if node.op == "extreme" else node.data.name
    variables = tuple(part.data for part in order(node.args) if part.op == "variable")
    row, column = (int(place) for place in places[0])
    return Tie(name, variables, (row, column), node.args[0].op == "variable")


def tied_entries(run: Arrays, node: Node) -> Any:
    """Which entries of the first argument are at a tie."""
    first, *others = run.args(node)
    if node.op == "extreme":
        greatest = first == run.values[node]
        return greatest & (greatest.sum(axis=node.data[1], keepdims=True) > 1)
    if node.data.jumps:
        return first == np.floor(first)
    named = dict(zip(node.data.args[1:], others, strict=False))
    at = [
        named[kink.at] if kink.at in named else float(kink.at)
        for kink in node.data.kinks
        if kink.left != kink.right or kink.jump
    ]
    return np.logical_or.reduce([np.broadcast_to(first == place, np.shape(first)) for place in at])
