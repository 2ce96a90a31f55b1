"""Trees and numbers as characters, in the style that is asked for: the door to the printers."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.printer import PrettyPrinter, Printer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from gradcli.text.tree import Tree

    Style = Literal["text", "pretty", "latex"]


def printer_of(style: Style, decimal: bool) -> Printer:
    """What prints in a style; LaTeX's is loaded when it is asked for."""
    if style == "latex":
        from gradcli.render.latex_printer import LatexPrinter

        return LatexPrinter(decimal)
    return (PrettyPrinter if style == "pretty" else Printer)(decimal)


def write(tree: Tree, style: Style = "text", decimal: bool = False) -> str:
    """The tree as characters. `text` reads back to the same tree; `decimal` prefers `0.5` to `1/2`."""
    return printer_of(style, decimal).write(tree)


def write_all(trees: Iterable[Tree], style: Style = "text", decimal: bool = False) -> list[str]:
    """The texts of many trees; what they share is worked out once. The trees must live as long as the call."""
    printer = printer_of(style, decimal)
    kept = list(trees)
    return [printer.write(tree) for tree in kept]


def write_number(value: float | None, missing: str = "undefined") -> str:
    """The shortest text that reads back to the same float, whole numbers without `.0`; `missing` for None."""
    if value is None:
        return missing
    mantissa, _, exponent = repr(float(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else "0" if mantissa == "-0" else mantissa
