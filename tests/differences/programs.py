"""Functions as programs make them: rounded, clipped, tabulated, solved to a tolerance, noisy; each with its slope.

    python -m tests.differences.programs [--families first|more|further|unseen|fresh|later] [--count 5000] [--seed 1]
        [--as text|callable|command|printed] [--missed]

Where a program's own slope and that of the function it stands for differ (a table, values on a grid), either is right.
"""

from __future__ import annotations

import argparse
import bisect
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from statistics import median
from typing import NamedTuple

import numpy as np

from gradcli.differences.driver import slopes
from gradcli.differences.plan import Plan, Slope

Function = Callable[[float], float]


class Case(NamedTuple):
    """A function at a point; `slopes`: those that are right."""

    family: str
    f: Function
    x: float
    slopes: tuple[float, ...]


class Smooth(NamedTuple):
    """A smooth function and its derivative."""

    f: Function
    slope: Function


def smooth(random: Random) -> Smooth:
    """Something of ordinary size."""
    a, b, c = random.uniform(0.3, 3), random.uniform(0.3, 3), random.uniform(-2, 2)
    kinds: list[Smooth] = [
        Smooth(lambda t: a * t * t + b * t + c, lambda t: 2 * a * t + b),
        Smooth(lambda t: math.sin(a * t) + b * t, lambda t: a * math.cos(a * t) + b),
        Smooth(lambda t: b * math.exp(-a * t), lambda t: -a * b * math.exp(-a * t)),
        Smooth(lambda t: math.log(b + t * t) * a, lambda t: 2 * a * t / (b + t * t)),
        Smooth(lambda t: t**3 - b * t + c, lambda t: 3 * t * t - b),
        Smooth(lambda t: a / (b + t * t), lambda t: -2 * a * t / (b + t * t) ** 2),
        Smooth(lambda t: math.tanh(a * t) + c, lambda t: a / math.cosh(a * t) ** 2),
    ]
    return random.choice(kinds)


def place(random: Random) -> float:
    """A coordinate of an ordinary size, now and then a small one."""
    return random.uniform(0.3, 2) * (10 ** random.uniform(-5, 0) if random.random() < 0.3 else 1)


# ------------------------------------------------------------------------ flat, clipped, with edges


def clipped(random: Random) -> Case:
    """min or max with a constant, the edge beside the point, on either side of it."""
    g, x = smooth(random), place(random)
    edge = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-7, -0.5))
    level = g.f(edge)
    cut = random.choice((min, max))
    inside = cut(g.f(x), level) == g.f(x)
    return Case("clipped", lambda t: cut(g.f(t), level), x, (g.slope(x) if inside else 0.0,))


def flat_beside(random: Random) -> Case:
    """A ramp that begins just beside the point."""
    x, d, a = place(random), 10 ** random.uniform(-7, -1), random.uniform(0.3, 3)
    start = x + random.choice((-1, 1)) * d * max(x, 0.01)
    power = random.choice((1, 1, 2))
    right = a * power * max(x - start, 0.0) ** (power - 1) if x > start else 0.0
    return Case("flat beside", lambda t: a * max(t - start, 0.0) ** power + 1.5, x, (right,))


def dead_zone(random: Random) -> Case:
    """Nothing happens between two edges."""
    x, w, a = place(random), 10 ** random.uniform(-6, -1), random.uniform(0.3, 3)
    low, high = x - w * random.uniform(0.1, 1), x + w * random.uniform(0.1, 1)
    return Case("dead zone", lambda t: a * (max(t - high, 0.0) + min(t - low, 0.0)), x, (0.0,))


def branches(random: Random) -> Case:
    """Two formulas that meet beside the point without a gap."""
    g, x = smooth(random), place(random)
    edge, k = x * (1 + random.choice((-1, 1)) * 10 ** random.uniform(-6, -1)), random.uniform(-3, 3)

    def f(t: float) -> float:
        return g.f(t) if t < edge else g.f(edge) + k * (t - edge)

    return Case("branches", f, x, (g.slope(x) if x < edge else k,))


# ------------------------------------------------------------------------ rounded


def quantised(random: Random) -> Case:
    """Values on a grid."""
    g, x, q = smooth(random), place(random), 10 ** random.uniform(-10, -4)
    return Case("quantised", lambda t: round(g.f(t) / q) * q, x, (g.slope(x),))


def printed(random: Random) -> Case:
    """Values with some digits."""
    g, x, digits = smooth(random), place(random), random.randint(4, 12)
    return Case("printed", lambda t: float(f"{g.f(t):.{digits}g}"), x, (g.slope(x),))


def single(random: Random) -> Case:
    """The value, or the argument, or a part passes through float32."""
    g, h, x = smooth(random), smooth(random), place(random)
    f, slope = random.choice(
        (
            (lambda t: float(np.float32(g.f(t))), lambda t: g.slope(t)),
            (lambda t: g.f(float(np.float32(t))), lambda t: g.slope(t)),
            (lambda t: float(np.float32(g.f(t))) + h.f(t), lambda t: g.slope(t) + h.slope(t)),
            (
                lambda t: float(np.float32(g.f(float(np.float32(t)))) * np.float32(1.25)) + h.f(t),
                lambda t: 1.25 * g.slope(t) + h.slope(t),
            ),
        )
    )
    return Case("float32", f, x, (slope(x),))


def huge_terms(random: Random) -> Case:
    """Large terms that cancel."""
    g, x, large = smooth(random), place(random), 10 ** random.uniform(3, 12)
    data = [random.uniform(-1, 1) * large for _ in range(5)]
    f: Function = random.choice(
        (
            lambda t: (g.f(t) + large) - large,
            lambda t: sum([g.f(t), *data]) - sum(data),
            lambda t: math.sqrt(large + g.f(t)) * math.sqrt(large + g.f(t)) - large,
            lambda t: (large + g.f(t)) ** 2 / large / 2 - large / 2 - g.f(t) ** 2 / large / 2,
        )
    )
    return Case("huge terms", f, x, (g.slope(x),))


def variance(random: Random) -> Case:
    """The variance by the textbook's formula."""
    mean = 10 ** random.uniform(2, 6)
    data, x = [mean + random.uniform(-1, 1) for _ in range(6)], place(random)

    def f(t: float) -> float:
        values = [*data, mean + t]
        return sum(v * v for v in values) / 7 - (sum(values) / 7) ** 2

    middle = math.fsum(v - mean for v in data) / 7
    return Case("variance", f, x, (2 * (x - (middle + x / 7)) / 7,))


# ------------------------------------------------------------------------ solved, iterated, looked up


class Dual(NamedTuple):
    """A value with its derivative: what a program's own steps make of both."""

    value: float
    slope: float


def bisected(random: Random) -> Case:
    """y + y³ = g(t) by bisection to a tolerance."""
    g, x, tolerance = smooth(random), place(random), 10 ** random.uniform(-12, -4)

    def f(t: float) -> float:
        wanted, low, high = g.f(t), -50.0, 50.0
        while high - low > tolerance:
            y = (low + high) / 2
            low, high = (y, high) if y + y**3 < wanted else (low, y)
        return (low + high) / 2

    y = newton(g, Dual(x, 1.0), 0.0).value
    return Case("bisection", f, x, (g.slope(x) / (1 + 3 * y * y),))


def newton(g: Smooth, t: Dual, tolerance: float) -> Dual:
    """The root of y + y³ = g(t), and what the same steps make of the derivative."""
    wanted, dw = g.f(t.value), g.slope(t.value) * t.slope
    y, dy = 0.5, 0.0
    for _ in range(100):
        below = 1 + 3 * y * y
        step = (y + y**3 - wanted) / below
        dy -= (dy * below - dw) / below - step * 6 * y * dy / below
        y -= step
        if abs(step) < tolerance:
            break
    return Dual(y, dy)


Solver = Callable[[Smooth, Dual, float], Dual]


def solved(family: str, solver: Solver, exponents: tuple[float, float]) -> Callable[[Random], Case]:
    """That root to a tolerance: smooth between changes of the number of steps, with a slope of its own."""

    def case(random: Random) -> Case:
        g, x, tolerance = smooth(random), place(random), 10 ** random.uniform(*exponents)
        exact, own = newton(g, Dual(x, 1.0), 0.0), solver(g, Dual(x, 1.0), tolerance)
        return Case(family, lambda t: solver(g, Dual(t, 0.0), tolerance).value, x, (exact.slope, own.slope))

    return case


root = solved("Newton", newton, (-12, -4))


def iterated(g: Smooth, a: float, t: Dual, tolerance: float) -> Dual:
    """The fixed point of y = a*cos(y) + g(t), with what the same steps make of the derivative."""
    y, dy, wanted, dw = 0.0, 0.0, g.f(t.value), g.slope(t.value) * t.slope
    for _ in range(3000):
        new, dy = a * math.cos(y) + wanted, -a * math.sin(y) * dy + dw
        close = abs(new - y) < tolerance
        y = new
        if close:
            break
    return Dual(y, dy)


def fixed_point(random: Random) -> Case:
    """A fixed point, iterated until it moves by less than a tolerance."""
    a, x, tolerance, g = random.uniform(0.1, 0.8), place(random), 10 ** random.uniform(-11, -4), smooth(random)
    exact, own = iterated(g, a, Dual(x, 1.0), 0.0), iterated(g, a, Dual(x, 1.0), tolerance)
    return Case("fixed point", lambda t: iterated(g, a, Dual(t, 0.0), tolerance).value, x, (exact.slope, own.slope))


def integral(random: Random) -> Case:
    """∫ g from 0 to t by so many trapezia that their number depends on t."""
    g, x, parts = smooth(random), place(random), random.randint(200, 2000)

    def f(t: float) -> float:
        count = max(2, int(parts * t))
        h = t / count
        return h * (g.f(0.0) / 2 + math.fsum(g.f(i * h) for i in range(1, count)) + g.f(t) / 2)

    count = max(2, int(parts * x))
    h = x / count
    # by t with the number of trapezia fixed, of the integral itself, and with trapezia of one width
    own = f(x) / x + h * (math.fsum(i / count * g.slope(i * h) for i in range(1, count)) + g.slope(x) / 2)
    bend = (g.slope(x * 1.001) - g.slope(x * 0.999)) / (0.002 * x)
    return Case("integral", f, x, (own, g.f(x), g.f(x) + bend / parts**2 / 12))


def linear_table(random: Random) -> Case:
    """A table, linear between its entries."""
    g, x, count = smooth(random), random.uniform(0.3, 2), random.choice((5, 20, 100, 1000))
    knots = [3 * i / count for i in range(count + 1)]
    values = [g.f(k) for k in knots]

    def f(t: float) -> float:
        i = min(max(bisect.bisect_right(knots, t) - 1, 0), count - 1)
        return values[i] + (values[i + 1] - values[i]) * (t - knots[i]) / (knots[i + 1] - knots[i])

    i = bisect.bisect_right(knots, x) - 1
    return Case("linear table", f, x, ((values[i + 1] - values[i]) / (knots[i + 1] - knots[i]), g.slope(x)))


def step_table(random: Random) -> Case:
    """A table without interpolation: the nearest entry."""
    g, x, count = smooth(random), random.uniform(0.3, 2), random.choice((20, 100, 1000, 100_000))
    return Case("step table", lambda t: g.f(round(t * count) / count), x, (0.0, g.slope(x)))


def spline(random: Random) -> Case:
    """A cubic spline through points of a function, at a knot or between."""
    from scipy.interpolate import CubicSpline

    g, count = smooth(random), random.choice((5, 12, 40))
    knots = np.linspace(0, 3, count)
    made = CubicSpline(knots, [g.f(k) + random.uniform(-0.1, 0.1) for k in knots])
    x = float(random.choice(knots[1:-1])) if random.random() < 0.3 else random.uniform(0.2, 2.8)
    return Case("spline", lambda t: float(made(t)), x, (float(made(x, 1)),))


# ------------------------------------------------------------------------ noise


def noisy(random: Random) -> Case:
    """Noise that is another one at every call."""
    g, x, size = smooth(random), place(random), 10 ** random.uniform(-10, -3)
    draws = Random(random.random())
    shape: Function = random.choice((lambda s: draws.gauss(0, s), lambda s: draws.uniform(-s, s)))
    return Case("noisy", lambda t: g.f(t) + shape(size), x, (g.slope(x),))


def hashed(random: Random) -> Case:
    """Noise that is the same at the same argument."""
    g, x, size, salt = smooth(random), place(random), 10 ** random.uniform(-10, -3), random.random()

    def f(t: float) -> float:
        return g.f(t) + size * (2 * Random(hash((t, salt))).random() - 1)

    return Case("hashed noise", f, x, (g.slope(x),))


def sticky(random: Random) -> Case:
    """Hysteresis: the last value stays until the new one is far enough from it."""
    g, x, gap = smooth(random), place(random), 10 ** random.uniform(-9, -4)
    last = [math.nan]

    def f(t: float) -> float:
        value = g.f(t)
        if not abs(value - last[0]) < gap:
            last[0] = value
        return last[0]

    return Case("hysteresis", f, x, (g.slope(x),))


def rippled(random: Random) -> Case:
    """A slow function with a small quick wave, which has a slope of its own."""
    g, x, size, rate = smooth(random), place(random), 10 ** random.uniform(-9, -3), 10 ** random.uniform(1, 4)

    def f(t: float) -> float:
        return g.f(t) + size * math.sin(rate * t)

    return Case("ripple", f, x, (g.slope(x) + size * rate * math.cos(rate * x), g.slope(x)))


FAMILIES = (
    *(clipped, flat_beside, dead_zone, branches, quantised, printed, single, huge_terms, variance, bisected, root),
    *(fixed_point, integral, linear_table, step_table, spline, noisy, hashed, sticky, rippled),
)


Family = Callable[[Random], Case]


def drawn(count: int, seed: int, families: Sequence[Family] = FAMILIES) -> Iterator[Case]:
    """So many functions, of each family as many."""
    random = Random(seed)
    for i in range(count):
        yield families[i % len(families)](random)


PLANS = {"text": Plan(), "callable": Plan(cautious=True, noisy=False), "command": Plan(cautious=True)}
"""How the differences of a text, of a Python callable and of a command are planned."""


def printed_with(case: Case, digits: int) -> Case:
    """The same, as a command prints it."""
    return case._replace(f=lambda t: float(f"{case.f(t):.{digits}g}"))


def known_spread(case: Case, digits: int) -> Plan:
    """The plan for a command of which is known with how many digits it prints."""
    try:
        size = abs(case.f(case.x))
    except (ValueError, ArithmeticError):
        return PLANS["command"]
    if not size:
        return PLANS["command"]  # what is printed as 0 tells nothing of its rounding
    unit = 10.0 ** (math.floor(math.log10(size)) - digits + 1)
    return PLANS["command"]._replace(noisy=True, spread=unit / math.sqrt(12))


def slope_of(case: Case, plan: Plan = PLANS["text"], counted: Counter[str] | None = None) -> Slope:
    """The slope by differences; a program that raises has no value there. `counted`: evaluations by family."""

    def values(points: Sequence[tuple[float, ...]]) -> list[tuple[float, ...] | None]:
        found: list[tuple[float, ...] | None] = []
        if counted is not None:
            counted[case.family] += len(points)
        for (t,) in points:
            try:
                found.append((case.f(t),))
            except (ValueError, ArithmeticError):
                found.append(None)
        return found

    return slopes(values, (case.x,), ["x"], plan).rows[0][0]


class Tally(NamedTuple):
    """Counts by family: all, those with a number and no word of doubt, not covered, silent; evaluations."""

    every: Counter[str]
    plain: Counter[str]
    missed: Counter[str]
    silent: Counter[str]
    evaluations: Counter[str]
    lines: list[str]
    errors: dict[str, list[float]]

    def coverage(self) -> float:
        """What part of the stated errors holds."""
        return 1 - sum(self.missed.values()) / max(1, sum(self.plain.values()))


SILENT = 10.0
"""A stated error of less than a tenth of the true one, with no word, is silently wrong."""


DIGITS = (4, 10)
"""The fewest and the most that commands print here."""


def measure(cases: Iterator[Case], asked_as: str = "text") -> Tally:
    """Ask for every slope, as that of a text, a callable, a command, or one that prints few digits (`printed`)."""
    tally = Tally(Counter(), Counter(), Counter(), Counter(), Counter(), [], {})
    for number, drawn_case in enumerate(cases):
        case, plan = drawn_case, PLANS.get(asked_as)
        if plan is None:
            digits = DIGITS[0] + number % (DIGITS[1] - DIGITS[0] + 1)
            case, plan = printed_with(drawn_case, digits), known_spread(drawn_case, digits)
        found = slope_of(case, plan, tally.evaluations)
        tally.every[case.family] += 1
        if found.value is None or found.error is None or found.kind is not None:
            continue
        tally.plain[case.family] += 1
        tally.errors.setdefault(case.family, []).append(found.error / (abs(found.value) or 1.0))
        off = min(abs(found.value - slope) for slope in case.slopes)
        allowed = found.error + 2 * math.ulp(found.value)
        if off > allowed:
            tally.missed[case.family] += 1
            tally.silent[case.family] += off > SILENT * allowed
            line = f"{number} {case.family} x={case.x!r}: {found.value!r} ± {found.error:.3g}, true {case.slopes}"
            tally.lines.append(f"{line}, off {off / allowed:.3g} times")
    return tally


def report(tally: Tally) -> str:
    """The figures by family."""
    lines = [
        f"{sum(tally.every.values())} functions, {sum(tally.plain.values())} with a number and no word of doubt:"
        f" the stated error covers {tally.coverage():.2%}, silently wrong {sum(tally.silent.values())};"
        f" {sum(tally.evaluations.values()) / max(1, sum(tally.every.values())):.1f} evaluations in the mean"
    ]
    for family, count in tally.every.items():
        plain, missed, silent = tally.plain[family], tally.missed[family], tally.silent[family]
        middle = f"median error {median(tally.errors[family]):.1e}" if plain else "no error"
        counts = f"{count:5} asked, {plain:5} without a word, {missed:3} missed, {silent:3} silent"
        lines.append(f"  {family:20} {counts}, {middle}")
    return "\n".join(lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--families", choices=("first", "more", "further", "unseen", "fresh", "later"), default="first")
    parser.add_argument("--as", dest="asked_as", choices=(*PLANS, "printed"), default="text")
    asked = parser.parse_args()
    from .fresh_programs import FAMILIES as FRESH
    from .further_programs import FAMILIES as FURTHER
    from .later_programs import FAMILIES as LATER
    from .more_programs import FAMILIES as MORE
    from .unseen_programs import FAMILIES as UNSEEN

    table = {"first": FAMILIES, "more": MORE, "further": FURTHER, "unseen": UNSEEN, "fresh": FRESH, "later": LATER}
    tally = measure(drawn(asked.count, asked.seed, table[asked.families]), asked.asked_as)
    print(f"seed {asked.seed}: {report(tally)}")
    if asked.missed:
        print(*tally.lines, sep="\n")


if __name__ == "__main__":
    main()
