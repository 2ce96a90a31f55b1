"""Terms that are always shorter together: branches of one condition, diagonals, multiples of ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.program import algebra
from gradcli.program.algebra import lower
from gradcli.program.elementwise import (
    call,
    where,
)
from gradcli.program.matrices import (
    add,
    array_part,
    fill,
    is_negative,
    is_ones,
    is_zeros,
    number,
    ones,
)

if TYPE_CHECKING:
    from gradcli.program.algebra import Factors, Rational
    from gradcli.program.graph import Graph, Node


def merge_terms(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """Terms that are always shorter together: branches of one condition, diagonals, 1 - sigmoid(-u)."""
    kinds = {node.op for node in terms}
    if "where" in kinds:
        terms = merge_branches(graph, terms)
    if "diag" in kinds:
        terms = merge_diagonals(graph, terms)
    if "fill" in kinds and "call" in kinds:
        terms = merge_sigmoid(graph, terms)
    if "scale" in kinds:
        terms = merge_ones(graph, terms)
    return terms


def merge_ones(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """s·ones + t·ones is (s + t)·ones: scalars that are spread are added as scalars."""
    parts = [(node, factor) for node, factor in terms.items() if is_ones(array_part(node)[2])]
    if len(parts) > 1:
        scalars: Factors = []
        for node, factor in parts:
            del terms[node]
            scalars.append((number(graph, 1) if node.op == "fill" else node.args[0], factor))
        add_term(graph, terms, fill(graph, algebra.add(graph, scalars), parts[0][0].shape))
    return terms


def merge_branches(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """where(c, p, 0) + where(c, 0, q) is where(c, p, q)."""
    groups: dict[Node, list[tuple[Node, Rational]]] = {}
    for node, factor in terms.items():
        if node.op == "where":
            groups.setdefault(node.args[0], []).append((node, factor))
    for condition, group in groups.items():
        if len(group) > 1:
            for node, _ in group:
                del terms[node]
            yes, no = (add(graph, [(node.args[i], factor) for node, factor in group]) for i in (1, 2))
            add_term(graph, terms, where(graph, condition, yes, no))
    return terms


def add_term(graph: Graph, terms: dict[Node, Rational], node: Node, factor: Rational = 1) -> None:
    """Put another term into collected terms."""
    if is_zeros(node):
        return
    parts = zip(node.args, node.data[0], strict=True) if node.op == "sum" else [(node, 1)]
    for part, coefficient in parts:
        value = terms.pop(part, 0) + factor * coefficient
        if value:
            terms[part] = lower(value)


def merge_diagonals(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """diag(u) + diag(v) is diag(u + v)."""
    parts = [(node, factor) for node, factor in terms.items() if node.op == "diag"]
    if len(parts) > 1:
        from gradcli.program.chains import diag

        for node, _ in parts:
            del terms[node]
        add_term(graph, terms, diag(graph, add(graph, [(node.args[0], factor) for node, factor in parts])))
    return terms


def merge_sigmoid(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """1 - sigmoid(-u) is sigmoid(u)."""
    for node, factor in list(terms.items()):
        if node.op == "call" and node.data.name == "sigmoid" and is_negative(node.args[0]):
            one = ones(graph, node.shape)
            if terms.get(one) == -factor:
                del terms[one], terms[node]
                add_term(graph, terms, call(graph, node.data, (add(graph, [(node.args[0], -1)]),)), -factor)
    return terms
