"""Step against error: what `--study` shows of each difference quotient, as rows with bars and as plain lines."""

from __future__ import annotations

import math

from gradcli.records import TYPE_CHECKING
from gradcli.render.notation import write_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from gradcli.differences.plan import Study

BAR: Final = 20
"""Columns of the longest bar."""


def study_title(study: Study) -> str:
    """`∂f/∂x1 by step: the answer is made from steps of 0.0123 and more`."""
    taken = "" if study.step is None else f": the answer is made from steps of {short(study.step)} and more"
    return f"∂{study.function}/∂{study.variable} by step{taken}"


def study_lines(study: Study) -> Iterator[str]:
    """One line for each step, for formats without tables."""
    yield study_title(study)
    for step, slope, error in study.rows:
        yield f"step {short(step)}: {write_number(slope)}, error {short(error)}"


def error_bars(errors: Sequence[float]) -> list[str]:
    """A bar for each error: its logarithm between the least and the largest of them."""
    logs = [math.log10(error) if error > 0 and math.isfinite(error) else None for error in errors]
    known = [log for log in logs if log is not None]
    if not known:
        return ["" for _ in logs]
    low, high = min(known), max(known)
    width = (high - low) or 1.0
    return ["" if log is None else "█" * (1 + round((BAR - 1) * (log - low) / width)) for log in logs]


def short(number: float) -> str:
    """A number in three digits."""
    return f"{number:.3g}"
