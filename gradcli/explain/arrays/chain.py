"""The chain rule for vectors: products of Jacobians, each with its shape, in the order that the layout demands.

In numerator layout ∂z/∂w = ∂z/∂b · ∂b/∂a · ∂a/∂w, from the output inwards; in denominator layout every factor is
transposed and the order is reversed. Matrices enter as vec(X), which stacks columns.
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2007), section 5.15.
"""

from __future__ import annotations

from gradcli.derive.arrays.blocks import is_zero, shape_of, times
from gradcli.derive.arrays.gradient import ArrayGradient
from gradcli.derive.layouts import listed, shown, turned_rows
from gradcli.derive.results import Chain, Intermediate, Path, Term
from gradcli.explain.arrays.chain_numbers import flat, traced, tracer_of, with_trace
from gradcli.explain.intermediates import LETTERS
from gradcli.explain.operations import operations
from gradcli.explain.request import output_name
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.names import read_names
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.request import Request
    from gradcli.problems import Source
    from gradcli.program.graph import Graph, Node
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script, Tree
    from gradcli.vocabulary import Layout

BOTH: tuple[Layout, Layout] = ("numerator", "denominator")

PATHS = 12
"""The most paths from an input to the output that are written out."""


class ArrayLink(NamedTuple):
    """One term: ∂output/∂through and ∂through/∂name, in the layout, with their product."""

    through: str
    outer: Node
    inner: Node
    product: Node


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
    chains = [question.at(*point) for point in request.points] if request.points else [question.record()]
    traces = [traced(tracer, point) for point in request.points or (None,)]
    return [
        with_trace(chain, trace, script if found else None, request.layout is None)
        for chain, trace in zip(chains, traces, strict=True)
    ]


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
    declared = [*script.declarations, *options.declarations]
    bound = {*options.settings, *options.bound, *(options.wrt or ()), *(d.name for d in declared)}
    names = read_names(script, bound, options.of)
    output = statements[0].name or output_name(names)
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
        self.gradient = ArrayGradient(script, options, request._replace(layout=self.layout))
        self.locals = self.local_nodes()
        self.output = self.statements[-1].name or "f"
        self.inputs = list(self.gradient.names)
        self.links = self.find_links()
        self.write()

    def local_nodes(self) -> dict[str, Node]:
        """Every statement in the program's own names."""
        from gradcli.program.building.array_program import array_builder
        from gradcli.program.forms import parts

        builder = array_builder(self.gradient.script, self.gradient.options)
        self.arrays = builder.program()
        self.graph: Graph = self.arrays.graph
        self.statements: Sequence[Statement] = builder.types.order
        shapes = {step.name: step.local.shape for step in self.arrays.steps}
        made: dict[str, Node] = {}

        def lookup(name: str) -> Node | None:
            return parts.variable(self.graph, name, shapes[name]) if name in made else builder.lookup(name)

        self.graph.singles.update(shapes)
        for statement in self.statements:
            made[statement.name or "f"] = builder.read(statement.tree, statement.source, lookup)
        return made

    def names(self) -> list[str]:
        """Inputs, then intermediates in order of evaluation."""
        return [*self.inputs, *[name for name in self.locals if name != self.output]]

    def find_links(self) -> dict[str, list[ArrayLink]]:
        """The nonzero terms of every name, from the output backwards."""
        self.inner = {step: self.local_jacobians(step) for step in self.locals}
        self.totals: dict[str, Node] = {self.output: scalars.number(self.graph, 1)}
        links: dict[str, list[ArrayLink]] = {}
        for name in self.inwards():
            links[name] = []
            for step in self.locals:
                inner = self.inner[step].get(name)
                if inner is not None and step in self.totals:
                    outer = self.totals[step]
                    links[name].append(ArrayLink(step, outer, inner, self.product([outer, inner])))
            if links[name]:
                self.totals[name] = self.sum([link.product for link in links[name]])
        return links

    def inwards(self) -> list[str]:
        """The names from the output inwards: intermediates backwards, then the inputs."""
        return [*[name for name in reversed(list(self.locals)) if name != self.output], *self.inputs]

    def local_jacobians(self, step: str) -> dict[str, Node]:
        """The Jacobians of one statement alone by the names that it uses, in the layout."""
        from gradcli.program.graph import order

        node = self.locals[step]
        used = {part.data for part in order([node]) if part.op == "variable"}
        found: dict[str, Node] = {}
        for name in self.names():
            if name in used:
                jacobian = self.jacobian(node, name)
                if not is_zero(jacobian):
                    found[name] = jacobian
        return found

    def jacobian(self, node: Node, name: str) -> Node:
        """∂node/∂name; matrices count as vec of themselves, so that every product fits."""
        from gradcli.derive.ad.jacobian import array_jacobian
        from gradcli.program.forms.reductions import vec
        from gradcli.program.forms.transpose import transpose
        from gradcli.program.graph import Variable

        shape = self.shape_of(name)
        program = self.arrays._replace(variables=(Variable(name, shape),))
        if not node.shape and len(shape) == 2 and shape[1] != 1:
            column = vec(self.graph, array_jacobian(program, node, name, "denominator"))
            return column if self.layout == "denominator" else transpose(self.graph, column)
        if not shape and len(node.shape) == 2 and node.shape[1] != 1:
            column = vec(self.graph, array_jacobian(program, node, name, "numerator"))
            return column if self.layout == "numerator" else transpose(self.graph, column)
        return array_jacobian(program, node, name, self.layout)

    def shape_of(self, name: str) -> tuple[Any, ...]:
        """The shape of an input or an intermediate."""
        for variable in (*self.arrays.variables, *self.arrays.parameters):
            if variable.name == name:
                return variable.shape
        return next(step.local.shape for step in self.arrays.steps if step.name == name)

    def product(self, factors: Sequence[Node]) -> Node:
        """The product of factors from the output inwards, turned round in denominator layout."""
        ordered = list(factors) if self.layout == "numerator" else list(factors)[::-1]
        result = ordered[0]
        for factor in ordered[1:]:
            result = times(self.graph, result, factor)
        return result

    def sum(self, nodes: Sequence[Node]) -> Node:
        """The sum of nodes of one shape. Beside an array of one entry a number is such an array."""
        from gradcli.program.forms import arrays as array_forms
        from gradcli.program.forms.parts import ones

        if len(nodes) == 1:
            return nodes[0]
        shape = next((node.shape for node in nodes if node.shape), None)
        if shape is None:
            return scalars.add(self.graph, [(node, 1) for node in nodes])
        one = ones(self.graph, shape)
        alike = [node if node.shape else array_forms.scale(self.graph, node, one) for node in nodes]
        return array_forms.add(self.graph, [(node, 1) for node in alike])

    def paths(self, name: str) -> list[list[str]]:
        """The ways from the output to a name, at most PATHS of them."""
        found: list[list[str]] = []
        stack = [[name]]
        while stack and len(found) < PATHS:
            way = stack.pop()
            if way[-1] == self.output:
                found.append(way[::-1])
                continue
            stack.extend([*way, link.through] for link in reversed(self.links.get(way[-1], [])))
        return found

    def write(self) -> None:
        """The syntax of all factors and sums."""
        from gradcli.program.writing.arrays import write_array_trees

        nodes: list[Node] = [n for found in self.links.values() for link in found for n in link[1:]]
        nodes += list(self.totals.values())
        nodes += [jacobian for found in self.inner.values() for jacobian in found.values()]
        trees = write_array_trees(nodes, self.arrays.decimal, self.gradient.taken, self.arrays.graph).trees
        self.trees: dict[Node, Tree] = dict(zip(nodes, trees, strict=True))

    def path(self, way: Sequence[str]) -> Path:
        """One way from the output to a name, with its factors in the order of the layout."""
        factors = [self.inner[way[i]][way[i + 1]] for i in range(len(way) - 1)]
        whole = self.product(factors)
        ordered = factors if self.layout == "numerator" else factors[::-1]
        return Path(
            tuple(way),
            tuple(self.trees[factor] for factor in ordered),
            tuple(shape_of(factor) for factor in ordered),
            shape_of(whole),
        )

    def record(self) -> Chain:
        """The breakdown without numbers."""
        arrays = self.arrays
        steps = self.steps()
        if self.gradient.nodes is None:
            raise GradcliError("no-closed-form", "this chain has no matrix formula here")
        direct = self.gradient.record(self.gradient.reading(), None, self.layout)
        return Chain(
            direct.reading,
            direct.numbers,
            self.layout,
            self.output,
            next(step.tree for step in arrays.steps if step.name == self.output),
            tuple(self.inputs),
            tuple(Intermediate(name, tree, None, shown(node.shape)) for name, node, tree in steps),
            {step: self.used_by(step) for step in self.locals},
            {name: tuple(self.term(link, {}) for link in found) for name, found in self.links.items()},
            {name: self.trees[self.totals[name]] for name in self.names() if name in self.totals},
            None,
            direct.symbolic or {},
            direct.definitions,
            None,
            None,
            None,
            False,
            tuple(self.path(way) for name in self.inputs for way in self.paths(name)),
        )

    def used_by(self, step: str) -> tuple[str, ...]:
        """The names that a statement uses directly, data included."""
        from gradcli.program.graph import order

        used = {part.data for part in order([self.locals[step]]) if part.op == "variable"}
        data = [variable.name for variable in self.arrays.parameters]
        return tuple(name for name in [*self.names(), *data] if name in used)

    def term(self, link: ArrayLink, values: Mapping[Node, Any]) -> Term:
        """One term as a record."""
        numbers = [values.get(node) for node in (link.outer, link.inner, link.product)]
        return Term(
            link.through,
            self.trees[link.outer],
            self.trees[link.inner],
            numbers[0],
            numbers[1],
            numbers[2],
            self.trees[link.product],
            shape_of(link.outer),
            shape_of(link.inner),
        )

    def at(self, text: PointText, source: Source) -> Chain:
        """The breakdown at a point, by the engine that the sizes allow."""
        from gradcli.evaluate.budget import has_entries, has_singular_values

        direct = self.gradient.answer((text, source))
        functions = [output.node for output in self.arrays.outputs]
        by_entries = has_entries(functions) and not has_singular_values(functions)
        if direct.numbers.accuracy == "float64" or not by_entries:
            values, inside = self.float_values(text, source)
            direct = direct._replace(numbers=direct.numbers._replace(accuracy="float64"))
        else:
            values, inside = self.certified_values(text, source)
        record = self.record()
        totals = {name: values[self.totals[name]] for name in self.names() if name in self.totals}
        found = {name: self.as_factor(direct.gradient[name]) for name in self.inputs} if direct.gradient else {}
        return record._replace(
            reading=direct.reading,
            numbers=direct.numbers,
            intermediates=tuple(made._replace(value=inside[made.name]) for made in record.intermediates),
            terms={n: tuple(self.term(link, values) for link in links) for n, links in self.links.items()},
            total_values=totals,
            value=direct.value,
            gradient=direct.gradient,
            agree=self.agreement(totals, found),
            direct_values=found,
        )

    def as_factor(self, value: Any) -> Any:
        """The direct gradient by one input as the sums stand: a row or a column of vec."""
        if not isinstance(value, list):
            return value
        turned = self.layout == "denominator"
        entries = flat(turned_rows(value) if turned else value)  # in numerator layout it is transposed already
        return [[entry] for entry in entries] if turned else [entries]

    def steps(self) -> list[tuple[str, Node, Tree]]:
        """The intermediates: name, value, and how it is written."""
        return [(step.name, step.local, step.tree) for step in self.arrays.steps if step.name != self.output]

    def certified_values(self, text: PointText, source: Source) -> tuple[dict[Node, Any], dict[str, Any]]:
        """The numbers of every factor, sum and intermediate, entry by entry."""
        from gradcli.derive.arrays.factors import Formulas

        steps = self.steps()
        trees = [*self.trees.values(), *(Name(name) for name, _, _ in steps)]
        found = Formulas(self.gradient).values(trees, text, source)
        values = dict(zip(self.trees, found, strict=False))
        inside = found[len(self.trees) :]
        return values, {name: shown_value(value) for (name, _, _), value in zip(steps, inside, strict=True)}

    def float_values(self, text: PointText, source: Source) -> tuple[dict[Node, Any], dict[str, Any]]:
        """The same in float64."""
        from gradcli.evaluate.float64.arrays import evaluate_arrays

        point, steps, sizes = self.gradient.float_point(text, source), self.steps(), self.gradient.sizes()
        found = evaluate_arrays([node for _, node, _ in steps], point.values, sizes)
        inside = {name: value for (name, _, _), value in zip(steps, found, strict=True)}
        numbers = evaluate_arrays(list(self.trees), {**point.values, **inside}, sizes)
        values = {node: whole_rows(number) for node, number in zip(self.trees, numbers, strict=True)}
        return values, {name: listed(value) for name, value in inside.items()}

    def agreement(self, totals: Mapping[str, Any], gradient: Mapping[str, Any]) -> bool | None:
        """Do the sums of the terms and the direct gradient agree?"""
        pairs: list[tuple[float | None, float | None]] = []
        for name in self.inputs:
            if name in totals and gradient.get(name) is not None:
                pairs += zip(flat(totals[name]), flat(gradient[name]), strict=True)
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        size = max((abs(b) for _, b in known), default=0.0)
        return all(abs(a - b) <= 1e-9 * max(size, abs(b)) for a, b in known) if known else None


def shown_value(value: Any) -> Any:
    """Rows as they are shown: a column as a flat list."""
    is_column = isinstance(value, list) and len(value[0]) == 1
    return [row[0] for row in value] if is_column else value


def whole_rows(number: Any) -> Any:
    """A factor's value: a number, or rows (also of a column); what is not finite is None."""
    rows = [[number]] if isinstance(number, float) else number.tolist()
    finite = [[entry if abs(entry) < float("inf") else None for entry in row] for row in rows]
    return finite[0][0] if isinstance(number, float) else finite
