"""The Hessian of a scalar by vectors and matrices in matrix form, and at points."""

from __future__ import annotations

from gradcli.derive.arrays.derivative import ArrayDerivative
from gradcli.derive.arrays.jacobian import written_formulas
from gradcli.derive.hessian import EntryHessian, hessian_record
from gradcli.derive.layouts import axis_of, count_limit, in_lines, listed_entries, not_finite, vec_frame
from gradcli.derive.results import Hessian
from gradcli.problems import GradcliError
from gradcli.program.graph import is_switch, order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.arrays.question import FloatPoint
    from gradcli.derive.methods.jet import Jet
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.program.graph import Node
    from gradcli.vocabulary import Layout


class ArrayHessian(ArrayDerivative[Hessian]):
    """The Hessian of whole arrays; by several variables in blocks."""

    degree = 2
    entrywise = EntryHessian
    record = hessian_record

    def layouts(self) -> tuple[Layout, ...]:
        """One: it is its own transpose."""
        return (self.usual,)

    def differentiate(self) -> None:
        """The Hessian as a node and as syntax."""
        from gradcli.derive.ad.jacobian import array_hessian
        from gradcli.derive.arrays.blocks import hessian_grid, joined

        if len(self.names) == 1:
            node = array_hessian(self.arrays, self.outputs[0], self.names[0])
            self.formulas = written_formulas(self, {"numerator": node}, ())
        else:
            grid = hessian_grid(self.arrays, self.outputs[0], self.names)
            node = joined(self.graph, grid, "numerator")
            self.formulas = written_formulas(self, {"numerator": node}, grid)
        self.nodes = [node]

    def floats(self, point: FloatPoint) -> Jet:
        """The matrix is made symmetric before its eigenvalues are taken."""
        from gradcli.derive.methods.jet import Jet
        from gradcli.evaluate.certified.spectrum import spectrum_of_floats

        assert self.nodes is not None
        frame = vec_frame(axis_of(self.variables))
        count_limit(len(frame.rows) ** 2, "a Hessian")
        nodes = [*self.outputs, *self.nodes, *self.first_derivatives()]
        found = self.evaluate(nodes, point)
        value, matrix, *_ = found
        ties = self.ties(nodes, found, point)
        cells = listed_entries(matrix if isinstance(matrix, float) else (matrix + matrix.T) / 2)
        if ties is not None:
            loose = self.loose(ties, frame.shape).ravel().tolist()
            cells = [None if mark else x for x, mark in zip(cells, loose, strict=True)]
        rows, values = in_lines(cells, len(frame.rows)), listed_entries(value)
        problems = [*not_finite(None, values), *self.gaps(cells, ties, nodes, point)]
        jet = Jet(values, second=frame.entries(rows), problems=tuple(problems), accuracy="float64")
        return jet if None in cells else jet._replace(spectrum=spectrum_of_floats(rows))

    def by_differences(self, point: FloatPoint) -> Jet:
        """There are none of whole arrays."""
        message = "finite differences of second derivatives are taken entry by entry, and these arrays are too large"
        raise GradcliError("too-large", message, hint="use --method symbolic or autodiff")

    def first_derivatives(self) -> list[Node]:
        """The gradient, where it may jump: the second derivative beside a jump (of sign) says nothing of it."""
        from gradcli.derive.ad.gradients import array_gradient

        if not any(is_switch(node) for node in order(self.outputs)):
            return []
        return array_gradient(self.arrays, self.outputs[0], self.names)

    def loose(self, ties: Ties, shape: tuple[int, int]) -> Any:
        """The cells that have no value at a kink: where value or gradient jump, or the entry itself."""
        from gradcli.evaluate.float64.ties import in_vec_order

        jump, own, *first = ties.loose
        corners = in_vec_order(first or [jump])
        own = own.reshape(shape)
        return own | own.T | corners[:, None] | corners[None, :] | jump.any()
