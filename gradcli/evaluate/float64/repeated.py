"""Evaluations in float64 of one graph at many points, most of which differ from the first in few coordinates."""

from __future__ import annotations

from math import copysign, isfinite, nan

from gradcli.evaluate.float64.scalars import Floats
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Node

KEPT = 2_000_000
"""Nodes in all that lists of users may name."""


class Repeated:
    """The outputs in float64 as a function of the coordinates by `names`; NaN wherever a guard has no value.

    The first point is evaluated whole; at another, only what uses a coordinate that differs.
    """

    def __init__(
        self,
        outputs: Sequence[Node],
        guards: Sequence[Node],
        names: Sequence[str],
        fixed: Mapping[str, Node | float],
    ) -> None:
        self.outputs, self.guards, self.names, self.fixed = outputs, guards, names, fixed
        self.order = reachable([*outputs, *guards])
        self.first: tuple[float, ...] = ()
        self.base: Floats | None = None
        self.users: dict[tuple[int, ...], list[Node]] = {}
        self.kept = 0

    def __call__(self, places: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
        """The outputs at these places."""
        return [self.at(place) for place in places]

    def at(self, place: tuple[float, ...]) -> tuple[float, ...]:
        """The outputs at one place."""
        point = {**self.fixed, **dict(zip(self.names, place, strict=True))}
        if self.base is None:
            self.first, self.base = place, Floats((), point, order=self.order)
            run = self.base
        else:
            run = self.base.moved(point, self.using(differing(place, self.first)))
        if not all(isfinite(run.values[guard]) for guard in self.guards):
            return (nan,) * len(self.outputs)
        return tuple(float(run.values[output]) for output in self.outputs)

    def using(self, changed: tuple[int, ...]) -> Sequence[Node]:
        """The nodes whose values may change with these coordinates, arguments before users."""
        if 2 * len(changed) > len(self.names) > 2:
            return self.order
        found = self.users.get(changed)
        if found is None:
            names = {self.names[i] for i in changed}
            touched: set[Node] = set()
            found = []
            for node in self.order:
                if node.data in names if node.op == "variable" else not touched.isdisjoint(node.args):
                    touched.add(node)
                    found.append(node)
            if self.kept + len(found) > KEPT:
                self.users, self.kept = {}, 0
            self.users[changed] = found
            self.kept += len(found)
        return found


def differing(place: tuple[float, ...], other: tuple[float, ...]) -> tuple[int, ...]:
    """The coordinates that differ; the zeros of both signs do."""
    return tuple(
        i
        for i, (a, b) in enumerate(zip(place, other, strict=True))
        if a != b or (a == 0 and copysign(1.0, a) != copysign(1.0, b))
    )
