"""Points at which SymPy, JAX, PyTorch, autograd, Maxima, Sage or numdifftools had wrong numbers, and their neighbours.

Of public bug reports, from memory: kinks that are smoothed by what stands around them, borders, holes, far ends.
"""

from __future__ import annotations

import pytest

import gradcli

NONE = None
ROWS: list[tuple[str, dict[str, float], float | None, dict[str, float | None]]] = [
    ("abs(x)^2", {"x": 0}, 0, {"x": 0}),
    ("x*abs(x)", {"x": 0}, 0, {"x": 0}),
    ("abs(x)^3", {"x": 0}, 0, {"x": 0}),
    ("sqrt(x^2)", {"x": 0}, 0, {"x": NONE}),
    ("sqrt(x^4)", {"x": 0}, 0, {"x": 0}),
    ("sign(x)*x", {"x": 0}, 0, {"x": NONE}),
    ("sign(x)*x^2", {"x": 0}, 0, {"x": 0}),
    ("x^0", {"x": 0}, 1, {"x": 0}),
    ("0^x", {"x": 2}, 0, {"x": 0}),
    ("0^x", {"x": 0}, 1, {"x": NONE}),
    ("x^y", {"x": 0, "y": 2}, 0, {"x": 0, "y": 0}),
    ("x^y", {"x": 0, "y": 0}, 1, {"x": 0, "y": NONE}),
    ("x^y", {"x": 0, "y": 1}, 0, {"x": 1, "y": 0}),
    ("x^y", {"x": -2, "y": 3}, -8, {"x": 12, "y": NONE}),
    ("where(x>0,log(x),0)", {"x": -1}, 0, {"x": 0}),
    ("where(x==0,1,sin(x)/x)", {"x": 0}, 1, {"x": 0}),
    ("where(x>0,x*log(x),0)", {"x": 0}, 0, {"x": NONE}),
    ("acos(x)", {"x": 1}, 0, {"x": NONE}),
    ("asin(x^2)", {"x": 0}, 0, {"x": 0}),
    ("atan2(y,x)", {"x": 0, "y": 0}, NONE, {"x": NONE, "y": NONE}),
    ("atan2(y,x)", {"x": -1, "y": 0}, 3.141592653589793, {"x": 0, "y": NONE}),
    ("hypot(x,y)", {"x": 0, "y": 0}, 0, {"x": NONE, "y": NONE}),
    ("hypot(x,y)^2", {"x": 0, "y": 0}, 0, {"x": 0, "y": 0}),
    ("logsumexp([x,-inf])", {"x": 3}, 3, {"x": 1}),
    ("log(1+exp(x))", {"x": 1000}, 1000, {"x": 1}),
    ("log(1+exp(x))", {"x": -1000}, 0, {"x": 0}),
    ("max(x,y)", {"x": 1, "y": 1}, 1, {"x": NONE, "y": NONE}),
    ("max(x,y)*0", {"x": 1, "y": 1}, 0, {"x": 0, "y": 0}),
    ("clip(x,0,1)", {"x": 1}, 1, {"x": NONE}),
    ("clip(x,0,1)", {"x": 0.5}, 0.5, {"x": 1}),
    ("relu(x)^2", {"x": 0}, 0, {"x": 0}),
    ("relu(x)", {"x": 0}, 0, {"x": NONE}),
    ("floor(x)", {"x": 2}, 2, {"x": NONE}),
    ("floor(x)", {"x": 2.5}, 2, {"x": 0}),
    ("floor(x)*(x-2)", {"x": 2}, 0, {"x": NONE}),
    ("ceil(x)-x", {"x": 0.5}, 0.5, {"x": -1}),
    ("x*log(x)", {"x": 0}, NONE, {"x": NONE}),
    ("x^x", {"x": 0}, 1, {"x": NONE}),
    ("exp(-1/x^2)", {"x": 0}, NONE, {"x": NONE}),
    ("x^2*sin(1/x)", {"x": 0}, NONE, {"x": NONE}),
    ("where(x!=0,x^2*sin(1/x),0)", {"x": 0}, 0, {"x": 0}),
    ("where(x!=0,x*sin(1/x),0)", {"x": 0}, 0, {"x": NONE}),
    ("where(x!=0,exp(-1/x^2),0)", {"x": 0}, 0, {"x": 0}),
    ("cbrt(x)^3", {"x": 0}, 0, {"x": 1}),
    ("cbrt(x^3)", {"x": 0}, 0, {"x": 1}),
    ("x^(1/3)", {"x": -8}, NONE, {"x": NONE}),
    ("cbrt(x)", {"x": -8}, -2, {"x": 0.08333333333333333}),
    ("(x^2)^(1/2)", {"x": -3}, 3, {"x": -1}),
    ("(x^3)^(1/3)", {"x": -2}, NONE, {"x": NONE}),
    ("x^(2/3)", {"x": -8}, NONE, {"x": NONE}),
    ("log(x^2)", {"x": -2}, 1.3862943611198906, {"x": -1}),
    ("2*log(x)", {"x": -2}, NONE, {"x": NONE}),
    ("sqrt(x)*sqrt(x)", {"x": -1}, NONE, {"x": NONE}),
    ("1/(1/x)", {"x": 0}, NONE, {"x": NONE}),
    ("gamma(x)", {"x": 0}, NONE, {"x": NONE}),
    ("lgamma(x)", {"x": -0.5}, 1.265512123484645, {"x": 0.03648997397857652}),
    ("besselj(0,x)", {"x": 0}, 1, {"x": 0}),
    ("besselj(1,x)", {"x": 0}, 0, {"x": 0.5}),
    ("erf(x)", {"x": 10}, 1, {"x": 4.1976562313544175e-44}),
    ("sigmoid(x)", {"x": -800}, 0, {"x": 0}),
    ("tanh(x)", {"x": 20}, 1, {"x": 1.699341702116627e-17}),
    ("log(sigmoid(x))", {"x": -800}, -800, {"x": 1}),
    ("log(cosh(x))", {"x": 800}, 799.3068528194401, {"x": 1}),
    ("x/abs(x)", {"x": 0}, NONE, {"x": NONE}),
    ("abs(x)/x", {"x": 2}, 1, {"x": 0}),
    ("min(x^2,1)", {"x": 1}, 1, {"x": NONE}),
    ("max(x^2,x^3)", {"x": 1}, 1, {"x": NONE}),
    ("max(x^2,x^4)", {"x": 0}, 0, {"x": 0}),
    ("max(x,0)+min(x,0)", {"x": 0}, 0, {"x": 1}),
    ("max(x,-x)", {"x": 0}, 0, {"x": NONE}),
    ("abs(x-1)*abs(x-1)", {"x": 1}, 0, {"x": 0}),
    ("abs(sin(x))", {"x": 0}, 0, {"x": NONE}),
    ("(1-cos(x))/x^2", {"x": 1e-06}, 0.5, {"x": -8.333333333332222e-08}),
    ("zeta(x)", {"x": 0}, -0.5, {"x": -0.9189385332046727}),
    ("digamma(x)", {"x": 1}, -0.5772156649015329, {"x": 1.6449340668482264}),
    ("airyai(x)", {"x": 0}, 0.3550280538878172, {"x": -0.2588194037928068}),
    ("lambertw(x)", {"x": 0}, 0, {"x": 1}),
    ("factorial(x)", {"x": 0}, 1, {"x": -0.5772156649015329}),
    ("binomial(x,2)", {"x": 1}, 0, {"x": 0.5}),
    ("binomial(x,2)", {"x": 0}, 0, {"x": -0.5}),
    ("binomial(x,3)", {"x": -1}, -1, {"x": 11 / 6}),
    ("legendre(3,x)", {"x": -2}, -17, {"x": 28.5}),
    ("legendre(0,x)", {"x": 2}, 1, {"x": 0}),
    ("laguerre(0,x)", {"x": 2}, 1, {"x": 0}),
    ("chebyshevt(-1,x)", {"x": 2}, 2, {"x": 1}),
    ("hermite(3,x)", {"x": 0}, 0, {"x": -12}),
    ("jacobi(0,1,2,x)", {"x": 3}, 1, {"x": 0}),
    ("polylog(2,x)", {"x": 0}, 0, {"x": 1}),
    ("polylog(2,x)", {"x": 1}, 1.6449340668482264, {"x": NONE}),
    ("integral(exp(-t^2),t,0,x)", {"x": 0}, 0, {"x": 1}),
    ("integral(abs(t-x),t,0,1)", {"x": 0.5}, 0.25, {"x": 0}),
    ("integral(sin(x*t)/t,t,0,1)", {"x": 0}, 0, {"x": 1}),
]


@pytest.mark.parametrize(("text", "at", "value", "slopes"), ROWS)
def test_the_number_or_none(
    text: str, at: dict[str, float], value: float | None, slopes: dict[str, float | None]
) -> None:
    """A number to all digits that were written here, and none where there is none."""
    found = gradcli.grad(text, at=at)
    for ours, right in [(found.value, value), *((found.gradient[name], slope) for name, slope in slopes.items())]:
        assert (ours is None) == (right is None)
        assert ours is None or ours == pytest.approx(right, rel=1e-9, abs=0.0)


CODE = [row for row in ROWS if None not in (row[2], *row[3].values()) and "integral" not in row[0]]


@pytest.mark.parametrize(("text", "at", "value", "slopes"), CODE)
def test_autodiff_says_the_same(
    text: str, at: dict[str, float], value: float | None, slopes: dict[str, float | None]
) -> None:
    """So does a sweep in float64, or it says what it lost."""
    found = gradcli.grad(text, at=at, method="autodiff")
    said = any("loses digits" in line for line in found.to_dict()["assumptions"])
    for ours, right in [(found.value, value), *((found.gradient[name], slope) for name, slope in slopes.items())]:
        assert said or ours == pytest.approx(right, rel=1e-9, abs=0.0)
