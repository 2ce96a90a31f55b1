"""Shapes that a row of an array function writes, `n,n; n,k -> n,k`: its letters are unified with sizes that come."""

from __future__ import annotations

from functools import cache

from gradcli.problems import GradcliError
from gradcli.program.dimensions import inner_mismatch, mismatch, not_square, polynomial, show, times
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules.arrays import ARRAY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.program.dimensions import Dims, Size
    from gradcli.program.types.inference import Inference
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.text.tree import Call, Tree

    Sizes = tuple[str, ...]


class Shapes(NamedTuple):
    """The shapes of a row: of each argument, and of the value. One size alone counts the entries of any array."""

    arguments: tuple[Sizes, ...]
    value: Sizes


@cache
def written_shapes(text: str) -> Shapes:
    """`n,n; n,k -> n,k` as sizes."""
    before, _, after = text.partition("->")
    return Shapes(tuple(sizes(part) for part in before.split(";")), sizes(after))


def sizes(text: str) -> Sizes:
    """`n,k` as two texts, nothing for a scalar."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def shaped(solver: Inference, tree: Call, row: ArrayRule) -> Any:
    """The shape of a call: those of its arguments must be as the row has them.

    Errors: `shape` names the shapes that do not fit, `arity` another number of arguments.
    """
    wanted = written_shapes(row.shape)
    found = argument_shapes(solver, tree, wanted)
    known: dict[str, Size] = {}
    for i, (names, shape) in enumerate(zip(wanted.arguments, found, strict=True)):
        counted = (times(*shape),) if len(names) == 1 else shape
        for name, size in zip(names, counted, strict=True):
            if not solver.dims.equal(known.setdefault(name, int(name) if name.isdigit() else size), size):
                raise misfit(solver, row, wanted, found, i)
    if len(wanted.value) == 1:
        solver.flat.add(id(tree))
    if wanted.value and len(tree.arguments) > 1 and wanted.value == wanted.arguments[-1]:
        return solver.like(tree, tree.arguments[-1]) or found[-1]
    return value_shape(wanted, {name: solver.dims.find(size) for name, size in known.items()})


def first(tree: Call) -> Tree:
    """The first argument."""
    if not tree.arguments:
        raise GradcliError("arity", f"{tree.function} takes an array as its argument", hint=f"{tree.function}(x)")
    return tree.arguments[0]


def argument_shapes(solver: Inference, tree: Call, wanted: Shapes) -> list[Dims]:
    """The shapes of all arguments, which are arrays."""
    count = len(wanted.arguments)
    if count == 1:
        square = wanted.arguments[0] == ("n", "n")
        return [solver.array(first(tree), f"{tree.function} takes {'a square matrix' if square else 'an array'}")]
    if len(tree.arguments) != count:
        message = f"{tree.function} takes {count} arguments, not {len(tree.arguments)}"
        raise GradcliError("arity", message, hint=f"write {ARRAY_NAMES[tree.function].example}")
    what = f"{tree.function} takes {'two' if count == 2 else count} arrays"
    return [solver.array(side, what) for side in tree.arguments]


def misfit(solver: Inference, row: ArrayRule, wanted: Shapes, found: list[Dims], place: int) -> GradcliError:
    """The error for arguments that do not fit, as it is said best: not square, of other inner sizes, of other sizes."""
    shapes = [solver.dims.shape(shape) for shape in found]
    names = wanted.arguments[place]
    if len(names) == 2 and names[0] == names[1] and not solver.dims.equal(*found[place]):
        return not_square(row.name, shapes[place])
    if any(part.isdigit() for part in names):
        words = f"two vectors of {names[0]} entries" if set(wanted.arguments) == {(names[0], "1")} else row.shape
        return GradcliError("shape", f"{row.name} needs {words}, not {' and '.join(map(show, shapes))}")
    if place == 1 and len(names) == 2 and names[0] == wanted.arguments[0][-1]:
        return inner_mismatch(shapes[0], shapes[1])
    return mismatch(shapes[0], shapes[place])


def value_shape(wanted: Shapes, known: Mapping[str, Size]) -> Any:
    """The shape of the value, for the sizes that the letters of the row have. A column has one size.

    Errors: `shape` for a smaller of two sizes that letters do not tell.
    """
    found = [size_of(text, known) for text in wanted.value]
    if len(found) == 1:
        found.append(1)
    return tuple(found)


def size_of(text: str, known: Mapping[str, Size]) -> Size:
    """A size of a row: a product of letters, or the smaller one of two, `min(m n)`."""
    if text.startswith("min("):
        return smaller(*(known[letter] for letter in text[4:-1].split()))
    ((letters, factor),) = polynomial(text).items()
    result: Size = factor
    for letter in letters:
        result = times(result, known[letter])
    return result


def smaller(first: Size, second: Size) -> Size:
    """The smaller size."""
    if first == second:
        return first
    if isinstance(first, int) and isinstance(second, int):
        return min(first, second)
    message = (
        f"as many singular values as the smaller one of {first} and {second}, and which one that is letters do not say"
    )
    raise GradcliError("shape", message, hint="give the sizes in numbers, as in --shape X=3,2")


def concrete_shape(row: ArrayRule, shapes: list[Any]) -> Any:
    """The shape of the value for arguments of these shapes, which fit."""
    wanted = written_shapes(row.shape)
    known: dict[str, Size] = {}
    for names, shape in zip(wanted.arguments, shapes, strict=True):
        known.update(zip(names, (times(*shape),) if len(names) == 1 else shape, strict=True))
    return value_shape(wanted, known)
