"""`x^T` as people write it: the transpose, unless T has a meaning of its own."""

from __future__ import annotations

from gradcli.program.written.capitals import is_upper
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import rebuilt, with_parts
from gradcli.text.tree import JUXTAPOSED, LATEX_POWER, Binary, Name, Transpose, Tree, children, postorder, same

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.text.tree import Script


def with_transposes(script: Script, told: Collection[str]) -> Script:
    """The script with `^T` read. `told` are names that have values, declarations or derivatives."""
    if not any("T" in source.text for source in {id(s.source): s.source for s in script.statements}.values()):
        return script
    if "T" in told or any(s.name == "T" for s in script.statements):
        return script
    statements = tuple(s._replace(tree=transposed_powers(s.tree)) for s in script.statements)
    return script._replace(statements=statements)


def transposed_powers(root: Tree) -> Tree:
    """A tree with `^T` read, if T is nothing but an exponent in it."""
    exponents = [tree for tree in postorder(root) if is_power_of_t(tree)]
    names = sum(isinstance(tree, Name) and tree.name == "T" for tree in postorder(root))
    if not exponents or names != len(exponents):
        return root

    doubled = {id(tree) for tree in exponents if id(tree) in before_their_base(root)}

    def made(tree: Tree, parts: Sequence[Tree]) -> Tree:
        if is_power_of_t(tree) and (is_transposable(parts[0]) or id(tree) in doubled):
            return Transpose(parts[0], tree.start, tree.end)
        return with_parts(tree, parts)

    return rebuilt(root, made)


def before_their_base(root: Tree) -> set[int]:
    """Powers that stand before their own base: (y-b)^T(y-b)."""
    found: set[int] = set()
    for tree in postorder(root):
        if isinstance(tree, Binary) and tree.op == "*":
            power = last_factor(tree.left)
            if is_power_of_t(power) and same(children(power)[0], tree.right):
                found.add(id(power))
    return found


def is_power_of_t(tree: Tree) -> bool:
    """Is this x^T, x**T?"""
    return isinstance(tree, Binary) and tree.op == "**" and isinstance(tree.right, Name) and tree.right.name == "T"


def is_transposable(base: Tree) -> bool:
    """A name, or something with an upper-case name or an array operation in it: (1 + r)^T is a power."""
    if isinstance(base, Name):
        return base.name != "e"
    return any(
        (isinstance(part, Name) and is_upper(part.name))
        or isinstance(part, Transpose)
        or (isinstance(part, Binary) and part.op == "@")
        for part in postorder(base)
    )


def has_transposes(root: Tree) -> bool:
    """In LaTeX: does x^T stand beside a factor, or twice what stands beside it ((y-b)^T(y-b))?"""
    for tree in postorder(root):
        if isinstance(tree, Binary) and is_juxtaposed(tree):
            for side, other in ((tree.left, tree.right), (tree.right, tree.left)):
                part = last_factor(side) if side is tree.left else side
                if is_power_of_t(part) and part.op is LATEX_POWER and has_base(part, other):  # type: ignore[attr-defined]
                    return True
    return False


def is_juxtaposed(tree: Binary) -> bool:
    """Without a sign between the factors?"""
    return isinstance(tree.op, type(JUXTAPOSED))


def last_factor(tree: Tree) -> Tree:
    """The last factor of a product."""
    return tree.right if isinstance(tree, Binary) and is_juxtaposed(tree) else tree


def has_base(power: Tree, other: Tree) -> bool:
    """Can the base be transposed, or is it the same as its neighbour?"""
    base = children(power)[0]
    return is_transposable(base) or same(base, other)
