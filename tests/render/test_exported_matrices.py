"""Conventions of matrices in exported code: symmetric variables, and the order of Jacobians and Hessians."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from exported import require, run, run_python, source_of

from gradcli.library.answers import export, grad
from gradcli.problems import GradcliError

SYMMETRIC = "S: 2,2 symmetric; A: 2,2; tr(S@A@S) + S[0,1]**3"
CASES = [
    (SYMMETRIC, ("S",), "gradient"),
    (SYMMETRIC, ("S",), "hessian"),
    ("S: 2,2 symmetric; x: 2; S@x*S[0,1]", ("S",), "jacobian"),
    ("X: 2,3; A: 2,2; A@X", ("X",), "jacobian"),
    ("X: 2,3; t: ; t**2*X", ("t",), "jacobian"),
    ("X: 2,3; sum(X**3)", ("X",), "jacobian"),
    ("X: 2,2; A: 2,2; tr(X@A@X) + X[0,1]**3", ("X",), "hessian"),
]


@pytest.mark.parametrize("to", ["numpy", "jax", "torch", "python", "c", "fortran", "sql"])
@pytest.mark.parametrize(("expression", "wrt", "kind"), CASES)
def test_derivatives_by_matrices_pass_their_self_test(to, expression, wrt, kind, tmp_path):
    """Matrix formulas and code of entries have the same numbers in the same order as the certified engine."""
    require(to)
    if to == "jax" and kind != "gradient":
        pytest.skip("NumPy runs the same formulas")
    expression = expression.replace("t: ; ", "")
    assert run(source_of(expression, to, kind, wrt=wrt), to, tmp_path) == (0, "")


@pytest.mark.parametrize("to", ["numpy", "python"])
def test_gradients_by_symmetric_matrices_are_those_of_grad(to):
    """The code gives (G + G.T)/2 of the free gradient G, as `gradcli grad` does, and its head says so."""
    source = source_of(SYMMETRIC, to, wrt=("S",), self_test=False)
    assert "(G + G.T)/2 of the free gradient G" in source.partition("import")[0]
    at = {"S": [[1.5, 2.0], [2.0, -3.0]], "A": [[1.0, 2.0], [3.5, 4.0]]}
    names: dict = {}
    exec(source, names)
    got = names["f_grad"](at["S"], at["A"])
    flat = [float(x) for row in got for x in row] if to == "numpy" else list(got)
    want = grad(SYMMETRIC, at, wrt="S").gradient["S"]
    assert flat == [x for row in want for x in row]
    assert flat[1] == flat[2]


def test_matrices_of_jacobians_and_hessians_are_in_the_order_of_vec():
    """The head says it, and NumPy's matrix and the entries of Python are the same."""
    found = []
    for to in ("numpy", "python"):
        source = source_of("X: 2,2; A: 2,2; A@X", to, "jacobian", wrt=("X",), self_test=False)
        assert "order of vec" in source.partition("import")[0]
        names: dict = {}
        exec(source, names)
        rows = names["f_jacobian"]([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]])
        found.append([[float(x) for x in row] for row in rows])
    assert found[0] == found[1] == [[5, 6, 0, 0], [7, 8, 0, 0], [0, 0, 5, 6], [0, 0, 7, 8]]


def test_a_symmetric_matrix_is_given_symmetric_values():
    """A point for the self-test that is not symmetric is an error."""
    with pytest.raises(GradcliError, match="declared symmetric"):
        source_of(SYMMETRIC, "c", wrt=("S",), at=[{"S": [[1, 2], [3, 4]], "A": [[1, 2], [3, 4]]}])


def test_sizes_that_are_letters_are_named():
    """A language without arrays of any size says which variable needs a number."""
    with pytest.raises(GradcliError, match=re.escape("has a size that is a letter")):
        source_of("norm(A@x - b)**2", "c")


FUNCTIONS = (
    "logsumexp(B)", "sum(logsumexp(B, axis=0))", "sum(softmax(B, axis=1)**2)", "norm(A@B, 1)", "norm(A@B, inf)",
    "max(A)", "sum(max(A, axis=1))", "sum(min(A, axis=0)**2)", "norm(x, inf)", "norm(x, 1)", "norm(A)", "std(B)",
    "sum(std(B, axis=0))", "var(x)", "mean(A)", "prod(x)", "sum(prod(A, axis=0))", "det(S)",
    "logdet(S@S.T + eye(3))", "tr(inv(S))",
    "sum(cumsum(x)**2)", "dot(x, x)", "sum(outer(x, x)**2)", "sum(kron(A, A))", "sum(solve(S, x)**2)", "sum(adj(S)**2)",
    "sum(diag(S)**2)", "sum(log_softmax(x)*x)", "sum(concat(x, x)**2)", "min(D@D.T)",
    "max(concat(x, x))", "max(outer(x, x))", "sum(max(min(A, A[:, :1]), axis=1))", "sum(vec(A)**2)",
    "sum(cross(x, x + 1))",
)  # fmt: skip
DECLARED = "A: 3,3; B: 3,4; S: 3,3; x: 3; D: 2,3; "


SHOW = """
def show(result):
    parts = result if isinstance(result, tuple) else (result,)
    print([part.tolist() for part in parts])
"""


@pytest.mark.parametrize("to", ["numpy", "jax", "torch"])
def test_every_array_function_has_the_certified_gradient(to):
    """At random points, in float64: greatest entries are chosen by the entry, not by equal sums of other order."""
    require(to)
    rng = np.random.default_rng(20261129)
    shapes = {"A": (3, 3), "B": (3, 4), "S": (3, 3), "x": (3,), "D": (2, 3)}
    convert = {"numpy": "np.asarray", "jax": "jnp.asarray", "torch": "tensor"}[to]
    for text in FUNCTIONS:
        source = source_of(f"{DECLARED}{text}", to, self_test=False)
        names = re.findall(r"def f_grad\((.*)\):", source)[0].split(", ")
        points = [{name: rng.normal(size=shapes[name]).tolist() for name in names} for _ in range(4)]
        calls = "".join(f"show(f_grad({', '.join(f'{convert}({v!r})' for v in at.values())}))\n" for at in points)
        code, said = run_python(f"{source}\n{SHOW}{calls}")
        assert code == 0, said
        for at, line in zip(points, said.splitlines(), strict=True):
            wanted = grad(f"{DECLARED}{text}", at=at).gradient
            for name, got in zip(names, json.loads(line), strict=True):
                assert np.allclose(got, np.array(wanted[name], dtype=float), rtol=1e-8, atol=1e-9), (text, name)


def test_a_size_that_no_argument_has_is_an_error() -> None:
    """eye(m) beside an array of other sizes was an internal error."""
    with pytest.raises(GradcliError, match="no array has the size m"):
        export("sum(A) + tr(eye(m))", to="numpy", shapes=["A: 1,2"])


def test_constants_are_called_like_nothing_that_the_file_calls() -> None:
    """--set of a vector called zip: the self-test calls Python's own zip."""
    source = export("norm(A@x - zip)", to="numpy", constants={"zip": [1, 2]}, self_test=True).source
    assert "zip_ = np.array" in source
    assert run_python(source) == (0, "")


FAR = [
    ("sum(log(1 + exp(-y*(A@w))))", {"A": [[1000, 0], [0, 1000]], "w": [1, -1], "y": [1, 1]}),
    ("log(mean(exp(x)))", {"x": [1000, 0]}),
    ("log(1 + sum(exp(x)))", {"x": [0, 1000]}),
    ("-log(exp(x[0])/sum(exp(x)))", {"x": [0, 1000]}),
    ("-log(exp(x[0])/(exp(x[0]) + exp(x[1])))", {"x": [0, 1000]}),
    ("-sum(y*log(softmax(x)))", {"x": [1000, 0], "y": [0, 1]}),
    ("1/(1 + exp(-w.T@x))", {"x": [1000, 0], "w": [-1, 1]}),
    ("sum(exp(x)/(1 + exp(x))**2)", {"x": [1000, -1000]}),
    ("sum(log(exp(x) + exp(y)))", {"x": [1000, -1000], "y": [999, -1001]}),
    ("sum(log(cosh(x - y)))", {"x": [1000, 1e-9], "y": [0, 0]}),
    ("sum(x/(exp(x) - 1))", {"x": [1e-10, 800]}),
    ("sum((1 - cos(x))/x**2)", {"x": [1e-8, 1]}),
    ("sum(1 - tanh(x)**2)", {"x": [20, -40, 0.5]}),
    ("sum(log(1 + x))", {"x": [1e-10, 1e-20]}),
    ("sum(sqrt(1 + x**2) - 1)", {"x": [1e-9, 1e200]}),
    ("sum(x/sqrt(x**2 + y**2))", {"x": [1e200, 1e-200], "y": [1e200, 1e-200]}),
    ("norm(x)", {"x": [1e200, 1e200]}),
    ("norm(x)", {"x": [1e-200, 1e-200]}),
    ("sqrt(x.T@x + 1) - 1", {"x": [1e-9, 1e-9]}),
    ("std(x)", {"x": [1e200, 2e200]}),
    ("std(x)", {"x": [1e8, 1e8 + 1, 1e8 + 2]}),
    ("x.T@y/(norm(x)*norm(y))", {"x": [3, 4], "y": [1, 2]}),
]
"""Programs, and points far out or near where they cancel."""


@pytest.mark.parametrize("to", ["numpy", "jax", "torch"])
def test_formulas_of_arrays_keep_their_digits(to: str) -> None:
    """Value and gradient are those of --at, entry by entry what exported code of numbers has."""
    require(to)
    convert = {"numpy": "np.asarray", "jax": "jnp.asarray", "torch": "tensor"}[to]
    for text, at in FAR:
        shapes = [f"{name}: {','.join(map(str, np.shape(value)))}" for name, value in at.items()]
        source = export(text, to=to, shapes=shapes).source
        names = re.findall(r"def f_grad\((.*)\):", source)[0].split(", ")
        call = ", ".join(f"{convert}({np.asarray(at[name], dtype=float).tolist()!r})" for name in names)
        code, said = run_python(f"{source}\n{SHOW}show((f({call}),))\nshow(f_grad({call}))\n")
        assert code == 0, said
        (value,), slopes = map(json.loads, said.replace("nan", "NaN").splitlines())
        right = grad(text, at=at)
        for ours, want in zip([value, *slopes], [right.value, *(right.gradient[n] for n in names)], strict=True):
            assert np.allclose(ours, np.array(want, dtype=float), rtol=1e-10, atol=1e-280), (text, at)


def test_a_similarity_of_long_vectors_is_a_number() -> None:
    """x.T@y alone is beyond the largest float64 here."""
    code: dict = {}
    exec(export("x: 2; y: 2; x.T@y/(norm(x)*norm(y))", to="numpy").source, code)
    for size in (1e200, 1e-200):
        assert code["f"]([size, size], [size, 2 * size]) == pytest.approx(3 / 10**0.5, rel=1e-14)


@pytest.mark.parametrize(
    "text", ["max(relu(logit(x - x)))", "sum(min(x, 1)*(-2)**1.5)", "max(-x/0)", "sum(exp(-1/x**2))"]
)
def test_where_there_is_no_value_there_is_nan(text: str) -> None:
    """In arrays, too: what functions of infinite numbers forget is asked, and constants are NumPy's, not Python's."""
    code: dict = {}
    exec(export(text, to="numpy", shapes=["x: 2"]).source, code)
    assert not np.isfinite(code["f_value_and_grad"]([0, 2])[0])


DROPPED = (
    ("x: n; sum(x/x*x)", [0.0, 1.0], None),
    ("x: n; sum(x*log(x)/log(x))", [-1.0, 2.0], None),
    ("x: n; sum(sqrt(x)**2)", [-1.0, 2.0], None),
    ("x: n; sum(0*log(x) + x)", [-1.0, 2.0], None),
    ("x: n; sum(asin(x) - asin(x) + x)", [0.5, 2.0], None),
    ("x: n; norm(x[:2])/norm(x[:2])*sum(x)", [0.0, 0.0], None),
    ("x: n; sum(x/x*x)", [2.0, 1.0], 3.0),
    ("x: n; sum(where(x != 0, x/x*x, x))", [0.0, 1.0], 1.0),
    ("x: n; sum(where(x > 0, x*log(x)/log(x), x))", [-1.0, 2.0], 1.0),
    ("x: n; sum(exp(x)/exp(x)*x)", [-800.0, 1.0], -799.0),
)


@pytest.mark.parametrize(("text", "x", "value"), DROPPED)
@pytest.mark.parametrize("many", [1, 20_000])
def test_what_cancels_in_arrays_must_have_a_value(text: str, x: list[float], value: float | None, many: int) -> None:
    """x/x has none at 0: in exported code, at a point, and in arrays too large for certified numbers."""
    code: dict = {}
    exec(export(text, to="numpy").source, code)
    found = [code["f"](x), code["f_value_and_grad"](x)[0]]
    if many == 1:
        found.append(grad(text, at={"x": x}).value)
    else:
        whole = [*x, *[1.25] * many]
        found.append(grad(text, at={"x": np.array(whole)}).value)
        value = None if value is None else value + 1.25 * many
        found[:2] = [code["f"](whole), code["f_value_and_grad"](whole)[0]]
    assert found == [pytest.approx(value) if value is not None else pytest.approx(np.nan, nan_ok=True)] * 2 + [
        pytest.approx(value) if value is not None else None
    ]


def test_entries_without_a_value_are_nan_alone() -> None:
    """Of a function entry by entry the others keep theirs; a product with a matrix has none."""
    code: dict = {}
    exec(export("x: n; x/x*x", to="numpy", kind="jacobian").source, code)
    assert np.array_equal(code["f"]([0, 3]), [np.nan, 3], equal_nan=True)
    exec(export("x: n; A: m,n; A@(x/x)", to="numpy", kind="jacobian", wrt="x").source, code)
    assert np.isnan(code["f"]([0, 3], [[1, 2], [3, 4]])).all()
