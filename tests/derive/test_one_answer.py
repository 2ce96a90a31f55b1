"""One answer for one question: it does not depend on whether numbers are found entry by entry or in whole arrays."""

from __future__ import annotations

import csv
import io
from typing import Any, Literal, get_args

import pytest

import gradcli
from gradcli import vocabulary
from gradcli.derive.methods.choose import METHODS

SMALL, LARGE = [1.0, 0.0], [1.0, 0.0] * 1500


@pytest.mark.parametrize("method", ["symbolic", "autodiff"])
def test_problems_name_an_array_and_an_index(method: str) -> None:
    """Of a gradient too, however large the array is."""
    places = []
    for x in (SMALL, LARGE):
        (problem, *_) = gradcli.grad("norm(x, 1)", at={"x": x}, method=method).numbers.problems
        places.append((problem.variable, problem.index, problem.place))
    assert places == [("x", (1,), "x[1]")] * 2


def test_entries_of_matrices_are_named_as_they_are_labelled() -> None:
    """`X[0,1]` in labels, problems and messages."""
    found = gradcli.jacobian("abs(X)", at={"X": [[1.0, 0.0], [2.0, 3.0]]})
    text = found.text("plain")
    assert "X[0,1]: " in text
    assert "X[0, 1]" not in text


def test_csv_says_why_an_entry_of_an_array_is_missing() -> None:
    """The problem stands in the row of its entry."""
    rows = list(csv.DictReader(io.StringIO(gradcli.jacobian("abs(x)", at={"x": [1.0, 0.0]}).text("csv"))))
    missing = [row for row in rows if not row["value"]]
    assert [(row["function"], row["variable"]) for row in missing] == [("f[1]", "x[1]")]
    assert "kink" in missing[0]["problem"]


def test_components_of_a_list_have_the_same_labels_with_and_without_a_point() -> None:
    """`f[0]`, `f[1]`: the list is one array."""
    text = "[x[0]**2, x[0]*x[1]]"
    at_point, plain = gradcli.jacobian(text, at={"x": [2.0, 5.0]}), gradcli.jacobian(text, shapes="x=2")
    assert at_point.rows == plain.rows == ("f[0]", "f[1]")


@pytest.mark.parametrize("method", ["fd", "complex"])
def test_evaluations_along_a_direction_are_counted(method: str) -> None:
    """Of a Hessian as of a gradient."""
    alone = gradcli.hessian("x**2*y", at=[1, 2], method=method).numbers.evaluations
    both = gradcli.hessian("x**2*y", at=[1, 2], along=[1, 1], method=method).numbers.evaluations
    assert alone is not None
    assert both is not None
    assert both > alone


def test_a_direction_of_another_shape_is_refused_alike() -> None:
    """With the shapes of both, whatever is asked."""
    for x in (SMALL, LARGE):
        with pytest.raises(
            gradcli.GradcliError, match=r"x has shape \(\d+, 1\), and its direction is an array of"
        ) as told:
            gradcli.grad("norm(x)", at={"x": x}, along={"x": [1, 2, 3]})
        assert told.value.code == "shape"


@pytest.mark.parametrize("command", [gradcli.grad, gradcli.hessian])
def test_a_method_is_a_row(monkeypatch: pytest.MonkeyPatch, command: Any) -> None:
    """A new row answers gradients and Hessians under its name; the names of methods are those of the rows."""
    assert set(METHODS) == set(get_args(vocabulary.Method))
    monkeypatch.setattr(vocabulary, "Method", Literal["complex", "other"])
    monkeypatch.setitem(METHODS, "other", METHODS["complex"]._replace(about="another way", hessian=""))
    found = command("sin(x)*y", at={"x": 1, "y": 2}, method="other").text("plain")
    assert "another way: " in found
    assert "complex step" not in found


@pytest.mark.parametrize("text", ["x: 2; sum(sin(x)**2)", "x: n; sum(sin(x)**2)"])
def test_what_is_not_simplified_is_said(text: str) -> None:
    """The closed form of whole arrays stays as it is; entries that have none are simplified as formulas of numbers."""
    assert "whole arrays stays as it is" in gradcli.grad(text, simplify=True).numbers.notes[0]
    assert not gradcli.grad("sin(x)**2 + cos(x)**2", simplify=True).numbers.notes
