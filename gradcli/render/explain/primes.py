"""Formulas in which something is left to differentiate: D(u) is written (u)′ on screens, d/dx(u) in plain text."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.render.notation import write
from gradcli.render.words import spell
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Call, Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradcli.render.notation import Style
    from gradcli.text.tree import Tree

FIRST = 0xE000
"""Characters for private use stand for the marked parts while a formula is written."""
FACTORS = pattern(r"(?<=[^\s+\-=·,;*/<>≤≥≠!&|→]) (?=[^\s+\-=·,;*/<>≤≥≠!&|→])")


def write_primes(tree: Tree, style: Style, decimal: bool = False, variable: str | None = "x") -> str:
    """The formula with its marked parts; without a variable they are differentials, d(u)."""
    marked: list[Tree] = []

    def mark(part: Tree) -> Tree | None:
        if type(part) is Call and part.function == "D":
            marked.append(part.arguments[0])
            return Name(chr(FIRST + len(marked) - 1))
        return None

    text = write(replaced(tree, mark), style, decimal)
    for place, part in enumerate(marked):
        char = chr(FIRST + place)
        text_of_part = write(part, style, decimal)
        inner = differential(text_of_part, style) if variable is None else prime(text_of_part, style, variable)
        for spelling in (rf"\mathrm{{{char}}}", char):
            text = text.replace(spelling, inner)
    return text


def prime(text: str, style: Style, variable: str) -> str:
    """`(u)′`; `d/dx(u)` in plain text, `(u)'` on a screen of ASCII (no variable); LaTeX with brackets that grow."""
    if style == "pretty":
        return f"({text})′"
    if style == "latex":
        return rf"\left({text}\right)'"
    return f"d/d{variable}({text})" if variable else f"({text})'"


def differential(text: str, style: Style) -> str:
    """`d(u)`."""
    return rf"d\left({text}\right)" if style == "latex" else f"d({text})"


def in_italics(text: str, names: Iterable[str]) -> str:
    r"""LaTeX in which the differential of z is `dz` and that of W1 `dW_{1}`, no word `\mathrm{dW}_{1}`."""
    for name in names:
        text = text.replace(spell(f"d{name}", "latex"), f"d{spell(name, 'latex')}")
    return text


def kept_together(text: str) -> str:
    """Factors of matrix products with a space that does not break."""
    return FACTORS.sub("\u00a0", text)
