"""The trace of a program of scalars: every operation as typed, with its value, its partials and its derivatives.

Source: Baydin, Pearlmutter, Radul & Siskind, Automatic Differentiation in Machine Learning: a Survey (2018), tables 2
and 3.
"""

from __future__ import annotations

from functools import cached_property
from math import isfinite, ulp

from gradcli.derive.layouts import all_entry_names
from gradcli.derive.reading import read_back
from gradcli.derive.results import Numbers
from gradcli.explain.operations import Operation, operations
from gradcli.explain.request import refuse_abstract
from gradcli.explain.results import Trace, TraceStep, Use
from gradcli.explain.sweeping.locals import Local, Locals, in_its_name
from gradcli.problems import Problem
from gradcli.program.building.program import entry_builder
from gradcli.program.forms import scalars as algebra
from gradcli.program.point import bind_direction
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING
from gradcli.rules.rule import Rule
from gradcli.text.tree import Binary, Call, Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any

    from gradcli.derive.results import Reading, Value
    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.results import Dims
    from gradcli.explain.sweeping.locals import Partial
    from gradcli.explain.sweeping.sweeps import Sweeps
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Accuracy, StepKind


class Tracer:
    """One program: what does not depend on the point, and how the rows of a trace are made.

    inputs   variables, data and constants, in the order of their rows;  wrt: the variables
    steps    the operations;  whole: only the statements of the user are steps
    """

    output: str
    inputs: Sequence[str]
    constants: Collection[str]
    wrt: Sequence[str]
    steps: Sequence[Operation]
    whole: bool

    def __init__(self, request: ExplainRequest) -> None:
        self.request = request

    def shape(self, name: str) -> Dims:
        """The shape of a name as it is shown."""
        raise NotImplementedError

    def uses(self, step: Operation, sweeps: Sweeps | None) -> Sequence[Use]:
        """The operands of a step, with what is known of its partials."""
        raise NotImplementedError

    @cached_property
    def roles(self) -> Mapping[str, StepKind]:
        """What the inputs are."""
        constants, wrt = set(self.constants), set(self.wrt)
        return {name: "constant" if name in constants else "input" if name in wrt else "data" for name in self.inputs}

    def kind(self, name: str) -> StepKind:
        """What a row is."""
        return "output" if name == self.output else self.roles.get(name, "step")

    def rows(self, sweeps: Sweeps | None = None, seeds: Collection[str] = ()) -> list[TraceStep]:
        """All rows, with the numbers of the sweeps."""
        inputs = [
            TraceStep(name, self.kind(name), None, self.shape(name), None, None, None, ()) for name in self.inputs
        ]
        rows = inputs + [self.row(step, self.uses(step, sweeps)) for step in self.steps]
        return rows if sweeps is None else [with_numbers(row, sweeps, seeds) for row in rows]

    def row(self, step: Operation, uses: Sequence[Use]) -> TraceStep:
        """One step without numbers."""
        kind, shape = self.kind(step.name), self.shape(step.name)
        return TraceStep(step.name, kind, step.tree, shape, None, None, None, tuple(uses))

    def swept(self, made: Locals, program: Program, point: Point, seeds: Collection[str]) -> Sweeps:
        """The numbers at a point: values, adjoints, and one sweep of tangents for each seed."""
        from gradcli.explain.sweeping.sweeps import Sweeps

        wrt = set(self.wrt)
        active = all_entry_names([variable for variable in program.variables if variable.name in wrt])
        sweeps = Sweeps(made, active, self.output, point.values)
        sweeps.sweep(bool(seeds))
        if self.request.along is not None and seeds:
            sweeps.tangents("d", bind_direction(program, *self.request.along).values)
            return sweeps
        one = algebra.number(sweeps.graph, 1)
        for seed in seeds:
            sweeps.tangents(seed, {seed: one})
        return sweeps

    def record(
        self,
        reading: Reading,
        numbers: Numbers,
        rows: Sequence[TraceStep],
        gradient: Mapping[str, Value] | None = None,
        seeds: Iterable[str] = (),
        along: Mapping[str, Value] | None = None,
    ) -> Trace:
        """The answer with these rows."""
        request, value = self.request, rows[-1].value
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        return Trace(
            reading._replace(output=self.output),
            numbers,
            self.output,
            request.mode,
            tuple(rows),
            self.whole,
            value if isinstance(value, float) else None,
            gradient,
            tuple(seeds),
            along,
            digits=request.digits,
            formulas=request.formulas or not request.points,
            arrays=any(row.shape for row in rows),
        )


def with_numbers(row: TraceStep, sweeps: Sweeps, seeds: Collection[str]) -> TraceStep:
    """A row with what the sweeps found."""
    value, adjoint, tangents = sweeps.numbers(row.name, seeds)
    problem = sweeps.problems.get(row.name)
    text = None if problem is None else problem.message
    return row._replace(value=value, adjoint=adjoint, tangents=tangents, problem=text)


class ScalarTracer(Tracer):
    """One program of scalars; vectors that are written out are rows of several numbers."""

    def __init__(self, request: ExplainRequest) -> None:
        super().__init__(request)
        builder = entry_builder(request.script, request.options)  # with the errors that `grad` has
        self.names, self.program = builder.resolved, builder.program()
        self.output = self.names.output
        program = self.program
        self.constants = [name for name in self.names.free if name in request.options.settings]
        self.shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)}
        self.shapes |= dict.fromkeys(self.constants, ())
        self.wrt = [variable.name for variable in program.variables]
        order = dict.fromkeys([*(self.wrt if request.options.wrt else ()), *self.names.free])
        self.inputs = [name for name in order if name in self.shapes]
        self.whole = request.named is True and any(s.name for s in self.names.order)
        self.steps = operations(self.names.order, self.shapes, self.output, self.whole)
        self.active = frozenset((*self.wrt, *(step.name for step in self.steps)))
        self.trees: dict[Node, Tree] = {}

    @cached_property
    def made(self) -> Locals:
        """The steps as nodes."""
        return Locals(self.steps, self.shapes, self.names.functions, self.names.order[0].source)

    def shape(self, name: str) -> Dims:
        return self.made.shapes[name]

    def without_point(self) -> Trace:
        """The steps with the formulas of their partials."""
        return self.record(read_back(self.program, None), Numbers("symbolic", None, None, ()), self.rows())

    def formal_use(self, step: str, operand: str, partials: Mapping[str, Tree]) -> Use:
        """A use without numbers; where one of the two is an array, its partial is only named."""
        if operand in partials or not (self.made.shapes[step] or self.made.shapes[operand]):
            return Use(operand, partials.get(operand), None)
        outer = Call(f"∂{self.output}/∂{step}", ())
        return Use(operand, None, None, Binary("*", outer, Call(f"∂{step}/∂{operand}", ())))

    @property
    def seeds(self) -> Sequence[str]:
        """The columns of forward mode."""
        if self.request.mode == "reverse":
            return []
        return ["d"] if self.request.along is not None else self.wrt

    def at(self, point: Point) -> Trace:
        """The trace at a point."""
        refuse_abstract(self.names)
        sweeps = self.swept(self.made, self.program, point, self.seeds)
        rows = self.rows(sweeps, self.seeds)
        problems, notes = self.troubles(sweeps, rows, point)
        estimated = self.program.graph.estimated or sweeps.graph.estimated
        accuracy: Accuracy = "float64" if estimated else "certified"
        numbers = Numbers("symbolic", accuracy, None, tuple(problems), tuple(notes))
        wrt = set(self.wrt)
        gradient = {row.name: row.adjoint for row in rows if row.name in wrt}
        reading = read_back(self.program, point)
        trace = self.record(reading, numbers, rows, gradient, self.seeds, self.direction())
        return trace._replace(texts=doubtful_texts(sweeps, trace))

    def direction(self) -> Mapping[str, Value] | None:
        """The direction of forward mode by variable, where one is given."""
        if self.request.mode == "reverse" or self.request.along is None:
            return None
        from gradcli.derive.direction import direction_values

        return direction_values(self.program, bind_direction(self.program, *self.request.along))

    def uses(self, step: Operation, sweeps: Sweeps | None) -> Sequence[Use]:
        """The operands of a step with formulas and numbers of the partials."""
        if sweeps is None:
            formulas = {name: self.written(node) for name, node in formulas_of(self.made, step, self.active).items()}
            return [self.formal_use(step.name, name, formulas) for name in step.operands]
        found: dict[str, Partial] = {p.operand: p for p in sweeps.partials.get(step.name, ())}
        result = []
        for name in step.operands:
            if name in found:
                result.append(Use(name, self.written(found[name].node), sweeps.number(found[name].name)))
            elif self.made.entries(name)[0] in sweeps.active:
                result.append(self.formal_use(step.name, name, {}))
            else:
                result.append(Use(name, None, None))
        return result

    def written(self, node: Node) -> Tree:
        """The syntax of a partial, made once; names and functions of one name, which are most, without the writer."""
        tree = self.trees.get(node)
        if tree is None:
            tree = self.trees[node] = partial_tree(node, self.program.decimal)
        return tree

    def troubles(self, sweeps: Sweeps, rows: list[TraceStep], point: Point) -> tuple[list[Problem], list[str]]:
        """The problems of the inputs, as `grad` has them, and of steps outside float64."""
        problems: list[Problem] = []
        notes: list[str] = []
        for name, state in sweeps.certified.items():
            if name in sweeps.local_of and state.status not in ("ok", "undefined") and name in sweeps.live:
                kind = "overflow" if state.status == "overflow" else "undecided"
                problems.append(Problem(name, kind, f"{name}: {state.reason}"))  # type: ignore[arg-type]
        broken = any(row.kind == "input" and row.adjoint is None for row in rows) or rows[-1].value is None
        if sweeps.problems or sweeps.at_switch or broken:
            found, notes = self.by_grad(rows, point, sweeps.why())
            problems = [*found, *(p for p in problems if p.variable not in {q.variable for q in found})]
        return problems, [*sweeps.notes, *notes]

    def by_grad(self, rows: list[TraceStep], point: Point, why: str) -> tuple[list[Problem], list[str]]:
        """The whole function's derivatives, where a step has none: `grad` decides."""
        from gradcli.derive.methods.choose import jet_at
        from gradcli.derive.methods.jet import JetRequest

        program = self.program
        f = program.outputs[0].node
        found = jet_at("symbolic", JetRequest(program.graph, f, self.wrt, point, program.guards))
        filled, numbers = [], found.by_name(self.wrt)
        for place, row in enumerate(rows):
            if row.kind == "input":
                number = numbers[row.name]
                if number is not None and row.adjoint is None:
                    filled.append(row.name)
                rows[place] = row._replace(adjoint=number)
        those = "one" if len(filled) == 1 else "all of them"
        told = f"{', '.join(filled)}: {why}, and the whole function has {those}"
        return list(found.problems), [told] if filled else []


def formulas_of(made: Locals, step: Operation, active: Collection[str]) -> dict[str, Node]:
    """∂step/∂operand, for each active operand."""
    from gradcli.derive.ad.reverse import Reverse

    local = made.steps[step.name]
    made.graph.guards = None
    if len(local.nodes) > 1:
        return {}
    names = [n for n in step.operands if n in active and not made.shapes[n] and has_partial(local, n)]
    found = Reverse(made.graph, names).gradient(local.nodes[0])
    nodes = in_its_name(made.graph, local.nodes[0], step.name, found)
    made.graph.guards = {}
    return dict(zip(names, nodes, strict=True))


def has_partial(local: Local, name: str) -> bool:
    """Can the step be differentiated by this operand? (Not by the order of a Bessel function.)"""
    node = local.nodes[0]
    if node.op != "call" or None not in node.data.partials:
        return True
    return all(
        partial is not None or argument.op != "variable" or argument.data != name
        for argument, partial in zip(node.args, node.data.partials, strict=False)
    )


def partial_tree(node: Node, decimal: bool) -> Tree:
    """The syntax of a node."""
    if node.op == "variable":
        return Name(node.data)
    if node.op == "call" and len(node.args) == 1 and node.args[0].op == "variable" and type(node.data) is Rule:
        return Call(node.data.name, (Name(node.args[0].data),))
    return write_trees([node], decimal).trees[0]


# ------------------------------------------- decimal digits, from the enclosure, not from the float64 nearest to it


def doubtful_texts(sweeps: Sweeps, trace: Trace) -> dict[float, str]:
    """The rounded texts of numbers whose float64 lies so near a tie that it may round to the other side."""
    digits = trace.digits
    if digits >= 17:
        return {}
    texts: dict[float, str] = {}
    for name, found in sweeps.certified.items():
        value = found.value
        if found.status == "ok" and value is not None and value not in texts and near_tie(value, digits):
            text = rounded_text(sweeps.enclosure(name), digits)
            if text is not None:
                texts[value] = text
    return texts


def near_tie(value: float, digits: int) -> bool:
    """Do the ends of the rounding interval of a float64 round to different texts?"""
    if not isfinite(value) or value == 0:
        return False
    text = f"{value:.{digits + 1}e}"  # a first look: a tie has a 5 behind the last digit that is shown
    mantissa = text.partition("e")[0].replace(".", "").lstrip("-")
    if mantissa[digits : digits + 2] not in ("49", "50"):
        return False
    from fractions import Fraction

    exact, half = Fraction(value), Fraction(ulp(value)) / 2
    return rounded(exact - half, digits) != rounded(exact + half, digits)


def rounded(value: Fraction, digits: int) -> Decimal:
    """A rational number with so many significant digits, ties to the even digit."""
    from decimal import ROUND_HALF_EVEN, Context, Decimal

    context = Context(prec=digits + 30, rounding=ROUND_HALF_EVEN)
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(quotient)


def rounded_text(ball: Any, digits: int) -> str | None:
    """The text of an enclosure where all of it rounds to one."""
    ends = {str(rounded(end, digits).normalize()) for end in ends_of(ball)}
    return ends.pop() if len(ends) == 1 else None


def ends_of(ball: Any) -> Iterator[Fraction]:
    """The lower and upper end of an exact number or of a ball."""
    from fractions import Fraction

    if isinstance(ball, int | Fraction):
        yield Fraction(ball)
        return
    from gradcli.flints import arb, fmpq

    if type(ball) is fmpq:
        yield Fraction(int(ball.p), int(ball.q))
    elif type(ball) is arb and ball.is_finite():
        for end in (ball.lower(), ball.upper()):
            mantissa, exponent = end.man_exp()
            yield Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
