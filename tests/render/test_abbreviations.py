"""Names for repeated parts of matrix formulas."""

from __future__ import annotations

import pytest

import gradcli
from gradcli.derive.results import Gradient, Hessian, Jacobian
from gradcli.render.abbreviations import abbreviated
from gradcli.render.formats.json import document

CASES = [
    (gradcli.jacobian("x: n; softmax(x)"), "diag(p) - p@p.T", {"p": "softmax(x)"}),
    (gradcli.jacobian("p: n; softmax(p)"), "diag(t1) - t1@t1.T", {"t1": "softmax(p)"}),
    (gradcli.hessian("x: n; logsumexp(x)"), "diag(p) - p@p.T", {"p": "softmax(x)"}),
    (gradcli.jacobian("A@x", wrt="x"), "A", {}),
]


@pytest.mark.parametrize(("answer", "formula", "names"), CASES)
def test_repeated_parts_have_names(answer: Jacobian | Hessian, formula: str, names: dict[str, str]) -> None:
    """What a formula says several times is said once, under a name that nothing else has."""
    found = document(abbreviated(answer))
    assert found["symbolic"] == formula
    assert found["definitions"] == names


def test_scalar_answers_stay_as_they_are() -> None:
    """Only matrix formulas are abbreviated."""
    answer: Gradient = gradcli.grad("exp(x*y)*sin(x*y)")
    assert abbreviated(answer) is answer
