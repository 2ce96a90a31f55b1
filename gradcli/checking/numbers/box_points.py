"""A claim about a black box, and what the box gives at a point."""

from __future__ import annotations

from gradcli.blackbox.session import BlackBox
from gradcli.derive.layouts import numbers_in
from gradcli.derive.results import Hessian, Jacobian
from gradcli.problems import Source, reason_at
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.points import PointText
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.checking.numbers.printed import PrintedAnswer
    from gradcli.checking.numbers.records import ComparedNumber
    from gradcli.checking.records import Case, Part
    from gradcli.derive.results import Gradient
    from gradcli.program.graph import Node
    from gradcli.text.answers import Answer
    from gradcli.vocabulary import DerivativeKind, Layout

    Answered = Gradient | Jacobian | Hessian


class BoxClaim(NamedTuple):
    """What is to be checked: answers for the derivatives of a black box, at points.

    file    where the answers are numbers of a file: its text, and what it says at each of the points
    """

    answers: tuple[Answer, ...]
    box: BlackBox
    points: tuple[tuple[PointText, Source], ...]
    settings: Mapping[str, Tree] = {}
    wrt: tuple[str, ...] = ()
    kind: DerivativeKind = "gradient"
    layout: Layout | None = None
    file: tuple[Source, tuple[PrintedAnswer, ...]] | None = None


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


def with_reasons(found: Sequence[ComparedNumber], record: Answered) -> list[ComparedNumber]:
    """The same, with the program's reason for each number that it does not have."""
    problems = record.numbers.problems
    return [
        entry
        if entry.ours is not None or entry.reason
        else entry._replace(reason=reason_at(problems, entry.label) or "the program has no derivative here")
        for entry in found
    ]


def scale_of(record: Answered, numbers: Sequence[float | None]) -> float:
    """What a 0 is judged by: the largest derivative, or the value's share of it."""
    largest = max((abs(x) for x in numbers if x is not None), default=0.0)
    value = max((abs(x) for x in numbers_in(record.value) if x is not None), default=0.0)
    at = numbers_in(list((record.reading.at_values or {}).values()))
    place = max((abs(x) for x in at if x is not None), default=1.0)
    return max(largest, value / max(place, 1.0))
