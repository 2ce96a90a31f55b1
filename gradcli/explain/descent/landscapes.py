"""The functions that can be descended: texts entry by entry, texts of large arrays, and programs outside."""

from __future__ import annotations

from gradcli.derive.arrays.gradient import ArrayGradient
from gradcli.derive.layouts import all_entry_names, arrange, entry_names, listed_at, numbers_in, tie_problem
from gradcli.derive.reading import as_float, read_back
from gradcli.derive.request import Request
from gradcli.derive.results import Numbers
from gradcli.explain.pictures.section import refuse_abstract_nodes
from gradcli.points.landscape import Look, TextLandscape, twins_of, vector
from gradcli.points.program import arranged, number_tree
from gradcli.problems import GradcliError, Problem, Source, Span
from gradcli.program.building.program import build_program
from gradcli.program.graph import Variable
from gradcli.program.point import bind_point
from gradcli.program.types.notation import has_arrays
from gradcli.question import options_of, with_whole_vector
from gradcli.records import TYPE_CHECKING, Protocol
from gradcli.text.points import PointEntry, PointText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.blackbox.batch import Outside
    from gradcli.blackbox.targets import DifferenceRequest
    from gradcli.derive.arrays.question import FloatPoint
    from gradcli.derive.results import Gradient, Hessian, Reading, Value
    from gradcli.program.graph import Program
    from gradcli.question import Question

MOST_CURVED, MOST_CURVED_OUTSIDE, MOST_CERTIFIED = 60, 6, 2_000
"""Entries of a place up to which a Hessian, that of a program outside, and a certified gradient are asked for."""


class Landscape(Protocol):
    """A function, its variables, and where a descent starts."""

    variables: Sequence[Variable]
    start: Any
    output: str
    twins: Any
    """As `twins_of` has it."""

    def look(self, place: Any) -> Look:
        """Value and slopes at a place."""

    def curvatures(self, place: Any) -> Any:
        """The Hessian for Newton's method; None where there is none."""

    def hessian(self, place: Any) -> Hessian | None:
        """The Hessian with its eigenvalues, for the verdict; None where it is too large."""

    def certified(self, place: Any) -> Gradient | None:
        """The gradient by the certified engine; None where there is no such."""

    def is_quadratic(self) -> bool:
        """Is the Hessian the same everywhere?"""

    def reading(self) -> Reading:
        """How the input was read, at the start."""

    def numbers(self) -> Numbers:
        """What the numbers are worth."""


def named(variables: Sequence[Variable], place: Any) -> dict[str, Value]:
    """The entries of a place by variable."""
    numbers = iter(place.tolist())
    return {
        variable.name: arrange(variable, {name: next(numbers) for name in entry_names(variable)}, False)
        for variable in variables
    }


def point_text(variables: Sequence[Variable], place: Any, rest: Sequence[PointEntry] = ()) -> tuple[PointText, Source]:
    """A place as the text of a point: coordinates as they print."""
    source = Source("--at", "")
    numbers = iter([number_tree(x) for x in place.tolist()])
    entries = [
        PointEntry(v.name, arranged([next(numbers) for _ in entry_names(v)], v.shape), Span(source, 0, 0))
        for v in variables
    ]
    return PointText((*entries, *rest), source), source


def text_landscape(question: Question) -> Landscape:
    """The landscape of a text at its only point: entry by entry where that is not too much, else in arrays."""
    options = options_of(question)
    if has_arrays(question.script, options):
        question = with_whole_vector(question)
        found = ArrayGradient(question.script, options_of(question), Request(question.points))
        if found.nodes is not None and not found.is_small([*found.outputs, *found.nodes]):
            return ArrayLandscape(found)
        return EntryLandscape(found.scalars(), question, found.reading())
    return EntryLandscape(build_program(question.script, options), question)


class EntryLandscape(TextLandscape):
    """A text entry by entry. `whole`: the reading of its arrays, whose constants stay arrays."""

    def __init__(self, program: Program, question: Question, whole: Reading | None = None) -> None:
        refuse_abstract_nodes(program)
        point = bind_point(program, *question.points[0])
        fixed = [as_float(name, point.values[name]) for name in all_entry_names(program.parameters)]
        super().__init__(program, fixed)
        self.variables: Sequence[Variable] = program.variables
        self.start = vector([as_float(name, point.values[name]) for name in self.names])
        self.output = program.outputs[0].label
        read = read_back(program, point)
        self.read = read if whole is None else read._replace(constants=whole.constants)

    def certified(self, place: Any) -> Gradient | None:
        """The certified gradient."""
        return self.gradient(place) if len(self.names) <= MOST_CERTIFIED else None

    def hessian(self, place: Any) -> Hessian | None:
        """The certified Hessian, of few variables."""
        return super().hessian(place) if len(self.names) <= MOST_CURVED else None

    def is_quadratic(self) -> bool:
        """Is the Hessian the same everywhere? Not looked at where there are many variables."""
        return len(self.names) <= MOST_CURVED and super().is_quadratic()

    def reading(self) -> Reading:
        """The text and the start."""
        return self.read

    def numbers(self) -> Numbers:
        """Steps in float64."""
        return Numbers("symbolic", "float64", None, ())


class ArrayLandscape:
    """A text of arrays that are too large for entry by entry, in float64."""

    def __init__(self, question: ArrayGradient) -> None:
        self.question = question
        self.fixed = question.float_point(*question.request.points[0])
        self.variables: Sequence[Variable] = question.variables
        self.output = question.arrays.outputs[0].label
        self.twins = twins_of(self.labels(), question.arrays.symmetric)
        self.start = self.flat([self.fixed.values[v.name] for v in self.variables])

    def flat(self, arrays: Sequence[Any]) -> Any:
        """All entries in one vector, row by row."""
        return vector(
            [x for array in arrays for x in (array.reshape(-1).tolist() if hasattr(array, "shape") else [array])]
        )

    def at(self, place: Any) -> FloatPoint:
        """A place as a point of arrays."""
        values, first = dict(self.fixed.values), 0
        for variable in self.variables:
            count = len(entry_names(variable))
            part = place[first : first + count]
            values[variable.name] = part.reshape(variable.shape) if variable.shape else float(part[0])
            first += count
        return self.fixed._replace(values=values)

    def look(self, place: Any) -> Look:
        """Value and slopes in float64; none at a kink."""
        question, point = self.question, self.at(place)
        nodes = [*question.outputs, *(question.nodes or ())]
        found = question.evaluate(nodes, point)
        slopes = self.flat(found[1:])
        value = float(found[0])
        if not is_finite(value) or not is_finite(float(abs(slopes).max())):
            return Look(value if is_finite(value) else None, None)
        ties = question.ties(nodes, found, point)
        if ties is not None and any(mask.any() for mask in ties.loose):
            return Look(value, None, (tie_problem(self.variables[0].name, ties),))
        return Look(value, slopes)

    def curvatures(self, place: Any) -> Any:
        """The Hessian."""
        found = self.hessian(place)
        rows = None if found is None else found.hessian
        if rows is None or any(x is None for row in rows for x in row):
            return None
        order = [self.labels().index(label) for label in (found.rows if found is not None else ())]
        matrix = vector([x or 0.0 for row in rows for x in row]).reshape(len(rows), len(rows))
        back = sorted(range(len(order)), key=order.__getitem__)
        return matrix[back][:, back]

    def labels(self) -> list[str]:
        """The names of the entries, row by row."""
        return all_entry_names(self.variables)

    def hessian(self, place: Any) -> Hessian | None:
        """The Hessian, of few variables."""
        if len(place) > MOST_CURVED:
            return None
        from gradcli.derive.arrays.hessian import ArrayHessian

        question, names = self.question, {variable.name for variable in self.variables}
        given = question.request.points[0][0].entries
        rest = [entry for entry in given if entry.name is not None and entry.name not in names]
        point = point_text(self.variables, place, rest)
        return ArrayHessian(question.script, question.options, Request((point,))).answer(point)

    def certified(self, place: Any) -> Gradient | None:
        """None: these arrays are too large."""
        return None

    def is_quadratic(self) -> bool:
        """Not known."""
        return False

    def reading(self) -> Reading:
        """The text and the start."""
        return self.question.reading(self.fixed.trees, listed_at(self.fixed.trees, self.fixed.values))

    def numbers(self) -> Numbers:
        """Float64 all the way."""
        return Numbers("symbolic", "float64", None, ())


class BoxLandscape:
    """A program outside: its slopes are finite differences, each with its error."""

    def __init__(self, box: Outside, asked: DifferenceRequest) -> None:
        self.box, self.asked = box, asked
        self.variables: Sequence[Variable] = asked.variables
        self.start = vector(asked.point)
        self.output = "f"
        self.twins = None
        self.last: Gradient | None = None

    def asked_at(self, place: Any) -> DifferenceRequest:
        """The question at another place."""
        return self.asked._replace(point=tuple(place.tolist()), values=named(self.variables, place))

    def look(self, place: Any) -> Look:
        """Value, slopes and their errors."""
        from gradcli.blackbox.derivatives import black_box_gradient

        if not is_finite(float(abs(place).max())):
            return Look(None, None)
        try:
            found = black_box_gradient(self.box, self.asked_at(place))
        except GradcliError as error:
            if self.last is None:
                raise
            return Look(None, None, (Problem(None, "undefined", error.message),))  # the way to here is kept
        self.last = found
        slopes = entries_of(self.variables, found.gradient or {})
        errors = entries_of(self.variables, found.error or {})
        if None in slopes:
            return Look(found.value, None, found.numbers.problems)
        return Look(found.value, vector(slopes), (), vector([error or 0.0 for error in errors]))

    def curvatures(self, place: Any) -> Any:
        """The Hessian by second differences."""
        found = self.hessian(place)
        rows = () if found is None else found.hessian or ()
        if not rows or any(x is None for row in rows for x in row):
            return None
        return vector([x or 0.0 for row in rows for x in row]).reshape(len(rows), len(rows))

    def hessian(self, place: Any) -> Hessian | None:
        """The Hessian of few variables, with its errors."""
        if len(place) > MOST_CURVED_OUTSIDE or any(variable.shape for variable in self.variables):
            return None
        from gradcli.blackbox.derivatives import black_box_hessian

        return black_box_hessian(self.box, self.asked_at(place))

    def certified(self, place: Any) -> Gradient | None:
        """None: a program has no certified numbers."""
        return None

    def is_quadratic(self) -> bool:
        """Not known."""
        return False

    def reading(self) -> Reading:
        """The command and the start."""
        from gradcli.blackbox.derivatives import reading_of

        return reading_of(self.asked)

    def numbers(self) -> Numbers:
        """Estimates."""
        return Numbers("fd", "estimated", self.box.made, (), cached=self.box.cached, failed=self.box.failed)


def entries_of(variables: Sequence[Variable], values: Mapping[str, Value]) -> list[Any]:
    """The numbers of a gradient in the order of the variables' entries."""
    return [number for variable in variables for number in numbers_in(values[variable.name])]


def is_finite(number: float) -> bool:
    """Is it neither nan nor infinite?"""
    return abs(number) < float("inf")
