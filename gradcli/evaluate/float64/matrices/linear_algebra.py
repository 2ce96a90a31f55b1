"""Linear algebra in float64 by stable routines: solving instead of inverting, log-determinants, adjugates.

A matrix that is singular to working precision gives nan instead of numbers that are noise.
Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), sections 2.6, 3.4, 4.2; Higham, Accuracy and Stability
of Numerical Algorithms, 2nd ed. (2002), section 14.1 (do not invert).
"""

from __future__ import annotations

import math

import numpy as np

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SINGULAR = 2.0**-52
"""A matrix is singular to working precision where 1/(‖A‖·‖inv(A)‖) is below n times this, as NumPy's rank has it."""


def probe(size: int) -> Array:
    """A right-hand side with parts along every singular vector of all but contrived matrices: its solution is as long
    as the inverse is large. It is the same at every run."""
    steps = np.arange(1, size + 1, dtype=np.float64)
    signs: Array = np.where(np.sin(steps * steps * 0.7548776662466927) >= 0, 1.0, -1.0)
    return signs + 0.25 * np.cos(steps)


def solve(matrix: Array, right: Array) -> Array:
    """inv(matrix) @ right by one factorisation; nan where the matrix is singular to working precision."""
    size = len(matrix)
    sides = np.empty((size, right.shape[1] + 1))
    sides[:, :-1] = right
    sides[:, -1] = probe(size)
    try:
        found: Any = np.linalg.solve(matrix, sides)
    except np.linalg.LinAlgError:
        return np.full(right.shape, np.nan)
    return found[:, :-1] if is_regular(matrix, found[:, -1], sides[:, -1]) else np.full(right.shape, np.nan)


def is_regular(matrix: Array, solution: Array, right: Array) -> bool:
    """Whether the solution for the probe is no longer than an inverse that means something allows."""
    size = float(np.abs(matrix).sum(axis=1).max())
    growth = size * float(np.abs(solution).max()) / float(np.abs(right).max())
    return bool(growth * SINGULAR * len(matrix) < 1)


def inverse(matrix: Array) -> Array:
    """The inverse, where it is itself wanted."""
    return solve(matrix, np.eye(len(matrix)))


def determinant(matrix: Array) -> float:
    """The determinant, by LU."""
    return float(np.linalg.det(matrix))


def log_determinant(matrix: Array) -> float:
    """log(det(matrix)): by Cholesky where the matrix is symmetric and positive definite, else by LU.

    nan where the determinant is negative, or zero to working precision.
    """
    if np.array_equal(matrix, matrix.T):
        try:
            return 2 * float(np.log(np.diagonal(np.linalg.cholesky(matrix))).sum())
        except np.linalg.LinAlgError:
            pass
    sign, size = np.linalg.slogdet(matrix)
    if sign <= 0 or np.isnan(solve(matrix, np.zeros((len(matrix), 1)))).any():
        return float("nan")
    return float(size)


def adjugate(matrix: Array) -> Array:
    """det(A)·inv(A), right for singular matrices too: for A = UΣV' it is det(U)·det(V)·V·adj(Σ)·U'."""
    left, values, right = np.linalg.svd(matrix)
    sign = np.sign(np.linalg.det(left)) * np.sign(np.linalg.det(right))
    return np.asarray(sign * (right.T * exclusive_products(values[:, None], 0).T) @ left.T)


def exclusive_products(array: Array, axis: int) -> Array:
    """For each entry along the axis the product of the others: products of all before it times all after it."""
    ones = np.ones_like(np.take(array, [0], axis))
    before = np.concatenate([ones, np.cumprod(array, axis)], axis)
    after = np.concatenate([ones, np.cumprod(np.flip(array, axis), axis)], axis)
    count = array.shape[axis]
    kept = range(count)
    return np.asarray(np.take(before, kept, axis) * np.flip(np.take(after, kept, axis), axis))


def length(array: Array) -> float:
    """sqrt(Σ xᵢ²) without overflow or underflow on the way."""
    flat: Any = array.ravel(order="K")
    size = float(np.sqrt(flat @ flat))
    if 1e-140 < size < 1e150:
        return size
    greatest = float(np.abs(flat).max())
    if greatest == 0 or not math.isfinite(greatest):
        return greatest
    flat = flat / greatest
    return greatest * float(np.sqrt(flat @ flat))
