"""Traces of vectors and matrices: adjoints in the shape of their steps, formulas as in d2l's backpropagation."""

from __future__ import annotations

from typing import Any

import pytest

import gradcli
from gradcli.explain.traces import traces
from gradcli.problems import GradcliError
from gradcli.render.notation import write
from tests.explain.helpers import request
from tests.schemas import require_valid

NETWORK = "L = norm(o-y)**2/2; o = W2@h; h = tanh(z); z = W1@x"
POINT = {"W1": [[1, 2], [3, 4]], "W2": [[1, -1]], "x": [0.5, -0.2], "y": [1]}

SHAPES = ["W1: 2,2", "W2: 1,2", "x: 2", "y: 1"]


def formulas(trace: Any) -> dict[str, str]:
    """∂L/∂name for each name that one step uses."""
    found: dict[str, str] = {}
    for step in trace.steps:
        for use in step.uses:
            if use.contribution is not None:
                text = write(use.contribution)
                found[use.name] = f"{found[use.name]} + {text}" if use.name in found else text
    return found


def test_adjoints_have_the_shape_of_their_steps():
    """The two-layer network, by JAX in x64."""
    trace = traces(request(NETWORK, POINT, ("W1", "W2")))[0]
    steps = {step.name: step for step in trace.steps}
    assert steps["W1"].adjoint[1] == pytest.approx([0.4775462614928993, -0.19101850459715974], rel=1e-12)
    assert steps["h"].adjoint == pytest.approx([-1.5046997824922077, 1.5046997824922077], rel=1e-12)
    assert (steps["o"].shape, steps["v2"].shape) == ((1, 1), ())
    assert steps["x"].kind == "data"


def test_the_equations_of_backpropagation():
    """Zhang et al., Dive into Deep Learning, section Backpropagation: ∂J/∂W2 = ∂J/∂o hᵀ + λ W2."""
    text = f"J = L + s; s = lam/2*(norm(W1)**2 + norm(W2)**2); {NETWORK}"
    found = formulas(traces(request(text, None, ("W1", "W2")))[0])
    assert found["W2"] == "∂J/∂o@h.T + lam*W2" or found["W2"] == "lam*W2 + ∂J/∂o@h.T"
    assert found["z"] == "∂J/∂h*(1 - h**2)"
    assert found["h"] == "W2.T@∂J/∂o"


def test_a_kink_of_one_entry():
    """relu at 0 in one entry: that entry and what needs it are null, the others stand."""
    text = "f = sum(h); h = relu(z); z = W@x"
    trace = traces(request(text, {"W": [[1, 2], [3, 4]], "x": [0.5, -0.25]}, ("W",)))[0]
    steps = {step.name: step for step in trace.steps}
    assert steps["z"].adjoint == [None, 1.0]
    assert steps["W"].adjoint == [[None, None], [0.5, -0.25]]


def test_a_residual_of_zero_is_no_trouble():
    """norm(r)**2 at r = 0 has the gradient 0."""
    trace = traces(request("f = norm(r)**2; r = A@x - b", {"A": [[1, 0], [0, 1]], "x": [1, 2], "b": [1, 2]}, ("x",)))[0]
    assert trace.gradient == {"x": [0.0, 0.0]}


def test_large_arrays_in_float64():
    """Too many entries to certify: float64, which is said, and the same numbers as NumPy's."""
    import numpy as np

    generator = np.random.default_rng(1)
    x, w, y = generator.normal(size=(200, 60)), generator.normal(size=60), generator.normal(size=200)
    trace = traces(request("f = norm(r)**2; r = X@w - y", {"X": x, "w": w, "y": y}, ("w",)))[0]
    assert trace.numbers.accuracy == "float64"
    assert trace.gradient["w"] == pytest.approx((2 * x.T @ (x @ w - y)).tolist(), rel=1e-9)


def test_long_programs_show_their_statements():
    """More than ten operations: the statements, and how many operations they have; `named=False` shows all."""
    text = f"J = L + s; s = lam/2*(norm(W1)**2 + norm(W2)**2); {NETWORK}"
    point = {**POINT, "lam": 0.1}
    short = traces(request(text, point, ("W1", "W2")))[0]
    long = traces(request(text, point, ("W1", "W2"), named=False))[0]
    assert (short.hidden, len(short.steps), len(long.steps)) == (12, 11, 17)
    assert short.gradient == long.gradient


def test_latex_products_are_matrix_products():
    """A x in LaTeX is A@x in the steps."""
    from gradcli.problems import Source
    from gradcli.text.parser import parse_script

    made = request("norm(A@x)", {"A": [[1, 2], [0, 1]], "x": [3, 4]}, ("x",))
    script = parse_script([Source("expression", r"\|A x\|^2")], True)
    trace = traces(made._replace(script=script))[0]
    assert [write(step.expression) for step in trace.steps if step.expression] == ["A@x", "norm(v1)**2"]


def test_forward_mode_as_formulas() -> None:
    """Each tangent from those of the steps before; what does not move has none."""
    (trace,) = traces(request(NETWORK, None, ("W1", "W2"), mode="forward"))
    found = {step.name: write(step.tangent) for step in trace.steps if step.tangent is not None}
    assert found["z"] == "dW1@x"
    assert found["o"] == "dW2@h + W2@dh"
    assert found["L"] == "(o - y).T@do"
    (trace,) = traces(request(NETWORK, None, ("W2",), mode="forward"))
    assert next(write(s.tangent) for s in trace.steps if s.name == "h") == "0"


def test_forward_mode_has_the_gradient_entry_by_entry() -> None:
    """A column for each entry of the inputs; the last row is the gradient, certified, as grad has it."""
    (trace,) = traces(request(NETWORK, POINT, ("W1", "W2"), mode="both"))
    tangents = trace.steps[-1].tangents or {}
    answer = gradcli.grad(NETWORK, wrt=["W1", "W2"], at=POINT).gradient
    assert list(tangents) == [*(f"W1[{i},{j}]" for i in (0, 1) for j in (0, 1)), "W2[0,0]", "W2[0,1]"]
    assert list(tangents.values()) == [*(x for row in answer["W1"] for x in row), *answer["W2"][0]]
    assert trace.numbers.accuracy == "certified"


@pytest.mark.parametrize("size", [3, 40])
def test_along_a_direction(size: int) -> None:
    """One column along a direction, by balls and (of long arrays) in float64: that of grad."""
    at = {"x": [0.1 * k for k in range(size)], "A": [[(i + 2 * j) % 5 for j in range(size)] for i in range(size)]}
    direction = {"x": [(-1.0) ** k for k in range(size)]}
    found = gradcli.trace("sum(sin(A@x))", wrt="x", at=at, mode="forward", along=direction)
    answer = gradcli.grad("sum(sin(A@x))", wrt="x", at=at, along=direction)
    assert found.steps[-1].tangents["d"] == pytest.approx(answer.directional, rel=1e-12)


def test_too_many_entries_need_a_direction() -> None:
    """13 columns would be no table."""
    with pytest.raises(GradcliError, match="13") as caught:
        traces(request("sum(x**2)", {"x": [1.0] * 13}, mode="forward"))
    assert "--along" in str(caught.value.hint)


def test_constants_are_arrays_too() -> None:
    """--set A=[[1,2],[3,4]]: a row of the trace, in both modes the gradient of grad."""
    given = {"at": {"t": 2, "x": [1, 2]}, "wrt": ("x", "t"), "constants": {"A": [[1, 2], [3, 4]]}}
    trace = gradcli.trace("sum(sin(A@x))*t", mode="both", **given)
    assert next(step.kind for step in trace.steps if step.name == "A") == "constant"
    assert trace.gradient == gradcli.grad("sum(sin(A@x))*t", **given).gradient


@pytest.mark.parametrize(
    "text", ["L = sum(tanh(W@x))", "L = logsumexp(z)*z; z = W@x", "L = mean((z - 1)**2); z = W@x + 1"]
)
def test_functions_of_a_product_of_one_entry(text: str) -> None:
    """W of one row: the product is a 1x1 matrix, which sum and mean take as grad does."""
    at = "W=[[1,-1]],x=[3,4]"
    (trace,) = traces(request(text, at))
    assert trace.gradient == gradcli.grad(text, at=at).gradient
    assert gradcli.steps(text, at=at).derivations[0].evidence == "proved"
    assert gradcli.chain(text, at=at).agree


def test_vectors_that_are_written_out_have_their_terms() -> None:
    """What has no partial as a number is named: ∂L/∂z·∂z/∂v1, at a point as without one."""
    text = "L = sum(z) + x; z = [x, y]@[y, x]"
    for at in (None, "1,2"):
        (trace,) = traces(request(text, at))
        uses = {use.name: write(use.contribution) for step in trace.steps for use in step.uses if use.contribution}
        assert uses == {"x": "∂L/∂v2*∂v2/∂x", "y": "∂L/∂v2*∂v2/∂y", "v1": "∂L/∂z*∂z/∂v1", "v2": "∂L/∂z*∂z/∂v2"}


@pytest.mark.parametrize("at", ["x=[1,2],A=[[2,1],[1,3]]", "[1,2],[[2,1],[1,3]]"])
def test_a_size_that_is_a_letter_stands_in_a_step(at: str) -> None:
    """ones(n) was refused where n is the size of a value."""
    found = gradcli.trace("x: n; A: n,n; x.T@A@x + sum(ones(n)*x)", wrt="x", at=at)
    assert found.gradient == {"x": [9.0, 15.0]}


@pytest.mark.parametrize("mode", ["forward", "both", "reverse"])
@pytest.mark.parametrize("at", [POINT, None])
def test_traces_are_valid_by_their_schema(mode: str, at: Any) -> None:
    """The tangents of whole arrays, too: `logsumexp(v)` in forward mode was not."""
    require_valid(gradcli.trace(NETWORK, at=at, wrt=["W1", "W2"], mode=mode, shapes=SHAPES).to_dict())
