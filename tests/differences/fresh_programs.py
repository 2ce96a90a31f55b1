"""Functions as programs make them, written before the search was changed last: its figures on what it never saw.

python -m tests.differences.programs --families fresh [--count 5000] [--seed 1] [--missed]
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from random import Random

import numpy as np
from mpmath import mp

from .programs import Case, Dual, Function, place, smooth

STRETCH = 0.02
"""Of x: where nothing changes within this, the function's own slope is right, too."""


class Number:
    """A value with its derivative, in the order of operations of the program itself."""

    def __init__(self, value: float, slope: float = 0.0) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Number | float) -> Number:
        two = number(other)
        return Number(self.value + two.value, self.slope + two.slope)

    def __sub__(self, other: Number | float) -> Number:
        two = number(other)
        return Number(self.value - two.value, self.slope - two.slope)

    def __mul__(self, other: Number | float) -> Number:
        two = number(other)
        return Number(self.value * two.value, self.slope * two.value + self.value * two.slope)

    def __truediv__(self, other: Number | float) -> Number:
        two = number(other)
        ratio = self.value / two.value
        return Number(ratio, (self.slope - ratio * two.slope) / two.value)

    def power(self, p: float) -> Number:
        """The number to a constant power."""
        return Number(self.value**p, p * self.value ** (p - 1) * self.slope)

    def sine(self) -> Number:
        """Its sine."""
        return Number(math.sin(self.value), math.cos(self.value) * self.slope)


def number(value: Number | float) -> Number:
    """A constant has no slope."""
    return value if isinstance(value, Number) else Number(value)


def gear_lookup(random: Random) -> Case:
    """A shift table with hysteresis: the segment stays until the input is clearly beyond its end."""
    g, x, count = smooth(random), random.uniform(0.3, 2), random.choice((5, 20, 100))
    step, band = 3 / count, random.uniform(0.02, 0.3)
    values = [g.f(i * step) for i in range(count + 1)]
    ratios = [(values[i + 1] - values[i]) / step for i in range(count)]
    last: list[int] = []

    def f(t: float) -> float:
        place_of = t / step
        if not last or not last[0] - band <= place_of <= last[0] + 1 + band:
            last[:] = [min(max(math.floor(place_of), 0), count - 1)]
        return values[last[0]] + ratios[last[0]] * (t - last[0] * step)

    i = math.floor(x / step)
    return Case("gear lookup", f, x, (*ratios[max(0, i - 1) : i + 2], g.slope(x)))


def kepler(random: Random) -> Case:
    """Kepler's equation E - e sin E = M by Newton's or by simple iteration, to a tolerance."""
    e, x, tolerance = random.uniform(0.05, 0.8), random.uniform(0.3, 3), 10 ** random.uniform(-12, -4)
    simple = random.random() < 0.5

    def run(mean: Number) -> Number:
        now = mean
        for _ in range(300):
            if simple:
                new = mean + now.sine() * e
            else:
                below = Number(1 - e * math.cos(now.value), e * math.sin(now.value) * now.slope)
                new = now - (now - now.sine() * e - mean) / below
            close, now = abs(new.value - now.value) < tolerance, new
            if close:
                break
        return now

    full = newton_kepler(e, x)
    return Case("Kepler", lambda t: run(Number(t)).value, x, (run(Number(x, 1.0)).slope, 1 / (1 - e * math.cos(full))))


def newton_kepler(e: float, mean: float) -> float:
    """The root to all digits."""
    now = mean
    for _ in range(60):
        now -= (now - e * math.sin(now) - mean) / (1 - e * math.cos(now))
    return now


def relaxed(random: Random) -> Case:
    """Jacobi's iteration for linear equations whose right side depends on t, until it moves by little."""
    n, x, tolerance, g = random.choice((3, 6)), place(random), 10 ** random.uniform(-12, -3), smooth(random)
    matrix = np.array([[random.uniform(-1, 1) for _ in range(n)] for _ in range(n)]) * random.uniform(0.3, 0.9) / n
    right = np.array([random.uniform(-1, 1) for _ in range(n)])

    def run(t: float) -> Dual:
        y, dy = np.zeros(n), np.zeros(n)
        wanted, dw = right * g.f(t) + 1, right * g.slope(t)
        for _ in range(300):
            new, dy = wanted - matrix @ y, dw - matrix @ dy
            close = float(np.max(np.abs(new - y))) < tolerance
            y = new
            if close:
                break
        return Dual(float(y[0]), float(dy[0]))

    exact = float(np.linalg.solve(np.eye(n) + matrix, right)[0]) * g.slope(x)
    return Case("Jacobi iteration", lambda t: run(t).value, x, (exact, run(x).slope))


def formatted(random: Random) -> Case:
    """Values through a report: percent, engineering units, a column of fixed width."""
    g, x = smooth(random), place(random)
    unit, digits = random.choice((0.01, 1e-3, 1e3, 60.0)), random.randint(2, 8)
    f: Function = random.choice(
        (
            lambda t: float(f"{g.f(t) / unit:.{digits}f}") * unit,
            lambda t: float(f"{g.f(t) / unit:.{digits + 2}e}") * unit,
            lambda t: float(f"{g.f(t) / unit:.15f}"[: digits + 4]) * unit,
        )
    )
    still = f(x * (1 - STRETCH)) == f(x) == f(x * (1 + STRETCH))
    return Case("formatted", f, x, (g.slope(x), 0.0) if still else (g.slope(x),))


def summed(random: Random) -> Case:
    """Naive and compensated sums of many terms, in short floats and in long ones."""
    count, x = random.choice((30, 200)), place(random)
    rates = [random.uniform(0.1, 2) for _ in range(count)]
    kind = random.choice(("float32", "offset", "compensated"))
    large = 0.0 if kind == "float32" else 10 ** random.uniform(4, 12)

    def f(t: float) -> float:
        if kind == "float32":
            part = np.float32(0)
            for rate in rates:
                part += np.float32(math.sin(rate * t))
            return float(part) / count
        total, lost = large, 0.0
        for rate in rates:
            term = math.sin(rate * t) - (lost if kind == "compensated" else 0.0)
            new = total + term
            total, lost = new, (new - total) - term
        return (total - large) / count

    return Case("sums", f, x, (math.fsum(rate * math.cos(rate * x) for rate in rates) / count,))


def mixed_product(random: Random) -> Case:
    """A product, one factor in float32 or in bfloat16; or a dot product of float32s, summed in float64."""
    g, h, x = smooth(random), smooth(random), place(random)
    whole = g.slope(x) * h.f(x) + g.f(x) * h.slope(x)
    weights = [np.float32(random.uniform(-1, 1)) for _ in range(8)]
    kind = random.choice(("float32", "half", "dot"))
    if kind == "dot":
        total = math.fsum(float(w) * (k + 1) for k, w in enumerate(weights))

        def dot(t: float) -> float:
            return math.fsum(float(w) * float(np.float32(g.f(t) * (k + 1))) for k, w in enumerate(weights))

        return Case("mixed precision", dot, x, (total * g.slope(x),))
    shorter = np.float32 if kind == "float32" else np.float16
    f: Function = lambda t: float(shorter(g.f(t))) * h.f(t)  # noqa: E731
    return Case("mixed precision", f, x, (whole, float(shorter(g.f(x))) * h.slope(x)))


def table_at_knot(random: Random) -> Case:
    """A table linear between its entries, the point at an entry or just beside it: a kink."""
    g, count = smooth(random), random.choice((5, 20, 100, 1000))
    knots = [3 * i / count for i in range(count + 1)]
    values = [g.f(k) for k in knots]
    chord = [(values[i + 1] - values[i]) * count / 3 for i in range(count)]
    i = random.randint(1, count - 1)
    x = knots[i] * (1 + random.choice((0.0, 0.0, 1e-12, -1e-9, 1e-7, -1e-5)))

    def f(t: float) -> float:
        k = min(max(bisect.bisect_right(knots, t) - 1, 0), count - 1)
        return values[k] + chord[k] * (t - knots[k])

    if x == knots[i]:
        return Case("table at a knot", f, x, (chord[i - 1], chord[i], g.slope(x)))
    return Case("table at a knot", f, x, (chord[i if x > knots[i] else i - 1], g.slope(x)))


def adaptive_ode(random: Random) -> Case:
    """y' = t y (1 - y/2) over a fixed time by Bogacki and Shampine's pair with steps from a controller."""
    x, tolerance, end, start = random.uniform(0.3, 3), 10 ** random.uniform(-9, -3), 2.0, random.uniform(0.1, 1.5)

    def rate(y: Number, t: Number) -> Number:
        return t * y * (Number(1.0) - y / 2)

    def run(t: Number) -> Number:
        now, y, h = Number(0.0), Number(start), Number(0.1)
        for _ in range(3000):
            last = now.value + h.value >= end
            if last:
                h = Number(end) - now
            one = rate(y, t)
            two = rate(y + h * one / 2, t)
            three = rate(y + h * two * 0.75, t)
            new = y + h * (one * 2 + two * 3 + three * 4) / 9
            off = h * (one * -5 + two * 6 + three * 8 - rate(new, t) * 9) / 72
            size = off if off.value > 0 else off * -1
            factor = (size / tolerance + 1e-10).power(-1 / 3) * 0.9
            factor = Number(min(max(factor.value, 0.2), 5.0), factor.slope if 0.2 < factor.value < 5 else 0.0)
            if size.value > tolerance:
                h = h * factor
                continue
            now, y = now + h, new
            if last:
                break
            h = h * factor
        return y

    grown = math.exp(end * x)
    exact = 2 * start * end * grown * (2 - start) / (2 - start + start * grown) ** 2
    return Case("adaptive steps", lambda t: run(Number(t)).value, x, (exact, run(Number(x, 1.0)).slope))


def monte_carlo(random: Random) -> Case:
    """The mean of an option's pay-off over draws with a fixed seed."""
    count, x, strike = random.choice((50, 1000)), random.uniform(0.5, 2), random.uniform(0.5, 2)
    factors = np.exp(np.random.default_rng(random.randrange(10**6)).normal(0, 0.3, count))
    own = float(np.mean(np.where(x * factors > strike, factors, 0.0)))
    return Case("Monte Carlo", lambda t: float(np.mean(np.maximum(t * factors - strike, 0.0))), x, (own,))


def whole_numbers(random: Random) -> Case:
    """Cents, whole pieces, whole seconds in the middle of a formula."""
    g, h, x, unit = smooth(random), smooth(random), place(random), random.choice((0.01, 1e-3, 1 / 60, 1e-6))
    rounding = random.choice((round, math.floor, math.ceil))
    f: Function = lambda t: rounding(g.f(t) / unit) * unit * (1 + h.f(t) ** 2)  # noqa: E731
    factor, dfactor = 1 + h.f(x) ** 2, 2 * h.f(x) * h.slope(x)
    return Case(
        "whole numbers", f, x, (g.slope(x) * factor + g.f(x) * dfactor, rounding(g.f(x) / unit) * unit * dfactor)
    )


def conversions(random: Random) -> Case:
    """Units there and back, rounded to some decimals at each station."""
    g, x, places = smooth(random), place(random), random.randint(2, 9)
    factor, offset = random.choice(((1.8, 32.0), (1.0, 273.15), (3600.0, 0.0), (0.3048, 0.0)))

    def f(t: float) -> float:
        there = round(g.f(t) * factor + offset, places)
        return round((there - offset) / factor, places)

    still = f(x * (1 - STRETCH)) == f(x) == f(x * (1 + STRETCH))
    return Case("conversions", f, x, (g.slope(x), 0.0) if still else (g.slope(x),))


def rectified(random: Random) -> Case:
    """A small network of rectified units, two of which switch beside the point."""
    x = place(random)
    units = []
    for k in range(6):
        near = 10 ** random.uniform(-8, -1) if k < 2 else random.uniform(0.2, 1)
        units.append((random.uniform(-2, 2), x * (1 + random.choice((-1, 1)) * near), random.uniform(-2, 2)))

    def f(t: float) -> float:
        return sum(out * max(w * (t - edge), 0.0) for w, edge, out in units) + 0.3 * t * t

    own = sum(out * w for w, edge, out in units if w * (x - edge) > 0) + 0.6 * x
    return Case("rectified units", f, x, (own,))


CANCELLING: tuple[tuple[Callable[..., object], float, float], ...] = (
    (lambda m, t: (1 - m.cos(t)) / t**2, -8, -1),
    (lambda m, t: (t - m.sin(t)) / t**3, -5, -1),
    (lambda m, t: (m.exp(t) - 1 - t) / t**2, -8, -1),
    (lambda m, t: m.log(1 + t) / t, -9, -1),
    (lambda m, t: m.sqrt(t * t + 1) - t, 1, 9),
    (lambda m, t: (m.exp(t) - m.exp(1.000001 * t)) * 1e6, -3, 0.5),
    (lambda m, t: (-t + m.sqrt(t * t - 4 * 0.7)) / 2, 1, 8),
    (lambda m, t: m.tan(t) - m.sin(t), -6, -1),
    (lambda m, t: 1 / t - 1 / m.sin(t), -6, -1),
    (lambda m, t: m.exp(m.log(1 + t) / t), -8, -1),
    (lambda m, t: m.log(1 + m.exp(-t)), 0.5, 1.5),
    (lambda m, t: 1 / t - 1 / (t + 1), 2, 9),
    (lambda m, t: m.cos(t) ** 2 - m.sin(t) ** 2 - 1, -6, -1),
    (lambda m, t: (t - 1) ** 6 - (t**6 - 6 * t**5 + 15 * t**4 - 20 * t**3 + 15 * t**2 - 6 * t), -1, 0.5),
)
"""Formulas that lose digits, and the decades where they do."""


def formulas(random: Random) -> Case:
    """Cancellation: near 0, far out, between neighbours."""
    form, low, high = random.choice(CANCELLING)
    x = 10 ** random.uniform(low, high)
    with mp.workdps(80):
        slope = float(mp.diff(lambda t: form(mp, t), mp.mpf(x), h=mp.mpf(x) * mp.mpf(10) ** -25))
    return Case("lossy formulas", lambda t: float(form(math, t)), x, (slope,))  # type: ignore[arg-type]


def grid_minimum(random: Random) -> Case:
    """The least of a function over a grid, which moves with t: kinks where the best place changes."""
    g, x, count = smooth(random), place(random), random.choice((10, 100, 1000))
    grid = np.linspace(-4, 8, count)
    wave = 0.3 * np.sin(3 * grid) + 0.1 * grid

    def best(t: float) -> int:
        return int(np.argmin((grid - g.f(t)) ** 2 + wave))

    def f(t: float) -> float:
        return float(np.min((grid - g.f(t)) ** 2 + wave))

    own = -2 * (float(grid[best(x)]) - g.f(x)) * g.slope(x)
    fine = np.linspace(-4, 8, 400_001)
    whole = float(fine[np.argmin((fine - g.f(x)) ** 2 + 0.3 * np.sin(3 * fine) + 0.1 * fine)])
    return Case("grid minimum", f, x, (own, -2 * (whole - g.f(x)) * g.slope(x)))


def golden(random: Random) -> Case:
    """Where a function has its minimum, by golden sections to a tolerance."""
    g, x, tolerance = smooth(random), place(random), 10 ** random.uniform(-7, -3)
    part = (math.sqrt(5) - 1) / 2

    def f(t: float) -> float:
        wanted, low, high = g.f(t), -30.0, 30.0
        while high - low > tolerance:
            a, b = high - part * (high - low), low + part * (high - low)
            if (a - wanted) ** 2 + a**4 / 4 < (b - wanted) ** 2 + b**4 / 4:
                high = b
            else:
                low = a
        return (low + high) / 2

    y = g.f(x)
    for _ in range(200):  # 2 (y - w) + y³ = 0
        y -= (2 * (y - g.f(x)) + y**3) / (2 + 3 * y * y)
    return Case("golden sections", f, x, (2 * g.slope(x) / (2 + 3 * y * y),))


def thrown(random: Random) -> Case:
    """How far a ball flies in whole steps of time: with each step more the range leaps."""
    x, dt, angle = random.uniform(1, 9), 10 ** random.uniform(-4, -1.3), random.uniform(0.4, 1.2)
    along, up = math.cos(angle), math.sin(angle)

    def steps(t: float) -> int:
        return math.ceil(2 * t * up / 9.81 / dt)

    own = along * steps(x) * dt
    return Case("thrown ball", lambda t: t * along * steps(t) * dt, x, (own, 4 * x * along * up / 9.81))


FAMILIES: tuple[Callable[[Random], Case], ...] = (
    *(gear_lookup, kepler, relaxed, formatted, summed, mixed_product, table_at_knot, adaptive_ode, monte_carlo),
    *(whole_numbers, conversions, rectified, formulas, grid_minimum, golden, thrown),
)
