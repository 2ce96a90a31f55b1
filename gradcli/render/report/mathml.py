"""Formulas as MathML, which every browser shows by itself; the LaTeX stands beside it for those who copy it."""

from __future__ import annotations

import re
from html import escape

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

MOST_LATEX: Final = 4_000
"""Characters of a formula that are set; what is longer is shown as the beginning of its text."""
NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
PRIME: Final = "\u2032"


def mathml(latex: str, display: bool = False) -> str:
    """A formula as a `<math>` element, from our LaTeX; as code where it is too long to be set or cannot be.

    `display`: fractions in full size.
    """
    from latex2mathml.converter import convert

    if len(latex) > MOST_LATEX:
        return f"<code>{escape(latex[:MOST_LATEX])} …</code>"
    try:
        made = lowered(str(convert(latex)))
    except Exception:  # the library's own have no common class; a page with the LaTeX is better than none
        return f"<code>{escape(latex)}</code>"
    style = ' displaystyle="true"' if display else ""
    return re.sub("^<math ", lambda _: f'<math alttext="{escape(latex)}"{style} ', made)


def lowered(markup: str) -> str:
    """Primes on the line, not as exponents: those that fonts have for text stand high already."""
    from xml.etree import ElementTree

    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(markup)
    for power in root.iter(f"{{{NAMESPACE}}}msup"):
        if len(power) == 2 and power[1].text == PRIME:
            power.tag = f"{{{NAMESPACE}}}mrow"
            power[1].tag = f"{{{NAMESPACE}}}mi"
    return ElementTree.tostring(root, encoding="unicode")
