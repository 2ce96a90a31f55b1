"""Directions of programs of arrays: as arrays, as they were typed, and the formulas of derivatives along them."""

from __future__ import annotations

from gradcli.derive.layouts import listed
from gradcli.problems import GradcliError
from gradcli.program.point import named_direction, zeros
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

MOST_WRITTEN = 64
"""Numbers of a direction up to which the derivative along it is written as a formula."""


def direction_trees(question: ArrayQuestion) -> dict[str, Tree]:
    """The direction as it was typed, by variable: sizes may be letters. Raises `option` and `point`."""
    assert question.request.along is not None
    text, source = question.request.along
    (*_, last) = text.entries
    if len(text.entries) == len(question.names) == 1 and last.name is None and type(last.tree) is Vector:
        return {question.names[0]: last.tree}
    return named_direction(question.sized(), text, source)


def direction_of(question: ArrayQuestion) -> dict[str, Any]:
    """The direction as arrays; variables that it does not name stay still. Raises `option`, `point` and `shape`."""
    from gradcli.evaluate.float64.data import float_value

    named = direction_trees(question)
    variables = question.sized()
    found = {v.name: float_value(v.name, named.get(v.name) or zeros(v)) for v in variables}
    for variable in variables:
        shape = getattr(found[variable.name], "shape", ())
        if shape != variable.shape:
            given = f"an array of shape {shape}" if shape else "a number"
            raise GradcliError("shape", f"{variable.name} has shape {variable.shape}, and its direction is {given}")
    return found


def along_formulas(question: ArrayQuestion, functions: Sequence[Node], order: int = 1) -> list[Tree] | None:
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
        trees = write_array_trees(nodes, graph)
    except GradcliError as error:
        if error.code != "no-closed-form":
            raise
        return None
    return [replaced(tree, lambda part: literals.get(part.name) if type(part) is Name else None) for tree in trees]


def literal(question: ArrayQuestion, name: str, tree: Tree) -> Tree:
    """A direction as it stands in a formula; of a symmetric matrix its symmetric part, as in gradients."""
    if name not in question.arrays.symmetric:
        return tree
    return Binary("/", Binary("+", tree, Transpose(tree)), Number(2))


def typed_direction(question: ArrayQuestion) -> dict[str, Value]:
    """The direction for an answer; where sizes are letters, of what it names."""
    from gradcli.evaluate.float64.data import float_value

    if question.has_sizes():
        return written(direction_of(question))
    return written({name: float_value(name, tree) for name, tree in direction_trees(question).items()})


def written(direction: Mapping[str, Any]) -> dict[str, Value]:
    """A direction as numbers and lists."""
    return {name: listed(array) for name, array in direction.items()}
