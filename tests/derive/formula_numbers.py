"""Numbers of formulas, apart from the package: Python's own parser and NumPy, a vector being a column.

The language of formulas reads as Python where matrices are concerned: `.T`, `@`, `**`, slices, keywords.
"""

from __future__ import annotations

import ast
import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.evaluate.float64.matrices.functions import MATRIX_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """A float, or an array with two axes."""
    return value_of(ast.parse(text, mode="eval").body, {"pi": math.pi, "e": math.e, **values})


def value_of(tree: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of one part."""
    if isinstance(tree, ast.Constant):
        return tree.value
    if isinstance(tree, ast.Name):
        return names[tree.id]
    if isinstance(tree, ast.List):
        return stack([value_of(item, names) for item in tree.elts])
    if isinstance(tree, ast.Attribute):
        return turned(value_of(tree.value, names))
    if isinstance(tree, ast.UnaryOp):
        return -value_of(tree.operand, names)
    if isinstance(tree, ast.BinOp):
        return OPERATIONS[type(tree.op)](value_of(tree.left, names), value_of(tree.right, names))
    if isinstance(tree, ast.Compare):
        return COMPARISONS[type(tree.ops[0])](value_of(tree.left, names), value_of(tree.comparators[0], names))
    if isinstance(tree, ast.Subscript):
        return entry(value_of(tree.value, names), tree.slice, names)
    assert isinstance(tree, ast.Call), ast.dump(tree)
    assert isinstance(tree.func, ast.Name)
    words = {word.arg: value_of(word.value, names) for word in tree.keywords}
    return FUNCTIONS[tree.func.id](*[value_of(item, names) for item in tree.args], **words)


def plain(value: Any) -> Any:
    """A 1x1 product as a number."""
    return float(value[0, 0]) if np.shape(value) == (1, 1) else value


def turned(value: Any) -> Any:
    return value.T if isinstance(value, np.ndarray) else value


def stack(items: list[Any]) -> Any:
    """Numbers make a column, columns the rows of a matrix."""
    if not any(isinstance(item, np.ndarray) for item in items):
        return np.array(items, dtype=float).reshape(-1, 1)
    return np.vstack([item if item.shape[0] == 1 else item.T for item in items])


def entry(array: Any, where: ast.expr, names: Mapping[str, Any]) -> Any:
    """Python's indices: a number for single entries, else an array with two axes."""
    parts = list(where.elts) if isinstance(where, ast.Tuple) else [where]
    if len(parts) == 1 and array.shape[1] == 1:
        parts.append(ast.Constant(0) if not isinstance(where, ast.Slice) else ast.Slice())
    rows, columns = [span(part, size, names) for part, size in zip(parts, array.shape, strict=False)] + [
        span(ast.Slice(), array.shape[1], names)
    ] * (2 - len(parts))
    if isinstance(rows, int) and isinstance(columns, int):
        return float(array[rows, columns])
    wide = [slice(s, s + 1 or None) if isinstance(s, int) else s for s in (rows, columns)]
    found = array[wide[0], wide[1]]
    return found.reshape(-1, 1) if isinstance(columns, int) else found


def span(part: ast.expr, size: int, names: Mapping[str, Any]) -> Any:
    """A number or a slice."""
    if not isinstance(part, ast.Slice):
        return int(value_of(part, names))
    bounds = [None if b is None else int(value_of(b, names)) for b in (part.lower, part.upper)]
    return slice(*bounds)


def along(function: Any, whole: Any = None) -> Any:
    """A reduction of all entries, or along an axis."""

    def reduced(array: Any, axis: Any = None) -> Any:
        array = np.atleast_2d(array)
        return float(function(array, axis=None)) if axis is None else function(array, axis=axis, keepdims=True)

    return reduced


def softmax(array: Any, axis: Any = None) -> Any:
    array = np.atleast_2d(array)
    top = np.exp(array - np.max(array, axis=axis, keepdims=True))
    return top / top.sum(axis=axis, keepdims=True)


def norm(array: Any, order: Any = None, axis: Any = None) -> Any:
    """NumPy's for matrices, that of the entries for columns."""
    array = np.atleast_2d(array)
    if axis is not None:
        return np.linalg.norm(array, order, axis=axis, keepdims=True)
    flat = array.shape[1] == 1
    if order == "inf":
        order = np.inf
    return float(np.linalg.norm(array.ravel() if flat and order != "nuc" else array, order))


def diag(array: Any) -> Any:
    array = np.atleast_2d(array)
    return np.diag(array.ravel()) if array.shape[1] == 1 else np.diag(array).reshape(-1, 1)


def commutation(rows: int, columns: int) -> Any:
    """K with K@vec(X) = vec(X.T)."""
    places = np.arange(rows * columns).reshape(rows, columns, order="F")
    return np.eye(rows * columns)[places.ravel()]


def filled(value: float) -> Any:
    return lambda rows, columns=1: np.full((int(rows), int(columns)), value)


def svd_part(place: int) -> Any:
    """U, the singular values as a column, or V."""

    def part(array: Any) -> Any:
        u, s, vt = np.linalg.svd(array, full_matrices=False)
        return (u, s.reshape(-1, 1), vt.T)[place]

    return part


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


OPERATIONS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: np.power(a, float(b)) if np.ndim(b) == 0 else np.power(a, b),
    ast.MatMult: lambda a, b: plain(a @ b) if np.ndim(a) and np.ndim(b) else a * b,
}
COMPARISONS = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
FUNCTIONS: dict[str, Any] = {
    **{name: getattr(np, name) for name in ("exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "abs", "sign", "cosh")},
    **{name: getattr(np, name) for name in ("sinh", "log1p", "expm1", "where", "kron", "cbrt", "square")},
    "atan": np.arctan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "sech": lambda x: 1 / np.cosh(x),
    "relu": lambda x: np.maximum(x, 0),
    "log_softmax": lambda a, axis=None: np.log(softmax(a, axis)),
    "sigmoid": sigmoid,
    "softplus": lambda x: np.logaddexp(0, x),
    "softmax": softmax,
    "outer": lambda x, y: x.reshape(-1, 1) @ y.reshape(1, -1),
    "sum": along(np.sum),
    "prod": along(np.prod),
    "mean": along(np.mean),
    "var": along(np.var),
    "std": along(np.std),
    "max": lambda *a, axis=None: along(np.max)(a[0], axis) if len(a) == 1 else reduce(np.maximum, a),
    "min": lambda *a, axis=None: along(np.min)(a[0], axis) if len(a) == 1 else reduce(np.minimum, a),
    "logsumexp": along(lambda a, axis, **k: np.log(np.sum(np.exp(a), axis=axis, **k))),
    "cumsum": lambda a, axis=None: np.cumsum(a, axis=int(len(a) == 1) if axis is None else axis),
    "norm": norm,
    "tr": lambda a: float(np.trace(a)),
    "det": lambda a: float(np.linalg.det(a)),
    "logdet": lambda a: float(np.linalg.slogdet(a)[1]),
    "inv": np.linalg.inv,
    **MATRIX_FUNCTIONS,
    "pinv": np.linalg.pinv,
    "diag": diag,
    "vec": lambda a: np.atleast_2d(a).reshape(-1, 1, order="F"),
    "eye": lambda n: np.eye(int(n)),
    "ones": filled(1.0),
    "zeros": filled(0.0),
    "commutation": lambda m, n: commutation(int(m), int(n)),
    "concat": lambda *a, axis=0: np.concatenate([np.atleast_2d(x) for x in a], axis=axis),
}
