"""Forms that are equal in exact arithmetic and keep their digits in float64: for those who type log(1 + exp(x)).

Sources: log1p, expm1: Kahan, Branch Cuts for Complex Elementary Functions (1987); softplus: log(1 + e**u) overflows
where its value is u; e**u/(1 + e**u) = sigmoid(u) and 1/(1 + e**u) = sigmoid(-u) turn quotients of two overflowing
factors into products of two small ones; Σ c·e**u = e**m·Σ c·e**(u - m) with m the greatest u: Blanchard, Higham &
Higham, Accurately computing the log-sum-exp and softmax functions (2021).
"""

from __future__ import annotations

from gradcli.program.forms import scalars
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Factor = tuple[Node, Any]


MOST_LEGS = 64
"""Longer sums stay as they are."""


class Extra(NamedTuple):
    """function(sign·node)**exponent."""

    function: str
    sign: int
    node: Node
    exponent: Any


class Logarithm(NamedTuple):
    """log1p or softplus of Σ coefficient·term."""

    name: str
    terms: tuple[tuple[Any, Node], ...]


def is_call(node: Node, name: str) -> bool:
    """Is it this row's function of something?"""
    return node.op == "call" and node.data.name == name


def exponential_less_one(node: Node) -> int | None:
    """The place of the term c·exp(u) in a sum whose constant is -c: together they are c·expm1(u)."""
    coefficients, start = node.data
    for place, (coefficient, term) in enumerate(zip(coefficients, node.args, strict=True)):
        if start and coefficient == -start and is_call(term, "exp"):
            return place
    return None


def exponential_difference(node: Node) -> tuple[Any, Node, Node] | None:
    """c, u and v of c·exp(u) - c·exp(v)."""
    coefficients, start = node.data
    if start or len(node.args) != 2 or sum(coefficients) or not all(is_call(term, "exp") for term in node.args):
        return None
    return coefficients[0], node.args[0].args[0], node.args[1].args[0]


def logarithm_of_one_plus(argument: Node) -> Logarithm | None:
    """log(1 + u) as log1p(u), log(1 + exp(u)) as softplus(u)."""
    if argument.op != "sum" or argument.data[1] != 1:
        return None
    terms = tuple(zip(argument.data[0], argument.args, strict=True))
    if len(terms) == 1 and terms[0][0] == 1 and is_call(terms[0][1], "exp"):
        return Logarithm("softplus", ((1, terms[0][1].args[0]),))
    return Logarithm("log1p", terms)


class FractionalPart(NamedTuple):
    """The places of u and of floor(u) or ceil(u) in a sum with coefficient·(u - floor(u))."""

    coefficient: Any
    place: int
    whole: int


def fractional_part(node: Node) -> FractionalPart | None:
    """The parts of u - floor(u) among other terms, which would be lost beside a large u."""
    places = {term: place for place, term in enumerate(node.args)}
    for whole, term in enumerate(node.args):
        if is_call(term, "floor") or is_call(term, "ceil"):
            place = places.get(term.args[0])
            if place is not None and node.data[0][place] == -node.data[0][whole]:
                return FractionalPart(node.data[0][place], place, whole)
    return None


PERIODIC = ("sin", "cos", "tan", "sec", "csc", "cot")


def turns(graph: Graph, argument: Node) -> Node | None:
    """u of 2*pi*u; None for what is no multiple of pi."""
    product = argument.args[0] if scalars.is_multiple(argument) else argument
    if product.op != "product" or not any(base.op == "constant" and base.data == "pi" for base in product.args):
        return None
    return scalars.multiply(graph, [(argument, 1), (scalars.constant(graph, "tau"), -1)])


def without_overflow(factors: list[Factor]) -> tuple[list[Factor], list[Extra]]:
    """Factors whose quotient is 0·inf or inf/inf in float64, replaced by powers of other functions."""
    extra: list[Extra] = []
    for base, exponent in factors:
        if is_call(base, "exp") and exponent > 0:
            factors, found = logistic(factors, base)
            extra += found
    return factors, extra


def exponentials(node: Node) -> list[Node] | None:
    """The exponents of a sum of positive multiples of at least two exponentials (one of them may be the number 1)."""
    if node.op != "sum" or node.data[1] < 0 or len(node.args) < 2:
        return None
    if min(node.data[0]) <= 0 or not all(is_call(term, "exp") for term in node.args):
        return None
    return [term.args[0] for term in node.args]


def logarithm_of_weights(argument: Node) -> list[Factor] | None:
    """The factors of a product of exponentials and of sums of them, whose logarithm is Σ a·u + Σ k·logsumexp."""
    if argument.op != "product":
        return None
    factors = list(zip(argument.args, argument.data, strict=True))
    known = [is_call(base, "exp") or exponentials(base) is not None for base, _ in factors]
    return factors if all(known) or single_weight(factors) else None


def single_weight(factors: list[Factor]) -> tuple[int, Node] | None:
    """The place of e**u in e**u/(e**u + rest), and the sum; None for other products.

    The rest must be a sum of exponentials, a single one, or a number.
    """
    if len(factors) != 2:
        return None
    powers = dict(factors)
    above = next((base for base, e in factors if e == 1 and is_call(base, "exp")), None)
    below = next((base for base, e in factors if e == -1 and base.op == "sum"), None)
    if above is None or below is None or above not in below.args or len(powers) != 2:
        return None
    place = below.args.index(above)
    coefficients, start = below.data
    if coefficients[place] != 1:
        return None
    others = [c for k, c in enumerate(coefficients) if k != place]
    if not all(is_call(term, "exp") for term in below.args) or min([start, *others]) < 0:
        return None
    plain = (not others and start) or (others == [1] and not start) or (len(others) > 1)
    return (place, below) if plain else None


class SoftmaxWeights(NamedTuple):
    """A quotient by a sum of exponentials: their sum, its (positive) exponent, those above, and all other factors."""

    base: Node
    exponent: Any
    above: list[Factor]
    rest: list[Factor]


def softmax_weights(factors: list[Factor]) -> SoftmaxWeights | None:
    """The parts of Π e**(a·u)/(Σ c·e**u)**k with Σ a <= k, the u above being among those below; None for others."""
    for base, exponent in factors:
        if exponent >= 0 or exponentials(base) is None:
            continue
        above = [factor for factor in factors if factor[0] in base.args and factor[1] > 0]
        if above and sum(a for _, a in above) <= -exponent:
            rest = [factor for factor in factors if factor[0] is not base and factor not in above]
            return SoftmaxWeights(base, -exponent, above, rest)
    return None


def logistic(factors: list[Factor], exponential: Node) -> tuple[list[Factor], list[Extra]]:
    """e**(a·u)/(1 + e**u)**b as sigmoid(u)**a·sigmoid(-u)**(b - a), for b >= a > 0."""
    above = dict(factors)[exponential]
    for base, exponent in factors:
        alone = base.op == "sum" and base.args == (exponential,) and base.data == ((1,), 1)
        if alone and -exponent >= above:
            rest = [factor for factor in factors if factor[0] not in (base, exponential)]
            u = exponential.args[0]
            both = [Extra("sigmoid", 1, u, above), Extra("sigmoid", -1, u, -exponent - above)]
            return rest, [extra for extra in both if extra.exponent]
    return factors, []


class Leg(NamedTuple):
    """One term of a sum of squares: (√coefficient·base**power)²; base None for the number alone."""

    coefficient: Any
    base: Node | None
    power: int


class Length(NamedTuple):
    """A power of √(Σ legs²)."""

    power: int
    legs: tuple[Leg, ...]


def length_of(base: Node, exponent: Any, others: Mapping[Node, Any]) -> Length | None:
    """base**exponent as a power of a length: hypot below the line, or a root of a sum of squares.

    A whole power of a sum of squares of one degree is one where a leg stands above it: x*y/(x**2 + y**2).
    """
    if is_call(base, "hypot"):
        legs = tuple(Leg(1, arg, 1) for arg in base.args)
        return Length(int(exponent), legs) if exponent < 0 and int(exponent) == exponent else None
    if base.op != "sum" or (2 * exponent).denominator != 1 or not 2 <= len(base.args) + bool(base.data[1]) <= MOST_LEGS:
        return None
    legs_or_none = [leg_of(c, arg) for c, arg in zip(base.data[0], base.args, strict=True)]
    legs = tuple(leg for leg in legs_or_none if leg is not None)
    if len(legs) < len(legs_or_none) or base.data[1] < 0:
        return None
    if exponent.denominator == 1:
        above = any(others.get(leg.base, 0) > 0 for leg in legs if leg.base is not None)
        if exponent > 0 or base.data[1] or not above or any(leg.power != 1 for leg in legs):
            return None
    start = (Leg(base.data[1], None, 1),) if base.data[1] else ()
    return Length(int(2 * exponent), (*start, *legs))


def leg_of(coefficient: Any, term: Node) -> Leg | None:
    """c·u**(2k) with c > 0."""
    if coefficient <= 0 or term.op != "product" or len(term.args) != 1:
        return None
    (power,) = term.data
    return Leg(coefficient, term.args[0], int(power) // 2) if power > 0 and power % 2 == 0 else None


class ExponentialTerm(NamedTuple):
    """coefficient·e**(Σ a·u)·Π rest, the exponents as pairs (u, a)."""

    coefficient: Any
    exponents: tuple[Factor, ...]
    rest: tuple[Factor, ...]


def exponential_terms(node: Node) -> list[ExponentialTerm] | None:
    """The terms of a sum, if one of them has an exponential as a factor."""
    if node.op != "sum" or len(node.args) > MOST_LEGS:
        return None
    terms = []
    for coefficient, term in zip(node.data[0], node.args, strict=True):
        factors = list(zip(term.args, term.data, strict=True)) if term.op == "product" else [(term, 1)]
        powers = tuple((base.args[0], e) for base, e in factors if is_call(base, "exp"))
        terms.append(ExponentialTerm(coefficient, powers, tuple(f for f in factors if not is_call(f[0], "exp"))))
    return terms if any(term.exponents for term in terms) else None


def has_exponential(base: Node) -> bool:
    """Is it e**u, sinh(u), cosh(u) or a sum with exponentials in its terms?"""
    return any(is_call(base, name) for name in ("exp", "sinh", "cosh")) or exponential_terms(base) is not None


def may_overflow(factors: list[Factor], rest: list[Factor]) -> bool:
    """Do exponentials stand above and below the line, and above the line in what better forms left?"""
    above = any(e > 0 and has_exponential(base) for base, e in rest)
    return above and any(e < 0 and has_exponential(base) for base, e in factors)
