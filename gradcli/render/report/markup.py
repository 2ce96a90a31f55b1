"""Elements of HTML from texts and from markup. What is `Markup` is taken as it is, everything else is quoted."""

from __future__ import annotations

from html import escape

from gradcli.records import TYPE_CHECKING
from gradcli.render.diagnostics import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def quoted(text: str) -> Markup:
    """A text as HTML: its signs quoted, its line breaks kept, control characters made visible."""
    if isinstance(text, Markup):
        return text
    return Markup("<br>".join(escape(sanitize(line)) for line in text.split("\n")))


def element(tag: str, *children: str, **attributes: str) -> Markup:
    """An element; a trailing `_` of an attribute's name is dropped (`class_`)."""
    marks = "".join(f' {name.rstrip("_")}="{escape(value)}"' for name, value in attributes.items())
    return Markup(f"<{tag}{marks}>{''.join(map(quoted, children))}</{tag}>")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> Markup:
    """A table that scrolls where it is too wide; `numbers`: the columns of numbers. The first cell heads its row."""
    head = element("tr", *(element("th", header, scope="col") for header in headers))
    body = []
    for row in rows:
        cells = [element("th", row[0], scope="row")]
        for place, cell in enumerate(row[1:], 1):
            cells.append(element("td", cell, class_="num") if place in numbers else element("td", cell))
        body.append(element("tr", *cells))
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="wide")


def details(summary: str, *children: str, is_open: bool = True) -> Markup:
    """A part that folds."""
    inner = "".join(map(quoted, (element("summary", summary), *children)))
    return Markup(f"<details{' open' if is_open else ''}>{inner}</details>")
