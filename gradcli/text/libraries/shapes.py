"""Shapes as NumPy and PyTorch speak of them: how many entries, transposes, columns and rows, arrays put together.

Codes of errors: `syntax`, `ambiguous`.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text.foreign.spellings import SIZES, filled, template
from gradcli.text.libraries.axes import (
    clipped,
    extreme,
    norm,
    take,
    variance,
    whole,
    without_all_axes,
)
from gradcli.text.libraries.lists import in_order, powered, repeated, second_difference
from gradcli.text.libraries.marks import COUNTED_AXIS, ROWS_AXIS
from gradcli.text.tree import Call, Index, Name, Number, Slice, Text, Transpose, Tree, Unary, Vector

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from gradcli.text.stack import Stack

SAME_SHAPE: Final = ".shape"
"""What stands for `x.shape` as the argument of `reshape`, `zeros` and the like."""
NEW_AXIS: Final = "None"
"""The subscript that adds an axis, as in `x[:, None]`."""


def of_library(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """What a call behind a module's name, or as a method, is in that library alone; None for all others."""
    read = READERS.get(call.function)
    return read(stack, without_all_axes(call), origin, here) if read is not None else None


# -------------------------------------------------------------------- how many entries


def size_call(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`len(y)`, `numel(y)`, `y.size(0)`; None for another call.

    Raises `syntax` for what is no name, `ambiguous` for MATLAB's `size(A, 1)`.
    """
    if call.function not in SIZES:
        return None
    array = call.arguments[0] if call.arguments and not call.keywords else None
    place = Span(stack.source, call.start, call.name_end or call.end)
    if not isinstance(array, Name):
        message, hint = "only an array by its name is counted", "write sum(0*x + 1) for its size"
        raise GradcliError("syntax", message, place, hint)
    name, axis = array.name, call.arguments[1] if len(call.arguments) > 1 else None
    if axis is not None and call.function == "size" and not origin:
        message = f"size({name}, {stack.typed(axis)}) reads in two ways: as MATLAB counts dimensions, or NumPy"
        hint = f"write {name}.shape[0] for the rows of {name}, {name}.shape[1] for its columns"
        raise GradcliError("ambiguous", message, place, hint)
    number = axis if call.function in ("size", "numel") else Number(int(call.function == "ncol"))
    return size_of(stack, array, number, call.start, call.end)


def shape_entry(stack: Stack, here: int) -> tuple[Tree, int] | None:
    """The axis in `shape[0]` or `shape[-1]`, where `here` is the word, and the token after the bracket."""
    behind = stack.texts[here + 1 : here + 5]
    minus = behind[1:2] == ["-"]
    number = behind[1 + minus : 2 + minus]
    if behind[:1] != ["["] or number not in (["0"], ["1"], ["2"]) or stack.texts[here + 3 + minus] != "]":
        return None
    axis: Tree = Number(int(number[0]))
    return (Unary("-", axis) if minus else axis), here + 4 + minus


def size_of(stack: Stack, array: Name, axis: Tree | None, start: int, end: int) -> Tree:
    """The number of all entries of an array, or along an axis: a sum of ones."""
    if axis is None:
        stack.note(f"{stack.source.text[start:end]} is read as the number of entries, a sum of ones")
        return filled(template("sum(0*x+1)"), {"x": array}, Call("size", (array,), (), end, start, end))
    if whole(axis) not in (0, 1, -1, -2):
        message = "an array has two axes, 0 and 1"
        raise GradcliError(
            "syntax", message, Span(stack.source, start, end), f"write {array.name}.shape[0] or {array.name}.shape[1]"
        )
    stack.note(
        f"{stack.source.text[start:end]} is read as the number of entries along axis {whole(axis)}, a sum of ones"
    )
    along = axis if whole(axis) != -2 else Number(0)
    return Call("sum", (array,), ((COUNTED_AXIS, along),), end, start, end)


def _shape(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.shape(x)[0]`."""
    found = shape_entry(stack, here)
    if found is None or len(call.arguments) != 1 or type(call.arguments[0]) is not Name:
        return None
    tree = size_of(stack, call.arguments[0], found[0], call.start, call.end)
    take(stack, here, found[1] - here - 1)
    return tree


# -------------------------------------------------------------------- the same entries in another shape


def _transposed(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`X.transpose(0, 1)`, `X.permute(1, 0)`, `np.transpose(X, (1, 0))`."""
    axes = _numbers(call)
    if axes is None or len(axes) != 2 or {number % 2 for number in axes} != {0, 1}:
        return None
    if call.function == "permute" and axes[0] % 2 == 0:
        return call.arguments[0]
    return Transpose(call.arguments[0], call.start, call.end)


def _numbers(call: Call) -> list[int] | None:
    """The whole numbers behind the first argument, one by one or as a tuple; None for other arguments."""
    rest = call.arguments[1:]
    if len(rest) == 1 and isinstance(rest[0], Vector):
        rest = rest[0].items
    found = [whole(part) for part in rest]
    return None if call.keywords or not call.arguments or None in found else found  # type: ignore[return-value]


def _reshaped(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`X.flatten()`, `x.reshape(-1, 1)`: the entries row by row, as one column or one row."""
    order = [value.value for word, value in call.keywords if word == "order" and isinstance(value, Text)]
    arguments = call.arguments
    last = arguments[-1]
    if len(arguments) == 2 and isinstance(last, Text) and call.function in ("flatten", "ravel"):
        arguments, order = arguments[:1], [last.value]
    if len(arguments) == 2 and isinstance(last, Text) and last.value == SAME_SHAPE:
        stack.note(f"{stack.source.text[call.start : call.end]} is read as {stack.typed(arguments[0])}")
        return arguments[0]
    plain = Call(call.function, arguments, () if order else call.keywords, call.name_end, call.start, call.end)
    shape = str(_numbers(plain))
    if shape not in FLAT or order not in ([], ["C"], ["F"]):
        message = f"{call.function} is read where it makes one column or one row of an array"
        hint = "write vec(X.T) for the entries row by row, vec(X) column by column"
        raise GradcliError("syntax", message, Span(stack.source, call.start, call.end), hint)
    place = FLAT[shape]
    tree = filled(template("vec(x)" if order == ["F"] else "vec(x.T)"), {"x": arguments[0]}, plain)
    return tree if place is None else _new_axis(tree, place)


FLAT: Final = {"[]": None, "[-1]": None, "[-1, 1]": 1, "[1, -1]": 0}
"""Shapes of a vector, of one column and of one row, each with the place of the new axis."""


def _with_axis(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`x.unsqueeze(1)`, `np.expand_dims(x, 0)`."""
    axes = _numbers(call) if not call.keywords else [whole(value) for _, value in call.keywords]
    if axes not in ([0], [1], [-1]):
        return None
    return _new_axis(call.arguments[0], 0 if axes == [0] else 1)


def _new_axis(tree: Tree, place: int) -> Tree:
    """`x[None, :]`, or `x[:, None]`."""
    every, new = Slice(None, None, tree.start, tree.end), Text(NEW_AXIS, tree.start, tree.end)
    return Index(tree, (every, new) if place else (new, every), tree.start, tree.end)


# -------------------------------------------------------------------- arrays put together


def _put_together(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.stack([x, y], axis=1)`, `np.vstack([x, y])`: vectors are rows there, and one long vector for hstack."""
    first = call.arguments[0] if call.arguments else None
    if not isinstance(first, Vector) or len(call.arguments) > 2:
        return None
    told = [value for word, value in call.keywords if word in ("axis", "dim")] + list(call.arguments[1:])
    if call.function == "stack":
        return Transpose(first, call.start, call.end) if told and whole(told[0]) != 0 else first
    joined = JOINED_ALONG.get(call.function)
    keywords = (joined,) if joined is not None else (("axis", told[0]),) if told else ()
    return Call("concat", first.items, keywords, call.name_end, call.start, call.end)


JOINED_ALONG: Final = {
    "vstack": (ROWS_AXIS, Number(0)),
    "row_stack": (ROWS_AXIS, Number(0)),
    "hstack": ("axis", Unary("-", Number(1))),
    "column_stack": ("axis", Number(1)),
}
"""The axis along which arrays are joined; vectors are rows, one longer vector, or columns."""


def _filled(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.ones((3, 3))`, `np.zeros(x.shape)`."""
    sizes = call.arguments[0] if len(call.arguments) == 1 else None
    if isinstance(sizes, Text) and sizes.value == SAME_SHAPE:
        reading = "0*x+1" if call.function == "ones" else "0*x"
        return filled(
            template(reading), {"x": Name(stack.source.text[sizes.start : sizes.end], sizes.start, sizes.end)}, call
        )
    if not isinstance(sizes, Vector):
        return None
    return Call(call.function, sizes.items, (), call.name_end, call.start, call.end)


def _derivative(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """Second differences, `np.diff(x, n=2)`. Raises for SymPy's `f.diff(x)`."""
    if (tree := second_difference(call, origin)) is not None:
        return tree
    if origin != "method" or len(call.arguments) < 2 or not isinstance(call.arguments[1], Name):
        return None
    place = Span(stack.source, call.start, call.end)
    hint = f"write {stack.typed(call.arguments[0])} alone: its derivative is what gradcli gives"
    raise GradcliError("request", "a derivative is no part of a formula", place, hint)


READERS: Final[dict[str, Callable[[Stack, Call, str, int], Tree | None]]] = {
    **dict.fromkeys(("max", "min"), extreme),
    **dict.fromkeys(("norm", "vector_norm"), norm),
    **dict.fromkeys(("var", "std"), variance),
    **dict.fromkeys(("clip", "clamp"), clipped),
    **dict.fromkeys(("transpose", "permute", "swapaxes"), _transposed),
    **dict.fromkeys(("reshape", "view", "flatten", "ravel"), _reshaped),
    **dict.fromkeys(("unsqueeze", "expand_dims"), _with_axis),
    **dict.fromkeys(("stack", "concatenate", "cat", *JOINED_ALONG), _put_together),
    **dict.fromkeys(("ones", "zeros"), _filled),
    **dict.fromkeys(("tile", "repeat", "repeat_interleave"), repeated),
    "matrix_power": powered,
    "sort": in_order,
    "shape": _shape,
    "diff": _derivative,
}
"""Calls that a library has in its own way."""
