"""Functions of whole matrices in float64: decompositions, exponentials, roots. nan where there is no one value.

A function of singular vectors or eigenvectors has none where two values are equal to working precision: the vectors
turn freely there.
Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013); Higham, Functions of Matrices (2008).
"""

from __future__ import annotations

import numpy as np

from gradcli.evaluate.float64.matrices.linear_algebra import SINGULAR
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DIRECT = 40
"""Entries of the unknown of a Sylvester equation up to which it is solved as one linear system."""


def tolerance(values: Array, shape: tuple[int, ...]) -> float:
    """Below this a singular value or a gap between two is 0 to working precision."""
    return float(np.abs(values).max(initial=0.0)) * SINGULAR * max(shape)


def nothing(*shape: int) -> Array:
    """No value."""
    return np.full(shape, np.nan)


def positive_columns(vectors: Array) -> Array:
    """The signs that make the greatest entry of each column positive."""
    places = np.abs(vectors).argmax(axis=0)
    signs: Array = np.where(vectors[places, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    return signs


def svd(array: Array) -> tuple[Array, Array, Array]:
    """U, the singular values, V; the greatest entry of each column of U is positive."""
    left, values, right = np.linalg.svd(array, full_matrices=False)
    signs = positive_columns(left)
    return left * signs, values, right.T * signs


def singular_values(array: Array) -> Array:
    """The singular values as a column, the greatest first."""
    return np.asarray(np.linalg.svd(array, compute_uv=False)).reshape(-1, 1)


def are_apart(values: Array, shape: tuple[int, ...]) -> bool:
    """Is each of the ordered values one of its own?"""
    gaps = np.abs(np.diff(values.ravel()))
    return bool(gaps.size == 0 or gaps.min() > tolerance(values, shape))


def singular_vectors(array: Array, side: int) -> Array:
    """U or V; nan where two singular values are equal, or one is 0: vectors turn freely there."""
    parts = svd(array)
    values = parts[1]
    regular = are_apart(values, array.shape) and values[-1] > tolerance(values, array.shape)
    return parts[side] if regular else np.full_like(parts[side], np.nan)


def leading_vector(array: Array, side: int) -> Array:
    """The singular vector of the greatest singular value, where there is one such."""
    parts = svd(array)
    values = parts[1]
    single = values[0] > 0 and (len(values) == 1 or values[0] - values[1] > tolerance(values, array.shape))
    found = parts[side][:, :1]
    return found if single else np.full_like(found, np.nan)


def polar(array: Array) -> Array:
    """U@V' of the singular value decomposition UΣV': the gradient of the sum of the singular values.

    nan where one of them is 0 to working precision: there the sum has a kink.
    Source: Watson, Characterization of the subdifferential of some matrix norms, Linear Algebra Appl. 170 (1992).
    """
    left, values, right = np.linalg.svd(array, full_matrices=False)
    return np.asarray(left @ right) if values[-1] > tolerance(values, array.shape) else np.full_like(array, np.nan)


def pinv(array: Array) -> Array:
    """The Moore-Penrose inverse; nan where the rank is not full: beside such a matrix it jumps."""
    left, values, right = np.linalg.svd(array, full_matrices=False)
    if values[-1] <= tolerance(values, array.shape):
        return nothing(*array.shape[::-1])
    return np.asarray((right.T / values) @ left.T)


def symmetric(array: Array) -> Array:
    """(A + A')/2."""
    return np.asarray((array + array.T) / 2)


def eigenvalues(array: Array) -> Array:
    """The eigenvalues of the symmetric part, the least first."""
    return np.asarray(np.linalg.eigvalsh(symmetric(array))).reshape(-1, 1)


def eigenvectors(array: Array) -> Array:
    """The eigenvectors of the symmetric part as columns, each with its greatest entry positive."""
    values, vectors = np.linalg.eigh(symmetric(array))
    return np.asarray(vectors * positive_columns(vectors)) if are_apart(values, array.shape) else nothing(*array.shape)


def cholesky(array: Array) -> Array:
    """L with L L' = (A + A')/2; nan where that is not positive definite."""
    try:
        return np.asarray(np.linalg.cholesky(symmetric(array)))
    except np.linalg.LinAlgError:
        return nothing(*array.shape)


PADE = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
    10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip
"""Coefficients of the Padé approximant of order 13 of exp."""


def expm(array: Array) -> Array:
    """The exponential, by scaling and squaring.

    Source: Higham, The scaling and squaring method revisited, SIAM J. Matrix Anal. 26 (2005).
    """
    size = float(np.abs(array).sum(axis=0).max(initial=0.0))
    doublings = max(0, int(np.ceil(np.log2(size / 5.371920351148152)))) if size > 5.371920351148152 else 0
    scaled = array / 2.0**doublings
    powers = [np.eye(len(array)), scaled @ scaled]
    powers += [powers[1] @ powers[1]]
    powers += [powers[2] @ powers[1]]
    b: Any = PADE
    high = powers[3] @ (b[13] * powers[3] + b[11] * powers[2] + b[9] * powers[1])
    odd = scaled @ (high + b[7] * powers[3] + b[5] * powers[2] + b[3] * powers[1] + b[1] * powers[0])
    high = powers[3] @ (b[12] * powers[3] + b[10] * powers[2] + b[8] * powers[1])
    even = high + b[6] * powers[3] + b[4] * powers[2] + b[2] * powers[1] + b[0] * powers[0]
    found: Any = np.linalg.solve(even - odd, even + odd)
    for _ in range(doublings):
        found = found @ found
    return np.asarray(found)


def expm_frechet(array: Array, direction: Array) -> Array:
    """The derivative of expm along a direction: the corner of the exponential of [[A, E], [0, A]]."""
    size = len(array)
    scale = max(float(np.abs(direction).max(initial=0.0)), 1e-300)
    pair = np.block([[array, direction / scale], [np.zeros_like(array), array]])
    return np.asarray(expm(pair)[:size, size:] * scale)


def sqrtm(array: Array) -> Array:
    """The principal square root; nan where an eigenvalue is 0 or negative.

    Source: Higham (2008), section 6.3: the product form of Denman and Beavers' iteration, with scaling by determinants.
    """
    values: Any = np.linalg.eigvals(array)
    if np.any((values.imag == 0) & (values.real <= tolerance(np.abs(values), array.shape))):
        return nothing(*array.shape)
    size = len(array)
    root, product = array.copy(), array.copy()
    for _ in range(60):
        scale = abs(float(np.linalg.det(product))) ** (-1 / (2 * size)) if size else 1.0
        scale = scale if np.isfinite(scale) and scale > 0 and np.abs(product - np.eye(size)).max() > 0.1 else 1.0
        inverse: Any = np.linalg.inv(product)
        root = scale / 2 * root @ (np.eye(size) + inverse / scale**2)
        product = (np.eye(size) + (scale**2 * product + inverse / scale**2) / 2) / 2
        if np.abs(product - np.eye(size)).max() < 4 * SINGULAR * size:
            break
    correction = sylvester(root, root, array - root @ root)
    return np.asarray(root + correction) if np.isfinite(correction).all() else np.asarray(root)


def sqrtm_of_rows(rows: list[list[float]]) -> list[list[float]] | None:
    """The principal square root as rows, None where there is none."""
    found = sqrtm(np.array(rows))
    return found.tolist() if np.isfinite(found).all() else None


def sylvester(left: Array, right: Array, whole: Array) -> Array:
    """The X with A X + X B = C; nan where A and -B have an eigenvalue in common.

    Large equations of matrices with well-conditioned eigenvectors are solved by them.
    """
    rows, columns = whole.shape
    if rows * columns > DIRECT * DIRECT:
        a, u = np.linalg.eig(left)
        b, v = np.linalg.eig(right)
        sums = a[:, None] + b[None, :]
        if np.abs(sums).min() <= tolerance(np.abs(sums), whole.shape):
            return nothing(rows, columns)
        inner: Any = np.linalg.solve(u, whole) @ v
        found: Any = u @ np.linalg.solve(v.T, (inner / sums).T).T
        return np.asarray(found.real)
    system = np.kron(np.eye(columns), left) + np.kron(right.T, np.eye(rows))
    try:
        solved: Any = np.linalg.solve(system, whole.reshape(-1, 1, order="F"))
    except np.linalg.LinAlgError:
        return nothing(rows, columns)
    return np.asarray(solved.reshape(rows, columns, order="F"))


def kron_left(blocks: Array, right: Array) -> Array:
    """⟨Gᵢⱼ, B⟩ at i, j."""
    p, q = right.shape
    return np.asarray(np.einsum("ipjq,pq->ij", blocks.reshape(len(blocks) // p, p, -1, q), right))


def kron_right(blocks: Array, left: Array) -> Array:
    """Σ Aᵢⱼ Gᵢⱼ."""
    m, n = left.shape
    return np.asarray(np.einsum("ipjq,ij->pq", blocks.reshape(m, len(blocks) // m, n, -1), left))


def spectrum_problem(op: str, array: Array) -> str | None:
    """Why a function of singular vectors or eigenvectors has no value at this matrix; None where it has, or is none."""
    if op not in SPECTRAL or not np.isfinite(array).all():
        return None
    values = eigenvalues(array) if op == "eigvecsh" else singular_values(array)
    if op in ("leftsv", "rightsv"):
        values = values[:2]
    if op == "polar" or (op in ("svdu", "svdv") and are_apart(values, array.shape)):
        zero = values[-1, 0] <= tolerance(values, array.shape)
        return "a matrix has the singular value 0 here, where the sum of singular values has a kink" if zero else None
    if are_apart(values, array.shape):
        return None
    greatest = "the greatest singular value twice" if len(values) == 2 and op in ("leftsv", "rightsv") else ""
    several = "two equal eigenvalues" if op == "eigvecsh" else greatest or "two equal singular values"
    return f"a matrix has {several} here, and their derivatives depend on the way"


SPECTRAL = frozenset(("polar", "leftsv", "rightsv", "svdu", "svdv", "eigvecsh"))
"""Functions of singular vectors or eigenvectors, in which derivatives of the spectrum are written."""

MATRIX_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "nuclear": lambda array: np.float64(singular_values(array).sum()),
    "spectral": lambda array: np.float64(singular_values(array)[0, 0]),
    "polar": polar,
    "leftsv": lambda array: leading_vector(array, 0),
    "rightsv": lambda array: leading_vector(array, 2),
    "svdvals": singular_values,
    "svdu": lambda array: singular_vectors(array, 0),
    "svdv": lambda array: singular_vectors(array, 2),
    "eigvalsh": eigenvalues,
    "eigvecsh": eigenvectors,
    "pinv": pinv,
    "expm": expm,
    "expm_frechet": expm_frechet,
    "sqrtm": sqrtm,
    "cholesky": cholesky,
    "sylvester": sylvester,
    "cross": lambda left, right: np.cross(left.T, right.T).T,
    "kron_left": kron_left,
    "kron_right": kron_right,
}
"""Operation -> its value from those of its arguments, which are finite."""
