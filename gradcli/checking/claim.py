"""A hand-derived answer beside ours: every entry of the gradient, Jacobian or Hessian, yours and ours in one graph.

Arrays of symbolic size are checked for several choices of numbers for the sizes: each makes one `Case`, in which every
entry is a scalar.
"""

from __future__ import annotations

from math import prod

from gradcli.checking.matching import assign
from gradcli.checking.records import Case, Claim, ClaimReader, Targets
from gradcli.derive.layouts import all_entry_names
from gradcli.program.building.program import entry_builder
from gradcli.program.graph import Node
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Program
    from gradcli.program.options import BuildOptions

    Value = Node | Cells


SIZES = ((3, 2, 4, 5), (2, 4, 3, 5))
"""What stands for the symbolic sizes, in the order in which they appear; the first set is the one that is shown."""

SPARE_SIZES = ((4, 3, 2, 5), (3, 4, 5, 2))
"""The same for sizes at which nothing has a value, as logdet(X.T@X) where X has more columns than rows."""


def make_cases(claim: Claim, choices: Sequence[Sequence[int]] = SIZES) -> tuple[Program | None, list[Case]]:
    """The claim with numbers for its sizes, once for each choice, and the array program, if it is one.

    Errors: those of the function's text, and of the answer's: unknown names, unreadable text.
    """
    from gradcli.program.types.notation import has_arrays

    if not has_arrays(claim.script, claim.options) and not any(claim.options.bound.values()):
        return None, [make_case(claim, claim.options, {}, None)]
    from gradcli.program.building.array_program import build_array_program

    arrays = build_array_program(claim.script, claim.options)
    if claim.points and None in arrays.dims.values():  # values without names belong to the variables in order
        from gradcli.program.point import shapes_at

        claim = claim._replace(options=claim.options._replace(bound=shapes_at(arrays, *claim.points[0])))
        arrays = build_array_program(claim.script, claim.options)
    if is_large(arrays):
        claim, arrays = with_letters(claim, arrays)
    unknown = [name for name, value in arrays.dims.items() if value is None]
    known = {name: value for name, value in arrays.dims.items() if value is not None}
    cases = []
    for choice in choices if unknown else choices[:1]:
        sizes = {**known, **{name: choice[i % len(choice)] for i, name in enumerate(unknown)}}
        cases.append(make_case(claim, claim.options, sizes, arrays))
    return arrays, cases


MOST_ENTRIES = 400
"""Entries of all arrays together up to which every one of them is compared; larger sizes become letters."""


def is_large(arrays: Program) -> bool:
    """Are there more entries than are compared one by one?"""
    from gradcli.evaluate.budget import certifiable, count

    variables = (*arrays.variables, *arrays.parameters)
    total = sum(prod(count(size, {}) for size in variable.shape) for variable in variables)
    shapes = [tuple(count(size, {}) for size in variable.shape) for variable in variables]
    return total > MOST_ENTRIES or not certifiable(shapes, [output.node for output in arrays.outputs], {})


def with_letters(claim: Claim, arrays: Program) -> tuple[Claim, Program]:
    """The claim with letters in the place of large declared sizes, which small numbers then stand for.

    A claim whose sizes come from values, or stand in a text as numbers too, stays as it is.
    """
    from gradcli.program.building.array_program import build_array_program
    from gradcli.text.tree import Number, postorder

    trees = [statement.tree for statement in claim.script.statements] + [answer.tree for answer in claim.answers]
    typed = {part.value for tree in trees for part in postorder(tree) if type(part) is Number}
    declarations = claim.options.declared(claim.script)
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


def make_case(claim: Claim, options: BuildOptions, sizes: Mapping[str, int], arrays: Program | None) -> Case:
    """One case: the program built, differentiated, and the answers read in its names."""
    script = claim.script
    if arrays is not None:
        script, options = arrays.types.entrywise(script, options, sizes)
    builder = entry_builder(script, options)
    program = builder.program()
    targets = Targets(claim, program, sizes, arrays)
    reader = ClaimReader(builder, builder.resolved.functions, sizes, arrays.types if arrays is not None else None)
    reader.written = targets.outputs
    parts, surplus = assign(claim, targets.parts(), reader)
    every = tuple(all_entry_names((*program.variables, *program.parameters)))
    guards = tuple(reader.guards)
    return Case(program, tuple(targets.outputs), every, parts, guards, surplus, sizes, reader)
