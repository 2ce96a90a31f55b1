"""Texts of scalars evaluated by Python's own parser and mpmath, with their slopes by differences."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

import mpmath
from mpmath import mpf

from tests.hunts.expressions import BINARY, COMPARE, UNARY, OutOfReachError, UndefinedError

DIGITS, STEP = 190, mpf(10) ** -60
AGREE = mpf(10) ** -20
STEEP = mpf(10) ** 12
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


class Slope(NamedTuple):
    """A derivative from both sides; None where a side has none."""

    left: Any
    right: Any

    @property
    def number(self) -> Any:
        """The derivative, from inside at an end of the domain; None where there is none."""
        if self.left is None or self.right is None:
            return self.left if self.right is None else self.right
        size = max(abs(self.left), abs(self.right))
        return (self.left + self.right) / 2 if abs(self.left - self.right) <= AGREE * max(size, 1) else None


class Formulas:
    """Texts at one point; names of statements stand for their texts. D(u) is the derivative by `variable`."""

    def __init__(self, point: Mapping[str, Any], statements: Mapping[str, str], variable: str = "") -> None:
        self.point, self.variable = dict(point), variable
        self.statements = {name: ast.parse(text, mode="eval").body for name, text in statements.items()}

    def value(self, text: str) -> Any:
        """The value of a text; UndefinedError where there is none."""
        return self.of(ast.parse(text, mode="eval").body)

    def slope(self, text: str, name: str) -> Slope:
        """The derivative of a text by a name, which is a number of its own here."""
        return self.slope_of(ast.parse(text, mode="eval").body, name)

    def slope_of(self, tree: ast.expr, name: str) -> Slope:
        at = self.point[name] if name in self.point else self.of(ast.Name(name))
        held = self.point.get(name)
        h = STEP * max(1, abs(at))

        def moved(x: Any) -> Any:
            self.point[name] = x
            return self.of(tree)

        try:
            here = moved(at)
            sides = []
            for sign in (-1, 1):
                try:  # second order, so that smooth functions have equal sides
                    sides.append(sign * (4 * moved(at + sign * h) - 3 * here - moved(at + 2 * sign * h)) / (2 * h))
                except UndefinedError:
                    sides.append(None)
        finally:
            if held is None:
                del self.point[name]
            else:
                self.point[name] = held
        if any(side is not None and abs(side) > STEEP for side in sides):
            raise OutOfReachError  # perhaps a vertical tangent
        if abs(here) * mpf(10) ** (10 - DIGITS) > h * AGREE:
            raise OutOfReachError  # the differences are rounding
        return Slope(*sides)

    def of(self, tree: ast.expr) -> Any:
        """The value of one part."""
        if isinstance(tree, ast.Constant):
            return mpf(repr(tree.value))
        if isinstance(tree, ast.Name):
            return self.named(tree.id)
        if isinstance(tree, ast.UnaryOp):
            return not self.of(tree.operand) if isinstance(tree.op, ast.Not) else -self.of(tree.operand)
        if isinstance(tree, ast.BoolOp):
            values = [self.of(part) for part in tree.values]
            return all(values) if isinstance(tree.op, ast.And) else any(values)
        if isinstance(tree, ast.Compare):
            return COMPARE[COMPARISONS[type(tree.ops[0])]](self.of(tree.left), self.of(tree.comparators[0]))
        if isinstance(tree, ast.BinOp):
            return applied(OPERATORS[type(tree.op)], [self.of(tree.left), self.of(tree.right)])
        assert isinstance(tree, ast.Call), ast.dump(tree)
        assert isinstance(tree.func, ast.Name), ast.dump(tree)
        if tree.func.id == "where":
            return self.of(tree.args[1 if self.of(tree.args[0]) else 2])
        if tree.func.id == "D":
            slope = self.slope_of(tree.args[0], self.variable).number
            if slope is None:
                raise UndefinedError
            return slope
        return applied(tree.func.id, [self.of(part) for part in tree.args])

    def named(self, name: str) -> Any:
        if name in self.point:
            return self.point[name]
        if name in self.statements:
            return self.of(self.statements[name])
        if name not in ("pi", "e"):
            raise UndefinedError
        return {"pi": +mpmath.pi, "e": +mpmath.e}[name]


def applied(name: str, values: list[Any]) -> Any:
    """A function or an operator of numbers."""
    if name not in (UNARY if len(values) == 1 else BINARY):
        raise OutOfReachError
    try:
        found = values[0]
        if len(values) == 1:
            found = UNARY[name](*values)
        for value in values[1:]:
            found = BINARY[name](found, value)
    except (ValueError, ZeroDivisionError) as error:
        raise UndefinedError from error
    except (OverflowError, MemoryError, mpmath.libmp.NoConvergence) as error:
        raise OutOfReachError from error
    if isinstance(found, mpmath.mpc) or mpmath.isnan(found):
        raise UndefinedError
    return found
