"""Automatic differentiation in float64."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from program_cases import Entries, case, certified, named

import gradcli
from gradcli.derive.methods.autodiff import forward, reverse, reverse_jet
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph


def entries(text: str, **at: Any) -> Entries:
    """Value and gradient in float64."""
    given = case(text, **at)
    return named(reverse_jet(given.f, given.names, given.point, given.guards), given.names)


ORDINARY = [
    ("sin(exp(cos(x*y)))", {"x": "0.5", "y": "1.5"}),
    ("gamma(x) + lgamma(x) + digamma(x)", {"x": "2.75"}),
    ("log(1 + exp(x))", {"x": 800}),
    ("1/(1 + exp(-x))", {"x": -800}),
    ("sigmoid(x)*tanh(y)", {"x": 40, "y": 20}),
    ("softplus(x) + gelu(x) + silu(x)", {"x": "-3.5"}),
    ("x**y + y**x", {"x": "1.5", "y": "2.5"}),
    ("x**y", {"x": -2, "y": 3}),
    ("max(x**2, 1 + x, 1)*clip(x, 0, 5)", {"x": 3}),
    ("hypot(x, y)/atan2(y, x)", {"x": 3, "y": 4}),
    ("where(x > 0, log(x), 0)*where(x > 0, 1, x)", {"x": -1}),
    ("abs(x)*floor(x)", {"x": "-2.5"}),
    ("besselj(1, x)*cbrt(x)", {"x": 5}),
    ("exp(x)/exp(x - 1)", {"x": 1000}),
    ("x*abs(x)", {"x": 0}),
    ("sqrt(x**2 + y**2)**3", {"x": 0, "y": 0}),
]


@pytest.mark.parametrize(("text", "at"), ORDINARY)
def test_twelve_digits(text: str, at: dict[str, Any]) -> None:
    """Ordinary functions, and those that overflow on the way, are right to a relative 1e-12."""
    found, exact = entries(text, **at), certified(text, **at)
    names = {one.variable for one in found.problems}
    assert names == {one.variable for one in exact.problems}
    assert found.value == pytest.approx(exact.value, rel=1e-12)
    for name, truth in exact.numbers.items():
        assert truth is None or found.numbers[name] == pytest.approx(truth, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(
    ("text", "x"),
    [("abs(x)", 0), ("abs(sin(pi*x))", 1), ("sqrt(x)", 0), ("log(x)", -1), ("x/x", 0), ("exp(x)", 999), ("ceil(x)", 2)],
)
def test_the_same_problems(text: str, x: int) -> None:
    """Kinks, borders and overflow are the problems that the certified method tells."""
    found, exact = entries(text, x=x), certified(text, x=x)
    assert found.numbers == {"x": None}
    kinds = [(one.variable, one.kind, one.left, one.right) for one in exact.problems]
    assert [(one.variable, one.kind, one.left, one.right) for one in found.problems] == kinds


def test_a_long_product_with_a_zero() -> None:
    """A product of 2,000 factors with a zero has its one derivative, found without a division."""
    draw = random.Random(7)
    graph = Graph()
    names = [f"x{i}" for i in range(2000)]
    f = scalars.multiply(graph, [(scalars.variable(graph, name), 1) for name in names])
    values = [draw.choice([Fraction(1, 2), Fraction(2), Fraction(3, 2), Fraction(2, 3)]) for _ in names]
    values[700] = Fraction(0)
    point = {name: scalars.number(graph, value) for name, value in zip(names, values, strict=True)}
    value, gradient = reverse(f, names, point)
    others = Fraction(1)
    for i, factor in enumerate(values):
        others *= factor if i != 700 else 1
    assert value == 0.0
    assert gradient["x700"] == pytest.approx(float(others), rel=1e-12)
    assert not any(number for name, number in gradient.items() if name != "x700")


@pytest.mark.parametrize(("text", "at"), ORDINARY[:2] + ORDINARY[4:6])
def test_forward_agrees_with_reverse(text: str, at: dict[str, Any]) -> None:
    """The tangent along a direction is the gradient's product with it."""
    given = case(text, **at)
    direction = {name: 0.5 + i for i, name in enumerate(given.names)}
    (value,), (tangent,) = forward([given.f], direction, given.point)
    again, gradient = reverse(given.f, given.names, given.point)
    assert value == again
    assert tangent == pytest.approx(sum(gradient[name] * amount for name, amount in direction.items()), rel=1e-13)


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("(exp(x) - 1 - x)/x^2", "0.000001", ("the value", "∂/∂x")),
        ("x - sin(x)", "0.00001", ("the value", "∂/∂x")),
        ("1 - cos(x)", "0.00000001", ("the value",)),
        ("x^2 - 2*x + 1", "1.000001", ("the value", "∂/∂x")),
    ],
)
def test_lost_digits_are_said(text: str, at: str, what: tuple[str, ...]) -> None:
    """Where terms cancel, with the size of the error, which is that of the truth or more."""
    found = gradcli.grad(text, at={"x": at}, method="autodiff")
    right = gradcli.grad(text, at={"x": at})
    (said,) = (line for line in found.to_dict()["assumptions"] if "float64 loses digits" in line)
    assert [word for word in ("the value", "∂/∂x") if word in said] == list(what)
    bound = float(said.partition(" by about ")[2].split()[0].rstrip(","))
    assert 0 < abs(found.value - right.value) < 8 * bound


@pytest.mark.parametrize(("text", "at"), [("x^2", "0.3"), ("x^3 - 3*x", "7"), ("tanh(x)", "20"), ("sqrt(x) - 2", "4")])
def test_nothing_is_said_where_nothing_is_lost(text: str, at: str) -> None:
    """Roundings alone, and numbers that are exact."""
    assert not gradcli.grad(text, at={"x": at}, method="autodiff").to_dict()["assumptions"]


@pytest.mark.parametrize("text", ["x^(x^2)", "abs(x)^hypot(x, x^2)", "where(x > 0, 2^(x - x^3/x^2), 1)*x^(1/x)"])
@pytest.mark.parametrize("x", ["1e155", "1e-300", "5e-324", "1e308"])
def test_exponents_beyond_float64(text: str, x: str) -> None:
    """An exponent that is nan or infinite in float64 is no internal error."""
    found = gradcli.grad(text, at={"x": x}, method="autodiff").to_dict()
    right = gradcli.grad(text, at={"x": x}).to_dict()
    assert found["value"] is None or found["value"] == pytest.approx(right["value"])
