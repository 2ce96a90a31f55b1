"""Derivatives along a direction d: those of t -> f(p + t·d) at t = 0 (d is not normalised)."""

from __future__ import annotations

from gradcli.derive.ad.reverse import directional
from gradcli.derive.layouts import all_entry_names, arrange, entry_names, symmetrised
from gradcli.derive.methods.choose import jet_at, partial_derivatives
from gradcli.derive.reading import as_float
from gradcli.program.forms import scalars
from gradcli.program.point import Point
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request
    from gradcli.derive.results import Value
    from gradcli.program.graph import Node, Program

STEP = "step along"
"""The name of t: no name that can be typed."""


def direction_values(program: Program, along: Point) -> dict[str, Value]:
    """The direction in float64, by variable."""
    return {
        v.name: arrange(v, {name: as_float(v.name, along.values[name]) for name in entry_names(v)}, False)
        for v in program.variables
    }


def directional_tree(program: Program, partials: Sequence[Node], along: Point) -> Node:
    """∇f·d as a node."""
    names = all_entry_names(program.variables)
    return directional(program.graph, partials[: len(names)], [along.values[name] for name in names])


def on_line(program: Program, nodes: Sequence[Node], along: Point, symmetric: Collection[str] = ()) -> list[Node]:
    """The nodes with every variable moved by t·d; symmetric matrices by the symmetric part of d, as in gradients."""
    graph = program.graph
    t = scalars.variable(graph, STEP)
    moved = {}
    names = all_entry_names(program.variables)
    direction = symmetrised(graph, {name: along.values[name] for name in names}, symmetric)
    for name, d in direction.items():
        x = scalars.variable(graph, name)
        moved[x] = scalars.add(graph, [(x, 1), (scalars.multiply(graph, [(t, 1), (d, 1)]), 1)])
    return replace(graph, nodes, moved)


def along_line(program: Program, f: Node, request: Request, point: Point) -> Jet:
    """d/dt f(p + t·d) at t = 0 along the direction of the request, by its method, with its problems."""
    assert request.along is not None
    graph, method = program.graph, request.method
    (on,) = on_line(program, [f], request.along, request.symmetric)
    at = Point({**point.values, STEP: scalars.number(graph, 0)}, point.trees)
    partials = partial_derivatives(graph, on, [STEP])
    found = jet_at(method, graph, on, [STEP], partials, at, program.guards, request.doubles)
    return said_of_t(found)


def said_of_t(line: Jet) -> Jet:
    """What is said of the step is said of t, and a problem of t is one of the direction."""
    problems = [problem for problem in line.problems if problem.variable is not None]
    return line._replace(
        problems=tuple(p._replace(variable="along", message=p.message.replace(STEP, "t")) for p in problems),
        assumptions=tuple(text.replace(STEP, "t") for text in line.assumptions),
    )
