"""Implicit definitions: `y: x^2 + y^2 = 1 near 0.5` is `y = root(x^2 + y^2 - 1, y, 0.5)`."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.binders import bound_call
from gradcli.text.stack import Stack
from gradcli.text.tree import Binary, Call, Name, Number, Statement

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.tree import Tree

ENDS: Final = (kind.NEWLINE, kind.SEMICOLON, kind.END)
NEAR: Final = "near"
EXAMPLE: Final = "write the equation and a start: y: x^2 + y^2 = 1 near 0.5"


def read_equation(stack: Stack) -> Statement | None:
    """The statement of an equation behind a name and a colon; None where a declaration stands there.

    Raises `equation` where the start is missing, or something stands behind it.
    """
    first = stack.place
    end = first
    while stack.kinds[end] not in ENDS:
        end += 1
    words = range(first + 2, end)
    if not any(stack.kinds[here] == kind.EQUALS for here in words):
        return None
    near = next((here for here in words if stack.texts[here] == NEAR), None)
    name = stack.names[stack.texts[first]]
    if near is None:
        raise stack.error(first, f"an equation for {name} needs a start for its root", EXAMPLE, "equation")
    before, stack.kinds[near] = stack.kinds[near], kind.SEMICOLON
    stack.place = first + 2
    left = Stack.read_inner(stack)
    if stack.kinds[stack.place] != kind.EQUALS:
        raise stack.error(stack.place, "an equation has one '='", EXAMPLE, "equation")
    stack.place += 1
    right = Stack.read_inner(stack)
    if stack.place != near:
        raise stack.error(stack.place, "an equation has one '='", EXAMPLE, "equation")
    stack.kinds[near] = before
    stack.place = near + 1
    start = Stack.read_inner(stack)
    place = stack.starts[first], stack.ends[first]
    call = Call("root", (difference(left, right), Name(name, *place), start), (), place[1], *place)
    return Statement(name, bound_call(stack, call, ""), stack.source, *place)


def difference(left: Tree, right: Tree) -> Tree:
    """left - right, or left alone where the right side is 0."""
    if type(right) is Number and right.value == 0:
        return left
    return Binary("-", left, right, left.end, left.start, right.end)
