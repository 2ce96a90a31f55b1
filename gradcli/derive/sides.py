"""What both sides of a point say: kinks, jumps, infinite slopes and borders, found from values in doubles.

The words are those of `diagnosis`, which says the same from enclosures.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import log
from typing import NamedTuple

from gradcli.derive.climb import Climb, OneSided
from gradcli.derive.ladder import RATIO, Ask, Axis, Pair, Search
from gradcli.derive.plans import Slope
from gradcli.derive.windows import EPSILON, Estimate, Sample, Windows

STEP_DOWN = RATIO**7
"""Between the steps that tell a kink from a bend on a smaller scale."""

LOOKS = 8

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
    slow = falls_slowly(axis.ascending())
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
    found = Windows((1,)).of([pair.bend() for pair in pairs])
    return min(found, key=lambda one: one.error, default=None)


def falls_slowly(pairs: Sequence[Pair]) -> bool:
    """Does f(x+h) - 2f(x) + f(x-h) fall slower than h^1.7 at the smallest steps where it can be seen?"""
    seen = [pair for pair in pairs if abs(pair.even) > 40 * pair.even_noise][:3]
    return len(seen) == 3 and all(exponent < 1.7 for exponent in exponents([(p.h, p.even) for p in seen]))


def exponents(points: Sequence[tuple[float, float]]) -> list[float]:
    """d log|v| / d log h between neighbours."""
    return [
        log(abs(b / a)) / log(h / g) if a and b else 0.0
        for (g, a), (h, b) in zip(points, points[1:], strict=False)
    ]


def confirm(axis: Axis, limit: Estimate) -> Generator[Ask, None, Bend]:
    """Follow e/h to smaller steps: it stays (a kink), decays (none), or grows (a jump or an infinite slope)."""
    looks: list[Sample] = []
    smallest = min(axis.pairs)
    h = smallest
    last = abs(axis.pairs[smallest].bend().value)
    for _ in range(LOOKS):
        h /= STEP_DOWN
        noise = 2 * axis.noise(axis.f0) + 2 * axis.noise(axis.f0)
        if noise > 0.15 * max(min(abs(limit.value), last), 1e-300) * h or h <= 16 * EPSILON * abs(axis.x):
            break
        (pair,) = yield from axis.fetch(h)
        if pair is None:
            break
        looks.append(pair.bend())
        last = abs(looks[-1].value)
        if len(looks) >= 3 and manner_of(looks, limit) == "kink":
            break
    return judged(axis, looks, limit)


def manner_of(looks: Sequence[Sample], limit: Estimate) -> str:
    """What e/h does over the last steps."""
    first, last = abs(looks[0].value), abs(looks[-1].value)
    if len(looks) >= 2 and first and last > 1.3 * first:
        return "grows"
    if abs(looks[-1].value - limit.value) <= 0.2 * abs(limit.value) + looks[-1].noise:
        return "kink"
    if len(looks) >= 2 and abs(looks[-1].value - looks[-2].value) <= 0.02 * last + 2 * looks[-1].noise and last > 0:
        return "kink"
    return "decays"


def judged(axis: Axis, looks: Sequence[Sample], limit: Estimate) -> Bend:
    """The verdict of what was seen below."""
    if not looks:
        clear = abs(limit.value) > 10 * limit.error
        return Bend("kink" if clear else "unknown", limit.value, limit.error)
    manner = manner_of(looks, limit)
    last = looks[-1]
    if manner == "kink":
        near = abs(limit.value - last.value) <= limit.error + last.noise
        best = limit if near and limit.error < last.noise else None
        return Bend("kink", best.value if best else last.value, best.error if best else last.noise)
    if manner == "grows":
        powers = exponents([(look.h, look.value * look.h) for look in reversed(looks)])
        return Bend("jump" if powers[0] < 0.1 else "steep" if powers[0] < STEEP else "unknown", last.value, last.noise)
    return Bend("decays", last.value, last.noise)


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
    return Slope(None, error, left.value, right.value, "not-differentiable", message)


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
    return Slope(None, None, None, None, "infinite", f"the slope is infinite at {name} = {said(axis.x)}: {', '.join(parts)}")


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
            self.result = self.slow(samples)

    def slope(self, value: float, error: float, step: float) -> Slope:
        """A one-sided slope: the answer at a bound, the end of the derivative at a border of the domain."""
        axis, word, other = self.axis, "right" if self.side > 0 else "left", "left" if self.side > 0 else "right"
        place = f"{self.name} = {said(axis.x)}"
        sides = (None, value) if self.side > 0 else (value, None)
        shown = said(rounded(value, error))
        if axis.x in (axis.low, axis.high):
            note = f"the bound at {place} leaves the slope from the {word}"
            return Slope(value, error, *sides, step=step, note=note)
        message = (
            f"the domain ends at {place}: the slope is {shown} from the {word}, and on the {other} there is no value"
        )
        return Slope(None, error, *sides, kind="not-differentiable", message=message, step=step)

    def slow(self, samples: Sequence[Sample]) -> Slope:
        """Quotients that do not settle: infinite, a jump, or a limit that is approached slowly."""
        place = f"{self.name} = {said(self.axis.x)}"
        word = "right" if self.side > 0 else "left"
        seen = [sample for sample in samples if abs(sample.value) > 20 * sample.noise][:4]
        powers = exponents([(s.h, s.value * s.h) for s in seen])
        if len(powers) >= 2 and max(powers) < 0.1:
            return Slope(None, None, None, None, "not-differentiable", f"the function jumps at {place}")
        if len(powers) >= 2 and max(powers) < STEEP and max(powers) - min(powers) < 0.1:
            sign = "+" if seen[0].value > 0 else "-"
            return Slope(
                None, None, None, None, "infinite", f"the slope is infinite at {place}: {sign}infinity from the {word}"
            )
        if len(seen) >= 2:
            change = abs(seen[1].value - seen[0].value)
            if change < 0.3 * abs(seen[0].value) or seen[0].value == 0:
                return self.slope(seen[0].value, 6 * change + seen[0].noise, seen[0].h)
        return Slope(
            None, None, None, None, "undecided", f"difference quotients at {place} do not settle as the step shrinks"
        )

    def lonely(self) -> Slope:
        """No neighbour has a value."""
        place = f"{self.name} = {said(self.axis.x)}"
        message = f"the function has a value at {place} but not beside it"
        return Slope(None, None, None, None, "undefined", message)
