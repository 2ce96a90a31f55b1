"""A differential beside its function, entry by entry: where the engine of whole arrays has no form of what is written.

A matrix of one entry is a number to that engine, and then a product that the text has may not fit.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names, entry_names
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.certify import certify_by_balls
from gradcli.problems import GradcliError
from gradcli.program import rationals
from gradcli.program.building.program import build_program
from gradcli.program.forms import scalars as algebra
from gradcli.program.graph import Variable
from gradcli.program.quotients import is_zero
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Script, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.program.graph import Graph, Node
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Evidence

MOST = 64
"""Entries of all variables together up to which it is looked at."""
POINTS = 3
CLOSE = 1e-12


def evidence_by_entries(question: ArrayQuestion, differential: Tree, name: str) -> Evidence | None:
    """Is the gradient of a differential by dX that of the function by X, every entry?"""
    arrays = question.arrays
    if not question.has_sizes():
        return None
    inputs = [Variable(v.name, question.in_numbers(v.shape)) for v in (*arrays.variables, *arrays.parameters)]
    if len(all_entry_names(inputs)) > MOST:
        return None
    moved = next(v for v in inputs if v.name == name)
    direction = moved._replace(name=f"d{name}")
    try:
        graph, function, change = both_nodes(question, differential, direction)
    except GradcliError:
        return None
    own = Reverse(graph, entry_names(moved)).gradient(function)
    read = Reverse(graph, entry_names(direction)).gradient(change)
    pairs = [(a, b) for a, b in zip(own, read, strict=True) if a is not b]
    if all(is_zero(algebra.add(graph, [(a, 1), (b, -1)])) for a, b in pairs):
        return "proved"
    return "tested" if agree_at_points(graph, pairs, all_entry_names(inputs)) else None


def both_nodes(question: ArrayQuestion, differential: Tree, direction: Variable) -> tuple[Graph, Node, Node]:
    """The function and its differential as nodes of one graph, in the entries of all inputs and of dX."""
    types = question.arrays.types
    end = Statement(None, differential, types.order[0].source, -1, -1)
    script = Script((*types.order, end), question.script.declarations)
    script, options = types.entrywise(script, question.options, question.sizes())
    shapes = {**options.shapes, **({direction.name: direction.shape} if direction.shape else {})}
    program = build_program(script, options._replace(shapes=shapes, scalar=False, wrt=None, of=None))
    function, change = (output.node for output in program.outputs)
    return program.graph, function, change


def agree_at_points(graph: Graph, pairs: Sequence[tuple[Node, Node]], names: Sequence[str]) -> bool:
    """Have both the same numbers at points where they have some?"""
    agreed = 0
    for k in range(POINTS):
        values = {v: algebra.number(graph, rationals.ratio(7 * i + 5 * k + 3, 11 + k)) for i, v in enumerate(names)}
        found = [each.value for each in certify_by_balls(Balls(values), [node for pair in pairs for node in pair])]
        numbers = [number for number in found if number is not None]
        if len(numbers) < len(found):
            continue
        largest = max(map(abs, numbers))
        if any(abs(a - b) > CLOSE * largest for a, b in zip(numbers[::2], numbers[1::2], strict=True)):
            return False
        agreed += 1
    return agreed > 0
