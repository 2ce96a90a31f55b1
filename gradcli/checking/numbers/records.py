"""Numbers of an answer beside the right ones: what was found at each point, and of all points together."""

from __future__ import annotations

from gradcli.checking.numbers.printed import judge, relative_gap
from gradcli.checking.records import WORST_FIRST
from gradcli.derive.results import Component, Witness
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.checking.numbers.printed import PrintedNumber
    from gradcli.checking.slips.repairs import Sight
    from gradcli.vocabulary import Judgement

ROUNDING = 2.0**-50
"""Relative error of numbers in float64."""

TELLING_ERROR, TELLING_DIGITS = 1e-2, 0.05
"""Of a number: an error of its measurement, or of its digits, above which any simple multiple may fit."""


class ComparedNumber(NamedTuple):
    """One number at one point: yours beside ours; either is None where there is none, `reason` says why.

    error    by how much ours may be wrong
    printed  yours with its digits, where it was read from a file
    sight    yours as a formula, where it is one beside numbers of a black box
    """

    label: str
    yours: float | None
    ours: float | None
    verdict: Judgement
    at: Mapping[str, Any]
    reason: str = ""
    error: float = 0.0
    printed: PrintedNumber | None = None
    sight: Sight | None = None

    @property
    def gap(self) -> float:
        """How far yours is from ours, as a part of the larger one; infinite where a number is missing."""
        return relative_gap(self.yours, self.ours)

    def is_multiple(self, factor: float, other: ComparedNumber) -> bool:
        """Is yours this multiple of what is right for another, to digits that mean something?"""
        return other.ours is not None and self.is_number(factor * other.ours, abs(factor) * other.error)

    def is_number(self, number: float, error: float = 0.0) -> bool:
        """Is yours this number, known up to an error, to digits that mean something?"""
        if self.yours is None or number == 0 or error > TELLING_ERROR * abs(number):
            return False
        if self.printed is None:
            return abs(self.yours - number) <= error + ROUNDING * abs(self.yours)
        tolerance = self.printed.tolerance()
        return judge(self.printed, number, error) == "equal" and tolerance <= TELLING_DIGITS * abs(number)


def by_label(entries: Sequence[ComparedNumber]) -> dict[str, list[ComparedNumber]]:
    """The numbers of each component, point by point."""
    found: dict[str, list[ComparedNumber]] = {}
    for entry in entries:
        found.setdefault(entry.label, []).append(entry)
    return found


def merged(entries: Sequence[ComparedNumber]) -> tuple[Component, ...]:
    """One component an entry, the worst first: from the witness's point, or the point where it is worst."""
    shown = witness(entries)

    def badness(entry: ComparedNumber) -> tuple[float, ...]:
        here = shown is not None and entry.at is shown.at
        return -WORST_FIRST.index(entry.verdict), here, entry.gap

    worst = [max(found, key=badness) for found in by_label(entries).values()]
    return tuple(map(component, sorted(worst, key=lambda entry: (WORST_FIRST.index(entry.verdict), -entry.gap))))


def component(entry: ComparedNumber) -> Component:
    """A number as a component of the verdict."""
    distance = None if entry.yours is None or entry.ours is None else entry.yours - entry.ours
    yours = text(entry.yours) if entry.printed is None else entry.printed.text
    numbers = (entry.yours, entry.ours)
    return Component(
        entry.label, entry.verdict, yours, text(entry.ours), text(distance), numbers, entry.reason, distance
    )


def text(number: float | None) -> str | None:
    """All digits of a number."""
    return None if number is None else repr(number)


def witness(entries: Sequence[ComparedNumber]) -> Witness | None:
    """The worst number with its point; one that is missing shows nothing where there is another."""
    wrong = [e for e in entries if e.verdict == "different" and e.yours is not None and e.ours is not None]
    if not wrong:
        return None
    worst = max(wrong, key=lambda entry: entry.gap)
    return Witness(worst.at, worst.label, worst.yours, worst.ours)
