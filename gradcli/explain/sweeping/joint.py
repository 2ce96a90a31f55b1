"""Steps that reach a switch at its tie in several ways: there the chain rule may not hold, partials or not.

In `v = relu(u); f = where(y != v, v, u)` with u = y the partials of f by v and by u are both 1, and ∂f/∂u is 1 as well,
not their sum 2. Such an adjoint is that of the rest of the program as a function of the step alone.
"""

from __future__ import annotations

from gradcli.program.graph import order
from gradcli.program.substitute import replace_in_functions
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gradcli.explain.sweeping.locals import Local, Partial
    from gradcli.program.graph import Graph, Node

TOO_MANY = "undecided: too many steps meet again at a switch"
MOST = 20_000
"""So many steps may be gone through again, for all of these adjoints together: 2 seconds."""


def meeting(corners: Iterable[str], partials: Mapping[str, Sequence[Partial]], entries: Sequence[str]) -> list[str]:
    """The entries of steps, given in order, that move two operands or more of one of the corners."""
    place = {entry: 1 << number for number, entry in enumerate(entries)}
    above: dict[str, int] = {}  # bit masks: of 10,000 steps these are 12 MB
    for entry in entries:
        above[entry] = place[entry]
        for partial in partials.get(entry, ()):
            above[entry] |= above.get(partial.operand, 0) if partial.taken else 0
    met = 0
    for corner in corners:
        seen = 0
        for partial in partials.get(corner, ()):
            behind = above.get(partial.operand, 0) if partial.taken else 0
            met |= seen & behind
            seen |= behind
    return [entry for entry in entries if met & place[entry]] if met else []


def rest_of(
    graph: Graph, steps: Sequence[Local], live: Collection[str], entry: str, output: str
) -> tuple[Node, list[Node]]:
    """The output as a function of one entry, with the names of what does not depend on it, and its guards."""
    moved: dict[Node, Node] = {}
    moving = {entry}
    guards: list[Node] = []
    for step in steps:
        used = {node.data for node in order([*step.nodes, *step.guards]) if node.op == "variable"}
        if entry in step.entries or not used & moving:
            continue
        nodes, found = replace_in_functions(graph, step.nodes, step.guards, moved)
        moved.update(zip((graph.intern("variable", (), name) for name in step.entries), nodes, strict=True))
        moving.update(step.entries)
        guards += found if step.operation.name in live else ()  # beside the point another branch may be taken
    return moved[graph.intern("variable", (), output)], guards
