"""Values and slopes of one function at many places: straight-line code in float64, certified where that cannot tell.

What float64 cannot tell is at a tie of a switch, not finite, or so cancelled that errors of rounding would be seen.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gradcli import limits
from gradcli.codegen.numpy_machine import Native
from gradcli.codegen.samples import disturbed
from gradcli.evaluate.certified.certify import certify
from gradcli.points.engine import Engine
from gradcli.points.program import ManyPoints
from gradcli.program.forms import scalars
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from gradcli.program.graph import Node, Program

CERTIFIED_SECONDS: Final = 2.0
"""Time for certified numbers in one picture; what is left is taken from float64, or has no value."""

UNDECIDED: Final = "float64 cannot tell, and there was no time for certified numbers"

VISIBLE: Final = 1e-4
"""The part of the spread of the values from which on an error would be seen."""


SEEDS: Final = (1, 2, 3)
SAFETY: Final = 10.0
"""So much larger than what some runs with disturbed operations show may an error be."""


ENCLOSURE_BITS: Final = 64
ENCLOSURE_SECONDS: Final = 0.1
"""For one enclosure of the values in a box."""


class Samples(NamedTuple):
    """Numbers at some places: a value and one slope a variable each, None where there is none, and why."""

    values: list[float | None]
    slopes: list[tuple[float | None, ...]]
    reasons: dict[int, str]


class Sampler:
    """One scalar program of numbers. `inputs`: its variables, then its parameters, entry by entry."""

    def __init__(self, program: Program) -> None:
        self.many = ManyPoints(program, "grad")
        self.inputs, self.names = self.many.inputs, self.many.names
        self.code, self.marked = self.many.code(Native())
        self.engine = Engine(self.code, len(self.many.columns), self.marked)
        self.graph = program.graph
        self.constants = dict(program.constants)
        self.nodes: list[Node] = [*self.many.outputs.values, *self.many.derivatives(), *program.guards]
        self.seconds = CERTIFIED_SECONDS
        self.known: dict[tuple[float, ...], tuple[list[float | None], str]] = {}
        self.error = float("inf")
        self.is_settled = False
        self.late = False

    def at(self, columns: Sequence[Sequence[float]]) -> Samples:
        """The numbers at places that are given by columns, one an input."""
        arrays = [np.asarray(column, dtype=np.float64) for column in columns]
        table, doubtful = self.engine.run(arrays)
        with np.errstate(all="ignore"):
            runs = [np.asarray(disturbed(self.code, arrays, seed)[0]) - table[:, 0] for seed in SEEDS]
            moved = SAFETY * np.abs(runs).max(axis=0)
        rows: list[list[float | None]] = table.tolist()
        reasons: dict[int, str] = {}
        waiting = set(doubtful.tolist()) | self.noisy(rows, moved)
        done: set[int] = set()
        while waiting:
            for row in sorted(waiting):
                rows[row], reason = self.certain(tuple(float(array[row]) for array in arrays))
                if reason:
                    reasons[row] = reason
            done |= waiting
            waiting = set() if self.is_settled else self.noisy(rows, moved) - done
        self.is_settled = True
        return Samples([row[0] for row in rows], [tuple(row[1:]) for row in rows], reasons)

    def is_defined(self, boxes: Sequence[tuple[float, float, float, float]]) -> bool:
        """Has the function certainly a value wherever each input is start + rate·t for a t between low and high?"""
        from gradcli.evaluate.certified.balls import Balls
        from gradcli.evaluate.certified.values import OutOfTimeError, is_known
        from gradcli.flints import arb, fmpq

        def box(start: float, rate: float, low: float, high: float) -> Any:
            if not rate or low == high:
                return fmpq_of(start) + fmpq_of(rate) * fmpq_of(low)
            return fmpq_of(start) + fmpq_of(rate) * arb(fmpq_of(low)).union(arb(fmpq_of(high)))

        def fmpq_of(x: float) -> Any:
            fraction = Fraction(repr(x))
            return fmpq(fraction.numerator, fraction.denominator)

        point = {name: box(*sides) for name, sides in zip(self.inputs, boxes, strict=True)}
        run = Balls({**self.constants, **point}, limits.clock() + ENCLOSURE_SECONDS)
        nodes = [self.nodes[0], *self.nodes[1 + len(self.names) :]]
        try:
            return all(map(is_known, run.evaluate(nodes, ENCLOSURE_BITS)))
        except OutOfTimeError:
            return False

    def noisy(self, rows: Sequence[Sequence[float | None]], moved: Any) -> set[int]:
        """Rows whose values move visibly when every operation is disturbed by its rounding.

        What is visible is told by the spread of the first values; noise spreads too, so it falls as rows are certified.
        """
        if not self.is_settled:
            known = [row[0] for row in rows if row[0] is not None and abs(row[0]) < float("inf")]
            low, high = np.quantile(known, [0.1, 0.9]) if known else (0.0, 0.0)
            error = VISIBLE * float(high - low)
            self.is_settled = error > self.error / 2
            self.error = min(error, self.error)
        return set(np.flatnonzero(moved > self.error).tolist())

    def certain(self, place: tuple[float, ...]) -> tuple[list[float | None], str]:
        """The certified numbers, and why there is no value at such a place; none where time is over."""
        if place not in self.known:
            start = limits.clock()
            if self.seconds < 0:
                self.late = True
                return [None] * (1 + len(self.names)), UNDECIDED
            self.known[place] = self.certified(place)
            self.seconds -= limits.clock() - start
        return self.known[place]

    def certified(self, place: tuple[float, ...]) -> tuple[list[float | None], str]:
        """One row: its value where the function and its guards have one, and the slopes."""
        numbers = {name: scalars.number(self.graph, exact(x)) for name, x in zip(self.inputs, place, strict=True)}
        found = certify(self.nodes, {**self.constants, **numbers})
        count = 1 + len(self.names)
        lost = next((one for one in (found[0], *found[count:]) if one.status == "undefined"), None)
        if lost is not None or found[0].value is None:
            why = lost or found[0]
            return [None] * count, why.law or why.reason.partition("; here ")[0]
        return [one.value for one in found[:count]], ""


def exact(x: float) -> Any:
    """A float64 as it prints: 0.1 is one tenth."""
    fraction = Fraction(repr(x))
    return fraction.numerator if fraction.denominator == 1 else fraction
