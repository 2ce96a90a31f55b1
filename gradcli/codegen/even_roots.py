"""Roots of even powers as powers of absolute values: √(x⁴) is x², and its slope 2·x³/√(x⁴) is 2·x, also at 0."""

from __future__ import annotations

from gradcli.codegen.rewriting.powers import with_signs
from gradcli.program.forms import scalars
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any
    Factors = list[tuple[Node, Rational]]


def without_even_roots(graph: Graph, nodes: Sequence[Node], below: bool) -> list[Node]:
    """The nodes with roots of even powers, and cube roots of cubes, taken.

    below   also where they stand below the line, so that what is undefined at 0 may become its limit: right for
            derivatives of a function that is defined there
    """
    return rewritten(graph, nodes, lambda graph, node: taken(graph, node, below))


def taken(graph: Graph, node: Node, below: bool) -> Node | None:
    """The node with its roots taken; None where it has none."""
    if node.op == "call":
        factors = cube_root(node, 1)
        return scalars.multiply(graph, factors) if factors else None
    if node.op != "product":
        return None
    factors, changed = [], False
    for base, exponent in zip(node.args, node.data, strict=True):
        found = root_of(graph, base, exponent) if exponent > 0 or below or len(node.args) == 1 else None
        changed = changed or found is not None
        factors += found if found is not None else [(base, exponent)]
    if not changed:
        return None
    made = scalars.multiply(graph, signs_above(graph, factors))
    return (with_signs(graph, made) if below and made.op == "product" else None) or made


def root_of(graph: Graph, base: Node, exponent: Rational) -> Factors | None:
    """base**exponent as powers of what the base is made of; None where it is no such root."""
    if base.op == "call":
        return cube_root(base, exponent)
    if exponent.denominator == 1:
        return None
    if base.op == "sum" and len(base.args) == 1 and not base.data[1] and base.data[0][0] > 0:
        inner = root_of(graph, base.args[0], exponent)
        return None if inner is None else [(scalars.number(graph, base.data[0][0]), exponent), *inner]
    if base.op != "product" or any(power.denominator != 1 or power % 2 for power in base.data):
        return None
    found: Factors = []
    for part, power in zip(base.args, base.data, strict=True):
        whole = power * exponent
        even = whole.denominator == 1 and whole % 2 == 0
        found.append((part if even else absolute(graph, part), whole))
    return found


def cube_root(base: Node, exponent: Rational) -> Factors | None:
    """cbrt(u**(3k))**exponent."""
    if base.op != "call" or base.data.name != "cbrt" or base.args[0].op != "product":
        return None
    (inside,) = base.args
    if any(power.denominator != 1 or power % 3 for power in inside.data):
        return None
    return [(part, power // 3 * exponent) for part, power in zip(inside.args, inside.data, strict=True)]


def signs_above(graph: Graph, factors: Factors) -> Factors:
    """Factors in which u**5/abs(u)**3 is u*abs(u), so that nothing is divided by 0."""
    powers: dict[Node, Rational] = {}
    for base, exponent in factors:
        powers[base] = powers.get(base, 0) + exponent
    for base, power in list(powers.items()):
        size = absolute(graph, base)
        odd = powers.get(size, 0)
        if size is not base and odd < 0 and odd % 2 == 1 and power + odd - 1 >= 0:
            powers[size], powers[base] = 1, power + odd - 1
    return list(powers.items())


def absolute(graph: Graph, node: Node) -> Node:
    """abs(node)."""
    from gradcli.rules import RULES

    return scalars.call(graph, RULES["abs"], [node])
