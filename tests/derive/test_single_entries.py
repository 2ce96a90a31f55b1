"""Arrays that have one entry at the point, though their sizes are letters: they stay arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcli

SAME = [
    ("K: p,p; u: p", "max(0, (K@u)[-1])", "max(0, sum(K)*sum(u))", {"K": [[2.0]], "u": [3.0]}),
    ("K: p,p; u: p", "sum(tanh(K@u)[-1:]*u)", "sum(tanh(sum(K)*sum(u))*u)", {"K": [[0.5]], "u": [0.75]}),
    ("K: p,p; u: p", "(u@K)@tanh(K@u)", "sum(K)*sum(u)*tanh(sum(K)*sum(u))", {"K": [[0.5]], "u": [0.75]}),
    ("S: m,m; V: p,p", "sum(outer(diag(S), max(V, axis=1)))", "sum(S)*sum(V)", {"S": [[2.0]], "V": [[3.0]]}),
    ("W: n,m; z: n", "norm(W.T@z)", "abs(sum(W)*sum(z))", {"W": [[-2.0]], "z": [3.0]}),
    ("X: p,m", "sum(X[0]**2)", "sum((X.T@eye(2)[0].T)**2)", {"X": [[2.0], [3.0]]}),
    ("", "sum(X[0]@X.T)", "sum(eye(2)[0]@X@X.T)", {"X": [[2.0], [3.0]]}),
    ("", "logsumexp(inv(9*eye(n) + Y))", "1/(9 + sum(Y))", {"Y": [[2.0]]}),
    ("", "w.T@inv(9*eye(n) + D)@w", "sum(w)**2/(9 + sum(D))", {"w": [2.0], "D": [[3.0]]}),
]


@pytest.mark.parametrize("method", ["symbolic", "autodiff", "fd", "complex"])
@pytest.mark.parametrize(("declared", "text", "same", "at"), SAME, ids=[row[1] for row in SAME])
def test_letters_that_are_1_at_the_point(declared: str, text: str, same: str, at: dict[str, Any], method: Any) -> None:
    """The numbers are those of the same function of sums, which are the entries."""
    found, wanted = (
        gradcli.grad(f"{declared}; {body}" if declared else body, at=at, method=method) for body in (text, same)
    )
    assert found.gradient is not None
    for name in at:
        assert np.allclose(np.ravel(found.gradient[name]), np.ravel(wanted.gradient[name]), rtol=1e-9), name


@pytest.mark.parametrize("text", ["2*S", "cumsum(S.T, axis=1)", "softmax(S, axis=1) + 2*S.T"])
def test_by_a_symmetric_matrix_of_one_entry(text: str) -> None:
    """There is nothing to symmetrise, in numbers and in symbols."""
    found = gradcli.jacobian(f"S: p,p symmetric; {text}", at={"S": [[2]]})
    assert found.array.tolist() == [[1.0 if "cumsum" in text else 2.0]]


@pytest.mark.parametrize(
    ("text", "jacobian"),
    [
        ("A: 1,1; concat(2*A, A.T, axis=1)", [[2], [1]]),
        ("A: 1,1; concat(eye(1), A, axis=1).T@A", [[1], [4]]),
        ("A: 1,1; kron(concat(A.T, A, axis=1), [[1], [2]])", [[1], [2], [1], [2]]),
        ("A: 1,1; B: 2,1; cumsum(B@A, axis=1)", [[3, 2, 0], [4, 0, 2]]),
        ("A: 1,1; B: 2,1; cumsum(B.T*A[0,0], axis=0)", [[3, 2, 0], [4, 0, 2]]),
    ],
)
def test_jacobians_whose_parts_are_of_one_entry(text: str, jacobian: list[list[float]]) -> None:
    """A part of the Jacobian that is 1x1 is a matrix, also where it is a product."""
    at = {"A": [[2]], "B": [[3], [4]]}
    assert gradcli.jacobian(text, at={name: at[name] for name in at if f"{name}:" in text}).array.tolist() == jacobian


def test_a_product_that_is_a_number_inside_kron() -> None:
    """kron(a.T, I)@kron(c, b) is a.T@c times b."""
    found = gradcli.grad("a: 2; b: 2; c: 2; sum(kron(a.T, eye(2))@kron(c, b))").to_dict()["symbolic"]
    assert found == {"a": "sum(b)*c", "b": "a.T@c*ones(2)", "c": "sum(b)*a"}


@pytest.mark.parametrize(
    "shapes",
    [{"A": (2, 3), "B": (4, 2)}, {"A": (3, 1), "B": (2, 1)}, {"A": (2, 3), "B": (1, 4)}, {"A": (1, 3), "B": (2, 2)}],
)
def test_gradients_through_kron_are_texts_of_the_language(shapes: dict[str, tuple[int, int]]) -> None:
    """They are read back, and have the numbers of the answer."""
    generator = np.random.default_rng(5)
    at = {name: generator.uniform(-1, 1, shape).round(3).tolist() for name, shape in shapes.items()}
    declared = "; ".join(f"{name}: {rows},{columns}" for name, (rows, columns) in shapes.items())
    found = gradcli.grad(f"{declared}; sum(sin(kron(A, B)))", at=at).to_dict()
    definitions = "; ".join(f"{name} = {text}" for name, text in found["definitions"].items())
    for name, text in found["symbolic"].items():
        again = gradcli.jacobian(f"{declared}; {definitions}; {text}", at=at)
        assert np.allclose(np.array(again.to_dict()["value"]), np.array(found["gradient"][name]))
