"""Terms that spread over a whole array beside them: multiples of ones, repeated columns, repeated rows."""

from __future__ import annotations

from gradcli.program.forms.parts import array_part, is_ones, repeated_ends
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Node
    from gradcli.program.writing.pieces import Piece


def spread_apart(terms: Sequence[tuple[Node, Any]], parts: list[tuple[bool, Piece]], whole: Sequence[Node]) -> None:
    """f + g.T + C of a column and a row reads f + C + g.T: alone the two do not fit."""
    if len(parts) == len(terms) and {repeated_ends(array_part(term)[2]) for term, _ in terms} >= {1, -1}:
        parts.insert(0, parts.pop(next(i for i, (term, _) in enumerate(terms) if term in whole)))


def spreads(node: Node) -> bool:
    """Multiples of ones, and repeated columns or rows: as terms they need not be written whole."""
    return is_ones(array_part(node)[2]) or repeats(node)


def repeats(node: Node) -> bool:
    """A column that is repeated, u@ones', or a row, ones@v'."""
    core = array_part(node)[2]
    return core.op == "matmul" and core.shape != () and repeated_ends(core) != 0


def is_constant(node: Node) -> bool:
    """The same in every entry."""
    _, _, core = array_part(node)
    return core.op == "fill"


def is_picked_row(node: Node) -> bool:
    """Is it the row of a matrix, X[0], which NumPy takes for a vector: y@X[0] is a number there?"""
    return node.op == "pick" and node.args[0].op != "eye" and node.shape[:1] == (1,) != node.shape[1:]
