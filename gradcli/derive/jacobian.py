"""The Jacobian of a vector function, in either layout or in both.

Shapes: m components by n variables are (m, n) in numerator layout, where row i belongs to component i, and (n, m) in
denominator layout.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.direction import along_line, direction_values, directional_tree
from gradcli.derive.layouts import (
    EntryAxis,
    averaged,
    axis_of,
    count_limit,
    frame_of,
    in_layouts,
    indexed,
    symmetrised,
)
from gradcli.derive.methods.choose import accuracy_of, jet_at
from gradcli.derive.methods.jet import joined
from gradcli.derive.reading import read_back
from gradcli.derive.results import Jacobian, Numbers
from gradcli.derive.simplification import simplified
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.methods.jet import Jet, Rows
    from gradcli.derive.request import Request
    from gradcli.derive.results import Reading
    from gradcli.program.graph import Graph, Node, Program
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout


def jacobians(program: Program, request: Request) -> list[Jacobian]:
    """The Jacobian at each point of the request (once, symbolically, without one).

    Problems: an entry that does not exist is None; its problem names the component as well as the variable.
    """
    question = JacobianQuestion(program, request)
    return [question.answer(point) for point in request.points or (None,)]


def symmetric_row(graph: Graph, names: Sequence[str], row: Sequence[Node], request: Request) -> list[Node]:
    """Partials by `names`; by a symmetric matrix only symmetric changes count, as for gradients."""
    return list(symmetrised(graph, dict(zip(names, row, strict=True)), request.symmetric).values())


class JacobianFound(NamedTuple):
    """The numbers of a Jacobian at a point, a row a component, before they have a layout."""

    values: tuple[float | None, ...]
    rows: Rows
    errors: Rows | None
    numbers: Numbers
    directional: tuple[float | None, ...] | None


class JacobianQuestion:
    """One function and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.functions = tuple(output.label for output in program.outputs)
        self.down = EntryAxis(program.shapes, self.functions)
        self.across = axis_of(program.variables)
        self.names = list(self.across.names)
        count_limit(len(self.functions) * len(self.names), "a Jacobian")
        self.partials: list[list[Node]] | None = None
        self.trees: list[Sequence[Tree]] | None = None
        self.along_trees: tuple[Tree, ...] | None = None
        self.definitions: tuple[tuple[str, Tree], ...] = ()
        self.notes: tuple[str, ...] = ()
        if request.method == "symbolic":
            self.differentiate()

    def differentiate(self) -> None:
        """Every row by one reverse sweep; all rows share what they have in common."""
        program, request = self.program, self.request
        sweep = Reverse(program.graph, self.names)
        self.partials = [
            symmetric_row(program.graph, self.names, sweep.gradient(o.node), request) for o in program.outputs
        ]
        if not request.symbolic:
            return
        width = len(self.names)
        shown: list[Node] = [node for row in self.partials for node in row]
        if request.simplify:
            shown, self.notes = simplified(program.graph, shown)
        if request.along is not None:
            rows = [shown[i : i + width] for i in range(0, len(shown), width)]
            shown = [*shown, *[directional_tree(program, row, request.along) for row in rows]]
        taken = {*self.names, *program.constants, *(v.name for v in (*program.variables, *program.parameters))}
        written = write_trees(shown, program.decimal, taken)
        self.definitions = written.definitions
        count = len(self.functions)
        self.trees = [written.trees[i * width : (i + 1) * width] for i in range(count)]
        if request.along is not None:
            self.along_trees = tuple(written.trees[count * width :])

    def answer(self, point: Point | None) -> Jacobian:
        """The Jacobian at one point, in the layout that is asked for."""
        reading = read_back(self.program, point, self.request.symmetric)
        found = None if point is None else self.numbers(point)
        return in_layouts(self.request.layout, "numerator", lambda layout: self.record(reading, found, layout))

    def record(self, reading: Reading, found: JacobianFound | None, layout: Layout) -> Jacobian:
        """The answer in one layout."""
        program, along = self.program, self.request.along
        frame = frame_of(self.down, self.across, layout)
        errors = None if found is None else found.errors
        return Jacobian(
            reading,
            Numbers(self.request.method, None, None, (), self.notes) if found is None else found.numbers,
            layout,
            frame.shape,
            self.functions,
            tuple(output.tree for output in program.outputs),
            frame.rows,
            frame.columns,
            None if self.trees is None else frame.fill(self.trees),
            self.definitions,
            None if found is None else found.values,
            None if found is None else frame.fill(found.rows),
            None if errors is None else frame.fill(errors),
            None if along is None else direction_values(program, along),
            self.along_trees,
            None if found is None else found.directional,
            frame.single,
        )

    def numbers(self, point: Point) -> JacobianFound:
        """What is found at one point."""
        request, method = self.request, self.request.method
        found = joined(self.all_rows(point), self.functions, shared=method == "fd")
        if method != "symbolic":
            found = averaged(found, self.names, request.symmetric)
        problems = [indexed(problem) for problem in found.problems]
        assumptions, evaluations, directional = found.assumptions, found.evaluations, None
        if request.along is not None:
            lines = [along_line(self.program, o.node, request, point) for o in self.program.outputs]
            line = joined(lines, self.functions, shared=False)
            directional = tuple(row[0] for row in line.first)
            problems += line.problems
            assumptions = (*assumptions, *line.assumptions)
            evaluations = None if evaluations is None else evaluations + (line.evaluations or 0)
        return JacobianFound(
            tuple(found.value),
            found.first,
            found.errors,
            Numbers(
                method,
                accuracy_of(method, self.program.graph),
                evaluations,
                tuple(problems),
                self.notes,
                studies=found.studies if request.study else (),
                assumptions=assumptions,
            ),
            directional,
        )

    def all_rows(self, point: Point) -> list[Jet]:
        """Every component's value and derivatives; finite differences share their evaluations."""
        if self.request.method != "fd":
            return [self.row(i, point) for i in range(len(self.functions))]
        nodes = [output.node for output in self.program.outputs]
        doubles = self.request.doubles
        if doubles is not None:
            from gradcli.derive.methods.doubles import double_jets

            return double_jets(nodes, self.names, point.values, self.program.guards, doubles)
        from gradcli.derive.methods.extended import difference_jets

        return difference_jets(nodes, self.names, point.values, self.program.guards)

    def row(self, i: int, point: Point) -> Jet:
        """One component's value and derivatives."""
        program = self.program
        partials = None if self.partials is None else dict(zip(self.names, self.partials[i], strict=True))
        f = program.outputs[i].node
        return jet_at(self.request.method, program.graph, f, self.names, partials, point, program.guards)
