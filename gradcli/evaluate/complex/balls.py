"""Evaluation beside the real axis, for the complex step: f(p + ih*e), with each part's real value at p at hand.

What a real number decides (the branch of `where`, the largest of several, the sign in abs, the step of floor) is
decided by the real values at p, so that functions that are not analytic continue from the piece on which p lies.
"""

from __future__ import annotations

from fractions import Fraction

from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.templates import template
from gradcli.evaluate.certified.values import Undefined, as_ball, is_known, rational
from gradcli.evaluate.kernels import complex_kernel
from gradcli.flints import acb, arb, ctx, fmpq, fmpz
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node

NOWHERE = acb(arb("nan"), arb("nan"))
"""A complex number of which nothing is known: the function is not analytic at the point."""


class Beside:
    """One evaluation beside the real axis.

    real      the evaluation at the real point; it must have filled what is asked for here
    moving    name of a variable -> its complex value
    """

    def __init__(self, real: Balls, moving: Mapping[str, acb]) -> None:
        self.real = real
        self.moving = moving
        self.values: dict[Node, acb] = {}

    def evaluate(self, roots: Sequence[Node]) -> list[acb]:
        """The roots' complex values at the precision of the real evaluation."""
        with ctx.workprec(self.real.bits):
            for node in reachable(roots):
                if node.op == "variable" and node.data in self.moving:
                    self.values[node] = self.moving[node.data]
                elif node in self.real.values and any(arg in self.values for arg in node.args):
                    self.real.look_at_clock(16)
                    self.values[node] = CONTINUED[node.op](self, node)
            return [self.value(root) for root in roots]

    def value(self, node: Node) -> acb:
        """A node's complex value; a part that does not move has its real one."""
        found = self.values.get(node)
        return as_complex(self.real.values[node]) if found is None else found


def as_complex(value: Value) -> acb:
    """A real value as a complex ball."""
    return acb(as_ball(value)) if is_known(value) else NOWHERE


def sum_beside(run: Beside, node: Node) -> acb:
    """constant + Σ coefficient·term."""
    coefficients, start = node.data
    total = acb(arb(rational(start)))
    for arg, coefficient in zip(node.args, coefficients, strict=True):
        value = run.value(arg)
        total += value if coefficient == 1 else value * arb(rational(coefficient))
    return total


def product_beside(run: Beside, node: Node) -> acb:
    """Π base**exponent."""
    total = acb(1)
    for arg, exponent in node.factors():
        value = run.value(arg)
        total *= value if exponent == 1 else power_beside(run, arg, value, exponent)
    return total


def power_beside(run: Beside, node: Node, base: acb, exponent: int | Fraction) -> acb:
    """base**exponent; fractional powers are analytic beside positive numbers only."""
    if exponent == int(exponent):
        return base ** fmpz(int(exponent))
    if not run.real.values[node] > 0:
        return NOWHERE if node in run.values else as_complex(run.real.values[node]) ** arb(rational(exponent))
    if exponent == Fraction(1, 2):
        return base.sqrt()
    return base ** acb(arb(rational(exponent)))


def general_power_beside(run: Beside, node: Node) -> acb:
    """base**exponent where both may move."""
    base, exponent = node.args
    value = run.real.values[exponent]
    if exponent not in run.values and type(value) is fmpq:
        return power_beside(run, base, run.value(base), Fraction(int(value.p), int(value.q)))
    if not run.real.values[base] > 0:
        return NOWHERE
    return run.value(base) ** run.value(exponent)


def where_beside(run: Beside, node: Node) -> acb:
    """The branch that holds at the real point."""
    condition, yes, no = node.args
    holds = run.real.values[condition]
    return NOWHERE if holds is None or type(holds) is Undefined else run.value(yes if holds else no)


def no_number(run: Beside, node: Node) -> acb:
    """Conditions are taken from the real point; unknown functions have no values."""
    return NOWHERE


def call_beside(run: Beside, node: Node) -> acb:
    """The continuation of the row's function from the real point."""
    rule = node.data
    if node in run.real.touched:
        return NOWHERE
    follow = PIECES.get(rule.name)
    if follow is not None:
        return follow(run, node)
    kernel = complex_kernel(rule)
    return defined_beside(run, node) if kernel is None else kernel(*[run.value(arg) for arg in node.args])


def defined_beside(run: Beside, node: Node) -> acb:
    """The continuation of the row's definition. Definitions nest as deep as rows do."""
    names, definition, _ = template(node.data, len(node.args))
    bound = dict(zip(names, node.args, strict=True))
    real = Balls({name: run.real.values[arg] for name, arg in bound.items()}, run.real.deadline)
    real.evaluate([definition], run.real.bits)
    moving = {name: run.values[arg] for name, arg in bound.items() if arg in run.values}
    return Beside(real, moving).evaluate([definition])[0]


def abs_beside(run: Beside, node: Node) -> acb:
    """z·sgn(Re z)."""
    value = run.value(node.args[0])
    return value if run.real.values[node.args[0]] > 0 else -value


def constant_beside(run: Beside, node: Node) -> acb:
    """floor, ceil and sign are constant between their jumps."""
    return as_complex(run.real.values[node])


def extreme_beside(run: Beside, node: Node) -> acb:
    """The argument that is the largest or smallest at the real point."""
    values = [run.real.values[arg] for arg in node.args]
    sign = 1 if node.data.name == "max" else -1
    best = max(range(len(values)), key=lambda i: sum(bool((values[i] - other) * sign > 0) for other in values))
    return run.value(node.args[best])


PIECES: dict[str, Callable[[Beside, Node], acb]] = {
    "abs": abs_beside,
    "floor": constant_beside,
    "ceil": constant_beside,
    "sign": constant_beside,
    "max": extreme_beside,
    "min": extreme_beside,
}

CONTINUED: dict[str, Callable[[Any, Node], acb]] = {
    "sum": sum_beside,
    "product": product_beside,
    "power": general_power_beside,
    "call": call_beside,
    "where": where_beside,
    "compare": no_number,
    "and": no_number,
    "or": no_number,
    "not": no_number,
    "abstract": no_number,
}
