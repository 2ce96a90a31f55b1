"""Is a script one of arrays? Asked of its syntax, before anything is typed."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.rules import ARRAY_NAMES, RULES
from gradcli.text.tree import Binary, Call, Index, Name, Number, Text, Transpose, Tree, Vector, children, postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Script


def has_arrays(script: Script, options: BuildOptions) -> bool:
    """Is something an array: declared, given as one, or used as one in which no vector is written out?"""
    if options.tells_arrays(script):
        return True
    if not any(may_have_arrays(statement.tree) for statement in script.statements):
        return False
    return uses_arrays(script) or (not has_meaning("T", script, options) and transposes_in(script))


def may_have_arrays(root: Tree) -> bool:
    """Has a tree a part that could be about arrays? One quick walk, which is all that a program of scalars takes."""
    stack = [root]
    while stack:
        tree = stack.pop()
        kind = type(tree)
        if kind is Binary:
            if tree.op == "@":  # type: ignore[attr-defined]
                return True
            stack.append(tree.left)  # type: ignore[attr-defined]
            stack.append(tree.right)  # type: ignore[attr-defined]
        elif kind is Name:
            if tree.name == "T":  # type: ignore[attr-defined]
                return True
        elif kind is not Number:
            if kind is Transpose or kind is Index or (kind is Call and tree.function in ARRAY_NAMES):  # type: ignore[attr-defined]
                return True
            stack.extend(children(tree))
    return False


def has_meaning(name: str, script: Script, options: BuildOptions) -> bool:
    """Is this name defined, differentiated by, or given a value?"""
    told = {*options.bound, *options.settings, *(options.wrt or ()), *(s.name for s in script.statements)}
    return name in told


def transposes_in(script: Script) -> bool:
    """Does LaTeX write a transpose as ^T?"""
    from gradcli.program.types.transposes import has_transposes

    return any(has_transposes(s.tree) for s in script.statements)


def uses_arrays(script: Script) -> bool:
    """Is something used as an array in which no vector is written out?"""
    literal = literal_names(script)
    for statement in script.statements:
        written: set[int] = set()
        for tree in postorder(statement.tree):
            if type(tree) is Vector or (type(tree) is Name and tree.name in literal):
                written.add(id(tree))
                continue
            if any(id(part) not in written for part in used_as_arrays(tree)):
                return True
            if any(id(child) in written for child in children(tree)):
                written.add(id(tree))
    return False


def used_as_arrays(tree: Tree) -> Sequence[Tree]:
    """The parts that this operation needs as arrays."""
    if isinstance(tree, Transpose):
        return (tree.operand,)
    if isinstance(tree, Index):
        return (tree.base,)
    if isinstance(tree, Binary) and tree.op == "@":
        return (tree.left, tree.right)
    if isinstance(tree, Call):
        row = ARRAY_NAMES.get(tree.function)
        if tree.function in RULES:  # of several arguments it acts entry by entry
            return tree.arguments if row is not None and len(tree.arguments) == 1 else ()
        if row is not None and row.kind in ("reduce", "map"):
            return [arg for arg in tree.arguments[:1] if not isinstance(arg, Text)]
        if row is not None:
            return tree.arguments or (tree,)
    return ()


def literal_names(script: Script) -> set[str]:
    """Statements in which a vector is written out, or that use one of these."""
    named: set[str] = set()
    while True:
        before = len(named)
        for statement in script.statements:
            if (
                statement.name is not None
                and statement.name not in named
                and any(type(t) is Vector or (type(t) is Name and t.name in named) for t in postorder(statement.tree))
            ):
                named.add(statement.name)
        if len(named) == before:
            return named
