r"""What the index of a sum runs over; sums between numbers, term by term.

`\sum_{k=1}^3 x^k` is x + x^2 + x^3, and `x_k` in it x1, or an entry of x, whose first one is x_0 in `\sum_{k=0}^3`.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.program.rationals import WHOLE_NUMBERS
from gradcli.program.written.known import MATRIX, VECTOR, indices_of, parted
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.rewrite import rewrite
from gradcli.text.tokens import canonical_name
from gradcli.text.tree import Binary, Bound, Call, Entry, Index, Name, Number, Tree, postorder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.program.written.known import KnownNames


class Array(NamedTuple):
    """A name that sums index: how many dimensions it has, the letter of each size (None: open), and its first index."""

    kind: int
    sizes: tuple[str | None, ...]
    rows: bool
    first: int | None = None


class Range(NamedTuple):
    """What a bound index runs over: from `lower` to `letter` + `offset`."""

    lower: int | None
    letter: str | None
    offset: int
    upper: Tree | None

    @property
    def size(self) -> str | None:
        """The letter of the size of what is indexed from the first entry to the last one."""
        first = 1 if self.lower is None else self.lower
        return self.letter if first in (0, 1) and self.offset == first - 1 else None


def shifted(tree: Tree) -> tuple[str | None, int] | None:
    """`i`, `i+1`, `i-1`, `2` as a letter and a number; None for other indices."""
    if isinstance(tree, Number) and type(tree.value) is int:
        return None, tree.value
    if isinstance(tree, Name):
        return tree.name, 0
    if isinstance(tree, Binary) and tree.op in "+-" and isinstance(tree.left, Name) and isinstance(tree.right, Number):
        return tree.left.name, int(tree.right.value) * (-1 if tree.op == "-" else 1)
    return None


def plus(tree: Tree, number: int) -> Tree:
    """A tree with a number added to it."""
    if not number:
        return tree
    other = Number(abs(number), False, tree.start, tree.end)
    return Binary("+" if number > 0 else "-", tree, other, 0, tree.start, tree.end)


def written_out(tree: Bound, index: str, upper: object, known: KnownNames) -> Tree:
    """A sum between numbers, term by term. Raises `limit` for too many."""
    low = 1 if tree.lower is None else tree.lower
    size = sum(1 for _ in postorder(tree.body))
    if type(upper) is not int or (upper - low + 1) * size > limits.WRITTEN_OUT:
        message = f"a sum that is written out may have {limits.WRITTEN_OUT} parts"
        raise GradcliError("limit", message, None, "write it with a letter above: \\sum_{i=1}^n x_i")
    first = _first_indices(tree.body, index, low)
    terms = [_with_number(tree.body, index, value, known, first) for value in range(low, upper + 1)]
    if tree.function in ("max", "min") and terms:
        return terms[0] if len(terms) == 1 else Call(tree.function, tuple(terms), (), 0, tree.start, tree.end)
    op, empty = ("*", 1) if tree.function == "prod" else ("+", 0)
    if not terms:
        return Number(empty, False, tree.start, tree.end)
    joined = terms[0]
    for term in terms[1:]:
        joined = Binary(op, joined, term, tree.start, tree.start, tree.end)
    return joined


def _first_indices(body: Tree, index: str, low: int) -> dict[str, int]:
    """The number of the first entry of each array: 0 where the sum begins at its entry 0, else 1."""
    found: dict[str, int] = {}
    for part in postorder(body):
        base, offset = "", 0
        if isinstance(part, Name):
            stem, indices = indices_of(part.name, {index: None})
            base = stem if indices else ""
        elif isinstance(part, Entry) and isinstance(part.base, Name):
            base, places = part.base.name, [shifted(place) for place in part.subscripts]
            offset = min((place[1] for place in places if place is not None and place[0] == index), default=1)
        found[base] = min(found.get(base, 1), max(low + offset, 0))
    return found


def _with_number(body: Tree, index: str, value: int, known: KnownNames, first: Mapping[str, int]) -> Tree:
    """The body with a number in place of the index, and `x_i` as x1 or as an entry of x, counted from its `first`.

    The index may stand above the sign of an inner sum as well.
    """

    def change(tree: Tree) -> Tree:
        if isinstance(tree, Name):
            return _numbered_name(tree, index, value, known, first)
        if isinstance(tree, Entry):
            return _numbered_entry(tree, known, first)
        if isinstance(tree, Bound) and tree.upper is not None:  # it is no part of what is rewritten
            fields = (rewrite(tree.upper, change), tree.body, tree.head_end, tree.start, tree.end)
            return Bound(tree.function, tree.indices, tree.lower, *fields)
        return tree

    return rewrite(body, change)


def _numbered_name(tree: Name, index: str, value: int, known: KnownNames, first: Mapping[str, int]) -> Tree:
    if tree.name == index:
        return Number(value, False, tree.start, tree.end)
    base, indices = indices_of(tree.name, {index: None})
    stem, lower, upper = parted(tree.name)
    if not indices:
        if len(lower) == 2 and index in lower:
            message = f"{tree.name}: one of its indices is a number and the other a letter"
            raise GradcliError("sum", message, None, "give both sums letters above: \\sum_{i=1}^n \\sum_{j=1}^m")
        return tree
    if known.kind(base) == VECTOR and len(indices) == 1:
        return entry_of(tree, base, (value,), first.get(base, 1))
    if known.kind(base) == MATRIX and len(indices) == 2:
        return entry_of(tree, base, (value, value), first.get(base, 1))
    below = f"_{str(value) * len(lower)}" if lower.replace(index, "") == "" and lower else f"_{lower}" if lower else ""
    above = f"__{value if upper == index else upper}" if upper else ""
    return Name(canonical_name(f"{stem}{below}{above}"), tree.start, tree.end)


def _numbered_entry(tree: Entry, known: KnownNames, first: Mapping[str, int]) -> Tree:
    """An entry whose index is a number by now."""
    assert isinstance(tree.base, Name)
    places = [_number_of(part) for part in tree.subscripts]
    if any(place is None for place in places):
        return tree
    found = tuple(place for place in places if place is not None)
    if known.kind(tree.base.name) in (VECTOR, MATRIX):
        return entry_of(tree, tree.base.name, found, first.get(tree.base.name, 1))
    return Name(canonical_name(f"{tree.base.name}_{''.join(map(str, found))}"), tree.start, tree.end)


def _number_of(root: Tree) -> int | None:
    """A whole number made of whole numbers by sums, differences and products; None for anything else."""
    found: dict[int, int] = {}
    for tree in postorder(root):
        if isinstance(tree, Number) and type(tree.value) is int:
            found[id(tree)] = tree.value
        elif (
            isinstance(tree, Binary) and tree.op in WHOLE_NUMBERS and id(tree.left) in found and id(tree.right) in found
        ):
            found[id(tree)] = WHOLE_NUMBERS[tree.op](found[id(tree.left)], found[id(tree.right)])
        else:
            return None
    return found[id(root)]


def with_whole_end(tree: Bound) -> Bound:
    """The sum with the number that its upper end is: 2*3 - 1 is 5."""
    whole = None if tree.upper is None or isinstance(tree.upper, Number) else _number_of(tree.upper)
    if whole is None or tree.upper is None:
        return tree
    end = Number(whole, False, tree.upper.start, tree.upper.end)
    return Bound(tree.function, tree.indices, tree.lower, end, tree.body, tree.head_end, tree.start, tree.end)


def entry_of(tree: Tree, base: str, places: tuple[int, ...], first: int) -> Tree:
    """An entry, counted from `first` in the text and from 0 here."""
    if min(places) < first:
        hint = "let the sum begin later"
        raise GradcliError("sum", f"an index of {base} lies before its first entry, {base}_{first}", None, hint)
    subscripts = tuple(Number(place - first, False, tree.start, tree.end) for place in places)
    return Index(Name(base, tree.start, tree.end), subscripts, tree.start, tree.end)


def one_by_one(tree: Bound) -> Bound:
    """A sum over its first index of one over the others."""
    if len(tree.indices) == 1:
        return tree
    body: Tree = tree.body
    for index in reversed(tree.indices):
        fields = (tree.head_end, tree.start, tree.end)
        whole = Bound(tree.function, (index,), tree.lower, tree.upper, body, *fields)
        body = whole
    return whole


def end_of(upper: Tree | None) -> tuple[str | None, int]:
    """An upper end n, n-1 or n+1 as its letter and what is added. Raises `sum` for ends that are no number either."""
    letter, offset = as_letter(upper)
    if letter is None and upper is not None and not isinstance(upper, Number):
        raise GradcliError("sum", "a sum ends at a number or at a letter", None, "write sum(x_i, i, 1, n)")
    return letter, offset


def refuse_hanging(tree: Bound, upper: Tree | None, ranges: Mapping[str, Range]) -> None:
    r"""Raise for `\sum_{i=1}^n \sum_{j=1}^i`: a sum of which each term of an outer one has another length."""
    names = [part.name for part in postorder(upper) if isinstance(part, Name)] if upper is not None else []
    outer = [name for name in names if name in ranges]
    outer += [index for name in names for index in indices_of(name, ranges)[1]]
    if outer:
        message = f"how far the sum over {tree.indices[0]} goes hangs on {outer[0]}"
        hint = f"write the sum over {outer[0]} between numbers, as from 1 to 3, so that all is written out"
        raise GradcliError("sum", message, None, hint)


def as_letter(upper: Tree | None) -> tuple[str | None, int]:
    """An upper end n, n-1 or n+1 as its letter and what is added; no letter for other ends."""
    if isinstance(upper, Name):
        return upper.name, 0
    if not isinstance(upper, Binary) or upper.op not in ("+", "-"):
        return None, 0
    if isinstance(upper.left, Name) and isinstance(upper.right, Number):
        return upper.left.name, int(upper.right.value) * (-1 if upper.op == "-" else 1)
    return None, 0
