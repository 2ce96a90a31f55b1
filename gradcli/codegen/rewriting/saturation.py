"""Slopes of what is flat far out: 0 for tanh(exp(x)), sinh(x)/cosh(x)**2 for atan(cosh(x)).

As typed they are 0·inf there: the slope of the outer function times that of its argument.
"""

from __future__ import annotations

from gradcli.codegen.stable_forms import is_call
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Factors = list[tuple[Node, Any]]

FAR = 10**150
"""The square of what is beyond is nearly too large for float64."""

GROWING = ("exp", "expm1", "exp2", "sinh", "cosh", "gamma")


def slope_far_out(graph: Graph, node: Node) -> Node | None:
    """A product with a factor that vanishes far out as a choice, where its argument and another factor may overflow."""
    factors = scalars.pairs(node)
    for factor in factors:
        u = saturated_by(graph, factor, factors)
        if u is None or not any(map(is_growing, order([u]))):
            continue
        others = [base for base, e in factors if e > 0 and saturated_by(graph, (base, e), factors) is None]
        grown = [part for part in order(others) if is_growing(part)]
        if not grown:
            continue
        if is_exponential(factor[0], grown):
            beyond = scalars.number(graph, 0)
        elif are_of(u, others, grown):  # sinh(x)/cosh(x)**2, which code has without overflow
            rest = [other for other in factors if other is not factor]
            beyond = scalars.multiply(graph, [*rest, (u, 2 * factor[1])])
        else:
            continue
        size = scalars.call(graph, absolute(), [u])
        far = scalars.compare(graph, ">", size, scalars.number(graph, FAR))
        return scalars.where(graph, far, beyond, node)
    return None


def saturated_by(graph: Graph, factor: tuple[Node, Any], factors: Factors) -> Node | None:
    """u of cosh(u)**-k, sech(u)**k, sigmoid(u)*sigmoid(-u) and (c + u**2)**-k; None for other factors."""
    base, e = factor
    if is_call(base, "cosh" if e < 0 else "sech"):
        return base.args[0]
    if is_call(base, "sigmoid") and e > 0:
        turned = scalars.call(graph, base.data, [scalars.add(graph, [(base.args[0], -1)])])
        return base.args[0] if any(other is turned and k > 0 for other, k in factors) else None
    if base.op == "sum" and e < 0 and len(base.args) == 1 and base.data[1] > 0:
        term = base.args[0]
        if term.op == "product" and len(term.args) == 1 and term.data == (2,):
            return term.args[0]
    return None


def is_growing(node: Node) -> bool:
    """Is it a function that grows as an exponential does?"""
    return node.op == "power" or (node.op == "call" and node.data.name in GROWING)


def is_exponential(base: Node, grown: list[Node]) -> bool:
    """Vanishes the factor as an exponential of what grows so itself, faster than all others grow?"""
    return base.op == "call" and not any(is_growing(part) for node in grown for part in order(node.args))


def are_of(u: Node, others: list[Node], grown: list[Node]) -> bool:
    """Is what grows one factor, the slope of u itself, u being one hyperbolic function?"""
    return len(grown) == 1 and grown[0] in others and u.op == "call" and grown[0].args == u.args


def absolute() -> Any:
    """The row of abs."""
    from gradcli.rules import RULES

    return RULES["abs"]
