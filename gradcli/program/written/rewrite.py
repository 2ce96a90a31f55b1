"""Trees rewritten from the leaves up, on an explicit stack."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Bound, Call, Entry, Index, Slice, Transpose, Unary, Vector, children, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.text.tree import Tree


def rewrite(root: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with each part, whose own parts are rewritten already, replaced by what `change` makes of it."""
    done: dict[int, Tree] = {}
    for tree in postorder(root):
        parts = [done[id(part)] for part in children(tree)]
        done[id(tree)] = change(with_parts(tree, parts))
    return done[id(root)]


def with_parts(tree: Tree, parts: Sequence[Tree]) -> Tree:
    """A tree with other direct subtrees; the tree itself where they are the same."""
    if all(a is b for a, b in zip(children(tree), parts, strict=True)):
        return tree
    start, end = tree.start, tree.end
    if isinstance(tree, Binary):
        return Binary(tree.op, parts[0], parts[1], tree.at, start, end)
    if isinstance(tree, Unary):
        return Unary(tree.op, parts[0], start, end)
    if isinstance(tree, Transpose):
        return Transpose(parts[0], start, end, tree.letter)
    if isinstance(tree, Call):
        count = len(tree.arguments)
        named = tuple((word, value) for (word, _), value in zip(tree.keywords, parts[count:], strict=True))
        return Call(tree.function, tuple(parts[:count]), named, tree.name_end, start, end)
    if isinstance(tree, Bound):
        return Bound(tree.function, tree.indices, tree.lower, tree.upper, parts[0], tree.head_end, start, end)
    if isinstance(tree, Vector):
        return Vector(tuple(parts), start, end)
    if isinstance(tree, Index | Entry):
        return type(tree)(parts[0], tuple(parts[1:]), start, end)
    assert isinstance(tree, Slice)
    rest = list(parts)
    low, high, step = (None if part is None else rest.pop(0) for part in (tree.lower, tree.upper, tree.step))
    return Slice(low, high, start, end, step)
