"""A picture of a function as SVG: curve and tangent, or contours and arrows, in light and dark; numbers also in words.

No script, no font, no id: several pictures may stand on one page.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from math import atan2, cos, hypot, sin

from gradcli.records import TYPE_CHECKING
from gradcli.render.plot.scales import Scale, ticks
from gradcli.render.plot.sentences import Sentences
from gradcli.render.words import function_text, point_lines, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from gradcli.explain.pictures.results import Arrow, Contour, Gap, Plot, Tangent
    from gradcli.render.plot.scales import Tick

    Places = Sequence[tuple[float, float]]

WIDTH, HEIGHT, TOP, BOTTOM, RIGHT = 640.0, 400.0, 26.0, 44.0, 16.0
"""The area of the picture without its margins is at most so large; margins above, below and on the right."""
CHARACTER: Final = 7.3
"""Width of a character of 12 pixels in a font of fixed width."""
ARROW: Final = 15.0
STYLE: Final = """
  text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; }
  .frame { fill: none; stroke: #59636e; } .grid { stroke: #d1d9e0; } .zero { stroke: #818b98; }
  .curve { fill: none; stroke: #0550ae; stroke-width: 2px; stroke-linejoin: round; }
  .contour { fill: none; stroke: #0550ae; stroke-width: 1.2px; stroke-linejoin: round; }
  .tangent { fill: none; stroke: #a40e26; stroke-width: 1.6px; stroke-dasharray: 2 4; stroke-linecap: round; }
  .arrow { stroke: #116329; fill: #116329; } .point { fill: #a40e26; stroke: #ffffff; }
  .path { fill: none; stroke: #953800; stroke-width: 1.4px; } .step { fill: #953800; } .start { fill: #a40e26; }
  .halo { fill: none; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
  .pole { stroke: #59636e; stroke-dasharray: 6 4; } .void { fill: #818b98; fill-opacity: 0.18; }
"""
DARK: Final = """  svg { color-scheme: light dark; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .frame { stroke: #8b949e; } .grid { stroke: #30363d; } .zero { stroke: #6e7681; }
    .curve, .contour { stroke: #79c0ff; } .tangent { stroke: #ff8f9b; }
    .arrow { stroke: #6fdd8b; fill: #6fdd8b; } .point { fill: #ff8f9b; stroke: #0d1117; }
    .path { stroke: #ffa657; } .step { fill: #ffa657; } .start { fill: #ff8f9b; } .halo { stroke: #0d1117; }
    .pole { stroke: #8b949e; }
  }
"""


def write_plot_svg(plot: Plot, paper: bool = False) -> str:
    """The picture. `paper`: on white, without the colours for dark screens."""
    return PlotDrawing(plot).svg(paper)


class PlotDrawing:
    """One picture."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        x, y = plot.axes
        width, height = self.sizes()
        self.across = ticks(x.low, x.high, int(width / 64))
        self.up = ticks(y.low, y.high, int(height / 44))
        labels = max((len(tick.text) for tick in self.up), default=1)
        left = CHARACTER * labels + 16
        self.x = Scale(x.low, x.high, left, left + width)
        self.y = Scale(y.low, y.high, TOP + height, TOP)
        self.sentences = Sentences(plot, "pretty")
        self.numbered: list[tuple[float, float, float]] = []
        if plot.at is not None and len(plot.at) == 2:
            self.numbered.append((self.x.place(plot.at[0]), self.y.place(plot.at[1]), CHARACTER))

    def sizes(self) -> tuple[float, float]:
        """Width and height of the area: of planes with equal scales on both axes, where that is not too narrow."""
        if self.plot.curve is not None:
            return WIDTH, HEIGHT
        x, y = self.plot.axes
        ratio = (y.high - y.low) / (x.high - x.low)
        if not 0.4 <= ratio <= 2.5:
            return WIDTH, HEIGHT
        width = min(WIDTH, 480.0, 480.0 / ratio) if ratio > 0.8 else WIDTH
        return width, width * ratio

    def svg(self, paper: bool) -> str:
        width, height = self.x.end + RIGHT, self.y.start + BOTTOM
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">'
        )
        title = escape(function_text(self.plot.reading))
        style = f"<style>{STYLE}{'' if paper else DARK}</style>"
        ground = f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>' if paper else ""
        parts = [head, f"<title>{title}</title>", f"<desc>{escape(self.words())}</desc>", style, ground]
        return "\n".join(filter(None, [*parts, *self.frame(), *self.body(), "</svg>"])) + "\n"

    def words(self) -> str:
        """What the picture shows, in words."""
        said = self.sentences
        x, y = self.plot.axes
        ranges = [f"{spell(axis.name)}: {said.number(axis.low)} … {said.number(axis.high)}" for axis in (x, y)]
        return ". ".join([*point_lines(self.plot.reading), *ranges, *said.head(), *said.foot(), *said.notes()]) + "."

    def frame(self) -> Iterator[str]:
        """Grid, ticks, names of the axes, and the frame."""
        left, right, bottom, top = self.x.start, self.x.end, self.y.start, self.y.end
        for tick in self.across:
            x = self.x.place(tick.value)
            yield f'<path class="{grid(tick)}" d="M{x:.1f} {bottom:.1f}V{top:.1f}"/>'
            yield f'<text x="{x:.1f}" y="{bottom + 16:.1f}" text-anchor="middle">{escape(tick.text)}</text>'
        for tick in self.up:
            y = self.y.place(tick.value)
            yield f'<path class="{grid(tick)}" d="M{left:.1f} {y:.1f}H{right:.1f}"/>'
            yield f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(tick.text)}</text>'
        size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
        yield f'<rect class="frame" x="{left:.1f}" y="{top:.1f}" {size}/>'
        across, up = (escape(spell(axis.name)) for axis in self.plot.axes)
        yield f'<text x="{(left + right) / 2:.1f}" y="{bottom + 34:.1f}" text-anchor="middle">{across}</text>'
        yield f'<text x="{left:.1f}" y="{top - 9:.1f}" text-anchor="middle">{up}</text>'

    def body(self) -> Iterator[str]:
        """What is drawn into the frame."""
        plot = self.plot
        if plot.empty:
            x, y = (self.x.start + self.x.end) / 2, (self.y.start + self.y.end) / 2
            text = escape(next(self.sentences.foot()))
            yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text.partition(";")[0]}</text>'
        for contour in plot.contours:
            yield from self.contour(contour)
        if plot.curve is not None:
            for gap in () if plot.empty else plot.curve.gaps:
                yield self.gap(gap)
            yield self.curve()
        for arrow in plot.arrows:
            yield self.arrow(arrow)
        for tangent in plot.tangents:
            yield self.tangent(tangent)
        yield from self.path(plot.path)
        if plot.at is not None and not plot.path:
            yield from self.point(plot.at)

    def gap(self, gap: Gap) -> str:
        """A broken line at a pole, a band where there is no value (two pixels wide at least); its sentence with it."""
        (text,) = self.sentences.gaps((gap,))
        left, right = self.x.place(gap.low), self.x.place(gap.high)
        bottom, top = self.y.start, self.y.end
        title = f"<title>{escape(text)}</title>"
        if gap.kind == "pole":
            return f'<path class="pole" d="M{left:.1f} {bottom:.1f}V{top:.1f}">{title}</path>'
        if gap.kind == "jump":
            return ""
        left, right = min(left, (left + right) / 2 - 1), max(right, (left + right) / 2 + 1)
        size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
        return f'<rect class="void" x="{left:.1f}" y="{top:.1f}" {size}>{title}</rect>'

    def curve(self) -> str:
        """The curve, a piece for each part between gaps, cut off at the frame."""
        assert self.plot.curve is not None
        pieces = []
        for piece in runs(self.plot.curve.x, self.plot.curve.y):
            for part in inside(piece, self.y.low, self.y.high):
                pieces.append(self.line(part))
        return f'<path class="curve" d="{"".join(pieces)}"/>'

    def line(self, places: Places) -> str:
        """A polygon's path."""
        spots = [(self.x.place(x), self.y.place(y)) for x, y in places]
        if len(spots) == 1:
            return f"M{spots[0][0]:.1f} {spots[0][1]:.1f}h.1"
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in simplified(spots))

    def contour(self, contour: Contour) -> Iterator[str]:
        """The lines of one level, the longest with its number."""
        if not contour.lines:
            return
        yield f'<path class="contour" d="{"".join(map(self.line, contour.lines))}"/>'
        text = escape(self.sentences.number(contour.level))
        spot = self.free_place(contour, len(text))
        if spot is None:
            return
        place = f'x="{spot[0]:.1f}" y="{spot[1] + 4:.1f}" text-anchor="middle"'
        yield f'<text class="halo" aria-hidden="true" {place}>{text}</text>\n<text {place}>{text}</text>'

    def free_place(self, contour: Contour, length: int) -> tuple[float, float] | None:
        """A place on a level for its number, away from the numbers of the others; None where there is no room."""
        reach = CHARACTER * length
        for line in sorted(contour.lines, key=len, reverse=True):
            for part in (3, 2, 5, 8, 1.5, 1.2, 20):
                x, y = line[min(len(line) - 1, int(len(line) / part))]
                here = self.x.place(x), self.y.place(y)
                if all(abs(here[0] - a) > reach / 2 + b or abs(here[1] - c) > 16 for a, c, b in self.numbered):
                    self.numbered.append((*here, reach / 2 + 4))
                    return here
        return None

    def arrow(self, arrow: Arrow) -> str:
        """A short arrow in the direction of the gradient."""
        dx = arrow.slopes[0] * (self.x.end - self.x.start) / (self.x.high - self.x.low)
        dy = arrow.slopes[1] * (self.y.end - self.y.start) / (self.y.high - self.y.low)
        x, y = self.x.place(arrow.x), self.y.place(arrow.y)
        length = hypot(dx, dy)
        if length == 0:
            return f'<circle class="arrow" cx="{x:.1f}" cy="{y:.1f}" r="1.5"/>'
        dx, dy = ARROW * dx / length, ARROW * dy / length
        angle = atan2(dy, dx)
        tip = (x + dx / 2, y + dy / 2)
        wings = [(tip[0] - 5 * cos(angle + turn), tip[1] - 5 * sin(angle + turn)) for turn in (0.45, -0.45)]
        head = f"M{tip[0]:.1f} {tip[1]:.1f}L{wings[0][0]:.1f} {wings[0][1]:.1f}L{wings[1][0]:.1f} {wings[1][1]:.1f}z"
        return f'<path class="arrow" d="M{x - dx / 2:.1f} {y - dy / 2:.1f}L{tip[0]:.1f} {tip[1]:.1f}{head}"/>'

    def tangent(self, tangent: Tangent) -> str:
        """The tangent as far as the frame reaches, or half of it."""
        (a,) = self.plot.at or (0.0,)
        low = a if tangent.side == "right" else self.x.low
        high = a if tangent.side == "left" else self.x.high
        places = [(x, tangent.slope * (x - a) + (self.plot.value or 0.0)) for x in (low, high)]
        parts = inside(places, self.y.low, self.y.high)
        return f'<path class="tangent" d="{"".join(map(self.line, parts))}"/>' if parts else ""

    def point(self, at: tuple[float, ...]) -> Iterator[str]:
        """The point, where it is in the picture."""
        height = at[1] if len(at) == 2 else self.plot.value
        if height is not None and self.x.low <= at[0] <= self.x.high and self.y.low <= height <= self.y.high:
            yield f'<circle class="point" cx="{self.x.place(at[0]):.1f}" cy="{self.y.place(height):.1f}" r="4.5"/>'

    def path(self, path: Places) -> Iterator[str]:
        """The steps of a descent, joined; a diamond at the start."""
        if not path:
            return
        yield f'<path class="path" d="{self.line(path)}"/>'
        for x, y in path[1:]:
            yield f'<circle class="step" cx="{self.x.place(x):.1f}" cy="{self.y.place(y):.1f}" r="2.6"/>'
        x, y = self.x.place(path[0][0]), self.y.place(path[0][1])
        yield f'<path class="start" d="M{x:.1f} {y - 6:.1f}l5 6l-5 6l-5 -6z"/>'


def grid(tick: Tick) -> str:
    """The class of a line of the grid."""
    return "grid" if tick.value else "zero"


def runs(xs: Sequence[float], ys: Sequence[float | None]) -> Iterator[list[tuple[float, float]]]:
    """The stretches of a curve between its gaps."""
    piece: list[tuple[float, float]] = []
    for x, y in zip(xs, ys, strict=True):
        if y is not None:
            piece.append((x, y))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def inside(places: Places, low: float, high: float) -> list[list[tuple[float, float]]]:
    """The parts of a polygon between two heights, cut off there."""
    parts: list[list[tuple[float, float]]] = []
    for (x0, y0), (x1, y1) in pairwise(places):
        if max(y0, y1) < low or min(y0, y1) > high:
            continue
        first, last = cut(x0, y0, x1, y1, low, high), cut(x1, y1, x0, y0, low, high)
        if parts and parts[-1][-1] == first:
            parts[-1].append(last)
        else:
            parts.append([first, last])
    if not parts and len(places) == 1 and low <= places[0][1] <= high:
        parts.append(list(places))
    return parts


def cut(x0: float, y0: float, x1: float, y1: float, low: float, high: float) -> tuple[float, float]:
    """The first place, or where the way from it to the second comes in."""
    edge = low if y0 < low else high
    if low <= y0 <= high or y0 == y1:
        return x0, y0
    part = (edge / 2 - y0 / 2) / (y1 / 2 - y0 / 2)
    return x0 + part * (x1 - x0), edge


def simplified(spots: Places) -> list[tuple[float, float]]:
    """Without spots that lie on the line between their neighbours, to a twentieth of a pixel."""
    kept = [spots[0]]
    for place in range(1, len(spots) - 1):
        (x0, y0), (x, y), (x1, y1) = kept[-1], spots[place], spots[place + 1]
        length = hypot(x1 - x0, y1 - y0)
        away = abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length if length else hypot(x - x0, y - y0)
        if away > 0.05 or x - x0 > 12:
            kept.append((x, y))
    return [*kept, spots[-1]]
