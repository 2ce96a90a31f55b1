"""Expressions as a text and a function of mpmath's numbers, and how they are put together."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import mpmath
from mpmath import mp, mpf

from tests.hunts.expressions import OutOfReachError, UndefinedError, quotient, reach, require

Value = Callable[[Mapping[str, Any]], Any]


class Term(NamedTuple):
    """An expression, in brackets where it needs them, and its value."""

    text: str
    value: Value
    names: frozenset[str] = frozenset()
    stepped: bool = False


def made(text: str, function: Callable[..., Any], *parts: Term, steps: bool = False) -> Term:
    """A term of parts: {0}, {1}, … in the text; the function gets their values."""

    used = [f"{{{place}}}" in text for place in range(len(parts))]

    def value(at: Mapping[str, Any]) -> Any:
        return checked(function, *(part.value(at) if here else None for part, here in zip(parts, used, strict=True)))

    shown = [part for part, here in zip(parts, used, strict=True) if here]
    names = frozenset().union(*(part.names for part in shown))
    return Term(text.format(*(p.text for p in parts)), value, names, steps or any(p.stepped for p in shown))


def checked(function: Callable[..., Any], *values: Any) -> Any:
    """The real value. Raises UndefinedError, OutOfReachError."""
    try:
        found = function(*values)
    except (ValueError, ZeroDivisionError) as error:
        raise UndefinedError from error
    except (OverflowError, MemoryError, NotImplementedError, mpmath.libmp.NoConvergence) as error:
        raise OutOfReachError from error
    if isinstance(found, mpmath.mpc):
        if abs(found.imag) > mpf(10) ** (-mp.dps // 2) * (1 + abs(found.real)):
            raise UndefinedError
        raise OutOfReachError
    if mpmath.isnan(found) or mpmath.isinf(found):
        raise UndefinedError
    if abs(mpmath.mag(found) if found else 0) > 5e7:
        raise OutOfReachError
    return found


def variable(name: str) -> Term:
    return Term(name, lambda at: at[name], frozenset(name))


def constant(text: str) -> Term:
    """A number, also pi, e and quotients."""
    if text in ("pi", "e"):
        return Term(text, lambda at: +getattr(mpmath, text))
    if "/" in text:
        above, below = text.split("/")
        return Term(f"({text})", lambda at: mpf(above) / mpf(below))
    return Term(text, lambda at: mpf(text))


NUMBERS = ("1", "2", "3", "5", "0.5", "1/3", "2/3", "pi", "e", "10", "0.1", "1.5", "7", "4")
EXTREME = ("1e-8", "1e8", "1e-150", "1e150", "1e-300", "1e300", "6.02e23", "1e-16")


def some_number(draws: random.Random) -> Term:
    return constant(draws.choice(EXTREME if draws.random() < 0.12 else NUMBERS))


def simple(draws: random.Random, names: str) -> Term:
    """A variable, or a short form of one or two."""
    x, y = variable(draws.choice(names)), variable(draws.choice(names))
    c, d = some_number(draws), some_number(draws)
    forms: Sequence[Callable[[], Term]] = (
        *(lambda: x,) * 6,
        lambda: made("({0}*{1})", lambda a, b: a * b, c, x),
        lambda: made("({0} - {1})", lambda a, b: a - b, x, c),
        lambda: made("({0} + {1}*{2})", lambda a, b, k: a + b * k, x, c, y),
        lambda: made("({0}*{1})", lambda a, b: a * b, x, y),
        lambda: made("({0} - {1})", lambda a, b: a - b, x, y),
        lambda: made("({0}^2 + {1}^2)", lambda a, b: a * a + b * b, x, y),
        lambda: made("({0}^2 - {1})", lambda a, b: a * a - b, x, c),
        lambda: made("(1 - {0}^2)", lambda a: 1 - a * a, x),
        lambda: made("({0}/{1})", quotient, x, y),
        lambda: made("(1/{0})", lambda a: quotient(1, a), x),
        lambda: made("(-{0})", lambda a: -a, x),
        lambda: made("({0}*{1} + {2})", lambda a, b, k: a * b + k, c, x, d),
        lambda: made("({0}^3)", lambda a: a**3, x),
    )
    return draws.choice(forms)()


def tied(a: Any, b: Any) -> bool:
    """Whether two values are equal but for roundings, and not equal: no condition on them can be trusted."""
    return bool(a != b and abs(a - b) < mpf(10) ** (60 - mp.dps) * max(abs(a), abs(b), mpf(10) ** -400))


def less(a: Any, b: Any) -> bool:
    if tied(a, b):
        raise OutOfReachError
    return bool(a < b)


def equal(a: Any, b: Any) -> bool:
    if tied(a, b):
        raise OutOfReachError
    return bool(a == b)


CONDITIONS: Sequence[tuple[str, Callable[[Any, Any], bool]]] = (
    ("{0} < {1}", less),
    ("{0} > {1}", lambda a, b: less(b, a)),
    ("{0} <= {1}", lambda a, b: less(a, b) or equal(a, b)),
    ("{0} >= {1}", lambda a, b: less(b, a) or equal(a, b)),
    ("{0} != {1}", lambda a, b: not equal(a, b)),
    ("{0} == {1}", equal),
    ("not {0} < {1}", lambda a, b: not less(a, b)),
    ("({0} > {1} or {0} == -{1})", lambda a, b: less(b, a) or equal(a, -b)),
    ("({0} > {1} and {0} < 2)", lambda a, b: less(b, a) and less(a, mpf(2))),
)


def exponential(a: Any) -> Any:
    return mpmath.exp(reach(a, 1e6))


def sine(a: Any) -> Any:
    return mpmath.sin(reach(a, 1e300))


def sinc(a: Any) -> Any:
    """sin(a)/a, continued."""
    return sine(a) / a if a else mpf(1)


def exp_quotient(a: Any) -> Any:
    """(exp(a) - 1)/a, continued."""
    return mpmath.expm1(reach(a, 1e6)) / a if a else mpf(1)


def summed(term_of: Callable[[int], Any], n: int) -> Any:
    """From 1 to n."""
    return sum(map(term_of, range(1, n + 1)))


def real_log(a: Any) -> Any:
    require(a > 0)
    return mpmath.log(a)


def undefined() -> Any:
    raise UndefinedError
