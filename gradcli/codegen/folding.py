"""What an instruction is without being carried out: arithmetic of literals, neutral elements, decided conditions."""

from __future__ import annotations

import math
import operator

from gradcli.evaluate.certified.exact import nearest
from gradcli.problems import GradcliError
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Rational = Any

Operand = int | float
CONDITIONS = (*COMPARISONS, "and", "or", "not")


def literal(value: Rational) -> float:
    """An exact number as the nearest float64."""
    found = nearest(value)
    if found is None:
        raise GradcliError("overflow", "a number of this function is beyond the largest float64, 1.8e308")
    return found


def is_decimal(denominator: int) -> bool:
    """Has a fraction with this denominator finitely many decimals?"""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def sort_key(operand: Operand) -> tuple[bool, Operand]:
    """Literals first, then by number: one order for a·b and b·a."""
    return (type(operand) is int, operand)


def simplified(operation: str, arguments: tuple[Operand, ...]) -> Operand | None:
    """What an instruction is without being carried out: a neutral element, an arithmetic of literals."""
    first, second = arguments[0], arguments[-1]
    if operation == "select":
        if type(first) is bool:
            return arguments[1] if first else second
        return second if repr(arguments[1]) == repr(second) else None
    if operation in CONDITIONS:
        return decided(operation, first, second)
    if operation in ARITHMETIC and type(first) is float and type(second) is float:
        found = ARITHMETIC[operation](first, second)
        return found if math.isfinite(found) else None
    if operation == "divide" and type(first) is float and is_literal(second, 0.0):  # an error in Python and in Fortran
        return math.copysign(math.inf, first) if first else math.nan
    if operation in ("max", "min") and type(first) is int and type(second) is int and first == second:
        return first
    if operation == "multiply" and is_literal(first, 1.0):
        return second
    if operation in ("multiply", "divide", "power") and is_literal(second, 1.0):
        return first
    return -first if operation == "negate" and type(first) is float else None


def decided(operation: str, first: Operand, second: Operand) -> Operand | None:
    """A condition of literals, or of one condition twice; True and False are operands only on the way."""
    if operation in COMPARISONS:
        if type(first) is int and type(second) is int and first == second:
            return COMPARISONS[operation](0, 0)
        return COMPARISONS[operation](first, second) if type(first) is float and type(second) is float else None
    if operation == "not":
        return not first if type(first) is bool else None
    if type(first) is bool:
        first, second = second, first
    if type(second) is bool:
        neutral = operation == "and"
        return first if second is neutral else second
    return first if first == second else None


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
}


def is_literal(operand: Operand | None, value: float) -> bool:
    """Is it this number?"""
    return type(operand) is float and operand == value
