"""Names for repeated parts of matrix formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import gradcli
from gradcli.derive.results import Gradient, Hessian, Jacobian
from gradcli.render.abbreviations import abbreviated, formulas
from gradcli.render.formats.json import document
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Name, postorder

if TYPE_CHECKING:
    from collections.abc import Callable

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


def test_short_scalar_answers_stay_as_they_are() -> None:
    """What is read at a glance has no names."""
    answer: Gradient = gradcli.grad("exp(x*y)*sin(x*y)")
    assert abbreviated(answer) is answer


def test_a_bound_letter_stays_in_its_integral() -> None:
    """What is said of the letter of an integral means nothing outside of it."""
    short = abbreviated(gradcli.grad("sum(x)*integral(exp(-a*t^2), t, 0, 1)"))
    assert not short.definitions


LONG_SCALARS = [
    (gradcli.grad, "exp(sin(x*y)+x)*cos(sin(x*y)+x)/(sin(x*y)+x)"),
    (gradcli.hessian, "exp(sin(x*y)+x)*cos(sin(x*y)+x)/(sin(x*y)+x)"),
    (gradcli.jacobian, "[tanh(x*y+x^2)*exp(x*y+x^2)*sin(x*y+x^2), tanh(x*y+x^2)/(1+exp(x*y+x^2))]"),
    (gradcli.grad, "A: 2,2; x: 2; norm(A@x-[1,2])*exp(norm(A@x-[1,2]))/sin(norm(A@x-[1,2]))"),
]


@pytest.mark.parametrize(("derive", "text"), LONG_SCALARS)
def test_names_stand_after_what_they_are_made_of(derive: Callable[[str], Any], text: str) -> None:
    """A long answer becomes much shorter, is read from top to bottom, and still means the same."""
    answer = derive(text)
    short = abbreviated(answer)
    known: dict[str, Any] = {}
    for name, tree in short.definitions:
        assert not {part.name for part in postorder(tree) if isinstance(part, Name)} & {
            other for other, _ in short.definitions if other not in known
        }
        known[name] = replaced(tree, lambda part: known.get(part.name) if isinstance(part, Name) else None)
    whole = [
        replaced(tree, lambda part: known.get(part.name) if isinstance(part, Name) else None)
        for tree in formulas(short)
    ]
    assert whole == formulas(answer)
    said = [*formulas(short), *(tree for _, tree in short.definitions)]
    assert 4 * sum(len(str(tree)) for tree in said) < 3 * sum(len(str(tree)) for tree in formulas(answer))
