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
from gradcli.codegen.numpy_machine import GREATER, LESS, UFUNCS, Machine
from gradcli.codegen.straightline import StraightLine, needed
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

ROWS: Final = 1024
"""Rows that are run at a time: in all runs together about what a machine does in one go."""

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
        """`shown`: how many of the outputs are moved; how large and small numbers get inside is asked of all."""
        first = len(code.inputs)
        noisy = with_noise(needed(code.inputs, code.instructions, code.outputs[:shown]))
        self.noises = len(noisy.inputs) - first
        self.kinds = min(SIGNS, self.noises + first)
        self.noisy = Machine(noisy)
        self.extremes = Machine(extremes(needed(code.inputs, code.instructions, code.outputs)))

    def spread(self, columns: Sequence[NDArray[Any]], table: Array) -> Array:
        """How far each number of the table, (rows, shown), moves at most; infinitely far where roundings tell nothing.

        That is where a number inside is beyond the largest float64, and where one is next to the smallest.
        """
        moved = np.empty(table.shape)
        with np.errstate(all="ignore"):
            for start in range(0, len(table), ROWS):
                some = slice(start, start + ROWS)
                moved[some] = self.spread_of_some([column[some] for column in columns], table[some].T).T
        return moved / MEAN

    def spread_of_some(self, columns: Sequence[NDArray[Any]], table: Array) -> Array:
        """The same for at most ROWS rows of a table of (shown, rows), not divided; all runs are one call."""
        shown, rows = table.shape
        noise = factors(self.kinds)[:, : RUNS * rows]
        given = [
            np.where(are_exact(column), column, column * noise[-1 - place % self.kinds].reshape(RUNS, rows)).ravel()
            for place, column in enumerate(columns)
        ]
        results = np.empty((shown, RUNS * rows))
        self.noisy([*given, *noise[: self.noises]], list(results))
        moved: Array = np.abs(results.reshape(shown, RUNS, rows) - table[:, None]).max(axis=1)  # nan if one is
        moved[np.isnan(moved) & np.isfinite(table)] = np.inf
        greatest, least = ends = np.empty((2, rows))
        self.extremes(columns, list(ends))
        lost = (greatest == np.inf) | (least < SMALLEST_NORMAL)
        for numbers in (*columns, *table):
            lost |= (np.abs(numbers) < SMALLEST_NORMAL) & (numbers != 0)
        moved[:, lost] = np.inf
        return moved


def are_exact(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Which numbers are certainly what they print: those with few binary digits, none of them far behind the point."""
    scaled = column * 2.0**20
    return np.asarray((scaled == np.floor(scaled)) & (np.abs(scaled) < 2.0**53))


@lru_cache(maxsize=4)
def factors(kinds: int) -> Array:
    """1 ± some roundings: one row of factors a kind of noise, for all runs over some rows; the same ones each time."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(LEAST, MOST + 1, (kinds, RUNS * ROWS), dtype=np.int8)
    signs = rng.integers(0, 2, (kinds, RUNS * ROWS), dtype=np.int8)
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


def extremes(code: StraightLine) -> StraightLine:
    """The code of two outputs: the sizes of the greatest number on the way, and of the least that is not 0.

    The greatest is infinite where a sine is asked too far out; a product or quotient that is 0 is too small a number,
    unless an argument is 0. What is nan, as in a branch that is not taken, hides no other number.
    """
    instructions = list(code.instructions)
    first = len(code.inputs)
    made: dict[Instruction, int] = {}
    greatest: Operand = 0.0
    least: Operand = 1.0

    def emit(operation: str, *arguments: Operand) -> int:
        instruction = Instruction(operation, arguments)
        if instruction not in made:
            instructions.append(instruction)
            made[instruction] = first + len(instructions) - 1
        return made[instruction]

    for number, (operation, arguments) in enumerate(code.instructions, first):
        if operation in PERIODIC:
            far = emit(">", emit("abs", arguments[0]), FAR)
            greatest = emit(GREATER, greatest, emit("select", far, math.inf, 0.0))
        elif operation not in HARMLESS:
            size = emit("abs", number)
            greatest = emit(GREATER, greatest, size)
            if operation not in GROWING:
                zero = (number,) if operation not in VANISHING else arguments[: VANISHING[operation]]
                zeros = [emit("==", a, 0.0) for a in dict.fromkeys(zero) if type(a) is int]
                for is_zero in zeros[1:]:
                    zeros[0] = emit("or", zeros[0], is_zero)
                least = emit(LESS, least, emit("select", zeros[0], 1.0, size) if zeros else size)
    return needed(code.inputs, instructions, (greatest, least))


def is_rounded(instruction: Instruction) -> bool:
    """May float64 round the result? Not that of a choice, of a sign, or of a product by a power of two."""
    operation, arguments = instruction
    if operation in ("multiply", "divide"):
        factor = arguments[-1] if operation == "divide" else arguments[0]
        return type(factor) is int or abs(math.frexp(factor)[0]) != 0.5
    return operation not in EXACT
