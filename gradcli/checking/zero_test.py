"""Is this difference zero? By the canonical form, by expanding, or by SymPy."""

from __future__ import annotations

from gradcli.program.graph import order
from gradcli.program.quotients import is_zero
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Graph, Node

SYMPY_NODES = 300
"""Operations up to which SymPy is asked."""

SYMPY_SECONDS = 3.0
"""Time for SymPy to prove one equality."""


def proved_equal(ours: Node, yours: Node, difference: Node, graph: Graph, seconds: float) -> bool:
    """Whether both are the same wherever they have values: by the canonical form, by expanding, or by SymPy."""
    if ours is yours or is_zero(difference):
        return True
    if seconds <= 0 or len(order([ours, yours])) > SYMPY_NODES:
        return False
    from gradcli.program.simplify import equal

    return equal(ours, yours, graph, min(seconds, SYMPY_SECONDS)) is True
