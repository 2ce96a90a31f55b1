"""Where sums of functions of one thing cancel: x - sin(x) at 0, x*log(x) - x + 1 at 1, x*y - sin(x*y) where x*y is 0.

Floats do not show it at the point itself, where all may be 0, but beside it, where a sum is small beside its terms.
"""

from __future__ import annotations

from math import copysign, inf

from gradcli.evaluate.certified.exact import nearest
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import quotient
from gradcli.program.graph import order
from gradcli.program.substitute import replace, rewritten
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

    from gradcli.program.graph import Graph, Node

BESIDE: Final = 2.0**-10
"""How far beside a point sums are looked at."""
OTHER_POINTS: Final = (1, -1, 2, -2)
LOST_AT_ZERO: Final = 2.0**-5
"""A sum that is smaller than that share of its terms beside 0 is of a higher order: floats near 0 are dense."""
LOST: Final = 2.0**-15
"""Elsewhere it must lose two orders: a single one costs no more digits than the coordinate has."""
MOST_TERMS: Final = 8
MOST_CANDIDATES: Final = 6


def cancelling_points(nodes: Sequence[Node], alone: Mapping[Node, str | None]) -> list[tuple[str, float]]:
    """The variables and points at which sums of one variable lose digits, found at floats beside the point.

    Infinity is one on each side.
    """
    sums = [node for node in nodes if alone.get(node) and may_lose(node)]
    if not sums:
        return []
    found: dict[tuple[str, float], None] = {}
    for point in (0, *OTHER_POINTS):
        lost = LOST if point else LOST_AT_ZERO
        for node in lose_digits(sums, point + BESIDE, lost):
            found[str(alone[node]), point] = None
    for side in (inf, -inf):
        for node in lose_digits(sums, copysign(1 / BESIDE, side), LOST_AT_ZERO):
            found[str(alone[node]), side] = None
    return list(found)


def may_lose(node: Node) -> bool:
    """Is it a sum of several terms, not all of them multiples of variables?"""
    terms = len(node.args) + bool(node.data[1]) if node.op == "sum" else 0
    return 2 <= terms <= MOST_TERMS and any(arg.op != "variable" for arg in node.args)


def lose_digits(sums: Sequence[Node], at: float, lost: float) -> list[Node]:
    """Those of the sums that are smaller than a share of their greatest terms, all variables having one value."""
    from gradcli.evaluate.float64.scalars import Floats

    nodes = order(sums)
    point = {node.data: at for node in nodes if node.op == "variable"}
    values = Floats(sums, point).values
    found = []
    for node in sums:
        *numbers, start = map(nearest, (*node.data[0], node.data[1]))
        if start is None or None in numbers:
            continue  # beyond the largest float64
        greatest = max(map(abs, [start, *(c * values[arg] for c, arg in zip(numbers, node.args, strict=True))]))
        if abs(values[node]) < lost * greatest and not is_less_one(node):
            found.append(node)
    return found


def is_less_one(node: Node) -> bool:
    """Is it c·exp(u) - c, which code has as expm1?"""
    from gradcli.codegen.stable_forms import exponential_less_one

    return len(node.args) == 1 and exponential_less_one(node) is not None


class CancellingPart(NamedTuple):
    """A sum of several variables as common·(part + rest), the part one of u alone, with a variable for u."""

    u: Node
    common: list[tuple[Node, Any]]
    part: Node
    rest: Node


def cancelling_part(graph: Graph, node: Node, name: str) -> CancellingPart | None:
    """The terms of a sum of several variables that are of one thing u alone and cancel where u is 0.

    name   that of the variable for u, where u is none itself
    Example: of x*y - sin(x*y) with u for x*y the part u - sin(u), of tan(x - y) - x + y with u for x - y tan(u) - u.
    """
    if not may_lose(node) or not has_several(node):
        return None
    common, inner = apart_from_common(graph, node)
    if inner.op != "sum":
        return None
    for u in candidates(graph, inner):
        is_name = u.op == "variable"
        whole = u if is_name else scalars.variable(graph, name)
        made = inner if is_name else replace(graph, [in_powers(graph, inner, u, whole)], {u: whole})[0]
        own: list[tuple[Node, Any]] = []
        others: list[tuple[Node, Any]] = []
        for term, c in zip(made.args, made.data[0], strict=True) if made.op == "sum" else ():
            used = {part.data for part in order([term]) if part.op == "variable"}
            (own if used <= {whole.data} else others).append((term, c))
        part = scalars.add(graph, own, made.data[1]) if own else whole
        if part.op == "sum" and may_lose(part) and lose_digits([part], BESIDE, LOST_AT_ZERO):
            (rest,) = replace(graph, [scalars.add(graph, others)], {whole: u})
            return CancellingPart(u, common, part, rest)
    return None


def has_several(node: Node) -> bool:
    """Are there several variables below it?"""
    return sum(part.op == "variable" for part in order([node])) > 1


def apart_from_common(graph: Graph, node: Node) -> tuple[list[tuple[Node, Any]], Node]:
    """What is a factor of all terms of a sum, and the sum without it."""
    if node.data[1]:
        return [], node
    terms = [dict(scalars.pairs(arg)) if arg.op == "product" else {arg: 1} for arg in node.args]
    common = []
    for base, e in terms[0].items():
        exponents = [term.get(base, 0) for term in terms]
        if min(exponents) > 0 or max(exponents) < 0:
            common.append((base, min(exponents) if e > 0 else max(exponents)))
    if not common:
        return [], node
    out = [(base, -e) for base, e in common]
    parts = [(scalars.multiply(graph, [*term.items(), *out]), c) for term, c in zip(terms, node.data[0], strict=True)]
    return common, scalars.add(graph, parts)


def candidates(graph: Graph, node: Node) -> list[Node]:
    """Variables, and sums without their constants and products below functions and powers of a sum, as they stand."""
    found: dict[Node, None] = {}
    for part in order(node.args):
        inner = part.args if part.op == "call" else ()
        if part.op == "product":
            inner = tuple(base for base in part.args if base.op == "sum")
        for arg in inner:
            u = scalars.add(graph, list(zip(arg.args, arg.data[0], strict=True))) if arg.op == "sum" else arg
            if u.op == "variable" or (u.op in ("sum", "product") and has_several(u)):
                found[u] = None
    return list(found)[:MOST_CANDIDATES]


def in_powers(graph: Graph, node: Node, u: Node, whole: Node) -> Node:
    """The node with `whole` for the multiple of a sum u that its terms make up, or for powers of a product u."""
    if u.op == "sum":
        return without(graph, node, u, whole)
    one = dict(scalars.pairs(u))

    def in_power(graph: Graph, part: Node) -> Node | None:
        factors = dict(scalars.pairs(part)) if part.op == "product" else {}
        powers = {quotient(factors.get(base, 0), e) for base, e in one.items()}
        if len(powers) != 1 or 0 in powers:
            return None
        rest = [factor for factor in factors.items() if factor[0] not in one]
        return scalars.multiply(graph, [*rest, (whole, powers.pop())])

    return rewritten(graph, [node], in_power)[0]


def without(graph: Graph, node: Node, u: Node, whole: Node) -> Node:
    """The node with the multiple of a sum u, in it or in sums below it, as a multiple of `whole`."""
    mapping: dict[Node, Node] = {}
    for part in order([node]):
        coefficients: dict[Node, Any] = dict(zip(part.args, part.data[0], strict=True)) if part.op == "sum" else {}
        if part is not u and all(arg in coefficients for arg in u.args):
            share = quotient(coefficients[u.args[0]], u.data[0][0])
            mapping[part] = scalars.add(graph, [(part, 1), (u, -share), (whole, share)])
    if node not in mapping:
        return replace(graph, [node], mapping)[0]
    inner = {part: made for part, made in mapping.items() if part is not node}
    return replace(graph, [mapping[node]], inner)[0]
