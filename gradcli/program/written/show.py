"""A tree as text that can be pasted back, for hints: brackets where a reader of precedence needs them."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Call, Entry, Index, Name, Number, Transpose, Unary, children, postorder

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Final

    from gradcli.text.tree import Tree

_LEVELS: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}
_ATOM: Final = 9
_LONG: Final = 200


def shown(root: Tree, products: Collection[int] = ()) -> str:
    """The text of a tree, cut where it gets long. `products`: ids of products that are matrix products."""
    found: dict[int, tuple[str, int]] = {}
    for tree in postorder(root):
        text, level = _written(tree, [found[id(part)] for part in children(tree)], "@" if id(tree) in products else "")
        found[id(tree)] = (text if len(text) <= _LONG else "...", level)
    return found[id(root)][0]


def _written(tree: Tree, parts: Sequence[tuple[str, int]], product: str) -> tuple[str, int]:
    if isinstance(tree, Name):
        return tree.name, _ATOM
    if isinstance(tree, Number):
        return str(tree.value), _ATOM if "/" not in str(tree.value) else 2
    if isinstance(tree, Binary):
        level = _LEVELS.get(tree.op, 0)
        right = level if tree.op == "**" else level + 1
        sign = product or (tree.op if level > 1 else f" {tree.op} ")
        return f"{_inside(parts[0], level)}{sign}{_inside(parts[1], right)}", level
    if isinstance(tree, Unary):
        return f"{tree.op}{_inside(parts[0], 3)}", 3
    if isinstance(tree, Transpose):
        return f"{_inside(parts[0], _ATOM)}.T", _ATOM
    if isinstance(tree, Call):
        return f"{tree.function}({', '.join(text for text, _ in parts)})", _ATOM
    if isinstance(tree, Index):
        return f"{_inside(parts[0], _ATOM)}[{', '.join(text for text, _ in parts[1:])}]", _ATOM
    if isinstance(tree, Entry):
        return f"{parts[0][0]}_{{{', '.join(text for text, _ in parts[1:])}}}", _ATOM
    return f"[{', '.join(text for text, _ in parts)}]", _ATOM


def _inside(part: tuple[str, int], level: int) -> str:
    text, own = part
    return text if own >= level else f"({text})"
