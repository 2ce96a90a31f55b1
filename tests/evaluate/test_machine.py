"""The machine's sines from tangents, its lengths of blocks, and how many threads the engine takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gradcli.codegen import numpy_machine
from gradcli.codegen.emitter import Instruction
from gradcli.codegen.numpy_machine import COSINE, SINE, Machine, block_length, with_tangents
from gradcli.codegen.straightline import StraightLine
from gradcli.points.engine import PACE_ROUNDS, THREAD_ROWS, Engine, Pace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BOTH = StraightLine(("x",), (Instruction("cos", (0,)), Instruction("sin", (0,))), (2, 1))


@pytest.fixture
def tangents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sines are made from tangents whatever processor this is."""
    monkeypatch.setattr(numpy_machine, "tangents_are_faster", lambda: True)


def run(code: StraightLine, *columns: Sequence[float]) -> list[Array]:
    """The outputs of the code at some points."""
    results = [np.empty(len(columns[0])) for _ in code.outputs]
    Machine(code)([np.array(column) for column in columns], results)
    return results


@pytest.mark.usefixtures("tangents")
@pytest.mark.parametrize(
    ("low", "high"), [(-4, 4), (-1e5, 1e5), (-1e15, 1e15), (1.5707, 1.5709), (3.1415, 3.1416), (-1e-3, 1e-3)]
)
def test_sines_from_tangents_keep_their_digits(low: float, high: float) -> None:
    """Also near their zeros sin and cos of one argument are within 2**-50 of what the C library computes."""
    points = np.random.default_rng(0).uniform(low, high, 5000)
    sine, cosine = run(BOTH, points)
    assert np.allclose(sine, np.sin(points), rtol=2.0**-50, atol=0)
    assert np.allclose(cosine, np.cos(points), rtol=2.0**-50, atol=0)


@pytest.mark.usefixtures("tangents")
def test_sines_from_tangents_of_the_least_and_the_greatest() -> None:
    """Zero, numbers whose half is rounded, and the largest number have their sines; infinite ones have none."""
    points = [0.0, 5e-324, -1.5e-323, -1e-310, 1e-160, 1.7976931348623157e308, np.pi / 2, np.pi]
    sine, cosine = run(BOTH, points)
    assert np.allclose(sine, np.sin(points), rtol=2.0**-50, atol=0)
    assert np.allclose(cosine, np.cos(points), rtol=2.0**-50, atol=0)
    assert np.isnan(run(BOTH, [np.inf, np.nan])).all()
    sine, cosine = run(BOTH, [np.nan, 0.0, 5e-324])
    assert sine[1:].tolist() == [0.0, 5e-324]
    assert cosine[1:].tolist() == [1.0, 1.0]


def test_only_pairs_are_made_from_tangents() -> None:
    """A sine without its cosine stays; a cosine before its sine waits for it; other numbers follow."""
    instructions = (
        Instruction("cos", (0,)),
        Instruction("sin", (1,)),
        Instruction("multiply", (2, 3)),
        Instruction("sin", (0,)),
        Instruction("add", (4, 5)),
    )
    code = with_tangents(StraightLine(("x", "y"), instructions, (6, 0.5)))
    assert code.instructions == (
        Instruction(SINE, (0,)),
        Instruction(COSINE, (0, 2)),
        Instruction("sin", (1,)),
        Instruction("multiply", (3, 4)),
        Instruction("add", (5, 2)),
    )
    assert code.outputs == (6, 0.5)
    alone = StraightLine(("x", "y"), (Instruction("sin", (0,)), Instruction("cos", (1,))), (2, 3))
    assert with_tangents(alone) is alone


@pytest.mark.usefixtures("tangents")
def test_arguments_of_tangents_outlive_their_sines() -> None:
    """An argument that nobody else reads is not overwritten before sine and cosine have read it."""
    square = Instruction("multiply", (0, 0))
    code = StraightLine(("x",), (square, Instruction("sin", (1,)), Instruction("cos", (1,))), (2, 3))
    points = np.array([0.0, 5e-324, 0.3, 2.0])
    sine, cosine = run(code, points)
    assert np.allclose(sine, np.sin(points**2), rtol=2.0**-50, atol=0)
    assert np.allclose(cosine, np.cos(points**2), rtol=2.0**-50, atol=0)


def test_blocks_are_long_enough_for_numpy_and_short_enough_for_memory() -> None:
    """Few buffers fill the cache, more go beyond it, very many have short blocks."""
    assert block_length(8 * 10) == numpy_machine.GREATEST_BLOCK
    assert block_length(8 * 32) == numpy_machine.CACHE_BYTES // (8 * 32)
    assert block_length(8 * 1000) == numpy_machine.WORTH_BLOCK
    assert block_length(8 * 100_000) == numpy_machine.MEMORY_BYTES // (8 * 100_000)
    assert block_length(8 * 10**7) == numpy_machine.LEAST_BLOCK


def test_the_quicker_number_of_threads_is_taken() -> None:
    """One thread and all are measured after the first block; the slower one is tried again now and then."""
    pace, rows = Pace(2), 2 * THREAD_ROWS
    seconds = {2: 2.0, 1: 1.0}
    taken = []
    for _ in range(2 * PACE_ROUNDS):
        width = pace.width(rows)
        taken.append(width)
        pace.note(width, rows, seconds[width])
    assert taken[:4] == [2, 2, 1, 1]
    assert taken[4:].count(2) == 1
    assert taken.index(2, 4) == PACE_ROUNDS
    assert pace.width(THREAD_ROWS) == 1
    seconds = {2: 0.1, 1: 1.0}
    for _ in range(6 * PACE_ROUNDS + 1):
        width = pace.width(rows)
        pace.note(width, rows, seconds[width])
    assert pace.width(rows) == 2


def test_short_blocks_of_many_threads_take_one() -> None:
    """A block that is too short for a second thread runs on one, before and after anything was measured."""
    pace = Pace(4)
    assert [pace.width(10), pace.width(THREAD_ROWS)] == [1, 1]
    pace.note(1, 10, 1.0)
    pace.note(1, 10, 1.0)
    assert pace.width(10) == 1


def test_tables_are_stored_column_by_column() -> None:
    """A table has a row a point, and each of its columns lies in one piece."""
    table, doubtful = Engine(BOTH, 2, False).run([np.array([0.0, np.inf, 1.0])])
    assert table.shape == (3, 2)
    assert table.T.flags.c_contiguous
    assert doubtful.tolist() == [1]
