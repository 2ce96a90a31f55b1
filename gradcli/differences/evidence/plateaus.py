"""Functions that are smooth beside the point up to an edge: clipped ones, and ones that round inside.

Where the values leave the line of the smallest steps suddenly, a search between the last smooth and the first other
step finds the edge. Values that go on without a gap there have a kink beside the point (min(x*x, 1) at 1.0003), and the
smallest steps are right. Values that jump are rounded inside ((x + 1e8) - 1e8 + x**2): then a smooth stretch between
two jumps says nothing of the function, and both scales are told.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf, sqrt

from gradcli.differences.extrapolation import EPSILON
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from gradcli.differences.steps import Ask, Axis, Pair

SUDDEN = 100.0
"""A departure is sudden where it grows so many times faster than h² does."""

CLEAR = 40.0
"""A departure is one where it is so many times the rounding of the values."""

HALVINGS = 16
"""Evaluations for an edge: a function without a gap hardly departs any more in the last of these intervals."""

SURE = 1e-3
"""A gap of this size, of the whole departure, must be visible to say that there is none."""

LEAST_GAP = 2e-3
"""A gap is no smaller than this, of the whole departure; what lies between is not told apart."""

GAP = 20.0
"""A gap is a departure of so many times the mean one in an interval as short as the last."""

SEEN = 4
"""Changes of the value that must be multiples of one unit."""

WHOLE = 1e-6
"""A multiple is one to so much."""

STRETCH = 2
"""Pairs without a change, before the last one, that make a stretch of what could be one pair's luck."""

PARTS = 8
"""Units that the least change may have."""

MOST_UNITS = 1e4
"""Changes of more units than so many times the least are not looked at."""

BEYOND = (1.7, 4.6, 12.3, 33.0, 90.0, 240.0, 660.0)
"""Steps beyond an edge, of the way to it, at which its jump must be the only one."""

NEAREST = 4
"""So many of these must show that jump and nothing else."""

FASTER = 6.0
"""From one of these steps to the next, what a smooth function adds grows by more."""

WITHIN = (0.37, 0.73)
"""Parts of the way to an edge at which the values must be on the line, too."""


class PlateauEdge(NamedTuple):
    """The end of the smooth stretch around the point.

    inside     the largest pair inside of it, with the slope there
    jump       by how much the values jump at the edge; None where they go on without a gap
    is_clear   a gap would have been seen, if it were there
    h, side    how far from the point the edge is, and on which side
    off        a gap that may be there, though none is seen
    """

    inside: Pair
    jump: float | None
    is_clear: bool
    h: float
    side: int
    off: float


def find_edge(axis: Axis) -> Generator[Ask, None, PlateauEdge | None]:
    """The edge of the stretch around the point on which the values follow a line; None where there is none."""
    pairs = axis.ascending()
    unit = quantum(axis, pairs)
    for count, (inside, outside) in enumerate(pairwise(pairs)):
        slope = inside.slope
        near = max(off_line(axis, inside, side, slope) for side in (-1, 1))
        side = max((-1, 1), key=lambda s: off_line(axis, outside, s, slope))
        far = off_line(axis, outside, side, slope)
        growth = SUDDEN * square(outside.h / inside.h)
        grain = 0.0 if is_flat(axis, inside) else unit
        rounding = max(inside.noise, inside.even_noise, outside.noise, grain) + inside.slope_noise * outside.h
        if far > max(growth * near, CLEAR * rounding):
            return (
                yield from edge_between(axis, inside, outside, side, far, count >= STRETCH and is_flat(axis, inside))
            )
    return None


def is_flat(axis: Axis, pair: Pair) -> bool:
    """Are the values the very same on both sides?"""
    return pair.left == axis.f0 == pair.right


def quantum(axis: Axis, pairs: Sequence[Pair]) -> float:
    """What the values differ by multiples of at the smallest steps: large terms have cancelled; 0 where they do not."""
    found = [pair for pair in pairs if pair.left != axis.f0 or pair.right != axis.f0][:SEEN]
    return 0.0 if is_straight(found) else unit_of([c for c in changes(axis, found) if c][:SEEN], abs(axis.f0))


def is_straight(pairs: Sequence[Pair]) -> bool:
    """Is one line through all these values? Steps in the ratio of 8 to 5 make it one of whole units."""
    slopes = [abs(pair.slope) for pair in pairs]
    return bool(slopes) and all(abs(pair.even) < WHOLE * abs(pair.odd) for pair in pairs) and agree_all(slopes)


def agree_all(slopes: Sequence[float]) -> bool:
    """Are they one number, to a millionth?"""
    return max(slopes) - min(slopes) < WHOLE * max(slopes)


def grain(axis: Axis, pairs: Sequence[Pair]) -> float:
    """What all values differ by multiples of, however large the step: they are printed or rounded; else 0."""
    found = [change for change in changes(axis, pairs) if change]
    small = [change for change in found if change < MOST_UNITS * min(found)]
    return unit_of(small, abs(axis.f0)) if len(set(small)) >= SEEN and not is_straight(pairs[:SEEN]) else 0.0


def stuck(axis: Axis, pairs: Sequence[Pair]) -> float:
    """How far the value at the point is from one that stays the same, next to it, at many steps; 0 where none does."""
    for run in zip(pairs, pairs[1:], pairs[2:], strict=False):
        values = {(pair.left, pair.right) for pair in run}
        if len(values) == 1 and run[0].left == run[0].right != axis.f0:
            return abs(run[0].left - axis.f0)
    return 0.0


def changes(axis: Axis, pairs: Sequence[Pair]) -> list[float]:
    """By how much the values differ from the one at the point, the smallest steps first."""
    return [abs(value - axis.f0) for pair in pairs for value in (pair.left, pair.right)]


def unit_of(found: Sequence[float], size: float) -> float:
    """The unit of which all these changes of values of a size are multiples, 0 where there is none."""
    if len(found) < SEEN:
        return 0.0
    least = min(found)
    if max(found) < 1.5 * least:
        return 0.0
    for parts in range(1, PARTS + 1):  # the least change may be several units
        ratios = [parts * change / least for change in found]
        exact = 1e-9 + 4 * EPSILON * size * parts / least
        if all(abs(ratio - round(ratio)) < min(WHOLE, exact) * max(1.0, ratio / PARTS) for ratio in ratios):
            return least / parts
    return 0.0


def square(ratio: float) -> float:
    """ratio², infinite where it is too large."""
    return ratio * ratio


def off_line(axis: Axis, pair: Pair, side: int, slope: float) -> float:
    """How far the value on one side is from the line through the point."""
    value = pair.right if side > 0 else pair.left
    return abs(value - axis.f0 - side * pair.h * slope)


def off_at(axis: Axis, y: float, slope: float) -> float:
    """How far the value at a place is from the line."""
    value = axis.value(y)
    return inf if value is None else abs(value - axis.f0 - (y - axis.x) * slope)


def edge_between(
    axis: Axis, inside: Pair, outside: Pair, side: int, far: float, is_stretch: bool
) -> Generator[Ask, None, PlateauEdge | None]:
    """Halve the interval until the edge is found; None where a value is missing, or one pair was there by chance."""
    low, high, at_edge = inside.h, outside.h, far
    near = max(off_line(axis, inside, one, inside.slope) for one in (-1, 1))
    rounding = max(inside.noise, outside.noise, inside.even_noise)

    def usual(h: float) -> float:
        return CLEAR / 4 * (rounding + inside.slope_noise * h + near * square(h / inside.h))

    for _ in range(HALVINGS):
        middle = axis.exact(sqrt(low * high) if high > 4 * low else (low + high) / 2)
        if not low < middle < high:
            break
        yield from axis.ask([axis.x + side * middle])
        off = off_at(axis, axis.x + side * middle, inside.slope)
        if off == inf:
            return None
        if off > usual(middle):
            high, at_edge = middle, off
        else:
            low = middle
    for part in WITHIN:
        h = axis.exact(low * part)
        yield from axis.ask([axis.x - h, axis.x + h])
        for one in (-1, 1):
            off = off_at(axis, axis.x + one * h, inside.slope)
            if off <= usual(h):
                continue
            if off < inf and h > inside.h and one != side:  # a nearer one
                return (yield from edge_between(axis, inside, outside._replace(h=h), one, off, is_stretch))
            return PlateauEdge(inside, off, False, low, one, 0.0) if off < inf and is_stretch else None
    steady = usual(high) + GAP * far * (high - low) / (outside.h - inside.h)
    if steady < at_edge < LEAST_GAP * far:
        return PlateauEdge(inside, None, False, low, side, at_edge)
    return PlateauEdge(inside, at_edge if at_edge > steady else None, steady < SURE * far, low, side, 0.0)


def is_alone(axis: Axis, edge: PlateauEdge) -> Generator[Ask, None, bool]:
    """Is the jump at the edge the only one far and wide? A function that is rounded inside jumps again and again.

    Where it is alone, half of f(x + h) - f(x - h) is the line of the inner stretch and half of the jump, with what
    smooth functions add: that grows like h³.
    """
    assert edge.jump is not None
    excess: list[float] = []
    for factor in BEYOND:
        (pair,) = yield from axis.fetch(edge.h * factor)
        if pair is None:
            break
        off = abs(pair.odd - edge.inside.slope * pair.h) - 2 * edge.inside.slope_noise * pair.h
        excess.append(abs(off / (edge.jump / 2) - 1))
    near = next((i for i, one in enumerate(excess) if one > 0.1), len(excess))
    return near >= NEAREST and all(b > FASTER * a for a, b in pairwise(excess[near:]))
