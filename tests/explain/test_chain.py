"""The chain rule from the output inwards: null where a factor has no derivative, decided as grad decides."""

from __future__ import annotations

from typing import Any

import pytest

import gradcli
from gradcli.explain.links import agreement
from gradcli.library.values import read_point
from gradcli.question import Question
from gradcli.solve import solve


def array_chain(text: str, at: Any, wrt: tuple[str, ...], layout: str | None = None) -> Any:
    points = () if at is None else (read_point("at", at),)
    return solve(Question("chain", gradcli.parse(text), points, wrt=wrt, layout=layout))[0]


def test_a_term_through_a_kink_is_null():
    """abs(x)*y at (0, 2): ∂f/∂x is null, ∂f/∂y is 0."""
    found = gradcli.chain("abs(x)*y", at=(0, 2))
    assert [(term.outer_value, term.inner_value, term.product) for term in found.terms["x"]] == [(2.0, None, None)]
    assert found.total_values == {"u1": 2.0, "x": None, "y": 0.0}


def test_a_special_point_is_decided_as_grad_decides_it():
    """(exp(x) - 1)/x with its value 1 at 0 has the slope 1/2 there."""
    found = gradcli.chain("y = u^2; u = where(x != 0, (exp(x)-1)/x, 1)", at=0)
    assert (found.terms["x"][0].inner_value, found.total_values["x"], found.agree) == (0.5, 1.0, True)


def test_found_intermediates_follow_the_text():
    """log(x²)·sin(x) + 1/x: u1 is the square, u5 the reciprocal."""
    from gradcli.render.notation import write

    found = gradcli.chain("log(x**2)*sin(x) + 1/x")
    assert [write(step.expression) for step in found.intermediates] == ["x**2", "log(u1)", "sin(x)", "u2*u3", "1/x"]


def test_from_the_output_inwards():
    """Each outer derivative stands before it is used."""
    assert list(gradcli.chain("y = u*v; u = a + b; v = sin(u)").terms) == ["v", "u", "a", "b"]


def test_the_derivative_of_a_known_step_is_written_by_its_name():
    """h = tanh(z): 1 - h², not 1 - tanh(z)²."""
    from gradcli.render.notation import write

    found = gradcli.chain("y = h*w; h = tanh(z)")
    assert write(found.terms["z"][0].inner) == "1 - h**2"


NETWORK = "L = norm(o - y)**2/2; o = W2@h; h = tanh(z); z = W1@x"
POINT = {"W1": [[1, 2], [3, 4]], "W2": [[1, -1]], "x": [0.5, -0.2], "y": [1]}


def test_arrays_in_the_shape_of_their_names():
    """∂L/∂W1 = ∂L/∂z xᵀ, and y of one entry is y."""
    from gradcli.render.explain.terms import contributions, inwards

    found = array_chain(NETWORK, POINT, ("W1", "W2"))
    texts = {step.name: contributions(found, step, "text") for step in inwards(found)}
    assert texts["W1"] == "∂L/∂z@x.T"
    assert texts["o"] == "o - y"
    assert found.agree is True


def test_a_layout_that_is_asked_for_has_jacobians():
    """Products of Jacobians, a matrix as vec of itself, only where a layout is named."""
    found = array_chain(NETWORK, POINT, ("W1",), "numerator")
    assert found.trace is None
    assert found.paths[0].shapes == ((1, 1), (1, 2), (2, 2), (2, 4))


def test_plain_array_expressions_have_intermediates():
    """norm(X@w - y)**2/n: the product, the residual, its square."""
    found = array_chain("norm(X@w - y)**2/n", None, ("w",))
    assert [step.name for step in found.intermediates] == ["u1", "u2", "u3"]
    assert found.found


def test_a_kink_in_an_array_is_null():
    """relu at 0 in one entry: no product through it is a number."""
    found = array_chain("L = sum(h); h = relu(z); z = W@x", {"W": [[1, 2], [3, 4]], "x": [0.5, -0.25]}, ("W",))
    assert found.terms["z"][0].product == [[None, 1.0]]
    assert found.total_values["W"] == [[None, 0.5, None, -0.25]]


def test_the_greatest_entry_is_decided_by_grad():
    """max(exp(z)) has a derivative where one entry is greatest."""
    found = array_chain("z: 3; u = exp(z); L = max(u)", {"z": [0.8, 0.984, -0.9]}, ("z",))
    assert found.terms["z"][0].product == [[0.0, 2.6751354109963805, 0.0]]


@pytest.mark.parametrize("layout", ["numerator", "denominator", "both"])
def test_arrays_of_one_entry_add_to_products_that_are_numbers(layout: str) -> None:
    """X@W is a number where both have one entry, X is none: their sum was an internal error."""
    text = "H = X + tanh(X@W); G = H + tanh(H@W); sum(G**2)"
    point = {"X": [[-1.0625]], "W": [[0.75]]}
    found = gradcli.chain(text, at=point, layout=layout)
    assert found.agree
    assert found.gradient == gradcli.grad(text, at=point).gradient


def test_differences_have_the_factors_of_the_entries() -> None:
    """det at a singular matrix has a formula that is 0 times infinity in float64; its chain was no JSON."""
    found = gradcli.chain("det(A)", at={"A": [[1, 2], [2, 4]]}, method="fd")
    assert found.terms["A"][0].product == [[4.0, -2.0, -2.0, 1.0]]
    assert '"agree": true' in found.to_json()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("t = A@A; tr(expm(t))", {"A": [[0.125, 0.25], [0.375, 0.125]]}),
        ("t = diag(z)@A; norm(t, 'nuc')", {"z": [1, 2], "A": [[1, 2, 3], [4, 5, 7]]}),
    ],
)
def test_functions_of_whole_matrices_have_factors_in_float64(text: str, at: dict[str, Any]) -> None:
    """expm and singular values have no formula entry by entry: this was an error."""
    found = gradcli.chain(text, at=at)
    assert found.agree
    assert found.numbers.accuracy == "float64"
    assert found.terms["t"][0].product is not None


@pytest.mark.parametrize("text", ["u = y/y; u*x", "u = 1/y; u - u + x", "y/y*x", "u = log(y); v = 0*u; v + x"])
def test_without_a_value_there_are_no_derivatives(text: str) -> None:
    """What a statement has cancelled is asked for: no number stands where the function has no value."""
    found = gradcli.chain(text, at={"x": 1, "y": 0})
    assert found.value is None
    assert set((found.total_values or {}).values()) == {None}


def test_a_jump_around_a_branch_that_is_not_taken() -> None:
    """Names of the other branch have no value in it, and need none (KeyError)."""
    found = gradcli.chain("u = x - 3; h = floor(where(x < 0, u, x)); u*h", at=2)
    assert (found.total_values or {}) == {"h": -1.0, "u": 2.0, "x": None}


def test_partials_without_a_derivative_add_up_to_none() -> None:
    """cbrt(x²·u) has partials 0 at 0 by x and by u; along u = x it is x, and the chain rule does not hold."""
    found = gradcli.chain("u = x; cbrt(x**2*u)", at=0)
    assert (found.total_values, found.gradient, found.agree) == ({"u": 0.0, "x": None}, {"x": 1.0}, None)
    assert found.numbers.notes[0].startswith("x: the chain rule does not hold here")


def test_what_another_statement_dropped_is_not_asked_of_a_statement() -> None:
    """y/y needs a value of y, which the statement with the choice does not know: this was an internal error."""
    found = gradcli.chain("u = y/y*x; f = where(u != 2, u, 2)*max(x, u)", at={"x": 2, "y": 3})
    assert found.agree is not False
    assert found.gradient == {"x": 4.0, "y": 0.0}


def test_what_the_whole_has_is_said_where_the_sum_has_none() -> None:
    """max(x², 2·x - 1) is x², the kink of max notwithstanding."""
    found = gradcli.chain("f = max(u, v); u = x**2; v = 2*x - 1", at=1)
    assert (found.total_values, found.gradient) == ({"v": None, "u": None, "x": None}, {"x": 2.0})
    assert found.numbers.notes[-1] == "x: a step on the way has no derivative here, and the whole function has one"


@pytest.mark.parametrize(
    ("sums", "direct", "expected"),
    [
        ({"x": 1.0, "y": 1e-9}, {"x": 1.0, "y": 2e-9}, False),  # a small derivative is compared with itself
        ({"X": [[1.0, 1e-12]]}, {"X": [[1.0, 2e-12]]}, True),  # entries of an array round like the greatest of them
        ({"x": None, "y": 2.0}, {"x": 1.0, "y": 2.0}, True),
        ({"x": None}, {"x": 1.0}, None),
    ],
)
def test_sums_agree_where_both_have_a_number(sums: Any, direct: Any, expected: bool | None) -> None:
    """Of scalars and of arrays alike; nothing is said where nothing can be compared."""
    assert agreement(list(sums), sums, direct) is expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("u = f(x, y); x = x(a, b); y = y(a, b)", "du/da = du/dx*dx/da + du/dy*dy/da"),
        ("x*sin(x)", "df/dx = df/du1*du1/dx + u1 = df/du1*cos(x) + u1"),
        ("-x + x*y", "df/dy = df/du2*du2/dy = df/du2*x"),
        ("g(x, x*y)", "df/dx = df/du1*du1/dx + ∂g/∂x = df/du1*y + ∂g/∂x"),
        ("f(x, f(x, y))", "dg/dx = dg/du1*du1/dx + f_1(x, u1) = dg/du1*f_1(x, y) + f_1(x, u1)"),
        ("f*x", "dy/df = x"),
    ],
)
def test_lines_say_nothing_twice(text: str, line: str):
    """Symbols, then inner derivatives put in where that is more; what the output uses itself is its formula."""
    assert line in gradcli.chain(text).text("plain").splitlines()


def test_the_output_has_a_name_of_its_own():
    """f is an abstract function or a variable here."""
    assert gradcli.grad("f(x)*x").text("plain").startswith("y = f(x)*x")
    assert gradcli.grad("f*x").reading.output == gradcli.trace("f*x").output == gradcli.steps("f(x)*x").output == "y"
    assert gradcli.jacobian("[f*x, x]").functions == ("y1", "y2")


def test_latex_has_brackets_where_they_are_needed():
    r"""`\left(x\right)` behind a partial would be read as its argument."""
    text = gradcli.chain("x*exp(-2*x)/y", at=(1, 2)).text("latex")
    assert r"\frac{\partial f}{\partial u_{2}} u_{2}" in text
    assert r"\frac{\partial f}{\partial u_{1}} \left(-2\right)" in text
    assert r"\left(x\right) =" not in text
    assert " = 1 = 1" not in text


@pytest.mark.parametrize("text", ["0*log(x) + x", "log(x) + where(x > 0, x, 2*x)"])
def test_no_term_where_the_function_has_no_value(text: str):
    """0·— is no 0: without a value there is nothing to differentiate."""
    terms = gradcli.chain(text, at=-1).to_dict()["terms"]
    assert {term["product"] for found in terms.values() for term in found} == {None}
