"""Exact rational evaluation: what can be known without rounding, and nothing else.

A node whose value is not a rational number, or not certainly one, has the value None here; `balls` takes it from there.
A tie (abs at 0, max of equal numbers, a comparison of equal numbers) and a closed end of a domain (sqrt at 0) are left
to `balls` too, which notes them.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.graph import reachable
from gradcli.program.rationals import PERFECT, perfect_root
from gradcli.records import TYPE_CHECKING, cache

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Node

    Exact = Any
    """An int, a `fractions.Fraction` or, in large programs, a `flint.fmpq`."""


LARGE = 300
"""Nodes from which flint's rationals pay for their import."""


def evaluate_exact(nodes: Sequence[Node], point: Mapping[str, Node]) -> list[Exact | None]:
    """The exact value of each node at the point, or None where exact rationals do not suffice.

    Undefined values (1/0), ties, irrational values and numbers of more than `limits.EXACT_BITS` bits are None.
    """
    needed = reachable(nodes)
    names = {node.data for node in needed if node.op == "variable"}
    bound = {name: point[name].data if point[name].op == "number" else None for name in names}
    whole = all(type(value) is int for value in bound.values())
    convert = as_it_is if whole or len(needed) < LARGE else large_rationals()
    values = sweep(needed, {name: convert(value) for name, value in bound.items()}, convert)
    return [values[node] for node in nodes]


RATIONAL_OPERATIONS = ("variable", "number", "sum", "product")
"""Operations without switches and ends of domains: where a value is rational, nothing else is to be known."""


class Rationals:
    """Exact values at a point whose names stand for numbers, or for nodes in other names. `known`: what was found."""

    def __init__(self, point: Mapping[str, Node]) -> None:
        self.point = point
        self.known: dict[str, Exact | None] = {}

    def value(self, name: str) -> Exact | None:
        """The value of a name, None where it is not rational or too long."""
        waiting = [name]
        while waiting:
            node = self.point[waiting[-1]]
            needed = reachable([node])
            missing = [part.data for part in needed if part.op == "variable" and part.data not in self.known]
            if missing:
                waiting.extend(missing)
                continue
            plain = all(part.op in RATIONAL_OPERATIONS for part in needed)
            self.known[waiting.pop()] = sweep(needed, self.known, as_it_is)[node] if plain else None
        return self.known[name]


def as_it_is(value: Exact | None) -> Exact | None:
    """Python's own integers and fractions."""
    return value


def large_rationals() -> Callable[[Exact | None], Exact | None]:
    """A function that makes flint's rationals of Python's fractions."""
    from gradcli.flints import fmpq

    def convert(value: Exact | None) -> Exact | None:
        if value is None or type(value) is int or type(value) is fmpq:
            return value
        return fmpq(value.numerator, value.denominator)

    return convert


def sweep(needed: list[Node], bound: Mapping[str, Exact | None], convert: Callable[[Any], Any]) -> dict[Node, Any]:
    """The values of all nodes, given in order."""
    values: dict[Node, Any] = {}
    for node in needed:
        op = node.op
        if op == "product":
            values[node] = exact_product(node, values, convert)
        elif op == "sum":
            values[node] = exact_sum(node, values, convert)
        elif op == "variable":
            values[node] = bound[node.data]
        elif op == "number":
            values[node] = convert(node.data)
        elif op == "call":
            values[node] = exact_call(node, [values[arg] for arg in node.args])
        elif op == "power":
            base, exponent = (values[arg] for arg in node.args)
            at_end = base is not None and base <= 0 and node.args[1].op != "number"  # not real for other exponents
            values[node] = None if at_end else exact_power(base, exponent, convert)
        else:
            values[node] = exact_choice(node, [values[arg] for arg in node.args])
    return values


def exact_sum(node: Node, values: dict[Node, Any], convert: Callable[[Any], Any]) -> Exact | None:
    """constant + Σ coefficient·term. The size is looked at now and then: unlike denominators multiply."""
    coefficients, total = node.data
    if type(total) is not int:
        total = convert(total)
    for count, (arg, coefficient) in enumerate(zip(node.args, coefficients, strict=True)):
        value = values[arg]
        if value is None:
            return None
        if coefficient == 1:
            total += value
        else:
            total += (coefficient if type(coefficient) is int else convert(coefficient)) * value
        if count & 63 == 63 and bits_of(total) > limits.EXACT_BITS:
            return None
    return total if bits_of(total) <= limits.EXACT_BITS else None


def exact_product(node: Node, values: dict[Node, Any], convert: Callable[[Any], Any]) -> Exact | None:
    """Π base**exponent, None for a zero with a negative exponent and for a number that grows too long."""
    total = 1
    for arg, exponent in node.factors():
        value = values[arg]
        if value is None:
            return None
        if exponent == 1:
            total = total * value
        elif exponent == 2:
            total = total * (value * value)
        else:
            factor = exact_power(value, exponent, convert)
            if factor is None:
                return None
            total = total * factor
        if bits_of(total) > limits.EXACT_BITS:
            return None
    return total


def exact_power(base: Exact | None, exponent: Exact | None, convert: Callable[[Any], Any]) -> Exact | None:
    """base**exponent for rational exponents, where the answer is rational."""
    if base is None or exponent is None:
        return None
    if type(exponent) is not int:
        if exponent.denominator != 1:
            return exact_root(base, exponent, convert)
        exponent = int(exponent.numerator)
    if exponent < 0:
        return reciprocal(exact_power(base, -exponent, convert), convert)
    if base in (0, 1) or bits_of(base) * exponent <= limits.EXACT_BITS:
        return base**exponent
    return None


def reciprocal(value: Exact | None, convert: Callable[[Any], Any]) -> Exact | None:
    """1/value, an int where it is one; None for 0."""
    if value is None or value == 0:
        return None
    if type(value) is not int:
        return 1 / value
    if value in (1, -1):
        return value
    from fractions import Fraction

    return convert(Fraction(1, value))


def exact_root(base: Exact, exponent: Exact, convert: Callable[[Any], Any]) -> Exact | None:
    """base**(p/q) where numerator and denominator are perfect powers: (4/9)**(1/2) is 2/3.

    None at 0, where the domain may end.
    """
    if base <= 0:
        return None
    root = perfect_root(base, int(exponent.denominator))
    if root is None:
        return None
    above, below = root
    if below != 1:
        from fractions import Fraction

        above = convert(Fraction(above, below))
    return exact_power(above, int(exponent.numerator), convert)


def bits_of(value: Exact) -> int:
    """Length of the longer of numerator and denominator, in bits."""
    if isinstance(value, int):
        return value.bit_length()
    if hasattr(value, "height_bits"):
        return int(value.height_bits())
    return max(int(value.numerator).bit_length(), int(value.denominator).bit_length())


def exact_choice(node: Node, args: list[Any]) -> Any:
    """where, comparisons and logic; None where undecided or at a tie. `where` needs its own branch alone."""
    op = node.op
    if op == "where":
        return None if args[0] is None else args[1] if args[0] else args[2]
    if op == "compare":
        return None if None in args or args[0] == args[1] else COMPARISONS[node.data](args[0], args[1])
    if op == "not":
        return None if args[0] is None else not args[0]
    if op == "truth":
        return node.data
    if op == "and":
        return False if False in args else None if None in args else True
    if op == "or":
        return True if True in args else None if None in args else False
    return None


def exact_call(node: Node, args: list[Any]) -> Exact | None:
    """Functions that are rational at rational numbers, away from their kinks, and the values that a row lists."""
    if None in args:
        return None
    rule = node.data
    decide = DECISIONS.get(rule.name)
    if decide is not None:
        return decide(*args)
    if rule.name in PERFECT:
        return PERFECT[rule.name](args[0])
    return listed_value(rule, args[0]) if rule.exact and len(args) == 1 else None


def listed_value(rule: Any, value: Exact) -> Exact | None:
    """The integer that the row lists for this argument; None at a closed end of the domain, where f has one side."""
    if type(value) is not int:
        if value.denominator != 1:
            return None
        value = int(value.numerator)
    values, ends = listed_integers(rule.name)
    return None if value in ends else values.get(value)


@cache
def listed_integers(name: str) -> tuple[Mapping[int, int], Collection[int | None]]:
    """The integers at which a row lists an integer, with these; and which integers are closed ends of the domain."""
    from gradcli.rules import RULES

    rule = RULES[name]
    pairs = ((integer_of(at), integer_of(result)) for at, result in rule.exact)
    ends = {integer_of(text) for one in rule.domain for text, closed in ends_of(one) if closed}
    return {at: result for at, result in pairs if at is not None and result is not None}, ends


def ends_of(interval: Any) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """Both ends of an interval of a row, and whether each belongs to it."""
    return (interval.low, interval.low_closed), (interval.high, interval.high_closed)


def integer_of(text: str) -> int | None:
    """The integer that a text spells, or None."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() else None


def exact_abs(value: Exact) -> Exact | None:
    """|value| away from 0."""
    return abs(value) if value != 0 else None


def exact_sign(value: Exact) -> Exact | None:
    """The sign away from 0."""
    return None if value == 0 else 1 if value > 0 else -1


def exact_floor(value: Exact) -> Exact | None:
    """The largest integer below a number that is not an integer itself."""
    if type(value) is int or value.denominator == 1:
        return None
    return int(value.numerator) // int(value.denominator)


def exact_ceil(value: Exact) -> Exact | None:
    """The smallest integer above a number that is not an integer itself."""
    below = exact_floor(value)
    return None if below is None else below + 1


def exact_max(*values: Exact) -> Exact | None:
    """The largest value where no other equals it."""
    largest = max(values)
    return largest if sum(value == largest for value in values) == 1 else None


def exact_min(*values: Exact) -> Exact | None:
    """The smallest value where no other equals it."""
    smallest = min(values)
    return smallest if sum(value == smallest for value in values) == 1 else None


DECISIONS: dict[str, Callable[..., Exact | None]] = {
    "abs": exact_abs,
    "sign": exact_sign,
    "floor": exact_floor,
    "ceil": exact_ceil,
    "max": exact_max,
    "min": exact_min,
}


def nearest(value: Exact) -> float | None:
    """The nearest float64, ties to even; None where it is beyond the largest."""
    try:
        # Division of Python's integers rounds correctly, subnormal numbers included.
        return (int(value.numerator) / int(value.denominator)) + 0.0
    except OverflowError:
        return None
