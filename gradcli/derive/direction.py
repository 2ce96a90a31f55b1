"""Derivatives along a direction d: those of t -> f(p + t·d) at t = 0 (d is not normalised)."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names, arrange, entry_names, symmetrised
from gradcli.derive.methods.choose import jet_at
from gradcli.derive.methods.jet import JetRequest
from gradcli.derive.reading import as_float
from gradcli.program.forms import scalars
from gradcli.program.substitute import replace_in_functions
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request
    from gradcli.derive.results import Value
    from gradcli.program.graph import Output, Program
    from gradcli.program.point import Point

STEP = "step along"
"""The name of t: no name that can be typed."""


def direction_values(program: Program, along: Point) -> dict[str, Value]:
    """The direction in float64, by variable."""
    return {
        v.name: arrange(v, {name: as_float(v.name, along.values[name]) for name in entry_names(v)}, False)
        for v in program.variables
    }


def slope_along(program: Program, f: Output, along: Point, request: Request, point: Point) -> Jet:
    """d/dt f(p + t·d) at t = 0 by the method of the request, with its problems."""
    return said_of_t(jet_at(request.method, on_line(program, f, along, request, point)))


def curvature_along(program: Program, f: Output, along: Point, request: Request, point: Point) -> Jet:
    """d²/dt² f(p + t·d) at t = 0."""
    from gradcli.derive.methods.second import second_jet

    asked = on_line(program, f, along, request, point)
    sweep = Reverse(program.graph, [STEP])
    first = sweep.gradient(asked.f) if request.method != "fd" else []
    second = [sweep.gradient(slope) for slope in first]
    return said_of_t(second_jet(request.method, asked, first, second))


def on_line(program: Program, f: Output, along: Point, request: Request, point: Point) -> JetRequest:
    """The function, and what must have a value with it, with every variable moved by t·d, at t = 0.

    Symmetric matrices are moved by the symmetric part of d, as in gradients.
    """
    graph = program.graph
    t = scalars.variable(graph, STEP)
    names = all_entry_names(program.variables)
    direction = symmetrised(graph, names, [along.values[name] for name in names], program.symmetric)
    moved = {}
    for name, d in zip(names, direction, strict=True):
        x = scalars.variable(graph, name)
        moved[x] = scalars.add(graph, [(x, 1), (scalars.multiply(graph, [(t, 1), (d, 1)]), 1)])
    (on,), guards = replace_in_functions(graph, [f.node], f.guards, moved)
    at = point._replace(values={**point.values, STEP: scalars.number(graph, 0)})
    return JetRequest(graph, on, [STEP], at, guards, plan=request.doubles)


def said_of_t(line: Jet) -> Jet:
    """What is said of the step is said of t, and a problem of t is one of the direction."""
    problems = [problem for problem in line.problems if problem.variable is not None]
    return line._replace(
        problems=tuple(p._replace(variable="along", message=p.message.replace(STEP, "t")) for p in problems),
        assumptions=tuple(text.replace(STEP, "t") for text in line.assumptions),
    )
