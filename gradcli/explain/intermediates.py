"""The intermediates of the chain rule: those that the program names, or those that a plain expression is made of."""

from __future__ import annotations

from gradcli.explain.operations import operations
from gradcli.problems import GradcliError, Source
from gradcli.program.building.builder import Builder
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.forms import scalars
from gradcli.program.graph import Step, order
from gradcli.program.names import CONSTANTS
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Node, Program

LETTERS = "uvwzpqrs"
"""Letters for found intermediates, in the order in which they are tried."""


def steps_of(program: Program) -> tuple[tuple[Step, ...], bool]:
    """The steps in order of evaluation, and whether they were found rather than named."""
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
