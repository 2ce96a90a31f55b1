"""Functions from collections of test problems for optimisation, at their starting points or near."""

from __future__ import annotations

from typing import Any

from .functions import easy, row, tough

MGH = "Moré, Garbow & Hillstrom 1981"
BARD = (0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39)
GAUSS = (0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989)
KOWALIK_Y = (0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246)
KOWALIK_U = (4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625)
MEYER = (34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872)


def squares(residuals: Any) -> Any:
    """The sum of squares."""
    return sum(r * r for r in residuals)


def rosenbrock(_m: Any, x: Any, y: Any) -> Any:
    """MGH 1."""
    return 100 * (y - x**2) ** 2 + (1 - x) ** 2


def freudenstein_roth(_m: Any, x: Any, y: Any) -> Any:
    """MGH 2."""
    return squares((-13 + x + ((5 - y) * y - 2) * y, -29 + x + ((y + 1) * y - 14) * y))


def powell_badly_scaled(m: Any, x: Any, y: Any) -> Any:
    """MGH 3."""
    return squares((1e4 * x * y - 1, m.exp(-x) + m.exp(-y) - 1.0001))


def brown_badly_scaled(_m: Any, x: Any, y: Any) -> Any:
    """MGH 4."""
    return squares((x - 1e6, y - 2e-6, x * y - 2))


def beale(_m: Any, x: Any, y: Any) -> Any:
    """MGH 5."""
    return squares(c - x * (1 - y**k) for k, c in ((1, 1.5), (2, 2.25), (3, 2.625)))


def jennrich_sampson(m: Any, x: Any, y: Any) -> Any:
    """MGH 6."""
    return squares(2 + 2 * i - (m.exp(i * x) + m.exp(i * y)) for i in range(1, 11))


def helical_valley(m: Any, x: Any, y: Any, z: Any) -> Any:
    """MGH 7."""
    theta = m.atan2(y, x) / (2 * m.pi)
    return squares((10 * (z - 10 * theta), 10 * (m.sqrt(x**2 + y**2) - 1), z))


def bard(_m: Any, x: Any, y: Any, z: Any) -> Any:
    """MGH 8."""
    return squares(data - (x + u / ((16 - u) * y + min(u, 16 - u) * z)) for u, data in enumerate(BARD, start=1))


def gaussian(m: Any, x: Any, y: Any, z: Any) -> Any:
    """MGH 9."""
    data = [(i, GAUSS[min(i, 14 - i)]) for i in range(15)]
    return squares(x * m.exp(-y * ((7 - i) / 2 - z) ** 2 / 2) - d for i, d in data)


def meyer(m: Any, x: Any, y: Any, z: Any) -> Any:
    """MGH 10."""
    return squares(x * m.exp(y / (45 + 5 * i + z)) - d for i, d in enumerate(MEYER, start=1))


def box(m: Any, x: Any, y: Any, z: Any) -> Any:
    """MGH 12."""
    times = [0.1 * i for i in range(1, 11)]
    return squares(m.exp(-t * x) - m.exp(-t * y) - z * (m.exp(-t) - m.exp(-10 * t)) for t in times)


def powell_singular(_m: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """MGH 13."""
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


def wood(_m: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """MGH 14."""
    first = 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2
    return first + 10 * (b + d - 2) ** 2 + (b - d) ** 2 / 10


def kowalik_osborne(_m: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """MGH 15."""
    pairs = zip(KOWALIK_Y, KOWALIK_U, strict=True)
    return squares(y - a * (u**2 + u * b) / (u**2 + u * c + d) for y, u in pairs)


def brown_dennis(m: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """MGH 16."""
    times = [i / 5 for i in range(1, 21)]
    return squares((a + t * b - m.exp(t)) ** 2 + (c + d * m.sin(t) - m.cos(t)) ** 2 for t in times)


def biggs(m: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> Any:
    """MGH 18, EXP6."""
    times = [(t := 0.1 * i, m.exp(-t) - 5 * m.exp(-10 * t) + 3 * m.exp(-4 * t)) for i in range(1, 14)]
    return squares(c * m.exp(-t * a) - d * m.exp(-t * b) + f * m.exp(-t * e) - y for t, y in times)


def penalty(_m: Any, *x: Any) -> Any:
    """MGH 23."""
    return 1e-5 * squares(t - 1 for t in x) + (squares(x) - 0.25) ** 2


def variably_dimensioned(_m: Any, *x: Any) -> Any:
    """MGH 25."""
    weighted = sum(i * (t - 1) for i, t in enumerate(x, start=1))
    return squares(t - 1 for t in x) + weighted**2 + weighted**4


def trigonometric(m: Any, *x: Any) -> Any:
    """MGH 26."""
    n, cosines = len(x), sum(m.cos(t) for t in x)
    return squares(n - cosines + i * (1 - m.cos(t)) - m.sin(t) for i, t in enumerate(x, start=1))


def brown_almost_linear(_m: Any, *x: Any) -> Any:
    """MGH 27."""
    total, product = sum(x), 1
    for t in x:
        product = product * t
    return squares([t + total - (len(x) + 1) for t in x[:-1]]) + (product - 1) ** 2


def broyden_tridiagonal(_m: Any, *x: Any) -> Any:
    """MGH 30."""
    padded = (0, *x, 0)
    rows = [(3 - 2 * b) * b - a - 2 * c + 1 for a, b, c in zip(padded, padded[1:], padded[2:], strict=False)]
    return squares(rows)


def himmelblau(_m: Any, x: Any, y: Any) -> Any:
    """Himmelblau 1972."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def goldstein_price(_m: Any, x: Any, y: Any) -> Any:
    """Goldstein & Price 1971."""
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    return first * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))


def branin(m: Any, x: Any, y: Any) -> Any:
    """Branin 1972."""
    return (y - 0.129 * x**2 + 1.59 * x - 6) ** 2 + 9.6 * m.cos(x) + 10


def ackley(m: Any, x: Any, y: Any) -> Any:
    """Ackley 1987."""
    radius = m.sqrt((x**2 + y**2) / 2)
    waves = (m.cos(2 * m.pi * x) + m.cos(2 * m.pi * y)) / 2
    return -20 * m.exp(-radius / 5) - m.exp(waves) + 20 + 2.718281828459045


def rastrigin(m: Any, x: Any, y: Any, z: Any) -> Any:
    """Rastrigin 1974."""
    return 30 + sum(t**2 - 10 * m.cos(2 * m.pi * t) for t in (x, y, z))


def griewank(m: Any, *x: Any) -> Any:
    """Griewank 1981."""
    product = 1
    for i, t in enumerate(x, start=1):
        product = product * m.cos(t / i**0.5)
    return 1 + squares(x) / 4000 - product


def levy(m: Any, x: Any, y: Any) -> Any:
    """Levy & Montalvo 1985, N. 13."""
    first = m.sin(3 * m.pi * x) ** 2 + (x - 1) ** 2 * (1 + m.sin(3 * m.pi * y) ** 2)
    return first + (y - 1) ** 2 * (1 + m.sin(2 * m.pi * y) ** 2)


def nonlinear_sum(m: Any, *x: Any) -> Any:
    """Σ i sin(x_i) x_(i+1), around the corner."""
    return sum(i * m.sin(a) * b for i, (a, b) in enumerate(zip(x, (*x[1:], x[0]), strict=True), start=1))


ROWS = (
    row("Rosenbrock", f"{MGH}, 1; numdifftools", rosenbrock, easy(-1.2, 1.0), tough(1.0, 1.0)),
    row("Freudenstein-Roth", f"{MGH}, 2", freudenstein_roth, easy(0.5, -2.0)),
    row("Powell badly scaled", f"{MGH}, 3", powell_badly_scaled, tough(0.0, 1.0), tough(1.1e-5, 9.1)),
    row("Brown badly scaled", f"{MGH}, 4", brown_badly_scaled, tough(1.0, 1.0)),
    row("Beale", f"{MGH}, 5", beale, easy(1.0, 1.5)),
    row("Jennrich-Sampson", f"{MGH}, 6", jennrich_sampson, easy(0.3, 0.4)),
    row("helical valley", f"{MGH}, 7", helical_valley, easy(-1.0, 0.5, 0.3)),
    row("Bard", f"{MGH}, 8", bard, easy(1.0, 1.2, 0.9)),
    row("Gaussian fit", f"{MGH}, 9", gaussian, easy(0.4, 1.0, 0.1)),
    row("Meyer", f"{MGH}, 10; Moré & Wild 2011", meyer, tough(0.02, 4000.0, 250.0)),
    row("Box", f"{MGH}, 12", box, easy(0.5, 10.0, 2.0)),
    row("Powell singular", f"{MGH}, 13", powell_singular, easy(3.0, -1.0, 0.5, 1.0)),
    row("Wood", f"{MGH}, 14", wood, easy(-3.0, -1.0, -3.0, -1.0)),
    row("Kowalik-Osborne", f"{MGH}, 15", kowalik_osborne, easy(0.25, 0.39, 0.415, 0.39)),
    row("Brown-Dennis", f"{MGH}, 16; Moré & Wild 2012", brown_dennis, easy(25.0, 5.0, -5.0, -1.0)),
    row("Biggs EXP6", f"{MGH}, 18", biggs, easy(1.0, 2.0, 1.0, 1.0, 1.0, 1.0)),
    row("penalty", f"{MGH}, 23", penalty, easy(1.0, 2.0, 3.0)),
    row("variably dimensioned", f"{MGH}, 25", variably_dimensioned, easy(0.75, 0.5, 0.25, 0.125)),
    row("trigonometric", f"{MGH}, 26", trigonometric, easy(0.2, 0.3, 0.4, 0.5)),
    row("Brown almost linear", f"{MGH}, 27", brown_almost_linear, easy(0.5, 0.6, 0.7, 0.8)),
    row("Broyden tridiagonal", f"{MGH}, 30", broyden_tridiagonal, easy(*(-1.0, -0.9, -1.1, -0.8, -1.2) * 2)),
    row("Himmelblau", "Himmelblau 1972", himmelblau, easy(1.5, 2.5)),
    row("Goldstein-Price", "Goldstein & Price 1971", goldstein_price, easy(0.5, -0.7)),
    row("Branin", "Branin 1972", branin, easy(2.5, 4.0)),
    row("Ackley", "Ackley 1987", ackley, easy(0.7, -1.3), tough(1e-4, 2e-4)),
    row("Rastrigin", "Rastrigin 1974", rastrigin, easy(0.3, -0.6, 1.2)),
    row("Griewank", "Griewank 1981", griewank, easy(1.2, -0.7, 2.1, 0.4, -1.6)),
    row("Levy 13", "Levy & Montalvo 1985", levy, easy(1.2, 0.7)),
    row("nonlinear sum", "Kostyrka, pnd, gradients", nonlinear_sum, easy(0.1, 0.2, 0.3, 0.4, 0.5)),
)
