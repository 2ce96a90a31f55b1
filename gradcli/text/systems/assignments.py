"""The lines of the body of a function, one after the other: `x, y = p`, `loss += ...`, names that are given again."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.foreign import bodies
from gradcli.text.statements import read_statement

if TYPE_CHECKING:
    from gradcli.text.stack import Stack
    from gradcli.text.tree import Statement


def read_assignment(stack: Stack, statements: list[Statement], body: DefBody | None) -> DefBody | None:
    """Add the statements of `x, y = ...` or `x += ...`, or of what else stands here."""
    several = bodies.tuple_statements(stack) if stack.kinds[stack.place + 1] == kind.COMMA else None
    added = bodies.augmented(stack) if several is None else None
    if added is not None:
        defined = {name for name in (added.name, *(s.name for s in statements)) if name}
        statements.append(bodies.renamed(stack, added, body.names if body and added.name in body.names else defined))
        return body
    for statement in several or [read_statement(stack)]:
        statements.append(statement)
        if stack.header is not None or body is not None:
            body = in_body(stack, statements, body)
    return body


class DefBody(NamedTuple):
    """The body of a `def` that is being read: the names it has, and what the names of the text meant before it."""

    names: set[str]
    before: dict[str, str]


def in_body(stack: Stack, statements: list[Statement], body: DefBody | None) -> DefBody | None:
    """The statement just read under a name of its own, as lines are done one by one; None where the body ends."""
    if body is not None and stack.header is None:  # its return
        stack.names.update(body.before)
        return None
    if stack.header is None:
        return None
    if body is None:
        names = {stack.header.name, *(stack.header.parameters or ()), *(s.name for s in statements[:-1])}
        body = DefBody({name for name in names if name}, dict(stack.names))
    statements[-1] = bodies.renamed(stack, statements[-1], body.names)
    return body
