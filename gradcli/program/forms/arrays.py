"""The constructors of array nodes. Each keeps the canonical form by local rules; nothing is expanded.

Array nodes have a shape (rows, columns), scalar nodes have (). One form for one thing:

| op | args | data | value |
| --- | --- | --- | --- |
| variable | | name | its value |
| dimension | | letter | the size with this letter, as a number (a scalar) |
| fill | (1 or 0,) | (rows, columns) | ones or zeros; other numbers are multiples of ones |
| eye | | size | the identity |
| sum | terms | (coefficients, 0) | Σ coefficientᵢ·termᵢ |
| scale | (s, A) | | s·A, s a scalar without a number in front, A no sum of one term |
| product | bases | exponents | Π baseᵢ**exponentᵢ, entry by entry |
| power, call, where, compare, and, or, not | | | entry by entry; a condition may be a scalar |
| transpose | (A,) | | of a variable, of vec and of abstract arrays only: else transposes are pushed inwards |
| matmul | factors | | the chain of products; shape () where it is 1x1 by its sizes |
| inv, det, logdet, trace, total, diag, diagonal, vec, kron, norm, lse, softmax, prod, extreme, cumsum, pick, concat |

A column that is repeated is matmul(u, ones'), a row that is repeated matmul(ones, v').
"""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms.parts import (
    can_flip,
    in_order,
    is_ones,
    is_zeros,
    negative_scalar,
    negative_sum,
    normal,
    scalar_part,
    signed_part,
    zeros,
)
from gradcli.program.graph import Graph, Node, guard, powers_of
from gradcli.program.rationals import lower
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from gradcli.program.graph import Rational


def scale(graph: Graph, scalar: Node, array: Node, factor: Rational = 1) -> Node:
    """factor · scalar · array, for an array (or a scalar) `array`."""
    if not array.shape:
        return make.multiply(graph, [(scalar, 1), (array, 1)], factor)
    number_part, rest = scalar_part(graph, scalar)
    other, inner, core = signed_part(graph, array)
    factor = lower(factor * number_part * other)
    if inner is not None:
        number_part, rest = scalar_part(graph, inner if rest is None else make.multiply(graph, [(rest, 1), (inner, 1)]))
        factor = lower(factor * number_part)
    if not factor or is_zeros(core):
        for dropped in (core, *(() if rest is None else (rest,))):
            guard(graph, dropped)
        return zeros(graph, array.shape)
    if rest is not None and rest.op == "total" and rest.args[0].shape == core.shape == (1, 1) and is_ones(core):
        return add(graph, [(rest.args[0], factor)])  # the sum of one entry is that entry
    if rest is not None:
        softened = as_softmax(graph, rest, core)
        if softened is not None:
            return scale(graph, softened[0], softened[1], factor)
        core = graph.intern("scale", (rest, core), None, array.shape)
    return core if factor == 1 else add(graph, [(core, factor)])


def as_softmax(graph: Graph, scalar: Node, core: Node) -> tuple[Node, Node] | None:
    """exp(u)/sum(exp(u)) is softmax(u), also inside a product."""
    bases = powers_of(scalar)
    parts = powers_of(core)
    for base, exponent in bases.items():
        if base.op == "total" and type(exponent) is int and exponent < 0:
            (whole,) = base.args
            if whole.op == "call" and whole.data.name == "exp" and parts.get(whole, 0) > 0:
                parts[whole] -= 1
                soft = make.softmax(graph, whole.args[0], None)
                rest = make.multiply(graph, [(b, e + (b is base)) for b, e in bases.items()])
                return rest, make.hadamard(graph, [*[(b, e) for b, e in parts.items() if e], (soft, 1)], core.shape)
    return None


def add(graph: Graph, items: Iterable[tuple[Node, Rational]]) -> Node:
    """Σ coefficient·array, like terms collected, nested sums with coefficient ±1 merged, but for long ones with a name.

    Terms with a common factor join where that is shorter.
    """
    terms: dict[Node, Rational] = {}
    shape: Any = ()
    for node, factor in items:
        shape = node.shape
        if node.op == "sum" and ((factor in (1, -1) and node not in graph.whole) or len(node.args) == 1):
            for term, coefficient in node.terms():
                sign, core = normal(graph, term)
                terms[core] = terms.get(core, 0) + factor * coefficient * sign
        elif not is_zeros(node):
            sign, node = normal(graph, node)
            terms[node] = terms.get(node, 0) + factor * sign
    for node in [node for node, factor in terms.items() if not factor]:
        guard(graph, node)
    terms = {node: lower(factor) for node, factor in terms.items() if factor}
    if len(terms) > 1:
        terms = make.merge_terms(graph, terms)
        if len(terms) > 1:
            terms = make.join(graph, terms)
    return sum_node(graph, terms, shape)


def sum_node(graph: Graph, terms: dict[Node, Rational], shape: Any) -> Node:
    """The node of collected terms."""
    if not terms:
        return zeros(graph, shape)
    if len(terms) == 1:
        ((node, factor),) = terms.items()
        if factor == 1:
            return node
        if factor < 0:
            turned = flipped(graph, node, factor == -1)
            if turned is not None:
                node, factor = turned, -factor
                if factor == 1:
                    return node
        if node.op == "sum" and (factor == -1 or len(node.args) == 1):
            return add(graph, [(node, factor)])
        return graph.intern("sum", (node,), ((factor,), 0), shape)
    nodes = in_order(graph, terms)
    return graph.intern("sum", tuple(nodes), (tuple([terms[node] for node in nodes]), 0), shape)


def flipped(graph: Graph, node: Node, inside: bool) -> Node | None:
    """-node by turning A - b into b - A; with `inside` also where the sum is one factor of several."""
    if can_flip(node):
        return negative_sum(graph, node)
    if node.op == "diag":
        turned = flipped(graph, node.args[0], inside)
        return None if turned is None else graph.intern("diag", (turned,), None, node.shape)
    if node.op == "scale":
        scalar, array = node.args
        turned = flipped(graph, array, inside)
        if turned is not None:
            return graph.intern("scale", (scalar, turned), None, node.shape)
        if scalar.op == "sum" and min(*scalar.data[0], scalar.data[1]) < 0:
            return graph.intern("scale", (negative_scalar(graph, scalar), array), None, node.shape)
        return None
    if node.op != "product" and not (inside and node.op == "matmul"):
        return None
    for i, factor in enumerate(node.args):
        if can_flip(factor) and (node.op == "matmul" or (type(node.data[i]) is int and node.data[i] % 2)):
            args = [*node.args[:i], negative_sum(graph, factor), *node.args[i + 1 :]]
            if node.op == "matmul":
                return graph.intern("matmul", tuple(args), None, node.shape)
            powers = dict(zip(args, node.data, strict=True))
            bases = in_order(graph, powers)
            return graph.intern("product", tuple(bases), tuple([powers[base] for base in bases]), node.shape)
    return None


MAKES = {"array_sum": add, "sum_node": sum_node, "scale": scale}
