"""Nodes as quotients of polynomials: everything that is no sum, product or power is an unknown.

Source: a rational function is zero where its numerator is the zero polynomial; polynomials by FLINT.
"""

from __future__ import annotations

from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Node

    Fraction = tuple[Any, Any]
    """Numerator and denominator."""

MOST_TERMS = 3_000
"""Terms of a polynomial at which expanding is given up."""

MOST_DEGREE = 40
"""Exponents up to which powers of sums are expanded."""

MOST_NODES = 3_000
"""Operations up to which it is tried."""

MOST_UNKNOWNS = 60


class TooLargeError(Exception):
    """Expanding would take too long."""


def is_zero(node: Node) -> bool:
    """True where expanding proves that the node is 0 wherever it has a value. False says nothing."""
    if node.op == "number":
        return bool(node.data == 0)
    nodes = order([node])
    if len(nodes) > MOST_NODES:
        return False
    try:
        return bool(PolynomialQuotients(nodes).fraction(node)[0] == 0)
    except (TooLargeError, NoValueError, OverflowError):
        return False


class NoValueError(Exception):
    """A division by zero: there is nothing to be equal."""


class PolynomialQuotients:
    """Fractions of polynomials for nodes, in the unknowns that these nodes are made of."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        from gradcli.flints import Ordering, fmpq_mpoly_ctx

        self.roots = root_degrees(nodes)
        self.unknowns = [node for node in nodes if node in self.roots or not is_rational(node)]
        if len(self.unknowns) > MOST_UNKNOWNS:
            raise TooLargeError
        names = tuple(f"u{i}" for i in range(len(self.unknowns))) or ("u",)
        self.context = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        gens = self.context.gens()
        self.generators = {node: gens[i] for i, node in enumerate(self.unknowns)}
        self.one = self.context.constant(1)
        self.found: dict[Node, Fraction] = {}
        self.nodes = nodes

    def fraction(self, root: Node) -> Fraction:
        """The root as a fraction."""
        for node in self.nodes:
            if node in self.generators:
                self.found[node] = (self.generators[node] ** self.roots.get(node, 1), self.one)
            elif node.op == "number":
                self.found[node] = (self.context.constant(rational(node.data)), self.one)
            elif node.op == "sum":
                self.found[node] = self.sum(node)
            elif node.op == "product":
                self.found[node] = self.product(node)
        return self.found[root]

    def sum(self, node: Node) -> Fraction:
        coefficients, start = node.data
        top, bottom = self.context.constant(rational(start)), self.one
        for arg, coefficient in zip(node.args, coefficients, strict=True):
            above, below = self.found[arg]
            if below == bottom:
                top = top + above * rational(coefficient)
            else:
                top = self.times(top, below) + self.times(above, bottom) * rational(coefficient)
                bottom = self.times(bottom, below)
        return top, bottom

    def product(self, node: Node) -> Fraction:
        top, bottom = self.one, self.one
        for arg, exponent in node.factors():
            if type(exponent) is not int:
                power = int(exponent * self.roots[arg])
                above, below, exponent = self.generators[arg] ** abs(power), self.one, (1 if power > 0 else -1)
            else:
                above, below = (self.power(part, abs(exponent)) for part in self.found[arg])
            if exponent < 0:
                above, below = below, above
            top, bottom = self.times(top, above), self.times(bottom, below)
        if bottom == 0:
            raise NoValueError
        return top, bottom

    def power(self, base: Any, exponent: int) -> Any:
        """base**exponent, if it stays small."""
        if len(base) > 1 and exponent > MOST_DEGREE:
            raise TooLargeError
        result = self.one
        if len(base) <= 1:
            return base**exponent
        for _ in range(exponent):
            result = self.times(result, base)
        return result

    def times(self, a: Any, b: Any) -> Any:
        """a·b, if it stays small."""
        if len(a) * len(b) > MOST_TERMS * 20:
            raise TooLargeError
        product = a * b
        if len(product) > MOST_TERMS:
            raise TooLargeError
        return product


def is_rational(node: Node) -> bool:
    """Is the node made of its arguments by the rules of fractions alone?"""
    return node.op in ("number", "sum", "product")


def root_degrees(nodes: Sequence[Node]) -> dict[Node, int]:
    """Bases that stand under a root, each with the least degree whose root is enough: then g**degree is the base."""
    from math import lcm

    found: dict[Node, int] = {}
    for node in nodes:
        if node.op == "product":
            for base, exponent in node.factors():
                if type(exponent) is not int:
                    found[base] = lcm(found.get(base, 1), exponent.denominator)
    return found


def rational(value: Any) -> Any:
    """Python's exact number as FLINT's."""
    from gradcli.flints import fmpq

    return fmpq(value) if type(value) is int else fmpq(value.numerator, value.denominator)
