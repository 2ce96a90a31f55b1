"""A hand-derived answer beside ours: every entry of the gradient, Jacobian or Hessian, yours and ours in one graph.

Arrays of symbolic size are checked for several choices of numbers for the sizes: each makes one `Case`, in which every
entry is a scalar.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.checking.matching import assign
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names, entry_names
from gradcli.problems import GradcliError
from gradcli.program.build import Builder, ProgramBuilder, count_limit
from gradcli.program.forms import scalars
from gradcli.program.graph import Node
from gradcli.program.names import CONSTANTS, read_names
from gradcli.program.scalarize.entries import Cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.derive.results import Layout
    from gradcli.problems import Source
    from gradcli.program.build import BuildOptions
    from gradcli.program.graph import Graph, Program
    from gradcli.program.script_arrays import ArrayProgram
    from gradcli.text.answers import Answer
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script, Tree

    Value = Node | Cells


class Claim(NamedTuple):
    """What is to be checked. kind: `gradient`, `jacobian` or `hessian`; `points` are tried first."""

    script: Script
    answers: tuple[Answer, ...]
    options: BuildOptions
    kind: str = "gradient"
    layout: Layout | None = None
    points: tuple[tuple[PointText, Source], ...] = ()


class Entry(NamedTuple):
    """One number of the answer: ours is the derivative of output number `output` by the scalar variable `wrt`.

    yours is None where no answer was given for it.
    """

    label: str
    ours: Node
    output: int
    wrt: str
    yours: Node | None = None


class Part(NamedTuple):
    """What is claimed as a whole: the gradient by one variable, or a matrix.

    shape    of the right answer; () for a number
    entries  row by row
    tree     what was typed for it, None where nothing was
    trouble  why it cannot be compared entry by entry, in words
    value    what was typed, as a value: of another shape where that is the trouble
    """

    label: str
    shape: tuple[int, ...]
    entries: tuple[Entry, ...]
    tree: Tree | None = None
    trouble: str = ""
    value: Value | None = None


class Case(NamedTuple):
    """The question with every size a number.

    outputs    the functions that were differentiated: of a Hessian the entries of the gradient
    variables  every scalar that a point must give a value to
    guards     nodes without which the function has no value;  claimed_guards: the same for yours
    surplus    answers that belong to nothing
    arrays     the same question with its symbolic sizes, None for a program of scalars
    """

    program: Program
    outputs: tuple[Node, ...]
    variables: tuple[str, ...]
    parts: tuple[Part, ...]
    claimed_guards: tuple[Node, ...]
    surplus: tuple[Answer, ...]
    sizes: Mapping[str, int]
    reader: ClaimReader

    @property
    def graph(self) -> Graph:
        """The graph in which everything stands."""
        return self.program.graph


SIZES = ((3, 2, 4, 5), (2, 4, 3, 5))
"""What stands for the symbolic sizes, in the order in which they appear; the first set is the one that is shown."""


def make_cases(claim: Claim) -> tuple[ArrayProgram | None, list[Case]]:
    """The claim with numbers for its sizes, one or several times, and the array program, if it is one.

    Errors: those of the function's text, and of the answer's: unknown names, unreadable text.
    """
    from gradcli.program.script_arrays import build_array_program, needs_arrays

    if not needs_arrays(claim.script, claim.options) and not answers_need_arrays(claim):
        return None, [make_case(claim, claim.options, {}, None)]
    arrays = build_array_program(claim.script, claim.options)
    if is_large(arrays):
        claim, arrays = with_letters(claim, arrays)
    unknown = [name for name, value in arrays.dims.items() if value is None]
    known = {name: value for name, value in arrays.dims.items() if value is not None}
    choices = SIZES if unknown else SIZES[:1]
    cases = []
    for choice in choices:
        sizes = {**known, **{name: choice[i % len(choice)] for i, name in enumerate(unknown)}}
        cases.append(make_case(claim, sized_options(claim.options, arrays, sizes), sizes, arrays))
    return arrays, cases


MOST_ENTRIES = 400
"""Entries of all arrays together up to which every one of them is compared; larger sizes become letters."""


def is_large(arrays: ArrayProgram) -> bool:
    """Are there more entries than are compared one by one?"""
    from gradcli.evaluate.budget import certifiable, count

    variables = (*arrays.variables, *arrays.parameters)
    total = sum(prod(count(size, {}) for size in variable.shape) for variable in variables)
    shapes = [tuple(count(size, {}) for size in variable.shape) for variable in variables]
    return total > MOST_ENTRIES or not certifiable(shapes, [output.node for output in arrays.outputs], {})


def with_letters(claim: Claim, arrays: ArrayProgram) -> tuple[Claim, ArrayProgram]:
    """The claim with letters in the place of large declared sizes, which small numbers then stand for.

    A claim whose sizes come from values, or stand in a text as numbers too, stays as it is.
    """
    from gradcli.program.script_arrays import build_array_program
    from gradcli.text.tree import Number, postorder

    trees = [statement.tree for statement in claim.script.statements] + [answer.tree for answer in claim.answers]
    typed = {part.value for tree in trees for part in postorder(tree) if type(part) is Number}
    declarations = (*claim.script.declarations, *claim.options.declarations)
    sizes = {size for d in declarations for size in d.dims or () if type(size) is int and size > LARGE_SIZE}
    if not sizes or sizes & typed or claim.options.bound or claim.options.settings:
        return claim, arrays
    letters = {size: f"size_{size}" for size in sizes}
    renamed = [
        d if d.dims is None else d._replace(dims=tuple(letters.get(s, s) for s in d.dims))  # type: ignore[arg-type]
        for d in declarations
    ]
    script = claim.script._replace(declarations=())
    claim = claim._replace(script=script, options=claim.options._replace(declarations=tuple(renamed)))
    return claim, build_array_program(claim.script, claim.options)


LARGE_SIZE = 6
"""Sizes above this may be replaced by smaller ones."""


def answers_need_arrays(claim: Claim) -> bool:
    """Is the function made of scalars, and yet something declared or given as an array?"""
    return any(claim.options.bound.values())


def sized_options(options: BuildOptions, arrays: ArrayProgram, sizes: Mapping[str, int]) -> BuildOptions:
    """The options with every size a number; letters that the function uses as numbers are constants."""
    from gradcli.evaluate.budget import count
    from gradcli.text.tree import Number

    bound = dict(options.bound)
    for variable in (*arrays.variables, *arrays.parameters):
        shape = tuple(count(size, sizes) for size in variable.shape)
        bound[variable.name] = shape[:1] if shape[1:] == (1,) else shape
    used = used_names(arrays)
    letters = {name: Number(value) for name, value in sizes.items() if name not in bound and name in used}
    return options._replace(bound=bound, settings={**letters, **options.settings})


def used_names(arrays: ArrayProgram) -> set[str]:
    """Names that stand as values in the statements."""
    from gradcli.program.names import uses

    return {name for statement in arrays.statements for name in uses(statement.tree).values}


def make_case(claim: Claim, options: BuildOptions, sizes: Mapping[str, int], arrays: ArrayProgram | None) -> Case:
    """One case: the program built, differentiated, and the answers read in its names."""
    declared = {d.name: d for d in (*claim.script.declarations, *options.declarations)}
    bound = {*options.settings, *options.bound, *(options.wrt or ()), *declared}
    names = read_names(claim.script, bound, options.of)
    builder = ProgramBuilder(claim.script, options, names, declared)
    program = builder.program()
    symmetric = frozenset(arrays.symmetric) if arrays is not None else frozenset()
    targets = Targets(claim, program, sizes, arrays, symmetric)
    reader = ClaimReader(builder, names.functions, sizes)
    parts, surplus = assign(claim, targets.parts(), reader)
    every = tuple(all_entry_names((*program.variables, *program.parameters)))
    guards = tuple(reader.guards)
    return Case(program, tuple(targets.outputs), every, parts, guards, surplus, sizes, reader)


class Targets:
    """Our derivatives, entry by entry, in the shape and order in which an answer is expected."""

    def __init__(
        self,
        claim: Claim,
        program: Program,
        sizes: Mapping[str, int],
        arrays: ArrayProgram | None,
        symmetric: frozenset[str],
    ) -> None:
        self.claim, self.program, self.sizes = claim, program, sizes
        self.arrays, self.symmetric = arrays, symmetric
        self.names = all_entry_names(program.variables)
        self.sweep = Reverse(program.graph, self.names)
        self.outputs = [output.node for output in program.outputs]
        self.labels = [output.label for output in program.outputs]
        count_limit(len(self.outputs) * len(self.names), "an answer")
        if claim.kind == "hessian":
            count_limit(len(self.names) ** 2, "a Hessian")
            self.outputs, self.labels = self.gradient(self.outputs[0]), self.names

    def gradient(self, node: Node) -> list[Node]:
        """The partial derivatives of one output; of symmetric matrices the symmetric part."""
        from gradcli.derive.gradient import symmetrised

        found = dict(zip(self.names, self.sweep.gradient(node), strict=True))
        return list(symmetrised(self.program.graph, found, self.symmetric).values())

    def parts(self) -> list[Part]:
        """One part a variable for a gradient, else one for the whole matrix."""
        if self.claim.kind == "gradient":
            return self.gradient_parts()
        rows = [
            [
                Entry(f"{label}/{name}", node, i, name)
                for name, node in zip(self.names, self.gradient(output), strict=True)
            ]
            for i, (label, output) in enumerate(zip(self.labels, self.outputs, strict=True))
        ]
        return [self.matrix_part(rows)]

    def gradient_parts(self) -> list[Part]:
        """∂f/∂v for each variable v, shaped like it (transposed in numerator layout)."""
        found = dict(zip(self.names, self.gradient(self.outputs[0]), strict=True))
        parts = []
        for variable in self.program.variables:
            entries = [Entry(name, found[name], 0, name) for name in entry_names(variable)]
            shape = tuple(int(size) for size in variable.shape)
            if self.claim.layout == "numerator" and shape:
                rows = [entries[i : i + shape[1]] for i in range(0, len(entries), shape[1])]
                entries = [entry for column in zip(*rows, strict=True) for entry in column]
                shape = shape[::-1]
            parts.append(Part(variable.name, shape, tuple(entries)))
        return parts

    def matrix_part(self, rows: list[list[Entry]]) -> Part:
        """All entries in the rows and columns of the layout."""
        layout: Layout = "denominator" if self.claim.layout == "denominator" else "numerator"
        below, above = self.array_shapes()
        if below is not None and above is not None:
            from gradcli.derive.jacobian_arrays import arranged

            found: Any = arranged(rows, below, above, layout)
        else:
            found = rows if layout == "numerator" else list(zip(*rows, strict=True))
        name = self.program.variables[0].name if len(self.program.variables) == 1 else "x"
        output = self.arrays.outputs[0].label if self.arrays is not None and len(self.arrays.outputs) == 1 else "f"
        label = f"{output if self.claim.kind == 'jacobian' else name}/{name}"
        return Part(label, (len(found), len(found[0])), tuple(entry for row in found for entry in row))

    def array_shapes(self) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
        """The shapes of one function and of one variable, where both are single; else None."""
        if self.arrays is None or len(self.program.variables) != 1 or len(self.arrays.outputs) != 1:
            return None, None
        from gradcli.evaluate.budget import count

        above = tuple(int(size) for size in self.program.variables[0].shape)
        if self.claim.kind == "hessian":
            return (above, above) if above else (None, None)
        return tuple(count(size, self.sizes) for size in self.arrays.outputs[0].node.shape), above


class ClaimBuilder(Builder):
    """Reads f'(x) as the derivative of an abstract function f of one argument."""

    def applied(self, tree: Any, values: Any, keywords: Any) -> Any:
        base = tree.function.rstrip("'")
        if base != tree.function and base in self.functions and len(values) == 1 and isinstance(values[0], Node):
            return scalars.abstract(self.graph, base, values, (len(tree.function) - len(base),))
        return super().applied(tree, values, keywords)


class ClaimReader:
    """Builds answers in the names of a program: its variables, its intermediates and its sizes."""

    def __init__(self, builder: ProgramBuilder, functions: frozenset[str], sizes: Mapping[str, int]) -> None:
        self.builder = builder
        self.functions = functions
        self.sizes = sizes
        self.guards: dict[Node, None] = {}

    def lookup(self, name: str) -> Value | None:
        """What a name in an answer stands for."""
        builder = self.builder
        value = builder.full.get(name)
        if value is None:
            value = builder.inputs.get(name)
        if value is None and name in CONSTANTS:
            return scalars.constant(builder.graph, name)
        if value is None and name in self.sizes:
            return scalars.number(builder.graph, self.sizes[name])
        return value

    def read(self, tree: Tree, source: Source) -> Value:
        """The value of an answer. Nodes whose domain was simplified away are kept in `guards`."""
        graph = self.builder.graph
        graph.guards = {}
        try:
            value = ClaimBuilder(graph, source, self.lookup, self.functions).build(tree)
            self.guards.update(graph.guards)
        except GradcliError as error:
            if error.code == "unknown-name":
                known = [*self.builder.inputs, *self.builder.full]
                error.hint = f"the function's names are {', '.join(known[:8])}" + (", …" if len(known) > 8 else "")
            elif error.code == "unknown-function":
                error.hint = error.hint or "gradcli functions lists what is known"
            raise
        finally:
            graph.guards = None
        return value
