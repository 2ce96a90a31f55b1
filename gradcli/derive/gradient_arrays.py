"""The gradient of a scalar by vectors and matrices: one short formula a variable, with symbolic sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.layouts import listed, listed_at, not_finite, tie_problem, turned
from gradcli.derive.question import ArrayQuestion, Asked
from gradcli.derive.results import Gradient, Numbers
from gradcli.problems import GradcliError
from gradcli.program.graph import order

if TYPE_CHECKING:
    from gradcli.derive.results import Layout
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Problem, Source
    from gradcli.program.graph import Node
    from gradcli.text.points import PointText
    from gradcli.text.tree import Tree


def array_gradients(asked: Asked) -> list[Gradient]:
    """The gradient at each point (once, symbolically, without one).

    Shapes:   each entry is shaped like its variable in denominator layout, transposed in numerator layout.
    Problems: an entry that does not exist is None; its problem names variable and index.
    Source:   Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2007), chapters 8 and 9.
    """
    question = ArrayGradient(asked)
    return [question.answer(*point) for point in asked.points] if asked.points else [question.without_point()]


class ArrayGradient(ArrayQuestion):
    """The closed form, found once, and its numbers at points."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.layout: Layout = "numerator" if asked.layout == "numerator" else "denominator"
        self.f: Node = self.arrays.outputs[0].node
        self.nodes: list[Node] | None = None
        self.trees: dict[str, Tree] | None = None
        self.definitions: tuple[tuple[str, Tree], ...] = ()
        try:
            self.differentiate()
        except GradcliError as error:
            if error.code != "no-closed-form" or not self.has_sizes():
                raise

    def differentiate(self) -> None:
        """The gradient as nodes and as syntax."""
        from gradcli.derive.ad.reverse_arrays import array_gradient
        from gradcli.program.forms.transpose import transpose
        from gradcli.program.to_tree_arrays import write_array_trees

        self.nodes = array_gradient(self.arrays, self.f, self.names)
        if any(node.op == "polar" for node in order(self.nodes)):
            raise GradcliError("no-closed-form", "the gradient of the nuclear norm has no formula in matrix operations")
        flip = self.layout == "numerator"
        shown = [transpose(self.graph, node) if flip and is_matrix(node) else node for node in self.nodes]
        written = write_array_trees(shown, self.arrays.decimal, self.taken, self.graph)
        self.trees = dict(zip(self.names, written.trees, strict=True))
        self.definitions = written.definitions

    def record(self) -> Gradient:
        """The record without numbers."""
        flip = self.layout == "numerator"
        scalars = all(not v.shape for v in self.arrays.variables)
        count = len(self.names)
        shapes = {v.name: turned(v.shape or (1, 1), flip) for v in self.arrays.variables}
        one = ((1, count) if flip else (count, 1)) if scalars else next(iter(shapes.values()))
        symbolic = self.asked.method == "symbolic"
        return Gradient(
            self.reading(None, None),
            Numbers(self.asked.method, None, None, (), self.notes),
            self.asked.layout or self.layout,
            one if scalars or count == 1 else shapes,
            self.trees if symbolic else None,
            self.definitions if symbolic else (),
            None,
            None,
            None,
            None,
            None,
            None,
        )

    def without_point(self) -> Gradient:
        """The closed form alone."""
        if self.trees is None:
            raise GradcliError("no-closed-form", "this gradient has no matrix formula here", hint="give a point: --at")
        return self.record()

    def answer(self, text: PointText, source: Source) -> Gradient:
        """The closed form with its numbers at a point."""
        return self.by_engine(self.nodes, self.certified, self.in_float64, text, source)

    def certified(self, text: PointText, source: Source) -> Gradient:
        """Numbers by the scalar engine."""
        from gradcli.derive.gradient import gradients
        from gradcli.derive.request import Request
        from gradcli.program.point import bind_direction

        program = self.scalars()
        point = self.at_scalars(text, source)
        along = None if self.asked.along is None else bind_direction(program, *self.asked.along)
        entrywise = self.trees is None
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
        if entrywise:
            return found
        base = self.record()
        reading = self.reading(point.trees, found.reading.at_values)
        return found._replace(
            reading=reading, symbolic=base.symbolic, definitions=base.definitions, along_tree=None, shape=base.shape
        )

    def in_float64(self, text: PointText, source: Source) -> Gradient:
        """Numbers by the array engine: value and gradient share what they have in common."""
        assert self.nodes is not None
        point = self.float_point(text, source)
        value, *arrays = self.evaluate([self.f, *self.nodes], point)
        flip = self.layout == "numerator"
        gradient: dict[str, Any] = {n: listed(a, flip) for n, a in zip(self.names, arrays, strict=True)}
        shown = listed(float(value))
        ties = self.ties([self.f, *self.nodes], [value, *arrays], point)
        kinks = [] if ties is None else self.without_loose(gradient, ties)
        problems = [*not_finite(None, shown), *kinks]
        for name in self.names:
            if not any(problem.variable == name for problem in problems):
                problems += not_finite(name, gradient[name])
        record = self.record()._replace(
            reading=self.reading(point.trees, listed_at(point.trees, point.values)),
            numbers=Numbers(self.asked.method, "float64", None, tuple(problems), self.notes),
            value=shown if isinstance(shown, float) else None,
            gradient=gradient,
        )
        if self.asked.along is None:
            return record
        from gradcli.derive.direction_arrays import direction_of, sized_variables, written
        from gradcli.evaluate.float64.contraction import gradient_along

        d = direction_of(self, sized_variables(self))
        return record._replace(along=written(d), directional=gradient_along(gradient, flip, d))

    def without_loose(self, gradient: dict[str, Any], ties: Ties) -> list[Problem]:
        """The entries that have no value at a kink are taken out of the gradient; one problem a variable."""
        jump, *loose = ties.loose
        problems = []
        for name, mask in zip(self.names, loose, strict=True):
            everywhere = bool(jump) and name in ties.variables
            flip = self.layout == "numerator"
            gradient[name] = without(gradient[name], listed_marks(mask, flip), everywhere)
            if everywhere or mask.any():
                problems.append(tie_problem(name, ties, gradient[name]))
        return problems


def listed_marks(mask: Any, transposed: bool) -> Any:
    """Marks in the form of `listed`."""
    if not mask.shape:
        return bool(mask)
    rows = (mask.T if transposed else mask).tolist()
    return [x for row in rows for x in row] if mask.shape[1] == 1 else rows


def without(value: Any, marks: Any, everywhere: bool = False) -> Any:
    """Nested lists with None where the marks are set."""
    if isinstance(value, list):
        return [without(part, mark, everywhere) for part, mark in zip(value, marks, strict=True)]
    return None if marks or everywhere else value


def is_matrix(node: Node) -> bool:
    """Has it rows and columns? (A vector is written the same in both layouts.)"""
    return len(node.shape) == 2 and node.shape[1] != 1
