"""Functions that bind a letter, closed over the names of their bodies: integrals and roots of equations.

The body of the text becomes a node over the letter and numbered parameters; what the names of the text stand for are
the arguments. So ∫ sin(x*t) dt and ∫ sin(x*s) ds are the same node, and whoever replaces x need not look into the body.
"""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make
from gradcli.program.forms import scalars
from gradcli.program.graph import is_total, order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, Protocol
from gradcli.rules.bound import LETTER, BoundRule, parameter
from gradcli.text.tree import Call, Name, Tree, Unary, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node


def integral(graph: Graph, body: Node, letter: Node, lower: Node, upper: Node) -> Node:
    """∫ body d(letter) from lower to upper. `letter` is the variable node of the bound letter. Scalars."""
    for node in (body, lower, upper):
        if node.shape:
            raise of_arrays("an integral")
    forget_guards(graph, letter)
    closed, inputs = closed_over(graph, body, letter)
    return integral_of(graph, closed, letter.data.removeprefix(LETTER), (lower, upper), inputs)


def of_arrays(what: str) -> GradcliError:
    """The error for what is computed entry by entry only."""
    return GradcliError(
        "no-closed-form", f"{what} of arrays has no closed form in matrix operations",
        hint="give sizes in numbers (--shape x=3) for the answer entry by entry, or a point",
    )  # fmt: skip


def integral_of(graph: Graph, body: Node, letter: str, bounds: Sequence[Node], inputs: Sequence[Node]) -> Node:
    """The integral of a body over `∫` and its parameters, which stand for `inputs`; bounds may be ±inf."""
    lower, upper = bounds
    body, inputs = used_parameters(graph, body, inputs)
    mirrored = make.add(graph, [(upper, -1)]) is lower and is_total(graph, body) and is_odd(graph, body)
    if scalars.is_zero(body) or mirrored or (lower is upper and is_total(graph, body)):
        return scalars.number(graph, 0)
    ends = tuple(infinite(node) for node in bounds)
    if not any(ends) and not uses_letter(body):
        (height,) = replace(graph, [body], parameters_to(graph, inputs))
        return make.multiply(graph, [(height, 1), (make.add(graph, [(upper, 1), (lower, -1)]), 1)])
    finite = [node for node, end in zip(bounds, ends, strict=True) if not end]
    names = tuple(name for name, end in zip(("a", "b"), ends, strict=True) if not end)
    rule = BoundRule.made("integral", graph, body, letter, names, len(inputs), ends)
    return make.call(graph, rule, [*finite, *inputs])


def infinite(node: Node) -> int:
    """1 for inf, -1 for -inf, else 0."""
    if node.op == "constant" and node.data == "inf":
        return 1
    if node.op == "sum" and len(node.args) == 1 and infinite(node.args[0]) == 1:
        return 1 if node.data[0][0] > 0 else -1
    return 0


def is_odd(graph: Graph, body: Node) -> bool:
    """Whether the body changes its sign with the letter."""
    letter = scalars.variable(graph, LETTER)
    (mirrored,) = replace(graph, [body], {letter: make.add(graph, [(letter, -1)])})
    return mirrored is make.add(graph, [(body, -1)])


def closed_over(graph: Graph, body: Node, letter: Node) -> tuple[Node, list[Node]]:
    """The body over `∫` and numbered parameters, and the variables that these stand for."""
    nodes = order([body])
    if any(node.shape for node in nodes):
        raise of_arrays("an integral or an implicit definition")
    hot: set[Node] = {letter}
    for node in nodes:
        if any(arg in hot for arg in node.args):
            hot.add(node)
    found = sorted(leaves(body, hot), key=lambda node: node.serial)
    mapping = {node: scalars.variable(graph, parameter(i)) for i, node in enumerate(found)}
    mapping[letter] = scalars.variable(graph, LETTER)
    (closed,) = replace(graph, [body], mapping)
    return closed, found


def leaves(body: Node, hot: set[Node]) -> set[Node]:
    """What the body takes from outside: variables, and as a whole what binds a letter without the body's own."""
    found: set[Node] = set()
    seen: set[Node] = set()
    stack = [body]
    while stack:
        node = stack.pop()
        if node not in hot and (node.op == "variable" or isinstance(node.data, BoundRule)):
            found.add(node)
        elif node not in seen:
            seen.add(node)
            stack.extend(node.args)
    return found


def used_parameters(graph: Graph, body: Node, inputs: Sequence[Node]) -> tuple[Node, list[Node]]:
    """The body with its parameters numbered anew where some are not used, and what they stand for."""
    names = {node.data for node in order([body]) if node.op == "variable"}
    kept = [i for i in range(len(inputs)) if parameter(i) in names]
    if len(kept) == len(inputs):
        return body, list(inputs)
    mapping = {scalars.variable(graph, parameter(i)): scalars.variable(graph, parameter(k)) for k, i in enumerate(kept)}
    (renamed,) = replace(graph, [body], mapping)
    return renamed, [inputs[i] for i in kept]


def uses_letter(body: Node) -> bool:
    """Whether the letter stands in the body."""
    return any(node.op == "variable" and node.data == LETTER for node in order([body]))


def parameters_to(graph: Graph, inputs: Sequence[Node], letter: Node | None = None) -> dict[Node, Node]:
    """What to replace to apply a body: the parameters by inputs, the letter by a node."""
    mapping = {scalars.variable(graph, parameter(i)): node for i, node in enumerate(inputs)}
    if letter is not None:
        mapping[scalars.variable(graph, LETTER)] = letter
    return mapping


def forget_guards(graph: Graph, letter: Node) -> None:
    """What was dropped from the body alone (`t/t`) is no condition on the function around it."""
    if graph.guards:
        graph.guards = {node: None for node in graph.guards if letter not in order([node])}


# ------------------------------------------------------------------------- as syntax again

LETTERS = "tsuvwzrpq"
"""What the letter is called where its own name stands in an argument, in this order."""


class BodyTrees(Protocol):
    """What writes a node whose arguments are written."""

    written: dict[Node, Tree]


def bound_tree(
    inner: BodyTrees, write: Mapping[str, Callable[[Any, Node], Tree]], rule: BoundRule, args: Sequence[Tree]
) -> Call:
    """`integral(f, t, a, b)`, whose arguments are written already; `inner` is a writer of the body alone.

    Bodies nest as deep as the text's author wrote.
    """
    inputs = args[rule.own :]
    letter = Name(LETTER + free_letter(rule.letter, inputs))
    known: dict[str, Tree] = {LETTER: letter, **{parameter(i): tree for i, tree in enumerate(inputs)}}
    for node in order([rule.body]):
        tree = known[node.data] if node.op == "variable" else write[node.op](inner, node)
        inner.written[node] = tree
    finite = iter(args[: rule.own])
    ends = rule.ends or (0,)
    bounds = [Name("inf") if end > 0 else Unary("-", Name("inf")) if end else next(finite) for end in ends]
    return Call(rule.name, (inner.written[rule.body], letter, *bounds))


def free_letter(wanted: str, inputs: Sequence[Tree]) -> str:
    """The letter, or another one where it stands in what the parameters stand for."""
    used = {part.name for tree in inputs for part in postorder(tree) if isinstance(part, Name)}
    return next(str(name) for name in (wanted, *LETTERS, f"{wanted}0") if name not in used)


MAKES = {"integral": integral, "integral_of": integral_of}
