"""Evaluation of array graphs in float64."""

from __future__ import annotations

import itertools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from array_graphs import Arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.evaluate.float64.arrays import evaluate_arrays
from gradcli.evaluate.float64.matrices.chain import Factor, chain_product, plan
from gradcli.evaluate.float64.matrices.functions import polar
from gradcli.evaluate.float64.matrices.linear_algebra import (
    adjugate,
    exclusive_products,
    length,
    log_determinant,
    solve,
)
from gradcli.evaluate.float64.ties import ties_at

if TYPE_CHECKING:
    from gradcli.program.graph import Node

NOISE = np.random.default_rng(7)
X = NOISE.standard_normal((3, 4))
A = NOISE.standard_normal((4, 4)) + 4 * np.eye(4)
V = NOISE.standard_normal((4, 1))
VALUES: dict[str, Any] = {"X": X, "A": A, "v": V.ravel(), "t": 0.3}
SINGULAR = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])


def value(node: Node, values: dict[str, Any] | None = None, **sizes: int) -> Any:
    """One node's value; no warning may be shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return evaluate_arrays([node], values or VALUES, sizes)[0]


def softmax(x: Any, axis: int | None) -> Any:
    weights = np.exp(x)
    return weights / weights.sum(axis=axis, keepdims=True)


g = Arrays()
x, a, v, t = g.variable("X", "m", "n"), g.variable("A", "n", "n"), g.variable("v", "n", 1), g.variable("t")

OPERATIONS: list[tuple[Node, Any]] = [
    (g.node("eye", data="n", shape=("n", "n")), np.eye(4)),
    (g.ones("m", "n"), np.ones((3, 4))),
    (g.node("fill", t, data=("m", 2), shape=("m", 2)), np.full((3, 2), 0.3)),
    (g.node("dimension", data="n"), 4.0),
    (g.sum((1, x), (-1, x), (2, x)), 2 * X),
    (g.sum((-1, a), (1, g.turned(a))), A.T - A),
    (g.sum((2, t), start=1), 1.6),
    (g.product((x, 2), (g.call("exp", x), -1)), X**2 / np.exp(X)),
    (g.product((g.call("abs", x), -1)), 1 / np.abs(X)),
    (g.node("power", g.call("exp", x), x, shape=x.shape), np.exp(X) ** X),
    (g.node("scale", t, x, shape=x.shape), 0.3 * X),
    (g.matmul(x, a, v), X @ A @ V),
    (g.matmul(g.turned(v), a, v, scalar=True), float((V.T @ A @ V)[0, 0])),
    (g.matmul(v, g.turned(v)), V @ V.T),
    (g.matmul(v, g.ones(1, "m")), V @ np.ones((1, 3))),
    (g.matmul(g.ones("m", 1), g.turned(v)), np.ones((3, 1)) @ V.T),
    (g.matmul(g.node("inv", a, shape=a.shape), v), np.linalg.solve(A, V)),
    (g.matmul(x, g.node("inv", a, shape=a.shape)), X @ np.linalg.inv(A)),
    (g.matmul(x, g.node("diag", v, shape=a.shape), g.turned(x)), X @ np.diagflat(V) @ X.T),
    (g.matmul(*[g.node("inv", a, shape=a.shape)] * 2), np.linalg.inv(A @ A)),
    (g.matmul(*[g.node("diag", v, shape=a.shape)] * 2), np.diagflat(V**2)),
    (g.matmul(g.node("eye", data="m", shape=("m", "m")), x), X),
    (g.node("inv", g.turned(a), shape=a.shape), np.linalg.inv(A).T),
    (g.node("det", a), np.linalg.det(A)),
    (g.node("logdet", a), np.linalg.slogdet(A)[1]),
    (g.node("trace", a), np.trace(A)),
    (g.node("trace", g.matmul(x, a, g.turned(x))), np.trace(X @ A @ X.T)),
    (g.node("trace", g.matmul(g.node("inv", a, shape=a.shape), g.turned(x), x)), np.trace(np.linalg.inv(A) @ X.T @ X)),
    (g.node("diagonal", g.matmul(x, a, g.turned(x)), shape=("m", 1)), np.diagonal(X @ A @ X.T)[:, None]),
    (g.node("diagonal", a, shape=("n", 1)), np.diagonal(A)[:, None]),
    (g.node("total", x), X.sum()),
    (g.node("total", g.product((x, 1), (g.call("sin", x), 1))), (X * np.sin(X)).sum()),
    (g.node("total", g.product((x, 2))), (X**2).sum()),
    (g.node("diag", v, shape=("n", "n")), np.diagflat(V)),
    (g.node("vec", x, shape=("m*n", 1)), X.T.reshape(-1, 1)),
    (g.node("kron", x, v, shape=("m*n", "n")), np.kron(X, V)),
    (g.node("norm", x, data="2"), np.linalg.norm(X)),
    (g.node("nuclear", x), np.linalg.norm(X, "nuc")),
    (g.node("lse", x), np.log(np.exp(X).sum())),
    (g.node("lse", x, data=0, shape=(1, "n")), np.log(np.exp(X).sum(0, keepdims=True))),
    (g.node("softmax", v, shape=v.shape), softmax(V, None)),
    (g.node("softmax", x, data=1, shape=x.shape), softmax(X, 1)),
    (g.node("prod", x), X.prod()),
    (g.node("prod", x, data=1, shape=("m", 1)), X.prod(1, keepdims=True)),
    (g.node("extreme", x, data=("max", None)), X.max()),
    (g.node("extreme", x, data=("min", 0), shape=(1, "n")), X.min(0, keepdims=True)),
    (g.node("cumsum", x, data=1, shape=x.shape), np.cumsum(X, 1)),
    (g.node("cumsum", v, shape=v.shape), np.cumsum(V, 0)),
    (g.node("pick", x, data=(0, -1)), X[0, -1]),
    (g.node("pick", x, data=(1, (0, "n-1")), shape=(1, "n-1")), X[1:2, :-1]),
    (g.node("concat", x, x, data=1, shape=("m", "2*n")), np.hstack([X, X])),
    (g.matmul(g.node("commutation", data=("m", "n"), shape=("m*n", "m*n")), g.node("vec", x, shape=("m*n", 1))),
     X.reshape(-1, 1)),
    (g.node("where", g.node("compare", x, g.call("cos", x), data="<", shape=x.shape), x, g.product((x, 2)),
            shape=x.shape), np.where(np.cos(X) > X, X, X**2)),
    (g.node("where", g.node("compare", t, g.number(1), data=">="), x, g.product((x, 2)), shape=x.shape), X**2),
    (g.call("atan2", x, g.product((x, 2))), np.arctan2(X, X**2)),
    (g.call("erf", t), 0.3286267594591274),
]  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), OPERATIONS, ids=[f"{i}-{n.op}" for i, (n, _) in enumerate(OPERATIONS)])
def test_operations(node: Node, expected: Any) -> None:
    """Every operation of the table has NumPy's value, in the node's shape; letters of sizes come from the data."""
    everything = [node, x, a, v]
    found = evaluate_arrays(everything, VALUES)[0]
    if node.shape:
        assert isinstance(found, np.ndarray)
        assert found.shape == np.shape(expected)
    else:
        assert type(found) is float
    assert np.allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_rows_agree_with_their_scalar_kernels() -> None:
    """Every row's vectorised form has the value of its float64 kernel, also far out, and nan where there is none."""
    from gradcli.evaluate.float64.ufuncs import NUMPY, entrywise
    from gradcli.evaluate.kernels import float_kernel
    from gradcli.rules import RULES

    points = np.array([-800.0, -30, -2.5, -1, -0.3, 0.25, 0.5, 1, 2.5, 30, 700])
    for name in NUMPY:
        rule = RULES[name]
        others = [0.75, 1.5][: len(rule.args) - 1]
        with np.errstate(all="ignore"):
            found = entrywise(rule)(points, *others)
        for at, here in zip(points, found, strict=True):
            try:
                truth = float_kernel(rule)(float(at), *others)
            except ValueError:
                assert not np.isfinite(here), (name, at)
            except OverflowError:
                assert np.isinf(here), (name, at)
            else:
                assert here == pytest.approx(truth, rel=1e-13, abs=1e-300), (name, at)


def test_a_row_without_a_numpy_function_is_evaluated_entry_by_entry() -> None:
    """erfc over an array is its kernel's value at each entry, inf where that overflows and nan where it is not real."""
    found = value(g.call("erfc", v), {"v": [0.5, 1, -3, 0]}, n=4)
    assert found.ravel() == pytest.approx([0.4795001221869535, 0.15729920705028513, 1.9999779095030015, 1.0])
    assert np.isnan(value(g.call("gamma", v), {"v": [-1.0]})).all()


def test_sizes_come_from_data_or_are_given() -> None:
    """A letter's value is that of the data; where no array tells, `sizes` does; else it is an error."""
    from gradcli.problems import GradcliError

    assert value(g.ones("q", "2*q"), {}, q=2).shape == (2, 4)
    with pytest.raises(GradcliError) as caught:
        evaluate_arrays([g.ones("q", 1)], {})
    assert caught.value.code == "shape"


def test_values_are_shared() -> None:
    """A node that the value and the gradient both use is evaluated once."""
    residual = g.sum((1, g.matmul(a, v)), (-1, v))
    function, gradient, part = (
        g.node("norm", residual, data="2"), g.matmul(g.turned(a), residual), g.matmul(g.turned(residual), residual)
    )  # fmt: skip
    from gradcli.evaluate.float64.agenda import Agenda
    from gradcli.evaluate.float64.arrays import Arrays as Run

    agenda = Agenda([function, gradient, part])
    run = Run(agenda, VALUES, {})
    assert [node.op for node in agenda.order].count("sum") == 1
    run.evaluate()
    assert np.allclose(run.values[part], run.values[function] ** 2)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=7), st.data())
def test_chains_in_any_order(sizes: list[int], data: st.DataObject) -> None:
    """A chain with inverses, diagonals and ones is the product from left to right, in whatever order it is computed."""
    factors = []
    for i, (rows, columns) in enumerate(itertools.pairwise(sizes)):
        forms = ["plain", "ones", *(["inverse", "diagonal"] if rows == columns else [])]
        form = data.draw(st.sampled_from(forms), label=f"form {i}")
        full = np.random.default_rng(i).standard_normal((rows, columns)) + 3 * np.eye(rows, columns)
        array = {"ones": np.ones((rows, columns)), "diagonal": full[:, :1]}.get(form, full)
        factors.append(Factor(form, array))
    whole = np.eye(sizes[0])
    for factor in factors:
        whole = whole @ factor.dense()
    assert np.allclose(chain_product(factors), whole, rtol=1e-9, atol=1e-9)


def test_chains_are_associated_cheaply() -> None:
    """A@B@v multiplies the vector first, and v'@A@B too; a diagonal matrix is never written out."""
    square, vector = np.zeros((50, 50)), np.zeros((50, 1))
    order = plan([Factor("plain", square), Factor("plain", square), Factor("plain", vector)])
    assert order.costs[0, 2] == 2 * 50 * 50
    order = plan([Factor("plain", vector.T), Factor("plain", square), Factor("plain", square)])
    assert order.costs[0, 2] == 2 * 50 * 50
    tall, weights = np.ones((200_000, 2)), np.full((200_000, 1), 2.0)
    found = chain_product([Factor("plain", tall.T), Factor("diagonal", weights), Factor("plain", tall)])
    assert found.tolist() == [[400_000.0] * 2] * 2


def test_large_traces_and_repetitions_take_no_matrix() -> None:
    """tr(u@v') and sum(u@ones') of 20,000 entries need no array of 4·10⁸."""
    u = g.variable("u", "k", 1)
    entries = np.arange(20_000) / 2e4
    assert value(g.node("trace", g.matmul(u, g.turned(u))), {"u": entries}) == pytest.approx(entries @ entries)
    repeated = value(g.matmul(u, g.ones(1, "k")), {"u": entries})
    assert repeated.shape == (20_000, 20_000)
    assert repeated[7, 19_999] == entries[7]


# ------------------------------------------------------------------------------------ points that matter


@pytest.mark.parametrize("matrix", [SINGULAR, np.zeros((3, 3)), np.ones((3, 3)), np.diag([1.0, 0, 2])])
def test_singular_matrices_have_no_inverse(matrix: Any) -> None:
    """inv, solve and logdet of a matrix that is singular to working precision are nan, not noise."""
    values = {"A": matrix, "v": [1.0, 2, 3]}
    inverse = g.node("inv", a, shape=a.shape)
    assert np.isnan(value(inverse, values)).all()
    assert np.isnan(value(g.matmul(inverse, v), values)).all()
    assert not np.isfinite(value(g.node("logdet", a), values))


def test_regular_matrices_of_bad_condition_are_solved() -> None:
    """A Hilbert matrix of 8 rows (condition 1e10) is not taken for a singular one, nor is a badly scaled one."""
    hilbert = np.array([[1 / (i + j + 1) for j in range(8)] for i in range(8)])
    assert np.allclose(solve(hilbert, hilbert @ np.ones((8, 1))), 1, atol=1e-4)
    assert np.allclose(solve(np.diag([1e-200, 1e-200]), np.full((2, 1), 1e-200)), 1)


def test_logdet_needs_a_positive_determinant() -> None:
    """A negative determinant has no logarithm; a large positive one has, where det overflows."""
    assert np.isnan(value(g.node("logdet", a), {"A": [[0.0, 1], [1, 0]]}))
    assert log_determinant(np.diag([1e300] * 5)) == pytest.approx(5 * np.log(1e300))
    assert log_determinant(np.array([[2.0, 1], [0, 3]])) == pytest.approx(np.log(6))


@pytest.mark.parametrize("matrix", [SINGULAR, np.diag([1.0, 0, 2]), np.ones((3, 3)), A[:3, :3]])
def test_det_has_cofactors_at_singular_matrices(matrix: Any) -> None:
    """det(A)·inv(A).T, 2·det(A)·inv(A).T, det(A)**2·inv(A).T and det(A)·tr(inv(A)@A) are answered at singular A."""
    det, turned = g.node("det", a), g.node("inv", g.turned(a), shape=a.shape)
    cofactors = adjugate(matrix).T
    values = {"A": matrix, "t": 2.0}
    assert np.allclose(value(g.node("scale", det, turned, shape=a.shape), values), cofactors, atol=1e-12)
    scaled = g.node("scale", g.product((det, 1), (t, 1)), turned, shape=a.shape)
    assert np.allclose(value(scaled, values), 2 * cofactors, atol=1e-12)
    squared = g.node("scale", g.product((det, 2)), turned, shape=a.shape)
    assert np.allclose(value(squared, values), np.linalg.det(matrix) * cofactors, atol=1e-11)
    inverse = g.node("inv", a, shape=a.shape)
    traced = g.product((det, 1), (g.node("trace", g.matmul(inverse, a)), 1))
    assert value(traced, values) == pytest.approx(3 * np.linalg.det(matrix), abs=1e-11)


def test_adjugates_are_cofactors() -> None:
    """The adjugate by singular values is that by minors, at matrices of rank 3, 2 and 1."""
    for matrix in (A[:3, :3], SINGULAR, np.ones((3, 3))):
        minors = [[np.linalg.det(np.delete(np.delete(matrix, j, 0), i, 1)) for j in range(3)] for i in range(3)]
        signs = (-1.0) ** np.add.outer(np.arange(3), np.arange(3))
        assert np.allclose(adjugate(matrix), signs * minors, atol=1e-12)


@pytest.mark.parametrize("zeros", [(), (1,), (0, 2)])
def test_prod_has_exclusive_products_at_zeros(zeros: tuple[int, ...]) -> None:
    """t·prod(a)/a, and prod(a)·b/a, are the products of the other entries where entries are 0."""
    entries = np.array([2.0, 3, 5, 7])
    entries[list(zeros)] = 0
    others = np.array([np.delete(entries, i).prod() for i in range(4)])
    front = g.product((g.node("prod", v), 1), (t, 1))
    values = {"v": entries, "t": 0.5}
    inverse = g.node("scale", front, g.product((v, -1)), shape=v.shape)
    assert np.allclose(value(inverse, values).ravel(), others / 2)
    weighed = g.node("scale", g.node("prod", v), g.product((v, -1), (g.call("exp", v), 1)), shape=v.shape)
    assert np.allclose(value(weighed, values).ravel(), others * np.exp(entries))
    assert exclusive_products(entries[:, None], 0).ravel().tolist() == others.tolist()


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1.0, 1e200, 1e300])
def test_norms_are_scaled(scale: float) -> None:
    """norm([3s, 4s]) is 5s where the squares overflow or underflow; of zeros it is 0, of infinities infinite."""
    norm = g.node("norm", v, data="2")
    assert value(norm, {"v": [3 * scale, 4 * scale]}) == pytest.approx(5 * scale, rel=1e-15)
    assert length(np.zeros((2, 2))) == 0
    assert length(np.array([[1, np.inf]])) == np.inf


def test_shifted_exponentials() -> None:
    """logsumexp and softmax neither overflow nor lose everything at entries of ±1000, nor does log(cosh(u))."""
    values = {"v": [1000.0, 1001, -1000]}
    assert value(g.node("lse", v), values) == pytest.approx(1001.3132616875182)
    assert value(g.node("softmax", v, shape=v.shape), values).ravel() == pytest.approx(
        [0.2689414213699951, 0.7310585786300049, 0]
    )
    cosh = g.call("cosh", v)
    assert value(g.call("log", cosh), values).ravel() == pytest.approx(np.array([1000, 1001, 1000]) - np.log(2))
    ratio = g.product((g.call("sinh", v), 1), (cosh, -1))
    assert value(ratio, values).ravel().tolist() == [1, 1, -1]
    assert value(g.product((g.call("sinh", v), -2), (cosh, 2)), values).ravel() == pytest.approx([1, 1, 1])


def test_what_is_not_finite_is_returned_as_such() -> None:
    """Logarithms of negative numbers, overflows and poles give nan and infinities without a warning."""
    assert np.isnan(value(g.call("log", v), {"v": [-1.0]})).all()
    assert value(g.call("exp", v), {"v": [1e4]})[0, 0] == np.inf
    assert value(g.product((v, -1)), {"v": [0.0]})[0, 0] == np.inf
    assert np.isnan(
        value(g.node("scale", g.product((g.node("norm", v, data="2"), -1)), v, shape=v.shape), {"v": [0, 0]})
    ).all()
    assert value(g.number(10**400)) == np.inf


def test_the_nuclear_norm_has_a_gradient_at_full_rank_alone() -> None:
    """The polar factor agrees with differences of the sum of singular values, and is nan at a rank too low."""
    step = 1e-6
    for place in np.ndindex(X.shape):
        moved = np.zeros_like(X)
        moved[place] = step
        slope = (np.linalg.norm(X + moved, "nuc") - np.linalg.norm(X - moved, "nuc")) / (2 * step)
        assert polar(X)[place] == pytest.approx(slope, abs=1e-8)
    assert np.isnan(value(g.node("polar", a, shape=a.shape), {"A": SINGULAR})).all()


# ------------------------------------------------------------------------------------------------ kinks


@pytest.mark.parametrize(
    ("nodes", "entries", "function", "loose"),
    [
        ([g.call("sign", v)], [1.0, 0, -2, 0], "sign", [0, 1, 0, 1]),
        ([g.call("floor", v)], [0.5, 1.5, 3, 0.1], "floor", [0, 0, 1, 0]),
        ([g.call("relu", g.matmul(a, v))], [0.0] * 4, "relu", [0] * 4),
        ([g.call("max", v, g.node("fill", g.number(2), shape=("n", 1)))], [1.0, 2, 3, 4], "max", [0, 0, 0, 0]),
    ],
)  # fmt: skip
def test_jumps_are_found(nodes: list[Node], entries: list[float], function: str, loose: list[int]) -> None:
    """Entries whose value depends on the side of a switch are loose; those that are continuous there are not."""
    values = {**VALUES, "v": entries}
    ties = ties_at(nodes, evaluate_arrays(nodes, values), values)
    assert ties is not None
    assert ties.function == function
    assert ties.loose[0].ravel().tolist() == [bool(x) for x in loose]


@pytest.mark.parametrize(
    ("node", "entries"),
    [(g.call("sign", v), [1.0, 5, -2, 1e-300]), (g.node("extreme", v, data=("min", None)), [3.0, 1, 3, 2])],
)
def test_no_tie_where_none_is(node: Node, entries: list[float]) -> None:
    """Beside a switch, however near, nothing is at a tie."""
    values = {**VALUES, "v": entries}
    assert ties_at([node], evaluate_arrays([node], values), values) is None


def test_a_product_that_is_known_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """X@W stands alone and inside of a trace of X@W@Y.T; the bits are those of both made by themselves."""
    from gradcli.evaluate.float64.matrices import chain

    rng = np.random.default_rng(5)
    values = {"X": rng.normal(size=(40, 9)), "W": rng.normal(size=(9, 3)), "Y": rng.normal(size=(40, 3))}
    left, w, y = g.variable("X", 40, 9), g.variable("W", 9, 3), g.variable("Y", 40, 3)
    product = g.matmul(left, w)
    trace = g.node("trace", g.matmul(left, w, g.turned(y)))
    alone = [evaluate_arrays([node], values)[0] for node in (product, trace)]
    made: list[tuple[Any, Any]] = []
    multiply = chain.multiply
    monkeypatch.setattr(chain, "multiply", lambda *both: made.append(both) or multiply(*both))
    together = evaluate_arrays([product, trace], values)
    assert len(made) == 1
    assert (together[0] == alone[0]).all()
    assert together[1] == alone[1]


def test_a_known_product_is_that_of_the_point() -> None:
    """Where the same program is evaluated at one point after the other, nothing is left of the one before."""
    import gradcli

    X = [[0.1 * (i + 2 * j) - 0.3 for j in range(6)] for i in range(20)]
    found, true = (
        gradcli.jacobian("(X.T@X@X.T)[0:1, 0:2]", at={"X": X}, **more)
        for more in ({"method": "fd", "precision": "double"}, {})
    )
    assert np.allclose(found.array, true.array, atol=1e-9)
