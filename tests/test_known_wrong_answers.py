"""Inputs on which a well-known tool is silently wrong, from parsing to finite differences: each is a test here."""

from __future__ import annotations

from typing import Any

import pytest

import gradcli
from gradcli.problems import GradcliError
from gradcli.render.formats.json import document


def answer(expression: str, at: Any = None, **options: Any) -> dict[str, Any]:
    """The gradient as its JSON document."""
    return document(gradcli.grad(expression, at=at, **options))


SYMBOLS = [
    ("W1 powers and names with digits", "x1^2+x2^2", {"x1": "2*x1", "x2": "2*x2"}),
    ("W2 superscripts", "x²", {"x": "2*x"}),
    ("W6 E is a name", "E*m", {"E": "m", "m": "E"}),
    ("W6 I is a name", "I*x**2", {"I": "x**2", "x": "2*I*x"}),
    ("W6 beta is a name", "beta**2", {"beta": "2*beta"}),
]


@pytest.mark.parametrize(("expression", "symbolic"), [row[1:] for row in SYMBOLS], ids=[row[0] for row in SYMBOLS])
def test_symbols(expression: str, symbolic: dict[str, str]) -> None:
    """The text means what people mean by it."""
    assert answer(expression)["symbolic"] == symbolic


@pytest.mark.parametrize(
    "expression", ["xsin(x)", "alphax + alpha + x", "foo(x)", "x^2+", "1/2x", "xy + x + y", "0x1F*x"]
)
def test_refused(expression: str) -> None:
    """W3, W5: what cannot be read in one way is an error, never a guess."""
    with pytest.raises(GradcliError):
        gradcli.grad(expression)


NUMBERS = [
    ("W20 square of a root at 0", "sqrt(x)**2", "x=0", 0.0, {"x": 1.0}),
    ("W21 x*sqrt(x) at 0", "x*sqrt(x)", "x=0", 0.0, {"x": 0.0}),
    ("W21 x**1.5 at 0", "x**1.5", "x=0", 0.0, {"x": 0.0}),
    ("W23 x**y at (0, 1) by x", "x**y", "x=0,y=1", 0.0, {"x": 1.0, "y": 0.0}),
    ("W24 cbrt of a negative number", "cbrt(x)", "x=-8", -2.0, {"x": 1 / 12}),
    ("W25 the branch not taken", "where(x>0, sqrt(x), 0)", "x=-1", 0.0, {"x": 0.0}),
    ("W26 a switch without a jump", "where(x!=0, x, 0)", "x=0", 0.0, {"x": 1.0}),
    ("W29 floor between integers", "floor(x)", "x=2.5", 2.0, {"x": 0.0}),
    ("W30 a product with a zero", "prod([x, y, z])", "0,2,0", 0.0, {"x": 0.0, "y": 0.0, "z": 0.0}),
    ("W32 cancellation", "(1-cos(x))/x**2", "x=1e-6", 0.4999999999999583, {"x": -8.333333333332778e-08}),
    ("W32 cancellation", "(exp(x)-1-x)/x**2", "x=1e-6", 0.5000001666667084, {"x": 0.16666675000002502}),
    ("W33 overflow within", "log(1+exp(x))", "x=800", 800.0, {"x": 1.0}),
    ("W33 overflow within", "1/(1+exp(-x))", "x=-800", 0.0, {"x": 0.0}),
    ("W33 tail of tanh", "tanh(x)", "x=20", 1.0, {"x": 1.6993417021166355e-17}),
    ("W33 difference of roots", "sqrt(x+1)-sqrt(x)", "x=1e16", 5e-09, {"x": -2.5e-25}),
    ("W36 a steep pole", "1/x", "x=1e-8", 1e8, {"x": -1e16}),
    ("W38 beside a kink", "abs(x)", "x=1e-9", 1e-9, {"x": 1.0}),
    ("W39 beside a border", "log(x)", "x=1e-10", -23.025850929940457, {"x": 1e10}),
    ("W40 an absorbed term", "x**3+1e10", "x=1", 10000000001.0, {"x": 3.0}),
    ("W41 a kink that cancels", "x*abs(x)", "x=0", 0.0, {"x": 0.0}),
    ("W41 steep exponential", "exp(1000*(x-1))", "x=1", 1.0, {"x": 1000.0}),
    ("a statement of the branch not taken", "u = x/x; where(x < 1, x, u)", "x=0", 0.0, {"x": 1.0}),
    ("W45 a tiny argument", "sin(x)", "x=1e16", 0.7796880066069787, {"x": -0.6261681981330861}),
]
METHODS = ["symbolic", "autodiff", "fd", "complex"]
CANCELS = ("(1-cos(x))/x**2", "(exp(x)-1-x)/x**2", "sqrt(x+1)-sqrt(x)")
"""Where float64 itself has no digits left: `autodiff` says float64, and is not asked."""


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("expression", "at", "value", "gradient"), [r[1:] for r in NUMBERS], ids=[r[0] for r in NUMBERS]
)
def test_numbers(expression: str, at: str, value: float, gradient: dict[str, float], method: str) -> None:
    """Every method gives the true number, or says that it has none; symbolic answers are right to the last digit."""
    if method == "autodiff" and expression in CANCELS:
        pytest.skip("float64 has no digits left here, and the answer is marked as float64")
    found = answer(expression, at, method=method)
    if method == "symbolic":
        assert found["problems"] == []
        assert found["value"] == pytest.approx(value, rel=1e-15, abs=0)
    for name, true in gradient.items():
        number = found["gradient"][name]
        if number is None:
            assert method != "symbolic"
            assert any(p["variable"] == name for p in found["problems"])
        elif method in ("fd", "complex"):
            assert abs(number - true) <= found["error"][name] + 1e-15 * abs(true)
        else:
            assert number == pytest.approx(true, rel=1e-15 if method == "symbolic" else 1e-9, abs=1e-300)


PROBLEMS = [
    ("W16", "abs(x)", "x=0", "not-differentiable", -1.0, 1.0),
    ("W17", "max(x, 0)", "x=0", "not-differentiable", 0.0, 1.0),
    ("W17", "relu(x)", "x=0", "not-differentiable", 0.0, 1.0),
    ("W18", "clip(x, 0, 1)", "x=1", "not-differentiable", 1.0, 0.0),
    ("W19", "norm([x, y])", "x=0,y=0", "not-differentiable", -1.0, 1.0),
    ("W22", "x**x", "x=-0.5", "undefined", None, None),
    ("W24", "cbrt(x)", "x=0", "infinite", None, None),
    ("W24", "x**(1/3)", "x=-8", "undefined", None, None),
    ("W27", "where(x<0, x**2, 1+x)", "x=0", "not-differentiable", None, 1.0),
    ("W28", "atan(1/x)", "x=0", "undefined", None, None),
    ("W29", "floor(x)", "x=2", "not-differentiable", None, 0.0),
    ("W30", "sqrt(x)", "x=0", "infinite", None, None),
    ("W30", "std([x, x, x])", "x=1", None, None, None),
    ("W37", "exp(x)", "x=1000", "overflow", None, None),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("expression", "at", "kind", "left", "right"), [r[1:] for r in PROBLEMS], ids=[f"{r[0]} {r[1]}" for r in PROBLEMS]
)
def test_problems(
    expression: str, at: str, kind: str | None, left: float | None, right: float | None, method: str
) -> None:
    """Where there is no derivative there is no number, by any method, and the problem says why."""
    found = answer(expression, at, method=method)
    if kind is None:
        assert found["gradient"]["x"] == 0.0
        return
    assert found["gradient"]["x"] is None
    (problem,) = [p for p in found["problems"] if p["variable"] == "x"]
    if method == "symbolic":
        assert problem["kind"] == kind
    if left is not None:
        assert problem["left"] == left
    if right is not None:
        assert problem["right"] == right


def test_second_derivatives_at_kinks() -> None:
    """W31: max(x, 0)**2 is differentiable once at 0, not twice."""
    assert answer("max(x, 0)**2", "x=0")["gradient"] == {"x": 0.0}
    found = document(gradcli.hessian("max(x, 0)**2", at="x=0"))
    assert list(map(list, found["hessian"])) == [[None]]
    assert (found["problems"][0]["left"], found["problems"][0]["right"]) == (0.0, 2.0)


def test_squared_norm_at_the_origin() -> None:
    """W19: the square of the norm is smooth at 0."""
    assert answer("norm([x, y])**2", "0,0")["gradient"] == {"x": 0.0, "y": 0.0}
    assert answer("norm(x)**2", {"x": [0, 0]})["gradient"] == {"x": [0.0, 0.0]}


def test_many_scales_by_differences() -> None:
    """W35, W37, W43: finite differences are right at every scale, and their error covers."""
    for expression, at, true in [
        ("x**2", "x=1e10", 2e10),
        ("sin(1e6*x)", "x=1", 936752.1275331448),
        ("(x/1e6)**2", "x=1e6", 2e-6),
        ("x + sin(1024*pi*x)", "x=0.5", 3217.990877275948),
    ]:
        found = answer(expression, at, method="fd")
        assert abs(found["gradient"]["x"] - true) <= found["error"]["x"] + 1e-15 * abs(true)
