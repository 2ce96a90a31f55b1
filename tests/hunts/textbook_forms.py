"""The forms of textbook functions: each draws a text and the function of mpmath's numbers that it means."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import mpmath
from mpmath import mp, mpf

from tests.hunts.expressions import OutOfReachError, UndefinedError, power, quotient, reach, require, stepped

Value = Callable[[Mapping[str, Any]], Any]


class Term(NamedTuple):
    """An expression, in brackets where it needs them, and its value."""

    text: str
    value: Value
    names: frozenset[str] = frozenset()
    stepped: bool = False


def made(text: str, function: Callable[..., Any], *parts: Term, steps: bool = False) -> Term:
    """A term of parts: {0}, {1}, … in the text; the function gets their values."""

    def value(at: Mapping[str, Any]) -> Any:
        return checked(function, *(part.value(at) for part in parts))

    names = frozenset().union(*(part.names for part in parts))
    return Term(text.format(*(part.text for part in parts)), value, names, steps or any(p.stepped for p in parts))


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


def undefined() -> Any:
    raise UndefinedError


def term(draws: random.Random, names: str, depth: int) -> Term:
    """A form, or forms put together."""
    if depth <= 0:
        return simple(draws, names)
    kind = draws.random()
    if kind < 0.22:
        text, of_two = draws.choice(INFIX)
        return made(text, of_two, term(draws, names, depth - 1), term(draws, names, depth - 1))
    if kind < 0.40:
        text, one = draws.choice(OUTER)
        return made(text, one, term(draws, names, depth - 1))
    if kind < 0.52:
        return cases(draws, names, depth)
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
