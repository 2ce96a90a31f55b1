"""What spares time and memory over large arrays changes no number: memory used again, transposes, common parts."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gradcli
from gradcli.derive.arrays.gradient import ArrayGradient
from gradcli.evaluate.float64 import arrays
from gradcli.evaluate.float64.agenda import Agenda
from gradcli.evaluate.float64.arrays import Arrays, evaluate_arrays
from gradcli.library import repeated
from gradcli.library.values import read_point
from gradcli.question import Question, options_of
from gradcli.solve import request_of
from tests.hunts.matrices import draw

if TYPE_CHECKING:
    from collections.abc import Mapping

RNG = np.random.default_rng(5)
N, D, H = 600, 20, 8
X, Y = RNG.normal(size=(N, D)), RNG.normal(size=N)
LOSSES: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "ridge": ("norm(X@w-y)**2 + 0.1*norm(w)**2", {"X": X, "y": Y, "w": RNG.normal(size=D)}, ("w",)),
    "logistic": ("sum(log(1+exp(-y*(X@w))))", {"X": X, "y": np.sign(Y), "w": RNG.normal(size=D)}, ("w",)),
    "two layers": (
        "norm(tanh(X@A)@b-y)**2",
        {"X": X, "A": RNG.normal(size=(D, H)), "b": RNG.normal(size=H), "y": Y},
        ("A", "b", "X"),
    ),
    "softmax": (
        "sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W)) + sum(softmax(X@W, axis=1)**2)",
        {"X": X, "W": RNG.normal(size=(D, H)), "Y": np.eye(H)[RNG.integers(0, H, N)]},
        ("W",),
    ),
    "rectified": (
        "sum((relu(X@A)@b - y)**2)",
        {"X": X, "A": RNG.normal(size=(D, H)), "b": RNG.normal(size=H), "y": Y},
        ("A", "b"),
    ),
    "a maximum": ("sum(max(X@A, axis=1)**2)", {"X": X, "A": RNG.normal(size=(D, H))}, ("A",)),
    "cosh": ("sum(log(cosh(X@w)) + sinh(X@w)/cosh(X@w))", {"X": X, "w": RNG.normal(size=D)}, ("w",)),
    "a norm of rows": ("norm(X@A, inf)", {"X": X, "A": RNG.normal(size=(D, H))}, ("A",)),
}  # fmt: skip


def engine(text: str, at: Mapping[str, Any], wrt: tuple[str, ...]) -> tuple[ArrayGradient, Any]:
    """The gradient of a text, and its point."""
    point = read_point("at", at)
    question = Question("grad", gradcli.parse(text), (point,), wrt=wrt)
    found = ArrayGradient(question.script, options_of(question), request_of(question))
    return found, found.float_point(*point)


def compare(text: str, at: Mapping[str, Any], wrt: tuple[str, ...]) -> None:
    """Value and gradient are those of an evaluation that keeps everything, and no input is written to."""
    question, point = engine(text, at, wrt)
    nodes = [*question.outputs, *(question.nodes or ())]
    before = {name: np.array(value) for name, value in point.values.items()}
    plain = Arrays(Agenda(nodes), point.values, question.sizes())
    with np.errstate(all="ignore"):
        plain.evaluate()
    found = evaluate_arrays(nodes, point.values, question.sizes(), Agenda(nodes, question.graph))
    for node, value in zip(nodes, found, strict=True):
        assert np.allclose(value, plain.values[node], rtol=1e-12, atol=1e-12, equal_nan=True), text
    for name, value in before.items():
        assert np.array_equal(value, point.values[name]), text


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    """The losses that people fit."""
    compare(*LOSSES[name])


def test_random_programs() -> None:
    """Programs of all operations."""
    compared = 0
    for seed in range(300):
        text, values = draw(seed)[:2]
        try:
            question = (text, {name: np.array(value, dtype=float) for name, value in values.items()}, ())
            compare(*question)
            compared += 1
        except gradcli.GradcliError:
            continue
    assert compared > 200


def test_a_transpose_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """tanh(A.T@X.T) beside tanh(X@A), and the exponentials of softmax beside those of its logarithm, are made once."""
    made: list[str] = []
    compute = Arrays.compute

    def counting(run: Arrays, node: Any) -> None:
        made.append(node.op if node.op != "call" else node.data.name)
        compute(run, node)

    monkeypatch.setattr(Arrays, "compute", counting)
    text, at, wrt = LOSSES["two layers"]
    question, point = engine(text, at, wrt)
    nodes = [*question.outputs, *(question.nodes or ())]
    evaluate_arrays(nodes, point.values, question.sizes(), Agenda(nodes, question.graph))
    assert made.count("tanh") == 1


@pytest.mark.parametrize(
    ("text", "arrays"),
    [
        ("norm(tanh(X@A)@b-y)**2", 2.6),
        ("norm(relu(X@A)@b-y)**2", 3.5),  # it compares first, then writes over what it compared
    ],
)
def test_memory_is_used_again(text: str, arrays: float) -> None:
    """A network of two layers takes two or three arrays of its hidden values beside the data, not five."""
    n, h = 20_000, 50
    data = {"X": RNG.normal(size=(n, 10)), "y": RNG.normal(size=n)}
    at = {**data, "A": RNG.normal(size=(10, h)), "b": RNG.normal(size=h)}
    gradcli.grad(text, at=at, wrt=["A", "b"])
    tracemalloc.start()
    gradcli.grad(text, at=at, wrt=["A", "b"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < arrays * n * h * 8


BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "in a product": ("norm(X@w)**2", {}),
    "beside a zero": ("norm(X@w)**2", {"w": np.zeros(100)}),
    "out of sight": ("norm(X[0:5]@w)**2", {}),
    "where nothing looks": ("sum(min(X, 3)@w)", {}),
    "in a small answer": ("tr(X.T@X)*w[0]", {}),
}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", BROKEN)
def test_data_that_are_not_finite_are_an_error(name: str, bad: float) -> None:
    """Whether the numbers of the answer show it or not."""
    text, more = BROKEN[name]
    X = np.ones((60, 100))
    at = {"X": X, "w": np.arange(1.0, 101.0), **more}
    gradcli.grad(text, at=at, wrt="w")
    X[50, 7] = bad
    with pytest.raises(gradcli.GradcliError, match="finite real numbers"):
        gradcli.grad(text, at=at, wrt="w")
    with pytest.raises(gradcli.GradcliError, match="finite real numbers"):
        gradcli.hessian(text, at=at, wrt="w")
    vars(repeated.KEPT).clear()
    with pytest.raises(gradcli.GradcliError, match="finite real numbers"):
        gradcli.grad(text, at={"w": at["w"]}, constants={"X": X}, wrt="w")


def test_finite_data_that_overflow_are_no_error() -> None:
    """A product that is not finite does not say that the data are not."""
    X = np.full((60, 100), 1e300)
    answer = gradcli.grad("sum(X@w)", at={"X": X, "w": np.full(100, 1e300)}, wrt="w")
    assert answer.value is None
    assert answer.gradient is not None
    assert np.allclose(answer.array[:, 0], 6e301)


def test_data_are_not_looked_at_where_a_product_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finite product with a column without zeros says that its data are finite: nothing else reads them for that."""
    from gradcli.evaluate.float64 import data

    seen: list[int] = []
    look = data.is_finite

    def looking(array: Any) -> bool:
        seen.append(array.size)
        return look(array)

    monkeypatch.setattr(data, "is_finite", looking)
    X = np.ones((60, 100))
    gradcli.grad("norm(X@w)**2", at={"X": X, "w": np.ones(100)}, wrt="w")
    assert max(seen) < X.size
    assert arrays.evaluate_arrays is evaluate_arrays
    gradcli.grad("norm(X@w)**2", at={"X": X, "w": np.zeros(100)}, wrt="w")
    assert max(seen) == X.size


def test_a_program_of_arrays_that_is_asked_again() -> None:
    """It is remembered for points of the same shapes, and answers as a new one; its first arrays are not kept."""
    text, at, wrt = LOSSES["two layers"]
    other = {name: value * 0.5 for name, value in at.items()}
    larger = {**at, "X": np.vstack([X, X]), "y": np.concatenate([Y, Y])}
    points = [at, other, larger, at]
    vars(repeated.KEPT).clear()
    found = [gradcli.grad(text, at=point, wrt=wrt) for point in points]
    assert len(vars(repeated.KEPT)["engines"]) == 2
    for point, answer in zip(points, found, strict=True):
        vars(repeated.KEPT).clear()
        new = gradcli.grad(text, at=point, wrt=wrt)
        assert new.to_dict() == answer.to_dict()
    small: Any = {"x": [1, 2], "A": [[1, 2], [3, 4]]}
    for command in (gradcli.grad, gradcli.jacobian, gradcli.hessian):
        again = [command("x.T@A@x", at=small, wrt="x").to_dict() for _ in range(2)]
        vars(repeated.KEPT).clear()
        assert again == [command("x.T@A@x", at=small, wrt="x").to_dict()] * 2


@pytest.mark.parametrize("rows", [20, 2000])
def test_answers_with_large_arrays_can_be_shown(rows: int) -> None:
    """An array that nobody reads as a list is told by its shape, a small one beside it by its numbers."""
    data = {"X": np.ones((rows, 3)), "y": np.ones(rows)}
    answer = gradcli.grad("norm(X@w-y)**2", at={"w": [0.5, 0.5, 1], **data}, wrt="w")
    head = answer.text().splitlines()[0]
    assert head.startswith("# at w = [0.5, 0.5, 1], ")
    assert ("y = [1" if rows < 40 else f"y: ({rows}, 1)") in head
    assert f"X: ({rows}, 3)" in head
    assert rf"X \in \mathbb{{R}}^{{{rows} \times 3}}" in answer.text("latex")
    descent = gradcli.descend("norm(X@w-y)**2", at={"w": [0.5, 0.5, 1]}, constants=data, steps=2, rate=1e-6)
    assert rows > 1000 or list(descent.reading.constants) == ["X", "y"]


def test_promises_hold_for_small_arrays_beside_large_ones() -> None:
    """A matrix that is declared positive definite has to be."""
    at = {"X": np.ones((60, 100)), "S": -np.eye(60), "w": np.ones(100)}
    with pytest.raises(gradcli.GradcliError, match="positive definite"):
        gradcli.grad("S: n,n positive definite; (X@w).T@S@X@w", at=at, wrt="w")


NARROW: dict[str, tuple[str, tuple[str, ...]]] = {
    "ridge": ("norm(X@w-y)**2 + 0.1*norm(w)**2", ("w",)),
    "logistic": ("sum(log(1+exp(-y*(X@w))))", ("w",)),
    "two layers": ("norm(tanh(X@A)@b-y)**2", ("A", "b")),
    "by its data": ("norm(X@w-y)**2", ("X", "y")),
    "entry by entry": ("sum(X**2)*sum(X*X*3) + norm(X)", ("X",)),
    "two matrices": ("tr(X.T@Z) + norm(X.T@Z)**2 + norm(X@Z.T)**2", ("X", "Z")),
    "a quadratic form": ("y.T@X@X.T@y + w.T@X.T@y", ("w", "y")),
    "outer products": ("norm(outer(y, w) - X)**2", ("w", "y")),
    "diagonals": ("sum((diag(w)@X.T)@diag(y)@X)", ("w",)),
    "maxima": ("sum(max(X@A, axis=1)) + sum(relu(X - 1))", ("A", "X")),
}


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("name", NARROW)
def test_numbers_in_float32_are_taken_as_they_are_and_computed_with_in_float64(name: str, order: Any) -> None:
    """The answer is that of the same numbers in float64."""
    text, wrt = NARROW[name]
    n, d = 1300, 12
    every: dict[str, Any] = {
        "X": np.asarray(RNG.normal(size=(n, d)), np.float32, order=order),
        "Z": np.asarray(RNG.normal(size=(n, d)), np.float32, order=order),
        "y": RNG.normal(size=n).astype(np.float32),
        "w": RNG.normal(size=d),
        "A": RNG.normal(size=(d, 5)),
        "b": RNG.normal(size=5),
    }
    at = {key: value for key, value in every.items() if key in text.replace("max", "").replace("tanh", "")}
    found: Any = gradcli.grad(text, at=at, wrt=wrt)
    wanted: Any = gradcli.grad(text, at={key: value.astype(np.float64) for key, value in at.items()}, wrt=wrt)
    assert found.value == pytest.approx(wanted.value, rel=1e-12)
    assert found.numbers == wanted.numbers
    for key in wrt:
        assert np.allclose(found.gradient[key], wanted.gradient[key], rtol=1e-10, atol=1e-10)
    assert found.to_dict()["at"] == wanted.to_dict()["at"]


def test_numbers_in_float32_are_not_copied() -> None:
    """A product widens them block by block: no array as large as they are is made."""
    X = RNG.normal(size=(40_000, 100)).astype(np.float32)
    at: Any = {"X": X, "y": np.ones(len(X), np.float32), "w": np.ones(100)}
    gradcli.grad("norm(X@w-y)**2", at=at, wrt="w")
    tracemalloc.start()
    gradcli.grad("norm(X@w-y)**2", at=at, wrt="w")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < X.nbytes / 4
    X[7, 7] = np.inf
    with pytest.raises(gradcli.GradcliError, match="finite real numbers"):
        gradcli.grad("norm(X@w-y)**2", at=at, wrt="w")


def test_ties_are_seen_while_the_graph_is_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no switch is at its tie nothing is evaluated again; where one is, sides are drawn as ever."""
    from gradcli.evaluate.float64 import ties

    drawn: list[int] = []
    at_ties = ties.ties_at

    def drawing(*arguments: Any) -> Any:
        drawn.append(1)
        return at_ties(*arguments)

    monkeypatch.setattr(ties, "ties_at", drawing)
    X = RNG.normal(size=(400, 12))
    y, w = RNG.normal(size=400), np.ones(12)
    hinge, distance = "sum(max(1 - y*(X@w), 0))", "sum(abs(X@w - y))"
    texts = (hinge, distance, "sum(relu(X@w - y))", "norm(X@w - y, inf)", "sum(where(X@w > y, X@w, 2*y))")
    for text in texts:
        found: Any = gradcli.grad(text, at={"X": X, "y": y, "w": w}, wrt="w")
        assert None not in found.gradient["w"], text
    assert not drawn
    y[7] = (X @ w)[7]
    for text in (distance, "sum(relu(X@w - y))"):
        found = gradcli.grad(text, at={"X": X, "y": y, "w": w}, wrt="w")
        assert found.gradient["w"] == [None] * 12, text
        assert found.numbers.problems[0].kind == "not-differentiable"
    assert len(drawn) == 2
