"""Straight-line code over blocks of NumPy arrays: every operation writes into a buffer that is used again.

Blocks are so small that all buffers stay in the processor's cache, and so large that NumPy's cost a call is small.

Where NumPy has vector instructions for tan and none for sin and cos, sin(u) and cos(u) of one u are made from tangents:
sin(u) = 2t/(1 + t**2) with t = tan(u/2), and cos(u) = sin(u)/tan(u). Neither cancels: relative errors are below 2**-51
(tan's is below 2**-53), in half the time.
"""

from __future__ import annotations

import sys
from functools import cache

import numpy as np

from gradcli.codegen.emitter import Instruction
from gradcli.codegen.folding import CONDITIONS
from gradcli.codegen.straightline import StraightLine
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES
from gradcli.rules.bound import BoundName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.codegen.folding import Operand

    Array = NDArray[Any]
    Step = tuple[Callable[..., Any], tuple[Any, ...]]

CACHE_BYTES = 1 << 19
"""What the buffers of one block may take at most, if it is longer than WORTH_BLOCK."""

LEAST_BLOCK, WORTH_BLOCK, GREATEST_BLOCK = 16, 512, 4096
"""Below WORTH_BLOCK NumPy's cost a call is more than that of buffers beyond the cache."""

MEMORY_BYTES = 1 << 25
"""What the buffers of one block may take at most, if it is longer than LEAST_BLOCK."""

UFUNCS: dict[str, Any] = {
    **{
        name: getattr(np, name)
        for name in (
            "add", "subtract", "multiply", "divide", "power",
            "exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "logaddexp", "sqrt", "cbrt", "hypot", "sign",
            "floor", "ceil", "sin", "cos", "tan", "sinh", "cosh", "tanh",
        )
    },
    "negate": np.negative, "abs": np.absolute, "max": np.maximum, "min": np.minimum,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
}  # fmt: skip
"""Operations and rows, by name, that NumPy has."""

GREATER, LESS = "the greater, nan passed over", "the less, nan passed over"
"""Operations of the machine alone."""

WITH_OUT: dict[str, Callable[..., Any]] = {
    "max": lambda first, second, out: np.maximum(first, second, out=out),
    "min": lambda first, second, out: np.minimum(first, second, out=out),
    GREATER: lambda first, second, out: np.fmax(first, second, out=out),
    LESS: lambda first, second, out: np.fmin(first, second, out=out),
}
"""Those that want the word `out`."""


SINE, COSINE = "sine by tangent", "cosine by tangents"
"""Operations of the machine alone: 2·tan(u/2)/(1 + tan(u/2)**2) of u; s/tan(u) of u and s = sin(u)."""

KEPT = {"select": slice(0, 2), SINE: slice(0, 1), COSINE: slice(0, 2)}
"""Arguments whose buffers the result must not take, as they are read after it was begun."""

TINY = 1e-150
"""sin(u) = u in float64 for u up to this (and far beyond)."""


class Native:
    """The rows that a machine has: NumPy's, and one number at a time those without a definition in simpler ones."""

    def __contains__(self, name: object) -> bool:
        rule = RULES.get(str(name))
        return name in UFUNCS or rule is None or (rule.computed or rule.means) is None or name in ("erfc", "lgamma")


class Machine:
    """The code, ready to run. It owns its buffers: one machine a thread.

    Example: `Machine(code)([x, y], [value, d_x, d_y])` for arrays of one length.
    """

    def __init__(self, code: StraightLine) -> None:
        self.code = code = with_tangents(code) if tangents_are_faster() else code
        self.places, self.kinds = allocate(code)
        self.block = block_length(8 * (len(code.inputs) + len(code.outputs) + len(self.kinds)))
        self.plans: dict[int, tuple[list[Array], list[Step], list[Any]]] = {}

    def __call__(self, columns: Sequence[Array], results: Sequence[Array]) -> None:
        """Fill `results` (one array an output) from `columns` (one array an input), all of one length.

        What has no value is nan, what is too large infinite; nothing is raised.
        """
        length = len(results[0]) if results else 0
        with np.errstate(all="ignore"):
            for start in range(0, length, self.block):
                stop = min(start + self.block, length)
                inputs, steps, outputs = self.plan(stop - start)
                for buffer, column in zip(inputs, columns, strict=True):
                    buffer[:] = column[start:stop]
                for function, arguments in steps:
                    function(*arguments)
                for result, output in zip(results, outputs, strict=True):
                    result[start:stop] = output

    def plan(self, size: int) -> tuple[list[Array], list[Step], list[Any]]:
        """Input buffers, steps and output buffers for blocks of this size."""
        found = self.plans.get(size)
        if found is None:
            if size != self.block:  # only the last block of a run is shorter
                self.plans = {n: plan for n, plan in self.plans.items() if n == self.block}
            found = self.plans[size] = self.bind(size)
        return found

    def bind(self, size: int) -> tuple[list[Array], list[Step], list[Any]]:
        """The steps with their buffers."""
        code, first = self.code, len(self.code.inputs)
        inputs = [np.empty(size) for _ in code.inputs]
        buffers: list[Array] = [np.empty(size, dtype=kind) for kind in self.kinds]

        def array(operand: Operand) -> Any:
            if type(operand) is not int:
                return np.bool_(operand) if type(operand) is bool else np.float64(operand)
            return inputs[operand] if operand < first else buffers[self.places[int(operand) - first]]

        steps: list[Step] = []
        for number, (operation, arguments) in enumerate(code.instructions, first):
            arrays, out = [array(a) for a in arguments], array(number)
            if operation == "select":
                condition, yes, no = arrays
                steps += choice(condition, yes, no, out)
            elif operation == SINE:
                steps.append((sine_by_tangent, (*arrays, np.empty(size), out)))
            elif operation == COSINE:
                steps.append((cosine_by_tangents, (*arrays, out)))
            elif operation in WITH_OUT or operation in UFUNCS:
                steps.append((WITH_OUT.get(operation) or UFUNCS[operation], (*arrays, out)))
            else:
                steps.append((slow_step(operation, len(arguments)), (*arrays, out)))
        return inputs, steps, [array(output) for output in code.outputs]


def block_length(row_bytes: int) -> int:
    """How many rows of this size make a block: see CACHE_BYTES, WORTH_BLOCK and MEMORY_BYTES."""
    cached, affordable = CACHE_BYTES // row_bytes, MEMORY_BYTES // row_bytes
    return max(LEAST_BLOCK, min(GREATEST_BLOCK, max(cached, min(WORTH_BLOCK, affordable))))


@cache
def tangents_are_faster() -> bool:
    """Whether NumPy has vector instructions for tan (it has them for AVX-512 on Linux, and none for sin and cos)."""
    try:
        from numpy.lib.introspect import opt_func_info
    except ImportError:  # NumPy 1
        return False
    found = opt_func_info(func_name="^tan$", signature="float64").get("tan", {})
    kinds = [kind["current"] for kind in found.values()]
    return sys.platform == "linux" and any("AVX512" in kind or "X86_V4" in kind for kind in kinds)


def with_tangents(code: StraightLine) -> StraightLine:
    """The code with sin(u) and cos(u) of one u made from tangents; each sine stands before its cosine."""
    first = len(code.inputs)
    arguments = {name: {a[0] for operation, a in code.instructions if operation == name} for name in ("sin", "cos")}
    both = {u for u in arguments["sin"] & arguments["cos"] if type(u) is int}
    if not both:
        return code
    instructions: list[Instruction] = []
    sines: dict[Operand, int] = {}
    numbers: dict[Operand, int] = {number: number for number in range(first)}

    def emit(operation: str, *given: Operand) -> int:
        instructions.append(Instruction(operation, given))
        return first + len(instructions) - 1

    def number_of(operation: str, given: tuple[Operand, ...]) -> int:
        now = [numbers[a] if type(a) is int else a for a in given]
        if operation not in ("sin", "cos") or given[0] not in both:
            return emit(operation, *now)
        u = given[0]
        if u not in sines:
            sines[u] = emit(SINE, *now)
        return sines[u] if operation == "sin" else emit(COSINE, *now, sines[u])

    for number, (operation, given) in enumerate(code.instructions, first):
        numbers[number] = number_of(operation, given)
    outputs = tuple(numbers[o] if type(o) is int else o for o in code.outputs)
    return StraightLine(code.inputs, tuple(instructions), outputs)


def sine_by_tangent(argument: Array, square: Array, out: Array) -> None:
    """sin(argument); `square` is any other buffer."""
    np.tan(np.multiply(argument, 0.5, out), out)
    np.multiply(out, out, square)
    is_plain = np.minimum.reduce(square) > 0  # nan is not
    np.add(square, 1.0, square)
    np.divide(np.add(out, out, out), square, out)
    if not is_plain:  # half of a number near the smallest is rounded
        np.copyto(out, argument, where=np.abs(argument) < TINY)


def cosine_by_tangents(argument: Array, sine: Array, out: Array) -> None:
    """cos(argument)."""
    np.divide(sine, np.tan(argument, out), out)
    if np.isnan(np.minimum.reduce(out)):  # 0/0
        np.copyto(out, 1.0, where=argument == 0)


def choice(condition: Array, yes: Any, no: Any, out: Array) -> list[Step]:
    """`yes` where the condition holds, else `no`; `out` may be the buffer of `no`, never of `yes`."""
    chosen: Step = (copy_where, (out, yes, condition))
    return [chosen] if out is no else [(np.copyto, (out, no)), chosen]


def copy_where(out: Array, values: Any, condition: Array) -> None:
    """out[condition] = values[condition]."""
    np.copyto(out, values, where=condition)


def slow_step(name: str, count: int) -> Callable[..., Any]:
    """A row that NumPy lacks, one number at a time."""
    from gradcli.cas.rows import fallback_rule
    from gradcli.evaluate.float64.ufuncs import one_by_one

    rule = name.rule if isinstance(name, BoundName) else RULES.get(name) or fallback_rule(name, count)
    assert rule is not None
    function = one_by_one(rule)

    def step(*arrays: Any) -> None:
        np.copyto(arrays[-1], function(*arrays[:-1]))

    return step


def allocate(code: StraightLine) -> tuple[list[int], list[type]]:
    """The buffer of each instruction's result, and each buffer's type: reused when nobody reads it any more."""
    first = len(code.inputs)
    last: dict[int, int] = {}
    for number, instruction in enumerate(code.instructions, first):
        last.update((a, number) for a in instruction.arguments if type(a) is int)
    last.update((output, len(code.instructions) + first) for output in code.outputs if type(output) is int)
    places: list[int] = []
    kinds: list[type] = []
    free: dict[type, list[int]] = {bool: [], float: []}
    for number, (operation, arguments) in enumerate(code.instructions, first):
        dying = [a for a in dict.fromkeys(arguments) if type(a) is int and a >= first and last[a] == number]
        freed = {a: (places[a - first], kinds[places[a - first]]) for a in dying}
        kind = bool if operation in CONDITIONS else float
        kept = arguments[KEPT[operation]] if operation in KEPT else ()
        for argument, (place, of_kind) in freed.items():
            if argument not in kept:
                free[of_kind].append(place)
        if not free[kind]:
            free[kind].append(len(kinds))
            kinds.append(kind)
        places.append(free[kind].pop())
        for argument, (place, of_kind) in freed.items():
            if argument in kept:
                free[of_kind].append(place)
    return places, kinds
