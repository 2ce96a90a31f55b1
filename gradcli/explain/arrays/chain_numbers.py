"""The numbers of a chain of arrays: of its formulas, and of its trace, which knows where a step has no derivative."""

from __future__ import annotations

from gradcli.derive.arrays.factors import Formulas
from gradcli.derive.layouts import listed, numbers_in, turned_rows
from gradcli.explain.arrays.trace import ArrayTracer, has_gap
from gradcli.explain.links import ChainValues
from gradcli.explain.request import ExplainRequest
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.derive.arrays.gradient import ArrayGradient
    from gradcli.derive.request import Request
    from gradcli.derive.results import Chain
    from gradcli.explain.arrays.links import ArrayLinks
    from gradcli.explain.links import Link
    from gradcli.explain.results import Trace
    from gradcli.problems import Source
    from gradcli.program.graph import Node
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script


def tracer_of(script: Script, options: BuildOptions, request: Request) -> ArrayTracer | None:
    """The statements as a trace; None where they have none."""
    try:
        return ArrayTracer(ExplainRequest(script, options, request.points, named=True))
    except GradcliError:
        return None


def traced(tracer: ArrayTracer | None, point: tuple[PointText, Source] | None) -> Trace | None:
    """The trace at a point, or without one."""
    try:
        return None if tracer is None else tracer.without_point() if point is None else tracer.at(*point)
    except GradcliError:
        return None


class ArrayChainNumbers:
    """The numbers of the terms, sums and statements of one program at a point."""

    def __init__(self, gradient: ArrayGradient, links: ArrayLinks) -> None:
        self.gradient = gradient
        self.links = links

    def fill(self, chain: Chain, point: tuple[PointText, Source], trace: Trace | None) -> Chain:
        """The breakdown with its numbers, by the engine that the sizes allow; the direct gradient is the cross-check.

        Problems: null where the trace says that a step has no derivative, and in all that needs it.
        """
        from gradcli.evaluate.budget import has_entries, has_singular_values

        direct = self.gradient.answer(point)
        functions = self.gradient.outputs
        by_entries = has_entries(functions) and not has_singular_values(functions)
        certified = direct.numbers.accuracy != "float64" and by_entries
        numbers = direct.numbers if certified else direct.numbers._replace(accuracy="float64")
        values = self.values(*self.certified(*point) if certified else self.in_float64(*point))
        if trace is not None and trace.numbers.accuracy != "float64":
            values = self.by_trace(values, trace)
            notes = tuple(f"{step.name}: {step.problem}" for step in trace.steps if step.problem is not None)
            numbers = numbers if numbers.problems else numbers._replace(notes=(*numbers.notes, *notes))
        found = {name: self.as_factor(direct.gradient[name]) for name in self.links.inputs} if direct.gradient else {}
        chain = chain._replace(reading=direct.reading, numbers=numbers, value=direct.value, gradient=direct.gradient)
        return self.links.with_values(chain, values, found)._replace(direct_values=found)

    def as_factor(self, value: Any) -> Any:
        """The direct gradient by one input as the sums stand: a row or a column of vec."""
        if not isinstance(value, list):
            return value
        turned = self.links.layout == "denominator"
        # in numerator layout it is transposed already
        return self.lines(numbers_in(turned_rows(value) if turned else value))

    def lines(self, entries: list[Any]) -> list[list[Any]]:
        """The entries of vec as the row (numerator) or the column (denominator) that a factor is."""
        return [[entry] for entry in entries] if self.links.layout == "denominator" else [entries]

    def certified(self, text: PointText, source: Source) -> tuple[Mapping[Node, Any], Mapping[str, Any]]:
        """The numbers of every factor and every statement, entry by entry."""
        names, trees = self.links.inside, self.links.trees
        found = Formulas(self.gradient).values([*trees.values(), *map(Name, names)], text, source)
        inside = map(shown_value, found[len(trees) :])
        return dict(zip(trees, found, strict=False)), dict(zip(names, inside, strict=True))

    def in_float64(self, text: PointText, source: Source) -> tuple[Mapping[Node, Any], Mapping[str, Any]]:
        """The same in float64."""
        from gradcli.evaluate.float64.arrays import evaluate_arrays

        point, sizes, links = self.gradient.float_point(text, source), self.gradient.sizes(), self.links
        steps = {step.name: step.local for step in links.program.steps if step.name != links.output}
        inside = dict(zip(steps, evaluate_arrays(list(steps.values()), point.values, sizes), strict=True))
        found = evaluate_arrays(list(links.trees), {**point.values, **inside}, sizes)
        values = {node: whole_rows(number) for node, number in zip(links.trees, found, strict=True)}
        return values, {name: listed(value) for name, value in inside.items()}

    def values(self, factors: Mapping[Node, Any], steps: Mapping[str, Any]) -> ChainValues:
        """The numbers of factors as those of terms and sums."""
        links = self.links
        terms = {
            link: (factors[link.outer], factors[link.inner], factors[link.product])
            for found in links.terms.values()
            for link in found
        }
        totals = {name: factors[links.totals[name]] for name in links.names if name in links.totals}
        return ChainValues(steps, terms, totals)

    def by_trace(self, values: ChainValues, trace: Trace) -> ChainValues:
        """The sums as the adjoints of the trace, and the terms as these make them."""
        adjoints = {step.name: step.adjoint for step in trace.steps}
        broken = {step.name for step in trace.steps if step.problem is not None}
        totals = {name: self.rearranged(adjoints.get(name), value) for name, value in values.totals.items()}

        def term(link: Link, alone: bool) -> tuple[Any, Any, Any]:
            outer, inner, product = values.terms[link]
            outer = None if has_gap(adjoints.get(link.through, 0.0)) else outer
            inner = None if link.through in broken else inner
            if alone:
                return outer, inner, totals.get(link.variable)
            return outer, inner, None if outer is None or inner is None else product

        terms = {link: term(link, len(found) == 1) for found in self.links.terms.values() for link in found}
        return ChainValues(values.steps, terms, totals)

    def rearranged(self, adjoint: Any, like: Any) -> Any:
        """An adjoint in the shape of its step as the row or column that stands in the chain; as it is without one."""
        if adjoint is None:
            return like
        entries = numbers_in(turned_rows(adjoint))
        if not isinstance(like, list):
            return entries[0] if len(entries) == 1 else adjoint
        return self.lines(entries) if len(entries) == len(numbers_in(like)) else like


def shown_value(value: Any) -> Any:
    """Rows as they are shown: a column as a flat list."""
    is_column = isinstance(value, list) and len(value[0]) == 1
    return [row[0] for row in value] if is_column else value


def whole_rows(number: Any) -> Any:
    """A factor's value: a number, or rows (also of a column); what is not finite is None."""
    rows = [[number]] if isinstance(number, float) else number.tolist()
    finite = [[entry if abs(entry) < float("inf") else None for entry in row] for row in rows]
    return finite[0][0] if isinstance(number, float) else finite
