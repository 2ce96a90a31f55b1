"""Slopes of where(h != 0, n/h, f) where h is 0, for a linear h of several variables, by de l'Hôpital's rule.

W = n/h has n = W·h beside h = 0, so that n_xx = 2·W_x·h_x and n_xz = W_x·h_z + W_z·h_x there: W's slopes are quotients
of second derivatives of n, which has no hole. What they are worth is tested at points of the equality.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node


class HoleParts(NamedTuple):
    """A choice, what fills it, and n and h of the quotient n/h beside it."""

    choice: Node
    filling: Node
    above: Node
    below: Node


def slopes_at_equality(
    graph: Graph, condition: Node, values: Sequence[Node], names: Sequence[str]
) -> list[list[Node]] | None:
    """One row of slopes a value, by `names`, for points of the equality; None where the choice is of another form."""
    holes = [node for node in order(values) if node.op == "where" and node.args[0] is condition]
    hole = quotient_of(graph, holes[0]) if len(holes) == 1 else None
    if hole is None:
        return None
    sweep = Reverse(graph, names)
    rates = [rate_of(node) for node in sweep.gradient(hole.below)]
    across = next((place for place, rate in enumerate(rates) if rate), None)
    if across is None or None in rates:
        return None
    second = sweep.gradient(sweep.gradient(hole.above)[across])
    own = scalars.multiply(graph, [(second[across], 1)], inverse(2 * rates[across]))
    slopes = [
        own if place == across else scalars.add(graph, [(node, inverse(rates[across])), (own, -rate / rates[across])])
        for place, (node, rate) in enumerate(zip(second, map(exactly, rates), strict=True))
    ]
    return [with_inner(graph, value, hole, names, slopes) for value in values]


def with_inner(graph: Graph, value: Node, hole: HoleParts, names: Sequence[str], slopes: Sequence[Node]) -> list[Node]:
    """The slopes of a value that is made of the choice, by the chain rule."""
    name = "choice filled"  # no name of a program has a space
    inner = scalars.variable(graph, name)
    (outer,) = replace(graph, [value], {hole.choice: inner})
    *plain, by_choice = replace(graph, Reverse(graph, [*names, name]).gradient(outer), {inner: hole.filling})
    return [
        scalars.add(graph, [(part, 1), (scalars.multiply(graph, [(by_choice, 1), (slope, 1)]), 1)])
        for part, slope in zip(plain, slopes, strict=True)
    ]


def quotient_of(graph: Graph, choice: Node) -> HoleParts | None:
    """The parts of where(a != b, n/(a - b), f)."""
    condition, yes, no = choice.args
    beside, filling = (yes, no) if condition.data == "!=" else (no, yes)
    factor, product = (beside.data[0][0], beside.args[0]) if scalars.is_multiple(beside) else (1, beside)
    if product.op != "product":
        return None
    for left, right in (condition.args, condition.args[::-1]):
        below = scalars.difference(graph, left, right)
        rest = [power for power in scalars.pairs(product) if power != (below, -1)]
        if len(rest) < len(product.args):
            return HoleParts(choice, filling, scalars.multiply(graph, rest, factor), below)
    return None


def rate_of(node: Node) -> Any:
    """A constant slope; None for others."""
    return node.data if node.op == "number" else None


def exactly(rate: Any) -> Any:
    """A rational number."""
    from fractions import Fraction

    return Fraction(rate)


def inverse(rate: Any) -> Any:
    """1/rate."""
    return 1 / exactly(rate)
