"""Trees with parts replaced, without recursion; the tree of a short exponent."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import (
    Binary,
    Bound,
    Call,
    Entry,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Tree,
    Unary,
    Vector,
    children,
    own,
    postorder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final


def replaced(root: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with each part for which `change` answers replaced by the answer; the outermost part counts.

    A part that stands in several places of the tree is asked about once.
    """
    done: dict[int, Tree] = {}
    asked: set[int] = set()
    stack = [root]
    while stack:
        tree = stack[-1]
        if id(tree) not in asked:
            asked.add(id(tree))
            answer = change(tree)
            if answer is not None:
                done[id(tree)] = answer
        waiting = [] if id(tree) in done else [part for part in children(tree) if id(part) not in done]
        if waiting:
            stack.extend(reversed(waiting))
            continue
        stack.pop()
        if id(tree) not in done:
            done[id(tree)] = with_parts(tree, [done[id(part)] for part in children(tree)])
    return done[id(root)]


def merged(trees: Sequence[Tree]) -> list[Tree]:
    """The same trees, where parts that say the same are one object."""
    made: dict[int, Tree] = {}
    known: dict[tuple[object, ...], Tree] = {}
    for root in trees:
        for tree in postorder(root):
            parts = [made[id(child)] for child in children(tree)]
            key = (type(tree), own(tree), *map(id, parts))
            found = known.get(key)
            if found is None:
                found = known[key] = with_parts(tree, parts)
            made[id(tree)] = found
    return [made[id(root)] for root in trees]


def rewrite(root: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with each part, whose own parts are rewritten already, replaced by what `change` makes of it."""
    return rebuilt(root, lambda tree, parts: change(with_parts(tree, parts)))


def rebuilt(root: Tree, make: Callable[[Tree, Sequence[Tree]], Tree]) -> Tree:
    """What `make` makes of the tree from its leaves up: of each part and what its own parts have become."""
    done: dict[int, Tree] = {}
    for tree in postorder(root):
        done[id(tree)] = make(tree, [done[id(part)] for part in children(tree)])
    return done[id(root)]


def with_parts(tree: Tree, parts: Sequence[Tree]) -> Tree:
    """A tree with other direct subtrees, in its place; the tree itself where they are the same."""
    if all(a is b for a, b in zip(children(tree), parts, strict=True)):
        return tree
    start, end = tree.start, tree.end
    if type(tree) is Binary:
        return Binary(tree.op, parts[0], parts[1], tree.at, start, end)
    if type(tree) is Unary:
        return Unary(tree.op, parts[0], start, end)
    if type(tree) is Transpose:
        return Transpose(parts[0], start, end, tree.letter)
    if type(tree) is Call:
        count = len(tree.arguments)
        named = tuple((word, value) for (word, _), value in zip(tree.keywords, parts[count:], strict=True))
        return Call(tree.function, tuple(parts[:count]), named, tree.name_end, start, end)
    if type(tree) is Bound:
        return Bound(tree.function, tree.indices, tree.lower, tree.upper, parts[0], tree.head_end, start, end)
    if type(tree) is Vector:
        return Vector(tuple(parts), start, end)
    if isinstance(tree, Index | Entry):
        return type(tree)(parts[0], tuple(parts[1:]), start, end)
    assert type(tree) is Slice
    bounds = iter(parts)
    low, high, step = (None if part is None else next(bounds) for part in (tree.lower, tree.upper, tree.step))
    return Slice(low, high, start, end, step)


def exponent(power: str, start: int, end: int) -> Tree:
    r"""The power of `\sin^2 x`, `\sin^n x`, `\cos^{-2n} x`, `\sin^{a/b} x`, `\cos^{n-1} x`."""
    match = _EXPONENT.fullmatch(power)
    assert match is not None
    minus, number, letter, sign, other = match.groups()
    tree: Tree = Name(letter, start, end) if letter else Number(int(number), False, start, end)
    if letter and number:
        tree = Binary("*", Number(int(number), False, start, end), tree, start, start, end)
    if minus:
        tree = Unary("-", tree, start, end)
    if other:
        right: Tree = Number(int(other), False, start, end) if other.isdigit() else Name(other, start, end)
        tree = Binary(sign, tree, right, start, start, end)
    return tree


_EXPONENT: Final = pattern(r"(-?)([0-9]*)([A-Za-z]?)(?:([-+/])([0-9]+|[A-Za-z]))?")


_FONT_BEFORE: Final = pattern(r"(?:\\[A-Za-z]+|[_^])\s*\Z")


def cut_out(text: str, start: int, end: int) -> str:
    r"""The text of a part, with the braces that it begins or ends within: `\mathbf{AB}^\top` begins at A."""
    depth = least = 0
    for character in text[start:end]:
        depth += (character == "{") - (character == "}")
        least = min(least, depth)
    missing, depth = -least, depth - least
    while missing and start:
        start -= 1
        missing += (text[start] == "}") - (text[start] == "{")
    if least and (font := _FONT_BEFORE.search(text[:start][-30:])):
        start -= len(font[0])
    while depth and end < len(text):
        depth += (text[end] == "{") - (text[end] == "}")
        end += 1
    return text[start:end].strip()
