"""Further functions as programs make them: tables of few digits, buckets of noise, relays, branches, integers, wraps.

python -m tests.differences.programs --families further [--count 5000] [--seed 1] [--missed]
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from random import Random

import numpy as np

from .more_programs import short
from .programs import Case, Dual, Smooth, place, smooth, solved

STRETCH = 0.02
"""Of x: where nothing changes within this, the function's own slope is right, too."""


def table_of_digits(random: Random) -> Case:
    """A table of printed numbers, linear between its entries."""
    g, x, count, digits = (
        smooth(random),
        random.uniform(0.3, 2),
        random.choice((5, 20, 100, 1000)),
        random.randint(4, 7),
    )
    values = [float(f"{g.f(3 * i / count):.{digits}g}") for i in range(count + 1)]

    def f(t: float) -> float:
        i = min(max(int(t * count / 3), 0), count - 1)
        return values[i] + (values[i + 1] - values[i]) * (t * count / 3 - i)

    i = int(x * count / 3)
    return Case("table of digits", f, x, ((values[i + 1] - values[i]) * count / 3, g.slope(x)))


def quadratic_table(random: Random) -> Case:
    """A table with a parabola through the three nearest entries: it jumps where the three change."""
    g, x, count = smooth(random), random.uniform(0.3, 2), random.choice((10, 50, 200))
    step = 3 / count
    values = [g.f(i * step) for i in range(count + 1)]

    def parts(t: float) -> tuple[int, float]:
        i = min(max(round(t / step), 1), count - 1)
        return i, t / step - i

    def f(t: float) -> float:
        i, u = parts(t)
        return (
            values[i]
            + u * (values[i + 1] - values[i - 1]) / 2
            + u * u * (values[i + 1] - 2 * values[i] + values[i - 1]) / 2
        )

    i, u = parts(x)
    own = ((values[i + 1] - values[i - 1]) / 2 + u * (values[i + 1] - 2 * values[i] + values[i - 1])) / step
    return Case("quadratic table", f, x, (own, g.slope(x)))


def secant(g: Smooth, t: Dual, tolerance: float) -> Dual:
    """The root of y + y³ = g(t) by the secant method, and what the same steps make of the derivative."""
    wanted, dw = g.f(t.value), g.slope(t.value) * t.slope

    def residual(y: Dual) -> Dual:
        return Dual(y.value + y.value**3 - wanted, (1 + 3 * y.value**2) * y.slope - dw)

    a, b = Dual(0.0, 0.0), Dual(1.0, 0.0)
    for _ in range(200):
        fa, fb = residual(a), residual(b)
        below, dbelow = fb.value - fa.value, fb.slope - fa.slope
        if below == 0:
            break
        ratio = (b.value - a.value) / below
        dratio = (b.slope - a.slope - ratio * dbelow) / below
        step = fb.value * ratio
        a, b = b, Dual(b.value - step, b.slope - fb.slope * ratio - fb.value * dratio)
        if abs(step) < tolerance:
            break
    return b


secant_root = solved("secant method", secant, (-11, -2))


def bucket_noise(random: Random) -> Case:
    """Noise of a hash that is one number for all arguments in a bucket."""
    g, x, size, salt = smooth(random), place(random), 10 ** random.uniform(-10, -4), random.random()
    width = x * 10 ** random.uniform(-8, -2)

    def f(t: float) -> float:
        return g.f(t) + size * (2 * Random(hash((math.floor(t / width), salt))).random() - 1)

    return Case("noise in buckets", f, x, (g.slope(x),))


def text_in_units(random: Random) -> Case:
    """Text with a few decimals in other units."""
    g, x, decimals = smooth(random), place(random), random.randint(2, 8)
    factor, offset = random.choice(((1.8, 32.0), (0.45359237, 0.0), (math.pi / 180, 0.0), (25.4, 0.0), (1 / 3, 1.0)))

    def f(t: float) -> float:
        return (float(f"{factor * g.f(t) + offset:.{decimals}f}") - offset) / factor

    still = f(x * (1 - STRETCH)) == f(x) == f(x * (1 + STRETCH))
    return Case("text in units", f, x, (g.slope(x), 0.0) if still else (g.slope(x),))


def relay(random: Random) -> Case:
    """A relay with hysteresis adds its step: what it did last says where it switches."""
    g, x, size = smooth(random), place(random), random.choice((-1, 1)) * 10 ** random.uniform(-6, 0)
    low, high = x * (1 - 10 ** random.uniform(-6, -0.5)), x * (1 + 10 ** random.uniform(-6, -0.5))
    state = [False]

    def f(t: float) -> float:
        state[0] = t > low if state[0] else t > high
        return g.f(t) + (size if state[0] else 0.0)

    return Case("relay", f, x, (g.slope(x),))


def single_branch(random: Random) -> Case:
    """float32 on one side of an edge beside the point, on the other side float64."""
    g, x = smooth(random), place(random)
    edge, side = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-6, -0.5)), random.choice((-1, 1))

    def f(t: float) -> float:
        value = g.f(t)
        return float(np.float32(value)) if side * (t - edge) > 0 else value

    return Case("float32 branch", f, x, (g.slope(x),))


def lost_digits(random: Random) -> Case:
    """Cancellation at 1e8 inside, beside a term or a factor that keeps its digits."""
    g, h, x, large = smooth(random), smooth(random), place(random), 10 ** random.uniform(7, 9)
    form = random.choice(("product", "sum", "root"))

    def lost(t: float) -> float:
        if form == "root":
            return (math.sqrt(large * large + g.f(t) * large) - large) * 2
        return (g.f(t) + large) - large

    if form == "sum":
        return Case("lost digits", lambda t: lost(t) + h.f(t), x, (g.slope(x) + h.slope(x),))
    value, slope = g.f(x), g.slope(x)
    if form == "root":
        inside = math.sqrt(1 + value / large)
        value, slope = 2 * value / (1 + inside), slope / inside
    return Case("lost digits", lambda t: lost(t) * h.f(t), x, (slope * h.f(x) + value * h.slope(x),))


def quick_ripple(random: Random) -> Case:
    """A quick wave of a tiny amplitude, which has a slope of its own."""
    g, x, size, rate = smooth(random), place(random), 10 ** random.uniform(-13, -6), 10 ** random.uniform(3, 8)
    own = g.slope(x) + size * rate * math.cos(rate * x)
    return Case("quick ripple", lambda t: g.f(t) + size * math.sin(rate * t), x, (own, g.slope(x)))


def integers(random: Random) -> Case:
    """Fixed-point numbers: the value or the argument is a whole number of units; now and then with a smooth term."""
    g, h, x, unit = smooth(random), smooth(random), place(random), 2.0 ** -random.randint(8, 30)
    f, part = random.choice(
        (
            (lambda t: math.floor(g.f(t) / unit) * unit, 1.0),
            (lambda t: g.f(math.floor(t / unit) * unit), 1.0),
            (lambda t: (round(g.f(t) / unit) * 5 // 7) * unit, 5 / 7),
        )
    )
    if random.random() < 0.3:
        return Case("integers", lambda t: f(t) + h.f(t), x, (part * g.slope(x) + h.slope(x), h.slope(x)))
    return Case("integers", f, x, (part * g.slope(x), 0.0))


def converter(random: Random) -> Case:
    """An analogue-digital converter: on a grid, and saturated beyond a range that may end beside the point."""
    g, x, unit = smooth(random), place(random), 2.0 ** -random.randint(8, 20)
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-3, -0.3))
    level, cut = g.f(edge), random.choice((min, max))
    inside = cut(g.f(x), level) == g.f(x)
    near = abs(g.f(x) - level) < 4 * unit  # on which side, these values cannot tell
    slopes = (g.slope(x), 0.0) if near else (g.slope(x) if inside else 0.0,)
    return Case("converter", lambda t: cut(round(g.f(t) / unit) * unit, level), x, slopes)


def wrapped(random: Random) -> Case:
    """The argument, or the value, modulo something, the wrap beside the point or far from it."""
    g, x = smooth(random), place(random)
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-6, -0.3))
    if random.random() < 0.5:
        return Case("wrapped", lambda t: g.f(t % edge), x, (g.slope(x % edge),))
    a = random.uniform(0.5, 3) * 10 ** random.uniform(0, 3)
    turn = 2 * math.pi
    offset = math.pi - a * edge
    return Case("wrapped", lambda t: (a * t + offset + math.pi) % turn - math.pi, x, (a,))


def sorted_values(random: Random) -> Case:
    """The median, the second largest, or the mean of the three in the middle of five functions, which cross."""
    x = place(random)
    parts = [smooth(random) for _ in range(5)]
    cross = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-5, -0.5))
    level = parts[0].f(cross)
    shifts = [
        level - one.f(cross) if random.random() < 0.6 else level - one.f(cross) + random.gauss(0, 0.1) for one in parts
    ]
    chosen = random.choice(((2,), (3,), (1, 2, 3)))

    def f(t: float) -> float:
        row = sorted(one.f(t) + shift for one, shift in zip(parts, shifts, strict=True))
        return sum(row[k] for k in chosen) / len(chosen)

    order = sorted(range(5), key=lambda k: parts[k].f(x) + shifts[k])
    return Case("sorted", f, x, (sum(parts[order[k]].slope(x) for k in chosen) / len(chosen),))


def quantised_input(random: Random) -> Case:
    """A product: one factor takes its argument from a grid."""
    g, h, x = smooth(random), smooth(random), place(random)
    q = x * 10 ** random.uniform(-8, -1)
    whole = g.slope(x) * h.f(x) + g.f(x) * h.slope(x)
    own = g.f(round(x / q) * q) * h.slope(x)
    return Case("quantised input", lambda t: g.f(round(t / q) * q) * h.f(t), x, (whole, own))


def equal_steps(random: Random) -> Case:
    """y' = sin t - a y by Euler's method with equal steps, so many that none is longer than h."""
    a, x, h = random.uniform(0.3, 3), random.uniform(0.3, 3), 10 ** random.uniform(-3, -1)

    def run(t: Dual) -> Dual:
        count = math.ceil(t.value / h)
        step, y, dy = t.value / count, 1.0, 0.0
        for i in range(count):
            slope = math.sin(i * step) - a * y
            dslope = math.cos(i * step) * i / count * t.slope - a * dy
            dy += dslope * step + slope * t.slope / count
            y += step * slope
        return Dual(y, dy)

    y = math.exp(-a * x) * (1 + 1 / (1 + a * a)) + (a * math.sin(x) - math.cos(x)) / (1 + a * a)
    return Case("equal steps", lambda t: run(Dual(t, 0.0)).value, x, (run(Dual(x, 1.0)).slope, math.sin(x) - a * y))


def short_branch_sum(random: Random) -> Case:
    """A term in a short float is added beyond an edge only."""
    g, h, x, bits = smooth(random), smooth(random), place(random), random.choice((11, 16, 24))
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-5, -0.5))
    start = h.f(edge)
    whole = g.slope(x) + (h.slope(x) if x > edge else 0.0)
    still = len({short(h.f(x * part), bits) for part in (1 - STRETCH, 1.0, 1 + STRETCH)}) == 1
    slopes = (whole, g.slope(x)) if still else (whole,)
    return Case("short term beyond", lambda t: g.f(t) + (short(h.f(t), bits) - start if t > edge else 0.0), x, slopes)


def nearest_knot(random: Random) -> Case:
    """A table of uneven knots with the slopes of the chords, the point at a knot's side."""
    g, x = smooth(random), place(random)
    knots = sorted({0.0, *(x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-7, 0)) for _ in range(20)), 4.0})
    values = [g.f(k) for k in knots]

    def chord(t: float) -> int:
        return min(max(bisect.bisect_right(knots, t) - 1, 0), len(knots) - 2)

    def slope(i: int) -> float:
        return (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])

    i = chord(x)
    return Case(
        "uneven table", lambda t: values[chord(t)] + slope(chord(t)) * (t - knots[chord(t)]), x, (slope(i), g.slope(x))
    )


FAMILIES: tuple[Callable[[Random], Case], ...] = (
    *(table_of_digits, quadratic_table, secant_root, bucket_noise, text_in_units, relay, single_branch, lost_digits),
    *(quick_ripple, integers, converter, wrapped, sorted_values, quantised_input, equal_steps, short_branch_sum),
    nearest_knot,
)
