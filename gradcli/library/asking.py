"""What the library's functions were given, as questions, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard, cast

from gradcli.library.repeated import solve_again
from gradcli.library.values import (
    expression_text,
    names_of,
    noting,
    points_in,
    read_point,
    shape_declarations,
    value_tree,
)
from gradcli.problems import GradcliError, Source
from gradcli.question import Question, bound_shapes, options_of
from gradcli.solve import solve, solve_sparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
    from gradcli.differences.plan import Plan
    from gradcli.library.values import Entry, Expression, Names, PointLike, PointsLike
    from gradcli.text.tree import Script
    from gradcli.vocabulary import Layout, Method

    Result = Gradient | Jacobian | Hessian | Chain


@noting
def parse(*expressions: Expression, latex: bool = False) -> Script:
    """The statements and declarations of texts, as trees that know their places.

    Example:
        >>> from gradcli import parse
        >>> [statement.name for statement in parse("y = u**2; u = 3*x").statements]
        ['y', 'u']
    """
    from gradcli.text.parser import parse_script

    return parse_script([Source("expression", expression_text(text)) for text in expressions], latex)


def text_question(
    command: str,
    texts: Sequence[Expression],
    at: PointLike | None,
    wrt: Names,
    constants: Mapping[str, Entry] | None,
    latex: bool,
    shapes: Iterable[str] = (),
    **fields: Any,
) -> Question:
    """The question about texts, whatever is asked of them."""
    return Question(
        command=command,
        script=parse(*texts, latex=latex),
        points=() if at is None else (read_point("at", at),),
        settings={name: value_tree(value) for name, value in (constants or {}).items()},
        wrt=names_of(wrt),
        declarations=shape_declarations(shapes),
        **fields,
    )


def takes_arrays(command: str, texts: Sequence[Expression], wrt: Any, constants: Any, *rest: Any) -> bool:
    """Is a function one of arrays, so that rows of numbers are not points?"""
    from gradcli.program.types.notation import has_arrays

    latex, shapes, of = rest
    question = text_question(command, texts, None, wrt, constants, latex, shapes, of=of)
    return has_arrays(question.script, options_of(question))


def ask(
    command: str,
    expressions: Sequence[Expression | Callable[..., Any]],
    at: PointsLike | None,
    wrt: Names,
    constants: Mapping[str, Entry] | None,
    method: Method,
    layout: Layout | None,
    along: PointLike | None,
    of: str | None,
    simplify: bool,
    latex: bool,
    precision: str | None = None,
    plan: Plan | None = None,
    shapes: Iterable[str] = (),
    sparse: bool = False,
) -> Any:
    """The answer to a question of the library; of a list of points the list of answers."""
    names = names_of(wrt)
    texts = cast("list[Expression]", [given for given in expressions if not is_function(given)])
    if len(texts) < len(expressions):
        if sparse:
            raise GradcliError("usage", "sparse=True takes texts", hint="leave it away")
        return ask_callable(
            command, expressions, cast("PointLike | None", at), names, constants, method, layout, along, plan
        )
    points = points_in(at)
    by_name = bool(points) and hasattr(points[0], "items")
    if by_name or (points and not takes_arrays(command, texts, names, constants, latex, shapes, of)):
        rest = (names, constants, method, layout, along, of, simplify, latex, precision, plan, shapes, sparse)
        return [ask(command, texts, one, *rest) for one in points]
    point = None if at is None else read_point("at", cast("PointLike", at))
    direction = None if along is None else read_point("along", along)

    declared = (shapes,) if isinstance(shapes, str) else tuple(shapes)

    def question() -> Question:
        asked = text_question(
            command, texts, None, names, constants, latex, declared, of=of, method=method, layout=layout
        )
        return asked._replace(
            points=() if point is None else (point,),
            along=direction,
            simplify=simplify,
            precision=precision,
            plan=plan,
        )

    if sparse:
        return solve_sparse(question())[0]
    if constants or along is not None or plan is not None or method == "fd":
        return solve(question())[0]
    bound = None if point is None else tuple(bound_shapes(point[0]).items())
    key = (
        command,
        *map(expression_text, texts),
        names,
        method,
        layout,
        of,
        simplify,
        latex,
        precision,
        declared,
        bound,
    )
    return solve_again(key, point, question)


def is_function(given: object) -> TypeGuard[Callable[..., Any]]:
    """Whether this is a callable, and no expression (SymPy's can be called, too)."""
    from gradcli.cas.sympy_trees import is_sympy
    from gradcli.text.tree import Tree

    return callable(given) and not isinstance(given, Tree) and not is_sympy(given)


def ask_callable(
    command: str,
    functions: Sequence[Expression | Callable[..., Any]],
    at: PointLike | None,
    wrt: tuple[str, ...],
    constants: Mapping[str, Entry] | None,
    method: Method,
    layout: Layout | None,
    along: PointLike | None,
    plan: Plan | None,
) -> Result:
    """The derivative of one callable, by finite differences in doubles."""
    from functools import partial

    from gradcli.blackbox import in_process
    from gradcli.differences.plan import Plan

    given = functions[0]
    if len(functions) != 1 or not is_function(given):
        raise GradcliError("usage", "one callable, or texts", hint="a callable may answer several numbers")
    if method not in ("symbolic", "fd"):
        hint = "leave method away: a callable is differentiated by finite differences"
        raise GradcliError("usage", f"method='{method}' needs an expression", hint=hint)
    if at is None:
        raise GradcliError("usage", "a callable needs a point: at=...")
    function = partial(given, **constants) if constants else given
    options = in_process.Options(wrt, layout, along, plan or Plan(cautious=True, noisy=False))
    if command == "grad":
        return in_process.gradient_of(function, at, options)
    return (in_process.jacobian_of if command == "jacobian" else in_process.hessian_of)(function, at, options)
