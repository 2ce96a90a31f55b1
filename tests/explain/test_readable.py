"""Plots, descents, quizzes and reports are answers like the others: text, documents, notebooks."""

from __future__ import annotations

import json
from typing import Any

import pytest

import gradcli

ANSWERS = [
    (lambda: gradcli.plot("x**3 - 1/x", at=1), "gradcli.plot/1", ("plain", "csv", "latex")),
    (lambda: gradcli.plot("x**2 + 2*y**2", at=(1, 1)), "gradcli.plot/1", ("plain", "csv", "latex")),
    (lambda: gradcli.descend("x**2 + y**2", at=(1, 2), steps=5), "gradcli.descent/1",
     ("plain", "csv", "markdown", "latex")),
    (lambda: gradcli.quiz(seed=3, count=2), "gradcli.quiz/1", ("plain", "markdown", "latex")),
    (lambda: gradcli.report("x**3 - 1/x", at=1), "gradcli.report/1", ("plain", "markdown", "latex", "html")),
]  # fmt: skip


@pytest.mark.parametrize(("made", "schema", "forms"), ANSWERS)
def test_answers_are_readable(made: Any, schema: str, forms: tuple[str, ...]) -> None:
    """Every format of the command line, the document, and what a notebook asks for."""
    answer = made()
    assert answer.to_dict()["schema"] == schema
    assert json.loads(answer.to_json()) == answer.to_dict()
    for form in forms:
        assert answer.text(form)
    assert str(answer) == answer.text()
    bundle = answer._repr_mimebundle_()
    assert bundle["text/html"].startswith("<")
    assert bundle["application/json"]["schema"] == schema
    assert type(answer).__name__ in repr(answer)
    assert hash(answer._replace()) == hash(answer)


def test_traces_and_derivations_end_alike() -> None:
    """Constants, assumptions, notes and problems, in this order."""
    for answer in (gradcli.trace("a*x**2", at=1, constants={"a": 2}), gradcli.steps("a*x**2", constants={"a": 2})):
        assert list(answer.to_dict())[-4:] == ["constants", "assumptions", "notes", "problems"]
