"""The chain rule of a program of scalars: every factor is a number, and every statement a step of its own sweep."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names
from gradcli.derive.methods.choose import accuracy_of, jet_at, partial_derivatives
from gradcli.derive.methods.jet import JetRequest
from gradcli.derive.reading import read_back
from gradcli.derive.results import Numbers
from gradcli.explain.links import LETTERS, ChainValues, Links, Statements, differs
from gradcli.explain.operations import operations
from gradcli.explain.sweeping.locals import NOT_JOINTLY, Locals, in_its_name
from gradcli.explain.sweeping.sweeps import Sweeps, term_name
from gradcli.problems import GradcliError, Source
from gradcli.program.building.builder import Builder
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.forms import scalars
from gradcli.program.graph import Step, may_cancel, order
from gradcli.program.names import CONSTANTS
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.request import Request
    from gradcli.derive.results import Chain
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point


def chains(program: Program, request: Request) -> list[Chain]:
    """The breakdown at each point of the request (once, symbolically, without one).

    Shapes:   scalars only: every factor is 1 by 1.
    Problems: a factor that does not exist at the point is None, and so is everything that needs it; a statement at a
              switch is decided as `grad` decides a function.
    """
    question = ChainQuestion(program, request)
    return [question.answer(point) for point in request.bound(program) or (None,)]


class ChainQuestion:
    """One program and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.inputs = all_entry_names(program.variables)
        self.steps, self.found = steps_of(program)
        self.links = ScalarLinks(program, self.inputs, self.steps)
        output = program.outputs[0].node
        self.partials = partial_derivatives(program.graph, output, self.inputs)
        direct, notes = at_equalities(program, output, list(self.partials.values()), self.inputs)
        self.partials = dict(zip(self.partials, direct, strict=True))
        self.notes = tuple(dict.fromkeys((*self.links.notes, *notes)))
        factors, partials = self.links.factors(), [self.partials[name] for name in self.inputs]
        nodes = [*factors, *partials]
        taken = {*self.links.names, self.links.output, *program.constants}
        written = write_trees(nodes, program.decimal, taken, (factors, partials))
        self.links.trees = dict(zip(nodes, written.trees, strict=True))
        self.definitions = written.definitions

    def answer(self, point: Point | None) -> Chain:
        """The breakdown at one point."""
        program, request = self.program, self.request
        record = self.links.record(
            read_back(program, point),
            Numbers(request.method, None, None, (), self.notes),
            request.layout or "numerator",
            {name: self.links.trees[self.partials[name]] for name in self.inputs},
            self.definitions,
            self.found,
        )
        found = record if point is None else self.with_numbers(record, point)
        return found if found.layout != "both" else found._replace(other=found._replace(layout="denominator"))

    def with_numbers(self, record: Chain, point: Point) -> Chain:
        """The record with its numbers; the direct gradient is the cross-check."""
        program, names, method = self.program, self.inputs, self.request.method
        f, graph = program.outputs[0].node, program.graph
        sweeps = self.sweeps(point)
        direct = jet_at(method, JetRequest(graph, f, names, point, program.guards, self.partials))
        gradient = direct.by_name(names)
        missing = [p for p in direct.problems if p.variable is None or gradient.get(p.variable) is None]
        told = {problem.message for problem in missing}
        notes = [f"{n}: {p.message}" for n, p in sweeps.problems.items() if p.message not in told]
        notes += sweeps.notes
        values = self.values(sweeps)
        broken = [name for name in names if differs(values.totals[name], gradient[name])]
        filled = [name for name in names if values.totals[name] is None and gradient[name] is not None]
        values = values._replace(totals={**values.totals, **dict.fromkeys(broken)})
        notes += [f"{name}: {NOT_JOINTLY}" for name in broken]
        notes += [f"{name}: {sweeps.why()}, and the whole function has one" for name in filled]
        numbers = Numbers(
            method,
            accuracy_of(method, graph),
            direct.evaluations,
            direct.problems,
            (*notes, *self.notes),
            assumptions=direct.assumptions,
        )
        record = record._replace(numbers=numbers, value=direct.value[0], gradient=gradient)
        found = self.links.with_values(record, values, gradient)
        return found._replace(agree=None) if broken else found

    def sweeps(self, point: Point) -> Sweeps:
        """One sweep forwards and one backwards over the statements."""
        made = Locals.of_nodes(self.program.graph, self.steps, dict.fromkeys(point.values, ()))
        sweeps = Sweeps(made, self.inputs, self.links.output, point.values)
        sweeps.sweep()
        sweeps.certify_terms()
        return sweeps

    def values(self, sweeps: Sweeps) -> ChainValues:
        """The certified numbers of the sweeps."""
        number, links = sweeps.number, self.links
        terms = {
            link: (
                number(f"∂{link.through}"),
                number(f"∂{link.through}/∂{link.variable}"),
                number(term_name(link.through, link.variable)),
            )
            for found in links.terms.values()
            for link in found
        }
        steps = {name: number(name) for name in links.inside}
        return ChainValues(steps, terms, {name: number(f"∂{name}") for name in links.names})


class ScalarLinks(Links):
    """The terms of a program of scalars; `notes` say where a formula may not hold."""

    def __init__(self, program: Program, inputs: Sequence[str], steps: Sequence[Step]) -> None:
        self.program = program
        self.notes: tuple[str, ...] = ()
        self.guards = {step.name: step.guards for step in steps}
        super().__init__(statements_of(program, inputs, steps))

    def partials(self, step: str) -> Mapping[str, Node]:
        node, wanted = self.statements.nodes[step], self.wanted(step)
        found = Reverse(self.graph, wanted).gradient(node)
        found, notes = at_equalities(self.program._replace(guards=self.guards[step]), node, found, wanted)
        self.notes += notes
        partials = in_its_name(self.graph, node, step, found)
        return {name: found for name, found in zip(wanted, partials, strict=True) if not scalars.is_zero(found)}

    def product(self, factors: Sequence[Node]) -> Node:
        return scalars.multiply(self.graph, [(factor, 1) for factor in factors])

    def sum(self, nodes: Sequence[Node]) -> Node:
        return scalars.add(self.graph, [(node, 1) for node in nodes])


def at_equalities(
    program: Program, node: Node, partials: list[Node], names: Sequence[str]
) -> tuple[list[Node], tuple[str, ...]]:
    """The partials of a node, as they hold at equalities and where kinks cancel, and notes where they may not."""
    if not may_cancel(order([node])):
        return partials, ()
    from gradcli.derive.kinks.equality_formulas import right_at_equalities

    (found,), notes = right_at_equalities(program, [node], [partials], names)
    return found, notes


def statements_of(program: Program, inputs: Sequence[str], steps: Sequence[Step]) -> Statements:
    """The steps of a program of scalars as the chain rule takes them."""
    return Statements(
        program.graph,
        inputs,
        all_entry_names(program.parameters),
        {step.name: step.local for step in steps},
        {step.name: step.tree for step in steps},
        {step.name: () for step in steps},
    )


def steps_of(program: Program) -> tuple[tuple[Step, ...], bool]:
    """The steps in order of evaluation, and whether they were found in a plain expression rather than named."""
    if not program.steps:
        raise GradcliError(
            "shape", "the chain rule is shown for scalar intermediates", hint="name single entries, such as u1 = x[0]*y"
        )
    if len(program.steps) > 1:
        return program.steps, False
    return found_steps(program, program.steps[0]), True


def found_steps(program: Program, output: Step) -> tuple[Step, ...]:
    """Every operation of a plain expression, as typed, as a step u1, u2, … of its own."""
    graph = program.graph
    names = {variable.name for variable in (*program.variables, *program.parameters)} | set(program.constants)
    statement = next(s for s in program.statements if s.tree is output.tree)
    steps = operations([statement], names, output.name, letters=LETTERS)
    functions = {node.data[0] for node in order([output.local]) if node.op == "abstract"}
    scope: dict[str, Node] = {}

    def lookup(name: str) -> Node | None:
        if name not in scope and (name in names or name not in CONSTANTS):
            scope[name] = scalars.variable(graph, name)
        return scope.get(name) or scalars.meaning(graph, name)

    found = []
    for step in steps:
        graph.guards = {}
        node = Builder(EntryValues(graph), Source("expression", ""), lookup, functions).build(step.tree)
        if type(node).__name__ != "Node":
            graph.guards = None
            return (output,)
        found.append(Step(step.name, node, step.tree, tuple(graph.guards)))  # type: ignore[arg-type]
    graph.guards = None
    return tuple(found)
