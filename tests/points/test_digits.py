"""Rows where float64 loses digits are decided by the certified engine, or marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import gradcli
from gradcli import limits
from gradcli.codegen.numpy_machine import Machine
from gradcli.codegen.rounding_noise import NoisyMachine, factors, with_noise
from gradcli.codegen.straightline import Instruction, StraightLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

LOSING = (
    ("(1 - cos(x + y - 1))/(x + y - 1)**2 + y", [(1e-7, 1.0), (1e-3, 1.0), (1.0, 1.0)]),
    ("where(x != y, (sin(x) - sin(y))/(x - y), cos(x))", [(0.5, 0.50000001), (1.0, 2.0)]),
    ("sin(1e9*x)", [(0.3,), (1e-9,)]),
    ("(x + 1e16) - 1e16 + x*y", [(0.7, 2.0)]),
    ("x**2 - 2*x*y + y**2", [(1.0, 1.0 + 1e-9)]),
    ("log(x)**2/(x - 1)", [(1.0 + 1e-13,)]),
)


@pytest.mark.parametrize(("text", "points"), LOSING, ids=[text for text, _ in LOSING])
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
def test_few_rows_have_the_digits_of_single_points(text: str, points: list[tuple[float, ...]], kind: str) -> None:
    """All to 1e-10, relative to the largest of a row."""
    found = gradcli.grad_many(text, points, kind=kind)
    assert not any(found["problem"])
    for row, point in enumerate(points):
        one = (gradcli.grad if kind == "gradient" else gradcli.hessian)(text, at=list(point))
        array = np.asarray(one.array).reshape(len(point), -1)
        right = array[np.triu_indices(len(point))] if kind == "hessian" else array.ravel()
        ours = np.array([found[name][row] for name in found if name.startswith("d_")])
        assert abs(ours - right).max() <= 1e-10 * abs(right).max()
        assert found["value"][row] == pytest.approx(one.value, rel=1e-10)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("((cot(x))/(-x))**1.5", {"x": 1e154}),
        ("silu(where(x != y, z, y))", {"x": -1.0, "y": 0.1, "z": -745.0}),
        ("atan2(sqrt(x), (x**2)**1.5)", {"x": 7.3e-165}),
        ("log10(log1p(x))*expm1(x*x)", {"x": 1.094e-164}),
        ("where(x**x <= 3, 5, 2*x)", {"x": -1.0}),
        ("sign(cos(x)*(7 - x))", {"x": -1e100}),
        ("gamma(log(2*x))", {"x": 6.391e-81}),
        ("max(tan(x), min(3, y))", {"x": 1.54e250, "y": 710.0}),
        ("where(x**y != x, 100, y**4)", {"x": -1.0, "y": 800.0}),
        ("(x**x)**0", {"x": -1.0}),
        ("0*asin(x)", {"x": 1.0}),
        ("atan(cosh(x))", {"x": -745.0}),
        ("x*(1 - tanh(50))", {"x": 1.0}),
        ("min(ceil(-x), 5) + min(4*x, sigmoid(101))", {"x": 1.625}),
    ],
)
def test_rows_off_without_a_trace_are_decided(text: str, point: dict[str, float]) -> None:
    """Noise that leaves the domain, products that vanish, numbers next to 0, and single points of powers below 0."""
    row = gradcli.grad_many(text, [point] * 32)
    one = gradcli.grad(text, at=point)
    for name, right in {"value": one.value, **{f"d_{name}": slope for name, slope in one.gradient.items()}}.items():
        for ours, problem in zip(row[name], row["problem"], strict=True):
            assert bool(problem) if right is None else ours == pytest.approx(right, rel=1e-10, abs=0)


def test_past_the_limit_rows_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number stays, and the row says how far it may be off."""
    monkeypatch.setattr(limits, "POINT_DIGITS_SECONDS", 0.0)
    found = gradcli.grad_many("sin(1e9*x)", {"x": [0.3, 1e-9]})
    assert "float64 loses digits: a relative error of about" in found["problem"][0]
    assert found["value"][0] == pytest.approx(np.sin(3e8), abs=1e-6)
    assert not found["problem"][1]


def test_lost_rows_far_down_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the rows that are all tried one in 64 is, and then its block."""
    monkeypatch.setattr(limits, "POINT_DIGITS_SECONDS", 0.0)
    x = np.ones(200_000)
    x[150_016:] = np.linspace(1e12, 2e12, 49_984)
    problems = gradcli.grad_many("sin(x/3)", {"x": x})["problem"]
    assert not any(problems[:150_016])
    assert sum(map(bool, problems[150_016:])) >= 49_980


def test_noise_moves_what_is_rounded() -> None:
    """Not choices, signs, or products by powers of two; x + 1 moves by a rounding, x + 1 - 1 by far more."""
    code = StraightLine(
        ("x",),
        (
            Instruction("multiply", (2.0, 0)),
            Instruction("negate", (1,)),
            Instruction("add", (0, 1.0)),
            Instruction("subtract", (3, 1.0)),
        ),
        (2, 3, 4),
    )
    assert len(with_noise(code).inputs) == 3
    x = np.array([2.0**-20])
    results = [np.empty(1) for _ in range(3)]
    Machine(code)([x], results)
    (moved,) = NoisyMachine(code, 3).spread([x], np.array(results).T)
    assert moved[0] == 0
    assert 0 < moved[1] < 1e-15
    assert 1e-17 < moved[2] < 1e-15
    assert NoisyMachine(code, 3).spread([x + 1e-12], np.array(results).T)[0, 0] > 0


def test_noise_is_a_few_times_the_work_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extremes are looked for once, on the plain code; marks are not moved; noise is drawn once for all lengths."""
    work: list[int] = []

    def call(machine: Machine, columns: Sequence[Any], results: Sequence[Any]) -> None:
        work.append(len(machine.code.instructions) * len(columns[0]))
        plain(machine, columns, results)

    plain = Machine.__call__
    monkeypatch.setattr(Machine, "__call__", call)
    factors.cache_clear()
    for rows in (10, 1500, 4096):
        work.clear()
        gradcli.grad_many("x**2*y + abs(x - y)", {"x": np.linspace(0.1, 3, rows), "y": np.linspace(3, 1, rows)})
        assert sum(work[1:]) <= 6 * work[0]
    assert factors.cache_info().misses == 1
