"""Many points: kernels beside NumPy by hand and JAX inside one process, whole processes beside a JAX script.

Value and gradient of n variables beside the value alone are the cheap-gradient bound (goal 4).
"""

from __future__ import annotations

import statistics
import sys
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.codegen.numpy_machine import Machine, Native
from gradcli.codegen.straightline import straight_line
from gradcli.library.answers import parse
from gradcli.points.engine import Engine
from gradcli.points.program import ManyPoints
from gradcli.points.table import block_rows
from gradcli.question import Question
from gradcli.solve import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FUNCTION = "log(x1)*sin(x2) + exp(x3)*sqrt(x4) + x1*x4"
POINTS = 1_000_000
BLOCK = 4096
SIZES = (10, 100, 1_000, 10_000, 100_000)


def points(count: int) -> Array:
    """Points inside of the domain."""
    return np.random.default_rng(0).uniform(0.1, 2.0, size=(count, 4))


def by_hand(table: Array, out: Array) -> None:
    """What a careful person writes: blocks that stay in the cache, buffers used again, nothing computed twice."""
    x1, x2, x3, x4, log, sin, cos, exp, root, term = (np.empty(BLOCK) for _ in range(10))
    for start in range(0, len(table), BLOCK):
        block, answer = table[start : start + BLOCK], out[start : start + BLOCK]
        n = len(block)
        for i, column in enumerate((x1, x2, x3, x4)):
            column[:n] = block[:, i]
        np.log(x1[:n], log[:n])
        np.sin(x2[:n], sin[:n])
        np.cos(x2[:n], cos[:n])
        np.exp(x3[:n], exp[:n])
        np.sqrt(x4[:n], root[:n])
        product = np.multiply(exp[:n], root[:n], term[:n])
        answer[:, 3] = product
        np.multiply(log[:n], cos[:n], cos[:n])
        answer[:, 2] = cos[:n]
        np.multiply(log[:n], sin[:n], log[:n])
        np.add(log[:n], product, log[:n])
        np.multiply(x1[:n], x4[:n], term[:n])
        np.add(log[:n], term[:n], log[:n])
        answer[:, 0] = log[:n]
        np.divide(sin[:n], x1[:n], sin[:n])
        np.add(sin[:n], x4[:n], sin[:n])
        answer[:, 1] = sin[:n]
        np.divide(exp[:n], root[:n], exp[:n])
        np.multiply(exp[:n], 0.5, exp[:n])
        np.add(exp[:n], x1[:n], exp[:n])
        answer[:, 4] = exp[:n]


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(first: Callable[[], object], second: Callable[[], object], runs: int) -> tuple[float, float, float]:
    """Both in turn, after one warm-up each: medians, and the median of the ratios pair by pair."""
    first(), second()
    pairs = [(seconds(first), seconds(second)) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), ratio


def engine(threads: int) -> Callable[[Array], None]:
    """Our engine over a table, in the blocks that a run takes."""
    many = ManyPoints(build(Question("grad", parse(FUNCTION))), "grad")
    code, marked = many.code(Native())
    made = Engine(code, len(many.columns), marked, threads)
    size = block_rows(4 + len(many.columns))

    def work(table: Array) -> None:
        for start in range(0, len(table), size):
            made.run([table[start : start + size, i] for i in range(4)])

    return work


def jax_kernel() -> Callable[[Array], Any] | None:
    """JAX's compiled vmap of value and gradient; None where JAX is not installed."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)

    def f(x: Any) -> Any:
        return jnp.log(x[0]) * jnp.sin(x[1]) + jnp.exp(x[2]) * jnp.sqrt(x[3]) + x[0] * x[3]

    compiled = jax.jit(jax.vmap(jax.value_and_grad(f)))
    return lambda table: jax.block_until_ready(compiled(table))


def kernels(runs: int) -> list[tuple[str, float, float, float, float | None]]:
    """What, our seconds, theirs, ratio, goal: inside one process."""
    table, out = points(POINTS), np.empty((POINTS, 5))
    one, two = engine(1), engine(2)
    rows: list[tuple[str, float, float, float, float | None]] = []
    rows.append(
        ("10⁶ points, one thread / NumPy by hand", *medians(lambda: one(table), lambda: by_hand(table, out), runs), 1.2)
    )
    rows.append(("10⁶ points, two threads / one", *medians(lambda: two(table), lambda: one(table), runs), None))
    jax = jax_kernel()
    if jax is not None:
        rows.append(("10⁶ points / JAX compiled", *medians(lambda: two(table), lambda: jax(table), runs), 1.0))
    return rows


def cheap_gradients(runs: int) -> Iterator[tuple[str, float, float, float, float | None]]:
    """Value and gradient of the Rosenbrock sum of n variables beside the value alone."""
    for n in SIZES:
        text = "+".join(f"100*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(1, n))
        many = ManyPoints(build(Question("grad", parse(text))), "grad")
        code, _ = many.code(Native())
        value = straight_line(many.program.graph, many.outputs.values, many.inputs, Native())
        count = max(16, min(4096, 500_000 // n))
        columns = list(np.random.default_rng(0).normal(size=(n, count)))
        both, alone = Machine(code), Machine(value)
        answers, answer = list(np.empty((n + 1, count))), [np.empty(count)]

        def ours(machine: Machine = both, c: Any = columns, a: Any = answers) -> None:
            machine(c, a[: len(machine.code.outputs)])

        def theirs(machine: Machine = alone, c: Any = columns, a: Any = answer) -> None:
            machine(c, a)

        answers += [np.empty(count) for _ in range(len(code.outputs) - len(answers))]
        yield f"value and gradient / value, {n:,} variables", *medians(ours, theirs, runs), 4.0


def process_cases(gradcli: str, python: str, folder: Path) -> tuple[str, list[str], list[str], float]:
    """Whole processes, npy to npy: what, our command, the JAX script, the ratio that was promised."""
    path = folder / "points.npy"
    np.save(path, points(POINTS))
    peer = str(Path(__file__).parent / "peers" / "jax_points.py")
    ours = [gradcli, "grad", FUNCTION, "--points", str(path), "--out", str(folder / "ours.npy")]
    theirs = [python, peer, str(path), str(folder / "theirs.npy")]
    return "10⁶ points, npy to npy / a JAX script", ours, theirs, 1 / 3


def report(runs: int) -> None:
    """Print the ratios."""
    for name, ours, theirs, ratio, goal in chain(kernels(runs), cheap_gradients(min(runs, 5))):
        promised = "" if goal is None else f" (goal {goal:g})"
        print(f"{name}: {ours:.4f} s / {theirs:.4f} s = {ratio:.2f}{promised}", flush=True)


if __name__ == "__main__":
    report(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
