"""Programs written as text, for tests of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.derive.ad.reverse import Reverse
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, Node
from gradcli.program.rows import rule_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.derive.methods.entries import Entries


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
    from gradcli.derive.methods.certified import certified_entries

    given = case(text, **at)
    return certified_entries(given.f, partials(given), given.point, given.guards)
