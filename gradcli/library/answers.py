"""gradcli as a library: the same answers as the commands give, as records.

>>> import gradcli
>>> answer = gradcli.grad("x1**2 + x2**2", at=(1, 2))
>>> answer.value, answer.gradient
(5.0, {'x1': 2.0, 'x2': 4.0})
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast, overload

from gradcli.library.asking import Keywords, ask, text_question
from gradcli.library.asking import parse as parse
from gradcli.library.keywords import noting
from gradcli.library.values import expressions_in, read_point
from gradcli.question import options_of
from gradcli.reading import plain_export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypedDict, Unpack

    from gradcli.blackbox.session import BlackBox
    from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian, Verdict
    from gradcli.derive.sparse import Coordinates
    from gradcli.differences.plan import Plan
    from gradcli.exporting.file import Exported
    from gradcli.library.values import Entry, Expression, Names, PointLike, PointsLike, Shapes
    from gradcli.vocabulary import DerivativeKind, Layout, Method, Precision

    class KeywordTypes(TypedDict, total=False):
        """The keywords that `jacobian` and `hessian` share, whether their answer is sparse or not."""

        wrt: Names
        constants: Mapping[str, Entry] | None
        shapes: Shapes
        method: Method
        layout: Layout | None
        along: PointLike | None
        of: str | None
        simplify: bool
        latex: bool
        precision: Precision | None
        plan: Plan | None


@noting
def grad(
    expression: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    along: PointLike | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
    precision: Precision | None = None,
    plan: Plan | None = None,
) -> Gradient:
    """The gradient of a scalar function, at a point if one is given.

    `shapes`: declarations as of `--shape`, `"A: m,n"`, or by name, `{"A": ("m", "n"), "x": 3}`.
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
    asked = Keywords(wrt, constants, shapes, method, layout, along, of, simplify, latex, precision, plan)
    return cast("Gradient", ask("grad", [expression], at, asked))


@overload
def jacobian(
    *expressions: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    sparse: Literal[True],
    **asked: Unpack[KeywordTypes],
) -> Coordinates: ...


@overload
def jacobian(
    *expressions: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    sparse: Literal[False] = False,
    **asked: Unpack[KeywordTypes],
) -> Jacobian: ...


@noting
def jacobian(
    *expressions: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    along: PointLike | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
    precision: Precision | None = None,
    plan: Plan | None = None,
    sparse: bool = False,
) -> Jacobian | Coordinates:
    """The Jacobian of a vector function: of one text with a vector, or of several texts.

    Shapes: (m, n) in numerator layout (default), (n, m) in denominator layout. The other arguments are those of `grad`.
    `sparse`: only the entries that are not 0 by their form, as `Coordinates` (`to_scipy()`), for large matrices.

    Example:
        >>> from gradcli import jacobian
        >>> jacobian("x1**2", "x1*x2", at=(1, 2)).jacobian
        ((2.0, 0.0), (2.0, 1.0))
    """
    asked = Keywords(wrt, constants, shapes, method, layout, along, of, simplify, latex, precision, plan, sparse)
    return cast("Jacobian | Coordinates", ask("jacobian", expressions, at, asked))


@overload
def hessian(
    expression: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    *,
    sparse: Literal[True],
    **asked: Unpack[KeywordTypes],
) -> Coordinates: ...


@overload
def hessian(
    expression: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    *,
    sparse: Literal[False] = False,
    **asked: Unpack[KeywordTypes],
) -> Hessian: ...


@noting
def hessian(
    expression: Expression | Callable[..., Any],
    at: PointsLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    method: Method = "symbolic",
    layout: Layout | None = None,
    along: PointLike | None = None,
    of: str | None = None,
    simplify: bool = False,
    latex: bool = False,
    precision: Precision | None = None,
    plan: Plan | None = None,
    sparse: bool = False,
) -> Hessian | Coordinates:
    """The Hessian of a scalar function; at a point also its eigenvalues and definiteness. `sparse` as in `jacobian`.

    Example:
        >>> from gradcli import hessian
        >>> hessian("x**2 - y**2", at=(0, 0)).definiteness
        'indefinite'
    """
    asked = Keywords(wrt, constants, shapes, method, layout, along, of, simplify, latex, precision, plan, sparse)
    return cast("Hessian | Coordinates", ask("hessian", [expression], at, asked))


@noting
def chain(
    expression: Expression,
    at: PointsLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
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
    asked = Keywords(wrt, constants, shapes, method, layout, None, of, simplify, latex)
    return cast("Chain", ask("chain", [expression], at, asked))


@noting
def check(
    expression: Expression | Sequence[Expression] | None = None,
    *answers: Expression,
    kind: DerivativeKind = "gradient",
    at: PointLike | None = None,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
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

    texts = () if expression is None else tuple(expressions_in(expression))
    tried = (*(() if at is None else (at,)), *points)
    words = {"wrt": wrt, "constants": constants, "shapes": shapes, "of": of, "latex": latex}
    return verdict_on(CheckRequest(texts, answers, kind, layout, tried, against, box), words)


@noting
def export(
    *expressions: Expression,
    to: str,
    name: str = "f",
    kind: DerivativeKind = "gradient",
    self_test: bool = False,
    at: PointLike | None = None,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    of: str | None = None,
    latex: bool = False,
    points: Iterable[PointLike] = (),
) -> Exported:
    """Value and derivatives as source code: `source`, and the names of its `functions`.

    `to`: a name of `gradcli export --to`, as numpy or c, or a short one, as js.
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
