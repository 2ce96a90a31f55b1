"""How well each derivative is known while its search goes on: for people who wait."""

from __future__ import annotations

from math import inf, isfinite

from gradcli.differences.adaptive import Adaptive
from gradcli.differences.plan import Slope
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.differences.driver import AnySearch


def errors_so_far(names: Sequence[str], rows: Sequence[Sequence[AnySearch | Slope]]) -> dict[str, float | None]:
    """For each variable the error of its derivative, relative, of the output that is known worst.

    None where an output has no estimate yet, or turned out to have no derivative.
    """
    found: dict[str, float | None] = {}
    for name, *column in zip(names, *rows, strict=True):
        errors = [error_so_far(one) for one in column]
        worst = max((inf if error is None else error for error in errors), default=inf)
        found[name] = worst if isfinite(worst) else None
    return found


def error_so_far(search: AnySearch | Slope) -> float | None:
    """The error of one derivative, relative where it is not 0."""
    slope = search if isinstance(search, Slope) else search.result
    if slope.value is not None and slope.error is not None:
        return slope.error / (abs(slope.value) or 1.0)
    if isinstance(search, Adaptive) and slope.kind is None:
        choice = search.climb.choice() if search.axis.pairs else None
        return None if choice is None else choice.best.error / (abs(choice.best.value) or 1.0)
    return None
