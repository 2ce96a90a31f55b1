"""The four methods behind one door: each gives the value, the entries, their errors and the problems at a point."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.methods.jet import Jet
    from gradcli.differences.plan import Plan
    from gradcli.program.graph import Graph, Node
    from gradcli.program.point import Point
    from gradcli.vocabulary import Accuracy, Method

ACCURACY: dict[Method, Accuracy] = {
    "symbolic": "certified",
    "autodiff": "float64",
    "fd": "estimated",
    "complex": "estimated",
}


def accuracy_of(method: Method, graph: Graph) -> Accuracy:
    """What the numbers are worth; those that SymPy makes are not certified."""
    return "float64" if method == "symbolic" and graph.estimated else ACCURACY[method]


def partial_derivatives(graph: Graph, f: Node, names: Sequence[str]) -> dict[str, Node]:
    """∂f/∂name for each scalar variable, as nodes."""
    return dict(zip(names, Reverse(graph, names).gradient(f), strict=True))


def jet_at(
    method: Method,
    graph: Graph,
    f: Node,
    names: Sequence[str],
    partials: Mapping[str, Node] | None,
    point: Point,
    guards: Sequence[Node],
    doubles: Plan | None = None,
) -> Jet:
    """The value of f and its derivative by each name at the point; `doubles`: finite differences in float64."""
    if method == "symbolic":
        from gradcli.derive.methods.certified import certified_jet

        return certified_jet(f, partials or partial_derivatives(graph, f, names), point.values, guards)
    if method == "autodiff":
        from gradcli.derive.methods.autodiff import reverse_jet

        return reverse_jet(graph, f, names, point.values, guards)
    if doubles is not None:
        from gradcli.derive.methods.doubles import double_jets

        return double_jets([f], names, point.values, guards, doubles)[0]
    if method == "fd":
        from gradcli.derive.methods.extended import difference_jet

        return difference_jet(f, names, point.values, guards)
    from gradcli.derive.methods.complex_step import complex_jet

    return complex_jet(f, names, point.values, guards)
