"""The gradient of a scalar function, symbolically and at points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.derive.direction import along_line, direction_values, directional_tree
from gradcli.derive.layouts import (
    all_entry_names,
    arrange_tree,
    averaged,
    by_variable,
    gradient_shape,
    symmetrised,
)
from gradcli.derive.methods.choose import accuracy_of, entries_at, partial_derivatives
from gradcli.derive.reading import read_back
from gradcli.derive.results import Gradient, Numbers
from gradcli.derive.simplification import simplified
from gradcli.program.to_tree import write_trees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.request import Request
    from gradcli.derive.results import Layout
    from gradcli.differences.plan import Study
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree


def gradients(program: Program, request: Request) -> list[Gradient]:
    """The gradient at each point of the request (once, symbolically, without one).

    Shapes:   each entry has its variable's shape; n scalars make an (n, 1) column, (1, n) in numerator layout.
    Units:    angles in radians; an entry is (unit of the value) per (unit of the variable).
    Problems: a kink at the point is "not-differentiable" with both one-sided derivatives; never raises for a bad point.
    Source:   Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.
    """
    question = GradientQuestion(program, request)
    return [question.answer(point) for point in request.points or (None,)]


def labelled(studies: Sequence[Study], label: str) -> tuple[Study, ...]:
    """Studies of one output, under its name."""
    return tuple(study._replace(function=label) for study in studies)


class GradientQuestion:
    """One function and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.layout: Layout = "numerator" if request.layout == "numerator" else "denominator"
        self.f: Node = program.outputs[0].node
        self.names = all_entry_names(program.variables)
        self.partials: dict[str, Node] | None = None
        self.notes: tuple[str, ...] = ()
        self.symbolic: dict[str, Tree] | None = None
        self.definitions: tuple[tuple[str, Tree], ...] = ()
        self.along_tree: Tree | None = None
        if request.method == "symbolic":
            self.differentiate()

    def differentiate(self) -> None:
        """The partial derivatives as nodes and as syntax."""
        program, request = self.program, self.request
        self.partials = partial_derivatives(program.graph, self.f, self.names)
        self.partials = symmetrised(program.graph, self.partials, request.symmetric)
        if not request.symbolic:
            return
        shown: Sequence[Node] = list(self.partials.values())
        if request.simplify:
            shown, self.notes = simplified(program.graph, shown)
        if request.along is not None:
            shown = [*shown, directional_tree(program, shown, request.along)]
        taken = {*self.names, *program.constants, *(v.name for v in (*program.variables, *program.parameters))}
        written = write_trees(shown, program.decimal, taken)
        self.definitions = written.definitions
        entries = dict(zip(self.names, written.trees, strict=False))
        flip = self.layout == "numerator"
        self.symbolic = {v.name: arrange_tree(v, entries, flip) for v in program.variables}
        self.along_tree = written.trees[-1] if request.along is not None else None

    def answer(self, point: Point | None) -> Gradient:
        """The gradient at one point."""
        program, request, method = self.program, self.request, self.request.method
        along = request.along
        record = Gradient(
            read_back(program, point),
            Numbers(method, None, None, (), self.notes),
            request.layout or self.layout,
            gradient_shape(program.variables, self.layout),
            self.symbolic,
            self.definitions,
            None,
            None,
            None,
            None if along is None else direction_values(program, along),
            self.along_tree,
            None,
        )
        return record if point is None else self.with_numbers(record, point)

    def with_numbers(self, record: Gradient, point: Point) -> Gradient:
        """The record with its numbers at the point."""
        program, method = self.program, self.request.method
        doubles = self.request.doubles
        found = entries_at(method, program.graph, self.f, self.names, self.partials, point, program.guards, doubles)
        problems, evaluations, directional = found.problems, found.evaluations, None
        assumptions = found.assumptions
        if self.request.along is not None:
            line = along_line(program, self.f, self.request.along, point, method, doubles)
            directional = line.number
            problems = (*problems, *line.problems)
            assumptions = (*assumptions, *line.assumptions)
            evaluations = None if evaluations is None else evaluations + (line.evaluations or 0)
        if method != "symbolic" and self.request.symmetric:
            found = averaged(found, self.request.symmetric)
        return record._replace(
            numbers=Numbers(
                method,
                accuracy_of(method, self.program.graph),
                evaluations,
                problems,
                self.notes,
                studies=labelled(found.studies, program.outputs[0].label) if self.request.study else (),
                assumptions=assumptions,
            ),
            value=found.value,
            gradient=by_variable(program.variables, found.numbers, self.layout),
            error=None if found.errors is None else by_variable(program.variables, found.errors, self.layout),
            directional=directional,
        )
