"""Whether the sides of a chain `f(x) = a = b` are the same function: one reading that everybody shares, or two."""

from __future__ import annotations

import shlex
from itertools import cycle

from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.rewrite import cut_out
from gradcli.text.tree import Binary, Call, Name, Number, Transpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script, Statement, Tree

    Numbers = dict[str, float | None]

VALUES: Final = ("0.7", "1.3", "0.45", "1.9", "0.85", "1.1", "0.6", "1.45", "0.95", "1.7")
"""What variables are set to; positive, so that logarithms and roots have values."""
PARTS: Final = ("0.7", "0.35", "0.45", "0.8", "0.15", "0.55", "0.6", "0.25", "0.9", "0.3")
"""The same between 0 and 1, for what is a probability."""
POINTS: Final = ((VALUES, 0), (VALUES, 3), (PARTS, 0), (PARTS, 4), (VALUES, 6), (VALUES, 2))
"""The values at each point, and where they begin; two points at which both sides have values are enough."""
SIZES: Final = (3, 2, 4)
CLOSE: Final = 1e-9


class SideNumbers(NamedTuple):
    """The value and the derivatives of one side, entry by entry."""

    value: float | None
    gradient: Numbers


def refuse_unequal_sides(
    script: Script, options: BuildOptions, points: Sequence[tuple[PointText, Source]]
) -> tuple[str, ...]:
    """What is to be said of chains whose sides agree; raises `sides` for a chain whose sides differ.

    The sides are compared, value and derivatives, at two points of ours. Where they differ there, and yet agree at
    the user's point, the first one is taken, and that is said.
    """
    notes: list[str] = []
    for statement in script.statements:
        for side in statement.sides[1:]:
            if not of_the_same_arrays(script, options, statement, side):
                if not (points and same_there(script, options, statement, side, points[0])):
                    raise unequal(statement, side)
                notes.append("the sides of the chain agree at this point and not everywhere: the first one is taken")
    return tuple(dict.fromkeys(notes))


def with_side(script: Script, statement: Statement, tree: Tree) -> Script:
    """The script with one side of a chain as the whole statement."""
    plain = statement._replace(tree=tree, sides=())
    return script._replace(
        statements=tuple(plain if s is statement else s._replace(sides=()) for s in script.statements)
    )


def of_the_same_arrays(script: Script, options: BuildOptions, statement: Statement, side: Tree) -> bool:
    """Whether a side is the same function; sides that need arrays of different shapes are not."""
    try:
        return same_function(script, options, statement, side)
    except GradcliError as error:
        if error.code not in ("shape", "point"):
            raise
        return False


def same_function(script: Script, options: BuildOptions, statement: Statement, side: Tree) -> bool:
    """Whether a side has the values and the derivatives of the first one, at two points where both have some."""
    scripts = [with_side(script, statement, tree) for tree in (statement.tree, side)]
    shapes: dict[str, tuple[int, ...]] = {}
    sizes = cycle(SIZES)
    letters: dict[str, int] = {}
    for one in scripts:
        try:
            mine = dims_of(one, options)
        except GradcliError as error:
            if error.code != "constant":
                raise
            return False  # a function and a number
        for name, dims in mine.items():
            if name not in options.settings:
                numbers = (
                    d if isinstance(d, int) else letters.setdefault(d, 0) or next_size(letters, d, sizes) for d in dims
                )
                shapes.setdefault(name, options.bound.get(name) or tuple(numbers))
    compared = 0
    for values, shift in POINTS:
        point = point_text(shapes, values, shift)
        found = [found_at(one, options, point) for one in scripts]
        if None in (found[0].value, found[1].value):
            continue  # log(t^2) = 2*log(t) is no claim about negative t
        if not agree(*found):
            return False
        compared += 1
        if compared == 2:
            break
    return compared > 0


def next_size(letters: dict[str, int], letter: str, sizes: cycle[int]) -> int:
    """A number for a letter that has none."""
    letters[letter] = next(sizes)
    return letters[letter]


def same_there(
    script: Script, options: BuildOptions, statement: Statement, side: Tree, point: tuple[PointText, Source]
) -> bool:
    """Whether both sides have one value, and one derivative by some variable, at the user's point."""
    first, second = (
        found_at(with_side(script, statement, tree), options, {e.name: e.tree for e in point[0].entries if e.name})
        for tree in (statement.tree, side)
    )
    common = [name for name in first.gradient if name in second.gradient]
    return close(first.value, second.value) and any(close(first.gradient[n], second.gradient[n]) for n in common)


def agree(first: SideNumbers, second: SideNumbers) -> bool:
    """Whether value and all derivatives are the same numbers; a variable that one side lacks has the derivative 0."""
    names = {*first.gradient, *second.gradient}
    return close(first.value, second.value) and all(
        close(first.gradient.get(name, 0.0), second.gradient.get(name, 0.0)) for name in names
    )


def close(first: float | None, second: float | None) -> bool:
    """Two numbers that are the same but for rounding; two that do not exist are no evidence."""
    return first is not None and second is not None and abs(first - second) <= CLOSE * (1 + abs(first))


# -------------------------------------------------------------------- numbers


def dims_of(script: Script, options: BuildOptions) -> Mapping[str, tuple[int | str, ...]]:
    """The sizes of all variables: () for a scalar, (n,) for a vector."""
    from gradcli.program.building.array_program import build_array_program
    from gradcli.program.building.program import build_program
    from gradcli.program.types.notation import has_arrays

    options = options._replace(wrt=None, scalar=False)
    arrays = has_arrays(script, options)
    program = build_array_program(script, options) if arrays else build_program(script, options)
    return {v.name: v.shape[:1] if v.shape[1:] == (1,) else v.shape for v in (*program.variables, *program.parameters)}


def point_text(shapes: Mapping[str, tuple[int, ...]], numbers: Sequence[str], shift: int) -> dict[str, Tree]:
    """Values of all variables."""
    from gradcli.text.parser import parse_expression

    values = cycle((*numbers[shift:], *numbers[:shift]))

    def entry(shape: tuple[int, ...]) -> str:
        rows = [
            "[" + ",".join(next(values) for _ in range(shape[-1])) + "]" for _ in range(shape[0] if shape[1:] else 1)
        ]
        return f"[{','.join(rows)}]" if shape[1:] else rows[0]

    texts = {name: entry(shape) if shape else next(values) for name, shape in shapes.items()}
    return {name: parse_expression(Source("value", text)) for name, text in texts.items()}


def found_at(script: Script, options: BuildOptions, values: Mapping[str, Tree]) -> SideNumbers:
    """The value and the derivatives at a point that may have names that this side lacks."""
    try:
        return scalar_found(script, options, values)
    except GradcliError as error:
        if error.code != "vector":
            raise
    squared = [
        s._replace(tree=Call("sum", (Binary("**", s.tree, Number(2)),))) if i == 0 else s
        for i, s in enumerate(script.statements)
    ]
    return scalar_found(script._replace(statements=tuple(squared)), options, values)


def scalar_found(script: Script, options: BuildOptions, values: Mapping[str, Tree]) -> SideNumbers:
    """The same for a scalar function."""
    from gradcli.derive.door import derivative_of
    from gradcli.derive.request import Request
    from gradcli.text.points import PointEntry, PointText
    from gradcli.text.tree import typed_shape

    mine = {name: tree for name, tree in values.items() if name in dims_of(script, options)}
    source = Source("value", "")
    point = PointText(tuple(PointEntry(name, tree, Span(source, 0, 0)) for name, tree in mine.items()), source)
    options = options._replace(
        bound={name: typed_shape(t) for name, t in mine.items()}, wrt=None, scalar=True, steps=False
    )
    (answer,) = derivative_of("grad", script, options, Request(((point, source),))).answers()
    return SideNumbers(answer.value, dict(flat(answer.gradient or {})))


def flat(gradient: Mapping[str, object]) -> list[tuple[str, float | None]]:
    """Every entry of a gradient with a label."""
    waiting = list(gradient.items())
    found: list[tuple[str, float | None]] = []
    while waiting:
        label, value = waiting.pop()
        if isinstance(value, list | tuple):
            waiting.extend((f"{label},{i}", part) for i, part in enumerate(value))
        else:
            found.append((label, value if isinstance(value, float) else None))
    return found


def unequal(statement: Statement, side: Tree) -> GradcliError:
    """The error of a chain whose sides differ, with both as texts."""
    text = statement.source.text
    latex = "$" in text or "\\" in text
    both = [cut_out(text, tree.start, tree.end) for tree in (statement.sides[0], side)]
    quoted = [shlex.quote(f"${one}$" if latex else one) for one in both]
    hint = f"give one of them alone: {both[0]} or {both[1]}"
    from gradcli.program.written.show import shown
    from gradcli.text.binders import used_names

    if isinstance(statement.sides[0], Transpose) and isinstance(statement.sides[0].operand, Name):  # y' = 2x
        hint = f"write the function in the place of FUNCTION: gradcli check FUNCTION {quoted[1]}"
    elif latex and len(both[0]) == 2 and both[0].isalpha():  # KE = ...
        hint += f"; \\text{{{both[0]}}} = ... is one name"
    elif used_names(side) <= used_names(statement.sides[0]):
        hint = (
            f"give one of them alone; gradcli check {quoted[0]} {quoted[1]}   asks whether the second is the derivative"
        )
    sides = [statement.sides[0], side]
    one_name = any(isinstance(tree, Name | Transpose) for tree in sides)
    if statement.name is None and not one_name and {"x", "y"} <= used_names(sides[0]) | used_names(side):
        equation = f"y: {shown(sides[0])} = {shown(side)} near 1; y"
        hint = f"write {equation}   for y by x, with a start for y; or one of the sides alone"
    return GradcliError(
        "sides",
        f"these sides are different functions: {both[0]} and {both[1]}",
        Span(statement.source, statement.sides[0].start, side.end),
        hint,
    )
