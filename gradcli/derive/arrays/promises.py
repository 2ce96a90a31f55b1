"""What a declaration promises of a value: `S: n,n positive definite`, `y: one-hot n`; what breaks it is an error."""

from __future__ import annotations

from fractions import Fraction

from gradcli.derive.layouts import index_of, mirrored
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Data, Number, Unary, Vector, postorder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gradcli.program.graph import Node
    from gradcli.text.tree import Declaration, Tree

LARGEST = 60
"""Rows up to which a matrix is eliminated in exact numbers."""


def require_promised(declaration: Declaration, values: Mapping[str, Tree]) -> None:
    """Raise `point` for a value that is not as its name was declared; entries that are no plain numbers are let be."""
    value, name = values.get(declaration.name), declaration.name
    if type(value) is Data and declaration.promise and value.numbers.size <= LARGEST**2:
        value = value.listed()
    if not declaration.promise or not isinstance(value, Vector):
        return
    if declaration.promise == "one-hot":
        entries = [number(item) for item in value.items]
        if None not in entries and (set(entries) - {0, 1} or entries.count(Fraction(1)) != 1):
            message = f"{name} is declared one-hot, and its value has other entries than one 1 and zeros"
            raise GradcliError("point", message, hint=f"give one 1 and zeros, or declare {name}: {len(entries)}")
        return
    rows = [[number(item) for item in row.items] for row in value.items if isinstance(row, Vector)]
    if len(rows) != len(value.items) or any(len(row) != len(rows) or None in row for row in rows):
        return
    if len(rows) <= LARGEST and not is_positive(rows):  # type: ignore[arg-type]
        message = f"{name} is declared positive definite, and its value is not"
        raise GradcliError("point", message, hint=f"give a positive definite value, or declare {name}: n,n symmetric")


def require_symmetric(names: Collection[str], values: Mapping[str, Node]) -> None:
    """Raise `point` for a symmetric matrix whose value, by entries, is not symmetric."""
    for entry, node in values.items() if names else ():
        twin = mirrored(entry, names)
        if twin is not None and values.get(twin, node) is not node:
            name, (row, column) = entry.partition("[")[0], index_of(entry)[1] or ()
            message = f"{name} is declared symmetric, and entries {row},{column} and {column},{row} of its value differ"
            raise GradcliError("point", message, hint="give a symmetric value, or leave --symmetric away")


def number(root: Tree) -> Fraction | None:
    """The value of a number, perhaps with a sign or as a fraction; None for anything else."""
    found: dict[int, Fraction] = {}
    for tree in postorder(root):
        if isinstance(tree, Number):
            found[id(tree)] = Fraction(tree.value)
        elif isinstance(tree, Unary) and tree.op == "-" and id(tree.operand) in found:
            found[id(tree)] = -found[id(tree.operand)]
        elif isinstance(tree, Binary) and tree.op == "/" and found.get(id(tree.right)):
            found[id(tree)] = found[id(tree.left)] / found[id(tree.right)]
        else:
            return None
    return found[id(root)]


def is_positive(matrix: Sequence[Sequence[Fraction]]) -> bool:
    """Are all pivots of a symmetric matrix positive?"""
    rows = [list(row) for row in matrix]
    for i, row in enumerate(rows):
        if row[i] <= 0:
            return False
        for below in rows[i + 1 :]:
            factor = below[i] / row[i]
            for j in range(i, len(rows)):
                below[j] -= factor * row[j]
    return True
