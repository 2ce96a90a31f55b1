"""gradcli as a library: the same answers as the commands give, as records.

>>> import gradcli
>>> answer = gradcli.grad("x1**2 + x2**2", at=(1, 2))
>>> answer.value, answer.gradient
(5.0, {'x1': 2.0, 'x2': 4.0})
"""

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
from gradcli.reading import plain_export
from gradcli.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcli.blackbox.session import BlackBox
    from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian, Verdict
    from gradcli.differences.plan import Plan
    from gradcli.exporting.file import Exported
    from gradcli.library.values import Entry, Expression, PointLike, PointsLike
    from gradcli.text.tree import Script
    from gradcli.vocabulary import DerivativeKind, Layout, Method

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


@noting
def grad(
    expression: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    *,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    along: PointLike | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
    precision: str | None = None,
    plan: Plan | None = None,
) -> Gradient:
    """The gradient of a scalar function, at a point if one is given.

    `shapes`: declarations as of `--shape`, `"A: m,n"`.
    `at`: numbers in variable order, a mapping by name, or text as of `--at`. Texts are exact (`"pi/2"`), floats are
    taken as they print (0.1 is one tenth). Of a list of points, mappings or (where all variables are numbers) at least
    two rows, the answer is a list.
    A Python callable in place of the text is differentiated by finite differences in doubles, as `plan` wants them
    (`gradcli.differences.plan.Plan`); `at` gives its arguments: numbers, and lists or NumPy arrays (as arrays).
    Problems: a number that does not exist is None, and `numbers.problems` says why.
    Raises GradcliError where text, names or point are wrong.

    Example:
        >>> from gradcli import grad
        >>> grad("sin(x)*y", at={"x": "pi/2", "y": 3}).gradient
        {'x': 0.0, 'y': 1.0}
        >>> grad("abs(x)", at=0).numbers.problems[0].kind
        'not-differentiable'
    """
    return cast(
        "Gradient",
        ask(
            "grad",
            [expression],
            at,
            wrt,
            constants,
            method,
            layout,
            along,
            of,
            simplify,
            latex,
            precision,
            plan,
            shapes,
        ),
    )


@noting
def jacobian(
    *expressions: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    along: PointLike | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
    precision: str | None = None,
    plan: Plan | None = None,
) -> Jacobian:
    """The Jacobian of a vector function: of one text with a vector, or of several texts.

    Shapes: (m, n) in numerator layout (default), (n, m) in denominator layout. The other arguments are those of `grad`.

    Example:
        >>> from gradcli import jacobian
        >>> jacobian("x1**2", "x1*x2", at=(1, 2)).jacobian
        ((2.0, 0.0), (2.0, 1.0))
    """
    return cast(
        "Jacobian",
        ask(
            "jacobian",
            expressions,
            at,
            wrt,
            constants,
            method,
            layout,
            along,
            of,
            simplify,
            latex,
            precision,
            plan,
            shapes,
        ),
    )


@noting
def hessian(
    expression: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    *,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    along: PointLike | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
    precision: str | None = None,
    plan: Plan | None = None,
) -> Hessian:
    """The Hessian of a scalar function; at a point also its eigenvalues and its definiteness.

    Example:
        >>> from gradcli import hessian
        >>> hessian("x**2 - y**2", at=(0, 0)).definiteness
        'indefinite'
    """
    return cast(
        "Hessian",
        ask(
            "hessian",
            [expression],
            at,
            wrt,
            constants,
            method,
            layout,
            along,
            of,
            simplify,
            latex,
            precision,
            plan,
            shapes,
        ),
    )


@noting
def chain(
    expression: Expression,
    at: PointsLike | None = None,
    *,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
) -> Chain:
    """The chain rule, term by term, over the named intermediates, or over those found in a plain expression.

    Example:
        >>> from gradcli import chain
        >>> [term.through for term in chain("y = u1*u2; u1 = x1+x2; u2 = sin(x1)").terms["x1"]]
        ['u1', 'u2']
    """
    return cast(
        "Chain",
        ask("chain", [expression], at, wrt, constants, method, layout, None, of, simplify, latex, shapes=shapes),
    )


@noting
def check(
    expression: Expression | Sequence[Expression] | None = None,
    *answers: Expression,
    kind: DerivativeKind = "gradient",
    at: PointLike | None = None,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    layout: Layout | None = None,
    of: str | None = None,
    latex: bool = False,
    points: Iterable[PointLike] = (),
    against: Mapping[str, Any] | Sequence[Mapping[str, Any]] | str | None = None,
    box: BlackBox | None = None,
) -> Verdict:
    """Whether a hand-derived gradient, Jacobian or Hessian is right: equal, different with a witness, or undecided.

    `answers`: one text for each variable, one text with commas, a vector, or `x1=..., x2=...`. `shapes`: declarations
    as of `--shape`. `at`, `points`: points to try besides ours. `against`: numbers of other code in place of answers,
    `{"at": ..., "gradient": ...}`, a list of these, or such JSON as text. `box`: a program in place of the expression
    (`gradcli.blackbox.session.BlackBox`); then every text is an answer, and `at` or `points` are needed.

    Example:
        >>> from gradcli import check
        >>> found = check("sin(x1*x2)", "cos(x1*x2)*x2, cos(x1*x2)")
        >>> found.verdict, found.witness.entry, [slip.code for slip in found.diagnosis]
        ('different', 'x2', ['missing-inner-derivative'])
    """
    from gradcli.library.checking import CheckRequest, verdict_on

    texts = tuple(expression) if isinstance(expression, list | tuple) else () if expression is None else (expression,)
    tried = (*(() if at is None else (at,)), *points)
    words = {"wrt": wrt, "constants": constants, "shapes": shapes, "of": of, "latex": latex}
    return verdict_on(CheckRequest(cast(Any, texts), answers, kind, layout, tried, against, box), words)


@noting
def export(
    *expressions: Expression,
    to: str,
    name: str = "f",
    kind: DerivativeKind = "gradient",
    self_test: bool = False,
    at: PointLike | None = None,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    of: str | None = None,
    latex: bool = False,
    points: Iterable[PointLike] = (),
) -> Exported:
    """Value and derivatives as source code: `source`, and the names of its `functions`.

    `to`: numpy, python, c, cpp, julia, fortran, javascript, rust, jax, torch, octave, latex or sql, or a short name.
    `at`, `points`: where the self-test is made, and with that the sizes of arrays.

    Example:
        >>> from gradcli import export
        >>> export("x1**2 + sin(x2)", to="c").functions
        ('f', 'f_grad', 'f_value_and_grad')
    """
    from gradcli.exporting.export import export as write
    from gradcli.exporting.languages import ALIASES
    from gradcli.exporting.request import Export, Wish

    question = text_question("export", expressions, None, wrt, constants, latex, shapes, of=of, kind=kind)
    tried = tuple(read_point("at", point) for point in (*(() if at is None else (at,)), *points))
    options = options_of(question._replace(points=tried))
    asked = Export(question.script, options, Wish(ALIASES.get(to, to), name, kind, self_test), tried)
    return write(plain_export(asked))


def text_question(
    command: str,
    texts: Sequence[Expression],
    at: PointLike | None,
    wrt: str | Iterable[str],
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
    wrt: str | Iterable[str],
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
) -> Result | list[Result]:
    """The answer to a question of the library; of a list of points the list of answers."""
    names = names_of(wrt)
    texts = cast("list[Expression]", [given for given in expressions if not is_function(given)])
    if len(texts) < len(expressions):
        return ask_callable(
            command, expressions, cast("PointLike | None", at), names, constants, method, layout, along, plan
        )
    points = points_in(at)
    by_name = bool(points) and hasattr(points[0], "items")
    if by_name or (points and not takes_arrays(command, texts, names, constants, latex, shapes, of)):
        rest = (names, constants, method, layout, along, of, simplify, latex, precision, plan, shapes)
        return [cast("Result", ask(command, texts, one, *rest)) for one in points]
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
