"""Sizes and subscripts: whole numbers, letters, sums and products of these; slices with a step."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.dimensions import plus, times
from gradcli.program.rationals import WHOLE_NUMBERS
from gradcli.records import TYPE_CHECKING, NamedTuple, Protocol
from gradcli.text.tree import Binary, Index, Name, Number, Slice, Text, Unary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gradcli.problems import Source, Span
    from gradcli.program.dimensions import Dimensions, Dims, Size
    from gradcli.program.types.inference import Inference
    from gradcli.text.tree import Call, Tree


class Sizes(Protocol):
    """What sizes and subscripts may name: whole numbers, letters; and where an error stands."""

    numbers: Mapping[str, int]
    dims: Dimensions
    source: Source | None

    @property
    def letters(self) -> Collection[str]:
        """Names that are sizes."""

    def place(self, tree: Tree) -> Span:
        """Where a part stands."""


class Picked(NamedTuple):
    """Entries `low` up to `high` (not included), every `step`-th; `size` of them."""

    low: Size
    high: Size
    size: Size
    step: int = 1

    @property
    def positions(self) -> range:
        """The positions, where all bounds are numbers."""
        assert isinstance(self.low, int)
        assert isinstance(self.high, int)
        return range(self.low, self.high, self.step)


def sizes_of_call(solver: Sizes, tree: Call) -> list[Size]:
    """The sizes of eye(n), ones(m, n), zeros(n), commutation(m, n). Raises `arity` for another number of them."""
    sizes = [size_of_tree(solver, arg) for arg in tree.arguments]
    most = 1 if tree.function == "eye" else 2
    if not 1 <= len(sizes) <= most or (tree.function == "commutation" and len(sizes) != 2):
        takes = "2 sizes" if tree.function == "commutation" else "1 size" if most == 1 else "1 or 2 sizes"
        hint = "eye(n), ones(m, n), zeros(3)"
        raise GradcliError("arity", f"{tree.function} takes {takes}, not {len(sizes)}", solver.place(tree), hint)
    least = min(size for size in (*sizes, 1) if isinstance(size, int))
    if least < 1:
        message = f"{tree.function} needs sizes of at least 1, not {least}"
        raise GradcliError("shape", message, solver.place(tree))
    return sizes


def size_of_tree(solver: Sizes, tree: Tree) -> Size:
    """A size: a whole number, a letter, a square of one, or a sum or product of these."""
    if isinstance(tree, Number) and isinstance(tree.value, int):
        return tree.value
    if isinstance(tree, Name):
        if tree.name in solver.numbers:
            return solver.numbers[tree.name]
        if tree.name in solver.letters:
            return solver.dims.find(tree.name)
    if isinstance(tree, Binary) and tree.op in "*+-":
        left, right = size_of_tree(solver, tree.left), size_of_tree(solver, tree.right)
        return times(left, right) if tree.op == "*" else plus(left, right, 1 if tree.op == "+" else -1)
    if isinstance(tree, Binary) and tree.op == "**" and isinstance(tree.right, Number) and tree.right.value == 2:
        side = size_of_tree(solver, tree.left)
        return times(side, side)
    hint = "eye(n), ones(m, n), zeros(3)"
    if isinstance(tree, Name):
        hint = f"give {tree.name} as a whole number with --set, as in --set {tree.name}=3"
    raise GradcliError("shape", "a size is a whole number or a letter", solver.place(tree), hint)


def subscripts_of(
    solver: Sizes, tree: Index, shape: Dims, is_column: bool | None = None
) -> tuple[int | Picked, int | Picked]:
    """Rows and columns that an index picks: a whole number each, or a range.

    is_column   whether x[0] is an entry, and no row, where a letter that is 1 does not tell
    """
    rows, columns = shape
    parts = tree.subscripts
    if len(parts) > 2:
        raise GradcliError("index", "one or two indices", solver.place(tree))
    down = subscript(solver, parts[0], rows)
    if len(parts) == 2:
        return down, subscript(solver, parts[1], columns)
    if (columns == 1) if is_column is None else is_column:
        return down, 0 if isinstance(down, int) else Picked(0, 1, 1)
    return down, Picked(0, columns, columns)


def subscript(solver: Sizes, tree: Tree, size: Size) -> int | Picked:
    """One subscript."""
    if isinstance(tree, Slice):
        return sliced(solver, tree, size)
    place = whole(solver, tree)
    if isinstance(size, int):
        if not -size <= place < size:
            message = f"index {place} is outside 0 to {size - 1}"
            raise GradcliError("index", message, solver.place(tree), "indices count from 0")
        return place % size
    return place


def sliced(solver: Sizes, tree: Slice, size: Size) -> Picked:
    """A slice as Python takes it; a step other than 1 needs a size that is a number."""
    step = 1 if tree.step is None else whole(solver, tree.step)
    if step != 1:
        return stepped(solver, tree, size, step)
    low = 0 if tree.lower is None else bound(solver, tree.lower, size)
    high = size if tree.upper is None else bound(solver, tree.upper, size)
    count = plus(high, low, -1)
    if isinstance(count, int) and count <= 0:
        raise GradcliError("index", f"this slice of {size} entries is empty", solver.place(tree))
    return Picked(low, high, count)


def stepped(solver: Sizes, tree: Slice, size: Size, step: int) -> Picked:
    """A slice with a step, of a size that is a number."""
    if step == 0:
        message = "the step of a slice is not 0"
        raise GradcliError("index", message, solver.place(tree), "x[::2], or x[::-1] backwards")
    if not isinstance(size, int):
        message = f"a slice with a step needs a size in numbers, and this one is {size}"
        raise GradcliError("index", message, solver.place(tree), "declare it, as in --shape x=4, or give a value")
    low, high = (None if part is None else whole(solver, part) for part in (tree.lower, tree.upper))
    found = range(size)[low:high:step]
    if not found:
        raise GradcliError("index", f"this slice of {size} entries is empty", solver.place(tree))
    return Picked(found.start, found.stop, len(found), step)


def bound(solver: Sizes, tree: Tree, size: Size) -> Size:
    """A bound of a slice; a negative one counts from the end."""
    if isinstance(tree, Number | Unary):
        place = whole(solver, tree)
        found = plus(size, place) if place < 0 else place
        return max(0, min(found, size)) if isinstance(found, int) and isinstance(size, int) else found
    return size_of_tree(solver, tree)


def whole(solver: Sizes, tree: Tree) -> int:
    """A whole number, perhaps negative, or a sum or product of such."""
    if isinstance(tree, Unary) and tree.op == "-":
        return -whole(solver, tree.operand)
    if isinstance(tree, Binary) and tree.op in WHOLE_NUMBERS:
        return WHOLE_NUMBERS[tree.op](whole(solver, tree.left), whole(solver, tree.right))
    if isinstance(tree, Name) and tree.name in solver.numbers:
        return solver.numbers[tree.name]
    if isinstance(tree, Number) and isinstance(tree.value, int):
        return tree.value
    hint = "indices count from 0: x[0], x[1:], X[0,1]"
    if isinstance(tree, Name):
        name = tree.name
        hint = f"choose the entry with --set {name}=0, or write dot({name}, z) for z at a one-hot {name}"
    raise GradcliError("index", "an index is a whole number", solver.place(tree), hint)


def is_picked_row(tree: Tree) -> bool:
    """Is this X[0] or X[0,:], which NumPy has as a vector where it is a row?"""
    return isinstance(tree, Index) and not isinstance(tree.subscripts[0], Slice | Text)


def is_made_of_rows(solver: Inference, tree: Tree) -> bool:
    """Is this X[0], or computed from such rows entry by entry?"""
    rows, parts = 0, [tree]
    while parts:
        part = parts.pop()
        if is_picked_row(part):
            rows += 1
        elif isinstance(part, Unary):
            parts.append(part.operand)
        elif isinstance(part, Binary) and part.op in ("+", "-", "*", "/", "**"):
            parts += [part.left, part.right]
        elif solver.of(part):
            return False
    return rows > 0
