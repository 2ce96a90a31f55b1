"""Python's values as what gradcli reads: points, constants and expressions in any form that a library has them in."""

from __future__ import annotations

from functools import wraps
from sys import byteorder
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from gradcli.problems import GradcliError, Source, Span
from gradcli.text.tree import LARGE, Data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Protocol

    import numpy.typing

    from gradcli.text.points import PointText
    from gradcli.text.tree import Declaration, Tree

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
    Names = str | Iterable[str] | None
    """Variables: one text with commas, or several; None and () are all of them."""
    Expression = str | Tree | SympyExpression | Sequence["Expression"]
    """A text, an expression out of an answer, SymPy's, or a list of these: the components of a vector."""

OPTIONS = {
    **dict.fromkeys(("vector", "vectors"), 'shapes="x: n"'),
    **dict.fromkeys(("matrix", "matrices"), 'shapes="A: m,n"'),
    "symmetric": 'shapes="A: n,n symmetric"',
    "shape": 'shapes="A: 3,2"',
    "set": 'constants={"a": 2}',
    **dict.fromkeys(("scheme", "step", "rel_step", "order", "max_evals"), "plan=gradcli.differences.plan.Plan(...)"),
    **dict.fromkeys(("points", "grid"), "gradcli.grad_many(expression, points)"),
}
"""Words of the command line that are other keywords here."""

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def noting(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """The function; its errors carry the place and the way out as a note (PEP 678), as the command line shows them."""

    @wraps(function)
    def called(*arguments: Parameters.args, **named: Parameters.kwargs) -> Returned:
        try:
            try:
                return function(*arguments, **named)
            except TypeError:
                refuse_unknown(function, named)
                raise
        except GradcliError as error:
            if not hasattr(error, "__notes__"):
                from gradcli.render.diagnostics import render_error

                note = render_error(error).partition("\n")[2]
                if note:
                    error.add_note(note)
            raise

    return called


def refuse_unknown(function: Callable[..., Any], named: Mapping[str, object]) -> None:
    """Raise GradcliError for the first keyword that a function does not have, with the one that it has."""
    from inspect import signature

    known = signature(function).parameters
    for word in named:
        if word not in known:
            from difflib import get_close_matches

            near = get_close_matches(word, known, 1)
            listed = ", ".join(name for name in known if name != "expression")
            hint = OPTIONS.get(word) or (f"{near[0]}=..." if near else f"the keywords are {listed}")
            raise GradcliError("usage", f"{function.__name__} takes no keyword {word!r}", hint=hint) from None


def expression_text(expression: Expression) -> str:
    """The text of an expression. Raises GradcliError: `sympy` for what gradcli has no word for."""
    if isinstance(expression, str):
        return expression
    from gradcli.text.tree import Tree

    if isinstance(expression, Tree):
        return str(expression)
    if isinstance(expression, list | tuple):
        return f"[{', '.join(map(expression_text, expression))}]"
    from gradcli.cas.sympy_trees import is_sympy, text_of

    if is_sympy(expression):
        return text_of(expression)
    kind = type(expression).__name__
    raise GradcliError("usage", f"an expression is a text, or SymPy's, not of type {kind}", hint='"x1**2 + x2**2"')


def names_of(wrt: Names) -> tuple[str, ...]:
    """The names of `wrt`: one text with commas, or several; () for all."""
    if wrt is None:
        return ()
    return tuple(name.strip() for name in wrt.split(",")) if isinstance(wrt, str) and wrt else tuple(wrt)


def shape_declarations(shapes: Iterable[str]) -> tuple[Declaration, ...]:
    """The declarations of texts as of `--shape`."""
    from gradcli.text.points import parse_shape

    return tuple(parse_shape(Source("shape", text)) for text in ((shapes,) if isinstance(shapes, str) else shapes))


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
    if hasattr(point, "items"):
        return ",".join(f"{name}={entry_text(value)}" for name, value in point.items())
    values: Any = plain(point)
    return ",".join(map(entry_text, values)) if isinstance(values, list | tuple) else entry_text(values)


def entry_text(value: Entry) -> str:
    """The text of a number or of nested lists of numbers."""
    value = plain(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{','.join(map(entry_text, value))}]"
    return repr(value)


def plain(value: Any) -> Any:
    """NumPy's arrays and numbers as Python's own; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


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
