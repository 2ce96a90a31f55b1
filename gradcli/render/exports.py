"""`gradcli export`: a program and a language in, a source file out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.derive.generated import generated_outputs
from gradcli.problems import GradcliError
from gradcli.render.code_files import Exported, File
from gradcli.render.languages import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.generated import Kind, Outputs
    from gradcli.evaluate.samples import Sample
    from gradcli.program.graph import Node, Program
    from gradcli.render.languages import Language


class Wish(NamedTuple):
    """What is to be written: the target, the function's name, gradient, jacobian or hessian, with a self-test or not.

    points   where the self-test is made, one number a scalar input; () for points of our own
    """

    to: str
    name: str = "f"
    kind: Kind = "gradient"
    self_test: bool = False
    points: tuple[tuple[float, ...], ...] = ()


def export_program(program: Program, wish: Wish) -> Exported:
    """The source file of a program of scalars (arrays of known sizes included), entry by entry."""
    outputs = generated_outputs(program, wish.kind)
    if wish.to == "sql":
        from gradcli.render.sql import write_sql

        return write_sql(program, outputs, header(program, wish), wish)
    row = language(wish.to)
    file = File(program, outputs, row, wish.name)
    try:
        test = self_test_of(program, outputs, row, wish, file) if wish.self_test else ""
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


def self_test_of(program: Program, outputs: Outputs, row: Language, wish: Wish, file: File) -> str:
    """The main program."""
    from gradcli.render.self_tests import write_self_test

    return write_self_test(file, samples_of(program, outputs, row.functions, wish))


def samples_of(program: Program, outputs: Outputs, native: Sequence[str], wish: Wish) -> list[Sample]:
    """Points and certified values. Raises `point` where the function has no value at any of them."""
    from gradcli.evaluate.samples import find_samples
    from gradcli.evaluate.straightline import straight_line

    nodes = all_nodes(outputs)
    code = straight_line(program.graph, nodes, outputs.inputs, native, program.constants)
    samples = find_samples(program.graph, nodes, code, program.constants, wish.points)
    if not samples or len(samples) < len(wish.points):
        raise GradcliError(
            "point",
            "there is no certified value to test against at "
            + ("one of these points" if wish.points else "the points that were tried"),
            hint="--at with a point where value and derivatives exist",
        )
    return samples


def all_nodes(outputs: Outputs) -> list[Node]:
    """Values, first derivatives row by row, second derivatives row by row."""
    rows = (*outputs.first, *outputs.second)
    return [*outputs.values, *(node for row in rows for node in row)]


def header(program: Program, wish: Wish) -> list[str]:
    """The comment at the top of the file."""
    from gradcli import __version__
    from gradcli.render.notation import write

    what = {"gradient": "gradient", "jacobian": "Jacobian", "hessian": "Hessian"}[wish.kind]
    variables = ", ".join(v.name for v in program.variables)
    lines = [f"Value and {what} by ({variables}) of"]
    for output in program.outputs:
        text = write(output.tree, decimal=program.decimal)
        lines.append(f"    {text if len(text) <= 2000 else text[:2000] + ' ...'}")
    for name, node in program.constants.items():
        if node.op == "number" and len(program.constants) <= 20:
            lines.append(f"with {name} = {node.data}")
    lines.append(f"made by gradcli {__version__}: gradcli export --to {wish.to}; shared subexpressions are computed once.")
    return lines
