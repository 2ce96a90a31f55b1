"""How the input was read: what every answer begins with."""

from __future__ import annotations

from gradcli.derive.layouts import arrange
from gradcli.derive.results import Reading
from gradcli.problems import GradcliError
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.derive.results import Value
    from gradcli.program.graph import Node, Program, Variable
    from gradcli.program.point import Point


def read_back(program: Program, point: Point | None) -> Reading:
    """The reading of a program, at a point or without one."""
    variables = (*program.variables, *program.parameters)
    constants = dict(zip(program.constants, write_trees(list(program.constants.values())).trees, strict=True))
    return Reading(
        program.statements,
        program.outputs[0].label if len(program.outputs) == 1 else "f",
        tuple(variable.name for variable in program.variables),
        {variable.name: shown_dims(variable) for variable in variables},
        constants,
        None if point is None else point.trees,
        None if point is None else {v.name: float_values(v, point) for v in variables},
        program.decimal,
        (*program.assumptions, *conventions([v.name for v in program.variables], program.symmetric)),
    )


def conventions(names: Sequence[str], symmetric: Collection[str]) -> list[str]:
    """What is said of gradients by symmetric matrices."""
    return [
        f"{name} is symmetric: shown is (G + G.T)/2 of the free gradient G (the entries of one triangle alone"
        f" would have G + G.T - diag(diag(G)))"
        for name in names
        if name in symmetric
    ]


def shown_dims(variable: Variable) -> tuple[int | str, ...]:
    """() for a scalar, (n,) for a vector, (m, n) for a matrix."""
    return variable.shape[:1] if variable.shape and variable.shape[1] == 1 else variable.shape


def float_values(variable: Variable, point: Point) -> Value:
    """The value of a variable in float64."""
    from gradcli.derive.layouts import entry_names

    numbers = {name: as_float(variable.name, point.values[name]) for name in entry_names(variable)}
    return arrange(variable, numbers, False)  # type: ignore[no-any-return]


def as_float(name: str, node: Node) -> float:
    """A constant node as the nearest float64; a coordinate that has none is an error."""
    from gradcli.evaluate.certified.certify import certify

    found = certify([node], {})[0] if node.op != "number" else None
    try:
        value = float(node.data) if found is None else found.value
    except OverflowError:
        value = None
    if value is None:
        why = found.reason if found is not None and found.reason else "it is too large for float64"
        raise GradcliError("point", f"the value of {name} is no number that can be used: {why}")
    return value
