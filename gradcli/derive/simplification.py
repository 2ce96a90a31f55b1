"""--simplify: SymPy's simplification within its budget; beyond it the plain result, and a note that says so."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Graph, Node


def simplified(graph: Graph, nodes: Sequence[Node]) -> tuple[list[Node], tuple[str, ...]]:
    """Nodes to be shown, and notes. Numbers are always made from the plain nodes."""
    from gradcli.program.simplify import simplify

    found, note = simplify(nodes, graph)
    return found, (note,) if note else ()
