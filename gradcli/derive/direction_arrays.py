"""Derivatives along a direction d for arrays in float64: ∇f·d, J·d and dᵀHd (d is not normalised)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.layouts import listed
from gradcli.problems import GradcliError
from gradcli.program.graph import Variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.question import ArrayQuestion
    from gradcli.derive.results import Value
    from gradcli.text.tree import Tree


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
