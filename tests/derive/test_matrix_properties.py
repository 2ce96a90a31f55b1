"""Random well-shaped programs of scalars, vectors and matrices: gradients, Jacobians, Hessians, texts."""

from __future__ import annotations

import re

import numpy as np
from array_programs import (
    SIZES,
    by_differences,
    derivative,
    error_of,
    evaluated,
    program_of,
    random_values,
    read_back,
    text_of,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gradcli.derive.ad.forward import tangent
from gradcli.problems import GradcliError
from gradcli.program.forms import parts

DECLARED = "x: n; y: n; b: m; A: m,n; B: n,n; S: n,n symmetric; W: n,p; C: m,n; "
LEAVES = {
    "scalar": [
        "t",
        "s",
        "2",
        "0.5",
        "sum(x)",
        "x.T@y",
        "tr(B)",
        "norm(y)",
        "x[0]",
        "B[0,1]",
        "n",
        "logdet(3*eye(n) + S)",
    ],
    "n,n": ["B", "S", "B.T", "eye(n)", "x@y.T", "diag(x)", "A.T@C", "W@W.T", "inv(4*eye(n) + B/3)"],
    "m,n": ["A", "C", "A@B", "b@x.T", "C@S"],
    "n": ["x", "y", "B@x", "S@y", "A.T@b", "ones(n)", "diag(B)", "B[:,0]"],
    "m": ["b", "A@x", "C@y", "A@ones(n)"],
}
FORMS = {
    "scalar": [
        "({scalar} + {scalar})", "({scalar})*({scalar})", "tanh({scalar})", "({scalar})**2", "sum({m,n})", "tr({n,n})",
        "norm({n})**2", "norm({m,n})", "(({n}).T@({n}))", "(({n}).T@({n,n})@({n}))", "logsumexp({m})", "mean({m,n})",
        "var({n})", "sigmoid({scalar})", "({scalar})/(2 + norm({n})**2)", "det(3*eye(n) + tanh({n,n}))",
    ],
    "n,n": [
        "({n,n} + {n,n})", "({n,n} - {n,n})", "({n,n})*({n,n})", "({scalar})*({n,n})", "sin(({n,n})/3)",
        "({n,n})@({n,n})", "({m,n}).T@({m,n})", "diag({n})", "({n,n}).T", "({n})@({n}).T",
        "softmax({n,n}, axis=1)",
    ],
    "m,n": [
        "({m,n} + {m,n})", "({m,n})*({m,n})", "tanh(({m,n})/3)", "({m,n})@({n,n})", "({m,n} + {m})", "({m})@({n}).T",
        "({m,n})*({m})", "softmax({m,n}, axis=0)", "({m,n} - sum({m,n}, axis=0))", "(1 - {m,n})",
    ],
    "n": [
        "({n} + {n})", "({n} - mean({n}))", "({n})*({n})", "({scalar})*({n})", "exp(({n})/3)", "({n})**2",
        "softmax({n})", "({n,n})@({n})", "sum({n,n}, axis=1)", "({n})/(1 + ({n})**2)",
        "log_softmax({n})", "({m,n}).T@({m})",
    ],
    "m": ["({m} - {m})", "({m,n})@({n})", "sigmoid({m})", "({m})*({m})", "softplus({m})", "sum({m,n}, axis=1)"],
}  # fmt: skip
NAMES = ["x", "b", "A", "B", "S", "W", "t"]


def functions(kind: str) -> st.SearchStrategy[str]:
    """Texts of functions whose value has this shape."""
    return st.builds(lambda draws: grown(kind, draws), st.lists(st.integers(0, 10**6), min_size=40, max_size=40))


def grown(kind: str, draws: list[int]) -> str:
    """A text made by the draws: forms while there are some left, then leaves."""
    text, used = "{" + kind + "}", 0
    while "{" in text:
        start, end = text.index("{"), text.index("}")
        here = text[start + 1 : end]
        table = FORMS if used < 3 and len(text) < 160 else LEAVES
        form = table[here][draws[used % len(draws)] % len(table[here])]
        text, used = text[:start] + form + text[end + 1 :], used + 1
    return text


QUIET = settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))


def holds(command: str, function: str, name: str, tolerance: float) -> None:
    """The derivative has the numbers of differences, and its text reads back to the same node."""
    assume(name in re.findall(r"[A-Za-z]\w*", function))
    program = program_of(DECLARED + function)
    try:
        node = derivative(program, command, name)
    except GradcliError as error:
        if error.code != "no-closed-form":
            raise
        return
    text = text_of(program, node)
    assert read_back(program, text) is node, text
    values = random_values(program, 11)
    expected = by_differences(program, command, name, values)
    assume(np.all(np.isfinite(expected)) and np.max(np.abs(expected)) > 1e-3)
    assert error_of(evaluated(program, node, values), expected) < tolerance, text


@QUIET
@given(functions("scalar"), st.sampled_from(NAMES))
def test_gradients_agree_with_differences(function: str, name: str) -> None:
    """The gradient by any variable is what differences say, and its text reads back."""
    holds("grad", function, name, 1e-5)


@QUIET
@given(st.sampled_from(["n", "m", "n,n", "m,n"]).flatmap(functions), st.sampled_from(["x", "b", "A", "B", "t"]))
def test_jacobians_agree_with_differences(function: str, name: str) -> None:
    """So is the Jacobian, for matrices by vec."""
    holds("jacobian", function, name, 1e-5)


@settings(QUIET, max_examples=15)
@given(functions("scalar"), st.sampled_from(["x", "b", "A", "t"]))
def test_hessians_agree_with_differences(function: str, name: str) -> None:
    """So is the Hessian."""
    holds("hessian", function, name, 1e-2)


@QUIET
@given(functions("scalar"), st.sampled_from(["x", "b", "A", "B", "W"]))
def test_forward_equals_reverse(function: str, name: str) -> None:
    """The tangent along a direction is the inner product of the gradient with it: each table checks the other."""
    assume(name in re.findall(r"[A-Za-z]\w*", function))
    program = program_of(DECLARED + function)
    shapes = {v.name: v.shape for v in program.variables}
    variable = parts.variable(program.graph, name, shapes[name])
    direction = parts.variable(program.graph, "D", shapes[name])
    moved = tangent(program.graph, program.outputs[0].node, {variable: direction})
    values = random_values(program, 5)
    values["D"] = np.random.default_rng(3).uniform(-1, 1, values[name].shape)
    gradient = evaluated(program, derivative(program, "grad", name), values)
    expected = float((gradient * values["D"]).sum())
    assume(np.isfinite(expected))
    assert abs(evaluated(program, moved, values)[0, 0] - expected) <= 1e-9 * max(1.0, float(np.abs(gradient).sum()))


def test_sizes_differ() -> None:
    """The letters stand for different numbers, so that a wrong shape cannot pass."""
    assert len({SIZES["m"], SIZES["n"], SIZES["p"]}) == 3
