"""Questions that are asked again at another point: what does not depend on the point is done once.

Only for programs of scalars whose text is plain; each remembered answer is that of `solve`, since the same engine makes
it. Whoever asks in several threads gets one engine a thread: a graph is filled while it is used.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import local

from gradcli.question import Question, options_of
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.solve import build, refuse_contradictions, request_of, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Any, Final

    from gradcli.problems import Source
    from gradcli.program.graph import Program
    from gradcli.solve import Result
    from gradcli.text.points import PointText

MOST: Final = 64
"""Programs that are remembered, the last ones that were asked for."""

NODES: Final = 20_000
"""Nodes that a graph may hold: points leave their numbers in it."""

COMMANDS: Final = ("grad", "jacobian", "hessian")

KEPT = local()


class Remembered(NamedTuple):
    """A program and its question, which answers at points."""

    program: Program
    question: Any

    def answer(self, point: tuple[PointText, Source] | None) -> Result:
        """The answer at a point."""
        from gradcli.program.point import bind_point

        found: Result = self.question.answer(None if point is None else bind_point(self.program, *point))
        return found


def solve_again(key: Hashable, point: tuple[PointText, Source] | None, question: Callable[[], Question]) -> Result:
    """The answer to a question. `key` says all of it but the numbers of the point."""
    engines: OrderedDict[Hashable, Remembered] = vars(KEPT).setdefault("engines", OrderedDict())
    engine = engines.get(key)
    if engine is None:
        asked = question()
        engine = engine_of(asked)
        if engine is None:
            return solve(asked)[0]
        engines[key] = engine
    engines.move_to_end(key)
    found = engine.answer(point)
    if len(engine.program.graph.nodes) > NODES:
        del engines[key]
    while len(engines) > MOST:
        engines.popitem(last=False)
    return found


def engine_of(question: Question) -> Remembered | None:
    """The engine of a question of scalars; None where the answer takes more than that."""
    from gradcli.derive.door import entry_derivative
    from gradcli.program.types.notation import has_arrays

    plain = question.script.spelling is None and question.along is None and question.command in COMMANDS
    if not plain or question.method == "fd" or has_arrays(question.script, options_of(question)):
        return None
    refuse_contradictions(question.method, question.precision, bool(question.points), question.simplify)
    program = build(question)
    return Remembered(program, entry_derivative(question.command, program, request_of(question)))
