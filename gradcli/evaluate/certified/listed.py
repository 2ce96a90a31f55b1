"""Values of rows at rational arguments that are rational themselves: those that a row lists, and perfect powers."""

from __future__ import annotations

from gradcli.evaluate.certified.exact import listed_integers
from gradcli.flints import fmpq
from gradcli.program.rationals import PERFECT, from_flint
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.rules.rule import Rule


def listed_ball(rule: Rule, argument: fmpq) -> fmpq | None:
    """The rational value for this argument, or None where it has none, or none is known."""
    if rule.name in PERFECT:
        value = PERFECT[rule.name](from_flint(argument))
        return None if value is None else fmpq(value.numerator, value.denominator)
    if argument.q != 1 or not rule.exact:
        return None
    value = listed_integers(rule.name)[0].get(int(argument.p))
    return None if value is None else fmpq(value)
