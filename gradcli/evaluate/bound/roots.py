"""Roots of equations in balls: Newton's iteration from a start, and an interval Newton step that proves the root.

If N = m - F(m)/F'(Y) lies within Y, then Y holds exactly one root, and N holds it (Neumaier, Interval Methods for
Systems of Equations, 1990, section 5.1).
"""

from __future__ import annotations

from gradcli.evaluate.bound.analytic import NOWHERE, BoundBody, is_real
from gradcli.evaluate.certified.values import Undefined, is_bad
from gradcli.flints import acb, arb, ctx
from gradcli.program.bound.partials import body_derivative
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import LETTER, parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

    from gradcli.rules.bound import BoundRule

STEPS: Final = 200
"""Steps of Newton's iteration before a start is given up."""

HALVINGS: Final = 30
"""How often a step that leads away from the root is halved."""

GROWTH: Final = 12
"""How often an interval that proves nothing is doubled."""


def root(rule: BoundRule, args: Sequence[acb], bound: Callable[..., Any]) -> Any:
    """The root near the start args[0] for these parameters; beside the real axis to first order.

    `Undefined`: no root was found, or F_y may be 0 there. `bound` evaluates functions in F that bind letters.
    """
    function, slopes = ready(rule, bound)
    names = {parameter(i): acb(value.real) for i, value in enumerate(args[1:])}

    def at(y: arb) -> Any:
        (value,) = function({**names, LETTER: acb(y)}, False)
        return value if type(value) is Undefined else value.real

    def slope(y: arb) -> list[Any]:
        return slopes({**names, LETTER: acb(y)}, False)

    middle = iterated(at, slope, args[0].real.mid())
    if middle is None:
        near = args[0].real.mid().str(6, radius=False)
        return Undefined(f"no root of the equation for {rule.letter} was found near {near}")
    found = proved(at, slope, middle)
    if found is None:
        place = middle.str(6, radius=False)
        what = f"the derivative of the equation by {rule.letter} may be 0 near {rule.letter} = {place}"
        return Undefined(f"{what}: it defines no function there")
    if all(map(is_real, args)):
        return acb(found)
    below, *above = slope(found)
    if is_bad((below, *above)) is not None:
        return NOWHERE
    change = sum((-by.real / below.real * value.imag for by, value in zip(above, args[1:], strict=True)), arb(0))
    return acb(found, change)


def ready(rule: BoundRule, bound: Callable[..., Any]) -> tuple[BoundBody, BoundBody]:
    """F, and its derivatives by the letter and by each parameter, made ready once."""
    if "ready" not in rule.kept:
        names = (LETTER, *(parameter(i) for i in range(len(rule.args) - rule.own)))
        partials = [body_derivative(rule.graph, rule, name) for name in names]
        rule.kept["ready"] = BoundBody([rule.body], bound), BoundBody(partials, bound)
    made: tuple[BoundBody, BoundBody] = rule.kept["ready"]
    return made


def iterated(at: Callable[[arb], Any], slope: Callable[[arb], list[Any]], start: arb) -> arb | None:
    """Newton's iteration, its steps halved while they lead away; None where it finds no root."""
    here, value = start, at(start)
    for _ in range(STEPS):
        if type(value) is Undefined or not value.is_finite():
            return None
        steep = slope(here)[0]
        if type(steep) is Undefined or not steep.real.is_finite() or steep.real.mid() == 0:
            return here if abs(value.mid()) < arb(2) ** (-ctx.prec // 2) else None
        step = (value.mid() / steep.real.mid()).mid()
        if abs(step) <= arb(2) ** (8 - ctx.prec) * (1 + abs(here)):
            return (here - step).mid()
        for _ in range(HALVINGS):
            ahead = (here - step).mid()
            reached = at(ahead)
            if type(reached) is not Undefined and reached.is_finite() and not abs(reached.mid()) > abs(value.mid()):
                break
            step = (step / 2).mid()
        else:
            return here if abs(value.mid()) < arb(2) ** (-ctx.prec // 2) else None
        here, value = ahead, reached
    return None


def proved(at: Callable[[arb], Any], slope: Callable[[arb], list[Any]], middle: arb) -> arb | None:
    """A ball that certainly holds one root, None where F_y may be 0."""
    value, steep = at(middle), slope(middle)[0]
    if is_bad((value, steep)) is not None or not (abs(steep.real) > 0):
        return None
    radius = (abs(value / steep.real).upper() * 2 + arb(2) ** (4 - ctx.prec) * (1 + abs(middle))).upper()
    for _ in range(GROWTH):
        around = middle + arb(0, 1) * radius
        over = slope(around)[0]
        if type(over) is Undefined or not abs(over.real) > 0:
            return None
        found = middle - value / over.real
        if abs(found - middle) < radius:
            return found
        radius = (2 * radius).upper()
    return None
