"""Derivatives by differences in hundreds of digits: no formula, no automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import mpmath
from mpmath import mpf

from tests.hunts.expressions import OutOfReachError, UndefinedError

Function = Callable[[Mapping[str, Any]], Any]
"""A value at a point, as value_of gives it. Raises UndefinedError, OutOfReachError."""

STEP_DIGITS = 130
"""The step is 10**-STEP_DIGITS times the size of the coordinate, or 1 if that is less."""
SPARE_DIGITS = 150
ZERO = -330
"""0 has the size of 10 to this power."""
AGREE = mpf(10) ** -50


SMALLEST = mpf(10) ** -100
"""Slopes below this need no digits of their own."""
STEPPED = mpf(10) ** 60
"""Where floor and ceil of larger numbers stand, a step of ours goes over many of theirs."""


class Truth(NamedTuple):
    """A value and slopes at a point.

    value    None where the function is not defined
    left, right   one-sided slopes; None where a side is not defined or its quotients do not settle
    defined  is the function defined on the left, and on the right
    """

    value: Any
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    defined: Mapping[str, tuple[bool, bool]]

    def slope(self, name: str) -> Any:
        """The derivative, None where there is none (or where it cannot be told)."""
        left, right = self.left[name], self.right[name]
        return right if left is not None and right is not None and same(left, right) else None


CONSTANTS: Mapping[str, Callable[[], Any]] = {
    "pi": lambda: +mpmath.pi,
    "pi/2": lambda: mpmath.pi / 2,
    "-pi/4": lambda: -mpmath.pi / 4,
    "e": lambda: +mpmath.e,
    "-1/e": lambda: -1 / mpmath.e,
    "sqrt(2)": lambda: mpmath.sqrt(2),
    "-sqrt(2)/2": lambda: -mpmath.sqrt(2) / 2,
    "log(2)": lambda: mpmath.log(2),
    "1/3": lambda: mpf(1) / 3,
    "-2/3": lambda: -mpf(2) / 3,
}
"""Coordinates that are no decimal numbers."""


def number(text: str) -> Any:
    """A coordinate at the precision that is set."""
    return CONSTANTS[text]() if text in CONSTANTS else mpf(text)


def same(a: Any, b: Any) -> bool:
    """Equal but for the errors of the differences."""
    return bool(abs(a - b) <= AGREE * max(abs(a), abs(b)) or max(abs(a), abs(b)) < mpf(10) ** -400)


def step_of(x: Any) -> Any:
    """A step much smaller than anything near x."""
    size = min(mpf(1), abs(x)) if x else mpf(10) ** ZERO
    return size * mpf(10) ** -STEP_DIGITS


def digits_for(point: Mapping[str, str]) -> int:
    """Digits that hold every coordinate beside its step, and the quotients' digits."""
    with mpmath.mp.workdps(50):
        sizes = [abs(number(x)) for x in point.values()]
        logs = [int(mpmath.log10(x)) if x else ZERO for x in sizes]
    return STEP_DIGITS + 2 * SPARE_DIGITS + max(0, *logs) - min(0, *logs)


def truth_at(function: Function, point: Mapping[str, str], more: int = 1, stepped: bool = False) -> Truth:
    """The truth, with step sizes that must agree; with `more` times the digits. Raises OutOfReachError.

    stepped: floor or ceil stands in it, whose steps must not be closer than those of the differences.
    """
    digits = more * digits_for(point)
    with mpmath.mp.workdps(digits):
        at = {name: number(text) for name, text in point.items()}
        value = value_or_none(function, at)
        if value is not None and abs(value) > STEPPED and stepped:
            raise OutOfReachError
        left: dict[str, Any] = {}
        right: dict[str, Any] = {}
        defined: dict[str, tuple[bool, bool]] = {}
        for name in point:
            sides = [one_sided(function, at, name, value, sign) for sign in (-1, 1)]
            left[name], right[name] = (slope for slope, _ in sides)
            defined[name] = (sides[0][1], sides[1][1])
        return Truth(value, left, right, defined)


def value_or_none(function: Function, at: Mapping[str, Any]) -> Any:
    """The value, None where there is none."""
    try:
        return function(at)
    except UndefinedError:
        return None


def one_sided(function: Function, at: Mapping[str, Any], name: str, value: Any, sign: int) -> tuple[Any, bool]:
    """The slope on one side by Richardson's extrapolation, checked with a far smaller h; is it defined?"""
    if value is None:
        return None, False
    h = sign * step_of(at[name])
    try:
        first = extrapolated(function, at, name, value, h)
        second = extrapolated(function, at, name, value, h * mpf(10) ** -10)
    except UndefinedError:
        return None, False
    if abs(value) * mpf(10) ** -mpmath.mp.dps > AGREE * abs(h) * max(abs(second), SMALLEST):
        raise OutOfReachError  # the value hides the slope
    return (second if same(first, second) else None), True


def extrapolated(function: Function, at: Mapping[str, Any], name: str, value: Any, h: Any) -> Any:
    """(f(x + h) - f(x))/h without its error of order h."""
    quotients = [(function({**at, name: at[name] + step}) - value) / step for step in (h, h / 2)]
    return 2 * quotients[1] - quotients[0]


def nearest_float(x: Any) -> float | None:
    """The nearest float64; None beyond the largest."""
    found = float(mpmath.nstr(x, 40, strip_zeros=False)) if x else 0.0
    return None if found in (float("inf"), float("-inf")) else found


__all__ = ["OutOfReachError", "Truth", "nearest_float", "same", "truth_at"]
