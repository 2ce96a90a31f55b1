r"""Sums between numbers, term by term: `\sum_{k=1}^3 x^k` is x + x^2 + x^3, `x_k` is x1, or an entry of x."""

from __future__ import annotations

import operator

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.program.written.known import MATRIX, VECTOR, indices_of
from gradcli.program.written.rewrite import rewrite
from gradcli.records import TYPE_CHECKING
from gradcli.text.tokens import canonical_name
from gradcli.text.tree import Binary, Bound, Call, Entry, Index, Name, Number, Tree, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from gradcli.program.written.known import KnownNames


WHOLE: Mapping[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
"""Operations of ends of sums."""


def written_out(tree: Bound, index: str, upper: object, known: KnownNames) -> Tree:
    """A sum between numbers, term by term. Raises `limit` for too many."""
    low = 1 if tree.lower is None else tree.lower
    size = sum(1 for _ in postorder(tree.body))
    if type(upper) is not int or (upper - low + 1) * size > limits.WRITTEN_OUT:
        message = f"a sum that is written out may have {limits.WRITTEN_OUT} parts"
        raise GradcliError("limit", message, None, "write it with a letter above: \\sum_{i=1}^n x_i")
    terms = [_with_number(tree.body, index, value, known) for value in range(low, upper + 1)]
    if tree.function in ("max", "min") and terms:
        return terms[0] if len(terms) == 1 else Call(tree.function, tuple(terms), (), 0, tree.start, tree.end)
    op, empty = ("*", 1) if tree.function == "prod" else ("+", 0)
    if not terms:
        return Number(empty, False, tree.start, tree.end)
    joined = terms[0]
    for term in terms[1:]:
        joined = Binary(op, joined, term, tree.start, tree.start, tree.end)
    return joined


def _with_number(body: Tree, index: str, value: int, known: KnownNames) -> Tree:
    """The body with a number in place of the index, and `x_i` as x1 or as an entry of x."""

    def change(tree: Tree) -> Tree:
        if isinstance(tree, Name):
            return _numbered_name(tree, index, value, known)
        if isinstance(tree, Entry):
            return _numbered_entry(tree, known)
        if isinstance(tree, Bound) and tree.upper is not None:  # it is no part of what is rewritten
            fields = (rewrite(tree.upper, change), tree.body, tree.head_end, tree.start, tree.end)
            return Bound(tree.function, tree.indices, tree.lower, *fields)
        return tree

    return rewrite(body, change)


def _numbered_name(tree: Name, index: str, value: int, known: KnownNames) -> Tree:
    if tree.name == index:
        return Number(value, False, tree.start, tree.end)
    base, indices = indices_of(tree.name, {index: None})
    if not indices:
        stem, _, letters = tree.name.rpartition("_")
        if stem and len(letters) == 2 and index in letters:
            message = f"{tree.name}: one of its indices is a number and the other a letter"
            raise GradcliError("sum", message, None, "give both sums letters above: \\sum_{i=1}^n \\sum_{j=1}^m")
        return tree
    if known.kind(base) == VECTOR and len(indices) == 1:
        return entry_of(tree, base, (value,))
    if known.kind(base) == MATRIX and len(indices) == 2:
        return entry_of(tree, base, (value, value))
    digits = "".join([str(value)] * len(indices))
    separator = "__" if tree.name.startswith(f"{base}__") else "_"
    return Name(canonical_name(f"{base}{separator}{digits}"), tree.start, tree.end)


def _numbered_entry(tree: Entry, known: KnownNames) -> Tree:
    """An entry whose index is a number by now."""
    assert isinstance(tree.base, Name)
    places = [_number_of(part) for part in tree.subscripts]
    if any(place is None for place in places):
        return tree
    found = tuple(place for place in places if place is not None)
    if known.kind(tree.base.name) in (VECTOR, MATRIX):
        return entry_of(tree, tree.base.name, found)
    return Name(canonical_name(f"{tree.base.name}_{''.join(map(str, found))}"), tree.start, tree.end)


def _number_of(root: Tree) -> int | None:
    """A whole number made of whole numbers by sums, differences and products; None for anything else."""
    found: dict[int, int] = {}
    for tree in postorder(root):
        if isinstance(tree, Number) and type(tree.value) is int:
            found[id(tree)] = tree.value
        elif isinstance(tree, Binary) and tree.op in WHOLE and id(tree.left) in found and id(tree.right) in found:
            found[id(tree)] = WHOLE[tree.op](found[id(tree.left)], found[id(tree.right)])
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


def entry_of(tree: Tree, base: str, places: tuple[int, ...]) -> Tree:
    """An entry, counted from 1 in the text and from 0 here."""
    subscripts = tuple(Number(place - 1, False, tree.start, tree.end) for place in places)
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


def end_of(upper: Tree | None, indices: Container[str]) -> tuple[str | None, int]:
    """An upper end n, n-1 or n+1 as its letter and what is added.

    Raises `sum` for other ends, and for the indices of sums around this one: how often a term counts is not known.
    """
    for part in () if upper is None else postorder(upper):
        if isinstance(part, Name) and part.name in indices:
            message = f"this sum ends at {part.name}, the index of another sum"
            raise GradcliError("sum", message, None, f"write the sum over {part.name} between numbers, as from 1 to 3")
    letter, offset = as_letter(upper)
    if letter is None and upper is not None and not isinstance(upper, Number):
        raise GradcliError("sum", "a sum ends at a number or at a letter", None, "write sum(x_i, i, 1, n)")
    return letter, offset


def as_letter(upper: Tree | None) -> tuple[str | None, int]:
    """An upper end n, n-1 or n+1 as its letter and what is added; no letter for other ends."""
    if isinstance(upper, Name):
        return upper.name, 0
    if not isinstance(upper, Binary) or upper.op not in ("+", "-"):
        return None, 0
    if isinstance(upper.left, Name) and isinstance(upper.right, Number):
        return upper.left.name, int(upper.right.value) * (-1 if upper.op == "-" else 1)
    return None, 0
