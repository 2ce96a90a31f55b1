"""Eigenvalues of symmetric matrices, certified where the size allows, and what their signs say.

Sources: Arb's `acb_mat_eig_multiple` (Rump, Acta Numerica 19, 2010, section 13.4) for balls; for rational entries the
characteristic polynomial, all of whose roots are real, so that its zero roots are counted exactly.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.flints import arb

EXACT_SIZE = 24
"""The largest matrix whose characteristic polynomial is used."""

BALL_SIZE = 60
"""The largest matrix whose eigenvalues are enclosed; beyond it they are float64."""

BITS = (192, 768, 3072)


class Spectrum(NamedTuple):
    """Eigenvalues, ascending; `certified`: each is correctly rounded.

    signs   -1, 0 or 1 of each: exp(-800) is 0 in float64, and positive; none where they are not known
    """

    eigenvalues: tuple[float, ...]
    certified: bool
    signs: tuple[float, ...]

    def without(self, zeros: int) -> Spectrum:
        """The spectrum without so many eigenvalues that are 0 by the form of the matrix."""
        pairs = list(zip(self.signs, self.eigenvalues, strict=True))
        pairs.sort(key=lambda pair: (abs(pair[0]), abs(pair[1])))
        kept = sorted((value, sign) for sign, value in pairs[zeros:])
        return Spectrum(tuple(value for value, _ in kept), self.certified, tuple(sign for _, sign in kept))


def definiteness(signs: Sequence[float]) -> str | None:
    """What the signs of the eigenvalues (or these themselves) say of the quadratic form; None of no signs."""
    if not signs:
        return None
    low, high = min(signs), max(signs)
    if low == 0 and high == 0:
        return "zero"
    if low < 0 < high:
        return "indefinite"
    sign = "positive" if high > 0 else "negative"
    strict = low > 0 or high < 0
    return f"{sign} {'definite' if strict else 'semidefinite'}"


def spectrum_of_balls(rows_at: Any, size: int) -> Spectrum | None:
    """The eigenvalues of the matrix that `rows_at(bits)` gives as rows of fmpq or arb; None if they are not found."""
    from gradcli.flints import ctx

    before = ctx.prec
    try:
        if size == 1 and (alone := entry_alone(rows_at(0))) is not None:
            return alone
        for bits in BITS:
            ctx.prec = bits
            rows = rows_at(bits)
            exact = size <= EXACT_SIZE and all(not hasattr(entry, "rad") for row in rows for entry in row)
            found = exact_roots(rows) if exact else enclosed_roots(rows)
            numbers = None if found is None else rounded(found)
            if numbers is not None:
                pairs = sorted(numbers)
                return Spectrum(tuple(value for value, _ in pairs), True, tuple(sign for _, sign in pairs))
    finally:
        ctx.prec = before
    return None


def entry_alone(rows: Sequence[Sequence[Any]]) -> Spectrum | None:
    """A matrix of one entry is its own eigenvalue, in the digits in which it is known."""
    from gradcli.flints import arb

    numbers = rounded([arb(rows[0][0])])
    return None if numbers is None else Spectrum((numbers[0][0],), True, (numbers[0][1],))


def exact_roots(rows: Sequence[Sequence[Any]]) -> list[arb]:
    """The roots of the characteristic polynomial, with their multiplicities."""
    from gradcli.flints import fmpq_mat

    polynomial = fmpq_mat([list(row) for row in rows]).charpoly()
    roots: list[Any] = []
    for root, multiplicity in polynomial.numer().complex_roots():
        roots.extend([root.real] * multiplicity)
    return roots


def enclosed_roots(rows: Sequence[Sequence[Any]]) -> list[arb] | None:
    """Enclosures of the eigenvalues of a symmetric matrix of balls, clusters included."""
    from gradcli.flints import acb_mat, arb

    try:
        found = acb_mat([[arb(entry) for entry in row] for row in rows]).eig(multiple=True)
    except (ValueError, ZeroDivisionError, ArithmeticError):
        return None
    return [value.real for value in found]


def rounded(roots: Sequence[arb]) -> list[tuple[float, int]] | None:
    """Each enclosure as the one float64 that it rounds to, and its sign; a tiny one around 0 is 0.

    None if one is too wide.
    """
    from gradcli.evaluate.certified.values import nearest

    largest = max((root.abs_upper() for root in roots), default=None)
    numbers = []
    for root in roots:
        if root.contains(0) and (largest is None or root.abs_upper() <= largest * 2**-90):
            numbers.append((0.0, 0))
            continue
        number = nearest(root)
        if number is None or abs(number) == float("inf"):
            return None
        numbers.append((number, 1 if root > 0 else -1 if root < 0 else 0))
    return numbers


def spectrum_of_floats(rows: Sequence[Sequence[float]]) -> Spectrum:
    """The eigenvalues in float64; those below the rounding error of the largest are 0."""
    import numpy as np

    matrix = np.array(rows, dtype=float)
    values = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    noise = len(rows) * 4e-16 * float(np.abs(values).max(initial=0.0))
    found = tuple(0.0 if abs(value) <= noise else float(value) for value in values)
    return Spectrum(found, False, found)
