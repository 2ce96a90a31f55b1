"""The imaginary unit, which the language does not have: `e^(i x)`, `exp(1j*w*t)`. Read in two ways, it is an error.

Elsewhere i is a name as any other, and the answer says so.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Call, Name, Number, Unary, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from gradcli.text.tree import Statement, Tree

UNITS: Final = ("i", "j", "I")
_NUMBER: Final = pattern(r"(?<![\w.])[0-9.]+\Z")


def refuse_imaginary(name: str, statement: Statement, place: Tree) -> str:
    """Raise `ambiguous` for a name without a value that is the imaginary unit to some readers.

    Returns what the answer has to say of the name; "" where nobody would take it for that.
    """
    if name == "i":
        _refuse_unit_vectors(statement)
    text = statement.source.text
    number = _NUMBER.search(text, 0, place.start) if name in UNITS and text[place.start - 1 : place.start] else None
    if number is not None and (number[0] == "1" or "." in number[0]):  # nobody writes 1j for j
        raise _literal(name, number[0], statement, place)
    for exponent in _exponents(statement.tree):
        for term in _terms(exponent):
            factors = list(_factors(term))
            units = [factor for factor in factors if isinstance(factor, Name) and factor.name == name]
            if units:
                rest = [shown(factor) for factor in factors if factor is not units[0]]
                raise _refused(name, statement, units[0], rest if name in UNITS else [name[1:], *rest])
    said = name == "i" or (name == "j" and number is not None)
    return f"{name} is a variable; the imaginary unit is not part of the language" if said else ""


def _refuse_unit_vectors(statement: Statement) -> None:
    """Raise for `x i + y j + z k`: the unit vectors of space, or three numbers."""
    found: dict[str, str] = {}
    for sign, term in _signed_terms(statement.tree):
        factors = list(_factors(term))
        units = [factor.name for factor in factors if isinstance(factor, Name) and factor.name in _SPACE]
        if len(units) != 1 or units[0] in found:
            return
        rest = [shown(factor) for factor in factors if not (isinstance(factor, Name) and factor.name in _SPACE)]
        found[units[0]] = sign + ("*".join(f"({part})" if " " in part else part for part in rest) or "1")
    if set(found) in ({"i", "j"}, set(_SPACE)):
        entries = ", ".join(found[unit] for unit in _SPACE if unit in found)
        names = ", ".join(unit for unit in _SPACE if unit in found)
        raise GradcliError(
            "ambiguous", f"{names} read in two ways: unit vectors, or numbers",
            Span(statement.source, statement.tree.start, statement.tree.end),
            f"write [{entries}] for the vector, or give i a value with --at or --set",
        )  # fmt: skip


_SPACE: Final = ("i", "j", "k")


def _literal(name: str, number: str, statement: Statement, place: Tree) -> GradcliError:
    return GradcliError(
        "ambiguous", f"{number}{name} reads in two ways: a product with the variable {name}, or an imaginary number",
        Span(statement.source, place.start, place.end),
        f"write {number}*{name} for the product; functions are real here",
    )  # fmt: skip


def _refused(name: str, statement: Statement, place: Tree, angle: list[str]) -> GradcliError:
    parts = [f"({part})" if " " in part else part for part in angle if part != "1"]
    shown_angle = "*".join(parts) or "1"
    return GradcliError(
        "ambiguous", f"{name[:1]} reads in two ways: a variable, or the imaginary unit; functions are real here",
        Span(statement.source, place.start, place.end),
        f"write cos({shown_angle}) for the real part and sin({shown_angle}) for the imaginary part, or give {name} a "
        "value with --at or --set",
    )  # fmt: skip


def _exponents(root: Tree) -> Iterator[Tree]:
    """What stands above e, and in exp."""
    for tree in postorder(root):
        if isinstance(tree, Binary) and tree.op == "**" and isinstance(tree.left, Name) and tree.left.name == "e":
            yield tree.right
        elif isinstance(tree, Call) and tree.function == "exp" and len(tree.arguments) == 1:
            yield tree.arguments[0]


def _terms(root: Tree) -> Iterator[Tree]:
    stack = [root]
    while stack:
        tree = stack.pop()
        if isinstance(tree, Binary) and tree.op in ("+", "-"):
            stack += [tree.left, tree.right]
        elif isinstance(tree, Unary):
            stack.append(tree.operand)
        else:
            yield tree


def _signed_terms(root: Tree) -> Iterator[tuple[str, Tree]]:
    """The terms of a sum from left to right, each with `-` or nothing before it."""
    stack = [("", root)]
    while stack:
        sign, tree = stack.pop()
        if isinstance(tree, Binary) and tree.op in ("+", "-"):
            stack += [("-" if (tree.op == "-") != bool(sign) else "", tree.right), (sign, tree.left)]
        elif isinstance(tree, Unary):
            stack.append(("" if sign else "-", tree.operand))
        else:
            yield sign, tree


def _factors(root: Tree) -> Iterator[Tree]:
    """The factors of a product; of a fraction those above."""
    stack = [root]
    while stack:
        tree = stack.pop()
        if isinstance(tree, Binary) and tree.op == "*":
            stack += [tree.right, tree.left]
        elif isinstance(tree, Binary) and tree.op == "/":
            stack.append(tree.left)
            yield Binary("/", Number(1, False), tree.right, 0, 0, 0)
        elif isinstance(tree, Unary):
            stack.append(tree.operand)
        else:
            yield tree
