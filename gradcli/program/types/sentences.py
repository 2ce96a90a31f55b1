"""Sentences about products and sums of arrays that some mean in another way."""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.program.types.walk import plain_name
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING
from gradcli.text.libraries.marks import LOST_AXIS
from gradcli.text.tree import Call, Index, Name, Number, Transpose, postorder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.types.inference import Inference
    from gradcli.text.tree import Binary, Statement, Tree


def note_columns(solver: Inference, first: tuple[Tree, Any], second: tuple[Tree, Any]) -> None:
    """Say that a vector beside a matrix is spread over its columns: NumPy spreads it over rows."""
    for (tree, shape), (_, other) in ((first, second), (second, first)):
        if not shape or not other or id(tree) not in solver.flat or shape[1] != 1 or 1 in (shape[0], other[1]):
            continue
        if isinstance(tree, Call) and tree.keywords and tree.keywords[0][0] is LOST_AXIS:
            rows, columns = solver.numbered(other)
            if rows == columns or not isinstance(rows, int) or not isinstance(columns, int):  # NumPy refuses others
                solver.readings.setdefault(
                    f"{tree.function} along axis 1 stands beside each column, as with keepdims=True"
                )
        name = plain_name(tree)
        if name is not None:
            solver.readings.setdefault(f"{name.name} stands beside each column; {name.name}.T stands beside each row")


def two_vectors(solver: Inference, tree: Binary) -> GradcliError:
    """The error for two columns side by side without a sign."""
    left, right = (shown(side, solver.products) for side in (tree.left, tree.right))
    first, second = enclosed(left), enclosed(right)
    return GradcliError(
        "ambiguous",
        f"{first} {second} reads in two ways: the inner product of two vectors, or entry by entry",
        solver.place(tree),
        f"write dot({left}, {right}) for the inner product, {first}*{second} entry by entry",
    )


def counted_from_one(statements: Sequence[Statement]) -> list[str]:
    """What is said of an array of which `x[1]` is read and `x[0]` is not: Julia, R and MATLAB count from 1."""
    least: dict[str, int] = {}
    first: dict[str, str] = {}
    for statement in statements:
        for tree in postorder(statement.tree):
            if isinstance(tree, Index) and isinstance(tree.base, Name):
                numbers = [part.value if isinstance(part, Number) else 0 for part in tree.subscripts]
                first[tree.base.name] = f"{tree.base.name}[{','.join('0' for _ in numbers)}]"
                least[tree.base.name] = min(int(min(numbers)), least.get(tree.base.name, 2))
    return [f"indices count from 0: the first entry is {first[name]}" for name, low in least.items() if low == 1]


def is_star(tree: Binary, text: str) -> bool:
    r"""Was this product typed as `*`, which some mean as the matrix product? `\odot` and `.*` say what they are."""
    return text[tree.at : tree.at + 1] in tuple("*·×⋅∙∗•") and text[tree.at - 1 : tree.at] != "."


def entry_by_entry(solver: Inference, tree: Binary) -> str:
    """What is said of `A*X` of arrays that the matrix product would fit as well; "" for other products."""
    left, right = solver.of(tree.left), solver.of(tree.right)
    text = solver.homes[id(tree)].text
    if not left or not right or not is_star(tree, text):
        return ""
    if any(isinstance(part, Transpose) and text[part.end - 1 : part.end] == "'" for part in (tree.left, tree.right)):
        first, second = (enclosed(text[part.start : part.end]) for part in (tree.left, tree.right))
        message = f"{first}*{second} reads in two ways: entry by entry, or as MATLAB's product of matrices"
        hint = f"write {first}@{second} for the product, {first}.*{second} entry by entry"
        raise GradcliError("ambiguous", message, Span(solver.homes[id(tree)], tree.start, tree.end), hint)
    left, right = solver.numbered(left), solver.numbered(right)
    if 1 in left or left[1] != right[0]:
        return ""
    parts = [enclosed(text[part.start : part.end]) for part in (tree.left, tree.right)]
    if max(map(len, parts)) > LONGEST:
        return "products by * are read entry by entry; @ is the matrix product"
    return f"{'*'.join(parts)} is read entry by entry; {'@'.join(parts)} is the matrix product"


LONGEST = 30
"""Characters of a factor that is shown in such a sentence."""


def enclosed(text: str) -> str:
    """The text in brackets, unless it is a name or has them."""
    is_name = text.isdecimal() or text.rstrip("'").removesuffix(".T").isidentifier()
    is_closed = is_name or (text[:1] + text[-1:] == "()" and "(" not in text[1:-1])
    return text if is_closed else f"({text})"
