"""Dots and marks on a grid of characters: Braille with 2 by 4 dots a cell, or one ASCII sign a cell."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

BRAILLE: Final = 0x2800
DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a Braille cell, by column and row."""


class Ink(NamedTuple):
    """How something is drawn: its style, its ASCII sign, and every how many dots; of two the higher `rank` wins."""

    style: str
    sign: str
    every: int = 1
    rank: int = 0


class Canvas:
    """Characters of `columns` and `rows`; places are in dots, from the top left corner."""

    def __init__(self, columns: int, rows: int, unicode: bool) -> None:
        self.columns, self.rows, self.unicode = columns, rows, unicode
        self.dots: dict[tuple[int, int], tuple[int, Ink]] = {}
        self.marks: dict[tuple[int, int], tuple[str, str]] = {}

    @property
    def width(self) -> int:
        """Dots across."""
        return self.columns * (2 if self.unicode else 1)

    @property
    def height(self) -> int:
        """Dots down."""
        return self.rows * (4 if self.unicode else 1)

    def cell(self, x: int, y: int) -> tuple[int, int]:
        """The cell of a dot: row and column."""
        return (y // 4, x // 2) if self.unicode else (y, x)

    def dot(self, x: int, y: int, ink: Ink) -> None:
        """One dot, where it is on the canvas."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return
        place = self.cell(x, y)
        bits, before = self.dots.get(place, (0, ink))
        bit = DOTS[x % 2][y % 4] if self.unicode else 1
        self.dots[place] = bits | bit, ink if ink.rank >= before.rank else before

    def line(self, places: Sequence[tuple[float, float]], ink: Ink) -> None:
        """A polygon through places in dots."""
        count = 0
        for (x0, y0), (x1, y1) in pairwise(places):
            steps = max(1, ceil(max(abs(x1 - x0), abs(y1 - y0))))
            for step in range(steps + 1 if (x1, y1) == places[-1] else steps):
                part = step / steps
                count += 1
                if (count - 1) % ink.every == 0:
                    self.dot(int(x0 + part * (x1 - x0)), int(y0 + part * (y1 - y0)), ink)
        if len(places) == 1:
            self.dot(int(places[0][0]), int(places[0][1]), ink)

    def mark(self, x: float, y: float, sign: str, style: str, over: bool = True) -> bool:
        """A sign in the cell of a dot; not `over`: only where nothing is. Returns whether it was put down."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return False
        place = self.cell(int(x), int(y))
        if not over and (place in self.marks or place in self.dots):
            return False
        self.marks[place] = sign, style
        return True

    def cells(self, row: int) -> list[tuple[str, str]]:
        """One row as characters with their styles."""
        found = []
        for column in range(self.columns):
            if (row, column) in self.marks:
                found.append(self.marks[row, column])
            elif (row, column) in self.dots:
                bits, ink = self.dots[row, column]
                found.append((chr(BRAILLE + bits) if self.unicode else ink.sign, ink.style))
            else:
                found.append((" ", ""))
        return found
