"""Noisy: rounded output, single precision, pseudo-random noise, a bisection that stops at a tolerance.

A program with a tolerance that is smooth about the point has a slope of its own, which is to be found: see `trouble`.
"""

from __future__ import annotations

import math
from typing import Any

from .functions import noisy, row
from .numbers import single

ECNOISE = "Moré & Wild 2011"
ROUNDED = "simulators that print few digits (PEST manual: more digits in the output file)"
SINGLE = "simulators in single precision"
STOPPED = "Moré & Wild 2012, programs that stop at a tolerance"


def random_of(*point: float) -> float:
    """A number in [-1, 1): the same for the same point, random for its neighbours (SplitMix64 of the bits)."""
    state = 0x9E3779B97F4A7C15
    for x in point:
        for part in math.frexp(x):
            state = (state ^ (int(math.ldexp(part, 53)) & (2**64 - 1))) * 0xBF58476D1CE4E5B9 % 2**64
            state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
            state ^= state >> 31
    return state / 2**63 - 1


def with_noise(f: Any, size: float) -> Any:
    """f (1 + size·random)."""
    return lambda m, *x: f(m, *x) * (1 + size * random_of(*x))


def with_added_noise(f: Any, size: float) -> Any:
    """f + size·random."""
    return lambda m, *x: f(m, *x) + size * random_of(*x)


def printed(f: Any, digits: int) -> Any:
    """f with so many significant digits."""
    return lambda m, *x: float(f"{f(m, *x):.{digits - 1}e}")


def in_decimals(f: Any, decimals: int) -> Any:
    """f with so many digits behind the point."""
    return lambda m, *x: round(f(m, *x), decimals)


def in_single(f: Any) -> Any:
    """f rounded to 24 bits."""
    return lambda m, *x: single(f(m, *x))


def rosenbrock(_m: Any, x: Any, y: Any) -> Any:
    """Rosenbrock's function."""
    return 100 * (y - x**2) ** 2 + (1 - x) ** 2


def four(m: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """A smooth function of four variables."""
    return a**2 * m.exp(b / 4) + m.sin(c) * d + 3 * d


def root(m: Any, x: Any) -> Any:
    """The root y of y^3 + y = x, by Cardano."""
    inner = m.sqrt(x**2 / 4 + 1 / 27)
    return m.exp(m.log(inner + x / 2) / 3) - m.exp(m.log(inner - x / 2) / 3)


def bisected(_m: Any, x: float) -> float:
    """The same by bisection, which stops at 1e-9."""
    low, high = -1.0, abs(x) + 1.1
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if middle**3 + middle < x else (low, middle)
    return (low + high) / 2


def whole_sum(m: Any, x: Any) -> Any:
    """Σ sin(kx)/2^k = 2 sin x / (5 - 4 cos x)."""
    return 2 * m.sin(x) / (5 - 4 * m.cos(x))


def integral(m: Any, x: Any) -> Any:
    """The integral of e^(-x t²) over [0, 1]."""
    return m.sqrt(3.141592653589793238 / x) / 2 * m.erf(m.sqrt(x))


def decay(_m: Any, rate: Any, start: Any) -> Any:
    """y(1) of y' = -rate·y²."""
    return start / (1 + rate * start)


def sine(m: Any, x: Any) -> Any:
    """sin."""
    return m.sin(x)


def wave(m: Any, x: Any) -> Any:
    """e^x sin 2x + 3."""
    return m.exp(x) * m.sin(2 * x) + 3


ROWS = (
    row("sine in 3 decimals", ROUNDED, in_decimals(sine, 3), noisy(1.0), smooth=sine),
    row("sine in 6 digits", ROUNDED, printed(sine, 6), noisy(0.5), noisy(0.0), smooth=sine),
    row("wave in 8 digits", ROUNDED, printed(wave, 8), noisy(0.4), smooth=wave),
    row("Rosenbrock in 5 digits", ROUNDED, printed(rosenbrock, 5), noisy(-1.2, 1.0), smooth=rosenbrock),
    row("four in 6 digits", ROUNDED, printed(four, 6), noisy(1.5, 0.8, 0.3, 1.1), smooth=four),
    row("wave in single precision", SINGLE, in_single(wave), noisy(0.7), smooth=wave),
    row("Rosenbrock in single precision", SINGLE, in_single(rosenbrock), noisy(-1.2, 0.8), smooth=rosenbrock),
    row("sine, noise 1e-3", ECNOISE, with_noise(sine, 1e-3), noisy(1.0), smooth=sine),
    row("wave, noise 1e-6", ECNOISE, with_noise(wave, 1e-6), noisy(0.4), noisy(100.0 / 64), smooth=wave),
    row("wave, noise 1e-10", ECNOISE, with_noise(wave, 1e-10), noisy(0.4), smooth=wave),
    row("sine, added noise 1e-8", ECNOISE, with_added_noise(sine, 1e-8), noisy(2.0), noisy(0.0), smooth=sine),
    row("Rosenbrock, noise 1e-7", ECNOISE, with_noise(rosenbrock, 1e-7), noisy(-1.2, 1.0), smooth=rosenbrock),
    row("sum in 5 digits", ROUNDED, printed(whole_sum, 5), noisy(1.1), smooth=whole_sum),
    row("integral in single precision", SINGLE, in_single(integral), noisy(1.3), smooth=integral),
    row("decay, noise 1e-6", ECNOISE, with_noise(decay, 1e-6), noisy(1.5, 0.8), smooth=decay),
    row("cubic root by bisection", STOPPED, bisected, noisy(2.0), smooth=root),
)
