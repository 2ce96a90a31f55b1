"""Slopes of what is flat far out: 0 for tanh(exp(x)), sinh(x)/cosh(x)**2 for atan(cosh(x)).

As typed they are 0·inf there: the slope of the outer function times that of its argument.
"""

from __future__ import annotations

from gradcli.codegen.rewriting.powers import joined
from gradcli.codegen.rewriting.sums import called
from gradcli.codegen.stable_forms import is_call
from gradcli.program.forms import scalars
from gradcli.program.graph import holds_within, order, reachable
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Factors = list[tuple[Node, Any]]

FAR = 10**150
"""The square of what is beyond is nearly too large for float64."""

DECAYED = 20_000
"""exp(-DECAYED) times the largest float64 to the power MOST_DEGREES is nothing."""
MOST_DEGREES = 20

MOST_FACTORS = 16
"""Factors of a product that is looked at; longer ones are of long programs."""

LEAVES = ("variable", "number", "constant")
CONDITIONS = ("compare", "and", "or", "not")
TAME = ("abs", "asinh", "cbrt", "hypot", "log", "log1p", "max", "min", "relu", "leaky_relu", "softplus")
"""Functions that grow no faster than their arguments."""

BOUNDED = ("atan", "atan2", "cos", "erf", "sech", "sigmoid", "sign", "sin", "tanh")
GROWING = ("exp", "expm1", "exp2", "sinh", "cosh", "gamma")


def slope_far_out(graph: Graph, node: Node) -> Node | None:
    """A product with a factor that vanishes far out as a choice, where its argument and another factor may overflow."""
    factors = scalars.pairs(node)
    for factor in factors:
        u, degree = saturated_by(graph, factor, factors)
        if u is None or not holds_within(graph, u, is_growing):
            continue
        others = [base for base, e in factors if e > 0 and saturated_by(graph, (base, e), factors)[0] is None]
        grown = [part for part in reachable(others, unbounded) if is_growing(part)]
        if not grown:
            continue
        if not degree and is_exponential(graph, grown):
            beyond = scalars.number(graph, 0)
        elif degree and are_of(u, others, grown):  # sinh(x)/cosh(x)**2, which code has without overflow
            rest = [other for other in factors if other is not factor]
            whole = scalars.multiply(graph, [*rest, (u, degree)])
            beyond = joined(graph, whole) or whole
        else:
            continue
        size = called(graph, "abs", u)
        far = scalars.compare(graph, ">", size, scalars.number(graph, FAR))
        return scalars.where(graph, far, beyond, node)
    return None


def with_vanishing(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with every product that an exponential makes 0 as a choice; last, as it hides what it is made of."""
    names = ("exp", "cosh", "sech", "sigmoid")
    if not any(node.op == "call" and node.data.name in names for node in order(nodes)):
        return list(nodes)
    return rewritten(graph, nodes, lambda graph, node: vanishing(graph, node) if node.op == "product" else None)


def vanishing(graph: Graph, node: Node) -> Node | None:
    """A product that an exponential makes 0, whatever the others are, as a choice; they may be beyond float64 there.

    Squares stay: x**2*exp(-x**2) is what it is up to 1e154.
    """
    factors = scalars.pairs(node)
    if len(factors) > MOST_FACTORS:
        return None
    saturated = {factor[0]: saturated_by(graph, factor, factors)[0] for factor in factors}
    for factor in factors:
        base, e = factor
        if is_call(base, "exp") and e >= 1:
            small = scalars.compare(graph, "<", base.args[0], scalars.number(graph, -DECAYED))
        elif (u := saturated[base]) is not None and is_tail(factor):
            small = scalars.compare(graph, ">", called(graph, "abs", u), scalars.number(graph, DECAYED))
        else:
            continue
        others = [(b, k) for b, k in factors if b is not base and saturated[b] is None]
        degrees = [degree_of(graph, part) for part in others]
        if small.op == "compare" and None not in degrees and may_be_beyond(others, degrees):
            return scalars.where(graph, small, scalars.number(graph, 0), node)
    return None


def is_tail(factor: tuple[Node, Any]) -> bool:
    """Does it fall as an exponential?"""
    return abs(factor[1]) >= 1 and any(is_call(factor[0], name) for name in ("cosh", "sech", "sigmoid"))


def may_be_beyond(others: Factors, degrees: list[Any]) -> bool:
    """May the product of the others be beyond the largest float64, and is it so small that the exponential wins?"""
    if sum(degrees) > MOST_DEGREES:
        return False
    return sum(degrees) > 2 or any(e < 0 < degree for (_, e), degree in zip(others, degrees, strict=True))


def degree_of(graph: Graph, factor: tuple[Node, Any]) -> Any:
    """How many powers of the largest float64 a factor may be at most; None where it may grow as an exponential."""
    root, exponent = factor
    degrees: dict[Node, Any] = graph.pieces.setdefault(degree_of, {})
    for node in order([root], lambda here: () if here in degrees else here.args):
        if node not in degrees:
            degrees[node] = degree_above(node, [degrees[arg] for arg in node.args if arg.op not in CONDITIONS])
    return None if degrees[root] is None else abs(exponent) * degrees[root]


def degree_above(node: Node, below: list[Any]) -> Any:
    """The degree of a node, from those of its arguments that are numbers."""
    if node.op in CONDITIONS:
        return 0
    if is_growing(node) or None in below or node.op not in (*LEAVES, "sum", "product", "call", "where"):
        return None
    if node.op == "product":
        return sum(abs(e) * max(degree, 1) for degree, e in zip(below, node.data, strict=True))
    if node.op == "call" and node.data.name not in TAME:
        return 0 if node.data.name in BOUNDED else None
    return max(below, default=int(node.op == "variable"))


def saturated_by(graph: Graph, factor: tuple[Node, Any], factors: Factors) -> tuple[Node | None, Any]:
    """u of cosh(u)**-k, sech(u)**k and sigmoid(u)*sigmoid(-u), with 0; of (c + u**2)**-k and hypot(c, u)**-2k with -2k.

    The second is the power of abs(u) that the factor is far out; None, 0 for other factors.
    """
    base, e = factor
    if is_call(base, "cosh" if e < 0 else "sech"):
        return base.args[0], 0
    if is_call(base, "sigmoid") and e > 0:
        turned = scalars.call(graph, base.data, [scalars.add(graph, [(base.args[0], -1)])])
        return (base.args[0] if any(other is turned and k > 0 for other, k in factors) else None), 0
    if base.op == "sum" and e < 0 and len(base.args) == 1 and base.data[1] > 0:
        term = base.args[0]
        if term.op == "product" and len(term.args) == 1 and term.data == (2,):
            return term.args[0], 2 * e
    if is_call(base, "hypot") and e < 0 and e % 2 == 0:
        legs = [arg for arg in base.args if holds_within(graph, arg, is_variable)]
        return (legs[0] if len(legs) == 1 else None), e
    return None, 0


def is_growing(node: Node) -> bool:
    """Is it a function that grows as an exponential does?"""
    return node.op == "power" or (node.op == "call" and node.data.name in GROWING)


def is_variable(node: Node) -> bool:
    """Is it a variable, and no number?"""
    return node.op == "variable"


def unbounded(node: Node) -> Sequence[Node]:
    """What a node may be as large as: nothing for a bounded function."""
    return () if node.op == "call" and node.data.name in BOUNDED else node.args


def is_exponential(graph: Graph, grown: list[Node]) -> bool:
    """Does a factor that vanishes as an exponential of what grows so itself do so faster than all others grow?"""
    return not any(holds_within(graph, part, is_growing) for node in grown for part in node.args)


def are_of(u: Node, others: list[Node], grown: list[Node]) -> bool:
    """Is what grows one factor, u or its slope, u being one hyperbolic function or a power?"""
    if len(grown) != 1 or grown[0] not in others:
        return False
    if grown[0].op == u.op == "power":
        return grown[0].args[0] is u.args[0]
    return u.op == "call" and grown[0].args == u.args
