"""The Jacobian of scalars, vectors and matrices by scalars, vectors and matrices, in closed form and at points.

Layouts: see `derive.layouts`. By several arrays, and of several, it is made of blocks: see `derive.arrays.blocks`.
"""

from __future__ import annotations

from math import prod

from gradcli.derive.arrays.direction import along_parts, sized, sized_variables
from gradcli.derive.arrays.question import ArrayDerivative, Asked, FloatPoint
from gradcli.derive.layouts import (
    axis_of,
    edges_of,
    frame_of,
    in_layouts,
    listed,
    listed_at,
    listed_rows,
    not_finite,
    turned_rows,
)
from gradcli.derive.results import Block, Jacobian, Numbers
from gradcli.program.forms.transpose import transpose
from gradcli.program.graph import Variable
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.arrays.blocks import Grid
    from gradcli.derive.arrays.differences import Differences
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.layouts import Shape
    from gradcli.derive.results import Reading
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Source
    from gradcli.program.graph import Node
    from gradcli.text.points import PointText
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout


def array_jacobians(asked: Asked) -> list[Jacobian]:
    """The Jacobian at each point (once, symbolically, without one)."""
    return ArrayJacobian(asked).answers()


class MatrixFormula(NamedTuple):
    """A Jacobian or Hessian in one layout, as syntax, with the blocks that it is made of."""

    tree: Tree
    definitions: tuple[tuple[str, Tree], ...]
    blocks: tuple[Block, ...]
    shape: Shape


def written_formulas(question: ArrayQuestion, nodes: Mapping[Layout, Node], grid: Grid) -> dict[Layout, MatrixFormula]:
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
        found[layout] = MatrixFormula(written.trees[0], written.definitions, parts, node.shape or (1, 1))
    return found


class FloatJacobian(NamedTuple):
    """Numbers in float64 at a point: rows in numerator layout."""

    reading: Reading
    numbers: Numbers
    values: Any
    rows: list[list[float | None]]
    along: Any
    directional: tuple[float | None, ...] | None


class ArrayJacobian(ArrayDerivative[Jacobian]):
    """The closed form, found once, and its numbers at points."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.functions = [output.node for output in self.arrays.outputs]
        self.formulas: dict[Layout, MatrixFormula] = {}
        self.find_closed_form()

    def differentiate(self) -> None:
        """The Jacobian as a node (in numerator layout) and as syntax in the layouts that are asked for."""
        from gradcli.derive.ad.jacobian import array_jacobian
        from gradcli.derive.arrays.blocks import jacobian_grid, joined

        asked = self.asked.layout or "numerator"
        layouts: Sequence[Layout] = ("numerator", "denominator") if asked == "both" else (asked,)
        if len(self.functions) == len(self.names) == 1:
            node = array_jacobian(self.arrays, self.functions[0], self.names[0])
            self.nodes = [node]
            turned = {"numerator": node, "denominator": transpose(self.graph, node)}
            self.formulas = written_formulas(self, {layout: turned[layout] for layout in layouts}, ())
            return
        grid = jacobian_grid(self.arrays, self.names)
        node = joined(self.graph, grid, "numerator")
        whole = {layout: joined(self.graph, grid, layout) for layout in layouts}
        self.formulas = written_formulas(self, whole, grid)
        self.nodes = [node]

    def without_point(self) -> Jacobian:
        """The closed form alone."""
        if self.nodes is not None:
            reading = self.reading(None, None)
            return in_layouts(self.asked.layout, "numerator", lambda layout: self.record(reading, layout))
        return self.by_entries(())

    def by_entries(self, points: Sequence[Any], along: Any = None) -> Jacobian:
        """The answer of the scalar engine, one variable an entry; as syntax too where there is no closed form."""
        from gradcli.derive.jacobian import jacobians
        from gradcli.derive.request import Request

        asked, entrywise = self.asked, self.nodes is None
        request = Request(tuple(points), asked.method, asked.precision, asked.layout, along, symbolic=entrywise)
        request = request._replace(plan=asked.plan, study=asked.study, symmetric=self.arrays.symmetric)
        return jacobians(self.scalars(), request)[0]

    def record(self, reading: Reading, layout: Layout) -> Jacobian:
        """The answer in one layout, without numbers."""
        symbolic = self.asked.method == "symbolic"
        formula, outputs = self.formulas[layout], self.arrays.outputs
        rows, columns = self.edges(layout)[:2] if self.has_sizes() else ((), ())
        along, trees = along_parts(self, self.functions)
        return Jacobian(
            reading,
            Numbers(self.asked.method, None, None, (), self.notes),
            layout,
            formula.shape,
            tuple(output.label for output in outputs),
            tuple(output.tree for output in outputs),
            rows,
            columns,
            formula.tree if symbolic else None,
            formula.definitions if symbolic else (),
            None,
            None,
            None,
            along,
            trees,
            None,
            self.single(),
            formula.blocks if symbolic else (),
        )

    def edges(self, layout: Layout) -> Any:
        """The labels of rows and columns."""
        return edges_of(axis_of(self.sized_functions()), axis_of(sized_variables(self)), layout)

    def single(self) -> tuple[str, str] | None:
        """What is the same in every entry of a matrix by a scalar, or of a scalar by a matrix."""
        functions = axis_of_shapes(self.arrays.outputs[0].node.shape, len(self.functions))
        variables = axis_of_shapes(self.arrays.variables[0].shape, len(self.names))
        if functions == "scalar" and variables == "matrix":
            return "function", self.arrays.outputs[0].label
        return ("variable", self.names[0]) if functions == "matrix" and variables == "scalar" else None

    def sized_functions(self) -> list[Variable]:
        """The functions with their sizes as numbers, as if they were variables."""
        return [Variable(o.label, sized(self.numeric(o.node.shape))) for o in self.arrays.outputs]

    def certified(self, text: PointText, source: Source) -> Jacobian:
        """Numbers by the scalar engine."""
        from gradcli.program.point import bind_direction

        point = self.at_scalars(text, source)
        along = None if self.asked.along is None else bind_direction(self.scalars(), *self.asked.along)
        found = self.by_entries([point], along)
        reading = self.reading(point.trees, found.reading.at_values)
        parts = found.in_each_layout()
        whole = [self.with_formula(part, reading) for part in parts]
        return whole[0] if len(whole) == 1 else whole[0]._replace(layout="both", other=whole[1])

    def with_formula(self, found: Jacobian, reading: Reading) -> Jacobian:
        """The answer of the scalar engine in one layout, told as that of arrays."""
        outputs = self.arrays.outputs
        found = found._replace(
            reading=reading,
            functions=tuple(output.label for output in outputs),
            function_trees=tuple(output.tree for output in outputs),
            value=self.value(found.value or ()),
            directional=self.by_function(found.directional),
        )
        if self.nodes is None or self.asked.method != "symbolic":
            return found
        formula = self.formulas[found.layout]
        found = found._replace(symbolic=formula.tree, definitions=formula.definitions, blocks=formula.blocks)
        return found._replace(along_trees=along_parts(self, self.functions)[1])

    def value(self, entries: Sequence[float | None]) -> Any:
        """The value of the functions: entries row by row; the rows of one matrix."""
        shape = self.numeric(self.functions[0].shape)
        if len(self.functions) == 1 and len(shape) == 2 and 1 not in shape:
            return tuple(tuple(entries[i : i + shape[1]]) for i in range(0, len(entries), shape[1]))
        return tuple(entries)

    def by_function(self, entries: Sequence[float | None] | None) -> Any:
        """Derivatives along a direction, entry by entry; of several functions a list of those of each."""
        if entries is None or len(self.functions) == 1:
            return entries
        found, first = [], 0
        for function in self.functions:
            size = prod(self.numeric(function.shape))
            own = list(entries[first : first + size])
            found.append(own if function.shape else own[0])
            first += size
        return tuple(found)

    def in_float64(self, text: PointText, source: Source) -> Jacobian:
        """Numbers by the array engine."""
        found = self.float_numbers(text, source)
        return in_layouts(self.asked.layout, "numerator", lambda layout: self.in_layout(found, layout))

    def by_differences(self, text: PointText, source: Source) -> Jacobian:
        """Numbers by finite differences of float64 arrays, each with an error that holds."""
        from gradcli.derive.arrays.differences import differences_of

        reading, found = differences_of(self, text, source)
        return in_layouts(self.asked.layout, "numerator", lambda layout: self.of_differences(reading, found, layout))

    def of_differences(self, reading: Reading, found: Differences, layout: Layout) -> Jacobian:
        """The answer of differences in one layout."""
        frame = frame_of(axis_of(self.sized_functions()), axis_of(found.variables), layout)
        errors = [row.errors[0] if row.errors else () for row in found.rows]
        return self.record(reading, layout)._replace(
            numbers=found.numbers(self),
            shape=frame.shape,
            value=self.value([row.value[0] for row in found.rows]),
            jacobian=frame.fill([row.first[0] for row in found.rows]),
            error=frame.fill(errors),
            along=found.along,
            directional=self.by_function(found.along_numbers() or None),
        )

    def in_layout(self, found: FloatJacobian, layout: Layout) -> Jacobian:
        """The float64 numbers in one layout."""
        rows = found.rows if layout == "numerator" else turned_rows(found.rows)
        return self.record(found.reading, layout)._replace(
            numbers=found.numbers,
            shape=(len(rows), len(rows[0])),
            value=found.values,
            jacobian=tuple(tuple(row) for row in rows),
            along=found.along,
            directional=found.directional,
        )

    def float_numbers(self, text: PointText, source: Source) -> FloatJacobian:
        """Values and derivatives in float64, without what has no value at a kink."""
        assert self.nodes is not None
        point = self.float_point(text, source)
        (*values, matrix), accuracy = self.numbers([*self.functions, *self.nodes], point)
        rows: list[list[float | None]] = [[float(matrix)]] if isinstance(matrix, float) else listed_rows(matrix)
        ties = self.ties([*self.functions, *self.nodes], [*values, matrix], point)
        rows = rows if ties is None else self.without_loose(rows, ties, point)
        held = [entry for value in values for entry in flat_rows(value)]
        problems = [*not_finite(None, held), *self.gaps(rows, ties, self.nodes, point)]
        along, directional = None, None
        if self.asked.along is not None:
            from gradcli.derive.arrays.direction import direction_of, written
            from gradcli.evaluate.float64.contraction import jacobian_along

            d = direction_of(self, sized_variables(self))
            along = written(d)
            directional = jacobian_along(rows, [self.numeric(f.shape) for f in self.functions], d)
        return FloatJacobian(
            self.reading(point.trees, listed_at(point.trees, point.values)),
            Numbers(self.asked.method, accuracy, None, tuple(problems), self.notes),
            self.value(held),
            rows,
            along,
            self.by_function(directional),
        )

    def without_loose(self, rows: list[list[float | None]], ties: Ties, point: FloatPoint) -> list[list[float | None]]:
        """The rows without the entries that have no value at a kink, nor, of components that jump, those by entries
        of the variables that move what jumps."""
        from gradcli.evaluate.float64.ties import all_set, in_vec_order

        *jumps, loose = ties.loose
        loose = loose.reshape(len(rows), len(rows[0]))
        if any(mark.any() for mark in jumps):
            behind = self.behind_jump(ties, point)
            if behind is None:
                behind = [all_set(self.numeric(variable.shape)) for variable in self.arrays.variables]
            moving = in_vec_order(behind)
            if len(self.functions) > 1 or (self.functions[0].shape and self.arrays.variables[0].shape):
                loose = loose | (in_vec_order(jumps)[:, None] & moving)
            elif self.functions[0].shape:  # in the function's own shape, by a scalar
                loose = loose | (jumps[0].reshape(loose.shape) & moving.any())
            else:
                loose = loose | (jumps[0] & moving.reshape(loose.shape))
        return [[None if mark else x for x, mark in zip(*pair, strict=True)] for pair in zip(rows, loose, strict=True)]


def axis_of_shapes(shape: Shape, count: int) -> str:
    """`scalar` or `matrix` for one function or variable of this shape; else nothing."""
    if count != 1 or (shape and shape[1] == 1):
        return ""
    return "matrix" if shape else "scalar"


def flat_rows(value: Any) -> list[float | None]:
    """All entries of a float64 value, row by row; what is not finite is None."""
    found: Any = listed(value)
    if not isinstance(found, list):
        return [found]
    return [x for part in found for x in (part if isinstance(part, list) else [part])]
