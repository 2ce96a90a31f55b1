"""Traces, derivations and computation graphs as JSON, without what screens and papers need."""

from __future__ import annotations

from gradcli.explain.trees import size
from gradcli.records import TYPE_CHECKING
from gradcli.render.formats.json import remarks_document
from gradcli.render.notation import printer_of, write, write_all
from gradcli.render.words import function_text
from gradcli.rules.laws import LAWS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gradcli.explain.results import ComputationGraph, Derivation, Explanation, Steps, Trace
    from gradcli.text.tree import Tree

LARGE, LARGE_OF_MANY, MANY = 300, 100, 60
"""Nodes of a text from which on it is left out; in a derivation of many rows sooner."""


def trace_document(trace: Trace, written: Callable[[Tree], str] | None = None) -> dict[str, Any]:
    """`gradcli.trace/1`. `written`: what writes its formulas."""
    reading = trace.reading
    return {
        "schema": "gradcli.trace/1",
        "function": function_text(reading),
        "variables": list(reading.variables),
        "output": trace.output,
        "mode": trace.mode,
        "at": reading.listed_point,
        "value": trace.value,
        "steps": step_documents(trace, written or printer_of("text", reading.decimal).write),
        "gradient": trace.gradient,
        "along": trace.along,
        "sweeps": {"forward": len(trace.seeds) or inputs(trace), "reverse": 1},
        "method": trace.numbers.method,
        "accuracy": trace.numbers.accuracy,
        "layout": "denominator",
        "definitions": {},
        **remarks_document(reading, trace.numbers),
    }


def inputs(trace: Trace) -> int:
    """How many forward sweeps the gradient takes: one an entry of each input."""
    total = 0
    for step in trace.steps:
        if step.kind == "input":
            sizes = [size for size in step.shape if isinstance(size, int)]
            total += sizes[0] * sizes[1] if len(sizes) == 2 else 1
    return total


def step_documents(trace: Trace, written: Callable[[Tree], str]) -> list[dict[str, Any]]:
    """The rows of the trace."""
    documents: list[dict[str, Any]] = [
        {
            "name": step.name,
            "kind": step.kind,
            "expression": None if step.expression is None else written(step.expression),
            "shape": list(step.shape),
            "value": step.value,
            "tangents": step.tangents,
            "adjoint": step.adjoint,
            "uses": [use_document(use, written) for use in step.uses],
            "problem": step.problem,
        }
        for step in trace.steps
    ]
    for step, document in zip(trace.steps, documents, strict=True):
        if step.tangent is not None:
            document["tangent"] = written(step.tangent)
    return documents


def use_document(use: Any, written: Callable[[Tree], str]) -> dict[str, Any]:
    """One operand."""
    document = {
        "name": use.name,
        "partial": None if use.partial is None else written(use.partial),
        "value": use.value,
    }
    if use.contribution is not None:
        document["contribution"] = written(use.contribution)
    return document


def graph_document(graph: ComputationGraph) -> dict[str, Any]:
    """`gradcli.graph/1`: the trace's steps as nodes, and the edges."""
    written = printer_of("text", graph.trace.reading.decimal).write
    document = trace_document(graph.trace, written)
    nodes = document.pop("steps")
    for key in ("mode", "sweeps", "along", "gradient"):
        document.pop(key)
    edges = [
        {
            "from": edge.start,
            "to": edge.end,
            "partial": None if edge.partial is None else written(edge.partial),
            "value": edge.value,
        }
        for edge in graph.edges
    ]
    return {**document, "schema": "gradcli.graph/1", "nodes": nodes, "edges": edges}


def steps_document(explanation: Explanation) -> dict[str, Any]:
    """`gradcli.steps/1`."""
    reading = explanation.reading
    names = [name for name, _ in explanation.definitions]
    trees = [tree for _, tree in explanation.definitions]
    return {
        "schema": "gradcli.steps/1",
        "function": function_text(reading),
        "variables": list(reading.variables),
        "output": explanation.output,
        "level": explanation.level,
        "at": reading.listed_point,
        "value": explanation.value,
        "derivations": {s.variable: derivation_document(explanation, s) for s in explanation.derivations},
        "definitions": dict(zip(names, write_all(trees), strict=True)),
        "method": explanation.numbers.method,
        "accuracy": explanation.numbers.accuracy,
        **remarks_document(reading, explanation.numbers),
    }


def derivation_document(explanation: Explanation, steps: Steps) -> dict[str, Any]:
    """The rows by one variable, put together, and `grad`'s own form."""
    decimal = explanation.reading.decimal
    rows = steps.rows if explanation.hint is None else steps.rows[: explanation.hint]
    hidden = explanation.hint is not None
    texts = Texts(decimal, hidden, len(rows))
    document: dict[str, Any] = {
        "steps": [row_document(row, texts) for row in rows],
        "assembled": None if steps.assembled is None or hidden else write(steps.assembled, "text", decimal),
        "result": None if hidden else write(steps.result, "text", decimal),
        "evidence": steps.evidence,
        "number": steps.number,
    }
    if explanation.arrays:
        document["differential"] = None if steps.differential is None else write(steps.differential, "text", decimal)
        document["shape"] = list(steps.shape)
        document["read_off"] = {"rule": "read-off", "law": LAWS["read-off"].text, "source": LAWS["read-off"].source}
    return document


class Texts:
    """The texts of the trees of a derivation, each written once: a row's result stands in the rows above it too."""

    def __init__(self, decimal: bool, hidden: bool, rows: int) -> None:
        self.printer, self.hidden = printer_of("text", decimal), hidden
        self.most = LARGE if rows <= MANY else LARGE_OF_MANY
        self.sizes: dict[int, int] = {}
        self.known: dict[int, str] = {}

    def of(self, tree: Tree) -> str | None:
        """The text; None for a hint, and where it is too long."""
        if self.hidden or size(tree, self.sizes) > self.most:
            return None
        if id(tree) not in self.known:
            self.known[id(tree)] = self.printer.write(tree)
        return self.known[id(tree)]


def row_document(row: Derivation, texts: Texts) -> dict[str, Any]:
    """One row; without its results for a hint."""
    text = texts.of
    return {
        "id": row.id,
        "parent": row.parent,
        "rule": row.rule,
        "function": row.function,
        "chained": row.chained,
        "also": list(row.also),
        "law": row.law,
        "source": row.source,
        "before": text(row.before),
        "after": text(row.after),
        "result": text(row.result),
        "repeats": row.repeats,
        "shape": list(row.shape),
        "number": row.number,
    }
