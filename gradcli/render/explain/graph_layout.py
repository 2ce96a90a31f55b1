"""Where the nodes and edges of a layered graph stand: boxes that do not overlap, edges that go forward.

Layers by longest path, inputs next to their users; long edges pass through layers in lanes of their own; the order in
a layer by barycentres. Source: Sugiyama, Tagawa & Toda, Methods for Visual Understanding of Hierarchical System
Structures (1981).
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SWEEPS = 12
GAP, LANE, BETWEEN, MARGIN = 34.0, 14.0, 16.0, 12.0
"""Room beside a label between layers, width of a lane, between boxes of a layer, around the picture."""


class Box(NamedTuple):
    """A rectangle: its middle and its size, in the direction of the edges (`along`) and beside it (`across`)."""

    along: float
    across: float
    length: float
    breadth: float


class Route(NamedTuple):
    """An edge: points in pairs, each pair one way between two layers, and the middle of its label (or None)."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float] | None


class Picture(NamedTuple):
    """A whole layout."""

    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    length: float
    breadth: float


class Layout:
    """One graph. sizes: (length, breadth) of each node, in order of evaluation; edges: (start, end, label size)."""

    def __init__(
        self,
        sizes: Mapping[str, tuple[float, float]],
        edges: Sequence[tuple[str, str, tuple[float, float] | None]],
    ) -> None:
        self.sizes, self.edges = sizes, edges
        self.users: dict[str, list[str]] = {name: [] for name in sizes}
        self.operands: dict[str, list[str]] = {name: [] for name in sizes}
        for start, end, _ in edges:
            self.users[start].append(end)
            self.operands[end].append(start)
        self.layer = self.layers()
        self.order = self.ordered()

    def layers(self) -> dict[str, int]:
        """Longest paths; an input stands in the layer before its first user."""
        layer: dict[str, int] = {}
        for name in self.sizes:
            layer[name] = 1 + max((layer[part] for part in self.operands[name]), default=-1)
        for name in self.sizes:
            if not self.operands[name] and self.users[name]:
                layer[name] = min(layer[user] for user in self.users[name]) - 1
        return layer

    def ordered(self) -> list[list[object]]:
        """The members of each layer, nodes and lanes of long edges, after the sweeps."""
        order: list[list[object]] = [[] for _ in range(max(self.layer.values(), default=0) + 1)]
        for name in self.sizes:
            order[self.layer[name]].append(name)
        self.before: dict[object, list[object]] = {}
        self.after: dict[object, list[object]] = {}
        for number, (start, end, _) in enumerate(self.edges):
            previous: object = start
            for layer in range(self.layer[start] + 1, self.layer[end]):
                lane = (number, layer)
                order[layer].append(lane)
                self.link(previous, lane)
                previous = lane
            self.link(previous, end)
        for sweep in range(SWEEPS):
            forwards = sweep % 2 == 0
            self.sweep(order if forwards else order[::-1], self.before if forwards else self.after)
        return order

    def link(self, start: object, end: object) -> None:
        self.after.setdefault(start, []).append(end)
        self.before.setdefault(end, []).append(start)

    def sweep(self, layers: Sequence[list[object]], neighbours: Mapping[object, Sequence[object]]) -> None:
        """Each layer in the order of the mean place of its neighbours in the layer before."""
        place: dict[object, float] = {}
        for members in layers:
            for position, member in enumerate(members):
                place[member] = (position + 0.5) / len(members)
            key = {
                m: sum(place[n] for n in neighbours[m] if n in place) / len(neighbours[m])
                if neighbours.get(m) and all(n in place for n in neighbours[m])
                else place[m]
                for m in members
            }
            members.sort(key=lambda member: key[member])
            for position, member in enumerate(members):
                place[member] = (position + 0.5) / len(members)

    def breadth(self, member: object) -> float:
        return self.sizes[member][1] if isinstance(member, str) else LANE

    def across(self) -> dict[object, float]:
        """Places beside the direction: each near its neighbours, in order, without overlap."""
        place: dict[object, float] = {}
        for members in self.order:
            position = 0.0
            for member in members:
                place[member] = position + self.breadth(member) / 2
                position += self.breadth(member) + BETWEEN
        for sweep in range(SWEEPS):
            forwards = sweep % 2 == 1
            neighbours = self.before if forwards else self.after
            for members in self.order if forwards else self.order[::-1]:
                self.settle(members, neighbours, place)
        low = min(place[m] - self.breadth(m) / 2 for members in self.order for m in members)
        return {member: value - low + MARGIN for member, value in place.items()}

    def settle(
        self, members: Sequence[object], neighbours: Mapping[object, Sequence[object]], place: dict[object, float]
    ) -> None:
        """Each member at the mean of its neighbours, then pushed apart from both sides and averaged."""
        wanted = []
        for member in members:
            near = neighbours.get(member)
            wanted.append(sum(place[n] for n in near) / len(near) if near else place[member])
        down, up = list(wanted), list(wanted)
        for i in range(1, len(members)):
            down[i] = max(down[i], down[i - 1] + self.apart(members[i - 1], members[i]))
        for i in range(len(members) - 2, -1, -1):
            up[i] = min(up[i], up[i + 1] - self.apart(members[i], members[i + 1]))
        for member, a, b in zip(members, down, up, strict=True):
            place[member] = (a + b) / 2

    def apart(self, first: object, second: object) -> float:
        return (self.breadth(first) + self.breadth(second)) / 2 + BETWEEN

    def picture(self) -> Picture:
        """The layout."""
        across = self.across()
        lengths = [
            max([self.sizes[m][0] for m in members if isinstance(m, str)], default=0.0) for members in self.order
        ]
        gaps = [0.0] * len(self.order)
        for _, end, label in self.edges:
            layer = self.layer[end]
            gaps[layer] = max(gaps[layer], (label[0] if label else 0.0) + GAP)
        middle: list[float] = []
        position = MARGIN
        for gap, length in zip(gaps, lengths, strict=True):
            position += gap
            middle.append(position + length / 2)
            position += length
        boxes = {name: Box(middle[self.layer[name]], across[name], *self.sizes[name]) for name in self.sizes}
        placed: list[Box] = []
        routes = tuple(
            self.route(number, boxes, across, middle, lengths, gaps, placed) for number in range(len(self.edges))
        )
        breadth = max((across[m] + self.breadth(m) / 2 for members in self.order for m in members), default=0.0)
        lowest = max([breadth, *(box.across + box.breadth / 2 for box in placed)])
        return Picture(boxes, routes, position + MARGIN, lowest + MARGIN)

    def route(
        self,
        number: int,
        boxes: Mapping[str, Box],
        across: Mapping[object, float],
        middle: Sequence[float],
        lengths: Sequence[float],
        gaps: Sequence[float],
        placed: list[Box],
    ) -> Route:
        """From box to box, through the lanes of the layers between; the label before the last box."""
        start, end, label = self.edges[number]
        first, last = boxes[start], boxes[end]
        points = [(first.along + first.length / 2, first.across)]
        for layer in range(self.layer[start] + 1, self.layer[end]):
            lane = across[number, layer]
            half = lengths[layer] / 2
            points += [(middle[layer] - half, lane), (middle[layer] + half, lane)]
        points.append((last.along - last.length / 2, self.port(end, number, last)))
        if label is None:
            return Route(tuple(points), None)
        left = middle[self.layer[end]] - lengths[self.layer[end]] / 2 - gaps[self.layer[end]]
        right = left + gaps[self.layer[end]]
        spot = free_spot(points[-2], points[-1], label, (left, right), placed)
        placed.append(Box(spot[0], spot[1], *label))
        return Route(tuple(points), spot)

    def port(self, end: str, number: int, box: Box) -> float:
        """Where an edge meets its box: the edges of one box side by side in the order in which they come."""
        coming = [i for i, edge in enumerate(self.edges) if edge[1] == end]
        if len(coming) == 1:
            return box.across
        step = min(18.0, box.breadth * 0.6 / (len(coming) - 1))
        place = sorted(coming, key=lambda i: self.place_of(i, end)).index(number)
        return box.across + step * (place - (len(coming) - 1) / 2)

    def place_of(self, number: int, end: str) -> int:
        """The place of an edge's last lane, or of its start, in the layer before its end."""
        layer = self.layer[end] - 1
        start = self.edges[number][0]
        member: object = start if self.layer[start] == layer else (number, layer)
        return self.order[layer].index(member) if member in self.order[layer] else 0


def free_spot(
    start: tuple[float, float],
    end: tuple[float, float],
    label: tuple[float, float],
    gap: tuple[float, float],
    placed: Sequence[Box],
) -> tuple[float, float]:
    """The middle of a label on the last part of an edge, inside the gap, where no label stands yet."""
    length, breadth = label
    low, high = gap[0] + length / 2 + 4, gap[1] - length / 2 - 8
    best = (min(max((start[0] + end[0]) / 2, low), high), (start[1] + end[1]) / 2)
    for share in (0.5, 0.62, 0.38, 0.74, 0.26, 0.85, 0.15):
        along = min(max(start[0] + (end[0] - start[0]) * share, low), high)
        part = (along - start[0]) / ((end[0] - start[0]) or 1.0)
        across = start[1] + (end[1] - start[1]) * smooth(part)
        if all(is_apart(along, across, length, breadth, box) for box in placed):
            return along, across
    across = best[1]
    for step in range(1, 60):
        for side in (step, -step):
            candidate = across + side * breadth / 2
            if all(is_apart(best[0], candidate, length, breadth, box) for box in placed):
                return best[0], candidate
    return best


def smooth(part: float) -> float:
    """How far across a curve is at a part of its way."""
    return part * part * (3 - 2 * part)


def is_apart(along: float, across: float, length: float, breadth: float, box: Box) -> bool:
    """Do two rectangles not overlap?"""
    return (
        abs(along - box.along) >= (length + box.length) / 2 or abs(across - box.across) >= (breadth + box.breadth) / 2
    )
