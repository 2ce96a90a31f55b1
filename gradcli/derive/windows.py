"""Extrapolation to step zero: from differences at several steps to one number with its error.

A window is a run of neighbouring steps. Its value is that of the interpolating polynomial at 0 (Neville, Richardson),
in t = h² for smooth functions and in t = h for those that are smooth on each side only.
Sources: Lyness & Moler, Van der Monde systems and numerical differentiation, Numer. Math. 8 (1966) 458;
Ridders, Adv. Eng. Softw. 4 (1982) 75; Oliver & Ruffhead, BIT 15 (1975) 283.
"""

from __future__ import annotations

from math import fsum, inf, isfinite, prod
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EPSILON = 2.0**-52

FEWEST, MOST = 3, 8
"""Steps in a window."""

REACH = 1e5
"""The largest step of a window over its smallest."""

SAFETY = 6.0
"""The truncation error is taken as this times the largest change that a step more or less makes."""

MEMORY = 0.003
"""This part of the change before is kept: convergence is not believed to speed up more than that in one step."""


class Sample(NamedTuple):
    """A difference quotient at one step. `partner`: of the same evaluations, with the other parity (0 if there is none).

    noise, partner_noise    the rounding errors of both
    """

    h: float
    value: float
    noise: float
    partner: float = 0.0
    partner_noise: float = 0.0


class Estimate(NamedTuple):
    """A limit at step zero: |value - limit| <= noise + truncation, if the function is smooth at this scale.

    low, high        the smallest and the largest step;  count: of steps;  power: of h in t
    amplification    Σ|w|/h: what a rounding error of 1 in every value would do
    """

    value: float
    noise: float
    truncation: float
    low: float
    high: float
    count: int
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
    return [prod(tj / (tj - tk) for j, tj in enumerate(t) if j != k) for k, tk in enumerate(t)]


def estimate(samples: Sequence[Sample], power: int) -> Estimate:
    """The limit from one window, its steps ascending."""
    top = samples[-1].h
    t = [(sample.h / top) ** power for sample in samples]
    weights = weights_at_zero(t)
    values = [sample.value for sample in samples]
    whole = dot(weights, values)
    without_largest = [w * (t[-1] - tk) / t[-1] for w, tk in zip(weights, t, strict=True)]
    without_smallest = [w * (t[0] - tk) / t[0] for w, tk in zip(weights, t, strict=True)]
    without_two = [w * (t[-2] - tk) / t[-2] for w, tk in zip(without_largest, t, strict=True)]
    shorter = dot(without_largest, values)
    change = max(abs(whole - shorter), abs(whole - dot(without_smallest, values)))
    before = abs(shorter - dot(without_two, values))
    noise = fsum(abs(w) * sample.noise for w, sample in zip(weights, samples, strict=True))
    truncation = SAFETY * max(change, second_opinion(samples, weights, t), MEMORY * before)
    amplification = fsum(abs(w) / sample.h for w, sample in zip(weights, samples, strict=True))
    return Estimate(
        whole, noise + EPSILON * abs(whole), truncation, samples[0].h, top, len(samples), power, amplification
    )


def dot(weights: Sequence[float], values: Sequence[float]) -> float:
    """Σ w·v, without rounding between; infinite where it overflows."""
    try:
        return fsum(w * v for w, v in zip(weights, values, strict=True))
    except (OverflowError, ValueError):
        return inf


def second_opinion(samples: Sequence[Sample], weights: Sequence[float], t: Sequence[float]) -> float:
    """The top divided difference of the partners, scaled to the noise of the change that the largest step makes.

    A polynomial of the degree that the window resolves leaves none, so it measures what the window does not resolve,
    and its noise is another draw than that of the values.
    """
    noise = fsum(abs(w) * s.partner_noise * s.h for w, s in zip(weights, samples, strict=True))
    if noise == 0:
        return 0.0
    own = fsum(abs(w) * tk / t[-1] * s.noise for w, tk, s in zip(weights, t, samples, strict=True))
    return abs(dot(weights, [s.partner * s.h for s in samples])) * (own / noise)


class Windows:
    """All windows of a growing set of samples; each is computed once."""

    def __init__(self, powers: tuple[int, ...] = (2, 1), fewest: int = FEWEST, most: int = MOST) -> None:
        self.powers, self.fewest, self.most = powers, fewest, most
        self.known: dict[tuple[float, ...], Estimate] = {}

    def of(self, samples: Sequence[Sample]) -> list[Estimate]:
        """The estimate of every run of neighbours, with errors not below what the smaller steps show."""
        found = []
        for run in self.runs(samples):
            steps = tuple(sample.h for sample in run)
            for power in self.powers:
                key = (power, *steps)
                if key not in self.known:
                    self.known[key] = estimate(run, power)
                if isfinite(self.known[key].error):
                    found.append(self.known[key])
        return pooled(found)

    def runs(self, samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
        """Runs of neighbours that do not span too wide."""
        for start in range(len(samples)):
            for end in range(start + self.fewest, min(start + self.most, len(samples)) + 1):
                if samples[end - 1].h <= REACH * samples[start].h:
                    yield samples[start:end]


def pooled(found: Sequence[Estimate]) -> list[Estimate]:
    """The same with T >= U·median(T/U) over the windows of as many and smaller steps.

    Where rounding rules, T/U is the noise of the values; the least T over many windows would be a lucky one.
    """
    seen: dict[tuple[int, int], list[float]] = {}
    result = []
    for one in sorted(found, key=lambda one: (one.low, one.high)):
        ratios = seen.setdefault((one.count, one.power), [])
        if ratios:
            floor = one.amplification * sorted(ratios)[len(ratios) // 2]
            result.append(one._replace(truncation=max(one.truncation, floor)))
        else:
            result.append(one)
        ratios.append(one.truncation / one.amplification)
    return result
