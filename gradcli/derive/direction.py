"""Derivatives along a direction d: those of t -> f(p + t·d) at t = 0 (d is not normalised)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.derive.ad.reverse import directional
from gradcli.derive.layouts import all_entry_names, arrange, entry_names
from gradcli.derive.methods.choose import entries_at, partial_derivatives
from gradcli.derive.reading import as_float
from gradcli.program.forms import scalars
from gradcli.program.point import Point
from gradcli.program.substitute import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.derive.results import Method, Value
    from gradcli.differences.plan import Plan
    from gradcli.problems import Problem
    from gradcli.program.graph import Node, Program

STEP = "step along"
"""The name of t: no name that can be typed."""


class Line(NamedTuple):
    """The derivative along the direction, with what is to be said about it."""

    number: float | None
    problems: tuple[Problem, ...]
    evaluations: int | None
    assumptions: tuple[str, ...] = ()


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


def on_line(program: Program, nodes: Sequence[Node], along: Point) -> list[Node]:
    """The nodes with every variable moved by t·d."""
    graph = program.graph
    t = scalars.variable(graph, STEP)
    moved = {}
    for name in all_entry_names(program.variables):
        x = scalars.variable(graph, name)
        moved[x] = scalars.add(graph, [(x, 1), (scalars.multiply(graph, [(t, 1), (along.values[name], 1)]), 1)])
    return replace(graph, nodes, moved)


def along_line(
    program: Program, f: Node, along: Point, point: Point, method: Method, doubles: Plan | None = None
) -> Line:
    """d/dt f(p + t·d) at t = 0, by the method, with its problems."""
    graph = program.graph
    (on,) = on_line(program, [f], along)
    at = Point({**point.values, STEP: scalars.number(graph, 0)}, point.trees)
    found = entries_at(method, graph, on, [STEP], partial_derivatives(graph, on, [STEP]), at, program.guards, doubles)
    problems = tuple(renamed(problem) for problem in found.problems if problem.variable is not None)
    return Line(found.numbers[STEP], problems, found.evaluations, said_of_t(found.assumptions))


def said_of_t(assumptions: Iterable[str]) -> tuple[str, ...]:
    """What is said of the step is said of t."""
    return tuple(text.replace(STEP, "t") for text in assumptions)


def renamed(problem: Problem) -> Problem:
    """A problem of t is one of the direction."""
    return problem._replace(variable="along", message=problem.message.replace(STEP, "t"))
