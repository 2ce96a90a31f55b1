"""Points: what was typed at --at becomes a value for every variable."""

from __future__ import annotations

from gradcli.problems import GradcliError, Source, Span
from gradcli.program.building.constants import constant_entries
from gradcli.program.graph import Node
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import typed_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Program, Variable
    from gradcli.program.scalarize.entries import Cells
    from gradcli.text.points import PointText
    from gradcli.text.tree import Tree


class Point(NamedTuple):
    """One whole point.

    values   every scalar variable and constant, entries of arrays included (`x`, `x[0]`) -> a node without variables
    trees    what was typed for each variable, for saying where the answer is
    """

    values: Mapping[str, Node]
    trees: Mapping[str, Tree]


def bind_point(program: Program, text: PointText, source: Source) -> Point:
    """The point that a text gives: in variable order, or by name. Too few, too many and unknown names are errors."""
    wanted = [*program.variables, *program.parameters]
    named = name_values(wanted, text, source, set(program.constants))
    values: dict[str, Node] = dict(program.constants)
    trees: dict[str, Tree] = {}
    for variable in wanted:
        tree = named[variable.name]
        trees[variable.name] = tree
        values.update(constant_entries(program.graph, variable.name, tree, input_of(program, variable)))
    for name, node in values.items():
        refuse_infinite(name, node)
    return Point(values, trees)


def input_of(program: Program, variable: Variable) -> Node | Cells:
    """The node of a scalar variable, or the cells of an array."""
    if not variable.shape:
        return program.graph.intern("variable", (), variable.name)
    from gradcli.program.scalarize.operators import variable_cells

    rows, columns = variable.shape
    return variable_cells(program.graph, variable.name, (int(rows), int(columns)))


def name_values(wanted: Sequence[Variable], text: PointText, source: Source, constants: set[str]) -> dict[str, Tree]:
    """Values by variable: names as given, or in variable order."""
    entries = text.entries
    if any(entry.name is None for entry in entries):
        return ordered_values(wanted, text, source)
    known = {variable.name for variable in wanted}
    for entry in entries:
        if entry.name in constants:
            raise GradcliError(
                "option", f"{entry.name!r} is both in --set and in --at", entry.span, "give it one value only"
            )
        if entry.name not in known:
            from gradcli.program.written.glued import variables_hint

            name = str(entry.name)
            hint = variables_hint(name, [variable.name for variable in wanted])
            raise GradcliError("point", f"the function has no variable {name[:40]!r}", entry.span, hint)
    found = {str(entry.name): entry.tree for entry in entries}
    missing = [variable.name for variable in wanted if variable.name not in found]
    if missing:
        names = ", ".join(missing[:8]) + (", …" if len(missing) > 8 else "")
        raise GradcliError(
            "point",
            f"the point gives no value for {names}",
            whole(source),
            f"every variable needs a value; --set {missing[0]}=... holds one constant",
        )
    return found


def shapes_at(program: Program, text: PointText, source: Source) -> dict[str, tuple[int, ...]]:
    """The shape of what a point gives each variable and parameter, whether by name or in order."""
    wanted = [*program.variables, *program.parameters]
    shapes = [typed_shape(entry.tree) if entry.name is None else None for entry in text.entries]
    if len(wanted) == 1 < len(shapes) and wanted[0].shape[1:] == (1,) and all(shape == () for shape in shapes):
        return {wanted[0].name: (len(shapes),)}
    values = name_values(wanted, text, source, set(program.settings))
    return {name: typed_shape(tree) for name, tree in values.items()}


def ordered_values(wanted: Sequence[Variable], text: PointText, source: Source) -> dict[str, Tree]:
    """Values in variable order; a single array variable takes the numbers as its entries."""
    count, have = len(wanted), len(text.entries)
    if count == 1 and wanted[0].shape and have == wanted[0].shape[0] and wanted[0].shape[1] == 1 and have > 1:
        from gradcli.text.tree import Vector

        return {wanted[0].name: Vector(tuple(entry.tree for entry in text.entries))}
    if have == 1 and not any(variable.shape for variable in wanted):
        from gradcli.text.tree import Vector

        listed = text.entries[0].tree
        if type(listed) is Vector and len(listed.items) == count:  # (1, 2) and [1, 2] say the same as 1,2
            return {variable.name: tree for variable, tree in zip(wanted, listed.items, strict=True)}
    if count != have:
        from gradcli.text.points import has_decimal_comma

        names = ", ".join(v.name for v in wanted[:8]) + (", …" if count > 8 else "")
        place = text.entries[count].span if have > count else whole(source)
        values = "1 value" if have == 1 else f"{have} values"
        variables = "1 variable" if count == 1 else f"{count} variables"
        hint = f"the order is {names}"
        spaced = have == 2 * count and "," in source.text and " " in source.text.replace(", ", ",")
        if spaced or has_decimal_comma(source.text):
            other = ", and several points as several options" if ";" in source.text else ""
            hint = f"write a point in a decimal, as in 0.5{other}; {hint}"
        elif have == 2 and count == 1 and source.text.count(",") == 1:
            hint = f"write {source.text.replace(',', '.').strip()} for a decimal; {hint}"
        elif have < count:
            hint += f"; --set {wanted[-1].name}=... holds one constant"
        raise GradcliError("point", f"the point has {values} for {variables}", place, hint)
    return {variable.name: entry.tree for variable, entry in zip(wanted, text.entries, strict=True)}


def whole(source: Source) -> Span | None:
    """The whole text as a place, if it is short enough to be shown."""
    return Span(source, 0, len(source.text)) if 0 < len(source.text) <= 200 else None


def refuse_infinite(name: str, node: Node) -> None:
    """A coordinate must be a finite number."""
    from gradcli.program.graph import order

    if any(part.op == "constant" and part.data == "inf" for part in order([node])):
        raise GradcliError("point", f"the value of {name} is not finite", hint="a point has finite coordinates")


def named_direction(variables: Sequence[Variable], text: PointText, source: Source) -> dict[str, Tree]:
    """A direction (--along) by variable, as it was typed: by name, where some may be missing, or in order."""
    entries = text.entries
    if any(entry.name is None for entry in entries):
        return ordered_values(variables, text, source)
    known = {variable.name for variable in variables}
    for entry in entries:
        if entry.name not in known:
            raise GradcliError("option", f"--along: the function has no variable {str(entry.name)[:40]!r}", entry.span)
    return {str(entry.name): entry.tree for entry in entries}


def zeros(variable: Variable) -> Tree:
    """No direction, in the shape of the variable."""
    from gradcli.text.tree import Number, Vector

    if not variable.shape:
        return Number(0)
    rows, columns = map(int, variable.shape)
    return Vector((Number(0) if columns == 1 else Vector((Number(0),) * columns),) * rows)


def bind_direction(program: Program, text: PointText, source: Source) -> Point:
    """A direction: a value for each variable to differentiate by; variables that are not named stay still."""
    named = named_direction(program.variables, text, source)
    values: dict[str, Node] = {}
    for variable in program.variables:
        tree = named.setdefault(variable.name, zeros(variable))
        values.update(constant_entries(program.graph, variable.name, tree, input_of(program, variable)))
    for name, node in values.items():
        refuse_infinite(name, node)
    return Point(values, named)
