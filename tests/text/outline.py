"""Trees as fully bracketed text, for the tests: written apart from the product's own printer."""

from __future__ import annotations

from typing import Any

from gradcli.problems import Source
from gradcli.text.parser import parse_script
from gradcli.text.tree import (
    LATEX_DOT,
    Binary,
    Bound,
    Call,
    Entry,
    Index,
    Juxtaposition,
    Name,
    Number,
    Slice,
    Statement,
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
        sign = "·" if type(tree.op) is Juxtaposition and tree.op is not LATEX_DOT else f" {tree.op} "
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
    if isinstance(tree, Entry):
        return f"{outline(tree.base)}_[{','.join(map(outline, tree.subscripts))}]"
    if isinstance(tree, Bound):
        upper = "" if tree.upper is None else f"^{outline(tree.upper)}"
        lower = "" if tree.lower is None else f"={tree.lower}"
        below = f"_{','.join(tree.indices)}{lower}" if tree.indices else ""
        return f"{tree.function}{below}{upper}({outline(tree.body)})"
    assert isinstance(tree, Vector)
    return f"[{', '.join(map(outline, tree.items))}]"


def read(text: str, **options: Any) -> str:
    """The outline of all statements of a text, with their names."""
    script = parse_script([Source("expression", text)], **options)
    return "; ".join(head(statement) + outline(statement.tree) for statement in script.statements)


def head(statement: Statement) -> str:
    """`y = `, `f(x, y) = `, `d/dx `."""
    asked = "" if statement.request is None else f"d/d{','.join(statement.request.wrt)} "
    arguments = "" if statement.parameters is None else f"({', '.join(statement.parameters)})"
    return asked if statement.name is None else f"{asked}{statement.name}{arguments} = "
