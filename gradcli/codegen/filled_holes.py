"""where(x != y, (x**2 - y**2)/(x - y), 2*x) as x + y: a choice by equality that only fills the hole of a quotient.

Such a function is smooth where its formula is two: the derivatives of the branch that fills the hole are not those of
the function. The quotient in lowest terms has both right, and cancels no digits beside the hole.
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.quotients import NoValueError, PolynomialQuotients, TooLargeError
from gradcli.program.rationals import from_flint
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

MOST_NODES = 200
"""Operations of a choice up to which it is expanded."""


def with_holes_filled(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes without the choices by equality that their quotients in lowest terms make needless."""
    mapping: dict[Node, Node] = {}
    for node in order(nodes):
        if node.op == "where" and node.args[0].op == "compare" and node.args[0].data in ("==", "!="):
            filled = filled_hole(graph, node)
            if filled is not None:
                mapping[node] = filled
    return replace(graph, nodes, mapping) if mapping else list(nodes)


def filled_hole(graph: Graph, node: Node) -> Node | None:
    """The one quotient that both branches are; None where they are two, or where this cannot be seen."""
    condition, yes, no = node.args
    beside, there = (yes, no) if condition.data == "!=" else (no, yes)
    apart = scalars.difference(graph, *condition.args)
    nodes = order([beside, there, apart])
    if len(nodes) > MOST_NODES:
        return None
    try:
        quotients = PolynomialQuotients(nodes)
        if quotients.roots:
            return None
        quotients.fraction(apart)
        above, below = quotients.found[beside]
        hole, _ = quotients.found[apart]
        common = above.gcd(below)
        if hole.is_constant() or not divides_a_power(common, hole):
            return None
        above, below = divmod(above, common)[0], divmod(below, common)[0]
        value, under = quotients.found[there]
        if divmod(quotients.times(above, under) - quotients.times(value, below), hole)[1] != 0:
            return None
        return beside if common.is_constant() else lowest_terms(graph, quotients, beside, above, below)
    except (TooLargeError, NoValueError, OverflowError):
        return None


def divides_a_power(divisor: Any, base: Any) -> bool:
    """Is the polynomial zero only where the other one is? What is cancelled elsewhere would widen the domain."""
    while not divisor.is_constant():
        common = divisor.gcd(base)
        if common.is_constant():
            return False
        divisor = divmod(divisor, common)[0]
    return True


def lowest_terms(graph: Graph, quotients: PolynomialQuotients, node: Node, above: Any, below: Any) -> Node | None:
    """The quotient as a node; None where an unknown with a domain of its own would be lost."""
    used: set[Node] = set()

    def polynomial(whole: Any) -> Node:
        terms = []
        for exponents, coefficient in whole.to_dict().items():
            factors = [(u, int(e)) for u, e in zip(quotients.unknowns, exponents, strict=False) if e]
            used.update(unknown for unknown, _ in factors)
            terms.append((scalars.multiply(graph, factors), from_flint(coefficient)))
        return scalars.add(graph, terms)

    result = scalars.divide(graph, polynomial(above), polynomial(below))
    unknowns = {part for part in order([node]) if part in quotients.generators}
    return result if all(part in used or part.op in ("variable", "constant") for part in unknowns) else None
