"""The rows' functions over whole arrays of float64: NumPy's own where it has one, in forms that do not overflow.

What has no real value is nan, what is too large inf; nothing is raised. Call inside of `numpy.errstate(all="ignore")`.
"""

from __future__ import annotations

import math

import numpy as np

from gradcli.evaluate.kernels import float_kernel
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gradcli.rules.rule import Rule

    Kernel = Callable[..., Any]


def decay(x: Any) -> Any:
    """exp(-|x|)."""
    return np.exp(-np.abs(x))


def sigmoid(x: Any, power: Any = None) -> Any:
    """1/(1 + exp(-x)); `power`: exp(-|x|), if it is known."""
    power = decay(x) if power is None else power
    return np.where(x >= 0, 1.0, power) / (1 + power)


def softplus(x: Any, power: Any = None) -> Any:
    """log(1 + exp(x)); `power`: exp(-|x|), if it is known."""
    return np.log1p(decay(x) if power is None else power) + np.maximum(x, 0.0)


def reciprocal_cosh(x: Any) -> Any:
    """1/cosh(x)."""
    power = decay(x)
    return 2 * power / (1 + power * power)


def log_cosh(x: Any) -> Any:
    """log(cosh(x))."""
    size = np.abs(x)
    return size + np.log1p(np.exp(-2 * size)) - math.log(2)


NUMPY: dict[str, Kernel] = {
    **{
        name: getattr(np, name)
        for name in (
            "exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "logaddexp", "sqrt", "cbrt", "hypot", "sign",
            "floor", "ceil", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs",
        )
    },
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "cot": lambda x: 1 / np.tan(x), "sec": lambda x: 1 / np.cos(x), "csc": lambda x: 1 / np.sin(x),
    "coth": lambda x: 1 / np.tanh(x), "sech": reciprocal_cosh,
    "max": np.maximum, "min": np.minimum, "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "sigmoid": sigmoid, "softplus": softplus,
    "relu": lambda x, out=None: np.maximum(x, 0.0, out=out), "silu": lambda x: x * sigmoid(x),
    "softsign": lambda x: x / (1 + np.abs(x)),
}  # fmt: skip
"""By row; NumPy's functions are vectorised, and all keep their digits where the row's definition would not."""


def entrywise(rule: Rule) -> Kernel:
    """The row's function over arrays or numbers."""
    return NUMPY.get(rule.name) or one_by_one(rule)


def one_by_one(rule: Rule) -> Kernel:
    """The row's function of one number, entry by entry."""
    function = float_kernel(rule)

    def value(*args: float) -> float:
        try:
            return float(function(*map(float, args)))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan

    return np.vectorize(value, otypes=[np.float64])
