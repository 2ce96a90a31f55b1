"""Contractions of gradients, Jacobians and Hessians in float64 with a direction d, as answers lay them out."""

from __future__ import annotations

from math import isfinite, prod

import numpy as np

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


def number_or_none(value: float) -> float | None:
    """What is not finite is None."""
    return float(value) if isfinite(value) else None


def gradient_along(gradient: Mapping[str, Any], direction: Mapping[str, Any]) -> float | None:
    """Σ ∂f/∂xᵢ·dᵢ of nested lists shaped like the variables; None where an entry has no number."""
    total = 0.0
    for name, array in direction.items():
        d = np.asarray(array, dtype=float)
        total += float((np.asarray(gradient[name], dtype=float).reshape(d.shape) * d).sum())
    return number_or_none(total)


def jacobian_along(
    rows: Sequence[Sequence[float | None]], shapes: Sequence[tuple[int, ...]], direction: Mapping[str, Any]
) -> tuple[float | None, ...]:
    """J·d, an entry of the functions after the other, row by row.

    shapes: of the functions; rows: the Jacobian in numerator layout.
    """
    matrix = np.asarray(rows, dtype=float)
    arrays = [np.asarray(array, dtype=float) for array in direction.values()]
    if len(shapes) == len(arrays) == 1:
        (shape,), (d,) = shapes, arrays
        if not shape and d.ndim == 2 and d.shape[1] != 1:
            return (number_or_none(float((matrix.T * d).sum())),)
        if d.ndim == 0 and len(shape) == 2 and shape[1] != 1:
            return tuple(number_or_none(float(x * d)) for x in matrix.ravel())
    moved = matrix @ np.concatenate([array.ravel(order="F") for array in arrays])
    return tuple(number_or_none(float(x)) for x in by_rows(moved, shapes))


def by_rows(entries: Any, shapes: Sequence[tuple[int, ...]]) -> Any:
    """Entries in the order of vec, array after array, row by row instead."""
    ends = np.cumsum([prod(shape) for shape in shapes])
    parts = np.split(entries, ends[:-1])
    return np.concatenate([p.reshape(s, order="F").ravel() for p, s in zip(parts, shapes, strict=True)])


def hessian_along(rows: Sequence[Sequence[float | None]], direction: Mapping[str, Any]) -> float | None:
    """dᵀHd; the entries of matrices stand in the order of vec, variable after variable."""
    v = np.concatenate([np.asarray(array, dtype=float).ravel(order="F") for array in direction.values()])
    return number_or_none(float(v @ np.asarray(rows, dtype=float) @ v))
