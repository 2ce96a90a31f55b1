"""Slopes of several runs with seeds of their own, put together: their means, with the error of a mean."""

from __future__ import annotations

import math

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.differences.plan import Slope

STUDENT = (12.71, 4.31, 3.19, 2.78, 2.58, 2.45, 2.37, 2.31, 2.27, 2.23)
"""Quantiles of Student's t for 95 % on both sides, by degrees of freedom from 1; later ones are below 2.3."""


def over_seeds(
    values: Sequence[float | None], rows: Sequence[Sequence[Slope]], repeat: int
) -> tuple[tuple[float | None, ...], tuple[tuple[Slope, ...], ...]]:
    """The mean over seeds of outputs that stand one seed after the other."""
    m = len(rows) // repeat
    means = tuple(mean_value(values[i::m]) for i in range(m))
    slopes = tuple(
        tuple(mean_slope([rows[place][j] for place in range(i, len(rows), m)]) for j in range(len(rows[0])))
        for i in range(m)
    )
    return means, slopes


def mean_value(values: Sequence[float | None]) -> float | None:
    """The mean, None where a value is missing."""
    found = [value for value in values if value is not None]
    return math.fsum(found) / len(found) if len(found) == len(values) else None


def mean_slope(parts: Sequence[Slope]) -> Slope:
    """The mean of the slopes of several seeds. Its error: their own, and the error of the mean at 95 %.

    A slope that one seed does not have, the mean does not have either.
    """
    missing = next((part for part in parts if part.value is None), None)
    if missing is not None:
        return missing
    values = [part.value for part in parts if part.value is not None]
    count = len(values)
    quantile = STUDENT[count - 2] if count - 2 < len(STUDENT) else 2.3
    own = math.fsum(part.error or 0.0 for part in parts) / count
    error = own + quantile * deviation(values) / math.sqrt(count)
    return parts[0]._replace(value=math.fsum(values) / count, error=error)


def deviation(values: Sequence[float]) -> float:
    """The standard deviation of a sample."""
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))
