"""What a row of the table of derivatives is, and how its texts become nodes.

A text is mathematics in the program's own language; definitions may stand before it (`s = norm(x); g/s*x`). It names
the arguments `x`, `y`, `z`, the value `out`, the sizes of the first argument `m` and `n` and of the second `p` and `q`,
and what is passed through: the adjoint `g`, the change `d` of an argument, or the Jacobian `j` of an argument.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Source
from gradcli.program import make
from gradcli.program.building.builder import Builder
from gradcli.program.building.node_values import NodeValues
from gradcli.program.building.texts import TextSizes, parsed_text
from gradcli.program.forms import scalars
from gradcli.program.names import CONSTANTS
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Text = str | tuple[str | None, ...]

ARGUMENTS = ("x", "y", "z")
"""What texts call the arguments of an operation."""


class Derivative(NamedTuple):
    """How an operation is differentiated, three ways that agree.

    pullback   what its adjoint passes back to each argument: a text an argument (None: no derivative by it), or a
               function of the sweep, the node and its adjoint
    tangent    how it changes when an argument does: a text an argument (the changes add up), or a function of the
               sweep and the node
    linear     of an operation that may stand between a change dX and the result: M with vec(out) = M vec(dX), a text
               an argument, or a function of the walk and the node. None: the operation is linear in no argument
    """

    pullback: Text | Callable[[Any, Node, Node], None]
    tangent: Text | Callable[[Any, Node], Node]
    linear: Text | Callable[[Any, Node], Node] | None = None


def no_closed_form(what: str) -> GradcliError:
    """The error for a derivative that no matrix expression writes."""
    return GradcliError(
        "no-closed-form",
        f"{what} has no closed form in matrix operations",
        hint="give sizes in numbers (--shape x=3) for the answer entry by entry, or a point",
    )


def read_text(graph: Graph, text: str, node: Node, names: Mapping[str, Node]) -> Node:
    """The node of a text of the row of `node`, with `names` for what is passed through."""
    known = {**dict(zip(ARGUMENTS, node.args, strict=False)), "out": node, **names}

    def lookup(name: str) -> Node | None:
        return known.get(name) or (scalars.constant(graph, name) if name in CONSTANTS else None)

    sizes: Any = TextSizes([size for argument in node.args[:2] for size in argument.shape])
    *before, last = (part.strip() for part in text.split(";"))
    for definition in before:
        name, _, meaning = definition.partition(" = ")
        known[name] = built(graph, meaning, lookup, sizes)
    return built(graph, last, lookup, sizes)


def built(graph: Graph, text: str, lookup: Callable[[str], Node | None], sizes: Any) -> Node:
    """The node of one expression."""
    return Builder(NodeValues(graph, sizes), Source("rule", text), lookup).build(parsed_text(text))


def texts_of(text: Text) -> tuple[str | None, ...]:
    """A text an argument."""
    return (text,) if isinstance(text, str) else text


def passed_back(sweep: Any, text: Text, node: Node, adjoint: Node) -> None:
    """Pass on what the texts of a pullback say, to the arguments that the gradient is asked by."""
    for argument, part in zip(node.args, texts_of(text), strict=True):
        if part is not None and argument in sweep.active:
            sweep.pass_on(argument, read_text(sweep.graph, part, node, {"g": adjoint}))


def changed(sweep: Any, text: Text, node: Node) -> Node:
    """The change of a node, the sum of those by its arguments."""
    parts = [
        (shaped(sweep.graph, read_text(sweep.graph, part, node, {"d": sweep.of(argument)}), node.shape), 1)
        for argument, part in zip(node.args, texts_of(text), strict=True)
        if part is not None and argument in sweep.active
    ]
    return make.add(sweep.graph, parts)


def mapped(sweep: Any, text: Text, node: Node) -> Node:
    """M with vec(node) = M vec(dX), of the one argument that moves."""
    moving = [i for i, argument in enumerate(node.args) if sweep.moves(argument)]
    part = texts_of(text)[moving[0]]
    if len(moving) != 1 or part is None:
        raise no_closed_form("this Jacobian")
    return read_text(sweep.graph, part, node, {"j": sweep.matrix(node.args[moving[0]])})


def shaped(graph: Graph, node: Node, shape: Any) -> Node:
    """The node in this shape: a text that gives one entry gives a scalar."""
    return make.filled(graph, node, shape) if shape else node
