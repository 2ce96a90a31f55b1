"""gradcli as a library."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli import library
from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian


def test_the_examples_in_the_docstrings_hold() -> None:
    """What the docstrings show is what happens."""
    tried = doctest.testmod(library)
    assert tried.attempted > 5
    assert tried.failed == 0


@pytest.mark.parametrize(
    "at", [(1, 2), [1, 2], "1,2", "x1=1,x2=2", {"x2": 2, "x1": 1}, {"x1": "1", "x2": "6/3"}, np.array([1.0, 2.0])]
)
def test_a_point_in_each_of_its_forms(at: object) -> None:
    """Tuples, lists, mappings, texts and arrays give the same point."""
    answer = gradcli.grad("x1**2 + x2**2", at=at)  # type: ignore[arg-type]
    assert answer.value == 5.0
    assert answer.gradient == {"x1": 2.0, "x2": 4.0}


def test_each_question_has_its_record() -> None:
    """Every function returns the record of its question."""
    assert isinstance(gradcli.grad("x*y"), Gradient)
    assert isinstance(gradcli.jacobian("x*y", "x"), Jacobian)
    assert isinstance(gradcli.hessian("x*y"), Hessian)
    assert isinstance(gradcli.chain("y = u**2; u = sin(x)"), Chain)


def test_the_arguments_are_those_of_the_command_line() -> None:
    """wrt, constants, method, layout, along, latex and simplify mean what the options mean."""
    answer = gradcli.grad(
        "a*x*y", at={"x": 1, "y": -2}, wrt="y,x", constants={"a": 0.5}, method="autodiff", layout="numerator"
    )
    assert list((answer.gradient or {}).items()) == [("y", 0.5), ("x", -1.0)]
    assert (answer.layout, answer.shape, answer.numbers.method) == ("numerator", (1, 2), "autodiff")
    assert gradcli.grad("x*y", at=(3, 4), along=(1, 0)).directional == 4.0
    assert gradcli.grad(r"\frac{x^2}{2}", at=3, latex=True).gradient == {"x": 3.0}
    assert gradcli.grad("sin(x)**2 + cos(x)**2", at=3, wrt=["x"], simplify=True).gradient == {"x": 0.0}


def test_floats_are_taken_as_they_print() -> None:
    """0.1 is one tenth."""
    assert gradcli.grad("10*x**2", at=0.1).value == 0.1


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["x +* 2"], {}),
        (["x"], {"at": (1, 2)}),
        (["x"], {"method": "fd"}),
        (["a*x"], {"at": 1, "constants": {"a": "b"}}),
    ],
)
def test_mistakes_raise_the_one_error(words: list[str], options: dict[str, object]) -> None:
    """What the command line calls an error is a GradcliError here."""
    with pytest.raises(gradcli.GradcliError):
        gradcli.grad(*words, **options)  # type: ignore[arg-type]


def test_the_table_of_functions() -> None:
    """RULES has every function by name."""
    assert gradcli.RULES["softplus"].partials == ("sigmoid(x)",)
    assert "grad" in dir(gradcli)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = gradcli.nonsense


@pytest.mark.parametrize(
    "make",
    [
        lambda np: np.ones(5_000) * 1j,
        lambda np: np.ones((20, 20, 20)),
        lambda np: np.array(["1"] * 5_000, dtype=object),
        lambda np: np.full(5_000, np.inf),
    ],
    ids=["complex", "of three axes", "objects", "infinite"],
)
def test_large_arrays_are_real_finite_and_flat(make: Callable[[Any], Any]) -> None:
    """Anything else is one error: no imaginary part is dropped in silence."""
    with pytest.raises(gradcli.GradcliError, match="finite real numbers"):
        gradcli.grad("sum(x**2)", at={"x": make(np)})
