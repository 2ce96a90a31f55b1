"""A question as a program whose every entry is a number, for many points and for functions that are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.program.graph import Program
    from gradcli.question import Question


def entries_program(question: Question, shapes: Mapping[str, tuple[int, ...]]) -> Program:
    """The program of scalars. `shapes`: of the values that names will have; they tell which names are arrays.

    Raises GradcliError: `points` for a size that nobody tells and for a function without variables.
    """
    from gradcli.points.program import require_plain
    from gradcli.program.build import build_program
    from gradcli.program.names import uses
    from gradcli.program.script_arrays import entrywise
    from gradcli.question import options_of
    from gradcli.reading import plain_question

    question = plain_question(question, shapes)
    if any(declaration.symmetric for declaration in question.script.declarations):
        raise GradcliError("option", "symmetric matrices have no answer at many points", hint="use --at")
    used = {name for statement in question.script.statements for name in uses(statement.tree).values}
    bound = {name: shape for name, shape in shapes.items() if name in used and name not in question.settings}
    program = build_program(*entrywise(question.script, options_of(question)._replace(bound=bound)))
    require_plain(program)
    return program
