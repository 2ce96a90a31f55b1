"""Records of a claim about a black box, and how close is close enough."""

from __future__ import annotations

from gradcli.blackbox.session import BlackBox
from gradcli.checking.slips.repairs import Sight
from gradcli.derive.results import Hessian, Jacobian
from gradcli.problems import Source
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.points import PointText
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.checking.printed_numbers import PrintedAnswer
    from gradcli.checking.records import Case, Part
    from gradcli.derive.results import Gradient
    from gradcli.program.graph import Node
    from gradcli.text.answers import Answer
    from gradcli.vocabulary import Judgement, Layout

    Answered = Gradient | Jacobian | Hessian


CLOSE = 1e-3
"""A stated error below this part of the number is small enough to call two numbers equal."""


SMALL = 1e-6
"""The same, of the largest number of the answer, where one of the two is 0."""


ROUNDING = 2.0**-50
"""Relative error of numbers in float64."""


class BoxClaim(NamedTuple):
    """What is to be checked: answers for the derivatives of a black box, at points.

    file    where the answers are numbers of a file: its text, and what it says at each of the points
    """

    answers: tuple[Answer, ...]
    box: BlackBox
    points: tuple[tuple[PointText, Source], ...]
    settings: Mapping[str, Tree] = {}
    wrt: tuple[str, ...] = ()
    kind: str = "gradient"
    layout: Layout | None = None
    file: tuple[Source, tuple[PrintedAnswer, ...]] | None = None


class Compared(NamedTuple):
    """One number at one point: yours, and the program's with its error (None where there is none: `reason`)."""

    label: str
    yours: float | None
    ours: float | None
    error: float
    verdict: Judgement
    reason: str
    at: Mapping[str, Any]
    sight: Sight | None = None


class ComparedPoint(NamedTuple):
    """One point with the answers read in its names: a case, its coordinates as nodes, and what the program gives."""

    case: Case
    values: Mapping[str, Node]
    record: Answered
    ours: Sequence[float | None]
    errors: Sequence[float | None]

    @property
    def at(self) -> Mapping[str, Any]:
        """The coordinates for people."""
        return self.record.reading.at_values or {}

    def parts(self) -> Iterator[tuple[Part, slice]]:
        """Each part with the place of its numbers."""
        start = 0
        for part in self.case.parts:
            yield part, slice(start, start + len(part.entries))
            start += len(part.entries)


def with_reasons(found: Sequence[Compared], record: Answered) -> list[Compared]:
    """The same, with the program's reason for each number that it does not have."""
    return [entry if entry.ours is not None or entry.reason else with_reason(entry, record) for entry in found]


def scale_of(record: Answered, numbers: Sequence[float | None]) -> float:
    """What a 0 is judged by: the largest derivative, or the value's share of it."""
    largest = max((abs(x) for x in numbers if x is not None), default=0.0)
    value = max((abs(x) for x in flat(record.value) if x is not None), default=0.0)
    place = max((abs(x) for x in flat(list((record.reading.at_values or {}).values())) if x is not None), default=1.0)
    return max(largest, value / max(place, 1.0))


def with_reason(entry: Compared, record: Answered) -> Compared:
    """Why the program has no derivative there."""
    problems = record.numbers.problems
    name = entry.label.rpartition("/")[2]
    fitting = [p.message for p in problems if p.variable is None or p.variable in (name, name.partition("[")[0])]
    reason = (fitting or [p.message for p in problems] or ["the program has no derivative here"])[0]
    return entry._replace(reason=reason)


def flat(value: Any) -> list[float | None]:
    """Nested lists as one list, row by row."""
    if not isinstance(value, list | tuple):
        return [value]
    return [x for part in value for x in flat(part)]
