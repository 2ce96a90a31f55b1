"""A function that is called, from Python's arguments.

>>> import gradcli
>>> f = gradcli.function("(1 - x)**2 + 100*(y - x**2)**2")
>>> f.value_and_grad([2.0, 1.0])
(901.0, [2402.0, -600.0])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.library import text_question
from gradcli.library_values import noting, shape_declarations
from gradcli.points.ready import entries_program
from gradcli.question import bound_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gradcli.library_values import Entry, Expression, PointLike
    from gradcli.points.called import CalledFunction


@noting
def function(
    *expressions: Expression,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    at: PointLike | None = None,
    of: str | None = None,
    latex: bool = False,
) -> CalledFunction:
    """The function of a text, to be called many times; of several texts, or a vector, a function with several values.

    `shapes`: declarations as of `--shape`; `at`: any point, whose values tell the sizes of arrays.
    Raises GradcliError for what cannot be read, and (`points`) for arrays of unknown size.

    Example:
        >>> from gradcli import function
        >>> function("x**2*y").hessian([1.0, 2.0])
        [[4.0, 2.0], [2.0, 0.0]]
    """
    from gradcli.points.called import CalledFunction

    question = text_question("jacobian", expressions, at, wrt, constants, latex, of=of)
    question = question._replace(declarations=shape_declarations(shapes))
    return CalledFunction(entries_program(question, bound_shapes(question.points[0][0]) if question.points else {}))
