"""A picture of a function in a terminal: Braille dots in Unicode, signs in ASCII; axes with round numbers."""

from __future__ import annotations

from math import atan2, hypot, pi

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.render.explain.trace import print_reading
from gradcli.render.page import FAINT, HEADING, PROBLEM, Page
from gradcli.render.plot.canvas import Canvas, Ink
from gradcli.render.plot.scales import Scale, ticks
from gradcli.render.plot.sentences import Sentences
from gradcli.render.plot.svg import inside, runs
from gradcli.render.rich_parts import Text

if TYPE_CHECKING:
    from typing import Final

    from rich.console import Console

    from gradcli.explain.pictures.results import Arrow, Plot

CURVE: Final = Ink("cyan", "*", rank=2)
TANGENT: Final = Ink("magenta", ".", every=3, rank=1)
CONTOUR: Final = Ink("cyan", ".", rank=1)
PATH: Final = Ink("yellow", ":", every=2, rank=0)
POINT, ARROW, STEP = "bold magenta", "green", "bold yellow"

WIDEST, ROWS, PLANE_ROWS = 100, 16, 20
"""Columns of the area at most where no size is given, and its rows: of curves, of planes."""

ARROWS: Final = ("→", "↗", "↑", "↖", "←", "↙", "↓", "↘"), (">", "/", "^", "\\", "<", "/", "v", "\\")
ACROSS, DOWN = 8, 3
"""An arrow every so many columns and rows."""


class Size(NamedTuple):
    """Columns and rows of the area."""

    columns: int
    rows: int


def print_plot(plot: Plot, console: Console, size: Size | None = None, ascii_only: bool = False) -> None:
    """The whole screen: function and point, value and tangent, the picture, what is to be said of it."""
    page = Page(console)
    if ascii_only:
        page.unicode, page.style, page.missing = False, "text", "-"
    sentences = Sentences(plot, page.style, marks_of(page.unicode))
    print_reading(plot.reading, page, blank=False)
    for line in sentences.head():
        page.line(line, HEADING)
    page.line()
    print_picture(plot, page, size)
    for line in sentences.foot():
        page.line(line, FAINT)
    for line in sentences.notes():
        page.line(line, FAINT)
    for line in sentences.problems():
        page.line(line, PROBLEM)


def marks_of(unicode: bool) -> tuple[str, str, str]:
    """Signs of the point, of the start of a path and of its steps."""
    return ("●", "◆", "●") if unicode else ("o", "S", "o")


def print_picture(plot: Plot, page: Page, size: Size | None = None) -> None:
    """The picture alone: rows with the numbers of the axis before them, and the axis below."""
    screen = Screen(plot, page, size)
    if plot.curve is None:
        page.line(f"{page.label(plot.axes[1].name):>{screen.margin + 1}}", FAINT)
    for line in screen.lines():
        page.console.print(line, no_wrap=True, crop=True, overflow="crop")


class Screen:
    """One picture on one page."""

    def __init__(self, plot: Plot, page: Page, size: Size | None) -> None:
        self.plot, self.page = plot, page
        rows = size.rows if size else ROWS if plot.curve is not None else PLANE_ROWS
        y = plot.axes[1]
        self.up = ticks(y.low, y.high, max(2, rows // 3))
        self.margin = max((len(tick.text) for tick in self.up), default=0) + 1
        room = max(10, page.console.width - self.margin - 2)
        self.canvas = Canvas(min(size.columns if size else WIDEST, room), rows, page.unicode)
        x = plot.axes[0]
        self.x = Scale(x.low, x.high, 0.5, self.canvas.width - 0.5)
        self.y = Scale(y.low, y.high, self.canvas.height - 0.5, 0.5)
        self.draw()

    def draw(self) -> None:
        """Everything, what matters most last."""
        plot, canvas = self.plot, self.canvas
        for contour in plot.contours:
            for line in contour.lines:
                canvas.line(self.places(line), CONTOUR)
        self.arrows()
        if plot.curve is not None:
            for piece in runs(plot.curve.x, plot.curve.y):
                for part in inside(piece, self.plot.axes[1].low, self.plot.axes[1].high):
                    canvas.line(self.places(part), CURVE)
        self.tangents()
        self.path()
        if plot.at is not None and not plot.path:
            height = plot.at[1] if len(plot.at) == 2 else plot.value
            if height is not None:
                x, y = self.places([(plot.at[0], height)])[0]
                canvas.mark(x, y, marks_of(self.page.unicode)[0], POINT)

    def places(self, line: object) -> list[tuple[float, float]]:
        """Places in dots."""
        return [(self.x.place(x), self.y.place(y)) for x, y in line]  # type: ignore[attr-defined]

    def tangents(self) -> None:
        """The tangent, or both halves of it."""
        for tangent in self.plot.tangents:
            (a,) = self.plot.at or (0.0,)
            low = a if tangent.side == "right" else self.plot.axes[0].low
            high = a if tangent.side == "left" else self.plot.axes[0].high
            ends = [(x, tangent.slope * (x - a) + (self.plot.value or 0.0)) for x in (low, high)]
            for part in inside(ends, self.plot.axes[1].low, self.plot.axes[1].high):
                self.canvas.line(self.places(part), TANGENT)

    def path(self) -> None:
        """The steps of a descent, joined."""
        if not self.plot.path:
            return
        _, start, step = marks_of(self.page.unicode)
        places = self.places(self.plot.path)
        self.canvas.line(places, PATH)
        for x, y in places[1:]:
            self.canvas.mark(x, y, step, STEP)
        self.canvas.mark(*places[0], start, POINT)

    def arrows(self) -> None:
        """An arrow every few cells, the nearest of eight directions."""
        wide, high = (2, 4) if self.page.unicode else (1, 1)
        taken = set()
        for arrow in self.plot.arrows:
            x, y = self.places([(arrow.x, arrow.y)])[0]
            row, column = int(y) // high, int(x) // wide
            spot = (row // DOWN, column // ACROSS)
            sign = self.sign(arrow)
            if sign and spot not in taken:
                taken.add(spot)
                place = ((spot[1] * ACROSS + ACROSS // 2) * wide, (spot[0] * DOWN + DOWN // 2) * high)
                self.canvas.mark(*place, sign, ARROW)

    def sign(self, arrow: Arrow) -> str:
        """The arrow in the direction that it has on the screen, where a cell is twice as high as wide."""
        wide, high = (2, 4) if self.page.unicode else (1, 1)
        across = arrow.slopes[0] * (self.x.end - self.x.start) / (self.x.high - self.x.low) / wide
        up = arrow.slopes[1] * (self.y.start - self.y.end) / (self.y.high - self.y.low) / high * 2
        if hypot(across, up) == 0:
            return ""
        return ARROWS[0 if self.page.unicode else 1][round(atan2(up, across) / (pi / 4)) % 8]

    def lines(self) -> list[Text]:
        """The rows, the axis, and its numbers."""
        signs = "│┤└┬─" if self.page.unicode else "|+++-"
        wide, high = (2, 4) if self.page.unicode else (1, 1)
        marked = {int(self.y.place(tick.value)) // high: tick.text for tick in self.up}
        found = []
        for row in range(self.canvas.rows):
            text = Text(f"{marked.get(row, ''):>{self.margin - 1}} {signs[1 if row in marked else 0]}", style=FAINT)
            for sign, style in self.canvas.cells(row):
                text.append(sign, style or "none")
            text.rstrip()
            found.append(text)
        return [*found, *self.axis(signs, wide)]

    def axis(self, signs: str, wide: int) -> list[Text]:
        """The line below with its ticks, and the numbers under them, as far as they do not meet."""
        x = self.plot.axes[0]
        ruler = [signs[4]] * self.canvas.columns
        labels = [" "] * (self.margin + 1 + self.canvas.columns)
        widest = max((len(tick.text) for tick in ticks(x.low, x.high, 4)), default=1)
        free = 0
        for tick in ticks(x.low, x.high, max(2, self.canvas.columns // max(9, widest + 4))):
            column = int(self.x.place(tick.value)) // wide
            ruler[column] = signs[3]
            start = self.margin + 1 + column - len(tick.text) // 2
            start = max(0, min(start, self.page.console.width - len(tick.text)))
            if start >= free:
                labels[start : start + len(tick.text)] = tick.text
                free = start + len(tick.text) + 1
        name = self.page.label(x.name)
        line = "".join(labels).rstrip()
        if len(line) + len(name) + 2 <= self.page.console.width:
            line = f"{line}  {name}"
        first = Text(f"{'':{self.margin}}{signs[2]}{''.join(ruler)}", style=FAINT)
        return [first, Text(line, style=FAINT)]
