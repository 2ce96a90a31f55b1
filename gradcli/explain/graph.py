"""The computation graph of a function: the steps of its trace, and an edge for each use of a step by another."""

from __future__ import annotations

from gradcli.explain.results import ComputationGraph, Edge
from gradcli.explain.trace import traces
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.results import Trace


def graphs(request: ExplainRequest) -> list[ComputationGraph]:
    """The graph at each point (once, with formulas on its edges, without one)."""
    return [graph_of(trace) for trace in traces(request)]


def graph_of(trace: Trace) -> ComputationGraph:
    """Nodes in order of evaluation; an operand used twice by one step is one edge with the sum of both partials."""
    edges = [Edge(use.name, step.name, use.partial, use.value) for step in trace.steps for use in step.uses]
    return ComputationGraph(trace, tuple(edges))
