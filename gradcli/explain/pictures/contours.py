"""Lines on which a function of two variables has one value, by marching squares, with gradients beside them.

Where a line crosses an edge of the lattice is found by bisection; an edge on which the values stay apart is crossed by
a pole or a jump, and no line goes through it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from gradcli.explain.pictures.curve import lattice
from gradcli.explain.pictures.results import Arrow, Contour, ShownAxis
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.explain.pictures.painter import Painter
    from gradcli.explain.pictures.results import Plot

    Grid = list[list[float | None]]
    Corner = tuple[int, int]
    Edge = tuple[Corner, Corner]
    Place = tuple[float, float]

CELLS = 80
"""Cells of the lattice along each axis."""
LEVELS = 6
"""Levels that are chosen, at most, without the one through the point."""
HALVINGS = 26
APART = 0.1
"""An edge whose values stay so far apart, as a part of the first difference, is crossed by a pole or a jump."""
GROWN = 100
"""So much larger than at first is a difference across a pole."""
ARROWS_ACROSS, ARROWS_UP = 10, 8


def contour_plot(painter: Painter) -> Plot:
    """The picture of a function of two variables."""
    return Plane(painter).plot()


class Crossing(NamedTuple):
    """A level between the values at both ends of an edge."""

    edge: Edge
    level: float


class Plane:
    """The lattice of one picture, and what is found on it."""

    def __init__(self, painter: Painter) -> None:
        self.painter = painter
        (low, high), (bottom, top) = painter.ranges
        self.axes = (ShownAxis(painter.section.axes[0], low, high), ShownAxis(painter.section.axes[1], bottom, top))
        self.xs, self.ys = lattice(low, high, CELLS), lattice(bottom, top, CELLS)
        self.reason = ""
        self.rifts: set[str] = set()
        self.values: Grid = self.grid()

    def sample(self, places: Sequence[Place]) -> list[float | None]:
        """Values at places, all at once."""
        if not places:
            return []
        columns = self.painter.section.columns([x for x, _ in places], [y for _, y in places])
        return self.painter.sampler.at(columns).values

    def grid(self) -> Grid:
        """The values at the corners, row by row from below."""
        places = [(x, y) for y in self.ys for x in self.xs]
        section = self.painter.section
        samples = self.painter.sampler.at(section.columns([x for x, _ in places], [y for _, y in places]))
        self.reason = next(iter(samples.reasons.values()), "")
        found = iter(samples.values)
        return [[next(found) for _ in self.xs] for _ in self.ys]

    def plot(self) -> Plot:
        """The whole picture."""
        known = [value for row in self.values for value in row if value is not None]
        plot = self.painter.record(self.axes, not known)
        levels = self.painter.request.levels or self.chosen(known, plot.value)
        places = self.crossings(levels)
        contours = [Contour(level, tuple(self.lines(level, places))) for level in levels]
        numbers = plot.numbers._replace(notes=(*plot.numbers.notes, *(self.notes() if known else ())))
        return plot._replace(
            numbers=numbers,
            contours=tuple(contour for contour in contours if contour.lines or self.painter.request.levels),
            arrows=tuple(self.arrows()),
            late=self.painter.sampler.late,
        )

    def notes(self) -> Iterator[str]:
        """Where nothing is drawn, and what no contour crosses."""
        output = self.painter.output
        if self.reason:
            wide = any(
                a is b is c is d is None
                for below, above in pairwise(self.values)
                for (a, b), (c, d) in zip(pairwise(below), pairwise(above), strict=True)
            )
            where = "in a part of this picture" if wide else "along a line or at single places of this picture"
            yield f"{output} has no value {where}: {self.reason}"
        for kind in sorted(self.rifts):
            yield f"{output} has a {kind} in this picture: contours are not joined across it"

    @staticmethod
    def chosen(known: Sequence[float], value: float | None) -> tuple[float, ...]:
        """Round numbers that part the picture into pieces of like size, and the value at the point."""
        ordered = sorted(known)
        levels = round_quantiles(ordered)
        if value is not None and known and ordered[0] < value < ordered[-1]:
            near, here = len(ordered) // (4 * LEVELS), bisect_left(ordered, value)
            levels = {level for level in levels if abs(bisect_left(ordered, level) - here) > near} | {value}
        return tuple(sorted(levels))

    def crossings(self, levels: Sequence[float]) -> dict[Crossing, Place]:
        """Where each level crosses the edges of the lattice."""
        waiting = {}
        for first, second in self.edges():
            a, b = self.value(first), self.value(second)
            if a is None or b is None or a == b:
                continue
            for level in levels:
                if (a < level) != (b < level):
                    waiting[Crossing((first, second), level)] = (self.place(first), self.place(second), a, b)
        return self.bisected(waiting)

    def edges(self) -> Iterator[Edge]:
        """The edges of all cells, each from its lower or left end."""
        for j in range(CELLS + 1):
            for i in range(CELLS + 1):
                if i < CELLS:
                    yield (i, j), (i + 1, j)
                if j < CELLS:
                    yield (i, j), (i, j + 1)

    def value(self, corner: Corner) -> float | None:
        return self.values[corner[1]][corner[0]]

    def place(self, corner: Corner) -> Place:
        return self.xs[corner[0]], self.ys[corner[1]]

    def bisected(self, waiting: dict[Crossing, tuple[Place, Place, float, float]]) -> dict[Crossing, Place]:
        """The places of crossings on edges without poles and jumps."""
        first = {crossing: abs(b - a) for crossing, (_, _, a, b) in waiting.items()}
        for _ in range(HALVINGS):
            middles = [((p[0] + q[0]) / 2, (p[1] + q[1]) / 2) for p, q, _, _ in waiting.values()]
            found = self.sample(middles)
            following = {}
            for (crossing, (p, q, a, b)), middle, value in zip(waiting.items(), middles, found, strict=True):
                if value is None:
                    continue
                upper = (value < crossing.level) == (a < crossing.level)
                following[crossing] = (middle, q, value, b) if upper else (p, middle, a, value)
            waiting = following
        found_places = {}
        for crossing, (p, q, a, b) in waiting.items():
            if abs(b - a) <= APART * first[crossing]:
                found_places[crossing] = ((p[0] + q[0]) / 2, (p[1] + q[1]) / 2)
            else:
                self.rifts.add("pole" if abs(b - a) > GROWN * first[crossing] else "jump")
        return found_places

    def lines(self, level: float, places: dict[Crossing, Place]) -> Iterator[tuple[Place, ...]]:
        """The lines of one level, each from end to end, or round."""
        beside: dict[Edge, list[Edge]] = {}
        for j in range(CELLS):
            for i in range(CELLS):
                for one, other in self.segments(i, j, level, places):
                    beside.setdefault(one, []).append(other)
                    beside.setdefault(other, []).append(one)
        for start in [edge for edge, others in beside.items() if len(others) == 1] + list(beside):
            line = walked(start, beside)
            if len(line) > 1:
                yield tuple(places[Crossing(edge, level)] for edge in line)

    def segments(self, i: int, j: int, level: float, places: dict[Crossing, Place]) -> list[tuple[Edge, Edge]]:
        """The pieces of a line inside of one cell, from edge to edge."""
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        edges: list[Edge] = [
            (corners[0], corners[1]),
            (corners[1], corners[2]),
            (corners[3], corners[2]),
            (corners[0], corners[3]),
        ]
        crossed = [edge for edge in edges if Crossing(edge, level) in places]
        if len(crossed) == 2:
            return [(crossed[0], crossed[1])]
        if len(crossed) < 4:
            return []
        values = [self.value(corner) or 0.0 for corner in corners]
        same = (sum(values) / 4 < level) == (values[0] < level)  # a saddle: the middle belongs to which corners?
        pairs = ((0, 1), (2, 3)) if same else ((0, 3), (1, 2))
        return [(edges[a], edges[b]) for a, b in pairs]

    def arrows(self) -> Iterator[Arrow]:
        """Gradients on a coarse lattice."""
        x, y = self.axes
        places = [
            (x.low + (x.high - x.low) * (i + 0.5) / ARROWS_ACROSS, y.low + (y.high - y.low) * (j + 0.5) / ARROWS_UP)
            for j in range(ARROWS_UP)
            for i in range(ARROWS_ACROSS)
        ]
        section = self.painter.section
        found = self.painter.sampler.at(section.columns([x for x, _ in places], [y for _, y in places]))
        for (across, up), slopes in zip(places, section.slopes(found), strict=True):
            if slopes[0] is not None and slopes[1] is not None:
                yield Arrow(across, up, (slopes[0], slopes[1]))


def walked(start: Edge, beside: dict[Edge, list[Edge]]) -> list[Edge]:
    """The line from an edge on; its pieces are taken away."""
    line = [start]
    while beside.get(line[-1]):
        following = beside[line[-1]].pop()
        beside[following].remove(line[-1])
        line.append(following)
    return line


def round_quantiles(ordered: Sequence[float]) -> set[float]:
    """Short numbers near to values that part all values into pieces of like size."""
    if not ordered or ordered[0] == ordered[-1]:
        return set()
    marks = [ordered[len(ordered) * k // (LEVELS + 1)] for k in range(1, LEVELS + 1)]
    ends = [ordered[0], *marks, ordered[-1]]
    found = set()
    for before, here, after in zip(ends, marks, ends[2:], strict=False):
        if before < here < after:
            found.add(shortest(here, min(here - before, after - here) * 0.4))
    return {level for level in found if ordered[0] < level < ordered[-1]}


def shortest(value: float, room: float) -> float:
    """The number with the fewest digits within reach."""
    for digits in range(16):
        short = float(f"{value:.{digits}e}")
        if abs(short - value) <= room:
            return short
    return value
