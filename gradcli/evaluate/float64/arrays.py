"""Evaluation of a graph of arrays in float64, node by node with NumPy; each node's value is computed once.

Scalars are floats, vectors columns (n, 1), matrices (m, n). What has no float64 value (out of the domain, singular,
too large) is nan or infinite; nothing is raised and no warning is shown: the caller says what is wrong.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from gradcli.evaluate.float64.agenda import Agenda, counted, is_stretches
from gradcli.evaluate.float64.entries import (
    Halves,
    ValuesByNode,
    call_value,
    lse_value,
    product_value,
    softmax_value,
    sum_value,
)
from gradcli.evaluate.float64.greatest import picked
from gradcli.evaluate.float64.indeterminate import chain_mended, nearest, scale_value
from gradcli.evaluate.float64.matrices import linear_algebra
from gradcli.evaluate.float64.matrices.chain import Factor, Stretch, Stretches, chain_product, contracted
from gradcli.problems import GradcliError
from gradcli.program.dimensions import size_value
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.program.graph import Node
    from gradcli.text.tree import Data

    Array = NDArray[np.float64]
    Size = int | str

NAN = np.float64("nan")


def evaluate_arrays(
    nodes: Sequence[Node],
    values: Mapping[str, Array | float],
    sizes: Mapping[str, int] | None = None,
    agenda: Agenda | None = None,
    doubtful: Mapping[str, Data] | None = None,
    watch: Callable[[Arrays, Node], None] | None = None,
) -> list[Array | float]:
    """The value of each node, given those of the variables by name (vectors as (n, 1) or (n,)).

    `sizes`: letters of sizes that no variable of these nodes tells (the gradient of sum(x) is ones(n)).
    `agenda`: what is computed of the nodes, if it is known.
    `doubtful`: the data of which it is not known whether they are finite. Raises what they raise where they are not.
    `watch`: is shown every node before it is computed.
    Shapes: those of the nodes. Arrays may be views of the data or of each other: copy before writing to one.
    """
    run = Arrays(agenda or Agenda(nodes), values, sizes or {}, keep=False)
    run.doubtful, run.watch = set(doubtful or ()), watch
    with np.errstate(all="ignore"):
        run.evaluate()
    for name, data in (doubtful or {}).items():
        if name not in run.doubtful:
            data.doubt = None
        elif data.doubt is not None:
            data.doubt()
    return [run.values[node] if node.shape else float(run.values[node]) for node in nodes]


class Arrays:
    """The values of nodes at a point, as an agenda says.

    left        how many users of each node are still to come; `own`: the nodes whose values are arrays of their own,
                which the last user may write over. Where everything is kept it is None.
    narrow      variables in float32, which products widen block by block; whoever else asks for one widens the whole
    doubtful    the names of data that may hold numbers that are not finite
    """

    def __init__(
        self, agenda: Agenda, point: Mapping[str, Array | float], sizes: Mapping[str, int], keep: bool = True
    ) -> None:
        self.agenda = agenda
        self.point = point
        self.sizes = dict(sizes)
        self.values: dict[Node, Any] = ValuesByNode(self.again)
        self.left = None if keep else agenda.users()
        self.own: set[Node] = set()
        self.narrow: dict[Node, Any] = {}
        self.doubtful: set[str] = set()
        self.watch: Callable[[Arrays, Node], None] | None = None
        self.halves = Halves(agenda.order)
        for node in agenda.variables:
            value = self.variable(node)
            (self.values if value.dtype == np.float64 else self.narrow)[node] = value

    def evaluate(self) -> None:
        """Compute every node that is needed."""
        for node in self.agenda.order:
            if node not in self.values and node not in self.narrow:
                if self.watch is not None:
                    self.watch(self, node)
                self.compute(node)
                if self.left is not None:
                    self.forget(node, self.left)

    def compute(self, node: Node) -> None:
        """The value of a node, from those of its arguments."""
        kernel = KERNELS.get(node.op)
        value = kernel(self, node) if kernel is not None else of_matrices(self, node)
        self.values[node] = np.float64(value) if type(value) is float else value

    def forget(self, node: Node, left: Counter[Node]) -> None:
        """What a node that was computed last leaves of the values of its arguments."""
        value, parts = self.values[node], self.agenda.needs(node)
        if isinstance(value, np.ndarray):
            if value.base is not None or any(value is self.values.get(part) for part in parts):
                self.own.difference_update(parts)
            elif node.op in ENTRYWISE or (node.op == "matmul" and len(counted(node)) == 2):
                self.own.add(node)
        left.subtract(parts)
        for part in parts:
            if part.op in ENTRYWISE and part in self.own and not left[part]:
                self.values.pop(part, None)

    def again(self, node: Node) -> Any:
        """The value of a node that is not kept."""
        if node in self.agenda.twins:
            return self.values[self.agenda.twins[node]].T
        for part in reachable([node], self.agenda.needs):
            if part not in self.values:
                self.compute(part)
        return self.values[node]

    def variable(self, node: Node) -> Any:
        """What the point says, as a column where a vector was given; its sizes become known."""
        value: Any = np.asarray(self.point[node.data])
        if value.dtype != np.float32 or not node.shape or self.left is None:
            value = value.astype(np.float64, copy=False)
        if not node.shape:
            return np.float64(value)
        if value.ndim < 2:
            value = value.reshape(-1, 1)
        for size, count in zip(node.shape, value.shape, strict=True):
            if isinstance(size, str) and size.isidentifier():
                self.sizes.setdefault(size, count)
        return value

    def size(self, size: Size) -> int:
        """A size as a number."""
        return size_value(size, self.letter)

    def letter(self, letter: str) -> int:
        """The value of one letter in a size."""
        found = self.sizes.get(letter, self.point.get(letter))
        if found is None:
            raise GradcliError("shape", f"the size {letter} has no value here", hint="give the arrays values")
        return int(found)

    def shape(self, node: Node) -> tuple[int, int]:
        """A node's shape in numbers."""
        rows, columns = node.rows, node.columns
        return self.size(rows), self.size(columns)

    def args(self, node: Node) -> list[Any]:
        """The values of a node's arguments."""
        return [self.values[arg] for arg in node.args]

    def factors(self, node: Node) -> list[Factor]:
        """The factors of a chain, identities left out."""
        return [self.factor(factor) for factor in counted(node)]

    def known(self, node: Node) -> Callable[[int, int], Array | None]:
        """The product of the factors i to j of a chain, if it has a value already: it is not made again."""
        parts = counted(node)

        def value(i: int, j: int) -> Array | None:
            chain = self.agenda.chains.get(parts[i : j + 1])
            return None if chain is None else self.values.get(chain)

        return value

    def factor(self, node: Node) -> Factor:
        """One factor of a chain."""
        if is_stretches(node):
            return Factor("stretches", stretches(self, node))
        if node.op == "inv":
            return Factor("inverse", self.values[node.args[0]])
        if node.op == "diag":
            return Factor("diagonal", self.values[node.args[0]])
        if node.op == "transpose":
            return Factor("plain", self.factor(node.args[0]).array.T)
        if node in self.narrow:
            return Factor("plain", self.narrow[node])
        if node.op == "fill":
            ones = is_number(node.args[0], 1)
            return Factor("ones" if ones else "plain", np.broadcast_to(self.values[node.args[0]], self.shape(node)))
        return Factor("plain", self.values[node] if node.op != "eye" else np.eye(self.size(node.data)))


ENTRYWISE = ("sum", "product", "call", "softmax")
"""Operations that make an array of their own."""


def stretches(run: Arrays, node: Node) -> Stretches:
    """The pieces of identities that parts of identities are."""
    found = []
    coefficients = node.data[0] if node.op == "sum" else (1,)
    for coefficient, part in zip(coefficients, node.args if node.op == "sum" else (node,), strict=True):
        size = run.size(part.args[0].data)
        (top, bottom, _), (left, right, _) = (stretch(run, place).indices(size) for place in part.data)
        first, last = max(top, left), min(bottom, right)
        found.append(Stretch(float(coefficient), first - top, first - left, max(0, last - first)))
    return Stretches(run.shape(node), tuple(found))


def is_fill(node: Node, value: int) -> bool:
    """Is this number in every entry?"""
    return is_number(node.args[0] if node.op == "fill" else node, value)


def is_number(node: Node, value: int) -> bool:
    return node.op == "number" and bool(node.data == value)


# ------------------------------------------------------------------------------------ scalars and entries


def where_value(run: Arrays, node: Node) -> Any:
    """The branch that holds, entry by entry."""
    condition, yes, no = run.args(node)
    if np.ndim(condition) == 0:
        return yes if condition else no
    if node.shape and is_fill(node.args[1], 1) and is_fill(node.args[2], 0):
        return condition.astype(np.float64)
    return np.where(condition, yes, no)


# ------------------------------------------------------------------------------------------- matrices


def chain_value(run: Arrays, node: Node) -> Any:
    """A chain of products."""
    factors = run.factors(node)
    found = chain_product(factors, run.known(node))
    if run.doubtful and len(factors) == 2:
        believe(run, counted(node)[0], factors[1], found)
    if not node.shape:
        return found[0, 0]
    return chain_mended(run, node, found)


def believe(run: Arrays, left: Node, right: Factor, found: Array) -> None:
    """Data whose product with a column without zeros is finite are finite: nobody need look at each number."""
    if left.op == "variable" and left.data in run.doubtful and right.form == "plain":
        whole = np.flatnonzero(np.all(right.array != 0, axis=0))
        if len(whole) and np.isfinite(found[:, whole[0]]).all():
            run.doubtful.remove(left.data)


def trace_value(run: Arrays, node: Node) -> Any:
    """The sum of the diagonal, of a chain without writing out the last product."""
    (core,) = node.args
    if not run.agenda.is_inlined(core, "matmul"):
        return np.trace(run.values[core])
    return contracted(run.factors(core), inner_product, run.known(core))


def inner_product(left: Array, right: Array) -> Any:
    """Σ aᵢⱼ·bᵢⱼ."""
    if left.flags.c_contiguous and right.flags.c_contiguous:
        return left.ravel() @ right.ravel()
    return np.einsum("ij,ij->", left, right)


def diagonal_value(run: Arrays, node: Node) -> Any:
    """The diagonal as a column."""
    (core,) = node.args
    if not run.agenda.is_inlined(core, "matmul"):
        return np.diagonal(run.values[core]).reshape(-1, 1)
    rows = contracted(run.factors(core), lambda left, right: np.einsum("ij,ij->i", left, right), run.known(core))
    return rows.reshape(-1, 1)


def total_value(run: Arrays, node: Node) -> Any:
    """The sum of all entries; of a product of two arrays without writing it out."""
    (core,) = node.args
    if not run.agenda.is_inner_product(core):
        return run.values[core].sum()
    first, *others = run.args(core)
    return inner_product(first, others[0] if others else first)


def norm_value(run: Arrays, node: Node) -> Any:
    """The Frobenius norm."""
    return linear_algebra.length(*run.args(node))


def of_matrices(run: Arrays, node: Node) -> Any:
    """A function of whole matrices; its kernels are loaded when one is needed."""
    from gradcli.evaluate.float64.matrices.functions import MATRIX_FUNCTIONS

    function = MATRIX_FUNCTIONS.get(node.op)
    if function is None:
        raise GradcliError("unsupported", f"{node.op} has no value in float64")
    values = run.args(node)
    if not all(np.isfinite(value).all() for value in values):
        return np.full(run.shape(node), np.nan) if node.shape else np.float64("nan")
    return function(*values)


def reduce_with(function: Any) -> Callable[[Arrays, Node, int | None], Any]:
    """A NumPy reduction, sizes kept."""
    return lambda run, node, axis: function(*run.args(node), axis=axis, keepdims=bool(node.shape))


def extreme_value(run: Arrays, node: Node) -> Any:
    """max or min of all entries or along an axis."""
    name, axis = node.data
    return reduce_with(np.max if name == "max" else np.min)(run, node, axis)


def cumsum_value(run: Arrays, node: Node) -> Any:
    """Running sums; of a vector along it."""
    (array,) = run.args(node)
    axis = node.data if node.data is not None else int(array.shape[0] == 1)
    return np.cumsum(array, axis=axis)


def pick_value(run: Arrays, node: Node) -> Any:
    """An entry or a stretch of rows and columns."""
    (array,) = run.args(node)
    if not node.shape:
        return array[tuple(run.size(part) for part in node.data)]
    return array[tuple(stretch(run, part) for part in node.data)]


def stretch(run: Arrays, part: Any) -> slice:
    """A position or (start, stop) as a slice."""
    if isinstance(part, tuple):
        return slice(*[None if end is None else run.size(end) for end in part])
    place = run.size(part)
    return slice(place, place + 1 or None)


def commutation_value(run: Arrays, node: Node) -> Any:
    """K with K@vec(A) = vec(A.T), for A of m rows and n columns."""
    rows, columns = map(run.size, node.data)
    return np.eye(rows * columns)[np.arange(rows * columns).reshape(columns, rows).T.ravel()]


KERNELS: dict[str, Callable[[Arrays, Node], Any]] = {
    "variable": lambda run, node: run.narrow[node].astype(np.float64),
    "number": lambda run, node: nearest(node.data),
    "constant": lambda run, node: np.float64({"pi": math.pi, "e": math.e, "inf": math.inf}[node.data]),
    "dimension": lambda run, node: np.float64(run.letter(node.data)),
    "truth": lambda run, node: node.data,
    "sum": sum_value,
    "product": product_value,
    "power": lambda run, node: np.power(*run.args(node)),
    "call": call_value,
    "where": where_value,
    "compare": lambda run, node: COMPARISONS[node.data](*picked(node, run.values)),
    "and": lambda run, node: np.logical_and(*run.args(node)),
    "or": lambda run, node: np.logical_or(*run.args(node)),
    "not": lambda run, node: np.logical_not(*run.args(node)),
    "fill": lambda run, node: np.broadcast_to(run.values[node.args[0]], run.shape(node)),
    "expand": lambda run, node: np.broadcast_to(run.values[node.args[0]], run.shape(node)),
    "eye": lambda run, node: np.eye(run.size(node.data)),
    "scale": scale_value,
    "matmul": chain_value,
    "transpose": lambda run, node: run.values[node.args[0]].T,
    "inv": lambda run, node: linear_algebra.inverse(run.values[node.args[0]]),
    "det": lambda run, node: linear_algebra.determinant(run.values[node.args[0]]),
    "logdet": lambda run, node: linear_algebra.log_determinant(run.values[node.args[0]]),
    "trace": trace_value,
    "total": total_value,
    "diag": lambda run, node: np.diagflat(run.values[node.args[0]]),
    "diagonal": diagonal_value,
    "vec": lambda run, node: run.values[node.args[0]].reshape(-1, 1, order="F"),
    "kron": lambda run, node: np.kron(*run.args(node)),
    "norm": norm_value,
    "lse": lse_value,
    "softmax": softmax_value,
    "prod": lambda run, node: reduce_with(np.prod)(run, node, node.data),
    "extreme": extreme_value,
    "cumsum": cumsum_value,
    "pick": pick_value,
    "concat": lambda run, node: np.concatenate(run.args(node), axis=node.data),
    "commutation": commutation_value,
    "abstract": lambda run, node: NAN if not node.shape else np.full(run.shape(node), NAN),
}
"""What each operation of `program.forms` is in NumPy."""
