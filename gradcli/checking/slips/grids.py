"""Arrays of numbers at some points, compared as wholes."""

from __future__ import annotations

from gradcli import limits
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.values import OutOfTimeError, as_ball, is_known
from gradcli.program.graph import Node
from gradcli.records import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from gradcli.checking.comparison import Comparison
    from gradcli.program.scalarize.entries import Cells

T = TypeVar("T")

POINTS = 3
MOST_TRIED = 24
"""Points among which those are looked for where our answer has values."""


class Grid(NamedTuple):
    """Numbers of an array, row by row; each entry is a tuple with one ball a point."""

    rows: tuple[tuple[Any, ...], ...]

    def turned(self) -> Grid:
        """The transpose."""
        return Grid(tuple(zip(*self.rows, strict=True)))

    def times(self, factor: tuple[Any, ...]) -> Grid:
        """Every entry times a number, point by point."""
        return Grid(tuple(tuple(tuple(multiplied(entry, factor)) for entry in row) for row in self.rows))

    def opposite(self) -> Grid:
        """Every entry with the other sign."""
        return self.times((-1,) * POINTS)

    def is_shaped_like(self, other: Grid) -> bool:
        """Have both the same rows and columns?"""
        return [len(row) for row in self.rows] == [len(row) for row in other.rows]

    def is_like(self, other: Grid) -> bool:
        """Are both the same arrays?"""
        return self.is_shaped_like(other) and all(
            is_alike(a, b) for x, y in zip(self.rows, other.rows, strict=True) for a, b in zip(x, y, strict=True)
        )


def multiplied(first: Sequence[Any], second: Sequence[Any]) -> Iterator[Any]:
    """Products point by point; None where a number is missing."""
    for a, b in zip(first, second, strict=False):
        yield None if a is None or b is None else a * b


def is_alike(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Are these numbers the same at every point?"""
    from gradcli.checking.slips.identify import same_vectors

    return None not in first and None not in second and same_vectors(first, second)


class ArrangedNumbers:
    """Values of nodes at some points at which the function has one."""

    def __init__(self, comparison: Comparison) -> None:
        from gradcli.checking.trial_points import plainness

        constants = comparison.case.program.constants
        points: list[Any] = [seen.point for seen in sorted(comparison.seen, key=lambda seen: plainness(seen.point))]
        if not points:
            from gradcli.checking.trial_points import SIMPLE, as_point, coordinates

            names = [name for name in comparison.case.variables if name not in constants]
            tries = coordinates(names, [], comparison.promises)
            points = [as_point(comparison.graph, next(tries), constants) for _ in range(MOST_TRIED)][len(SIMPLE) :]
            ours = [entry.ours for part in comparison.case.parts for entry in part.entries]
            points.sort(key=lambda point: not has_values(point, ours))
        self.runs = [Balls(point) for point in points[:POINTS]]

    def of(self, node: Node) -> tuple[Any, ...]:
        """A ball a point, None where there is none."""
        from gradcli.checking.slips.adjoints import BITS

        found = []
        for run in self.runs:
            try:
                (value,) = run.evaluate([node], BITS)
            except OutOfTimeError:
                return (None,)
            found.append(as_ball(value) if is_known(value) else None)
        return tuple(found)

    def grid(self, value: Node | Cells) -> Grid:
        """The numbers of a value."""
        if isinstance(value, Node):
            return Grid(((self.of(value),),))
        return Grid(tuple(tuple(self.of(node) for node in row) for row in value.rows))


def has_values(point: Any, nodes: Sequence[Node]) -> bool:
    """Has each of these nodes a value at a point?"""
    from gradcli.checking.slips.adjoints import BITS

    try:
        return all(is_known(value) for value in Balls(point).evaluate(nodes, BITS))
    except OutOfTimeError:
        return False


def places_of(comparison: Comparison, label: str) -> tuple[int, ...]:
    """The places of the entries of a part among all that are compared; () where there is no such part."""
    place = 0
    for part in comparison.case.parts:
        count = sum(entry.yours is not None for entry in part.entries)
        if part.label == label:
            return tuple(range(place, place + count))
        place += count
    return ()


def in_time(items: Iterable[T]) -> Iterator[T]:
    """The items while there is time for more of a diagnosis: what is looked for by trial is not looked for longer."""
    end = limits.clock() + limits.CHECK_SECONDS / 2
    for item in items:
        if limits.clock() > end:
            return
        yield item
