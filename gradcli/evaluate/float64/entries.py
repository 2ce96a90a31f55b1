"""Operations entry by entry over whole arrays: what is needed no more is written over, what two share is made once.

A large array is mostly the time that its memory takes; written over, `1 - tanh(u)**2` takes one array and not three.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from gradcli.evaluate.float64.indeterminate import hyperbolic_partner, mended, nearest, power
from gradcli.evaluate.float64.ufuncs import decay, entrywise, log_cosh, sigmoid, softplus
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Protocol

    from numpy.typing import NDArray

    from gradcli.evaluate.float64.matrices.chain import Factor
    from gradcli.program.graph import Node

    Array = NDArray[np.float64]

    class EntryRun(Protocol):
        """What a run over arrays shows of itself."""

        values: dict[Node, Any]
        own: set[Node]
        left: Counter[Node] | None
        halves: Halves

        def args(self, node: Node) -> list[Any]: ...

        def factor(self, node: Node) -> Factor: ...


class ValuesByNode(dict["Node", "Any"]):
    """Values; one that is gone, because it was written over, is made again by `compute`."""

    def __init__(self, compute: Callable[[Node], Any]) -> None:
        super().__init__()
        self.compute = compute

    def __missing__(self, node: Node) -> Any:
        return self.compute(node)


def taken(run: EntryRun, node: Node) -> tuple[Any, bool]:
    """The value of an argument, and whether it may be written over: then it is gone."""
    value = run.values[node]
    if node not in run.own or run.left is None or run.left[node] != 1:
        return value, False
    run.own.remove(node)
    del run.values[node]
    return value, True


def onto(function: Any, left: Any, right: Any, left_spare: bool, right_spare: bool) -> Any:
    """A function of two operands, written over one of them that may be."""
    for own, other, spare in ((left, right, left_spare), (right, left, right_spare)):
        if spare and np.ndim(own) and np.shape(other) in (own.shape, ()):
            return function(left, right, out=own)
    return function(left, right)


def sum_value(run: EntryRun, node: Node) -> Any:
    """constant + Σ coefficient·term."""
    coefficients, start = node.data
    whole: Any = None
    spare = False
    for coefficient, arg in sorted(zip(coefficients, node.args, strict=True), key=lambda term: term[0] != 1):
        term, own = taken(run, arg)
        function: Any = np.add
        if whole is not None and coefficient == -1:
            function = np.subtract
        elif coefficient != 1:
            term, own = onto(np.multiply, nearest(coefficient), term, False, own), bool(node.shape)
        if whole is None:
            whole, spare = term, own
        else:
            whole, spare = onto(function, whole, term, spare, own), bool(node.shape)
    return onto(np.add, whole, nearest(start), spare, False) if start else whole


def product_value(run: EntryRun, node: Node) -> Any:
    """Π base**exponent, what is below the line divided by at the end."""
    lines: dict[bool, tuple[Any, bool]] = {}
    for base, exponent in node.factors():
        if (partner := hyperbolic_partner(node, base)) is not None:
            if base.data.name == "cosh":
                continue
            value, spare = np.tanh(run.values[partner]), bool(node.shape)
        else:
            value, spare = taken(run, base)
        if exponent in (2, -2):
            part, spare = onto(np.multiply, value, value, spare, False), bool(node.shape)
        elif exponent in (1, -1):
            part = value
        else:
            part, spare = power(value, exponent if exponent > 0 else -exponent), bool(node.shape)
        side = lines.get(exponent > 0)
        if side is not None:
            part, spare = onto(np.multiply, side[0], part, side[1], spare), bool(node.shape)
        lines[exponent > 0] = part, spare
    above, spare = lines.get(True, (1.0, False))
    below = lines.get(False)
    result = above if below is None else onto(np.divide, above, below[0], spare, below[1])
    return result if node.shape else mended(run, result, list(node.factors()))


def call_value(run: EntryRun, node: Node) -> Any:
    """A row's function, entry by entry; log(cosh(u)) does not overflow where cosh(u) does."""
    inner = node.args[0]
    if node.data.name == "log" and inner.op == "call" and inner.data.name == "cosh":
        return log_cosh(run.values[inner.args[0]])
    if node.data.name in DECAYING:
        x = run.values[inner]
        return DECAYING[node.data.name](x, run.halves.of(node, lambda: decay(x))[0])
    function = entrywise(node.data)
    if len(node.args) == 1 and (isinstance(function, np.ufunc) or node.data.name in OVERWRITING):
        value, spare = taken(run, inner)
        return function(value, out=value) if spare else function(value)
    return function(*run.args(node))


OVERWRITING = ("relu",)
"""Functions that take `out`, besides those of NumPy."""

DECAYING: dict[str, Callable[[Any, Any], Any]] = {"sigmoid": sigmoid, "softplus": softplus}
"""The functions that are made of x and exp(-|x|)."""


class Halves:
    """What two functions of one argument have in common: exp(-|x|), the exponentials of log-sum-exp and softmax."""

    def __init__(self, order: Iterable[Node]) -> None:
        self.left = Counter(half_of(node) for node in order)
        self.kept: dict[Any, Any] = {}

    def of(self, node: Node, make: Callable[[], Any]) -> tuple[Any, bool]:
        """The common part of a node, and whether nobody else takes it."""
        key = half_of(node)
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = make()
        self.left[key] -= 1
        last = self.left[key] <= 0
        if last:
            del self.kept[key]
        return found, last


def half_of(node: Node) -> Any:
    """What says which part a node shares with others; None where it shares none."""
    if node.op == "call" and node.data.name in DECAYING:
        return node.args
    return (*node.args, node.data) if node.op in ("lse", "softmax") else None


def greatest(array: Array, axis: int | None) -> Array:
    """The greatest entries, to shift by; 0 where they are infinite."""
    top = array.max(axis=axis, keepdims=True)
    return np.asarray(np.where(np.isfinite(top), top, 0.0))


def weights(array: Array, axis: int | None) -> tuple[Array, Array, Array]:
    """The greatest entries m, exp(x - m), and the sums of these."""
    top = greatest(array, axis)
    found = array - top
    np.exp(found, out=found)
    return top, found, found.sum(axis=axis, keepdims=True)


def lse_value(run: EntryRun, node: Node) -> Any:
    """log Σ exp(xᵢ), shifted by the greatest entry."""
    (array,) = run.args(node)
    (top, _, total), _ = run.halves.of(node, lambda: weights(array, node.data))
    whole = top + np.log(total)
    return whole if node.shape else whole[0, 0]


def softmax_value(run: EntryRun, node: Node) -> Any:
    """exp(xᵢ) / Σ exp(xⱼ), shifted by the greatest entry."""
    (array,) = run.args(node)
    (_, found, total), last = run.halves.of(node, lambda: weights(array, node.data))
    return np.divide(found, total, out=found if last else None)
