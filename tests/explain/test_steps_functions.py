"""Every function of arrays has a law in derivations: its own row, or a row that several share."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.explain.explanations import explanations
from gradcli.rules.array_laws import ROWS as LAWS_OF_ARRAYS
from gradcli.rules.arrays import ROWS
from tests.explain.helpers import request

SHAPES = {
    "svdvals": "A: 3,2",
    "svdu": "A: 3,2",
    "svdv": "A: 3,2",
    "zeros": "x: 3",
    "ones": "x: 3",
    "commutation": "x: 3",
    "eye": "x: 3",
}
MORE = ['norm(X, "nuc")', "norm(X, 2)", "norm(x, 1)", "norm(x, inf)", "norm(X, 1)", "norm(X, inf)", "norm(X)"]
SCALARS = ("n,n ->", "n; n ->", "reduce")


def derived(text: str, wrt: str) -> Any:
    (found,) = explanations(request(text, None, (wrt,), level="full"))
    return found.derivations[0]


def cases() -> list[tuple[str, str]]:
    """Each row's example as a scalar function of its first argument."""
    found = []
    for row in ROWS:
        text = row.example if row.shape.strip() in SCALARS else f"sum(({row.example})**3)"
        declared = f"{SHAPES[row.name]}; " if row.name in SHAPES else ""
        found.append((declared + text, row.args[0] if row.args[0] in "xAB" else "x"))
    return found + [(text, text[5]) for text in MORE]


@pytest.mark.parametrize(("text", "wrt"), cases())
def test_every_function_of_arrays_has_a_law(text: str, wrt: str) -> None:
    """Nothing is left to `entry by entry` alone, and the gradient that is read off is that of grad."""
    steps = derived(text, wrt)
    assert "entrywise" not in [row.rule for row in steps.rows]
    assert steps.evidence in ("proved", "tested")


def test_the_laws_are_used() -> None:
    """Each row of the table is the law of some example."""
    used = {row.rule for text, wrt in cases() for row in derived(text, wrt).rows}
    assert {law.code for law in LAWS_OF_ARRAYS} <= used


def test_an_argument_has_rows_of_its_own() -> None:
    """The law is of the function alone: what is inside comes below it."""
    rows = derived("norm(A@X + B, 2)", "X").rows
    assert [row.rule for row in rows[:3]] == ["norm-2", "sum", "matrix-product"]


def test_a_transpose_comes_before_the_cycle() -> None:
    """tr(A dXᵀ B) = tr(Bᵀ dX Aᵀ) = tr(Aᵀ Bᵀ dX): one law a row, each from where the one before ended."""
    first, second = derived("tr(A@X.T@B)", "X").rows[-2:]
    assert (first.rule, second.rule) == ("trace-transpose", "trace-cyclic")
    assert second.before is first.after
