r"""Vectors of ones, `\mathbf{1}`, whose size is that of what they are multiplied with: products with them are sums."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.written.capitals import is_upper
from gradcli.program.written.lifted import along
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import rewrite
from gradcli.text.tree import LATEX_PRODUCT, Binary, Call, Name, Transpose

if TYPE_CHECKING:
    from gradcli.text.tree import Tree


def without_ones(root: Tree) -> Tree:
    """The tree with 1^T x as sum(x), x^T 1 as sum(x), A 1 as the sums of the rows, 1^T A as those of the columns."""
    tree = rewrite(root, change)
    from gradcli.text.tree import postorder

    for part in postorder(tree):
        if isinstance(part, Name) and part.name in ("𝟏", "𝟎"):
            word = "ones" if part.name == "𝟏" else "zeros"
            hint = f"write {word}(n), with the size that it has here"
            raise GradcliError("shape", f"the size of this vector of {word} is not known", None, hint)
    return tree


def change(tree: Tree) -> Tree:
    """One product."""
    if not isinstance(tree, Binary) or not (tree.op is LATEX_PRODUCT or tree.op == "@"):
        return tree
    left, right = tree.left, tree.right
    if is_ones(right) and isinstance(left, Transpose):
        return Call("sum", (left.operand,), (), 0, tree.start, tree.end)
    if is_ones(right):
        return along("sum", left, 1)
    if isinstance(left, Transpose) and is_ones(left.operand):
        return Call("sum", (right,), (), 0, tree.start, tree.end) if is_vector(right) else along("sum", right, 0)
    return tree


def is_ones(tree: Tree) -> bool:
    """Whether this is the vector of ones."""
    return isinstance(tree, Name) and tree.name == "𝟏"


def is_vector(tree: Tree) -> bool:
    """Whether a factor behind the ones is a vector, by the look of it: a small letter, or what is no single letter."""
    return not (isinstance(tree, Name) and is_upper(tree.name))
