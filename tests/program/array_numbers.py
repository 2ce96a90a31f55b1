"""Array nodes as float64 numbers: a small evaluator for tests, one NumPy expression for each operation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.evaluate.float64.matrices.functions import MATRIX_FUNCTIONS
from gradcli.program.dimensions import polynomial
from gradcli.program.graph import order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcli.program.graph import Node

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "abs": np.abs,
    "sign": np.sign,
    "relu": lambda x: np.maximum(x, 0),
    "max": np.maximum,
    "min": np.minimum,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(0, x),
}
COMPARISONS: dict[str, Callable[..., Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def number_of(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    """The value of a node: a float, or a two-dimensional array."""
    done: dict[Node, Any] = {}
    for part in order([node]):
        done[part] = value_of(part, [done[arg] for arg in part.args], values, sizes)
    return done[node]


def size_number(size: int | str, sizes: Mapping[str, int]) -> int:
    """A size in numbers."""
    return sum(f * math.prod(sizes[letter] for letter in letters) for letters, f in polynomial(size).items())


def value_of(node: Node, args: list[Any], values: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    """One operation."""

    def size(each: int | str) -> int:
        return size_number(each, sizes)

    op, data = node.op, node.data
    if op == "variable":
        return values[data]
    if op == "dimension":
        return float(sizes[data])
    if op == "number":
        return float(data)
    if op == "constant":
        return {"pi": math.pi, "e": math.e, "inf": math.inf}[data]
    if op == "fill":
        return np.full((size(data[0]), size(data[1])), args[0])
    if op == "eye":
        return np.eye(size(data))
    if op == "commutation":
        return swap(size(data[0]), size(data[1]))
    if op == "pick":
        return picked(args[0], data, size)
    if op == "call":
        return FUNCTIONS[data.name](*args)
    if op == "compare":
        return COMPARISONS[data](*args)
    return SIMPLE[op](data, *args)


def swap(rows: int, columns: int) -> Any:
    """The matrix that takes vec(X) to vec(X')."""
    result = np.zeros((rows * columns, rows * columns))
    for i in range(rows):
        for j in range(columns):
            result[i * columns + j, j * rows + i] = 1
    return result


def picked(array: Any, data: Any, size: Callable[[Any], int]) -> Any:
    """Entries, rows, columns or blocks."""
    whole = [part if isinstance(part, int) else slice(size(part[0]), size(part[1])) for part in data]
    if all(isinstance(part, int) for part in whole):
        return float(array[tuple(whole)])
    return array[tuple(slice(part, part + 1 or None) if isinstance(part, int) else part for part in whole)]


def chain(_: Any, *factors: Any) -> Any:
    product = factors[0]
    for factor in factors[1:]:
        product = product @ factor
    return float(product[0, 0]) if product.shape == (1, 1) and len(factors) > 1 else product


def along(function: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction of everything, or along an axis with sizes kept."""

    def apply(axis: Any, array: Any) -> Any:
        return float(function(array)) if axis is None else function(array, axis=axis, keepdims=True)

    return apply


def soft(axis: Any, array: Any) -> Any:
    weights = np.exp(array - array.max())
    return weights / weights.sum(axis=axis, keepdims=axis is not None)


SIMPLE: dict[str, Callable[..., Any]] = {
    "sum": lambda data, *args: sum(float(c) * a for c, a in zip(data[0], args, strict=True)) + float(data[1]),
    "product": lambda data, *args: math.prod(a ** float(e) for a, e in zip(args, data, strict=True)),
    "scale": lambda _, s, array: s * array,
    "power": lambda _, base, exponent: base**exponent,
    "where": lambda _, c, yes, no: np.where(c, yes, no),
    "and": lambda _, a, b: np.logical_and(a, b),
    "or": lambda _, a, b: np.logical_or(a, b),
    "not": lambda _, a: np.logical_not(a),
    "transpose": lambda _, a: a.T,
    "matmul": chain,
    "inv": lambda _, a: np.linalg.inv(a),
    "det": lambda _, a: float(np.linalg.det(a)),
    "logdet": lambda _, a: float(np.log(np.linalg.det(a))),
    "trace": lambda _, a: float(np.trace(a)),
    "total": lambda _, a: float(a.sum()),
    "diag": lambda _, a: np.diagflat(a),
    "diagonal": lambda _, a: np.diag(a).reshape(-1, 1),
    "vec": lambda _, a: a.reshape(-1, 1, order="F"),
    "kron": lambda _, a, b: np.kron(a, b),
    "norm": lambda _, a: float(np.linalg.norm(a)),
    **{name: lambda _, *args, f=f: f(*args) for name, f in MATRIX_FUNCTIONS.items()},
    "lse": along(lambda a, **kw: np.log(np.exp(a).sum(**kw))),
    "softmax": soft,
    "prod": along(np.prod),
    "extreme": lambda data, a: along(np.max if data[0] == "max" else np.min)(data[1], a),
    "cumsum": lambda axis, a: np.cumsum(a, axis=axis),
    "concat": lambda axis, *arrays: np.concatenate(arrays, axis=axis),
}
