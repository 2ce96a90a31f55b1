"""Straight-line code at one point, a number at a time: what a small function costs is the call, not the arithmetic."""

from __future__ import annotations

import math
import operator

from gradcli.evaluate.float64.functions import greatest, least
from gradcli.evaluate.kernels import float_kernel
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES
from gradcli.rules.bound import BoundName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.codegen.straightline import StraightLine

    Step = tuple[Callable[..., Any], int, int | None]

FAILURES = (ArithmeticError, ValueError)
"""What functions of one number raise where arrays have inf or nan: another machine has to answer."""

PLAIN: dict[str, Callable[..., Any]] = {
    "negate": operator.neg, "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "divide": operator.truediv, "power": math.pow,
    **COMPARISONS,
    "and": lambda one, other: one and other, "or": lambda one, other: one or other, "not": operator.not_,
    "select": lambda condition, one, other: one if condition else other,
    "max": greatest, "min": least, "abs": abs,
}  # fmt: skip
"""Operations that are no rows, and rows that Python has."""


class OnePoint:
    """The code, ready to run: `machine(point)` is the list of its outputs, in the order of the code.

    Raises one of FAILURES where a step has no value in Python; what only one side of a choice needs is computed too.
    """

    def __init__(self, code: StraightLine) -> None:
        literals: dict[float, int] = {}
        kept: list[float] = []
        # for functions of more than two arguments value 0 is the list of values itself
        self.is_wide = any(len(arguments) > 2 for _, arguments in code.instructions)
        first = self.is_wide + len(code.inputs)

        def literal(number: float) -> int:
            key = number if number else math.copysign(math.inf, number)  # 0.0 and -0.0 are two
            if key not in literals:
                literals[key] = first + len(kept)
                kept.append(number)
            return literals[key]

        operands = [*(a for _, arguments in code.instructions for a in arguments), *code.outputs]
        for operand in operands:
            if type(operand) is float:
                literal(operand)
        behind = first + len(kept) - len(code.inputs)

        def place(operand: float) -> int:
            if type(operand) is float:
                return literal(operand)
            return int(operand) + (self.is_wide if operand < len(code.inputs) else behind)

        self.literals = kept
        self.steps = [step(operation, [place(a) for a in arguments]) for operation, arguments in code.instructions]
        outputs = [place(output) for output in code.outputs]
        # of one place `itemgetter` returns the value alone
        self.outputs: Any = operator.itemgetter(*outputs) if len(outputs) > 1 else taker_of_one(outputs[0])

    def __call__(self, point: Sequence[float]) -> list[Any]:
        """The outputs at a point, one float an input; a condition is a truth value."""
        values: list[Any] = [*point, *self.literals]
        if self.is_wide:
            values.insert(0, values)
        for function, one, other in self.steps:  # the method is looked up quicker than it is called by another name
            values.append(function(values[one]) if other is None else function(values[one], values[other]))
        return list(self.outputs(values))


def taker_of_one(place: int) -> Callable[[Sequence[Any]], list[Any]]:
    """What `itemgetter` is of several places."""
    return lambda values: [values[place]]


def step(operation: str, places: list[int]) -> Step:
    """An operation with the places of its arguments."""
    function = PLAIN.get(operation) or row_function(operation, len(places))
    if len(places) <= 2:
        return function, places[0], places[1] if len(places) == 2 else None
    return lambda values: function(*[values[place] for place in places]), 0, None


def row_function(name: str, count: int) -> Callable[..., Any]:
    """The function of a row."""
    rule = name.rule if isinstance(name, BoundName) else RULES.get(name)
    if rule is None:
        from gradcli.cas.rows import fallback_rule

        rule = fallback_rule(name, count)
    assert rule is not None
    return float_kernel(rule)
