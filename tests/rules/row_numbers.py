"""Rows as functions of balls, and points that lie on every piece of a row's domain, at many scales."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product

from flint import acb, arb, ctx, fmpq

from gradcli.evaluate.domains import border_problem
from gradcli.evaluate.fields import Field, formula, row_function
from gradcli.evaluate.kernels import ball_kernel, complex_kernel
from gradcli.rules.rule import Rule

TINY = Fraction(1, 2**20)
SPREAD = ("1/1000000", "1/8", "3/10", "7/10", "19/20", "9/8", "19/10", "13/5", "17/5", "73/10", "151/5", "801/2")
UNARY = tuple(sign * Fraction(text) for text in SPREAD for sign in (1, -1))
ORDERS = (Fraction(0), Fraction(1), Fraction(3))
FEW = tuple(map(Fraction, ("-23/10", "-2/5", "3/5", "17/10", "26/5")))
PARAMETERS = tuple(map(Fraction, ("1/3", "3/2", "-7/4")))
TRIPLES = (
    *(PARAMETERS[i:] + PARAMETERS[:i] for i in range(3)),
    PARAMETERS[:1] * 3,
    PARAMETERS[1:2] * 2 + PARAMETERS[:1],
)
"""Each parameter in each place, and equal ones."""
ARGUMENTS = tuple(map(Fraction, ("-73/10", "-2/5", "1/1000000", "3/5", "9/10", "26/5")))


def constant(name):
    """pi, e, tau or inf as a ball at the precision of the moment."""
    return {"pi": arb.pi(), "e": arb.const_e(), "tau": 2 * arb.pi(), "inf": arb("inf")}[name]


def ball(number):
    """An exact rational as a ball at the precision of the moment."""
    fraction = Fraction(number)
    return arb(fmpq(fraction.numerator, fraction.denominator))


def below(left, right):
    """Is the first ball below the second? None where they overlap without being the same point."""
    if left < right:
        return True
    return False if left >= right else None


BALLS = Field(ball, constant, below, lambda yes, no: yes.union(no), ball_kernel)
COMPLEX = Field(
    lambda number: acb(ball(number)),
    lambda name: acb(constant(name)),
    lambda left, right: below(left.real, right.real),
    lambda yes, no: acb("nan"),
    complex_kernel,
)
MEANING = BALLS._replace(kernel=lambda rule: None if rule.means else ball_kernel(rule))
"""Balls by the definitions wherever there is one."""


def value(rule: Rule, point) -> arb:
    """The row's value as a ball at the precision of the moment."""
    return row_function(rule, BALLS)(*map(ball, point))


def text_value(text: str, rule: Rule | None = None, point=()) -> arb:
    """A row's text at a point, as a ball; `out` is the row's value."""
    names = {} if rule is None else {**dict(zip(rule.args, map(ball, point), strict=True)), "out": value(rule, point)}
    return compiled(text)(names)


@cache
def compiled(text: str):
    """A text as a function of balls."""
    return formula(text, BALLS)


def edges(rule: Rule) -> list[Fraction]:
    """The ends of the domain and the kinks that are plain numbers."""
    ends = [end for interval in rule.domain for end in (interval.low, interval.high)]
    texts = ends + [kink.at for kink in rule.kinks]
    return [Fraction(text) for text in texts if text.strip("-").replace("/", "").isdigit()]


def integer_place(rule: Rule) -> int:
    """The place of the argument that must be an integer, at least somewhere."""
    return rule.args.index(rule.integer.rstrip("?"))


def is_inside(rule: Rule, point) -> bool:
    """True where the row has a finite value at the point and all round it."""
    with ctx.workprec(300):
        near = [arb(ball(number), 1e-9) for number in point]
        if rule.integer:
            whole = integer_place(rule)
            near[whole] = ball(point[whole])
        return border_problem(rule, near) is None and value(rule, point).is_finite()


@cache
def points(rule: Rule) -> tuple[tuple[Fraction, ...], ...]:
    """Points inside the domain, off the kinks: on every piece, next to every edge, small, moderate and large."""
    if len(rule.args) == 1:
        beside = [edge + step for edge in edges(rule) for step in (TINY, -TINY)]
        candidates = [(x,) for x in (*UNARY, *beside)]
    elif len(rule.args) == 2:
        orders = (*ORDERS, Fraction(-2), Fraction(1, 2)) if rule.integer.endswith("?") else ORDERS
        first = orders if rule.integer else FEW
        candidates = list(product(first, (*ARGUMENTS, Fraction(151, 5)) if rule.integer else ARGUMENTS))
    elif len(rule.args) == 3 and rule.integer:
        orders = (Fraction(0), Fraction(-7, 4), Fraction(3, 2))
        candidates = list(product(orders, ARGUMENTS[2:], (Fraction(1), Fraction(2))))
    elif rule.integer:
        rest = product(TRIPLES, ARGUMENTS[:-1:2], (Fraction(1), Fraction(2), Fraction(3)))
        candidates = [(*parameters, x, number) for parameters, x, number in rest]
    elif len(rule.args) == 4:
        candidates = [(*parameters, x) for parameters, x in product(TRIPLES, ARGUMENTS)]
    else:
        candidates = list(product(*[PARAMETERS] * (len(rule.args) - 1), ARGUMENTS))
    return tuple(point for point in candidates if is_inside(rule, point) and not is_tied(rule, point))


@cache
def points_along(rule: Rule, index: int) -> tuple[tuple[Fraction, ...], ...]:
    """The points beside which the row is real along one argument: an order that has to be an integer cannot move."""
    if rule.args[index] != rule.integer.rstrip("?"):
        return points(rule)
    return tuple(point for point in points(rule) if point[rule.bounded] > 0)


def is_tied(rule: Rule, point) -> bool:
    """True on a kink, which may lie where another argument is (max)."""
    return any(text_value(kink.at, rule, point).overlaps(ball(point[0])) for kink in rule.kinks)


def label(case) -> str:
    """What a test case is called: a row by its name, a kink by its place, a pair by its first part."""
    return str(getattr(case, "name", getattr(case, "at", case[0] if isinstance(case, tuple) else case)))


def close(first, second, relative: float, absolute: float = 0.0) -> bool:
    """True if both balls are finite, narrow, and within the tolerance of each other."""
    if not (first.is_finite() and second.is_finite()):
        return False
    gap = abs(first - second).upper()
    return bool(gap <= arb(relative) * abs(second).lower() + arb(absolute))
