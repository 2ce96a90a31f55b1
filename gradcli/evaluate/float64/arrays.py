"""Evaluation of a graph of arrays in float64, node by node with NumPy; each node's value is computed once.

Scalars are floats, vectors columns (n, 1), matrices (m, n). What has no float64 value (out of the domain, singular,
too large) is nan or infinite; nothing is raised and no warning is shown: the caller says what is wrong.
"""

from __future__ import annotations

import math

import numpy as np

from gradcli.evaluate.float64.greatest import picked
from gradcli.evaluate.float64.indeterminate import chain_mended, hyperbolic_partner, mended, nearest, power, scale_value
from gradcli.evaluate.float64.matrices import linear_algebra
from gradcli.evaluate.float64.matrices.chain import Factor, Stretch, Stretches, chain_product, contracted
from gradcli.evaluate.float64.ufuncs import entrywise, log_cosh
from gradcli.problems import GradcliError
from gradcli.program.dimensions import size_value
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.program.graph import Node

    Array = NDArray[np.float64]
    Size = int | str

NAN = np.float64("nan")


def evaluate_arrays(
    nodes: Sequence[Node], values: Mapping[str, Array | float], sizes: Mapping[str, int] | None = None
) -> list[Array | float]:
    """The value of each node, given those of the variables by name (vectors as (n, 1) or (n,)).

    `sizes`: letters of sizes that no variable of these nodes tells (the gradient of sum(x) is ones(n)).
    Shapes: those of the nodes. Arrays may be views of the data or of each other: copy before writing to one.
    """
    run = Arrays(nodes, values, sizes or {})
    with np.errstate(all="ignore"):
        run.evaluate()
    return [run.values[node] if node.shape else float(run.values[node]) for node in nodes]


class Arrays:
    """The values of nodes at a point. `shared` are nodes that several others use: they are worth keeping."""

    def __init__(self, roots: Sequence[Node], point: Mapping[str, Array | float], sizes: Mapping[str, int]) -> None:
        self.point = point
        self.sizes = dict(sizes)
        self.values: dict[Node, Any] = {}
        every = reachable(roots, lambda node: node.args)
        self.shared = used_again(roots, every)
        # (beside a diagonal matrix what is indeterminate is mended, and then is no product)
        products = [node for node in every if node.op == "matmul" and node.shape]
        self.chains = {counted(node): node for node in products if all(part.op != "diag" for part in node.args)}
        self.order = reachable(roots, self.needs)
        for node in every:
            if node.op == "variable":
                self.values[node] = self.variable(node)

    def evaluate(self) -> None:
        """Compute every node that is needed."""
        for node in self.order:
            if node not in self.values:
                kernel = KERNELS.get(node.op)
                value = kernel(self, node) if kernel is not None else of_matrices(self, node)
                self.values[node] = np.float64(value) if type(value) is float else value

    def variable(self, node: Node) -> Any:
        """What the point says, as a column where a vector was given; its sizes become known."""
        value: Any = np.asarray(self.point[node.data], dtype=np.float64)
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
        rows, columns = node.shape  # type: ignore[misc]
        return self.size(rows), self.size(columns)

    def args(self, node: Node) -> list[Any]:
        """The values of a node's arguments."""
        return [self.values[arg] for arg in node.args]

    # ------------------------------------------------- what is computed without writing out every part

    def needs(self, node: Node) -> Sequence[Node]:
        """The nodes whose values this one is computed from."""
        if node.op == "matmul":
            return [part for factor in node.args for part in lazy_parts(factor)]
        if node.op in ("trace", "diagonal") and self.is_inlined(node.args[0], "matmul"):
            return self.needs(node.args[0])
        if node.op == "total" and self.is_inner_product(node.args[0]):
            return node.args[0].args
        return node.args

    def is_inlined(self, node: Node, op: str) -> bool:
        """Is this such a node, and nobody else's business?"""
        return node.op == op and node not in self.shared

    def is_inner_product(self, node: Node) -> bool:
        """sum(A*B) and sum(A**2)."""
        return self.is_inlined(node, "product") and node.data in ((1, 1), (2,))

    def factors(self, node: Node) -> list[Factor]:
        """The factors of a chain, identities left out."""
        return [self.factor(factor) for factor in counted(node)]

    def known(self, node: Node) -> Callable[[int, int], Array | None]:
        """The product of the factors i to j of a chain, if it has a value already: it is not made again."""
        parts = counted(node)

        def value(i: int, j: int) -> Array | None:
            chain = self.chains.get(parts[i : j + 1])
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
        if node.op == "fill":
            ones = is_number(node.args[0], 1)
            return Factor("ones" if ones else "plain", np.broadcast_to(self.values[node.args[0]], self.shape(node)))
        return Factor("plain", self.values[node] if node.op != "eye" else np.eye(self.size(node.data)))


def used_again(roots: Iterable[Node], nodes: Iterable[Node]) -> set[Node]:
    """The nodes with several users; a root has one more."""
    once: set[Node] = set(roots)
    shared: set[Node] = set()
    for node in nodes:
        for arg in node.args:
            (shared if arg in once else once).add(arg)
    return shared


def counted(chain: Node) -> tuple[Node, ...]:
    """The factors of a chain that count: identities do not, unless there is nothing else."""
    return tuple(factor for factor in chain.args if factor.op != "eye") or chain.args[:1]


def lazy_parts(factor: Node) -> Sequence[Node]:
    """What a factor of a chain is computed from: an inverse and a diagonal matrix are not written out."""
    if is_stretches(factor):
        return ()
    return factor.args if factor.op in ("inv", "diag", "fill", "eye") else (factor,)


def is_stretches(node: Node) -> bool:
    """Is this a sum of parts of identities?"""
    parts = node.args if node.op == "sum" else (node,)
    return all(part.op == "pick" and bool(part.shape) and part.args[0].op == "eye" for part in parts)


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


def is_number(node: Node, value: int) -> bool:
    return node.op == "number" and bool(node.data == value)


# ------------------------------------------------------------------------------------ scalars and entries


def sum_value(run: Arrays, node: Node) -> Any:
    """constant + Σ coefficient·term; large arrays are added in place once there is one of our own."""
    coefficients, start = node.data
    terms = sorted(zip(coefficients, run.args(node), strict=True), key=lambda term: term[0] != 1)
    (first, whole), *rest = terms
    owned = first != 1
    whole = nearest(first) * whole if owned else whole
    for coefficient, term in rest:
        out = whole if owned and isinstance(whole, np.ndarray) else None
        if coefficient == 1:
            whole = np.add(whole, term, out=out)
        elif coefficient == -1:
            whole = np.subtract(whole, term, out=out)
        else:
            whole = np.add(whole, nearest(coefficient) * term, out=out)
        owned = True
    return whole + nearest(start) if start else whole


def product_value(run: Arrays, node: Node) -> Any:
    """Π base**exponent, what is below the line divided by at the end."""
    above: Any = None
    below: Any = None
    for base, exponent in zip(node.args, node.data, strict=True):
        value = run.values[base]
        if (partner := hyperbolic_partner(node, base)) is not None:
            if base.data.name == "cosh":
                continue
            value = np.tanh(run.values[partner])
        part = power(value, abs(exponent))
        if exponent > 0:
            above = part if above is None else above * part
        else:
            below = part if below is None else below * part
    result = above if below is None else (1.0 if above is None else above) / below
    return result if node.shape else mended(run, result, list(zip(node.args, node.data, strict=True)))


def call_value(run: Arrays, node: Node) -> Any:
    """A row's function, entry by entry; log(cosh(u)) does not overflow where cosh(u) does."""
    inner = node.args[0]
    if node.data.name == "log" and inner.op == "call" and inner.data.name == "cosh":
        return log_cosh(run.values[inner.args[0]])
    return entrywise(node.data)(*run.args(node))


def where_value(run: Arrays, node: Node) -> Any:
    """The branch that holds, entry by entry."""
    condition, yes, no = run.args(node)
    if np.ndim(condition) == 0:
        return yes if condition else no
    return np.where(condition, yes, no)


# ------------------------------------------------------------------------------------------- matrices


def chain_value(run: Arrays, node: Node) -> Any:
    """A chain of products."""
    found = chain_product(run.factors(node), run.known(node))
    if not node.shape:
        return found[0, 0]
    return chain_mended(run, node, found)


def trace_value(run: Arrays, node: Node) -> Any:
    """The sum of the diagonal, of a chain without writing out the last product."""
    (core,) = node.args
    if core in run.values:
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
    if core in run.values:
        return np.diagonal(run.values[core]).reshape(-1, 1)
    rows = contracted(run.factors(core), lambda left, right: np.einsum("ij,ij->i", left, right), run.known(core))
    return rows.reshape(-1, 1)


def total_value(run: Arrays, node: Node) -> Any:
    """The sum of all entries; of a product of two arrays without writing it out."""
    (core,) = node.args
    if core in run.values:
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


def greatest(array: Array, axis: int | None) -> Array:
    """The greatest entries, to shift by; 0 where they are infinite."""
    top = array.max(axis=axis, keepdims=True)
    return np.asarray(np.where(np.isfinite(top), top, 0.0))


def lse_value(run: Arrays, node: Node) -> Any:
    """log Σ exp(xᵢ), shifted by the greatest entry."""
    (array,) = run.args(node)
    top = greatest(array, node.data)
    whole = top + np.log(np.exp(array - top).sum(axis=node.data, keepdims=True))
    return whole if node.shape else whole[0, 0]


def softmax_value(run: Arrays, node: Node) -> Any:
    """exp(xᵢ) / Σ exp(xⱼ), shifted by the greatest entry."""
    (array,) = run.args(node)
    weights = np.exp(array - greatest(array, node.data))
    return weights / weights.sum(axis=node.data, keepdims=True)


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
"""What each operation of `program.graph` and `program.matrices` is in NumPy."""
