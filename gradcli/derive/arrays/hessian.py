"""The Hessian of a scalar by a vector or matrix in matrix form, and at points.

Shapes: (n, n) by a vector of n entries; by a matrix that of vec(X) by vec(X), where vec stacks columns.
"""

from __future__ import annotations

from gradcli.derive.arrays.direction import along_parts, sized_variables
from gradcli.derive.arrays.jacobian import MatrixFormula, written_formulas
from gradcli.derive.arrays.question import ArrayDerivative, Asked
from gradcli.derive.layouts import axis_of, first_gap, listed, listed_at, listed_rows, not_finite, vec_frame
from gradcli.derive.results import Hessian, Numbers
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.results import Reading
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Source
    from gradcli.program.graph import Node
    from gradcli.text.points import PointText


def array_hessians(asked: Asked) -> list[Hessian]:
    """The Hessian at each point (once, symbolically, without one). By one variable it has a closed form."""
    return ArrayHessian(asked).answers()


class ArrayHessian(ArrayDerivative[Hessian]):
    """The closed form, found once, and its numbers at points."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.f: Node = self.arrays.outputs[0].node
        self.formula: MatrixFormula | None = None
        self.find_closed_form()

    def differentiate(self) -> None:
        """The Hessian as a node and as syntax; by several variables in blocks."""
        from gradcli.derive.ad.jacobian import array_hessian
        from gradcli.derive.arrays.blocks import hessian_grid, joined

        if len(self.names) == 1:
            node = array_hessian(self.arrays, self.f, self.names[0])
            self.formula = written_formulas(self, {"numerator": node}, ())["numerator"]
        else:
            grid = hessian_grid(self.arrays, self.f, self.names)
            node = joined(self.graph, grid, "numerator")
            self.formula = written_formulas(self, {"numerator": node}, grid)["numerator"]
        self.nodes = [node]

    def record(self, reading: Reading) -> Hessian:
        """The record without numbers."""
        assert self.formula is not None
        symbolic = self.asked.method == "symbolic"
        labels = vec_frame(axis_of(sized_variables(self))).rows if self.has_sizes() else ()
        along, trees = along_parts(self, [self.f], order=2)
        return Hessian(
            reading,
            Numbers(self.asked.method, None, None, (), self.notes),
            self.asked.layout or "numerator",
            self.formula.shape,
            labels,
            labels,
            self.formula.tree if symbolic else None,
            self.formula.definitions if symbolic else (),
            None,
            None,
            None,
            None,
            None,
            along,
            None if trees is None else trees[0],
            None,
            self.formula.blocks if symbolic else (),
        )

    def without_point(self) -> Hessian:
        """The closed form alone."""
        return self.entrywise(None) if self.nodes is None else self.record(self.reading(None, None))

    def entrywise(self, point: Any) -> Hessian:
        """Entry by entry, through the scalar engine."""
        from gradcli.derive.hessian import hessians
        from gradcli.derive.request import Request

        points = () if point is None else (point,)
        request = Request(points, self.asked.method, None, self.asked.layout, symmetric=self.arrays.symmetric)
        return hessians(self.scalars(), request)[0]

    def certified(self, text: PointText, source: Source) -> Hessian:
        """Numbers by the scalar engine, entries of matrices in the order of vec."""
        from gradcli.derive.hessian import hessians
        from gradcli.derive.request import Request
        from gradcli.program.point import bind_direction

        point = self.at_scalars(text, source)
        along = None if self.asked.along is None else bind_direction(self.scalars(), *self.asked.along)
        asked = self.asked
        request = Request((point,), asked.method, asked.precision, asked.layout, along, symbolic=self.formula is None)
        request = request._replace(plan=asked.plan, study=asked.study, symmetric=self.arrays.symmetric)
        (found,) = hessians(self.scalars(), request)
        found = found._replace(reading=self.reading(point.trees, found.reading.at_values))
        if self.formula is None or asked.method != "symbolic":
            return found
        formula = self.formula
        _, trees = along_parts(self, [self.f], order=2)
        found = found._replace(along_tree=None if trees is None else trees[0])
        return found._replace(symbolic=formula.tree, definitions=formula.definitions, blocks=formula.blocks)

    def in_float64(self, text: PointText, source: Source) -> Hessian:
        """Numbers by the array engine; the matrix is made symmetric before its eigenvalues are taken."""
        from gradcli.evaluate.certified.spectrum import definiteness, spectrum_of_floats

        assert self.nodes is not None
        point = self.float_point(text, source, unseen=True)
        nodes = [self.f, *self.nodes, *self.first_derivatives()]
        value, matrix, *first = self.evaluate(nodes, point)
        rows: list[list[float | None]]
        rows = [[float(matrix)]] if isinstance(matrix, float) else listed_rows((matrix + matrix.T) / 2)
        ties = self.ties(nodes, [value, matrix, *first], point)
        rows = rows if ties is None else without_loose(rows, ties)
        gap = first_gap(rows) is not None
        spectrum = None if gap else spectrum_of_floats([[float(x or 0) for x in row] for row in rows])
        problems = [*not_finite(None, listed(float(value))), *self.gaps(rows, ties, nodes, point)]
        record = self.record(self.reading(point.trees, listed_at(point.trees, point.values)))._replace(
            numbers=Numbers(self.asked.method, "float64", None, tuple(problems), self.notes),
            shape=(len(rows), len(rows)),
            value=listed(float(value)),
            hessian=tuple(tuple(row) for row in rows),
            eigenvalues=None if spectrum is None else spectrum.eigenvalues,
            definiteness=None if spectrum is None else definiteness(spectrum.eigenvalues),
        )
        if self.asked.along is None:
            return record
        from gradcli.derive.arrays.direction import direction_of, written
        from gradcli.evaluate.float64.contraction import hessian_along

        d = direction_of(self, sized_variables(self))
        return record._replace(along=written(d), directional=hessian_along(rows, d))

    def first_derivatives(self) -> list[Node]:
        """The gradient, where it may jump: the second derivative beside a jump (of sign) says nothing of it."""
        from gradcli.derive.ad.gradients import array_gradient
        from gradcli.evaluate.float64.ties import is_switch

        if not any(is_switch(node) for node in order([self.f])):
            return []
        return array_gradient(self.arrays, self.f, self.names)


def without_loose(rows: list[list[float | None]], ties: Ties) -> list[list[float | None]]:
    """The rows without the entries that have no value at a kink: where value or gradient jump, or the entry itself."""
    from gradcli.evaluate.float64.ties import in_vec_order

    jump, loose, *first = ties.loose
    corners = in_vec_order(first or [jump])
    loose = loose.reshape(len(rows), len(rows))
    loose = loose | loose.T | corners[:, None] | corners[None, :] | jump.any()
    return [[None if mark else x for x, mark in zip(*pair, strict=True)] for pair in zip(rows, loose, strict=True)]
