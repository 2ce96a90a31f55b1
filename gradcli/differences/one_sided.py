"""What both sides of a point say: kinks, jumps, infinite slopes and borders, found from values in doubles.

The words are those of `diagnosis`, which says the same from enclosures.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import pairwise
from math import log

from gradcli.differences.extrapolation import EPSILON, ODD, Estimate, Sample, Windows
from gradcli.differences.plan import Slope
from gradcli.differences.step_search import Climb, OneSided, Quotients
from gradcli.differences.steps import RATIO, Ask, Axis, Pair, Search
from gradcli.records import NamedTuple

STEP_DOWN = RATIO**7
"""Between the steps that tell a kink from a bend on a smaller scale."""

LOOKS = 8

FINEST = 16 * EPSILON
"""Of |x|: below this a step has no digits."""

STEEP = 0.93
"""Exponents of |f(x+h) - f(x)| in h below this are infinite slopes."""


class Bend(NamedTuple):
    """Slope on the right less slope on the left, as h -> 0.

    manner    `none` (a smooth function), `kink`, `decays` (smooth below the steps used so far), `steep`, `jump`,
              `unknown` (rounding hides it)
    size      its limit;  error: of that
    """

    manner: str
    size: float = 0.0
    error: float = 0.0


def said(value: float) -> str:
    """A number in words."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def rounded(value: float, error: float) -> float:
    """The number without the digits that its error makes meaningless."""
    if error <= 0 or abs(value) <= error:
        return 0.0 if abs(value) <= error else value
    return float(f"{value:.{max(1, min(16, int(log(abs(value) / error, 10)) + 1))}g}")


def bend(axis: Axis, slope: Estimate | None) -> Generator[Ask, None, Bend]:
    """Is there a kink? From the pairs that are there; where they leave it open, from a few at smaller steps."""
    limit = bend_limit(axis, slope)
    if limit is None:
        return Bend("none")
    slow = falls_slowly(axis.ascending()) or stays(axis, slope)
    error = 0.0 if slope is None else slope.error
    size = abs(limit.value)
    if not slow and not (size > 3 * limit.error and size > 4 * error):
        return Bend("none")
    return (yield from confirm(axis, limit))


def bend_limit(axis: Axis, slope: Estimate | None) -> Estimate | None:
    """The limit of e/h at step zero, from the scale that the slope was found at."""
    pairs = axis.ascending()
    if slope is not None:
        pairs = [pair for pair in pairs if pair.h <= slope.high * 1.01]
    found = Windows((1, ODD)).of([pair.bend() for pair in pairs])
    return min(found, key=lambda one: one.error, default=None)


def falls_slowly(pairs: Sequence[Pair]) -> bool:
    """Does f(x+h) - 2f(x) + f(x-h) fall slower than h^1.7 at the smallest steps where it can be seen?"""
    seen = [pair for pair in pairs if abs(pair.even) > 40 * pair.even_noise][:3]
    return len(seen) == 3 and all(exponent < 1.7 for exponent in exponents([(p.h, p.even) for p in seen]))


def stays(axis: Axis, slope: Estimate | None) -> bool:
    """Is e/h at the smallest step as large as at steps a hundred times larger?"""
    if slope is None:
        return False
    seen = [pair for pair in axis.ascending() if pair.h <= slope.high * 1.01 and abs(pair.even) > 20 * pair.even_noise]
    if len(seen) < 3 or seen[-1].h < 100 * seen[0].h:
        return False
    return abs(seen[0].even / seen[0].h) > 0.1 * max(abs(pair.even / pair.h) for pair in seen)


def exponents(points: Sequence[tuple[float, float]]) -> list[float]:
    """d log|v| / d log h between neighbours."""
    return [(log(abs(b)) - log(abs(a))) / (log(h) - log(g)) if a and b else 0.0 for (g, a), (h, b) in pairwise(points)]


def confirm(axis: Axis, limit: Estimate) -> Generator[Ask, None, Bend]:
    """Follow e/h to smaller steps: it stays (a kink), decays (none), or grows (a jump or an infinite slope)."""
    h = min(axis.pairs)
    looks = [axis.pairs[h].bend()]
    nearer: list[Estimate] = []
    for _ in range(LOOKS):
        h /= STEP_DOWN
        noise = 4 * axis.noise(axis.f0)
        if noise > 0.15 * max(min(abs(limit.value), abs(looks[-1].value)), 1e-300) * h or h <= FINEST * abs(axis.x):
            break
        (pair,) = yield from axis.fetch(h)
        if pair is None:
            break
        looks.append(pair.bend())
        nearer += nearest_limit(axis, limit)
        if len(nearer) >= 3 or (len(looks) > 4 and falls(looks) and abs(looks[-1].value) < 1e-6 * abs(looks[0].value)):
            break
    if len(looks) == 1 and leaps(axis, limit):
        return Bend("jump", looks[0].value, looks[0].noise)
    return judged(looks, nearer, limit)


def leaps(axis: Axis, limit: Estimate) -> bool:
    """Is f(x+h) - 2f(x) + f(x-h) the same at all steps below, of which there are many? So f(x) is not its limit."""
    small = [pair for pair in axis.ascending() if pair.h <= limit.low]
    evens = [pair.even for pair in small if abs(pair.even) > 20 * pair.even_noise]
    wide = len(small) > 3 and small[-1].h > 1e4 * small[0].h
    return wide and len(evens) == len(small) and max(evens) - min(evens) < 0.01 * abs(evens[0])


def swings(looks: Sequence[Sample]) -> bool:
    """Does e/h change its sign more than once? K + c·h of a kink and a bend does so once at most."""
    clear = [look.value > 0 for look in looks if abs(look.value) > 4 * look.noise]
    return sum(a != b for a, b in pairwise(clear)) > 1


def nearest_limit(axis: Axis, limit: Estimate) -> list[Estimate]:
    """The limit of e/h from windows that begin at the smallest step, if they tell it from 0."""
    samples = [pair.bend() for pair in axis.ascending()[:5]]
    found = [one for one in Windows((1, ODD)).of(samples) if one.low == samples[0].h]
    best = min(found, key=lambda one: one.error, default=None)
    return [best] if best is not None and best.error < 0.25 * abs(limit.value) else []


def falls(looks: Sequence[Sample]) -> bool:
    """Does e/h shrink with every step?"""
    return all(abs(b.value) < abs(a.value) + b.noise for a, b in pairwise(looks))


def judged(looks: Sequence[Sample], nearer: Sequence[Estimate], limit: Estimate) -> Bend:
    """The verdict of what was seen below."""
    first, last = looks[0], looks[-1]
    growth = 1.3 if len(looks) > 2 else 5.0
    if len(looks) > 1 and abs(last.value) > growth * max(abs(first.value), abs(looks[-2].value)):
        powers = exponents([(look.h, look.value * look.h) for look in reversed(looks)])
        return Bend("jump" if powers[0] < 0.1 else "steep" if powers[0] < STEEP else "unknown", last.value, last.noise)
    if swings(looks):
        return Bend("unsettled", last.value, last.noise)
    if nearer:
        stays = abs(nearer[-1].value - limit.value) <= 0.3 * abs(limit.value)
        settled = (
            len(nearer) > 1
            and not nearer[-1].contradicts(nearer[-2])
            and nearer[-1].error < 0.1 * abs(nearer[-1].value)
        )
        if stays or settled:
            best = min((limit, *nearer[-2:]), key=lambda one: one.error) if stays else nearer[-1]
            return Bend("kink", best.value, best.error)
    if len(looks) == 1:
        clear = abs(limit.value) > 10 * limit.error
        return Bend("kink" if clear else "unknown", limit.value, limit.error)
    if not falls(looks) or (len(looks) > 3 and abs(last.value) > 0.1 * abs(first.value)):
        return Bend("unsettled", last.value, last.noise)
    return Bend("decays", last.value, last.noise)


def clear_and_spaced(samples: Sequence[Sample]) -> list[Sample]:
    """Up to four of the smallest steps whose quotients are above their noise, each ten times the one before."""
    found: list[Sample] = []
    for sample in samples:
        if abs(sample.value) > 20 * sample.noise and (not found or sample.h > 10 * found[-1].h):
            found.append(sample)
    return found[:4]


def geometric(samples: Sequence[Sample]) -> tuple[float, float] | None:
    """The limit L of quotients L + c·h^p for some p > 0, with its error; None where they do not approach one so.

    p follows from three quotients by bisection; what the extrapolation adds counts thrice as the error.
    """
    if len(samples) < 3:
        return None
    (near, a), (middle, b), (far, c) = ((sample.value, sample.h) for sample in samples)
    if near == middle or middle == far:
        return None
    wanted = (far - middle) / (middle - near)

    second, third = b / a, c / a

    def excess(p: float) -> float:
        return float((third**p - second**p) / (second**p - 1)) - wanted

    low, high = 0.05, 4.0
    if not excess(low) < 0 < excess(high):
        return None
    for _ in range(60):
        p = (low + high) / 2
        low, high = (p, high) if excess(p) < 0 else (low, p)
    rest = (near - middle) / (second**low - 1)
    return near + rest, 3 * abs(rest) + samples[0].noise


# --------------------------------------------------------------------------------------------------- in words


def kink(axis: Axis, name: str, found: Bend, slope: Estimate | None) -> Slope:
    """Two slopes."""
    left, right = side_limit(axis, -1, slope), side_limit(axis, 1, slope)
    sides = [rounded(side.value, side.error) for side in (left, right)]
    place = f"{name} = {said(axis.x)}"
    error = max(left.error, right.error)
    if sides[0] == sides[1]:
        words = f"slope {said(sides[0])}, and {found.size:.3g} more on the right"
    else:
        words = f"slope {said(sides[0])} from the left, {said(sides[1])} from the right"
    message = f"the function has a kink at {place}: {words}"
    slopes = (left.value, right.value) if sides[0] == sides[1] else sides
    return Slope(None, error, slopes[0], slopes[1], "not-differentiable", message)


def side_limit(axis: Axis, side: int, slope: Estimate | None) -> Estimate:
    """The slope on one side, extrapolated from the pairs that are there."""
    one = OneSided(axis, side)
    for h in axis.pairs:
        one.enter(h)
    samples = one.samples()
    if slope is not None:
        samples = [sample for sample in samples if sample.h <= slope.high * 1.01] or samples
    found = Windows((1,)).of(samples)
    last = samples[0]
    return min(
        found,
        key=lambda estimate: estimate.error,
        default=Estimate(last.value, last.noise, abs(last.value) / 10, last.h, last.h, 1, 1, 1 / last.h),
    )


def jump(axis: Axis, name: str) -> Slope:
    """The values on both sides do not meet."""
    pair = axis.ascending()[0]
    message = (
        f"the function jumps at {name} = {said(axis.x)}: the limit is {said(pair.left)} on the left"
        f" and {said(pair.right)} on the right"
    )
    return Slope(None, None, None, None, "not-differentiable", message)


def steep(axis: Axis, name: str) -> Slope:
    """A slope without bound, on one side or on both."""
    pair = axis.ascending()[0]
    parts = []
    for side, word in ((-1, "left"), (1, "right")):
        value = pair.left if side < 0 else pair.right
        quotient = side * (value - axis.f0)
        grows = abs(value - axis.f0) > 0.1 * max(abs(pair.right - axis.f0), abs(pair.left - axis.f0))
        words = f"{'+' if quotient > 0 else '-'}infinity" if grows else said(rounded(quotient / pair.h, 1e-3))
        parts.append(f"{words} from the {word}")
    return Slope(
        None, None, None, None, "infinite", f"the slope is infinite at {name} = {said(axis.x)}: {', '.join(parts)}"
    )


BROKEN: Mapping[str, Callable[[Axis, str], Slope]] = {"jump": jump, "steep": steep}
"""The manners of values that have no slope at all, and what is said of each."""


# ------------------------------------------------------------------------------------------------- one side only


class Border:
    """The slope at an end of the domain (or at a bound), from the side that has values."""

    def __init__(self, axis: Axis, name: str, side: int) -> None:
        self.axis, self.name, self.side = axis, name, side
        self.result = Slope(None)

    def run(self) -> Search:
        """Extrapolate from one side; where that settles slowly, go on to smaller steps."""
        climb = Climb(OneSided(self.axis, self.side))
        yield from climb.start()
        choice = (yield from climb.climb()) if climb.settled else None
        if choice is None or not choice.best.convinces:
            choice = yield from climb.deepen(choice)
        samples = climb.quotients.samples()
        if not samples:
            self.result = self.lonely()
        elif choice is not None and choice.best.convinces:
            self.result = self.slope(choice.best.value, choice.best.error, choice.best.low)
        else:
            self.result = yield from self.slow(climb.quotients, samples[0].h)

    def slope(self, value: float, error: float, step: float) -> Slope:
        """A one-sided slope: the answer at a bound and at a border of the domain, which is said."""
        axis, word, other = self.axis, "right" if self.side > 0 else "left", "left" if self.side > 0 else "right"
        place = f"{self.name} = {said(axis.x)}"
        left, right = (None, value) if self.side > 0 else (value, None)
        if axis.x in (axis.low, axis.high):
            note = f"the bound at {place} leaves the slope from the {word}"
            return Slope(value, error, left, right, step=step, note=note)
        note = (
            f"the derivative by {self.name} at {place} is one-sided: the slope from the {word};"
            f" on the {other} there is no value"
        )
        return Slope(value, error, left, right, step=step, note=note, border=True)

    def slow(self, quotients: Quotients, h: float) -> Generator[Ask, None, Slope]:
        """Quotients that do not settle: infinite, a jump, or a limit that is approached slowly."""
        steps = [h / STEP_DOWN**count for count in range(4)]
        yield from quotients.fetch(*steps)
        seen = clear_and_spaced(quotients.samples())
        powers = exponents([(s.h, s.value * s.h) for s in seen])
        place = f"{self.name} = {said(self.axis.x)}"
        if len(powers) >= 2 and max(map(abs, powers)) < 0.1:
            return Slope(None, None, None, None, "not-differentiable", f"the function jumps at {place}")
        if len(powers) >= 2 and max(powers) < STEEP and max(powers) - min(powers) < 0.1:
            words = f"{'+' if seen[0].value > 0 else '-'}infinity from the {'right' if self.side > 0 else 'left'}"
            return Slope(None, None, None, None, "infinite", f"the slope is infinite at {place}: {words}")
        limit = geometric(seen[:3])
        if limit is not None:
            return self.slope(*limit, seen[0].h)
        words = f"difference quotients at {place} do not settle as the step shrinks"
        return Slope(None, None, None, None, "undecided", words)

    def lonely(self) -> Slope:
        """No neighbour has a value."""
        place = f"{self.name} = {said(self.axis.x)}"
        message = f"the function has a value at {place} but not beside it"
        return Slope(None, None, None, None, "undefined", message)
