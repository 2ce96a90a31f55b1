"""Straight-line code whose every rounded result is moved by a rounding more: how far its numbers go tells their error.

Two runs with other signs beside the plain one show at each point what float64 has lost there, by cancellation or by an
argument far out, without a bound for each operation.

Source: J. Vignes, A stochastic arithmetic for reliable scientific computation, Math. Comput. Simul. 35 (1993).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcli.codegen.emitter import Instruction
from gradcli.codegen.folding import CONDITIONS
from gradcli.codegen.numpy_machine import Machine
from gradcli.codegen.straightline import StraightLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gradcli.codegen.folding import Operand

    Array = NDArray[np.float64]

EXACT: Final = frozenset((*CONDITIONS, "select", "negate", "abs", "max", "min", "sign", "floor", "ceil"))
"""Operations whose results are not rounded."""

SIGNS: Final = 31
"""Columns of random signs: two roundings that would cancel each other in one run rarely share one in both."""

RUNS: Final = 2


class NoisyMachine:
    """The code with noise, ready to run; `rounded` tells whether anything in it is rounded at all.

    Example: `NoisyMachine(code).spread([x, y], table)` for a table of the numbers of the plain code.
    """

    def __init__(self, code: StraightLine, shown: int) -> None:
        noisy = with_noise(code._replace(outputs=code.outputs[:shown]))
        self.noises = len(noisy.inputs) - len(code.inputs)
        self.machine = Machine(noisy)

    def spread(self, columns: Sequence[NDArray[Any]], table: Array) -> Array:
        """How far each number of the table, (rows, shown), moves at most; nan and infinite ones do not."""
        rows, shown = table.shape
        moved = np.zeros((rows, shown))
        for run in range(RUNS):
            results = np.empty((shown, rows))
            self.machine([*columns, *factors(rows, run)[: self.noises]], list(results))
            with np.errstate(all="ignore"):
                np.fmax(moved, np.abs(results.T - table), out=moved)
        return moved


@lru_cache(maxsize=4)
def factors(rows: int, run: int) -> Array:
    """1 ± a rounding: one row of factors a kind of noise, the same ones for each run of that number."""
    signs = np.random.default_rng(run).integers(0, 2, (SIGNS, rows), dtype=np.int8)
    return np.where(signs, 1 + 2.0**-52, 1 - 2.0**-52)


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


def is_rounded(instruction: Instruction) -> bool:
    """May float64 round the result? Not that of a choice, of a sign, or of a product by a power of two."""
    operation, arguments = instruction
    if operation in ("multiply", "divide"):
        factor = arguments[-1] if operation == "divide" else arguments[0]
        return type(factor) is int or abs(math.frexp(factor)[0]) != 0.5
    return operation not in EXACT
