"""Types that are told: by declarations, and by values at --at and --set, which tell the sizes of letters too."""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.program.dimensions import OPEN, letters_of, show
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Number, typed_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.program.dimensions import Dimensions, Dims
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Declaration

SCALAR: tuple[int | str, ...] = ()
"""The dimensions of `a: scalar`."""


class Told:
    """What declarations and values say.

    shapes    (rows, columns) by name, () for scalars
    letters   names that are sizes
    vectors   names that have one size, not two
    numbers   other names that have a whole number as their value, which may stand where a size is needed
    """

    def __init__(self, dims: Dimensions, declared: Sequence[Declaration], options: BuildOptions) -> None:
        self.dims = dims
        self.shapes: dict[str, Any] = {}
        self.vectors = {d.name for d in declared if d.dims is not None and len(d.dims) == 1 and d.dims != SCALAR}
        for declaration in sorted(declared, key=is_open):  # --symmetric S beside --shape S=2,2: told sizes count
            self.declare(declaration)
        told = [d for d in declared if d.dims != SCALAR and not is_open(d)]
        sizes = [size for d in told for size in d.dims or () if not str(size).startswith(OPEN)]
        self.letters = {letter for size in sizes for letter in letters_of(size)} - set(self.shapes)
        self.numbers: dict[str, int] = {}
        self.read_values({d.name: d for d in declared}, options)

    def declare(self, d: Declaration) -> None:
        """Take one declaration; two of one name must agree."""
        if d.dims is None:
            return
        shape: Any = () if d.dims == SCALAR else self.declared_shape(d, d.dims)
        known = self.shapes.setdefault(d.name, shape)
        if bool(known) != bool(shape) or (shape and not self.same(known, shape)):
            raise two_shapes(d.name, known, shape, d)
        if d.symmetric and not self.dims.equal(*shape):
            raise not_square(d, shape)

    def declared_shape(self, d: Declaration, sizes: tuple[int | str, ...]) -> Dims:
        """The sizes that are told, or open ones (--vector, --matrix, --symmetric)."""
        if is_open(d):
            known: Any = self.shapes.get(d.name)
            if known:
                return known  # type: ignore[no-any-return]
            roles = ("vector",) if len(sizes) == 1 else ("rows", "columns")
            sizes = tuple(
                self.dims.open(str(s), "columns" if d.symmetric else r) for s, r in zip(sizes, roles, strict=True)
            )
        elif any(str(size).startswith(OPEN) for size in sizes):
            sizes = tuple(
                self.dims.open(s, "vector") if isinstance(s, str) and s.startswith(OPEN) else s for s in sizes
            )
        shape: Dims = rows_and_columns(sizes)
        return shape

    def same(self, first: Dims, second: Dims) -> bool:
        """Make two shapes the same, if they can be."""
        return all(self.dims.equal(a, b) for a, b in zip(first, second, strict=True))

    def read_values(self, declared: Mapping[str, Declaration], options: BuildOptions) -> None:
        """Shapes of values at --at and --set; where a name is declared, its letters take the numbers."""
        given = {name: typed_shape(tree) for name, tree in options.settings.items()}
        given.update(options.bound)
        for name, sizes in given.items():
            if name in self.letters and not sizes:
                continue
            shape: Any = rows_and_columns(sizes) if sizes else ()
            if len(sizes) == 1 and name not in declared:
                self.vectors.add(name)
            known = self.shapes.setdefault(name, shape)
            if bool(known) != bool(shape) or not all(
                self.dims.give_value(a, b) for a, b in zip(known, shape, strict=True)
            ):
                raise two_shapes(name, known, shape, declared.get(name))
        for name, tree in options.settings.items():
            if isinstance(tree, Number) and isinstance(tree.value, int) and tree.value > 0:
                (self.dims.values if name in self.letters else self.numbers)[name] = tree.value


def is_open(declaration: Declaration) -> bool:
    """Were the sizes left open (--vector, --matrix, --symmetric)?"""
    return declaration.source.name in ("--vector", "--matrix", "--symmetric")


def rows_and_columns(sizes: Sequence[Any]) -> Any:
    """A vector of n entries is an (n, 1) column."""
    return (sizes[0], sizes[1] if len(sizes) > 1 else 1)


def not_square(declaration: Declaration, shape: Dims) -> GradcliError:
    """The error for a symmetric matrix that is not square."""
    place = Span(declaration.source, declaration.start, declaration.end)
    message = f"{declaration.name} is symmetric, and {show(shape)} is not square"
    return GradcliError("shape", message, place, "a symmetric matrix has as many rows as columns")


def two_shapes(name: str, first: Any, second: Any, declaration: Declaration | None) -> GradcliError:
    """The error for one name with two shapes."""
    place = None if declaration is None else Span(declaration.source, declaration.start, declaration.end)
    words = [show(shape) if shape else "a scalar" for shape in (first, second)]
    message = f"{name} has two shapes: {words[0]} and {words[1]}"
    return GradcliError("shape", message, place, "declare it once, as its value is")
