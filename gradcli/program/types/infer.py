"""The door of this room: a script and what is said of it -> the types of its names, and what was decided."""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.program.dimensions import Dimensions, letters_of, size_value
from gradcli.program.types.declared import Told
from gradcli.program.types.elaborate import elaborated, with_numbers
from gradcli.program.types.sentences import counted_from_one, entry_by_entry
from gradcli.program.types.solver import Solver
from gradcli.program.types.transposes import transposed_powers
from gradcli.program.written.capitals import IDENTITY
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Name, Number, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final

    from gradcli.problems import Source
    from gradcli.program.names import Names
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Call, Script, Tree


class Types(NamedTuple):
    """What is known of a program before anything is built.

    shapes      of every variable: () for a scalar, else (rows, columns); a letter with a value is its number
    letters     names that are sizes
    sizes       letters of sizes in use, each with its value where values tell it
    order       the statements in order of evaluation, with everything explicit: x@A is x.T@A there
    outputs     those of them that are the function
    symmetric   names of symmetric matrices
    decisions   what was decided though nothing forced it, in words
    solver      the shape of every part
    """

    shapes: Mapping[str, Any]
    letters: frozenset[str]
    sizes: Mapping[str, int | None]
    order: tuple[Statement, ...]
    outputs: tuple[Statement, ...]
    symmetric: frozenset[str]
    decisions: tuple[str, ...]
    solver: Solver

    def explicit(self, script: Script) -> Script:
        """The script with everything explicit."""
        found = {(s.name, s.start, id(s.source)): s for s in self.order}
        statements = tuple(found.get((s.name, s.start, id(s.source)), s) for s in script.statements)
        return script._replace(statements=statements)

    def entrywise(self, script: Script, options: BuildOptions, sizes: Mapping[str, int]) -> tuple[Script, BuildOptions]:
        """Script and options for the builder of scalars, one variable an entry: every size is a number."""
        explicit = self.explicit(script)
        statements = tuple(s._replace(tree=in_numbers(self, s.tree, sizes)) for s in explicit.statements)
        shapes = {
            name: tuple(size_value(size, sizes.__getitem__) for size in shape)
            for name, shape in self.shapes.items()
            if shape
        }
        variables = set(self.shapes) - self.solver.sized
        settings = {name: tree for name, tree in options.settings.items() if name in variables}
        bound = {name: shape for name, shape in options.bound.items() if name not in shapes}
        options = options._replace(shapes=shapes, settings=settings, bound=bound, inferred=True)
        return explicit._replace(statements=statements), options

    def answer(self, tree: Tree, source: Source, sizes: Mapping[str, int]) -> Tree:
        """Another text in the names of the program, explicit and with numbers for sizes; as typed if it does not fit.

        x@A is a vector to NumPy, so as a whole answer it is a column.
        """
        known = self.solver
        shapes = {**self.shapes, **{name: known.of(root) for name, root in known.statements.items()}}
        solver = Solver(
            known.dims, shapes, {*self.letters, *self.sizes} - set(shapes), known.numbers, (), known.vectors
        )
        tree = tree if "T" in shapes else transposed_powers(tree)
        try:
            solver.read([Statement(None, tree, source, tree.start, tree.end)])
        except GradcliError:
            return in_numbers(self, tree, sizes)
        check_norms(solver)
        if id(tree) in solver.flat and solver.of(tree) and solver.of(tree)[1] != 1:
            solver.turned.symmetric_difference_update((id(tree),))
        return in_numbers(self, elaborated(solver, tree), sizes)


def infer(script: Script, options: BuildOptions, names: Names) -> Types:
    """The types of a program. Errors: `shape` where two do not fit, `ambiguous` where two readings have two answers."""
    declared = options.declared(script)
    dims = Dimensions()
    told = Told(dims, declared, options)
    solver = Solver(dims, told.shapes, told.letters, told.numbers, options.wrt, told.vectors)
    solver.read(names.order)
    check_norms(solver)
    dims.name_open({*names.free, *solver.letters, *solver.statements, *names.functions})
    shapes = {name: shape_of(solver, name) for name in names.free if name not in solver.letters}
    made = {id(s): s._replace(tree=elaborated(solver, s.tree)) for s in names.order}
    return Types(
        shapes,
        frozenset(solver.letters),
        sizes_in_use(solver, shapes),
        tuple(made.values()),
        tuple(made[id(s)] for s in names.outputs),
        options.symmetric(script, names.free),
        (*decisions(solver, shapes), *counted_from_one(names.order)),
        solver,
    )


def check_norms(solver: Solver) -> None:
    """Raise for bars around a matrix with a 1, 2 or ∞ below: an induced norm, or in many books one of all entries."""
    for tree in solver.norms:
        inner, kind = tree.arguments
        below = kind.value if isinstance(kind, Number) else kind.name if isinstance(kind, Name) else None
        if below not in MATRIX_NORMS or not is_barred(tree, solver.homes[id(tree)].text):
            continue
        shape = solver.of(inner)
        if not shape or 1 in solver.numbered(shape):
            continue
        induced, entries, call = MATRIX_NORMS[below]
        text, place = shown(elaborated(solver, inner)), Span(solver.homes[id(tree)], tree.start, tree.end)
        message = f"the norm of a matrix with {below} below it can be read in two ways: {induced}, or {entries}"
        raise GradcliError("ambiguous", message, place, f"write norm({text}, {below}) or {call.format(text)}")


MATRIX_NORMS: Final[Mapping[object, tuple[str, str, str]]] = {
    1: ("the greatest sum of a column", "the sum of all absolute values", "sum(abs({}))"),
    2: ("the greatest singular value", "the root of the sum of squares", 'norm({}, "fro")'),
    "inf": ("the greatest sum of a row", "the greatest absolute value", "max(abs({}))"),
}
"""What bars around a matrix mean: the induced norm, the norm of all entries, and that one as text."""


def is_barred(tree: Call, text: str) -> bool:
    r"""Was this norm written with bars, or as `\norm{X}`?"""
    head = text[tree.start : tree.name_end]
    return "norm" not in head or head.startswith("\\norm")


def shape_of(solver: Solver, name: str) -> Any:
    """The shape of a variable."""
    shape = solver.fixed.get(name)
    if shape is None:
        shape = solver.found.get(name, ())
    return solver.numbered(shape) if shape else ()


def sizes_in_use(solver: Solver, shapes: Mapping[str, Any]) -> dict[str, int | None]:
    """Letters of sizes, each with its value where one is known."""
    found: dict[str, int | None] = {}
    for shape in shapes.values():
        for size in shape:
            for letter in letters_of(size):
                found.setdefault(letter, solver.dims.values.get(letter))
    for letter in sorted(solver.letters):
        for inside in letters_of(solver.dims.find(letter)):
            found.setdefault(inside, solver.dims.values.get(inside))
    return found


def decisions(solver: Solver, shapes: Mapping[str, Any]) -> list[str]:
    """What was assumed about shapes, in words."""
    texts = []
    for name, shape in shapes.items():
        if name in solver.found:
            rows, columns = shape
            what = f"a vector of {rows} entries" if columns == 1 else f"{article(rows)} {rows} x {columns} matrix"
            texts.append(f"{name} is {what} (assumed)")
            if name == "I" and columns != 1:
                texts.append(IDENTITY)
        elif name in solver.plain:
            texts.append(f"{name} is a number (assumed)")
    products = (entry_by_entry(solver, tree) for tree in solver.entrywise)
    return [*texts, *solver.readings, *dict.fromkeys(text for text in products if text)]


def article(size: Any) -> str:
    """`an n x n matrix`, `a k x k matrix`."""
    return "an" if str(size)[:1] in tuple("8aefhilmnorsx") else "a"


def in_numbers(types: Types, tree: Tree, sizes: Mapping[str, int]) -> Tree:
    """A tree with the letters of sizes as numbers."""
    solver = types.solver
    letters = {*types.letters, *types.sizes} - set(types.shapes) - set(solver.statements)
    found = {name: solver.dims.number(solver.dims.find(name)) for name in letters}
    known = {
        name: size_value(size, sizes.__getitem__) for name, size in found.items() if {*letters_of(size)} <= {*sizes}
    }
    return with_numbers(tree, {**known, **{name: solver.numbers[name] for name in solver.sized}})
