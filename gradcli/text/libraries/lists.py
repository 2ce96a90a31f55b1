"""Arrays that libraries make of a number or of another array: counted, repeated, moved, multiplied by itself.

Codes of errors: `ambiguous`, with the readings.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.spellings import filled, template
from gradcli.text.libraries.axes import LIKE_NUMPY, TORCH, take, whole
from gradcli.text.tree import Call, Number, Tree, Unary, Vector

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Final, TypeVar

    from gradcli.text.stack import Stack

    T = TypeVar("T")

MOST: Final = 1000
"""Entries of a list that is counted out."""
_KINDS: Final = frozenset(("dtype", "requires_grad", "device", "endpoint"))
"""Keywords that say what numbers there are in a list, and not which; `endpoint` is so only where it is true."""


def counted(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`arange(4)`, `np.arange(0, 1, 0.25)`, `linspace(0, 1, 5)` as numbers; None for other calls and names in it."""
    if call.function not in ("arange", "linspace") or not _KINDS.issuperset(word for word, _ in call.keywords):
        return None
    if any(word == "endpoint" and getattr(value, "name", "") != "True" for word, value in call.keywords):
        return None
    from fractions import Fraction

    found = [_number(part) for part in call.arguments]
    numbers = [number for number in found if number is not None]
    if len(numbers) != len(found) or not 1 <= len(numbers) <= 3:
        return None
    if call.function == "linspace":
        if len(numbers) != 3 or numbers[2].denominator != 1 or not 2 <= numbers[2] <= MOST:
            return None
        first, count = numbers[0], int(numbers[2])
        step = (numbers[1] - first) / (count - 1)
    else:
        one, none = Fraction(1), Fraction(0)
        first, last, step = (*numbers, one)[:3] if len(numbers) > 1 else (none, numbers[0], one)
        count = -int((first - last) // step) if step else 0
    if not 1 <= count <= MOST:
        return None
    return Vector(tuple(_written(first + k * step, call) for k in range(count)), call.start, call.end)


def _number(tree: Tree) -> Fraction | None:
    """The value of a literal, perhaps negative."""
    from fractions import Fraction

    inner = tree.operand if isinstance(tree, Unary) and tree.op == "-" else tree
    if type(inner) is not Number or type(inner.value) not in (int, Fraction):
        return None
    value = Fraction(inner.value)
    return value if inner is tree else -value


def _written(value: Fraction, call: Call) -> Tree:
    size = abs(value)
    number = Number(int(size) if size.denominator == 1 else size, size.denominator != 1, call.start, call.end)
    return number if value >= 0 else Unary("-", number, call.start, call.end)


def repeated(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.tile(x, 2)` is [x, x], `np.repeat(x, 2)` each entry twice."""
    if len(call.arguments) != 2 or call.keywords:
        return None
    if call.function in ("repeat", "repeat_interleave"):
        return filled(template("kron(vec(x.T), ones(k))"), {"x": call.arguments[0], "k": call.arguments[1]}, call)
    times = whole(call.arguments[1])
    if times is None or not 1 <= times <= MOST:
        return None
    keywords = (("axis", Unary("-", Number(1))),)
    return Call("concat", (call.arguments[0],) * times, keywords, call.name_end, call.start, call.end)


def powered(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.linalg.matrix_power(A, 3)` is A@A@A, for the few whole powers that people write."""
    times = whole(call.arguments[1]) if len(call.arguments) == 2 and not call.keywords else None
    if times is None or not 2 <= times <= 9:
        return None
    return filled(template("@".join("x" * times)), {"x": call.arguments[0]}, call)


def second_difference(call: Call, origin: str) -> Tree | None:
    """`np.diff(x, 2)`, `np.diff(x, n=2)`."""
    words = [*(value for word, value in call.keywords if word == "n"), *call.arguments[1:]]
    if (origin not in LIKE_NUMPY and origin != TORCH) or len(words) != 1 or len(call.keywords) > 1:
        return None
    reading = {1: "x[1:]-x[:-1]", 2: "x[2:]-2*x[1:-1]+x[:-2]"}.get(whole(words[0]) or 0)
    return filled(template(reading), {"x": call.arguments[0]}, call) if reading else None


def in_order(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """NumPy's sort; PyTorch's has the places too."""
    if origin != TORCH or not call.arguments:
        return None
    x = stack.typed(call.arguments[0])
    place = Span(stack.source, call.start, call.name_end or call.end)
    message = "sort reads in two ways: the entries in order, or a pair with their places, as in PyTorch"
    raise GradcliError(
        "ambiguous", message, place, f"write sort({x}) for the entries in order, sort({x})[0] for the least"
    )


def settings_last(stack: Stack, bracket: int) -> None:
    """Put the settings of a layer that is made and called behind its arguments: `nn.Softmax(dim=1)(X)`."""
    first = _closed(stack, bracket)
    if first is None or stack.kinds[first + 1] != kind.OPEN:
        return
    if first == bracket + 1:  # nn.ReLU()(x)
        take(stack, bracket, 2)
        return
    second = _closed(stack, first + 1)
    if second is None or kind.EQUALS not in stack.kinds[bracket:first]:
        return
    stack.kinds.insert(second, kind.COMMA)
    stack.texts.insert(second, ",")
    for column in (stack.starts, stack.ends):
        column.insert(second, stack.starts[first])
    _move(stack.texts, bracket + 1, first, second + 1)
    for column in (stack.kinds, stack.starts, stack.ends):
        _move(column, bracket + 1, first, second + 1)


def _move(column: list[T], begin: int, first: int, end: int) -> None:
    """Put what stands before the two brackets at `first` behind what follows them."""
    column[begin:end] = column[first + 2 : end] + column[begin:first]


def _closed(stack: Stack, opened: int) -> int | None:
    """The bracket that closes this one, if it is near."""
    depth = 0
    for here in range(opened, min(opened + _NEAR, len(stack.kinds))):
        depth += (stack.kinds[here] in kind.OPENING) - (stack.kinds[here] in kind.CLOSING)
        if not depth:
            return here
    return None


_NEAR: Final = 500
"""Tokens in the brackets of a layer, so that layers in layers take no quadratic time."""
