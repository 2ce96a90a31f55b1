"""A report: the gradient of a function with its derivation, its trace, its graph and its picture, at one point."""

from __future__ import annotations

from gradcli.notebooks import displayed
from gradcli.problems import GradcliError
from gradcli.question import options_of
from gradcli.records import TYPE_CHECKING, NamedTuple, Readable, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.derive.results import Gradient
    from gradcli.explain.pictures.results import Plot
    from gradcli.explain.results import ComputationGraph, Explanation, Trace
    from gradcli.question import Question

T = TypeVar("T")


class ReportWish(NamedTuple):
    """What a report has besides the gradient.

    ranges, levels   of the picture, as `plot` has them
    level, digits    of the derivation, and of numbers in tables
    """

    steps: bool = True
    plot: bool = True
    ranges: Mapping[str, tuple[float, float]] = {}
    levels: tuple[float, ...] = ()
    level: str = "normal"
    digits: int = 6


class Report(Readable):
    """A gradient and what explains it. A part is None where it was not wanted, or where `missing` says why.

    missing   part (steps, trace, graph, plot) -> why it is not there
    """

    gradient: Gradient
    explanation: Explanation | None
    trace: Trace | None
    graph: ComputationGraph | None
    plot: Plot | None
    missing: Mapping[str, str]

    def to_sympy(self) -> Any:
        """What the gradient is in SymPy."""
        return self.gradient.to_sympy()

    @property
    def array(self) -> Any:
        """The numbers of the gradient."""
        return self.gradient.array


displayed(Report)


def report(question: Question, wish: ReportWish) -> Report:
    """The report of a scalar function, at its one point or without one.

    A part that this function does not have is left out, and `missing` says why; what `grad` refuses is refused.
    Errors: several points, several functions, abstract functions at a point, a range that no picture has.
    """
    from gradcli.derive.results import Gradient
    from gradcli.solve import solve

    if len(question.points) > 1:
        raise GradcliError("usage", "a report is about one point", hint="one --at, or a report for each")
    (gradient,) = solve(question._replace(command="grad"))
    assert isinstance(gradient, Gradient)
    parts = Parts(question, wish)
    explanation = parts.made("steps", parts.explanation) if wish.steps else None
    trace = parts.made("trace", parts.trace)
    graph = None
    if trace is not None:
        from gradcli.explain.traces import graph_of

        graph = graph_of(trace)
    plot = parts.made("plot", parts.plot) if wish.plot and is_drawable(gradient, parts) else None
    return Report(gradient, explanation, trace, graph, plot, parts.missing)


def is_drawable(gradient: Gradient, parts: Parts) -> bool:
    """Whether there may be a picture; one of more than two variables, or of arrays, is not missed by anybody."""
    reading, given = gradient.reading, parts.wish.ranges or parts.question.along
    few = len(reading.variables) <= 2 and not any(reading.shapes.get(name) for name in reading.variables)
    return bool(given) or (few and reading.outside is None)


class Parts:
    """The parts of one report besides its gradient."""

    def __init__(self, question: Question, wish: ReportWish) -> None:
        self.question, self.wish = question, wish
        self.missing: dict[str, str] = {}

    def made(self, name: str, make: Callable[[], T]) -> T | None:
        """A part; None where it is refused, and then why."""
        if self.question.outside is not None:
            self.missing[name] = "a program has no steps: only a text can be explained"
            return None
        try:
            return make()
        except GradcliError as error:
            asked = bool(self.wish.ranges) and name == "plot" and error.code == "usage"
            if asked or (error.code == "abstract" and self.question.points):
                raise
            self.missing[name] = error.message
            return None

    def request(self) -> Any:
        """What is asked of the derivation and of the trace."""
        from gradcli.explain.request import ExplainRequest
        from gradcli.reading import plain_question

        question = plain_question(self.question._replace(command="trace"))
        options = options_of(question)
        return ExplainRequest(question.script, options, question.points, digits=self.wish.digits, level=self.wish.level)

    def explanation(self) -> Explanation:
        """The derivation."""
        from gradcli.explain.explanations import explanations

        return explanations(self.request())[0]

    def trace(self) -> Trace:
        """The trace in reverse mode."""
        from gradcli.explain.traces import traces

        return traces(self.request())[0]

    def plot(self) -> Plot:
        """The picture."""
        from gradcli.explain.pictures.plot import plots
        from gradcli.explain.pictures.request import PlotRequest

        asked, wish = self.request(), self.wish
        given = PlotRequest(
            asked.script, asked.options, asked.points, self.question.along, wish.ranges, wish.levels, wish.digits
        )
        return plots(given)[0]
