"""Reverse sweeps whose adjoints are graph nodes: a gradient is again a program.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), section 3.2: one sweep gives the whole gradient, at
a cost proportional to that of the function.
"""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms import scalars
from gradcli.program.graph import keep_whole, order
from gradcli.program.rationals import lower
from gradcli.program.rows import partial_node
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from gradcli.program.graph import Factors, Graph, Node, Rational


class Reverse:
    """Symbolic differentiation by variables (names of scalars, or nodes of any shape), one sweep for each output."""

    def __init__(self, graph: Graph, wrt: Sequence[str] | Sequence[Node]) -> None:
        self.graph = graph
        self.wrt = [graph.intern("variable", (), name) if isinstance(name, str) else name for name in wrt]
        self.partials: dict[tuple[Node, int], Node] = {}
        self.active: set[Node] = set(self.wrt)
        self.adjoints: dict[Node, Factors] = {}
        self.chunks: dict[tuple[tuple[Node, Rational], ...], list[tuple[Node | None, Node | None]]] = {}

    def gradient(self, output: Node, adjoint: Node | None = None) -> list[Node]:
        """∂output/∂w for each w; with the adjoint of an output of any shape, what it passes back to each w.

        Shapes: each that of its w (denominator layout).
        """
        nodes = order([output])
        mark_active(self.active, nodes)
        self.adjoints = {output: [(scalars.number(self.graph, 1) if adjoint is None else adjoint, 1)]}
        found: dict[Node, Node] = {}
        for node in reversed(nodes):
            if node not in self.active or node not in self.adjoints:
                continue
            collected = self.collected(node)
            if is_nought(collected):
                continue
            keep_whole(self.graph, collected)
            if node.op == "variable":
                found[node] = collected
            else:
                pull_back(self, node, collected)
        return [found.get(variable) or nothing(self.graph, variable.shape) for variable in self.wrt]

    def collected(self, node: Node) -> Node:
        """The sum of what was passed on to a node."""
        parts = self.adjoints.pop(node)
        if node.shape:
            return make.add(self.graph, parts)
        return parts[0][0] if len(parts) == 1 and parts[0][1] == 1 else scalars.add(self.graph, parts)

    def pass_on(self, node: Node, adjoint: Node, factor: Rational = 1) -> None:
        """Add factor·adjoint to the adjoint of an active node."""
        if node in self.active:
            if node.shape and not adjoint.shape:
                adjoint = make.fill(self.graph, adjoint, node.shape)
            self.adjoints.setdefault(node, []).append((adjoint, factor))

    def times(self, items: Factors, shape: Any, factor: Rational = 1) -> Node:
        """A product of scalars, or entry by entry."""
        if shape:
            return make.hadamard(self.graph, items, shape, factor)
        return scalars.multiply(self.graph, items, factor)

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
            own: Factors = [(base, lower(exponent - 1))] if exponent != 1 else []
            self.pass_on(base, self.times([(adjoint, 1), *own, *others], node.shape, exponent))

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
            parts = [self.times(list(factors[i : i + size]), factors[0][0].shape) for i in range(0, len(factors), size)]
            before, after = self.running(parts), self.running(parts[::-1])[::-1]
            known = self.chunks[factors] = list(zip(before, after, strict=True))
        return known

    def running(self, parts: Sequence[Node]) -> list[Node | None]:
        """Products of all parts before each part; long products are not merged, so each is one small step."""
        result: list[Node | None] = [None]
        for part in parts[:-1]:
            before = result[-1]
            result.append(part if before is None else self.times([(before, 1), (part, 1)], part.shape))
        return result

    def power(self, node: Node, adjoint: Node) -> None:
        """d u**v = v·u**(v-1) du + u**v·log(u) dv, each only where it is asked for."""
        base, exponent = node.args
        if base in self.active:
            lowered = make.power(self.graph, base, one_less(self.graph, exponent, node.shape))
            self.pass_on(base, self.times([(adjoint, 1), (exponent, 1), (lowered, 1)], node.shape))
        if exponent in self.active:
            log = make.call(self.graph, RULES["log"], (base,))
            self.pass_on(exponent, self.times([(adjoint, 1), (node, 1), (log, 1)], node.shape))

    def call(self, node: Node, adjoint: Node) -> None:
        for i, argument in enumerate(node.args):
            if argument in self.active:
                self.pass_on(argument, self.times([(adjoint, 1), (self.partial(node, i), 1)], node.shape))

    def partial(self, node: Node, position: int) -> Node:
        """The partial of a call by one of its arguments, built once."""
        key = (node, position)
        found = self.partials.get(key)
        if found is None:
            found = self.partials[key] = partial_of(self.graph, node, position)
        return found

    def where(self, node: Node, adjoint: Node) -> None:
        condition, yes, no = node.args
        zero = nothing(self.graph, node.shape)
        self.pass_on(yes, make.where(self.graph, condition, adjoint, zero))
        self.pass_on(no, make.where(self.graph, condition, zero, adjoint))

    def abstract(self, node: Node, adjoint: Node) -> None:
        name, orders = node.data
        for i, argument in enumerate(node.args):
            if argument in self.active:
                raised = tuple(n + (j == i) for j, n in enumerate(orders))
                partial = scalars.abstract(self.graph, name, node.args, raised)
                self.pass_on(argument, self.times([(adjoint, 1), (partial, 1)], node.shape))


OWN: dict[str, Callable[[Reverse, Node, Node], None]] = {
    "sum": Reverse.sum,
    "product": Reverse.product,
    "power": Reverse.power,
    "call": Reverse.call,
    "where": Reverse.where,
    "abstract": Reverse.abstract,
}
"""Operations of scalars and of arrays entry by entry, which need no table: a program of scalars never loads it."""


def pull_back(sweep: Reverse, node: Node, adjoint: Node) -> None:
    """Pass the adjoint of a node on to its arguments; the rows of arrays are loaded when they are first needed.

    Errors: `no-closed-form` where no matrix expression exists.
    """
    own = OWN.get(node.op)
    if own is not None:
        own(sweep, node, adjoint)
    else:
        from gradcli.derive.ad.table import pulled_back

        pulled_back(sweep, node, adjoint)


def mark_active(active: set[Node], nodes: Iterable[Node]) -> None:
    """Add the nodes that depend on an active one (a condition passes no derivative on)."""
    for node in nodes:
        args = node.args[1:] if node.op == "where" else node.args
        if node.op not in ("compare", "and", "or", "not") and any(arg in active for arg in args):
            active.add(node)


def partial_of(graph: Graph, node: Node, position: int) -> Node:
    """The partial of a call by one of its arguments, in the shape of the call."""
    if isinstance(node.data, BoundRule):
        from gradcli.program.bound.partials import bound_partial

        return bound_partial(graph, node.data, position, node.args)
    if not node.shape:
        return partial_node(graph, node.data, position, node.args)
    from gradcli.derive.ad.pullbacks import partial_array

    return partial_array(graph, node, position)


def one_less(graph: Graph, exponent: Node, shape: Any) -> Node:
    """exponent - 1."""
    if not shape:
        return scalars.add(graph, [(exponent, 1)], -1)
    return make.add(graph, [(exponent, 1), (make.fill(graph, scalars.number(graph, 1), shape), -1)])


def is_nought(node: Node) -> bool:
    """Zero, or an array of zeros."""
    return scalars.is_zero(node.args[0] if node.op == "fill" else node)


def nothing(graph: Graph, shape: Any) -> Node:
    """Zero, or an array of zeros."""
    zero = scalars.number(graph, 0)
    return make.fill(graph, zero, shape) if shape else zero


def directional(graph: Graph, gradient: Sequence[Node], direction: Sequence[Node]) -> Node:
    """Σ ∂f/∂wᵢ·dᵢ: the derivative along a direction (not normalised)."""
    products = [(scalars.multiply(graph, [(g, 1), (d, 1)]), 1) for g, d in zip(gradient, direction, strict=True)]
    return scalars.add(graph, products)
