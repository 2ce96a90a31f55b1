"""Shapes of names: declared, or taken from their values. Dimensions that are symbols need a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.problems import GradcliError, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.program.build import BuildOptions
    from gradcli.program.names import Names
    from gradcli.text.tree import Declaration, Script, Tree

    Dims = tuple[int, ...]


def known_shapes(script: Script, options: BuildOptions, names: Names) -> dict[str, tuple[int, int]]:
    """(rows, columns) of every name that is an array, by declaration or by value; a clash names both."""
    declared = declared_dims([*script.declarations, *options.declarations])
    shapes: dict[str, tuple[int, int]] = {}
    for name in names.free:
        dims = declared[name].dims if name in declared else None
        given = value_dims(name, options)
        if dims is not None and given is not None and not fits(dims, given):
            raise clash(name, declared[name], show(dims), show(given))
        if dims is not None and any(type(d) is str for d in dims) and not given:
            raise GradcliError(
                "shape",
                f"{name} has the symbolic size {show(dims)}",
                Span(declared[name].source, declared[name].start, declared[name].end),
                "give it a size in numbers, or a value: --at or --set",
            )
        final = given or dims
        if final:
            shapes[name] = as_rows_and_columns(name, final)
    return shapes


def declared_dims(declarations: list[Declaration]) -> dict[str, Declaration]:
    """Declarations by name; two that differ are an error."""
    found: dict[str, Declaration] = {}
    for declaration in declarations:
        before = found.setdefault(declaration.name, declaration)
        if is_open(declaration) or is_open(before):  # --symmetric S beside --shape S=2,2
            found[declaration.name] = before if is_open(declaration) else declaration
        elif before.dims != declaration.dims:
            raise clash(declaration.name, declaration, show(before.dims or ()), show(declaration.dims or ()))
    return found


def is_open(declaration: Declaration) -> bool:
    """Were the sizes left open (--vector, --matrix, --symmetric)?"""
    return declaration.source.name in ("--vector", "--matrix", "--symmetric")


def clash(name: str, declaration: Declaration, first: str, second: str) -> GradcliError:
    """The error for one name with two shapes."""
    place = Span(declaration.source, declaration.start, declaration.end)
    return GradcliError(
        "shape", f"{name} has two shapes: {first} and {second}", place, "declare it once, as its value is"
    )


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
    return None if tree is None else tree_dims(tree)


def tree_dims(tree: Tree) -> Dims:
    """The sizes of a literal: nested vectors one level deep."""
    from gradcli.text.tree import Data, Vector

    if type(tree) is Data:
        return tree.array.shape
    if type(tree) is not Vector:
        return ()
    first = tree.items[0]
    return (len(tree.items), len(first.items)) if type(first) is Vector else (len(tree.items),)


def as_rows_and_columns(name: str, dims: Mapping[str, int] | tuple[int | str, ...]) -> tuple[int, int]:
    """A vector of n entries is an (n, 1) column."""
    from gradcli.program.scalarize.entries import check_cells

    sizes = [d for d in dims if isinstance(d, int)]
    if not 1 <= len(sizes) <= 2 or min(sizes) < 1:
        raise GradcliError("shape", f"{name} needs one or two sizes of at least 1")
    rows, columns = sizes[0], sizes[1] if len(sizes) == 2 else 1
    check_cells(rows, columns)
    return rows, columns
