"""Points and values for the self-test of exported code."""

from __future__ import annotations

from gradcli.exporting.languages import TARGETS, language
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from gradcli.codegen.samples import CertifiedSample
    from gradcli.derive.outputs import Outputs
    from gradcli.problems import Source
    from gradcli.program.graph import Node, Program
    from gradcli.text.points import PointText

    Points = tuple[tuple[PointText, Source], ...]


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


def samples_of(program: Program, outputs: Outputs, native: Container[str], points: Points) -> list[CertifiedSample]:
    """Points and certified values. Raises `point` where the function has no value at any of them."""
    from gradcli.codegen.samples import find_samples
    from gradcli.codegen.straightline import straight_line
    from gradcli.derive.arrays.promises import require_symmetric
    from gradcli.derive.layouts import mirrored
    from gradcli.evaluate.float64.scalars import coordinate
    from gradcli.program.point import bind_point

    nodes, symmetric = all_nodes(outputs), program.symmetric
    code = straight_line(program.graph, nodes, outputs.inputs, native, program.constants)
    bound = [bind_point(program, text, source).values for text, source in points]
    for values in bound:
        require_symmetric(symmetric, values)
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
