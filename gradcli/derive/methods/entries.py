"""What every method returns: values and derivatives at a point, with their errors and problems."""

from __future__ import annotations

from math import inf, nextafter, ulp

from gradcli import limits
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.differences.plan import Study
    from gradcli.flints import arb
    from gradcli.problems import Problem

    Rows = tuple[tuple[float | None, ...], ...]

SECONDS = 4 * limits.EVALUATION_SECONDS
"""Time for all entries together; those that come later are `undecided`."""


def rounded_up(error: arb, number: float) -> float:
    """An error in float64 that is not below the exact one, with half a unit in the number's last place."""
    exact = float(error.upper()) if error.is_finite() else inf
    total = exact + ulp(number) / 2 if number else exact
    return nextafter(total, inf) if total else 0.0


class Entries(NamedTuple):
    """A function's value at a point and its partial derivatives there.

    value, numbers    None where there is no such number; `problems` says why (`variable` None: the value itself)
    errors            for the numeric methods, an absolute error that holds for each number
    evaluations       how often the function was evaluated, for the numeric methods
    studies           step against quotient, of differences in doubles
    assumptions       which numbers are one-sided slopes, in words
    """

    value: float | None
    numbers: Mapping[str, float | None]
    problems: tuple[Problem, ...]
    errors: Mapping[str, float | None] | None = None
    evaluations: int | None = None
    studies: tuple[Study, ...] = ()
    assumptions: tuple[str, ...] = ()


class SecondEntries(NamedTuple):
    """The Hessian at a point: numbers, their errors, problems, and eigenvalues where all entries exist.

    assumptions   which entries are one-sided, which mixed derivatives depend on their order; then the rows differ from
                  the columns: row i is that of the derivatives of ∂f/∂xᵢ
    """

    value: float | None
    rows: Rows
    errors: Rows | None
    problems: tuple[Problem, ...]
    evaluations: int | None
    eigenvalues: tuple[float, ...] | None
    definiteness: str | None
    assumptions: tuple[str, ...] = ()
