"""Value and derivatives at many points: straight-line code in float64, the certified engine where that cannot tell."""

from __future__ import annotations

from fractions import Fraction

from gradcli.codegen.straightline import straight_line
from gradcli.derive.door import entry_derivative
from gradcli.derive.layouts import all_entry_names, entry_names, numbers_in
from gradcli.derive.outputs import generated_outputs
from gradcli.derive.request import Request
from gradcli.points.marks import suspicion
from gradcli.points.table import column_shapes
from gradcli.problems import GradcliError, Problem, Source, Span
from gradcli.program.forms import scalars
from gradcli.program.point import bind_point
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.points import PointEntry, PointText
from gradcli.text.tree import Number, Unary, Vector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, Final

    from gradcli.codegen.straightline import StraightLine
    from gradcli.derive.results import Gradient, Hessian, Jacobian
    from gradcli.points.table import Table
    from gradcli.program.graph import Node, Program
    from gradcli.question import Question
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

    Result = Gradient | Jacobian | Hessian

KINDS: Final = {"grad": "gradient", "jacobian": "jacobian", "hessian": "hessian"}


class Certain(NamedTuple):
    """A row by the certified engine: one number a column, None where there is none, and why."""

    numbers: tuple[float | None, ...]
    problems: tuple[Problem, ...]


class ManyPoints:
    """One program and one question, ready for any number of points.

    inputs     the variables that every point gives: those that are differentiated by, then the others
    values     the columns of the function: `value`, of a Jacobian `value_0`, `value_1`, …
    columns    `values`, then the derivatives: `d_x1`, of a Jacobian `d_0_x1`, of a Hessian its upper half `d_x1_x2`
    one_hot    the names of vectors that are declared one-hot
    """

    def __init__(
        self, program: Program, command: str, layout: Layout | None = None, one_hot: Sequence[str] = ()
    ) -> None:
        self.one_hot = one_hot
        self.program, self.command, self.layout = program, command, layout
        kind: Any = KINDS[command]
        self.outputs = generated_outputs(program, kind)
        self.inputs = self.outputs.inputs
        self.names = self.outputs.names
        several = kind == "jacobian"
        self.values = tuple(f"value_{i}" for i in range(len(program.outputs))) if several else ("value",)
        self.columns = (*self.values, *self.derivative_columns())
        self.known: Any = None

    def derivative_columns(self) -> list[str]:
        """The names of the derivatives' columns."""
        if self.command == "grad":
            return [f"d_{name}" for name in self.names]
        if self.command == "jacobian":
            return [f"d_{i}_{name}" for i in range(len(self.outputs.values)) for name in self.names]
        return [f"d_{name}_{other}" for i, name in enumerate(self.names) for other in self.names[i:]]

    def derivatives(self) -> Iterator[Node]:
        """The derivatives in the order of their columns."""
        rows = self.outputs.second or self.outputs.first
        for i, row in enumerate(rows):
            yield from row[i:] if self.outputs.second else row

    def code(
        self, native: Any, derivatives: Sequence[Node] | None = None, inputs: Sequence[str] = (), second: bool = False
    ) -> tuple[StraightLine, bool]:
        """The code of all columns, of what must be finite besides, and (if True) of the condition that marks rows.

        `derivatives`, `inputs`: others than those of the question; `second`: they are of second order.
        """
        program = self.program
        graph = program.graph
        columns = list(self.derivatives()) if derivatives is None else derivatives
        roots = [*self.outputs.values, *columns, *program.guards]
        if program.constants:
            mapping = {graph.intern("variable", (), name): node for name, node in program.constants.items()}
            roots = list(replace(graph, roots, mapping))
        decisive = [*self.outputs.values, *program.guards]  # what cancelled may end, or be defined at single points
        if second or self.outputs.second:  # a slope may be continuous where its own slope is not: softsign(x) at 0
            decisive += self.outputs.first[0]
        if program.constants:
            decisive = list(replace(graph, decisive, mapping))
        mark = suspicion(graph, decisive, frozenset(self.names))
        conditions = list(dict.fromkeys(self.outputs.conditions))
        conditions += self.mirrored()
        if program.constants:
            conditions = list(replace(graph, conditions, mapping))
        for condition in conditions:
            outside = scalars.logic(graph, "not", [condition])
            mark = outside if mark is None else scalars.logic(graph, "or", [mark, outside])
        code = straight_line(
            graph, roots if mark is None else [*roots, mark], inputs or self.inputs, native, None, True
        )
        return code, mark is not None

    def mirrored(self) -> list[Node]:
        """The conditions that symmetric matrices are symmetric: other rows have no answer."""
        graph = self.program.graph
        return [
            scalars.compare(graph, "==", *(graph.intern("variable", (), entry) for entry in pair))
            for pair in self.mirror_images()
        ]

    def mirror_images(self) -> list[tuple[str, str]]:
        """The pairs of entries of symmetric matrices that must be equal."""
        found = []
        for variable in (*self.program.variables, *self.program.parameters):
            if variable.name in self.program.symmetric:
                name, rows = variable.name, int(max(variable.shape))
                found += [(f"{name}[{i},{j}]", f"{name}[{j},{i}]") for i in range(rows) for j in range(i + 1, rows)]
        return found

    def certain(self, coordinates: Sequence[float]) -> Certain:
        """The row by the certified engine. Coordinates are taken as they print: 0.1 is one tenth."""
        values = dict(zip(self.inputs, coordinates, strict=True))
        for entry, image in self.mirror_images():
            if values[entry] != values[image]:
                name = entry.partition("[")[0]
                message = f"{name} is declared symmetric, and {entry} and {image} differ"
                return Certain((None,) * len(self.columns), (Problem(None, "undefined", message),))
        result = self.question().answer(bind_point(self.program, *self.point(coordinates)))
        return Certain(tuple(flat_numbers(result, self.program)), result.numbers.problems)

    def record(self) -> Result:
        """The answer without a point: its formulas, layout and shape."""
        request = Request(layout=self.layout)
        found: Result = entry_derivative(self.command, self.program, request).answer(None)
        return found

    def question(self) -> Any:
        """The question at points, made once."""
        if self.known is None:
            request = Request(symbolic=False)
            self.known = entry_derivative(self.command, self.program, request)
        return self.known

    def point(self, coordinates: Sequence[float]) -> tuple[PointText, Source]:
        """Numbers, one an input, as a point."""
        numbers = dict(zip(self.inputs, map(number_tree, coordinates), strict=True))
        source = Source("--points", "")
        entries = []
        for variable in (*self.program.variables, *self.program.parameters):
            found = [numbers[name] for name in entry_names(variable)]
            entries.append(PointEntry(variable.name, arranged(found, variable.shape), Span(source, 0, 0)))
        return PointText(tuple(entries), source), source


def number_tree(value: float) -> Tree:
    """A float as it prints."""
    exact = Fraction(repr(float(value)))
    number = Number(abs(exact) if exact.denominator != 1 else abs(exact.numerator), exact.denominator != 1)
    return Unary("-", number) if exact < 0 else number


def arranged(found: Sequence[Tree], shape: tuple[Any, ...]) -> Tree:
    """The entries of one variable: a number, a vector, or rows."""
    if not shape:
        return found[0]
    rows, columns = shape
    if columns == 1:
        return Vector(tuple(found))
    return Vector(tuple(Vector(tuple(found[i * columns : (i + 1) * columns])) for i in range(rows)))


def flat_numbers(result: Any, program: Program) -> Iterator[float | None]:
    """The numbers of an answer in the order of the columns."""
    if hasattr(result, "gradient"):
        yield result.value
        for variable in program.variables:
            yield from numbers_in(result.gradient[variable.name])
    elif hasattr(result, "jacobian"):
        yield from result.value
        for row in result.jacobian:
            yield from row
    else:
        yield result.value
        for i, row in enumerate(result.hessian):
            yield from row[i:]


def require_plain(program: Program) -> None:
    """Raise `points` for programs that have no numbers: a variable of symbolic size, an abstract function."""
    for variable in (*program.variables, *program.parameters):
        if any(not isinstance(size, int) for size in variable.shape):
            raise unknown_size(variable.name)
    if not all_entry_names(program.variables):
        raise GradcliError("points", "the function has no variables", hint="a constant has one value at all points")


def unknown_size(name: str) -> GradcliError:
    """The error for an array whose size nobody tells."""
    hint = f"columns {name}[0], {name}[1], … give its entries"
    return GradcliError("points", f"the size of {name} is not known", hint=hint)


def one_hot_names(question: Question) -> tuple[str, ...]:
    """The names that a question declares one-hot."""
    return tuple(declaration.name for declaration in question.declared if declaration.promise == "one-hot")


def open_arrays(question: Question, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """The variables of a function of arrays of which a size is open, each with its number of axes; {} for others."""
    from gradcli.program.types.notation import has_arrays
    from gradcli.question import options_of
    from gradcli.reading import plain_question

    question = plain_question(question, shapes)
    options = options_of(question)._replace(bound=shapes)
    if not has_arrays(question.script, options):
        return {}
    from gradcli.program.building.array_program import array_builder

    types = array_builder(question.script, options).types
    if None not in types.sizes.values():
        return {}
    found = {name: shape for name, shape in types.shapes.items() if name not in question.settings}
    return {name: len(shape) - (shape[1:] == (1,)) for name, shape in found.items()}


def table_shapes(question: Question, table: Table) -> dict[str, tuple[int, ...]]:
    """The shapes that columns tell: by their names, else rows are the only variable if that is a vector of any size."""
    if table.names is not None:
        return column_shapes(table.names)
    axes = open_arrays(question, {})
    return dict.fromkeys(axes, (table.width,)) if list(axes.values()) == [1] else {}


def entries_program(question: Question, shapes: Mapping[str, tuple[int, ...]]) -> Program:
    """The program of scalars. `shapes`: of the values that names will have; they tell which names are arrays.

    Raises GradcliError: `points` for a size that nobody tells and for a function without variables.
    """
    from gradcli.program.building.script import build_entries
    from gradcli.program.names import uses
    from gradcli.question import options_of
    from gradcli.reading import plain_question

    question = plain_question(question, shapes)
    if any(declaration.promise == "positive definite" for declaration in question.declared):
        message = "positive definite matrices have no answer at many points"
        raise GradcliError("option", message, hint="declare them symmetric, or use --at")
    for name in open_arrays(question, shapes):
        raise unknown_size(name)
    used = {name for statement in question.script.statements for name in uses(statement.tree).values}
    bound = {name: shape for name, shape in shapes.items() if name in used and name not in question.settings}
    program = build_entries(question.script, options_of(question)._replace(bound=bound))
    require_plain(program)
    return program
