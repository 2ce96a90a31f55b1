"""Names of a program at a point as nodes without variables, for one step, or several, taken as a function."""

from __future__ import annotations

from gradcli.program import rationals
from gradcli.program.forms import scalars as algebra
from gradcli.program.graph import reachable
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.explain.sweeping.locals import Local
    from gradcli.program.graph import Graph, Node


class Constants:
    """The values of inputs and steps of one program at one point, exact ones as numbers."""

    def __init__(
        self,
        graph: Graph,
        given: Mapping[str, Node],
        local_of: Mapping[str, tuple[Local, int]],
        used_entries: Callable[[Node], set[str]],
        value: Callable[[str], Any],
    ) -> None:
        """`value`: what is known of a name's number; `used_entries`: the names that a node uses at the point."""
        self.graph, self.given, self.local_of = graph, given, local_of
        self.used_entries, self.value = used_entries, value
        self.known: dict[str, Node] = {}

    def of(self, nodes: Sequence[Node]) -> dict[str, Node]:
        """What nodes use as constants; names in branches that are not taken stand for any number."""
        graph, names = self.graph, dict.fromkeys(p.data for p in reachable(nodes) if p.op == "variable")
        taken, nothing = set().union(*map(self.used_entries, nodes)), algebra.number(graph, 0)
        return {name: self.constant(name) if name in taken else nothing for name in names}

    def constant(self, name: str) -> Node:
        """The value of an entry as a node without variables."""
        from gradcli.flints import fmpq

        graph, waiting = self.graph, [name]
        while waiting:
            here = waiting[-1]
            value = self.value(here)
            if here in self.known:
                waiting.pop()
            elif value is not None and type(value) is fmpq:
                self.known[here] = algebra.number(graph, rationals.ratio(int(value.p), int(value.q)))
            elif here in self.given:
                self.known[here] = self.given[here]
            else:
                step, place = self.local_of[here]
                used = self.used_entries(step.nodes[place])
                missing = [part for part in used if part not in self.known]
                if missing:
                    waiting.extend(missing)
                    continue
                mapping = {algebra.variable(graph, part): self.known[part] for part in used}
                self.known[here] = replace(graph, [step.nodes[place]], mapping)[0]
        return self.known[name]

    def exactly(self, number: float) -> Node:
        """A float64 as a node."""
        return algebra.number(self.graph, rationals.ratio(*number.as_integer_ratio()))
