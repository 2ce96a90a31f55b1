"""What float64 loses in a sweep of automatic differentiation: the same sweep with every rounded result moved a little.

Terms that cancel show it: they move the numbers further than a rounding.
Source: J. Vignes, A stochastic arithmetic for reliable scientific computation, Math. Comput. Simul. 35 (1993).
"""

from __future__ import annotations

from math import inf, isfinite
from random import Random

from gradcli.evaluate.float64.scalars import STEPS, Floats
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Node

    Swept = tuple[float, dict[str, float]]

RUNS = 3
LEAST, MOST = 3, 16
"""Roundings by which a result is moved: many sizes, so that two of them hardly cancel each other in all runs."""
MEAN = 8
WORTH_SAYING = 1e-10
"""Of the largest derivative; of the value."""
MOST_NAMED = 3
ROUNDED = frozenset(("sum", "product", "power", "call", "constant"))

EXACT = STEPS | {"sqrt", "cbrt"}
"""Functions that may have few digits where their arguments have."""


class NoisyFloats(Floats):
    """The values of nodes, those that are rounded moved by some roundings, as are coordinates that are no float64."""

    def __init__(self, roots: Sequence[Node], point: Mapping[str, Node | float], certain: Any, random: Random) -> None:
        self.random = random
        super().__init__(roots, point, certain)

    def value(self, node: Node) -> Any:
        """One node's value."""
        value = super().value(node)
        if type(value) is not float or (node.op not in ROUNDED and not self.is_rounded_coordinate(node)):
            return value
        return value if is_exact(node, value, self.args(node)) else self.moved_a_little(value)

    def moved_a_little(self, value: float) -> float:
        """A rounded result, or a partial derivative."""
        return value * (1 + 2.0**-53 * self.random.choice((-1, 1)) * self.random.randint(LEAST, MOST))

    def is_rounded_coordinate(self, node: Node) -> bool:
        """Is it a variable at a point that float64 does not have, as one tenth?"""
        at = self.point[node.data] if node.op == "variable" else None
        return at is not None and not isinstance(at, float) and (at.op != "number" or has_odd_part(at.data))


def is_exact(node: Node, value: float, args: Sequence[Any]) -> bool:
    """Is a value likely to be exact: a short one of short ones, and of functions a root, a step, or that at 0?"""
    if not is_short(value) or not all(map(is_short, args)):
        return False
    return node.op != "call" or node.data.name in EXACT or not any(args)


def is_short(value: float | bool) -> bool:
    """Has it so few binary digits that it is likely to be exact?"""
    scaled = value * 2.0**20
    return not isfinite(scaled) or (abs(scaled) < 2.0**53 and scaled == int(scaled))


def has_odd_part(number: Any) -> bool:
    """Is the denominator no power of two?"""
    below = number.denominator
    return bool(below & (below - 1))


def cancellation(sweep: Callable[[Random], Swept], found: Swept, is_certain: bool) -> tuple[str, ...]:
    """What is to be said of numbers that roundings move far, each with how far; `sweep` is the same with noise.

    is_certain   the value that is shown is another one, a certified one
    """
    value, gradient = (inf if is_certain else found[0]), found[1]
    largest = max((abs(slope) for slope in gradient.values() if isfinite(slope)), default=0.0)
    promised = {"": WORTH_SAYING * abs(found[0]), **dict.fromkeys(gradient, WORTH_SAYING * largest)}
    moved = dict.fromkeys(promised, 0.0)
    for run in range(RUNS):
        other, slopes = sweep(Random(run))
        for name, here, there in (("", value, other), *((n, gradient[n], slopes[n]) for n in gradient)):
            moved[name] = max(moved[name], abs(here - there) / MEAN if isfinite(here - there) else 0.0)
        lost = [name for name in moved if moved[name] > promised[name]]
        if not lost:
            return ()
    parts = [f"{'the value' if not name else f'∂/∂{name}'} by about {moved[name]:.1g}" for name in lost]
    more = f" and {len(parts) - MOST_NAMED} more" if len(parts) > MOST_NAMED else ""
    text = f"float64 loses digits here, as terms cancel: {', '.join(parts[:MOST_NAMED])}{more} may be off"
    return (text,)
