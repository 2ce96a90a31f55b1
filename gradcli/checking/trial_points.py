"""Points at which two formulas are compared: readable ones first, then random ones of every size and sign.

A point counts only where the function has a value and no switch (abs, max, where, floor, ...) is at its tie: there both
formulas are continuous, so that a difference at the point is one on an open set.
"""

from __future__ import annotations

from fractions import Fraction
from operator import mul
from random import Random

from gradcli import limits
from gradcli.program.forms import scalars
from gradcli.program.graph import order, reachable
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.checking.records import TrialPair
    from gradcli.program.graph import Graph, Node

    Point = Mapping[str, Node]

BITS = (160, 640, 2560)
"""Precisions, one after the other, until the difference is decided."""

AGREE_BITS = 100
"""Two numbers that agree to so many bits agree at a point."""

SIMPLE = (
    (2, 3, 5, 7),
    (1, 2, 3, 4),
    (3, -2, 1, 4),
    (-1, 2, -3, 1),
    (Fraction(1, 2), Fraction(3, 2), Fraction(5, 2), Fraction(7, 2)),
    (Fraction(1, 4), Fraction(3, 4), Fraction(1, 2), Fraction(1, 8)),
    (-2, -3, -1, -4),
    (Fraction(-1, 2), Fraction(1, 4), Fraction(-3, 4), Fraction(3, 8)),
    (0, 0, 0, 0),
)
"""Small coordinates, taken in turn by the variables."""

BESIDE = (0, 5)
"""The rows of SIMPLE that stand beside such a coordinate: whole numbers, and numbers below 1."""

SPECIAL_POINTS = 72
"""Points with a coordinate that stands in one of the formulas."""

SCALES = (1, 4, 1, Fraction(1, 64), 1, 100, 1, Fraction(1, 2), 10_000)
"""Sizes of random coordinates, one after the other."""


class TrialFinding(NamedTuple):
    """How a pair compares at a point.

    state   `equal` (to AGREE_BITS bits), `different` (certainly), `gap` (ours is a number, yours certainly is none),
            `outside` (the function or ours has no value, or a switch is at its tie), `unknown`
    """

    state: str
    reason: str = ""


def coordinates(
    names: Sequence[str], special: Sequence[Fraction], promises: Mapping[str, str] | None = None
) -> Iterator[dict[str, Fraction]]:
    """Points as name -> Fraction, without end: simple ones, special ones beside random ones, random ones.

    promises    what arrays are declared to be, as `promises_of` has it: at every point they are
    """
    kept = list(promised_entries(names, promises or {}))
    for row in SIMPLE:
        yield arranged(names, [simple(row, i) for i in range(len(names))], kept)
    for number, (place, value) in enumerate(special_places(len(names), special)):
        beside = [simple(SIMPLE[BESIDE[number % 2]], i) for i in range(len(names))]
        beside[place] = value
        yield arranged(names, beside, kept)
    random = Random(20)
    turn = 0
    while True:
        scale = SCALES[turn % len(SCALES)]
        positive = turn % 3 == 1
        mixed = turn % 4 == 3
        values = [drawn(random, random.choice(SCALES) if mixed else scale, positive) for _ in names]
        if special and turn % 2 == 0 and names:
            place = random.randrange(len(names))
            near = (0, Fraction(1, 8), Fraction(-1, 8), Fraction(1, 1000), Fraction(-1, 1000))[turn // 2 % 5]
            values[place] = special[random.randrange(len(special))] + near
        yield arranged(names, values, kept)
        turn += 1


def special_places(count: int, special: Sequence[Fraction]) -> list[tuple[int, Fraction]]:
    """Coordinates at and on both sides of numbers that stand in the formulas, for each variable as far as it goes."""
    values = [value + beside for value in special for beside in (0, Fraction(1, 2), Fraction(-1, 2))]
    return [(place, value) for place in range(count) for value in values for _ in BESIDE][:SPECIAL_POINTS]


def simple(row: Sequence[Any], place: int) -> Fraction:
    """The coordinate of a variable: four of the row, then others of their size, without a pattern."""
    if place < 4:
        return Fraction(row[place])
    step = (place * place * 3 + place * 5) % 11 - 4
    return Fraction(row[place % 4]) + (step or 7)


def drawn(random: Random, scale: Any, positive: bool) -> Fraction:
    """A random coordinate with a short binary expansion."""
    value = Fraction(random.randrange(1, 1 << 14), 1 << 13) * Fraction(scale)
    return value if positive or random.random() < 0.5 else -value


def promised_entries(names: Sequence[str], promises: Mapping[str, str]) -> Iterator[tuple[str, list[list[str]]]]:
    """What each array with a promise is, and the names of its entries, row by row."""
    from gradcli.derive.layouts import index_of

    rows: dict[str, dict[int, list[str]]] = {}
    for name in names:
        base, index = index_of(name)
        if base in promises and index is not None:
            rows.setdefault(base, {}).setdefault(index[0], []).append(name)
    for base, found in rows.items():
        yield promises[base], list(found.values())


def arranged(
    names: Sequence[str], values: Sequence[Fraction], promised: Sequence[tuple[str, list[list[str]]]]
) -> dict[str, Fraction]:
    """The values by name, changed so that what is declared symmetric, positive definite or one-hot is so."""
    point = dict(zip(names, values, strict=True))
    for promise, rows in promised:
        if promise == "one-hot":
            entries = [name for row in rows for name in row]
            hot = max(entries, key=point.__getitem__)
            point.update((name, Fraction(name == hot)) for name in entries)
            continue
        if any(len(row) != len(rows) for row in rows):
            continue  # entries with values of their own
        for i, row in enumerate(rows):
            for j in range(i):
                point[row[j]] = point[rows[j][i]]
        if promise == "positive definite":
            old = [[point[name] for name in row] for row in rows]
            for i, row in enumerate(rows):
                for j, name in enumerate(row):
                    point[name] = sum(map(mul, old[i], old[j]), Fraction(i == j))
    return point


MOST_SPECIAL = 24
"""Numbers of the formulas that are tried as coordinates."""


def special_values(nodes: Sequence[Node]) -> list[Fraction]:
    """Numbers that stand in the formulas, and their opposites: borders and bumps are often there."""
    found: dict[Fraction, None] = {}
    for node in order(nodes):
        numbers: list[Any] = []
        if node.op == "number":
            numbers = [node.data]
        elif node.op == "sum":
            start = node.data[1]
            numbers = [-start / Fraction(c) for c in node.data[0] if c] if start else []
        for number in numbers:
            for value in (Fraction(number), -Fraction(number)):
                if value.denominator < 10**6 and 0 < abs(value) < 10**9:
                    found.setdefault(value)
        if len(found) >= MOST_SPECIAL:
            break
    return list(found)[:MOST_SPECIAL]


def as_point(graph: Graph, values: Mapping[str, Fraction], constants: Mapping[str, Node]) -> dict[str, Node]:
    """The point as nodes, with the constants."""
    point = dict(constants)
    for name, value in values.items():
        if name not in constants:
            point[name] = scalars.number(graph, value)
    return point


class Trial:
    """All pairs at one point. What could not be decided at one precision is evaluated again at the next.

    smooth   comparisons for equality at which the function has our derivative: they may be at their tie
    """

    def __init__(
        self,
        pairs: Sequence[TrialPair],
        differences: Sequence[Node],
        point: Point,
        seconds: float,
        smooth: Collection[Node] = (),
    ) -> None:
        from gradcli.evaluate.certified.balls import Balls

        self.point, self.smooth = point, smooth
        self.run = Balls(point, limits.clock() + seconds)
        self.pairs = list(zip(pairs, differences, strict=True))

    def findings(self) -> list[TrialFinding]:
        """What is found for each pair."""
        from gradcli.evaluate.certified.values import OutOfTimeError

        found = [TrialFinding("unknown", "not decided in time")] * len(self.pairs)
        open_ones = list(range(len(self.pairs)))
        for bits in BITS:
            try:
                self.evaluate(open_ones, bits)
            except OutOfTimeError:
                return found
            for i in open_ones:
                found[i] = self.finding(*self.pairs[i])
            open_ones = [i for i in open_ones if found[i].state == "unknown"]
            if not open_ones:
                break
        return found

    def evaluate(self, places: Sequence[int], bits: int) -> None:
        """Fill the values of all nodes that these pairs need."""
        roots: dict[Node, None] = {}
        for i in places:
            pair, difference = self.pairs[i]
            for node in (pair.function, pair.ours, pair.yours, difference, *pair.guards, *pair.domain):
                roots.setdefault(node)
        self.run.evaluate(roots, bits)

    def finding(self, pair: TrialPair, difference: Node) -> TrialFinding:
        """What the values of one pair say at this precision."""
        from gradcli.evaluate.certified.values import Undefined, is_known

        values = self.run.values
        f, ours, yours = values[pair.function], values[pair.ours], values[pair.yours]
        needed = (f, ours, *[values[node] for node in pair.domain])
        if any(type(value) is Undefined for value in needed) or self.is_touched(pair):
            return TrialFinding("outside")
        if not is_known(f) or not is_known(ours):
            return TrialFinding("unknown", "a value that cannot be told")
        for value in (yours, *[values[node] for node in pair.guards]):
            if type(value) is Undefined:
                return TrialFinding("unknown" if value.kind == "overflow" else "gap", value.reason)
        if not is_known(yours):
            return TrialFinding("unknown", "a value that cannot be told")
        return compare(ours, yours, values[difference])

    def is_touched(self, pair: TrialPair) -> bool:
        """Is a switch in one of the formulas at its tie?"""
        touched = self.run.touched.keys() - self.smooth
        return bool(touched) and any(n in touched for n in reachable([pair.function, pair.ours, pair.yours]))


def compare(ours: Any, yours: Any, difference: Any) -> TrialFinding:
    """Two known values, and the value of their difference, which may be known better."""
    from gradcli.evaluate.certified.values import as_ball, is_known
    from gradcli.flints import arb, fmpq

    if type(ours) is fmpq and type(yours) is fmpq:
        return TrialFinding("equal" if ours == yours else "different")
    if is_known(difference):
        if type(difference) is fmpq:
            return TrialFinding("equal" if difference == 0 else "different")
        if not difference.contains(0):
            return TrialFinding("different")
    gap = as_ball(ours) - as_ball(yours)
    if not gap.contains(0):
        return TrialFinding("different")
    size = max(as_ball(ours).abs_upper(), as_ball(yours).abs_upper())
    if difference is not None and is_known(difference):
        gap = min(gap.abs_upper(), as_ball(difference).abs_upper())
    else:
        gap = gap.abs_upper()
    if gap < size * arb(2) ** -AGREE_BITS or (size < arb(2) ** -AGREE_BITS and gap < arb(2) ** (-2 * AGREE_BITS)):
        return TrialFinding("equal")
    return TrialFinding("unknown", "a difference that cannot be told from 0")


def plainness(point: Any) -> tuple[int, float]:
    """A sort key: first points with odd coordinates of a handy size, last large or plain ones."""
    plain = large = 0
    for node in point.values():
        value = node.data if node.op == "number" else 0
        plain += getattr(value, "denominator", 1) < 100
        large = max(large, abs(value))
    return (plain + (3 * len(point) if large > 20 or large < 0.05 else 0), float(large))
