"""Points without names, for arrays whose size is a letter: the values tell it."""

from __future__ import annotations

import pytest

import gradcli
from gradcli.problems import GradcliError


@pytest.mark.parametrize(
    ("text", "declared", "at", "gradient"),
    [
        ("norm(x)**2", ["x=n"], "[0.5, 1]", {"x": [1.0, 2.0]}),
        ("norm(x)**2", ["x=n"], "0.5, 1", {"x": [1.0, 2.0]}),
        ("u = norm(x); u**2", ["x=n"], "[0.5, 1]", {"x": [1.0, 2.0]}),
        ("norm(x)**2 + y.T@x", ["x=n", "y=n"], "[1, 2], [3, 4]", {"x": [5.0, 8.0], "y": [1.0, 2.0]}),
        ("a*norm(x)**2", ["x=n"], "3, [1, 2]", {"a": 5.0, "x": [6.0, 12.0]}),
        ("trace(X)", ["X=n,n"], "[[1, 2], [3, 4]]", {"X": [[1.0, 0.0], [0.0, 1.0]]}),
    ],
)
def test_values_give_the_sizes(text: str, declared: list[str], at: str, gradient: dict[str, object]) -> None:
    """In the order of the variables."""
    assert gradcli.grad(text, at=at, shapes=declared).to_dict()["gradient"] == gradient


@pytest.mark.parametrize(
    ("text", "declared", "at"),
    [
        ("norm(x)**2", ["x=n"], "[0.5, 1], [2, 3]"),
        ("a*norm(x)**2", ["x=n"], "[1, 2], 3"),
        ("sum(A@x)", ["A=m,n", "x=n"], "[[1, 2], [3, 4]], [1, 1, 1]"),
        ("trace(X)", ["X=n,n"], "1, 2, 3, 4"),
    ],
)
def test_values_that_do_not_fit_are_an_error(text: str, declared: list[str], at: str) -> None:
    """Too many, in another order, of another size, of another shape."""
    with pytest.raises(GradcliError) as caught:
        gradcli.grad(text, at=at, shapes=declared)
    assert caught.value.code in ("point", "shape")


@pytest.mark.parametrize("at", ["[1,2,3,4]", "x=[1,2,3,4]", "1,2,3,4"])
def test_a_check_takes_sizes_from_values_in_order(at: str) -> None:
    """The sizes were those of the trial points, 3, and the value of four entries did not fit."""
    assert gradcli.check("x: n; norm(x)**2", "2*x", at=at).verdict == "equal"
    assert gradcli.check("x: n; norm(x)**2", "x", at=at).verdict == "different"


def test_a_check_of_two_arrays_takes_sizes_from_values_in_order() -> None:
    """A has the size m,n, x the size n."""
    found = gradcli.check("A: m,n; x: n; norm(A@x)**2", "2*A.T@A@x", wrt="x", at="[1,2,3,4],[[1,2,3,4],[5,6,7,8]]")
    assert found.verdict == "equal"


def test_a_chain_takes_sizes_from_values_in_order() -> None:
    """eye(n) in a factor had no size."""
    found = gradcli.chain("x: n; A: n,n; x.T@A@x", wrt="x", at="[1,2],[[2,1],[1,3]]")
    assert (found.gradient, found.agree) == ({"x": [8.0, 14.0]}, True)
