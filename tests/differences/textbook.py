"""Functions of textbooks and papers at harmless points."""

from __future__ import annotations

from typing import Any

from .functions import easy, row


def legendre(_m: Any, x: Any) -> Any:
    """P5 by Bonnet's recurrence."""
    before, now = 1.0, x
    for k in range(1, 5):
        before, now = now, ((2 * k + 1) * x * now - k * before) / (k + 1)
    return now


def chebyshev(_m: Any, x: Any) -> Any:
    """T10 by its recurrence."""
    before, now = 1.0, x
    for _ in range(9):
        before, now = now, 2 * x * now - before
    return now


def logistic_map(_m: Any, x: Any) -> Any:
    """Five steps of x -> 3.5 x (1 - x)."""
    for _ in range(5):
        x = 3.5 * x * (1 - x)
    return x


def babylonian(_m: Any, x: Any) -> Any:
    """A square root by seven steps of Newton's method from 1."""
    y = 1.0
    for _ in range(7):
        y = (y + x / y) / 2
    return y


def kepler(m: Any, mean: Any, eccentricity: Any) -> Any:
    """The eccentric anomaly by eight steps of Newton's method."""
    anomaly = mean + 0.0
    for _ in range(8):
        residual = anomaly - eccentricity * m.sin(anomaly) - mean
        anomaly = anomaly - residual / (1 - eccentricity * m.cos(anomaly))
    return anomaly


def continued_fraction(_m: Any, x: Any) -> Any:
    """x/(1 + x/(2 + x/(3 + ...)))."""
    value = 7 + 0 * x
    for k in range(6, 0, -1):
        value = k + x / value
    return x / value


def runge_kutta(_m: Any, x: Any, rate: Any) -> Any:
    """Four classical Runge-Kutta steps of y' = rate y (1 - y) from y(0) = x to 1."""
    y, h = x, 0.25
    for _ in range(4):
        a = rate * y * (1 - y)
        b = rate * (y + h / 2 * a) * (1 - y - h / 2 * a)
        c = rate * (y + h / 2 * b) * (1 - y - h / 2 * b)
        d = rate * (y + h * c) * (1 - y - h * c)
        y = y + h / 6 * (a + 2 * b + 2 * c + d)
    return y


def normal(m: Any, z: Any) -> Any:
    """The standard normal distribution."""
    return 0.5 * (1 + m.erf(z / 1.4142135623730951))


def black_scholes(m: Any, spot: Any, strike: Any, rate: Any, sigma: Any, time: Any) -> Any:
    """The price of a call."""
    spread = sigma * m.sqrt(time)
    above = (m.log(spot / strike) + (rate + sigma**2 / 2) * time) / spread
    return spot * normal(m, above) - strike * m.exp(-rate * time) * normal(m, above - spread)


def haversine(m: Any, lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    """The distance of two places on the unit sphere."""
    a = m.sin((lat2 - lat1) / 2) ** 2 + m.cos(lat1) * m.cos(lat2) * m.sin((lon2 - lon1) / 2) ** 2
    return 2 * m.asin(m.sqrt(a))


def gaussian(m: Any, x: Any, mu: Any, sigma: Any) -> Any:
    """The normal density."""
    return m.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * m.sqrt(2 * m.pi))


def perceptron(m: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    """Two hidden units and a logistic loss."""
    hidden = m.tanh(0.5 * a - 1.25 * b + 0.1), m.tanh(1.5 * a + 0.75 * b - 0.2)
    return m.log1p(m.exp(-(c * hidden[0] + d * hidden[1] + e)))


def log_sum_exp(m: Any, x: Any, y: Any, z: Any) -> Any:
    """log(e^x + e^y + e^z)."""
    return m.log(m.exp(x) + m.exp(y) + m.exp(z))


BURDEN = "Burden & Faires, Numerical Analysis, section 4.1"
NDT = "numdifftools, tests"
SQUIRE = "Squire & Trapp 1998"
LYNESS = "Lyness & Moler 1967"
STEPLEMAN = "Stepleman & Winarsky 1979"
GILL = "Gill, Murray, Saunders & Wright 1983"
OLIVER = "Oliver & Ruffhead 1975"
FORNBERG = "Fornberg 1981"
DUMONTET = "Dumontet & Vignes 1977"
ABRAMOWITZ = "Abramowitz & Stegun 1964"
STEWART = "Stewart, Calculus, exercises"
D2L = "Zhang et al., Dive into Deep Learning"

ROWS = (
    row("exp", NDT, lambda m, x: m.exp(x), easy(1.0), easy(-2.5)),
    row("sin", STEPLEMAN, lambda m, x: m.sin(x), easy(1.0), easy(2.5)),
    row("cos", NDT, lambda m, x: m.cos(x), easy(0.7)),
    row("tan", DUMONTET, lambda m, x: m.tan(x), easy(1.2)),
    row("log", STEPLEMAN, lambda m, x: m.log(x), easy(2.5), easy(0.1)),
    row("sqrt", OLIVER, lambda m, x: m.sqrt(x), easy(3.0)),
    row("cube", "Kostyrka, pnd, vignette", lambda m, x: x**3, easy(2.0)),
    row("reciprocal", OLIVER, lambda m, x: 1 / x, easy(3.0)),
    row("quintic", STEWART, lambda m, x: x**5 - 3 * x**2 + 2, easy(1.5)),
    row("bell", FORNBERG, lambda m, x: m.exp(-(x**2)), easy(0.7)),
    row("atan", STEPLEMAN, lambda m, x: m.atan(x), easy(1.0)),
    row("asin", STEWART, lambda m, x: m.asin(x), easy(0.5)),
    row("acos", STEWART, lambda m, x: m.acos(x), easy(-0.3)),
    row("sinh", NDT, lambda m, x: m.sinh(x), easy(1.5)),
    row("cosh", NDT, lambda m, x: m.cosh(x), easy(0.5)),
    row("tanh", NDT, lambda m, x: m.tanh(x), easy(0.8)),
    row("asinh", ABRAMOWITZ, lambda m, x: m.asinh(x), easy(2.0)),
    row("acosh", ABRAMOWITZ, lambda m, x: m.acosh(x), easy(2.0)),
    row("atanh", ABRAMOWITZ, lambda m, x: m.atanh(x), easy(0.3)),
    row("erf", ABRAMOWITZ, lambda m, x: m.erf(x), easy(0.5)),
    row("gamma", ABRAMOWITZ, lambda m, x: m.gamma(x), easy(3.5)),
    row("loggamma", ABRAMOWITZ, lambda m, x: m.loggamma(x), easy(4.2)),
    row("bessel J0", ABRAMOWITZ, lambda m, x: m.besselj(0, x), easy(1.5)),
    row("bessel J1", ABRAMOWITZ, lambda m, x: m.besselj(1, x), easy(2.5)),
    row("zeta", ABRAMOWITZ, lambda m, x: m.zeta(x), easy(3.0)),
    row("airy", ABRAMOWITZ, lambda m, x: m.airyai(x), easy(-1.0)),
    row("x exp x", BURDEN, lambda m, x: x * m.exp(x), easy(2.0)),
    row("x log x", BURDEN, lambda m, x: x * m.log(x), easy(8.3)),
    row("2 cos 2x - x", BURDEN, lambda m, x: 2 * m.cos(2 * x) - x, easy(-0.3)),
    row("x^4.5", SQUIRE, lambda m, x: x**4.5, easy(1.5)),
    row("e^x/(sin^3+cos^3)", SQUIRE, lambda m, x: m.exp(x) / (m.sin(x) ** 3 + m.cos(x) ** 3), easy(1.5), easy(0.0)),
    row("e^x/(sin x - x^2)", "Ridders 1982", lambda m, x: m.exp(x) / (m.sin(x) - x**2), easy(1.0)),
    row("Runge", FORNBERG, lambda m, x: 1 / (1 + 25 * x**2), easy(0.3)),
    row("e^x/x^2", LYNESS, lambda m, x: m.exp(x) / x**2, easy(1.3)),
    row("1/(1-x)", LYNESS, lambda m, x: 1 / (1 - x), easy(-0.4)),
    row("sigmoid", D2L, lambda m, x: 1 / (1 + m.exp(-x)), easy(1.3)),
    row("softplus", D2L, lambda m, x: m.log1p(m.exp(x)), easy(0.4)),
    row("gelu", "Hendrycks & Gimpel 2016", lambda m, x: x * normal(m, x), easy(-0.8)),
    row("x^x", STEWART, lambda m, x: m.exp(x * m.log(x)), easy(1.7)),
    row("sinc", NDT, lambda m, x: m.sin(x) / x, easy(2.0)),
    row("log(1+x^2)", STEWART, lambda m, x: m.log(1 + x**2), easy(1.1)),
    row("exp sin", STEWART, lambda m, x: m.exp(m.sin(x)), easy(2.2)),
    row("arc", STEWART, lambda m, x: m.sqrt(1 + x**2), easy(0.75)),
    row("cos x^2", STEWART, lambda m, x: m.cos(x**2), easy(1.4)),
    row("(e^x-1)^2", GILL, lambda m, x: (m.exp(x) - 1) ** 2, easy(1.0)),
    row("x^4+3x^2-10x", GILL, lambda m, x: x**4 + 3 * x**2 - 10 * x, easy(0.3)),
    row("e^100x", GILL, lambda m, x: m.exp(100 * x), easy(0.01)),
    row("log10", OLIVER, lambda m, x: m.log10(x), easy(7.0)),
    row("expm1", NDT, lambda m, x: m.expm1(x), easy(0.25)),
    row("Legendre P5", ABRAMOWITZ, legendre, easy(0.3)),
    row("Chebyshev T10", ABRAMOWITZ, chebyshev, easy(0.6)),
    row("logistic map", "May 1976", logistic_map, easy(0.3)),
    row("babylonian root", "Griewank & Walther 2008, by iteration", babylonian, easy(2.0)),
    row("continued fraction", LYNESS, continued_fraction, easy(1.4)),
    row("Planck", "Planck's law in units of kT", lambda m, x: x**3 / m.expm1(x), easy(2.0)),
    row("Lennard-Jones", "Lennard-Jones potential", lambda m, r: 4 * (r**-12 - r**-6), easy(1.2)),
    row("Morse", "Morse potential", lambda m, r: (1 - m.exp(-1.5 * (r - 1))) ** 2, easy(1.6)),
    row("damped wave", STEWART, lambda m, t: m.exp(-t / 3) * m.cos(4 * t), easy(0.9)),
    row("Kepler", "Kepler's equation", kepler, easy(1.0, 0.3)),
    row("Runge-Kutta", "Kutta 1901, logistic growth", runge_kutta, easy(0.2, 1.5)),
    row("Gaussian", "the normal density", gaussian, easy(1.0, 0.25, 1.5)),
    row("Black-Scholes", "Black & Scholes 1973", black_scholes, easy(100.0, 95.0, 0.05, 0.2, 0.5)),
    row("haversine", "Sinnott 1984", haversine, easy(0.85, 0.15, 0.7, -1.3)),
    row("Michaelis-Menten", "Michaelis & Menten 1913", lambda m, v, k, s: v * s / (k + s), easy(2.0, 0.5, 1.5)),
    row("van der Waals", "van der Waals 1873", lambda m, t, v: 8 * t / (3 * v - 1) - 3 / v**2, easy(1.1, 2.0)),
    row("x y^2", NDT, lambda m, x, y: x * y**2, easy(3.0, 5.0)),
    row("x1^2+x2^2", "the README's first gradient", lambda m, x, y: x**2 + y**2, easy(1.0, 2.0)),
    row("x^2 y + 5x + sin y", STEWART, lambda m, x, y: x**2 * y + 5 * x + m.sin(y), easy(1.0, 2.0)),
    row("cos(x-y)", NDT, lambda m, x, y: m.cos(x - y), easy(0.0, 1.0)),
    row("e^xyz", STEWART, lambda m, x, y, z: m.exp(x * y * z), easy(0.5, 1.2, -0.8)),
    row("polar radius", STEWART, lambda m, x, y: m.sqrt(x**2 + y**2), easy(3.0, 4.0)),
    row("polar angle", STEWART, lambda m, x, y: m.atan2(y, x), easy(1.0, 2.0)),
    row("log-sum-exp", D2L, log_sum_exp, easy(0.5, 1.0, -1.0)),
    row("perceptron", D2L, perceptron, easy(0.6, -0.4, 0.9, 1.1, -0.3)),
    row("x^y", STEWART, lambda m, x, y: m.exp(y * m.log(x)), easy(2.0, 1.5)),
    row("lens", "the lens equation", lambda m, s, f: 1 / (1 / f - 1 / s), easy(30.0, 12.0)),
)
