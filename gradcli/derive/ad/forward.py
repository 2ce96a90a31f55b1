"""Forward mode on array graphs: how every node changes when a variable moves, as a node of the same shape.

The rows are the differentials of Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 8 and 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.derive.ad.pullbacks import chain_rule, inner_product, no_closed_form, softmax_product
from gradcli.derive.ad.reverse import mark_active
from gradcli.derive.ad.ties import chosen
from gradcli.program import make, rationals
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import number, zeros
from gradcli.program.graph import order
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcli.program.graph import Factors, Graph, Node, Rational


def tangent(graph: Graph, output: Node, directions: Mapping[Node, Node]) -> Node:
    """d output, where each variable moves by its direction (a node of the variable's shape). Linear in the directions.

    Shapes: that of the output.
    """
    nodes = order([output])
    active = set(directions)
    mark_active(active, nodes)
    sweep = Forward(graph, active, dict(directions))
    for node in nodes:
        if node in active and node not in sweep.tangents:
            rule = PUSHFORWARDS.get(node.op)
            if rule is None:
                raise no_closed_form("the second derivative of the nuclear norm")
            sweep.tangents[node] = rule(sweep, node)
    return sweep.of(output)


class Forward:
    """The tangents of nodes, arguments before users."""

    def __init__(self, graph: Graph, active: set[Node], tangents: dict[Node, Node]) -> None:
        self.graph = graph
        self.active = active
        self.tangents = tangents

    def of(self, node: Node) -> Node:
        """The tangent of a node: zero where nothing moves."""
        found = self.tangents.get(node)
        if found is not None:
            return found
        return zeros(self.graph, node.shape) if node.shape else number(self.graph, 0)

    def total(self, node: Node, parts: list[Node]) -> Node:
        """The sum of the changes of one node."""
        items = [(part, 1) for part in parts]
        return make.add(self.graph, items)

    def sum(self, node: Node) -> Node:
        items = [(self.of(t), c) for t, c in zip(node.args, node.data[0], strict=True) if t in self.active]
        return make.add(self.graph, items)

    def scale(self, node: Node) -> Node:
        scalar, array = node.args
        parts = []
        if scalar in self.active:
            parts.append(make.scale(self.graph, self.of(scalar), array))
        if array in self.active:
            parts.append(make.scale(self.graph, scalar, self.of(array)))
        return self.total(node, parts)

    def product(self, node: Node) -> Node:
        factors: Factors = list(zip(node.args, node.data, strict=True))
        parts = []
        for i, (base, exponent) in enumerate(factors):
            if base in self.active:
                items = [(self.of(base), 1), *factors[:i], *factors[i + 1 :], (base, rationals.lower(exponent - 1))]
                parts.append(self.times(node, items, exponent))
        return self.total(node, parts)

    def times(self, node: Node, items: Factors, factor: Rational = 1) -> Node:
        """A product of scalars, or entry by entry."""
        if node.shape:
            return make.hadamard(self.graph, items, node.shape, factor)
        return make.multiply(self.graph, [(n, e) for n, e in items if e], factor)

    def power(self, node: Node) -> Node:
        base, exponent = node.args
        parts = []
        if base in self.active:
            less = (
                make.add(self.graph, [(exponent, 1), (parts_forms.ones(self.graph, node.shape), -1)])
                if node.shape
                else make.add(self.graph, [(exponent, 1)], -1)
            )
            lowered = make.power(self.graph, base, less)
            parts.append(self.times(node, [(self.of(base), 1), (exponent, 1), (lowered, 1)]))
        if exponent in self.active:
            log = make.call(self.graph, RULES["log"], (base,))
            parts.append(self.times(node, [(self.of(exponent), 1), (node, 1), (log, 1)]))
        return self.total(node, parts)

    def call(self, node: Node) -> Node:
        parts = [
            chain_rule(self.graph, node, i, self.of(argument))
            for i, argument in enumerate(node.args)
            if argument in self.active
        ]
        return self.total(node, parts)

    def where(self, node: Node) -> Node:
        condition, yes, no = node.args
        return make.where(self.graph, condition, self.of(yes), self.of(no))

    def abstract(self, node: Node) -> Node:
        name, orders = node.data
        parts: Factors = []
        for i, argument in enumerate(node.args):
            if argument in self.active:
                raised = tuple(n + (j == i) for j, n in enumerate(orders))
                partial = scalars.abstract(self.graph, name, node.args, raised)
                parts.append((make.multiply(self.graph, [(self.of(argument), 1), (partial, 1)]), 1))
        return make.add(self.graph, parts)

    def matmul(self, node: Node) -> Node:
        parts = []
        for i, factor in enumerate(node.args):
            if factor in self.active:
                change = self.of(factor)
                parts.append(make.matmul(self.graph, [*node.args[:i], change, *node.args[i + 1 :]]))
        return self.total(node, parts)

    def transpose(self, node: Node) -> Node:
        return make.transpose(self.graph, self.of(node.args[0]))

    def inv(self, node: Node) -> Node:
        """-C dA C."""
        change = make.matmul(self.graph, [node, self.of(node.args[0]), node])
        return make.add(self.graph, [(change, -1)])

    def det(self, node: Node) -> Node:
        return make.multiply(self.graph, [(node, 1), (self.logdet(node), 1)])

    def logdet(self, node: Node) -> Node:
        """tr(inv(A) dA)."""
        (matrix,) = node.args
        return make.trace(self.graph, make.matmul(self.graph, [make.inv(self.graph, matrix), self.of(matrix)]))

    def trace(self, node: Node) -> Node:
        return make.trace(self.graph, self.of(node.args[0]))

    def summed(self, node: Node) -> Node:
        return make.total(self.graph, self.of(node.args[0]))

    def diag(self, node: Node) -> Node:
        return make.diag(self.graph, self.of(node.args[0]))

    def diagonal(self, node: Node) -> Node:
        return make.diagonal(self.graph, self.of(node.args[0]))

    def vec(self, node: Node) -> Node:
        return make.vec(self.graph, self.of(node.args[0]))

    def kron(self, node: Node) -> Node:
        left, right = node.args
        parts = []
        if left in self.active:
            parts.append(make.kron(self.graph, self.of(left), right))
        if right in self.active:
            parts.append(make.kron(self.graph, left, self.of(right)))
        return self.total(node, parts)

    def norm(self, node: Node) -> Node:
        """⟨A, dA⟩/norm(A)."""
        if node.data != "2":
            raise no_closed_form("the derivative of the nuclear norm")
        (array,) = node.args
        inner = inner_product(self.graph, self.of(array), array)
        return make.multiply(self.graph, [(inner, 1), (node, -1)])

    def polar(self, node: Node) -> Node:
        raise no_closed_form("the second derivative of the nuclear norm")

    def lse(self, node: Node) -> Node:
        (array,) = node.args
        weights = make.softmax(self.graph, array, node.data)
        product = make.hadamard(self.graph, [(weights, 1), (self.of(array), 1)], array.shape)
        return make.total_along(self.graph, product, node.data)

    def softmax(self, node: Node) -> Node:
        return softmax_product(self.graph, node, self.of(node.args[0]))

    def prod(self, node: Node) -> Node:
        (array,) = node.args
        quotient = make.hadamard(self.graph, [(self.of(array), 1), (array, -1)], array.shape)
        summed = make.total_along(self.graph, quotient, node.data)
        return self.times(node, [(node, 1), (summed, 1)])

    def extreme(self, node: Node) -> Node:
        """The change of the entry that is the greatest."""
        (array,) = node.args
        condition, share = chosen(self.graph, node, self.active)
        found = make.where(self.graph, condition, self.of(array), zeros(self.graph, array.shape))
        return self.times(node, [(make.total_along(self.graph, found, node.data[1]), 1), (share, 1)])

    def cumsum(self, node: Node) -> Node:
        return make.cumsum(self.graph, self.of(node.args[0]), node.data)

    def pick(self, node: Node) -> Node:
        return make.pick(self.graph, self.of(node.args[0]), *node.data)

    def concat(self, node: Node) -> Node:
        return make.concat(self.graph, [self.of(arg) for arg in node.args], node.data)


PUSHFORWARDS: Mapping[str, Callable[[Forward, Node], Node]] = {
    "sum": Forward.sum,
    "scale": Forward.scale,
    "product": Forward.product,
    "power": Forward.power,
    "call": Forward.call,
    "where": Forward.where,
    "abstract": Forward.abstract,
    "matmul": Forward.matmul,
    "transpose": Forward.transpose,
    "inv": Forward.inv,
    "det": Forward.det,
    "logdet": Forward.logdet,
    "trace": Forward.trace,
    "total": Forward.summed,
    "diag": Forward.diag,
    "diagonal": Forward.diagonal,
    "vec": Forward.vec,
    "kron": Forward.kron,
    "norm": Forward.norm,
    "polar": Forward.polar,
    "lse": Forward.lse,
    "softmax": Forward.softmax,
    "prod": Forward.prod,
    "extreme": Forward.extreme,
    "cumsum": Forward.cumsum,
    "pick": Forward.pick,
    "concat": Forward.concat,
}
