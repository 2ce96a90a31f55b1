"""Forward mode of arrays: how every step changes when the inputs do, as formulas (dz = dW x) and as numbers.

Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2007), chapter 9; Griewank & Walther, Evaluating
Derivatives, 2nd ed. (2008), section 3.1.
"""

from __future__ import annotations

from gradcli.derive.ad.forward import tangent
from gradcli.derive.layouts import entry_names
from gradcli.explain.trees import turned_differences
from gradcli.problems import GradcliError
from gradcli.program.forms import parts as leaves
from gradcli.program.graph import Variable
from gradcli.program.writing.arrays import write_array_trees
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Number

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from gradcli.explain.arrays.formulas import ArrayFormulas
    from gradcli.explain.operations import Operation
    from gradcli.program.graph import Node
    from gradcli.text.tree import Tree

MOST_COLUMNS = 12
"""Entries of the inputs up to which each has a column of tangents; beyond it takes a direction."""


class ArrayTangents:
    """The tangents of the steps of one program: `nodes` and `trees` by step, in `dx` for each operand x."""

    def __init__(self, formulas: ArrayFormulas, steps: Sequence[Operation], wrt: Collection[str]) -> None:
        self.formulas, self.steps = formulas, steps
        self.moving = set(wrt)
        self.nodes: dict[str, Node] = {}
        self.trees: dict[str, Tree] = {}
        for step in steps:
            self.add(step)

    def add(self, step: Operation) -> None:
        """One step; its tangent is 0 where nothing in it moves, and has no text where it has no closed form."""
        graph, shapes = self.formulas.graph, self.formulas.shapes
        moved = {
            leaves.variable(graph, name, shapes[name]): leaves.variable(graph, f"d{name}", shapes[name])
            for name in step.operands
            if name in self.moving
        }
        if not moved:
            self.trees[step.name] = Number(0)
            return
        self.moving.add(step.name)
        try:
            node = self.nodes[step.name] = tangent(graph, self.formulas.nodes[step.name], moved)
            (tree,) = write_array_trees([node], graph)
        except GradcliError as error:
            if error.code not in ("no-closed-form", "no-derivative"):
                raise
            return
        self.trees[step.name] = turned_differences(self.formulas.in_names(tree, step))

    def along(self, values: Mapping[str, Any], direction: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
        """The tangents along one direction in float64, by name; `values` has every step's."""
        from gradcli.evaluate.float64.arrays import evaluate_arrays

        bound = {**values, **{f"d{name}": array for name, array in direction.items()}}
        for step in self.steps:
            node = self.nodes.get(step.name)
            bound[f"d{step.name}"] = (
                values[step.name] * 0.0 if node is None else evaluate_arrays([node], bound, sizes)[0]
            )
        return {name: bound[f"d{name}"] for name in (*direction, *(step.name for step in self.steps))}


def columns(variables: Sequence[Variable]) -> list[str]:
    """The entries of the inputs, each a column. Errors: `mode` where they are too many."""
    names = [name for variable in variables for name in entry_names(variable)]
    if len(names) > MOST_COLUMNS:
        message = f"forward mode has one column an entry, and the inputs have {len(names):,}"
        hint = "--along DIRECTION makes it one column; --mode reverse has every derivative in the shape of its step"
        raise GradcliError("mode", message, hint=hint)
    return names


def unit(variables: Sequence[Variable], column: str) -> dict[str, Any]:
    """The direction of one entry: arrays of zeros with a single 1."""
    from gradcli.derive.layouts import arrange_tree
    from gradcli.evaluate.float64.data import float_value

    numbers = {name: Number(int(name == column)) for variable in variables for name in entry_names(variable)}
    return {v.name: float_value(v.name, arrange_tree(v, numbers, False)) for v in variables}
