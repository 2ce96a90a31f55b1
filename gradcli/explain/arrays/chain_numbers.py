"""The numbers of a chain of arrays from its trace: certified, and null where a step has no derivative."""

from __future__ import annotations

from gradcli.derive.layouts import turned_rows
from gradcli.explain.arrays.trace import ArrayTracer, has_gap
from gradcli.explain.request import ExplainRequest
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.derive.request import Request
    from gradcli.derive.results import Chain, Term
    from gradcli.explain.results import Trace
    from gradcli.problems import Source
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


def with_trace(chain: Chain, trace: Trace | None, script: Script | None, shown: bool) -> Chain:
    """The breakdown with the numbers of the trace: null where a step has no derivative.

    `shown`: no layout was asked for, so that the trace is what people see.
    """
    if script is not None:
        chain = chain._replace(found=True, reading=chain.reading._replace(statements=script.statements))
    if trace is None:
        return chain
    chain = chain._replace(trace=trace if shown else None)
    if chain.total_values is None or trace.numbers.accuracy == "float64":
        return chain
    adjoints = {step.name: step.adjoint for step in trace.steps}
    broken = {step.name for step in trace.steps if step.problem is not None}
    totals = {name: rearranged(adjoints.get(name), value, chain.layout) for name, value in chain.total_values.items()}
    terms = {
        name: tuple(right_term(term, totals.get(name), adjoints, broken, len(found)) for term in found)
        for name, found in chain.terms.items()
    }
    notes = tuple(f"{step.name}: {step.problem}" for step in trace.steps if step.problem is not None)
    told = chain.numbers if chain.numbers.problems else chain.numbers._replace(notes=(*chain.numbers.notes, *notes))
    return chain._replace(total_values=totals, terms=terms, numbers=told, agree=agreed(totals, chain))


def right_term(term: Term, total: Any, adjoints: Mapping[str, Any], broken: set[str], count: int) -> Term:
    """A term with the number of the sum where it is the only one, and null where a factor does not exist."""
    outer = None if has_gap(adjoints.get(term.through, 0.0)) else term.outer_value
    inner = None if term.through in broken else term.inner_value
    product = total if count == 1 else None if outer is None or inner is None else term.product
    return term._replace(outer_value=outer, inner_value=inner, product=product)


def rearranged(adjoint: Any, like: Any, layout: str) -> Any:
    """An adjoint in the shape of its step as the row (numerator) or column (denominator) that a chain has."""
    if adjoint is None or not isinstance(like, list):
        return (
            adjoint[0] if isinstance(adjoint, list) and len(adjoint) == 1 else adjoint if adjoint is not None else like
        )
    entries = flat(turned_rows(adjoint))
    if len(entries) != len(flat(like)):
        return like
    return [[entry] for entry in entries] if layout == "denominator" else [entries]


def agreed(totals: Mapping[str, Any], chain: Chain) -> bool | None:
    """Do the sums and the direct gradient agree, wherever both exist?"""
    pairs: list[tuple[float, float]] = []
    for name in chain.inputs:
        direct = (chain.direct_values or {}).get(name)
        both = zip(flat(totals.get(name)), flat(direct), strict=False)
        pairs += [(a, b) for a, b in both if a is not None and b is not None]
    size = max((abs(b) for _, b in pairs), default=0.0)
    return all(abs(a - b) <= 1e-9 * max(size, abs(b)) for a, b in pairs) if pairs else None


def flat(value: Any) -> list[float | None]:
    """All numbers of nested lists."""
    if not isinstance(value, list):
        return [value]
    return [x for part in value for x in flat(part)]
