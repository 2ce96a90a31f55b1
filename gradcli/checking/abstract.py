"""Abstract functions get formulas, so that answers about them can be compared at points.

A difference with a formula in the place of f is a difference for that f. Agreement is agreement for that f alone, which
is why the formulas are unlikely ones: f(u, v) = sin(a·u + b·v + c) + u·v/7 + u²/5 + ... with odd coefficients.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.program import rationals
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Graph, Node


def without_abstract(graph: Graph, nodes: Sequence[Node], put_in: dict[Node, Node] | None = None) -> list[Node]:
    """The nodes with a formula for every abstract function, its derivatives included.

    put_in   is told which formula stands for what
    """
    result = list(nodes)
    while True:
        found = next((node for node in order(result) if node.op == "abstract" or has_abstract_body(node)), None)
        if found is None:
            return result
        formula = stand_in(graph, found) if found.op == "abstract" else with_formulas(graph, found)
        result = replace(graph, result, {found: formula})
        if put_in is not None:
            put_in[formula] = found


def with_abstract(graph: Graph, node: Node, put_in: Mapping[Node, Node]) -> Node:
    """A node with the abstract functions in the places of their formulas again."""
    for formula, typed in reversed(list(put_in.items())):
        (node,) = replace(graph, [node], {formula: typed})
    return node


def has_abstract_body(node: Node) -> bool:
    """Whether an abstract function stands in the body of an integral or an implicit definition."""
    return isinstance(node.data, BoundRule) and any(
        part.op == "abstract" or has_abstract_body(part) for part in order([node.data.body])
    )


def with_formulas(graph: Graph, node: Node) -> Node:
    """The integral, or the implicit definition, with formulas in its body."""
    rule: BoundRule = node.data
    (body,) = without_abstract(graph, [rule.body])
    own = rule.args[: rule.own]
    made = BoundRule.made(rule.name, graph, body, rule.letter, own, len(rule.args) - len(own), rule.ends)
    return scalars.call(graph, made, node.args)


def stand_in(graph: Graph, node: Node) -> Node:
    """The formula of one application, differentiated as often as it says."""
    name, orders = node.data
    places = [f"{name} argument {i}" for i in range(len(node.args))]
    variables = [scalars.variable(graph, place) for place in places]
    formula = formula_of(graph, name, variables)
    for place, count in zip(places, orders, strict=True):
        for _ in range(count):
            (formula,) = Reverse(graph, [place]).gradient(formula)
    return replace(graph, [formula], dict(zip(variables, node.args, strict=True)))[0]


def formula_of(graph: Graph, name: str, variables: Sequence[Node]) -> Node:
    """sin(Σ aᵢ·vᵢ + c) + Σ vᵢ²/5 + Π vᵢ/7, with coefficients that depend on the name."""
    from gradcli.rules import RULES

    seed = sum((i + 1) * ord(letter) for i, letter in enumerate(name))
    inner = [(v, rationals.ratio(3 + (seed + 5 * i) % 11, 7)) for i, v in enumerate(variables)]
    wave = scalars.call(graph, RULES["sin"], (scalars.add(graph, inner, rationals.ratio(seed % 13 + 1, 5)),))
    squares = [(scalars.multiply(graph, [(v, 2)]), rationals.ratio(1, 5)) for v in variables]
    product = scalars.multiply(graph, [(v, 1) for v in variables])
    return scalars.add(graph, [(wave, 1), *squares, (product, rationals.ratio(1, 7))])
