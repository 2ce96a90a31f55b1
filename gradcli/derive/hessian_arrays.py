"""The Hessian of a scalar by a vector or matrix in matrix form, and at points.

Shapes: (n, n) by a vector of n entries; by a matrix that of vec(X) by vec(X), where vec stacks columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.layouts import first_gap, listed, listed_at, listed_rows, not_finite, stacked
from gradcli.derive.question import ArrayQuestion, Asked
from gradcli.derive.results import Hessian, Numbers
from gradcli.problems import GradcliError
from gradcli.program.graph import order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Source
    from gradcli.program.graph import Node
    from gradcli.text.points import PointText
    from gradcli.text.tree import Tree


def array_hessians(asked: Asked) -> list[Hessian]:
    """The Hessian at each point (once, symbolically, without one). By one variable it has a closed form."""
    question = ArrayHessian(asked)
    return [question.answer(*point) for point in asked.points] if asked.points else [question.without_point()]


class ArrayHessian(ArrayQuestion):
    """The closed form, found once, and its numbers at points."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.f: Node = self.arrays.outputs[0].node
        self.node: Node | None = None
        self.tree: Tree | None = None
        self.definitions: tuple[tuple[str, Tree], ...] = ()
        if len(self.names) == 1:
            try:
                self.differentiate()
            except GradcliError as error:
                if error.code != "no-closed-form" or not self.has_sizes():
                    raise

    def differentiate(self) -> None:
        """The Hessian as a node and as syntax."""
        from gradcli.derive.ad.jacobian import array_hessian
        from gradcli.program.to_tree_arrays import write_array_trees

        self.node = array_hessian(self.arrays, self.f, self.names[0])
        written = write_array_trees([self.node], self.arrays.decimal, self.taken, self.graph)
        self.tree, self.definitions = written.trees[0], written.definitions

    def record(self) -> Hessian:
        """The record without numbers."""
        assert self.node is not None
        symbolic = self.asked.method == "symbolic"
        return Hessian(
            self.reading(None, None),
            Numbers(self.asked.method, None, None, (), self.notes),
            self.asked.layout or "numerator",
            self.node.shape or (1, 1),
            (),
            (),
            self.tree if symbolic else None,
            self.definitions if symbolic else (),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        )

    def without_point(self) -> Hessian:
        """The closed form alone."""
        if self.node is not None:
            return self.record()
        if not self.has_sizes():
            raise GradcliError(
                "no-closed-form",
                "a Hessian in closed form is by one variable",
                hint="choose it with --wrt, or give sizes: --shape x=3",
            )
        return self.entrywise(None)

    def entrywise(self, point: Any) -> Hessian:
        """Entry by entry, through the scalar engine."""
        from gradcli.derive.hessian import hessians
        from gradcli.derive.request import Request

        points = () if point is None else (point,)
        request = Request(points, self.asked.method, None, self.asked.layout, symmetric=self.arrays.symmetric)
        return hessians(self.scalars(), request)[0]

    def answer(self, text: PointText, source: Source) -> Hessian:
        """The closed form with its numbers at a point."""
        return self.by_engine(None if self.node is None else [self.node], self.certified, self.in_float64, text, source)

    def certified(self, text: PointText, source: Source) -> Hessian:
        """Numbers by the scalar engine, entries of matrices in the order of vec."""
        from gradcli.derive.hessian import hessians
        from gradcli.derive.request import Request
        from gradcli.program.point import bind_direction

        point = self.at_scalars(text, source)
        if self.node is None:
            return self.entrywise(point)
        program = self.scalars()
        along = None if self.asked.along is None else bind_direction(program, *self.asked.along)
        asked = self.asked
        request = Request((point,), asked.method, asked.precision, asked.layout, along, symbolic=False)
        request = request._replace(plan=asked.plan, study=asked.study, symmetric=self.arrays.symmetric)
        (found,) = hessians(program, request)
        base = self.record()
        order = stacked(self.numeric(self.arrays.variables[0].shape))
        return found._replace(
            reading=self.reading(point.trees, found.reading.at_values),
            rows=tuple(found.rows[i] for i in order),
            columns=tuple(found.columns[i] for i in order),
            symbolic=base.symbolic,
            definitions=base.definitions,
            hessian=reordered(found.hessian or (), order),
            error=None if found.error is None else reordered(found.error, order),
        )

    def in_float64(self, text: PointText, source: Source) -> Hessian:
        """Numbers by the array engine; the matrix is made symmetric before its eigenvalues are taken."""
        from gradcli.evaluate.certified.spectrum import definiteness, spectrum_of_floats

        assert self.node is not None
        point = self.float_point(text, source)
        nodes = [self.f, self.node, *self.first_derivatives()]
        value, matrix, *first = self.evaluate(nodes, point)
        rows: list[list[float | None]]
        rows = [[float(matrix)]] if isinstance(matrix, float) else listed_rows((matrix + matrix.T) / 2)
        ties = self.ties(nodes, [value, matrix, *first], point)
        rows = rows if ties is None else without_loose(rows, ties)
        gap = first_gap(rows) is not None
        spectrum = None if gap else spectrum_of_floats([[float(x or 0) for x in row] for row in rows])
        problems = [*not_finite(None, listed(float(value))), *self.gaps(rows, ties)]
        record = self.record()._replace(
            reading=self.reading(point.trees, listed_at(point.trees, point.values)),
            numbers=Numbers(self.asked.method, "float64", None, tuple(problems), self.notes),
            shape=(len(rows), len(rows)),
            value=listed(float(value)),  # type: ignore[arg-type]
            hessian=tuple(tuple(row) for row in rows),
            eigenvalues=None if spectrum is None else spectrum.eigenvalues,
            definiteness=None if spectrum is None else definiteness(spectrum.eigenvalues),
        )
        if self.asked.along is None:
            return record
        from gradcli.derive.direction_arrays import direction_of, sized_variables, written
        from gradcli.evaluate.float64.contraction import hessian_along

        d = direction_of(self, sized_variables(self))
        return record._replace(along=written(d), directional=hessian_along(rows, d[self.names[0]]))

    def first_derivatives(self) -> list[Node]:
        """The gradient, where it may jump: the second derivative beside a jump (of sign) says nothing of it."""
        from gradcli.derive.ad.reverse_arrays import array_gradient
        from gradcli.evaluate.float64.ties import is_switch

        if not any(is_switch(node) for node in order([self.f])):
            return []
        return array_gradient(self.arrays, self.f, self.names)


def without_loose(rows: list[list[float | None]], ties: Ties) -> list[list[float | None]]:
    """The rows without the entries that have no value at a kink: where value or gradient jump, or the entry itself."""
    jump, loose, *first = ties.loose
    corners = first[0].reshape(-1, order="F") if first else jump.reshape(-1)
    loose = loose.reshape(len(rows), len(rows))
    loose = loose | loose.T | corners[:, None] | corners[None, :] | jump.any()
    return [[None if mark else x for x, mark in zip(*pair, strict=True)] for pair in zip(rows, loose, strict=True)]


def reordered(rows: Sequence[Sequence[float | None]], order: Sequence[int]) -> tuple[tuple[float | None, ...], ...]:
    """The same rows and columns in another order."""
    return tuple(tuple(rows[i][j] for j in order) for i in order)
