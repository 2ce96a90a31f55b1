"""Long texts take time in proportion to their length: twice the text, about twice the time."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import gradcli
from gradcli.library.repeated import KEPT
from gradcli.render.notation import write

if TYPE_CHECKING:
    from collections.abc import Callable

WRITERS: dict[str, Callable[[int], str]] = {
    "transposes": lambda n: "x.T@A" + ".T" * n + "@x",
    "primes": lambda n: "x" + "'" * (4 * n + 1) + "@A@x",
    "transposed sums": lambda n: "sum(" + "(" * n + "A" + ".T+B).T" * n + ")",
    "calls of transpose": lambda n: "x.T@" + "transpose(" * n + "A" + ")" * n + "@x",
    "divisions on the right": lambda n: "".join(f"x{i}/(" for i in range(n)) + "y" + ")" * n,
    "divisions on the left": lambda n: "(" * n + "y" + "".join(f"/x{i})" for i in range(n)),
    "sums of reciprocals": lambda n: "1/(y+" * n + "x" + ")" * n,
    "fractions in LaTeX": lambda n: "$" + r"\frac{1}{y+" * n + "x" + "}" * n + "$",
    "towers of powers": lambda n: "^".join(["x"] * (n + 1)),
    "slices": lambda n: "sum(x" + "[1:]" * n + ")",
}


def seconds(text: str) -> float:
    """The processor time of a gradient that is asked for the first time, the best of two.

    Without the garbage collector, whose work grows with what all tests before have left in memory.
    """
    found = []
    for _ in range(2):
        vars(KEPT).clear()
        gc.disable()
        try:
            begin = time.process_time()
            gradcli.grad(text)
            found.append(time.process_time() - begin)
        finally:
            gc.enable()
    return min(found)


@pytest.mark.parametrize("kind", WRITERS)
def test_time_grows_with_the_length(kind: str) -> None:
    """Four times the text takes less than nine times the time (sixteen times would be quadratic)."""
    text = WRITERS[kind]
    short, long = seconds(text(500)), seconds(text(2_000))
    assert long < 9 * short + 0.1


@pytest.mark.parametrize(
    ("text", "answer"),
    [("x.T@A" + ".T" * 16_000 + "@x", "(A.T + A)@x"), ("x'@A" + "'" * 100_000 + "@x", "(A.T + A)@x")],
    ids=["16,000 .T", "100,000 primes"],
)
def test_deep_postfixes(text: str, answer: str) -> None:
    """A transpose of a transpose is the matrix itself, however many there are: not in quadratic time."""
    untraced = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "COVERAGE_"))}
    command = [sys.executable, "-c", TIMED]
    done = subprocess.run(command, input=text, env=untraced, capture_output=True, text=True, check=True)
    found, taken = done.stdout.splitlines()
    assert found == answer
    assert float(taken) < 10  # an hour if it were quadratic


TIMED = """
import sys, time
import gradcli
from gradcli.render.notation import write
text = sys.stdin.read()
begin = time.process_time()
print(write(gradcli.grad(text).symbolic["x"]))
print(time.process_time() - begin)
"""
"""A gradient by x in a process of its own, which no tracer slows down, and the seconds it took."""


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("sum(x[1:][2:5]**2)", "sum(x[3:6]**2)"),
        ("x[1:][0]*x[2]", "x[1]*x[2]"),
        ("sum(A[1:,0][1:]) + A[1:,:][0,1]", "sum(A[2:,0]) + A[1,1]"),
        ("sum(A[2:,1:][0:2,1])", "sum(A[2:4,2])"),
        ("sum(x[2:][0:1])", "sum(x[2:3])"),
    ],
)
def test_parts_of_parts_are_parts(text: str, same: str) -> None:
    """x[1:][1:] is x[2:]: a chain of slices is one slice."""
    found, expected = gradcli.grad(text).symbolic, gradcli.grad(same).symbolic
    assert {name: write(tree) for name, tree in found.items()} == {n: write(tree) for n, tree in expected.items()}


def test_the_slope_of_a_reciprocal_of_many_factors() -> None:
    """A power of more than 64 factors stays whole, and its slope is right: ∂/∂x64 of 1/(x0·…·x64) at 2 is -2^-66."""
    product, twos = "*".join(f"x{i}" for i in range(65)), ",".join(f"x{i}=2" for i in range(65))
    assert gradcli.grad(f"1/({product})", at=twos).gradient["x64"] == -(2.0**-66)


PROGRAMS: dict[str, tuple[str, Callable[[int], str], str]] = {
    "products of LaTeX": ("grad", lambda n: "$" + r"\cdot ".join(["x"] * 4 * n) + "$", ""),
    "products of two before": (
        "grad",
        lambda n: "; ".join(
            ["a0 = x; a1 = y", *(f"a{k} = a{k - 1}*a{k - 2}/(1 + a{k - 2}^2)" for k in range(2, n // 4))]
        ),
        "",
    ),
    "rows of residual steps": (
        "steps",
        lambda n: "; ".join(["u0 = x*y", *(f"u{k} = u{k - 1} + tanh(u{k - 1}*w)" for k in range(1, n // 4))]),
        "x",
    ),
    "rows of residual arrays": (
        "steps",
        lambda n: "; ".join(
            ["u0 = x", *(f"u{k} = u{k - 1} + tanh(A@u{k - 1})" for k in range(1, n // 16)), f"sum(u{n // 16 - 1})"]
        ),
        "x",
    ),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_programs_of_many_shared_parts(kind: str) -> None:
    """Each ended in minutes or not at all: what is shared is written, and looked at, once."""
    command, text, wrt = PROGRAMS[kind]

    def length(n: int) -> tuple[float, int]:
        begin = time.process_time()
        document = getattr(gradcli, command)(text(n), **({"wrt": wrt} if wrt else {})).to_json()
        return time.process_time() - begin, len(document)

    (short, few), (long, many) = length(125), length(500)
    assert long < 9 * short + 1
    assert many < 9 * few


def test_many_ties_are_told_together() -> None:
    """A thousand equal entries of max: the pairs are a tree, so that each entry moves ten of them."""
    count = 200
    text = "max(" + ", ".join(f"x{i}" for i in range(count)) + ")"
    found = gradcli.grad(text, at=[1] * count)
    assert {problem.kind for problem in found.numbers.problems} <= {"not-differentiable", "undecided"}
    assert [(p.left, p.right) for p in found.numbers.problems if p.kind != "undecided"][:20] == [(0.0, 1.0)] * 20
    assert gradcli.grad(text, at=list(range(count))).gradient == {f"x{i}": float(i == count - 1) for i in range(count)}


def test_too_many_rows_are_a_limit() -> None:
    """By a thousand variables of a thousand terms."""
    text = "(" + " + ".join(f"x{i}^2" for i in range(600)) + ")^2"
    with pytest.raises(gradcli.GradcliError, match="more than 250000 rows"):
        gradcli.steps(text)
    assert gradcli.steps(text, wrt="x7")
