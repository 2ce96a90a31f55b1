"""A computation graph as a tree of characters, as DOT and as Mermaid."""

from __future__ import annotations

from gradcli.derive.layouts import numbers_in
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import spoken
from gradcli.render.drawing import UNICODE_BRANCHES, branches, in_columns
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.lexicon import say
from gradcli.render.notation import write, write_all
from gradcli.render.words import shape_text, spell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.explain.results import ComputationGraph, Edge, Trace, TraceStep
    from gradcli.render.notation import Style

MOST_LINES = 200
"""Lines of a tree; what lies below is counted."""
STEP = 3
"""Columns by which a level of a tree is moved to the right."""
MERMAID_EDGES, MERMAID_CHARACTERS = 500, 50_000
"""What Mermaid draws: maxEdges and maxTextSize of its defaults."""


class Labels:
    """The lines of a node: name and operation, value, ∂f/∂step; or the shape where there is no point."""

    def __init__(self, trace: Trace, style: Style = "pretty", digits: int | None = None) -> None:
        self.trace, self.style = trace, style
        pretty = style == "pretty"
        self.figures = Figures(digits or trace.digits, trace.texts, "—" if pretty else "-", pretty)
        self.numeric = trace.gradient is not None
        self.brief = False
        expressions = [s.expression for s in trace.steps if s.expression is not None]
        texts = iter(write_all(expressions, style, trace.reading.decimal))
        self.names = {
            step.name: spell(step.name, style) + ("" if step.expression is None else f" = {next(texts)}")
            for step in trace.steps
        }

    def shortened_by(self, way: str) -> None:
        """What arrays do without where a line is too long: digits beyond the third, then their numbers."""
        if way == "digits" and self.trace.arrays:
            self.figures = Figures(3, {}, self.figures.missing, self.figures.unicode)
        self.brief = way == "shapes"

    def value(self, step: TraceStep) -> str:
        """The value in one line."""
        if self.brief and isinstance(step.value, list) and len(numbers_in(step.value)) > 1:
            return shape_text(step.shape)
        lines = self.figures.lines(step.value)
        if len(lines) == 1 and (not is_matrix(step.value) or lines[0][0] == "("):
            return lines[0]
        return f"[{'; '.join(' '.join(line.split()) for line in lines)}]"

    def adjoint(self, step: TraceStep) -> str:
        """The derivative of the output by the step in one line."""
        if step.kind in ("data", "constant"):
            return say(step.kind)
        return self.value(step._replace(value=step.adjoint))

    def partial(self, step: TraceStep) -> str:
        """`∂f/∂v3`."""
        mark = "∂" if self.style == "pretty" else "d"
        return f"{mark}{spell(self.trace.output, self.style)}/{mark}{spell(step.name, self.style)}"

    def lines(self, step: TraceStep) -> list[str]:
        """What stands in the box of a node."""
        lines = [self.names[step.name]]
        if self.trace.arrays:
            lines.append(shape_text(step.shape))
        if self.numeric:
            lines.append(self.value(step))
            if step.kind not in ("data", "constant"):
                lines.append(f"{self.partial(step)} = {self.adjoint(step)}")
        return lines

    def edge(self, edge: Edge) -> str:
        """The local derivative: a number at a point, else a formula."""
        if self.numeric:
            return "" if edge.value is None and edge.partial is None else self.figures.number(edge.value)
        return "" if edge.partial is None else write(edge.partial, self.style, self.trace.reading.decimal)


def escape_dot(text: str) -> str:
    """A text for a quoted string of DOT."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def escape_mermaid(text: str) -> str:
    """A text for a quoted label of Mermaid: its entity codes have no `&`."""
    for char, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):  # the # of the codes comes first
        text = text.replace(char, code)
    return text


def write_dot(graph: ComputationGraph, direction: str = "LR") -> str:
    """The graph in Graphviz's language: boxes with name, value and adjoint, inputs rounded, edges labelled."""
    labels = Labels(graph.trace)
    place = {step.name: number for number, step in enumerate(graph.trace.steps)}
    lines = [
        'digraph "gradcli" {',
        f"  rankdir={direction};",
        '  node [shape=box, fontname="Helvetica", fontsize=11];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    for number, step in enumerate(graph.trace.steps):
        text = "\\n".join(map(escape_dot, labels.lines(step)))
        rounded = ", style=rounded" if step.expression is None else ""
        lines.append(f'  n{number} [label="{text}"{rounded}];')
    for edge in graph.edges:
        label = labels.edge(edge)
        mark = f' [label="{escape_dot(label)}"]' if label else ""
        lines.append(f"  n{place[edge.start]} -> n{place[edge.end]}{mark};")
    return "\n".join([*lines, "}"]) + "\n"


def write_mermaid(graph: ComputationGraph, direction: str = "LR") -> str:
    """The graph as a Mermaid flowchart, every label quoted. Raises `limit` beyond what Mermaid draws."""
    labels = Labels(graph.trace)
    place = {step.name: number for number, step in enumerate(graph.trace.steps)}
    lines = [f"flowchart {direction}"]
    for number, step in enumerate(graph.trace.steps):
        text = "<br/>".join(map(escape_mermaid, labels.lines(step)))
        lines.append(f'  n{number}(["{text}"])' if step.expression is None else f'  n{number}["{text}"]')
    for edge in graph.edges:
        label = escape_mermaid(labels.edge(edge))
        arrow = f'-->|"{label}"|' if label else "-->"
        lines.append(f"  n{place[edge.start]} {arrow} n{place[edge.end]}")
    text = "\n".join(lines) + "\n"
    hint = "--format dot has no limit; --named keeps the statements only"
    if len(graph.edges) > MERMAID_EDGES:
        message = f"this graph has {len(graph.edges):,} edges; Mermaid draws {MERMAID_EDGES}"
        raise GradcliError("limit", message, hint=hint)
    if len(text) > MERMAID_CHARACTERS:
        message = f"this graph takes {len(text):,} characters; Mermaid reads {MERMAID_CHARACTERS:,}"
        raise GradcliError("limit", message, hint=hint)
    return text


def write_tree(
    graph: ComputationGraph, unicode: bool = True, depth: int | None = None, columns: int | None = None
) -> str:
    """The graph from the output down, each step drawn once (`↑` where it comes again), values beside it.

    `columns`: the width of the terminal; what is wider has arrays with fewer digits, then by their sizes alone, and is
    less deep.
    """
    labels = Labels(graph.trace, "pretty" if unicode else "text")
    text = tree_text(graph, labels, tree_rows(graph, labels, depth, unicode), unicode)
    if columns is None or widest(text) <= columns:
        return text
    for way in ("digits", "shapes"):
        labels.shortened_by(way)
        text = tree_text(graph, labels, tree_rows(graph, labels, depth, unicode), unicode)
        if widest(text) <= columns:
            return text
    for level in range(columns // STEP, 1, -1) if depth is None else ():
        if widest(text) <= columns:
            break
        rows, _ = tree_rows(graph, labels, level, unicode)
        left = len(graph.trace.steps) - len({name for _, name in rows})
        text = tree_text(graph, labels, (rows, left), unicode)
    return text


def widest(text: str) -> int:
    """The columns of the longest line."""
    return max(map(columns_of, text.splitlines()), default=0)


def tree_text(graph: ComputationGraph, labels: Labels, found: tuple[list[tuple[str, str]], int], unicode: bool) -> str:
    """The lines of a tree with their columns."""
    rows, left = found
    steps = {step.name: step for step in graph.trace.steps}
    width = max((len(text) for text, _ in rows), default=0)
    lines = []
    if labels.numeric:
        columns = [
            padded(say("value"), [labels.value(steps[name]) for _, name in rows]),
            padded(header(graph.trace, labels), [labels.adjoint(steps[name]) for _, name in rows]),
        ]
    else:
        columns = (
            [padded(say("shape"), [shape_text(steps[name].shape) for _, name in rows])] if graph.trace.arrays else []
        )
    titles = [column[0] for column in columns]
    if titles:
        lines.append("  ".join([" " * width, *titles]).rstrip())
    for place, (text, _) in enumerate(rows, 1):
        lines.append("  ".join([text.ljust(width), *(column[place] for column in columns)]).rstrip())
    if left:
        lines.append(say("more names", count=left).replace("…", "…" if unicode else "..."))
    return "\n".join(lines) + "\n"


def is_matrix(value: Any) -> bool:
    """Rows of numbers, one at least."""
    return isinstance(value, list) and isinstance(value[0], list)


def header(trace: Trace, labels: Labels) -> str:
    mark = "∂" if labels.style == "pretty" else "d"
    return f"{mark}{spell(trace.output, labels.style)}/{mark}{say('step')}"


def padded(title: str, cells: Sequence[str]) -> list[str]:
    """A column, the decimal points under one another."""
    aligned = in_columns(cells)
    width = max(map(columns_of, [title, *aligned]))
    return [text + " " * (width - columns_of(text)) for text in [title, *aligned]]


def columns_of(text: str) -> int:
    """How many columns a text takes: Chinese characters two each."""
    if text.isascii() or spoken.get() == "en":
        return len(text)
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def tree_rows(
    graph: ComputationGraph, labels: Labels, depth: int | None, unicode: bool
) -> tuple[list[tuple[str, str]], int]:
    """The lines of the tree, each with the name of its step, and how many were left out."""
    operands: dict[str, list[str]] = {}
    for edge in graph.edges:
        operands.setdefault(edge.end, []).append(edge.start)
    signs = UNICODE_BRANCHES if unicode else ("+- ", "`- ", "|  ")
    rows: list[tuple[str, str]] = []
    for lead, name, again in branches(graph.trace.output, operands, signs, depth):
        if len(rows) >= MOST_LINES:
            return rows, max(len(graph.trace.steps) - len({name for _, name in rows}), 0)
        text = f"{spell(name, labels.style)} {'↑' if unicode else '^'}" if again else labels.names[name]
        rows.append((f"{lead}{text}", name))
    return rows, 0
