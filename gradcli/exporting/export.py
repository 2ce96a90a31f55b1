"""`gradcli export`: a program and a language in, a source file out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.derive.outputs import generated_outputs, in_vec_order
from gradcli.exporting.file import Exported, File
from gradcli.exporting.languages.language import TARGETS, language
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Sequence

    from gradcli.codegen.samples import Sample
    from gradcli.derive.outputs import Kind, Outputs
    from gradcli.problems import Source
    from gradcli.program.build import BuildOptions
    from gradcli.program.graph import Node, Program
    from gradcli.program.script_arrays import ArrayProgram
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script

    Points = tuple[tuple[PointText, Source], ...]


class Wish(NamedTuple):
    """What is to be written: target, name of the function, gradient, jacobian or hessian, with a self-test or not."""

    to: str
    name: str = "f"
    kind: Kind = "gradient"
    self_test: bool = False


class Export(NamedTuple):
    """A program and what is wished of it. `points`: where the self-test is made, () for points of our own."""

    script: Script
    options: BuildOptions
    wish: Wish
    points: tuple[tuple[PointText, Source], ...] = ()


class Matrices(NamedTuple):
    """What a program of entries forgets about its matrices.

    symmetric   names of symmetric variables
    below       the shape of the function where that is a matrix
    said        conventions, in words
    """

    symmetric: tuple[str, ...] = ()
    below: tuple[int, ...] = ()
    said: tuple[str, ...] = ()


NO_MATRICES = Matrices()


class Ordered(NamedTuple):
    """What SQL is asked for: the wish, the points of a self-test, the head comment, names of symmetric matrices."""

    wish: Wish
    points: Points
    header: tuple[str, ...]
    symmetric: tuple[str, ...]


ARRAY_TARGETS = ("numpy", "jax", "torch")
"""Languages that have matrices."""


def export(asked: Export) -> Exported:
    """The source file. NumPy, JAX and PyTorch get the matrix formulas of a program with arrays, others its entries.

    Raises GradcliError: `usage` for a target or a name that cannot be, `no-function` for a function that the target
    lacks and that has no definition in simpler ones, `shape` for sizes that the target needs and nobody gives.
    """
    from gradcli.program.array_marks import may_use_arrays
    from gradcli.program.build import build_program

    wish = asked.wish
    if wish.to not in TARGETS:
        raise GradcliError("usage", f"no code is written in {wish.to!r}", hint=f"one of {', '.join(TARGETS)}")
    if wish.to == "latex":
        from gradcli.exporting.languages.latex import write_latex_code

        return write_latex_code(asked, header)
    if wish.to in ARRAY_TARGETS and may_use_arrays(asked.script, asked.options):
        from gradcli.exporting.matrices.file import export_arrays
        from gradcli.program.script_arrays import needs_arrays

        if needs_arrays(asked.script, asked.options):
            return export_arrays(asked, header)
    if may_use_arrays(asked.script, asked.options):
        from gradcli.exporting.program import export_entries
        from gradcli.program.script_arrays import needs_arrays

        if needs_arrays(asked.script, asked.options):
            return export_entries(asked)
    return export_program(build_program(asked.script, asked.options), wish, asked.points)


def export_program(program: Program, wish: Wish, points: Points = (), matrices: Matrices = NO_MATRICES) -> Exported:
    """The source file of a program of scalars (arrays of known sizes included), entry by entry."""
    outputs = generated_outputs(program, wish.kind, matrices.symmetric)
    refuse_empty(outputs)
    said = [*header(program, wish, matrices.said)]
    if wish.to == "sql":
        from gradcli.exporting.languages.sql import write_sql

        return write_sql(program, outputs, Ordered(wish, points, tuple(said), matrices.symmetric))
    outputs = in_vec_order(outputs, program.variables, matrices.below)
    row = language(wish.to)
    file = File(program, outputs, row, wish.name)
    try:
        test = ""
        if wish.self_test:
            from gradcli.exporting.self_test import write_self_test

            samples = samples_of(program, outputs, row.functions, points, matrices.symmetric)
            test = write_self_test(file, samples)
        return Exported(wish.to, wish.name, file.text(said, test), tuple(file.functions))
    except GradcliError as error:
        raise lacking(error, wish.to, row.title) from error


def lacking(error: GradcliError, to: str, title: str) -> GradcliError:
    """The same error; of a function that is not there, in the name of the language."""
    if error.code != "no-function":
        return error
    name = error.message.partition(" ")[0]
    others = having(name, to)
    hint = f"--to {', '.join(others)} has it" if others else "no other language has it either"
    message = f"{title} has no {name}, and it has no definition in simpler functions"
    return GradcliError("no-function", message, error.span, hint)


def having(function: str, but: str) -> list[str]:
    """The languages whose rows have a function."""
    return [name for name in TARGETS if name not in ("latex", "sql", but) and function in language(name).functions]


def refuse_empty(outputs: Outputs) -> None:
    """Raise `variables` for a function of nothing."""
    if not outputs.names:
        raise GradcliError("variables", "there is no variable to differentiate by", hint="a function of x, say")


def samples_of(
    program: Program, outputs: Outputs, native: Container[str], points: Points, symmetric: Collection[str] = ()
) -> list[Sample]:
    """Points and certified values. Raises `point` where the function has no value at any of them."""
    from gradcli.codegen.samples import find_samples
    from gradcli.codegen.straightline import straight_line
    from gradcli.derive.gradient import mirrored
    from gradcli.derive.question import require_symmetric
    from gradcli.evaluate.float64.scalars import coordinate
    from gradcli.program.point import bind_point

    nodes = all_nodes(outputs)
    code = straight_line(program.graph, nodes, outputs.inputs, native, program.constants)
    bound = [bind_point(program, text, source).values for text, source in points]
    for values in bound:
        for name in symmetric:
            require_symmetric(name, values)
    given = [tuple(coordinate(values[name]) for name in outputs.inputs) for values in bound]
    place = {name: k for k, name in enumerate(outputs.inputs)}
    twins = [place[min(name, mirrored(name, symmetric) or name)] for name in outputs.inputs] if symmetric else None
    samples = find_samples(program.graph, nodes, code, program.constants, given, twins)
    if not samples or len(samples) < len(points):
        where = "one of these points" if points else "the points that were tried"
        raise GradcliError(
            "point",
            f"there is no certified value to test against at {where}",
            hint="--at with a point where value and derivatives exist",
        )
    return samples


def all_nodes(outputs: Outputs) -> list[Node]:
    """Values, first derivatives row by row, second derivatives row by row."""
    rows = (*outputs.first, *outputs.second)
    return [*outputs.values, *(node for row in rows for node in row)]


def header(program: Program | ArrayProgram, wish: Wish, said: Sequence[str] = ()) -> list[str]:
    """The comment at the top of the file: what it calculates, by which conventions, and how it was made."""
    from gradcli import __version__
    from gradcli.render.notation import write

    what = {"gradient": "gradient", "jacobian": "Jacobian (numerator layout)", "hessian": "Hessian"}[wish.kind]
    lines = [f"Value and {what} by {', '.join(v.name for v in program.variables)} of"]
    lines += [f"    {shortened(write(output.tree, decimal=program.decimal))}" for output in program.outputs]
    given = ", ".join(program.constants)
    if given:
        lines.append(f"with the values that --set gave to {shortened(given)}")
    lines += [f"({text})" for text in dict.fromkeys((*program.assumptions, *said))]
    made = f"Made by gradcli {__version__}: gradcli export --to {wish.to} --kind {wish.kind} --name {wish.name}"
    return [*lines, f"{made}{' --self-test' if wish.self_test else ''}"]


def shortened(text: str) -> str:
    """A text of at most 1000 characters, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 1000 else f"{text[:1000]} ..."
