"""A computation graph as SVG: values green, derivatives red, in light and dark; every number also in words.

No script, no font, no id: several pictures may stand on one page.
"""

from __future__ import annotations

from html import escape

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.render.explain.graph import Labels
from gradcli.render.explain.graph_layout import Layout
from gradcli.render.words import function_text, point_lines

if TYPE_CHECKING:
    from gradcli.explain.results import ComputationGraph, TraceStep
    from gradcli.render.explain.graph_layout import Box, Picture, Route

MOST_NODES = 400
CHARACTER, LINE, PADDING = 7.3, 16.0, 8.0
"""Width of a character of 12 pixels in a font of fixed width, height of a line, room inside a box."""
STYLE = """
  text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; }
  .box { fill: #ffffff; stroke: #59636e; } .edge { fill: none; stroke: #59636e; } .tip { fill: #59636e; }
  .value { fill: #116329; } .slope { fill: #a40e26; } .shape { fill: #59636e; }
  .halo { fill: none; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
  svg { color-scheme: light dark; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .box { fill: #161b22; stroke: #8b949e; } .edge { stroke: #8b949e; } .tip { fill: #8b949e; }
    .value { fill: #6fdd8b; } .slope { fill: #ff8f9b; } .shape { fill: #8b949e; }
    .halo { stroke: #0d1117; }
  }
"""


def write_svg(graph: ComputationGraph, direction: str = "LR") -> str:
    """The picture, from left to right or downwards. Raises `limit` for more than 400 nodes."""
    trace = graph.trace
    if len(trace.steps) > MOST_NODES:
        message = f"this graph has {len(trace.steps):,} nodes; a picture of more than {MOST_NODES} cannot be read"
        raise GradcliError("limit", message, hint="--named keeps the statements only; --format dot has no limit")
    return Drawing(graph, direction).svg()


class Drawing:
    """One picture; `turned` when it runs downwards."""

    def __init__(self, graph: ComputationGraph, direction: str) -> None:
        self.graph = graph
        self.turned = direction == "TB"
        self.labels = Labels(graph.trace)
        self.lines = {step.name: self.styled(step) for step in graph.trace.steps}
        self.edge_texts = [self.labels.edge(edge) for edge in graph.edges]
        self.picture = self.layout()

    def styled(self, step: TraceStep) -> list[tuple[str, str]]:
        """The lines of a box with their classes."""
        lines = [(self.labels.names[step.name], "")]
        for text in self.labels.lines(step)[1:]:
            shape = self.graph.trace.arrays and len(lines) == 1
            lines.append((text, "shape" if shape else "slope" if text.startswith("∂") else "value"))
        return lines

    def layout(self) -> Picture:
        sizes = {}
        for name, lines in self.lines.items():
            width = max(columns(text) for text, _ in lines) * CHARACTER + 2 * PADDING
            height = len(lines) * LINE + PADDING
            sizes[name] = (height, width) if self.turned else (width, height)
        edges = []
        for edge, text in zip(self.graph.edges, self.edge_texts, strict=True):
            width, height = columns(text) * CHARACTER + 4, LINE
            label = None if not text else (height, width) if self.turned else (width, height)
            edges.append((edge.start, edge.end, label))
        return Layout(sizes, edges).picture()

    def point(self, along: float, across: float) -> tuple[float, float]:
        """x and y of a place."""
        return (across, along) if self.turned else (along, across)

    def svg(self) -> str:
        width, height = self.point(self.picture.length, self.picture.breadth)
        body = [self.route(route) for route in self.picture.routes]
        body += [
            self.label(route, text)
            for route, text in zip(self.picture.routes, self.edge_texts, strict=True)
            if route.label is not None
        ]
        body += [self.box(name, box) for name, box in self.picture.boxes.items()]
        title = function_text(self.graph.trace.reading)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">'
        )
        parts = [head, f"<title>{escape(title)}</title>", f"<desc>{escape(self.words())}</desc>"]
        return "\n".join([*parts, f"<style>{STYLE}</style>", *body, "</svg>"]) + "\n"

    def words(self) -> str:
        """Every number of the picture in words."""
        sentences = list(point_lines(self.graph.trace.reading))
        sentences += ["; ".join(text for text, _ in lines) for lines in self.lines.values()]
        for edge, text in zip(self.graph.edges, self.edge_texts, strict=True):
            if text:
                sentences.append(f"from {edge.start} to {edge.end}: {text}")
        return ". ".join(sentences) + "."

    def box(self, name: str, box: Box) -> str:
        """A rectangle with its lines; inputs have round corners."""
        x, y = self.point(box.along, box.across)
        width, height = self.point(box.length, box.breadth)
        step = next(step for step in self.graph.trace.steps if step.name == name)
        radius = 10 if step.expression is None else 2
        left, top = x - width / 2, y - height / 2
        parts = [
            f'<rect class="box" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"/>'
        ]
        for place, (text, style) in enumerate(self.lines[name]):
            mark = f' class="{style}"' if style else ""
            line = top + PADDING / 2 + LINE * (place + 0.75)
            parts.append(f'<text{mark} x="{x:.1f}" y="{line:.1f}" text-anchor="middle">{escape(text)}</text>')
        return "\n".join(parts)

    def route(self, route: Route) -> str:
        """A curve between layers, straight through a lane, and the tip of an arrow."""
        points = [self.point(*point) for point in route.points]
        path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
        for place in range(1, len(points)):
            before, here = points[place - 1], points[place]
            if place % 2 == 0:
                path.append(f"L{here[0]:.1f} {here[1]:.1f}")
                continue
            if self.turned:
                middle = (before[1] + here[1]) / 2
                bends = f"{before[0]:.1f} {middle:.1f} {here[0]:.1f} {middle:.1f}"
            else:
                middle = (before[0] + here[0]) / 2
                bends = f"{middle:.1f} {before[1]:.1f} {middle:.1f} {here[1]:.1f}"
            path.append(f"C{bends} {here[0]:.1f} {here[1]:.1f}")
        return f'<path class="edge" d="{" ".join(path)}"/>\n{self.tip(points[-1])}'

    def tip(self, point: tuple[float, float]) -> str:
        x, y = point
        if self.turned:
            return f'<path class="tip" d="M{x:.1f} {y:.1f}l-3.5 -7h7z"/>'
        return f'<path class="tip" d="M{x:.1f} {y:.1f}l-7 -3.5v7z"/>'

    def label(self, route: Route, text: str) -> str:
        """The local derivative beside its edge, on a ground that hides the line."""
        assert route.label is not None
        x, y = self.point(*route.label)
        place = f'x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle"'
        halo = f'<text class="halo" aria-hidden="true" {place}>{escape(text)}</text>'
        return f"{halo}\n<text {place}>{escape(text)}</text>"


def columns(text: str) -> int:
    """How many characters wide a text is; wide ones count two."""
    from rich.cells import cell_len

    return cell_len(text)
