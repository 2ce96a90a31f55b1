"""Further functions as programs make them: short floats, gaps beside the point, caches, tolerances, huge and tiny x.

python -m tests.differences.programs --families more [--count 5000] [--seed 1] [--missed]
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np
from mpmath import mp

from .programs import Case, Dual, Function, Smooth, place, smooth, solved


def short(value: float, bits: int) -> float:
    """The value in a float of so many bits."""
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(mantissa * 2**bits), exponent - bits) if math.isfinite(value) else value


def narrow(random: Random) -> Case:
    """bfloat16, float16 and others, for the value or for the argument."""
    g, x, bits = smooth(random), place(random), random.choice((8, 11, 16, 20, 24, 32))
    f: Function = random.choice((lambda t: short(g.f(t), bits), lambda t: g.f(short(t, bits))))
    return Case("short floats", f, x, (g.slope(x), 0.0))


def narrow_part(random: Random) -> Case:
    """One term of a sum is in a short float; where it is one number from x/2 to 3x/2, it adds no slope either."""
    g, h, x, bits = smooth(random), smooth(random), place(random), random.choice((11, 20, 24, 32))
    still = len({short(g.f(x * (1 + k / 40)), bits) for k in range(-20, 21)}) == 1
    slopes = (g.slope(x) + h.slope(x), h.slope(x)) if still else (g.slope(x) + h.slope(x),)
    return Case("a short term", lambda t: short(g.f(t), bits) + h.f(t), x, slopes)


def single_steps(random: Random) -> Case:
    """Every operation in float32."""
    one = np.float32
    a, b, x = one(random.uniform(0.3, 3)), one(random.uniform(0.3, 3)), place(random)
    p, q = float(a), float(b)
    f, slope = random.choice(
        (
            (lambda t: float(a * one(t) * one(t) + b * one(t)), lambda t: 2 * p * t + q),
            (lambda t: float(np.exp(-a * one(t)) * b), lambda t: -p * q * math.exp(-p * t)),
            (lambda t: float(np.sin(a * one(t)) + b), lambda t: p * math.cos(p * t)),
            (lambda t: float(np.log(b + one(t) * one(t))), lambda t: 2 * t / (q + t * t)),
        )
    )
    return Case("all in float32", f, x, (slope(x),))


def cached(random: Random) -> Case:
    """A cache: arguments that agree to some digits have the same value."""
    g, x, digits = smooth(random), place(random), random.randint(3, 10)
    kept: dict[float, float] = {}

    def f(t: float) -> float:
        return kept.setdefault(round(t, digits), g.f(t))

    return Case("cache", f, x, (g.slope(x), 0.0))


def rounded_argument(random: Random) -> Case:
    """The argument is rounded to some decimals, and something smooth is added."""
    g, h, x, digits = smooth(random), smooth(random), place(random), random.randint(4, 10)
    own, whole = h.slope(x), g.slope(x) + h.slope(x)
    return Case("rounded argument", lambda t: g.f(round(t, digits)) + h.f(t), x, (whole, own))


def gap_beside(random: Random) -> Case:
    """A jump beside the point."""
    g, x, size = smooth(random), place(random), random.choice((-1, 1)) * 10 ** random.uniform(-8, 0)
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-7, -0.5))
    return Case("jump beside", lambda t: g.f(t) + (size if t > edge else 0.0), x, (g.slope(x),))


def branch_beside(random: Random) -> Case:
    """Another formula, with a gap, from just beside the point on."""
    g, h, x = smooth(random), smooth(random), place(random)
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-8, -3))
    own = g if x < edge else h
    return Case("branch beside", lambda t: g.f(t) if t < edge else h.f(t), x, (own.slope(x),))


def falsi(g: Smooth, t: Dual, tolerance: float) -> Dual:
    """The root of y + y³ = g(t) by regula falsi (Illinois), and what the same steps make of the derivative."""
    wanted, dw = g.f(t.value), g.slope(t.value) * t.slope
    low, high = Dual(-20.0, 0.0), Dual(20.0, 0.0)
    a, b = (Dual(y.value + y.value**3 - wanted, -dw) for y in (low, high))
    y = low
    for _ in range(10_000):
        top = low.value * b.value - high.value * a.value
        dtop = low.slope * b.value + low.value * b.slope - high.slope * a.value - high.value * a.slope
        below, dbelow = b.value - a.value, b.slope - a.slope
        y = Dual(top / below, (dtop - top / below * dbelow) / below)
        value = Dual(y.value + y.value**3 - wanted, (1 + 3 * y.value**2) * y.slope - dw)
        if abs(value.value) < tolerance:
            break
        if value.value * b.value < 0:
            low, a = high, b
        else:
            a = Dual(a.value / 2, a.slope / 2)
        high, b = y, value
    return y


regula_falsi = solved("regula falsi", falsi, (-11, -3))


def steps_in_time(random: Random) -> Case:
    """y' = sin t - a y from 0 to t by Euler's method with a fixed step, the last one shorter."""
    a, x, h = random.uniform(0.3, 3), random.uniform(0.3, 3), 10 ** random.uniform(-3, -1)

    def run(t: float) -> Dual:
        y, now, slope = 1.0, 0.0, 0.0
        while now < t:
            step, slope = min(h, t - now), math.sin(now) - a * y
            y += step * slope
            now += step
        return Dual(y, slope)

    y = math.exp(-a * x) * (1 + 1 / (1 + a * a)) + (a * math.sin(x) - math.cos(x)) / (1 + a * a)
    around = (run(x).slope, math.sin(x) - a * run(x).value, math.sin(x) - a * y)
    return Case("time steps", lambda t: run(t).value, x, around)


def relative_noise(random: Random) -> Case:
    """Noise of a part of the value."""
    g, x, part, salt = smooth(random), place(random), 10 ** random.uniform(-10, -5), random.random()
    return Case(
        "relative noise", lambda t: g.f(t) * (1 + part * (2 * Random(hash((t, salt))).random() - 1)), x, (g.slope(x),)
    )


def far_out(random: Random) -> Case:
    """A huge or a tiny argument, in whose units the function is an ordinary one."""
    g, unit, y = smooth(random), 10 ** random.uniform(-150, 150), random.uniform(0.3, 2)
    return Case("huge and tiny x", lambda t: g.f(t / unit), y * unit, (g.slope(y) / unit,))


def big_values(random: Random) -> Case:
    """Values near the largest float64, or near the smallest."""
    g, size, x = smooth(random), 10.0 ** random.choice((305, 300, -300, -290)), place(random)
    return Case("huge and tiny values", lambda t: size * g.f(t), x, (size * g.slope(x),))


def long_sum(random: Random) -> Case:
    """A long sum of terms that are much larger than what is left."""
    g, x, count, large = smooth(random), place(random), random.choice((10, 100, 300)), 10 ** random.uniform(2, 9)
    signs = [(-1) ** i * large * (1 + i / count) for i in range(count)]
    total = math.fsum(signs)

    def f(t: float) -> float:
        total_here = 0.0
        for term in signs:
            total_here += term + g.f(t) / count
        return total_here - total

    return Case("long sum", f, x, (g.slope(x),))


def cancelling(random: Random) -> Case:
    """(1 - cos t)/t² and the like, near 0."""
    x = random.uniform(0.3, 3) * 10 ** random.uniform(-8, -2)
    f, exact = random.choice(
        (
            (lambda t: (1 - math.cos(t)) / (t * t), lambda t: (1 - mp.cos(t)) / (t * t)),
            (lambda t: (math.exp(t) - 1) / t, lambda t: (mp.exp(t) - 1) / t),
            (lambda t: (math.sqrt(1 + t) - 1) / t, lambda t: (mp.sqrt(1 + t) - 1) / t),
            (lambda t: (t + 1e8) - 1e8 + t * t, lambda t: t + t * t),
            (lambda t: math.sqrt(t + 1e10) - 1e5, lambda t: mp.sqrt(t + mp.mpf(10) ** 10)),
        )
    )
    with mp.workdps(60):
        return Case("cancelling", f, x, (float(mp.diff(exact, mp.mpf(x))),))


FAMILIES: tuple[Callable[[Random], Case], ...] = (
    *(
        narrow,
        narrow_part,
        single_steps,
        cached,
        rounded_argument,
        gap_beside,
        branch_beside,
        regula_falsi,
        steps_in_time,
    ),
    *(relative_noise, far_out, big_values, long_sum, cancelling),
)
