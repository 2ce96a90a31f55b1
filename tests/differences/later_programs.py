"""Functions as programs make them, of families that were written after the search, which was not tuned on them.

python -m tests.differences.programs --families later [--count 5000] [--seed 1] [--missed]
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Callable
from random import Random

import numpy as np

from .programs import Case, place, smooth


def bilinear(random: Random) -> Case:
    """A map of two inputs, bilinear between its entries, along a line through it."""
    g, h, count = smooth(random), smooth(random), random.choice((6, 25, 120))
    step, x, b = 3 / count, random.uniform(0.3, 2), random.uniform(0.2, 0.9)
    digits = random.choice((3, 5, 16))
    grid = [[float(f"{g.f(i * step) * h.f(j * step):.{digits}g}") for j in range(count + 2)] for i in range(count + 2)]

    def parts(t: float) -> tuple[int, int, float, float]:
        i, j = (min(max(int(u / step), 0), count) for u in (t, b * t))
        return i, j, t / step - i, b * t / step - j

    def f(t: float) -> float:
        i, j, u, v = parts(t)
        low = grid[i][j] * (1 - v) + grid[i][j + 1] * v
        return low * (1 - u) + (grid[i + 1][j] * (1 - v) + grid[i + 1][j + 1] * v) * u

    i, j, u, v = parts(x)
    by_u = (grid[i + 1][j] - grid[i][j]) * (1 - v) + (grid[i + 1][j + 1] - grid[i][j + 1]) * v
    by_v = (grid[i][j + 1] - grid[i][j]) * (1 - u) + (grid[i + 1][j + 1] - grid[i + 1][j]) * u
    own = by_u / step + by_v * b / step
    return Case("bilinear map", f, x, (own, g.slope(x) * h.f(b * x) + b * g.f(x) * h.slope(b * x)))


def truncated_time(random: Random) -> Case:
    """The argument cut to milliseconds or finer in one term of two."""
    g, h, x, q = smooth(random), smooth(random), place(random), 10 ** random.uniform(-9, -3)
    return Case("cut argument", lambda t: g.f(math.floor(t / q) * q) + h.f(t), x, (g.slope(x) + h.slope(x), h.slope(x)))


def sine_table(random: Random) -> Case:
    """A sine from a table of a power of two of entries, the nearest one or linear between two."""
    a, b, x, count = random.uniform(0.5, 3), random.uniform(0.1, 2), place(random), 2 ** random.randint(6, 14)
    table = [math.sin(2 * math.pi * i / count) for i in range(count + 1)]
    linear = random.random() < 0.6

    def f(t: float) -> float:
        u = (a * t / (2 * math.pi)) % 1.0 * count
        i = int(u)
        return (table[i] + (table[i + 1] - table[i]) * (u - i) if linear else table[round(u)]) + b * t

    u = (a * x / (2 * math.pi)) % 1.0 * count
    own = (table[int(u) + 1] - table[int(u)]) * a * count / (2 * math.pi) + b if linear else b
    return Case("sine table", f, x, (own, a * math.cos(a * x) + b))


def half_sums(random: Random) -> Case:
    """A softmax or a norm whose intermediate numbers are in half precision, the result in float64."""
    x, b, c = place(random), random.uniform(0.2, 2), random.uniform(-1, 1)
    kind = random.choice((np.float16, np.float32))

    def f(t: float) -> float:
        u, v = kind(math.exp(min(t * b, 10.0))), kind(math.exp(c))
        return float(u) / (float(u) + float(v))

    u, v = math.exp(x * b), math.exp(c)
    return Case("half precision", f, x, (b * u * v / (u + v) ** 2,))


def expanded(random: Random) -> Case:
    """(t - c)**n multiplied out, with coefficients in float64, near its root."""
    c, n = random.uniform(0.5, 1.5), random.randint(3, 7)
    coefficients = np.poly([c] * n)
    x = c * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-3, -0.5))
    exact = [float(k) for k in coefficients]

    def f(t: float) -> float:
        total = 0.0
        for k in exact:
            total = total * t + k
        return total

    from fractions import Fraction

    whole = sum(
        (n - i) * Fraction(k) * Fraction(x) ** (n - 1 - i) for i, k in enumerate(exact) if n - i > 0
    )  # of the coefficients as they are
    return Case("expanded power", f, x, (float(whole),))


def bits_noise(random: Random) -> Case:
    """Noise in proportion to the value, the same at the same argument, from a hash of its bits."""
    g, x, size = smooth(random), place(random), 10 ** random.uniform(-13, -4)

    def f(t: float) -> float:
        drawn = int.from_bytes(hashlib.blake2b(struct.pack("<d", t), digest_size=6).digest(), "big") / 2**48
        return g.f(t) * (1 + size * (2 * drawn - 1))

    return Case("hashed bits", f, x, (g.slope(x),))


def range_reduced(random: Random) -> Case:
    """exp by halves and few terms of a series: pieces that do not quite meet."""
    a, b, x, terms = random.uniform(0.5, 2), random.uniform(0.2, 2), place(random), random.randint(3, 9)
    unit = math.log(2) / random.choice((1, 4, 32))

    def f(t: float) -> float:
        k = round(a * t / unit)
        r, term, total = a * t - k * unit, 1.0, 1.0
        for i in range(1, terms):
            term *= r / i
            total += term
        return math.exp(k * unit) * total + b * t

    k = round(a * x / unit)
    r = a * x - k * unit
    own = math.exp(k * unit) * a * math.fsum(r**i / math.factorial(i) for i in range(terms - 1)) + b
    return Case("range reduction", f, x, (own, a * math.exp(a * x) + b))


def logistic_map(random: Random) -> Case:
    """Some steps of the logistic map: quick changes, and rounding that grows."""
    rate, x, steps = random.uniform(2.5, 3.99), random.uniform(0.1, 0.9), random.randint(3, 12)

    def f(t: float) -> float:
        for _ in range(steps):
            t = rate * t * (1 - t)
        return t

    y, slope = x, 1.0
    for _ in range(steps):
        slope *= rate * (1 - 2 * y)
        y = rate * y * (1 - y)
    return Case("logistic map", f, x, (slope,))


def conjugate_gradients(random: Random) -> Case:
    """A quadratic form by conjugate gradients to a tolerance."""
    n, x, tolerance = random.randint(3, 8), place(random), 10 ** random.uniform(-10, -3)
    state = np.random.default_rng(random.randrange(10**9))
    root, right, other = state.normal(size=(n, n)), state.normal(size=n), state.normal(size=n)
    matrix = root @ root.T + 0.3 * np.eye(n)

    def solution(t: float) -> np.ndarray:
        b = right + t * other
        y, r = np.zeros(n), b.copy()
        p, rho = r.copy(), float(r @ r)
        for _ in range(50):
            if math.sqrt(rho) <= tolerance * math.sqrt(float(b @ b)):
                break
            ap = matrix @ p
            alpha = rho / float(p @ ap)
            y, r = y + alpha * p, r - alpha * ap
            new = float(r @ r)
            p, rho = r + new / rho * p, new
        return y

    def f(t: float) -> float:
        return float(right @ solution(t))

    h = 1e-5 * max(1.0, abs(x))
    own = (f(x + h) - f(x - h)) / (2 * h)  # of the program with its own number of steps
    return Case("conjugate gradients", f, x, (float(right @ np.linalg.solve(matrix, other)), own))


def crossing(random: Random) -> Case:
    """The greatest of several smooth functions, two of which cross beside the point."""
    g, h, x = smooth(random), smooth(random), place(random)
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-6, -1))
    apart = g.f(edge) - h.f(edge)
    first = g.f(x) > h.f(x) + apart
    return Case("crossing", lambda t: max(g.f(t), h.f(t) + apart), x, (g.slope(x) if first else h.slope(x),))


def saw(random: Random) -> Case:
    """A sawtooth of tiny teeth on a slow function: either slope is right."""
    g, x = smooth(random), place(random)
    height, width = 10 ** random.uniform(-14, -6), 10 ** random.uniform(-6, -1)

    def f(t: float) -> float:
        return g.f(t) + height * (t / width - math.floor(t / width))

    return Case("saw", f, x, (g.slope(x), g.slope(x) + height / width))


def stepped_sum(random: Random) -> Case:
    """∫ g by a fixed step, what is left of the last one dropped or added."""
    g, x, h = smooth(random), place(random), 10 ** random.uniform(-4, -2)
    drops = random.random() < 0.5

    def f(t: float) -> float:
        count = int(t / h)
        whole = h * math.fsum(g.f((i + 0.5) * h) for i in range(count))
        return whole if drops else whole + (t - count * h) * g.f(count * h)

    count = int(x / h)
    return Case("fixed step", f, x, (0.0 if drops else g.f(count * h), g.f(x)))


def single_state(random: Random) -> Case:
    """Twenty to two hundred steps of a decay whose state is kept in float32."""
    rate, x, steps = random.uniform(0.2, 2), place(random), random.randint(20, 200)
    dt = 1.0 / steps

    def f(t: float) -> float:
        y = np.float32(t)
        for _ in range(steps):
            y = np.float32(y + np.float32(dt) * np.float32(-rate * float(y)))
        return float(y) + 0.5 * t

    return Case("float32 state", f, x, ((1 - rate * dt) ** steps + 0.5,))


def controller(random: Random) -> Case:
    """A controller with a dead band on the error and a limit on the command, beside a smooth term."""
    g, x = smooth(random), place(random)
    aim, band, top = x * (1 + random.uniform(-0.2, 0.2)), 10 ** random.uniform(-4, -1), 10 ** random.uniform(-3, 0)
    gain = random.uniform(0.5, 20)

    def f(t: float) -> float:
        error = t - aim
        error = 0.0 if abs(error) < band else error - math.copysign(band, error)
        return g.f(t) + min(max(gain * error, -top), top)

    error = x - aim
    active = abs(error) > band and gain * (abs(error) - band) < top
    return Case("controller", f, x, (g.slope(x) + (gain if active else 0.0),))


def scaled_integers(random: Random) -> Case:
    """Money in cents, times in ticks: rounded up, down or to even at the end, divided again."""
    g, x, unit = smooth(random), place(random), 10.0 ** random.randint(3, 9)
    cut: Callable[[float], int] = random.choice((math.floor, math.ceil, round))
    return Case("ticks", lambda t: cut(g.f(t) * unit) / unit, x, (g.slope(x),))


def spread_rows(random: Random) -> Case:
    """The mean of squares by a float32 mean that is taken off in float64."""
    x, n = place(random), random.randint(5, 60)
    data = [random.uniform(-1, 1) for _ in range(n)]

    def f(t: float) -> float:
        values = [v + t * i / n for i, v in enumerate(data)]
        mean = float(np.float32(math.fsum(values) / n))
        return math.fsum((v - mean) ** 2 for v in values) / n

    weights = [i / n for i in range(n)]
    middle, values = math.fsum(weights) / n, [v + x * w for v, w in zip(data, weights, strict=True)]
    centre = math.fsum(values) / n
    return Case("rounded mean", f, x, (2 * math.fsum((v - centre) * (w - middle) for v, w in
                                                      zip(values, weights, strict=True)) / n,))  # fmt: skip


FAMILIES: tuple[Callable[[Random], Case], ...] = (
    *(bilinear, truncated_time, sine_table, half_sums, expanded, bits_noise, range_reduced, logistic_map),
    *(conjugate_gradients, crossing, saw, stepped_sum, single_state, controller, scaled_integers, spread_rows),
)
