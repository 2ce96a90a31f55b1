"""The gradient of a scalar function, symbolically and at points."""

from __future__ import annotations

from gradcli.derive.direction import along_line, direction_values, directional_tree
from gradcli.derive.layouts import (
    all_entry_names,
    arrange_tree,
    averaged,
    by_variable,
    gradient_shape,
    in_layouts,
    symmetrised,
)
from gradcli.derive.methods.choose import accuracy_of, jet_at, partial_derivatives
from gradcli.derive.methods.jet import joined
from gradcli.derive.reading import read_back
from gradcli.derive.results import Gradient, Numbers
from gradcli.derive.simplification import simplified
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request
    from gradcli.derive.results import Reading
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout


def gradients(program: Program, request: Request) -> list[Gradient]:
    """The gradient at each point of the request (once, symbolically, without one).

    Shapes:   each entry has its variable's shape; n scalars make an (n, 1) column, (1, n) in numerator layout.
    Units:    angles in radians; an entry is (unit of the value) per (unit of the variable).
    Problems: a kink at the point is "not-differentiable" with both one-sided derivatives; never raises for a bad point.
    Source:   Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.
    """
    question = GradientQuestion(program, request)
    return [question.answer(point) for point in request.points or (None,)]


class GradientFound(NamedTuple):
    """The numbers of a gradient at a point, before they have a layout."""

    jet: Jet
    numbers: Numbers
    directional: float | None


class GradientQuestion:
    """One function and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.f: Node = program.outputs[0].node
        self.names = all_entry_names(program.variables)
        self.partials: dict[str, Node] | None = None
        self.notes: tuple[str, ...] = ()
        self.entries: dict[str, Tree] | None = None
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
        self.entries = dict(zip(self.names, written.trees, strict=False))
        self.along_tree = written.trees[-1] if request.along is not None else None

    def answer(self, point: Point | None) -> Gradient:
        """The gradient at one point, in the layout that is asked for."""
        reading = read_back(self.program, point, self.request.symmetric)
        found = None if point is None else self.numbers(point)
        return in_layouts(self.request.layout, "denominator", lambda layout: self.record(reading, found, layout))

    def record(self, reading: Reading, found: GradientFound | None, layout: Layout) -> Gradient:
        """The answer in one layout."""
        variables, along = self.program.variables, self.request.along
        entries, symbolic = self.entries, None
        if entries is not None:
            symbolic = {v.name: arrange_tree(v, entries, layout == "numerator") for v in variables}
        errors = None if found is None else found.jet.errors
        return Gradient(
            reading,
            Numbers(self.request.method, None, None, (), self.notes) if found is None else found.numbers,
            layout,
            gradient_shape(variables, layout),
            symbolic,
            self.definitions,
            None if found is None else found.jet.value[0],
            None if found is None else by_variable(variables, found.jet.first[0], layout),
            None if errors is None else by_variable(variables, errors[0], layout),
            None if along is None else direction_values(self.program, along),
            self.along_tree,
            None if found is None else found.directional,
        )

    def numbers(self, point: Point) -> GradientFound:
        """What is found at one point."""
        program, method, doubles = self.program, self.request.method, self.request.doubles
        found = jet_at(method, program.graph, self.f, self.names, self.partials, point, program.guards, doubles)
        problems, evaluations, directional = found.problems, found.evaluations, None
        assumptions = found.assumptions
        if self.request.along is not None:
            line = along_line(program, self.f, self.request, point)
            directional = line.first[0][0]
            problems = (*problems, *line.problems)
            assumptions = (*assumptions, *line.assumptions)
            evaluations = None if evaluations is None else evaluations + (line.evaluations or 0)
        if method != "symbolic":
            found = averaged(found, self.names, self.request.symmetric)
        studies = joined([found], [program.outputs[0].label], shared=True).studies if self.request.study else ()
        accuracy = accuracy_of(method, program.graph)
        numbers = Numbers(method, accuracy, evaluations, problems, self.notes, studies=studies, assumptions=assumptions)
        return GradientFound(found, numbers, directional)
