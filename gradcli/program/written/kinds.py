"""Scalar, vector or matrix: a first guess at an expression, from what is known of its names. No unification."""

from __future__ import annotations

from gradcli.program.written.capitals import is_upper
from gradcli.program.written.known import MATRIX, SCALAR, VECTOR
from gradcli.records import TYPE_CHECKING
from gradcli.rules import ARRAY_NAMES, NAMES, RULES
from gradcli.text.tree import LATEX_DOT, LATEX_PRODUCT, Binary, Call, Name, Transpose, Unary, children, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.program.written.known import KnownNames
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.text.tree import Tree

ROW: Final = 3
"""A transposed vector."""


def gives(row: ArrayRule) -> str:
    """Whether a function of arrays gives a `vector`, a `matrix` or a number (nothing), mostly: by its row's shapes."""
    value = row.shape.partition("->")[2].strip()
    if row.kind == "map" or "=" in row.shape or "k" in value:
        return "vector"
    if row.kind == "diagonal" or (value and "," in value and not value.endswith(",1")):
        return "matrix"
    return "vector" if value else ""


GIVING_MATRICES: Final = frozenset(name for name, row in ARRAY_NAMES.items() if gives(row) == "matrix")
VECTOR_FUNCTIONS: Final = frozenset(name for name, row in ARRAY_NAMES.items() if gives(row) == "vector")


def kind_of(root: Tree, known: KnownNames, found: dict[int, int] | None = None) -> int:
    """SCALAR, VECTOR, ROW or MATRIX; a name that nothing is known of is a scalar.

    `found`: those of parts that were looked at, by their ids, of trees that live as long.
    """
    return _kinds(root, known, {} if found is None else found)[id(root)]


def matrix_products(root: Tree, known: KnownNames) -> set[int]:
    """The ids of the products without a sign whose factors are arrays."""
    found = _kinds(root, known, {})
    return {
        id(tree)
        for tree in postorder(root)
        if isinstance(tree, Binary)
        and tree.op is LATEX_PRODUCT
        and SCALAR not in (found[id(tree.left)], found[id(tree.right)])
    }


def _kinds(root: Tree, known: KnownNames, found: dict[int, int]) -> dict[int, int]:
    stack = [root]
    while stack:
        parts = children(stack[-1])
        waiting = [] if id(stack[-1]) in found else [part for part in parts if id(part) not in found]
        stack.extend(waiting)
        if not waiting:
            tree = stack.pop()
            if id(tree) not in found:
                found[id(tree)] = _kind(tree, [found[id(part)] for part in parts], known)
    return found


def _kind(tree: Tree, parts: list[int], known: KnownNames) -> int:
    if isinstance(tree, Name):
        return _name_kind(tree.name, known)
    if isinstance(tree, Transpose):
        return {VECTOR: ROW, ROW: VECTOR}.get(parts[0], parts[0])
    if isinstance(tree, Binary):
        return _binary_kind(tree, parts[0], parts[1])
    if isinstance(tree, Unary):
        return parts[0]
    if isinstance(tree, Call):
        if tree.function in GIVING_MATRICES:
            return MATRIX
        if tree.function in VECTOR_FUNCTIONS:
            return VECTOR
        rule = RULES.get(NAMES.get(tree.function, ""))
        return parts[0] if len(parts) == 1 and rule is not None and tree.function not in ("max", "min") else SCALAR
    return SCALAR


def _name_kind(name: str, known: KnownNames) -> int:
    found = known.kind(name)
    if found is not None:
        return found
    if name in ("𝟏", "𝟎"):
        return VECTOR
    if name in known.rows:
        return MATRIX if is_upper(name) else VECTOR
    return SCALAR


def _binary_kind(tree: Binary, left: int, right: int) -> int:
    if tree.op == "@" or tree.op is LATEX_PRODUCT or tree.op is LATEX_DOT:
        return product_kind(left, right)
    if tree.op == "**":
        return left
    return max(left, right) if SCALAR in (left, right) or left == right else MATRIX


def product_kind(left: int, right: int) -> int:
    """The kind of a matrix product."""
    if SCALAR in (left, right):
        return max(left, right)
    if left == ROW:
        return ROW if right == MATRIX else SCALAR
    if right == VECTOR:
        return VECTOR if left == MATRIX else SCALAR
    return MATRIX
