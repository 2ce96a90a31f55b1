"""One-sided slopes of a function along a line, in extended precision: what happens on each side of a point.

f(p + t*d) is evaluated for steps t so small (2**-256 and less) that a difference quotient is the one-sided derivative
to all digits, with so many bits that its own rounding does not matter. Whether a side converges, diverges, jumps or
is not real is then read from how the quotients change from step to step. No derivative rule is used.
"""

from __future__ import annotations

import math
from fractions import Fraction

from gradcli import limits
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.values import Undefined, as_ball, is_known, nearest, rational
from gradcli.flints import arb, ctx, fmpq
from gradcli.program.graph import Graph, reachable
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Literal

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node

    Uses = dict[Any, list[Node]]
    Manner = Literal["finite", "infinite", "jump", "undefined", "rough", "unsettled"]

LEVELS = (256, 512, 1024, 2048, 4096)
"""Steps are 2**-level, doubled in exponent: a power law doubles its exponent too, and shows."""

MANTISSAS = (1518500251, 1859775393, 1250137229, 1697653013, 1402946039)
"""Steps are no powers of two, in which periodic functions alias (sin(pi/x) at every power of two is 0)."""

TIGHT_BITS = 220
"""Bits of a quotient that its rounding leaves right: kinks of 2**-200 of the slope are seen."""

LEAST_BITS = 16
"""Bits of quotients that must be right for their growth to be the function's."""

SETTLED = 80
"""Bits to which two quotients must agree to be the limit."""

WORK_BITS = 16_384
"""Precision for comparing quotients with one another."""

NOTHING = -1200.0
"""log2 of what is 0 in float64 whatever it is multiplied with in practice."""

FAR = 10**300
"""Binary exponents beyond this are not told apart."""

LONGEST = 65_536
"""log2 of the longest step: beside larger coordinates (sinh(1e20), in a chain) it is a speck, and nothing settles."""

LARGEST = 1080.0
"""log2 of what is beyond float64."""


class Side(NamedTuple):
    """One side of the point.

    manner    how the difference quotients behave; `jump`: the values do not approach f(p); `rough`: the function is a
              derivative that does not exist on this side, though the domain goes on
    slope     the one-sided derivative (`finite`), or a number with the sign of the infinity
    error     a bound on its error
    reason    why the function is not real on this side (`undefined`)
    limit     the value that f approaches on this side, None where it does not settle
    """

    manner: Manner
    slope: Value | None = None
    error: arb | None = None
    reason: str = ""
    limit: Value | None = None


class Line:
    """Functions along p + t*direction. Parts that do not move along the line are evaluated once for each precision.

    nodes        the functions; guards are evaluated with them, and where one is undefined so are they all
    length       by which steps are measured: the power of two below |x|, 1 at 0
    origin       precision -> all nodes' values at p itself, shared between lines through the same point
    tight        bits of a quotient that its rounding leaves right
    uses         of the functions and guards (or of more) who uses what, shared between lines
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        point: Mapping[str, Node],
        direction: Mapping[str, Fraction | int],
        deadline: float,
        guards: Sequence[Node] = (),
        origin: dict[int, dict[Node, Value]] | None = None,
        length: Fraction | None = None,
        tight: int = TIGHT_BITS,
        uses: Uses | None = None,
    ) -> None:
        self.tight = tight
        self.nodes = list(nodes)
        self.guards = list(guards)
        self.point = point
        self.direction = {name: amount for name, amount in direction.items() if amount}
        self.deadline = deadline
        self.moving = depending(uses or used_in([*self.nodes, *self.guards]), self.direction)
        self.visited: set[Fraction] = set()
        self.length = self.scale() if length is None else length
        self.known: dict[tuple[Fraction, int], list[Value]] = {}
        self.origin: dict[int, dict[Node, Value]] = {} if origin is None else origin

    @property
    def evaluations(self) -> int:
        """How many points beside p were evaluated."""
        return len(self.visited - {Fraction(0)})

    def at(self, offset: Fraction, bits: int) -> list[Value]:
        """The functions' values at p + offset*direction, as balls of this precision."""
        key = (offset, bits)
        if key not in self.known:
            if offset not in self.visited:
                self.visited.add(offset)
            self.known[key] = self.evaluated(offset, bits)
        return self.known[key]

    def evaluated(self, offset: Fraction, bits: int) -> list[Value]:
        """One evaluation, with what does not move taken from the point itself."""
        here = self.at_origin(bits)
        if offset:
            run = Balls(self.shifted(offset), self.deadline)
            run.at_precision(bits)
            run.values = {**here}
            for node in self.moving:
                run.values.pop(node, None)
            run.reference = here
            run.evaluate([*self.nodes, *self.guards], bits)
            here = run.values
        bad = next((here[guard] for guard in self.guards if type(here[guard]) is Undefined), None)
        return [here[node] if bad is None else bad for node in self.nodes]

    def at_origin(self, bits: int) -> dict[Node, Value]:
        """All values at p itself."""
        known = self.origin.setdefault(bits, {})
        if any(node not in known for node in (*self.nodes, *self.guards)):
            run = Balls(self.point, self.deadline)
            run.at_precision(bits)
            run.values = known
            run.evaluate([*self.nodes, *self.guards], bits)
        return known

    def shifted(self, offset: Fraction) -> dict[str, Node | Value]:
        """The point moved along the line: exact numbers stay exact."""
        moved: dict[str, Node | Value] = dict(self.point)
        if not offset:
            return moved
        scratch = Graph()
        for name, amount in self.direction.items():
            start: Any = self.point[name]
            step = offset * amount
            moved[name] = (
                rational(start.data + step) if start.op == "number" else scratch.intern("sum", (start,), ((1,), step))
            )
        return moved

    def scale(self) -> Fraction:
        """The power of two below the distance to the nearest zero coordinate; at 0 that of the finest number."""
        sizes = []
        for name, amount in self.direction.items():
            size = self.coordinate_size(name)
            if math.isfinite(size):
                sizes.append(size - magnitude(rational(amount)))
        size = min(sizes) if sizes else self.finest()
        return power_of_two(math.floor(max(-LONGEST, min(size, LONGEST))))

    def coordinate_size(self, name: str) -> float:
        """log2|p_name|."""
        (value,) = Balls(self.point, self.deadline).evaluate([self.point[name]], 96)
        return magnitude(value)

    def finest(self) -> float:
        """log2 of the smallest number that the functions mention, at most 0: a step must not jump over what it says."""
        sizes = [0.0]
        for node in reachable([*self.nodes, *self.guards]):
            if node.op == "variable":
                sizes.append(self.coordinate_size(node.data))
            elif node.op == "number":
                sizes.append(magnitude(rational(node.data)))
            elif node.op == "sum":
                sizes += [magnitude(rational(number)) for number in (*node.data[0], node.data[1])]
        return min(size for size in sizes if math.isfinite(size))


def used_in(roots: Sequence[Node]) -> Uses:
    """Of all that the roots need: node, and the name of a variable -> the nodes that use it."""
    uses: Uses = {}
    for node in reachable(roots):
        if node.op == "variable":
            uses.setdefault(node.data, []).append(node)
        for arg in node.args:
            uses.setdefault(arg, []).append(node)
    return uses


def depending(uses: Uses, names: Iterable[str]) -> set[Node]:
    """The nodes that depend on one of the names."""
    moving: set[Node] = set()
    waiting: list[Any] = [*names]
    while waiting:
        for user in uses.get(waiting.pop(), ()):
            if user not in moving:
                moving.add(user)
                waiting.append(user)
    return moving


def power_of_two(exponent: int) -> Fraction:
    """2**exponent."""
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def magnitude(value: Value) -> float:
    """log2|value|, by the ball's midpoint; -inf for 0, nan where nothing is known."""
    if not is_known(value):
        return math.nan
    if type(value) is fmpq:
        return log2_integer(abs(int(value.p))) - log2_integer(int(value.q))
    mantissa, exponent = value.mid().man_exp()
    return log2_integer(abs(int(mantissa))) + float(max(min(int(exponent), FAR), -FAR))


def log2_integer(value: int) -> float:
    """log2 of a natural number of any length."""
    return math.log2(value) if value else -math.inf


def upper_magnitude(value: Value) -> float:
    """log2 of the largest absolute value in the ball."""
    return magnitude(abs(as_ball(value)).upper()) if is_known(value) else math.nan


def step(line: Line, level: int) -> Fraction:
    """The step of a level, relative to the line's scale."""
    mantissa = MANTISSAS[LEVELS.index(level)]
    return Fraction(mantissa, 1 << 30) * power_of_two(-level) * line.length


def is_tight(value: Value, bits: int) -> bool:
    """True where the rounding of a quotient does not matter: so many bits are right, or it is nothing in float64."""
    if type(value) is not arb:
        return True
    return value.rel_accuracy_bits() >= bits or upper_magnitude(value) < NOTHING


def quotient(line: Line, index: int, near: Fraction, far: Fraction) -> Value:
    """(f(far) - f(near))/(far - near) for one of the line's functions, with bits enough."""
    smallest = min(abs(far - near), abs(far))
    bits = 64 * math.ceil((line.tight + 64 - 2 * min(0.0, magnitude(rational(smallest)))) / 64)
    most = max(2 * bits, limits.BALL_BITS)
    while True:
        first, second = line.at(near, bits)[index], line.at(far, bits)[index]
        for value in (second, first):
            if type(value) is Undefined:
                return value
        if first is second and is_known(first):
            return fmpq(0)
        with ctx.workprec(bits):
            result = (second - first) * rational(1 / (far - near))
        if is_tight(result, line.tight) or 2 * bits > most:
            return result
        bits *= 2


def look(line: Line, index: int, sign: int, has_value: bool = True) -> Side:
    """How the function behaves on the right (sign 1) or on the left (sign -1) of the point.

    Without a value at the point itself (`has_value` false) the value of the smallest step stands in for its limit.
    """
    limit = approached(line, index, sign)
    side = Side("unsettled")
    if not has_value and limit is None:
        return side
    for count in (3, 4, 5):
        steps = [sign * step(line, level) for level in LEVELS[:count]]
        near = Fraction(0) if has_value else steps[-1] * power_of_two(-256)
        slopes = [quotient(line, index, near, far) for far in steps]
        side = judge(slopes, steps)._replace(limit=limit)
        if side.manner != "unsettled" and not is_shallow(side, slopes):
            break
    return side


def approached(line: Line, index: int, sign: int) -> Value | None:
    """What the values approach on this side, None where they do not settle."""
    steps = [sign * step(line, level) for level in LEVELS[:3]]
    values = [line.at(far, 64 * math.ceil(LEVELS[2] / 24))[index] for far in steps]
    if not all(is_known(value) for value in values):
        return None
    settled = judge(values, steps)
    return settled.slope if settled.manner == "finite" else None


def is_shallow(side: Side, slopes: list[Value]) -> bool:
    """True for a limit 0 and for a growth without bound that deeper steps could still contradict."""
    if side.manner in ("infinite", "jump"):
        return magnitude(slopes[-1]) < LARGEST
    return side.manner == "finite" and side.slope == 0 and magnitude(slopes[-1]) > NOTHING


def judge(slopes: list[Value], steps: list[Fraction]) -> Side:
    """What a sequence of quotients does as the steps shrink."""
    with ctx.workprec(WORK_BITS):
        return judged(slopes, steps)


MANNERS: dict[str, Manner] = {"undefined": "undefined", "no slope": "rough"}
"""What kinds of missing values say of a side."""


def judged(slopes: list[Value], steps: list[Fraction]) -> Side:
    """The same at the working precision."""
    last = slopes[-1]
    if type(last) is Undefined:
        manner = MANNERS.get(last.kind, "unsettled")
        return Side(manner, reason="" if manner == "unsettled" else last.general)
    if not all(is_known(value) for value in slopes[-3:]):
        return Side("unsettled")
    first, second, third = slopes[-3:]
    if type(third) is fmpq and third == second == first:
        return Side("finite", third, arb(0))
    change, before = upper_magnitude(third - second), upper_magnitude(second - first)
    sizes = (magnitude(first), magnitude(second), magnitude(third))
    size = max(sizes[2], magnitude(second))
    if change - size <= -SETTLED or upper_magnitude(third) < NOTHING > upper_magnitude(second):
        return Side("finite", third, spread(change))
    if change - size <= -SETTLED / 2 and change - size <= 1.5 * (before - size):
        return Side("finite", third, spread(2 * (change - size) + size + 4))
    if all(is_tight(value, LEAST_BITS) for value in (first, second, third)):
        return drift(sizes, third, steps)
    bounds = (upper_magnitude(first), upper_magnitude(second), upper_magnitude(third))
    return Side("finite", fmpq(0), arb(0)) if shrinks(bounds) else Side("unsettled")  # what grows may be their rounding


def spread(exponent: float) -> arb:
    """2**exponent as a bound."""
    return arb(0) if exponent == -math.inf else arb(2) ** math.ceil(exponent)


def drift(sizes: tuple[float, float, float], last: Value, steps: list[Fraction]) -> Side:
    """Quotients that shrink steadily have the limit 0; those that grow have none: an infinite slope, or a jump."""
    if shrinks(sizes):
        return Side("finite", fmpq(0), arb(0))
    first, second, third = sizes
    if second - first > 0.7 and third - second > 0.7 * (second - first):
        gap_before = second + magnitude(rational(steps[-2]))
        gap = third + magnitude(rational(steps[-1]))
        return Side("jump" if gap > gap_before - 0.7 else "infinite", last)
    return Side("unsettled")


def shrinks(sizes: tuple[float, float, float]) -> bool:
    """Do the sizes fall as a power of the step does?"""
    first, second, third = sizes
    return first - second > 0.7 and second - third > 0.7 * (first - second)


def as_float(value: Value | None) -> float | None:
    """The slope in float64: of the whole ball, else of its midpoint. None beyond the largest float64."""
    if value is None or not is_known(value):
        return None
    number = nearest(value)
    if number is None:
        number = nearest(value.mid())
    return None if number is None or math.isinf(number) else number


def agree(left: Side, right: Side) -> bool:
    """True where both sides have one slope. A kink as small as 2**-200 of the slope is seen."""
    assert left.slope is not None
    assert right.slope is not None
    assert left.error is not None
    assert right.error is not None
    with ctx.workprec(WORK_BITS):
        gap = abs(as_ball(right.slope) - as_ball(left.slope)).lower()
        return bool(gap <= (left.error + right.error) * 8) or magnitude(gap) < NOTHING


def mean(left: Side, right: Side) -> Value:
    """The common slope of two sides that agree, as narrow as they know it."""
    assert left.slope is not None
    assert right.slope is not None
    with ctx.workprec(WORK_BITS):
        return (left.slope + right.slope) / 2


def difference(left: Side, right: Side) -> Value:
    """How much steeper the right side is."""
    assert left.slope is not None
    assert right.slope is not None
    with ctx.workprec(WORK_BITS):
        return right.slope - left.slope
