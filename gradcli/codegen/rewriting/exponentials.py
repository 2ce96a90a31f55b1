"""Exponentials beside what vanishes or overflows with them: x/expm1(x), exp(x**2)*erfc(x), log(erfc(x)).

Source: DLMF 7.12.1, the series of exp(z**2)*erfc(z) for large z.
"""

from __future__ import annotations

from gradcli.codegen.rewriting import sums
from gradcli.codegen.stable_forms import exponential_terms, is_call
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.rationals import ratio
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any

FAR = 15
"""From here on ten terms of the series have all digits; up to here not even the square of erfc vanishes."""
ODD = range(19, 0, -2)
MOST_TERMS = 4


def less_one_below(graph: Graph, node: Node) -> Node | None:
    """1/expm1(u) as 1/(exp(u) - 1), which is scaled with the exponentials above the line."""
    factors = [
        (scalars.add(graph, [(sums.called(graph, "exp", base.args[0]), 1)], -1), e)
        if e < 0 and is_call(base, "expm1")
        else (base, e)
        for base, e in scalars.pairs(node)
    ]
    return scalars.multiply(graph, factors) if factors != scalars.pairs(node) else None


def spread(graph: Graph, node: Node) -> Node | None:
    """exp(u)*(a + b), a or b divided by exponentials, as exp(u)*a + exp(u)*b: each quotient is scaled as a whole."""
    factors = scalars.pairs(node)
    above = [(base, e) for base, e in factors if e > 0 and is_call(base, "exp")]
    inner = next((base for base, e in factors if e == 1 and is_over_exponentials(base)), None)
    if not above or inner is None:
        return None
    rest = [factor for factor in factors if factor[0] is not inner]
    terms = [(scalars.multiply(graph, [*rest, (t, 1)]), c) for t, c in zip(inner.args, inner.data[0], strict=True)]
    return scalars.add(graph, [*terms, (scalars.multiply(graph, rest), inner.data[1])])


def is_over_exponentials(node: Node) -> bool:
    """Is it a short sum in which a term is divided by a sum with exponentials?"""
    return (
        node.op == "sum"
        and len(node.args) <= MOST_TERMS
        and any(
            e < 0 and exponential_terms(base) is not None
            for term in node.args
            if term.op == "product"
            for base, e in scalars.pairs(term)
        )
    )


def with_scaled_tails(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """Functions with erfc(v) far out by its series where an exponential brings it back.

    They are so before they are differentiated: slopes of the series keep their digits, too.
    """
    if not any(is_call(part, "erf") or is_call(part, "erfc") for part in order(nodes)):
        return list(nodes)

    def rule(graph: Graph, node: Node) -> Node | None:
        if node.op == "sum" and len(node.args) == 1 and is_call(node.args[0], "erf"):
            return sums.by_identity(graph, node)
        return scaled_tail(graph, node) if node.op == "product" else None

    return rewritten(graph, nodes, rule)


def divided_tail(graph: Graph, node: Node) -> Node | None:
    """The same where erfc(v) stands below the line, as in the slope of log(erfc(v))."""
    is_below = any(e < 0 and is_call(base, "erfc") for base, e in scalars.pairs(node))
    return scaled_tail(graph, node) if is_below else None


def scaled_tail(graph: Graph, node: Node) -> Node | None:
    """exp(u)*erfc(v)**k as exp(u - k*v**2)*(series)**k where v is large."""
    factors = scalars.pairs(node)
    tail, k = next(((base, e) for base, e in factors if is_call(base, "erfc")), (None, 0))
    growth = [(base, e) for base, e in factors if is_call(base, "exp")]
    if tail is None or not growth:
        return None
    (v,) = tail.args
    rest = [factor for factor in factors if factor[0] is not tail and factor not in growth]
    exponents = [(base.args[0], e) for base, e in growth]
    exponent = scalars.add(graph, [*exponents, (scalars.multiply(graph, [(v, 2)]), -k)])
    whole = [*rest, (sums.called(graph, "exp", exponent), 1), (series(graph, v), k)]
    return scalars.where(graph, is_far(graph, v), scalars.multiply(graph, whole), node)


def logarithm_of_tail(graph: Graph, node: Node) -> Node | None:
    """log(c*erfc(v)) as -v**2 + log(c*series) where v is large, by log1p where c*erfc(v) is next to 1."""
    if node.data.name != "log":
        return None
    (inside,) = node.args
    c, tail = (inside.data[0][0], inside.args[0]) if scalars.is_multiple(inside) else (1, inside)
    if not is_call(tail, "erfc"):
        return None
    (v,) = tail.args
    logarithm = sums.called(graph, "log", series(graph, v), c)
    whole = scalars.add(graph, [(logarithm, 1), (scalars.multiply(graph, [(v, 2)]), -1)])
    return scalars.where(graph, is_far(graph, v), whole, beside_one(graph, node, v, c))


def beside_one(graph: Graph, node: Node, v: Node, c: Rational) -> Node:
    """log(erfc(v)) as log1p(-erf(v)) beside 0, log(erfc(v)/2) as log1p(-erfc(-v)/2) below it."""
    if c == 1:
        less, size, end = sums.called(graph, "erf", v), sums.called(graph, "abs", v), ratio(1, 2)
    elif 2 * c == 1:
        less, size, end = sums.called(graph, "erfc", v, -1), v, 0
    else:
        return node
    close = scalars.compare(graph, "<", size, scalars.number(graph, end))
    return scalars.where(graph, close, sums.called(graph, "log1p", less, -c), node)


def is_far(graph: Graph, v: Node) -> Node:
    """v > FAR."""
    return scalars.compare(graph, ">", v, scalars.number(graph, FAR))


def series(graph: Graph, v: Node) -> Node:
    """exp(v**2)*erfc(v) for large v: (1 - y + 3y² - 15y³ + …)/(v*sqrt(pi)) with y = 1/(2v²)."""
    inverse = scalars.multiply(graph, [(v, -2)])
    whole = scalars.number(graph, 1)
    for odd in ODD:
        whole = scalars.add(graph, [(scalars.multiply(graph, [(inverse, 1), (whole, 1)]), ratio(-odd, 2))], 1)
    return scalars.multiply(graph, [(whole, 1), (v, -1), (scalars.constant(graph, "pi"), ratio(-1, 2))])
