"""The precision of long programs: estimated from what is known so far, and without a say in any number."""

from __future__ import annotations

from itertools import pairwise

import pytest

import gradcli
from gradcli.evaluate.certified import balls, certify

KINDS = {
    "residual": "{0} + sin({0})/10",
    "expanding": "{0}*2 - sin({0})",
    "logistic": "39/10*{0}*(1 - {0})*cos({0}/1000)",
    "recurrence": "sin({0}) + x/3",
}


def program(kind: str, size: int) -> str:
    """So many statements, each of the one before."""
    names = ["x", *(f"u{k}" for k in range(1, size + 1))]
    lines = [f"{name} = {KINDS[kind].format(before)}" for before, name in pairwise(names)]
    return "; ".join([*lines, f"y = u{size}**2"])


@pytest.fixture
def precisions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The precision of every evaluation by balls, as they are made."""
    found: list[int] = []
    real = balls.Balls.evaluate

    def noted(run: balls.Balls, roots: list[object], bits: int) -> object:
        found.append(bits)
        return real(run, roots, bits)  # type: ignore[arg-type]

    monkeypatch.setattr(balls.Balls, "evaluate", noted)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_estimated_precision_changes_no_number(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Value, derivatives, eigenvalue and problems."""
    text = program(kind, 60)
    answers = []
    for least in (1, 10**9):
        monkeypatch.setattr(certify, "LONG", least)
        found = gradcli.hessian(text, wrt="x", at={"x": 0.3})
        answers.append((found.value, found.hessian, found.eigenvalues, found.definiteness, found.numbers.problems))
        assert found.numbers.accuracy == "certified"
    assert answers[0] == answers[1]


def test_a_long_chain_is_not_evaluated_at_each_precision(precisions: list[int]) -> None:
    """A statement loses an eighth of a bit: what 96 bits tell of the first 700 says what 3,000 need."""
    gradcli.grad(program("residual", 3000), wrt="x", at={"x": 0.3})
    assert precisions[0] == balls.FIRST_BITS
    assert len(precisions) <= 4
    assert precisions[1] >= 384


def test_one_entry_is_its_own_eigenvalue(precisions: list[int]) -> None:
    """What certified the second derivative is not evaluated again, and tells the sign of what is 0 in float64."""
    found = gradcli.hessian("exp(-900*x)", at={"x": 1})
    assert (found.eigenvalues, found.definiteness) == ((0.0,), "positive definite")
    assert set(precisions) == set(precisions[:1])
