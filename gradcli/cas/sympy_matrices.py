"""Operations of vectors and matrices as SymPy's matrix expressions, of symbolic sizes as well."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final


def is_matrix(value: Any) -> bool:
    """Whether this is an expression with rows and columns."""
    import sympy

    return isinstance(value, sympy.MatrixExpr)


def matrix_symbol(name: str, shape: tuple[int | str, ...]) -> Any:
    """A name with a shape; letters of sizes are symbols, as in expressions."""
    import sympy

    rows, columns = (sympy.Symbol(size) if isinstance(size, str) else size for size in (*shape, 1)[:2])
    return sympy.MatrixSymbol(name, rows, columns)


def scalar(value: Any) -> Any:
    """A product with one row and one column as what it is, a number."""
    import sympy

    return sympy.Trace(value) if is_matrix(value) and value.shape == (1, 1) else value


def powers(left: Any, right: Any) -> Any:
    """Entry by entry."""
    import sympy

    if is_matrix(right):
        return None
    return sympy.HadamardPower(left, right)


def added(left: Any, right: Any) -> Any:
    """Of equal shapes; a number beside an array is spread over it."""
    import sympy

    if not is_matrix(left):
        left = left * sympy.OneMatrix(*right.shape)
    if not is_matrix(right):
        right = right * sympy.OneMatrix(*left.shape)
    return left + right if left.shape == right.shape else None


def times(left: Any, right: Any) -> Any:
    """Entry by entry, or by a number."""
    import sympy

    if is_matrix(left) and is_matrix(right):
        return sympy.HadamardProduct(left, right) if left.shape == right.shape else None
    return left * right


def inverse(value: Any) -> Any:
    """One divided by each entry, or by a number."""
    import sympy

    return sympy.HadamardPower(value, -1) if is_matrix(value) else 1 / value


BINARY: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": added,
    "-": lambda left, right: added(left, -1 * right),
    "*": times,
    "/": lambda left, right: times(left, inverse(right)),
    "**": powers,
    "@": lambda left, right: scalar(left * right),
}
"""Operators where a side is an array; None for what SymPy has no expression for."""


def total(value: Any) -> Any:
    """The sum of the entries: between rows and columns of ones."""
    import sympy

    rows, columns = value.shape
    return scalar(sympy.OneMatrix(1, rows) * value * sympy.OneMatrix(columns, 1))


def length(value: Any) -> Any:
    """The square root of the sum of squares."""
    import sympy

    return sympy.sqrt(sympy.Trace(value.T * value))


CONSTANT: Final = ("eye", "ones", "zeros")
"""Functions of sizes."""


def constant(name: str, sizes: list[Any]) -> Any:
    """A matrix of ones, of zeros, or the identity; a column where one size is given."""
    import sympy

    if name == "eye":
        return sympy.Identity(sizes[0])
    return (sympy.OneMatrix if name == "ones" else sympy.ZeroMatrix)(*(*sizes, 1)[:2])


def functions() -> dict[str, Callable[[Any], Any]]:
    """Functions of an array by name."""
    import sympy

    return {
        "transpose": lambda value: value.T,
        "inv": sympy.Inverse,
        "det": sympy.Determinant,
        "tr": sympy.Trace,
        "trace": sympy.Trace,
        "sum": total,
        "norm": length,
        "diag": sympy.DiagMatrix,
    }
