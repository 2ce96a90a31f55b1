"""Functions of whole matrices of balls: spectra, roots, exponentials, equations. Every entry is enclosed.

Source: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66
(2017); van der Hoeven & Mourrain, Efficient certification of numeric solutions to eigenproblems (2017).
"""

from __future__ import annotations

from gradcli.flints import acb_mat, arb, arb_mat, ctx
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

ENTRIES = 64
"""Entries of a matrix up to which its functions are enclosed."""


class NotEnclosedError(Exception):
    """A value that this precision, or this engine, does not enclose."""


def matrix(rows: Sequence[Sequence[Any]]) -> arb_mat:
    return arb_mat([list(row) for row in rows])


def identity(size: int) -> arb_mat:
    return matrix([[int(i == j) for j in range(size)] for i in range(size)])


def flat(array: arb_mat) -> list[arb]:
    """The columns under one another."""
    return [entry for row in array.transpose().tolist() for entry in row]


def diagonal_matrix(entries: Sequence[arb]) -> arb_mat:
    return matrix([[x if i == j else 0 for j in range(len(entries))] for i, x in enumerate(entries)])


def column(entries: Sequence[arb]) -> arb_mat:
    return matrix([[entry] for entry in entries])


def added(entries: Sequence[arb]) -> arb:
    return sum(entries, start=arb(0))


def length(array: arb_mat) -> arb:
    whole = added([entry * entry for entry in flat(array)])
    if not whole > 0:
        raise NotEnclosedError
    return whole.sqrt()


def size_of(array: arb_mat) -> arb:
    """A bound of the Frobenius norm: the sum of the absolute values."""
    return added([abs(entry) for entry in flat(array)])


def kron(left: arb_mat, right: arb_mat) -> arb_mat:
    return matrix([[a * b for a in above for b in below] for above in left.tolist() for below in right.tolist()])


def cross(left: arb_mat, right: arb_mat) -> arb_mat:
    a, b = flat(left), flat(right)
    return column([a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2] for i in range(3)])


def small(array: arb_mat) -> arb_mat:
    """A matrix that is not too large for its functions to be enclosed."""
    if array.nrows() * array.ncols() > ENTRIES:
        raise NotEnclosedError
    return array


def symmetric(array: arb_mat) -> arb_mat:
    return (array + array.transpose()) / 2


def spectrum(array: arb_mat) -> tuple[list[arb], arb_mat]:
    """Eigenvalues, the least first, and orthonormal eigenvectors of a symmetric matrix whose eigenvalues are simple.

    A real matrix has real eigenvectors for its simple real eigenvalues: a vector is divided by its greatest entry.
    """
    size = small(array).nrows()
    if size == 1:
        return [array[0, 0]], identity(1)
    values, vectors = acb_mat(array).eig(right=True)
    places = sorted(range(size), key=lambda i: float(values[i].real.mid()))
    lines = []
    for place in places:
        entries = [vectors[i, place] for i in range(size)]
        greatest = max(entries, key=lambda entry: float(abs(entry).mid()))
        lines.append(unit([(entry / greatest).real for entry in entries]))
    return [values[place].real for place in places], matrix(lines).transpose()


def unit(entries: Sequence[arb]) -> list[arb]:
    """The vector of length 1 along these entries, the greatest of which is positive.

    Errors: `NotEnclosedError` where two entries may be the greatest and have different signs.
    """
    greatest = max(entries, key=lambda entry: float(abs(entry).mid()))
    rivals = [entry for entry in entries if entry is not greatest and not abs(entry) < abs(greatest)]
    sign = 1 if greatest > 0 else -1
    if any(not entry * sign > 0 for entry in rivals):
        raise NotEnclosedError
    size = added([entry * entry for entry in entries]).sqrt() * sign
    return [entry / size for entry in entries]


def singular(array: arb_mat) -> tuple[arb_mat, list[arb], arb_mat]:
    """U, the singular values, V, for different positive singular values; the greatest entry of each of U positive."""
    tall = array.nrows() >= array.ncols()
    own = array if tall else array.transpose()
    squares, vectors = spectrum(own.transpose() * own)
    if not all(square > 0 for square in squares):
        raise NotEnclosedError
    values = [square.sqrt() for square in squares[::-1]]
    right = [[row[k] for row in vectors.tolist()] for k in reversed(range(len(values)))]
    left = [[entry / s for entry in flat(own * column(v))] for v, s in zip(right, values, strict=True)]
    u, v = (left, right) if tall else (right, left)
    turned = [unit(line) for line in u]
    signs = [
        1 if added([a * b for a, b in zip(*pair, strict=True)]) > 0 else -1 for pair in zip(turned, u, strict=True)
    ]
    v = [[entry * sign for entry in line] for line, sign in zip(v, signs, strict=True)]
    return matrix(turned).transpose(), values, matrix(v).transpose()


def sylvester(left: arb_mat, right: arb_mat, whole: arb_mat) -> arb_mat:
    rows, columns = whole.nrows(), whole.ncols()
    small(whole)
    system = kron(identity(columns), left) + kron(right.transpose(), identity(rows))
    found = flat(system.solve(column(flat(whole))))
    return matrix([[found[j * rows + i] for j in range(columns)] for i in range(rows)])


def sqrtm(array: arb_mat) -> arb_mat:
    """The principal root: Newton's midpoint X, and a ball around it that holds the root.

    With S(E) = XE + EX and R = A - X², ‖E‖ <= 2‖S⁻¹(R)‖ for a root X + E, if 4‖S⁻¹‖‖S⁻¹(R)‖ < 1 (Kantorovich). It is
    the principal one as X is near it: S stays invertible on the way, so that no eigenvalue meets the imaginary axis.
    """
    from gradcli.evaluate.float64.matrices.functions import sqrtm_of_rows

    size = small(array).nrows()
    start = sqrtm_of_rows([[float(x.mid()) for x in row] for row in array.tolist()])
    if start is None:
        raise NotEnclosedError
    root = matrix(start)
    middle = array.mid()
    for _ in range(max(3, ctx.prec.bit_length())):
        root = (root + sylvester(root, root, middle - root * root)).mid()
    system = (kron(identity(size), root) + kron(root.transpose(), identity(size))).inv()
    rest = flat(array - root * root)
    step, inverse = size_of(system * column(rest)), size_of(system)
    if not 4 * inverse * step < 1:
        raise NotEnclosedError
    margin = arb(0, (2 * step).upper())
    return matrix([[entry + margin for entry in row] for row in root.tolist()])


def cholesky(array: arb_mat) -> arb_mat:
    size = small(array).nrows()
    rows = symmetric(array).tolist()
    lower = [[arb(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = rows[i][j] - added([lower[i][k] * lower[j][k] for k in range(j)])
            if i == j and not rest > 0:
                raise NotEnclosedError
            lower[i][j] = rest.sqrt() if i == j else rest / lower[j][j]
    return matrix(lower)


def pinv(array: arb_mat) -> arb_mat:
    turned = small(array).transpose()
    if array.nrows() >= array.ncols():
        return (turned * array).inv() * turned
    return turned * (array * turned).inv()


def polar(array: arb_mat) -> arb_mat:
    """X (X'X)^(-1/2), which needs no different singular values."""
    if array.nrows() >= array.ncols():
        return array * sqrtm(array.transpose() * array).inv()
    return sqrtm(array * array.transpose()).inv() * array


def expm_frechet(array: arb_mat, direction: arb_mat) -> arb_mat:
    size = small(array).nrows()
    above = [a + d for a, d in zip(array.tolist(), direction.tolist(), strict=True)]
    below = [[arb(0)] * size + a for a in array.tolist()]
    found = matrix(above + below).exp().tolist()
    return matrix([row[size:] for row in found[:size]])


def gram(array: arb_mat) -> arb_mat:
    """The smaller Gram matrix."""
    turned = array.transpose()
    return turned * array if array.nrows() >= array.ncols() else array * turned


def kron_left(blocks: arb_mat, right: arb_mat) -> arb_mat:
    """⟨Gᵢⱼ, B⟩ at i, j, for blocks Gᵢⱼ as large as B."""
    p, q = right.nrows(), right.ncols()
    rows, columns = range(blocks.nrows() // p), range(blocks.ncols() // q)
    places = [(k, m) for k in range(p) for m in range(q)]
    return matrix(
        [[added([blocks[i * p + k, j * q + m] * right[k, m] for k, m in places]) for j in columns] for i in rows]
    )


def kron_right(blocks: arb_mat, left: arb_mat) -> arb_mat:
    """Σ Aᵢⱼ Gᵢⱼ, for as many blocks as A has entries."""
    m, n = left.nrows(), left.ncols()
    p, q = blocks.nrows() // m, blocks.ncols() // n
    places = [(i, j) for i in range(m) for j in range(n)]
    return matrix(
        [[added([blocks[i * p + k, j * q + r] * left[i, j] for i, j in places]) for r in range(q)] for k in range(p)]
    )
