"""How operations change when their arguments do: tangents, each a node of the operation's shape.

The rows are the differentials of Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 8 and 9.
"""

from __future__ import annotations

from gradcli.derive.ad.pullbacks import chain_rule, inner_product, polar_change, softmax_product
from gradcli.derive.ad.ties import chosen
from gradcli.program import make, rationals
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import zeros
from gradcli.records import TYPE_CHECKING, Protocol
from gradcli.rules import RULES

if TYPE_CHECKING:
    from gradcli.program.graph import Factors, Graph, Node, Rational


class Tangents(Protocol):
    """What a rule needs of the forward sweep that runs it."""

    graph: Graph
    active: set[Node]

    def of(self, node: Node) -> Node:
        """The tangent of a node: zero where nothing moves."""


def added(sweep: Tangents, parts: list[Node]) -> Node:
    """The sum of the changes by each argument."""
    return make.add(sweep.graph, [(part, 1) for part in parts])


def terms(sweep: Tangents, node: Node) -> Node:
    items = [(sweep.of(t), c) for t, c in zip(node.args, node.data[0], strict=True) if t in sweep.active]
    return make.add(sweep.graph, items)


def scale(sweep: Tangents, node: Node) -> Node:
    scalar, array = node.args
    parts = []
    if scalar in sweep.active:
        parts.append(make.scale(sweep.graph, sweep.of(scalar), array))
    if array in sweep.active:
        parts.append(make.scale(sweep.graph, scalar, sweep.of(array)))
    return added(sweep, parts)


def product(sweep: Tangents, node: Node) -> Node:
    factors: Factors = list(zip(node.args, node.data, strict=True))
    parts = []
    for i, (base, exponent) in enumerate(factors):
        if base in sweep.active:
            items = [(sweep.of(base), 1), *factors[:i], *factors[i + 1 :], (base, rationals.lower(exponent - 1))]
            parts.append(times(sweep, node, items, exponent))
    return added(sweep, parts)


def times(sweep: Tangents, node: Node, items: Factors, factor: Rational = 1) -> Node:
    """A product of scalars, or entry by entry."""
    if node.shape:
        return make.hadamard(sweep.graph, items, node.shape, factor)
    return make.multiply(sweep.graph, [(n, e) for n, e in items if e], factor)


def power(sweep: Tangents, node: Node) -> Node:
    base, exponent = node.args
    parts = []
    if base in sweep.active:
        less = (
            make.add(sweep.graph, [(exponent, 1), (parts_forms.ones(sweep.graph, node.shape), -1)])
            if node.shape
            else make.add(sweep.graph, [(exponent, 1)], -1)
        )
        lowered = make.power(sweep.graph, base, less)
        parts.append(times(sweep, node, [(sweep.of(base), 1), (exponent, 1), (lowered, 1)]))
    if exponent in sweep.active:
        log = make.call(sweep.graph, RULES["log"], (base,))
        parts.append(times(sweep, node, [(sweep.of(exponent), 1), (node, 1), (log, 1)]))
    return added(sweep, parts)


def call(sweep: Tangents, node: Node) -> Node:
    parts = [
        chain_rule(sweep.graph, node, i, sweep.of(argument))
        for i, argument in enumerate(node.args)
        if argument in sweep.active
    ]
    return added(sweep, parts)


def where(sweep: Tangents, node: Node) -> Node:
    condition, yes, no = node.args
    return make.where(sweep.graph, condition, sweep.of(yes), sweep.of(no))


def abstract(sweep: Tangents, node: Node) -> Node:
    name, orders = node.data
    parts: Factors = []
    for i, argument in enumerate(node.args):
        if argument in sweep.active:
            raised = tuple(n + (j == i) for j, n in enumerate(orders))
            partial = scalars.abstract(sweep.graph, name, node.args, raised)
            parts.append((make.hadamard(sweep.graph, [(sweep.of(argument), 1), (partial, 1)], node.shape), 1))
    return make.add(sweep.graph, parts)


def matmul(sweep: Tangents, node: Node) -> Node:
    parts = []
    for i, factor in enumerate(node.args):
        if factor in sweep.active:
            change = sweep.of(factor)
            parts.append(make.matmul(sweep.graph, [*node.args[:i], change, *node.args[i + 1 :]]))
    return added(sweep, parts)


def diag(sweep: Tangents, node: Node) -> Node:
    return make.diag(sweep.graph, sweep.of(node.args[0]))


def diagonal(sweep: Tangents, node: Node) -> Node:
    return make.diagonal(sweep.graph, sweep.of(node.args[0]))


def norm(sweep: Tangents, node: Node) -> Node:
    """⟨A, dA⟩/norm(A)."""
    (array,) = node.args
    inner = inner_product(sweep.graph, sweep.of(array), array)
    return make.multiply(sweep.graph, [(inner, 1), (node, -1)])


def polar(sweep: Tangents, node: Node) -> Node:
    return polar_change(sweep.graph, node, sweep.of(node.args[0]))


def kron_block(sweep: Tangents, node: Node) -> Node:
    """Linear in each argument: what a Kronecker product's adjoint passes back."""
    parts = []
    for place, argument in enumerate(node.args):
        if argument in sweep.active:
            args = [sweep.of(argument) if i == place else other for i, other in enumerate(node.args)]
            parts.append(make.form(node.op)(sweep.graph, *args, node.shape))
    return added(sweep, parts)


def lse(sweep: Tangents, node: Node) -> Node:
    (array,) = node.args
    weights = make.softmax(sweep.graph, array, node.data)
    product = make.hadamard(sweep.graph, [(weights, 1), (sweep.of(array), 1)], array.shape)
    return make.total_along(sweep.graph, product, node.data)


def softmax(sweep: Tangents, node: Node) -> Node:
    return softmax_product(sweep.graph, node, sweep.of(node.args[0]))


def prod(sweep: Tangents, node: Node) -> Node:
    (array,) = node.args
    quotient = make.hadamard(sweep.graph, [(sweep.of(array), 1), (array, -1)], array.shape)
    summed = make.total_along(sweep.graph, quotient, node.data)
    return times(sweep, node, [(node, 1), (summed, 1)])


def extreme(sweep: Tangents, node: Node) -> Node:
    """The change of the entry that is the greatest."""
    (array,) = node.args
    condition, share = chosen(sweep.graph, node, sweep.active)
    found = make.where(sweep.graph, condition, sweep.of(array), zeros(sweep.graph, array.shape))
    return times(sweep, node, [(make.total_along(sweep.graph, found, node.data[1]), 1), (share, 1)])


def cumsum(sweep: Tangents, node: Node) -> Node:
    return make.cumsum(sweep.graph, sweep.of(node.args[0]), node.data)


def pick(sweep: Tangents, node: Node) -> Node:
    return make.pick(sweep.graph, sweep.of(node.args[0]), *node.data)


def concat(sweep: Tangents, node: Node) -> Node:
    return make.concat(sweep.graph, [sweep.of(arg) for arg in node.args], node.data)
