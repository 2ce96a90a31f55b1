"""Products and quotients in float64: what overflows or vanishes above and below the line is scaled beforehand.

A length h = √(x² + y²) is hypot, and x·y/h³ is (x/h)·(y/h)/h. A sum of exponentials is e**m times what is near 1, m its
greatest exponent; of a quotient of such sums the e**m are joined to one.

Sources: Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions (2021); Blue, A portable
Fortran program to find the Euclidean norm of a vector (1978), for the scaling.
"""

from __future__ import annotations

from math import nan, sqrt

from gradcli.codegen import stable_forms
from gradcli.codegen.emitter import Emitter
from gradcli.codegen.folding import is_literal, literal
from gradcli.program.forms import scalars
from gradcli.program.rationals import exact_power, ratio
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.codegen.folding import Operand
    from gradcli.codegen.stable_forms import Factor
    from gradcli.program.graph import Graph, Node

    Rational = Any
    Powers = list[tuple[Operand, Rational]]

VANISHING = frozenset(("sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "expm1", "log1p", "erf"))
"""Functions that are 0 at 0."""

MOST_DIVISIONS = 4
"""More divisions by one length are one by its power."""


class QuotientEmitter(Emitter):
    """Products of powers."""

    def __init__(self, graph: Graph, inputs: Sequence[str], native: Any) -> None:
        super().__init__(graph, inputs, native)
        self.shifted_sums: dict[Node, tuple[Operand, Operand]] = {}
        self.in_definition = 0

    def quotient(self, node: Node, values: Mapping[Node, Operand]) -> Operand:
        """What is above the line, divided by what is below."""
        factors, literals = self.without_constants(list(zip(node.args, node.data, strict=True)))
        if self.in_definition:
            return self.fraction([(values[base], e) for base, e in factors], literals)
        powers: Powers = []
        rest, found = self.special(factors)
        if stable_forms.may_overflow(factors, rest):
            powers, factors = self.exponentials(factors, values)
        else:
            factors = rest
            for part in found:
                powers += self.weights(part) if isinstance(part, stable_forms.SoftmaxWeights) else [self.extra(part)]
        factors, lengths, shares = self.over_lengths(factors, values)
        powers += [(values[base], exponent) for base, exponent in factors]
        return self.fraction(powers, [*literals, *shares], lengths)

    def special(self, factors: list[Factor]) -> tuple[list[Factor], list[Any]]:
        """The factors without those that are softmax weights, sigmoids and tangents, and these."""
        found: list[Any] = []
        weights = stable_forms.softmax_weights(factors)
        while weights is not None:
            found.append(weights)
            factors = weights.rest
            weights = stable_forms.softmax_weights(factors)
        factors, extra = stable_forms.without_overflow(factors)
        return factors, [*found, *extra]

    def fraction(
        self, powers: Powers, literals: Sequence[Operand], lengths: Sequence[tuple[Operand, int]] = ()
    ) -> Operand:
        """The product of powers and numbers, divided by each length as often as it says."""
        powers = self.paired(powers)
        above = [*literals, *(self.raised(base, e) for base, e in powers if e > 0)]
        below = [self.raised(base, -e) for base, e in powers if e < 0]
        below += [self.raised(length, count) for length, count in lengths if count > MOST_DIVISIONS]
        top = self.joined("multiply", above) if above else 1.0
        whole = self.emit("divide", top, self.joined("multiply", below)) if below else top
        for length, count in lengths:
            for _ in range(count if count <= MOST_DIVISIONS else 0):
                whole = self.emit("divide", whole, length)
        return whole

    def paired(self, powers: Powers) -> Powers:
        """sin(u)**k/b**k as (sin(u)/b)**k: both may vanish together, and their powers do so earlier."""
        left = list(powers)
        for base, e in powers:
            made = self.made(base)
            if made is not None and made.operation in VANISHING and e > 1:
                below = next((power for power in left if power[1] == -e), None)
                if below is not None:
                    left[left.index((base, e))] = self.emit("divide", base, below[0]), e
                    left.remove(below)
        return left

    def without_constants(
        self, factors: list[tuple[Node, Rational]]
    ) -> tuple[list[tuple[Node, Rational]], list[float]]:
        """The factors with a variable, and the product of the others as one literal: x*2**(1/2)."""
        constant = [factor for factor in factors if factor[0] in self.constant]
        if constant:
            product = scalars.multiply(self.graph, constant)
            values = folded([product])
            if product in values:
                return [factor for factor in factors if factor[0] not in self.constant], [values[product]]
        return factors, []

    # -------------------------------------------------------------------------------- lengths

    def over_lengths(
        self, factors: list[Factor], values: Mapping[Node, Operand]
    ) -> tuple[list[Factor], list[tuple[Operand, int]], list[Operand]]:
        """Other factors; lengths that are left to divide by, with how often; parts of lengths divided by them."""
        left = dict(factors)
        lengths: list[tuple[Operand, int]] = []
        shares: list[Operand] = []
        for base, exponent in factors:
            found = stable_forms.length_of(base, exponent, left)
            if found is None:
                continue
            del left[base]
            length = self.length(found, values) if base.op == "sum" else values[base]
            if found.power > 0:
                shares.append(self.raised(length, found.power))
                continue
            count = -found.power
            for leg in found.legs:
                above = left.get(leg.base, 0) if leg.base is not None and leg.power == 1 else 0
                times = min(count, above) if type(above) is int else 0
                if leg.base is not None and times > 0:
                    shares.append(self.raised(self.emit("divide", values[leg.base], length), times))
                    count -= times
                    left[leg.base] -= times
            lengths += [(length, count)] if count else []
        return [factor for factor in left.items() if factor[1]], lengths, shares

    def length(self, found: stable_forms.Length, values: Mapping[Node, Operand]) -> Operand:
        """√Σ c·u² by hypot."""
        legs = [self.leg(leg, values) for leg in found.legs]
        while len(legs) > 1:
            legs = [
                self.named("hypot", *legs[i : i + 2]) if i + 1 < len(legs) else legs[i] for i in range(0, len(legs), 2)
            ]
        return legs[0]

    def leg(self, leg: stable_forms.Leg, values: Mapping[Node, Operand]) -> Operand:
        """√c·base**power of one term."""
        scale = square_root(leg.coefficient)
        if leg.base is None:
            return scale
        value = values[leg.base] if leg.base in values else self.values[leg.base]
        return self.emit("multiply", scale, self.raised(value, leg.power))

    # ------------------------------------------------------------------------------ exponentials

    def exponentials(self, factors: list[Factor], values: Mapping[Node, Operand]) -> tuple[Powers, list[Factor]]:
        """Powers whose product is that of all factors with exponentials, and the other factors."""
        powers: Powers = []
        rest: list[Factor] = []
        exponents: dict[tuple[type, Operand], Rational] = {}
        for base, exponent in factors:
            if not stable_forms.has_exponential(base):
                rest.append((base, exponent))
                continue
            top, whole = self.scaled_exponential(base)
            key = type(top), top  # the literal 0.0 is not the number 0
            exponents[key] = exponents.get(key, 0) + exponent
            if whole is not None:
                powers.append((whole, exponent))
        terms = [(c, top) for (_, top), c in exponents.items() if c]
        return [*powers, *([(self.named("exp", self.total(terms, 0)), 1)] if terms else [])], rest

    def scaled_exponential(self, base: Node) -> tuple[Operand, Operand | None]:
        """m and the rest of e**u, sinh(u), cosh(u) or a sum with exponentials as e**m·rest; None for 1."""
        if base.op == "sum":
            return self.shifted(base)
        argument = self.values[base.args[0]]
        if base.data.name == "exp":
            return argument, None
        size = self.named("abs", argument)
        twice = self.emit("multiply", -2.0, size)
        if base.data.name == "cosh":
            whole = self.emit("add", 0.5, self.emit("multiply", 0.5, self.named("exp", twice)))
        else:
            half = self.emit("multiply", 0.5, self.named("expm1", twice))
            whole = self.emit("select", self.emit(">", argument, 0.0), self.emit("negate", half), half)
        return size, whole

    def shifted(self, node: Node) -> tuple[Operand, Operand]:
        """m and Σ c·r·exp(u - m) of a sum with exponentials, m the greatest u."""
        if node not in self.shifted_sums:
            parts = stable_forms.exponential_terms(node)
            assert parts is not None
            start = node.data[1]
            exponents = [self.total([(a, self.values[u]) for u, a in part.exponents], 0) for part in parts]
            distinct = {(type(u), u): u for u in [*exponents, *([0.0] if start else [])]}  # 0.0 is not the number 0
            top = self.named("max", *distinct.values())
            if len(parts) == 1 and parts[0].coefficient == -start and not parts[0].rest:
                self.shifted_sums[node] = top, self.less_one(parts[0].coefficient, exponents[0])
                return self.shifted_sums[node]
            difference = stable_forms.exponential_difference(node)
            if difference is not None:
                apart = self.emit("subtract", *exponents)
                self.shifted_sums[node] = top, self.less_one(difference[0], apart)
                return self.shifted_sums[node]
            terms = []
            for part, exponent in zip(parts, exponents, strict=True):
                rest = [(self.values[base], e) for base, e in part.rest]
                weight = self.weight(exponent, top)
                terms.append((part.coefficient, self.fraction([*rest, (weight, 1)], []) if rest else weight))
            terms += [(start, self.weight(0.0, top))] if start else []
            self.shifted_sums[node] = top, self.total(terms, 0)
        return self.shifted_sums[node]

    def less_one(self, coefficient: Rational, exponent: Operand) -> Operand:
        """c·(e**u - 1)/e**max(u, 0): no digit is lost beside 0."""
        above = self.emit("negate", self.named("expm1", self.emit("negate", exponent)))
        choice = self.emit("select", self.emit(">", exponent, 0.0), above, self.named("expm1", exponent))
        return self.total([(coefficient, choice)], 0)

    def weight(self, exponent: Operand, top: Operand) -> Operand:
        """exp(u - m)."""
        below = self.emit("negate", top) if is_literal(exponent, 0.0) else self.emit("subtract", exponent, top)
        return 1.0 if exponent == top and type(exponent) is type(top) else self.named("exp", below)

    def weights(self, found: stable_forms.SoftmaxWeights) -> Powers:
        """Π e**(a·u)/(Σ c·e**u)**k as powers of what neither overflows nor vanishes together."""
        top, whole = self.shifted(found.base)
        powers = [(self.weight(self.values[node.args[0]], top), a) for node, a in found.above]
        missing = found.exponent - sum(a for _, a in found.above)
        return [*powers, *([(self.weight(0.0, top), missing)] if missing else []), (whole, -found.exponent)]

    def extra(self, part: stable_forms.Extra) -> tuple[Operand, Rational]:
        """A power of a row's function of ±node."""
        argument = self.values[part.node]
        return self.named(part.function, argument if part.sign == 1 else self.emit("negate", argument)), part.exponent


def length_by_scaling(run: Emitter, operands: Sequence[Operand]) -> Operand:
    """hypot where there is none: the greater side times √(squares of the sides divided by it)."""
    sides = [run.named("abs", operand) for operand in operands]
    top = run.named("max", *sides)
    squares = [run.raised(run.emit("divide", side, top), 2) for side in sides]
    scaled = run.emit("multiply", top, run.emit("sqrt", run.joined("add", squares)))
    return run.emit("select", run.emit(">", top, 0.0), scaled, top)


WRITTEN_OUT: Mapping[str, Callable[[Emitter, Sequence[Operand]], Operand]] = {"hypot": length_by_scaling}
"""Rows whose texts would overflow, as instructions."""


def square_root(number: Rational) -> Operand:
    """√number: exact where the number is a square."""
    root = exact_power(number, ratio(1, 2))
    return sqrt(literal(number)) if root is None else literal(root)


FOLDED = ("sum", "product", "power", "call", "where", "constant")
"""Operations whose values are folded where they have no variable."""


def folded(nodes: Sequence[Node]) -> dict[Node, float]:
    """The values of nodes without variables, each correctly rounded, nan where there is certainly none.

    A machine makes a number of tan(asin(1)). What is beyond float64 or not decided is left out.
    """
    if not nodes:
        return {}
    from gradcli.evaluate.certified.certify import certify

    found = zip(nodes, certify(nodes, {}), strict=True)
    return {
        node: nan if result.value is None else float(result.value)
        for node, result in found
        if result.value is not None or (result.status == "undefined" and node.op == "call")
    }


SHORT = 2.0**20
"""A number with so few binary digits behind the point, or fewer, looks exact."""


def without_seeming(graph: Graph, values: Mapping[Node, float]) -> dict[Node, float]:
    """The values without those that look like exact numbers, 1 or 3/4, and are certainly others."""
    from gradcli.evaluate.certified.certify import certify

    short = [n for n, v in values.items() if abs(v) < 2.0**32 and (v * SHORT).is_integer()]
    errors = certify([scalars.add(graph, [(node, 1)], -ratio(*values[node].as_integer_ratio())) for node in short], {})
    seeming = {node for node, error in zip(short, errors, strict=True) if error.value}
    return {node: value for node, value in values.items() if node not in seeming}
