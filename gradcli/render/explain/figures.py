"""Numbers of the explaining screens: so many significant digits, arrays in rows, long ones as a summary."""

from __future__ import annotations

from math import sqrt

from gradcli.derive.layouts import numbers_in
from gradcli.records import TYPE_CHECKING
from gradcli.render.notation import write_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.results import Value

MOST_ENTRIES = 12
"""Entries of an array that are shown one by one."""


class Figures:
    """How numbers are written on one screen."""

    def __init__(self, digits: int, texts: Mapping[float, str], missing: str, unicode: bool) -> None:
        self.digits, self.texts, self.missing, self.unicode = digits, texts, missing, unicode

    def number(self, value: float | None) -> str:
        """`0.693147`; `—` where there is none."""
        if value is None:
            return self.missing
        if self.digits >= 17:
            return write_number(value)
        return shortened(self.texts.get(value) or f"{value:.{self.digits}g}")

    def factor(self, value: float | None) -> str:
        """A number as a factor that is not the first: negative ones in brackets."""
        text = self.number(value)
        return f"({text})" if text[0] == "-" and text != self.missing else text

    def lines(self, value: Value) -> list[str]:
        """A number, a vector in one line, a matrix in rows; more than 12 entries as a summary."""
        if not isinstance(value, list):
            return [self.number(value)]
        flat = numbers_in(value)
        if len(flat) > MOST_ENTRIES:
            return [self.summary(value, flat)]
        if not isinstance(value[0], list):
            return [f"[{', '.join(map(self.number, flat))}]"]
        rows = [[self.number(entry) for entry in row] for row in value]
        columns = list(zip(*rows, strict=True))
        aligned = list(zip(*(in_decimals(column) for column in columns), strict=True))
        return ["  ".join(row).rstrip() for row in aligned]

    def inline(self, value: Value) -> str:
        """A number, or an array in one line: `[[1, 0], [0, 1]]`; long ones as a summary."""
        if isinstance(value, list) and len(numbers_in(value)) > MOST_ENTRIES:
            return self.lines(value)[0]
        return f"[{', '.join(map(self.inline, value))}]" if isinstance(value, list) else self.number(value)

    def summary(self, value: list[Any], flat: Sequence[float | None]) -> str:
        """`(64, 784)  min -0.31  max 0.28  ‖·‖ 3.1`."""
        shape = f"({len(value)}, {len(value[0])})" if isinstance(value[0], list) else f"({len(value)},)"
        known = [number for number in flat if number is not None]
        if not known:
            return f"{shape}  {self.missing}"
        largest = max(map(abs, known))
        length = largest * sqrt(sum((x / largest) ** 2 for x in known)) if largest else 0.0
        bars = "‖·‖" if self.unicode else "norm"
        gaps = "" if len(known) == len(flat) else f"  {len(flat) - len(known)} {self.missing}"
        short = [f"{number:.2g}" for number in (min(known), max(known), length)]
        return f"{shape}  min {short[0]}  max {short[1]}  {bars} {short[2]}{gaps}"


def shortened(text: str) -> str:
    """`1e-05` as `1e-5`; no zero behind the point is left over, and no minus before 0."""
    mantissa, mark, exponent = text.lower().partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if mantissa in ("-0", "0"):
        return "0"
    return f"{mantissa}e{int(exponent)}" if mark else mantissa


def in_decimals(numbers: Sequence[str]) -> list[str]:
    """Numbers padded on both sides: decimal points under one another, all as wide."""
    from gradcli.render.drawing import in_columns

    aligned = in_columns(numbers)
    width = max(map(len, aligned), default=0)
    return [text.ljust(width) for text in aligned]
