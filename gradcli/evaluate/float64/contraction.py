"""Contractions of derivatives in float64 with a direction d; entries stand row by row, variable after variable."""

from __future__ import annotations

from math import isfinite

import numpy as np

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Rows = Sequence[Sequence[float | None]]


def slopes_along(rows: Rows, direction: Mapping[str, Any]) -> tuple[float | None, ...]:
    """J·d, None where an entry has no number."""
    return finite(np.asarray(rows, dtype=float) @ flat(direction))


def curvature_along(rows: Rows, direction: Mapping[str, Any]) -> tuple[float | None, ...]:
    """dᵀHd, as the only entry."""
    d = flat(direction)
    return finite([d @ np.asarray(rows, dtype=float) @ d])


def flat(direction: Mapping[str, Any]) -> Any:
    """All entries of a direction in one vector."""
    return np.concatenate([np.asarray(array, dtype=float).ravel() for array in direction.values()])


def finite(numbers: Any) -> tuple[float | None, ...]:
    """What is not finite is None."""
    return tuple(float(x) if isfinite(x) else None for x in numbers)
