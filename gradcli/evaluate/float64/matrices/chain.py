"""Chains of matrix products in the order that costs least, with factors that never become matrices.

An inverse in a chain is a system to solve, a diagonal matrix a scaling of rows or columns, a column of ones a
repetition. The order is found by dynamic programming (Cormen et al., Introduction to Algorithms, 4th ed., 14.2).
"""

from __future__ import annotations

import numpy as np

from gradcli.evaluate.float64.matrices.linear_algebra import inverse, solve
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Known = Callable[[int, int], Array | None]


class Stretch(NamedTuple):
    """A piece of an identity in a matrix: coefficient at (row + i, column + i) for i below length."""

    coefficient: float
    row: int
    column: int
    length: int


class Stretches(NamedTuple):
    """A sum of pieces of identities, as slices of a vector have it for their derivative: never written out."""

    shape: tuple[int, int]
    parts: tuple[Stretch, ...]

    def times(self, right: Array) -> Array:
        """The product with a matrix behind: its stretches of rows, moved."""
        result = np.zeros((self.shape[0], right.shape[1]))
        for coefficient, row, column, length in self.parts:
            result[row : row + length] += coefficient * right[column : column + length]
        return result

    def turned(self) -> Stretches:
        """The transpose."""
        return Stretches(self.shape[::-1], tuple(Stretch(c, j, i, length) for c, i, j, length in self.parts))


class Factor(NamedTuple):
    """One factor of a chain. form: `plain`; `inverse`: inv(array); `diagonal`: diag(array), for a column; `ones`: of
    the array's shape; `stretches`: pieces of identities."""

    form: str
    array: Any

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the matrix that is meant."""
        rows, columns = self.array.shape
        return (rows, rows) if self.form == "diagonal" else (rows, columns)

    def dense(self) -> Array:
        """The matrix itself."""
        if self.form == "inverse":
            return inverse(self.array)
        if self.form == "stretches":
            whole: Array = self.array.times(np.eye(self.array.shape[1]))
            return whole
        return np.diagflat(self.array) if self.form == "diagonal" else self.array.astype(np.float64, copy=False)


def cost(left: Factor | None, right: Factor | None, rows: int, inner: int, columns: int) -> float:
    """Multiplications for one product; a factor is None where it is itself a product."""
    forms = {factor.form for factor in (left, right) if factor is not None}
    if "diagonal" in forms or "stretches" in forms or inner == 1:
        return rows * columns
    if left is not None and left.form == "inverse":
        return rows**3 / 3 + rows * rows * columns
    if right is not None and right.form == "inverse":
        return columns**3 / 3 + columns * columns * rows
    return rows * inner * columns


class ProductOrder(NamedTuple):
    """The cheapest order of a chain: for each stretch i..j its cost and where it is cut."""

    costs: dict[tuple[int, int], float]
    cuts: dict[tuple[int, int], int]


def plan(factors: Sequence[Factor]) -> ProductOrder:
    """The cheapest order for every stretch of the chain."""
    count = len(factors)
    sizes = [factor.shape[0] for factor in factors] + [factors[-1].shape[1]]
    costs: dict[tuple[int, int], float] = {(i, i): 0.0 for i in range(count)}
    cuts: dict[tuple[int, int], int] = {}
    for width in range(1, count):
        for i in range(count - width):
            j = i + width
            choices = []
            for k in range(i, j):
                left = factors[i] if k == i else None
                right = factors[j] if k + 1 == j else None
                step = cost(left, right, sizes[i], sizes[k + 1], sizes[j + 1])
                choices.append((costs[i, k] + costs[k + 1, j] + step, k))
            costs[i, j], cuts[i, j] = min(choices)
    return ProductOrder(costs, cuts)


def chain_product(factors: Sequence[Factor], known: Known | None = None) -> Array:
    """The product of all factors; `known`: what is known of a stretch of them, else None."""
    if len(factors) == 1:
        return factors[0].dense()
    if len(factors) == 2:
        return multiply(*factors)
    return stretch(factors, plan(factors), 0, len(factors) - 1, known).dense()


def stretch(
    factors: Sequence[Factor], order: ProductOrder, first: int, last: int, known: Known | None = None
) -> Factor:
    """The product of the factors from first to last, by the plan. Explicit stack: chains may be long.

    A product that is known was made in the same order: that of a stretch depends on its factors alone.
    """
    done: dict[tuple[int, int], Factor] = {(i, i): factor for i, factor in enumerate(factors)}
    stack = [(first, last)]
    while stack:
        i, j = stack[-1]
        if (i, j) in done:
            stack.pop()
            continue
        value = known(i, j) if known is not None else None
        if value is not None:
            done[i, j] = Factor("plain", value)
            continue
        k = order.cuts[i, j]
        waiting = [part for part in ((i, k), (k + 1, j)) if part not in done]
        if waiting:
            stack.extend(waiting)
        else:
            stack.pop()
            done[i, j] = Factor("plain", multiply(done[i, k], done[k + 1, j]))
    return done[first, last]


def multiply(left: Factor, right: Factor) -> Array:
    """The product of two factors."""
    result: Array = product_of(left, right)
    return result


def product_of(left: Factor, right: Factor) -> Any:
    """The product in the way that the forms of its factors have."""
    if left.form == "diagonal":
        return left.array * right.dense()
    if right.form == "diagonal":
        return left.dense() * right.array.T
    if left.form == "stretches":
        return left.array.times(right.dense())
    if right.form == "stretches":
        return right.array.turned().times(left.dense().T).T
    if left.form == "inverse":
        return solve(left.array, right.dense())
    if right.form == "inverse":
        return solve(right.array.T, left.dense().T).T
    if left.shape[1] == 1:
        return outer_product(left, right)
    return wide_product(left.array, right.array)


BLOCK = 1 << 17
"""Numbers of float32 that are widened at a time: 1 MiB, which stays in the cache."""


def wide_product(left: Any, right: Any) -> Any:
    """The product in float64 of arrays in float64 or float32, without a copy of a large one."""
    if np.float32 not in (left.dtype, right.dtype):
        return left @ right
    if right.size > left.size:
        return wide_product(right.T, left.T).T
    right = right.astype(np.float64, copy=False)
    by_rows = left.flags.c_contiguous
    if left.dtype != np.float32 or not (by_rows or left.T.flags.c_contiguous):
        return left.astype(np.float64, copy=False) @ right
    step = max(1, BLOCK // left.shape[1 if by_rows else 0])
    result = np.zeros((left.shape[0], right.shape[1]))
    for start in range(0, left.shape[0 if by_rows else 1], step):
        part = slice(start, start + step)
        if by_rows:
            np.matmul(left[part].astype(np.float64), right, out=result[part])
        else:
            result += left[:, part].astype(np.float64) @ right[part]
    return result


def outer_product(column: Factor, row: Factor) -> Array:
    """A column by a row; beside ones, the other is only repeated (a view, which nobody writes to)."""
    shape = (column.shape[0], row.shape[1])
    if row.form == "ones":
        return np.broadcast_to(column.dense(), shape)
    return np.broadcast_to(row.dense(), shape) if column.form == "ones" else column.dense() * row.dense()


def contracted(factors: Sequence[Factor], contract: Callable[[Array, Array], Any], known: Known | None = None) -> Any:
    """contract(L, R.T) for a chain L@R that is cut where that is cheapest: its trace or diagonal needs no product."""
    if len(factors) < 2:
        whole = factors[0].dense()
        return contract(whole, np.eye(len(whole)))
    order = plan(factors)
    last = len(factors) - 1
    choices = []
    for k in range(last):
        rows, inner = factors[0].shape[0], factors[k].shape[1]
        halves = order.costs[0, k] + order.costs[k + 1, last]
        choices.append((halves + sum(lone(factors, part) for part in ((0, k), (k + 1, last))) + rows * inner, k))
    _, k = min(choices)
    left, right = stretch(factors, order, 0, k, known), stretch(factors, order, k + 1, last, known)
    return contract(left.dense(), right.dense().T)


def lone(factors: Sequence[Factor], part: tuple[int, int]) -> float:
    """What it costs to write out a half that is one inverse or diagonal matrix."""
    factor = factors[part[0]]
    if part[0] != part[1] or factor.form in ("plain", "ones"):
        return 0.0
    size = float(factor.shape[0])
    return size**3 if factor.form == "inverse" else size**2
