"""A partial derivative as a function of its own, along a line: what second derivatives are differences of.

Beside the point ∂f/∂x is what its formula says wherever the formula is the derivative; at a tie of a switch, at an end
of a domain, and where the formula has no value, it is the slope of f itself, and where f has no slope it is undefined.
"""

from __future__ import annotations

import math
from fractions import Fraction

from gradcli.derive.kinks.slopes import (
    LEVELS,
    TIGHT_BITS,
    WORK_BITS,
    Line,
    Side,
    agree,
    look,
    magnitude,
    mean,
    power_of_two,
)
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.values import UNKNOWN, Undefined, as_ball, is_known, is_node, rational
from gradcli.flints import arb, ctx
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, reachable
from gradcli.program.rationals import from_flint
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node


BESIDE = power_of_two(-800)
"""Steps of the slopes at a moved point, of the move: their errors, 2**-1300 of a step, vanish beside it."""

NEAREST = power_of_two(-LEVELS[-1] - 300)
"""Steps of the slopes at the point itself: far below the smallest move."""


class PartialLine(Line):
    """∂f/∂x along p + t*direction.

    f         the function, and `name` the variable x
    formula   of ∂f/∂x; None: slopes alone, without any rule of differentiation
    """

    def __init__(
        self,
        f: Node,
        name: str,
        formula: Node | None,
        point: Mapping[str, Node],
        direction: Mapping[str, Fraction | int],
        deadline: float,
        guards: Sequence[Node] = (),
    ) -> None:
        super().__init__([f], point, direction, deadline, guards)
        self.f = f
        self.name = name
        self.formula = formula
        self.dependent = self.switches_of(name)
        self.slopes: dict[Fraction, Value] = {}

    def switches_of(self, name: str) -> set[Node]:
        """The parts of f that depend on the variable."""
        found: set[Node] = set()
        for node in reachable([self.f, *self.guards]):
            if (node.op == "variable" and node.data == name) or any(arg in found for arg in node.args):
                found.add(node)
        return found

    def evaluated(self, offset: Fraction, bits: int) -> list[Value]:
        """∂f/∂x at p + offset*direction."""
        place = self.placed(offset)
        if self.formula is not None:
            run = Balls(place, self.deadline)
            needed = run.evaluate([self.f, *self.guards], bits)
            bad = next((value for value in needed if type(value) is Undefined), None)
            if bad is not None:
                return [bad]
            if not self.is_doubtful(run.touched) and not self.is_doubtful(run.edges):
                (value,) = run.evaluate([self.formula], bits)
                if is_known(value):
                    return [value]
        if offset not in self.slopes:
            self.slopes[offset] = self.by_slopes(place, offset)
        return [self.slopes[offset]]

    def is_doubtful(self, parts: Iterable[Node]) -> bool:
        """Does one of these parts depend on the variable?"""
        return any(part in self.dependent for part in parts)

    def placed(self, offset: Fraction) -> dict[str, Node]:
        """The point moved along the line, each coordinate as a node."""
        graph = Graph()
        return {name: as_node(graph, value) for name, value in self.shifted(offset).items()}

    def by_slopes(self, place: Mapping[str, Node], offset: Fraction) -> Value:
        """The slope of f at the moved point, with steps far smaller than the move."""
        near = abs(offset) * BESIDE if offset else NEAREST
        length = min(self.length_by_name(place), Fraction(1)) * near
        # the quotients of these slopes have the bits that the difference of two of them leaves
        lost = -magnitude(rational(abs(offset) / self.length)) if offset else LEVELS[3]
        tight = 2 * TIGHT_BITS + 2 * math.ceil(min(lost, LEVELS[3] + 64))
        line = Line([self.f], place, {self.name: 1}, self.deadline, self.guards, length=length, tight=tight)
        return common_slope(look(line, 0, -1), look(line, 0, 1), self.name)

    def length_by_name(self, place: Mapping[str, Node]) -> Fraction:
        """The length by which steps of x are measured."""
        return Line([self.f], place, {self.name: 1}, self.deadline).length


def as_node(graph: Graph, value: Any) -> Node:
    """A coordinate as a node: it is one, or a rational."""
    if is_node(value):
        node: Node = value
        return node
    return scalars.number(graph, from_flint(value))


def common_slope(left: Side, right: Side, name: str) -> Value:
    """The derivative that both sides say, or the only one that has values; undefined where there is none."""
    finite = [side for side in (left, right) if side.manner == "finite"]
    manners = {left.manner, right.manner}
    if "unsettled" in manners or not finite or manners - {"finite", "undefined"}:
        if manners == {"undefined"}:
            return Undefined(left.reason)
        return UNKNOWN if "unsettled" in manners else no_slope(name)
    if len(finite) == 2 and not agree(left, right):
        return no_slope(name)
    error = sum((side.error for side in finite if side.error is not None), start=arb(0))
    slope = mean(left, right) if len(finite) == 2 else finite[0].slope
    with ctx.workprec(WORK_BITS):
        return slope if error == 0 else as_ball(slope) + arb(0, 1) * error


def no_slope(name: str) -> Undefined:
    """There is no ∂f/∂x at the moved point."""
    return Undefined(f"∂f/∂{name} does not exist", "no slope")
