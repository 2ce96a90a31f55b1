"""gradcli as a library, what explains: traces, derivations rule by rule, graphs and pictures, as records."""

from __future__ import annotations

from gradcli.library.asking import text_question
from gradcli.library.keywords import noting
from gradcli.library.values import read_point
from gradcli.problems import GradcliError
from gradcli.question import options_of
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gradcli.explain.descent.results import Descent
    from gradcli.explain.pictures.results import Plot
    from gradcli.explain.quiz.results import Quiz
    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.results import ComputationGraph, Explanation, Trace
    from gradcli.library.values import Entry, Expression, Names, PointLike, Shapes
    from gradcli.reporting import Report
    from gradcli.vocabulary import Level, Mode


def explain_request(
    expression: Expression,
    at: PointLike | None,
    wrt: Names,
    constants: Mapping[str, Entry] | None,
    shapes: Shapes,
    of: str | None,
    latex: bool,
) -> ExplainRequest:
    """The request of an explanation, its options as the library takes them."""
    from gradcli.explain.request import ExplainRequest

    question = text_question("explain", (expression,), at, wrt, constants, latex, shapes, of=of)
    return ExplainRequest(question.script, options_of(question), question.points)


@noting
def trace(
    expression: Expression,
    at: PointLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    mode: Mode = "reverse",
    along: PointLike | None = None,
    named: bool | None = None,
    of: str | None = None,
    latex: bool = False,
) -> Trace:
    """The evaluation step by step, with the derivative of the function by every step.

    `mode`: reverse, forward (tangents, along a direction if one is given) or both. `named`: the statements only.

    Example:
        >>> from gradcli import trace
        >>> [(step.name, step.value, step.adjoint) for step in trace("x**2 + y", at=(3, 1)).steps]
        [('x', 3.0, 6.0), ('y', 1.0, 1.0), ('v1', 9.0, 1.0), ('f', 10.0, 1.0)]
    """
    from gradcli.explain.traces import traces

    request = explain_request(expression, at, wrt, constants, shapes, of, latex)
    direction = None if along is None else read_point("along", along)
    return traces(request._replace(mode="forward" if direction else mode, along=direction, named=named))[0]


@noting
def steps(
    expression: Expression,
    at: PointLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    level: Level = "normal",
    of: str | None = None,
    latex: bool = False,
) -> Explanation:
    """The derivation by every variable, rule by rule; `level` is brief, normal or full.

    Example:
        >>> from gradcli import steps
        >>> [row.rule for row in steps("x**3 - 1/x").derivations[0].rows]
        ['sum', 'power', 'reciprocal']
    """
    from gradcli.explain.explanations import explanations

    request = explain_request(expression, at, wrt, constants, shapes, of, latex)
    return explanations(request._replace(level=level))[0]


@noting
def graph(
    expression: Expression,
    at: PointLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    named: bool | None = None,
    of: str | None = None,
    latex: bool = False,
) -> ComputationGraph:
    """The computation graph: the steps of the trace, and an edge for each use with its local derivative.

    Example:
        >>> from gradcli import graph
        >>> [(edge.start, edge.end, edge.value) for edge in graph("x*x", at=3).edges]
        [('x', 'f', 6.0)]
    """
    from gradcli.explain.traces import graphs

    request = explain_request(expression, at, wrt, constants, shapes, of, latex)
    return graphs(request._replace(named=named))[0]


@noting
def plot(
    expression: Expression,
    at: PointLike | None = None,
    *,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    levels: Iterable[float] = (),
    along: PointLike | None = None,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    shapes: Shapes = (),
    of: str | None = None,
    latex: bool = False,
) -> Plot:
    """A curve with its tangent, or contours with gradients, as numbers; `gradcli.render.plot.svg` draws them.

    `ranges`: low and high by variable. Errors: more than two variables, an empty range.

    Example:
        >>> from gradcli import plot
        >>> plot("x**3 - 1/x", at=1, ranges={"x": (0.25, 2)}).tangent
        Tangent(slope=4.0, intercept=-4.0, side='both')
    """
    from gradcli.explain.pictures.plot import plots
    from gradcli.explain.pictures.request import PlotRequest

    found = read_ranges(ranges)
    request = explain_request(expression, at, wrt, constants, shapes, of, latex)
    direction = None if along is None else read_point("along", along)
    return plots(PlotRequest(request.script, request.options, request.points, direction, found, tuple(sorted(levels))))[
        0
    ]


@noting
def descend(
    expression: str,
    at: PointLike,
    *,
    method: str = "gd",
    rate: float | None = None,
    momentum: float = 0.9,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    steps: int | None = None,
    until: float | None = None,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    of: str | None = None,
    latex: bool = False,
) -> Descent:
    """Gradient descent (gd), momentum, adam or newton from a point: every step, why it stopped, what its end is.

    Steps are float64; the first and the last gradient are certified. Source: Dive into Deep Learning, chapter 12.

    Example:
        >>> from gradcli import descend
        >>> found = descend("x1**2 + 2*x2**2", at=(-5, -2), rate=0.1, steps=20)
        >>> found.stopped, found.path[1].at, found.bound
        ('steps', {'x1': -4.0, 'x2': -1.2}, 0.5)
    """
    from gradcli.explain.descent.descend import descents
    from gradcli.explain.descent.request import DescentRequest
    from gradcli.reading import plain_question

    question = plain_question(text_question("grad", (expression,), at, wrt, constants, latex, of=of))
    request = DescentRequest(question, method, rate, momentum, beta1, beta2, epsilon, steps, until)
    return descents(request)[0]


@noting
def report(
    expression: str,
    at: PointLike | None = None,
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    of: str | None = None,
    latex: bool = False,
) -> Report:
    """Gradient, derivation, trace, graph and picture of a function; a notebook shows it as a page.

    `ranges`: of the picture, low and high by variable. `missing` says why a part is not there.

    Example:
        >>> from gradcli import report
        >>> found = report("x**3 - 1/x", at=1)
        >>> found.gradient.gradient, len(found.trace.steps), found.plot.tangent.slope, found.missing
        ({'x': 4.0}, 4, 4.0, {})
    """
    from gradcli.reporting import ReportWish
    from gradcli.reporting import report as made

    question = text_question("grad", (expression,), at, wrt, constants, latex, of=of)
    return made(question, ReportWish(ranges=read_ranges(ranges)))


def read_ranges(ranges: Mapping[str, tuple[float, float]] | None) -> dict[str, tuple[float, float]]:
    """Low and high by name. Raises `usage` for an empty range."""
    found = {name: (float(low), float(high)) for name, (low, high) in (ranges or {}).items()}
    for name, (low, high) in found.items():
        if not low < high:
            raise GradcliError("usage", f"the range of {name} is empty: from {low:g} to {high:g}", hint="low < high")
    return found


@noting
def quiz(seed: int, topic: str | None = None, count: int = 5) -> Quiz:
    """Exercises of differentiation with answers and steps, the same for the same seed.

    `topic`: chain, product, quotient, partial or matrix; None: all in turn.

    Example:
        >>> from gradcli import quiz
        >>> [exercise.text for exercise in quiz(3, count=2).exercises]
        ['(3 - x)**4', 'x**4*atan(x)']
    """
    from gradcli.explain.quiz.draw import quiz as drawn

    return drawn(seed, topic, count)
