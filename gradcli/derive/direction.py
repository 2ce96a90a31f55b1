"""Derivatives along a direction d: those of t -> f(p + t·d) at t = 0 (d is not normalised)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.derive.ad.reverse import directional
from gradcli.derive.layouts import all_entry_names, arrange, entry_names, listed, symmetrised
from gradcli.derive.methods.choose import entries_at, partial_derivatives
from gradcli.derive.reading import as_float
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import Variable
from gradcli.program.point import Point
from gradcli.program.substitute import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gradcli.derive.question import ArrayQuestion
    from gradcli.derive.request import Request
    from gradcli.derive.results import Value
    from gradcli.problems import Problem
    from gradcli.program.graph import Node, Program
    from gradcli.text.tree import Tree

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


def along_line(program: Program, f: Node, request: Request, point: Point) -> Line:
    """d/dt f(p + t·d) at t = 0 along the direction of the request, by its method, with its problems."""
    assert request.along is not None
    graph, method = program.graph, request.method
    (on,) = on_line(program, [f], request.along, request.symmetric)
    at = Point({**point.values, STEP: scalars.number(graph, 0)}, point.trees)
    partials = partial_derivatives(graph, on, [STEP])
    found = entries_at(method, graph, on, [STEP], partials, at, program.guards, request.doubles)
    problems = tuple(renamed(problem) for problem in found.problems if problem.variable is not None)
    return Line(found.numbers[STEP], problems, found.evaluations, said_of_t(found.assumptions))


def said_of_t(assumptions: Iterable[str]) -> tuple[str, ...]:
    """What is said of the step is said of t."""
    return tuple(text.replace(STEP, "t") for text in assumptions)


def renamed(problem: Problem) -> Problem:
    """A problem of t is one of the direction."""
    return problem._replace(variable="along", message=problem.message.replace(STEP, "t"))


# ------------------------------------------------------------------------ of arrays as wholes


def sized_variables(question: ArrayQuestion) -> tuple[Variable, ...]:
    """The variables with their sizes as numbers."""
    return tuple(Variable(v.name, sized(question.numeric(v.shape))) for v in question.arrays.variables)


def sized(shape: tuple[int, ...]) -> tuple[()] | tuple[int | str, int | str]:
    """A shape in numbers as that of a variable."""
    return (shape[0], shape[1]) if shape else ()


def direction_of(question: ArrayQuestion, variables: Sequence[Variable]) -> dict[str, Any]:
    """The direction as arrays; variables that it does not name stay still. Raises `option`, `point` and `shape`."""
    from gradcli.evaluate.float64.data import float_value
    from gradcli.program.point import ordered_values

    assert question.asked.along is not None
    text, source = question.asked.along
    if any(entry.name is None for entry in text.entries):
        named = ordered_values(variables, text, source)
    else:
        named = {str(entry.name): entry.tree for entry in text.entries}
    unknown = next((name for name in named if name not in question.names), None)
    if unknown is not None:
        raise GradcliError("option", f"--along: the function has no variable {unknown[:40]!r}")
    found = {v.name: float_value(v.name, named.get(v.name) or zeros(v)) for v in variables}
    for variable in variables:
        if getattr(found[variable.name], "shape", ()) != variable.shape:
            raise GradcliError("shape", f"--along: {variable.name} has another shape in the function")
    return found


def zeros(variable: Variable) -> Tree:
    """No direction, in the shape of the variable."""
    from gradcli.text.tree import Number, Vector

    if not variable.shape:
        return Number(0)
    rows, columns = map(int, variable.shape)
    return Vector((Vector((Number(0),) * columns),) * rows)


def written(direction: Mapping[str, Any]) -> dict[str, Value]:
    """The direction for an answer."""
    return {name: listed(array) for name, array in direction.items()}
