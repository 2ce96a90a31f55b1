"""The intermediates of the chain rule: those that the program names, or those that a plain expression is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import Step, order
from gradcli.program.substitute import REBUILD
from gradcli.program.to_tree import write_trees

if TYPE_CHECKING:
    from collections.abc import Collection

    from gradcli.program.graph import Node, Program

CONDITIONS = ("compare", "and", "or", "not", "truth")


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
    """Every operation of a plain expression as a step u1, u2, … of its own."""
    graph = program.graph
    names = {variable.name for variable in (*program.variables, *program.parameters)} | set(program.constants)
    prefix = free_letter(names)
    short: dict[Node, Node] = {}
    steps: list[Step] = []
    needed = order([output.local])
    varies = moving(needed)
    for node in needed:
        args = tuple([short[arg] for arg in node.args])
        same = all(a is b for a, b in zip(args, node.args, strict=True))
        made = node if same else REBUILD[node.op](graph, node, args)
        is_step = node.args and node.op not in CONDITIONS and node in varies and node is not output.local
        if not is_step:
            short[node] = made
            continue
        name = f"{prefix}{len(steps) + 1}"
        steps.append(Step(name, made, write_trees([made], program.decimal).trees[0]))
        short[node] = scalars.variable(graph, name)
    tree = write_trees([short[output.local]], program.decimal).trees[0]
    return (*steps, Step(output.name, short[output.local], tree))


def moving(nodes: Collection[Node]) -> set[Node]:
    """Nodes that depend on a variable."""
    found: set[Node] = set()
    for node in nodes:
        if node.op == "variable" or any(arg in found for arg in node.args):
            found.add(node)
    return found


def free_letter(names: Collection[str]) -> str:
    """A letter for the found intermediates that no name of the program begins with (followed by digits)."""
    used = {name[0] for name in names if name[1:].isdigit()}
    return next((letter for letter in "uvwzpqrs" if letter not in used), "step_")
