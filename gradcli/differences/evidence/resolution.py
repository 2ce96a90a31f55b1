"""Values that were rounded before they came here: printed with a few digits, or kept in shorter floats.

Coordinates of a search have all digits that float64 has; values that have fewer, every one of them, were rounded, and
their last digit tells by how much. A function that is a straight line may have short values at short coordinates, so
only values shorter than their coordinates are evidence.
"""

from __future__ import annotations

from math import frexp, inf, isfinite, log10

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

EVIDENCE = 4
"""Different values that must be shorter than their coordinates."""

MOST_DECIMALS, MOST_BITS = 13, 44
"""Values of more digits are not taken for rounded ones."""

SHORTER = {10: 2, 2: 8}
"""By how many digits a value is shorter than its coordinate."""

SHARE = {10: 0.5, 2: 1.0}
"""Of the last digit: numbers are printed once; shorter floats are rounded at every operation."""


class NumberLength(NamedTuple):
    """How many digits a number has, and how many of them behind the point."""

    digits: int
    places: int


class KeptDigits(NamedTuple):
    """What all values keep: no more digits, and no more places behind the point."""

    base: int
    digits: int
    places: int

    def noise(self, size: float) -> float:
        """By how much a value of a size is wrong."""
        if not 0 < size < inf:
            return 0.0
        leading = frexp(size)[1] if self.base == 2 else int(log10(size) // 1) + 1
        power = max(-self.places, leading - self.digits)
        return float(SHARE[self.base] * float(self.base) ** max(power, -300)) if power < 300 else 0.0


def decimals(value: float) -> NumberLength:
    """The length of a number as it is printed."""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, part = mantissa.partition(".")
    part = part.rstrip("0")
    digits = (whole + part).lstrip("0")
    places = len(part) - int(exponent or 0)
    stripped = digits.rstrip("0")
    return NumberLength(len(stripped), places if part else places - (len(digits) - len(stripped)))


def bits(value: float) -> NumberLength:
    """The length of a number in base 2."""
    mantissa, exponent = frexp(abs(value))
    whole = int(mantissa * 2**53)
    zeros = (whole & -whole).bit_length() - 1 if whole else 53
    return NumberLength(53 - zeros, 53 - zeros - exponent)


def kept(values: Mapping[float, float]) -> KeptDigits | None:
    """What the values at these coordinates keep; None where they have all digits, or where nothing tells."""
    for base, length_of, most in ((10, decimals, MOST_DECIMALS), (2, bits, MOST_BITS)):
        lengths = {y: length_of(v) for y, v in values.items() if isfinite(v)}
        digits = max((one.digits for one in lengths.values()), default=0)
        if not 0 < digits <= most:
            continue
        shorter = {values[y] for y, one in lengths.items() if length_of(y).digits - SHORTER[base] >= one.digits > 0}
        if len(shorter) >= EVIDENCE:
            return KeptDigits(base, digits, max(one.places for one in lengths.values()))
    return None
