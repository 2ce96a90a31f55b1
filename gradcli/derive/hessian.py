"""The Hessian of a scalar function; at a point also its eigenvalues and what they say about its shape."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.entrywise import EntryDerivative
from gradcli.derive.layouts import antisymmetric, axis_of, count_limit, symmetrised, vec_frame
from gradcli.derive.methods.choose import METHODS
from gradcli.derive.results import Hessian
from gradcli.evaluate.certified.spectrum import definiteness
from gradcli.program.forms import scalars
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.derivative import DerivativeQuestion
    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request
    from gradcli.derive.results import Reading
    from gradcli.program.graph import Node, Output, Program
    from gradcli.program.point import Point
    from gradcli.vocabulary import Layout


AMONG_SYMMETRIC = "eigenvalues and definiteness are those of symmetric changes"


def hessian_record(
    about: DerivativeQuestion[Hessian, Any], reading: Reading, jet: Jet | None, layout: Layout
) -> Hessian:
    """The Hessian, which is the same in both layouts.

    Shapes:   (n, n) for n scalar variables; by arrays that of vec(X) by vec(X), where vec stacks columns.
    Units:    an entry is (unit of the value) per (unit of one variable) per (unit of the other).
    Eigenvalues: those of symmetric changes by symmetric matrices, n(n + 1)/2 each: for the others the matrix is 0.
    Problems: an entry that does not exist is None, and then there are no eigenvalues.
    """
    formula, frame = about.formula(layout), vec_frame(axis_of(about.variables))
    numbers, spectrum = about.numbers(jet), None if jet is None else jet.spectrum
    if spectrum is not None and (others := antisymmetric(about.variables, about.symmetric)):
        spectrum = spectrum.without(others)
        numbers = numbers._replace(notes=(*numbers.notes, AMONG_SYMMETRIC))
    return Hessian(
        reading,
        numbers,
        about.request.layout or layout,
        frame.shape if jet is not None or formula.shape is None else formula.shape,
        frame.rows,
        frame.columns,
        formula.symbolic,
        formula.definitions,
        None if jet is None else jet.value[0],
        None if jet is None else frame.fill(jet.second),
        None if jet is None or jet.errors is None else frame.fill(jet.errors),
        None if spectrum is None else spectrum.eigenvalues,
        None if spectrum is None else definiteness(spectrum.signs),
        about.direction,
        formula.along[0] if formula.along else None,
        None if jet is None or jet.along is None else jet.along[0],
        formula.blocks,
    )


class EntryHessian(EntryDerivative[Hessian]):
    """The Hessian entry by entry."""

    record = hessian_record

    def __init__(self, program: Program, request: Request) -> None:
        super().__init__(program, request)
        count_limit(len(self.names) ** 2, "a Hessian")
        self.first: list[Node] = []
        self.second: list[list[Node]] = []
        if request.method != "fd":
            self.differentiate()
        if METHODS[request.method].hessian:
            self.notes = (METHODS[request.method].hessian,)

    def layouts(self) -> tuple[Layout, ...]:
        """One: it is its own transpose."""
        return (self.usual,)

    def differentiate(self) -> None:
        """The gradient, and the gradient of each of its entries; the lower half repeats the upper one."""
        graph, names, symmetric = self.program.graph, self.names, self.program.symmetric
        sweep = Reverse(graph, names)
        self.first = symmetrised(graph, names, sweep.gradient(self.nodes[0]), symmetric)
        self.second = [symmetrised(graph, names, sweep.gradient(entry), symmetric) for entry in self.first]
        if self.request.method != "symbolic" or not self.request.symbolic:
            return
        n = len(names)
        places = [(i, j) for i in range(n) for j in range(i, n)]
        shown, notes = self.at_equalities(self.second, second=True)
        formula = self.written([shown[i][j] for i, j in places])
        self.notes += notes
        trees = dict(zip(places, formula.symbolic, strict=True))
        rows = [[trees[min(i, j), max(i, j)] for j in range(n)] for i in range(n)]
        filled = vec_frame(axis_of(self.variables)).fill(rows)
        self.formulas[self.usual] = formula._replace(symbolic=filled)

    def formulas_along(self, shown: Sequence[Node], along: Point) -> list[Node]:
        """d' H d."""
        graph, d = self.program.graph, [along.values[name] for name in self.names]
        products = [
            scalars.multiply(graph, [(d[i], 1), (d[j], 1), (entry, 1)])
            for i, row in enumerate(self.second)
            for j, entry in enumerate(row)
        ]
        return [scalars.add(graph, [(product, 1) for product in products])]

    def found(self, point: Point) -> Jet:
        """The matrix at a point, with its eigenvalues where all entries exist."""
        from gradcli.derive.methods.second import second_jet

        asked = self.asked(self.nodes[0], point, self.program.guards)
        second = [self.derivatives_of(row) for row in self.second]
        return second_jet(self.request.method, asked, self.derivatives_of(self.first), second)

    def line(self, f: Output, along: Point, point: Point) -> Jet:
        """d²/dt² f(p + t·d) at t = 0."""
        from gradcli.derive.direction import curvature_along

        return curvature_along(self.program, f, along, self.request, point)
