"""Two terms with a common factor join iff the text gets shorter: B@x + B.T@x becomes (B + B.T)@x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.program import make
from gradcli.program.forms.parts import (
    eye,
    in_order,
    magnitude,
    normal,
    number,
    ones,
    quotient,
    signed_part,
    zeros,
)
from gradcli.program.graph import powers_of, unmeasured
from gradcli.program.rationals import lower

if TYPE_CHECKING:
    from gradcli.program.graph import Factors, Graph, Node, Rational

    Terms = dict[Node, Rational]
    Term = tuple[Node, Rational]

MOST_TERMS = 12
"""Longer sums are left as they are: joins are looked for pair by pair."""

MOST_PAIRS = 6_000
"""Pairs of terms that are tried in one graph: in Hessians of many layers shorter texts would take hours."""

MOST_FACTORS = 24
"""Longer chains are left as they are."""


def join(graph: Graph, terms: Terms) -> Terms:
    """The terms, joined for as long as that makes the text shorter."""
    if len(terms) > MOST_TERMS or graph.measure is unmeasured or graph.pieces.get("pairs", 0) > MOST_PAIRS:
        return terms
    while len(terms) > 1:
        best = best_pair(graph, terms)
        if best is None:
            break
        pair, joined = best
        terms = {node: factor for node, factor in terms.items() if node not in pair}
        parts = joined.terms() if joined.op == "sum" else [(joined, 1)]
        for part, factor in parts:
            sign, node = normal(graph, part)
            value = lower(terms.pop(node, 0) + factor * sign)
            if value:
                terms[node] = value
    return whole(graph, terms)


def best_pair(graph: Graph, terms: Terms) -> tuple[tuple[Node, Node], Node] | None:
    """The pair whose join saves most, with what it becomes."""
    items = [(node, terms[node]) for node in in_order(graph, terms)]
    graph.pieces["pairs"] = graph.pieces.get("pairs", 0) + len(items) * (len(items) - 1) // 2
    best: tuple[tuple[Node, Node], Node] | None = None
    saved = 0
    for i, first in enumerate(items):
        for second in items[i + 1 :]:
            plain: int | None = None
            for joined in joins(graph, first, second):
                if plain is None:
                    plain = graph.measure(graph, make.sum_node(graph, dict([first, second]), first[0].shape))
                # of two texts of one length the product says more: (B + B.T)@x
                gain = 2 * (plain - graph.measure(graph, joined)) + (joined.op == "matmul")
                if gain > saved:
                    best, saved = ((first[0], second[0]), joined), gain
    return best


def joins(graph: Graph, first: Term, second: Term) -> list[Node]:
    """Every way in which two terms have a common factor taken out."""
    (a, alpha), (b, beta) = first, second
    e, s, core = signed_part(graph, a)
    f, t, other = signed_part(graph, b)
    alpha, beta = alpha * e, beta * f
    found: list[Node] = []
    if core is other:
        found.append(together(graph, [], [], (alpha, s, None), (beta, t, None), core))
        return found
    shared = common_scalars(s, t)
    if shared:
        found.append(by_scalars(graph, first, second, shared))
    chain = by_chain(graph, (alpha, s, core), (beta, t, other))
    if chain is not None:
        found.append(chain)
    product = by_product(graph, (alpha, s, core), (beta, t, other))
    if product is not None:
        found.append(product)
    if magnitude(alpha) == magnitude(beta) != 1 and not shared:
        found.append(by_scalars(graph, first, second, {}))
    return found


def common_scalars(s: Node | None, t: Node | None) -> dict[Node, Rational]:
    """The powers that two scalars share."""
    if s is None or t is None:
        return {}
    left, right = powers_of(s), powers_of(t)
    shared: dict[Node, Rational] = {}
    for base in left:
        e, f = left[base], right.get(base, 0)
        if e * f > 0:
            shared[base] = min(e, f) if e > 0 else max(e, f)
    return shared


def common_factor(alpha: Rational, beta: Rational) -> Rational:
    """What two numbers share: their size where that is equal, the smaller one where it divides the other."""
    small, large = sorted((magnitude(alpha), magnitude(beta)))
    sign = -1 if alpha < 0 and beta < 0 else 1
    return sign * (small if type(quotient(large, small)) is int else 1)


def without(graph: Graph, scalar: Node | None, shared: dict[Node, Rational]) -> Node:
    """A scalar with the shared powers taken out."""
    powers = {} if scalar is None else powers_of(scalar)
    return make.multiply(graph, [(b, lower(e - shared.get(b, 0))) for b, e in powers.items()])


def by_scalars(graph: Graph, first: Term, second: Term, shared: dict[Node, Rational]) -> Node:
    """s·A + s·B as s·(A + B)."""
    (a, alpha), (b, beta) = first, second
    number_part = common_factor(alpha, beta)
    inner: Terms = {}
    for node, factor in ((a, alpha), (b, beta)):
        sign, s, core = signed_part(graph, node)
        part = make.scale(graph, without(graph, s, shared), core, quotient(factor * sign, number_part))
        collect(inner, part)
    core = make.add(graph, inner.items())
    front = make.multiply(graph, list(shared.items()))
    return make.scale(graph, front, core, number_part)


def collect(terms: Terms, node: Node) -> None:
    """Add a node to collected terms."""
    parts = node.terms() if node.op == "sum" else [(node, 1)]
    for part, factor in parts:
        terms[part] = lower(terms.get(part, 0) + factor)


Part = tuple["Rational", "Node | None", Any]


def together(
    graph: Graph, prefix: list[Node], suffix: list[Node], first: Part, second: Part, core: Node | None = None
) -> Node:
    """prefix @ (α·s·A + β·t·B) @ suffix; with `core` alone (α·s + β·t)·core."""
    (alpha, s, left), (beta, t, right) = first, second
    if core is not None:
        weights = [(s if s is not None else number(graph, 1), alpha), (t if t is not None else number(graph, 1), beta)]
        shared = common_scalars(s, t)
        inner = make.add(graph, [(without(graph, w if w.op != "number" else None, shared), c) for w, c in weights])
        return make.scale(graph, make.multiply(graph, [*shared.items(), (inner, 1)]), core)
    shared = common_scalars(s, t)
    common = common_factor(alpha, beta)
    terms: Terms = {}
    for scalar, factor, node in ((s, alpha, left), (t, beta, right)):
        collect(terms, make.scale(graph, without(graph, scalar, shared), node, quotient(factor, common)))
    middle = make.add(graph, terms.items()) if any(terms.values()) else zeros(graph, left.shape)
    product = make.matmul(graph, [*prefix, middle, *suffix])
    return make.scale(graph, make.multiply(graph, list(shared.items())), product, common)


def factors_of(node: Node) -> list[Node]:
    return list(node.args) if node.op == "matmul" else [node]


def by_chain(graph: Graph, first: Part, second: Part) -> Node | None:
    """Chains with the same factors on the left or on the right."""
    a, b = factors_of(first[2]), factors_of(second[2])
    if max(len(a), len(b)) > MOST_FACTORS or (len(a) == 1 and len(b) == 1):
        return None
    start = 0
    while start < min(len(a), len(b)) and a[start] is b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] is b[-1 - end]:
        end += 1
    if not start and not end:
        return None
    middles = [each[start : len(each) - end] for each in (a, b)]
    prefix, suffix = a[:start], a[len(a) - end :]
    nodes = [rest(graph, middle, prefix, suffix) for middle in middles]
    if any(node is None for node in nodes):
        return None
    return together(graph, prefix, suffix, (first[0], first[1], nodes[0]), (second[0], second[1], nodes[1]))


def rest(graph: Graph, middle: list[Node], prefix: list[Node], suffix: list[Node]) -> Node | None:
    """What is left of a chain; the identity where nothing is, None where that would be 1x1."""
    if middle:
        node = make.matmul(graph, middle)
        return node if node.shape else None
    edge: Any = prefix[-1].columns if prefix else suffix[0].rows
    return None if edge == 1 else eye(graph, edge)


def by_product(graph: Graph, first: Part, second: Part) -> Node | None:
    """A∘B + A∘C as A∘(B + C)."""
    parts = [powers_of(core) for core in (first[2], second[2])]
    shared: dict[Node, Rational] = {}
    for base, e in parts[0].items():
        f = parts[1].get(base, 0)
        if e * f > 0:
            shared[base] = min(e, f) if e > 0 else max(e, f)
    if not shared:
        return None
    shape = first[2].shape
    common_s = common_scalars(first[1], second[1])
    common = common_factor(first[0], second[0])
    terms: Terms = {}
    for (factor, scalar, _), powers in zip((first, second), parts, strict=True):
        left: Factors = [(b, lower(e - shared.get(b, 0))) for b, e in powers.items()]
        core = make.hadamard(graph, left, shape) if left else ones(graph, shape)
        collect(terms, make.scale(graph, without(graph, scalar, common_s), core, quotient(factor, common)))
    inner = make.add(graph, terms.items())
    product = make.hadamard(graph, [*shared.items(), (inner, 1)], shape)
    return make.scale(graph, make.multiply(graph, list(common_s.items())), product, common)


def whole(graph: Graph, terms: Terms) -> Terms:
    """All terms over what they all share in front, if that is shorter: 2*A + 2*B + 2*C is 2*(A + B + C)."""
    if len(terms) < 3:
        return terms
    items = list(terms.items())
    shared: dict[Node, Rational] | None = None
    common: Rational | None = None
    for node, factor in items:
        _, s, _ = signed_part(graph, node)
        own = {} if s is None else powers_of(s)
        shared = dict(own) if shared is None else common_of(shared, own)
        common = factor if common is None else common_factor(common, factor)
    assert shared is not None
    assert common is not None
    if not shared and common in (1, -1):
        return terms
    inner: Terms = {}
    for node, factor in items:
        sign, s, core = signed_part(graph, node)
        collect(inner, make.scale(graph, without(graph, s, shared), core, quotient(factor * sign, common)))
    shape: Any = items[0][0].shape
    body = make.add(graph, inner.items())
    result = make.scale(graph, make.multiply(graph, list(shared.items())), body, common)
    if graph.measure(graph, result) < graph.measure(graph, make.sum_node(graph, terms, shape)):
        parts = result.terms() if result.op == "sum" else [(result, 1)]
        return dict(parts)
    return terms


def common_of(a: dict[Node, Rational], b: dict[Node, Rational]) -> dict[Node, Rational]:
    """The powers in both."""
    shared: dict[Node, Rational] = {}
    for base, e in a.items():
        f = b.get(base, 0)
        if e * f > 0:
            shared[base] = min(e, f) if e > 0 else max(e, f)
    return shared


MAKES = {"join": join}
