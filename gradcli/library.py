"""gradcli as a library: the same answers as the commands give, as records.

>>> import gradcli
>>> answer = gradcli.grad("x1**2 + x2**2", at=(1, 2))
>>> answer.value, answer.gradient
(5.0, {'x1': 2.0, 'x2': 4.0})
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gradcli.problems import GradcliError, Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcli.blackbox.session import BlackBox
    from gradcli.derive.outputs import Kind
    from gradcli.derive.request import Request
    from gradcli.derive.results import Chain, CheckKind, Gradient, Hessian, Jacobian, Layout, Method, Verdict
    from gradcli.differences.plan import Plan
    from gradcli.exporting.file import Exported
    from gradcli.program.build import BuildOptions
    from gradcli.program.graph import Program
    from gradcli.program.point import Point
    from gradcli.text.points import PointText
    from gradcli.text.tree import Declaration, Script, Tree

    Number = int | float | str
    """A number; as text it is exact: `0.1`, `1/3`, `pi/2`."""
    Entry = Number | Sequence["Entry"]
    PointLike = Number | Sequence[Entry] | Mapping[str, Entry]
    Result = Gradient | Jacobian | Hessian | Chain


LARGE = 4096
"""Entries of an array from which on it is taken as it is, not as text."""


class Question(NamedTuple):
    """What is asked, with every text read.

    command      `grad`, `jacobian`, `hessian` or `chain`
    points       each with the text that it stands in, for messages
    settings     constants by name
    outside      the function where it is a program, not the script; plan, study: of finite differences in doubles
    """

    command: str
    script: Script
    points: tuple[tuple[PointText, Source], ...] = ()
    settings: Mapping[str, Tree] = {}
    along: tuple[PointText, Source] | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    declarations: tuple[Declaration, ...] = ()
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    simplify: bool = False
    outside: BlackBox | None = None
    plan: Plan | None = None
    study: bool = False


def solve(question: Question) -> Sequence[Result]:
    """One result per point (one without a point). Raises GradcliError for a question that makes no sense."""
    if question.outside is not None:
        return solve_outside(question, question.outside)
    refuse_contradictions(question.method, question.precision, bool(question.points), question.simplify)
    try:
        found = solve_arrays(question)
    except GradcliError as refused:
        if refused.code not in NO_CLOSED_FORM or not question.points:
            raise
        try:
            return solve_scalars(question)
        except GradcliError:
            raise refused from None
    return solve_scalars(question) if found is None else found


def solve_outside(question: Question, outside: BlackBox) -> Sequence[Result]:
    """The results of a black box."""
    from gradcli.blackbox.session import Given, answer_outside
    from gradcli.differences.plan import Plan

    layout = cast("Layout | None", question.layout)
    plan = question.plan or Plan()
    given = Given(question.points, question.settings, question.wrt, question.along, layout, plan, question.study)
    return answer_outside(question.command, outside, given)


NO_CLOSED_FORM = ("no-closed-form", "shape")
"""What the array graph may refuse although the entries, one by one, have an answer at a point."""


def solve_scalars(question: Question) -> Sequence[Result]:
    """The results by the scalar engine: every entry of an array is a variable of its own."""
    program = build(question)
    request = request_of(question, program)
    if question.command == "grad":
        from gradcli.derive.gradient import gradients

        return gradients(program, request)
    if question.command == "jacobian":
        from gradcli.derive.jacobian import jacobians

        return jacobians(program, request)
    if question.command == "hessian":
        from gradcli.derive.hessian import hessians

        return hessians(program, request)
    from gradcli.explain.chain import chains

    return chains(program, request)


def refuse_contradictions(method: str | None, precision: str | None, has_points: bool, simplify: bool) -> None:
    """Raise `usage` for a numeric method without a point, and for options that belong to another method."""
    method = method or "symbolic"
    if method != "symbolic" and not has_points:
        hint = "add a point, as in --at 1,2, or leave --method away for the symbolic answer"
        raise GradcliError("usage", f"--method {method} needs a point (--at): its answers are numbers", hint=hint)
    if precision is not None and method != "fd":
        raise GradcliError("usage", "--precision belongs to --method fd", hint="add --method fd, or leave it away")
    if simplify and method != "symbolic":
        raise GradcliError("usage", f"--simplify has nothing to simplify with --method {method}", hint="leave one away")


def build(question: Question) -> Program:
    """The program of a question. The values at the first point tell which names are arrays."""
    from gradcli.program.build import build_program

    return build_program(question.script, options_of(question))


def options_of(question: Question) -> BuildOptions:
    """What the question says about the program."""
    from gradcli.program.build import BuildOptions

    return BuildOptions(
        wrt=question.wrt or None,
        settings=question.settings,
        bound=bound_shapes(question.points[0][0]) if question.points else {},
        of=question.of,
        declarations=question.declarations,
        scalar=question.command != "jacobian",
        steps=question.command == "chain",
    )


def solve_arrays(question: Question) -> Sequence[Result] | None:
    """The results of a question about vectors and matrices; None for a program of scalars."""
    from gradcli.program.array_marks import may_use_arrays

    options = options_of(question)
    if not may_use_arrays(question.script, options):
        return None
    from gradcli.program.script_arrays import needs_arrays

    if not needs_arrays(question.script, options):
        return None
    from gradcli.derive.question import Asked

    method = cast("Method", question.method or "symbolic")
    layout = cast("Layout | None", question.layout)
    doubles = (question.precision, question.plan, question.study)
    asked = Asked(question.script, options, question.points, question.along, method, layout, *doubles)
    if question.command == "grad":
        from gradcli.derive.gradient_arrays import array_gradients

        return array_gradients(asked)
    if question.command == "jacobian":
        from gradcli.derive.jacobian_arrays import array_jacobians

        return array_jacobians(asked)
    if question.command == "hessian":
        from gradcli.derive.hessian_arrays import array_hessians

        return array_hessians(asked)
    from gradcli.explain.chain_arrays import array_chains

    return array_chains(asked)


def request_of(question: Question, program: Program) -> Request:
    """The request of a question, its points and its direction bound to the program's variables."""
    from gradcli.derive.request import Request
    from gradcli.program.point import bind_direction, bind_point

    along: Point | None = None
    if question.along is not None:
        along = bind_direction(program, *question.along)
    return Request(
        points=tuple(bind_point(program, *point) for point in question.points),
        method=cast("Method", question.method or "symbolic"),
        precision=question.precision,
        layout=cast("Layout | None", question.layout),
        along=along,
        simplify=question.simplify,
        plan=question.plan,
        study=question.study,
    )


def bound_shapes(point: PointText) -> dict[str, tuple[int, ...]]:
    """The names that a point gives values to, each with the shape of its value: () for a number."""
    return {entry.name: shape_of(entry.tree) for entry in point.entries if entry.name is not None}


def shape_of(tree: Tree) -> tuple[int, ...]:
    """The shape of a value that was typed: (n,) for `[..]`, (m, n) for `[[..], ..]`."""
    from gradcli.text.tree import Data, Vector

    if isinstance(tree, Data):
        return tuple(tree.array.shape)
    if not isinstance(tree, Vector):
        return ()
    first = tree.items[0] if tree.items else None
    return (len(tree.items), len(first.items)) if isinstance(first, Vector) else (len(tree.items),)


def parse(*expressions: str, latex: bool = False) -> Script:
    """The statements and declarations of texts, as trees that know their places.

    Example:
        >>> from gradcli import parse
        >>> [statement.name for statement in parse("y = u**2; u = 3*x").statements]
        ['y', 'u']
    """
    from gradcli.text.parser import parse_script

    return parse_script([Source("expression", text) for text in expressions], latex)


def grad(
    expression: str | Callable[..., Any],
    at: PointLike | None = None,
    *,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
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

    `at`: numbers in variable order, a mapping by name, or text as of `--at`. Texts are exact (`"pi/2"`), floats are
    taken as they print (0.1 is one tenth).
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
        ask("grad", [expression], at, wrt, constants, method, layout, along, of, simplify, latex, precision, plan),
    )


def jacobian(
    *expressions: str | Callable[..., Any],
    at: PointLike | None = None,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
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
        ask("jacobian", expressions, at, wrt, constants, method, layout, along, of, simplify, latex, precision, plan),
    )


def hessian(
    expression: str | Callable[..., Any],
    at: PointLike | None = None,
    *,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
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
        ask("hessian", [expression], at, wrt, constants, method, layout, along, of, simplify, latex, precision, plan),
    )


def chain(
    expression: str,
    at: PointLike | None = None,
    *,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
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
    return cast("Chain", ask("chain", [expression], at, wrt, constants, method, layout, None, of, simplify, latex))


def check(
    expression: str | Sequence[str],
    *answers: str,
    kind: CheckKind = "gradient",
    at: PointLike | None = None,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Iterable[str] = (),
    layout: Layout | None = None,
    of: str | None = None,
    latex: bool = False,
) -> Verdict:
    """Whether a hand-derived gradient, Jacobian or Hessian is right: equal, different with a witness, or undecided.

    `answers`: one text for each variable, one text with commas, a vector, or `x1=..., x2=...`. `shapes`: declarations
    as of `--shape`. `at`: a point to try besides ours.

    Example:
        >>> from gradcli import check
        >>> found = check("sin(x1*x2)", "cos(x1*x2)*x2, cos(x1*x2)")
        >>> found.verdict, found.witness.entry, [slip.code for slip in found.diagnosis]
        ('different', 'x2', ['missing-inner-derivative'])
    """
    from gradcli.checking.records import Claim
    from gradcli.checking.verdict import check as checked
    from gradcli.program.build import BuildOptions
    from gradcli.render.verdicts import slip_words
    from gradcli.text.answers import parse_answers
    from gradcli.text.points import parse_shape

    texts = (expression,) if isinstance(expression, str) else tuple(expression)
    points = () if at is None else (read_point("at", at),)
    options = BuildOptions(
        wrt=(tuple(name.strip() for name in wrt.split(",")) if isinstance(wrt, str) and wrt else tuple(wrt)) or None,
        settings={name: value_tree(value) for name, value in (constants or {}).items()},
        bound=bound_shapes(points[0][0]) if points else {},
        of=of,
        declarations=tuple(parse_shape(Source("shape", text)) for text in shapes),
        scalar=kind != "jacobian",
    )
    sources = [Source("answer", text) for text in answers]
    found = checked(Claim(parse(*texts, latex=latex), parse_answers(sources, latex), options, kind, layout, points))
    slips = [slip._replace(message=slip_words(slip), parts=()) for slip in found.diagnosis]
    return found._replace(diagnosis=tuple(slips))


def export(
    *expressions: str,
    to: str,
    name: str = "f",
    kind: Kind = "gradient",
    self_test: bool = False,
    at: PointLike | None = None,
    wrt: str | Iterable[str] = (),
    constants: Mapping[str, Entry] | None = None,
    of: str | None = None,
    latex: bool = False,
) -> Exported:
    """Value and derivatives as source code: `source`, and the names of its `functions`.

    `to`: numpy, python, c, cpp, julia, fortran, javascript, rust, jax, torch, latex or sql. `at`: where the self-test
    is made, and with that the sizes of arrays.

    Example:
        >>> from gradcli import export
        >>> export("x1**2 + sin(x2)", to="c").functions
        ('f', 'f_grad', 'f_value_and_grad')
    """
    from gradcli.exporting.export import export as write
    from gradcli.exporting.request import Export, Wish
    from gradcli.program.build import BuildOptions

    points = () if at is None else (read_point("at", at),)
    names = tuple(part.strip() for part in wrt.split(",")) if isinstance(wrt, str) and wrt else tuple(wrt)
    options = BuildOptions(
        wrt=names or None,
        settings={key: value_tree(value) for key, value in (constants or {}).items()},
        bound=bound_shapes(points[0][0]) if points else {},
        of=of,
        scalar=kind != "jacobian",
    )
    return write(Export(parse(*expressions, latex=latex), options, Wish(to, name, kind, self_test), points))


def ask(
    command: str,
    expressions: Sequence[str | Callable[..., Any]],
    at: PointLike | None,
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
) -> Result:
    """The one answer to a question of the library."""
    names = tuple(name.strip() for name in wrt.split(",")) if isinstance(wrt, str) and wrt else tuple(wrt)
    texts = [expression for expression in expressions if isinstance(expression, str)]
    if len(texts) < len(expressions):
        return ask_callable(command, expressions, at, names, constants, method, layout, along, plan)
    question = Question(
        command=command,
        script=parse(*texts, latex=latex),
        points=() if at is None else (read_point("at", at),),
        settings={name: value_tree(value) for name, value in (constants or {}).items()},
        along=None if along is None else read_point("along", along),
        wrt=names,
        of=of,
        method=method,
        layout=layout,
        simplify=simplify,
        precision=precision,
        plan=plan,
    )
    return solve(question)[0]


def ask_callable(
    command: str,
    functions: Sequence[str | Callable[..., Any]],
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

    if len(functions) != 1 or not callable(functions[0]):
        raise GradcliError("usage", "one callable, or texts", hint="a callable may answer several numbers")
    if method not in ("symbolic", "fd"):
        hint = "leave method away: a callable is differentiated by finite differences"
        raise GradcliError("usage", f"method='{method}' needs an expression", hint=hint)
    if at is None:
        raise GradcliError("usage", "a callable needs a point: at=...")
    function = partial(functions[0], **constants) if constants else functions[0]
    options = in_process.Options(wrt, layout, along, plan or Plan())
    if command == "grad":
        return in_process.gradient_of(function, at, options)
    return (in_process.jacobian_of if command == "jacobian" else in_process.hessian_of)(function, at, options)


def read_point(name: str, point: PointLike) -> tuple[PointText, Source]:
    """A point in any of its forms, read as the text that says the same."""
    from gradcli.text.points import Entry as PointEntry
    from gradcli.text.points import PointText, parse_point

    large = {key: value for key, value in point.items() if is_large(value)} if hasattr(point, "items") else {}
    rest = {key: value for key, value in point.items() if key not in large} if large else point  # type: ignore[union-attr]
    source = Source(name, point_text(rest))
    if not large:
        return parse_point(source), source
    entries = parse_point(source).entries if rest else ()
    arrays = [PointEntry(key, value_tree(value), Span(source, 0, 0)) for key, value in large.items()]
    return PointText((*entries, *arrays), source), source


def point_text(point: PointLike) -> str:
    """The text of a point: `1,2` or `x=[1,2],y=3`."""
    if isinstance(point, str):
        return point
    if hasattr(point, "items"):
        return ",".join(f"{name}={entry_text(value)}" for name, value in point.items())
    values: Any = plain(point)
    return ",".join(map(entry_text, values)) if isinstance(values, list | tuple) else entry_text(values)


def entry_text(value: Entry) -> str:
    """The text of a number or of nested lists of numbers."""
    value = plain(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{','.join(map(entry_text, value))}]"
    return repr(value)


def plain(value: Any) -> Any:
    """NumPy's arrays and numbers as Python's own; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def is_large(value: object) -> bool:
    """Is it an array of NumPy with too many entries for text?"""
    return hasattr(value, "dtype") and getattr(value, "size", 0) > LARGE


def value_tree(value: Any) -> Tree:
    """A constant's value as a tree; large arrays of NumPy as they are."""
    if is_large(value):
        from gradcli.text.tree import Data

        real = value.dtype.kind in "fiub" and value.ndim <= 2
        array = value.astype("float64") if real else None
        if array is None or not abs(array).max() < float("inf"):
            raise GradcliError("point", "an array must be a vector or a matrix of finite real numbers")
        return Data(array)
    from gradcli.text.parser import parse_expression

    return parse_expression(Source("constants", entry_text(value)))
