"""Functions that are smooth up to an edge beside the point, or rounded inside, with their slopes."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Plateau(NamedTuple):
    """A function at a point, and the slope of what it stands for."""

    family: str
    f: Callable[[float], float]
    x: float
    slope: float


def clipped(random: Random) -> Plateau:
    """Flat at the point, steep from a kink beside it on."""
    a, x, d = random.uniform(0.3, 3), random.uniform(0.3, 2), 10 ** random.uniform(-6, -2)
    top = a * (x - d * x) ** 2
    return Plateau("clipped", lambda t: min(a * t * t, top), x, 0.0)


def quantised(random: Random) -> Plateau:
    """Values on a grid."""
    a, x, q = random.uniform(0.3, 3), random.uniform(0.3, 2), 10 ** random.uniform(-9, -5)
    return Plateau("quantised", lambda t: round(math.exp(a * t) / q) * q, x, a * math.exp(a * x))


def rounded_inside(random: Random) -> Plateau:
    """A large number is added and taken away again."""
    a, large = random.uniform(0.3, 3), 10 ** random.uniform(6, 9)
    x = random.uniform(0.3, 2) * 10 ** random.uniform(-6, 0)
    return Plateau("rounded inside", lambda t: (t + large) - large + a * t * t, x, 1 + 2 * a * x)


def cancelling(random: Random) -> Plateau:
    """The difference of two roots."""
    large, x = 10 ** random.uniform(6, 10), random.uniform(0.3, 2) * 10 ** random.uniform(-6, 0)
    return Plateau("cancelling", lambda t: math.sqrt(t + large) - math.sqrt(large), x, 0.5 / math.sqrt(x + large))


FAMILIES = (clipped, quantised, rounded_inside, cancelling)


def drawn(count: int, seed: int) -> list[Plateau]:
    """So many of each family."""
    random = Random(seed)
    return [family(random) for _ in range(count) for family in FAMILIES]
