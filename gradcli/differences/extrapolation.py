"""Extrapolation to step zero: from differences at several steps to one number with its error.

A window is a run of neighbouring steps. Its value is that of the interpolating polynomial at 0 (Neville, Richardson),
in t = h² for smooth functions and in t = h for those that are smooth on each side only.
Sources: Lyness & Moler, Van der Monde systems and numerical differentiation, Numer. Math. 8 (1966) 458;
Ridders, Adv. Eng. Softw. 4 (1982) 75; Oliver & Ruffhead, BIT 15 (1975) 283.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import repeat
from math import fsum, inf, isfinite, prod
from operator import mul, sub, truediv

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


def weights_at_zero(t: Sequence[float]) -> list[float]:
    """w with Σ w·p(t) = p(0) for all polynomials of a degree below the number of places."""
    return [prod([tj / (tj - tk) for tj in t if tj != tk]) for tk in t]


def weights_of_constant(h: Sequence[float]) -> list[float]:
    """w with Σ w = 1 and Σ w·h = Σ w·h³ = … = 0: divided differences in h² of the values over h."""
    raw = [1 / (hk * prod([(hk - hj) * (hk + hj) for hj in h if hj != hk])) for hk in h]
    total = fsum(raw)
    return [w / total for w in raw]


class Weights(NamedTuple):
    """Those of a window, and of the same without the largest step, the smallest one, and the two largest."""

    whole: list[float]
    without_largest: list[float]
    without_smallest: list[float]
    without_two: list[float]


@lru_cache(maxsize=1024)
def weights_of(h: tuple[float, ...], power: int) -> Weights:
    """The weights of a window, with 0 for the steps left out. All variables have windows of the same proportions."""
    if power == ODD:
        parts = (weights_of_constant(h[:-1]), weights_of_constant(h[1:]), weights_of_constant(h[:-2]))
        return Weights(weights_of_constant(h), [*parts[0], 0.0], [0.0, *parts[1]], [*parts[2], 0.0, 0.0])
    t = [step**power for step in h]
    whole = weights_at_zero(t)
    shorter = [w * (t[-1] - tk) / t[-1] for w, tk in zip(whole, t, strict=True)]
    later = [w * (t[0] - tk) / t[0] for w, tk in zip(whole, t, strict=True)]
    return Weights(whole, shorter, later, [w * (t[-2] - tk) / t[-2] for w, tk in zip(shorter, t, strict=True)])


def estimate(samples: Sequence[Sample], power: int) -> Estimate:
    """The limit from one window, its steps ascending."""
    h, values, noises, partners, partner_noises = zip(*samples, strict=True)
    top = h[-1]
    weights = weights_of(tuple([step / top for step in h]), power)
    value, shorter = dot(weights.whole, values), dot(weights.without_largest, values)
    change = max(abs(value - shorter), abs(value - dot(weights.without_smallest, values)))
    before = abs(shorter - dot(weights.without_two, values))
    sizes = list(map(abs, weights.whole))
    other = 0.0
    if power != ODD and any(partner_noises):
        scale = dot(map(mul, sizes, h), partner_noises)
        own = dot(map(abs, map(sub, weights.whole, weights.without_largest)), noises)
        other = second_opinion(dot(weights.whole, map(mul, partners, h)), scale, own)
    truncation = SAFETY * max(change, other, MEMORY * before)
    noise = dot(sizes, noises) + EPSILON * abs(value)
    amplification = dot(map(truediv, sizes, h), repeat(1.0))
    return Estimate(value, noise, truncation, h[0], top, len(h), power, amplification)


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

    def __init__(self, powers: tuple[int, ...] = (2, 1), fewest: int = FEWEST, most: int = MOST) -> None:
        self.powers, self.fewest, self.most = powers, fewest, most
        self.known: dict[tuple[int, tuple[float, ...]], Estimate] = {}
        self.last: tuple[tuple[float, ...], list[Estimate]] = ((), [])

    def of(self, samples: Sequence[Sample]) -> list[Estimate]:
        """The estimate of every run of neighbours, with errors not below what the smaller steps show."""
        samples = apart(samples)
        steps = tuple([sample.h for sample in samples])
        if steps == self.last[0]:
            return self.last[1]
        found = []
        for start, end in self.runs(steps):
            for power in self.powers:
                key = (power, steps[start:end])
                known = self.known.get(key)
                if known is None:
                    known = self.known[key] = estimate(samples[start:end], power)
                if isfinite(known.error):
                    found.append(known)
        self.last = steps, pooled(found)
        return self.last[1]

    def runs(self, steps: Sequence[float]) -> Iterator[tuple[int, int]]:
        """Runs of neighbours that do not span too wide, as slices."""
        for start, low in enumerate(steps):
            for end in range(start + self.fewest, min(start + self.most, len(steps)) + 1):
                if steps[end - 1] > REACH * low:
                    break
                yield start, end


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
            floor = one.amplification * sorted(ratios)[len(ratios) // 2]
            result.append(one if one.truncation >= floor else one._replace(truncation=floor))
        else:
            result.append(one)
        ratios.append(one.truncation / one.amplification)
    return result


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
