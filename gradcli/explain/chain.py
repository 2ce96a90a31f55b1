"""The chain rule, term by term: ∂y/∂x = Σ ∂y/∂u · ∂u/∂x over the statements u that use x directly.

From the output inwards, so that every outer derivative has been found before it is used.
Source: Zhang, Lipton, Li & Smola, Dive into Deep Learning, section "Calculus", chain rule for several variables.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names
from gradcli.derive.methods.choose import accuracy_of, jet_at, partial_derivatives
from gradcli.derive.methods.jet import JetRequest
from gradcli.derive.reading import read_back
from gradcli.derive.results import Chain, Intermediate, Numbers, Term
from gradcli.explain.intermediates import steps_of
from gradcli.explain.locals import Locals, in_its_name
from gradcli.explain.sweeps import Sweeps, term_name
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.derive.request import Request
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
    Problems: a factor that does not exist at the point is None, and so is everything that needs it; a statement at a
              switch is decided as `grad` decides a function.
    """
    question = ChainQuestion(program, request)
    return [question.answer(point) for point in request.bound(program) or (None,)]


class ChainQuestion:
    """One program and one request; what does not depend on the point is done once."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        self.inputs = all_entry_names(program.variables)
        self.steps, self.found = steps_of(program)
        self.output = self.steps[-1]
        self.totals: dict[str, Node] = {}
        self.ranks = {name: rank for rank, name in enumerate(self.names())}
        data = all_entry_names(program.parameters)
        self.ranks_with_data = self.ranks | {name: len(self.ranks) + rank for rank, name in enumerate(data)}
        self.links = self.find_links()
        self.partials = partial_derivatives(program.graph, program.outputs[0].node, self.inputs)
        self.write()

    def names(self) -> list[str]:
        """Inputs, then intermediates in order of evaluation."""
        return [*self.inputs, *[step.name for step in self.steps[:-1]]]

    def inwards(self) -> list[str]:
        """The names from the output inwards: intermediates backwards, then the inputs."""
        return [*[step.name for step in self.steps[-2::-1]], *self.inputs]

    def find_links(self) -> dict[str, list[Link]]:
        """The nonzero terms of every name, and every total, from the output inwards."""
        graph = self.program.graph
        partials: dict[str, list[tuple[str, Node]]] = {name: [] for name in self.names()}
        for step in self.steps:
            for name, inner in self.local_gradient(step).items():
                partials[name].append((step.name, inner))
        links: dict[str, list[Link]] = {}
        self.totals[self.output.name] = scalars.number(graph, 1)
        for name in self.inwards():
            links[name] = []
            for through, inner in partials[name]:
                if through in self.totals:
                    outer = self.totals[through]
                    product = scalars.multiply(graph, [(outer, 1), (inner, 1)])
                    links[name].append(Link(name, through, outer, inner, product))
            self.totals[name] = scalars.add(graph, [(link.product, 1) for link in links[name]])
        return links

    def local_gradient(self, step: Step) -> dict[str, Node]:
        """The nonzero partials of one statement alone by the names that it uses."""
        wanted = self.in_order(step, self.ranks)
        found = Reverse(self.program.graph, wanted).gradient(step.local)
        partials = in_its_name(self.program.graph, step.local, step.name, found)
        return {name: node for name, node in zip(wanted, partials, strict=True) if not scalars.is_zero(node)}

    @staticmethod
    def in_order(step: Step, ranks: Mapping[str, int]) -> list[str]:
        """The names among these that a statement uses directly, in their order."""
        used = {node.data for node in order([step.local]) if node.op == "variable"}
        return sorted((name for name in used if name in ranks), key=ranks.__getitem__)

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
        found = record if point is None else ChainNumbers(self, point).fill(record)
        return found if found.layout != "both" else found._replace(other=found._replace(layout="denominator"))

    def used_by(self, step: Step) -> tuple[str, ...]:
        """The names that a statement uses directly, data included, as they stand in the program."""
        return tuple(self.in_order(step, self.ranks_with_data))

    def term(self, link: Link, values: tuple[float | None, float | None, float | None]) -> Term:
        """One term as a record."""
        outer, inner, product = self.trees[link]
        return Term(link.through, outer, inner, *values, product)


class ChainNumbers:
    """The numbers of one breakdown at one point: one sweep forwards and one backwards over the statements."""

    def __init__(self, question: ChainQuestion, point: Point) -> None:
        self.question = question
        self.point = point
        shapes = dict.fromkeys(point.values, ())
        made = Locals.of_nodes(question.program.graph, question.steps, shapes)
        self.sweeps = Sweeps(made, question.inputs, question.output.name, point.values)
        self.sweeps.forward()
        self.sweeps.differentiate()
        self.sweeps.backward()
        self.sweeps.certify_terms()

    def fill(self, record: Chain) -> Chain:
        """The record with its numbers; the direct gradient is the cross-check."""
        question, program = self.question, self.question.program
        method = question.request.method
        f, names, graph = program.outputs[0].node, question.inputs, program.graph
        direct = jet_at(method, JetRequest(graph, f, names, self.point, program.guards, question.partials))
        gradient = direct.by_name(names)
        totals = {name: self.sweeps.number(f"∂{name}") for name in question.names()}
        terms = {name: tuple(self.numbers(link) for link in found) for name, found in question.links.items()}
        broken = [name for name in names if differs(totals[name], gradient[name])]
        totals.update(dict.fromkeys(broken))
        missing = [p for p in direct.problems if p.variable is None or gradient.get(p.variable) is None]
        told = {problem.message for problem in missing}
        notes = [f"{n}: {p.message}" for n, p in self.sweeps.problems.items() if p.message not in told]
        filled = [name for name in names if name not in broken and totals[name] is None and gradient[name] is not None]
        notes += [f"{name}: {NOT_JOINTLY}" for name in broken]
        notes += [
            f"{name}: a step on the way has no derivative here, and the whole function has one" for name in filled
        ]
        return record._replace(
            numbers=Numbers(
                method,
                accuracy_of(method, graph),
                direct.evaluations,
                direct.problems,
                tuple(notes),
                assumptions=direct.assumptions,
            ),
            intermediates=tuple(made._replace(value=self.sweeps.number(made.name)) for made in record.intermediates),
            terms=terms,
            total_values=totals,
            value=direct.value[0],
            gradient=gradient,
            agree=None if broken else self.agreement(totals, gradient),
        )

    def numbers(self, link: Link) -> Term:
        """One term with its numbers."""
        sweeps = self.sweeps
        inner = sweeps.number(f"∂{link.through}/∂{link.variable}")
        outer = sweeps.number(f"∂{link.through}")
        return self.question.term(link, (outer, inner, sweeps.number(term_name(link.through, link.variable))))

    def agreement(self, totals: dict[str, float | None], direct: Mapping[str, float | None]) -> bool | None:
        """Do the sums and the direct gradient agree, wherever both exist?"""
        pairs = [(totals[name], direct[name]) for name in self.question.inputs]
        known = any(a is not None and b is not None for a, b in pairs)
        return not any(differs(a, b) for a, b in pairs) if known else None


NOT_JOINTLY = (
    "the chain rule does not hold here:"
    " a statement has partial derivatives, but is not differentiable in its names together"
)
"""Why certified sums and certified derivatives may differ: cbrt(x**2*u) at 0, where u = x."""


def differs(total: float | None, direct: float | None) -> bool:
    """Do both exist and are not one number?"""
    return total is not None and direct is not None and abs(total - direct) > 1e-9 * max(abs(total), abs(direct))
