"""Terms and factors of scalars that are more together: branches of one condition, powers of one base, signs."""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms.scalars import is_zero, pairs
from gradcli.program.graph import Graph, Node, guard
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from gradcli.program.graph import Factors, Rational
SHORT = 16
"""Factors up to which a product is rewritten."""


def merge_branches(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """where(c, p, 0) + where(c, 0, q) is where(c, p, q): derivatives of both branches meet again."""
    merged: dict[Node, Rational] = {}
    by_condition: dict[Node, Factors] = {}
    for node, coefficient in terms.items():
        if node.op == "where":
            by_condition.setdefault(node.args[0], []).append((node, coefficient))
        else:
            merged[node] = coefficient
    for condition, group in by_condition.items():
        if len(group) == 1:
            node, coefficient = group[0]
        else:
            yes = make.add(graph, [(node.args[1], factor) for node, factor in group])
            no = make.add(graph, [(node.args[2], factor) for node, factor in group])
            node, coefficient = make.where(graph, condition, yes, no), 1
        merged[node] = merged.get(node, 0) + coefficient
    return merged


def is_short(node: Node) -> bool:
    """Whether a product or sum is short: to rewrite long ones again and again takes the square of their length."""
    return len(node.args) <= SHORT


def share_powers(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """u**v + u**v*w is u**v*(1 + w): what the two ways through a power have in common."""
    holding: dict[Node, list[Node]] = {}
    for node in terms:
        if node.op == "product" and is_short(node):
            for base, exponent in pairs(node):
                if exponent == 1 and base.op == "power" and base in terms:
                    holding.setdefault(base, []).append(node)
    for shared in [node for node in terms if node in holding]:
        group = [node for node in holding[shared] if node in terms]
        if not group or shared not in terms:
            continue
        rest = [
            (make.multiply(graph, [p for p in pairs(node) if p[0] is not shared]), terms.pop(node)) for node in group
        ]
        product = make.multiply(graph, [(shared, 1), (make.add(graph, rest, terms.pop(shared)), 1)])
        terms[product] = terms.get(product, 0) + 1
    return terms


def rewrite_special(graph: Graph, powers: dict[Node, Rational], factor: Rational) -> Node | None:
    """x*sign(x) is abs(x), abs(x)**2 is x**2, x*x**y is x**(y+1); a factor where(c, p, 0) takes the product inside."""
    if factor == 0 or (len(powers) == 1 and factor == 1 and 1 in powers.values()):
        return None  # nothing to be taken inside
    for node, exponent in shallow_first(powers):
        if node.op == "where":
            zero = is_zero(node.args[1]) or is_zero(node.args[2])
            if graph.guards is None and zero and type(exponent) is int and exponent > 0 and not is_deep(node):
                rest = [(base, e) for base, e in powers.items() if base is not node]
                yes, no = (make.multiply(graph, [(branch, exponent), *rest], factor) for branch in node.args[1:])
                return make.where(graph, node.args[0], yes, no)
        elif node.op == "power" and type(exponent) is int:
            joined = joined_power(graph, powers, node, factor)
            if joined is not None:
                return joined
        elif node.op == "call" and type(exponent) is int and exponent > 0:
            name, argument = node.data.name, node.args[0]
            if name == "abs" and exponent % 2 == 0:
                rest = [(base, e) for base, e in powers.items() if base is not node]
                return make.multiply(graph, [*rest, (argument, exponent)], factor)
            if name == "sign" and exponent == 1:
                paired = pair_sign(graph, powers, node, argument, factor)
                if paired is not None:
                    return paired
    return None


NESTED = 8
"""Conditions inside of one another from which on a product stays outside of them."""


def shallow_first(powers: dict[Node, Rational]) -> list[tuple[Node, Rational]]:
    """The factors, deep chains of conditions last: taking a factor inside walks down such a chain."""
    found = list(powers.items())
    if sum(node.op == "where" for node, _ in found) > 1:
        found.sort(key=lambda pair: is_deep(pair[0]))
    return found


def is_deep(node: Node) -> bool:
    """Is it a chain of many conditions, each inside of the one before?"""
    for _ in range(NESTED):
        if node.op != "where":
            return False
        node = node.args[1] if is_zero(node.args[2]) else node.args[2]
    return True


def pair_sign(graph: Graph, powers: dict[Node, Rational], sign: Node, argument: Node, factor: Rational) -> Node | None:
    """u*sign(u) is abs(u), abs(u)*sign(u) is u, and sign(u)/abs(u), the slope of log(abs(u)), is 1/u."""
    absolute = graph.intern("call", (argument,), RULES["abs"])
    rest = {base: e for base, e in powers.items() if base is not sign}
    for partner, result in ((argument, absolute), (absolute, argument)):
        exponent = rest.get(partner, 0)
        if exponent > 0 and type(exponent) is int:
            rest[partner] = exponent - 1
            return make.multiply(graph, [*[(b, e) for b, e in rest.items() if e], (result, 1)], factor)
    below = rest.pop(absolute, 0)
    if below < 0 and type(below) is int and below % 2:
        return make.multiply(graph, [*rest.items(), (argument, below)], factor)
    return None


def joined_power(graph: Graph, powers: dict[Node, Rational], node: Node, factor: Rational) -> Node | None:
    """u**v times a number's power of u, or times or over u**w, as one power of u; None where no two have one base."""
    base = node.args[0]
    same = {other: e for other, e in powers.items() if other.op == "power" and other.args[0] is base and type(e) is int}
    if (len(same) == 1 and not (powers.get(base) and same[node] == 1)) or not all(is_short(p.args[1]) for p in same):
        return None  # exponents that are sums of sums of sums would be written out again and again
    for other, e in same.items():
        guard(graph, other if e > 0 else graph.intern("product", (other,), (e,)))
    alone = powers.get(base, 0)
    if type(alone) is not int or alone < 0:
        guard(graph, graph.intern("product", (base,), (alone,)))
    together = make.add(graph, [(other.args[1], e) for other, e in same.items()], alone)
    rest = [(other, e) for other, e in powers.items() if other not in same and other is not base]
    return make.multiply(graph, [*rest, (make.power(graph, base, together), 1)], factor)


def rewrite_terms(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """Terms of a derivative with branches or powers among them."""
    ops = {node.op for node in terms}
    terms = merge_branches(graph, terms) if "where" in ops else terms
    return share_powers(graph, terms) if "power" in ops else terms


MAKES = {"scalar_terms": rewrite_terms, "scalar_factors": rewrite_special}
