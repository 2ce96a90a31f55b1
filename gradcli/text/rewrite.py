"""Trees with parts replaced, without recursion."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Call, Index, Slice, Transpose, Tree, Unary, Vector, children, own, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
