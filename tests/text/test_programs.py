"""Loss functions of programmers are read, and their gradients are those of the function that was meant; d2l is read."""

from __future__ import annotations

import numpy as np
import pytest
from text import d2l
from text.losses import LOSSES, Loss

import gradcli

MEANT = {
    name: getattr(np, name)
    for name in ("abs", "cosh", "dot", "exp", "log", "log1p", "mean", "sqrt", "sum", "tanh", "where")
} | {"max": np.maximum, "norm": np.linalg.norm, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
"""What the words of a plain text are, in NumPy."""
STEP = 1e-6


def norm(x: np.ndarray, order: float = 2) -> float:
    """The norm of a vector."""
    return float(np.sum(np.abs(x) ** order) ** (1 / order))


def point_of(loss: Loss) -> dict[str, np.ndarray]:
    """Values between 0.1 and 0.9, away from the kinks."""
    random = np.random.default_rng(len(loss.written))
    return {name: np.asarray(np.round(random.uniform(0.1, 0.9, size), 3)) for name, size in loss.sizes.items()}


def meant(loss: Loss, point: dict[str, np.ndarray]) -> float:
    """The value by NumPy, from the plain text."""
    return float(eval(loss.plain, {"__builtins__": {}}, {**MEANT, "norm": norm, **point}))


def difference(loss: Loss, point: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Central differences of the value by every entry of a variable."""
    found = np.zeros_like(point[name])
    for place in np.ndindex(found.shape):
        sides = []
        for step in (STEP, -STEP):
            moved = point[name].copy()
            moved[place] += step
            sides.append(meant(loss, {**point, name: moved}))
        found[place] = (sides[0] - sides[1]) / (2 * STEP)
    return found


def test_there_are_thirty_losses_of_six_languages() -> None:
    """NumPy, JAX, PyTorch, plain Python, MATLAB, Julia."""
    assert len(LOSSES) >= 30
    assert {"NumPy", "JAX", "PyTorch", "plain Python", "MATLAB", "Julia"} <= {loss.language for loss in LOSSES}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: f"{loss.language}: {loss.written[:40]}")
def test_a_loss_has_the_value_and_the_gradient_that_were_meant(loss: Loss) -> None:
    """Value by NumPy, gradient by central differences of NumPy's values."""
    point = point_of(loss)
    at = {name: value.tolist() if value.shape else float(value) for name, value in point.items()}
    answer = gradcli.grad(loss.written, at=at)
    assert answer.value == pytest.approx(meant(loss, point), rel=1e-12)
    assert answer.gradient
    for name, entries in answer.gradient.items():
        assert np.asarray(entries) == pytest.approx(difference(loss, point, name), rel=1e-5, abs=1e-7), name


def test_four_fifths_of_the_formulas_of_d2l_are_read() -> None:
    """At least 80 % of more than 120 formulas are answered."""
    assert len(set(d2l.FORMULAS)) == len(d2l.FORMULAS) >= 120
    read = [formula for formula in d2l.FORMULAS if d2l.reading(formula) is not None]
    assert len(read) / len(d2l.FORMULAS) >= 0.8
