"""Extrapolation to step zero: from differences at several steps to one number with its error.

A window is a run of neighbouring steps. Its value is that of the interpolating polynomial at 0 (Neville, Richardson),
in t = h² for smooth functions and in t = h for those that are smooth on each side only.
Sources: Lyness & Moler, Van der Monde systems and numerical differentiation, Numer. Math. 8 (1966) 458;
Ridders, Adv. Eng. Softw. 4 (1982) 75; Oliver & Ruffhead, BIT 15 (1975) 283.
"""

from __future__ import annotations

from bisect import insort
from functools import lru_cache
from itertools import pairwise, repeat
from math import fsum, inf, isfinite, prod
from operator import mul, truediv

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EPSILON = 2.0**-52

FEWEST, MOST = 3, 8
"""Steps in a window."""

REACH = 1e5
"""The largest step of a window over its smallest."""

SAFETY = 6.0
"""The truncation error is taken as this times the largest change that a step more or less makes."""

MEMORY = 0.003
"""This part of the change before is kept: convergence is not believed to speed up more than that in one step."""


ODD = 0
"""In place of a power: the limit of K + a·h + b·h³ + …, all but K odd: lean, where a kink is one of straight lines."""


class Sample(NamedTuple):
    """A difference quotient at one step. `partner`: of the same evaluations, with the other parity (0: none).

    noise, partner_noise    the rounding errors of both
    """

    h: float
    value: float
    noise: float
    partner: float = 0.0
    partner_noise: float = 0.0


class Estimate(NamedTuple):
    """A limit at step zero: |value - limit| <= noise + truncation, if the function is smooth at this scale.

    low, high        the smallest and the largest step;  steps: how many;  power: of h in t
    amplification    Σ|w|/h: what a rounding error of 1 in every value would do
    """

    value: float
    noise: float
    truncation: float
    low: float
    high: float
    steps: int
    power: int
    amplification: float

    @property
    def error(self) -> float:
        """The bound of both parts."""
        return self.noise + self.truncation

    @property
    def is_certified(self) -> bool:
        """Does rounding explain what is left?"""
        return self.truncation <= 80 * self.noise

    @property
    def convinces(self) -> bool:
        """Is it a number rather than noise?"""
        return self.error < 0.02 * abs(self.value) or self.is_certified

    def contradicts(self, other: Estimate) -> bool:
        """Can both not be right?"""
        return abs(self.value - other.value) > self.error + other.error


def weights_of_constant(h: Sequence[float]) -> list[float]:
    """w with Σ w = 1 and Σ w·h = Σ w·h³ = … = 0: divided differences in h² of the values over h."""
    raw = [1 / (hk * prod([(hk - hj) * (hk + hj) for hj in h if hj != hk])) for hk in h]
    total = fsum(raw)
    return [w / total for w in raw]


class Window(NamedTuple):
    """A run of neighbouring steps, made of the two runs that are one step shorter (Neville).

    low, high        its smallest and its largest step;  steps: how many
    value            that of the interpolating polynomial at 0, Σw·value
    noise, amplification     Σ|w|·noise and Σ|w|/h
    partner, scale   Σw·h·partner and the noise in it, Σ|w|·h·partner_noise
    own              Σ|w|·noise·t over the largest t: the noise of what the largest step changes
    change           what a step more at either end changes;  last, before: what the largest step does, and did before
    """

    low: float
    high: float
    steps: int
    value: float
    noise: float
    amplification: float
    partner: float
    scale: float
    own: float
    change: float
    last: float
    before: float


def window_of(one: Sample) -> Window:
    """One step alone."""
    return Window(
        one.h,
        one.h,
        1,
        one.value,
        one.noise,
        1 / one.h,
        one.partner * one.h,
        one.partner_noise * one.h,
        one.noise,
        0,
        0,
        0,
    )


def longer(a: Window, b: Window, power: int) -> Window:
    """The window of the steps of both: `a` without the largest, `b` without the smallest."""
    share = 1 / ((b.high / a.low) ** power - 1)
    value = a.value + (a.value - b.value) * share
    last = abs(value - a.value)
    return Window(
        a.low,
        b.high,
        a.steps + 1,
        value,
        a.noise + (a.noise + b.noise) * share,
        a.amplification + (a.amplification + b.amplification) * share,
        a.partner + (a.partner - b.partner) * share,
        a.scale + (a.scale + b.scale) * share,
        a.own * (a.high / b.high) ** power * (1 + share) + b.own * share,
        max(last, abs(value - b.value)),
        last,
        a.last,
    )


def estimate(window: Window, power: int) -> Estimate:
    """The limit from one window."""
    other = second_opinion(window.partner, window.scale, window.own)
    truncation = SAFETY * max(window.change, other, MEMORY * window.before)
    noise = window.noise + EPSILON * abs(window.value)
    return Estimate(window.value, noise, truncation, window.low, window.high, window.steps, power, window.amplification)


@lru_cache(maxsize=1024)
def odd_weights(h: tuple[float, ...]) -> list[float]:
    """The weights of the constant for steps of any size."""
    return weights_of_constant([step / h[-1] for step in h])


def odd_estimate(samples: Sequence[Sample]) -> Estimate:
    """The constant from one window, its steps ascending."""
    h, values, noises, _, _ = zip(*samples, strict=True)
    weights = odd_weights(h)
    value, shorter, later = dot(weights, values), dot(odd_weights(h[:-1]), values), dot(odd_weights(h[1:]), values[1:])
    change = max(abs(value - shorter), abs(value - later))
    truncation = SAFETY * max(change, MEMORY * abs(shorter - dot(odd_weights(h[:-2]), values)))
    sizes = list(map(abs, weights))
    noise = dot(sizes, noises) + EPSILON * abs(value)
    amplification = dot(map(truediv, sizes, h), repeat(1.0))
    return Estimate(value, noise, truncation, h[0], h[-1], len(h), ODD, amplification)


def dot(weights: Iterable[float], values: Iterable[float]) -> float:
    """Σ w·v, without rounding between; infinite where it overflows."""
    try:
        return fsum(map(mul, weights, values))
    except (OverflowError, ValueError):
        return inf


def second_opinion(difference: float, noise: float, own: float) -> float:
    """The top divided difference of the partners, scaled to the noise of the change that the largest step makes.

    A polynomial of the degree that the window resolves leaves none, so it measures what the window does not resolve,
    and its noise is another draw than that of the values.
    """
    return noise if noise in (0, inf) else abs(difference) * (own / noise)


class Windows:
    """All windows of a growing set of samples; each is computed once."""

    def __init__(self, powers: tuple[int, ...] = (2, 1)) -> None:
        self.powers = powers
        self.windows: dict[tuple[int, tuple[float, ...]], Window] = {}
        self.known: dict[tuple[int, tuple[float, ...]], Estimate] = {}
        self.last: tuple[tuple[float, ...], list[Estimate]] = ((), [])

    def of(self, samples: Sequence[Sample]) -> list[Estimate]:
        """The estimate of every run of neighbours, with errors not below what the smaller steps show."""
        samples = apart(samples)
        steps = tuple([sample.h for sample in samples])
        if steps != self.last[0]:
            found: list[Estimate] = []
            for power in self.powers:
                found += self.odd(samples, steps) if power == ODD else self.even(samples, steps, power)
            self.last = steps, pooled([one for one in found if isfinite(one.error)])
        return self.last[1]

    def even(self, samples: Sequence[Sample], steps: tuple[float, ...], power: int) -> list[Estimate]:
        """The estimates by one power of h, shorter windows first."""
        found = []
        row: list[Window | None] = list(map(window_of, samples))
        for count in range(2, min(MOST, len(steps)) + 1):
            wider: list[Window | None] = []
            for start, (a, b) in enumerate(pairwise(row)):
                if a is None or b is None or b.high > REACH * a.low:
                    wider.append(None)
                    continue
                key = (power, steps[start : start + count])
                window = self.windows.get(key)
                if window is None:
                    window = self.windows[key] = longer(a, b, power)
                    if count >= FEWEST:
                        self.known[key] = estimate(window, power)
                wider.append(window)
                if count >= FEWEST:
                    found.append(self.known[key])
            row = wider
        return found

    def odd(self, samples: Sequence[Sample], steps: tuple[float, ...]) -> list[Estimate]:
        """The constants of windows that are odd but for it."""
        found = []
        for start, low in enumerate(steps):
            for end in range(start + FEWEST, min(start + MOST, len(steps)) + 1):
                if steps[end - 1] > REACH * low:
                    break
                key = (ODD, steps[start:end])
                if key not in self.known:
                    self.known[key] = odd_estimate(samples[start:end])
                found.append(self.known[key])
        return found


def apart(samples: Sequence[Sample]) -> list[Sample]:
    """Without steps that are next to the one before: divided differences of two such tell nothing."""
    kept: list[Sample] = []
    for sample in samples:
        if not kept or sample.h > 1.02 * kept[-1].h:
            kept.append(sample)
    return kept


def pooled(found: Sequence[Estimate]) -> list[Estimate]:
    """The same with T >= U·median(T/U) over the windows of as many and smaller steps.

    Where rounding rules, T/U is the noise of the values; the least T over many windows would be a lucky one.
    """
    seen: dict[tuple[int, int], list[float]] = {}
    result = []
    for one in sorted(found, key=lambda one: (one.low, one.high)):
        ratios = seen.setdefault((one.steps, one.power), [])
        if ratios:
            floor = one.amplification * ratios[len(ratios) // 2]
            result.append(one if one.truncation >= floor else with_truncation(one, floor))
        else:
            result.append(one)
        insort(ratios, one.truncation / one.amplification)
    return result


def with_truncation(one: Estimate, truncation: float) -> Estimate:
    """The same with another bound; `_replace` takes five times as long."""
    return Estimate(one.value, one.noise, truncation, one.low, one.high, one.steps, one.power, one.amplification)


def better(found: Sequence[Sample | None], steps: Sequence[float]) -> float:
    """Of two first steps, the one to start from."""
    first, second = found
    if first is None or second is None:
        return steps[0] if second is None else steps[1]
    gap = abs(first.value - second.value)
    alike = gap <= 4 * (first.noise + second.noise) or gap <= 0.3 * max(abs(first.value), abs(second.value))
    if alike:
        return steps[0] if first.noise < second.noise else steps[1]
    return min(steps)
