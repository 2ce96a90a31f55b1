"""Is a derivative worth its error? One nearly as large as the value is a problem, unless both are next to nothing."""

from __future__ import annotations

LARGE = 0.5
"""An error of this size, of the value, is a problem."""

EXPLAINED = 100.0
"""An error of no more than so many times the rounding is as good as these values can tell, and no problem."""

SMALL = 1e-6
"""A derivative of this size, of the largest around the point, is as good as 0."""


def is_lost(value: float, error: float, rounding: float, size: float, is_noise: bool) -> bool:
    """Is the error nearly as large as the value, though neither rounding nor the function's size explains that?

    rounding    the part of the error that rounding of float64 makes;  size: what is a large derivative here
    is_noise    the values have noise beyond rounding
    """
    if error < LARGE * abs(value) or error <= SMALL * size:
        return False
    return is_noise or error >= EXPLAINED * rounding
