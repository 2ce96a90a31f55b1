"""Sums of two terms that cancel, as products: 1 - cos(u), 1 - tanh(u)**2, x**2 - y**2, sqrt(x + 1) - sqrt(x)."""

from __future__ import annotations

from gradcli.codegen.rewriting.polynomials import opened
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import quotient
from gradcli.program.rationals import exact_power, ratio
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any


class Identity(NamedTuple):
    """1 + sign·function(u)**power = factor·new(u)**new_power, of u/2 where it is `halved`, of -u where `turned`."""

    factor: int
    new: str
    new_power: int
    halved: bool = False
    turned: bool = False

    def scale(self) -> Rational:
        """What the argument is multiplied by."""
        return ratio(1, 2) if self.halved else -1 if self.turned else 1


IDENTITIES: dict[tuple[str, int, int], Identity] = {
    ("cos", 1, -1): Identity(2, "sin", 2, halved=True),
    ("cos", 1, 1): Identity(2, "cos", 2, halved=True),
    ("cosh", 1, -1): Identity(-2, "sinh", 2, halved=True),
    ("sin", 2, -1): Identity(1, "cos", 2),
    ("cos", 2, -1): Identity(1, "sin", 2),
    ("cosh", 2, -1): Identity(-1, "sinh", 2),
    ("tanh", 2, -1): Identity(1, "cosh", -2),
    ("tanh", -2, -1): Identity(-1, "sinh", -2),
    ("sigmoid", 1, -1): Identity(1, "sigmoid", 1, turned=True),
    ("erf", 1, -1): Identity(1, "erfc", 1),
    ("erf", 1, 1): Identity(1, "erfc", 1, turned=True),
    ("erfc", 1, -1): Identity(1, "erf", 1),
}
"""By the function, its power and the sign."""


def is_half(exponent: Rational) -> bool:
    """Is it the exponent of a root? (No fraction is made to tell.)"""
    return bool(exponent.numerator == 1 and exponent.denominator == 2)


def row(name: str) -> Any:
    """A row."""
    from gradcli.rules import RULES

    return RULES[name]


def called(graph: Graph, name: str, argument: Node, scale: Rational = 1) -> Node:
    """The row's function of scale·argument."""
    return scalars.call(graph, row(name), [scalars.add(graph, [(argument, scale)])])


def by_identity(graph: Graph, node: Node) -> Node | None:
    """c ± c·f(u)**k by an identity of f; c·cosh(u)**2 - c·sinh(u)**2 as c, c - 2c·sigmoid(u) as -c·tanh(u/2)."""
    coefficients, start = node.data
    if not start:
        return pythagorean(graph, node)
    if len(node.args) == 1 and coefficients[0] == -2 * start and is_sigmoid(node.args[0]):
        return scalars.multiply(graph, [(called(graph, "tanh", node.args[0].args[0], ratio(1, 2)), 1)], -start)
    if len(node.args) != 1 or abs(coefficients[0]) != abs(start):
        return None
    (term,), sign = node.args, 1 if coefficients[0] == start else -1
    base, power = (term.args[0], term.data[0]) if term.op == "product" and len(term.args) == 1 else (term, 1)
    if base.op != "call":
        return None
    if (base.data.name, power) == ("tanh", 1):
        below = scalars.add(graph, [(called(graph, "exp", base.args[0], -2 * sign), 1)], 1)
        return scalars.multiply(graph, [(below, -1)], 2 * start)
    found = IDENTITIES.get((base.data.name, power, sign))
    if found is None:
        return None
    return scalars.multiply(
        graph, [(called(graph, found.new, base.args[0], found.scale()), found.new_power)], start * found.factor
    )


def is_sigmoid(node: Node) -> bool:
    """Is it the logistic function of something? 1 - 2*sigmoid(u) is -tanh(u/2)."""
    return bool(node.op == "call" and node.data.name == "sigmoid")


def pythagorean(graph: Graph, node: Node) -> Node | None:
    """c·cosh(u)**2 - c·sinh(u)**2 as c."""
    if len(node.args) != 2 or sum(node.data[0]):
        return None
    found = {}
    for c, term in zip(node.data[0], node.args, strict=True):
        if term.op == "product" and term.data == (2,) and term.args[0].op == "call":
            found[term.args[0].data.name] = c, term.args[0].args
    if set(found) != {"cosh", "sinh"} or found["cosh"][1] != found["sinh"][1]:
        return None
    return scalars.number(graph, found["cosh"][0])


def difference_of_squares(graph: Graph, node: Node) -> Node | None:
    """p²·u² - q²·v² as (p·u - q·v)·(p·u + q·v), times a common factor."""
    coefficients, start = node.data
    if start or len(node.args) != 2 or coefficients[0] * coefficients[1] >= 0:
        return None
    sides = [square_root_of(graph, term) for term in node.args]
    (a, b), size = sides, abs(coefficients[0])
    share = exact_power(quotient(abs(coefficients[1]), size), ratio(1, 2))
    if a is None or b is None or share is None:
        return None
    less = scalars.add(graph, [(a, 1), (b, -share)])
    more = scalars.add(graph, [(a, 1), (b, share)])
    return scalars.multiply(graph, [(less, 1), (more, 1)], coefficients[0])


def square_root_of(graph: Graph, node: Node) -> Node | None:
    """u where the node is u²: a product of even powers."""
    if node.op != "product" or any(type(e) is not int or e <= 0 or e % 2 for e in node.data):
        return None
    return scalars.multiply(graph, [(base, e // 2) for base, e in scalars.pairs(node)])


class Root(NamedTuple):
    """coefficient·√inside; `terms`: how many terms stand inside."""

    coefficient: Rational
    inside: Node
    terms: int


def difference_of_roots(graph: Graph, node: Node) -> Node | None:
    """√a - √b (or a number for √b) as (a - b)/(√a + √b), where a and b have terms in common."""
    coefficients, start = node.data
    parts = [root(graph, c, term) for c, term in zip(coefficients, node.args, strict=True)]
    if start:
        parts.append(Root(start, scalars.number(graph, 1), 1))
    first, second = parts if len(parts) == 2 else (None, None)
    if first is None or second is None or first.coefficient * second.coefficient >= 0:
        return None
    above = spread(graph, [(first.inside, first.coefficient**2), (second.inside, -(second.coefficient**2))])
    if not start and (above.op != "number" or not above.data):
        return None  # both roots may be 0
    is_exact = bool(start) and first.inside.op == "variable"  # √x - 1 as (x - 1)/(√x + 1)
    if terms_in(above) >= first.terms + second.terms and not is_exact:
        return None
    items = list(zip(node.args, coefficients, strict=True))
    below = scalars.add(graph, [(items[0][0], items[0][1]), *[(term, -c) for term, c in items[1:]]], -start)
    return scalars.multiply(graph, [(above, 1), (below, -1)])


def spread(graph: Graph, items: list[tuple[Node, Rational]]) -> Node:
    """Σ c·node, the terms of sums each by itself."""
    terms = [
        (term, c * factor)
        for node, c in items
        for term, factor in (zip(node.args, node.data[0], strict=True) if node.op == "sum" else [(node, 1)])
    ]
    return scalars.add(graph, terms, sum(c * node.data[1] for node, c in items if node.op == "sum"))


def root(graph: Graph, coefficient: Rational, node: Node) -> Root | None:
    """A term as a multiple of a root; None for others."""
    if node.op != "product" or len(node.args) != 1 or not is_half(node.data[0]):
        return None
    inside = opened(graph, node.args[0])
    return Root(coefficient, inside, terms_in(inside))


def terms_in(node: Node) -> int:
    """How many terms a sum has, 1 for anything else, 0 for the number 0."""
    if node.op == "sum":
        return len(node.args) + bool(node.data[1])
    return int(node.op != "number" or bool(node.data))
