"""Where a row's function has no real value, and why: its domain, its poles, the arguments that must be integers."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING, cache

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.flints import arb
    from gradcli.rules.rule import Interval, Rule


def domain_problem(rule: Rule, args: Sequence[Any]) -> str | None:
    """Why the function certainly has no real value at these arguments (exact numbers or balls), or None.

    `log(u) is real only for u > 0; here u = -1`: the user's x may be another.
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
    names = rule.args if rule.name == "atan2" else ["u" if name == "x" else name for name in rule.args]
    call = f"{rule.name}({', '.join(names)})"
    here = ", ".join(f"{name} = {number_text(value)}" for name, value in zip(names, args, strict=False))
    if rule.name == "atan2":
        return f"{call} has no value at the origin; here {here}"
    verb = "has a value" if rule.poles or "!=" in rule.domain_text else "is real"
    domain = pattern(r"\bx\b").sub("u", rule.domain_text)
    return f"{call} {verb} only for {domain}; here {here}"


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
