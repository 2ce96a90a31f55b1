"""Shapes of names in numbers, for the builder of scalars: declared, or taken from their values."""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.program.types.declared import SCALAR, is_open
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import typed_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.names import Names
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Declaration, Script

    Dims = tuple[int, ...]


def known_shapes(script: Script, options: BuildOptions, names: Names) -> dict[str, tuple[int, int]]:
    """(rows, columns) of every name that is an array: inferred, declared, or by value; a clash names both."""
    declared = declared_dims(options.declared(script))
    shapes: dict[str, tuple[int, int]] = {}
    for name in names.free:
        inferred = options.shapes.get(name)
        final = inferred or told_shape(declared.get(name), value_dims(name, options))
        if final:
            shapes[name] = as_rows_and_columns(name, final)
    return shapes


def told_shape(declaration: Declaration | None, given: Dims | None) -> Dims:
    """The sizes that are declared or given; letters need a value."""
    dims = None if declaration is None or declaration.dims == SCALAR else declaration.dims
    if declaration is None or dims is None:
        return given or ()
    if given is not None and not fits(dims, given):
        raise clash(declaration, dims, given)
    if any(type(d) is str for d in dims) and not given:
        message = f"{declaration.name} has the symbolic size {show(dims)}"
        place = Span(declaration.source, declaration.start, declaration.end)
        raise GradcliError("shape", message, place, "give it a size in numbers, or a value: --at or --set")
    return given or tuple(int(d) for d in dims)


def declared_dims(declarations: Sequence[Declaration]) -> dict[str, Declaration]:
    """Declarations by name; two that differ are an error."""
    found: dict[str, Declaration] = {}
    for declaration in declarations:
        before = found.setdefault(declaration.name, declaration)
        if is_open(declaration) or is_open(before):  # --symmetric S beside --shape S=2,2
            found[declaration.name] = before if is_open(declaration) else declaration
        elif before.dims != declaration.dims:
            raise clash(declaration, before.dims or (), declaration.dims or ())
    return found


def clash(declaration: Declaration, first: tuple[int | str, ...], second: tuple[int | str, ...]) -> GradcliError:
    """The error for one name with two shapes."""
    place = Span(declaration.source, declaration.start, declaration.end)
    message = f"{declaration.name} has two shapes: {show(first)} and {show(second)}"
    return GradcliError("shape", message, place, "declare it once, as its value is")


def show(dims: tuple[int | str, ...]) -> str:
    """Dimensions in words."""
    return " x ".join(str(d) for d in dims) if dims else "a scalar"


def fits(dims: tuple[int | str, ...], given: Dims) -> bool:
    """Does a value of these sizes fit the declared dimensions? A symbol fits every size."""
    return len(dims) == len(given) and all(type(d) is str or d == g for d, g in zip(dims, given, strict=True))


def value_dims(name: str, options: BuildOptions) -> Dims | None:
    """The sizes of a name's value in --at or --set: (n,), (m, n), () for a number, None without a value."""
    if name in options.bound:
        return options.bound[name]
    tree = options.settings.get(name)
    return None if tree is None else typed_shape(tree)


def as_rows_and_columns(name: str, sizes: tuple[int, ...]) -> tuple[int, int]:
    """A vector of n entries is an (n, 1) column."""
    from gradcli.program.scalarize.entries import check_cells

    if not 1 <= len(sizes) <= 2 or min(sizes) < 1:
        raise GradcliError("shape", f"{name} needs one or two sizes of at least 1")
    rows, columns = sizes[0], sizes[1] if len(sizes) == 2 else 1
    check_cells(rows, columns)
    return rows, columns
