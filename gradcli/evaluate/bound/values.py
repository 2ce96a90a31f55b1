"""Values of functions that bind a letter: enclosures, continuations, float64; and why there is none."""

from __future__ import annotations

from gradcli import limits
from gradcli.evaluate.bound import integrate, roots
from gradcli.evaluate.bound.analytic import NOWHERE, is_real
from gradcli.evaluate.certified.values import Undefined, as_ball, is_known, settle
from gradcli.flints import acb, arb, ctx
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

    from gradcli.evaluate.certified.values import Value
    from gradcli.rules.bound import BoundRule

LOST: Final = 3
"""What keeps less than a third of the bits of the precision is given up."""


def bound_value(rule: BoundRule, args: Sequence[Value], deadline: float) -> Value:
    """The value for these arguments (fmpq or arb): a ball, or `Undefined` with the reason.

    A ball that is not finite says that nothing is known; `why_failed` then says what stood in the way.
    """
    if not all(map(is_known, args)):
        return arb("nan")
    balls = [acb(as_ball(value)) for value in args]
    if key_of(args) in failed(rule):
        return arb("nan")
    found = evaluated(rule, balls, False, deadline)
    if type(found) is Undefined:
        return found
    if not (found.real.is_finite() and found.imag.contains(0) and enough(found.real)):
        failed(rule)[key_of(args)] = integrate.why(rule, balls) if rule.ends else f"{rule.letter} is not decided"
        return arb("nan")
    return settle(found.real)


def evaluated(rule: BoundRule, args: Sequence[acb], analytic: bool, deadline: float | None = None) -> Any:
    """The integral or the root for complex balls: an acb, or `Undefined`."""
    if rule.name == "root":
        return roots.root(rule, args, inner)
    return integrate.integral(rule, args, analytic, deadline, inner)


def inner(rule: BoundRule, args: Sequence[acb], analytic: bool) -> Any:
    """A function with a bound letter in the body of another one: a root is known on the real axis alone."""
    if rule.name == "root" and (analytic or not all(map(is_real, args))):
        return NOWHERE
    return evaluated(rule, args, analytic)


def key_of(args: Sequence[Value]) -> tuple[float, ...]:
    """Arguments as they are remembered, whatever the precision."""
    return tuple(float(as_ball(value).mid()) for value in args)


def failed(rule: BoundRule) -> dict[tuple[float, ...], str]:
    """Arguments at which there is no value that is known, with the reasons."""
    known: dict[tuple[float, ...], str] = rule.kept.setdefault("failed", {})
    return known


def why_failed(rule: BoundRule, args: Sequence[Value]) -> str:
    """Why there is no value for these arguments."""
    return failed(rule).get(key_of(args), f"the {rule.name} is not decided")


def enough(ball: arb) -> bool:
    """Whether the precision has come near its goal."""
    return bool(ball.rad() < arb(2) ** (-ctx.prec // LOST) * (1 + abs(ball.mid())))


def bound_float(rule: BoundRule) -> Callable[..., float]:
    """The function in float64. Raises ValueError where it has no value that is known."""

    def value(*args: float) -> float:
        deadline = limits.clock() + limits.EVALUATION_SECONDS
        for bits in (80, 160):
            with ctx.workprec(bits):
                given = [arb(arg) for arg in args]
                found = bound_value(rule, given, deadline)
            if type(found) is Undefined:
                raise ValueError(found.reason)
            ball = as_ball(found)
            if ball.is_finite() and (ball.rel_accuracy_bits() > 53 or bits == 160):
                return float(ball.mid())
        raise ValueError(why_failed(rule, given))

    return value


def bound_continuation(rule: BoundRule) -> Callable[..., acb]:
    """The function beside the real axis; not finite where it is not known to be analytic."""

    def value(*args: acb) -> acb:
        found = evaluated(rule, args, True)
        return NOWHERE if type(found) is Undefined else found

    return value


STEP_BITS: Final = 300
"""The complex step is 2**-300, in twice the bits: no digit of a float64 is lost."""

REAL_BITS: Final = 70
"""A real step is 2**-70: where the slope has no jump, its error is of that size."""


def bound_float_partial(rule: BoundRule, args: Sequence[float], position: int) -> float:
    """The partial by one argument in float64, by a complex step; by a real one where a kink forbids that."""
    with ctx.workprec(2 * STEP_BITS):
        step = arb(2) ** -STEP_BITS
        balls = [acb(arb(value), step if i == position else arb(0)) for i, value in enumerate(args)]
        found = bound_continuation(rule)(*balls).imag / step
    if not found.is_finite():
        with ctx.workprec(REAL_BITS * 4):
            step, deadline = arb(2) ** -REAL_BITS, limits.clock() + limits.EVALUATION_SECONDS
            moved = [[arb(v) + sign * step * (i == position) for i, v in enumerate(args)] for sign in (1, -1)]
            ahead, behind = (bound_value(rule, point, deadline) for point in moved)
            if type(ahead) is Undefined or type(behind) is Undefined:
                return float("nan")
            found = (as_ball(ahead) - as_ball(behind)) / (2 * step)
    return float(found.mid())
