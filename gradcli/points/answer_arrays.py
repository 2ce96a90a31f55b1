"""The numbers of an answer as NumPy arrays in its layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.records import Readable


def array_of(answer: Readable) -> Any:
    """The gradient, Jacobian or Hessian in float64, what does not exist as nan; None where there are no numbers.

    Shapes: that of the answer, (n,) or (1, n) for a gradient by scalars; a mapping by variable where the answer has one
    shape for each.
    """
    for name in ("jacobian", "hessian"):
        if hasattr(answer, name):
            rows = getattr(answer, name)
            return None if rows is None else numbers(rows)
    gradient: Mapping[str, Any] | None = getattr(answer, "gradient", None)
    if gradient is None:
        return None
    shape = getattr(answer, "shape", None)
    if shape is None:  # of a chain, by variable or one number each
        whole = all(not isinstance(value, list) for value in gradient.values())
        return numbers(list(gradient.values())) if whole else {name: numbers(v) for name, v in gradient.items()}
    if hasattr(shape, "items"):
        return {name: numbers(gradient[name]).reshape(size) for name, size in shape.items()}
    values = list(gradient.values())
    return numbers(values[0] if len(values) == 1 else values).reshape(shape)


def numbers(values: float | Sequence[Any]) -> Any:
    """Nested lists as an array, None as nan."""
    return np.array(values, dtype=np.float64)
