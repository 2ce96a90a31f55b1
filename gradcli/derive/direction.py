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
from gradcli.text.tree import Binary, Name, Number, Transpose, Vector, postorder

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


MOST_WRITTEN = 64
"""Numbers of a direction up to which the derivative along it is written as a formula."""


def direction_trees(question: ArrayQuestion) -> dict[str, Tree]:
    """The direction as it was typed, by variable: sizes may be letters."""
    from gradcli.program.point import ordered_values

    assert question.asked.along is not None
    text, source = question.asked.along
    if all(entry.name is not None for entry in text.entries):
        return {str(entry.name): entry.tree for entry in text.entries}
    (*_, last) = text.entries
    if len(text.entries) == len(question.names) == 1 and type(last.tree) is Vector:
        return {question.names[0]: last.tree}
    return ordered_values(sized_variables(question), text, source)


def along_formulas(question: ArrayQuestion, functions: Sequence[Node], order: int = 1) -> tuple[Tree, ...] | None:
    """The derivative of each function along the direction (of `order`), as syntax with the direction's numbers.

    None where it has no closed form, and where the direction is long.
    """
    from gradcli.derive.ad.forward import tangent
    from gradcli.program.forms import parts
    from gradcli.program.to_tree_arrays import write_array_trees
    from gradcli.text.rewrite import replaced

    given = direction_trees(question)
    literals = {STAND + name: literal(question, name, tree) for name, tree in given.items()}
    if sum(len(list(postorder(tree))) for tree in literals.values()) > 2 * MOST_WRITTEN:
        return None
    graph = question.graph
    moved = {
        parts.variable(graph, v.name, v.shape): parts.variable(graph, STAND + v.name, v.shape)
        for v in question.arrays.variables
        if v.name in given
    }
    nodes = list(functions)
    try:
        for _ in range(order):
            nodes = [tangent(graph, node, moved) for node in nodes]
        trees = write_array_trees(nodes, question.arrays.decimal, question.taken, graph).trees
    except GradcliError as error:
        if error.code != "no-closed-form":
            raise
        return None
    return tuple(replaced(tree, lambda part: literals.get(part.name) if type(part) is Name else None) for tree in trees)


STAND = "along "
"""What stands for the direction while the formula is made: no name of a program has a space in it."""


def literal(question: ArrayQuestion, name: str, tree: Tree) -> Tree:
    """A direction as it stands in a formula; of a symmetric matrix its symmetric part, as in gradients."""
    if name not in question.arrays.symmetric:
        return tree
    return Binary("/", Binary("+", tree, Transpose(tree)), Number(2))


def typed_direction(question: ArrayQuestion) -> dict[str, Value]:
    """The direction where there is no point, as numbers; `point` and `option` are raised for what is none."""
    from gradcli.evaluate.float64.data import float_value

    if question.has_sizes():
        return written(direction_of(question, sized_variables(question)))
    given = direction_trees(question)
    unknown = next((name for name in given if name not in question.names), None)
    if unknown is not None:
        raise GradcliError("option", f"--along: the function has no variable {unknown[:40]!r}")
    return written({name: float_value(name, tree) for name, tree in given.items()})


def zeros(variable: Variable) -> Tree:
    """No direction, in the shape of the variable."""
    if not variable.shape:
        return Number(0)
    rows, columns = map(int, variable.shape)
    return Vector((Vector((Number(0),) * columns),) * rows)


def written(direction: Mapping[str, Any]) -> dict[str, Value]:
    """The direction for an answer."""
    return {name: listed(array) for name, array in direction.items()}
