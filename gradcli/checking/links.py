"""The links of a chain in an answer: ∂u/∂x and du/dx of a statement u of the function, ∂f/∂u of f(u, v)."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.program.forms import scalars
from gradcli.program.graph import Node, order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Call, Name, postorder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.program.building.program import EntryProgramBuilder
    from gradcli.program.scalarize.entries import Cells

MOVED = "the moved "
NOTHING = "is the derivative of nothing that is written here"


def link_of(
    builder: EntryProgramBuilder, name: str, counts: Mapping[str, int], is_abstract: bool, is_total: bool
) -> Node | str:
    """The derivative of an abstract function by statements that are its arguments, or of a statement by a name.

    counts     how often is differentiated by each name;  is_abstract: `name` is called as an abstract function
    is_total   du/dx, which counts what passes through other names, too

    Words where there is none.
    """
    if is_abstract:
        return abstract_link(builder, name, counts)
    (by, times), *others = counts.items()
    return NOTHING if others or times != 1 else statement_link(builder, name, by, is_total)


def abstract_link(builder: EntryProgramBuilder, name: str, counts: Mapping[str, int]) -> Node | str:
    """∂f/∂u of the one f(u, v) that is written with these names."""
    found = set()
    for statement in builder.resolved.order:
        for part in postorder(statement.tree):
            if type(part) is Call and part.function == name:
                names = [item.name if type(item) is Name else "" for item in part.arguments]
                values = [builder.read(item, statement.source) for item in part.arguments]
                args = tuple(value for value in values if isinstance(value, Node))
                if set(counts) <= set(names) and len(args) == len(values):
                    orders = tuple(counts.get(item, 0) for item in names)
                    found.add(scalars.abstract(builder.graph, name, args, orders))
    return found.pop() if len(found) == 1 else "has several readings" if found else NOTHING


def statement_link(builder: EntryProgramBuilder, name: str, by: str, is_total: bool) -> Node | str:
    """The derivative of a statement by a name that it uses, or where it uses it only through others, by these.

    ∂u/∂x is that of the statement alone, its other names held.
    """
    value = builder.lookup(by)
    statements = builder.resolved.order
    place = next((i for i, s in enumerate(statements) if (s.name or "f") == name), None)
    if place is None or not isinstance(value, Node) or by == name:
        return NOTHING
    moved = scalars.variable(builder.graph, MOVED + by)
    alone = {**builder.full, by: moved}
    own = read_in(builder, alone, place)
    if is_total or (isinstance(own, Node) and moved not in order([own])):
        for i, statement in enumerate(statements[:place]):
            if statement.name is not None and statement.name != by:
                alone[statement.name] = read_in(builder, alone, i)
        own = read_in(builder, alone, place)
    if not isinstance(own, Node):
        return NOTHING
    (slope,) = Reverse(builder.graph, [MOVED + by]).gradient(own)
    (link,) = replace(builder.graph, [slope], {moved: value})
    if by in builder.inputs and any(statements[place] is output for output in builder.resolved.outputs):
        whole = read_in(builder, builder.full, place)
        if isinstance(whole, Node) and Reverse(builder.graph, [by]).gradient(whole) == [link]:
            return "is what is asked for: as an answer it says nothing"
    return link


def read_in(builder: EntryProgramBuilder, names: Mapping[str, Node | Cells], place: int) -> Node | Cells:
    """The value of a statement where its names stand for these."""
    statement = builder.resolved.order[place]
    return builder.read(statement.tree, statement.source, lambda name: builder.look_in(names, name))
