"""The search for the steps at which differences are best: a start, a descent to the function's scale, a ladder.

Sources: Gill, Murray, Saunders & Wright, SIAM J. Sci. Stat. Comput. 4 (1983) 310 for the balance of rounding and
truncation; Stepleman & Winarsky, Math. Comp. 33 (1979) 1257 for descending until neighbours agree.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import fsum, inf, isfinite

from gradcli.differences.extrapolation import EPSILON, Estimate, Sample, Windows, better
from gradcli.differences.steps import FIRST, RATIO, Ask, Axis, Pair, Search, rungs
from gradcli.records import NamedTuple

GOAL = 5e-14
"""Relative error at which the search ends: a few units in the last digits."""

COARSE, DEEP = RATIO**6, RATIO**7
"""Factors of a descent: to the scale of the function, and below it."""

FLAT_RISE = RATIO**9

POOR = 1e-11
"""Relative errors above this are worth a second try."""

LAST = 1e-16
"""Of the largest quotient: an error that is good enough where the slope itself is 0."""

FARTHEST = 1e5
"""Of |x| (of the first step at 0): no larger step is tried."""

WIDEST, MODEST = RATIO**4, 1e-12
"""Between a rung and the next one below it, where no more than this relative error is asked for."""

LITTLE = 0.6
"""An error not below this part of the one before is no gain worth an evaluation."""

CLEAR = 8.0
"""Truncation above this times rounding is no noise itself: it tells how fast an extrapolation converges."""

ALIKE = 20.0
"""Windows whose errors are within this factor of the least have their say in the value."""

DESCENTS = 16

SINGLE = 1e-7
"""What single precision rounds, of a value."""

FAINT = 1e-5
"""Changes of the values below this part may be those of a tolerance inside the function."""


class Choice(NamedTuple):
    """The best estimate; `rival` is one of another scale that contradicts it.

    trend    the larger scale won: the smaller one is of the size of single precision's rounding
    faint    the smaller scale moves the function's values by little: rounding, or a ripple that looks like it
    """

    best: Estimate
    rival: Estimate | None = None
    trend: bool = False
    faint: bool = False


class Quotients:
    """Central difference quotients along an axis, as samples that are even in h. order: of the derivative."""

    order = 1
    powers: tuple[int, ...] = (2, 1)

    def __init__(self, axis: Axis) -> None:
        self.axis = axis
        self.made: tuple[Sequence[Pair], list[Sample]] = ((), [])

    def fetch(self, *raw: float, likely: tuple[float, ...] = ()) -> Generator[Ask, None, list[Sample | None]]:
        """The quotients at these steps, None where there is none."""
        pairs = yield from self.axis.fetch(*raw, likely=likely)
        return [None if pair is None else self.sample(pair) for pair in pairs]

    def sample(self, pair: Pair) -> Sample:
        """What is extrapolated."""
        return pair.central()

    def samples(self) -> list[Sample]:
        """All of them, steps ascending."""
        pairs = self.axis.ascending()
        if pairs is not self.made[0]:
            self.made = pairs, [self.sample(pair) for pair in pairs]
        return self.made[1]

    def flat(self) -> float:
        """The largest step at which the function did not change at all, 0 if it always did."""
        return max((pair.h for pair in self.axis.pairs.values() if pair.is_flat), default=0.0)


class OneSided(Quotients):
    """Difference quotients on one side: samples with all powers of h."""

    powers = (1,)

    def __init__(self, axis: Axis, side: int) -> None:
        super().__init__(axis)
        self.side = side
        self.known: dict[float, Sample] = {}

    def fetch(self, *raw: float, likely: tuple[float, ...] = ()) -> Generator[Ask, None, list[Sample | None]]:
        """The quotients at these steps, None where there is none."""
        axis, steps = self.axis, [self.axis.exact(h) for h in raw]
        ahead = tuple(axis.x + self.side * axis.exact(h) for h in likely)
        yield from axis.ask([axis.x + self.side * h for h in steps if h > 0], ahead)
        return [self.enter(h) for h in steps]

    def enter(self, h: float) -> Sample | None:
        """The quotient at a step."""
        axis = self.axis
        value = axis.value(axis.x + self.side * h) if h > 0 else None
        if value is None or not isfinite(value - axis.f0):
            return None
        noise = axis.noise(value, axis.f0) + axis.noise(axis.f0)
        self.known[h] = Sample(h, self.side * (value - axis.f0) / h, noise / h)
        return self.known[h]

    def samples(self) -> list[Sample]:
        """All of them, steps ascending."""
        return [self.known[h] for h in sorted(self.known)]

    def flat(self) -> float:
        """The largest step at which the function did not change at all."""
        return max((sample.h for sample in self.known.values() if sample.value == 0), default=0.0)


def agree(a: Sample, b: Sample) -> bool:
    """Are two quotients the same to a tenth, or to their noise?"""
    return abs(a.value - b.value) <= 0.1 * max(abs(a.value), abs(b.value)) + 4 * (a.noise + b.noise)


def choose(found: Sequence[Estimate], flat: float, size: float, order: int = 1) -> Choice | None:
    """The estimate with the least error, unless another scale speaks against it.

    A smaller scale that convinces and contradicts wins, for the derivative is a limit; but not where the difference
    is below what float32 would round of values of this `size`. A function that does not change at all below the step
    `flat` is rounded, if larger steps show a clear slope.
    """
    if flat:
        found = without_flat(found, flat, size, order)
    if not found:
        return None
    best = min(found, key=lambda one: one.error)
    smaller = [one for one in found if one.high < best.high and one.convinces and one.contradicts(best)]
    if not smaller:
        return beside_coarse(found, best, size)
    rival = min(smaller, key=lambda one: one.error / (abs(one.value) or 1))
    if abs(rival.value - best.value) * rival.high < SINGLE * size:
        return Choice(best, rival, trend=True, faint=True)
    return Choice(rival, best)


def beside_coarse(found: Sequence[Estimate], best: Estimate, size: float) -> Choice:
    """The best, unless it moves the function's values by next to nothing and the next larger steps contradict it."""
    larger = [one for one in found if one.low > best.high]
    if not larger:
        return Choice(best)
    coarse = min(larger, key=lambda one: (one.low, one.error))
    change = abs(coarse.value - best.value) * coarse.low
    if not coarse.contradicts(best) or change > FAINT * size:
        return Choice(best)
    return Choice(coarse, best, True, True) if change < SINGLE * size else Choice(best, coarse, False, True)


def without_flat(found: Sequence[Estimate], flat: float, size: float, order: int) -> Sequence[Estimate]:
    """Only estimates from steps at which the function changes, if one of them is clear, and rounding explains it."""
    moving = [one for one in found if one.low > flat]
    clear = any(one.error < 0.02 * abs(one.value) and abs(one.value) * flat**order < 0.05 * size for one in moving)
    return moving if clear else found


class Climb:
    """The search along one axis, for quotients of one kind; it adds samples until the estimate is as good as it gets.

    low, high    the ladder's ends;  settled: neighbouring quotients agree
    """

    def __init__(self, quotients: Quotients) -> None:
        self.quotients = quotients
        self.axis = quotients.axis
        self.windows = Windows(quotients.powers)
        self.low = self.high = 0.0
        self.settled = False

    def choice(self) -> Choice | None:
        """What all samples say."""
        found = self.windows.of(self.quotients.samples())
        return choose(found, self.quotients.flat(), abs(self.axis.f0), self.quotients.order)

    def blended(self, best: Estimate) -> float:
        """The mean of the windows that are nearly as good as the best, by the inverse squares of their errors.

        Their rounding errors are not those of one window, so the mean has fewer; the best one's bound holds for it.
        """
        if best.error == 0 or not isfinite(best.error):
            return best.value
        near = [one for one in self.windows.of(self.quotients.samples()) if one.error <= ALIKE * best.error]
        near = [one for one in near if abs(one.value - best.value) <= best.error]
        weights = [min(best.error / one.error, 1.0) ** 2 if one.error > 0 else 1.0 for one in near]
        if not near:
            return best.value
        moves = (weight * (one.value - best.value) for weight, one in zip(weights, near, strict=True))
        return best.value + fsum(moves) / fsum(weights)

    # ------------------------------------------------------------------------------------------ the start

    def first_steps(self) -> list[float]:
        """One step where the scale of x is likely that of the function, else two."""
        axis, plan = self.axis, self.axis.plan
        size = abs(axis.x)
        if plan.step is not None:
            return [plan.step]
        if plan.relative_step is not None:
            return [plan.relative_step * (size or 1.0)]
        if size == 0:
            return [FIRST]
        if size >= 0.01 or plan.cautious:
            return [FIRST * size]
        return [FIRST * size, FIRST]

    def start(self) -> Search:
        """Three neighbouring rungs at a scale where quotients agree, if there is one."""
        steps = self.first_steps()
        if len(steps) > 1:
            both = yield from self.quotients.fetch(*steps)
            steps = [better(both, steps)]
        h = steps[0]
        found = yield from self.quotients.fetch(h / RATIO, h, h * RATIO)
        self.low, self.high = h / RATIO, h * RATIO
        present = [sample for sample in found if sample is not None]
        if present and len(present) == 3 and self.quotients.flat() >= present[-1].h:
            yield from self.rise(h)
            return
        if len(present) >= 2 and agree(present[0], present[1]):
            self.settled = True
            return
        if self.axis.x > 100 and self.axis.plan.step is None:
            yield from self.descend(present[0] if present else None, FIRST * COARSE)
        else:
            yield from self.descend(present[0] if present else None, h)

    def rise(self, h: float) -> Search:
        """Larger steps until the function changes."""
        limit = 10 * max(abs(self.axis.x), 1.0)
        while h * FLAT_RISE <= limit:
            h *= FLAT_RISE
            (found,) = yield from self.quotients.fetch(h)
            if found is None:
                return
            self.high = h
            if self.quotients.flat() < found.h:
                yield from self.surround(h)
                yield from self.descend(found, h)
                return

    def surround(self, h: float) -> Search:
        """A ladder around a step."""
        yield from self.quotients.fetch(h / RATIO, h * RATIO)
        self.low, self.high = h / RATIO, h * RATIO

    def descend(self, before: Sample | None, h: float) -> Search:
        """Smaller steps until two quotients agree; faster where there is no value at all."""
        factor, misses = COARSE, 0
        for count in range(DESCENTS):
            h /= factor
            if not self.is_step(h):
                return
            (found,) = yield from self.quotients.fetch(h)
            if found is None:
                misses += 1
                factor = self.faster(factor, misses)
                if misses > 9 or self.axis.exhausted:
                    return
                continue
            factor = COARSE if misses or count < 5 else self.faster(factor, count)
            misses = 0
            if before is None or agree(found, before):
                yield from self.surround(h)
                near = self.quotients.samples()[:2] if before is None else [found, before]
                if len(near) == 2 and agree(*near):
                    self.settled = True
                    return
            before = found

    def faster(self, factor: float, misses: int) -> float:
        """The next factor of a descent that found nothing: at 0 any scale is possible, so it is squared."""
        if self.axis.x == 0 and misses >= 2:
            return min(factor**2, 1e60)
        return COARSE**2 if misses >= 2 else COARSE

    def is_step(self, h: float) -> bool:
        """Is it large enough for some digits?"""
        return h > 16 * EPSILON * abs(self.axis.x) and h > 1e-300

    # ----------------------------------------------------------------------------------------- the ladder

    def goal(self, best: Estimate) -> float:
        """The error that is good enough: a few units in the last digits of the slope.

        Where the slope is 0 to its error, the largest quotients and the rounding of f say what is small.
        """
        samples = self.quotients.samples()
        if abs(best.value) <= best.error:
            return 10 * LAST * max(*(abs(sample.value) for sample in samples), self.per_size(abs(self.axis.f0)))
        near = max(abs(sample.value) for sample in samples if best.low <= sample.h <= best.high)
        return max(max(self.axis.plan.tolerance, GOAL) * abs(best.value), LAST * near)

    def per_size(self, value: float) -> float:
        """A value over |x|, or over x² for a second derivative; over 1 where x is no scale."""
        size = abs(self.axis.x)
        if not 1e-150 < size < 1e150:
            return value
        return float(value / size**self.quotients.order)

    def climb(self) -> Generator[Ask, None, Choice | None]:
        """Rungs above while rounding rules, rungs below while truncation rules, until nothing is gained."""
        strikes: dict[str, int] = {"up": 0, "down": 0}
        choice = self.choice()
        for _ in range(60):
            if choice is not None and choice.best.error <= self.goal(choice.best):
                break
            direction = self.direction(choice, strikes)
            if direction is None:
                break
            added = yield from self.add(direction, choice)
            later = self.choice()
            if not added:
                strikes[direction] = 9
            elif choice is not None and later is not None and later.best.error > LITTLE * choice.best.error:
                strikes[direction] += strike(choice.best, later.best)
            choice = later
        return choice

    def direction(self, choice: Choice | None, strikes: dict[str, int]) -> str | None:
        """Where the next rung goes; None when both directions are closed."""
        open_ways: list[str] = [way for way in ("up", "down") if strikes[way] < 2]
        if choice is None:
            return open_ways[-1] if open_ways else None
        best = choice.best
        if best.noise > 0.3 * best.error and "down" in open_ways:
            open_ways.remove("down")
        if "up" in open_ways and self.is_vain(best):
            open_ways.remove("up")
        if not open_ways:
            return None
        wanted = "up" if best.noise > best.truncation else "down"
        return wanted if wanted in open_ways else open_ways[0]

    def is_vain(self, best: Estimate) -> bool:
        """Would a rung above gain nothing? So say the windows before, where truncation was far above rounding.

        A step h more makes the truncation c·h² of what it was, with the c that the last step below showed.
        """
        steps = tuple(sample.h for sample in self.quotients.samples() if best.low <= sample.h <= best.high)
        before = self.windows.known.get((best.power, steps[1:]))
        earlier = self.windows.known.get((best.power, steps[2:]))
        if before is None or earlier is None or before.truncation < CLEAR * before.noise or earlier.truncation == 0:
            return False
        h = self.top(best) * RATIO**2
        gain = before.truncation / earlier.truncation * (h / steps[1]) ** best.power
        return before.truncation * min(gain, 1.0) + before.noise > LITTLE * best.error

    def add(self, direction: str, choice: Choice | None) -> Generator[Ask, None, bool]:
        """One more rung; False if there is none."""
        if choice is None:
            h = self.low / RATIO if direction == "down" else self.high * RATIO
        elif direction == "down":
            h = self.free(choice.best.low, 1 / self.stride_down(choice.best))
        else:
            h = self.free(self.top(choice.best), self.stride(choice))
        if not self.is_step(h) or h > FARTHEST * max(abs(self.axis.x), FIRST):
            return False
        (found,) = yield from self.quotients.fetch(h, likely=(h / RATIO if direction == "down" else h * RATIO,))
        self.low, self.high = min(self.low, h), max(self.high, h)
        return found is not None

    def top(self, best: Estimate) -> float:
        """The largest step that is connected to the best window by steps in between."""
        h = best.high
        for sample in self.quotients.samples():
            if h < sample.h < h * RATIO**5:
                h = sample.h
        return h

    def free(self, h: float, factor: float) -> float:
        """The first rung from here on that is not near a step already taken."""
        steps = [sample.h for sample in self.quotients.samples()]
        h *= factor
        while any(step / RATIO**0.6 < h < step * RATIO**0.6 for step in steps):
            h *= RATIO if factor > 1 else 1 / RATIO
        return h

    def stride_down(self, best: Estimate) -> float:
        """The factor downwards: one rung, or more where truncation is far above what is wanted, and rounding far below.

        A step below the window makes its truncation (h/high)² of what it is, and its rounding low/h.
        """
        goal = max(self.goal(best), 4 * best.noise)
        if self.axis.plan.tolerance < MODEST or not 0 < goal < best.truncation < inf:
            return RATIO
        factor = best.low / best.high * (best.truncation / goal) ** 0.5
        if best.noise > 0:
            factor = min(factor, goal / (3 * best.noise))
        return max(RATIO, min(rungs(factor), WIDEST))

    def stride(self, choice: Choice | None) -> float:
        """The factor upwards: what balances rounding and truncation, at most 8."""
        if choice is None:
            return RATIO
        best = choice.best
        if best.error > 0.1 * abs(best.value):
            return RATIO**3  # all is noise here
        if best.noise == 0:
            return RATIO**2
        factor = min(best.noise / max(best.truncation, best.noise * 1e-18, 5e-324), 1e18) ** (1 / (2 * best.steps))
        return max(RATIO**2, min(rungs(factor), RATIO**4))

    def deepen(self, choice: Choice | None) -> Generator[Ask, None, Choice | None]:
        """Look far below for another scale, as far as rounding allows; climb there if it convinces."""
        h = self.low
        for _ in range(DESCENTS):
            h /= DEEP
            size = max(abs(self.axis.f0), self.axis.spread / EPSILON)
            allowed = 0.0 if choice is None else max(0.3 * choice.best.error, 1e-4 * abs(choice.best.value))
            if not self.is_step(h) or EPSILON * size > h * allowed:
                break
            (found,) = yield from self.quotients.fetch(h, likely=(h / DEEP,))
            if found is None:
                break
            later = self.choice()
            if later is not None and choice is not None and later.best.high <= choice.best.low and not later.trend:
                self.low, self.high = later.best.low, later.best.high
                return (yield from self.climb())
        return self.choice()


def strike(before: Estimate, after: Estimate) -> int:
    """How much a rung that gained little counts against its direction, of 2: less where many digits are missing."""
    if after.error <= 0.9 * before.error or after.error > POOR * abs(after.value):
        return 1
    return 2
