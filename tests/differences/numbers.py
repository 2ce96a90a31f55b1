"""The arithmetics in which one text of a function is read: doubles, many digits, tangents, NumPy.

A function is written once, over a namespace `m`: `lambda m, x: m.sin(x) / x`. Constants are doubles in all of them, so
that every arithmetic means the same function; `pi` too.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mpmath
from mpmath import mp

ALIKE = ("sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan")
"""Functions that every arithmetic has under one name."""


def unbounded(function: Callable[[float], float]) -> Callable[[float], float]:
    """The function in doubles with infinity where it overflows, as compiled code has it."""

    def wrapped(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return math.copysign(math.inf, x) if function is math.sinh else math.inf

    return wrapped


def rounded(function: Callable[..., Any]) -> Callable[..., float]:
    """A special function in doubles: mpmath's value with a few guard digits, rounded once."""

    def wrapped(*arguments: float) -> float:
        with mp.workdps(22):
            value = function(*arguments)
        return float(value) if not isinstance(value, mpmath.mpc) else math.nan

    return wrapped


DOUBLES = SimpleNamespace(
    **{name: getattr(math, name) for name in ALIKE},
    pi=math.pi,
    exp=unbounded(math.exp),
    expm1=unbounded(math.expm1),
    gamma=unbounded(math.gamma),
    log=math.log,
    log1p=math.log1p,
    log10=math.log10,
    asin=math.asin,
    acos=math.acos,
    acosh=math.acosh,
    atanh=math.atanh,
    atan2=math.atan2,
    hypot=math.hypot,
    erf=math.erf,
    loggamma=math.lgamma,
    floor=math.floor,
    abs=abs,
    besselj=rounded(mpmath.besselj),
    airyai=rounded(mpmath.airyai),
    zeta=rounded(mpmath.zeta),
)
DOUBLES.sinh, DOUBLES.cosh = unbounded(math.sinh), unbounded(math.cosh)

DIGITS = SimpleNamespace(
    **{name: getattr(mpmath, name) for name in ALIKE},
    pi=math.pi,
    exp=mpmath.exp,
    expm1=mpmath.expm1,
    gamma=mpmath.gamma,
    log=mpmath.log,
    log1p=mpmath.log1p,
    log10=mpmath.log10,
    asin=mpmath.asin,
    acos=mpmath.acos,
    acosh=mpmath.acosh,
    atanh=mpmath.atanh,
    atan2=mpmath.atan2,
    hypot=mpmath.hypot,
    erf=mpmath.erf,
    loggamma=mpmath.loggamma,
    floor=mpmath.floor,
    abs=abs,
    besselj=mpmath.besselj,
    airyai=mpmath.airyai,
    zeta=mpmath.zeta,
)


def in_doubles(f: Callable[..., Any], *point: float) -> float:
    """f at a point in doubles: NaN where it is not defined, infinity where it overflows."""
    try:
        value = f(DOUBLES, *point)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
    return math.nan if isinstance(value, complex) else float(value)


def single(x: float) -> float:
    """A double rounded to float32, as simulators in single precision answer."""
    return float(struct.unpack("f", struct.pack("f", x))[0])


class Tangent:
    """A number and its derivative by one variable: the rules of calculus, applied to many digits."""

    __slots__ = ("slope", "value")

    def __init__(self, value: Any, slope: Any = 0) -> None:
        self.value, self.slope = mpmath.mpf(value), mpmath.mpf(slope)

    def __add__(self, other: Any) -> Tangent:
        b = tangent(other)
        return Tangent(self.value + b.value, self.slope + b.slope)

    def __sub__(self, other: Any) -> Tangent:
        b = tangent(other)
        return Tangent(self.value - b.value, self.slope - b.slope)

    def __mul__(self, other: Any) -> Tangent:
        b = tangent(other)
        return Tangent(self.value * b.value, self.slope * b.value + self.value * b.slope)

    def __truediv__(self, other: Any) -> Tangent:
        b = tangent(other)
        return Tangent(self.value / b.value, (self.slope * b.value - self.value * b.slope) / b.value**2)

    def __pow__(self, other: Any) -> Tangent:
        if not isinstance(other, Tangent):
            slope = other * self.value ** (other - 1) * self.slope if other else 0
            return Tangent(self.value**other, slope)
        return CALCULUS.exp(other * CALCULUS.log(self))

    def __radd__(self, other: Any) -> Tangent:
        return self + other

    def __rsub__(self, other: Any) -> Tangent:
        return tangent(other) - self

    def __rmul__(self, other: Any) -> Tangent:
        return self * other

    def __rtruediv__(self, other: Any) -> Tangent:
        return tangent(other) / self

    def __rpow__(self, other: Any) -> Tangent:
        return tangent(other) ** self

    def __neg__(self) -> Tangent:
        return Tangent(-self.value, -self.slope)

    def __abs__(self) -> Tangent:
        return -self if self.value < 0 else self

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < tangent(other).value)

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= tangent(other).value)

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > tangent(other).value)

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= tangent(other).value)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == tangent(other).value)

    __hash__ = None  # type: ignore[assignment]


FARTHEST_EXPONENT = mpmath.mpf(10) ** 100


def tangent(number: Any) -> Tangent:
    """A plain number as a constant."""
    return number if isinstance(number, Tangent) else Tangent(number)


def ruled(value: Callable[[Any], Any], slope: Callable[[Any, Any], Any]) -> Callable[[Any], Tangent]:
    """A function of one variable by its value and its derivative, slope(x, value)."""

    def wrapped(argument: Any) -> Tangent:
        x = tangent(argument)
        y = value(x.value)
        return Tangent(y, slope(x.value, y) * x.slope)

    return wrapped


def _within(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An exponential where its argument is not absurd: mpmath would compute e to as many bits as that has."""

    def wrapped(x: Any) -> Any:
        if abs(x) > FARTHEST_EXPONENT:
            raise OverflowError("an exponential of an argument beyond any use")
        return function(x)

    return wrapped


_exp = _within(mpmath.exp)


def _atan2(y: Any, x: Any) -> Tangent:
    y, x = tangent(y), tangent(x)
    slope = (x.value * y.slope - y.value * x.slope) / (x.value**2 + y.value**2)
    return Tangent(mpmath.atan2(y.value, x.value), slope)


def _besselj(order: int, x: Any) -> Tangent:
    below, above = (lambda t: mpmath.besselj(order - 1, t)), (lambda t: mpmath.besselj(order + 1, t))
    return ruled(lambda t: mpmath.besselj(order, t), lambda t, _: (below(t) - above(t)) / 2)(x)


CALCULUS = SimpleNamespace(
    pi=math.pi,
    abs=abs,
    exp=ruled(_exp, lambda _, y: y),
    expm1=ruled(_within(mpmath.expm1), lambda _, y: y + 1),
    log=ruled(mpmath.log, lambda x, _: 1 / x),
    log1p=ruled(mpmath.log1p, lambda x, _: 1 / (1 + x)),
    log10=ruled(mpmath.log10, lambda x, _: 1 / (x * mpmath.log(10))),
    sqrt=ruled(mpmath.sqrt, lambda _, y: 1 / (2 * y)),
    sin=ruled(mpmath.sin, lambda x, _: mpmath.cos(x)),
    cos=ruled(mpmath.cos, lambda x, _: -mpmath.sin(x)),
    tan=ruled(mpmath.tan, lambda _, y: 1 + y * y),
    asin=ruled(mpmath.asin, lambda x, _: 1 / mpmath.sqrt(1 - x * x)),
    acos=ruled(mpmath.acos, lambda x, _: -1 / mpmath.sqrt(1 - x * x)),
    atan=ruled(mpmath.atan, lambda x, _: 1 / (1 + x * x)),
    sinh=ruled(_within(mpmath.sinh), lambda x, _: _within(mpmath.cosh)(x)),
    cosh=ruled(_within(mpmath.cosh), lambda x, _: _within(mpmath.sinh)(x)),
    tanh=ruled(_within(mpmath.tanh), lambda x, _: _within(mpmath.sech)(x) ** 2),
    asinh=ruled(mpmath.asinh, lambda x, _: 1 / mpmath.sqrt(x * x + 1)),
    acosh=ruled(mpmath.acosh, lambda x, _: 1 / mpmath.sqrt(x * x - 1)),
    atanh=ruled(mpmath.atanh, lambda x, _: 1 / (1 - x * x)),
    erf=ruled(mpmath.erf, lambda x, _: 2 / mpmath.sqrt(mpmath.pi) * _exp(-x * x)),
    gamma=ruled(mpmath.gamma, lambda x, y: y * mpmath.digamma(x)),
    loggamma=ruled(mpmath.loggamma, lambda x, _: mpmath.digamma(x)),
    floor=ruled(mpmath.floor, lambda _x, _y: 0),
    zeta=ruled(mpmath.zeta, lambda x, _: mpmath.zeta(x, derivative=1)),
    airyai=ruled(mpmath.airyai, lambda x, _: mpmath.airyai(x, derivative=1)),
    hypot=lambda x, y: CALCULUS.sqrt(tangent(x) * x + tangent(y) * y),
    atan2=_atan2,
    besselj=_besselj,
)


def numpy_names() -> SimpleNamespace:
    """The same names by NumPy and SciPy, which take complex numbers: what users of a complex step have."""
    import numpy as np
    from scipy import special

    renamed = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh"}
    renamed |= {"atanh": "arctanh", "atan2": "arctan2"}
    same = ("exp", "expm1", "log", "log1p", "log10", "hypot", "floor", "abs", *ALIKE)
    names = {name: getattr(np, renamed.get(name, name)) for name in (*same, *renamed)}
    rest = {"erf": special.erf, "gamma": special.gamma, "loggamma": special.loggamma, "besselj": special.jv}
    return SimpleNamespace(**names, **rest, pi=math.pi, zeta=special.zeta, airyai=lambda x: special.airy(x)[0])
