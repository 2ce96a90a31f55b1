"""Derivatives of a program entry by entry: every variable is a scalar, every derivative a node of the graph."""

from __future__ import annotations

from abc import abstractmethod

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.derivative import Answer, ClosedForm, DerivativeQuestion
from gradcli.derive.layouts import EntryAxis, axis_of, indexed, symmetric_parts, symmetrised
from gradcli.derive.reading import read_back
from gradcli.program.graph import may_cancel, order
from gradcli.program.point import Point
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.methods.jet import Jet, JetRequest
    from gradcli.derive.request import Request
    from gradcli.derive.results import Reading
    from gradcli.program.graph import Node, Output, Program
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

    Rows = Sequence[Sequence[Tree]]


class EntryDerivative(DerivativeQuestion[Answer, Point]):
    """A program and a request; `names` are the scalar variables, `nodes` the functions."""

    def __init__(self, program: Program, request: Request) -> None:
        super().__init__(request)
        self.program = program
        self.functions = [(output.label, output.tree) for output in program.outputs]
        self.nodes = [output.node for output in program.outputs]
        self.variables, self.symmetric = program.variables, program.symmetric
        self.names = list(axis_of(program.variables).names)
        self.along: Point | None = None
        if request.along is not None:
            from gradcli.derive.direction import direction_values
            from gradcli.program.point import bind_direction

            self.along = bind_direction(program, *request.along)
            self.direction = direction_values(program, self.along)

    def answers(self) -> list[Answer]:
        """The answer at each point of the request (once, symbolically, without one).

        An entry that does not exist at a point is None, and a problem says why.
        """
        return [self.answer(point) for point in self.request.bound(self.program) or (None,)]

    def axis(self) -> EntryAxis:
        """The entries of the functions."""
        return EntryAxis(self.program.shapes, tuple(label for label, _ in self.functions))

    def reading(self, point: Point | None = None) -> Reading:
        """How the input was read."""
        return read_back(self.program, point)

    def at(self, point: Point) -> tuple[Reading, Jet]:
        """The same at a point, and the numbers there."""
        return self.reading(point), self.jet(point)

    def functions_of(self, nodes: Sequence[Node], guards: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node]]:
        """Functions and their guards, for numbers: of the symmetric parts of symmetric matrices."""
        if not self.program.symmetric:
            return nodes, guards
        from gradcli.program.substitute import replace_in_functions

        return replace_in_functions(self.program.graph, nodes, guards, self.symmetric_parts())

    def derivatives_of(self, nodes: Sequence[Node]) -> Sequence[Node]:
        """The same for derivatives of the functions."""
        if not self.program.symmetric:
            return nodes
        from gradcli.program.substitute import replace

        return replace(self.program.graph, nodes, self.symmetric_parts())

    def symmetric_parts(self) -> dict[Node, Node]:
        """Of the variables, by entry."""
        return symmetric_parts(self.program.graph, self.names, self.program.symmetric)

    def asked(self, node: Node, point: Point, guards: Sequence[Node]) -> JetRequest:
        """What is asked of one function at a point."""
        from gradcli.derive.methods.jet import JetRequest

        (f,), conditions = self.functions_of([node], guards)
        return JetRequest(self.program.graph, f, self.names, point, conditions, plan=self.request.doubles)

    def jet(self, point: Point) -> Jet:
        """The numbers at a point, those along the direction among them."""
        from gradcli.derive.methods.choose import accuracy_of
        from gradcli.derive.methods.jet import joined

        found = self.found(point)
        found = found._replace(
            problems=tuple(map(indexed, found.problems)),
            notes=self.notes,
            accuracy=accuracy_of(self.request.method, self.program.graph),
        )
        if self.along is None:
            return found
        lines = [self.line(output, self.along, point) for output in self.program.outputs]
        line = joined(lines, [label for label, _ in self.functions], shared=False)
        return found._replace(
            along=tuple(row[0] for row in line.second or line.first),
            problems=(*found.problems, *line.problems),
            assumptions=(*found.assumptions, *line.assumptions),
            evaluations=None if found.evaluations is None else found.evaluations + (line.evaluations or 0),
        )

    def written(self, nodes: Sequence[Node]) -> ClosedForm:
        """Nodes as one list of trees, simplified where that is asked for; below them what is along the direction."""
        program, shown = self.program, nodes
        if self.request.simplify:
            from gradcli.program.simplify import simplify

            shown, note = simplify(nodes, program.graph)
            self.notes = (note,) if note else ()
        along = [] if self.along is None else self.formulas_along(shown, self.along)
        taken = {*self.names, *program.constants, *(v.name for v in (*program.variables, *program.parameters))}
        made = write_trees([*shown, *along], program.decimal, taken)
        count = len(shown)
        return ClosedForm(made.trees[:count], made.definitions, made.trees[count:] if along else None)

    def at_equalities(self, rows: list[list[Node]], second: bool = False) -> tuple[list[list[Node]], tuple[str, ...]]:
        """Derivatives as formulas that hold at equalities and where kinks cancel, and notes where they may not."""
        if self.symmetric or not may_cancel(order(self.nodes)):
            return rows, ()
        from gradcli.derive.kinks.equality_formulas import right_at_equalities

        return right_at_equalities(self.program, self.nodes, rows, self.names, second)

    @abstractmethod
    def found(self, point: Point) -> Jet:
        """The numbers at a point."""

    @abstractmethod
    def line(self, f: Output, along: Point, point: Point) -> Jet:
        """The derivative of one function along the direction, as that by one variable."""

    @abstractmethod
    def formulas_along(self, shown: Sequence[Node], along: Point) -> list[Node]:
        """The derivative of each function along the direction; `shown` are the derivatives by the variables."""


class FirstDerivative(EntryDerivative[Answer]):
    """First derivatives of all functions; `partials` has a row a function, for the symbolic method.

    `shown` are the same as formulas: where a choice asks for equality they may be others.
    """

    def __init__(self, program: Program, request: Request) -> None:
        super().__init__(program, request)
        self.partials: list[list[Node]] = []
        self.shown: list[list[Node]] = []
        if request.method == "symbolic":
            self.differentiate()

    def differentiate(self) -> None:
        """Every row by one reverse sweep; all rows share what they have in common."""
        graph, symmetric = self.program.graph, self.program.symmetric
        sweep = Reverse(graph, self.names)
        self.partials = [symmetrised(graph, self.names, sweep.gradient(node), symmetric) for node in self.nodes]
        if self.request.symbolic:
            self.shown, notes = self.at_equalities(self.partials)
            formula = self.written([node for row in self.shown for node in row])
            self.notes += notes
            rows = self.in_rows(formula.symbolic)
            self.formulas = {
                layout: formula._replace(symbolic=self.laid_out(rows, layout)) for layout in self.layouts()
            }

    def in_rows(self, entries: Sequence[Any]) -> list[Sequence[Any]]:
        """A row a function."""
        width = len(self.names)
        return [entries[i : i + width] for i in range(0, width * len(self.nodes), width)]

    def formulas_along(self, shown: Sequence[Node], along: Point) -> list[Node]:
        """∇f·d of each function."""
        from gradcli.derive.ad.reverse import directional

        d = [along.values[name] for name in self.names]
        return [directional(self.program.graph, row, d) for row in self.in_rows(shown)]

    def found(self, point: Point) -> Jet:
        """Values and derivatives; finite differences of several functions share their evaluations."""
        from gradcli.derive.methods.jet import joined

        return joined(self.jets(point), [label for label, _ in self.functions], shared=self.request.method == "fd")

    def jets(self, point: Point) -> Sequence[Jet]:
        """Each function."""
        method = self.request.method
        if method == "fd":
            return self.differences(point)
        from gradcli.derive.methods.choose import jet_at

        partials = [dict(zip(self.names, self.derivatives_of(row), strict=True)) for row in self.partials]
        return [
            jet_at(method, self.asked(output.node, point, output.guards)._replace(partials=row))
            for output, row in zip(self.program.outputs, partials or [{}] * len(self.nodes), strict=True)
        ]

    def differences(self, point: Point) -> list[Jet]:
        """Each function by differences; those that exist under the same conditions share their evaluations."""
        groups: dict[tuple[Node, ...], list[int]] = {}
        for place, output in enumerate(self.program.outputs):
            groups.setdefault(output.guards, []).append(place)
        found: dict[int, Jet] = {}
        evaluations = 0
        for guards, places in groups.items():
            jets = self.differences_of([self.nodes[place] for place in places], guards, point)
            evaluations += jets[0].evaluations or 0
            found.update(zip(places, jets, strict=True))
        return [found[place]._replace(evaluations=evaluations) for place in range(len(self.nodes))]

    def differences_of(self, nodes: Sequence[Node], guards: Sequence[Node], point: Point) -> list[Jet]:
        """The functions under the same conditions: in extended precision, or by the plan in float64."""
        plan = self.request.doubles
        functions, conditions = self.functions_of(nodes, guards)
        if plan is not None:
            from gradcli.derive.methods.doubles import double_jets

            return double_jets(functions, self.names, point.values, conditions, plan)
        from gradcli.derive.methods.extended import difference_jets

        return difference_jets(functions, self.names, point.values, conditions)

    def line(self, f: Output, along: Point, point: Point) -> Jet:
        """d/dt f(p + t·d) at t = 0."""
        from gradcli.derive.direction import slope_along

        return slope_along(self.program, f, along, self.request, point)

    @abstractmethod
    def laid_out(self, rows: Rows, layout: Layout) -> Any:
        """Formulas in their places."""
