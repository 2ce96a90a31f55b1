"""The rows' functions in float64, in forms that keep their digits and do not overflow on the way.

Like those of `math`, they raise ValueError where there is no real value and OverflowError where it exceeds float64.
"""

from __future__ import annotations

import math

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def reciprocal(x: float) -> float:
    """1/x."""
    if x == 0:
        raise ValueError("division by zero")
    result = 1 / x
    if math.isinf(result):
        raise OverflowError("the value exceeds float64")
    return result


def sign(x: float) -> float:
    """1, 0 or -1."""
    return float((x > 0) - (x < 0)) if x == x else x


def greatest(*values: float) -> float:
    """max; nan if one is."""
    return max(values) if all(value == value for value in values) else math.nan


def least(*values: float) -> float:
    """min; nan if one is."""
    return min(values) if all(value == value for value in values) else math.nan


def atan2(y: float, x: float) -> float:
    """The angle of (x, y), which the origin has not."""
    if x == 0 == y:
        raise ValueError("atan2(0, 0) has no value")
    return math.atan2(y, x)


def outside(x: float) -> float:
    """sqrt(x**2 - 1) for x >= 1."""
    return math.sqrt(x - 1) * math.sqrt(x + 1)


def asec(x: float) -> float:
    """acos(1/x)."""
    angle = math.atan(outside(abs(x)))
    return angle if x > 0 else math.pi - angle


def acsc(x: float) -> float:
    """asin(1/x)."""
    return math.copysign(math.atan2(1.0, outside(abs(x))), x)


def acoth(x: float) -> float:
    """atanh(1/x)."""
    if abs(x) <= 1:
        raise ValueError("acoth needs abs(x) > 1")
    return math.copysign(math.log1p(2 / (abs(x) - 1)) / 2, x)


def asech(x: float) -> float:
    """acosh(1/x)."""
    if not 0 < x <= 1:
        raise ValueError("asech needs 0 < x <= 1")
    root = math.sqrt((1 - x) * (1 + x))
    return math.atanh(root) if x > 0.5 else math.log1p(root) - math.log(x)


def acsch(x: float) -> float:
    """asinh(1/x); for tiny x, whose reciprocal overflows, log(2/|x|)."""
    if x == 0:
        raise ValueError("acsch(0) has no value")
    size = math.log(2) - math.log(abs(x)) if abs(x) < 1e-300 else math.asinh(1 / abs(x))
    return math.copysign(size, x)


def acot(x: float) -> float:
    """atan(1/x)."""
    if x == 0:
        raise ValueError("acot(0) has no value")
    return math.copysign(math.atan2(1.0, abs(x)), x)


def sech(x: float) -> float:
    """1/cosh(x), which does not overflow."""
    power = math.exp(-abs(x))
    return 2 * power / (1 + power * power)


def csch(x: float) -> float:
    """1/sinh(x), which does not overflow."""
    if abs(x) > 300:
        return math.copysign(2 * math.exp(-abs(x)), x)
    return reciprocal(math.sinh(x))


def sigmoid(x: float) -> float:
    """1/(1 + exp(-x))."""
    power = math.exp(-abs(x))
    return 1 / (1 + power) if x >= 0 else power / (1 + power)


def logit(x: float) -> float:
    """log(x/(1 - x)), without cancellation near 1/2."""
    return math.log1p((2 * x - 1) / (1 - x)) if 0.25 < x < 0.75 else math.log(x) - math.log1p(-x)


def softplus(x: float) -> float:
    """log(1 + exp(x))."""
    return math.log1p(math.exp(-abs(x))) + max(x, 0.0)


def logaddexp(x: float, y: float) -> float:
    """log(exp(x) + exp(y))."""
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))


def gelu(x: float) -> float:
    """x*erfc(-x/sqrt(2))/2."""
    return x * math.erfc(-x / math.sqrt(2)) / 2 if x > -1e3 else -0.0


FLOATS: dict[str, Callable[..., float]] = {
    "sign": sign,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "max": greatest,
    "min": least,
    "cot": lambda x: reciprocal(math.tan(x)),
    "sec": lambda x: reciprocal(math.cos(x)),
    "csc": lambda x: reciprocal(math.sin(x)),
    "acot": acot,
    "asec": asec,
    "acsc": acsc,
    "atan2": atan2,
    "coth": lambda x: reciprocal(math.tanh(x)),
    "sech": sech,
    "csch": csch,
    "acoth": acoth,
    "asech": asech,
    "acsch": acsch,
    "sigmoid": sigmoid,
    "logit": logit,
    "softplus": softplus,
    "logaddexp": logaddexp,
    "gelu": gelu,
}
"""By row, before its `kernel`: quicker than the texts of rows (`computed`), which all others follow."""
