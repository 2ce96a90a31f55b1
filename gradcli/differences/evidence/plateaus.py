"""Functions that are smooth beside the point up to an edge: clipped ones, and ones that round inside.

Where the values leave the line of the smallest steps suddenly, a search between the last smooth and the first other
step finds the edge. Values that go on without a gap there have a kink beside the point (min(x*x, 1) at 1.0003), and the
smallest steps are right. Values that jump are rounded inside ((x + 1e8) - 1e8 + x**2): then a smooth stretch between
two jumps says nothing of the function, and both scales are told.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf, log, sqrt

from gradcli.differences.extrapolation import EPSILON
from gradcli.differences.steps import INNER
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from gradcli.differences.steps import Ask, Axis, Pair

SUDDEN = 100.0
"""A departure is sudden where it grows so many times faster than h² does."""

STEEPER = 30.0
"""The same for departures from a parabola, which grow like h³."""

ODDLY = 10.0
"""A function is odd about the point where its odd part bends so many times more than its even part."""

CLOSE = 0.9
"""A step of more than this part of the next one tells nothing beside it."""

CUBE = 3
"""The power of the step with which smooth functions leave a parabola."""

LARGEST = 700.0
"""The logarithm of about the largest float64."""

CLEAR = 40.0
"""A departure is one where it is so many times the rounding of the values."""

HALVINGS = 16
"""Evaluations for an edge: a function without a gap hardly departs any more in the last of these intervals."""

FEW = 9
"""So many of them are enough where all of the departure is left."""

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


class Course(NamedTuple):
    """Where values are expected beyond the inner pair: on the line through it, or on the parabola.

    near      how far smooth functions are off at the inner step;  power: of the step with which that grows
    rounding  of the values;  inner: what rounding the argument does to them along the parabola, over the step
    """

    inside: Pair
    power: int
    near: float
    rounding: float
    inner: float = 0.0

    def noise(self, h: float) -> float:
        """What rounding makes of the values, and of the course, at a step."""
        bend = self.inside.even_noise / 2 * raised(h / self.inside.h, 2) if self.power == CUBE else 0.0
        return self.rounding + (self.inside.slope_noise + self.inner) * h + bend

    def off(self, axis: Axis, y: float) -> float:
        """How far the value at a place is off; infinite where there is none."""
        value, d = axis.value(y), y - axis.x
        bend = self.inside.even / 2 * raised(abs(d) / self.inside.h, 2) if self.power == CUBE else 0.0
        return inf if value is None else abs(value - axis.f0 - d * self.inside.slope - bend)

    def farther(self, axis: Axis, h: float) -> tuple[float, int]:
        """By how much the value that is farther off at a step is so, and on which side it is."""
        return max((self.off(axis, axis.x + side * h), side) for side in (-1, 1))

    def usual(self, h: float) -> float:
        """Farther off than this is a departure."""
        return CLEAR / 4 * (self.noise(h) + self.near * raised(h / self.inside.h, self.power))

    def leaves(self, outside: Pair, far: float) -> bool:
        """Do the values depart suddenly before this step?"""
        growth = (STEEPER if self.power == CUBE else SUDDEN) * raised(outside.h / self.inside.h, self.power)
        return far > max(growth * self.near, CLEAR * self.noise(outside.h))


def courses(axis: Axis, pairs: Sequence[Pair], outside: Pair, unit: float) -> Iterator[Course]:
    """The line through the last pair, and the parabola."""
    before, inside = spaced(pairs)
    flat = is_flat(axis, inside)
    rounding = max(inside.noise, inside.even_noise, outside.noise, 0.0 if flat else unit)
    even, odd = abs(inside.even) / 2, bent(before, inside)
    is_odd = odd > ODDLY * even  # and grows with h³, where what follows takes h²
    yield Course(inside, 2, odd * (outside.h / inside.h) if is_odd else even, rounding)
    if before is None or flat:
        return
    inner = INNER * EPSILON * abs(axis.x) * abs(inside.even) / inside.h / inside.h
    nearer = Course(before, CUBE, 0.0, rounding, inner)
    off, _ = nearer.farther(axis, inside.h)
    near = max(off, nearer.noise(inside.h)) / (1 - raised(before.h / inside.h, 2))
    yield Course(inside, CUBE, near, rounding, inner)


def spaced(pairs: Sequence[Pair]) -> tuple[Pair | None, Pair]:
    """The last pair, and the one before that is not next to it."""
    inside = pairs[-1]
    return next((pair for pair in reversed(pairs) if pair.h < CLOSE * inside.h), None), inside


def bent(before: Pair | None, inside: Pair) -> float:
    """How far the odd part of a pair is off the line of the pair before, beyond rounding."""
    if before is None:
        return 0.0
    off = abs(inside.slope - before.slope) - 4 * (inside.slope_noise + before.slope_noise)
    return max(off, 0.0) * inside.h / (1 - raised(before.h / inside.h, 2))


def find_edge(axis: Axis) -> Generator[Ask, None, PlateauEdge | None]:
    """The edge of the stretch around the point on which the values follow a line or a parabola; None if it has none."""
    pairs = axis.ascending()
    unit = quantum(axis, pairs)
    for count, (inside, outside) in enumerate(pairwise(pairs)):
        for course in courses(axis, pairs[: count + 1], outside, unit):
            far, side = course.farther(axis, outside.h)
            if course.leaves(outside, far):
                is_stretch = count >= STRETCH and is_flat(axis, inside)
                return (yield from edge_between(axis, course, outside, side, far, is_stretch))
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
    even = all(abs(pair.even) < WHOLE * abs(pair.odd) for pair in pairs)
    return bool(slopes) and even and max(slopes) - min(slopes) < WHOLE * max(slopes)


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


def raised(ratio: float, power: int) -> float:
    """ratio^power, infinite where it is too large."""
    return float(ratio**power) if power * log(ratio) < LARGEST else inf


def edge_between(
    axis: Axis, course: Course, outside: Pair, side: int, far: float, is_stretch: bool
) -> Generator[Ask, None, PlateauEdge | None]:
    """Halve the interval until the edge is found; None where a value is missing, or one pair was there by chance."""
    inside = course.inside
    low, high, at_edge = inside.h, outside.h, far
    for count in range(HALVINGS):
        if count >= FEW and at_edge > far / 2:
            break  # a jump: where exactly does not matter
        middle = axis.exact(sqrt(low * high) if high > 4 * low else (low + high) / 2)
        if not low < middle < high:
            break
        yield from axis.ask([axis.x + side * middle])
        off = course.off(axis, axis.x + side * middle)
        if off == inf:
            return None
        if off > course.usual(middle):
            high, at_edge = middle, off
        else:
            low = middle
    for part in WITHIN:
        h = axis.exact(low * part)
        yield from axis.ask([axis.x - h, axis.x + h])
        for one in (-1, 1):
            off = course.off(axis, axis.x + one * h)
            if off <= course.usual(h):
                continue
            if off < inf and h > inside.h and one != side:  # a nearer one
                return (yield from edge_between(axis, course, outside._replace(h=h), one, off, is_stretch))
            return PlateauEdge(inside, off, False, low, one, 0.0) if off < inf and is_stretch else None
    steady = course.usual(high) + GAP * far * (high - low) / (outside.h - inside.h)
    if steady < at_edge < LEAST_GAP * far:
        return PlateauEdge(inside, None, False, low, side, at_edge)
    is_gap = at_edge > steady
    return PlateauEdge(inside, at_edge if is_gap else None, is_gap or steady < SURE * far, low, side, 0.0)


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
