"""Capital letters that are matrices to those who read LaTeX, alone or in a sum: `A`, `(A - λI)^{-1}`."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import LATEX_POWER, LATEX_PRODUCT, Binary, Name, Number

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.tree import Tree

IDENTITY: Final = "I is a variable as others are; eye(n) is the identity matrix"
MATRIX_LETTERS: Final = frozenset(
    (*"ABHQUVWXP", "Phi", "Psi", "Sigma", "Lambda", "Theta", "Omega", "Gamma", "Delta", "Pi", "Xi")
)
"""Capitals that are matrices to everyone where they stand right before a vector; C, K, L, N may be numbers."""


def is_matrix_letter(name: str) -> bool:
    """Whether this is a letter that many read as a matrix, perhaps with an index: `W__1`."""
    return without_index(name) in MATRIX_LETTERS


def without_index(name: str) -> str:
    """The letters of a name."""
    return name.partition("_")[0].rstrip("0123456789")


def capital_terms(tree: Tree) -> tuple[str, ...]:
    """The capital letters that the terms of a sum, a power or a quotient end with: `(A - λI)^2`; () for other trees."""
    if isinstance(tree, Binary) and tree.op is LATEX_POWER:
        tree = tree.left
    if not isinstance(tree, Binary) or tree.op not in ("+", "-", "/"):
        return ()
    capitals = []
    stack: list[Tree] = [tree]
    while stack:
        term = stack.pop()
        if isinstance(term, Binary) and term.op in ("+", "-"):
            stack += [term.right, term.left]
            continue
        if isinstance(term, Binary) and term.op == "/" and isinstance(term.right, Number):
            stack.append(term.left)
            continue
        last = term.right if isinstance(term, Binary) and term.op is LATEX_PRODUCT else term
        if not isinstance(last, Name) or not is_capital_letter(last.name):
            return ()
        capitals.append(last.name)
    return tuple(capitals)


def is_capital_letter(name: str) -> bool:
    """Whether this is one capital letter, a Greek one too; with an index if it is one of those above."""
    return is_matrix_letter(name) or (len(name) == 1 and name.isupper())


def is_upper(name: str) -> bool:
    """Whether a name begins with a capital, as those of matrices do; the one of a change, `Deltax`, is that of x."""
    changed = name.removeprefix("Delta")
    return (changed if changed[:1].isalpha() else name)[:1].isupper()
