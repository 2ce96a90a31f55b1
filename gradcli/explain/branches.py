"""What of a step counts at a point: the branch of a `where` that is taken, and the names that it uses."""

from __future__ import annotations

from gradcli.evaluate.certified.exact import in_order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.evaluate.certified.balls import Balls
    from gradcli.program.graph import Node


def used_entries(node: Node, run: Balls) -> set[str]:
    """The names that a node uses, only through branches that are taken."""
    found: set[str] = set()
    seen: set[Node] = set()
    stack = [node]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        if here.op == "variable":
            found.add(here.data)
        stack.extend(here.args if here.op != "where" else taken(here, run))
    return found


def taken(node: Node, run: Balls) -> tuple[Node, ...]:
    """The condition and the branch that holds; both branches where that is not known or at a tie."""
    condition, yes, no = node.args
    holds = run.values.get(condition)
    if type(holds) is not bool or any(part in run.touched for part in in_order([condition])):
        return node.args
    return (condition, yes if holds else no)
