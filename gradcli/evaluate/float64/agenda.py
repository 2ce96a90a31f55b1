"""What is computed of a graph of arrays, and in what order: the same at every point."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from gradcli.program.forms.transpose import known_transpose
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gradcli.program.graph import Graph, Node


class Agenda:
    """The order in which nodes are computed, arguments before users.

    variables   those of all nodes
    shared      nodes that several others use: they are worth keeping
    chains      the products by their factors
    twins       by node another one that it is the transpose of; it has no value itself
    """

    def __init__(self, roots: Sequence[Node], graph: Graph | None = None) -> None:
        """`graph`: that of the nodes; what it knows to be the transpose of another node is not computed again."""
        self.roots = roots
        self.twins: dict[Node, Node] = {}
        every = reachable(roots)
        self.variables = [node for node in every if node.op == "variable"]
        self.shared = used_again(roots, every)
        # (beside a diagonal matrix what is indeterminate is mended, and then is no product)
        products = [node for node in every if node.op == "matmul" and node.shape]
        self.chains = {counted(node): node for node in products if all(part.op != "diag" for part in node.args)}
        self.order = reachable(roots, self.needs)
        if graph is not None:
            self.twins = twins(self.order, graph)
            self.order = self.early(reachable([self.twins.get(root, root) for root in roots], self.needs))

    def early(self, order: Sequence[Node]) -> list[Node]:
        """Conditions as soon as both sides are there: they are small, and the sides may be written over then."""
        places = {node: float(i) if node.args else -1.0 for i, node in enumerate(order)}
        for node in order:
            if node.op in ("compare", "fill"):
                places[node] = max((places[part] for part in self.needs(node) if part in places), default=0) + 0.5
        return sorted(order, key=places.__getitem__)

    def users(self) -> Counter[Node]:
        """How often each node is needed; a root is once more, at the end."""
        found = Counter(self.twins.get(root, root) for root in self.roots)
        for node in self.order:
            found.update(self.needs(node))
            if node.op == "extreme":  # (where the greatest entries are is asked for later)
                found.update(node.args)
        return found

    def needs(self, node: Node) -> Sequence[Node]:
        """The nodes whose values this one is computed from."""
        parts = self.arguments(node)
        return parts if self.twins.keys().isdisjoint(parts) else [self.twins.get(part, part) for part in parts]

    def arguments(self, node: Node) -> Sequence[Node]:
        """The same before one of two transposes is left out."""
        if node.op == "matmul":
            return [part for factor in node.args for part in lazy_parts(factor)]
        if node.op in ("trace", "diagonal") and self.is_inlined(node.args[0], "matmul"):
            return self.arguments(node.args[0])
        if node.op == "total" and self.is_inner_product(node.args[0]):
            return node.args[0].args
        return node.args

    def is_inlined(self, node: Node, op: str) -> bool:
        """Is this such a node, and nobody else's business?"""
        return node.op == op and node not in self.shared

    def is_inner_product(self, node: Node) -> bool:
        """sum(A*B) and sum(A**2)."""
        return self.is_inlined(node, "product") and node.data in ((1, 1), (2,))


def used_again(
    roots: Iterable[Node], nodes: Iterable[Node], needs: Callable[[Node], Iterable[Node]] = attrgetter("args")
) -> set[Node]:
    """The nodes with several users; a root has one more."""
    once: set[Node] = set(roots)
    shared: set[Node] = set()
    for node in nodes:
        for arg in needs(node):
            (shared if arg in once else once).add(arg)
    return shared


def counted(chain: Node) -> tuple[Node, ...]:
    """The factors of a chain that count: identities do not, unless there is nothing else."""
    return tuple(factor for factor in chain.args if factor.op != "eye") or chain.args[:1]


def lazy_parts(factor: Node) -> Sequence[Node]:
    """What a factor of a chain is computed from: an inverse and a diagonal matrix are not written out."""
    if is_stretches(factor):
        return ()
    return factor.args if factor.op in ("inv", "diag", "fill", "eye", "transpose") else (factor,)


def is_stretches(node: Node) -> bool:
    """Is this a sum of parts of identities?"""
    parts = node.args if node.op == "sum" else (node,)
    return all(part.op == "pick" and bool(part.shape) and part.args[0].op == "eye" for part in parts)


def twins(order: Sequence[Node], graph: Graph) -> dict[Node, Node]:
    """The nodes that are transposes of earlier ones, which are computed too."""
    known = set(order)
    found = {}
    for node in order:
        other = known_transpose(graph, node) if node.shape and node.op not in CHEAP else None
        if other is not None and other in known and other.serial < node.serial:
            found[node] = other
    return found


CHEAP = ("variable", "transpose", "fill", "expand", "eye", "diag", "diagonal", "vec", "pick")
"""Operations that take no time, or make no array."""
