"""Questions that are asked again at another point: what does not depend on the point is done once.

Only for programs whose text is plain; each remembered answer is that of `solve`, since the same engine makes it, and
what `solve` tries where an array program has no answer is tried then, too. Whoever asks in several threads gets one
engine a thread: a graph is filled while it is used.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import local

from gradcli.derive.door import array_derivative, entry_derivative
from gradcli.problems import GradcliError
from gradcli.question import Question, options_of, with_whole_vector
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.solve import NO_CLOSED_FORM, build, refuse_contradictions, request_of, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Any, Final

    from gradcli.derive.arrays.derivative import ArrayDerivative
    from gradcli.derive.entrywise import EntryDerivative
    from gradcli.problems import Source
    from gradcli.solve import Result
    from gradcli.text.points import PointText

MOST: Final = 64
"""Programs that are remembered, the last ones that were asked for."""

NODES: Final = 20_000
"""Nodes that a graph may hold: points leave their numbers in it."""

COMMANDS: Final = ("grad", "jacobian", "hessian")

KEPT = local()


class Remembered(NamedTuple):
    """A program of scalars and its question, which answers at points."""

    question: EntryDerivative[Any]

    def answer(self, point: tuple[PointText, Source] | None) -> Result:
        """The answer at a point."""
        from gradcli.program.point import bind_point

        question = self.question
        found: Result = question.answer(None if point is None else bind_point(question.program, *point))
        return found

    def nodes(self) -> int:
        """The nodes that are kept."""
        return len(self.question.program.graph.nodes)


class RememberedArrays(NamedTuple):
    """A program of arrays, whose shapes are those of all points that it is asked about."""

    question: ArrayDerivative[Any]

    def answer(self, point: tuple[PointText, Source] | None) -> Result:
        """The answer at a point."""
        assert point is not None
        found: Result = self.question.answer(point)
        return found

    def nodes(self) -> int:
        """The nodes that are kept."""
        scalars = self.question.scalar_program
        return len(self.question.graph.nodes) + (0 if scalars is None else len(scalars.graph.nodes))


def solve_again(key: Hashable, point: tuple[PointText, Source] | None, question: Callable[[], Question]) -> Result:
    """The answer to a question. `key` says all of it but the numbers of the point."""
    engines: OrderedDict[Hashable, Remembered | RememberedArrays] = vars(KEPT).setdefault("engines", OrderedDict())
    engine = engines.get(key)
    if engine is None:
        asked = question()
        engine = engine_of(asked)
        if engine is None:
            return solve(asked)[0]
        engines[key] = engine
    engines.move_to_end(key)
    try:
        found = engine.answer(point)
    except GradcliError as error:
        if error.code not in NO_CLOSED_FORM or type(engine) is Remembered:
            raise
        return solve(question())[0]
    if engine.nodes() > NODES:
        del engines[key]
    while len(engines) > MOST:
        engines.popitem(last=False)
    return found


def engine_of(question: Question) -> Remembered | RememberedArrays | None:
    """The engine of a question; None where the answer takes more than that."""
    from gradcli.program.types.notation import has_arrays

    plain = question.script.spelling is None and question.along is None and question.command in COMMANDS
    if not plain or question.method == "fd":
        return None
    refuse_contradictions(question.method, question.precision, bool(question.points), question.simplify)
    if has_arrays(question.script, options_of(question)):
        return engine_of_arrays(question)
    request = request_of(question._replace(points=()))
    return Remembered(entry_derivative(question.command, build(question), request))


def engine_of_arrays(question: Question) -> RememberedArrays | None:
    """The engine of an array program; None where values are given by their order, or have to be as declared."""
    named = bool(question.points) and all(entry.name is not None for entry in question.points[0][0].entries)
    if not named or any(declaration.promise for declaration in question.declared):
        return None
    question = with_whole_vector(question)
    try:
        engine = array_derivative(question.command, question.script, options_of(question), request_of(question))
    except GradcliError as error:
        if error.code not in NO_CLOSED_FORM:
            raise
        return None
    engine.request = engine.request._replace(points=())  # its arrays are not kept
    return RememberedArrays(engine)
