"""Sums of quotients that are one: 1/(1 + x) - x/(1 + x)**2, as a derivative comes, is 1/(1 + x)**2."""

from __future__ import annotations

from gradcli.codegen.rewriting import sums
from gradcli.codegen.rewriting.polynomials import MOST_PRODUCTS, MOST_TERMS, factored, multiplied_out, terms_of
from gradcli.program.forms import scalars
from gradcli.program.rationals import lower
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any
    Factors = Mapping[Node, Rational]
    Term = tuple[Sequence[tuple[Node, Rational]], Rational]


def collapsed(graph: Graph, node: Node) -> Node | None:
    """The sum over its common denominator, where what cancels above the line leaves fewer terms; else None."""
    terms = terms_of(node)
    if not 2 <= len(terms) <= MOST_TERMS:
        return None
    below: dict[Node, Rational] = {}
    for factors, _ in terms:
        for base, e in factors.items():
            if e < 0:
                below[base] = min(e, below.get(base, e))
    if not below or not any(base.op == "sum" or is_repeated(base, terms) for base in below):
        return None
    above: dict[tuple[tuple[Node, Rational], ...], Rational] = {}
    for factors, c in terms:
        raised = {base: lower(factors.get(base, 0) - e) for base, e in below.items()}
        for key, product in multiplied_out({**factors, **raised}, c):
            above[key] = above.get(key, 0) + product
            if len(above) > MOST_PRODUCTS:
                return None
    kept = [(key, c) for key, c in above.items() if c]
    if len(kept) < len(terms) and (made := apart(graph, kept, below)) is not None:
        return made
    whole = scalars.add(graph, [(scalars.multiply(graph, key), c) for key, c in kept])
    if len(kept) >= len(terms):
        roots = sums.difference_of_roots(graph, whole) if whole.op == "sum" else None
        if roots is None and (
            has_calls(kept, below) or 2 * size(k for k, _ in kept) > size(f.items() for f, _ in terms)
        ):
            return None
        whole = roots or whole
    whole = (factored(graph, whole) if whole.op == "sum" else None) or whole
    made = scalars.multiply(graph, [(whole, 1), *below.items()])
    return made if set(below) <= poles_of(made) else None


def apart(graph: Graph, kept: Sequence[Term], below: Factors) -> Node | None:
    """What is left, term by term, where no sum stands below the line and each of its factors does so still.

    So a sum of functions of x/y alone remains one: exp(x/y) - 1 - x/y*exp(x/y).
    """
    if any(base.op == "sum" for base in below):
        return None
    parts = [(scalars.multiply(graph, [*key, *below.items()]), c) for key, c in kept]
    made = scalars.add(graph, parts)
    poles = set().union(*(poles_of(part) for part, _ in parts)) if parts else set()
    return made if set(below) <= poles else None


def poles_of(node: Node) -> set[Node]:
    """What stands below the line."""
    product = node.args[0] if scalars.is_multiple(node) else node
    return {base for base, e in scalars.pairs(product) if e < 0} if product.op == "product" else set()


def cleared(graph: Graph, node: Node) -> Node | None:
    """A product with a power of c + 1/u without the small fraction, where that is shorter: x**-2/(1 + x**-2)."""
    for base, e in scalars.pairs(node):
        if base.op != "sum" or type(e) is not int:
            continue
        terms = terms_of(base)
        below = dict(terms[0][0])
        if len(base.args) > 1 or any(type(power) is not int or power > 0 for power in below.values()):
            continue
        above = [(scalars.multiply(graph, [*f.items(), *((p, -k) for p, k in below.items())]), c) for f, c in terms]
        others = [factor for factor in scalars.pairs(node) if factor[0] is not base]
        moved = [(part, power * e) for part, power in below.items()]
        made = scalars.multiply(graph, [*others, (scalars.add(graph, above), e), *moved])
        if made.op == "product" and len(made.args) < len(node.args):
            return made
    return None


def is_repeated(base: Node, terms: Sequence[tuple[Factors, Rational]]) -> bool:
    """Stands the base below the line in more than one term?"""
    return len([factors for factors, _ in terms if factors.get(base, 0) < 0]) > 1


def has_calls(kept: list[tuple[tuple[tuple[Node, Rational], ...], Rational]], below: Factors) -> bool:
    """Is there a function above the line, or below it? Quotients of exponentials are scaled one by one."""
    return any(base.op == "call" for base in [*below, *(base for key, _ in kept for base, _ in key)])


def size(products: Any) -> Rational:
    """The number of factors."""
    return sum(abs(e) for factors in products for _, e in factors)
