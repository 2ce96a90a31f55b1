"""Names in an answer that are none of the function's: `2xy` is a product of its names."""

from __future__ import annotations

from gradcli.program.names import split_into
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import rewrite
from gradcli.text.tree import Binary, Name, postorder

if TYPE_CHECKING:
    from collections.abc import Collection

    from gradcli.problems import Source
    from gradcli.text.tree import Tree


def without_glue(root: Tree, known: Collection[str], source: Source) -> Tree:
    """The tree with `xy` as x*y and `xy^2` as x*y^2, where x and y are in `known` and xy is not.

    `1/xy` and `e^xy` without brackets read in two ways, and stay as they are: unknown names are an error later.
    """
    parts = {part.name: split_into(part.name, known) for part in postorder(root) if isinstance(part, Name)}
    glued = {name: letters for name, letters in parts.items() if letters is not None and name not in known}
    if not glued:
        return root
    unclear = {
        id(base(part.right))
        for part in postorder(root)
        if isinstance(part, Binary) and part.op in ("/", "**") and source.text[part.right.start - 1] != "("
    }
    made: dict[int, list[Tree]] = {}  # the factors of each product that was made

    def product(factors: list[Tree], tree: Tree) -> Tree:
        whole = factors[0]
        for factor in factors[1:]:
            whole = Binary("*", whole, factor, tree.start, tree.start, tree.end)
        made[id(whole)] = factors
        return whole

    def change(tree: Tree) -> Tree:
        if isinstance(tree, Name) and tree.name in glued and id(tree) not in unclear:
            return product([Name(letter, tree.start, tree.end) for letter in glued[tree.name]], tree)
        if isinstance(tree, Binary) and tree.op == "**" and id(tree.left) in made:
            *factors, last = made[id(tree.left)]
            return product([*factors, Binary(tree.op, last, tree.right, tree.at, last.start, tree.end)], tree)
        if isinstance(tree, Binary) and tree.op == "*" and id(tree.right) in made:
            return product([tree.left, *made[id(tree.right)]], tree)
        return tree

    return rewrite(root, change)


def base(tree: Tree) -> Tree:
    """What stands below the exponents of a tree."""
    while isinstance(tree, Binary) and tree.op == "**":
        tree = tree.left
    return tree
