"""The gradient of a scalar by vectors and matrices: one short formula a variable, with symbolic sizes."""

from __future__ import annotations

from gradcli.derive.arrays.direction import along_parts
from gradcli.derive.arrays.question import ArrayDerivative, Asked, FloatPoint
from gradcli.derive.layouts import (
    by_variable,
    first_gap,
    in_layouts,
    listed,
    listed_at,
    not_finite,
    tie_problem,
    turned,
    turned_rows,
)
from gradcli.derive.results import Gradient, Numbers
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.arrays.differences import Differences
    from gradcli.derive.results import Reading
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Problem, Source
    from gradcli.program.graph import Node
    from gradcli.program.writing.trees import Written
    from gradcli.text.points import PointText
    from gradcli.vocabulary import Layout


def array_gradients(asked: Asked) -> list[Gradient]:
    """The gradient at each point (once, symbolically, without one).

    Shapes:   each entry is shaped like its variable in denominator layout, transposed in numerator layout.
    Problems: an entry that does not exist is None; its problem names variable and index.
    Source:   Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2007), chapters 8 and 9.
    """
    return ArrayGradient(asked).answers()


class FloatGradient(NamedTuple):
    """Numbers in float64 at a point, shaped like the variables."""

    reading: Reading
    numbers: Numbers
    value: float | None
    gradient: dict[str, Any]
    along: Any
    directional: float | None


class ArrayGradient(ArrayDerivative[Gradient]):
    """The closed form, found once, and its numbers at points."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.f: Node = self.arrays.outputs[0].node
        self.columns: Written | None = None
        """The formulas in denominator layout; those in numerator layout are `rows`. Both have the same definitions."""
        self.rows: Written | None = None
        self.find_closed_form()

    def differentiate(self) -> None:
        """The gradient as nodes (in denominator layout) and as syntax in the layouts that are asked for."""
        from gradcli.derive.ad.gradients import array_gradient
        from gradcli.program.forms.transpose import transpose
        from gradcli.program.writing.arrays import write_named_groups

        self.nodes = array_gradient(self.arrays, self.f, self.names)
        rows = [transpose(self.graph, node) if node.shape else node for node in self.nodes]
        if self.asked.layout == "both":
            self.columns, self.rows = write_named_groups([self.nodes, rows], self.taken, self.graph)
        else:
            (self.columns,) = write_named_groups([self.nodes], self.taken, self.graph)
            (self.rows,) = write_named_groups([rows], self.taken, self.graph)

    def record(self, reading: Reading, layout: Layout) -> Gradient:
        """The answer in one layout, without numbers."""
        flip = layout == "numerator"
        scalars = all(not v.shape for v in self.arrays.variables)
        count = len(self.names)
        shapes = {v.name: turned(v.shape or (1, 1), flip) for v in self.arrays.variables}
        one = ((1, count) if flip else (count, 1)) if scalars else next(iter(shapes.values()))
        along, trees = along_parts(self, [self.f])
        written = (self.rows if flip else self.columns) if self.asked.method == "symbolic" else None
        return Gradient(
            reading,
            Numbers(self.asked.method, None, None, (), self.notes),
            layout,
            one if scalars or count == 1 else shapes,
            None if written is None else dict(zip(self.names, written.trees, strict=True)),
            () if written is None else written.definitions,
            None,
            None,
            None,
            along,
            None if trees is None else trees[0],
            None,
        )

    def without_point(self) -> Gradient:
        """The closed form alone."""
        if self.columns is None:
            return self.by_entries()
        reading = self.reading(None, None)
        return in_layouts(self.asked.layout, "denominator", lambda layout: self.record(reading, layout))

    def by_entries(self) -> Gradient:
        """The gradient entry by entry, where it has no matrix formula and all sizes are numbers."""
        from gradcli.derive.gradient import gradients
        from gradcli.derive.request import Request

        request = Request((), self.asked.method, None, self.asked.layout, symmetric=self.arrays.symmetric)
        return gradients(self.scalars(), request)[0]

    def certified(self, text: PointText, source: Source) -> Gradient:
        """Numbers by the scalar engine."""
        from gradcli.derive.gradient import gradients
        from gradcli.derive.request import Request
        from gradcli.program.point import bind_direction

        program = self.scalars()
        point = self.at_scalars(text, source)
        along = None if self.asked.along is None else bind_direction(program, *self.asked.along)
        entrywise = self.columns is None
        request = Request(
            (point,),
            self.asked.method,
            self.asked.precision,
            self.asked.layout,
            along,
            symbolic=entrywise,
            symmetric=self.arrays.symmetric,
            plan=self.asked.plan,
            study=self.asked.study,
        )
        (found,) = gradients(program, request)
        reading = self.reading(point.trees, found.reading.at_values)
        parts = [self.with_formula(part, reading) for part in found.in_each_layout()]
        return parts[0] if len(parts) == 1 else parts[0]._replace(layout="both", other=parts[1])

    def with_formula(self, found: Gradient, reading: Reading) -> Gradient:
        """The answer of the scalar engine in one layout, told as that of arrays."""
        if self.columns is None:
            return found._replace(reading=reading)
        base = self.record(reading, found.layout)
        return found._replace(
            reading=reading,
            symbolic=base.symbolic,
            definitions=base.definitions,
            along_tree=base.along_tree,
            shape=base.shape,
        )

    def in_float64(self, text: PointText, source: Source) -> Gradient:
        """Numbers by the array engine: value and gradient share what they have in common."""
        found = self.float_numbers(text, source)
        return in_layouts(self.asked.layout, "denominator", lambda layout: self.in_layout(found, layout))

    def in_layout(self, found: FloatGradient, layout: Layout) -> Gradient:
        """The float64 numbers in one layout."""
        flip = layout == "numerator"
        return self.record(found.reading, layout)._replace(
            numbers=found.numbers,
            value=found.value,
            gradient={name: turned_rows(value) if flip else value for name, value in found.gradient.items()},
            along=found.along,
            directional=found.directional,
        )

    def by_differences(self, text: PointText, source: Source) -> Gradient:
        """Numbers by finite differences of float64 arrays, each with an error that holds."""
        from gradcli.derive.arrays.differences import differences_of

        reading, found = differences_of(self, text, source)
        return in_layouts(self.asked.layout, "denominator", lambda layout: self.of_differences(reading, found, layout))

    def of_differences(self, reading: Reading, found: Differences, layout: Layout) -> Gradient:
        """The answer of differences in one layout."""
        (row,) = found.rows
        return self.record(reading, layout)._replace(
            numbers=found.numbers(self),
            value=row.value[0],
            gradient=by_variable(found.variables, row.first[0], layout),
            error=by_variable(found.variables, row.errors[0] if row.errors else (), layout),
            along=found.along,
            directional=found.along_numbers()[0] if found.lines else None,
        )

    def float_numbers(self, text: PointText, source: Source) -> FloatGradient:
        """Value and gradient in float64, without what has no value at a kink."""
        assert self.nodes is not None
        point = self.float_point(text, source)
        (value, *arrays), accuracy = self.numbers([self.f, *self.nodes], point)
        gradient: dict[str, Any] = {n: listed(a) for n, a in zip(self.names, arrays, strict=True)}
        shown = listed(float(value))
        ties = self.ties([self.f, *self.nodes], [value, *arrays], point)
        kinks = [] if ties is None else self.without_loose(gradient, ties, point)
        gap = any(first_gap(found) is not None for found in gradient.values())
        why = self.degenerate(self.nodes, point) if gap else None
        problems = [*not_finite(None, shown), *kinks]
        for name in self.names:
            if not any(problem.variable == name for problem in problems):
                problems += not_finite(name, gradient[name], why)
        along, directional = None, None
        if self.asked.along is not None:
            from gradcli.derive.arrays.direction import direction_of, sized_variables, written
            from gradcli.evaluate.float64.contraction import gradient_along

            d = direction_of(self, sized_variables(self))
            along, directional = written(d), gradient_along(gradient, d)
        return FloatGradient(
            self.reading(point.trees, listed_at(point.trees, point.values)),
            Numbers(self.asked.method, accuracy, None, tuple(problems), self.notes),
            shown if isinstance(shown, float) else None,
            gradient,
            along,
            directional,
        )

    def without_loose(self, gradient: dict[str, Any], ties: Ties, point: FloatPoint) -> list[Problem]:
        """The entries that have no value at a kink are taken out of the gradient; one problem a variable."""
        jump, *loose = ties.loose
        behind = self.behind_jump(ties, point) if jump else None
        problems = []
        for place, (name, mask) in enumerate(zip(self.names, loose, strict=True)):
            everywhere = bool(jump) and behind is None and name in ties.variables
            marks = mask if behind is None else mask | behind[place]
            gradient[name] = without(gradient[name], listed_marks(marks), everywhere)
            if everywhere or marks.any():
                problems.append(tie_problem(name, ties, gradient[name]))
        return problems


def listed_marks(mask: Any) -> Any:
    """Marks in the form of `listed`."""
    if not mask.shape:
        return bool(mask)
    rows = mask.tolist()
    return [x for row in rows for x in row] if mask.shape[1] == 1 else rows


def without(value: Any, marks: Any, everywhere: bool = False) -> Any:
    """Nested lists with None where the marks are set."""
    if isinstance(value, list):
        return [without(part, mark, everywhere) for part, mark in zip(value, marks, strict=True)]
    return None if marks or everywhere else value
