"""The Hessian of a scalar function; at a point also its eigenvalues and what they say about its shape."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.direction import STEP, direction_values, on_line, said_of_t
from gradcli.derive.jacobian import symmetric_row
from gradcli.derive.layouts import axis_of, count_limit, indexed, vec_frame
from gradcli.derive.methods.choose import accuracy_of, partial_derivatives
from gradcli.derive.reading import read_back
from gradcli.derive.results import Hessian, Numbers
from gradcli.derive.simplification import simplified
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree


def hessians(program: Program, request: Request) -> list[Hessian]:
    """The Hessian at each point of the request (once, symbolically, without one).

    Shapes:   (n, n) for n scalar variables; symmetric, so both layouts agree.
    Units:    an entry is (unit of the value) per (unit of one variable) per (unit of the other).
    Problems: an entry that does not exist is None, and then there are no eigenvalues.
    """
    question = HessianQuestion(program, request)
    return [question.answer(point) for point in request.points or (None,)]


class HessianQuestion:
    """One function and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.f: Node = program.outputs[0].node
        self.axis = axis_of(program.variables)
        self.names = list(self.axis.names)
        count_limit(len(self.names) ** 2, "a Hessian")
        self.notes: tuple[str, ...] = ()
        self.symbolic: tuple[tuple[Tree, ...], ...] | None = None
        self.definitions: tuple[tuple[str, Tree], ...] = ()
        self.along_tree: Tree | None = None
        self.first: list[Node] = []
        self.second: list[list[Node]] = []
        if request.symmetric and request.method != "symbolic":
            message = f"--method {request.method} has no Hessian by a symmetric matrix"
            raise GradcliError("usage", message, hint="use --method symbolic")
        if request.method != "fd":
            self.differentiate()
        if request.method == "complex":
            self.notes = ("the complex step is taken on the symbolic gradient",)

    def differentiate(self) -> None:
        """The gradient, and the gradient of each of its entries; the lower half repeats the upper one."""
        program, request = self.program, self.request
        sweep = Reverse(program.graph, self.names)
        self.first = symmetric_row(program.graph, self.names, sweep.gradient(self.f), request)
        self.second = [symmetric_row(program.graph, self.names, sweep.gradient(entry), request) for entry in self.first]
        if request.method != "symbolic" or not request.symbolic:
            return
        n = len(self.names)
        upper: list[Node] = [self.second[i][j] for i in range(n) for j in range(i, n)]
        if request.simplify:
            upper, self.notes = simplified(program.graph, upper)
        shown = upper if request.along is None else [*upper, self.second_along()]
        taken = {*self.names, *program.constants, *(v.name for v in (*program.variables, *program.parameters))}
        written = write_trees(shown, program.decimal, taken)
        self.definitions = written.definitions
        rows: list[list[Any]] = [[None] * n for _ in range(n)]
        places = [(i, j) for i in range(n) for j in range(i, n)]
        for (i, j), tree in zip(places, written.trees, strict=False):
            rows[i][j] = rows[j][i] = tree
        self.symbolic = tuple(tuple(row) for row in rows)
        self.along_tree = written.trees[-1] if request.along is not None else None

    def second_along(self) -> Node:
        """d' H d."""
        graph, along = self.program.graph, self.request.along
        assert along is not None
        d = [along.values[name] for name in self.names]
        terms = [
            (scalars.multiply(graph, [(d[i], 1), (d[j], 1), (self.second[i][j], 1)]), 1)
            for i in range(len(d))
            for j in range(len(d))
        ]
        return scalars.add(graph, terms)

    def answer(self, point: Point | None) -> Hessian:
        """The Hessian at one point."""
        program, request = self.program, self.request
        frame = vec_frame(self.axis)
        record = Hessian(
            read_back(program, point, request.symmetric),
            Numbers(request.method, None, None, (), self.notes),
            request.layout or "numerator",
            frame.shape,
            frame.rows,
            frame.columns,
            None if self.symbolic is None else frame.fill(self.symbolic),
            self.definitions,
            None,
            None,
            None,
            None,
            None,
            None if request.along is None else direction_values(program, request.along),
            self.along_tree,
            None,
        )
        return record if point is None else self.with_numbers(record, point)

    def with_numbers(self, record: Hessian, point: Point) -> Hessian:
        """The record with its numbers at the point."""
        from gradcli.derive.methods.second import second_jet

        method, frame = self.request.method, vec_frame(self.axis)
        doubles = self.request.doubles
        found = second_jet(self.program, self.f, self.names, self.first, self.second, point, method, doubles)
        problems = [indexed(problem) for problem in found.problems]
        assumptions = found.assumptions
        directional = None
        if self.request.along is not None:
            line = self.curvature(point)
            directional = line.second[0][0]
            problems += list(line.problems)
            assumptions = (*assumptions, *line.assumptions)
        values, definiteness = None, None
        if all(entry is not None for row in found.second for entry in row):
            values, definiteness = found.eigenvalues, found.definiteness
        return record._replace(
            numbers=Numbers(
                method,
                accuracy_of(method, self.program.graph),
                found.evaluations,
                tuple(problems),
                self.notes,
                assumptions=assumptions,
            ),
            value=found.value[0],
            hessian=frame.fill(found.second),
            error=None if found.errors is None else frame.fill(found.errors),
            eigenvalues=values,
            definiteness=definiteness,
            directional=directional,
        )

    def curvature(self, point: Point) -> Jet:
        """d²/dt² f(p + t·d) at t = 0."""
        from gradcli.derive.methods.second import second_jet

        along = self.request.along
        assert along is not None
        (on,) = on_line(self.program, [self.f], along, self.request.symmetric)
        zero = scalars.number(self.program.graph, 0)
        at = point._replace(values={**point.values, STEP: zero})
        method = self.request.method
        if method == "fd":
            return said_of_t(self.second_on_line(on, at))
        slope = partial_derivatives(self.program.graph, on, [STEP])[STEP]
        curve = partial_derivatives(self.program.graph, slope, [STEP])[STEP]
        return said_of_t(second_jet(self.program, on, [STEP], [slope], [[curve]], at, method))

    def second_on_line(self, on: Node, at: Point) -> Jet:
        """The second derivative by t, by finite differences."""
        doubles, guards = self.request.doubles, self.program.guards
        if doubles is not None:
            from gradcli.derive.methods.doubles import double_second_jet

            return double_second_jet(on, [STEP], at.values, guards, doubles)
        from gradcli.derive.methods.extended import second_difference_jet

        return second_difference_jet(on, [STEP], at.values, guards)
