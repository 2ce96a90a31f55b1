"""Two engines, one truth: float64 arrays agree with certified numbers entry by entry; and who is asked when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradcli
from gradcli.derive.ad.gradients import array_gradient
from gradcli.evaluate.budget import ENTRIES, certifiable, operations
from gradcli.evaluate.float64.arrays import evaluate_arrays
from gradcli.evaluate.float64.data import float_values
from gradcli.library.answers import parse
from gradcli.problems import GradcliError, Source
from gradcli.program.building.array_program import build_array_program
from gradcli.program.options import BuildOptions
from gradcli.question import Question
from gradcli.solve import solve
from gradcli.text.parser import parse_expression
from gradcli.text.points import parse_point
from gradcli.text.tree import Data

SHAPES = {"A": (3, 3), "B": (3, 3), "X": (4, 3), "x": (3,), "y": (4,), "w": (3,)}

PROGRAMS = [
    "norm(X@w-y)**2/4 + 0.5*norm(w)**2",
    "sum(log(1+exp(-y*(X@w))))",
    "sum(y*log(softmax(X@w)))",
    "logsumexp(X@A@w) - w.T@B@x",
    "norm(X@A@B@w - y)",
    "tr(inv(A)@B) + logdet(A@A.T + eye(3))",
    "0.5*(x-w).T@inv(A)@(x-w) + 0.5*logdet(A.T@A)",
    "det(A)*tr(A@B)",
    "norm(inv(A)@x)**2 + sum(solve(B, w))",
    "norm(X - y@w.T)**2",
    "sum(diag(A)*x) + sum(diag(x)@B@w)",
    "tr(X.T@diag(y)@X)",
    "sum(X*X) + sum(X**3) + mean(sqrt(1+X**2))",
    "sum(softmax(X, axis=1)@w) + sum(logsumexp(X, axis=0))",
    "sum(tanh(X@A)@x) + sum(sigmoid(y))",
    "prod(x) + max(w) + std(y) + norm(w, 1)",
    "sum(where(X > 0.5, X**2, -X)) + sum(relu(X@w))",
    "sum(exp(-norm(x-w)**2)*A@B)",
    "sum(kron(A, B))*sum(x) + vec(A).T@vec(B)",
    "x[0]*w[1] + sum(X[:,0]) + sum(X[1:3]@w)",
]


@pytest.mark.parametrize("text", PROGRAMS)
@settings(max_examples=3)
@given(st.integers(0, 10**6))
def test_engines_agree(text: str, seed: int) -> None:
    """Value and gradient in float64 are the certified ones to 1e-9, for programs of every kind of operation."""
    noise = np.random.default_rng(seed)
    used = [name for name in SHAPES if name in gradcli_names(text)]
    shift = {name: 3 * np.eye(3) if name in "AB" else 0.0 for name in used}
    beside = 0.0003  # never at the jump at 0.5
    at = {name: np.round(noise.standard_normal(SHAPES[name]) + shift[name], 3) + beside for name in used}
    options = BuildOptions(bound={name: SHAPES[name] for name in used})
    program = build_array_program(parse(text), options)
    names = [variable.name for variable in program.variables]
    nodes = [program.outputs[0].node, *array_gradient(program, program.outputs[0].node, names)]
    value, *gradient = evaluate_arrays(nodes, at)
    truth = gradcli.grad(text, at={name: array.tolist() for name, array in at.items()})
    assert truth.numbers.accuracy == "certified"
    assert truth.gradient is not None
    assert value == pytest.approx(truth.value, rel=1e-9, abs=1e-9)
    for name, found in zip(names, gradient, strict=True):
        expected = np.array(truth.gradient[name], dtype=float).reshape(np.shape(found))
        assert np.abs(found - expected).max() <= 1e-9 * (1 + np.abs(expected).max()), name


def gradcli_names(text: str) -> set[str]:
    """The names of the variables of a program."""
    from gradcli.program.names import uses

    return set(uses(parse(text).statements[0].tree).values)


def test_budget() -> None:
    """Small data are certified; many entries, long products and large determinants are not."""
    assert certifiable([(3, 3), (3,), ()])
    assert not certifiable([(ENTRIES + 1,)])
    program = build_array_program(parse("norm(X@Y@x)**2"), BuildOptions(bound={"X": (9, 9), "Y": (9, 9), "x": (9,)}))
    assert certifiable([(9, 9), (9, 9), (9,)], [program.outputs[0].node])
    program = build_array_program(parse("norm(X@Y)**2"), BuildOptions(bound={"X": (40, 40), "Y": (40, 40)}))
    assert not certifiable([(40, 40), (40, 40)], [program.outputs[0].node])
    for size, expected in ((8, True), (9, False)):
        program = build_array_program(parse("logdet(X)"), BuildOptions(bound={"X": (size, size)}))
        assert certifiable([(size, size)], [program.outputs[0].node]) is expected
    program = build_array_program(parse('norm(X,"nuc")'), BuildOptions(bound={"X": (3, 4)}))
    assert operations([program.outputs[0].node], {}) == float("inf")


def tree(text: str) -> Any:
    return parse_expression(Source("--set", text))


def test_values_in_float64() -> None:
    """Numbers, constant expressions, vectors and matrices become float64 arrays; files' arrays are not copied."""
    data = Data(np.arange(6.0).reshape(2, 3))
    found = float_values({"t": tree("-1/3"), "x": tree("[1, pi/2, -0.1]"), "A": tree("[[1,2],[3,sqrt(4)]]"), "X": data})
    assert found["t"] == -1 / 3
    assert np.ravel(found["x"]).tolist() == [1, np.pi / 2, -0.1]
    assert np.array_equal(found["A"], [[1, 2], [3, 2]])
    assert found["X"] is data.array
    assert float_values({"v": Data(np.ones(4))})["v"].shape == (4, 1)  # type: ignore[union-attr]
    for text in ("inf", "[1, 1e999]"):
        with pytest.raises(GradcliError) as caught:
            float_values({"x": tree(text)})
        assert caught.value.code == "point"


def test_data_become_exact_entries_where_they_are_few() -> None:
    """0.1 in a file is one tenth for the scalar engine, as in a text."""
    source = Source("--at", "x=[1,2]")
    answers = [
        solve(Question("grad", parse("norm(X@x)**2"), ((parse_point(source), source),), {"X": value}))[0]
        for value in (Data(np.array([[0.1, 2], [3, -0.7]])), tree("[[0.1, 2], [3, -0.7]]"))
    ]
    assert answers[0].gradient == answers[1].gradient  # type: ignore[union-attr]
    assert answers[0].numbers.accuracy == "certified"
