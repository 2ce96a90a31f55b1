"""Wrong signs and wrong simple factors of a whole answer, by whatever numbers it was compared."""

from __future__ import annotations

from gradcli.checking.slips.identify import CandidateFactor
from gradcli.derive.results import Slip
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

OPPOSITE = CandidateFactor(-1, 1)
FACTORS = (
    OPPOSITE,
    *(CandidateFactor(*parts) for k in (2, 3, 4, 10) for parts in ((k, 1), (1, k), (-k, 1), (-1, k))),
)
"""The factors that people lose or have too many, the likeliest first."""


def factor_slip(label: str, name: str, fits: Callable[[float], bool]) -> Slip | None:
    """The wrong factor of an answer called `name`. `fits(k)`: is it k times what is right, at every point?"""
    factor = next((factor for factor in FACTORS if fits(factor.numerator / factor.denominator)), None)
    if factor is None:
        return None
    if factor is OPPOSITE:
        return Slip(label, "sign", f"{name} has the wrong sign")
    return Slip(label, "factor", f"{name} is {factor.text()} times what it should be")
