"""The chain rule for vectors: products of Jacobians, each with its shape, in the order that the layout demands.

In numerator layout ∂z/∂w = ∂z/∂b · ∂b/∂a · ∂a/∂w, from the output inwards; in denominator layout every factor is
transposed and the order is reversed. Matrices enter as vec(X), which stacks columns.
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2007), section 5.15.
"""

from __future__ import annotations

from gradcli.derive.arrays.gradient import ArrayGradient
from gradcli.explain.arrays.chain_numbers import ArrayChainNumbers, traced, tracer_of
from gradcli.explain.arrays.links import ArrayLinks
from gradcli.explain.links import LETTERS, Statements
from gradcli.explain.operations import operations
from gradcli.problems import GradcliError
from gradcli.program.names import read_names
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.request import Request
    from gradcli.derive.results import Chain
    from gradcli.explain.results import Trace
    from gradcli.problems import Source
    from gradcli.program.graph import Node, Program
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script
    from gradcli.vocabulary import Layout

BOTH: tuple[Layout, Layout] = ("numerator", "denominator")


def array_chains(script: Script, options: BuildOptions, request: Request) -> list[Chain]:
    """The breakdown at each point (once, symbolically, without one).

    Shapes: `outer_shape` and `inner_shape` of every term; a scalar counts as (1, 1).
    """
    if request.layout == "both":
        usual, other = (array_chains(script, options, request._replace(layout=layout)) for layout in BOTH)
        if usual[0].definitions or other[0].definitions:
            usual, other = with_definitions(ArrayGradient(script, options, request), usual, other)
        return [a._replace(layout="both", other=b) for a, b in zip(usual, other, strict=True)]
    named, told, found = with_intermediates(script, options, request)
    question = ArrayChain(named, told, request)
    tracer = tracer_of(named, told, request)
    chains = [question.answer(point, traced(tracer, point)) for point in request.points or (None,)]
    if not found:
        return chains
    statements = script.statements
    return [chain._replace(found=True, reading=chain.reading._replace(statements=statements)) for chain in chains]


def with_definitions(gradient: ArrayGradient, *chains: Sequence[Chain]) -> list[list[Chain]]:
    """The chains in each layout, their gradients written by the same definitions."""
    directs = [gradient.formula(layout) for layout in BOTH]
    return [
        [chain._replace(symbolic=direct.symbolic or {}, definitions=direct.definitions) for chain in found]
        for direct, found in zip(directs, chains, strict=True)
    ]


def with_intermediates(script: Script, options: BuildOptions, request: Request) -> tuple[Script, BuildOptions, bool]:
    """A plain expression as statements, one an operation as typed; whether that was done."""
    statements = script.statements
    if len(statements) != 1:
        return script, options, False
    names = read_names(script, options.told(script), options.of)
    output = names.output
    steps = operations(names.order, names.free, output, letters=LETTERS)
    if len(steps) < 2:
        return script, options, False
    source = statements[0].source
    made = tuple(Statement(step.name, step.tree, source, 0, 0) for step in steps)
    named, told = script._replace(statements=made), options._replace(of=output)
    try:
        ArrayChain(named, told, request)
    except GradcliError:
        return script, options, False
    return named, told, True


class ArrayChain:
    """One program as statements, each differentiated by the names that it uses itself."""

    def __init__(self, script: Script, options: BuildOptions, request: Request) -> None:
        self.layout: Layout = request.layout or "numerator"
        self.is_traced = request.layout is None
        """No layout was asked for: people see the trace."""
        self.gradient = ArrayGradient(script, options, request._replace(layout=self.layout))
        self.arrays, statements = self.local_statements()
        self.links = ArrayLinks(statements, self.arrays, self.layout)
        self.write()

    def local_statements(self) -> tuple[Program, Statements]:
        """The program, and every statement in its own names."""
        from gradcli.program.building.array_program import array_builder
        from gradcli.program.forms import parts

        builder = array_builder(self.gradient.script, self.gradient.options)
        arrays = builder.program()
        graph = arrays.graph
        shapes = {step.name: step.local.shape for step in arrays.steps}
        made: dict[str, Node] = {}

        def lookup(name: str) -> Node | None:
            return parts.variable(graph, name, shapes[name]) if name in made else builder.lookup(name)

        graph.singles.update(shapes)
        for statement in builder.types.order:
            made[statement.name or builder.resolved.output] = builder.read(statement.tree, statement.source, lookup)
        trees = {step.name: step.tree for step in arrays.steps}
        data = [variable.name for variable in arrays.parameters]
        return arrays, Statements(graph, list(self.gradient.names), data, made, trees, shapes)

    def write(self) -> None:
        """The syntax of all factors and sums."""
        from gradcli.program.writing.arrays import write_array_trees

        links = self.links
        nodes = links.factors() + [jacobian for found in links.inner.values() for jacobian in found.values()]
        trees = write_array_trees(nodes, self.arrays.graph)
        links.trees = dict(zip(nodes, trees, strict=True))

    def answer(self, point: tuple[PointText, Source] | None, trace: Trace | None) -> Chain:
        """The breakdown at a point, by the engine that the sizes allow, or without one."""
        record = self.record()._replace(trace=trace if self.is_traced else None)
        return record if point is None else ArrayChainNumbers(self.gradient, self.links).fill(record, point, trace)

    def record(self) -> Chain:
        """The breakdown without numbers."""
        if self.gradient.nodes is None:
            raise GradcliError("no-closed-form", "this chain has no matrix formula here")
        direct = self.gradient.record(self.gradient.reading(), None, self.layout)
        ways = [way for name in self.links.inputs for way in self.links.paths(name)]
        return self.links.record(
            direct.reading,
            direct.numbers,
            self.layout,
            direct.symbolic or {},
            direct.definitions,
            found=False,
            paths=tuple(map(self.links.path, ways)),
        )
