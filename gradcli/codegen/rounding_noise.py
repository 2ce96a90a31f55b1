"""Straight-line code whose rounded results are all moved by some roundings more: how far numbers go tells their error.

Three runs with other noise beside the plain one show what float64 has lost there, by cancellation or by an
argument far out, without a bound for each operation. Coordinates are rounded, too, where they are not what they print:
0.1 is one tenth, and 1e100 that power of ten.

Source: J. Vignes, A stochastic arithmetic for reliable scientific computation, Math. Comput. Simul. 35 (1993).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from gradcli.codegen.emitter import Instruction
from gradcli.codegen.folding import CONDITIONS
from gradcli.codegen.numpy_machine import UFUNCS, Machine
from gradcli.codegen.straightline import StraightLine
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from numpy.typing import NDArray

    from gradcli.codegen.folding import Operand

    Array = NDArray[np.float64]

EXACT: Final = frozenset((*CONDITIONS, "select", "negate", "abs", "max", "min", "sign", "floor", "ceil"))
"""Operations whose results are not rounded."""

GROWING: Final = frozenset(("add", "subtract", "expm1", "logaddexp", "hypot", "sinh", "cosh"))
"""Operations of NumPy whose results may be too large, and are not too small."""

HARMLESS: Final = frozenset(UFUNCS) - GROWING - {"multiply", "divide", "power", "exp", "exp2"}
"""Operations of NumPy whose results are neither, of others; what is in neither set may be both."""

VANISHING: Final = {"multiply": 2, "divide": 1, "power": 1, "gamma": 0}
"""Operations whose results may be 0 only because they are too small, with how many of their arguments may be 0."""

PERIODIC: Final = frozenset(("sin", "cos", "tan"))
FAR: Final = 2.0**50
"""Functions whose values have no digits from here on, if the argument is rounded: a choice may hide that."""

SIGNS: Final = 31
"""Columns of random signs: two roundings that would cancel each other in one run rarely do so in all."""

RUNS: Final = 3

LEAST, MOST = 3, 16
"""Roundings by which a result is moved: many sizes, so that two of them hardly cancel each other in all runs."""

MEAN: Final = 8

SMALLEST_NORMAL: Final = 2.0**-1022
"""What is nearer to zero has fewer digits than it prints."""


class NoisyMachine:
    """The code with noise, ready to run.

    Example: `NoisyMachine(code, 2).spread([x, y], table)` for a table of the numbers of the plain code, two a row.
    """

    def __init__(self, code: StraightLine, shown: int) -> None:
        noisy = with_noise(code._replace(outputs=code.outputs[:shown]))
        self.noises = len(noisy.inputs) - len(code.inputs)
        self.machine = Machine(with_extremes(noisy))

    def spread(self, columns: Sequence[NDArray[Any]], table: Array) -> Array:
        """How far each number of the table, (rows, shown), moves at most; infinitely far where roundings tell nothing.

        That is where a number inside is beyond the largest float64, and where one is next to the smallest.
        """
        rows, shown = table.shape
        moved = np.zeros((rows, shown))
        results = np.empty((shown + 2, rows))
        with np.errstate(all="ignore"):
            inexact = [~are_exact(column) for column in columns]
            for run in range(RUNS):
                noise = factors(min(SIGNS, self.noises + len(columns)), rows, run)
                given = [
                    np.where(rounded, column * noise[-1 - place % len(noise)], column)
                    for place, (rounded, column) in enumerate(zip(inexact, columns, strict=True))
                ]
                self.machine([*given, *noise[: self.noises]], list(results))
                far = np.abs(results[:-2].T - table)
                np.maximum(moved, np.where(np.isnan(far) & np.isfinite(table), np.inf, far), out=moved)
            lost = (results[-2] == np.inf) | (results[-1] < SMALLEST_NORMAL)
            lost |= ((np.abs(table) < SMALLEST_NORMAL) & (table != 0)).any(axis=1)
            for column in columns:
                lost |= (np.abs(column) < SMALLEST_NORMAL) & (column != 0)
        moved[lost] = np.inf
        return moved / MEAN


def are_exact(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Which numbers are certainly what they print: those with few binary digits, none of them far behind the point."""
    scaled = column * 2.0**20
    return np.asarray((scaled == np.floor(scaled)) & (np.abs(scaled) < 2.0**53))


@lru_cache(maxsize=4)
def factors(kinds: int, rows: int, run: int) -> Array:
    """1 ± some roundings: one row of factors a kind of noise, the same ones for each run of that number."""
    drawn = np.random.default_rng(run).integers(LEAST, MOST + 1, (kinds, rows), dtype=np.int8)
    signs = np.random.default_rng(RUNS + run).integers(0, 2, (kinds, rows), dtype=np.int8)
    return 1 + (2.0**-52 * drawn) * (2.0 * signs - 1)


def with_noise(code: StraightLine) -> StraightLine:
    """The code with further inputs, the factors by which its rounded results are multiplied."""
    first = len(code.inputs)
    rounded = [number for number, instruction in enumerate(code.instructions, first) if is_rounded(instruction)]
    noises = min(SIGNS, len(rounded))
    start = first + noises
    names = tuple(f"{k} rounded" for k in range(noises))  # no name of a program has a space
    numbers: dict[Operand, int] = {number: number for number in range(first)}
    places = {number: k % SIGNS for k, number in enumerate(rounded)}
    instructions: list[Instruction] = []

    def emit(operation: str, arguments: tuple[Operand, ...]) -> int:
        instructions.append(Instruction(operation, arguments))
        return start + len(instructions) - 1

    for number, (operation, arguments) in enumerate(code.instructions, first):
        made = emit(operation, tuple(numbers[a] if type(a) is int else a for a in arguments))
        numbers[number] = emit("multiply", (first + places[number], made)) if number in places else made
    outputs = tuple(numbers[output] if type(output) is int else output for output in code.outputs)
    return StraightLine((*code.inputs, *names), tuple(instructions), outputs)


def with_extremes(code: StraightLine) -> StraightLine:
    """The code with two outputs more: the sizes of the greatest number on the way, and of the least that is not 0.

    The greatest is infinite where a sine is asked too far out.
    """
    instructions = list(code.instructions)
    first = len(code.inputs)
    greatest, least = 0.0, 1.0

    def emit(operation: str, *arguments: Operand) -> Any:
        instructions.append(Instruction(operation, arguments))
        return first + len(instructions) - 1

    for number, (operation, arguments) in enumerate(code.instructions, first):
        if operation in PERIODIC:
            far = emit(">", emit("abs", arguments[0]), FAR)
            greatest = emit("max", greatest, emit("select", far, math.inf, 0.0))
        elif operation not in HARMLESS:
            size = emit("abs", number)
            greatest = emit("max", greatest, size)
            if operation not in GROWING:
                nothing: Any = 1.0
                if operation in VANISHING:  # 0 of numbers that are none
                    zeros = [
                        emit("==", a, 0.0) for a in dict.fromkeys(arguments[: VANISHING[operation]]) if type(a) is int
                    ]
                    nothing = (
                        emit("select", zeros[0] if len(zeros) == 1 else emit("or", *zeros), 1.0, 0.0) if zeros else 0.0
                    )
                least = emit("min", least, emit("select", emit("==", size, 0.0), nothing, size))
    return StraightLine(code.inputs, tuple(instructions), (*code.outputs, greatest, least))


def is_rounded(instruction: Instruction) -> bool:
    """May float64 round the result? Not that of a choice, of a sign, or of a product by a power of two."""
    operation, arguments = instruction
    if operation in ("multiply", "divide"):
        factor = arguments[-1] if operation == "divide" else arguments[0]
        return type(factor) is int or abs(math.frexp(factor)[0]) != 0.5
    return operation not in EXACT
