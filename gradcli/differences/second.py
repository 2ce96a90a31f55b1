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
from gradcli.differences.evidence.worth import is_lost
from gradcli.differences.extrapolation import EPSILON, ODD, Estimate, Sample, Windows
from gradcli.differences.plan import Batch, Curvatures, Plan, Slope
from gradcli.differences.step_search import Choice, Climb, Quotients
from gradcli.differences.steps import RATIO, Ask, Axis, Pair, Search
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Told = Callable[[dict[str, float | None]], None]

LEAST = 1e-150
"""Steps above this have squares."""

LOUD = 32.0
"""Noise of so many units in the last place is none of float64's own."""

HOPELESS = 1e3
"""An error of so many times the value, without noise, is that of something else than a derivative."""

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


class Curvature:
    """The second derivative along one axis (or line); `estimate` where it exists, else `problem`."""

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.climb = Climb(Second(axis))
        self.estimate: Estimate | None = None
        self.problem: Slope | None = None
        self.is_noise = False

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
        noise, loud = rounding_of(self.axis), LOUD * EPSILON * abs(self.axis.f0)
        if noise > loud:
            choice = yield from self.climb_again(noise)
        self.is_noise = max(noise, self.axis.spread) > loud
        if self.is_noise and choice is not None:
            choice = yield from self.doubted(choice, noise > loud)
        if choice is not None and (doubt := (yield from other_scales.fill(self.climb.quotients, choice.best))):
            choice = self.climb.choice() or choice
            choice = choice._replace(best=choice.best._replace(truncation=max(choice.best.truncation, doubt)))
        yield from self.judge(choice, place)

    def climb_again(self, noise: float) -> Generator[Ask, None, Choice | None]:
        """The windows anew, with values that are known no better than this."""
        axis = self.axis
        axis.spread = max(axis.spread, noise)
        axis.refresh()
        self.climb = Climb(Second(axis))
        self.climb.low, self.climb.high = min(axis.pairs), max(axis.pairs)
        return (yield from self.climb.climb())

    def doubted(self, choice: Choice, is_rounded: bool) -> Generator[Ask, None, Choice]:
        """The same with what steps below say, where noise drove the search beyond the function's own bends."""
        best, far = choice.best, other_scales.NEAR * max(abs(self.axis.x), 1.0)
        if best.low > far:
            yield from self.climb.quotients.fetch(*(far / RATIO**k for k in range(1, 5)))
        windows = self.climb.windows.of(self.climb.quotients.samples())
        doubt = other_scales.below_wall(self.axis, windows, best) if is_rounded else 0.0
        if best.low > far:
            near = (abs(one.value - best.value) + one.error for one in windows if one.high <= far)
            doubt = min(near, default=inf)
        return choice._replace(best=best._replace(truncation=max(best.truncation, doubt)))

    def judge(self, choice: Choice | None, place: str) -> Generator[Ask, None, None]:
        """The estimate, unless the first derivative has no slope here."""
        found = yield from one_sided.bend(self.axis, None)
        if found.manner in ("kink", "jump", "steep"):
            self.problem = missing(f"the first derivative has no slope at {place}", "not-differentiable")
        elif choice is None or not isfinite(choice.best.error) or not isfinite(choice.best.value):
            self.problem = missing(f"second differences at {place} do not settle as the step shrinks")
        elif self.jumps(choice.best):
            self.problem = missing(f"the second derivative differs on both sides of {place}", "not-differentiable")
        elif self.is_hopeless(choice.best):
            self.problem = missing(f"second differences at {place} do not settle as the step shrinks")
        else:
            self.estimate = choice.best

    def is_hopeless(self, best: Estimate) -> bool:
        """Is nothing known though noise does not explain it: neither a value nor that it is next to nothing?"""
        if best.convinces or best.error <= HOPELESS * abs(best.value):
            return False
        size = self.size(best)
        return best.error > size if self.is_noise else is_lost(best.value, best.error, 0.0, size, False)

    def size(self, best: Estimate) -> float:
        """What is a large second derivative here: of the function at larger steps, and of its value over x²."""
        bends = [abs(sample.value) for sample in self.climb.quotients.samples() if sample.h >= best.low]
        return max([*bends, self.climb.per_size(abs(self.axis.f0))])

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
        found = [across(line, x, y, scales) for line, scales in lines]
        one, other = found
        if abs(one.value - other.value) > one.error + other.error:
            text = f"the mixed derivative depends on the direction: {one.value:.6g} and {other.value:.6g}"
            return missing(text, "not-differentiable")
        weight = other.error / (one.error + other.error) if one.error + other.error else 0.5
        value, error, rounding, size = (weight * p + (1 - weight) * q for p, q in zip(one, other, strict=True))
        is_noise = any(part.is_noise for part in (x, y, *(line for line, _ in lines)))
        slope = Slope(value, error + EPSILON * abs(value))
        return weighed(slope, rounding, size, is_noise, f"({x.name}, {y.name})")


class Across(NamedTuple):
    """f_xy from one diagonal: with its error, the part of it that rounding makes, and what is a large one here."""

    value: float
    error: float
    rounding: float
    size: float


def across(line: Curvature, x: Curvature, y: Curvature, scales: tuple[float, float]) -> Across:
    """The second derivative along the diagonal (a, b), less what the axes make of it."""
    a, b = scales
    sums = [0.0, 0.0, 0.0, 0.0]
    for one, part, sign in ((line, 1.0, 1), (x, a * a, -1), (y, b * b, -1)):
        best = one.estimate
        assert best is not None
        for k, term in enumerate((sign * best.value, best.error, best.noise, one.size(best))):
            sums[k] += part * term / (2 * a * b if k == 0 else abs(2 * a * b))
    return Across(*sums)


def weighed(slope: Slope, rounding: float, size: float, is_noise: bool, place: str) -> Slope:
    """The same, with a problem where its error is nearly as large as its value."""
    assert slope.value is not None
    assert slope.error is not None
    if not is_lost(slope.value, slope.error, rounding, size, is_noise):
        return slope
    message = f"the second differences at {place} differ by as much as the derivative that they give"
    return slope._replace(kind="noise" if is_noise else "two-scales", message=message)


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
    slope = Slope(best.value, best.error, step=best.low, study=study)
    place = f"{found.name} = {one_sided.said(found.axis.x)}"
    return weighed(slope, best.noise, found.size(best), found.is_noise, place)


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
