"""Which arrays are computed entry by entry, with certified numbers, and which in float64 by NumPy.

Measured: the scalar engine builds, differentiates and certifies some 7,000 products a second.
"""

from __future__ import annotations

from math import prod

from gradcli.program.dimensions import size_value
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcli.program.graph import Node

    Counts = Callable[["Node"], tuple[int, ...]]

ENTRIES = 10_000
"""Entries of all data together up to which numbers are certified."""

OPERATIONS = 10_000
"""Operations on entries up to which numbers are certified."""

ENCLOSED = 64
"""Greatest number of rows or columns of matrices whose functions are enclosed."""

MINORS = 8
"""Greatest size of a matrix whose determinant or inverse is certified, as `program.scalarize` bounds it."""


def certifiable(
    shapes: Iterable[tuple[int, ...]], nodes: Sequence[Node] = (), sizes: Mapping[str, int] | None = None
) -> bool:
    """Whether the scalar engine gives certified numbers in about a second, so that float64 need not do.

    shapes   of the data, in numbers: (), (n,), (n, 1) or (m, n)
    nodes    of the array graph of the function, if there is one; `sizes` are the values of the letters in their shapes
    """
    if sum(map(prod, shapes)) > ENTRIES:
        return False
    return not nodes or operations(nodes, sizes or {}) <= OPERATIONS


def has_entries(nodes: Sequence[Node]) -> bool:
    """Has every operation of these nodes a closed form entry by entry?"""
    return without_entries(nodes) is None


def without_entries(nodes: Sequence[Node]) -> str | None:
    """The name of the first function in these nodes that has no closed form entry by entry; None where all have."""
    from gradcli.program.graph import order
    from gradcli.rules import ARRAY_NAMES

    rows = (ARRAY_NAMES.get(node.op) for node in order(nodes) if node.op not in COSTS)
    return next((row.name for row in rows if row is not None and row.primitive), None)


def has_singular_values(nodes: Sequence[Node]) -> bool:
    """Is there a norm that takes singular values?"""
    from gradcli.program.graph import order

    return any(node.op in ("nuclear", "spectral") for node in order(nodes))


def operations(nodes: Sequence[Node], sizes: Mapping[str, int]) -> float:
    """How many operations on entries the nodes take; infinite where entries have no closed form here."""
    from gradcli.program.graph import order

    def counts(node: Node) -> tuple[int, ...]:
        return tuple(count(size, sizes) for size in node.shape)

    total = 0.0
    for node in order(nodes):
        total += COSTS.get(node.op, entry_cost)(node, counts)
    return total


def count(size: int | str, sizes: Mapping[str, int]) -> int:
    """A size as a number; letters that are not known count as 1."""
    return size_value(size, lambda letter: sizes.get(letter, 1))


def entry_cost(node: Node, counts: Counts) -> float:
    """One operation an entry, of the value or of the greatest argument."""
    return max(map(prod, map(counts, (node, *node.args))))


def chain_cost(node: Node, counts: Counts) -> float:
    """The products of a chain from left to right."""
    rows = counts(node.args[0])[0]
    return sum(rows * prod(counts(factor)) for factor in node.args[1:])


def minors_cost(node: Node, counts: Counts) -> float:
    """A determinant by its minors, n·2**(n-1) products; an inverse takes three times that."""
    size = counts(node.args[0])[0]
    times = 3 if node.op == "inv" else 1
    return times * size * 2 ** (size - 1) if size <= MINORS else float("inf")


def gram_cost(node: Node, counts: Counts) -> float:
    """The inverse of the smaller Gram matrix."""
    size = min(counts(node.args[0]))
    return 3 * size * 2 ** (size - 1) + entry_cost(node, counts) * size if size <= MINORS else float("inf")


def norm_cost(node: Node, counts: Counts) -> float:
    """The nuclear and the spectral norm have closed forms for up to two singular values."""
    return entry_cost(node, counts) if min(counts(node.args[0])) <= 2 else float("inf")


COSTS: dict[str, Callable[[Node, Counts], float]] = {
    "variable": lambda node, counts: 0,
    "fill": lambda node, counts: 0,
    "eye": lambda node, counts: 0,
    "matmul": chain_cost,
    "inv": minors_cost,
    "det": minors_cost,
    "logdet": minors_cost,
    "nuclear": norm_cost,
    "spectral": norm_cost,
    "pinv": gram_cost,
}
"""Operations that do not cost one operation an entry."""
