"""Roots of equations as functions of what else stands in them: y with F(x, y) = 0 near a start."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make
from gradcli.program.bound.integrals import closed_over, forget_guards, of_arrays, uses_letter
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import LETTER, BoundRule

if TYPE_CHECKING:
    from gradcli.program.graph import Graph, Node


def root(graph: Graph, body: Node, letter: Node, start: Node) -> Node:
    """The root of the body in the letter that Newton's iteration finds from the start. Scalars.

    Raises `equation` for a body without the letter and for a start that is no number.
    """
    if body.shape or start.shape:
        raise of_arrays("a root")
    if any(node.op in ("variable", "abstract") for node in order([start])):
        raise GradcliError("equation", "the start of a root is a number", hint="y: x^2 + y^2 = 1 near 0.5")
    forget_guards(graph, letter)
    closed, inputs = closed_over(graph, body, letter)
    name = letter.data.removeprefix(LETTER)
    if not uses_letter(closed):
        raise GradcliError("equation", f"{name} does not stand in its equation", hint="y: x^2 + y^2 = 1 near 0.5")
    rule = BoundRule.made("root", graph, closed, name, ("start",), len(inputs))
    return make.call(graph, rule, [start, *inputs])


MAKES = {"root": root}
