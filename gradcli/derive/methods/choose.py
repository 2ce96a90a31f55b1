"""The methods, a row each: what its numbers are worth, and what gives value, derivatives and problems at a point."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.derive.methods.jet import Jet, JetRequest
    from gradcli.program.graph import Graph, Node
    from gradcli.vocabulary import Accuracy, Method


class MethodRow(NamedTuple):
    """One method.

    about      its name, under answers
    jet        the first derivatives of one function at a point; its file is loaded when it is called
    hessian    what is said of a Hessian by it
    """

    about: str
    accuracy: Accuracy
    jet: Callable[[JetRequest], Jet]
    hessian: str = ""

    @property
    def is_measured(self) -> bool:
        """Are its numbers estimates, made of evaluations one by one?"""
        return self.accuracy == "estimated"


def accuracy_of(method: Method, graph: Graph) -> Accuracy:
    """What the numbers are worth; those that SymPy makes are not certified."""
    return "float64" if method == "symbolic" and graph.estimated else METHODS[method].accuracy


def partial_derivatives(graph: Graph, f: Node, names: Sequence[str]) -> dict[str, Node]:
    """∂f/∂name for each scalar variable, as nodes."""
    return dict(zip(names, Reverse(graph, names).gradient(f), strict=True))


def jet_at(method: Method, asked: JetRequest) -> Jet:
    """The value of a function and its derivatives at a point, by a method."""
    return METHODS[method].jet(asked)


def symbolic(asked: JetRequest) -> Jet:
    """The formulas in certified numbers."""
    from gradcli.derive.methods.certified import certified_jet

    partials = asked.partials or partial_derivatives(asked.graph, asked.f, asked.names)
    return certified_jet(asked.f, partials, asked.point.values, asked.guards)


def autodiff(asked: JetRequest) -> Jet:
    """One reverse sweep in float64."""
    from gradcli.derive.methods.autodiff import reverse_jet

    return reverse_jet(asked.f, asked.names, asked.point.values, asked.guards)


def differences(asked: JetRequest) -> Jet:
    """Finite differences in extended precision, or by a plan in float64."""
    if asked.plan is not None:
        from gradcli.derive.methods.doubles import double_jets

        return double_jets([asked.f], asked.names, asked.point.values, asked.guards, asked.plan)[0]
    from gradcli.derive.methods.extended import difference_jet

    return difference_jet(asked.f, asked.names, asked.point.values, asked.guards)


def complex_step(asked: JetRequest) -> Jet:
    """Imaginary parts."""
    from gradcli.derive.methods.complex_step import complex_jet

    return complex_jet(asked.f, asked.names, asked.point.values, asked.guards)


METHODS: Mapping[str, MethodRow] = {
    "symbolic": MethodRow("symbolic derivative", "certified", symbolic),
    "autodiff": MethodRow("automatic differentiation", "float64", autodiff),
    "fd": MethodRow("finite differences", "estimated", differences),
    "complex": MethodRow(
        "complex step", "estimated", complex_step, "the complex step is taken on the symbolic gradient"
    ),
}
