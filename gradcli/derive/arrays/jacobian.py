"""The Jacobian of scalars, vectors and matrices by scalars, vectors and matrices, in closed form and at points.

By several arrays, and of several, it is made of blocks: see `derive.arrays.blocks`.
"""

from __future__ import annotations

from gradcli.derive.arrays.derivative import ArrayDerivative
from gradcli.derive.derivative import ClosedForm
from gradcli.derive.jacobian import EntryJacobian, frame_for, jacobian_record
from gradcli.derive.layouts import count_limit, in_lines, listed_entries, not_finite
from gradcli.derive.results import Block, Jacobian
from gradcli.program.forms.transpose import transpose
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.derive.arrays.blocks import Grid
    from gradcli.derive.arrays.question import FloatPoint
    from gradcli.derive.methods.jet import Jet
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.program.graph import Node
    from gradcli.vocabulary import Layout


def written_formulas(
    question: ArrayDerivative[Any], nodes: Mapping[Layout, Node], grid: Grid
) -> dict[Layout, ClosedForm]:
    """A node in each layout with its blocks as syntax; all have the same definitions."""
    from gradcli.derive.arrays.blocks import laid_out
    from gradcli.program.writing.arrays import write_named_groups

    blocks = [block for row in grid for block in row]
    laid = {layout: [laid_out(question.graph, block, layout) for block in blocks] for layout in nodes}
    groups = [[node, *laid[layout]] for layout, node in nodes.items()]
    found = {}
    for (layout, node), written in zip(
        nodes.items(), write_named_groups(groups, question.taken, question.graph), strict=True
    ):
        turned = layout == "denominator"
        parts = tuple(
            Block(*((b.column, b.row) if turned else (b.row, b.column)), tree, part.shape or (1, 1))
            for b, part, tree in zip(blocks, laid[layout], written.trees[1:], strict=True)
        )
        formula = ClosedForm(written.trees[0], written.definitions, None, parts)
        found[layout] = (formula if question.request.method == "symbolic" else ClosedForm())._replace(
            shape=node.shape or (1, 1)
        )
    return found


class ArrayJacobian(ArrayDerivative[Jacobian]):
    """The Jacobian of whole arrays."""

    entrywise = EntryJacobian
    record = jacobian_record

    def differentiate(self) -> None:
        """The Jacobian as a node (in numerator layout) and as syntax in the layouts that are asked for."""
        from gradcli.derive.ad.cuts import is_long
        from gradcli.derive.ad.jacobian import array_jacobian
        from gradcli.derive.arrays.blocks import jacobian_grid, joined

        if len(self.outputs) == len(self.names) == 1 and not is_long(self.arrays, self.outputs[0]):
            node = array_jacobian(self.arrays, self.outputs[0], self.names[0])
            turned = {"numerator": node, "denominator": transpose(self.graph, node)}
            self.formulas = written_formulas(self, {layout: turned[layout] for layout in self.layouts()}, ())
        else:
            grid = jacobian_grid(self.arrays, self.names)
            node = joined(self.graph, grid, "numerator")
            whole = {layout: joined(self.graph, grid, layout) for layout in self.layouts()}
            self.formulas = written_formulas(self, whole, grid)
        self.nodes = [node]

    def floats(self, point: FloatPoint) -> Jet:
        """Values and Jacobian share what they have in common."""
        from gradcli.derive.methods.jet import Jet

        assert self.nodes is not None
        frame = frame_for(self, "numerator")
        count_limit(frame.shape[0] * frame.shape[1], "a Jacobian")
        nodes = [*self.outputs, *self.nodes]
        found, accuracy = self.evaluated(nodes, point)
        ties = self.ties(nodes, found, point)
        *values, cells = map(listed_entries, found)
        if ties is not None:
            loose = self.loose(ties, point, frame.shape).ravel().tolist()
            cells = [None if mark else x for x, mark in zip(cells, loose, strict=True)]
        held = [entry for value in values for entry in value]
        problems = [*not_finite(None, held, (len(held), 1)), *self.gaps(cells, ties, self.nodes, point)]
        first = frame.entries(in_lines(cells, frame.shape[1]))
        return Jet(held, first, problems=tuple(problems), accuracy=accuracy)

    def loose(self, ties: Ties, point: FloatPoint, shape: tuple[int, int]) -> Any:
        """The cells that have no value at a kink, and, of components that jump, those by entries of the variables that
        move what jumps."""
        from gradcli.evaluate.float64.ties import all_set, in_vec_order

        *jumps, loose = ties.loose
        loose = loose.reshape(shape)
        if not any(mark.any() for mark in jumps):
            return loose
        behind = self.behind_jump(ties, point)
        if behind is None:
            behind = [all_set(self.numeric(variable.shape)) for variable in self.arrays.variables]
        moving = in_vec_order(behind)
        if len(self.outputs) > 1 or (self.outputs[0].shape and self.variables[0].shape):
            return loose | (in_vec_order(jumps)[:, None] & moving)
        if self.outputs[0].shape:  # in the function's own shape, by a scalar
            return loose | (jumps[0].reshape(shape) & moving.any())
        return loose | (jumps[0] & moving.reshape(shape))
