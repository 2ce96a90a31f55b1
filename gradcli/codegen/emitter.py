"""Instructions as they are emitted: equal ones once, sums and products in balanced parts."""

from __future__ import annotations

from gradcli.codegen.folding import Operand, is_decimal, literal, simplified, sort_key
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Rule

    Rational = Any

LONGEST_CHAIN = 16
"""Longer sums and products are done in pairs of parts: less rounding, and no long wait of one step for the last."""

MULTIPLIED_POWER = 64
"""Integer powers up to this are multiplications."""


class Instruction(NamedTuple):
    """One operation on operands."""

    operation: str
    arguments: tuple[Operand, ...]


class Emitter:
    """Operations on operands, and the operands of nodes that are done."""

    def __init__(self, graph: Graph, inputs: Sequence[str], native: Container[str]) -> None:
        self.inputs = {name: number for number, name in enumerate(inputs)}
        self.native = native
        self.instructions: list[Instruction] = []
        self.numbers: dict[tuple[Any, ...], int] = {}
        self.values: dict[Node, Operand] = {}
        self.constant: set[Node] = set()
        self.graph = graph

    def call(self, rule: Rule, operands: Sequence[Operand]) -> Operand:
        """A row's function of operands."""
        raise NotImplementedError

    def named(self, name: str, *operands: Operand) -> Operand:
        """The function of the row with this name."""
        from gradcli.rules import RULES

        return self.call(RULES[name], operands)

    def emit(self, operation: str, *arguments: Operand) -> Operand:
        """The result of an instruction, which may have been made before, or be a number."""
        simpler = simplified(operation, arguments)
        if simpler is not None:
            return simpler
        if operation == "select":
            inner = self.made(arguments[0])
            if inner is not None and inner.operation == "not":
                return self.emit("select", inner.arguments[0], arguments[2], arguments[1])
        if operation in ("negate", "abs"):
            inner = self.made(arguments[0])
            if inner is not None and inner.operation == "negate":
                return inner.arguments[0] if operation == "negate" else self.emit("abs", *inner.arguments)
        if operation in ("add", "multiply") and sort_key(arguments[0]) > sort_key(arguments[1]):
            arguments = (arguments[1], arguments[0])
        key = (operation, arguments, tuple(map(type, arguments)))  # the literal 1.0 is not the number 1
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.inputs) + len(self.instructions)
            self.instructions.append(Instruction(operation, arguments))
        return found

    def made(self, operand: Operand) -> Instruction | None:
        """The instruction that made an operand; None for inputs and literals."""
        place = operand - len(self.inputs) if type(operand) is int else -1
        return self.instructions[place] if place >= 0 else None

    def joined(self, operation: str, operands: list[Operand]) -> Operand:
        """The sum or product of operands, in order; of many in balanced parts."""
        while len(operands) > LONGEST_CHAIN:
            parts = range(0, len(operands), LONGEST_CHAIN)
            operands = [self.joined(operation, operands[i : i + LONGEST_CHAIN]) for i in parts]
        whole = operands[0]
        for operand in operands[1:]:
            whole = self.emit(operation, whole, operand)
        return whole

    def total(self, terms: list[tuple[Rational, Operand]], start: Rational) -> Operand:
        """The sum of terms, what is negative subtracted; the number comes last, as the terms may cancel: y - x + 7."""
        positive = [self.scaled(c, value) for c, value in terms if c > 0]
        negative = [self.scaled(-c, value) for c, value in terms if c < 0]
        if start > 0 and positive and negative and len(negative) <= LONGEST_CHAIN:
            return self.emit("add", self.total(terms, 0), literal(start))
        (positive if start > 0 else negative).extend([literal(abs(start))] if start else [])
        if not positive:
            return self.emit("negate", self.joined("add", negative)) if negative else 0.0
        whole = self.joined("add", positive)
        if len(negative) > LONGEST_CHAIN:
            negative = [self.joined("add", negative)]
        for value in negative:
            whole = self.emit("subtract", whole, value)
        return whole

    def scaled(self, coefficient: Rational, value: Operand) -> Operand:
        """coefficient·value; a fraction that is no short decimal divides, since its float64 would not be exact."""
        top, bottom = coefficient.numerator, coefficient.denominator
        if bottom == 1 or is_decimal(bottom) or max(top, bottom) >= 2**53:
            return self.emit("multiply", literal(coefficient), value)
        return self.emit("divide", self.emit("multiply", float(top), value), float(bottom))

    def raised(self, base: Operand, exponent: Rational) -> Operand:
        """base**exponent for a positive exponent: by multiplications and square roots where they do."""
        whole, doubled = exponent.numerator // exponent.denominator, 2 * exponent
        if doubled.denominator != 1 or whole > MULTIPLIED_POWER:
            return self.emit("power", base, literal(exponent))
        parts = [self.emit("sqrt", base)] if doubled % 2 else []
        square = base
        while whole:
            if whole % 2:
                parts.append(square)
            whole //= 2
            if whole:
                square = self.emit("multiply", square, square)
        return self.joined("multiply", parts)
