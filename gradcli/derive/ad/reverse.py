"""Reverse sweeps whose adjoints are graph nodes: a gradient is again a program.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), section 3.2: one sweep gives the whole gradient, at
a cost proportional to that of the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.program.forms import scalars
from gradcli.program.graph import keep_whole, order
from gradcli.program.rows import partial_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gradcli.program.graph import Factors, Graph, Node, Rational


class Reverse:
    """Symbolic differentiation by the scalar variables called `wrt`, one sweep for each output."""

    def __init__(self, graph: Graph, wrt: Sequence[str]) -> None:
        self.graph = graph
        self.wrt = [graph.intern("variable", (), name) for name in wrt]
        self.partials: dict[tuple[Node, int], Node] = {}
        self.active: set[Node] = set(self.wrt)
        self.adjoints: dict[Node, Factors] = {}
        self.chunks: dict[tuple[tuple[Node, Rational], ...], list[tuple[Node | None, Node | None]]] = {}

    def gradient(self, output: Node) -> list[Node]:
        """∂output/∂w for each w of `wrt`."""
        nodes = order([output])
        self.mark_active(nodes)
        self.adjoints = {output: [(scalars.number(self.graph, 1), 1)]}
        found: dict[Node, Node] = {}
        for node in reversed(nodes):
            if node not in self.active or node not in self.adjoints:
                continue
            parts = self.adjoints.pop(node)
            adjoint = parts[0][0] if len(parts) == 1 and parts[0][1] == 1 else scalars.add(self.graph, parts)
            if scalars.is_zero(adjoint):
                continue
            keep_whole(self.graph, adjoint)
            if node.op == "variable":
                found[node] = adjoint
            else:
                PULLBACKS[node.op](self, node, adjoint)
        zero = scalars.number(self.graph, 0)
        return [found.get(variable, zero) for variable in self.wrt]

    def mark_active(self, nodes: Iterable[Node]) -> None:
        """The nodes that depend on a variable of `wrt` (a condition passes no derivative on)."""
        active = self.active
        for node in nodes:
            args = node.args[1:] if node.op == "where" else node.args
            if node.op != "compare" and any(arg in active for arg in args):
                active.add(node)

    def pass_on(self, node: Node, adjoint: Node, factor: Rational = 1) -> None:
        """Add factor·adjoint to the adjoint of an active node."""
        if node in self.active:
            self.adjoints.setdefault(node, []).append((adjoint, factor))

    def sum(self, node: Node, adjoint: Node) -> None:
        for term, coefficient in zip(node.args, node.data[0], strict=True):
            self.pass_on(term, adjoint, coefficient)

    def product(self, node: Node, adjoint: Node) -> None:
        """∂/∂bᵢ Π b^e = eᵢ·bᵢ^(eᵢ-1)·Π of the others: never a division by bᵢ, which may be 0."""
        factors: Factors = list(zip(node.args, node.data, strict=True))
        for i, (base, exponent) in enumerate(factors):
            if base not in self.active:
                continue
            others = self.others(factors, i) if len(factors) > scalars.FLATTEN else [*factors[:i], *factors[i + 1 :]]
            own: Factors = [(base, exponent - 1)] if exponent != 1 else []
            self.pass_on(base, scalars.multiply(self.graph, [(adjoint, 1), *own, *others], exponent))

    def others(self, factors: Factors, position: int) -> Factors:
        """The factors but one of a long product, by shared prefixes and suffixes of its chunks: linear in all."""
        chunks = self.chunk_products(tuple(factors))
        size = scalars.FLATTEN
        k = position // size
        near = [f for i, f in enumerate(factors[k * size : (k + 1) * size], k * size) if i != position]
        before, after = chunks[k]
        return [*near, *[(part, 1) for part in (before, after) if part is not None]]

    def chunk_products(self, factors: tuple[tuple[Node, Rational], ...]) -> list[tuple[Node | None, Node | None]]:
        """For each chunk of a long product the product of all before it and of all after it."""
        known = self.chunks.get(factors)
        if known is None:
            size = scalars.FLATTEN
            parts = [scalars.multiply(self.graph, factors[i : i + size]) for i in range(0, len(factors), size)]
            before, after = self.running(parts), self.running(parts[::-1])[::-1]
            known = self.chunks[factors] = list(zip(before, after, strict=True))
        return known

    def running(self, parts: Sequence[Node]) -> list[Node | None]:
        """Products of all parts before each part; long products are not merged, so each is one small step."""
        result: list[Node | None] = [None]
        for part in parts[:-1]:
            before = result[-1]
            result.append(part if before is None else scalars.multiply(self.graph, [(before, 1), (part, 1)]))
        return result

    def power(self, node: Node, adjoint: Node) -> None:
        """d u**v = v·u**(v-1) du + u**v·log(u) dv, each only where it is asked for."""
        from gradcli.rules import RULES

        base, exponent = node.args
        if base in self.active:
            less = scalars.add(self.graph, [(exponent, 1)], -1)
            lowered = scalars.power(self.graph, base, less)
            self.pass_on(base, scalars.multiply(self.graph, [(adjoint, 1), (exponent, 1), (lowered, 1)]))
        if exponent in self.active:
            log = scalars.call(self.graph, RULES["log"], (base,))
            self.pass_on(exponent, scalars.multiply(self.graph, [(adjoint, 1), (node, 1), (log, 1)]))

    def call(self, node: Node, adjoint: Node) -> None:
        for i, argument in enumerate(node.args):
            if argument in self.active:
                partial = self.partial(node, i)
                self.pass_on(argument, scalars.multiply(self.graph, [(adjoint, 1), (partial, 1)]))

    def partial(self, node: Node, position: int) -> Node:
        """The partial of a call by one of its arguments, built once."""
        key = (node, position)
        found = self.partials.get(key)
        if found is None:
            found = self.partials[key] = partial_node(self.graph, node.data, position, node.args)
        return found

    def where(self, node: Node, adjoint: Node) -> None:
        condition, yes, no = node.args
        zero = scalars.number(self.graph, 0)
        self.pass_on(yes, scalars.where(self.graph, condition, adjoint, zero))
        self.pass_on(no, scalars.where(self.graph, condition, zero, adjoint))

    def abstract(self, node: Node, adjoint: Node) -> None:
        name, orders = node.data
        for i, argument in enumerate(node.args):
            if argument in self.active:
                raised = tuple(n + (j == i) for j, n in enumerate(orders))
                partial = scalars.abstract(self.graph, name, node.args, raised)
                self.pass_on(argument, scalars.multiply(self.graph, [(adjoint, 1), (partial, 1)]))


PULLBACKS: dict[str, Callable[[Reverse, Node, Node], None]] = {
    "sum": Reverse.sum,
    "product": Reverse.product,
    "power": Reverse.power,
    "call": Reverse.call,
    "where": Reverse.where,
    "abstract": Reverse.abstract,
}


def directional(graph: Graph, gradient: Sequence[Node], direction: Sequence[Node]) -> Node:
    """Σ ∂f/∂wᵢ·dᵢ: the derivative along a direction (not normalised)."""
    products = [(scalars.multiply(graph, [(g, 1), (d, 1)]), 1) for g, d in zip(gradient, direction, strict=True)]
    return scalars.add(graph, products)
