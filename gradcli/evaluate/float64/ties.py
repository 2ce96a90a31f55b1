"""Where a graph of arrays is at a kink or a jump: NumPy takes one side there and says nothing.

The graph is evaluated again with each switch that is at its tie (abs at 0, equal greatest entries, a condition with
equal sides) turned to one side or the other by lot. What the turns change has no value at the point; what they leave
alone, as where branches meet smoothly, has.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from gradcli.evaluate.float64.agenda import Agenda
from gradcli.evaluate.float64.arrays import KERNELS, Arrays
from gradcli.evaluate.float64.greatest import greatest_of
from gradcli.evaluate.float64.ufuncs import entrywise
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.graph import is_switch, order
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.program.graph import Node

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

LOTS = 8
"""How often sides are drawn (the first time all to one side); each draw is run with the opposite sides too."""

AGREEMENT = 1e-7
"""Relative difference that is more than rounding."""


class Ties(NamedTuple):
    """What is at a tie.

    function     `abs`, `max`, `where`, …: the first that switches there
    variables    the names on which the switches depend
    loose        for each node, which of its entries depend on the side that is taken
    places       the arguments of switches that jump, each with a mark where it is at its tie
    """

    function: str
    variables: frozenset[str]
    loose: tuple[Mask, ...]
    places: tuple[tuple[Node, Mask], ...] = ()


def ties_at(
    nodes: Sequence[Node],
    found: Sequence[Array | float],
    values: Mapping[str, Array | float],
    sizes: Mapping[str, int] | None = None,
) -> Ties | None:
    """Which entries of the nodes, whose values were `found`, have no value because of a kink or a jump at the point."""
    if not any(is_switch(node) for node in order(nodes)):
        return None
    agenda = Agenda(nodes)
    loose: list[Mask] = [np.zeros(np.shape(value), dtype=bool) for value in found]
    tied: list[Node] = []
    places: list[tuple[Node, Mask]] = []
    for lot, turn in product(range(LOTS), (1.0, -1.0)):
        run = Turned(agenda, values, sizes or {}, lot, turn)
        with np.errstate(all="ignore"):
            run.evaluate()
        tied, places = run.tied, run.places
        if not tied:
            return None
        for index, node in enumerate(nodes):
            loose[index] = loose[index] | differs(np.asarray(run.values[node]), np.asarray(found[index]))
    names = {part.data for part in order(tied) if part.op == "variable"}
    return Ties(name_of(tied[0]), frozenset(names), tuple(loose), tuple(places))


def gathered(marks: Any, shape: tuple[int, ...]) -> Any:
    """The marks of an argument that was spread over an array: set where one of its copies is marked."""
    if not shape:
        return marks.any()
    for axis, size in enumerate(shape):
        if marks.ndim == 2 and size == 1 != marks.shape[axis]:
            marks = np.any(marks, axis=axis, keepdims=True)
    return np.broadcast_to(marks, shape)


def weights(marks: Mask) -> Any:
    """Random numbers where the marks are set, zero elsewhere: no two of them cancel."""
    return np.where(marks, np.random.default_rng(0).uniform(1, 2, np.shape(marks)), 0.0)


def all_set(shape: tuple[int, ...]) -> Mask:
    """Marks that are all set."""
    return np.ones(shape, dtype=bool)


def beside(values: Mapping[str, Array | float]) -> dict[str, Array | float]:
    """A point beside the point, where nothing is zero by chance."""
    chance = np.random.default_rng(1)
    return {name: value + chance.uniform(1e-3, 2e-3, np.shape(value)) for name, value in values.items()}


def in_vec_order(marks: Sequence[Any]) -> Any:
    """The marks of several arrays as one vector, columns under one another, array after array."""
    return np.concatenate([np.asarray(mark).reshape(-1, order="F") for mark in marks])


def differs(turned: Any, found: Any) -> Any:
    """Entries that the turn changed by more than rounding."""
    scale = np.maximum(np.abs(turned), np.abs(found))
    with np.errstate(all="ignore"):
        same = (turned == found) | (np.abs(turned - found) <= AGREEMENT * scale) | (np.isnan(turned) & np.isnan(found))
    return ~same


def name_of(node: Node) -> str:
    """The function that switches."""
    if node.op == "extreme":
        return str(node.data[0])
    return "a condition" if node.op == "compare" else str(node.data.name)


class TieWatch:
    """Sees whether a switch is at its tie, while a graph is evaluated: where none is, no side need be drawn."""

    tied = False

    def look(self, run: Arrays, node: Node) -> None:
        """A node whose arguments have values, before it is computed."""
        if self.tied or not is_switch(node):
            return
        first, *others = run.args(node)
        if node.op == "extreme":
            equal = first == KERNELS["extreme"](run, node)
            self.tied = bool(np.any(equal.sum(axis=node.data[1], keepdims=True) > 1))
        elif node.op == "call":
            self.tied = bool(np.any(at_switch(node, first, others)))
        elif greatest_of(node, run.values) is None:  # (else it is an `extreme` that has the tie)
            self.tied = bool(np.any(first == others[0]))


class Turned(Arrays):
    """An evaluation that takes a side by lot where a switch is at its tie; `tied` are the switches that are."""

    def __init__(
        self, agenda: Agenda, values: Mapping[str, Any], sizes: Mapping[str, int], lot: int = 0, turn: float = 1.0
    ) -> None:
        super().__init__(agenda, values, sizes)
        self.chance = np.random.default_rng(lot)
        self.aligned = lot == 0
        self.turn = turn
        self.tied: list[Node] = []
        self.places: list[tuple[Node, Mask]] = []
        self.winners: dict[Node, Mask] = {}

    def compute(self, node: Node) -> None:
        """The value of a node, a switch by its side."""
        turn = TURNS_BY_OPERATION.get(node.op)
        if turn is None or not is_switch(node):
            super().compute(node)
            return
        value = turn(self, node)
        self.values[node] = np.float64(value) if type(value) is float else value

    def sides(self, shape: tuple[int, ...]) -> Any:
        """A side, -1 or 1, for each entry."""
        return self.turn * (np.ones(shape) if self.aligned else self.chance.choice((-1.0, 1.0), size=shape))

    def moved(self, node: Node, value: Any, tied: Any) -> Any:
        """The entries that are at a tie, moved to the next number on one side."""
        if not np.any(tied):
            return value
        self.tied.append(node)
        count = 2 if node.op == "compare" else 1
        for argument, own in zip(node.args[:count], self.args(node), strict=False):
            self.places.append((argument, gathered(np.asarray(tied), np.shape(own))))
        beside = np.nextafter(value, np.inf * self.sides(np.shape(tied)))
        return np.where(tied, beside, value)

    def call(self, node: Node) -> Any:
        """A row's function: beside a jump; at a corner itself, whose slope is another node's business."""
        first, *others = self.args(node)
        tied = at_switch(node, first, others)
        if is_continuous(node):
            self.tied += [node] if np.any(tied) else []
            return KERNELS["call"](self, node)
        return entrywise(node.data)(self.moved(node, first, tied), *others)

    def compare(self, node: Node) -> Any:
        """A comparison with its left side moved; among equal greatest entries one is the greatest."""
        left, right = self.args(node)
        greatest = greatest_of(node, self.values)
        if greatest is not None:
            winner = self.winner(greatest[0])
            return winner.T if greatest[1] else winner
        shape = np.broadcast_shapes(np.shape(left), np.shape(right))
        left = np.broadcast_to(left, shape)
        return COMPARISONS[node.data](self.moved(node, left, left == right), right)

    def winner(self, node: Node) -> Any:
        """Which entry is the greatest (the least), one for each line that `node` looks along."""
        if node not in self.winners:
            (array,) = self.args(node)
            equal = array == KERNELS["extreme"](self, node)
            several = equal.sum(axis=node.data[1], keepdims=True) > 1
            if np.any(several):
                self.tied.append(node)
            ranks = np.where(equal, self.turn * self.chance.random(np.shape(array)), -2.0)
            self.winners[node] = equal & (ranks == ranks.max(axis=node.data[1], keepdims=True))
        return self.winners[node]

    def extreme(self, node: Node) -> Any:
        """The greatest entry: the same whichever of equal ones it is."""
        self.winner(node)
        return KERNELS["extreme"](self, node)


TURNS_BY_OPERATION = {"call": Turned.call, "compare": Turned.compare, "extreme": Turned.extreme}


def is_continuous(node: Node) -> bool:
    """Has the row corners only, and no jumps?"""
    return not node.data.jumps and not any(kink.jump for kink in node.data.kinks)


def at_switch(node: Node, first: Any, others: Sequence[Any]) -> Any:
    """Which entries of the first argument are at a kink or a jump of the row."""
    if node.data.jumps:
        return first == np.floor(first)
    named = dict(zip(node.data.args[1:], others, strict=False))
    places = [
        named[kink.at] if kink.at in named else float(kink.at)
        for kink in node.data.kinks
        if kink.left != kink.right or kink.jump
    ]
    none = np.zeros(np.shape(first), dtype=bool)
    return np.logical_or.reduce([none, *(np.broadcast_to(first == place, np.shape(first)) for place in places)])
