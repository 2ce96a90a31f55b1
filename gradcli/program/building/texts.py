"""Texts of rows, in the rules' own language: parsed once, with the sizes that they may name."""

from __future__ import annotations

from gradcli.problems import Source, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Call

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from gradcli.text.tree import Tree

PARSED: dict[str, Tree] = {}


def parsed_text(text: str) -> Tree:
    """The syntax of a rule's text, parsed once."""
    tree = PARSED.get(text)
    if tree is None:
        from gradcli.text.parser import parse_expression

        tree = PARSED[text] = parse_expression(Source("rule", text))
    return tree


class TextSizes:
    """The sizes of a text that is not typed: those of a shape as `m`, `n`, `p`, `q`, and whole numbers."""

    def __init__(self, shape: Any = ()) -> None:
        from gradcli.program.dimensions import Dimensions

        self.numbers: Mapping[str, Any] = dict(zip("mnpq", shape, strict=False))
        self.letters: Collection[str] = frozenset()
        self.dims = Dimensions()
        self.source: Source | None = None

    def place(self, tree: Tree) -> Span:
        """Where a size is wrong."""
        assert self.source is not None
        end = (tree.name_end or tree.end) if isinstance(tree, Call) else tree.end
        return Span(self.source, tree.start, max(end, tree.start + 1))
