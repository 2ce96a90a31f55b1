"""Directions of programs of arrays: as arrays, as they were typed, and the formulas of derivatives along them."""

from __future__ import annotations

from gradcli.derive.layouts import listed
from gradcli.problems import GradcliError
from gradcli.program.graph import Variable
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Name, Number, Transpose, Vector, postorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.results import Value
    from gradcli.program.graph import Node
    from gradcli.text.tree import Tree

STAND = "along "
"""What stands for the direction while the formula is made: no name of a program has a space in it."""


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
    from gradcli.program.writing.arrays import write_array_trees
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


def along_parts(
    question: ArrayQuestion, functions: Sequence[Node], order: int = 1
) -> tuple[Any, tuple[Tree, ...] | None]:
    """The direction, and the derivative of each function along it as a formula; found once."""
    if question.asked.along is None:
        return None, None
    if question.line is None:
        trees = along_formulas(question, functions, order) if question.asked.method == "symbolic" else None
        question.line = typed_direction(question), trees
    return question.line
