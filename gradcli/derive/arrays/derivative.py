"""A derivative of whole arrays: one closed form, and numbers by the engine that the sizes allow.

The closed form comes from the array graph. Numbers come from the entries, one variable each (certified, with every
method and every diagnosis), or, where that would take too long, from float64 arrays, which is said.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property

from gradcli.derive.arrays.question import ArrayQuestion
from gradcli.derive.derivative import Answer, DerivativeQuestion
from gradcli.derive.layouts import listed_at, listed_entries
from gradcli.problems import GradcliError, Problem
from gradcli.program.graph import is_equality, may_cancel, order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.arrays.question import FloatPoint
    from gradcli.derive.entrywise import EntryDerivative
    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.request import Request, Typed
    from gradcli.derive.results import Numbers, Reading
    from gradcli.program.graph import Node
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Script


NOT_SIMPLIFIED = "--simplify knows formulas of numbers: that of whole arrays stays as it is"
DIVIDES = "where a factor of prod is 0, the formula's prod(u)/u stands for the product of the other factors"


class ArrayDerivative(ArrayQuestion, DerivativeQuestion[Answer, "Typed"]):
    """A derivative of arrays: its closed form is found once, its numbers by the engine that the sizes allow.

    nodes    the closed form; None where there is none
    small    can every number of it be certified? (None: nobody has asked)
    """

    degree = 1
    entrywise: type[EntryDerivative[Answer]]
    """The same entry by entry."""

    def __init__(self, script: Script, options: BuildOptions, request: Request) -> None:
        DerivativeQuestion.__init__(self, request)
        ArrayQuestion.__init__(self, script, options, request)
        self.nodes: list[Node] | None = None
        self.small: bool | None = None
        self.functions = [(output.label, output.tree) for output in self.arrays.outputs]
        self.variables, self.symmetric = self.sized(), self.arrays.symmetric
        try:
            self.differentiate()
        except (GradcliError, RecursionError) as error:
            is_needed = request.method == "symbolic" or not request.points  # differences ask for no formula
            is_long = isinstance(error, RecursionError) or error.code == "limit"
            is_lacking = isinstance(error, GradcliError) and error.code == "no-closed-form"
            if not (is_lacking or (is_long and not is_needed)) or not self.has_sizes():
                raise
            self.formulas, self.notes = self.entries.formulas, self.entries.notes
        if request.along is not None:
            self.take_direction()

    @abstractmethod
    def differentiate(self) -> None:
        """Keep the closed form as nodes and as syntax. Errors: `no-closed-form`."""

    def take_direction(self) -> None:
        """The direction in numbers, and the derivatives along it as formulas."""
        from gradcli.derive.arrays.direction import along_formulas, typed_direction

        self.direction = typed_direction(self)
        if self.nodes is not None and self.request.method == "symbolic":
            along = along_formulas(self, self.outputs, self.degree)
            self.formulas = {layout: formula._replace(along=along) for layout, formula in self.formulas.items()}

    def conventions(self) -> list[str]:
        """What is said of the closed form: whose gradient it is, where it divides by what may be 0 or may not hold."""
        parts = order(self.nodes or ()) if self.request.method == "symbolic" else []
        divides = any(node.op == "prod" and varies(node, self.names) for node in parts)
        found = [*super().conventions(), *([DIVIDES] if divides else [])]
        if may_cancel(parts):
            from gradcli.derive.kinks.equality_formulas import doubts
            from gradcli.derive.kinks.shared_ties import shared_ties

            ties = [*filter(is_equality, parts), *shared_ties(self.graph, order(self.outputs))]
            found += doubts([tie for tie in ties if varies(tie, self.names)])
        return found

    def numbers(self, jet: Jet | None) -> Numbers:
        """How the numbers were made, and what was not done with the closed form."""
        found = super().numbers(jet)
        if self.request.simplify and self.nodes is not None:
            return found._replace(notes=(*found.notes, NOT_SIMPLIFIED))
        return found

    @cached_property
    def entries(self) -> EntryDerivative[Answer]:
        """The same question entry by entry; with formulas where there is no closed form."""
        return self.entrywise(self.scalars(), self.request._replace(points=(), symbolic=self.nodes is None))

    def answers(self) -> list[Answer]:
        """The answer at each point of the request (once, symbolically, without one)."""
        return [self.answer(point) for point in self.request.points or (None,)]

    def at(self, point: Typed) -> tuple[Reading, Jet]:
        """How the input was read, and the numbers at a point.

        Numbers are found entry by entry where that is not too much or there is no closed form, else in float64.
        """
        if self.nodes is not None and self.small is None:
            self.small = self.is_small([self.outputs[0], *self.nodes])
        if self.nodes is None or self.small:
            try:
                bound = self.at_scalars(*point)
                jet = self.entries.jet(bound)
                return self.reading(bound.trees, self.entries.reading(bound).at_values), jet
            except GradcliError as error:
                if error.code not in ("too-large-exact", "limit") or self.nodes is None:
                    raise
        exactly = self.request.doubles is None
        place = self.float_point(*point, unseen=exactly)
        jet = self.in_float64(place) if exactly else self.where_defined(self.by_differences(place), place)
        return self.reading(place.trees, listed_at(place.trees, place.values)), jet

    def in_float64(self, point: FloatPoint) -> Jet:
        """Numbers by the array engine."""
        jet = self.where_defined(self.floats(point), point)
        if self.request.along is None:
            return jet
        from gradcli.derive.arrays.direction import direction_of
        from gradcli.evaluate.float64.contraction import curvature_along, slopes_along

        d = direction_of(self)
        return jet._replace(along=slopes_along(jet.first, d) if self.degree == 1 else curvature_along(jet.second, d))

    def where_defined(self, jet: Jet, point: FloatPoint) -> Jet:
        """The jet, without numbers where a part of the function that cancels has no value: x/x at 0."""
        guards = self.arrays.outputs[0].guards
        if not guards or all(None not in listed_entries(value) for value in self.evaluate(guards, point)):
            return jet
        first, second = ([[None] * len(row) for row in rows] for rows in (jet.first, jet.second))
        lost = Problem(None, "undefined", "a part of the function that cancels in it has no value here")
        along = None if jet.along is None else [None] * len(jet.along)
        jet = jet._replace(value=[None] * len(jet.value), first=first, second=second, along=along)
        return jet._replace(problems=(lost,), spectrum=None)

    @abstractmethod
    def floats(self, point: FloatPoint) -> Jet:
        """Values and derivatives in float64, without what has no value at a kink."""

    def by_differences(self, point: FloatPoint) -> Jet:
        """Numbers by finite differences of float64 arrays, each with an error that holds."""
        from gradcli.derive.arrays.differences import difference_jet

        return difference_jet(self, point)


def varies(node: Node, names: Sequence[str]) -> bool:
    """Does it depend on one of these variables?"""
    return any(part.op == "variable" and part.data in names for part in order([node]))
