"""Functions that a header defines, `f(x, y) = ...`: their calls are replaced by their bodies."""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.rewrite import rewrite
from gradcli.text.tree import Call, Entry, Name, children, postorder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gradcli.text.tree import Statement, Tree


class HeadedFunction(NamedTuple):
    """A function with a header."""

    parameters: tuple[str, ...]
    body: Tree


def headed(statements: Sequence[Statement]) -> dict[str, Statement]:
    """The statements with a header, by name; a second one of the same name is an error."""
    found: dict[str, Statement] = {}
    for statement in statements:
        if statement.parameters is None or statement.name is None:
            continue
        if statement.name in found:
            place = Span(statement.source, statement.start, statement.end)
            hint = "give the second definition another name"
            raise GradcliError("duplicate", f"{statement.name!r} is defined twice", place, hint)
        found[statement.name] = statement
    return found


def indexes_its_parameters(statement: Statement) -> bool:
    """Whether a function's body has entries of its own arguments, which are resolved before it is called."""
    parameters = statement.parameters or ()
    names = {part.name for part in postorder(statement.tree) if isinstance(part, Name)}
    return any(name.rpartition("_")[0].rstrip("_") in parameters for name in names) or any(
        isinstance(part, Entry) for part in postorder(statement.tree)
    )


def with_calls(statements: Sequence[Statement], later: Collection[str] = ()) -> tuple[list[Statement], set[str]]:
    """The statements with calls of functions with a header replaced, and the names of those that were called.

    `later`: functions that are left alone.
    """
    headers = {name: s for name, s in headed(statements).items() if name not in later}
    calls = {id(s): called_in(s.tree, headers) for s in statements}
    called = {name for s in statements for name in calls[id(s)]}
    if not called:
        return list(statements), called
    bodies: dict[str, HeadedFunction] = {}
    for name in in_order(headers, calls):
        statement = headers[name]
        tree = put_in(statement, bodies)
        if name in called:
            tree = with_locals(statement._replace(tree=tree), statements)
        bodies[name] = HeadedFunction(statement.parameters or (), tree)
    result = []
    for s in statements:
        own = s.name in bodies and headers.get(s.name or "") is s
        tree = bodies[s.name].body if own and s.name is not None else put_in(s, bodies)
        sides = tuple(put_in(s._replace(tree=side), bodies) for side in s.sides)
        result.append(s._replace(tree=tree, sides=sides))
    return result, called


def bodies_of(statements: Sequence[Statement]) -> dict[str, HeadedFunction]:
    """The functions with a header, by name, with the calls of others put in."""
    inlined, _ = with_calls(statements)
    return {s.name: HeadedFunction(s.parameters, s.tree) for s in inlined if s.name and s.parameters is not None}


def with_locals(statement: Statement, statements: Sequence[Statement]) -> Tree:
    """The body of a function with the statements put in that its parameters change: `f(x) = u^2; u = 2*x`."""
    plain = {s.name: s.tree for s in statements if s.name is not None and s.parameters is None}
    plain = {name: tree for name, tree in plain.items() if name not in (statement.parameters or ())}
    uses = {name: {part.name for part in postorder(tree) if isinstance(part, Name)} for name, tree in plain.items()}
    changed = set(statement.parameters or ())
    while more := {name for name, used in uses.items() if name not in changed and used & changed}:
        changed |= more
    inner = {name: tree for name, tree in plain.items() if name in changed}
    tree, count = statement.tree, len(inner)
    sizes: dict[int, int] = {}

    def change(part: Tree) -> Tree:
        found = inner.get(part.name, part) if isinstance(part, Name) else part
        for here in postorder(found) if found is not part else (part,):
            sizes[id(here)] = 1 + sum(sizes.get(id(child), 1) for child in children(here))
        if sizes[id(found)] > limits.WRITTEN_OUT:
            place = Span(statement.source, statement.start, statement.end)
            message = f"calls of functions with a header may be written out to {limits.WRITTEN_OUT} parts"
            raise GradcliError("limit", message, place, "name the parts: u = f(x); y = u*u")
        return found

    while count and any(isinstance(part, Name) and part.name in inner for part in postorder(tree)):
        tree, count = rewrite(tree, change), count - 1
    return tree


def called_in(root: Tree, headers: Mapping[str, Statement]) -> list[str]:
    """The functions with a header that a tree calls."""
    return list(dict.fromkeys(t.function for t in postorder(root) if isinstance(t, Call) and t.function in headers))


def in_order(headers: Mapping[str, Statement], calls: Mapping[int, list[str]]) -> list[str]:
    """Functions before those that call them; one that calls itself is an error."""
    done: list[str] = []
    state: dict[str, bool] = {}
    stack = [(name, False) for name in headers]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            state[name] = True
            done.append(name)
        elif name not in state:
            state[name] = False
            stack.append((name, True))
            stack.extend((other, False) for other in calls[id(headers[name])])
        elif not state[name]:
            statement = headers[name]
            place = Span(statement.source, statement.start, statement.end)
            raise GradcliError(
                "cycle", f"{name!r} is defined by itself", place, "a definition may only use names defined without it"
            )
    return done


def put_in(statement: Statement, bodies: Mapping[str, HeadedFunction]) -> Tree:
    """A statement's tree with calls replaced; equal parts stay shared, their number is bounded."""
    sizes: dict[int, int] = {}
    kept: list[Tree] = []

    def change(tree: Tree) -> Tree:
        if isinstance(tree, Call) and tree.function in bodies:
            tree = substituted(tree, bodies[tree.function], statement)
            count_parts(tree)
        sizes[id(tree)] = 1 + sum(sizes.get(id(part), 1) for part in children(tree))
        kept.append(tree)
        if sizes[id(tree)] > limits.WRITTEN_OUT:
            place = Span(statement.source, statement.start, statement.end)
            message = f"calls of functions with a header may be written out to {limits.WRITTEN_OUT} parts"
            raise GradcliError("limit", message, place, "name the parts: u = f(x); y = u*u")
        return tree

    def count_parts(root: Tree) -> None:
        for part in postorder(root):
            if id(part) not in sizes:
                sizes[id(part)] = 1 + sum(sizes[id(inner)] for inner in children(part))
                kept.append(part)

    return rewrite(statement.tree, change)


def substituted(call: Call, function: HeadedFunction, statement: Statement) -> Tree:
    """The body with the arguments in place of the parameters."""
    if len(call.arguments) != len(function.parameters) or call.keywords:
        place = Span(statement.source, call.start, call.name_end or call.end)
        wanted, given = len(function.parameters), len(call.arguments) + len(call.keywords)
        hint = f"{call.function}({', '.join(function.parameters)})"
        raise GradcliError(
            "arity", f"{call.function} takes {wanted} argument{'s' * (wanted != 1)}, not {given}", place, hint
        )
    values = dict(zip(function.parameters, call.arguments, strict=True))
    return rewrite(function.body, lambda tree: values.get(tree.name, tree) if isinstance(tree, Name) else tree)
