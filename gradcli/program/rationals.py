"""Exact rational numbers: quotients, powers, roots; an int wherever the value is whole."""

from __future__ import annotations

import math
from operator import add, mul, sub

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from typing import Any

    from gradcli.flints import fmpq

    Rational = int | Fraction


def ratio(numerator: int, denominator: int) -> Rational:
    """The exact quotient, an int where it is one."""
    if numerator % denominator == 0:
        return numerator // denominator
    from fractions import Fraction

    return Fraction(numerator, denominator)


def from_flint(value: fmpq) -> Rational:
    """FLINT's exact number as Python's."""
    return ratio(int(value.p), int(value.q))


def lower(value: Rational) -> Rational:
    """The same number, as an int where it is one, so that equal numbers are equal keys of one type."""
    if type(value) is not int and value.denominator == 1:
        return value.numerator
    return value


def rational_power(base: Rational, exponent: int) -> Rational:
    """base**exponent for a nonzero base or a positive exponent, refused before it is computed where it is too long."""
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > limits.NUMBER_DIGITS * 4:
        raise GradcliError(
            "limit",
            f"a number of more than {limits.NUMBER_DIGITS} digits",
            hint="powers of numbers are exact here; write the exponent as a variable and give it a value",
        )
    if exponent >= 0:
        return base**exponent
    return (
        ratio(base.denominator**-exponent, base.numerator**-exponent)
        if base > 0
        else lower(ratio(base.denominator**-exponent * (-1) ** -exponent, abs(base.numerator) ** -exponent))
    )


def exact_power(base: Rational, exponent: Rational) -> Rational | None:
    """base**exponent where it is rational (4**(1/2), 8**(-2/3)), else None (0**-1 and (-8)**(1/3) are not real)."""
    exponent = lower(exponent)
    if type(exponent) is int:
        return rational_power(base, exponent) if base or exponent > 0 else None
    if base <= 0:
        return 0 if base == 0 and exponent > 0 else None
    root = perfect_root(base, exponent.denominator)
    return None if root is None else rational_power(ratio(*root), exponent.numerator)


def exact_cbrt(value: Rational) -> Rational | None:
    """The rational cube root of a perfect cube that is not 0 (a kink), or None."""
    root = exact_power(value if value > 0 else -value, ratio(1, 3)) if value else None
    return root if root is None or value > 0 else -root


def exact_log(value: Rational, base: int) -> int | None:
    """The whole exponent n of base**n = value, or None."""
    power = value.numerator if value.denominator == 1 else value.denominator
    if value <= 0 or 1 not in (value.numerator, value.denominator) or power.bit_length() > limits.NUMBER_DIGITS * 4:
        return None
    exponent = round((power.bit_length() - 1) * math.log(2, base))
    found = next((n for n in (exponent, exponent + 1) if base**n == power), None)
    return -found if found and value < 1 else found


PERFECT: dict[str, Callable[[Rational], Rational | None]] = {
    "cbrt": exact_cbrt,
    "log2": lambda value: exact_log(value, 2),
    "log10": lambda value: exact_log(value, 10),
}
"""Rows that are rational at perfect powers: the value there, or None elsewhere."""


def perfect_root(value: Any, degree: int) -> tuple[int, int] | None:
    """Numerator and denominator of the degree-th root of a positive rational, or None. Takes Python's and FLINT's."""
    above = integer_root(int(value.numerator), degree)
    below = None if above is None else integer_root(int(value.denominator), degree)
    return None if above is None or below is None else (above, below)


def integer_root(value: int, degree: int) -> int | None:
    """The exact degree-th root of a natural number, or None (Newton's method from above)."""
    if value < 2:
        return value
    if degree >= value.bit_length() or value.bit_length() > limits.NUMBER_DIGITS * 4:
        return None
    root = 1 << -(-value.bit_length() // degree)
    while True:
        following = ((degree - 1) * root + value // root ** (degree - 1)) // degree
        if following >= root:
            return root if root**degree == value else None
        root = following


WHOLE_NUMBERS: Mapping[str, Callable[[int, int], int]] = {"+": add, "-": sub, "*": mul}
"""What indices and the ends of sums may be computed with."""
