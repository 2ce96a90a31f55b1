"""What inference read, written out as syntax: x@A as x.T@A, juxtaposed matrices as @, letters of sizes as numbers."""

from __future__ import annotations

from gradcli.program.types.walk import half_exponent, whole_exponent
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import rebuilt, with_parts
from gradcli.text.tree import (
    COMPARISONS,
    ENTRYWISE_ABS,
    ENTRYWISE_POWER,
    ENTRYWISE_PRODUCT,
    LATEX_PRODUCT,
    Binary,
    Call,
    Entrywise,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Tree,
    Vector,
    postorder,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.types.solver import Solver

LARGEST_WRITTEN = 8
"""Greatest exponent of a matrix that is written out as a product."""


def elaborated(solver: Solver, root: Tree) -> Tree:
    """The tree with everything explicit; the same tree where nothing was to be read."""
    marks = (solver.turned, solver.products, solver.powers, solver.determinants, solver.multiples, solver.axes)
    if not any((*marks, solver.whole, solver.counted, solver.crossed)) and not any(
        entrywise(solver, tree) or is_entry_of_one(solver, tree) for tree in postorder(root)
    ):
        return root
    return rebuilt(root, lambda tree, parts: explicit(solver, tree, parts))


def with_numbers(root: Tree, sizes: Mapping[str, int]) -> Tree:
    """The tree with letters of sizes as their numbers."""

    def numbered(tree: Tree, parts: Sequence[Tree]) -> Tree:
        if isinstance(tree, Name) and tree.name in sizes:
            return Number(sizes[tree.name], False, tree.start, tree.end)
        return with_parts(tree, parts)

    return rebuilt(root, numbered) if sizes else root


def explicit(solver: Solver, tree: Tree, parts: Sequence[Tree]) -> Tree:
    """One tree, its parts explicit already."""
    here = _decided(solver, tree, parts)
    if id(tree) in solver.turned and isinstance(here, Binary) and here.op in COMPARISONS:
        assert isinstance(tree, Binary)
        left, right = (
            Transpose(side, side.start, side.end) if solver.of(typed) else side
            for side, typed in ((here.left, tree.left), (here.right, tree.right))
        )
        here = Binary(here.op, left, right, here.at, here.start, here.end)
    elif id(tree) in solver.turned:
        here = here.operand if isinstance(here, Transpose) else Transpose(here, here.start, here.end)
    return here


def _decided(solver: Solver, tree: Tree, parts: Sequence[Tree]) -> Tree:
    """One tree as the solver decided it to be read, not yet turned."""
    here = with_parts(tree, parts)
    if id(tree) in solver.multiples:
        assert isinstance(tree, Binary)
        here = multiple(solver, tree, parts)
    elif id(tree) in solver.products:
        assert isinstance(here, Binary)
        here = Binary("@", here.left, here.right, here.at, here.start, here.end)
    elif id(tree) in solver.powers:
        assert isinstance(here, Binary)
        here = matrix_power(here)
    elif id(tree) in solver.crossed:
        assert isinstance(tree, Binary)
        here = crossed(tree, parts, solver.of(tree.left)[1] == 1)
    elif id(tree) in solver.counted:
        here = ones_of(parts[0], solver.counted[id(tree)], tree)
    elif id(tree) in solver.axes:
        assert isinstance(here, Call)
        axis = (("axis", Number(solver.axes[id(tree)])),)
        here = Call(here.function, here.arguments, axis, here.name_end, here.start, here.end)
    elif id(tree) in solver.whole:
        assert isinstance(here, Index)
        here = here.base
    elif id(tree) in solver.determinants:
        assert isinstance(here, Call)
        here = Call("det", here.arguments, (), here.name_end, here.start, here.end)
    elif isinstance(here, Binary) and here.op is LATEX_PRODUCT and here is not tree:
        here = Binary("*", here.left, here.right, here.at, here.start, here.end)
    elif is_entry_of_one(solver, tree):
        assert isinstance(here, Index)
        base = here.base
        only = Vector((base,), base.start, base.end)
        here = Index(only, here.subscripts, tree.start, tree.end) if solver.of(tree) else base
    elif op := entrywise(solver, tree):
        here = marked(op, here)
    return here


def crossed(tree: Binary, sides: Sequence[Tree], is_column: bool) -> Tree:
    """An operation of a column and a row: both spread over a matrix by products with ones."""

    def ones(side: Tree) -> Tree:
        zeros = Binary("*", Number(0), side, tree.at, side.start, side.end)
        return Binary("+", zeros, Number(1), tree.at, side.start, side.end)

    def spread(left: Tree, right: Tree) -> Tree:
        return Binary("@", left, right, tree.at, tree.start, tree.end)

    first, second = sides
    if is_column:
        left, right = spread(first, ones(second)), spread(ones(first), second)
    else:
        left, right = spread(ones(second), first), spread(second, ones(first))
    return Binary(tree.op, left, right, tree.at, tree.start, tree.end)


def ones_of(array: Tree, axis: int | None, tree: Tree) -> Tree:
    """The number of entries of an array along an axis, or of all, as a sum of ones."""
    start, end = tree.start, tree.end
    if axis is not None:
        line = (Slice(None, None), Number(0)) if axis == 0 else (Number(0), Slice(None, None))
        array = Index(array, line, start, end)
    ones = Binary("+", Binary("*", Number(0), array, start, start, end), Number(1), start, start, end)
    return Call("sum", (ones,), (), end, start, end)


def is_entry_of_one(solver: Solver, tree: Tree) -> bool:
    """Is this (w@x)[0], an entry of a number that is a product of one entry?"""
    return isinstance(tree, Index) and not solver.of(tree.base)


def multiple(solver: Solver, tree: Binary, parts: Sequence[Tree]) -> Tree:
    """s@u as s*u, where s is a number; where the product is a number, too, u gives its one entry."""
    sides = list(parts)
    if not solver.of(tree):
        for i, side in enumerate((tree.left, tree.right)):
            if solver.of(side):
                sides[i] = Call("sum", (parts[i],), (), 0, side.start, side.end)
    return Binary("*", sides[0], sides[1], tree.at, tree.start, tree.end)


def entrywise(solver: Solver, tree: Tree) -> Entrywise | None:
    """The sign of a product, a power or absolute values of arrays entry by entry, which LaTeX tells from others."""
    if isinstance(tree, Call):
        inside = tree.function == "abs" and len(tree.arguments) == 1 and solver.shapes.get(id(tree.arguments[0]))
        return ENTRYWISE_ABS if inside else None
    if not isinstance(tree, Binary) or tree.op not in ("*", "**") or not solver.shapes.get(id(tree.left)):
        return None
    if tree.op == "**":
        return ENTRYWISE_POWER
    return ENTRYWISE_PRODUCT if solver.shapes.get(id(tree.right)) else None


def marked(sign: Entrywise, tree: Tree) -> Tree:
    """The tree with its sign told apart."""
    if isinstance(tree, Call):
        return Call(sign, tree.arguments, tree.keywords, tree.name_end, tree.start, tree.end)
    assert isinstance(tree, Binary)
    return Binary(sign, tree.left, tree.right, tree.at, tree.start, tree.end)


def matrix_power(tree: Binary) -> Tree:
    """X^{-1} as inv(X), X^2 as X@X, X^{1/2} as sqrtm(X); larger powers stay as they are."""
    if (half := half_exponent(tree)) is not None:
        root = Call("sqrtm", (tree.left,), (), 0, tree.start, tree.end)
        return root if half > 0 else Call("inv", (root,), (), 0, tree.start, tree.end)
    exponent, base = whole_exponent(tree) or 0, tree.left
    if exponent < 0:
        base = Call("inv", (base,), (), 0, tree.start, tree.end)
    if abs(exponent) > LARGEST_WRITTEN:
        return tree
    result = base
    for _ in range(abs(exponent) - 1):
        result = Binary("@", result, base, tree.at, tree.start, tree.end)
    return result
