"""Implicit definitions: the root near a start, its derivatives as formulas in x and y, and what defines no function."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
from mpmath import mp, mpf

import gradcli
from gradcli.problems import GradcliError

EQUATIONS: tuple[tuple[str, Any, str], ...] = (
    ("y: x^2 + y^2 = 1 near 0.5", lambda x, y: x**2 + y**2 - 1, "0.5"),
    ("y: x^2 + y^2 = 1 near -0.5", lambda x, y: x**2 + y**2 - 1, "-0.5"),
    ("y: y*exp(y) = x near 1", lambda x, y: y * mp.exp(y) - x, "1"),
    ("y: y^5 + y = x near 0", lambda x, y: y**5 + y - x, "0"),
    ("y: cos(y) = x*y near 1", lambda x, y: mp.cos(y) - x * y, "1"),
    ("y: y - x*sin(y) = 2 near 2", lambda x, y: y - x * mp.sin(y) - 2, "2"),
    ("y: log(y) + x*y = 0 near 0.5", lambda x, y: mp.log(y) + x * y, "0.5"),
    ("root(y^3 - 3*y + x, y, 2)", lambda x, y: y**3 - 3 * y + x, "2"),
    ("y: abs(y) + y^3 = x near 1", lambda x, y: abs(y) + y**3 - x, "1"),
    ("y: integral(exp(-t^2), t, 0, y) = x near 0.5", lambda x, y: mp.sqrt(mp.pi) / 2 * mp.erf(y) - x, "0.5"),
)  # fmt: skip

POINT = 0.625


@pytest.mark.parametrize(("text", "equation", "start"), EQUATIONS, ids=[row[0] for row in EQUATIONS])
def test_roots_and_derivatives(text: str, equation: Any, start: str) -> None:
    """Value, slope and curvature beside mpmath's root, all rounded correctly but for the differences' error."""
    with mp.workdps(50):

        def y(x: Any) -> Any:
            return mpmath.findroot(lambda value: equation(x, value), mpf(start) if text[:4] != "root" else mpf("1.6"))

        want = [float(y(mpf(POINT))), *(float(mpmath.diff(y, mpf(POINT), k, h=mpf(10) ** -12)) for k in (1, 2))]
    hessian = gradcli.hessian(text, {"x": POINT})
    assert hessian.value == want[0]
    assert gradcli.grad(text, {"x": POINT}).array[0] == pytest.approx(want[1], rel=1e-14)
    assert hessian.array[0][0] == pytest.approx(want[2], rel=1e-9)
    for method in ("fd", "complex", "autodiff"):
        assert gradcli.grad(text, {"x": POINT}, method=method).array[0] == pytest.approx(want[1], rel=1e-11)


def test_formulas_are_in_x_and_y() -> None:
    """The derivative names the root by its letter, says what it is, and reads back."""
    answer = gradcli.hessian("y: x^2 + y^2 = 1 near 0.5", {"x": 0.6}).to_dict()
    assert answer["symbolic"] == [["-1/y - x**2/y**3"]]
    assert answer["definitions"] == {"y": "root(x**2 + y**2 - 1, y, 0.5)"}
    back = gradcli.grad(f"f = -1/y - x**2/y**3; y = {answer['definitions']['y']}", {"x": 0.6}, of="f")
    assert back.value == answer["hessian"][0][0] == -1.953125


def test_check_knows_the_root() -> None:
    """A derivative by hand may name y."""
    assert gradcli.check("y: x^2 + y^2 = 1 near 0.5", "-x/y").verdict == "equal"
    assert gradcli.check("y: x^2 + y^2 = 1 near 0.5", "x/y").verdict == "different"


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("y: x^2 + y^2 = 1 near 0.5", 1, "derivative of the equation by y may be 0"),
        ("y: x^2 + y^2 = 1 near 0.5", 2, "no root of the equation for y was found near 0.5"),
        ("y: y^2 = x near 0", 0, "derivative of the equation by y may be 0"),
        ("y: sqrt(y) = x near -1", 1, "no root of the equation"),
    ],
)
def test_no_function_there(text: str, at: float, reason: str) -> None:
    """Where the equation defines no function, a problem says so."""
    answer = gradcli.grad(text, {"x": at})
    assert answer.value is None
    assert any(reason in problem["message"] for problem in answer.to_dict()["problems"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y: x^2 + y^2 = 1", "needs a start"),
        ("y: x^2 + y^2 = 1 near x", "the start of a root is a number"),
        ("y: x^2 = 1 near 1", "y does not stand in its equation"),
    ],
)
def test_unreadable_equations(text: str, message: str) -> None:
    """An equation that says too little is an error with an example."""
    with pytest.raises(GradcliError, match=message) as caught:
        gradcli.grad(text)
    assert "near 0.5" in str(caught.value.hint)


SYSTEM = "y: y^2 + z = 2*x near 1; z: z^3 + z*y = x near 0.5; "


def test_systems_are_put_into_one_another() -> None:
    """Two equations for y and z: the slopes solve the linear system of the implicit function theorem."""
    x = mpf("0.9")
    y, z = mp.findroot(lambda y, z: (y**2 + z - 2 * x, z**3 + z * y - x), (1, 0.5))
    slopes = mpmath.lu_solve(mpmath.matrix([[2 * y, 1], [z, 3 * z**2 + y]]), mpmath.matrix([2, 1]))
    answer = gradcli.grad(SYSTEM + "y*z", at=0.9)
    assert answer.value == pytest.approx(float(y * z), rel=1e-14)
    assert answer.gradient == {"x": pytest.approx(float(slopes[0] * z + y * slopes[1]), rel=1e-14)}
    assert gradcli.grad(SYSTEM + "y", at=0.9).gradient == {"x": pytest.approx(float(slopes[0]), rel=1e-14)}


def test_three_equations_have_certified_roots() -> None:
    """At x = 1 the roots are 1, 2 and 3."""
    text = "u: u + v + w = 6*x near 1; v: u*v*w = 6*x near 2; w: u^2 + v^2 + w^2 = 14*x near 3; u*v + w"
    answer = gradcli.grad(text, at=1)
    assert (answer.value, answer.gradient, answer.to_dict()["accuracy"]) == (5.0, {"x": -2.5}, "certified")


def test_a_system_of_five_equations_is_refused() -> None:
    """The error says that it is a system."""
    names = "pqrst"
    text = "; ".join(f"{name}: {'+'.join(names)} + {i}*{name} = x near 1" for i, name in enumerate(names, 2))
    with pytest.raises(GradcliError, match="a system of more than four equations is not solved"):
        gradcli.grad(text + "; p*q")
