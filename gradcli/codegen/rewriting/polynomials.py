"""Polynomials as products: x**3 - 1 as (x - 1)*(x**2 + x + 1), which has all its digits next to its root."""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.program.rationals import from_flint, lower
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any
    Factors = Mapping[Node, Rational]
    Term = tuple[Factors, Rational]

MOST_TERMS = 8
"""Terms of a sum, of its factors, and of sums that are multiplied out."""
HIGHEST_DEGREE = 8
MOST_UNKNOWNS = 4
MOST_PRODUCTS = 64
HIGHEST_POWER = 4


def factored(graph: Graph, node: Node) -> Node | None:
    """A sum of products of whole powers as a product of sums over the rationals; None where it is one sum, or long."""
    coefficients, start = node.data
    if not 2 <= len(node.args) + bool(start) <= MOST_TERMS or (start >= 0 and min(coefficients) > 0):
        return None
    terms = [scalars.pairs(arg) if arg.op == "product" else [(arg, 1)] for arg in node.args]
    unknowns = list(dict.fromkeys(base for factors in terms for base, _ in factors))
    if len(unknowns) > MOST_UNKNOWNS or any(base.op in ("sum", "product") for base in unknowns):
        return None
    if any(type(e) is not int or e < 0 for factors in terms for _, e in factors):
        return None
    if not 2 <= max(sum(e for _, e in factors) for factors in terms) <= HIGHEST_DEGREE:
        return None
    from gradcli.flints import Ordering, fmpq, fmpq_mpoly_ctx

    context = fmpq_mpoly_ctx.get(tuple(f"u{i}" for i in range(len(unknowns))), Ordering.degrevlex)
    generators = dict(zip(unknowns, context.gens(), strict=True))
    whole = context.constant(fmpq(start.numerator, start.denominator))
    for c, factors in zip(coefficients, terms, strict=True):
        term = context.constant(fmpq(c.numerator, c.denominator))
        for base, e in factors:
            term = term * generators[base] ** e
        whole = whole + term
    content, parts = whole.factor()
    if sum(int(e) for part, e in parts if len(part) > 1) < 2 or any(len(part) > MOST_TERMS for part, _ in parts):
        return None
    made = [(polynomial(graph, part, unknowns), int(e)) for part, e in parts]
    return scalars.multiply(graph, made, from_flint(content))


def polynomial(graph: Graph, part: Any, unknowns: list[Node]) -> Node:
    """A polynomial of flint's as a sum of products."""
    terms = []
    for exponents, coefficient in part.to_dict().items():
        factors = [(base, int(e)) for base, e in zip(unknowns, exponents, strict=True) if e]
        terms.append((scalars.multiply(graph, factors), from_flint(coefficient)))
    return scalars.add(graph, terms)


def opened(graph: Graph, node: Node) -> Node:
    """A product of sums multiplied out; others as they are."""
    factors = dict(scalars.pairs(node)) if node.op == "product" else {}
    if not any(base.op == "sum" for base in factors):
        return node
    return scalars.add(graph, [(scalars.multiply(graph, key), c) for key, c in multiplied_out(factors, 1)])


def terms_of(node: Node) -> list[Term]:
    """A sum as its terms, the constant among them."""
    coefficients, start = node.data
    terms: list[Term] = [
        (dict(scalars.pairs(arg)) if arg.op == "product" else {arg: 1}, c)
        for c, arg in zip(coefficients, node.args, strict=True)
    ]
    return [*terms, ({}, start)] if start else terms


def multiplied_out(factors: Factors, coefficient: Rational) -> list[tuple[tuple[tuple[Node, Rational], ...], Rational]]:
    """A product as a sum of products without sums in them, as sorted factors with coefficients."""
    done: list[tuple[tuple[tuple[Node, Rational], ...], Rational]] = []
    waiting: list[Term] = [(factors, coefficient)]
    while waiting and len(done) + len(waiting) <= MOST_PRODUCTS:
        here, c = waiting.pop()
        found = next((base for base, e in here.items() if is_opened(base, e)), None)
        if found is None:
            done.append((tuple(sorted(((b, e) for b, e in here.items() if e), key=lambda f: f[0].serial)), c))
            continue
        rest = {**here, found: here[found] - 1}
        for inner, factor in terms_of(found):
            merged = {base: lower(rest.get(base, 0) + inner.get(base, 0)) for base in {**rest, **inner}}
            waiting.append((merged, c * factor))
    rest_of = [(tuple((b, e) for b, e in here.items() if e), c) for here, c in waiting]
    return [*done, *rest_of]


def is_opened(base: Node, exponent: Rational) -> bool:
    """Is it a whole power of a short sum?"""
    if base.op != "sum" or len(base.args) > MOST_TERMS or type(exponent) is not int:
        return False
    return bool(0 < exponent <= HIGHEST_POWER)
