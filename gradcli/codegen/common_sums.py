"""Quotients by one sum of exponentials over their common denominator: what cancels in exact arithmetic cancels there.

The derivative of a softmax weight w = e**x/S, S = e**x + e**y, comes out of the reverse sweep as
e**x·(1/S - e**x/S**2): 0·inf where e**x overflows, and 1 - 1 where w is near 1. Over S**2 the numerator e**x·S - e**2x
collapses to e**x·e**y, and e**x·e**y/S**2 is a product of two weights, which `stable_forms.softmax_weights` evaluates
without overflow.

Source: Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions (2021), section 4.
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any
    Factors = list[tuple[Node, Rational]]
    Terms = list[tuple[Rational, Factors]]

MOST_EXPONENTIALS = 12
"""Longer sums stay as they are: their numerators would be longer than what they save."""
MOST_TERMS = 64
HIGHEST_POWER = 4


def over_common_sums(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with sums of quotients joined wherever that cancels a term."""
    return rewritten(graph, nodes, lambda graph, node: joined(graph, node) if node.op in ("sum", "product") else None)


def joined(graph: Graph, node: Node) -> Node | None:
    """The node as Σ c·numerator/S**k, None where nothing cancels and no e**x stands before the sum."""
    terms = terms_of(node) if node.op == "sum" else distributed(node)
    if terms is None or not 2 <= len(terms) <= MOST_TERMS:
        return None
    below = next((base for _, factors in terms for base, e in factors if e < 0 and is_exponential_sum(base)), None)
    if below is None:
        return None
    powers = [power_of(factors, below) for _, factors in terms]
    least = min(powers)
    if type(least) is not int or not -HIGHEST_POWER <= least < 0 or any(type(p) is not int or p > 0 for p in powers):
        return None
    above: Terms = []
    for (c, factors), power in zip(terms, powers, strict=True):
        above += times(below, power - least, (c, [factor for factor in factors if factor[0] is not below]))
        if len(above) > MOST_TERMS:
            return None
    pieces = [(scalars.multiply(graph, factors), c) for c, factors in above]
    whole = scalars.add(graph, pieces)
    kept = terms_of(whole) if whole.op == "sum" else [(1, factors_of(whole))]
    spread = node.op == "product" and any(is_exponential(base) for base, e in factors_of(node) if e > 0)
    if len(kept) > len(above) or (len(kept) == len(above) and not spread):
        return None
    parts = [(scalars.multiply(graph, [*factors, (below, least)]), c) for c, factors in kept]
    return scalars.add(graph, parts)


def is_exponential_sum(node: Node) -> bool:
    """Is it c + Σ c·e**u with positive coefficients, at least two terms and not too many?"""
    if node.op != "sum" or node.data[1] < 0 or not 2 <= len(node.args) + bool(node.data[1]) <= MOST_EXPONENTIALS:
        return False
    return min(node.data[0]) > 0 and all(map(is_exponential, node.args))


def is_exponential(node: Node) -> bool:
    """Is it e**u?"""
    return bool(node.op == "call" and node.data.name == "exp")


def factors_of(node: Node) -> Factors:
    """A node as a product."""
    return list(zip(node.args, node.data, strict=True)) if node.op == "product" else [(node, 1)]


def terms_of(node: Node) -> Terms:
    """A sum as its terms, the constant among them."""
    terms: Terms = [(c, factors_of(arg)) for c, arg in zip(node.data[0], node.args, strict=True)]
    return [*terms, (node.data[1], [])] if node.data[1] else terms


def distributed(node: Node) -> Terms | None:
    """A product with one sum among its factors as a sum of products; None for other products."""
    factors = factors_of(node)
    sums = [base for base, e in factors if e == 1 and base.op == "sum" and any(has_quotient(arg) for arg in base.args)]
    if len(sums) != 1:
        return None
    rest = [factor for factor in factors if factor[0] is not sums[0]]
    return [(c, merged([*inner, *rest])) for c, inner in terms_of(sums[0])]


def has_quotient(node: Node) -> bool:
    """Is a sum of exponentials below its line?"""
    return any(e < 0 and is_exponential_sum(base) for base, e in factors_of(node))


def merged(factors: Factors) -> Factors:
    """Factors of equal base as one."""
    powers: dict[Node, Rational] = {}
    for base, exponent in factors:
        powers[base] = powers.get(base, 0) + exponent
    return [(base, exponent) for base, exponent in powers.items() if exponent]


def power_of(factors: Factors, base: Node) -> Rational:
    """The exponent of a base."""
    return dict(factors).get(base, 0)


def times(below: Node, count: int, term: tuple[Rational, Factors]) -> Terms:
    """A term times a power of the sum of exponentials, multiplied out."""
    terms: Terms = [term]
    for _ in range(count):
        terms = [(a * b, merged([*left, *right])) for a, left in terms for b, right in terms_of(below)]
        if len(terms) > MOST_TERMS:
            break
    return terms
