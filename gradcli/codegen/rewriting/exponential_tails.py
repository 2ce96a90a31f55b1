"""Polynomials in exp(-x) where functions of exponentials cancel far out: exp(x)*(log(1 + exp(-x)) - sigmoid(-x)).

With q for exp(-x), exp(x) for the left side, sigmoid(x) is 1/(1 + q) and cosh(x) is (1/q + q)/2; what is a function of
q alone has a Taylor series where q is 0.
"""

from __future__ import annotations

from gradcli.codegen.rewriting.cancelling_sums import lose_digits
from gradcli.codegen.rewriting.sums import called
from gradcli.codegen.stable_forms import is_call
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.rationals import ratio
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.program.graph import Graph, Node

FAR: Final = 20.0
"""How far out sums are looked at: exp(-FAR) is not lost beside 1, its square is."""
LOST: Final = 2.0**-20
KNOWN: Final = ("exp", "sigmoid", "softplus", "tanh", "cosh", "sinh", "sech")
NAMES: Final = "exp expm1 log log1p sqrt cbrt hypot abs sign floor ceil sin cos tan asin acos atan atan2 sinh cosh tanh"
NATIVE: Final = frozenset(f"{NAMES} asinh acosh atanh erf erfc max min".split())
"""What nearly all languages have."""
SUFFICIENT: Final = 1e-13
TAIL: Final = "tail of an exponential"  # no name of a program has a space
CLOSE: Final = 2e-15
MOST_NODES: Final = 400


def with_tails(graph: Graph, plain: Sequence[Node], nodes: Sequence[Node]) -> list[Node]:
    """The nodes with polynomials in an exponential where sums of one variable cancel far out; `plain`: as typed."""
    every = order(plain)
    if len(every) > MOST_NODES or not any(part.op == "call" and part.data.name in KNOWN for part in every):
        return list(nodes)
    return [tailed(graph, node, now) for node, now in zip(plain, nodes, strict=True)]


def tailed(graph: Graph, node: Node, now: Node) -> Node:
    """One node as choices between its polynomials on both sides and what it is now."""
    parts = order([node])
    names = {part.data for part in parts if part.op == "variable"}
    sums = [part for part in parts if part.op == "sum" and len(part.args) + bool(part.data[1]) > 1]
    if len(names) != 1 or node.op not in ("sum", "product", "call"):
        return now
    (name,) = names
    is_balanced = node.op == "product" and balances(node)
    for side in (1, -1):
        far = side * FAR
        is_lost = sums and lose_digits(sums, far, LOST) and not has_digits(graph, node, now, name, far)
        if is_balanced or is_lost:
            now = on_side(graph, node, now, name, side, grows=bool(is_lost)) or now
    return now


def balances(node: Node) -> bool:
    """Is it a product of what may overflow and of other such functions, as exp(-x)*cosh(x)?"""
    known = [(base.data.name, e) for base, e in scalars.pairs(node) if base.op == "call" and base.data.name in KNOWN]
    return len(known) > 1 and any(e > 0 and name in ("exp", "cosh", "sinh") for name, e in known)


def has_digits(graph: Graph, node: Node, now: Node, name: str, x: float) -> bool:
    """Has the code of what a node is now the digits of the node? True where that has no value."""
    from gradcli.codegen.one_point import FAILURES, OnePoint
    from gradcli.codegen.straightline import straight_line
    from gradcli.evaluate.certified.certify import certify

    wanted = certify([node], {name: scalars.number(graph, int(x))})[0].value
    try:
        (found,) = OnePoint(straight_line(graph, [now], [name], NATIVE))([x])
    except (*FAILURES, GradcliError):  # beyond float64, maybe in the branch that is not taken; a function it has not
        return True
    return wanted is None or abs(found - wanted) <= SUFFICIENT * abs(wanted)


def on_side(graph: Graph, node: Node, now: Node, name: str, side: int, grows: bool) -> Node | None:
    """The node as its polynomial far out on one side, else what it is now; None where it has none in q alone.

    grows    it may be a multiple of a power of 1/q
    """
    from gradcli.codegen.laurent import Laurent, laurent_series
    from gradcli.codegen.removable import horner, polynomial

    x, q = scalars.variable(graph, name), scalars.variable(graph, TAIL)
    whole = in_tail(graph, node, x, q, side)
    if whole is None:
        return None
    own = laurent_series(whole, 0)[whole]
    if not isinstance(own, Laurent) or (own.valuation < 0 and not grows) or (made := polynomial(own)) is None:
        return None
    radius, coefficients = made
    start = radius.denominator.bit_length()  # exp(-start) is below the radius
    away = scalars.add(graph, [(x, side)])
    tail = called(graph, "exp", x, -side)
    text = horner(graph, tail, own.valuation, coefficients)
    if not is_close(graph, node, text, name, [side * (start + k) for k in (0, 1, 7, 40)]):
        return None
    return scalars.where(graph, scalars.compare(graph, ">", away, scalars.number(graph, start)), text, now)


def in_tail(graph: Graph, node: Node, x: Node, q: Node, side: int) -> Node | None:
    """The node as a function of q = exp(-side·x) alone; None where that is none."""

    def raised(u: Node) -> Node | None:
        """exp(u) for a multiple of x."""
        multiple = scalars.is_multiple(u) and u.args[0] is x
        k = -side * (u.data[0][0] if multiple else 1)
        return scalars.multiply(graph, [(q, k)]) if (multiple or u is x) and type(k) is int else None

    def changed(graph: Graph, part: Node) -> Node | None:
        if is_call(part, "log"):
            return logarithm(graph, part.args[0], x, q, side)
        if part.op != "call" or part.data.name not in KNOWN or len(part.args) != 1:
            return None
        power = raised(part.args[0])
        return None if power is None else of_power(graph, part.data.name, part.args[0], power)

    (made,) = rewritten(graph, [on_one_side(graph, node, x, side)], changed)
    made = rewritten(graph, [made], spread)[0]
    return made if all(part.data == TAIL for part in order([made]) if part.op == "variable") else None


def logarithm(graph: Graph, inside: Node, x: Node, q: Node, side: int) -> Node | None:
    """log(1/q + q) as side·x + log(1 + q**2)."""
    from gradcli.codegen.laurent import Laurent, laurent_series

    if {part.data for part in order([inside]) if part.op == "variable"} != {TAIL}:
        return None
    own = laurent_series(inside, 0)[inside]
    if not isinstance(own, Laurent):
        return None
    rest = scalars.multiply(graph, [(inside, 1), (q, -own.valuation)])
    rest = spread(graph, rest) or rest
    return scalars.add(graph, [(x, -side * own.valuation), (called(graph, "log", rest), 1)])


def on_one_side(graph: Graph, node: Node, x: Node, side: int) -> Node:
    """abs(x) as side·x, and its sign as the side."""

    def chosen(graph: Graph, part: Node) -> Node | None:
        if is_call(part, "abs") and part.args[0] is x:
            return scalars.add(graph, [(x, side)])
        if is_call(part, "sign") and part.args[0] is x:
            return scalars.number(graph, side)
        return None

    return rewritten(graph, [node], chosen)[0]


def of_power(graph: Graph, name: str, u: Node, power: Node) -> Node:
    """A function of u by exp(u), a power of q that is small or large."""
    small = scalars.pairs(power)[0][1] > 0 if power.op == "product" else True
    tail = power if small else scalars.multiply(graph, [(power, -1)])
    beside = scalars.add(graph, [(tail, 1)], 1)
    if name == "exp":
        return power
    if name == "sigmoid":
        return scalars.multiply(graph, [(beside, -1), *([(tail, 1)] if small else [])])
    if name == "softplus":
        logarithm = called(graph, "log1p", tail)
        return scalars.add(graph, [(logarithm, 1), *([] if small else [(u, 1)])])
    square = scalars.multiply(graph, [(tail, 2)])
    if name == "tanh":
        below = scalars.add(graph, [(square, 1)], 1)
        above = scalars.add(graph, [(square, -1)], 1)
        return scalars.multiply(graph, [(above, 1), (below, -1)], -1 if small else 1)
    sign = -1 if name == "sinh" else 1
    half = ratio(1, 2)
    inverse = scalars.multiply(graph, [(power, -1)])
    both = scalars.add(graph, [(power, half), (inverse, sign * half)])
    return scalars.multiply(graph, [(both, -1)]) if name == "sech" else both


def spread(graph: Graph, node: Node) -> Node | None:
    """A product of powers of q and one sum with them as a sum: q*(1/q - q) is 1 - q**2."""
    if node.op != "product":
        return None
    sums = [(base, e) for base, e in scalars.pairs(node) if base.op == "sum" and e == 1]
    rest = [(base, e) for base, e in scalars.pairs(node) if base.op != "sum"]
    if len(sums) != 1 or len(rest) + 1 < len(node.args):
        return None
    ((whole, _),) = sums
    terms = [(scalars.multiply(graph, [*rest, (t, 1)]), c) for t, c in zip(whole.args, whole.data[0], strict=True)]
    return scalars.add(graph, [*terms, (scalars.multiply(graph, rest), whole.data[1])])


def is_close(graph: Graph, node: Node, text: Node, name: str, places: Sequence[int]) -> bool:
    """Has the polynomial the certified values of the node?"""
    from gradcli.evaluate.certified.certify import certify

    for place in places:
        found = [certify([part], {name: scalars.number(graph, place)})[0].value for part in (text, node)]
        if found[0] is None or found[1] is None or abs(found[0] - found[1]) > CLOSE * abs(found[1]):
            return False
    return True
