"""`gradcli export`: a program and a language in, a source file out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.derive.generated import generated_outputs
from gradcli.problems import GradcliError
from gradcli.render.code_files import Exported, File
from gradcli.render.languages import TARGETS, language

if TYPE_CHECKING:
    from collections.abc import Container

    from gradcli.derive.generated import Kind, Outputs
    from gradcli.evaluate.samples import Sample
    from gradcli.problems import Source
    from gradcli.program.build import BuildOptions
    from gradcli.program.build_arrays import ArrayProgram
    from gradcli.program.graph import Node, Program
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
        from gradcli.render.latex_code import write_latex_code

        return write_latex_code(asked, header)
    if wish.to in ARRAY_TARGETS and may_use_arrays(asked.script, asked.options):
        from gradcli.program.build_arrays import needs_arrays
        from gradcli.render.array_code import export_arrays

        if needs_arrays(asked.script, asked.options):
            return export_arrays(asked, header)
    return export_program(build_program(asked.script, asked.options), wish, asked.points)


def export_program(program: Program, wish: Wish, points: Points = ()) -> Exported:
    """The source file of a program of scalars (arrays of known sizes included), entry by entry."""
    outputs = generated_outputs(program, wish.kind)
    refuse_empty(outputs)
    if wish.to == "sql":
        from gradcli.render.sql import write_sql

        return write_sql(program, outputs, wish, points)
    row = language(wish.to)
    file = File(program, outputs, row, wish.name)
    try:
        test = self_test_of(program, outputs, file, points) if wish.self_test else ""
        return Exported(wish.to, wish.name, file.text(header(program, wish), test), tuple(file.functions))
    except GradcliError as error:
        raise lacking(error, row.title) from error


def lacking(error: GradcliError, title: str) -> GradcliError:
    """The same error; of a function that is not there, in the name of the language."""
    if error.code != "no-function":
        return error
    name = error.message.partition(" ")[0]
    message = f"{title} has no {name}, and it has no definition in simpler functions"
    return GradcliError("no-function", message, error.span, "--to jax, numpy or python may have it")


def refuse_empty(outputs: Outputs) -> None:
    """Raise `variables` for a function of nothing."""
    if not outputs.names:
        raise GradcliError("variables", "there is no variable to differentiate by", hint="a function of x, say")


def self_test_of(program: Program, outputs: Outputs, file: File, points: Points) -> str:
    """The main program."""
    from gradcli.render.self_tests import write_self_test

    return write_self_test(file, samples_of(program, outputs, file.language.functions, points))


def samples_of(program: Program, outputs: Outputs, native: Container[str], points: Points) -> list[Sample]:
    """Points and certified values. Raises `point` where the function has no value at any of them."""
    from gradcli.evaluate.floating import coordinate
    from gradcli.evaluate.samples import find_samples
    from gradcli.evaluate.straightline import straight_line
    from gradcli.program.values import bind_point

    nodes = all_nodes(outputs)
    code = straight_line(program.graph, nodes, outputs.inputs, native, program.constants)
    bound = [bind_point(program, text, source).values for text, source in points]
    given = [tuple(coordinate(values[name]) for name in outputs.inputs) for values in bound]
    samples = find_samples(program.graph, nodes, code, program.constants, given)
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


def header(program: Program | ArrayProgram, wish: Wish) -> list[str]:
    """The comment at the top of the file: what it calculates, and how it was made."""
    from gradcli import __version__
    from gradcli.render.notation import write

    what = {"gradient": "gradient", "jacobian": "Jacobian", "hessian": "Hessian"}[wish.kind]
    lines = [f"Value and {what} by {', '.join(v.name for v in program.variables)} of"]
    lines += [f"    {shortened(write(output.tree, decimal=program.decimal))}" for output in program.outputs]
    given = ", ".join(program.constants)
    if given:
        lines.append(f"with the values that --set gave to {shortened(given)}")
    lines += [f"({text})" for text in program.assumptions]
    made = f"Made by gradcli {__version__}: gradcli export --to {wish.to} --kind {wish.kind} --name {wish.name}"
    return [*lines, f"{made}{' --self-test' if wish.self_test else ''}"]


def shortened(text: str) -> str:
    """A text of at most 1000 characters, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 1000 else f"{text[:1000]} ..."
