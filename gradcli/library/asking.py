"""What the library's functions were given, as questions, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard, cast

from gradcli.library.keywords import noting
from gradcli.library.repeated import solve_again
from gradcli.library.values import (
    expression_text,
    names_of,
    points_in,
    read_point,
    settings_of,
    shape_declarations,
    shape_texts,
)
from gradcli.problems import GradcliError, Source
from gradcli.question import Question, bound_shapes, options_of
from gradcli.solve import solve, solve_sparse
from gradcli.text.tree import Script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
    from gradcli.differences.plan import Plan
    from gradcli.library.values import Entry, Expression, Names, PointLike, PointsLike, Shapes
    from gradcli.vocabulary import Layout, Method, Precision

    Result = Gradient | Jacobian | Hessian | Chain


@noting
def parse(*expressions: Expression, latex: bool = False) -> Script:
    """The statements and declarations of texts, as trees that know their places.

    Example:
        >>> from gradcli import parse
        >>> [statement.name for statement in parse("y = u**2; u = 3*x").statements]
        ['y', 'u']
    """
    if len(expressions) == 1 and isinstance(expressions[0], Script):
        return expressions[0]
    from gradcli.text.parser import parse_script

    return parse_script([Source("expression", expression_text(text)) for text in expressions], latex)


def text_question(
    command: str,
    texts: Sequence[Expression],
    at: PointLike | None,
    wrt: Names,
    constants: Mapping[str, Entry] | None,
    latex: bool,
    shapes: Shapes = (),
    **fields: Any,
) -> Question:
    """The question about texts, whatever is asked of them."""
    return Question(
        command=command,
        script=parse(*texts, latex=latex),
        points=() if at is None else (read_point("at", at),),
        settings=settings_of(constants),
        wrt=names_of(wrt),
        declarations=shape_declarations(shapes),
        **fields,
    )


class Keywords(NamedTuple):
    """What `grad`, `jacobian`, `hessian` and `chain` take besides expressions and points."""

    wrt: Names = ()
    constants: Mapping[str, Entry] | None = None
    shapes: Shapes = ()
    method: Method = "symbolic"
    layout: Layout | None = None
    along: PointLike | None = None
    of: str | None = None
    simplify: bool = False
    latex: bool = False
    precision: Precision | None = None
    plan: Plan | None = None
    sparse: bool = False


def takes_arrays(command: str, texts: Sequence[Expression], asked: Keywords) -> bool:
    """Is a function one of arrays, so that rows of numbers are not points?"""
    from gradcli.program.types.notation import has_arrays

    question = question_about(command, texts, asked)
    return has_arrays(question.script, options_of(question))


def question_about(command: str, texts: Sequence[Expression], asked: Keywords, **fields: Any) -> Question:
    """The question of some texts."""
    words = (asked.wrt, asked.constants, asked.latex, asked.shapes)
    return text_question(command, texts, None, *words, of=asked.of, method=asked.method, layout=asked.layout, **fields)


def ask(
    command: str, expressions: Sequence[Expression | Callable[..., Any]], at: PointsLike | None, asked: Keywords
) -> Any:
    """The answer to a question of the library; of a list of points the list of answers."""
    asked = asked._replace(wrt=names_of(asked.wrt), shapes=shape_texts(asked.shapes))
    texts = cast("list[Expression]", [given for given in expressions if not is_function(given)])
    if len(texts) < len(expressions):
        if asked.sparse:
            raise GradcliError("usage", "sparse=True takes texts", hint="leave it away")
        return ask_callable(command, expressions, cast("PointLike | None", at), asked)
    points = points_in(at)
    by_name = bool(points) and hasattr(points[0], "items")
    if by_name or (points and not takes_arrays(command, texts, asked)):
        return [ask(command, texts, one, asked) for one in points]
    point = None if at is None else read_point("at", cast("PointLike", at))
    direction = None if asked.along is None else read_point("along", asked.along)

    def question() -> Question:
        rest = {"simplify": asked.simplify, "precision": asked.precision, "plan": asked.plan}
        points = () if point is None else (point,)
        return question_about(command, texts, asked, **rest)._replace(points=points, along=direction)

    if asked.sparse:
        return solve_sparse(question())[0]
    more = asked.constants or direction is not None or asked.plan is not None or asked.method == "fd"
    if more or any(isinstance(text, Script) for text in texts):
        return solve(question())[0]
    bound = None if point is None else tuple(bound_shapes(point[0]).items())
    key = (command, *map(expression_text, texts), asked._replace(constants=None), bound)
    return solve_again(key, point, question)


def is_function(given: object) -> TypeGuard[Callable[..., Any]]:
    """Whether this is a callable, and no expression (SymPy's can be called, too)."""
    from gradcli.cas.sympy_trees import is_sympy
    from gradcli.text.tree import Tree

    return callable(given) and not isinstance(given, Tree) and not is_sympy(given)


def ask_callable(
    command: str, functions: Sequence[Expression | Callable[..., Any]], at: PointLike | None, asked: Keywords
) -> Result:
    """The derivative of one callable, by finite differences in doubles."""
    from functools import partial

    from gradcli.blackbox import in_process
    from gradcli.differences.plan import Plan

    given = functions[0]
    if len(functions) != 1 or not is_function(given):
        raise GradcliError("usage", "one callable, or texts", hint="a callable may answer several numbers")
    if asked.method not in ("symbolic", "fd"):
        hint = "leave method away: a callable is differentiated by finite differences"
        raise GradcliError("usage", f"method='{asked.method}' needs an expression", hint=hint)
    if at is None:
        raise GradcliError("usage", "a callable needs a point: at=...")
    function = partial(given, **asked.constants) if asked.constants else given
    plan = asked.plan or Plan(cautious=True, noisy=False)
    options = in_process.Options(names_of(asked.wrt), asked.layout, asked.along, plan)
    if command == "grad":
        return in_process.gradient_of(function, at, options)
    return (in_process.jacobian_of if command == "jacobian" else in_process.hessian_of)(function, at, options)
