"""Python's values as what gradcli reads: points, constants and expressions in any form that a library has them in."""

from __future__ import annotations

from collections import deque
from sys import byteorder
from typing import TYPE_CHECKING, Any, cast

from gradcli.problems import GradcliError, Source, Span
from gradcli.text.tree import LARGE, Data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Protocol

    import numpy.typing

    from gradcli.text.points import PointText
    from gradcli.text.tree import Declaration, Script, Tree

    class SympyExpression(Protocol):
        """An expression, or a column of them, of SymPy."""

        @property
        def free_symbols(self) -> Any:
            """Its symbols."""

    Number = int | float | str
    """A number; as text it is exact: `0.1`, `1/3`, `pi/2`."""
    Entry = Number | Sequence["Entry"] | numpy.typing.ArrayLike
    PointLike = Number | Sequence[Entry] | Mapping[str, Entry] | numpy.typing.ArrayLike
    PointsLike = PointLike | Sequence[Mapping[str, Entry]]
    """A point, or a list of points: mappings, or rows of numbers where all variables are numbers."""
    Names = str | SympyExpression | Iterable[str | SympyExpression] | None
    """Variables: one text with commas, a symbol of SymPy's, or several; None and () are all of them."""
    Shapes = Iterable[str] | Mapping[str, int | str | Sequence[int | str]]
    """Declarations: texts as of `--shape`, or sizes by name, as in {"A": (3, 2), "x": "n"}."""
    Expression = str | float | Tree | Script | SympyExpression | Sequence["Expression"]
    """A text, a number, what `parse` made of a text, an expression out of an answer, SymPy's, or a list: a vector."""


def expressions_in(given: Expression) -> list[Expression]:
    """The expressions of a list, or one."""
    from gradcli.text.tree import Script

    return list(given) if isinstance(given, list | tuple) and not isinstance(given, Script) else [given]


def expression_text(expression: Expression) -> str:
    """The text of an expression. Raises GradcliError: `sympy` for what gradcli has no word for."""
    if isinstance(expression, str):
        return expression
    from gradcli.text.tree import Tree

    if isinstance(expression, Tree):
        return str(expression)
    if isinstance(expression, list | tuple):
        return f"[{', '.join(map(expression_text, expression))}]"
    from gradcli.cas.sympy_texts import text_of
    from gradcli.cas.sympy_trees import is_sympy

    if is_sympy(expression):
        return text_of(expression)
    kind = type(expression).__name__
    if getattr(expression, "shape", None):
        return expression_text(plain(expression))
    if hasattr(expression, "__float__") and kind not in ("bool", "bool_"):
        return entry_text(cast("Entry", expression))
    raise GradcliError("usage", f"an expression is a text, or SymPy's, not of type {kind}", hint='"x1**2 + x2**2"')


def names_of(wrt: Names) -> tuple[str, ...]:
    """The names of `wrt`, read as those of `--wrt`; () for all."""
    if wrt is None:
        return ()
    from gradcli.cas.sympy_trees import is_sympy

    given = [wrt] if isinstance(wrt, str) or is_sympy(wrt) else list(cast("Iterable[Expression]", wrt))
    return read_names("wrt", [expression_text(cast("Expression", name)) for name in given])


def read_names(place: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Names as the language has them: `x_1` is x1, `θ` is theta. Raises GradcliError: `names` for what is none."""
    from gradcli.text.points import parse_names

    text = ",".join(texts)
    return parse_names(Source(place, text)) if text else ()


def settings_of(constants: Mapping[str, Entry] | None) -> dict[str, Tree]:
    """The values of constants by name."""
    if not constants:
        return {}
    names = read_names("constants", map(str, constants))
    return dict(zip(names, map(value_tree, constants.values()), strict=True))


def shape_texts(shapes: Shapes) -> tuple[str, ...]:
    """Declarations in any form as texts: `A: 3,2`."""
    if isinstance(shapes, str):
        return (shapes,)
    if not hasattr(shapes, "items"):
        return tuple(shapes)
    sizes = {name: dims if isinstance(dims, list | tuple) else (dims,) for name, dims in shapes.items()}
    return tuple(f"{name}: {','.join(map(str, dims)) or 'scalar'}" for name, dims in sizes.items())


def shape_declarations(shapes: Shapes) -> tuple[Declaration, ...]:
    """The declarations of texts as of `--shape`, or of sizes by name."""
    from gradcli.text.points import parse_shape

    return tuple(parse_shape(Source("shape", text)) for text in shape_texts(shapes))


def read_point(name: str, point: PointLike) -> tuple[PointText, Source]:
    """A point in any of its forms, read as the text that says the same."""
    from gradcli.text.points import PointEntry, PointText, parse_point

    large = {key: value for key, value in point.items() if is_large(value)} if hasattr(point, "items") else {}
    rest: Any = {key: value for key, value in point.items() if key not in large} if large else point  # type: ignore[union-attr]
    # beside large arrays numbers are float64: reading those of other arrays as text would take time for nothing
    small = {key: Data(value) for key, value in rest.items() if is_plain(key, value)} if large else {}
    words = {key: value for key, value in rest.items() if key not in small} if small else rest
    source = Source(name, point_text(words))
    if not large:
        return parse_point(source), source
    read = iter(parse_point(source).entries if words else ())
    here = Span(source, 0, 0)
    entries = [PointEntry(key, small[key], here) if key in small else next(read) for key in rest]
    arrays = [PointEntry(key, value_tree(value), here) for key, value in large.items()]
    return PointText((*entries, *arrays), source), source


def points_in(given: PointsLike | None) -> list[Any]:
    """The points of a list of mappings, or of at least two rows of numbers; [] for anything else.

    (Rows may also be the entries of a matrix, or vectors in the order of the variables.)
    """
    values: Any = plain(given)
    if not isinstance(values, list | tuple) or not values:
        return []
    if all(hasattr(value, "items") for value in values):
        return list(values)
    rows = [plain(value) for value in values]
    are_rows = all(isinstance(row, list | tuple) and row and not any(map(is_nested, row)) for row in rows)
    return rows if are_rows and len(rows) > 1 else []


def is_nested(value: Any) -> bool:
    """Is it more than a number?"""
    return isinstance(plain(value), list | tuple) or hasattr(value, "items")


def point_text(point: PointLike) -> str:
    """The text of a point: `1,2` or `x=[1,2],y=3`."""
    if isinstance(point, str):
        return point
    if hasattr(point, "items") and not is_column(point):
        return ",".join(f"{name}={entry_text(value)}" for name, value in point.items())
    values: Any = plain(point)
    return ",".join(map(entry_text, values)) if isinstance(values, list | tuple) else entry_text(values)


def is_column(point: Any) -> bool:
    """Is it a Series of pandas that counts its values, and no mapping by name?"""
    return hasattr(point, "tolist") and not any(isinstance(key, str) for key in point.index)


def entry_text(value: Entry) -> str:
    """The text of a number or of nested lists of numbers. Raises GradcliError: `point` for anything else."""
    value = plain(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{','.join(map(entry_text, value))}]"
    return repr(value) if type(value) in (float, int) else number_text(value)


def number_text(value: Any) -> str:
    """The text of a number of another type than Python's own two, exact where that is."""
    from decimal import Decimal
    from numbers import Rational

    from gradcli.cas.sympy_texts import text_of
    from gradcli.cas.sympy_trees import is_sympy

    if is_sympy(value):
        return text_of(value)
    if isinstance(value, Decimal):
        return str(value)
    kind = type(value).__name__
    if not hasattr(value, "__float__") or kind in ("bool", "bool_"):
        hint = 'numbers, texts such as "pi/2", and lists of them; many points: gradcli.grad_many'
        raise GradcliError("point", f"a value is no number, but of type {kind}", hint=hint)
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Rational) else repr(float(value))


def plain(value: Any) -> Any:
    """Arrays and numbers of NumPy, and what else is a sequence of values, as Python's own; anything else as it is."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "to_list") or isinstance(value, range | deque):
        return list(value)
    return value


PLAIN = frozenset((float, int, str, list, tuple, dict))
"""Types that need no look at their attributes."""


def is_large(value: object) -> bool:
    """Is it an array of NumPy with too many entries for text?"""
    return hasattr(value, "dtype") and getattr(value, "size", 0) > LARGE


def is_plain(name: str, value: Any) -> bool:
    """Is it a vector or a matrix of NumPy of finite float64 numbers, whose name stands as it is meant?"""
    from gradcli.text.tokens import canonical_name

    if getattr(getattr(value, "dtype", None), "str", "") not in ("<f8", ">f8") or value.ndim not in (1, 2):
        return False
    from gradcli.evaluate.float64.data import is_finite

    return name.isidentifier() and canonical_name(name) == name and value.size > 0 and is_finite(value)


NARROW = "<f4" if byteorder == "little" else ">f4"
"""float32 of this machine: products take it as it is, block by block in float64."""


def value_tree(value: Any) -> Tree:
    """A constant's value as a tree; large arrays of NumPy as they are."""
    if is_large(value):
        from gradcli.evaluate.float64.data import is_finite

        def doubt() -> None:
            if not is_finite(array):
                raise GradcliError("point", message)

        message = "an array must be a vector or a matrix of finite real numbers"
        if value.dtype.kind not in "fiub" or value.ndim > 2:
            raise GradcliError("point", message)
        array = value if value.dtype.str == NARROW else value.astype("float64", copy=False)
        return Data(array, doubt=doubt)
    from gradcli.text.parser import parse_expression

    return parse_expression(Source("constants", entry_text(value)))
