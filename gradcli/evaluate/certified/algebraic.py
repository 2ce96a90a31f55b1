"""Values that are rational though their parts are not: cos(pi), sqrt(2)**2 - 2, log(e**3), found by their form.

A ball around 0 never says that it is 0. The form of an expression does, for algebraic numbers: they are 0 or
further from it than a bound that follows from how they are made.

Source: Burnikel, Funke, Mehlhorn, Schirra, Schmitt, A Separation Bound for Real Algebraic Expressions (ESA 2001).
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm, prod

from gradcli.evaluate.certified.values import as_ball, rational
from gradcli.flints import arb, fmpq
from gradcli.records import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node

    Units = frozenset[tuple[Any, Fraction]]


PI = frozenset({("pi", Fraction(1))})

LARGEST_DENOMINATOR = 1000
"""Of the rational numbers that a value is compared with."""

LARGEST_CIRCLE = 5040
"""Of the roots of unity that angles lead to; their degree enters the bound."""

WIDEST = 16
"""Terms, factors and roots of one value; longer ones are left to balls."""


class AlgebraicForm(NamedTuple):
    """A value a*Π unit**exponent, `a` algebraic, the units pi, e and logarithms of rational numbers > 1.

    a = A/B of two algebraic integers, in the field of some roots and roots of unity.
    exact   `a` where it is known to be this rational number
    upper   every conjugate of A is at most 2**upper
    lower   every conjugate of B is at most 2**lower
    roots   the roots taken: (what is under the root, its degree)
    circle  the order of the roots of unity
    units   (unit, exponent), exponents other than 0; all units are positive
    """

    exact: fmpq | None
    upper: int
    lower: int
    roots: frozenset[tuple[Node, int]] = frozenset()
    circle: int = 1
    units: Units = frozenset()

    @property
    def degree(self) -> int:
        """At most so many conjugates."""
        turns = sum(gcd(turn, self.circle) == 1 for turn in range(self.circle))
        return turns * prod(degree for _, degree in self.roots)


class Forms(Protocol):
    """What an evaluation knows: the values at this precision in bits, and the forms of those that have one."""

    values: dict[Node, Value]
    bits: int

    def form(self, node: Node) -> AlgebraicForm | None:
        """How the value of a node comes about."""


def of_rational(value: fmpq) -> AlgebraicForm:
    """A rational number."""
    return AlgebraicForm(value, bits_of(value.p), bits_of(value.q))


def bits_of(integer: Any) -> int:
    """n with |integer| <= 2**n."""
    return int(abs(integer)).bit_length()


def form_of(node: Node, value: arb, run: Forms) -> AlgebraicForm | None:
    """The form of a node whose value is in a ball, None where it is of another kind, or too large."""
    known = run.form
    if node.op == "constant":
        return AlgebraicForm(fmpq(1), 0, 0, units=frozenset({(node.data, Fraction(1))})) if node.data != "inf" else None
    if node.op == "variable":
        return known(node)
    if len(node.args) > WIDEST:
        return None
    args = [form for form in map(known, node.args) if form is not None]
    if len(args) < len(node.args):
        return None
    if node.op == "sum":
        return form_of_sum(args, *node.data)
    if node.op == "product":
        return form_of_product(node.args, args, node.data)
    if node.op != "call":
        return None
    if node.data.name in ARCS:
        return form_of_arc(ARCS[node.data.name], args[0], as_ball(run.values[node.args[0]]), value, run.bits)
    return CALLS[node.data.name](node, args[0]) if node.data.name in CALLS else None


def form_of_sum(terms: list[AlgebraicForm], coefficients: tuple[Any, ...], constant: Any) -> AlgebraicForm | None:
    """A sum whose terms have the same units, but for those that cancel."""
    scaled = [times(term, of_rational(rational(factor))) for term, factor in zip(terms, coefficients, strict=True)]
    totals: dict[Units, AlgebraicForm] = {frozenset(): of_rational(rational(constant))} if constant != 0 else {}
    for term in scaled:
        totals[term.units] = plus(totals[term.units], term) if term.units in totals else term
    left = [total for total in totals.values() if total.exact != 0]
    return within_reach(left[0]) if len(left) == 1 else None if left else of_rational(fmpq(0))


def plus(first: AlgebraicForm, second: AlgebraicForm) -> AlgebraicForm:
    """The sum of two values of the same units."""
    exact = None if first.exact is None or second.exact is None else first.exact + second.exact
    upper = max(first.upper + second.lower, first.lower + second.upper) + 1
    return joined(exact, upper, first.lower + second.lower, first, second, first.units)


def form_of_product(
    bases: tuple[Node, ...], factors: list[AlgebraicForm], exponents: tuple[Any, ...]
) -> AlgebraicForm | None:
    """Powers with rational exponents."""
    total = of_rational(fmpq(1))
    for base, factor, exponent in zip(bases, factors, exponents, strict=True):
        total = times(total, power(base, factor, Fraction(exponent)))
    return within_reach(total)


def times(first: AlgebraicForm, second: AlgebraicForm) -> AlgebraicForm:
    """The product of two values."""
    exact = None if first.exact is None or second.exact is None else first.exact * second.exact
    exponents = dict(first.units)
    for unit, exponent in second.units:
        exponents[unit] = exponents.get(unit, Fraction(0)) + exponent
    units = frozenset((unit, exponent) for unit, exponent in exponents.items() if exponent)
    return joined(exact, first.upper + second.upper, first.lower + second.lower, first, second, units)


def power(base: Node, form: AlgebraicForm, exponent: Fraction) -> AlgebraicForm:
    """A rational power: with a root of degree k, (A/B)**(1/k) = (A*B**(k - 1))**(1/k) / B."""
    upper, lower, roots, exact = form.upper, form.lower, form.roots, form.exact
    degree, times_over = exponent.denominator, exponent.numerator
    if degree > 1:
        upper = -(-(upper + (degree - 1) * lower) // degree)
        roots = roots | {(base, degree)}
        exact = exact if exact == 1 else None
    if times_over < 0:
        upper, lower, times_over = lower, upper, -times_over
        exact = 1 / exact if exact else None
    exact = None if exact is None else exact**times_over if times_over * bits_of(exact.p * exact.q) < 1000 else None
    units = frozenset((unit, power * exponent) for unit, power in form.units)
    return AlgebraicForm(exact, upper * times_over, lower * times_over, roots, form.circle, units)


def joined(
    exact: fmpq | None, upper: int, lower: int, first: AlgebraicForm, second: AlgebraicForm, units: Units
) -> AlgebraicForm:
    """A value in the field of both."""
    return AlgebraicForm(exact, upper, lower, first.roots | second.roots, lcm(first.circle, second.circle), units)


def within_reach(form: AlgebraicForm) -> AlgebraicForm | None:
    """The form, where its degree can be counted."""
    return form if form.circle <= LARGEST_CIRCLE and len(form.roots) <= WIDEST else None


def form_of_angle(node: Node, form: AlgebraicForm) -> AlgebraicForm | None:
    """sin, cos and their quotients at q*pi: twice a sine is an algebraic integer whose conjugates are at most 2."""
    if form.exact is None or form.units != PI:
        return None
    return within_reach(AlgebraicForm(None, 1, 1, circle=lcm(4, 2 * int(form.exact.q))))


def form_of_exp(node: Node, form: AlgebraicForm) -> AlgebraicForm | None:
    """exp(q) is a power of e, exp(q*log(r)) a power of r."""
    if form.exact is None:
        return None
    exponent = Fraction(int(form.exact.p), int(form.exact.q))
    if not form.units:
        return AlgebraicForm(fmpq(1), 0, 0, units=frozenset({("e", exponent)})) if exponent else None
    ((unit, degree), *rest) = form.units
    if rest or degree != 1 or not isinstance(unit, LogUnit):
        return None
    return power(node, of_rational(unit.of), exponent)


def form_of_hyperbolic(node: Node, form: AlgebraicForm) -> AlgebraicForm | None:
    """sinh, cosh and tanh of q*log(r), from the power of r."""
    growth = form_of_exp(node, form)
    if growth is None or growth.units:
        return None
    decay = power(node, growth, Fraction(-1))
    sinh = form_of_sum([growth, decay], (Fraction(1, 2), Fraction(-1, 2)), 0)
    cosh = form_of_sum([growth, decay], (Fraction(1, 2), Fraction(1, 2)), 0)
    if sinh is None or cosh is None:
        return None
    name = node.data.name
    return cosh if name == "cosh" else sinh if name == "sinh" else times(sinh, power(node, cosh, Fraction(-1)))


class LogUnit(NamedTuple):
    """The unit log(of), `of` rational and greater than 1."""

    of: fmpq


def form_of_log(node: Node, form: AlgebraicForm) -> AlgebraicForm | None:
    """log(e**q) is q; the logarithm of a rational number is a unit of its own."""
    if form.exact is None:
        return None
    if not form.units and form.exact != 1:
        unit = LogUnit(max(form.exact, 1 / form.exact))
        return AlgebraicForm(fmpq(1 if form.exact > 1 else -1), 0, 0, units=frozenset({(unit, Fraction(1))}))
    if form.exact != 1 or [unit for unit, _ in form.units] != ["e"]:
        return None
    ((_, exponent),) = form.units
    return of_rational(rational(exponent))


def form_of_cube_root(node: Node, form: AlgebraicForm) -> AlgebraicForm | None:
    """The real cube root of an algebraic number."""
    return None if form.units else within_reach(power(node.args[0], form, Fraction(1, 3)))


def form_of_absolute(node: Node, form: AlgebraicForm) -> AlgebraicForm:
    """|x| is x or -x."""
    return form._replace(exact=None if form.exact is None else abs(form.exact))


CALLS = {
    **dict.fromkeys(("sin", "cos", "tan", "cot", "sec", "csc"), form_of_angle),
    **dict.fromkeys(("sinh", "cosh", "tanh"), form_of_hyperbolic),
    "exp": form_of_exp,
    "log": form_of_log,
    "cbrt": form_of_cube_root,
    "abs": form_of_absolute,
}
"""Functions with algebraic values, or logarithms, at some arguments, by the names of their rows."""


ARCS: dict[str, Callable[[arb], arb]] = {
    "asin": lambda turn: turn.sin_pi(),
    "acos": lambda turn: turn.cos_pi(),
    "atan": lambda turn: turn.tan_pi(),
}
"""Functions whose values are rational parts of pi at some algebraic numbers, and the argument for such a part."""


def form_of_arc(
    back: Callable[[arb], arb], form: AlgebraicForm, argument: arb, value: arb, bits: int
) -> AlgebraicForm | None:
    """q*pi, where the argument is the sine of it, or what belongs to the arc."""
    near = near_rational(value / arb.pi(), bits, LARGEST_CIRCLE // 4)
    if form.units or near is None:
        return None
    turn = rational(near)
    angle = AlgebraicForm(None, 1, 1, circle=lcm(4, 2 * near.denominator))
    between = plus(angle, form)
    if within_reach(between) is None or not is_zero(between, back(arb(turn)) - argument, bits):
        return None
    return AlgebraicForm(turn, bits_of(turn.p), bits_of(turn.q), units=PI)


def is_zero(form: AlgebraicForm, value: arb, bits: int) -> bool:
    """Is a number of this form, which is in the ball, 0? Another would be 2**-wanted at least."""
    wanted = (form.degree - 1) * form.upper + form.lower
    return wanted < bits and bool(abs(value) < arb(2) ** -wanted)


def near_rational(value: arb, bits: int, denominator: int) -> Fraction | None:
    """The rational number next to the middle of a ball, None where the ball is infinite or beyond 2**bits."""
    if not value.is_finite():
        return None
    mantissa, exponent = value.mid().man_exp()
    if exponent > 0:
        return None
    if exponent <= -2 * bits:
        return Fraction(0)
    return Fraction(int(mantissa), 1 << -int(exponent)).limit_denominator(denominator)


def settled(form: AlgebraicForm, value: arb, bits: int) -> Value:
    """The rational number that the ball's value is, where the form proves it at this precision; else the ball."""
    if form.units or not value.is_finite():
        return value
    if form.exact is not None:
        return form.exact if value.contains(form.exact) else value
    near = near_rational(value, bits, LARGEST_DENOMINATOR)
    if near is None:
        return value
    guess = rational(near)
    top, bottom = bits_of(guess.p), bits_of(guess.q)
    upper = max(form.upper + bottom, form.lower + top) + 1
    rest = form._replace(upper=upper, lower=form.lower + bottom)
    return guess if is_zero(rest, value - arb(guess), bits) else value
