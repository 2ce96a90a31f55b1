"""Functions as programs make them that the search was never tuned on: its figures out of sample.

python -m tests.differences.programs --families unseen [--count 5000] [--seed 1] [--missed]
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context
from random import Random

import numpy as np

from .programs import Case, Dual, newton, place, smooth


def backlash(random: Random) -> Case:
    """Play in a gear: the output stays until the input has crossed the gap."""
    g, x, gap = smooth(random), place(random), 10 ** random.uniform(-9, -4)
    last: list[float] = []

    def f(t: float) -> float:
        value = g.f(t)
        last[:] = [value if not last else min(max(last[0], value - gap), value + gap)]
        return last[0]

    return Case("backlash", f, x, (g.slope(x), 0.0))


def heron(random: Random) -> Case:
    """A square root by Heron's method to a relative tolerance."""
    g, x, tolerance, b = smooth(random), place(random), 10 ** random.uniform(-10, -2), random.uniform(0.3, 3)

    def run(t: Dual) -> Dual:
        value, slope = b + g.f(t.value) ** 2, 2 * g.f(t.value) * g.slope(t.value) * t.slope
        y, dy = 1.0, 0.0
        for _ in range(60):
            new = (y + value / y) / 2
            dy = (dy + (slope - value / y * dy) / y) / 2
            close = abs(new - y) < tolerance * new
            y = new
            if close:
                break
        return Dual(y, dy)

    exact = g.f(x) * g.slope(x) / math.sqrt(b + g.f(x) ** 2)
    return Case("Heron", lambda t: run(Dual(t, 0.0)).value, x, (exact, run(Dual(x, 1.0)).slope))


def rotations(random: Random) -> Case:
    """A sine by so many rotations of fixed angles (CORDIC): a fine staircase."""
    x, count, a = random.uniform(0.1, 1.4), random.randint(10, 40), random.uniform(0.5, 2)
    angles = [math.atan(2.0**-k) for k in range(count)]
    gain = math.prod(math.cos(angle) for angle in angles)

    def f(t: float) -> float:
        u, v, rest = gain, 0.0, t
        for k, angle in enumerate(angles):
            turn = 1 if rest > 0 else -1
            u, v, rest = u - turn * v * 2.0**-k, v + turn * u * 2.0**-k, rest - turn * angle
        return a * v

    return Case("rotations", f, x, (a * math.cos(x), 0.0))


def counted(random: Random) -> Case:
    """A share of drawn numbers below the argument, beside a smooth term."""
    g, x, count = smooth(random), random.uniform(0.3, 0.8), random.choice((200, 1000, 5000))
    drawn = np.sort([random.random() for _ in range(count)])
    own = g.slope(x)
    return Case("counted", lambda t: g.f(t) + float(np.searchsorted(drawn, t)) / count, x, (own, own + 1))


def adaptive_integral(random: Random) -> Case:
    """∫ g from 0 to t by adaptive trapezia to a tolerance."""
    g, x, tolerance = smooth(random), random.uniform(0.3, 2), 10 ** random.uniform(-8, -3)

    def run(t: float) -> Dual:
        total, dtotal, parts = 0.0, 0.0, [(0.0, 1.0)]
        while parts:
            low, high = parts.pop()
            middle, width = (low + high) / 2, high - low
            ends, centre = g.f(low * t) + g.f(high * t), g.f(middle * t)
            if width > 1e-3 and abs(ends / 2 - centre) * width * t > tolerance * width:
                parts += [(low, middle), (middle, high)]
                continue
            total += width * t * (ends + 2 * centre) / 4
            slopes = low * g.slope(low * t) + high * g.slope(high * t) + 2 * middle * g.slope(middle * t)
            dtotal += width * (ends + 2 * centre) / 4 + width * t * slopes / 4
        return Dual(total, dtotal)

    return Case("adaptive integral", lambda t: run(t).value, x, (g.f(x), run(x).slope))


def controlled_steps(random: Random) -> Case:
    """y' = sin t - a y from 0 to t by Heun's method with steps that a tolerance controls, the last one shorter."""
    a, x, tolerance = random.uniform(0.3, 3), random.uniform(0.3, 3), 10 ** random.uniform(-7, -3)

    def run(t: float) -> Dual:
        s, y, h = Dual(0.0, 0.0), Dual(1.0, 0.0), Dual(0.1, 0.0)
        while s.value < t:
            if h.value >= t - s.value:
                h = Dual(t - s.value, 1.0 - s.slope)
            one = Dual(math.sin(s.value) - a * y.value, math.cos(s.value) * s.slope - a * y.slope)
            end = Dual(s.value + h.value, s.slope + h.slope)
            guess = Dual(y.value + h.value * one.value, y.slope + h.slope * one.value + h.value * one.slope)
            two = Dual(math.sin(end.value) - a * guess.value, math.cos(end.value) * end.slope - a * guess.slope)
            mean = Dual((one.value + two.value) / 2, (one.slope + two.slope) / 2)
            off = h.value * abs(one.value - two.value) / 2
            if off > tolerance and h.value > 1e-6:
                h = Dual(h.value / 2, h.slope / 2)
                continue
            s, y = end, Dual(y.value + h.value * mean.value, y.slope + h.slope * mean.value + h.value * mean.slope)
            if off < tolerance / 8:
                h = Dual(h.value * 2, h.slope * 2)
        return y

    y = math.exp(-a * x) * (1 + 1 / (1 + a * a)) + (a * math.sin(x) - math.cos(x)) / (1 + a * a)
    found = run(x)
    return Case(
        "controlled steps",
        lambda t: run(t).value,
        x,
        (math.sin(x) - a * y, found.slope, math.sin(x) - a * found.value),
    )


def decimals(random: Random) -> Case:
    """A polynomial in decimal arithmetic of some digits."""
    context = Context(prec=random.randint(5, 14))
    a, b, c, x = random.uniform(0.3, 3), random.uniform(-3, 3), random.uniform(-2, 2), place(random)
    p, q, r = (context.create_decimal_from_float(one) for one in (a, b, c))

    def f(t: float) -> float:
        y = context.create_decimal_from_float(t)
        return float(context.add(context.multiply(context.add(context.multiply(p, y), q), y), r))

    return Case("decimal arithmetic", f, x, (2 * float(p) * x + float(q),))


def fixed_products(random: Random) -> Case:
    """A polynomial in fixed-point arithmetic: every product is shifted back."""
    bits, x = random.randint(10, 32), place(random)
    p, q, r = (round(random.uniform(-3, 3) * 2**bits) for _ in range(3))

    def f(t: float) -> float:
        y = round(t * 2**bits)
        return ((((p * y) >> bits) + q) * y >> bits) / 2**bits + r / 2**bits

    return Case("fixed-point", f, x, (2 * p / 2**bits * x + q / 2**bits, 0.0))


def frames(random: Random) -> Case:
    """Linear between frames, the share of the later one in 256 parts."""
    g, x, rate = smooth(random), random.uniform(0.3, 2), random.choice((10, 30, 60, 1000))

    def f(t: float) -> float:
        i = math.floor(t * rate)
        share = math.floor((t * rate - i) * 256) / 256
        return (1 - share) * g.f(i / rate) + share * g.f((i + 1) / rate)

    i = math.floor(x * rate)
    return Case("frames", f, x, (g.slope(x), (g.f((i + 1) / rate) - g.f(i / rate)) * rate, 0.0))


def stopped_series(random: Random) -> Case:
    """Σ (-u)^k/k! with u = g(t), until a term is small."""
    g, x, tolerance = smooth(random), place(random), 10 ** random.uniform(-12, -3)

    def run(t: float) -> Dual:
        u, du, term, total, slope, k = g.f(t), g.slope(t), 1.0, 1.0, 0.0, 0
        while abs(term) > tolerance and k < 200:
            k += 1
            slope -= term * du
            term *= -u / k
            total += term
        return Dual(total, slope)

    exact = -math.exp(-g.f(x)) * g.slope(x)
    return Case("stopped series", lambda t: run(t).value, x, (exact, run(x).slope))


def logarithmic_table(random: Random) -> Case:
    """A table, linear in the logarithms of both."""
    x, count, power = 10 ** random.uniform(-3, 3), random.choice((3, 10, 50)), random.uniform(-3, 3)
    a = random.uniform(0.3, 3)
    knots = [math.log(10) * (-4 + 8 * i / count) for i in range(count + 1)]
    values = [power * k + math.log1p(a * math.exp(k)) for k in knots]
    slope_of = lambda i: (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])  # noqa: E731

    def place_of(t: float) -> int:
        return min(max(math.floor((math.log(t) - knots[0]) / (knots[1] - knots[0])), 0), count - 1)

    def f(t: float) -> float:
        i = place_of(t)
        return math.exp(values[i] + slope_of(i) * (math.log(t) - knots[i]))

    whole = x**power * (power * (1 + a * x) / x + a)
    return Case("logarithmic table", f, x, (f(x) * slope_of(place_of(x)) / x, whole))


def single_solver(random: Random) -> Case:
    """Linear equations solved in float32."""
    n, x = random.choice((2, 4, 8)), place(random)
    matrix = np.array([[random.uniform(-1, 1) for _ in range(n)] for _ in range(n)]) + 3 * np.eye(n)
    moved, right = np.array([[random.uniform(-1, 1) for _ in range(n)] for _ in range(n)]), np.ones(n)

    def f(t: float) -> float:
        return float(np.linalg.solve((matrix + t * moved).astype(np.float32), right.astype(np.float32))[0])

    y = np.linalg.solve(matrix + x * moved, right)
    return Case("float32 solver", f, x, (-float(np.linalg.solve(matrix + x * moved, moved @ y)[0]),))


def quantile(random: Random) -> Case:
    """A quantile of data of which the argument moves a part, linear between two of them."""
    x, n, level = place(random), random.choice((5, 20, 100)), random.uniform(0.1, 0.9)
    data = np.array([random.gauss(0, 1) for _ in range(n)])
    rates = np.array([random.uniform(-1, 1) if random.random() < 0.7 else 0.0 for _ in range(n)])

    def f(t: float) -> float:
        return float(np.quantile(data + t * rates, level))

    order = np.argsort(data + x * rates)
    where = level * (n - 1)
    i = int(where)
    own = rates[order[i]] * (1 - (where - i)) + rates[order[min(i + 1, n - 1)]] * (where - i)
    return Case("quantile", f, x, (float(own),))


def summed_steps(random: Random) -> Case:
    """A sum of many small steps of the argument, each rounded."""
    g, x, count = smooth(random), place(random), random.choice((10, 100, 1000))
    single = random.random() < 0.5

    def f(t: float) -> float:
        if single:
            total, step = np.float32(0), np.float32(t / count)
            for _ in range(count):
                total += step
            return g.f(float(total))
        whole = 0.0
        for _ in range(count):
            whole += t / count
        return g.f(whole)

    return Case("summed steps", f, x, (g.slope(x),))


def shifted_exponent(random: Random) -> Case:
    """A logarithm of an exponential, or an exponential of logarithms: rounding of large values between."""
    g, x, large = smooth(random), place(random), random.uniform(10, 700)
    f, slope = random.choice(
        (
            (lambda t: math.log(math.exp(g.f(t) / 4 + large)) - large, g.slope(x) / 4),
            (lambda t: math.exp((g.f(t) + large) - large), math.exp(g.f(x)) * g.slope(x)),
            (lambda t: math.atan(math.tan(g.f(t) / 9 + math.pi * round(large))) * 9, g.slope(x)),
        )
    )
    return Case("shifted exponent", f, x, (slope,))


def through_text(random: Random) -> Case:
    """An intermediate value is written with some digits and read again."""
    g, h, x, digits = smooth(random), smooth(random), place(random), random.randint(5, 10)
    inner = g.f(x)
    return Case("through text", lambda t: h.f(float(f"{g.f(t):.{digits}g}")), x, (h.slope(inner) * g.slope(x), 0.0))


def pixels(random: Random) -> Case:
    """A brightness kept in 8 to 16 bits with a gamma of 2.2."""
    g, x, most = smooth(random), place(random), 2 ** random.choice((8, 10, 12, 16)) - 1
    top = 10.0

    def f(t: float) -> float:
        part = min(max(g.f(t) / top, 0.0), 1.0)
        return top * float((round(most * part ** (1 / 2.2)) / most) ** 2.2)

    inside = 0 < g.f(x) < top
    return Case("gamma in bits", f, x, (g.slope(x) if inside else 0.0, 0.0))


def warm_start(random: Random) -> Case:
    """Newton's method from where the last call ended, to a tolerance."""
    g, x, tolerance = smooth(random), place(random), 10 ** random.uniform(-11, -4)
    last = [0.5]

    def f(t: float) -> float:
        y, wanted = last[0], g.f(t)
        for _ in range(100):
            step = (y + y**3 - wanted) / (1 + 3 * y * y)
            y -= step
            if abs(step) < tolerance:
                break
        last[0] = y
        return y

    return Case("warm start", f, x, (newton(g, Dual(x, 1.0), 0.0).slope,))


FAMILIES: tuple[Callable[[Random], Case], ...] = (
    *(backlash, heron, rotations, counted, adaptive_integral, controlled_steps, decimals, fixed_products, frames),
    *(stopped_series, logarithmic_table, single_solver, quantile, summed_steps, shifted_exponent, through_text),
    *(pixels, warm_start),
)
