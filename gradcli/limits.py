"""Every bound on size and time, in one place. An error that a bound causes names it and its number."""

from __future__ import annotations

from time import thread_time

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

TEXT_CHARACTERS: Final = 30_000_000
"""Length of one expression, file or standard input, in characters."""

NUMBER_DIGITS: Final = 10_000
"""Decimal digits of one number, typed or computed exactly; larger exact results become balls."""

DEPTH: Final = 20_000
"""Nesting of brackets, calls and unary signs in one text."""

NAME_CHARACTERS: Final = 200
"""Length of one name."""

NAMES: Final = 200_000
"""Different names in one program."""

STATEMENTS: Final = 200_000
"""Statements in one program."""

NODES: Final = 4_000_000
"""Nodes of one graph: the function with all derivatives asked for."""

CELLS: Final = 250_000
"""Entries of one array, of one Jacobian or of one Hessian."""

DATA_NUMBERS: Final = 100_000_000
"""Numbers in one file of data (`--set X=@X.npy`)."""

OUTPUT_CHARACTERS: Final = 20_000_000
"""Length of one printed answer."""

EXACT_BITS: Final = 40_000
"""Bits of an exact rational before the evaluation goes over to balls."""

BALL_BITS: Final = 16_384
"""Precision at which certification gives up and says `undecided`."""

EVALUATION_SECONDS: Final = 8.0
"""Time for one certified evaluation before it says `undecided`."""

SYMPY_SECONDS: Final = 6.0
"""Wall clock of the child process in which SymPy works."""

SYMPY_MEBIBYTES: Final = 1024
"""Memory of the child process in which SymPy works."""

TOKENS: Final = 4_000_000
"""Names, numbers and signs of one text."""

SYMPY_OPERATIONS: Final = 20_000
"""Operations that SymPy is asked about at once; it would not end on more."""

ANSWER_BYTES: Final = 64 * 2**20
"""Bytes that one evaluation of a program may print."""

CHECK_TRIES: Final = 150
"""Points that `check` tries, those outside of the function's domain included."""

CHECK_POINTS: Final = 16
"""Points at which two formulas are compared before `check` calls them equal."""

CHECK_LEAST: Final = 5
"""Fewer points at which they agree leave `check` undecided."""

CHECK_SECONDS: Final = 3.0
"""Time for comparing at points, for proofs and for the diagnosis, each."""

POINT_DECISIONS: Final = 20_000
"""Different points of one `--points` run, where float64 cannot tell, that the certified engine decides."""

POINT_SECONDS: Final = 60.0
"""Time that the certified engine has for the points of one `--points` run."""

POINT_DIGITS_SECONDS: Final = 2.0
"""Time that the certified engine has for points of one `--points` run where float64 loses digits."""

DERIVED: Final = 250_000
"""Names, numbers and operations of the text of `steps`, for each variable."""

WRITTEN_OUT: Final = 200_000
"""Parts of a sum between numbers, or of calls of a function with a header, when they are written out."""

INTEGRALS: Final = 200
"""Integrals that one text writes with a sign."""

waited: Final = [0.0]
"""Seconds that were spent waiting for SymPy."""


def clock() -> float:
    """Seconds that deadlines count: this thread's work and its waiting for SymPy. A busy machine changes no answer."""
    return thread_time() + waited[0]
