"""Finite differences in doubles of any function: all variables advance together, one batch of evaluations a round.

Each number has an error that holds, or a reason why there is none. Sources: see the parts, `windows`, `climb`, `sides`.
"""

from __future__ import annotations

from math import inf, isfinite

from gradcli.differences.adaptive import QUIET, Adaptive
from gradcli.differences.noise import Noisy, measured_spreads
from gradcli.differences.one_sided import said
from gradcli.differences.plan import Batch, Curvatures, Plan, Slope, Slopes
from gradcli.differences.stencils import Fixed
from gradcli.differences.steps import Axis
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from gradcli.differences.steps import Ask, Search
    from gradcli.vocabulary import ProblemKind

    Values = tuple[float, ...] | None
    AnySearch: TypeAlias = "Adaptive | Fixed | Noisy | PerhapsNoisy"
    Told = Callable[[Sequence[Sequence[AnySearch | Slope]]], None]

__all__ = ["Batch", "Curvatures", "Plan", "Slope", "Slopes", "slopes"]

NEXT_TO = 1e-9
"""Of |x|: so near to the point a function without noise hardly changes."""

COORDINATES = 2_000_000
"""The points of one batch have no more than this, for they are all in memory."""


class Rounds:
    """The function with every value that it gave, by variable and coordinate."""

    def __init__(self, batch: Batch, point: tuple[float, ...], plan: Plan) -> None:
        self.batch, self.point, self.plan = batch, point, plan
        self.columns: list[dict[float, Values]] = [{} for _ in point]
        self.directions: dict[int, Mapping[int, float]] = {}
        self.evaluations = 0
        self.told: Callable[[], None] | None = None
        self.origin = self.evaluate_origin()

    def evaluate_origin(self) -> Values:
        """The outputs at the point itself."""
        self.evaluations += 1
        return self.batch([self.point])[0]

    def axis(self, i: int, j: int, value: float) -> Axis:
        """One output along one variable."""
        bounds = self.plan.bounds[i] if self.plan.bounds is not None else (-inf, inf)
        return Axis(self.point[i], value, j, self.columns[i], bounds, self.plan)

    def spreads(self) -> list[float | None]:
        """The noise of each output: known, or measured where the plan wants that, else None."""
        plan, count = self.plan, len(self.origin or ())
        if plan.spread is not None:
            return [plan.spread] * count
        wanted = plan.noisy or (plan.noisy is None and plan.cautious)
        if not wanted or plan.scheme != "adaptive" or plan.order is not None or self.origin is None:
            return [None] * count
        found, evaluations = measured_spreads(self.batch, self.point, self.origin, plan.bounds)
        self.evaluations += evaluations
        return found or [None] * count

    def notes(self, spreads: Sequence[float | None]) -> tuple[str, ...]:
        """What is to be said of all derivatives."""
        loud = [s for s, f in zip(spreads, self.origin or (), strict=True) if s is not None and s > QUIET * abs(f)]
        return (f"the values have noise of about {max(loud):.2g}",) if loud else ()

    def line(self, direction: Mapping[int, float], j: int, value: float) -> tuple[int, Axis]:
        """One output along p + t·direction, a column of its own; t never leaves the bounds."""
        column = len(self.columns)
        self.columns.append({})
        self.directions[column] = direction
        low, high = -inf, inf
        for i, d in direction.items():
            if self.plan.bounds is not None:
                ends = sorted((bound - self.point[i]) / d for bound in self.plan.bounds[i])
                low, high = max(low, ends[0]), min(high, ends[1])
        return column, Axis(0.0, value, j, self.columns[column], (low, high), self.plan)

    def moved(self, column: int, y: float) -> tuple[float, ...]:
        """The point with one coordinate changed, or moved along a line."""
        direction = self.directions.get(column)
        if direction is None:
            return (*self.point[:column], y, *self.point[column + 1 :])
        point = list(self.point)
        for i, d in direction.items():
            point[i] += y * d
        return tuple(point)

    def evaluate(self, places: Sequence[tuple[int, float]]) -> bool:
        """One batch; False if not all of it was allowed."""
        left = len(places)
        if self.plan.max_evaluations is not None:
            left = max(0, self.plan.max_evaluations - self.evaluations)
        asked = places[:left]
        if asked:
            self.evaluations += len(asked)
            most = max(1, COORDINATES // max(1, len(self.point)))
            for start in range(0, len(asked), most):
                self.evaluate_part(asked[start : start + most])
        return len(asked) == len(places)

    def evaluate_part(self, places: Sequence[tuple[int, float]]) -> None:
        """One batch whose points fit into memory."""
        for (i, y), values in zip(places, self.batch([self.moved(i, y) for i, y in places]), strict=True):
            self.columns[i][y] = values

    def drive(self, searches: Iterable[tuple[int, Axis, Search]]) -> None:
        """Let every search go on until all have ended."""
        waiting: list[tuple[int, Axis, Search, Ask]] = []
        for i, axis, search in searches:
            self.advance(i, axis, search, waiting)
        while waiting:
            places = list(dict.fromkeys((i, y) for i, _, _, ask in waiting for y in ask.places))
            idle = self.plan.width - len(places)
            asked = set(places)
            likely = [(i, y) for i, _, _, ask in waiting for y in ask.likely if (i, y) not in asked]
            extra = list(dict.fromkeys(likely))[: max(0, idle)]
            enough = self.evaluate([*places, *extra])
            now, waiting = waiting, []
            for i, axis, search, _ in now:
                axis.exhausted = axis.exhausted or not enough
                self.advance(i, axis, search, waiting)
            if self.told is not None:
                self.told()

    def advance(self, i: int, axis: Axis, search: Search, waiting: list[tuple[int, Axis, Search, Ask]]) -> None:
        """One search up to its next question."""
        try:
            waiting.append((i, axis, search, next(search)))
        except StopIteration:
            return


def slopes(
    batch: Batch, point: tuple[float, ...], names: Sequence[str], plan: Plan | None = None, told: Told | None = None
) -> Slopes:
    """The derivatives of all outputs by all variables, each with an error that holds or the reason why it is missing.

    `told` is called after each round with the searches as they are: a row for each output.
    Raises GradcliError for an order that the plan's scheme does not have.

    Example:
        >>> found = slopes(lambda points: [(x * y,) for x, y in points], (2.0, 3.0), ["x", "y"], Plan())
        >>> [round(slope.value, 12) for slope in found.rows[0]]
        [3.0, 2.0]
    """
    rounds = Rounds(batch, point, plan or Plan())
    values = rounds.origin or ()
    spreads = rounds.spreads()
    searches: list[list[AnySearch | Slope]] = []
    running: list[tuple[int, Axis, Search]] = []
    for j, value in enumerate(values):
        row: list[AnySearch | Slope] = []
        for i, name in enumerate(names):
            if not isfinite(value):
                row.append(without_value(name, point[i], value))
                continue
            axis = rounds.axis(i, j, value)
            search = search_for(axis, name, spreads[j])
            running.append((i, axis, search.run()))
            row.append(search)
        searches.append(row)
    rounds.told = None if told is None else lambda: told(searches)
    rounds.drive(running)
    rows = tuple(tuple(one if isinstance(one, Slope) else result_of(one) for one in row) for row in searches)
    finite = tuple(value if isfinite(value) else None for value in values)
    return Slopes(finite, rows, rounds.evaluations, rounds.notes(spreads))


def result_of(search: AnySearch) -> Slope:
    """What a search found; where evaluations were refused, what it took for a border of the domain is none."""
    found, axis = search.result, search.axis
    if found.value is not None and found.error is not None and not isfinite(found.error):
        found = found._replace(value=None, error=None)  # nothing is known of it
    if not axis.exhausted or (found.value is not None and not found.border):
        return found
    message = f"the evaluations allowed are too few to find the slope at {search.name} = {said(axis.x)}"
    return Slope(None, None, None, None, "undecided", message, found.step, found.study)


def search_for(axis: Axis, name: str, spread: float | None) -> AnySearch:
    """The search that fits the plan and the function's noise."""
    plan = axis.plan
    if plan.scheme != "adaptive" or plan.order is not None:
        return Fixed(axis, name)
    if spread is not None and spread > QUIET * abs(axis.f0):
        axis.spread = spread
        return PerhapsNoisy(axis, name)
    return Adaptive(axis, name)


class PerhapsNoisy:
    """The search for a function whose noise is known, or was measured along all variables together.

    Measured noise may be none of this one, or none at all, but edges: then the search is the one without noise.
    """

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.result = Slope(None)

    def run(self) -> Search:
        """Values next to the point that are nearer to its own than noise would be are without noise."""
        axis = self.axis
        is_known = axis.plan.spread is not None
        quiet = False
        if not is_known:
            (pair,) = yield from axis.fetch(NEXT_TO * (abs(axis.x) or 1.0))
            quiet = pair is not None and max(abs(pair.right - axis.f0), abs(pair.left - axis.f0)) < axis.spread / 100
        if not quiet:
            search = Noisy(axis, self.name)
            yield from search.run()
            self.result = search.result
            if search.is_borne_out() or axis.exhausted:
                return
        if not is_known:
            axis.spread = 0.0
            axis.refresh()
        other = Adaptive(axis, self.name)
        yield from other.run()
        self.result = other.result


def without_value(name: str, x: float, value: float) -> Slope:
    """The function has no value at the point."""
    kind: ProblemKind = "overflow" if abs(value) == inf else "undefined"
    reason = "it is beyond the largest float64" if kind == "overflow" else "it is not a real number"
    return Slope(None, None, None, None, kind, f"no value at {name} = {said(x)}: {reason}")
