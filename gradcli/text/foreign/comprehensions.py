"""Sums over lists as Python and Julia write them: `sum(x**2 for x in xs)`, `sum([a*b for a, b in zip(x, y)])`.

What stands before `for` is done entry by entry, so that it says the same of whole arrays. Codes of errors: `syntax`.
"""

from __future__ import annotations

from functools import partial

from gradcli import limits
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.words import APPLIED_WORDS
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Binary, Call, Index, Name, Number, Unary, Vector, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.stack import Stack, Step
    from gradcli.text.tree import Tree

OVER: Final = frozenset(("sum", "prod", "max", "min", "fsum", "mean", "array", "maximum", "minimum"))
"""Functions whose argument may be such a list."""
_ENTRYWISE: Final = APPLIED_WORDS - {"det", "tr", "logdet"} | {"max", "min", "where", "pow", "square", "sign"}
_COUNTS: Final = frozenset(("range", "length", "len", "eachindex", "arange", "shape", "size", "numel"))
HINT: Final = "write sum(x^2) for the squares of all entries of x, sum_{i=1}^n x_i^2 with an index"


def comprehension(stack: Stack, here: int) -> Step:
    """Read from the word `for` on; what stands before it is an operand."""
    frame = stack.frames[-1]
    inside = frame if frame.form == "call" else stack.frames[-2] if len(stack.frames) > 1 else frame
    if frame.form == "text":
        hint = "write the function alone, or where(x > 0, a, b) for one that a condition chooses"
        raise stack.error(here, "'for' is no operator", hint)
    if frame.form not in ("call", "[") or inside.name not in OVER or frame.items or frame.keyword:
        raise _unread(stack, here)
    stack.reduce()
    targets, after = _names(stack, here + 1)
    if stack.texts[after] not in ("in", "=", "∈") or not targets:
        raise _unread(stack, here)
    end = after + 1
    depth = 0
    while depth or stack.kinds[end] not in kind.CLOSING:
        if stack.kinds[end] in (kind.END, kind.NEWLINE):
            raise _unread(stack, here)
        depth += (stack.kinds[end] in kind.OPENING) - (stack.kinds[end] in kind.CLOSING)
        end += 1
    stack.operands[-1] = _whole(stack, here, targets, range(after + 1, end))
    if frame.form == "call":
        return False, end
    stack.leave()
    return False, end + 1


def _unread(stack: Stack, here: int) -> GradcliError:
    return stack.error(here, "this list cannot be read as a whole array", HINT)


def _names(stack: Stack, here: int) -> tuple[list[str], int]:
    """`a, b`, perhaps in brackets, and the token behind."""
    found: list[str] = []
    while stack.kinds[here] in (kind.NAME, kind.COMMA, kind.OPEN, kind.CLOSE) and stack.texts[here] != "in":
        if stack.kinds[here] == kind.NAME:
            found.append(stack.names[stack.texts[here]])
        here += 1
    return found, here


def _whole(stack: Stack, here: int, targets: list[str], over: range) -> Tree:
    """What stands before `for`, with arrays for their entries."""
    body = stack.operands[-1]
    words = [stack.texts[place] for place in over]
    if not words:
        raise _unread(stack, here)
    if len(targets) == 1 and (words[0] in _COUNTS or words[:2] == ["1", ":"] or words[-2:-1] == [":"]):
        return _by_index(stack, here, body, targets[0], words)
    arrays = words[2:-1:2] if words[0] == "zip" else words
    if words[0] == "zip" and (words[1] != "(" or words[3:-1:2] != [","] * (len(arrays) - 1)):
        raise _unread(stack, here)
    names = [stack.names.get(word, "") for word in arrays]
    if len(names) != len(targets) or any(not name or name[:1].isupper() for name in names):
        raise _unread(stack, here)
    values = dict(zip(targets, names, strict=True))
    _check_entrywise(stack, here, body)
    return replaced(body, lambda tree: _renamed(tree, values))


def _renamed(tree: Tree, values: dict[str, str]) -> Tree | None:
    if type(tree) is Name and tree.name in values:
        return Name(values[tree.name], tree.start, tree.end)
    return None


def _by_index(stack: Stack, here: int, body: Tree, index: str, words: list[str]) -> Tree:
    """`x[i]` for i over all places is x. Raises for an i that stands elsewhere, and for a range that begins later."""
    counted = words[2:-1] if words[0] in ("range", "arange") else words
    if (numbers := _numbers(words)) is not None:
        return _written_out(stack, here, body, index, numbers)
    if "," in counted and counted[:2] != ["0", ","]:
        raise _unread(stack, here)
    if any(word in "+-*/" for word in counted) or (len(counted) == 1 and counted[0].isdigit()):
        raise _unread(stack, here)

    def entry(tree: Tree) -> Tree | None:
        if type(tree) is not Index or type(tree.base) is not Name or len(tree.subscripts) != 1:
            return None
        place = tree.subscripts[0]
        return Name(tree.base.name, tree.start, tree.end) if type(place) is Name and place.name == index else None

    whole = replaced(body, entry)
    if any(type(part) is Index or (type(part) is Name and part.name == index) for part in postorder(whole)):
        raise _unread(stack, here)
    _check_entrywise(stack, here, whole)
    return whole


def _numbers(words: list[str]) -> range | None:
    """The numbers of `range(3)`, `range(1, 4)`, `1:3`; None where a bound is no number."""
    parts = "".join(words[2:-1] if words[0] in ("range", "arange") else words)
    bounds = parts.split("," if words[0] in ("range", "arange") else ":")
    if not all(bound.removeprefix("-").isdigit() for bound in bounds) or not 0 < len(bounds) < 4:
        return None
    given = [int(bound) for bound in bounds]
    if words[0] in ("range", "arange"):
        return range(*given) if len(given) < 3 or given[2] else None
    return range(given[0], given[1] + 1) if len(given) == 2 else None


def _written_out(stack: Stack, here: int, body: Tree, index: str, numbers: range) -> Tree:
    """The list of what stands before `for`, for each of some numbers."""
    parts = list(postorder(body))
    counted = stack.texts[here + 2] == "=" or ":" in stack.texts[here:]
    if len(parts) * len(numbers) > limits.WRITTEN_OUT or not numbers:
        raise _unread(stack, here)
    if counted and any(type(part) is Index for part in parts):  # Julia counts entries from 1
        raise _unread(stack, here)
    values = []
    for number in numbers:
        place = Number(abs(number), False, body.start, body.end)
        value = place if number >= 0 else Unary("-", place, body.start, body.end)
        values.append(replaced(body, partial(_at, index, value)))
    return Vector(tuple(values), body.start, body.end)


def _at(index: str, value: Tree, tree: Tree) -> Tree | None:
    return value if type(tree) is Name and tree.name == index else None


def _check_entrywise(stack: Stack, here: int, body: Tree) -> None:
    """Raise for what is not done entry by entry."""
    for part in postorder(body):
        plain = type(part) in (Name, Number, Unary) or (type(part) is Binary and part.op != "@")
        if not plain and not (type(part) is Call and part.function in _ENTRYWISE):
            raise _unread(stack, here)
