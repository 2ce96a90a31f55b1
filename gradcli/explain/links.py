"""The terms of the chain rule: ∂y/∂x = Σ ∂y/∂u · ∂u/∂x over the statements u that use x directly.

From the output inwards, so that every outer derivative has been found before it is used.
Source: Zhang, Lipton, Li & Smola, Dive into Deep Learning, section "Calculus", chain rule for several variables.
"""

from __future__ import annotations

from gradcli.derive.layouts import numbers_in, shown
from gradcli.derive.results import Chain, Intermediate, Term
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.results import Numbers, Path, Reading, Value
    from gradcli.program.graph import Graph, Node, Shape
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

    Dims = tuple[int | str, ...]

LETTERS = "uvwzpqrs"
"""Letters for found intermediates, in the order in which they are tried."""


class Link(NamedTuple):
    """One term before it is written: variable, the statement it goes through, and the three factors as nodes."""

    variable: str
    through: str
    outer: Node
    inner: Node
    product: Node


class Statements(NamedTuple):
    """What the chain rule is about; the last of `nodes` is the output.

    inputs   variables to differentiate by;  data: the parameters
    nodes    by name, in order of evaluation: each in the names that it uses itself;  trees, shapes: of the same
    """

    graph: Graph
    inputs: Sequence[str]
    data: Sequence[str]
    nodes: Mapping[str, Node]
    trees: Mapping[str, Tree]
    shapes: Mapping[str, Shape]


class ChainValues(NamedTuple):
    """The numbers of a breakdown: of the intermediates, of outer, inner and product of each term, of the sums."""

    steps: Mapping[str, Value]
    terms: Mapping[Link, tuple[Value, Value, Value]]
    totals: Mapping[str, Value]


class Links:
    """The terms of every name, and their sums; what a product and a sum are is told by the two kinds of chains.

    inner    statement -> name -> ∂statement/∂name, where it is not zero
    steps    name -> the statements that have such a derivative by it
    totals   name -> ∂output/∂name, for the names that the output depends on
    """

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self.graph = statements.graph
        self.inputs = statements.inputs
        *self.inside, self.output = statements.nodes
        self.names = [*self.inputs, *self.inside]
        self.places = {name: place for place, name in enumerate((*self.names, *statements.data))}
        self.inner = {step: self.partials(step) for step in statements.nodes}
        self.steps: dict[str, list[str]] = {name: [] for name in self.names}
        for step, partials in self.inner.items():
            for name in partials:
                self.steps[name].append(step)
        self.totals: dict[str, Node] = {self.output: scalars.number(self.graph, 1)}
        self.terms = {name: self.through(name) for name in (*reversed(self.inside), *self.inputs)}
        self.trees: Mapping[Node, Tree] = {}

    def through(self, name: str) -> list[Link]:
        """The terms of a name, whose sum is its total."""
        found: list[Link] = []
        for step in self.steps[name]:
            if step in self.totals:
                outer, inner = self.totals[step], self.inner[step][name]
                found.append(Link(name, step, outer, inner, self.product([outer, inner])))
        total = self.sum([link.product for link in found])
        if total is not None:
            self.totals[name] = total
        return found

    def partials(self, step: str) -> Mapping[str, Node]:
        """The nonzero derivatives of one statement alone by the names that it uses, data left out."""
        raise NotImplementedError

    def wanted(self, step: str) -> list[str]:
        """The names that a statement uses directly and that derivatives are by."""
        return [name for name in self.used(step) if self.places[name] < len(self.names)]

    def product(self, factors: Sequence[Node]) -> Node:
        """The product of factors from the output inwards."""
        raise NotImplementedError

    def sum(self, nodes: Sequence[Node]) -> Node | None:
        """The sum of terms; None where there is none and it is not written."""
        raise NotImplementedError

    def shape(self, factor: Node) -> Dims | None:
        """The shape of a factor; None where all is scalar."""
        return None

    def used(self, step: str) -> list[str]:
        """The names that a statement uses directly: inputs, statements, data."""
        names = {node.data for node in order([self.statements.nodes[step]]) if node.op == "variable"}
        return sorted(names & self.places.keys(), key=self.places.__getitem__)

    def factors(self) -> list[Node]:
        """All that is to be written."""
        links = [link for found in self.terms.values() for link in found]
        nodes = [node for link in links for node in (link.outer, link.inner, link.product)]
        return nodes + list(self.totals.values())

    def record(
        self,
        reading: Reading,
        numbers: Numbers,
        layout: Layout,
        symbolic: Mapping[str, Tree],
        definitions: tuple[tuple[str, Tree], ...],
        found: bool,
        paths: tuple[Path, ...] = (),
    ) -> Chain:
        """The breakdown without numbers."""
        trees, shapes = self.statements.trees, self.statements.shapes
        return Chain(
            reading,
            numbers,
            layout,
            self.output,
            trees[self.output],
            tuple(self.inputs),
            tuple(Intermediate(name, trees[name], None, shown(shapes[name])) for name in self.inside),
            {step: self.uses(step) for step in self.inner},
            {name: tuple(self.term(link, (None, None, None)) for link in found) for name, found in self.terms.items()},
            {name: self.trees[self.totals[name]] for name in self.names if name in self.totals},
            None,
            symbolic,
            definitions,
            None,
            None,
            None,
            found,
            paths,
        )

    def uses(self, step: str) -> tuple[str, ...]:
        """The names that a statement uses directly, data included, as they stand in the program."""
        return tuple(self.used(step))

    def term(self, link: Link, values: tuple[Value, Value, Value]) -> Term:
        """One term as a record."""
        outer, inner = link.outer, link.inner
        return Term(link.through, self.trees[outer], self.trees[inner], *values, self.shape(outer), self.shape(inner))

    def with_values(self, record: Chain, values: ChainValues, direct: Mapping[str, Any]) -> Chain:
        """The breakdown with its numbers; `direct`: the gradient found in one piece, as the sums stand."""
        return record._replace(
            intermediates=tuple(made._replace(value=values.steps[made.name]) for made in record.intermediates),
            terms={n: tuple(self.term(link, values.terms[link]) for link in links) for n, links in self.terms.items()},
            total_values=values.totals,
            agree=agreement(self.inputs, values.totals, direct),
        )


def differs(total: Any, direct: Any, size: float = 0.0) -> bool:
    """Do both exist and are not one number? `size`: of the greatest entry beside them, as which they round."""
    if total is None or direct is None:
        return False
    return bool(abs(total - direct) > 1e-9 * max(abs(total), abs(direct), size))


def agreement(names: Sequence[str], totals: Mapping[str, Value], direct: Mapping[str, Value]) -> bool | None:
    """Do the sums and the direct gradient agree, wherever both have a number? None where nothing can be compared."""
    verdicts = []
    for name in names:
        both = zip(numbers_in(totals.get(name)), numbers_in(direct.get(name)), strict=False)
        pairs = [(a, b) for a, b in both if a is not None and b is not None]
        size = max((max(abs(a), abs(b)) for a, b in pairs), default=0.0)
        verdicts += [not differs(a, b, size) for a, b in pairs]
    return all(verdicts) if verdicts else None
