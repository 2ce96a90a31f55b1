"""The trace of a program of scalars: every operation as typed, with its value, its partials and its derivatives.

Source: Baydin, Pearlmutter, Radul & Siskind, Automatic Differentiation in Machine Learning: a Survey (2018), tables 2
and 3.
"""

from __future__ import annotations

from functools import cached_property

from gradcli.derive.layouts import all_entry_names
from gradcli.derive.reading import read_back
from gradcli.derive.results import Numbers
from gradcli.explain.locals import Local, Locals, in_its_name
from gradcli.explain.operations import Operation, operations
from gradcli.explain.request import output_name, refuse_abstract, uses_arrays
from gradcli.explain.results import Trace, TraceStep, Use
from gradcli.problems import Problem
from gradcli.program.building.program import entry_builder
from gradcli.program.point import bind_direction, bind_point
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING
from gradcli.rules.rule import Rule
from gradcli.text.tree import Binary, Call, Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.sweeps import Partial, Sweeps
    from gradcli.program.graph import Node, Program
    from gradcli.program.names import Names
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import StepKind


def traces(request: ExplainRequest) -> list[Trace]:
    """The trace at each point (once, with formulas, without one).

    Problems: a partial that does not exist is None, and so is everything that needs it; where the function has a
    derivative all the same, the input's row has it.
    Errors:   several functions; abstract functions at a point.
    """
    if uses_arrays(request):
        from gradcli.explain.arrays.trace import array_traces

        return array_traces(request)
    tracer = Tracer(request)
    return [tracer.at(bind_point(tracer.program, *point)) for point in request.points] or [tracer.without_point()]


def resolve(request: ExplainRequest) -> tuple[Names, Program]:
    """The names and the program of a request, with the errors that `grad` has."""
    builder = entry_builder(request.script, request.options)
    return builder.resolved, builder.program()


class Tracer:
    """One program of scalars; its steps do not depend on the point."""

    def __init__(self, request: ExplainRequest) -> None:
        self.request = request
        self.names, self.program = resolve(request)
        self.output = output_name(self.names)
        program = self.program
        self.variables = {v.name: v.shape for v in (*program.variables, *program.parameters)}
        self.constants = [name for name in self.names.free if name in request.options.settings]
        self.shapes = {**self.variables, **dict.fromkeys(self.constants, ())}
        self.wrt = [variable.name for variable in program.variables]
        whole = request.named is True and any(s.name for s in self.names.order)
        self.steps = operations(self.names.order, self.shapes, self.output, whole)
        self.whole = whole
        self.trees: dict[Node, Tree] = {}

    @cached_property
    def made(self) -> Locals:
        """The steps as nodes."""
        return Locals(self.steps, self.shapes, self.names.functions, self.names.order[0].source)

    def inputs(self) -> list[str]:
        """Inputs, data and constants in the order of the variables."""
        return sorted(self.shapes, key=list(self.names.free).index)

    def kind(self, name: str) -> StepKind:
        """What a row is."""
        if name == self.output:
            return "output"
        if name not in self.shapes:
            return "step"
        return "constant" if name in self.constants else "input" if name in self.wrt else "data"

    def without_point(self) -> Trace:
        """The steps with the formulas of their partials."""
        made = self.made
        active = {*self.wrt, *(step.name for step in self.steps)}
        rows = [self.row(name, None, (), None) for name in self.inputs()]
        for step in self.steps:
            partials = {name: self.written(node) for name, node in formulas_of(made, step, active).items()}
            uses = tuple(self.formal_use(step.name, name, partials) for name in step.operands)
            rows.append(self.row(step.name, step.tree, uses, None))
        return self.record(None, rows, Numbers("symbolic", None, None, ()))

    def formal_use(self, step: str, operand: str, partials: Mapping[str, Tree]) -> Use:
        """A use without numbers; where one of the two is an array, its partial is only named."""
        if operand in partials or not (self.made.shapes[step] or self.made.shapes[operand]):
            return Use(operand, partials.get(operand), None)
        outer = Call(f"∂{self.output}/∂{step}", ())
        return Use(operand, None, None, Binary("*", outer, Call(f"∂{step}/∂{operand}", ())))

    def row(self, name: str, tree: Tree | None, uses: Sequence[Use], sweeps: Sweeps | None) -> TraceStep:
        """One step with its numbers; a vector that is written out has as many as it has entries."""
        kind: StepKind = self.kind(name)
        shape = self.made.shapes[name]
        if sweeps is None:
            return TraceStep(name, kind, tree, shape, None, None, None, tuple(uses))
        numbers = sweeps.numbers(name, self.seeds)
        problem = sweeps.problems.get(name)
        text = None if problem is None else problem.message
        return TraceStep(name, kind, tree, shape, numbers.value, numbers.tangents, numbers.adjoint, tuple(uses), text)

    def record(
        self, point: Point | None, rows: Sequence[TraceStep], numbers: Numbers, along: Mapping[str, float] | None = None
    ) -> Trace:
        request = self.request
        mode = request.mode
        by_name = {row.name: row for row in rows}
        return Trace(
            read_back(self.program, point)._replace(output=self.output),
            numbers,
            self.output,
            mode,
            tuple(rows),
            self.whole,
            by_name[self.output].value,  # type: ignore[arg-type]
            None if point is None else {name: by_name[name].adjoint for name in self.wrt},
            tuple(self.seeds) if point is not None else (),
            along,
            digits=request.digits,
            formulas=request.formulas or point is None,
            arrays=any(row.shape for row in rows),
        )

    @property
    def seeds(self) -> list[str]:
        """The columns of forward mode."""
        if self.request.mode == "reverse":
            return []
        return ["d"] if self.request.along is not None else self.wrt

    def at(self, point: Point) -> Trace:
        """The trace at a point."""
        refuse_abstract(self.names)
        from gradcli.explain.sweeps import Sweeps

        sweeps = Sweeps(self.made, all_entry_names(self.program.variables), self.output, point.values)
        sweeps.forward()
        sweeps.differentiate(self.request.mode != "reverse")
        sweeps.backward()
        along = self.tangents(sweeps)
        rows = [self.row(name, None, (), sweeps) for name in self.inputs()]
        for step in self.steps:
            rows.append(self.row(step.name, step.tree, self.uses(step, sweeps), sweeps))
        problems, notes = self.troubles(sweeps, rows, point)
        accuracy = "float64" if self.program.graph.estimated or sweeps.graph.estimated else "certified"
        numbers = Numbers("symbolic", accuracy, None, tuple(problems), tuple(notes))  # type: ignore[arg-type]
        trace = self.record(point, rows, numbers, along)
        from gradcli.explain.digits import doubtful_texts

        return trace._replace(texts=doubtful_texts(sweeps, trace))

    def tangents(self, sweeps: Sweeps) -> dict[str, float] | None:
        """Forward mode: one sweep for each seed."""
        from gradcli.program.forms import scalars as algebra

        if self.request.mode == "reverse":
            return None
        one = algebra.number(sweeps.graph, 1)
        if self.request.along is None:
            for seed in self.wrt:
                sweeps.tangents(seed, {seed: one})
            return None
        from gradcli.derive.direction import direction_values

        direction = bind_direction(self.program, *self.request.along)
        sweeps.tangents("d", direction.values)
        return direction_values(self.program, direction)  # type: ignore[return-value]

    def uses(self, step: Operation, sweeps: Sweeps) -> list[Use]:
        """The operands of a step with formulas and numbers of the partials."""
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
            found, notes = self.by_grad(rows, point)
            problems = [*found, *(p for p in problems if p.variable not in {q.variable for q in found})]
        return problems, notes

    def by_grad(self, rows: list[TraceStep], point: Point) -> tuple[list[Problem], list[str]]:
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
        told = f"{', '.join(filled)}: a step on the way has no derivative here, and the whole function has {those}"
        return list(found.problems), [told] if filled else []


def formulas_of(made: Locals, step: Operation, active: set[str]) -> dict[str, Node]:
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
