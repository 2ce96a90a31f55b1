"""Decimal digits that are right: rounded from the enclosure, not from the float64 nearest to it."""

from __future__ import annotations

from math import isfinite, ulp

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any

    from gradcli.explain.results import Trace
    from gradcli.explain.sweeping.sweeps import Sweeps


def doubtful_texts(sweeps: Sweeps, trace: Trace) -> dict[float, str]:
    """The rounded texts of numbers whose float64 lies so near a tie that it may round to the other side."""
    digits = trace.digits
    if digits >= 17:
        return {}
    texts: dict[float, str] = {}
    for name, found in sweeps.certified.items():
        value = found.value
        if found.status == "ok" and value is not None and value not in texts and near_tie(value, digits):
            text = rounded_text(sweeps.enclosure(name), digits)
            if text is not None:
                texts[value] = text
    return texts


def near_tie(value: float, digits: int) -> bool:
    """Do the ends of the rounding interval of a float64 round to different texts?"""
    if not isfinite(value) or value == 0:
        return False
    text = f"{value:.{digits + 1}e}"  # a first look: a tie has a 5 behind the last digit that is shown
    mantissa = text.partition("e")[0].replace(".", "").lstrip("-")
    if mantissa[digits : digits + 2] not in ("49", "50"):
        return False
    from fractions import Fraction

    exact, half = Fraction(value), Fraction(ulp(value)) / 2
    return rounded(exact - half, digits) != rounded(exact + half, digits)


def rounded(value: Fraction, digits: int) -> Decimal:
    """A rational number with so many significant digits, ties to the even digit."""
    from decimal import ROUND_HALF_EVEN, Context, Decimal

    context = Context(prec=digits + 30, rounding=ROUND_HALF_EVEN)
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(quotient)


def rounded_text(ball: Any, digits: int) -> str | None:
    """The text of an enclosure where all of it rounds to one."""
    ends = {str(rounded(end, digits).normalize()) for end in ends_of(ball)}
    return ends.pop() if len(ends) == 1 else None


def ends_of(ball: Any) -> Iterator[Fraction]:
    """The lower and upper end of an exact number or of a ball."""
    from fractions import Fraction

    if isinstance(ball, int | Fraction):
        yield Fraction(ball)
        return
    from gradcli.flints import arb, fmpq

    if type(ball) is fmpq:
        yield Fraction(int(ball.p), int(ball.q))
    elif type(ball) is arb and ball.is_finite():
        for end in (ball.lower(), ball.upper()):
            mantissa, exponent = end.man_exp()
            yield Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
