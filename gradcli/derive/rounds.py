"""Finite differences in doubles of any function: all variables advance together, one batch of evaluations a round.

Each number has an error that holds, or a reason why there is none. Sources: see the parts, `windows`, `climb`, `sides`.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

from gradcli.derive.adaptive import Adaptive
from gradcli.derive.ladder import Axis
from gradcli.derive.plans import Batch, Curvatures, Plan, Slope, Slopes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.derive.ladder import Ask, Search

    Values = tuple[float, ...] | None

__all__ = ["Batch", "Curvatures", "Plan", "Slope", "Slopes", "slopes"]


class Rounds:
    """The function with every value that it gave, by variable and coordinate."""

    def __init__(self, batch: Batch, point: tuple[float, ...], plan: Plan) -> None:
        self.batch, self.point, self.plan = batch, point, plan
        self.columns: list[dict[float, Values]] = [{} for _ in point]
        self.evaluations = 0
        self.by_variable = [0] * len(point)
        self.origin = self.evaluate_origin()

    def evaluate_origin(self) -> Values:
        """The outputs at the point itself."""
        self.evaluations += 1
        return self.batch([self.point])[0]

    def moved(self, i: int, y: float) -> tuple[float, ...]:
        """The point with one coordinate changed."""
        return (*self.point[:i], y, *self.point[i + 1 :])

    def evaluate(self, places: Sequence[tuple[int, float]]) -> bool:
        """One batch; False if not all of it was allowed."""
        left = len(places)
        if self.plan.max_evaluations is not None:
            left = max(0, self.plan.max_evaluations - self.evaluations)
        asked = places[:left]
        if asked:
            self.evaluations += len(asked)
            for (i, y), values in zip(asked, self.batch([self.moved(i, y) for i, y in asked]), strict=True):
                self.columns[i][y] = values
                self.by_variable[i] += 1
        return len(asked) == len(places)

    def drive(self, searches: Iterable[tuple[int, Axis, Search]]) -> None:
        """Let every search go on until all have ended."""
        waiting: list[tuple[int, Axis, Search, Ask]] = []
        for i, axis, search in searches:
            self.advance(i, axis, search, waiting)
        while waiting:
            places = list(dict.fromkeys((i, y) for i, _, _, ask in waiting for y in ask.places))
            idle = self.plan.width - len(places)
            likely = [(i, y) for i, _, _, ask in waiting for y in ask.likely if (i, y) not in places]
            extra = list(dict.fromkeys(likely))[: max(0, idle)]
            enough = self.evaluate([*places, *extra])
            now, waiting = waiting, []
            for i, axis, search, _ in now:
                axis.exhausted = axis.exhausted or not enough
                self.advance(i, axis, search, waiting)

    def advance(self, i: int, axis: Axis, search: Search, waiting: list[tuple[int, Axis, Search, Ask]]) -> None:
        """One search up to its next question."""
        try:
            waiting.append((i, axis, search, next(search)))
        except StopIteration:
            return


def slopes(batch: Batch, point: tuple[float, ...], names: Sequence[str], plan: Plan | None = None) -> Slopes:
    """The derivatives of all outputs by all variables, each with an error that holds or the reason why it is missing.

    Example:
        >>> found = slopes(lambda points: [(x * y,) for x, y in points], (2.0, 3.0), ["x", "y"], Plan())
        >>> [round(slope.value, 12) for slope in found.rows[0]]
        [3.0, 2.0]
    """
    rounds = Rounds(batch, point, plan or Plan())
    values = rounds.origin or ()
    searches: list[list[Adaptive | Slope]] = []
    running: list[tuple[int, Axis, Search]] = []
    for j, value in enumerate(values):
        row: list[Adaptive | Slope] = []
        for i, name in enumerate(names):
            if not isfinite(value):
                row.append(without_value(name, point[i], value))
                continue
            bounds = rounds.plan.bounds[i] if rounds.plan.bounds is not None else (-inf, inf)
            axis = Axis(point[i], value, j, rounds.columns[i], bounds, rounds.plan)
            search = Adaptive(axis, name)
            running.append((i, axis, search.run()))
            row.append(search)
        searches.append(row)
    rounds.drive(running)
    rows = tuple(tuple(one.result if isinstance(one, Adaptive) else one for one in row) for row in searches)
    finite = tuple(value if isfinite(value) else None for value in values)
    return Slopes(finite, rows, rounds.evaluations, tuple(rounds.by_variable))


def without_value(name: str, x: float, value: float) -> Slope:
    """The function has no value at the point."""
    kind = "overflow" if abs(value) == inf else "undefined"
    reason = "it is beyond the largest float64" if kind == "overflow" else "it is not a real number"
    return Slope(None, None, None, None, kind, f"no value at {name} = {x!r}: {reason}")  # type: ignore[arg-type]
