"""Tough otherwise: near singularities, oscillation, cancellation, aliasing, narrow domains, holes, C1; unresolvable."""

from __future__ import annotations

import math
from typing import Any

from .functions import easy, row, tough, unresolvable

OWN = "written against fixed steps"
NEAR = "Squire & Trapp 1998; near a singularity"
CANCEL = "Higham, Accuracy and Stability, chapter 1"
RUMP = "Rump 1988"
STOPPED = "Moré & Wild 2012, programs that stop at a tolerance: their own slope"
PIECES = "piecewise, with a continuous derivative"


def holed(m: Any, x: Any) -> Any:
    """sin, which fails on (1.02, 1.2) and on (0.7, 0.93), as a simulator does."""
    if 1.02 < x < 1.2 or 0.7 < x < 0.93:
        raise ValueError("diverged")
    return m.sin(x)


def one_sided_holes(m: Any, x: Any) -> Any:
    """exp, which fails everywhere above 2.001."""
    if x > 2.001:
        raise ValueError("diverged")
    return m.exp(x)


def huber(_m: Any, x: Any) -> Any:
    """Huber's loss: a parabola that goes on as lines."""
    size = abs(x)
    return x**2 / 2 if size <= 1 else size - 0.5


def elu(m: Any, x: Any) -> Any:
    """ELU with α = 1."""
    return x if x > 0 else m.exp(x) - 1


def spline(_m: Any, x: Any) -> Any:
    """A quadratic spline with a knot at 2."""
    return x**2 if x < 2 else 4 + 4 * (x - 2) + 5 * (x - 2) ** 2


def shifted_bump(m: Any, x: Any) -> Any:
    """A bump of width 1e-3 beside the point."""
    return m.sin(x) + m.exp(-(((x - 1.02) / 1e-3) ** 2))


def expanded(k: int) -> Any:
    """(x-1)^k, expanded as Horner's scheme: cancellation near 1."""

    def f(_m: Any, x: Any) -> Any:
        value = 0 * x
        for i in range(k + 1):
            value = value * x + (-1) ** i * math.comb(k, i)
        return value

    return f


def wilkinson(_m: Any, x: Any) -> Any:
    """Π (x - k), k = 1..10."""
    value = 1.0
    for k in range(1, 11):
        value = value * (x - k)
    return value


def quadratic_root(m: Any, a: Any, b: Any, c: Any) -> Any:
    """The root that cancels."""
    return (-b + m.sqrt(b**2 - 4 * a * c)) / (2 * a)


def weierstrass(m: Any, x: Any) -> Any:
    """Six terms of Weierstrass's function."""
    return sum(0.5**k * m.cos(3**k * m.pi * x) for k in range(6))


def rump(_m: Any, a: Any, b: Any) -> Any:
    """Rump's polynomial."""
    return 333.75 * b**6 + a**2 * (11 * a**2 * b**2 - b**6 - 121 * b**4 - 2) + 5.5 * b**8 + a / (2 * b)


def stopped_sum(m: Any, x: Any) -> Any:
    """Σ sin(kx)/2^k, stopped at a term below 1e-5."""
    total, k = 0 * x, 1
    while k < 4 or abs(m.sin(k * x)) > 1e-5 * 2**k:
        total = total + m.sin(k * x) / 2**k
        k += 1
    return total


def stepped(_m: Any, rate: Any) -> Any:
    """y(1) of y' = -rate·y², y(0) = 1 by Heun's method with steps chosen at a tolerance of 1e-6."""
    t, y, h = 0.0, 1.0, 0.1
    for _ in range(1000):
        if t >= 1:
            return y
        h = min(h, 1 - t)
        a = -rate * y * y
        b = -rate * (y + h * a) ** 2
        error = abs(h * (b - a) / 2) + 1e-18
        if error <= 1e-6:
            t, y = t + h, y + h * (a + b) / 2
        h = h * min(4.0, max(0.2, 0.9 * (1e-6 / error) ** 0.5))
    raise ValueError("diverged")


def integrated(m: Any, x: Any) -> Any:
    """The integral of e^(-x t²) over [0, 1] by the trapezoidal rule, doubled until it changes by less than 1e-6."""
    n, before, now = 1, 0.0, (1 + m.exp(-x)) / 2
    while abs(now - before) > 1e-6:
        n, before = 2 * n, now
        now = before / 2 + sum(m.exp(-x * ((2 * i + 1) / n) ** 2) for i in range(n // 2)) / n
    return now


def variance(_m: Any, *x: Any) -> Any:
    """The textbook's one-pass variance, which cancels."""
    n = len(x)
    return sum(t**2 for t in x) / n - (sum(x) / n) ** 2


ROWS = (
    row("sqrt near its end", NEAR, lambda m, x: m.sqrt(x - 1), tough(1 + 1e-6), tough(1.001)),
    row("log near its end", NEAR, lambda m, x: m.log(x - 2), tough(2 + 1e-7)),
    row("tan near its pole", NEAR, lambda m, x: m.tan(x), tough(1.57)),
    row("pole beside", NEAR, lambda m, x: 1 / (x - 1), tough(1.0001), tough(0.999)),
    row("double pole beside", NEAR, lambda m, x: 1 / (x - 1) ** 2, tough(1.01)),
    row("asin near 1", NEAR, lambda m, x: m.asin(x), tough(0.999999)),
    row("acos near 1", NEAR, lambda m, x: m.acos(x), tough(0.9999)),
    row("acosh near 1", NEAR, lambda m, x: m.acosh(x), tough(1.0001)),
    row("atanh near 1", NEAR, lambda m, x: m.atanh(x), tough(0.99999)),
    row("log log", NEAR, lambda m, x: m.log(m.log(x)), tough(1.001)),
    row("window of sqrt", NEAR, lambda m, x: m.sqrt(1e-6 - (x - 3) ** 2), tough(3.0005)),
    row("log x log(1-x)", NEAR, lambda m, x: m.log(x) * m.log(1 - x), tough(1e-5), easy(0.4)),
    row("x^x near 0", NEAR, lambda m, x: m.exp(x * m.log(x)), tough(1e-6)),
    row("entropy", NEAR, lambda m, p, q: -p * m.log(p) - q * m.log(q), tough(1e-9, 0.3)),
    row("sine with holes", OWN, holed, tough(1.0)),
    row("simulator ends at 2.001", OWN, one_sided_holes, tough(2.0)),
    row("sinc beside its hole", "numdifftools, tests", lambda m, x: m.sin(x) / x, tough(1e-4)),
    row("hole at a step", OWN, lambda m, x: (x**2 - 1) / (x - 1), tough(1.0625)),
    row("angle beside its cut", OWN, lambda m, x, y: m.atan2(y, x), tough(-1.0, 1e-3)),
    row("x|x|", PIECES, lambda m, x: x * abs(x), tough(0.0), tough(1e-8)),
    row("|x|^3", PIECES, lambda m, x: abs(x) ** 3, tough(0.0)),
    row("|x|^1.5", PIECES, lambda m, x: abs(x) * m.sqrt(abs(x)) if x != 0 else 0.0, tough(0.0)),
    row("Huber at its joint", "Huber 1964", huber, tough(1.0), easy(0.3)),
    row("ELU at 0", "Clevert et al. 2015", elu, tough(0.0)),
    row("spline at its knot", PIECES, spline, tough(2.0)),
    row("x^3 sin(1/x)", PIECES, lambda m, x: x**3 * m.sin(1 / x) if x != 0 else 0.0, tough(0.05)),
    row("softened abs", PIECES, lambda m, x: m.sqrt(x**2 + 1e-8), tough(0.0), tough(1e-5)),
    row("corner beside", PIECES, lambda m, x: abs(x - 1) + m.exp(x), tough(1.0001), tough(0.99)),
    row("jump beside", PIECES, lambda m, x: m.sin(x) + (1.0 if x > 1 else 0.0), tough(0.999)),
    row("aliasing by powers of 2", OWN, lambda m, x: x + m.sin(1024 * m.pi * x), tough(0.5)),
    row("aliasing by powers of 10", OWN, lambda m, x: x + 1e-3 * m.sin(2000 * m.pi * x), tough(0.3)),
    row("ripple", "Moré & Wild 2011", lambda m, x: x**2 + 1e-3 * m.sin(1e5 * x), tough(1.0)),
    row("fine ripple", "Moré & Wild 2011", lambda m, x: m.exp(x) + 1e-6 * m.sin(1e7 * x), tough(1.0)),
    row("bump beside", OWN, shifted_bump, tough(1.0), tough(1.019)),
    row("chirp", "Fornberg 1981", lambda m, x: m.sin(x**2), tough(100.0)),
    row("sin(1/x)", "Squire & Trapp 1998", lambda m, x: m.sin(1 / x), tough(0.01), tough(1e-3)),
    row("beat", OWN, lambda m, x: m.cos(50 * x) * m.cos(51 * x), tough(1.3)),
    row("Weierstrass", "Weierstrass 1872", weierstrass, tough(0.3)),
    row("sin(exp x)", "Oliver & Ruffhead 1975", lambda m, x: m.sin(m.exp(x)), tough(6.0)),
    row("1e6 + sin", CANCEL, lambda m, x: 1e6 + m.sin(x), tough(1.0)),
    row("1e10 + x^2", CANCEL, lambda m, x: 1e10 + x**2, tough(3.0)),
    row(
        "(1-cos x)/x^2", CANCEL, lambda m, x: (1 - m.cos(x)) / x**2, tough(0.01), unresolvable(1e-7), unresolvable(1e-5)
    ),
    row("(e^x-1-x)/x^2", CANCEL, lambda m, x: (m.exp(x) - 1 - x) / x**2, tough(0.03), unresolvable(1e-7)),
    row("sqrt(x+1)-sqrt(x)", CANCEL, lambda m, x: m.sqrt(x + 1) - m.sqrt(x), tough(1e6), unresolvable(1e14)),
    row("log(1+x) naively", CANCEL, lambda m, x: m.log(1 + x), tough(1e-12)),
    row("(x-1)^2 expanded", CANCEL, expanded(2), tough(1.001)),
    row("(x-1)^4 expanded", CANCEL, expanded(4), tough(1.5)),
    row("(x-1)^7 expanded", CANCEL, expanded(7), unresolvable(1.0001)),
    row("Wilkinson", "Wilkinson 1963", wilkinson, tough(3.5), tough(10.0)),
    row("quadratic root", CANCEL, quadratic_root, tough(1.0, 1e3, 1.0), unresolvable(1.0, 1e5, 1.0)),
    row("variance in one pass", CANCEL, variance, tough(1000.0, 1001.0, 1002.5)),
    row("sum stopped at 1e-5", STOPPED, stopped_sum, tough(1.1)),
    row("ODE at a tolerance", STOPPED, stepped, tough(1.5)),
    row("integral at a tolerance", STOPPED, integrated, tough(1.3)),
    row("Rump", RUMP, rump, tough(0.5, 1.5)),
    row("Rump at his point", RUMP, rump, unresolvable(77617.0, 33096.0)),
    row("log e^x", CANCEL, lambda m, x: m.log(m.exp(x)), tough(300.0), easy(1.0)),
    row("cosh^2-sinh^2", CANCEL, lambda m, x: m.cosh(x) ** 2 - m.sinh(x) ** 2 + x, tough(5.0)),
    row("Muller", "Kahan 2006, Muller's recurrence", lambda m, x: 108 - (815 - 1500 / x) / (4 + 0.25 * x), tough(4.0)),
)
