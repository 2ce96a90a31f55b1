"""`check` on a small sample of random answers; `python -m tests.checking.scores` takes as many as one likes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

import gradcli

from .array_answers import array_question
from .scalar_answers import question
from .scores import judge, questions, report

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20


@pytest.mark.parametrize(
    ("draw", "count", "least"), [(question, 60, 0.85), (array_question, 40, 0.75)], ids=["scalars", "arrays"]
)
def test_no_verdict_is_false_and_most_slips_are_named(draw: object, count: int, least: float) -> None:
    """Right answers in another form are never different, spoiled ones never equal; the slip is named."""
    score = judge(questions(SEED, count, draw))  # type: ignore[arg-type]
    assert not score.false
    assert score.share() >= least, report(score)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda terms: f"2*({' + '.join(terms)})", "factor"),
        (lambda terms: " + ".join([terms[0].removesuffix("*77"), *terms[1:]]), "missing-inner-derivative"),
        (lambda terms: " + ".join(terms[1:]), "missing-term"),
    ],
)
def test_slips_of_long_functions_are_named(
    wrong: Callable[[list[str]], str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sum of 700 sines, some 5,000 operations: a factor, one inner derivative, a missing term."""
    monkeypatch.setattr("gradcli.limits.CHECK_SECONDS", 60.0)  # of a machine that does other things, too
    rates = [77, *range(101, 800)]
    terms = [f"cos({k}*x)*y^2*{k}" for k in rates]
    function = " + ".join(f"sin({k}*x)*y^2" for k in rates)
    other = " + ".join(f"2*sin({k}*x)*y" for k in rates)
    found = gradcli.check(function, wrong(terms), other)
    assert [slip.code for slip in found.diagnosis] == [code]


@pytest.mark.parametrize(
    ("function", "by_x", "codes"),
    [
        ("sin(x^2)*y", lambda x, y: math.cos(x * x) * y, ["missing-inner-derivative"]),
        ("sin(3*x)*y", lambda x, y: math.cos(3 * x) * y, ["factor", "missing-inner-derivative"]),
        ("exp(x*y) + y", lambda x, y: math.exp(x * y) + y, ["not-differentiated"]),
        ("sin(x^2)*y", lambda x, y: 2.5 * math.cos(x * x) * y, []),
    ],
)
def test_numbers_of_other_code_show_links_that_are_missing(
    function: str, by_x: Callable[[float, float], float], codes: list[str]
) -> None:
    """What numbers at two points tell of a function whose text is known; nothing where nothing fits at both."""
    places = [{"x": 0.7, "y": 1.3}, {"x": 1.1, "y": 0.4}]
    given = [{"at": at, "gradient": {"x": by_x(**at), "y": gradcli.grad(function, at).gradient["y"]}} for at in places]
    found = gradcli.check(function, against=given)
    assert [slip.code for slip in found.diagnosis] == codes


@pytest.mark.parametrize(
    ("function", "answer", "options", "message"),
    [
        (
            "norm(A@x-b)^2 + c*norm(x)^2",
            "2*A.T@(A@x-b) - 2*c*x",
            {"wrt": "x", "shapes": ["A=m,n", "c=scalar"]},
            "your gradient by x has the wrong sign at the term 2*c*x",
        ),
        (
            "norm(A@x-b)^2 + c*norm(x)^2",
            "2*A.T@(A@x-b) + c*x",
            {"wrt": "x", "shapes": ["A=m,n", "c=scalar"]},
            "your gradient by x counts the term 2*c*x 1/2 times",
        ),
        (
            "norm(A@x-b)^2",
            "2*A.T@(A@x+b)",
            {"wrt": "x", "shapes": ["A=m,n"]},
            "your gradient by x has the wrong sign at b in the factor A@x - b",
        ),
        (
            "softmax(z)",
            "diag(softmax(z)) + softmax(z)@softmax(z).T",
            {"kind": "jacobian", "shapes": ["z=n"]},
            "your Jacobian has the wrong sign at the term softmax(z)@softmax(z).T",
        ),
        (
            "mean((X@w-y)**2)",
            "2*X.T@(X@w-y)/n",
            {"wrt": "w", "shapes": ["X=m,n"]},
            "your ∂f/∂w is m/n times what it should be",
        ),
        (
            "norm(A@x-b)^2",
            "2*A.T@(A@x-b)",
            {"wrt": "A", "shapes": ["A=m,n"]},
            "your gradient by A is the gradient by x, not by A",
        ),
        (
            "X@a",
            "kron(eye(m), a.T)",
            {"wrt": "X", "kind": "jacobian", "shapes": ["X=m,n", "a=n"]},
            "in your Jacobian, kron(eye(m), a.T) has its factors in the wrong order",
        ),
    ],
)
def test_slips_in_arrays_are_told_in_arrays(function: str, answer: str, options: dict[str, str], message: str) -> None:
    """They were told by entries, `the part of X[0,0] counts -1 times`, or not at all."""
    found = gradcli.check(function, answer, **options)  # type: ignore[arg-type]
    assert found.verdict == "different"
    assert [slip["message"] for slip in found.to_dict()["diagnosis"]] == [message]


def test_a_wrong_shape_is_told_in_the_letters_of_the_sizes() -> None:
    """It was (2, 1), where m and n were tried as 3 and 2."""
    found = gradcli.check("norm(A@x-b)^2", "A.T@(A@x-b)", wrt="A", shapes=["A=m,n"])
    assert "the shape is (n, 1): (m, n) is expected" in found.text()


@pytest.mark.parametrize(
    ("function", "answer", "parts"),
    [
        ("sin(x^2)", "cos(2*x)", "2*x in the place of x**2"),
        ("sin(x^2*y)*y", "2*x*y^2*cos(2*x*y)", "2*x*y in the place of y*x**2"),
        ("sin(x)^2", "cos(x)^2", "cos(x) in the place of sin(x)"),
        ("(x^2+1)^3", "3*(2*x)^2", "2*x in the place of x**2 + 1"),
    ],
)
def test_the_inner_derivative_inside_the_outer_one_is_named(function: str, answer: str, parts: str) -> None:
    """f'(g'(x)) for the derivative of f(g(x)); 1/v' for that of 1/v is the rule for quotients."""
    found = gradcli.check(function, answer, wrt="x")
    (slip,) = found.to_dict()["diagnosis"]
    assert slip["slip"] == "missing-inner-derivative"
    assert f"has the inner derivative {parts}" in slip["message"]


@pytest.mark.parametrize(
    ("function", "answer", "parts"),
    [
        ("sin(2*x)", "2*cos(x)", "x in the place of 2*x"),
        ("y*exp(-x^2)", "-2*x*y*exp(x)", "x in the place of -x**2"),
        ("(2*x+1)^3", "3*x^2", "x in the place of 1 + 2*x"),
        ("log(x^2+1)", "1/x", "x in the place of x**2 + 1"),
    ],
)
def test_the_outer_derivative_at_the_variable_is_named(function: str, answer: str, parts: str) -> None:
    """f'(x)*g'(x) and f'(x) for the derivative of f(g(x)): the inner function is forgotten."""
    (slip,) = gradcli.check(function, answer, wrt="x").to_dict()["diagnosis"]
    assert (slip["slip"], parts in slip["message"]) == ("missing-inner-derivative", True)
    assert [slip.code for slip in gradcli.check("1/x^2", "1/(2*x)").diagnosis] == ["quotient-rule"]
