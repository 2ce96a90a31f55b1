"""A small sample of each hunt; `python -m tests.hunts` runs large ones."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from mpmath import mpf

from tests.hunts import arrays, commands, exports, hessians, matrices, rows, scalars


def bad(found: dict[str, int], *signs: str) -> dict[str, int]:
    """The counts whose names begin with one of these."""
    return {name: count for name, count in found.items() if name.startswith(signs)}


def test_scalar_questions() -> None:
    """Certified numbers beside differences in hundreds of digits: none is wrong."""
    told: list[str] = []
    found = scalars.run(0, 15, told.append)
    assert not bad(found, "wrong", "not the nearest"), told
    assert found["right"] > 12


def test_hessians() -> None:
    """Second derivatives with kinks and removable points beside nested differences: none is wrong."""
    told: list[str] = []
    found = hessians.run(0, 5, told.append)
    assert not bad(found, "wrong", "not the nearest"), told
    assert found["right"] > 3


def test_matrix_programs() -> None:
    """Gradients of programs of arrays beside differences in a hundred digits: none is wrong or refused."""
    told: list[str] = []
    found = matrices.run(0, 6, told.append)
    assert not bad(found, "wrong", "refused"), told
    assert found["right"] > 15


@pytest.mark.parametrize("named", [False, True])
def test_questions_about_arrays(named: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts and numbers in every layout beside differences, with definitions where short texts have them, too."""
    if named:
        monkeypatch.setattr("gradcli.program.writing.trees.LONG", 0)
        monkeypatch.setattr("gradcli.program.writing.trees.GAIN", 1)
    told: list[str] = []
    found = arrays.run(10, 12, told.append)
    assert not told
    assert found["right"] > 8


def test_the_judge_of_arrays_can_fail() -> None:
    """A formula of the other layout, and a number beside the right one."""
    question = arrays.Drawn("norm(x)**2", {"x": ("n",)}, {"n": 2}, {"x": np.array([1.0, 2.0])})
    answer: dict[str, Any] = {"layout": "denominator", "variables": ["x"], "definitions": {}, "problems": []}
    answer |= {"symbolic": {"x": "2*x"}, "gradient": {"x": [2.0, 4.0]}}
    assert arrays.verdicts(question, answer) == ["right"]
    assert arrays.verdicts(question, {**answer, "layout": "numerator"})[0].startswith("wrong text")
    assert arrays.verdicts(question, {**answer, "gradient": {"x": [2.0, 4.1]}})[0].startswith("wrong number")


def test_rows() -> None:
    """Tables beside single points: no row is wrong."""
    told: list[str] = []
    found = rows.run(0, 60, told.append)
    assert not bad(found, "wrong"), told
    assert found["right"] > 250


def test_exported_code_in_several_languages() -> None:
    """Beside certified numbers at the very coordinates: few are off or missing, by cancellation or overflow."""
    told: list[str] = []
    found = exports.run(0, 25, told.append)
    for to in {name.partition(":")[0] for name in found if ": right" in name}:
        counts = {name: count for name, count in found.items() if name.startswith(to)}
        assert counts[f"{to}: right"] >= 0.96 * sum(counts.values()), told


def test_the_judge_of_exports_can_fail() -> None:
    """A number off by 1e-5, one where there is none, and none where there is one."""
    right = {"value": 2.0, "slopes": {"x": 1.0}, "kinds": {}, "one-sided": False}
    assert exports.verdict([2.0, 1.0], ["x"], right) == "right"
    assert exports.verdict([2.0, 1.00001], ["x"], right).startswith("off")
    assert exports.verdict([2.0, float("nan")], ["x"], right).startswith("none")
    nowhere = {"value": None, "slopes": {"x": None}, "kinds": {None: "undefined"}, "one-sided": False}
    assert exports.verdict([2.0, 1.0], ["x"], nowhere).startswith("a number")


def test_the_judge_of_rows_can_fail() -> None:
    """A number off by 1e-9, one where there is none, and none where there is one."""
    right = {"value": 2.0, "slopes": {"x": 1.0}, "kinds": {}, "one-sided": False}
    assert rows.row_verdict({"value": 2.0, "d_x": 1.0}, "", right) == "right"
    for value, slope in ((2.0 + 1e-9, 1.0), (2.0, 1.0 + 1e-9), (2.0, float("nan")), (float("nan"), 1.0)):
        assert rows.row_verdict({"value": value, "d_x": slope}, "", right).startswith("wrong")


def test_the_judges_of_derivatives_can_fail() -> None:
    """A number at a kink is wrong, and so is one beside the truth."""
    assert hessians.judged(0.0, "none", None).startswith("wrong")
    assert hessians.judged(1.0, "number", mpf(2)).startswith("wrong")
    assert matrices.judged(0.0, mpf(-1), mpf(1)).startswith("wrong")
    assert matrices.judged(1.0, mpf(2), mpf(2)).startswith("wrong")
    assert matrices.judged(2.0, mpf(2), mpf(2)) == "right"


def test_the_judge_of_scalars_can_fail() -> None:
    """A neighbour of the nearest float64 and a wrong number are told apart from the right one."""
    third = scalars.nearest_float(mpf(1) / 3)
    assert scalars.compared(third, mpf(third)) == "right"
    assert scalars.compared(third * (1 + 2**-52), mpf(third)) == "not the nearest"
    assert scalars.compared(0.5, mpf(third)).startswith("wrong")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked")
def test_mixed_commands() -> None:
    """No traceback, no hang, errors in their one form, outputs that parse."""
    told: list[str] = []
    found = commands.run(0, 20, told.append)
    assert not told
    assert sum(found.values()) == 20


def test_the_judge_of_commands_can_fail() -> None:
    """Each kind of bad ending is seen."""
    ending = commands.Ending(0, '{"a": NaN}', "", 1)
    assert commands.complaints(["grad", "x", "--json"], ending)
    assert commands.complaints(["grad", "x"], ending._replace(code=None))
    assert commands.complaints(["grad", "x"], ending._replace(code=1, out="", err="Traceback (most recent call last)"))
    assert commands.complaints(["grad", "x"], ending._replace(code=2, out="", err="oh"))
    assert commands.complaints(["grad", "x", "-f", "latex"], ending._replace(out="{"))
    assert commands.complaints(["grad", "x", "-f", "csv"], ending._replace(out="a,b\n1\n"))
    assert not commands.complaints(["grad", "x", "--json"], ending._replace(out='{"a": null}'))
