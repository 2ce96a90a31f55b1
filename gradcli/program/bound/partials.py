"""Partials of functions that bind a letter, as formulas: Leibniz' rule, and the implicit function theorem.

d/dp ∫ₐᵇ f(t, p) dt = f(b, p)·b' - f(a, p)·a' + ∫ₐᵇ ∂f/∂p dt (DLMF 1.5.22). It holds where f is continuous in t and p
together but for kinks; a jump of f whose place moves with p adds to the derivative, and is refused.
"""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make
from gradcli.program.bound.integrals import integral_of, parameters_to
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.rationals import lower
from gradcli.program.rows import partial_node
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES
from gradcli.rules.bound import LETTER, BoundRule, parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.program.graph import Graph, Node

STEPS = frozenset(("sign", "floor", "ceil"))
"""Functions that jump where their argument passes through a number."""


def bound_partial(graph: Graph, rule: BoundRule, position: int, args: Sequence[Node]) -> Node:
    """The partial by the argument at `position`."""
    inputs = args[rule.own :]
    if rule.name == "root":
        return root_partial(graph, rule, position, args)
    if position < rule.own:
        place = [i for i, end in enumerate(rule.ends) if not end][position]
        (edge,) = replace(graph, [rule.body], parameters_to(graph, inputs, args[position]))
        return make.add(graph, [(edge, 1 if place == 1 else -1)])
    body = body_derivative(graph, rule, parameter(position - rule.own))
    return integral_of(graph, body, rule.letter, bounds(graph, rule, args), inputs)


def root_partial(graph: Graph, rule: BoundRule, position: int, args: Sequence[Node]) -> Node:
    """-F_p/F_y at the root: the implicit function theorem (DLMF 1.5.19). A start moves nothing."""
    if position < rule.own:
        return scalars.number(graph, 0)
    by_letter, by_parameter = (body_derivative(graph, rule, name) for name in (LETTER, parameter(position - rule.own)))
    mapping = parameters_to(graph, args[rule.own :], make.call(graph, rule, args))
    below, above = replace(graph, [by_letter, by_parameter], mapping)
    return make.multiply(graph, [(above, 1), (below, -1)], -1)


def body_derivative(graph: Graph, rule: BoundRule, name: str) -> Node:
    """The body differentiated by its letter or a parameter, once."""
    if name not in rule.kept:
        if rule.name == "integral":
            refuse_moving_jumps(rule, name)
        rule.kept[name] = forward(graph, rule.body, name)
    return rule.kept[name]  # type: ignore[no-any-return]


def forward(graph: Graph, body: Node, name: str) -> Node:
    """∂body/∂name for a body of scalars, by one forward sweep: a single variable moves."""
    tangents: dict[Node, Node] = {}
    for node in order([body]):
        if node.op == "variable" and node.data == name:
            tangents[node] = scalars.number(graph, 1)
        elif any(arg in tangents for arg in node.args) and node.op in TANGENTS:
            tangents[node] = TANGENTS[node.op](graph, node, tangents)
    return tangents.get(body) or scalars.number(graph, 0)


Tangent = dict["Node", "Node"]


def sum_tangent(graph: Graph, node: Node, tangents: Tangent) -> Node:
    return make.add(graph, [(tangents[a], c) for a, c in node.terms() if a in tangents])


def product_tangent(graph: Graph, node: Node, tangents: Tangent) -> Node:
    """Σ eᵢ·dbᵢ·bᵢ^(eᵢ-1)·Π of the others."""
    factors = list(node.factors())
    terms = []
    for i, (base, exponent) in enumerate(factors):
        if base in tangents:
            others = [*factors[:i], (base, lower(exponent - 1)), *factors[i + 1 :]]
            kept = [(factor, power) for factor, power in others if power]
            terms.append((make.multiply(graph, [(tangents[base], 1), *kept], exponent), 1))
    return make.add(graph, terms)


def power_tangent(graph: Graph, node: Node, tangents: Tangent) -> Node:
    """v·u**(v-1) du + u**v·log(u) dv."""
    base, exponent = node.args
    terms = []
    if base in tangents:
        lowered = make.power(graph, base, make.add(graph, [(exponent, 1)], -1))
        terms.append((make.multiply(graph, [(tangents[base], 1), (exponent, 1), (lowered, 1)]), 1))
    if exponent in tangents:
        log = make.call(graph, RULES["log"], (base,))
        terms.append((make.multiply(graph, [(tangents[exponent], 1), (node, 1), (log, 1)]), 1))
    return make.add(graph, terms)


def call_tangent(graph: Graph, node: Node, tangents: Tangent) -> Node:
    rule, terms = node.data, []
    for i, arg in enumerate(node.args):
        if arg in tangents:
            bound = isinstance(rule, BoundRule)
            partial = bound_partial(graph, rule, i, node.args) if bound else partial_node(graph, rule, i, node.args)
            terms.append((make.multiply(graph, [(tangents[arg], 1), (partial, 1)]), 1))
    return make.add(graph, terms)


def where_tangent(graph: Graph, node: Node, tangents: Tangent) -> Node:
    nothing = scalars.number(graph, 0)
    return make.where(graph, node.args[0], *(tangents.get(branch) or nothing for branch in node.args[1:]))


def abstract_tangent(graph: Graph, node: Node, tangents: Tangent) -> Node:
    name, orders = node.data
    terms = []
    for i, arg in enumerate(node.args):
        if arg in tangents:
            raised = tuple(n + (j == i) for j, n in enumerate(orders))
            partial = scalars.abstract(graph, name, node.args, raised)
            terms.append((make.multiply(graph, [(tangents[arg], 1), (partial, 1)]), 1))
    return make.add(graph, terms)


TANGENTS: dict[str, Callable[[Graph, Node, Tangent], Node]] = {
    "sum": sum_tangent,
    "product": product_tangent,
    "power": power_tangent,
    "call": call_tangent,
    "where": where_tangent,
    "abstract": abstract_tangent,
}


def bounds(graph: Graph, rule: BoundRule, args: Sequence[Node]) -> list[Node]:
    """The bounds, infinite ones too."""
    finite = iter(args[: rule.own])
    infinity = graph.intern("constant", (), "inf")
    return [make.add(graph, [(infinity, end)]) if end else next(finite) for end in rule.ends]


def refuse_moving_jumps(rule: BoundRule, name: str) -> None:
    """Raise where the integrand jumps at a place that the parameter moves."""
    within: dict[Node, set[str]] = {}
    for node in order([rule.body]):
        below = set().union(*(within[arg] for arg in node.args)) if node.args else set()
        within[node] = {node.data} if node.op == "variable" else below
        jumps = node.op == "compare" or (node.op == "call" and node.data.name in STEPS)
        if jumps and {LETTER, name} <= within[node]:
            raise GradcliError(
                "no-derivative",
                f"the integrand may jump where {rule.letter} meets what the integral is differentiated by",
                hint="split the integral there, so that the jump stands at a bound, or write max, min, abs or relu",
            )
