"""The library inside one process (calls, large arrays beside NumPy by hand), and lists of coordinates by the command.

OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.library [--runs 7]
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import gradcli
from gradcli.library import repeated
from tests.benchmarks.processor import GRADCLI, run

if TYPE_CHECKING:
    from collections.abc import Callable

FOUR = "log(x1)*sin(x2) + exp(x3)*sqrt(x4) + x1*x4"
SPARSE = 10_000


def seconds(work: Callable[[], object], count: int, runs: int) -> float:
    """CPU seconds of a call: the least of some runs."""
    work()
    found = []
    for _ in range(runs):
        start = time.process_time()
        for _ in range(count):
            work()
        found.append((time.process_time() - start) / count)
    return min(found)


def calls(runs: int) -> None:
    """Calls of small functions."""
    point = [0.5, 1.5, 0.7, 2.0]
    function: Any = gradcli.function(FOUR)
    rows = [[0.5 + i / 100, 1.5, 0.7, 2.0] for i in range(20)]
    found = (
        ("`function.value_and_grad`, 4 variables, a list", lambda: function.value_and_grad(point), 2000, 1, 2.0),
        ("`function.value`, 4 variables, a list", lambda: function.value(point), 2000, 1, 2.0),
        ("`grad(text, at)` again, 2 variables", lambda: gradcli.grad("x1**2+x2**2", at=(1, 2)), 100, 1, 300.0),
        ("`grad(text, at)` again, 4 variables", lambda: gradcli.grad(FOUR, at=point), 100, 1, 300.0),
        ("`grad(text, [p1, …])`, 20 points, each", lambda: gradcli.grad(FOUR, at=rows), 5, 20, None),
    )
    print("| call | µs | goal |\n| --- | --- | --- |")
    for name, work, count, parts, goal in found:
        each = 1e6 * seconds(work, count, runs) / parts
        print(f"| {name} | {each:.1f} | {'' if goal is None else goal} |")


def arrays(runs: int) -> None:
    """Value and gradient of losses of 10⁵ x 100 beside NumPy by hand."""
    import numpy as np

    rng = np.random.default_rng(0)
    n, d, h, k = 100_000, 100, 32, 10
    X, y, w = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d) / 10
    sign, one, two = np.sign(rng.normal(size=n)), rng.normal(size=(d, h)) / 10, rng.normal(size=h) / 10
    weights, Y = rng.normal(size=(d, k)) / 10, np.eye(k)[rng.integers(0, k, n)]

    def ridge() -> Any:
        r = X @ w - y
        return r @ r + 0.1 * (w @ w), 2 * (X.T @ r) + 0.2 * w

    def logistic() -> Any:
        m = -sign * (X @ w)
        e = np.exp(-np.abs(m))
        return (np.maximum(m, 0) + np.log1p(e)).sum(), X.T @ (-sign * (np.where(m > 0, 1, e) / (1 + e)))

    def network() -> Any:
        hidden = np.tanh(X @ one)
        r = hidden @ two - y
        return r @ r, X.T @ (np.outer(2 * r, two) * (1 - hidden * hidden)), 2 * (hidden.T @ r)

    def entropy() -> Any:
        z = X @ weights
        m = z.max(axis=1, keepdims=True)
        e = np.exp(z - m)
        total = e.sum(axis=1, keepdims=True)
        return (np.log(total) + m).sum() - (Y * z).sum(), X.T @ (e / total - Y)

    cases: tuple[tuple[str, str, list[str], dict[str, Any], Callable[[], Any]], ...] = (
        ("ridge", "norm(X@w-y)**2 + 0.1*norm(w)**2", ["w"], {"X": X, "y": y, "w": w}, ridge),
        ("logistic regression", "sum(log(1+exp(-y*(X@w))))", ["w"], {"X": X, "y": sign, "w": w}, logistic),
        ("two layers", "norm(tanh(X@A)@b-y)**2", ["A", "b"], {"X": X, "A": one, "b": two, "y": y}, network),
        ("softmax", "sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))", ["W"], {"X": X, "W": weights, "Y": Y}, entropy),
    )
    print("\n| loss of 10⁵ x 100 | gradcli.grad, ms | NumPy by hand, ms | ratio | goal | the first time, ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, text, wrt, at, hand in cases:
        answer = gradcli.grad(text, at=at, wrt=wrt)
        wanted = hand()
        assert np.isclose(answer.value, wanted[0])

        def again(text: str = text, at: Any = at, wrt: Any = wrt) -> None:
            gradcli.grad(text, at=at, wrt=wrt)

        def new(ask: Callable[[], None] = again) -> None:
            vars(repeated.KEPT).clear()
            ask()

        rounds = [[seconds(work, 1, 1) for work in (again, hand, new)] for _ in range(runs)]
        ours, theirs, first = (1e3 * statistics.median(times) for times in zip(*rounds, strict=True))
        ratio = statistics.median(times[0] / times[1] for times in rounds)
        print(f"| {name} | {ours:.1f} | {theirs:.1f} | {ratio:.2f} | 1.15 | {first:.1f} |")


def coordinates(runs: int) -> None:
    """Whole processes: Jacobians and Hessians of 10,000 variables."""
    n = SPARSE
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "j").write_text("[" + ",".join(f"x{i}**2*x{i % n + 1}+sin(x{i})" for i in range(1, n + 1)) + "]")
        terms = (f"100*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(1, n))
        (folder / "h").write_text("+".join(terms))
        (folder / "at").write_text(",".join(repr(0.5 + i / n) for i in range(n)))
        print("\n| 10,000 x 10,000 | CPU s | goal | MiB |\n| --- | --- | --- | --- |")
        for name, command in (("jacobian --sparse", "jacobian"), ("hessian --sparse", "hessian")):
            words = [GRADCLI, command, f"@{command[0]}", "--at", "@at", "--sparse", "--json"]
            costs = [run([words], folder=place) for _ in range(max(2, runs // 2))]
            middle = statistics.median(cost.seconds for cost in costs)
            print(f"| {name} | {middle:.2f} | 3.00 | {max(cost.mebibytes for cost in costs):.0f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    coordinates(options.runs)
    calls(options.runs)
    arrays(options.runs)


if __name__ == "__main__":
    main()
