"""What a certified value is: an exact rational, a ball, or a reason why there is none."""

from __future__ import annotations

from gradcli import limits
from gradcli.flints import arb, ctx, fmpq
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction
    from typing import Any

    Value = Any
    """fmpq, arb, Undefined, or for conditions bool or None."""


class Undefined(NamedTuple):
    """Certainly no real number here. `kind` is `undefined`, or `overflow` where only the size is beyond reach.

    `law` is the reason without this point's numbers.
    """

    reason: str
    kind: str = "undefined"
    law: str = ""

    @property
    def general(self) -> str:
        """The reason without this point's numbers."""
        return self.law or self.reason.partition("; here ")[0]


class OutOfTimeError(Exception):
    """The evaluation took longer than it may."""


UNKNOWN = arb("nan")

INFINITE = Undefined("inf is not a number to calculate with")

HUGE = arb(2) ** 64
"""Arguments from which a result may be too large even for flint's exponents. Its reciprocal is a speck."""

SPECK = arb(0).union(arb(2) ** -(1 << 62))

ZERO = fmpq(0)

ONE = fmpq(1)


def is_node(value: Any) -> bool:
    """True for a node of a graph, False for a value."""
    return hasattr(value, "serial")


def is_final(value: Value) -> bool:
    """True for what no higher precision will change; what is too large for one may be in reach of the next."""
    if type(value) is Undefined:
        return value.kind != "overflow"
    return type(value) is not arb and value is not None


def is_known(value: Value) -> bool:
    """True for a number of which something is known."""
    return type(value) is fmpq or (type(value) is arb and value.is_finite())


def as_ball(value: fmpq | arb) -> arb:
    """The value as a ball at the current precision."""
    return value if type(value) is arb else arb(value)


def settle(ball: arb) -> fmpq | arb:
    """A ball of radius 0 is a rational number; it is kept as one where it is short."""
    if not ball.is_finite() or not ball.is_exact():
        return ball
    mantissa, exponent = ball.man_exp()
    if abs(int(exponent)) > limits.EXACT_BITS or mantissa.bit_length() > limits.EXACT_BITS:
        return ball
    return ball.fmpq()


def is_bad(args: Iterable[Value]) -> Undefined | None:
    """The first argument that is certainly no real number, else the first that is too large."""
    large = None
    for value in args:
        if type(value) is Undefined:
            if value.kind != "overflow":
                return value
            large = large or value
    return large


def of_unknown(function: str) -> Undefined:
    """An unknown function has no numbers."""
    return Undefined(f"{function} is an unknown function, so it has no value at a point")


def three_valued(op: str, args: Sequence[Value]) -> Value:
    """and, or, not, in three truth values. What decides alone makes an undefined side harmless."""
    if op == "not":
        return args[0] if args[0] is None or type(args[0]) is Undefined else not args[0]
    decisive = op == "or"
    if any(arg is decisive for arg in args):
        return decisive
    bad = is_bad(args)
    return bad if bad is not None else None if None in args else not decisive


def rational(value: int | Fraction) -> fmpq:
    """Python's exact number as flint's."""
    return fmpq(value) if type(value) is int else fmpq(value.numerator, value.denominator)


def nearest(value: Value) -> float | None:
    """The float64 to which the whole ball rounds (ties to even, `inf` if too large), None where they are several."""
    if type(value) is fmpq:
        return nearest_ratio(int(value.p), int(value.q))
    if not value.is_finite():
        return None
    low, high = bounds(value)
    return low if low == high else None


def bounds(value: arb) -> tuple[float, float]:
    """The float64 to which the ends of a ball round."""
    before, ctx.prec = ctx.prec, max(ctx.prec, value.bits() + 64)
    try:
        return nearest_dyadic(value.lower()), nearest_dyadic(value.upper())
    finally:
        ctx.prec = before


def nearest_ratio(numerator: int, denominator: int) -> float:
    """numerator/denominator to the nearest float64, ±inf beyond the largest."""
    try:
        return numerator / denominator + 0.0
    except OverflowError:
        return float("inf") if numerator > 0 else float("-inf")


def nearest_dyadic(exact: arb) -> float:
    """An exact ball to the nearest float64, ties to even, ±inf beyond the largest; flint rounds subnormals too."""
    return float(exact) + 0.0
