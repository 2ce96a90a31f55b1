"""Trees as fully bracketed text, for the tests: written apart from the product's own printer."""

from __future__ import annotations

from typing import Any

from gradcli.problems import Source
from gradcli.text.parser import parse_script
from gradcli.text.tree import (
    Binary,
    Call,
    Index,
    Juxtaposition,
    Name,
    Number,
    Slice,
    Text,
    Transpose,
    Tree,
    Unary,
    Vector,
)


def outline(tree: Tree) -> str:
    """`(x + 2·y)`: a product without a sign is `·`, a decimal is marked by `d`."""
    if isinstance(tree, Number):
        return f"{tree.value}{'d' * tree.decimal}"
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Text):
        return repr(tree.value)
    if isinstance(tree, Unary):
        return f"({tree.op} {outline(tree.operand)})"
    if isinstance(tree, Binary):
        sign = "·" if type(tree.op) is Juxtaposition else f" {tree.op} "
        return f"({outline(tree.left)}{sign}{outline(tree.right)})"
    if isinstance(tree, Transpose):
        return f"{outline(tree.operand)}.T"
    if isinstance(tree, Call):
        named = [f"{word}={outline(value)}" for word, value in tree.keywords]
        return f"{tree.function}({', '.join([*map(outline, tree.arguments), *named])})"
    if isinstance(tree, Slice):
        return ":".join(outline(end) if end else "" for end in (tree.lower, tree.upper))
    if isinstance(tree, Index):
        return f"{outline(tree.base)}[{','.join(map(outline, tree.subscripts))}]"
    assert isinstance(tree, Vector)
    return f"[{', '.join(map(outline, tree.items))}]"


def read(text: str, **options: Any) -> str:
    """The outline of all statements of a text, with their names."""
    script = parse_script([Source("expression", text)], **options)
    return "; ".join(
        (f"{statement.name} = " if statement.name else "") + outline(statement.tree) for statement in script.statements
    )
