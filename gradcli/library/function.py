"""A function that is called, from Python's arguments.

>>> import gradcli
>>> f = gradcli.function("(1 - x)**2 + 100*(y - x**2)**2")
>>> f.value_and_grad([2.0, 1.0])
(901.0, [2402.0, -600.0])
"""

from __future__ import annotations

from gradcli.library.asking import text_question
from gradcli.library.keywords import noting
from gradcli.library.values import expressions_in, names_of, shape_texts
from gradcli.points.program import entries_program, open_arrays
from gradcli.question import bound_shapes
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.codegen.straightline import StraightLine
    from gradcli.library.sized import SizedFunction
    from gradcli.library.values import Entry, Expression, Names, PointLike, Shapes
    from gradcli.points.called import CalledFunction
    from gradcli.points.memory import Quicker
    from gradcli.points.native.engine import NativeEngine
    from gradcli.vocabulary import Compile, DerivativeKind, Missing


@noting
def function(
    *expressions: Expression,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    at: PointLike | None = None,
    of: str | None = None,
    latex: bool = False,
    compile: Compile = "auto",
) -> CalledFunction | SizedFunction:
    """The function of a text, to be called many times; of several texts, or a vector, a function with several values.

    `shapes`: declarations as of `--shape`, or sizes by name; `at`: any point, whose values tell the sizes of arrays.
    Where neither does, they are those of the point that it is called with, and each has code of its own.
    `compile`: many points in compiled C, always, never, or (auto) where they are millions; NumPy's machine is the other
    way, also where no compiler is.
    Raises GradcliError for what cannot be read.

    Example:
        >>> from gradcli import function
        >>> function("x**2*y").hessian([1.0, 2.0])
        [[4.0, 2.0], [2.0, 0.0]]
    """
    from gradcli.library.sized import SizedFunction
    from gradcli.points.called import CalledFunction

    wrt, shapes = names_of(wrt), shape_texts(shapes)
    question = text_question("jacobian", expressions, at, wrt, constants, latex, shapes, of=of)

    def build(sizes: Mapping[str, tuple[int, ...]]) -> CalledFunction:
        return CalledFunction(entries_program(question, sizes), quicker_engine(compile))

    bound = bound_shapes(question.points[0][0]) if question.points else {}
    axes = open_arrays(question, bound)
    found = SizedFunction(axes, build) if axes else build(bound)
    found.origin = made_again, (expressions, (wrt, constants, shapes, at, of, latex, compile))
    return found


def made_again(expressions: Sequence[Expression], words: Sequence[Any]) -> CalledFunction | SizedFunction:
    """The function of a question that was pickled."""
    wrt, constants, shapes, at, of, latex, compile = words
    named = {"constants": constants, "shapes": shapes, "at": at, "of": of, "latex": latex, "compile": compile}
    return function(*expressions, wrt=wrt, **named)


@noting
def grad_many(
    expression: Expression | Sequence[Expression],
    points: Any,
    *,
    kind: DerivativeKind = "gradient",
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    of: str | None = None,
    latex: bool = False,
    missing: Missing | None = None,
    compile: Compile = "auto",
) -> Any:
    """Value and derivatives at many points as columns: `value`, `d_x1`, …, and `problem`, the reason where one is nan.

    `points`: an (N, n) array or a list of points in the order of the variables, a mapping of columns, a list of
    mappings, or a frame of pandas or polars, of which the columns that the function needs are taken.
    Returns a frame for a frame (of pandas with its index), else a mapping of NumPy arrays. `kind`: gradient, jacobian
    (`value_0`, `d_0_x1`) or hessian (`d_x1_x2`). `missing="problem"`: a row that lacks a number is a problem, no error.
    `compile`: as in `function`.

    Example:
        >>> from gradcli import grad_many
        >>> grad_many("abs(x)*y", {"x": [3, 0], "y": [2, 2]})["d_x"].tolist()
        [2.0, nan]
    """
    from gradcli.points.memory import columns_at, table_of
    from gradcli.points.program import ManyPoints, one_hot_names, table_shapes

    command = {"gradient": "grad"}.get(kind, kind)
    question = text_question(command, expressions_in(expression), None, wrt, constants, latex, shapes, of=of)
    table = table_of(points)
    program = entries_program(question, table_shapes(question, table))
    many = ManyPoints(program, command, one_hot=one_hot_names(question))
    found = columns_at(many, table, missing, quicker_engine(compile))
    frame = type(points)
    if not hasattr(points, "columns"):
        return found
    return frame(found, index=points.index) if hasattr(points, "index") else frame(found)


def quicker_engine(compile: Compile) -> Quicker | None:
    """The engine of compiled C, where it is wanted."""

    def engine(code: StraightLine, shown: int, marked: bool, rows: int) -> NativeEngine | None:
        from gradcli.exporting.kernel import CompileWish, compiled_engine

        found = compiled_engine(code, shown, marked, CompileWish(compile, rows))
        if not isinstance(found, str):
            return found
        from warnings import warn

        warn(f"{found}: NumPy answers", RuntimeWarning, stacklevel=2)
        return None

    return None if compile == "never" else engine
