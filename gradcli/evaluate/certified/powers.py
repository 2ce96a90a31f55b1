"""Powers of rationals and balls: rational exponents of bases that are not negative, integers of all."""

from __future__ import annotations

from gradcli import limits
from gradcli.evaluate.certified.values import (
    ONE,
    UNKNOWN,
    ZERO,
    Undefined,
    as_ball,
    is_bad,
    is_known,
    is_node,
    rational,
)
from gradcli.evaluate.domains import number_text
from gradcli.flints import arb, fmpq, fmpz
from gradcli.program.rationals import from_flint, perfect_root
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

    from gradcli.evaluate.certified.decisions import Switches
    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node


def is_root(exponent: int | Fraction) -> bool:
    """Does the power end, with a value, at base 0? (x**(3/2) does.)"""
    return type(exponent) is not int and exponent > 0 and exponent.denominator != 1


def rational_power(run: Switches, node: Node, base: fmpq | arb, exponent: int | Fraction) -> Value:
    """base**exponent for a rational exponent. Fractional powers are real for bases >= 0 only."""
    if not isinstance(exponent, int):
        if exponent.denominator != 1:
            return fractional_power(run, node, base, exponent)
        exponent = exponent.numerator
    if type(base) is not fmpq:
        return within_reach(integer_power(base, exponent), base)
    if base == 0:
        return Undefined("division by zero") if exponent < 0 else ONE if exponent == 0 else ZERO
    if base in (1, -1) or base.height_bits() * abs(exponent) <= limits.EXACT_BITS:
        return base ** (exponent if base not in (1, -1) else exponent & 1)
    return within_reach(arb(base) ** fmpz(exponent), arb(base))


def integer_power(ball: arb, exponent: int) -> arb:
    """ball**exponent; flint gives up on a ball around 0, whose powers are known all the same."""
    if exponent < 0 or not ball.contains(0) or not ball.is_finite():
        return ball ** fmpz(exponent)
    largest = ball.abs_upper() ** fmpz(exponent)
    return arb(0).union(largest) if exponent % 2 == 0 else largest.union(-largest)


def within_reach(result: arb, base: arb) -> Value:
    """The power, or `overflow` where flint gave up on its size."""
    if result.is_finite() or result.is_nan() or not base.is_finite() or not abs(base) > 1:
        return result
    return Undefined("a power is too large to calculate with", "overflow")


def fractional_power(run: Switches, node: Node, base: fmpq | arb, exponent: Fraction) -> Value:
    """base**exponent for an exponent that is not an integer."""
    if base < 0:
        return not_real_power(base, exponent)
    if type(base) is fmpq:
        if base == 0:
            return ZERO if exponent > 0 else Undefined("division by zero")
        # roots of longer numbers are looked for in exact runs alone: every precision would look again
        root = perfect_root(base, exponent.denominator) if base.height_bits() <= 4096 else None
        if root is not None:
            return rational_power(run, node, fmpq(*root), exponent.numerator)
    ball = as_ball(base)
    if ball > 0:
        return positive_power(ball, exponent)
    if exponent > 0 and ball.is_finite() and is_nonnegative(run, node):
        return arb(0).union(ball.upper() ** rational(exponent))
    return UNKNOWN


def positive_power(ball: arb, exponent: Fraction) -> arb:
    """The power of a positive ball; square roots by their own kernel."""
    if exponent.denominator == 2:
        root = ball.sqrt() if exponent > 0 else ball.rsqrt()
        return root if abs(exponent.numerator) == 1 else root ** fmpz(abs(exponent.numerator))
    return ball ** rational(exponent)


def not_real_power(base: fmpq | arb, exponent: Any) -> Undefined:
    """Why a power of a negative number is not real, with the way out for cube roots."""
    from fractions import Fraction

    if exponent == Fraction(1, 2):
        return Undefined(f"sqrt({number_text(base)}) is not real", law="sqrt(u) is real only for u >= 0")
    law = "powers with exponents that are not integers are real only for bases >= 0"
    text = f"({number_text(base)})^({number_text(exponent)}) is not real"
    if isinstance(exponent, Fraction) and exponent.denominator == 3:
        text += "; cbrt(x) is the real cube root"
    return Undefined(text, law=law)


def is_nonnegative(run: Switches, node: Node, depth: int = 8) -> bool:
    """True where the node's value is certainly >= 0, by its form: even powers, roots, abs, exp and sums of these."""
    value = run.values.get(node)
    if value is not None and is_known(value) and value >= 0:
        return True
    if depth == 0:
        return False
    if node.op == "product":
        factors = node.factors()
        return all(exponent % 2 != 1 or is_nonnegative(run, base, depth - 1) for base, exponent in factors)
    if node.op == "sum":
        coefficients, start = node.data
        pairs = zip(node.args, coefficients, strict=True)
        return start >= 0 and all(factor > 0 and is_nonnegative(run, term, depth - 1) for term, factor in pairs)
    if node.op == "variable" and is_node(run.point[node.data]):
        return is_nonnegative(run, run.point[node.data], depth - 1)
    return node.op == "call" and node.data.name in NEVER_NEGATIVE


NEVER_NEGATIVE = frozenset({"abs", "exp", "hypot", "relu", "sigmoid", "softplus", "cosh", "erfc", "sqrt"})


def power_value(run: Switches, node: Node) -> Value:
    """base**exponent. A rational exponent is one at the point too: (-2)**y at y = 2 is 4, and 0**0 is 1."""
    base, exponent = (run.values[arg] for arg in node.args)
    bad = is_bad((base, exponent))
    if bad is not None:
        return bad
    if type(exponent) is fmpq:
        if (base < 0 or (base == 0 and exponent == 0)) and node.args[1].op != "number":
            run.touch(node)  # for other exponents it is not real, or not 1
        power = from_flint(exponent)
        if not base > 0 and (is_root(power) or (base == 0 and node.args[1].op != "number")):
            run.border(node)
        return rational_power(run, node.args[0], base, power)
    if not base > 0:
        run.border(node)
    if type(base) is fmpq and base == 0:
        return ZERO if exponent > 0 else Undefined("division by zero") if exponent < 0 else UNKNOWN
    if base < 0:
        return UNKNOWN if exponent.contains_integer() else not_real_power(base, exponent)
    ball = as_ball(base)
    if ball > 0:
        return ball**exponent
    if exponent > 0 and ball.is_finite() and is_nonnegative(run, node.args[0]):
        return arb(0).union(ball.upper() ** exponent)
    return UNKNOWN
