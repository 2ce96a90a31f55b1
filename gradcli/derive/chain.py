"""The chain rule, term by term: ∂y/∂x = Σ ∂y/∂u · ∂u/∂x over the statements u that use x directly.

Source: Zhang, Lipton, Li & Smola, Dive into Deep Learning, section "Calculus", chain rule for several variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.intermediates import steps_of
from gradcli.derive.layouts import all_entry_names
from gradcli.derive.methods.choose import accuracy_of, entries_at, partial_derivatives
from gradcli.derive.reading import read_back
from gradcli.derive.results import Chain, Intermediate, Numbers, Term
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.substitute import replace
from gradcli.program.to_tree import write_trees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.request import Request
    from gradcli.problems import Problem
    from gradcli.program.graph import Node, Program, Step
    from gradcli.program.point import Point


class Link(NamedTuple):
    """One term before it is written: variable, the statement it goes through, and the three factors as nodes."""

    variable: str
    through: str
    outer: Node
    inner: Node
    product: Node


def chains(program: Program, request: Request) -> list[Chain]:
    """The breakdown at each point of the request (once, symbolically, without one).

    Shapes:   scalars only: every factor is 1 by 1.
    Problems: a factor that does not exist at the point is None and has a problem under the name of its variable.
    """
    question = ChainQuestion(program, request)
    return [question.answer(point) for point in request.points or (None,)]


class ChainQuestion:
    """One program and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.inputs = all_entry_names(program.variables)
        self.steps, self.found = steps_of(program)
        self.output = self.steps[-1]
        self.totals: dict[str, Node] = {}
        self.links = self.find_links()
        self.partials = partial_derivatives(program.graph, program.outputs[0].node, self.inputs)
        self.write()

    def names(self) -> list[str]:
        """Inputs, then intermediates in order of evaluation."""
        return [*self.inputs, *[step.name for step in self.steps[:-1]]]

    def find_links(self) -> dict[str, list[Link]]:
        """The nonzero terms of every name, and every total, from the output backwards."""
        graph = self.program.graph
        names = self.names()
        gradients = {step.name: self.local_gradient(step, names) for step in self.steps}
        links: dict[str, list[Link]] = {}
        self.totals[self.output.name] = scalars.number(graph, 1)
        for name in reversed(names):
            links[name] = []
            for step in self.steps:
                inner = gradients[step.name].get(name)
                if inner is not None and step.name in self.totals:
                    outer = self.totals[step.name]
                    product = scalars.multiply(graph, [(outer, 1), (inner, 1)])
                    links[name].append(Link(name, step.name, outer, inner, product))
            self.totals[name] = scalars.add(graph, [(link.product, 1) for link in links[name]])
        return {name: links[name] for name in names}

    def local_gradient(self, step: Step, names: Sequence[str]) -> dict[str, Node]:
        """The nonzero partials of one statement alone by the names that it uses."""
        used = {node.data for node in order([step.local]) if node.op == "variable"}
        wanted = [name for name in names if name in used]
        partials = Reverse(self.program.graph, wanted).gradient(step.local)
        return {name: node for name, node in zip(wanted, partials, strict=True) if not scalars.is_zero(node)}

    def write(self) -> None:
        """The syntax of all factors, sums and entries, written together so that they share definitions."""
        links = [link for found in self.links.values() for link in found]
        nodes = [node for link in links for node in (link.outer, link.inner, link.product)]
        names = self.names()
        nodes += [self.totals[name] for name in names]
        nodes += [self.partials[name] for name in self.inputs]
        written = write_trees(nodes, self.program.decimal, {*names, self.output.name, *self.program.constants})
        trees = iter(written.trees)
        self.trees = {link: (next(trees), next(trees), next(trees)) for link in links}
        self.total_trees = {name: next(trees) for name in names}
        self.symbolic = {name: next(trees) for name in self.inputs}
        self.definitions = written.definitions

    def answer(self, point: Point | None) -> Chain:
        """The breakdown at one point."""
        program, request = self.program, self.request
        record = Chain(
            read_back(program, point),
            Numbers(request.method, None, None, ()),
            request.layout or "numerator",
            self.output.name,
            self.output.tree,
            tuple(self.inputs),
            tuple(Intermediate(step.name, step.tree, None, ()) for step in self.steps[:-1]),
            {step.name: self.used_by(step) for step in self.steps},
            {name: tuple(self.term(link, (None, None, None)) for link in found) for name, found in self.links.items()},
            self.total_trees,
            None,
            self.symbolic,
            self.definitions,
            None,
            None,
            None,
            self.found,
        )
        return record if point is None else ChainNumbers(self, point).fill(record)

    def used_by(self, step: Step) -> tuple[str, ...]:
        """The names that a statement uses directly, in order of first use in the program."""
        used = {node.data for node in order([step.local]) if node.op == "variable"}
        return tuple(name for name in self.names() if name in used)

    def term(self, link: Link, values: tuple[float | None, float | None, float | None]) -> Term:
        """One term as a record."""
        outer, inner, product = self.trees[link]
        return Term(link.through, outer, inner, *values, product)


class ChainNumbers:
    """The numbers of one breakdown at one point."""

    def __init__(self, question: ChainQuestion, point: Point) -> None:
        self.question = question
        self.graph = question.program.graph
        self.point = point
        self.problems: list[Problem] = []
        self.at = self.everywhere()

    def everywhere(self) -> Point:
        """The point with the intermediates as well, each as a node without variables."""
        values = dict(self.point.values)
        for step in self.question.steps:
            mapping = {scalars.variable(self.graph, name): node for name, node in values.items()}
            values[step.name] = replace(self.graph, [step.local], mapping)[0]
        return self.point._replace(values=values)

    def fill(self, record: Chain) -> Chain:
        """The record with its numbers; the direct gradient is the cross-check."""
        from gradcli.evaluate.certified.certify import certify

        question, program = self.question, self.question.program
        method = question.request.method
        f, names = program.outputs[0].node, question.inputs
        direct = entries_at(method, self.graph, f, names, question.partials, self.point, program.guards)
        steps = question.steps[:-1]
        inner_values = [found.value for found in certify([self.at.values[step.name] for step in steps], {})]
        totals = self.total_values()
        terms = {name: tuple(self.numbers(link) for link in found) for name, found in question.links.items()}
        return record._replace(
            numbers=Numbers(
                method,
                accuracy_of(method, self.graph),
                direct.evaluations,
                (*direct.problems, *self.problems),
                assumptions=direct.assumptions,
            ),
            intermediates=tuple(
                made._replace(value=value) for made, value in zip(record.intermediates, inner_values, strict=True)
            ),
            terms=terms,
            total_values=totals,
            value=direct.value,
            gradient=dict(direct.numbers),
            agree=self.agreement(totals, direct.numbers),
        )

    def total_values(self) -> dict[str, float | None]:
        """The sums of the terms."""
        from gradcli.evaluate.certified.certify import certify

        names = self.question.names()
        found = certify([self.question.totals[name] for name in names], self.at.values)
        return {name: total.value if total.status == "ok" else None for name, total in zip(names, found, strict=True)}

    def numbers(self, link: Link) -> Term:
        """One term with its numbers; a factor that fails is looked at from both sides."""
        from gradcli.evaluate.certified.certify import certify

        outer, inner, product = certify([link.outer, link.inner, link.product], self.at.values)
        inner_value = inner.value if inner.status == "ok" else self.inner_by_slopes(link)
        outer_value = outer.value if outer.status == "ok" else self.outer_by_slopes(link)
        whole = product.value if product.status == "ok" else None
        if whole is None and inner_value is not None and outer_value is not None:
            whole = inner_value * outer_value
        return self.question.term(link, (outer_value, inner_value, whole))

    def inner_by_slopes(self, link: Link) -> float | None:
        """The partial of one statement where its formula fails at the point."""
        step = next(step for step in self.question.steps if step.name == link.through)
        return self.by_slopes(step.local, link.variable, link.inner)

    def outer_by_slopes(self, link: Link) -> float | None:
        """The derivative of the output by an intermediate where its formula fails at the point."""
        steps = self.question.steps
        start = next(i for i, step in enumerate(steps) if step.name == link.through)
        values: dict[Node, Node] = {}
        for step in steps[start + 1 :]:
            values[scalars.variable(self.graph, step.name)] = replace(self.graph, [step.local], values)[0]
        f = values.get(scalars.variable(self.graph, self.question.output.name))
        return 1.0 if f is None else self.by_slopes(f, link.through, link.outer)

    def by_slopes(self, f: Node, name: str, partial: Node) -> float | None:
        """∂f/∂name by the method's diagnosis; its problems are kept."""
        found = entries_at("symbolic", self.graph, f, [name], {name: partial}, self.at, ())
        self.problems += [p for p in found.problems if p.variable is not None and p not in self.problems]
        return found.numbers[name]

    def agreement(self, totals: dict[str, float | None], direct: Mapping[str, float | None]) -> bool | None:
        """Do the sums and the direct gradient agree, wherever both exist?"""
        pairs = [(totals[name], direct[name]) for name in self.question.inputs]
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        return all(abs(a - b) <= 1e-9 * max(abs(a), abs(b)) for a, b in both) if both else None
