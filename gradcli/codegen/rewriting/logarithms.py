"""Logarithms of products and powers as sums: what may be beyond the largest float64 has an ordinary logarithm.

log(x*exp(y)) is y + log(x), log(x**6) is 6*log(abs(x)), log(x**y) is y*log(x) where x is positive.
"""

from __future__ import annotations

from gradcli.codegen import stable_forms
from gradcli.codegen.rewriting.polynomials import opened
from gradcli.codegen.rewriting.sums import called, is_half, terms_in
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import quotient
from gradcli.program.rationals import ratio
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any

BASES = {"log": None, "log2": 2, "log10": 10}
"""The bases of logarithms; None is e."""

FAR = 10**290
"""What is beyond, and what is below its reciprocal, may soon be no float64."""

LARGEST = 300
"""cosh(2·u) is far from the largest float64 up to here, and 1 is nothing beside it from here on."""


def split(graph: Graph, node: Node) -> Node | None:
    """The logarithm as a sum; None for those that stay."""
    if node.data.name not in BASES:
        return None
    (argument,) = node.args
    known = BY_OPERATION.get(argument.op)
    found = None if known is None else known(graph, node, argument)
    return of_factors(graph, node, argument) if found is None else found


def of_choice(graph: Graph, node: Node, argument: Node) -> Node | None:
    """The form of u + sqrt(u**2 + c**2), which is a choice where it has been rewritten."""
    made = of_arc(graph, argument.args[2]) if argument.args[2].op == "sum" else None
    return None if made is None else natural(graph, node, made)


def of_terms(graph: Graph, node: Node, argument: Node) -> Node | None:
    """The forms of a sum: those of log1p, asinh and acosh, of squares, and of 1 + u."""
    if (made := of_sum(graph, argument)) is not None:
        return natural(graph, node, made)
    if (made := of_squares(graph, node)) is not None:
        return made
    if argument.data[1] == 1 and BASES[node.data.name] is not None:
        return natural(graph, node, called(graph, "log", argument))
    return None


def of_factors(graph: Graph, node: Node, argument: Node) -> Node | None:
    """A product's logarithm as a sum, if one of its factors grows as an exponential does."""
    factor, product = (argument.data[0][0], argument.args[0]) if scalars.is_multiple(argument) else (1, argument)
    is_product = product.op == "product"
    if (factor == 1 and stays(product)) if is_product else (factor == 1 or not grows(product)):
        return None
    if is_product and len(product.args) == 1:
        return of_single(graph, node, factor, *scalars.pairs(product)[0])
    taken: list[tuple[Node, Rational]] = []
    rest: list[tuple[Node, Rational]] = []
    for base, e in scalars.pairs(product) if is_product else [(product, 1)]:
        (taken if grows(base) else rest).append((base, e))
    if not taken:
        if not is_product:
            return None
        beside = of_quotient(graph, node, rest, factor)
        return beside if factor != 1 else beside or of_large(graph, node, rest)
    parts = [(logarithm(graph, node, base), e) for base, e in taken]
    left = scalars.multiply(graph, rest, factor)
    if left.op != "number" or left.data != 1:
        parts.append((logarithm(graph, node, left), 1))
    return scalars.add(graph, parts)


def of_quotient(graph: Graph, node: Node, factors: list[tuple[Node, Rational]], c: Rational) -> Node | None:
    """log(c*a/b) as log1p((c*a - b)/b) where c*a and b are next to each other; None where c*a - b is no shorter."""
    powers = [e for _, e in factors]
    if sorted(powers) != [-1, 1]:
        return None
    (a, _), (b, _) = factors if powers[0] == 1 else factors[::-1]
    below = scalars.add(graph, [(b, quotient(1, c))])
    apart = scalars.difference(graph, a, below)
    if (c != 1 or (terms_in(apart) >= terms_in(a) + terms_in(b) and {a.op, b.op} != {"variable"})) and not (
        is_tangent(a, below) or is_tangent(below, a)
    ):
        return None
    half = scalars.add(graph, [(called(graph, "abs", below), ratio(1, 2))])
    close = scalars.compare(graph, "<", called(graph, "abs", apart), half)
    share = scalars.multiply(graph, [(apart, 1), (below, -1)])
    beyond = of_large(graph, node, factors) if c == 1 else node
    return scalars.where(graph, close, natural(graph, node, called(graph, "log1p", share)), beyond)


TANGENTS = ("sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "expm1", "log1p")
"""Functions that are their arguments near 0."""


def is_tangent(a: Node, u: Node) -> bool:
    """Is it sin(u), or exp(u) - 1?"""
    if is_less_one(a):
        return a.args[0].args[0] is u
    return a.op == "call" and a.data.name in TANGENTS and a.args[0] is u


def is_less_one(node: Node) -> bool:
    """Is it exp(u) - 1?"""
    return node.op == "sum" and node.data == ((1,), -1) and stable_forms.is_call(node.args[0], "exp")


def of_large(graph: Graph, node: Node, factors: list[tuple[Node, Rational]]) -> Node:
    """The logarithm of a product as it stands, where that is too large the sum of its factors' logarithms."""
    large = scalars.compare(graph, ">", node.args[0], scalars.number(graph, FAR))
    logarithms = [(logarithm(graph, node, called(graph, "abs", base)), e) for base, e in factors]
    return scalars.where(graph, large, scalars.add(graph, logarithms), node)


def of_squares(graph: Graph, node: Node) -> Node | None:
    """The logarithm of a sum of squares, where that is too large or small by its root, which hypot has."""
    argument = node.args[0]
    legs = [stable_forms.leg_of(c, term) for c, term in zip(argument.data[0], argument.args, strict=True)]
    if None in legs or len(legs) + bool(argument.data[1]) < 2 or argument.data[1] < 0:
        return None
    ends = [scalars.compare(graph, ">", argument, scalars.number(graph, FAR))]
    if not argument.data[1]:
        ends.append(scalars.compare(graph, "<", argument, scalars.number(graph, ratio(1, FAR))))
    root = scalars.multiply(graph, [(argument, ratio(1, 2))])
    whole = scalars.add(graph, [(scalars.call(graph, node.data, [root]), 2)])
    end = scalars.logic(graph, "or", ends) if len(ends) > 1 else ends[0]
    plain = natural(graph, node, called(graph, "log", argument)) if argument.data[1] == 1 else node
    return scalars.where(graph, end, whole, plain)


def grows(base: Node) -> bool:
    """Is it positive, and as large as an exponential?"""
    alone = any(stable_forms.is_call(base, name) for name in ("exp", "cosh"))
    if base.op == "power":
        return scalars.is_nonnegative(base.args[0]) or scalars.is_absolute(base.args[0])
    return alone or stable_forms.exponentials(base) is not None


def stays(product: Node) -> bool:
    """Has generated code a form of its own for this product's logarithm?"""
    return len(product.args) > 1 and stable_forms.logarithm_of_weights(product) is not None


def logarithm(graph: Graph, node: Node, argument: Node) -> Node:
    """The logarithm of another argument, in its own best form."""
    made = scalars.call(graph, node.data, [argument])
    return (split(graph, made) if made.op == "call" and made.data is node.data else None) or made


def natural(graph: Graph, node: Node, whole: Node) -> Node:
    """A natural logarithm as one of the node's base."""
    base = BASES[node.data.name]
    if base is None:
        return whole
    return scalars.multiply(graph, [(whole, 1), (called(graph, "log", scalars.number(graph, base)), -1)])


def of_power(graph: Graph, node: Node, power: Node) -> Node | None:
    """log(b**u) as u·log(b) where b is positive."""
    base, exponent = power.args
    whole = scalars.multiply(graph, [(exponent, 1), (logarithm(graph, node, base), 1)])
    if base.op in ("number", "constant") or scalars.is_nonnegative(base):
        return whole
    return scalars.where(graph, scalars.compare(graph, ">", base, scalars.number(graph, 0)), whole, node)


def of_single(graph: Graph, node: Node, factor: Rational, base: Node, exponent: Rational) -> Node | None:
    """log(c·b**k) as k·log(c**(1/k)·b), of |b| for even k; numbers are folded as they are."""
    if factor <= 0 or base.op == "number":
        return None
    even = type(exponent) is int and exponent % 2 == 0
    inside = called(graph, "abs", base) if even and not (scalars.is_nonnegative(base) or grows(base)) else base
    root = scalars.multiply(
        graph, [(scalars.number(graph, factor), ratio(exponent.denominator, exponent.numerator)), (inside, 1)]
    )
    return scalars.add(graph, [(logarithm(graph, node, root), exponent)])


def of_hyperbolic(graph: Graph, node: Node, argument: Node) -> Node | None:
    """log(e**u), log(cosh(u)) and log(sinh(u)), which grow as u does, or of their sizes; None for other functions."""
    (u,) = argument.args if len(argument.args) == 1 else (argument,)
    if argument.data.name == "abs" and is_less_one(u):
        large = scalars.compare(graph, ">", u.args[0].args[0], scalars.number(graph, 1))
        return scalars.where(graph, large, logarithm(graph, node, u), scalars.call(graph, node.data, [argument]))
    if argument.data.name == "abs" and stable_forms.is_call(u, "sinh"):
        return of_hyperbolic(graph, node, called(graph, "sinh", called(graph, "abs", u.args[0])))
    if argument.data.name not in ("cosh", "sinh", "exp"):
        return None
    if argument.data.name == "exp":
        return natural(graph, node, u)
    half = called(graph, "log", scalars.number(graph, 2))
    if argument.data.name == "sinh":
        beside = scalars.multiply(graph, [(called(graph, "expm1", u, -2), 1)], ratio(-1, 2))
        return natural(graph, node, scalars.add(graph, [(u, 1), (called(graph, "log", beside), 1)]))
    square = scalars.multiply(graph, [(called(graph, "sinh", u, ratio(1, 2)), 2)], 2)
    size = called(graph, "abs", u)
    near = scalars.compare(graph, "<", size, scalars.number(graph, LARGEST))
    far = scalars.add(graph, [(size, 1), (half, -1)])
    return natural(graph, node, scalars.where(graph, near, called(graph, "log1p", square), far))


def of_sum(graph: Graph, argument: Node) -> Node | None:
    """log(1 - exp(u)) and log(exp(u) - 1) by expm1, log(2 + u) near 1 by log1p, and those of `of_arc`."""
    coefficients, start = argument.data
    if start == 1 and coefficients == (-1,) and stable_forms.is_call(argument.args[0], "exp"):
        (u,) = argument.args[0].args
        near = scalars.compare(graph, ">", u, scalars.number(graph, ratio(-2, 3)))
        beside = scalars.add(graph, [(called(graph, "expm1", u), -1)])
        far = scalars.add(graph, [(argument.args[0], -1)])
        return scalars.where(graph, near, called(graph, "log", beside), called(graph, "log1p", far))
    if is_less_one(argument):
        (u,) = argument.args[0].args
        large = scalars.compare(graph, ">", u, scalars.number(graph, 1))
        beside = called(graph, "log1p", scalars.add(graph, [(called(graph, "exp", u, -1), -1)]))
        whole = scalars.add(graph, [(u, 1), (beside, 1)])
        return scalars.where(graph, large, whole, called(graph, "log", argument))
    if start > 1:
        less = scalars.add(graph, list(zip(argument.args, coefficients, strict=True)), start - 1)
        close = scalars.compare(graph, "<", called(graph, "abs", less), scalars.number(graph, ratio(1, 2)))
        return scalars.where(graph, close, called(graph, "log1p", less), called(graph, "log", argument))
    return of_arc(graph, argument)


def of_arc(graph: Graph, argument: Node) -> Node | None:
    """log(u + sqrt(u**2 + c**2)) as asinh(u/c) + log(c), log(u + sqrt(u**2 - c**2)) as acosh(u/c) + log(c)."""
    coefficients, start = argument.data
    if start or coefficients != (1, 1):
        return None
    for u, root in (argument.args, argument.args[::-1]):
        if root.op == "product" and len(root.data) == 1 and is_half(root.data[0]):
            inside = opened(graph, root.args[0])
            left = scalars.add(graph, [(inside, 1), (scalars.multiply(graph, [(u, 2)]), -1)])
            if left.op == "number" and left.data:
                size = scalars.number(graph, abs(left.data))
                share = scalars.multiply(graph, [(u, 1), (size, ratio(-1, 2))])
                arc = called(graph, "asinh" if left.data > 0 else "acosh", share)
                return scalars.add(graph, [(arc, 1), (called(graph, "log", size), ratio(1, 2))])
    return None


BY_OPERATION: Mapping[str, Callable[[Graph, Node, Node], Node | None]] = {
    "power": of_power,
    "where": of_choice,
    "sum": of_terms,
    "call": of_hyperbolic,
}
"""What an argument that is no product becomes by its operation."""


def with_arcs(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with asinh and acosh where their logarithms are written out: their slopes do not overflow."""

    def arc(graph: Graph, node: Node) -> Node | None:
        is_sum = stable_forms.is_call(node, "log") and node.args[0].op == "sum"
        return of_arc(graph, node.args[0]) if is_sum else None

    return rewritten(graph, nodes, arc)
