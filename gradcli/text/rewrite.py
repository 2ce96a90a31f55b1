"""Trees with parts replaced, without recursion; the tree of a short exponent."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import (
    Binary,
    Call,
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
    """The tree with each part for which `change` answers replaced by the answer; the outermost part counts."""
    order: list[tuple[Tree, Tree | None]] = []
    stack = [root]
    while stack:
        tree = stack.pop()
        answer = change(tree)
        order.append((tree, answer))
        if answer is None:
            stack.extend(children(tree))
    done: list[Tree] = []
    for tree, answer in reversed(order):
        if answer is not None:
            done.append(answer)
            continue
        before = children(tree)
        parts = [done.pop() for _ in before][::-1]
        same = all(a is b for a, b in zip(before, parts, strict=True))
        done.append(tree if same else with_parts(tree, parts))
    return done[0]


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
                same = all(a is b for a, b in zip(children(tree), parts, strict=True))
                found = known[key] = tree if same else with_parts(tree, parts)
            made[id(tree)] = found
    return [made[id(root)] for root in trees]


def with_parts(tree: Tree, parts: Sequence[Tree]) -> Tree:
    """The same operation on other parts."""
    if type(tree) is Binary:
        return Binary(tree.op, parts[0], parts[1])
    if type(tree) is Unary:
        return Unary(tree.op, parts[0])
    if type(tree) is Transpose:
        return Transpose(parts[0])
    if type(tree) is Vector:
        return Vector(tuple(parts))
    if type(tree) is Index:
        return Index(parts[0], tuple(parts[1:]))
    if type(tree) is Call:
        count = len(tree.arguments)
        words = tuple((word, part) for (word, _), part in zip(tree.keywords, parts[count:], strict=True))
        return Call(tree.function, tuple(parts[:count]), words)
    assert type(tree) is Slice
    bounds = iter(parts)
    low, high, step = (next(bounds) if part else None for part in (tree.lower, tree.upper, tree.step))
    return Slice(low, high, step=step)


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
