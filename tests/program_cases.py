"""Programs written as text, for tests of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.derive.ad.reverse import Reverse
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, Node
from gradcli.program.rows import rule_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.methods.jet import Jet
    from gradcli.problems import Problem


class Entries(NamedTuple):
    """A jet of one function, by the names of its variables."""

    value: float | None
    numbers: dict[str, float | None]
    problems: tuple[Problem, ...]
    errors: dict[str, float | None] | None
    evaluations: int | None
    assumptions: tuple[str, ...]


def named(jet: Jet, names: Sequence[str]) -> Entries:
    """The first derivatives of one function by name."""
    errors = None if jet.errors is None else dict(zip(names, jet.errors[0], strict=True))
    return Entries(jet.value[0], jet.by_name(names), jet.problems, errors, jet.evaluations, jet.assumptions)


class Case(NamedTuple):
    """A function at a point."""

    graph: Graph
    f: Node
    guards: tuple[Node, ...]
    point: Mapping[str, Node]
    names: list[str]


def case(text: str, **at: Any) -> Case:
    """The function at the point; coordinates are numbers, texts of numbers, or texts with pi."""
    graph = Graph()
    f = rule_text(graph, text, {name: scalars.variable(graph, name) for name in at})
    guards = tuple(graph.guards or ())
    graph.guards = None
    point = {name: coordinate(graph, value) for name, value in at.items()}
    return Case(graph, f, guards, point, list(at))


def coordinate(graph: Graph, value: Any) -> Node:
    """A coordinate's node."""
    if isinstance(value, str) and "pi" in value:
        return rule_text(graph, value, {})
    return scalars.number(graph, Fraction(value))


def partials(given: Case) -> dict[str, Node]:
    """The symbolic partial derivatives."""
    return dict(zip(given.names, Reverse(given.graph, given.names).gradient(given.f), strict=True))


def certified(text: str, **at: Any) -> Entries:
    """Value and derivatives by the certified method."""
    from gradcli.derive.methods.certified import certified_jet

    given = case(text, **at)
    return named(certified_jet(given.f, partials(given), given.point, given.guards), given.names)
