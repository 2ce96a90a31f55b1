"""A derivative that is asked for: formulas are found once, numbers at each point, and answers are made of both.

A function is a program entry by entry (`entrywise`), whole arrays (`arrays`) or a black box. What an answer looks like
does not depend on which: `gradient_record`, `jacobian_record` and `hessian_record` make it from these parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from gradcli.derive.results import Numbers
from gradcli.records import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from gradcli.derive.layouts import EntryAxis
    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request
    from gradcli.derive.results import Block, Reading, Value
    from gradcli.program.graph import Variable
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

Answer = TypeVar("Answer")
Place = TypeVar("Place")
"""A point, as the function takes it."""


class ClosedForm(NamedTuple):
    """Derivatives as syntax, in one layout: by variable, in rows, or one tree for a whole matrix.

    shape    with letters for sizes; None where the entries tell it
    """

    symbolic: Any = None
    definitions: tuple[tuple[str, Tree], ...] = ()
    along: Sequence[Tree] | None = None
    blocks: tuple[Block, ...] = ()
    shape: Any = None


class DerivativeQuestion(ABC, Generic[Answer, Place]):
    """One function and one request.

    functions      the outputs, each with its label and what it is
    variables      with their sizes as numbers, where these are known
    formulas       in each layout that is asked for, where formulas are asked for
    symmetric      names of symmetric matrices
    direction      in float64, by variable
    notes          what is to be said of all answers
    """

    usual: Layout = "numerator"
    functions: Sequence[tuple[str, Tree]]
    variables: Sequence[Variable]
    symmetric: Collection[str] = ()
    direction: Mapping[str, Value] | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, request: Request) -> None:
        self.request = request
        self.formulas: dict[Layout, ClosedForm] = {}

    def layouts(self) -> tuple[Layout, ...]:
        """The layouts that are asked for, the usual one first."""
        layout = self.request.layout or self.usual
        if layout != "both":
            return (layout,)
        return ("numerator", "denominator") if self.usual == "numerator" else ("denominator", "numerator")

    def answer(self, point: Place | None) -> Answer:
        """The answer at a point or without one, in the layout that is asked for."""
        reading, jet = (self.reading(), None) if point is None else self.at(point)
        parts: list[Any] = [self.record(reading, jet, layout) for layout in self.layouts()]
        whole: Answer = parts[0] if len(parts) == 1 else parts[0]._replace(layout="both", other=parts[1])
        return whole

    def formula(self, layout: Layout) -> ClosedForm:
        """The formulas in a layout, or none."""
        return self.formulas.get(layout) or ClosedForm()

    def numbers(self, jet: Jet | None) -> Numbers:
        """How the numbers of an answer were made."""
        if jet is None:
            return Numbers(self.request.method, None, None, (), self.notes)
        studies = jet.studies if self.request.study else ()
        return Numbers(
            self.request.method,
            jet.accuracy,
            jet.evaluations,
            tuple(jet.problems),
            jet.notes,
            studies=studies,
            assumptions=jet.assumptions,
        )

    @abstractmethod
    def answers(self) -> list[Answer]:
        """The answer at each point of the request (once, symbolically, without one)."""

    @abstractmethod
    def reading(self) -> Reading:
        """How the input was read."""

    @abstractmethod
    def at(self, point: Place) -> tuple[Reading, Jet]:
        """The same at a point, and the numbers there."""

    @abstractmethod
    def axis(self) -> EntryAxis:
        """The entries of the functions, all sizes known."""

    @abstractmethod
    def record(self, reading: Reading, jet: Jet | None, layout: Layout) -> Answer:
        """The answer in one layout."""
