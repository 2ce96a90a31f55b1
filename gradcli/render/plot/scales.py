"""Axes: round numbers for ticks, their texts, and where a number stands."""

from __future__ import annotations

from math import floor, isfinite, log10

from gradcli.records import NamedTuple
from gradcli.render.explain.figures import shortened

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Ticks are multiples of these times a power of ten."""


class Tick(NamedTuple):
    """A number on an axis, and its text."""

    value: float
    text: str


class Scale(NamedTuple):
    """Numbers from `low` to `high` on a line from `start` to `end`, in whatever unit."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a number stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def step_of(low: float, high: float, most: int) -> float:
    """The smallest round step with at most so many ticks in a range."""
    rough = (high - low) / max(1, most)
    power: float = 10.0 ** floor(log10(rough))
    return next((step * power for step in STEPS if step * power >= rough * (1 - 1e-9)), 10 * power)


def ticks(low: float, high: float, most: int) -> list[Tick]:
    """At most about `most` round numbers of a range, all with the same number of decimals."""
    if not isfinite(high - low) or high <= low:
        return []
    step = step_of(low, high, most)
    first, last = -floor(-low / step + 1e-9), floor(high / step + 1e-9)
    values = [place * step for place in range(int(first), int(last) + 1)]
    largest = max(abs(low), abs(high))
    values = [
        0.0 if abs(value) < step / 1e6 else value for value in values if low - step / 1e6 <= value <= high + step / 1e6
    ]
    return [Tick(value, tick_text(value, step, largest)) for value in values]


def tick_text(value: float, step: float, largest: float) -> str:
    """A number with the decimals that its neighbours need."""
    decimals = max(0, -floor(log10(step) + 1e-9))
    while decimals < 12 and abs(round(step, decimals) - step) > step * 1e-6:
        decimals += 1
    if largest < 1e6 and decimals <= 5:
        return f"{value:.{decimals}f}"
    digits = max(1, floor(log10(largest / step)) + 2)
    return shortened(f"{value:.{min(digits + 1, 16)}g}")
