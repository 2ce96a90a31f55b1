"""Traces of programs of scalars and of arrays, each by its own engine, and the computation graphs that they are."""

from __future__ import annotations

from gradcli.explain.request import uses_arrays
from gradcli.explain.results import ComputationGraph, Edge
from gradcli.explain.trace import ScalarTracer
from gradcli.program.point import bind_point
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.results import Trace


def traces(request: ExplainRequest) -> list[Trace]:
    """The trace at each point (once, with formulas, without one).

    Problems: a partial that does not exist is None, and so is everything that needs it; where the function has a
    derivative all the same, the input's row has it.
    Errors:   several functions; abstract functions at a point.
    """
    if uses_arrays(request):
        from gradcli.explain.arrays.trace import ArrayTracer

        arrays = ArrayTracer(request)
        return [arrays.at(*point) for point in request.points] or [arrays.without_point()]
    tracer = ScalarTracer(request)
    return [tracer.at(bind_point(tracer.program, *point)) for point in request.points] or [tracer.without_point()]


def graphs(request: ExplainRequest) -> list[ComputationGraph]:
    """The graph at each point (once, with formulas on its edges, without one)."""
    return [graph_of(trace) for trace in traces(request)]


def graph_of(trace: Trace) -> ComputationGraph:
    """Nodes in order of evaluation; an operand used twice by one step is one edge with the sum of both partials."""
    edges = [Edge(use.name, step.name, use.partial, use.value) for step in trace.steps for use in step.uses]
    return ComputationGraph(trace, tuple(edges))
