"""A small sample of each hunt; `python -m tests.hunts` runs large ones."""

from __future__ import annotations

import os
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from tests.hunts import (
    array_explanations,
    arrays,
    borders,
    cancellation,
    commands,
    customary,
    explanations,
    exports,
    formula_texts,
    hessians,
    idioms,
    matrices,
    programs,
    rows,
    scalars,
)
from tests.hunts.command_lines import Asked
from tests.hunts.formulas import DIGITS, Formulas
from tests.hunts.textbook import questions, terms


def bad(found: dict[str, int], *signs: str) -> dict[str, int]:
    """The counts whose names begin with one of these."""
    return {name: count for name, count in found.items() if name.startswith(signs)}


def test_scalar_questions() -> None:
    """Certified numbers beside differences in hundreds of digits: none is wrong."""
    told: list[str] = []
    found = scalars.run(0, 15, told.append)
    assert not bad(found, "wrong", "not the nearest"), told
    assert found["right"] > 12


def test_customary_functions() -> None:
    """Exported code of functions that people write has ten digits at nearly all of 81 points."""
    told: list[str] = []
    found = customary.run(0, 12, told.append)
    assert bad(found, "off").get("off", 0) <= 5, told
    assert found["right"] > 700


def test_idioms() -> None:
    """Jumps times jumps, ties, inverses at branch points, huge exponents: no number is wrong, in rows neither."""
    told: list[str] = []
    found = idioms.run(0, 15, told.append)
    assert not bad(found, "wrong", "not the nearest"), told
    assert found["right"] > 12
    assert not bad(rows.run(0, 4, told.append, kind=idioms.Idioms), "wrong"), told


def test_borders() -> None:
    """Kinks, jumps and ends of domains where the point is no rational number: none is wrong or undecided."""
    told: list[str] = []
    found = borders.run(0, 60, told.append)
    assert not bad(found, "wrong", "undecided"), told
    assert found["right"] > 8
    assert found["right kink"] > 15


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


def test_random_programs_of_arrays() -> None:
    """Rows, columns, symmetric matrices, statements: formulas and numbers beside differences."""
    told: list[str] = []
    found = programs.run(0, 12, told.append)
    assert not told
    assert found["right"] > 12


def test_texts_of_formulas() -> None:
    """Formulas as the program itself evaluates them beside the numbers of the same question, in both layouts."""
    told: list[str] = []
    found = formula_texts.run(800, 12, told.append) + formula_texts.run(64000668, 1, told.append)
    assert not told
    assert found["right"] > 15


def test_the_judge_of_formulas_can_fail() -> None:
    """Another number, another shape; a formula that has none at the point is told apart."""
    right = np.array([[1.0, 2.0]])
    for ours, verdict in (([1, 2], "right"), ([1, 2.1], "wrong"), ([1, 2, 3], "wrong"), ([1, np.nan], "right, with")):
        assert formula_texts.compared(np.array(ours, dtype=float), right, "").startswith(verdict)
    assert formula_texts.compared(np.array([1.0, 2.0]), right, "") == "right"


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


def test_explanations() -> None:
    """Traces, derivations, chains, graphs and their screens beside differences: nothing is wrong."""
    told: list[str] = []
    found = explanations.run(0, 6, told.append) + array_explanations.run(0, 4, told.append)
    assert not told
    assert found["trace right"] > 150
    assert found["steps right"] > 100


def test_the_judge_of_explanations_can_fail() -> None:
    """A number beside the truth, one where there is none, and none where there is one."""
    formulas = Formulas({"x": mpf(2)}, {"u": "x**2"})

    def verdict(number: float | None, text: str) -> str:
        with mpmath.workdps(DIGITS):
            return next(explanations.compared("", number, lambda: formulas.slope(text, "x").number)).partition(":")[0]

    assert [verdict(number, "u") for number in (4.0, 4.1, None)] == ["right", "wrong", "null"]
    assert [verdict(number, "abs(x - 2)") for number in (0.0, None)] == ["wrong", "right"]


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
    changes: list[tuple[str, dict[str, Any]]] = [
        ("grad x --json", {}),
        ("grad x", {"code": None}),
        ("grad x", {"code": 1, "out": "", "err": "Traceback (most recent call last)"}),
        ("grad x", {"code": 2, "out": "", "err": "oh"}),
        ("grad x", {"code": 2, "err": "error: no"}),
        ("grad x", {"err": "error: no"}),
        ("grad x", {"out": ""}),
        ("grad x -f latex", {"out": "{"}),
        ("grad x -f csv", {"out": "a,b\n1\n"}),
        ("grad x", {"made": ["draft"]}),
        ("grad x --json", {"out": '{"schema": "gradcli.grad/1"}'}),
    ]
    for words, change in changes:
        assert commands.complaints(Asked(words.split()), ending._replace(**change)), (words, change)
    assert commands.complaints(Asked(["grad", "x"], b"", {"GRADCLI_FORMAT": "json"}), ending)
    assert not commands.complaints(Asked(["grad", "x", "--json"]), ending._replace(out='{"a": null}'))


def test_textbook_functions() -> None:
    """Certified numbers of special functions, cases and bound letters beside differences: none is wrong."""
    told: list[str] = []
    found = questions.run(0, 20, told.append)
    assert not bad(found, "wrong", "not the nearest", "refused"), told
    assert found["right"] > 25


def test_the_judge_of_textbook_functions_can_fail() -> None:
    """A wrong directional derivative, a wrong row of a Jacobian, a wrong second derivative."""
    square = terms.made("{0}^2", lambda x: x * x, terms.variable("x"))
    question = questions.Question("along", "x^2", [square], {"x": "3"}, {"x": "2"})
    answer: dict[str, Any] = {
        "value": 9.0,
        "gradient": {"x": 6.0},
        "problems": [],
        "assumptions": [],
        "directional": 12.0,
    }
    assert questions.of_gradient(question, answer, 1) == ["right"] * 3
    assert questions.of_gradient(question, {**answer, "directional": 6.0}, 1)[2].startswith("wrong")
    matrix = {"columns": ["x"], "value": [9.0], "jacobian": [[5.0]], "variables": ["x"], "hessian": [[3.0]]}
    assert questions.of_jacobian(question, {**answer, **matrix}, 1)[1].startswith("wrong")
    assert questions.of_hessian(question, matrix, 1)[0].startswith("wrong")


def test_sums_that_cancel() -> None:
    """Exported code keeps the digits of functions less the beginning of their Taylor series: 26 of 100 were off."""
    told: list[str] = []
    found = cancellation.run(0, 15, told.append)
    assert found["off"] <= 3, told
    assert found["right"] > 50
