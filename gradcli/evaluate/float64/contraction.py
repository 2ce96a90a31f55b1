"""Contractions of gradients, Jacobians and Hessians in float64 with a direction d, as answers lay them out."""

from __future__ import annotations

from math import isfinite, prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def number_or_none(value: float) -> float | None:
    """What is not finite is None."""
    return float(value) if isfinite(value) else None


def gradient_along(gradient: Mapping[str, Any], transposed: bool, direction: Mapping[str, Any]) -> float | None:
    """Σ ∂f/∂xᵢ·dᵢ of nested lists as in answers, transposed in numerator layout; None where an entry has no number."""
    total = 0.0
    for name, array in direction.items():
        d = np.asarray(array, dtype=float)
        partials = np.asarray(gradient[name], dtype=float)
        if transposed and partials.ndim == 2 and 1 not in partials.shape:
            partials = partials.T
        total += float((partials.reshape(d.shape) * d).sum())
    return number_or_none(total)


def jacobian_along(
    rows: Sequence[Sequence[float | None]], shape: tuple[int, ...], numerator: bool, d: Any
) -> tuple[float | None, ...]:
    """J·d, an entry of f after the other, row by row. shape: of f; rows: the matrix as its layout has it."""
    matrix = np.asarray(rows, dtype=float)
    d = np.asarray(d, dtype=float)
    if prod(shape) == 1 and d.size > 1:
        partials = matrix if not numerator else matrix.T
        return (number_or_none(float((partials.reshape(d.shape) * d).sum())),)
    matrix = matrix if numerator else matrix.T
    if d.size == 1 and shape:
        moved = (matrix * d.ravel()[0]).reshape(shape)
    else:
        moved = (matrix @ d.ravel(order="F")).reshape(shape, order="F")
    return tuple(number_or_none(float(x)) for x in moved.ravel())


def hessian_along(rows: Sequence[Sequence[float | None]], d: Any) -> float | None:
    """dᵀHd; the entries of matrices stand in the order of vec."""
    v = np.asarray(d, dtype=float).ravel(order="F")
    return number_or_none(float(v @ np.asarray(rows, dtype=float) @ v))
