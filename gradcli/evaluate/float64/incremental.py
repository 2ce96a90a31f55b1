"""Array programs in float64 at many places: what does not depend on the entries that move is computed once."""

from __future__ import annotations

from math import prod

import numpy as np

from gradcli.evaluate.float64.agenda import Agenda
from gradcli.evaluate.float64.arrays import Arrays
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.program.graph import Node

    Array = NDArray[np.float64]


class ArrayPlaces:
    """The entries of nodes as a function of the entries of the variables by `names`; the others stay at their values.

    Entries stand row by row, variables in the order of `names`.
    """

    def __init__(
        self, nodes: Sequence[Node], values: Mapping[str, Any], sizes: Mapping[str, int], names: Sequence[str]
    ) -> None:
        self.nodes = nodes
        self.arrays = {name: as_column(values[name]) for name in names}
        self.origin = tuple(float(x) for array in self.arrays.values() for x in np.ravel(array))
        every = reachable(nodes)
        self.variables = {node.data: node for node in every if node.op == "variable" and node.data in self.arrays}
        moving = set(self.variables.values())
        for node in every:  # arguments before users
            if not moving.isdisjoint(node.args):
                moving.add(node)
        self.run = Arrays(Agenda(nodes), values, sizes)
        with np.errstate(all="ignore"):
            self.run.evaluate()
        self.kept = {node: value for node, value in self.run.values.items() if node not in moving}

    def outputs(self, place: Sequence[float]) -> tuple[float, ...]:
        """The entries of all nodes where the entries that move are these."""
        flat, start = np.array(place, dtype=np.float64), 0
        self.run.values = dict(self.kept)
        for name, array in self.arrays.items():
            stop = start + prod(np.shape(array))
            if name in self.variables:
                self.run.values[self.variables[name]] = as_column(flat[start:stop].reshape(np.shape(array)))
            start = stop
        with np.errstate(all="ignore"):
            self.run.evaluate()
        return tuple(x for node in self.nodes for x in np.ravel(self.run.values[node]).tolist())


def as_column(value: Any) -> Any:
    """A number as it is, a vector as a column."""
    array: Array = np.asarray(value, dtype=np.float64)
    if not array.ndim:
        return np.float64(array)
    return array if array.ndim == 2 else array.reshape(-1, 1)
