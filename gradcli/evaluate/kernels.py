"""From a row to numbers: enclosures in balls, continuations for the complex step, float64; and why there is none."""

from __future__ import annotations

from functools import cache

from gradcli.evaluate.fields import Field, row_function
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.evaluate.fields import Field
    from gradcli.flints import acb, arb
    from gradcli.rules.rule import Interval, Rule

FALLBACK = "fallback"
"""The `ball` of rows that SymPy alone can evaluate, in its child process."""

FIRST_BITS = 64
LAST_BITS = 8192
"""Precision of the balls that are rounded to float64: doubled from the first to the last until 53 bits are right."""


def ball_kernel(rule: Rule) -> Callable[..., arb] | None:
    """The enclosure of the row's function over `flint.arb` arguments at the precision `flint.ctx.prec`.

    The result holds f(x) for every x in the arguments; it is not finite where f is not real, has no value, or is too
    large for a ball. All arguments are needed, defaults too. None: the row is evaluated through `means`.
    """
    if rule.ball == FALLBACK:
        from gradcli.program.simplify import fallback_ball

        return lambda *args: fallback_ball(rule, list(args))
    return None if rule.ball is None else _enclosure(rule.ball)


@cache
def _enclosure(name: str) -> Callable[..., arb]:
    from gradcli.evaluate.certified.enclosures import enclosure

    return enclosure(name)


def complex_kernel(rule: Rule) -> Callable[..., acb] | None:
    """The row's function beside the real axis, over `flint.acb`: Im f(x + ih)/h is f'(x) up to h**2.

    The caller sees to it that f is real and finite at the real point and has no kink there. Both parts of a result
    carry one error bound for many functions, so use h = 2**-k with a precision of more than k + 60 bits (h = 1e-200:
    800 bits). None: the row is evaluated through `means`.
    """
    if rule.ball == FALLBACK:
        raise GradcliError(
            "method",
            f"{rule.name} is known through SymPy only, and has no complex step",
            hint="leave --method away, or use --method fd",
        )
    return None if rule.ball is None else _continuation(rule.ball)


@cache
def _continuation(name: str) -> Callable[..., acb]:
    from gradcli.evaluate.complex.continuations import continuation

    return continuation(name)


@cache
def float_kernel(rule: Rule) -> Callable[..., float]:
    """The row's function in float64, over floats, with all arguments or without those that have defaults.

    Raises ValueError where there is no real value (out of the domain, at a pole) and OverflowError where the value
    exceeds float64; what is below float64 is 0.0. Infinities and nan are passed on as `math` does.
    """
    from gradcli.evaluate.float64.functions import FLOATS

    own = FLOATS.get(rule.name)
    if own is not None:
        return own
    if rule.kernel is not None:
        return _library_function(rule.kernel)
    if rule.ball is not None:
        return _rounded(rule)

    return float_definition(rule)


def _library_function(dotted: str) -> Callable[..., float]:
    """`math.exp` from its name."""
    from importlib import import_module

    module, name = dotted.rsplit(".", 1)
    function: Callable[..., float] = getattr(import_module(module), name)
    return function


def _rounded(rule: Rule) -> Callable[..., float]:
    """The row's ball, rounded to float64."""
    from gradcli.flints import arb, ctx

    enclose = ball_kernel(rule)
    if enclose is None:
        raise ValueError(f"{rule.name} has no enclosure")
    defaults = tuple(map(float, rule.optional))

    def rounded(*given: float) -> float:
        values = given + defaults[len(defaults) - len(rule.args) + len(given) :]
        bits = FIRST_BITS
        while True:
            with ctx.workprec(bits):
                ball = enclose(*map(arb, values))
                if ball.is_finite() and (ball.rel_accuracy_bits() > 53 or ball.abs_upper() < UNDERFLOW):
                    return _to_float(ball)
                if bits >= LAST_BITS or domain_problem(rule, values):
                    raise _no_value(rule, values, ball)
            bits *= 2

    return rounded


UNDERFLOW = 5e-324
"""Values below the least float64 are 0.0."""


def _to_float(ball: arb) -> float:
    """The midpoint as a float."""
    from math import isinf

    result = float(ball.mid())
    if isinf(result):
        raise OverflowError("the value exceeds float64")
    return result


def _no_value(rule: Rule, values: Sequence[float], ball: arb) -> Exception:
    """Why a ball is not narrow at the highest precision."""
    problem = domain_problem(rule, values)
    if problem is None and not ball.is_nan() and ball.abs_upper() > 2.0**1000:
        return OverflowError("the value exceeds float64")
    here = ", ".join(map(number_text, values))
    return ValueError(problem or f"{rule.name} at {here} is not known to {LAST_BITS} bits")


def domain_problem(rule: Rule, args: Sequence[Any]) -> str | None:
    """Why the function certainly has no real value at these arguments (exact numbers or balls), or None.

    `log(x) is real only for x > 0; here x = -1`.
    """
    if not (rule.domain or rule.poles or rule.integer or rule.name == "atan2"):
        return None
    balls = [as_ball(value) for value in args]
    last = balls[rule.bounded]
    if _certainly_outside(rule, balls):
        return _message(rule, args)
    if rule.domain and all(_beyond(interval, last) for interval in rule.domain):
        return _message(rule, args)
    if rule.poles and _is_pole(rule, last):
        return _message(rule, args)
    return None


def border_problem(rule: Rule, args: Sequence[Any]) -> str | None:
    """Why the function may lack a real value somewhere on these balls: they reach beyond the domain, or over a pole.

    None where every point of the balls is inside. For the evaluation that has doubled its precision to no avail.
    """
    balls = [as_ball(value) for value in args]
    last = balls[rule.bounded]
    if rule.domain and not any(_within(interval, last) for interval in rule.domain):
        return _message(rule, args)
    if rule.poles and getattr(last, rule.poles)().contains(0):
        return _message(rule, args)
    return _message(rule, args) if _certainly_outside(rule, balls) else None


def at_closed_end(rule: Rule, args: Sequence[Any]) -> bool:
    """Is the argument, or may it be, at an end of the domain where the function still has a value (asin at 1)?"""
    if not any(interval.low_closed or interval.high_closed for interval in rule.domain) or _is_whole(rule, args):
        return False
    last = as_ball(args[rule.bounded])
    return not any(_end(interval.low) < last and last < _end(interval.high) for interval in rule.domain)


def _is_whole(rule: Rule, args: Sequence[Any]) -> bool:
    """Is the order an integer, so that a Bessel function goes on beyond 0?"""
    if not rule.integer.endswith("?"):
        return False
    order = as_ball(args[rule.args.index(rule.integer.rstrip("?"))])
    return bool(order.is_exact() and order.is_integer())


def as_ball(value: Any) -> arb:
    """An int, a float, a Fraction or a rational of flint's as a ball; balls as they are."""
    from gradcli.flints import arb, fmpq

    if type(value) is arb:
        return value
    return arb(value) if isinstance(value, (int, float, fmpq)) else arb(fmpq(value.numerator, value.denominator))


def _certainly_outside(rule: Rule, balls: Sequence[arb]) -> bool:
    """True where an argument that must be an integer is none, or where atan2 is asked for the origin."""
    if rule.name == "atan2":
        return all(ball.is_zero() for ball in balls)
    if not rule.integer:
        return False
    number = balls[rule.args.index(rule.integer.rstrip("?"))]
    if rule.integer.endswith("?"):
        return bool(balls[rule.bounded] < 0) and not number.contains_integer()
    return bool(number < 0) or not number.contains_integer()


def _is_pole(rule: Rule, argument: arb) -> bool:
    """True at a zero of the function that `poles` names, as far as an exact argument can show it."""
    return argument.is_exact() and bool(getattr(argument, rule.poles)().is_zero())


def _beyond(interval: Interval, ball: arb) -> bool:
    """True if no point of the ball is in the interval."""
    low, high = _end(interval.low), _end(interval.high)
    return bool(
        ball < low
        or ball > high
        or (not interval.low_closed and ball <= low)
        or (not interval.high_closed and ball >= high)
    )


def _within(interval: Interval, ball: arb) -> bool:
    """True if every point of the ball is in the interval."""
    low, high = _end(interval.low), _end(interval.high)
    above = ball >= low if interval.low_closed else ball > low
    below = ball <= high if interval.high_closed else ball < high
    return bool(above and below)


def _end(text: str) -> arb:
    """The end of an interval: `inf`, `-inf`, a fraction, or such a number over e."""
    from gradcli.flints import arb

    if text.endswith("/e"):
        return _rational_end(text.removesuffix("/e")) / arb.const_e()
    return _rational_end(text)


@cache
def _rational_end(text: str) -> arb:
    """The end of an interval that does not depend on the precision."""
    from gradcli.flints import arb, fmpq

    if text in ("inf", "-inf"):
        return arb(text)
    numerator, _, denominator = text.partition("/")
    return arb(fmpq(int(numerator), int(denominator or 1)))


def _message(rule: Rule, args: Sequence[Any]) -> str:
    """The function, its domain in words, and the arguments."""
    call = f"{rule.name}({', '.join(rule.args)})"
    here = ", ".join(f"{name} = {number_text(value)}" for name, value in zip(rule.args, args, strict=False))
    if rule.name == "atan2":
        return f"{call} has no value at the origin; here {here}"
    verb = "has a value" if rule.poles or "!=" in rule.domain_text else "is real"
    return f"{call} {verb} only for {rule.domain_text}; here {here}"


def number_text(value: Any) -> str:
    """A number for a message: whole numbers and short fractions as they are, else a few digits."""
    from gradcli.flints import arb, fmpq

    if type(value) is arb:
        if value.is_exact() and value.is_integer() and abs(value) < 10**16:
            return str(int(value.unique_fmpz()))
        return str(value.str(6, radius=False))
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    numerator, denominator = int(value.numerator), int(value.denominator)
    if abs(numerator) < 10**16 and denominator < 1000:
        return f"{numerator}" if denominator == 1 else f"{numerator}/{denominator}"
    return str(arb(fmpq(numerator, denominator)).str(6, radius=False))


def float_definition(rule: Rule) -> Callable[..., float]:
    """The row's function in float64 by its definition."""
    return row_function(rule, _floats())


@cache
def _floats() -> Field:
    """float64."""
    import math

    def kernel(rule: Rule) -> Callable[..., float] | None:
        defined = rule.ball is None and rule.kernel is None
        return None if defined else float_kernel(rule)

    return Field(
        number=float,
        constant=lambda name: {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf}[name],
        below=lambda left, right: left < right,
        join=lambda yes, no: math.nan,
        kernel=kernel,
    )
