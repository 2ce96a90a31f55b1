"""The forms of textbook functions: each draws a text and the function of mpmath's numbers that it means."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
from mpmath import mpf

from tests.hunts.expressions import power, quotient, reach, stepped
from tests.hunts.textbook.special import inside, special
from tests.hunts.textbook.terms import (
    CONDITIONS,
    Term,
    constant,
    exp_quotient,
    exponential,
    less,
    made,
    real_log,
    simple,
    sinc,
    sine,
    some_number,
    summed,
    undefined,
)


def cases(draws: random.Random, names: str, depth: int) -> Term:
    """Two or three cases in one of the notations; only the chosen one is evaluated."""
    bound = constant(draws.choice(("0", "0", "1", "2", "-1", "0.5")))
    u = simple(draws, names)
    branches = [term(draws, names, depth - 1) for _ in range(3)]
    (said, holds), (other, holds_too) = draws.choice(CONDITIONS[:7]), draws.choice(CONDITIONS)
    first, second = said.format(u.text, bound.text), other.format(u.text, constant("1").text)
    a, b, c = (branch.text for branch in branches)
    text = draws.choice(
        (f"where({first}, {a}, where({second}, {b}, {c}))", f"({a} if {first} else {b} if {second} else {c})")
        if "or" in other or "and" in other or "not" in said + other
        else (f"where({first}, {a}, where({second}, {b}, {c}))", f"{{{first}: {a}, {second}: {b}, {c}}}")
    )

    def value(at: Mapping[str, Any]) -> Any:
        x = u.value(at)
        if holds(x, bound.value(at)):
            return branches[0].value(at)
        return branches[1 if holds_too(x, mpf(1)) else 2].value(at)

    all_names = u.names.union(*(branch.names for branch in branches))
    return Term(f"({text})", value, all_names, any(branch.stepped for branch in (u, *branches)))


def chosen(holds: Any, a: Callable[[], Any], b: Any) -> Any:
    return a() if holds else b


def removable(draws: random.Random, names: str) -> Term:
    """Quotients that are 0/0 at a point, with the missing value or without."""
    u = simple(draws, names)
    forms = (
        ("where({0} != 0, sin({0})/{0}, 1)", sinc),
        ("where({0} != 0, (exp({0}) - 1)/{0}, 1)", exp_quotient),
        ("where({0} == 0, 1/2, (1 - cos({0}))/{0}^2)", lambda a: sinc(a / 2) ** 2 / 2),
        ("where({0} > 0, {0}*log({0}), 0)", lambda a: chosen(a > 0, lambda: a * mpmath.log(a), mpf(0))),
        ("where({0} != 0, {0}^2*log(abs({0})), 0)", lambda a: chosen(a, lambda: a * a * mpmath.log(abs(a)), mpf(0))),
        ("where({0} != 0, exp(-1/{0}^2), 0)", lambda a: chosen(a, lambda: mpmath.exp(-reach(1 / a**2, 1e6)), mpf(0))),
        ("where({0} != 0, tan({0})/{0}, 1)", lambda a: chosen(a, lambda: mpmath.tan(reach(a, 1e300)) / a, mpf(1))),
        ("where({0} != 0, log(1 + {0})/{0}, 1)", lambda a: chosen(a, lambda: real_log(1 + a) / a, mpf(1))),
        ("({0}^2 - 1)/({0} - 1)", lambda a: quotient(a * a - 1, a - 1)),
        ("{0}/{0}", lambda a: quotient(a, a)),
        ("{0}*abs({0})/{0}", lambda a: quotient(a * abs(a), a)),
        ("({0} - {0})*log({0})", lambda a: 0 * real_log(a)),
        ("where({0} != 0, {0}^3/abs({0}), 0)", lambda a: chosen(a, lambda: a**3 / abs(a), mpf(0))),
        ("where({0} != 0, where({0} != 0, sin({0})/{0}, 1)^2, 1)", lambda a: sinc(a) ** 2),
    )  # fmt: skip
    text, function = draws.choice(forms)
    return made(f"({text})", function, u)


def powers(draws: random.Random, names: str, depth: int) -> Term:
    """Powers of bases that may be negative or 0, with all kinds of exponents."""
    u, v = simple(draws, names), simple(draws, names)
    exponent = constant(draws.choice(("2", "3", "0", "1", "4", "1/3", "2/3", "0.5", "1.5", "2.5", "5", "0.1", "1/7")))
    minus = made("(-{0})", lambda a: -a, exponent)
    forms: Sequence[Callable[[], Term]] = (
        lambda: made("({0})^{1}", power, u, exponent),
        lambda: made("({0})^{1}", power, u, minus),
        lambda: made("({0})^({1})", power, u, v),
        lambda: made("abs({0})^({1})", lambda a, b: power(abs(a), b), u, v),
        lambda: made("(({0})^2)^{1}", lambda a, b: power(a * a, b), u, exponent),
        lambda: made("(({0})^{1})^2", lambda a, b: power(a, b) ** 2, u, exponent),
        lambda: made("(({0})^{1})^{2}", lambda a, b, c: power(power(a, b), c), u, exponent, minus),
        lambda: made("sqrt(({0})^2)", abs, u),
        lambda: made("({0})^({0})", lambda a: power(a, a), u),
        lambda: made("{1}^({0})", lambda a, b: power(b, reach(a, 1e6)), u, some_number(draws)),
        lambda: made("0^({0})", lambda a: power(mpf(0), a), u),
        lambda: made("(-2)^({0})", lambda a: power(mpf(-2), a), u),
        lambda: made("1^({0})", lambda a: mpf(1), u),
        lambda: made("({0})^floor({1})", lambda a, b: power(a, stepped(mpmath.floor)(reach(b, 1e3))), u, v, steps=True),
    )
    return draws.choice(forms)()


def stairs(draws: random.Random, names: str) -> Term:
    """abs, sign, floor, ceil, remainders, min, max and clip."""
    u, v, w = (simple(draws, names) for _ in range(3))
    floor, ceil = stepped(mpmath.floor), stepped(mpmath.ceil)
    forms: Sequence[Callable[[], Term]] = (
        lambda: made("abs({0})", abs, u),
        lambda: made("abs(abs({0}) - 1)", lambda a: abs(abs(a) - 1), u),
        lambda: made("{0}*sign({0})", lambda a: abs(a), u),
        lambda: made("sign({0})*{1}", lambda a, b: mpmath.sign(a) * b, u, v),
        lambda: made("({0} - floor({0}))", lambda a: a - floor(a), u, steps=True),
        lambda: made("({0} - 2*floor({0}/2))", lambda a: a - 2 * floor(a / 2), u, steps=True),
        lambda: made("ceil({0})*{1}", lambda a, b: ceil(a) * b, u, v, steps=True),
        lambda: made("⌊{0}⌋^2", lambda a: floor(a) ** 2, u, steps=True),
        lambda: made("floor({0})*floor(-({0}))", lambda a: floor(a) * floor(-a), u, steps=True),
        lambda: made("max({0}, {1}, {2})", max, u, v, w),
        lambda: made("min({0}, {1}, {2})", min, u, v, w),
        lambda: made("max({0}, min({1}, {2}))", lambda a, b, c: max(a, min(b, c)), u, v, w),
        lambda: made("max({0}, -({0}))", abs, u),
        lambda: made("max({0}, {0})", lambda a: a, u),
        lambda: made("clip({0}, -1, 1)", lambda a: min(max(a, mpf(-1)), mpf(1)), u),
        lambda: made("clip({0}, 0, 1)^2", lambda a: min(max(a, mpf(0)), mpf(1)) ** 2, u),
        lambda: made("relu({0})*relu(-({0}))", lambda a: mpf(0), u),
        lambda: made("(relu({0}) - relu(-({0})))", lambda a: a, u),
        lambda: made("min(abs({0}), abs({1}))", lambda a, b: min(abs(a), abs(b)), u, v),
        lambda: made("cbrt({0})", lambda a: mpmath.sign(a) * mpmath.cbrt(abs(a)), u),
        lambda: made("cbrt(({0})^3)", lambda a: a, u),
        lambda: made("abs({0})*{0}", lambda a: abs(a) * a, u),
    )
    return draws.choice(forms)()


def bound(draws: random.Random, names: str) -> Term:
    """Sums, products and integrals with a letter of their own."""
    u, v = simple(draws, names), simple(draws, names)
    n = draws.choice((1, 2, 3, 5, 8))
    forms: Sequence[Callable[[], Term]] = (
        lambda: made(f"sum(k*({{0}})^k, k, 1, {n})", lambda a: summed(lambda k: k * a**k, n), u),
        lambda: made(f"sum(({{0}})^k/k!, k, 0, {n})", lambda a: 1 + summed(lambda k: a**k / mpmath.factorial(k), n), u),
        lambda: made(f"sum(sin(k*{{0}})/k, k, 1, {n})", lambda a: summed(lambda k: sine(k * a) / k, n), u),
        lambda: made(f"prod({{0}} - k, k, 0, {n})", lambda a: mpmath.fprod(a - k for k in range(n + 1)), u),
        lambda: made(f"sum(abs({{0}} - k), k, 1, {n})", lambda a: summed(lambda k: abs(a - k), n), u),
        lambda: made(f"sum(sum(k*j*{{0}}, j, 1, 2), k, 1, {n})", lambda a: summed(lambda k: 3 * k * a, n), u),
        lambda: made("integral(t^2, t, {0}, {1})", lambda a, b: (b**3 - a**3) / 3, u, v),
        lambda: made("integral(cos({0}*t), t, 0, {1})", lambda a, b: b * sinc(reach(a * b, 1e4)), u, v),
        lambda: made("integral(exp(-t), t, {0}, {1})", lambda a, b: exponential(-a) - exponential(-b), u, v),
        lambda: made("integral(1/(1+t^2), t, {0}, {1})", lambda a, b: mpmath.atan(b) - mpmath.atan(a), u, v),
        lambda: made("integral({0}*t + {1}, t, 0, 1)", lambda a, b: a / 2 + b, u, v),
        lambda: made("integral(abs(t), t, {0}, {1})", lambda a, b: (b * abs(b) - a * abs(a)) / 2, u, v),
        lambda: made("integral(t*{0}^2, t, {0}, {1})", lambda a, b: a * a * (b * b - a * a) / 2, u, v),
        lambda: made("integral(s*integral(t, t, 0, s), s, 0, {0})", lambda a: a**4 / 8, u),
    )  # fmt: skip
    return draws.choice(forms)()


OUTER: Sequence[tuple[str, Callable[[Any], Any]]] = (
    ("exp({0})", exponential),
    ("log({0})", real_log),
    ("sqrt({0})", lambda a: mpmath.sqrt(a) if a >= 0 else undefined()),
    ("sin({0})", sine),
    ("cos({0})", lambda a: mpmath.cos(reach(a, 1e300))),
    ("atan({0})", mpmath.atan),
    ("tanh({0})", lambda a: mpmath.tanh(reach(a, 1e6))),
    ("({0})^2", lambda a: a * a),
    ("1/({0})", lambda a: quotient(1, a)),
    ("abs({0})", abs),
    ("log1p({0})", lambda a: real_log(1 + a)),
    ("log10({0})", lambda a: real_log(a) / mpmath.log(10)),
    ("(-({0}))", lambda a: -a),
    ("sinh({0})", lambda a: mpmath.sinh(reach(a, 1e6))),
)  # fmt: skip
INFIX: Sequence[tuple[str, Callable[[Any, Any], Any]]] = (
    ("({0} + {1})", lambda a, b: a + b),
    ("({0} - {1})", lambda a, b: a - b),
    ("({0})*({1})", lambda a, b: a * b),
    ("({0})/({1})", quotient),
    ("max({0}, {1})", max),
    ("min({0}, {1})", min),
)


ECHOES: Sequence[tuple[str, Callable[[Any, Any], Any]]] = (
    ("({0} - ({0}))", lambda a, b: a - a),
    ("({0})/({0})", lambda a, b: quotient(a, a)),
    ("0*({0})", lambda a, b: 0 * a),
    ("({0})^0", lambda a, b: power(a, mpf(0))),
    ("max({0}, {0})", lambda a, b: a),
    ("min({0}, {0} + 1)", lambda a, b: a),
    ("where({0} > 0, {0}, 2*({0}))", lambda a, b: a if less(mpf(0), a) else 2 * a),
    ("where({1} == {1}, {1}, 1)*({0})", lambda a, b: b * a),
    ("sqrt({0})^2", lambda a, b: mpmath.sqrt(a) ** 2 if a >= 0 else undefined()),
    ("sqrt(({0})^2)", lambda a, b: abs(a)),
    ("exp(log({0}))", lambda a, b: mpmath.exp(real_log(a))),
    ("log(exp({0}))", lambda a, b: reach(a, 1e6)),
    ("1/(1/({0}))", lambda a, b: quotient(1, quotient(1, a))),
    ("(({0}) + {1} - {1})", lambda a, b: a),
    ("{1}*({0})/({0})", lambda a, b: quotient(b * a, a)),
    ("({0})^{1}/({0})", lambda a, b: quotient(power(a, b), a)),
    ("log(({0})^2)", lambda a, b: real_log(a * a)),
    ("(log({0}) - log({0}))", lambda a, b: real_log(a) - real_log(a)),
    ("hypot({0}, 0)", lambda a, b: abs(a)),
    ("atan2({0}, {0})", lambda a, b: mpmath.atan2(a, a) if a else undefined()),
    ("abs({0})*sign({0})", lambda a, b: a),
    ("clip({0}, {1}, {1})", lambda a, b: b),
    ("sin({0})^2 + cos({0})^2", lambda a, b: sine(a) ** 2 + mpmath.cos(a) ** 2),
    ("sin(asin({0}))", lambda a, b: inside(a, -1, 1)),
    ("tan(atan({0}))", lambda a, b: a),
    ("atan(tan({0}))", lambda a, b: mpmath.atan(mpmath.tan(reach(a, 1e300)))),
    ("({0})^3/({0})^2", lambda a, b: quotient(a**3, a**2)),
    ("(({0})^2)^({1})", lambda a, b: power(a * a, b)),
    ("(({0})^({1}))^2", lambda a, b: power(a, b) ** 2),
    ("({0})^({1})*({0})^(-({1}))", lambda a, b: power(a, b) * power(a, -b)),
)
"""What a simplification may take for less than it is: the same part twice, and inverses."""


def echoed(draws: random.Random, names: str) -> Term:
    """A part that cancels, or seems to."""
    text, function = draws.choice(ECHOES)
    part = draws.choice((simple, simple, removable, stairs, special, lambda d, n: powers(d, n, 1)))(draws, names)
    return made(f"({text})", function, part, simple(draws, names))


def both_branches(draws: random.Random, names: str) -> Term:
    """A choice between two forms of one part, which is also used beside it."""
    part = removable(draws, names) if draws.random() < 0.5 else simple(draws, names)
    condition, holds = draws.choice(CONDITIONS[:6])
    forms: Sequence[tuple[str, str, Callable[[Any], Any], Callable[[Any], Any]]] = (
        ("1/{0}", "2/{0}", lambda a: quotient(1, a), lambda a: quotient(2, a)),
        ("{0}/{0}", "3*{0}/{0}", lambda a: quotient(a, a), lambda a: 3 * quotient(a, a)),
        ("{0}", "{0}^2/{0}", lambda a: a, lambda a: quotient(a * a, a)),
        ("log({0}) - log({0})", "0", lambda a: 0 * real_log(a), lambda a: mpf(0)),
        ("sqrt({0})", "sqrt(-({0}))", lambda a: power(a, mpf(1) / 2), lambda a: power(-a, mpf(1) / 2)),
    )
    yes, no, first, second = draws.choice(forms)
    x, bound_at = simple(draws, names), constant(draws.choice(("0", "1", "0.5")))
    text = f"where({condition.format('{1}', '{2}')}, {yes}, {no})" + draws.choice(("", " + {0}/{0}", "*{1}", " - {0}"))

    def function(a: Any, u: Any, c: Any) -> Any:
        value = first(a) if holds(u, c) else second(a)
        after = text.rpartition(")")[2] if not text.endswith(")") else ""
        if after == " + {0}/{0}":
            return value + quotient(a, a)
        return value * u if after == "*{1}" else value - a if after == " - {0}" else value

    return made(f"({text})", function, part._replace(text=f"({part.text})"), x, bound_at)


def term(draws: random.Random, names: str, depth: int) -> Term:
    """A form, or forms put together."""
    if depth <= 0:
        return simple(draws, names)
    kind = draws.random()
    if kind < 0.22:
        text, of_two = draws.choice(INFIX)
        return made(text, of_two, term(draws, names, depth - 1), term(draws, names, depth - 1))
    if kind < 0.36:
        text, one = draws.choice(OUTER)
        return made(text, one, term(draws, names, depth - 1))
    if kind < 0.44:
        return cases(draws, names, depth)
    if kind < 0.50:
        return echoed(draws, names)
    if kind < 0.53:
        return both_branches(draws, names)
    if kind < 0.62:
        return removable(draws, names)
    if kind < 0.72:
        return powers(draws, names, depth)
    if kind < 0.82:
        return stairs(draws, names)
    if kind < 0.93:
        return special(draws, names)
    return bound(draws, names)


def function(draws: random.Random, names: str) -> Term:
    """A function of some of the names."""
    return term(draws, names, draws.choice((1, 2, 2, 3)))


def dressed(one: Term, draws: random.Random) -> str:
    """Its text as it is, behind statements, or behind a header."""
    text = one.text
    names = sorted(one.names)
    kind = draws.random()
    if kind < 0.7 or "{" in text:
        return text
    if kind < 0.8:
        return f"f({', '.join(names)}) = {text}"
    if kind < 0.9:
        return f"u1 = {text}; u1"
    return f"w1 = {text}; w2 = w1/2; w1 - w2 + w2"
