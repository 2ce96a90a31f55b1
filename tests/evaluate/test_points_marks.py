"""The condition that marks doubtful rows, and the engine that obeys it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli.codegen.numpy_machine import Native
from gradcli.library.answers import parse
from gradcli.points.engine import Engine
from gradcli.points.program import ManyPoints
from gradcli.question import Question
from gradcli.solve import build


def made(text: str, command: str = "grad", wrt: tuple[str, ...] = ()) -> ManyPoints:
    return ManyPoints(build(Question(command, parse(text), wrt=wrt)), command)


def marked(text: str, x: list[float], **options: Any) -> list[int]:
    """The rows that are marked for these values of the only variable."""
    many = made(text, **options)
    code, has_mark = many.code(Native())
    return list(Engine(code, len(many.columns), has_mark).run([np.array(x)])[1])


@pytest.mark.parametrize(
    ("text", "x", "rows"),
    [
        ("abs(x)", [-1.0, 0.0, 1.0, -0.0], [1, 3]),
        ("abs(x - 0.3)", [0.3, 0.3 + 1e-15, 0.31, 0.3 - 5e-17], [0, 3]),
        ("max(x, 2)*x", [1.0, 2.0, 3.0], [1]),
        ("max(x, 2, 5)", [1.0, 5.0, 6.0], [1]),
        ("clip(x, 0, 1)", [-1.0, 0.0, 0.5, 1.0], [1, 3]),
        ("floor(x)*x", [0.5, 1.0, -2.0], [1, 2]),
        ("where(x > 2, x, 2)", [1.0, 2.0, 3.0], [1]),
        ("log(x)", [-1.0, 0.0, 1.0], [0, 1]),
        ("sin(x)/x", [0.0, 1.0], [0]),
        ("exp(x)", [0.0, 800.0], [1]),
        ("x/x", [0.0, 1.0], [0]),
        ("relu(x)", [0.0, 1.0], [0]),
        ("atan2(x, -1)", [0.0, 1.0], [0]),
        ("x**2*sin(x)", [0.0, 1.0], []),
    ],
)
def test_the_rows_that_are_marked(text: str, x: list[float], rows: list[int]) -> None:
    """Ties of switches, up to rounding, and what is not finite; nothing else."""
    assert marked(text, x) == rows


def test_functions_without_switches_have_no_condition() -> None:
    """Sums of positive terms cannot cancel, and cost nothing."""
    for text in ("log(1 + exp(x))", "1/(1 + x**2)", "sqrt(1 + x**2 + exp(x))"):
        assert not made(text).code(Native())[1]
    assert made("1/(1 - x)").code(Native())[1]


def test_switches_of_other_variables_are_no_kinks() -> None:
    """Where p is not differentiated by, abs(p) has no kink in x."""
    many = made("x*abs(p)", wrt=("x",))
    assert many.inputs == ("x", "p")
    code, has_mark = many.code(Native())
    assert not has_mark
    table, doubtful = Engine(code, 2, has_mark).run([np.array([2.0]), np.array([0.0])])
    assert (table.tolist(), len(doubtful)) == ([[0.0, 0.0]], 0)


def test_threads_change_nothing() -> None:
    """Two threads give the numbers and marks of one."""
    many = made("sqrt(x)*sin(y) + abs(x - y)")
    code, has_mark = many.code(Native())
    columns = [np.tile([-1.0, 0.5, 2.0, 1.0], 5000), np.tile([1.0, 0.5, 3.0], 6667)[:20000]]
    one, two = (Engine(code, len(many.columns), has_mark, threads).run(columns) for threads in (1, 2))
    assert np.array_equal(one[0], two[0], equal_nan=True)
    assert np.array_equal(one[1], two[1])
    assert len(one[1]) > 5000


def test_certain_rows_are_in_the_order_of_the_columns() -> None:
    """The certified engine fills the same columns as the code does."""
    for command, text in (("grad", "dot(v, v)*x"), ("jacobian", "[x*y, x - y]"), ("hessian", "x**3*y + exp(x*y)")):
        question = Question(command, parse(text))
        if command == "grad":
            question = question._replace(script=parse("v: 2; dot(v, v)*x"))
        many = ManyPoints(build(question), command)
        code, has_mark = many.code(Native())
        point = [0.5 + i for i in range(len(many.inputs))]
        table, _ = Engine(code, len(many.columns), has_mark).run([np.array([value]) for value in point])
        numbers, problems = many.certain(point)
        assert not problems
        assert table[0].tolist() == pytest.approx(list(numbers), rel=1e-15)
