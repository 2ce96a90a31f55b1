"""Which products and powers of a differential are entry by entry: LaTeX has signs of its own for them."""

from __future__ import annotations

from gradcli.explain.trees import MappedTrees
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import ENTRYWISE_POWER, ENTRYWISE_PRODUCT, Binary, Call, Number, Tree, Unary, children

if TYPE_CHECKING:
    from collections.abc import Callable


class EntrywiseSigns:
    r"""Trees with `\odot` where both factors are arrays. `is_array`: of a name, a call or a matrix product."""

    def __init__(self, is_array: Callable[[Tree], bool]) -> None:
        self.is_array = is_array
        self.arrays: dict[int, bool] = {}
        self.trees = MappedTrees(self.signed)

    def of(self, root: Tree) -> Tree:
        """The tree with its signs told apart."""
        return self.trees.of(root)

    def signed(self, tree: Tree) -> Tree:
        """One operation, its parts being signed."""
        if type(tree) is Binary and self.among(tree.left):
            if tree.op == "**":
                tree = Binary(ENTRYWISE_POWER, tree.left, tree.right)
            elif tree.op == "*" and self.among(tree.right):
                tree = Binary(ENTRYWISE_PRODUCT, tree.left, tree.right)
        return tree

    def among(self, root: Tree) -> bool:
        """Is it an array? What arithmetic makes of arrays is one."""
        stack, seen = [root], []
        while stack:
            tree = stack.pop()
            if id(tree) not in self.arrays:
                arithmetic = type(tree) is Unary or (type(tree) is Binary and tree.op != "@")
                if arithmetic or (type(tree) is Call and tree.function == "D"):
                    seen.append(tree)
                    stack.extend(children(tree))
                else:
                    self.arrays[id(tree)] = type(tree) is not Number and self.is_array(tree)
        for tree in reversed(seen):
            self.arrays[id(tree)] = any(self.arrays[id(part)] for part in children(tree))
        return self.arrays[id(root)]
