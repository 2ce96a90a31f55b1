"""Special functions by mpmath, where it has digits in time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
from mpmath import mpf

from tests.hunts.expressions import OutOfReachError, quotient, reach, require
from tests.hunts.textbook.terms import Term, made, real_log, simple, tied


def between(low: float, high: float, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of arguments that mpmath answers in time; out of reach elsewhere."""

    def held(*values: Any) -> Any:
        x = values[-1]
        if not low <= x <= high or (x and abs(x) < mpf(10) ** -400 and low > -1e300 and low == 0):
            raise OutOfReachError
        return function(*values)

    return held


def no_pole(function: Callable[..., Any]) -> Callable[..., Any]:
    """Of the family of gamma: whole numbers up to 0 are poles."""

    def held(*values: Any) -> Any:
        x = reach(values[-1], 300)
        require(x > 0 or x != mpmath.floor(x))
        return function(*values)

    return held


SPECIAL: Sequence[tuple[str, Callable[[Any], Any]]] = (
    ("erf({0})", between(-100, 100, mpmath.erf)),
    ("erfc({0})", between(-100, 100, mpmath.erfc)),
    ("erfi({0})", between(-30, 30, mpmath.erfi)),
    ("Si({0})", between(-100, 100, mpmath.si)),
    ("Shi({0})", between(-100, 100, mpmath.shi)),
    ("fresnels({0})", between(-20, 20, mpmath.fresnels)),
    ("fresnelc({0})", between(-20, 20, mpmath.fresnelc)),
    ("gamma({0})", no_pole(mpmath.gamma)),
    ("lgamma({0})", no_pole(lambda a: mpmath.re(mpmath.loggamma(a)))),
    ("digamma({0})", no_pole(mpmath.digamma)),
    ("trigamma({0})", no_pole(lambda a: mpmath.psi(1, a))),
    ("polygamma(2, {0})", no_pole(lambda a: mpmath.psi(2, a))),
    ("factorial({0})", lambda a: no_pole(mpmath.gamma)(a + 1)),
    ("lambertw({0})", lambda a: lambert(a)),
    ("besselj(0, {0})", between(-60, 60, lambda a: mpmath.besselj(0, a))),
    ("besselj(1, {0})", between(-60, 60, lambda a: mpmath.besselj(1, a))),
    ("besselj(3, {0})", between(-60, 60, lambda a: mpmath.besselj(3, a))),
    ("besseli(0, {0})", between(-60, 60, lambda a: mpmath.besseli(0, a))),
    ("besseli(2, {0})", between(-60, 60, lambda a: mpmath.besseli(2, a))),
    ("airyai({0})", between(-30, 30, mpmath.airyai)),
    ("airybi({0})", between(-30, 30, mpmath.airybi)),
    ("hyp0f1(2, {0})", between(-60, 60, lambda a: mpmath.hyp0f1(2, a))),
    ("asec({0})", lambda a: mpmath.acos(inverse_of_far(a))),
    ("acsc({0})", lambda a: mpmath.asin(inverse_of_far(a))),
    ("acot({0})", lambda a: mpmath.atan(quotient(1, a))),
    ("acoth({0})", lambda a: mpmath.atanh(inverse_of_far(a, strictly=True))),
    ("asech({0})", lambda a: mpmath.acosh(inverse_of_near(a))),
    ("acsch({0})", lambda a: mpmath.asinh(quotient(1, a))),
    ("coth({0})", lambda a: quotient(mpmath.cosh(reach(a, 1e4)), mpmath.sinh(a))),
    ("csch({0})", lambda a: quotient(1, mpmath.sinh(reach(a, 1e4)))),
    ("sech({0})", lambda a: 1 / mpmath.cosh(reach(a, 1e4))),
    ("asin({0})", lambda a: mpmath.asin(inside(a, -1, 1))),
    ("acos({0})", lambda a: mpmath.acos(inside(a, -1, 1))),
    ("atanh({0})", lambda a: mpmath.atanh(inside(a, -1, 1, strictly=True))),
    ("acosh({0})", lambda a: mpmath.acosh(inside(a, 1, 1e300))),
    ("logsigmoid({0})", lambda a: -log_one_plus(-reach(a, 1e4))),
    ("softplus({0})", lambda a: log_one_plus(reach(a, 1e4))),
    ("logit({0})", lambda a: mpmath.log(inside(a, 0, 1, strictly=True) / (1 - a))),
    ("elu({0})", lambda a: a if a > 0 else mpmath.expm1(reach(a, 1e4))),
    ("erfinv({0})", lambda a: mpmath.erfinv(inside(a, -1, 1, strictly=True))),
    ("Ei({0})", lambda a: between(-60, 60, lambda b: mpmath.re(mpmath.ei(b)))(nonzero(a))),
)  # fmt: skip

SPECIAL_OF_TWO: Sequence[tuple[str, Callable[[Any, Any], Any]]] = (
    ("beta({0}, {1})", lambda a, b: positive_beta(a, b)),
    ("atan2({0}, {1})", lambda a, b: mpmath.atan2(a, b)),
    ("hypot({0}, {1})", lambda a, b: mpmath.sqrt(a * a + b * b)),
    ("logaddexp({0}, {1})", lambda a, b: max(a, b) + log_one_plus(-reach(abs(a - b), 1e4))),
    ("binomial({0}, 2)*{1}", lambda a, b: (a * (a - 1) / 2 if a > 1 or a != mpmath.floor(a) else out()) * b),
    ("log({0})/log({1})", lambda a, b: quotient(real_log(a), real_log(b))),
    ("lowergamma(2, {0})*{1}", lambda a, b: (1 - (1 + a) * mpmath.exp(-reach(a, 300))) * b if a > 0 else out()),
    ("uppergamma(2, {0}) + {1}", lambda a, b: (1 + a) * mpmath.exp(-reach(a, 300)) + b if a > 0 else out()),
    ("elliptick(tanh({0})/2)*{1}", lambda a, b: mpmath.ellipk(mpmath.tanh(reach(a, 100)) / 2) * b),
    ("elliptice(tanh({0}))*{1}", lambda a, b: mpmath.ellipe(mpmath.tanh(reach(a, 100))) * b),
)  # fmt: skip


def out() -> Any:
    """Nothing that this hunt judges."""
    raise OutOfReachError


def lambert(a: Any) -> Any:
    """The main branch; near its end, where mpmath has no digits, out of reach."""
    edge = -1 / mpmath.e
    if tied(a, edge) or a == edge:
        raise OutOfReachError
    require(a > edge)
    return mpmath.lambertw(reach(a, 1e10)).real


def inverse_of_far(a: Any, strictly: bool = False) -> Any:
    require(abs(a) > 1 or (abs(a) == 1 and not strictly))
    return 1 / a


def inverse_of_near(a: Any) -> Any:
    require(0 < a <= 1)
    return 1 / a


def inside(a: Any, low: float, high: float, strictly: bool = False) -> Any:
    require(low < a < high or (a in (low, high) and not strictly))
    return a


def nonzero(a: Any) -> Any:
    require(a != 0)
    return a


def log_one_plus(a: Any) -> Any:
    """log(1 + exp(a)) without cancellation."""
    return max(a, mpf(0)) + mpmath.log1p(mpmath.exp(-abs(a)))


def positive_beta(a: Any, b: Any) -> Any:
    if a <= 0 or b <= 0:
        raise OutOfReachError
    return mpmath.beta(reach(a, 200), reach(b, 200))


def special(draws: random.Random, names: str) -> Term:
    """A special function of a short form."""
    u, v = simple(draws, names), simple(draws, names)
    if draws.random() < 0.25:
        text, function = draws.choice(SPECIAL_OF_TWO)
        return made(text, function, u, v)
    text, one = draws.choice(SPECIAL)
    return made(text, one, u)
