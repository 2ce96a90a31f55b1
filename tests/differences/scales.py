"""Tough by scale: units from 1e-120 to 1e150, points at 0 and near it, steep and flat places."""

from __future__ import annotations

from typing import Any

from .functions import easy, row, tough

GILL = "Gill, Murray, Saunders & Wright 1983; Shi, Xie, Xuan & Nocedal 2022"
KOSTYRKA = "Kostyrka 2025, step sizes at awkward points"
UNITS = "CODATA, SI units"
OWN = "scaled by hand"


def gravity(_m: Any, earth: Any, moon: Any, distance: Any) -> Any:
    """Newton's law."""
    return 6.6743e-11 * earth * moon / distance**2


def diode(m: Any, saturation: Any, voltage: Any) -> Any:
    """Shockley's law at 300 K."""
    return saturation * (m.exp(voltage / 0.02585) - 1)


def planck(m: Any, frequency: Any, temperature: Any) -> Any:
    """Spectral radiance."""
    ratio = 6.62607015e-34 * frequency / (1.380649e-23 * temperature)
    return 2 * 6.62607015e-34 * frequency**3 / 299792458.0**2 / m.expm1(ratio)


def kinetic(m: Any, mass: Any, speed: Any) -> Any:
    """Relativistic kinetic energy, as it is written."""
    return mass * 299792458.0**2 * (1 / m.sqrt(1 - speed**2 / 299792458.0**2) - 1)


def ellipsoid(_m: Any, *x: Any) -> Any:
    """Axes from 1 to 1e6 (Hansen & Ostermeier 2001)."""
    return sum(10 ** (6 * i / 9) * t**2 for i, t in enumerate(x))


ROWS = (
    row("exp at tiny x", KOSTYRKA, lambda m, x: m.exp(x), tough(1e-10), tough(1e-100), easy(0.0)),
    row("sin at 0 and far", KOSTYRKA, lambda m, x: m.sin(x), easy(0.0), tough(1e-8), tough(1e6), tough(1e9)),
    row("cos at 0", "numdifftools, tests", lambda m, x: m.cos(x), easy(0.0), tough(1e-5)),
    row("square", KOSTYRKA, lambda m, x: x**2, easy(0.0), tough(1e-80), tough(1e100), tough(1e150), tough(-1e-5)),
    row("cube at 0", KOSTYRKA, lambda m, x: x**3, easy(0.0), tough(1e-5)),
    row("x + x^4", OWN, lambda m, x: x + x**4, easy(0.0), tough(1e-120), tough(1e-3)),
    row("x exp at 0", OWN, lambda m, x: x * m.exp(x), easy(0.0)),
    row("reciprocal near 0", KOSTYRKA, lambda m, x: 1 / x, tough(1e-5), tough(1e-10), tough(-1e-100), tough(1e80)),
    row("log far and near", KOSTYRKA, lambda m, x: m.log(x), tough(1e20), tough(1e-20), tough(1e150), tough(1e-120)),
    row("sqrt far and near", KOSTYRKA, lambda m, x: m.sqrt(x), tough(1e-30), tough(1e30), tough(1e-4)),
    row("tenth power", OWN, lambda m, x: x**10, tough(1e12), tough(1e-12)),
    row("hundredth power", OWN, lambda m, x: x**100, tough(1.1), tough(0.5)),
    row("cube root by logarithm", OWN, lambda m, x: m.exp(m.log(x) / 3), tough(1e-9), tough(1e60)),
    row("1e4 x^3 + 0.01 x^2 + 5x", GILL, lambda m, x: 1e4 * x**3 + 0.01 * x**2 + 5 * x, tough(1e-9)),
    row("(e^x-1)^2 far left", GILL, lambda m, x: (m.exp(x) - 1) ** 2, tough(-8.0)),
    row("x^4+3x^2-10x near its minimum", GILL, lambda m, x: x**4 + 3 * x**2 - 10 * x, tough(0.99999)),
    row("e^(1e120 x)", OWN, lambda m, x: m.exp(1e120 * x), tough(1e-120), tough(0.0)),
    row("sin(x/1e150)", OWN, lambda m, x: m.sin(x / 1e150), tough(1e150)),
    row("sin(1e6 x)", "Lyness & Moler 1967, oscillation", lambda m, x: m.sin(1e6 * x), tough(0.0), tough(1e-3)),
    row("tanh(1e4 x)", OWN, lambda m, x: m.tanh(1e4 * x), tough(1e-5), tough(0.0)),
    row("atan(1e6 x)", OWN, lambda m, x: m.atan(1e6 * x), tough(0.0), tough(1e-6)),
    row("narrow Lorentz line", "Lorentz profile", lambda m, x: 1 / (1 + 1e8 * x**2), tough(1e-4)),
    row("narrow Lorentz line off 0", "Lorentz profile", lambda m, x: 1 / (1 + 1e8 * (x - 1) ** 2), tough(1.0001)),
    row("narrow bell", "Gauss profile", lambda m, x: m.exp(-((1e3 * x) ** 2)), tough(1e-3)),
    row("steep logistic", "Moré & Wild 2014", lambda m, x: 1 / (1 + m.exp(-1000 * (x - 1))), tough(1.0), tough(1.002)),
    row("flat logistic", "saturation", lambda m, x: 1 / (1 + m.exp(-x)), tough(-40.0), tough(8.0)),
    row("flat tanh", "saturation", lambda m, x: m.tanh(x), tough(5.0)),
    row("gamma far and near", "Abramowitz & Stegun 1964", lambda m, x: m.gamma(x), tough(150.0), tough(1e-8)),
    row("loggamma far out", "Abramowitz & Stegun 1964", lambda m, x: m.loggamma(x), tough(1e10)),
    row("zeta near its pole", "Abramowitz & Stegun 1964", lambda m, x: m.zeta(x), tough(1.0001)),
    row("bessel J0 far out", "Abramowitz & Stegun 1964", lambda m, x: m.besselj(0, x), tough(100.0)),
    row("airy falling", "Abramowitz & Stegun 1964", lambda m, x: m.airyai(x), tough(8.0)),
    row("e^-x^2 far out", OWN, lambda m, x: m.exp(-(x**2)), tough(20.0)),
    row("e^-1/x", "Fornberg 1981, an essential singularity near", lambda m, x: m.exp(-1 / x), tough(0.05)),
    row("gravity", UNITS, gravity, tough(5.97e24, 7.35e22, 3.84e8)),
    row("diode", UNITS, diode, tough(1e-12, 0.7)),
    row("Planck radiance", UNITS, planck, tough(5e14, 5772.0)),
    row("relativistic energy", UNITS, kinetic, tough(9.109e-31, 1e8)),
    row("Arrhenius", UNITS, lambda m, a, e, t: a * m.exp(-e / (8.314462618 * t)), tough(1e13, 8e4, 300.0)),
    row("capacitor", UNITS, lambda m, c, v: c * v**2 / 2, tough(4.7e-12, 3.3)),
    row("ellipsoid", "Hansen & Ostermeier 2001", ellipsoid, tough(1.0, 0.9, 1.1, 0.8, 1.2, 1.0, 0.7, 1.3, 0.6, 1.4)),
    row("mixed scales", OWN, lambda m, x, y: m.sin(1e-8 * x) + m.cos(1e8 * y), tough(3e7, 2e-8)),
    row("product of scales", OWN, lambda m, x, y, z: x * y**2 * m.sqrt(z), tough(1e-60, 1e40, 1e-30)),
    row("distance near 0", OWN, lambda m, x, y: m.sqrt(x**2 + y**2), tough(1e-5, 2e-5), tough(1e-8, 1.0)),
)
