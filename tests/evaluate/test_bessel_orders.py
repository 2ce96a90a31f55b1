"""Derivatives of Bessel functions by their order: closed forms, the bounds that hold them, and where there are none."""

from __future__ import annotations

import pytest
from flint import acb, arb, ctx

from gradcli import grad, hessian
from gradcli.evaluate.certified.bessel_orders import FAMILIES, LARGEST_ORDER, LAST_DERIVATIVE, derivative
from gradcli.render.notation import write

every_family = pytest.mark.parametrize("letter", FAMILIES)
HALF = arb(1) / 2
ARGUMENTS = (1e-300, 2.0**-10, 0.75, 8, 30.5, 200)

CLOSED = {
    "J at 0": ("j", 0, lambda x: arb.pi() / 2 * x.bessel_y(0)),
    "Y at 0": ("y", 0, lambda x: -arb.pi() / 2 * x.bessel_j(0)),
    "I at 0": ("i", 0, lambda x: -x.bessel_k(0)),
    "J at 1/2": ("j", HALF, lambda x: (2 / (arb.pi() * x)).sqrt() * ((2 * x).ci() * x.sin() - (2 * x).si() * x.cos())),
    "Y at 1/2": (
        "y",
        HALF,
        lambda x: (2 / (arb.pi() * x)).sqrt() * ((2 * x).ci() * x.cos() + ((2 * x).si() - arb.pi()) * x.sin()),
    ),
    "K at 1/2": ("k", HALF, lambda x: (arb.pi() / (2 * x)).sqrt() * x.exp() * (2 * x).expint(1)),
    "K at -1/2": ("k", -HALF, lambda x: -(arb.pi() / (2 * x)).sqrt() * x.exp() * (2 * x).expint(1)),
}


@pytest.mark.parametrize("case", CLOSED)
@pytest.mark.parametrize("x", ARGUMENTS)
def test_closed_forms_are_enclosed(case, x):
    """The first derivatives at the orders 0 and 1/2 are those of DLMF 10.15.3 to 10.15.9, 10.38.4 and 10.38.7."""
    letter, order, closed = CLOSED[case]
    with ctx.workprec(2000):
        expected = closed(arb(x))
    with ctx.workprec(900):
        found = derivative(FAMILIES[letter], arb(order), arb(x), 1)
    assert found.overlaps(expected)
    assert found.rel_accuracy_bits() > 53


@every_family
@pytest.mark.parametrize("order", [-3.25, -1, 0, 0.5, 2, 40, 900])
@pytest.mark.parametrize("x", [1e-9, 0.5, 3, 60, 900, 1e5])
def test_the_bound_holds_on_the_disc(letter, order, x):
    """No value on the circle of radius 1 round the order exceeds the bound M."""
    family = FAMILIES[letter]
    with ctx.workprec(4000):
        bound = family.bound(arb(order) - 1, arb(order) + 1, arb(x), arb(x))
        for twelfth in range(0, 24, 3):
            value = family.value(acb(order) + acb(arb(twelfth) / 12 + 0.01).exp_pi_i(), acb(x))
            assert value.abs_lower() <= bound


@every_family
@pytest.mark.parametrize("width", [1e-30, 1e-8, 0.3])
def test_balls_of_orders_hold_their_derivatives(letter, width):
    """For a ball of orders and of arguments the enclosure is finite and holds the derivatives at its ends."""
    family = FAMILIES[letter]
    for order in (-1.5, 0.0, 2.0):
        wide = derivative(family, arb(order, width), arb(2.5, width), 2)
        assert wide.is_finite()
        for shift in (-width, 0, width):
            assert wide.overlaps(derivative(family, arb(order + shift), arb(2.5 - shift), 2))


@every_family
def test_what_would_take_long_is_unknown(letter):
    """Orders beyond the limit and derivatives beyond the sixth are not computed."""
    family = FAMILIES[letter]
    assert not derivative(family, arb(LARGEST_ORDER + 1), arb(1), 1).is_finite()
    assert not derivative(family, arb(1), arb(1), LAST_DERIVATIVE + 1).is_finite()
    assert derivative(family, arb(1), arb(1), LAST_DERIVATIVE).is_finite()


def test_at_0_the_derivative_is_0_for_positive_orders():
    """J and I are 0 at x = 0 for every positive order, and so are their derivatives by it; at other orders none is."""
    for letter in "ji":
        assert derivative(FAMILIES[letter], arb(1.5), arb(0), 1).is_zero()
        assert not derivative(FAMILIES[letter], arb(0), arb(0), 1).is_finite()


def test_the_mixed_derivative_is_right_at_order_0():
    """∂²J/∂n∂x at n = 0 is (∂J/∂n at -1 - ∂J/∂n at 1)/2, by symbols and by differences of the gradient."""
    symbolic = hessian("besselj(n, x)", at={"n": 0, "x": 2}).hessian
    numeric = hessian("besselj(n, x)", at={"n": 0, "x": 2}, method="fd").hessian
    assert symbolic[0][1] == symbolic[1][0] == pytest.approx(0.16812615031243094, rel=1e-15)
    assert numeric[0] == pytest.approx(symbolic[0], rel=1e-12)


def test_an_order_that_must_be_an_integer_cannot_be_differentiated_by():
    """Left of 0 besselj is real only for integers, so there is a derivative by x and none by n."""
    found = grad("besselj(n, x)", at={"n": 2, "x": -1})
    assert found.gradient == {"n": None, "x": pytest.approx(-0.21024361588113255)}
    assert "real only for" in found.numbers.problems[0].message


@pytest.mark.parametrize("text", ["besselj(-3, x) + besselj(3, x)", "besselk(-2, x) - besselk(2, x)"])
def test_negative_integer_orders_are_written_by_positive_ones(text):
    """J_{-n} = (-1)**n*J_n and K_{-n} = K_n, so these differences fold to 0."""
    assert write(grad(text).symbolic["x"]) == "0"
