"""The Jacobian of a scalar, vector or matrix by a scalar, vector or matrix, in closed form and at points.

Layouts: a vector by a vector is (m, n) in numerator layout; a scalar by a (p, q) matrix is (q, p); a matrix by a scalar
has the matrix's shape; a matrix by a vector or matrix is that of vec(Y) by vec(X), where vec stacks columns.
Denominator layout is the transpose of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.layouts import arranged, label, listed, listed_at, listed_rows, not_finite
from gradcli.derive.question import ArrayQuestion, Asked
from gradcli.derive.results import Jacobian, Numbers
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.results import Layout
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Source
    from gradcli.program.graph import Node
    from gradcli.text.points import PointText
    from gradcli.text.tree import Tree

    Rows = tuple[tuple[Any, ...], ...]


def array_jacobians(asked: Asked) -> list[Jacobian]:
    """The Jacobian at each point (once, symbolically, without one). One function by one variable has a closed form."""
    question = ArrayJacobian(asked)
    return [question.answer(*point) for point in asked.points] if asked.points else [question.without_point()]


class ArrayJacobian(ArrayQuestion):
    """The closed form, found once, and its numbers at points."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.layout: Layout = "denominator" if asked.layout == "denominator" else "numerator"
        self.node: Node | None = None
        self.tree: Tree | None = None
        self.definitions: tuple[tuple[str, Tree], ...] = ()
        self.f: Node = self.arrays.outputs[0].node
        if len(self.arrays.outputs) == 1 and len(self.names) == 1:
            try:
                self.differentiate()
            except GradcliError as error:
                if error.code != "no-closed-form" or not self.has_sizes():
                    raise

    def differentiate(self) -> None:
        """The Jacobian as a node and as syntax."""
        from gradcli.derive.ad.jacobian import array_jacobian
        from gradcli.program.to_tree_arrays import write_array_trees

        self.node = array_jacobian(self.arrays, self.f, self.names[0], self.layout)
        written = write_array_trees([self.node], self.arrays.decimal, self.taken, self.graph)
        self.tree, self.definitions = written.trees[0], written.definitions

    def record(self) -> Jacobian:
        """The record without numbers."""
        assert self.node is not None
        symbolic = self.asked.method == "symbolic"
        output = self.arrays.outputs[0]
        return Jacobian(
            self.reading(None, None),
            Numbers(self.asked.method, None, None, (), self.notes),
            self.asked.layout or self.layout,
            self.node.shape or (1, 1),
            (output.label,),
            (output.tree,),
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
        )

    def without_point(self) -> Jacobian:
        """The closed form alone."""
        if self.node is not None:
            return self.record()
        if not self.has_sizes():
            raise GradcliError(
                "no-closed-form",
                "a Jacobian in closed form is of one function by one variable",
                hint="choose with --of and --wrt, or give sizes: --shape x=3",
            )
        from gradcli.derive.jacobian import jacobians
        from gradcli.derive.request import Request

        request = Request((), self.asked.method, None, self.asked.layout, symmetric=self.arrays.symmetric)
        return jacobians(self.scalars(), request)[0]

    def answer(self, text: PointText, source: Source) -> Jacobian:
        """The closed form with its numbers at a point."""
        return self.by_engine(None if self.node is None else [self.node], self.certified, self.in_float64, text, source)

    def certified(self, text: PointText, source: Source) -> Jacobian:
        """Numbers by the scalar engine, put in the order of the layout."""
        from gradcli.derive.jacobian import jacobians
        from gradcli.derive.request import Request
        from gradcli.program.point import bind_direction

        program = self.scalars()
        point = self.at_scalars(text, source)
        along = None if self.asked.along is None else bind_direction(program, *self.asked.along)
        entrywise = self.node is None
        layout = self.asked.layout if entrywise else "numerator"
        asked = self.asked
        request = Request((point,), asked.method, asked.precision, layout, along, symbolic=entrywise)
        request = request._replace(plan=asked.plan, study=asked.study, symmetric=self.arrays.symmetric)
        (found,) = jacobians(program, request)
        if entrywise or self.node is None:
            return found
        base = self.record()
        below, above = self.numeric(self.f.shape), self.numeric(self.arrays.variables[0].shape)
        rows = arranged(found.jacobian or (), below, above, self.layout)
        errors = None if found.error is None else arranged(found.error, below, above, self.layout)
        names = arranged([[(f, x) for x in found.columns] for f in found.rows], below, above, self.layout)
        return found._replace(
            reading=self.reading(point.trees, found.reading.at_values),
            layout=base.layout,
            shape=(len(rows), len(rows[0])),
            functions=base.functions,
            function_trees=base.function_trees,
            rows=tuple(label(row) for row in names),
            columns=tuple(label([row[j] for row in names]) for j in range(len(names[0]))),
            symbolic=base.symbolic,
            definitions=base.definitions,
            value=self.value(found.value or ()),
            jacobian=rows,
            error=errors,
        )

    def value(self, entries: Sequence[float | None]) -> Any:
        """The function's value: entries of a vector, rows of a matrix."""
        shape = self.numeric(self.f.shape)
        if len(shape) == 2 and 1 not in shape:
            return tuple(tuple(entries[i : i + shape[1]]) for i in range(0, len(entries), shape[1]))
        return tuple(entries)

    def in_float64(self, text: PointText, source: Source) -> Jacobian:
        """Numbers by the array engine."""
        assert self.node is not None
        point = self.float_point(text, source)
        value, matrix = self.evaluate([self.f, self.node], point)
        rows: list[list[float | None]] = [[float(matrix)]] if isinstance(matrix, float) else listed_rows(matrix)
        ties = self.ties([self.f, self.node], [value, matrix], point)
        rows = rows if ties is None else self.without_loose(rows, ties)
        held = listed(value)
        problems = [*not_finite(None, held), *self.gaps(rows, ties)]
        record = self.record()._replace(
            reading=self.reading(point.trees, listed_at(point.trees, point.values)),
            numbers=Numbers(self.asked.method, "float64", None, tuple(problems), self.notes),
            shape=(len(rows), len(rows[0])),
            value=tuple(held) if isinstance(held, list) else (held,),
            jacobian=tuple(tuple(row) for row in rows),
        )
        if self.asked.along is None:
            return record
        from gradcli.derive.direction_arrays import direction_of, sized_variables, written
        from gradcli.evaluate.float64.contraction import jacobian_along

        d = direction_of(self, sized_variables(self))
        lines = jacobian_along(rows, self.numeric(self.f.shape), self.layout == "numerator", d[self.names[0]])
        return record._replace(along=written(d), directional=lines)

    def without_loose(self, rows: list[list[float | None]], ties: Ties) -> list[list[float | None]]:
        """The rows without the entries that have no value at a kink, nor those of components that jump."""
        jumps, loose = ties.loose
        whole = not self.f.shape or not self.arrays.variables[0].shape
        jumping = jumps.reshape(-1, order="F")
        loose = loose.reshape(len(rows), len(rows[0]))
        if whole:
            loose = loose | jumping.any()
        else:
            loose = loose | (jumping[:, None] if self.layout == "numerator" else jumping[None, :])
        return [[None if mark else x for x, mark in zip(*pair, strict=True)] for pair in zip(rows, loose, strict=True)]
