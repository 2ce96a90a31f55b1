"""Differences of two values that nearly cancel: log(u) - log(v), sin(u) - sin(v), atan(u) - pi/2, sqrt(u**2 + 1) - u.

Where the two are close the difference is written by u - v, which has all its digits if u and v are given numbers.
"""

from __future__ import annotations

from gradcli.codegen.rewriting import sums
from gradcli.codegen.rewriting.logarithms import BASES, natural
from gradcli.codegen.stable_forms import exponentials, is_call
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import quotient
from gradcli.program.graph import order
from gradcli.program.rationals import ratio
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any
    Term = tuple[Node, Rational]
    Close = Callable[[Graph, Node, Node, Node], Node]

FARTHEST = 10**150
"""Squares of larger numbers may be beyond the largest float64."""


def of_sum(graph: Graph, node: Node) -> Node | None:
    """A sum that nearly cancels in another form; None for other sums."""
    return cosine(graph, node) or of_two(graph, node) or power_less_one(graph, node)


def of_two(graph: Graph, node: Node) -> Node | None:
    """c·f(u) - c·f(v) and other differences of two terms; None for other sums."""
    if node.data[1] or len(node.args) != 2:
        return None
    terms = list(zip(node.args, node.data[0], strict=True))
    for (first, c), (second, d) in (terms, terms[::-1]):
        made = hyperbolic(graph, first, c, second, d) or angle(graph, first, c, second, d)
        made = made or beyond_softplus(graph, first, c, second, d) or conjugate(graph, node, first, c, second, d)
        made = made or beyond_greatest_of_several(graph, first, c, second, d)
        if made is not None:
            return made
    (first, c), (second, d) = terms
    if c + d == 0 and (made := logistic(graph, first, second)) is not None:
        return scalars.multiply(graph, [(made, 1)], c)
    if c + d or first.op != "call" or second.op != "call" or first.data is not second.data:
        return None
    if len(first.args) != 1:
        return None
    return of_one_function(graph, node, first, second)


def before_slopes(graph: Graph, node: Node) -> Node | None:
    """The forms of roots and of softplus whose slopes have their digits, too; None for other sums."""
    if node.data[1] or len(node.args) != 2:
        return None
    terms = list(zip(node.args, node.data[0], strict=True))
    for (first, c), (second, d) in (terms, terms[::-1]):
        made = beyond_softplus(graph, first, c, second, d) or conjugate(graph, node, first, c, second, d)
        if made is not None:
            return made
    return None


def logistic(graph: Graph, first: Node, second: Node) -> Node | None:
    """p·sigmoid(u) - p·sigmoid(-u) as p·tanh(u/2)."""
    share = scalars.multiply(graph, [(first, 1), (second, -1)])
    factors = dict(scalars.pairs(share)) if share.op == "product" else {}
    above = next((base for base, e in factors.items() if e == 1 and is_call(base, "sigmoid")), None)
    if above is None or len(factors) != 2:
        return None
    u = above.args[0]
    if factors.get(sums.called(graph, "sigmoid", u, -1)) != -1:
        return None
    return scalars.multiply(graph, [(first, 1), (above, -1), (sums.called(graph, "tanh", u, ratio(1, 2)), 1)])


def power_less_one(graph: Graph, node: Node) -> Node | None:
    """c·b**u - c as c·(exp(u·log(b)) - 1) by expm1 where b**u is near 1: 2**x - 1, (1 + x)**y - 1, x**(1/3) - 1."""
    coefficients, start = node.data
    if not start or len(node.args) != 1 or coefficients[0] != -start:
        return None
    power = as_typed(node.args[0])
    if power.op == "power":
        base, exponent = power.args
    elif power.op == "product" and len(power.args) == 1 and power.data[0].denominator > 2:
        base, exponent = power.args[0], scalars.number(graph, power.data[0])
    elif is_call(power, "cbrt") or is_call(power, "exp2"):
        base, exponent = power.args[0], scalars.number(graph, ratio(1, 3))
        if power.data.name == "exp2":
            base, exponent = scalars.number(graph, 2), power.args[0]
    else:
        return None
    inside = scalars.multiply(graph, [(exponent, 1), (sums.called(graph, "log", base), 1)])
    made = scalars.multiply(graph, [(sums.called(graph, "expm1", inside), 1)], coefficients[0])
    conditions = [scalars.compare(graph, "<", sums.called(graph, "abs", inside), scalars.number(graph, ratio(1, 2)))]
    if base.op not in ("number", "constant"):
        conditions.insert(0, scalars.compare(graph, ">", base, scalars.number(graph, 0)))
    elif base.op == "number" and base.data <= 0:
        return None
    condition = scalars.logic(graph, "and", conditions) if len(conditions) > 1 else conditions[0]
    return scalars.where(graph, condition, made, node)


def as_typed(node: Node) -> Node:
    """The formula of a node that has got another form where that is better."""
    return node.args[2] if node.op == "where" else node


def hyperbolic(graph: Graph, first: Node, c: Rational, second: Node, d: Rational) -> Node | None:
    """exp(u) ± exp(-u) as 2·cosh(u), 2·sinh(u); cosh(u) ± sinh(u) as exp(±u)."""
    if first.op != "call" or second.op != "call" or abs(c) != abs(d):
        return None
    names = first.data.name, second.data.name
    if names == ("cosh", "sinh") and first.args == second.args:
        return scalars.multiply(graph, [(sums.called(graph, "exp", first.args[0], 1 if c == d else -1), 1)], c)
    if names == ("exp", "exp") and scalars.add(graph, [(first.args[0], 1), (second.args[0], 1)]).op == "number":
        if scalars.add(graph, [(first.args[0], 1), (second.args[0], 1)]).data:
            return None
        return scalars.multiply(graph, [(sums.called(graph, "cosh" if c == d else "sinh", first.args[0]), 1)], 2 * c)
    return None


def angle(graph: Graph, first: Node, c: Rational, second: Node, d: Rational) -> Node | None:
    """pi/2 - atan(u) as atan2(1, u), pi/2 - atan2(u, c) as atan2(c, u), pi/2 - asin(u) as acos(u) and back."""
    if second.op != "constant" or second.data != "pi" or 2 * d != -c or first.op != "call":
        return None
    others = {"asin": "acos", "acos": "asin"}
    if first.data.name == "atan":
        other = scalars.call(graph, sums.row("atan2"), [scalars.number(graph, 1), first.args[0]])
    elif first.data.name == "atan2" and first.args[1].op == "number" and first.args[1].data > 0:
        other = scalars.call(graph, first.data, first.args[::-1])
    elif first.data.name in others:
        other = sums.called(graph, others[first.data.name], first.args[0])
    else:
        return None
    return scalars.multiply(graph, [(other, 1)], -c)


def beyond_softplus(graph: Graph, first: Node, c: Rational, second: Node, d: Rational) -> Node | None:
    """softplus(u) - u as softplus(-u), logaddexp(u, v) - u as softplus(v - u); less the greater one by its distance."""
    if c + d or first.op != "call":
        return None
    if is_call(second, "max") and len(second.args) == 2:
        return beyond_greatest(graph, first, c, second)
    if first.data.name == "logaddexp" and len(first.args) == 2 and second in first.args:
        other = first.args[1] if second is first.args[0] else first.args[0]
        return scalars.multiply(
            graph, [(sums.called(graph, "softplus", scalars.difference(graph, other, second)), 1)], c
        )
    u = first.args[0]
    if first.data.name == "log" and u.op == "sum" and u.data == ((1,), 1) and is_call(u.args[0], "exp"):
        u = u.args[0].args[0]
    elif first.data.name != "softplus":
        return None
    return scalars.multiply(graph, [(sums.called(graph, "softplus", u, -1), 1)], c) if u is second else None


def beyond_greatest(graph: Graph, first: Node, c: Rational, greatest: Node) -> Node | None:
    """softplus(u) - max(u, 0) as softplus(-abs(u)), log(exp(u) + exp(v)) - max(u, v) as softplus(-abs(u - v))."""
    u, v = greatest.args
    exponents: list[Node] | None = list(first.args)
    if first.data.name == "softplus":
        exponents = [*first.args, scalars.number(graph, 0)]
    elif first.data.name == "log":
        (inside,) = first.args
        exponents = exponentials(inside) if inside.op == "sum" and set(inside.data[0]) == {1} else None
        if exponents is not None and inside.data[1]:
            return None
        if inside.op == "sum" and inside.data == ((1,), 1) and is_call(inside.args[0], "exp"):
            exponents = [inside.args[0].args[0], scalars.number(graph, 0)]
    elif first.data.name != "logaddexp":
        return None
    if exponents is None or len(exponents) != 2 or set(exponents) != {u, v}:
        return None
    distance = sums.called(graph, "abs", scalars.difference(graph, u, v))
    return scalars.multiply(graph, [(sums.called(graph, "softplus", distance, -1), 1)], c)


def beyond_greatest_of_several(graph: Graph, first: Node, c: Rational, second: Node, d: Rational) -> Node | None:
    """log(exp(u) + exp(v) + exp(w)) - max(u, v) with all exponents less that; of values, as slopes do not cancel."""
    inside = first.args[0] if is_call(first, "log") else first
    exponents = exponentials(inside)
    if c + d or exponents is None or not is_call(second, "max"):
        return None
    zero = [scalars.number(graph, 0)] if inside.data[1] else []
    if not {part for part in order([second]) if not is_call(part, "max")} & {*exponents, *zero}:
        return None
    terms = [(arg.args[0], k) for arg, k in zip(inside.args, inside.data[0], strict=True)]
    terms += [(part, inside.data[1]) for part in zero]
    parts = [(sums.called(graph, "exp", scalars.difference(graph, u, second)), k) for u, k in terms]
    return scalars.multiply(graph, [(scalars.call(graph, first.data, [scalars.add(graph, parts)]), 1)], c)


def conjugate(graph: Graph, node: Node, first: Node, c: Rational, second: Node, d: Rational) -> Node | None:
    """c·√a + d·w as (c²·a - d²·w²)/(c·√a - d·w) where the two are of one size and other signs, if a - w² is shorter."""
    if second.op not in ("variable", "product", "call") or sums.root(graph, 1, second) is not None:
        return None
    square = square_of(graph, first)
    if square is None:
        return None
    other = scalars.multiply(graph, [(second, 2)])
    above = sums.spread(graph, [(square, c * c), (other, -d * d)])
    if sums.terms_in(above) > sums.terms_in(square) or (above.op == "number" and not above.data):
        return None
    left = scalars.add(graph, [(first, c)])
    close = scalars.compare(graph, "<", scalars.add(graph, [(first, quotient(abs(c), 2))]), facing(graph, second, c, d))
    near = scalars.compare(graph, "<", sums.called(graph, "abs", second), scalars.number(graph, FARTHEST))
    below = scalars.add(graph, [(left, 1), (second, -d)])
    whole = scalars.multiply(graph, [(above, 1), (below, -1)])
    return scalars.where(graph, scalars.logic(graph, "and", [close, near]), whole, node)


def cosine(graph: Graph, node: Node) -> Node | None:
    """c·u/√a + d as (c·u + d·√a)/√a where u and the root nearly cancel: 1 - x/sqrt(x**2 + 1)."""
    if not node.data[1] or len(node.args) != 1 or node.args[0].op != "product":
        return None
    (c,), d = node.data
    for base, e in scalars.pairs(node.args[0]):
        if is_call(base, "hypot"):
            root = base if e == -1 else None
        else:
            root = scalars.multiply(graph, [(base, ratio(1, 2))]) if 2 * e == -1 else None
        if root is not None:
            above = scalars.multiply(graph, [(node.args[0], 1), (base, -e)])
            made = of_two(graph, scalars.add(graph, [(above, c), (root, d)]))
            if made is not None and made.op == "where":
                choice, close, _ = made.args
                return scalars.where(graph, choice, scalars.multiply(graph, [(close, 1), (base, e)]), node)
    return None


def facing(graph: Graph, node: Node, c: Rational, d: Rational) -> Node:
    """The size of d·node where it has another sign than c; else a negative number."""
    return scalars.add(graph, [(node, -d if c > 0 else d)])


def square_of(graph: Graph, node: Node) -> Node | None:
    """a of √a, a² + b² of hypot(a, b), where that is a sum."""
    if is_call(node, "hypot") and len(node.args) == 2:
        return scalars.add(graph, [(scalars.multiply(graph, [(arg, 2)]), 1) for arg in node.args])
    found = sums.root(graph, 1, node)
    return found.inside if found is not None and found.inside.op == "sum" else None


def of_one_function(graph: Graph, node: Node, first: Node, second: Node) -> Node | None:
    """c·f(u) - c·f(v) where u and v are close to each other, else as it stands."""
    name, c = first.data.name, node.data[0][0]
    (u,), (v,) = first.args, second.args
    apart = scalars.difference(graph, u, v)
    if name in BASES:
        share = scalars.multiply(graph, [(apart, 1), (v, -1)])
        made = natural(graph, first, sums.called(graph, "log1p", share))
    elif name in CLOSE:
        made = CLOSE[name](graph, u, v, apart)
    else:
        return None
    limit = scalars.number(graph, 1)
    if name in BASES or name in RELATIVE:
        size = v if name in BASES else sums.called(graph, "abs", v)
        limit = scalars.multiply(graph, [(size, 1)], ratio(1, 2))
    whole = scalars.multiply(graph, [(made, 1)], c)
    if name == "tanh":
        return whole
    return scalars.where(graph, scalars.compare(graph, "<", sums.called(graph, "abs", apart), limit), whole, node)


def of_sines(outer: str, factor: int) -> Close:
    """factor·outer((u + v)/2)·sin((u - v)/2)."""

    def made(graph: Graph, u: Node, v: Node, apart: Node) -> Node:
        mean = scalars.add(graph, [(u, ratio(1, 2)), (v, ratio(1, 2))])
        parts = [(sums.called(graph, outer, mean), 1), (sums.called(graph, "sin", apart, ratio(1, 2)), 1)]
        return scalars.multiply(graph, parts, factor)

    return made


def of_tangents(above: str, below: str) -> Close:
    """above(u - v)/(below(u)·below(v))."""

    def made(graph: Graph, u: Node, v: Node, apart: Node) -> Node:
        parts = [(sums.called(graph, below, u), -1), (sums.called(graph, below, v), -1)]
        return scalars.multiply(graph, [(sums.called(graph, above, apart), 1), *parts])

    return made


def of_arcs(graph: Graph, u: Node, v: Node, apart: Node) -> Node:
    """atan((u - v)/(1 + u·v))."""
    below = scalars.add(graph, [(scalars.multiply(graph, [(u, 1), (v, 1)]), 1)], 1)
    return sums.called(graph, "atan", scalars.multiply(graph, [(apart, 1), (below, -1)]))


def of_cube_roots(graph: Graph, u: Node, v: Node, apart: Node) -> Node:
    """(u - v)/(cbrt(u)² + cbrt(u)·cbrt(v) + cbrt(v)²)."""
    one, other = sums.called(graph, "cbrt", u), sums.called(graph, "cbrt", v)
    parts = [[(one, 2)], [(one, 1), (other, 1)], [(other, 2)]]
    below = scalars.add(graph, [(scalars.multiply(graph, part), 1) for part in parts])
    return scalars.multiply(graph, [(apart, 1), (below, -1)])


CLOSE: Mapping[str, Close] = {
    "sin": of_sines("cos", 2),
    "cos": of_sines("sin", -2),
    "tan": of_tangents("sin", "cos"),
    "tanh": of_tangents("sinh", "cosh"),
    "atan": of_arcs,
    "cbrt": of_cube_roots,
}
"""f(u) - f(v) for u next to v, by the function."""

RELATIVE = frozenset(("atan", "cbrt"))
"""Functions of which u and v are next to each other where u - v is small beside v; else where it is below 1."""
