"""A small sample of each hunt; `python -m tests.hunts` runs large ones."""

from __future__ import annotations

import os

import pytest
from mpmath import mpf

from tests.hunts import commands, hessians, matrices, rows, scalars


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


def test_rows_and_exported_code() -> None:
    """Tables and Python code beside single points: no row is wrong, and code has no number where nothing is."""
    told: list[str] = []
    found = rows.run(0, 60, told.append)
    assert not bad(found, "wrong:"), told
    assert found["wrong"] == 0
    assert found["wrong in code"] <= 2  # where rounding ends at a border: ((y/x) - softplus(y))**tiny
    assert found["right"] > 700


def test_the_judge_of_rows_can_fail() -> None:
    """A number off by 1e-9, one where there is none, and none where there is one."""
    right = {"value": 2.0, "slopes": {"x": 1.0}, "kinds": {}, "one-sided": False}
    assert rows.row_verdict({"value": 2.0, "d_x": 1.0}, "", right) == "right"
    for value, slope in ((2.0 + 1e-9, 1.0), (2.0, 1.0 + 1e-9), (2.0, float("nan")), (float("nan"), 1.0)):
        assert rows.row_verdict({"value": value, "d_x": slope}, "", right).startswith("wrong")
    nowhere = {"value": None, "slopes": {"x": None}, "kinds": {None: "undefined"}, "one-sided": False}
    assert rows.export_verdict(1.0, {"x": 1.0}, nowhere).startswith("wrong in code")


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
