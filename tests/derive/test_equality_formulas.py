"""Formulas, and answers to check, where a choice asks for equality: no branch may have the derivative there."""

from __future__ import annotations

from typing import Any

import pytest

import gradcli

QUOTIENT = "where(x != 0, (exp(x) - 1)/x, 1)"
SINC = "where(x != 0, sin(x)/x, 1)"
LINE = "where(x != y, (sin(x) - sin(y))/(x - y), cos(x))"
SQUARES = "where(x == y, x**2, x*y)"
NOTE = "the formula may not be the derivative: --at decides"


def notes_of(answer: Any) -> list[str]:
    """What is said of an answer."""
    return list(answer.to_dict().get("notes", []))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        (QUOTIENT, {"x": 0}),
        (f"y = {QUOTIENT}; sin(y)*x", {"x": 0}),
        (SINC, {"x": 0}),
        (LINE, {"x": 2, "y": 2}),
        (SQUARES, {"x": 3, "y": 3}),
        (f"{QUOTIENT} + 0*y", {"x": 0, "y": 1}),
        ("where(2*x == 3, 3*x, 2*x**2)", {"x": 1.5}),
        ("where(x != 0 and y != 0, x**2*y**2, 0)", {"x": 0, "y": 2}),
        ("where(l != 0, (x**l - 1)/l, log(x))", {"x": 2, "l": 0}),
        ("where(x == 0, 0, x**2*sin(1/x))", {"x": 0}),
        ("where(not (x == y), x*y, y**2)", {"x": 2, "y": 2}),
        ("max(x, 0) - x*y + log(1 + exp(-abs(x)))", {"x": 0, "y": 0.5}),
        ("max(x, y)*min(x, y)", {"x": 3, "y": 3}),
        ("where(x < 0, -x, x)*sign(x)", {"x": 0}),
        ("abs(x - y) + 2*min(x, y)", {"x": 3, "y": 3}),
        ("clip(where(x != x + y, x, 2*(x + y)), -1, 1)", {"x": 0, "y": 0}),
        ("where(x**2 == 1, x, x**2)", {"x": 1}),
        ("where(y != where(y >= x - 1, y**2, x - 1), y, 2*y**2)*(x + 1)", {"x": 0, "y": 0}),
    ],
)
def test_formulas_hold_at_equalities_too(text: str, point: dict[str, float]) -> None:
    """The formula, evaluated where the sides are equal, is the certified derivative there."""
    answer = gradcli.grad(text, at=point)
    assert not notes_of(answer)
    for name, formula in answer.to_dict()["symbolic"].items():
        there = gradcli.grad(" + ".join([f"({formula})", *[f"0*{each}" for each in point]]), at=point).value
        assert there == pytest.approx(answer.gradient[name], rel=1e-12), formula


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("max(x, y) + min(x, y)", "1"),
        ("relu(x) - relu(-x)", "1"),
        ("abs(x) + x - 2*relu(x)", "0"),
        ("max(x, y)*min(x, y)", "where(x >= y, min(x, y), max(x, y))"),
        ("relu(x) + abs(x)", "sign(x) + where(x > 0, 1, 0)"),
        ("max(x, y) - min(x, y)", "where(x <= y, -1, 0) + where(x >= y, 1, 0)"),
    ],
)
def test_kinks_that_cancel_leave_no_choice(text: str, formula: str) -> None:
    """All switches of a tie are on one side of it where there is a derivative; other formulas stay as they are."""
    answer = gradcli.grad(text)
    assert answer.to_dict()["symbolic"]["x"] == formula
    assert not notes_of(answer)


def test_exported_code_has_the_derivative_where_kinks_cancel() -> None:
    """Binary cross entropy of logits, as libraries write it: 1/2 - y at 0."""
    code: dict[str, Any] = {}
    exec(gradcli.export("max(x, 0) - x*y + log(1 + exp(-abs(x)))", to="python").source, code)
    assert code["f_grad"](0.0, 0.25) == pytest.approx([0.25, 0.0])


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("where(x**2 == 2, x, x**2)", [f"where both sides of a choice are equal, {NOTE}"]),
        ("where(floor(x) == 2, x**2, 0)", []),
        ("where(x == 0, 5, x)", []),
        ("where(pi == 3, x, 2*x)", []),
        ("where(x == max(x, y), x, y)", []),
        ("where(x >= 0, x, -x)", []),
        ("max(x, y) - min(x, y)", []),
        ("relu(x) + abs(x - 1)", []),
        ("where(leaky_relu(1) == 0, max(x, 1), relu(1))", []),
        ("where(abs(x) < 1, x**2/2, abs(x) - 1/2)", []),
        ("; ".join(["u0 = x", *[f"u{i + 1} = where(u{i} == {i}, u{i}, sin(u{i}))" for i in range(9)]]),
         [f"where both sides of a choice are equal, {NOTE}"]),
    ],
)  # fmt: skip
def test_what_may_not_hold_is_said(text: str, notes: list[str]) -> None:
    """Where no formula is known to be right, and only there."""
    assert notes_of(gradcli.grad(text)) == notes


def test_second_derivatives_and_arrays_say_where_they_may_not_hold() -> None:
    """The Hessian of sin(x)/x is -1/3 at 0, and 0 by the branches."""
    assert notes_of(gradcli.hessian(SINC)) == [f"where x = 0 {NOTE}"]
    assert notes_of(gradcli.hessian("where(x == y, x**2, x*y)")) == []
    for text in ("x: n; sum(where(x != 0, (exp(x) - 1)/x, 1))", "x: n; sum(max(x, 0) + log(1 + exp(-abs(x))))"):
        assert f"where x = 0 {NOTE}" in gradcli.grad(text).assumptions
    assert not any(NOTE in said for said in gradcli.grad("x: n; sum(relu(x)) + max(x)*min(x)").assumptions)


def test_the_chain_rule_and_steps_have_the_limit() -> None:
    """Of an intermediate as of the whole function; `steps` says that its last line is another one."""
    assert "1/2)" in str(gradcli.chain(f"y = {QUOTIENT}; y**2").text())
    derivation = gradcli.steps(QUOTIENT).derivations[0]
    assert derivation.limited
    assert not gradcli.steps(SINC).derivations[0].limited


@pytest.mark.parametrize(
    ("text", "answer", "right"),
    [
        (QUOTIENT, "where(x != 0, exp(x)/x - (exp(x) - 1)/x**2, 0)", False),
        (QUOTIENT, "where(x != 0, exp(x)/x - (exp(x) - 1)/x**2, 1/2)", True),
        (QUOTIENT, "exp(x)/x - (exp(x) - 1)/x**2", True),
        (SINC, "where(x != 0, cos(x)/x - sin(x)/x**2, 0)", True),
        (SINC, "where(x != 0, cos(x)/x - sin(x)/x**2, 1)", False),
        (SQUARES, "[y, x]", True),
        (SQUARES, "[where(x == y, 2*x, y), where(x == y, 0, x)]", False),
        ("x**2", "where(x == 1, 5, 2*x)", False),
        ("abs(x)", "where(x == 0, 0, sign(x))", True),
        ("where(x == 0, 5, x)", "1", True),
        ("x: n; sum(where(x != 0, (exp(x) - 1)/x, 1))", "where(x != 0, exp(x)/x - (exp(x) - 1)/x**2, 0)", False),
    ],
)  # fmt: skip
def test_answers_are_tried_at_equalities(text: str, answer: str, right: bool) -> None:
    """An answer that is wrong at single points alone is wrong, and it is said where; without a number it is not."""
    found = gradcli.check(text, answer)
    assert bool(found) == right
    assert not found.to_dict()["diagnosis"]
    assert right == (not any("your answer is right but where" in note for note in notes_of(found)))
