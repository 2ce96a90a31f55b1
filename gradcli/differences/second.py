"""Second derivatives in doubles, by the same ladder and windows: along each axis, and along two diagonals a pair.

f_xy follows from the second derivative along (a, b) less those along the axes. Both diagonals of a pair are looked at,
in cells of different form: where f_xy depends on the direction, they disagree.
"""

from __future__ import annotations

from collections.abc import Generator
from math import inf, isfinite

from gradcli.differences import one_sided
from gradcli.differences.driver import Rounds
from gradcli.differences.evidence import other_scales
from gradcli.differences.evidence.plateaus import grain
from gradcli.differences.evidence.resolution import kept
from gradcli.differences.extrapolation import EPSILON, ODD, Estimate, Sample, Windows
from gradcli.differences.plan import Batch, Curvatures, Plan, Slope
from gradcli.differences.step_search import Choice, Climb, Quotients
from gradcli.differences.steps import Ask, Axis, Pair, Search
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Told = Callable[[dict[str, float | None]], None]

LEAST = 1e-150
"""Steps above this have squares."""

LOUD = 32.0
"""Noise of so many units in the last place is none of float64's own."""

SLANT = 0.625
"""The form of the cells of the second diagonal."""


class Second(Quotients):
    """Second difference quotients along an axis: even in h."""

    order = 2
    powers = (2,)

    def sample(self, pair: Pair) -> Sample:
        """(f(x+h) - 2f(x) + f(x-h))/h²."""
        h = pair.h
        return Sample(h, pair.even / h / h, pair.even_noise / h / h, pair.odd, pair.noise)

    def fetch(self, *raw: float, likely: tuple[float, ...] = ()) -> Generator[Ask, None, list[Sample | None]]:
        """The quotients at these steps, None where h² is no float64."""
        return (yield from super().fetch(*(h if h > LEAST else 0.0 for h in raw), likely=likely))

    def samples(self) -> list[Sample]:
        """All of them, steps ascending."""
        return [self.sample(pair) for pair in self.axis.ascending() if pair.h > LEAST]

    def flat(self) -> float:
        """Where second differences vanish nothing follows: straight lines do that too."""
        return 0.0


class Curvature:
    """The second derivative along one axis (or line); `estimate` where it exists, else `problem`."""

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.climb = Climb(Second(axis))
        self.estimate: Estimate | None = None
        self.problem: Slope | None = None

    def run(self) -> Search:
        """Start, climb, look deeper, then ask whether the first derivative has a kink, or the second a jump."""
        yield from self.climb.start()
        place = f"{self.name} = {one_sided.said(self.axis.x)}"
        if not self.axis.pairs:
            self.problem = missing(f"the domain ends at {place}, or the function has no values beside it")
            return
        choice = (yield from self.climb.climb()) if self.climb.settled else self.climb.choice()
        if choice is None or not choice.best.convinces:
            choice = yield from self.climb.deepen(choice)
        noise = rounding_of(self.axis)
        if noise > LOUD * EPSILON * abs(self.axis.f0):
            choice = yield from self.climb_again(noise)
        yield from self.judge(choice, place)

    def climb_again(self, noise: float) -> Generator[Ask, None, Choice | None]:
        """The windows anew, with values that are known no better than this."""
        axis = self.axis
        axis.spread = max(axis.spread, noise)
        axis.refresh()
        self.climb = Climb(Second(axis))
        self.climb.low, self.climb.high = min(axis.pairs), max(axis.pairs)
        choice = yield from self.climb.climb()
        if choice is None:
            return None
        windows = self.climb.windows.of(self.climb.quotients.samples())
        doubt = other_scales.below_wall(axis, windows, choice.best)
        return choice._replace(best=choice.best._replace(truncation=max(choice.best.truncation, doubt)))

    def judge(self, choice: Choice | None, place: str) -> Generator[Ask, None, None]:
        """The estimate, unless the first derivative has no slope here."""
        found = yield from one_sided.bend(self.axis, None)
        if found.manner in ("kink", "jump", "steep"):
            self.problem = missing(f"the first derivative has no slope at {place}", "not-differentiable")
        elif choice is None or not isfinite(choice.best.error) or not isfinite(choice.best.value):
            self.problem = missing(f"second differences at {place} do not settle as the step shrinks")
        elif self.jumps(choice.best):
            self.problem = missing(f"the second derivative differs on both sides of {place}", "not-differentiable")
        elif not choice.best.convinces and choice.best.error > 1e3 * abs(choice.best.value) > 0:
            self.problem = missing(f"second differences at {place} do not settle as the step shrinks")
        else:
            self.estimate = choice.best

    def jumps(self, best: Estimate) -> bool:
        """Does the central slope change like |h|? Then the second derivative differs on both sides, as that of x|x|."""
        pairs = [pair for pair in self.axis.ascending() if pair.h <= best.high * 1.01]
        first = min(Windows().of([pair.central() for pair in pairs]), key=lambda one: one.error, default=None)
        if first is None:
            return False
        samples = [
            Sample(pair.h, (pair.slope - first.value) / pair.h, (pair.slope_noise + first.error) / pair.h)
            for pair in pairs
        ]
        limit = min(Windows((1, ODD)).of(samples), key=lambda one: one.error, default=None)
        return limit is not None and abs(limit.value) > max(3 * limit.error, 4 * best.error, 1e-3 * abs(best.value))


def rounding_of(axis: Axis) -> float:
    """By how much the values are wrong that were rounded: to digits, to a grid, or to the same value beside."""
    values = {y: value for y in axis.values if (value := axis.value(y)) is not None}
    axis.kept = kept({**values, axis.x: axis.f0})
    pairs = axis.ascending()
    moved = next((pair for pair in pairs if not pair.is_flat), None)
    step = 0.0 if moved is None or moved is pairs[0] else max(abs(moved.right - axis.f0), abs(moved.left - axis.f0))
    return max(0.0 if axis.kept is None else axis.kept.noise(abs(axis.f0)), grain(axis, pairs) / 2, step)


def missing(message: str, kind: str = "undecided") -> Slope:
    """No number, and why."""
    return Slope(None, None, None, None, kind, message)  # type: ignore[arg-type]


class SampledSurface:
    """The function around the point: a search along every axis and every diagonal, all at once."""

    def __init__(self, rounds: Rounds, names: Sequence[str], output: int, told: Told | None = None) -> None:
        self.rounds, self.names, self.output, self.told = rounds, names, output, told
        self.value = (rounds.origin or ())[output] if rounds.origin else inf
        self.scales = [abs(x) if 1e-2 <= abs(x) <= 1e2 else 1.0 for x in rounds.point]

    def answer(self) -> Curvatures:
        """Gradient and Hessian."""
        rounds, n = self.rounds, len(self.names)
        if not isfinite(self.value):
            none = missing("the function has no value here", "undefined")
            return Curvatures(None, (none,) * n, ((none,) * n,) * n, rounds.evaluations)
        along = [Curvature(rounds.axis(i, self.output, self.value), name) for i, name in enumerate(self.names)]
        across = {(i, j): self.diagonals(i, j) for i in range(n) for j in range(i + 1, n)}
        running = [(i, one.axis, one.run()) for i, one in enumerate(along)]
        for pair in across.values():
            running += [(column, one.axis, one.run()) for column, one, _ in pair]
        noise = rounds.spreads()[self.output] or 0.0
        for _, axis, _ in running:
            axis.spread = max(axis.spread, noise)
        told = self.told
        if told is not None:
            rounds.told = lambda: told(self.errors_so_far(along, across))
        rounds.drive(running)
        rows: list[list[Slope]] = [[missing("")] * n for _ in range(n)]
        for i in range(n):
            rows[i][i] = entry(along[i])
            for j in range(i + 1, n):
                rows[i][j] = rows[j][i] = self.mixed(along[i], along[j], [(one, ab) for _, one, ab in across[i, j]])
        first = tuple(first_slope(one.axis, one.name) for one in along)
        return Curvatures(self.value, first, tuple(map(tuple, rows)), rounds.evaluations)

    def errors_so_far(
        self,
        along: Sequence[Curvature],
        across: Mapping[tuple[int, int], Sequence[tuple[int, Curvature, tuple[float, float]]]],
    ) -> dict[str, float | None]:
        """The error of each second derivative: of an axis, and of the worse diagonal of a pair."""
        found = {one.name: error_so_far(one) for one in along}
        for (i, j), lines in across.items():
            errors = [error_so_far(line) for _, line, _ in lines]
            known = [error for error in errors if error is not None]
            found[f"{self.names[i]}, {self.names[j]}"] = max(known) if len(known) == len(errors) else None
        return found

    def diagonals(self, i: int, j: int) -> list[tuple[int, Curvature, tuple[float, float]]]:
        """The lines p + t(a, b) and p + t(a, -b·5/8) with their columns."""
        found = []
        for slant in (1.0, -SLANT):
            a, b = self.scales[i], slant * self.scales[j]
            column, axis = self.rounds.line({i: a, j: b}, self.output, self.value)
            found.append((column, Curvature(axis, f"{self.names[i]}, {self.names[j]} along t"), (a, b)))
        return found

    def mixed(self, x: Curvature, y: Curvature, lines: list[tuple[Curvature, tuple[float, float]]]) -> Slope:
        """f_xy from both diagonals: their mean, if they agree."""
        for part in (x, y, *(line for line, _ in lines)):
            if part.problem is not None:
                return part.problem
        found = []
        for line, (a, b) in lines:
            assert line.estimate is not None
            assert x.estimate is not None
            assert y.estimate is not None
            rest = line.estimate.value - a * a * x.estimate.value - b * b * y.estimate.value
            error = line.estimate.error + a * a * x.estimate.error + b * b * y.estimate.error
            found.append((rest / (2 * a * b), error / abs(2 * a * b)))
        (one, error), (other, doubt) = found
        if abs(one - other) > error + doubt:
            text = f"the mixed derivative depends on the direction: {one:.6g} and {other:.6g}"
            return missing(text, "not-differentiable")
        weight = doubt / (error + doubt) if error + doubt else 0.5
        value = weight * one + (1 - weight) * other
        return Slope(value, weight * error + (1 - weight) * doubt + EPSILON * abs(value))


def error_so_far(search: Curvature) -> float | None:
    """The error of one second derivative, relative where it is not 0."""
    best = search.estimate
    if best is None and search.problem is None and search.axis.pairs:
        choice = search.climb.choice()
        best = None if choice is None else choice.best
    return None if best is None or not isfinite(best.error) else best.error / (abs(best.value) or 1.0)


def entry(found: Curvature) -> Slope:
    """A diagonal entry."""
    if found.estimate is None:
        return found.problem or missing("")
    best = found.estimate
    study = tuple((s.h, s.value, s.noise + abs(s.value - best.value)) for s in found.climb.quotients.samples())
    return Slope(best.value, best.error, step=best.low, study=study)


def first_slope(axis: Axis, name: str) -> Slope:
    """The first derivative from the same evaluations."""
    best = min(Windows().of([pair.central() for pair in axis.ascending()]), key=lambda one: one.error, default=None)
    if best is None:
        return missing(f"no slope was found for {name}")
    return Slope(best.value, best.error, step=best.low)


def curvatures(
    batch: Batch,
    point: tuple[float, ...],
    names: Sequence[str],
    plan: Plan | None = None,
    output: int = 0,
    told: Told | None = None,
) -> Curvatures:
    """The Hessian of one output, each entry with an error that holds or the reason why it is missing.

    `told` is called after each round with the error of each second derivative, relative; None where there is none yet.

    Example:
        >>> found = curvatures(lambda points: [(x * x * y,) for x, y in points], (2.0, 3.0), ["x", "y"])
        >>> [round(entry.value, 9) for entry in found.rows[0]]
        [6.0, 4.0]
    """
    rounds = Rounds(batch, point, plan or Plan())
    return SampledSurface(rounds, names, output, told).answer()
