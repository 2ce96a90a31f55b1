"""Which points float64 cannot be trusted at, as a condition that the straight-line code computes beside the values.

NumPy says nothing at a kink, a jump or a closed end of the domain: it takes one side. Where a switch of the function
is within rounding of its tie the row is marked, and the certified engine decides it. (What is not finite marks itself.)
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.rationals import ratio
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

POSITIVE = ("exp", "abs", "cosh", "sigmoid", "softplus", "exp2", "relu")
ROUNDING = 2**52
"""A float64 is rounded by less than one part in so many."""


def suspicion(graph: Graph, values: Sequence[Node], names: Collection[str]) -> Node | None:
    """The condition under which the certified engine has to decide; None where nothing can go wrong unseen.

    names   the variables that are differentiated by: a switch that depends on none of them has no kink in any
    """
    active: set[Node] = set()
    found: dict[Node, None] = {}
    for node in order(values):
        if (node.op == "variable" and node.data in names) or any(arg in active for arg in node.args):
            active.add(node)
            found.update(dict.fromkeys(marks(graph, node)))
            if node.op == "power" and node.args[1] in active:  # below 0 it is defined for whole exponents alone
                above = scalars.compare(graph, ">", node.args[0], scalars.number(graph, 0))
                found[scalars.logic(graph, "not", [above])] = None
    whole: Node | None = None
    for mark in found:
        whole = mark if whole is None else scalars.logic(graph, "or", [whole, mark])
    return whole


def marks(graph: Graph, node: Node) -> Iterator[Node]:
    """The conditions of one node."""
    if node.op == "compare":
        yield from tie(graph, *node.args)
    elif node.op == "product":
        for base, exponent in node.factors():
            fraction = exponent.denominator > 1
            ends = fraction and exponent > 1 and not is_positive(base)  # x**(3/2) is finite at 0, with its slope
            if ends or ((exponent < 0 or fraction) and exponent < 1 and can_cancel(base)):
                yield from tie(graph, base, scalars.number(graph, 0))
    elif node.op == "power":
        yield from tie(graph, node.args[0], scalars.number(graph, 0))
    elif node.op == "call":
        yield from call_marks(graph, node)


def can_cancel(node: Node) -> bool:
    """Is it a sum that may be zero though rounding makes it a small number? (1 + x**2 + exp(y) is not.)"""
    if node.op != "sum":
        return False
    coefficients, constant = node.data
    if min(coefficients) < 0 or constant < 0:
        return True
    return not (constant > 0 and all(map(is_positive, node.args)))


def is_positive(node: Node) -> bool:
    """Is it never negative, by its form?"""
    if node.op == "call":
        return node.data.name in POSITIVE
    return node.op == "product" and all(
        is_positive(base) or exponent.denominator > 1 or exponent % 2 == 0 for base, exponent in node.factors()
    )


def call_marks(graph: Graph, node: Node) -> Iterator[Node]:
    """The kinks, jumps and closed ends of a row's domain."""
    rule, args = node.data, node.args
    if rule.variadic:
        whole = args[0]
        for argument in args[1:]:
            yield from tie(graph, whole, argument)
            whole = scalars.call(graph, rule, (whole, argument))
        return
    if rule.jumps:
        yield from tie(
            graph, args[0], scalars.call(graph, RULES["floor"], [scalars.add(graph, [(args[0], 1)], ratio(1, 2))])
        )
    named = dict(zip(rule.args, args, strict=False))
    for kink in rule.kinks:
        if kink.left != kink.right or kink.jump:
            yield from tie(graph, args[0], named.get(kink.at) or number_of(graph, kink.at))
    if rule.name == "atan2":  # jumps where y = 0 and x < 0, has no value at the origin
        yield from tie(graph, args[0], scalars.number(graph, 0))
    ends = [(i.low, i.low_closed) for i in rule.domain] + [(i.high, i.high_closed) for i in rule.domain]
    for text, is_closed in ends:
        is_finite = is_closed or rule.kernel is None  # acot is made of 1/x: float64 has a number for it at 0
        if is_finite and "inf" not in text and rule.bounded < len(args):
            yield from tie(graph, args[rule.bounded], number_of(graph, text))


def number_of(graph: Graph, text: str) -> Node:
    """A number of a row."""
    from gradcli.program.rows import rule_text

    return rule_text(graph, text, {})


def tie(graph: Graph, left: Node, right: Node) -> Iterable[Node]:
    """left = right, as far as rounding lets one tell: |left - right| not above the rounding of the terms' sum."""
    difference = scalars.difference(graph, left, right)
    zero = scalars.number(graph, 0)
    if difference.op == "number":
        return () if difference.data else (scalars.truth(graph, True),)
    sizes: list[tuple[Node, Any]] = []
    constant: Any = 0
    if difference.op == "sum":
        sizes = [(absolute(graph, arg), abs(c)) for c, arg in zip(difference.data[0], difference.args, strict=True)]
        constant = abs(difference.data[1])
    if difference.op == "variable":
        return (scalars.compare(graph, "==", difference, zero),)
    if len(sizes) + (constant != 0) < 2:
        return (scalars.logic(graph, "not", [scalars.compare(graph, ">", absolute(graph, difference), zero)]),)
    rounding = ratio(len(sizes) + 4, ROUNDING)
    bound = scalars.add(graph, [(size, coefficient * rounding) for size, coefficient in sizes], constant * rounding)
    beyond = scalars.compare(graph, ">", absolute(graph, difference), bound)
    return (scalars.logic(graph, "not", [beyond]),)  # so that a difference that is nan is marked too


def absolute(graph: Graph, node: Node) -> Node:
    """|node|."""
    return scalars.call(graph, RULES["abs"], [node])
