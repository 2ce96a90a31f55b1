"""Functions by name, for every kind of values: rows entry by entry, those of arrays, those that only SymPy knows."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make
from gradcli.program.types.walk import keyword
from gradcli.records import TYPE_CHECKING, cast
from gradcli.rules import ARRAY_NAMES, NAMES, RULES
from gradcli.rules.array_rule import ArrayRule
from gradcli.text.binders import BINDERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from gradcli.problems import Span
    from gradcli.program.building.values import Kind, Shaped, Values
    from gradcli.program.graph import Node
    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Call


def apply(values: Values[Kind], tree: Call, args: Sequence[Kind | str], place: Span) -> Kind:
    """The value of a function by its name. A variadic row of one argument (max(x)) is a function of an array."""
    name = tree.function
    if name in BINDERS:
        return values.bind(name, numbers(name, args, place))
    rule = RULES.get(NAMES.get(name, ""))
    if rule is not None and not (rule.variadic and len(args) == 1):
        refuse_keywords(tree, place)
        return apply_rule(values, rule, numbers(name, args, place), place)
    row = ARRAY_NAMES.get(rule.name if rule is not None else name)
    if row is None:
        refuse_keywords(tree, place)
        return apply_fallback(values, name, numbers(name, args, place), place)
    if tree.keywords and "axis" not in row.options:
        refuse_keywords(tree, place)
    if "order" in row.options:
        return norm(values, tree, args, place)
    if row.kind in ("reduce", "map"):
        return along(values, row, tree, args, place)
    if row.kind == "stack":
        return concat(values, tree, args, place)
    return of_arrays(values, row, args, place)


def refuse_keywords(tree: Call, place: Span) -> None:
    """Raise `arity` for a keyword where the function takes none."""
    for word, _ in tree.keywords:
        message = f"{tree.function} takes no argument called {word!r}"
        called = f"{tree.function}({', '.join('xyzuvw'[: len(tree.arguments)])})"
        raise GradcliError("arity", message, place, f"write {called}, or the formula of what is meant")


def numbers(name: str, args: Sequence[Kind | str], place: Span) -> list[Kind]:
    """The arguments, none of them a quoted word."""
    found = [value for value in args if not isinstance(value, str)]
    if len(found) != len(args):
        raise GradcliError("arity", f"{name} takes numbers, not quoted words", place)
    return found


def arity_error(name: str, least: int, most: int, found: int, place: Span, args: Sequence[str]) -> GradcliError:
    """The error for a wrong number of arguments: the function and the number are named."""
    wanted = str(least) if least == most else f"{least} to {most}"
    noun = "argument" if most == 1 else "arguments"
    return GradcliError("arity", f"{name} takes {wanted} {noun}, not {found}", place, f"{name}({', '.join(args)})")


# ------------------------------------------------------------------------------- entry by entry


def apply_rule(values: Values[Kind], rule: Rule, args: list[Kind], place: Span) -> Kind:
    """A row's function; variadic ones are folded into nested pairs, trailing defaults are filled in."""
    least, most = len(rule.args) - len(rule.optional), len(rule.args)
    if rule.variadic and len(args) >= 2:
        return make.in_pairs(args, lambda left, right: spread_call(values, rule, [left, right]))
    if not least <= len(args) <= most:
        raise arity_error(rule.name, least, most, len(args), place, rule.args)
    for text in rule.optional[len(args) - least :]:
        args.append(cast("Kind", make.rule_text(values.graph, text, {})))
    values.note(rule.name, args)
    return spread_call(values, rule, args)


def spread_call(values: Values[Kind], rule: Rule, args: Sequence[Kind]) -> Kind:
    """A row's function of arguments whose shapes fit."""
    return values.call(rule, args, shape_of_all(args))


def shape_of_all(args: Sequence[Shaped]) -> Any:
    """The shape in which the shapes of the arguments fit."""
    shape: Any = ()
    for value in args:
        if value.shape:
            from gradcli.program.dimensions import spread_shape

            shape = spread_shape(shape, value.shape)
    return shape


def apply_fallback(values: Values[Kind], name: str, args: list[Kind], place: Span) -> Kind:
    """A function that only SymPy knows, through a rule made from its answers."""
    from gradcli.cas.rows import FALLBACK, fallback_rule, written_out
    from gradcli.program.names import unknown_function

    if name not in FALLBACK:
        raise unknown_function(name, place)
    rule = fallback_rule(name, len(args))
    if rule is None:
        raise GradcliError("arity", f"{name} does not take {len(args)} arguments", place, FALLBACK[name])
    degree = cast("Node", args[-1])
    product = written_out(name, degree.data) if degree.op == "number" else ""
    if product:
        row = ArrayRule(name, rule.args[:-1], "", "", "", means=product)
        return values.operation(row, args[:-1], place)
    values.graph.estimated = True
    return apply_rule(values, rule, args, place)


# ------------------------------------------------------------------------------- of arrays


def array(values: Values[Kind], name: str, value: Kind | str, place: Span) -> Kind:
    """The argument as an array; a scalar is an array of one entry, unless it may be a variable without a size."""
    if isinstance(value, str):
        raise GradcliError("arity", f"{name} takes an array, not a quoted word", place)
    if value.shape:
        return value
    node = cast("Node", value)
    if node.op == "variable" and not values.inferred and node.data not in values.graph.singles:
        raise GradcliError(
            "shape",
            f"{name} needs a vector or matrix, and {node.data} has no size here",
            place,
            f"give it one: --shape {node.data}=3, or a value: --at {node.data}=[1,2,3]",
        )
    return values.one_entry(value)


def axis_of(tree: Call, place: Span) -> int | None:
    """The keyword axis, 0 or 1; None where it is not given."""
    try:
        return keyword(tree, "axis")
    except GradcliError as error:
        error.span = place
        raise


def along(values: Values[Kind], row: ArrayRule, tree: Call, args: Sequence[Kind | str], place: Span) -> Kind:
    """A reduction or a map of one array, of all entries or along an axis."""
    name, axis = row.name, axis_of(tree, place)  # the last one, -1, is that of a vector that is written out
    if not args:
        raise GradcliError("arity", f"{name} takes an array as its argument", place, f"{name}(x) or {name}([a, b])")
    if len(args) > 1:
        raise arity_error(name, 1, 1, len(args), place, ("x",))
    found = array(values, name, args[0], place)
    if axis == -1:
        axis = 0 if found.shape[1] == 1 else 1
    if axis is None and row.kind == "map":
        axis = 0 if found.shape[1] == 1 else 1
        if 1 not in found.shape:
            hint = f"{name}(X, axis=1) for each row, {name}(X, axis=0) for each column"
            raise GradcliError("arity", f"{name} of a matrix needs an axis", place, hint)
    if axis is not None and found.shape[1 - axis] == 1 and row.kind == "reduce":
        axis = None
    return values.along(row, found, axis, place)


def norm(values: Values[Kind], tree: Call, args: Sequence[Kind | str], place: Span) -> Kind:
    """norm(x), norm(x, 1), norm(x, inf), norm(X, "fro"), norm(X, "nuc"), norm(X, axis=0)."""
    if not 1 <= len(args) <= 2:
        raise arity_error("norm", 1, 2, len(args), place, ("x", "order"))
    found = array(values, "norm", args[0], place)
    axis = axis_of(tree, place)
    if axis is not None and found.shape[1 - axis] == 1:  # of one row or column: the norm of a vector
        found, axis = values.transpose(found) if axis else found, None
    if len(args) == 2 and is_power(args[1]) and (axis is not None or 1 in found.shape):
        return values.operation(POWERS[axis], [found, cast("Kind", args[1])], place)
    order = norm_order(args[1], place) if len(args) == 2 else ""
    return values.norm(found, order, axis, place)


POWERS: Final = {
    axis: ArrayRule("norm of order p", ("x", "p"), "", "", "", means=f"sum(abs(x)**p{along})**(1/p)")
    for axis, along in ((None, ""), (0, ", axis=0"), (1, ", axis=1"))
}
"""The norm of order p of a vector, of the columns and of the rows of a matrix."""


def is_power(value: Any) -> bool:
    """Whether the order of a norm is a number p > 2, or a letter: ‖x‖_0 counts entries, and is no norm."""
    if isinstance(value, str) or value.shape or (value.op == "constant" and value.data == "inf"):
        return False
    return bool(value.op != "number" or (value.data > 1 and value.data != 2))


def norm_order(value: Any, place: Span) -> str:
    """The order of a norm: 1, 2, inf, fro or nuc."""
    if value in ("fro", "nuc"):
        return str(value)
    if not isinstance(value, str) and not value.shape:
        if value.op == "constant" and value.data == "inf":
            return "inf"
        if value.op == "number" and value.data in (1, 2):
            return str(value.data)
    raise GradcliError(
        "arity",
        'the order of a norm is 1, 2, inf, "fro" or "nuc", that of a vector a number from 1 on',
        place,
        'norm(x, 1), norm(x, 3), norm(X, "fro"); of all entries of a matrix sum(abs(X)**p)**(1/p)',
    )


def concat(values: Values[Kind], tree: Call, args: Sequence[Kind | str], place: Span) -> Kind:
    """concat(x, y, ...): downwards, or side by side with axis=1; a scalar is one entry more."""
    axis = axis_of(tree, place) or 0
    if not args:
        raise GradcliError("arity", "concat takes at least one array", place, "concat(x, y)")
    found = numbers("concat", args, place)
    alone = not any(value.shape for value in found)
    arrays = [
        array(values, "concat", value, place) if alone or value.shape else values.one_entry(value) for value in found
    ]
    return values.concat(arrays, axis)


def of_arrays(values: Values[Kind], row: ArrayRule, args: Sequence[Kind | str], place: Span) -> Kind:
    """A function whose arguments are all arrays: their number is checked, errors stand at its name."""
    if len(args) != len(row.args):
        raise arity_error(row.name, len(row.args), len(row.args), len(args), place, row.args)
    found = [array(values, row.name, value, place) for value in args]
    try:
        if row.entry and found[0].shape == (1, 1):
            return of_one_entry(values, row, values.only(found[0]))
        return values.operation(row, found, place)
    except GradcliError as error:
        error.span = error.span or place
        raise


def of_one_entry(values: Values[Kind], row: ArrayRule, entry: Kind) -> Kind:
    """The value for a matrix of one entry, a matrix again where the function gives one."""
    found = cast("Kind", make.rule_text(values.graph, row.entry, {row.args[0]: cast("Node", entry)}))
    return values.one_entry(found) if row.shape.partition("->")[2].strip() else found
