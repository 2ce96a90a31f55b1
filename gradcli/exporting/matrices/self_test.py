"""The self-test of code with vectors and matrices: certified values of every entry at points of small sizes."""

from __future__ import annotations

from gradcli.codegen.samples import HOW_TOLERANT
from gradcli.derive.layouts import entry_names
from gradcli.derive.outputs import generated_outputs, in_vec_order
from gradcli.exporting.languages.scripts import PYTHON, PYTHON_TEST
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.codegen.samples import CertifiedSample
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.outputs import Outputs
    from gradcli.exporting.matrices.file import MatrixFile
    from gradcli.exporting.request import Export
    from gradcli.program.graph import Program
    from gradcli.vocabulary import DerivativeKind

SIZES = (3, 2, 4, 5)
"""Sizes that nobody gives, one after the other."""

LOOSER = 8.0
"""Linear algebra adds and eliminates in an order of its own."""

FLAT = "results = (results[0], *results[1])"
TUPLE = "results = results if isinstance(results, tuple) else (results,)"

CHECK = '''

def check(label, got, want, tolerance):
    """0 where all entries agree with certified values, else 1 and a line that says so."""
    flat = [x for row in got.tolist() for x in (row if isinstance(row, list) else [row])] if got.ndim else [float(got)]
    if len(flat) == len(want) and all(abs(x - y) <= t for x, y, t in zip(flat, want, tolerance)):
        return 0
    print(f"{label}: {flat} instead of {want}")
    return 1


def self_test():
    """The number of results that differ from certified values."""
    failures = 0
'''


def write_array_test(file: MatrixFile, asked: Export) -> str:
    """The main program."""
    from gradcli.exporting.samples import samples_of

    program = sized_program(file.question)
    outputs = in_matrix_order(file, program, generated_outputs(program, asked.wish.kind))
    samples = samples_of(program, outputs, PYTHON.functions, asked.points)
    convert = {"numpy": "np.asarray", "jax": "jnp.asarray", "torch": "tensor"}[file.row.name]
    lines = [line for i, sample in enumerate(samples, 1) for line in point_lines(file, program, outputs, sample, i)]
    body = "".join(f"    {line}\n" for line in lines).replace("CONVERT", convert)
    said = "".join(f"# {line}\n" for line in ("The self-test.", *HOW_TOLERANT, "Linear algebra gets 8 times that."))
    closing = PYTHON_TEST.closing
    return f"\n\n{said}{CHECK}{body}{closing}"


def in_matrix_order(file: MatrixFile, program: Program, outputs: Outputs) -> Outputs:
    """The entries as the matrices of these libraries have them, row by row; a matrix by a scalar has its own shape."""
    below = file.question.numeric(file.question.arrays.outputs[0].node.shape)
    alone = all(not variable.shape for variable in program.variables)
    return in_vec_order(outputs, program.variables, () if alone else below)._replace(values=outputs.values)


def sized_program(question: ArrayQuestion) -> Program:
    """The program with one scalar variable an entry; sizes that are letters become small numbers."""
    free = [letter for letter, value in question.arrays.dims.items() if value is None]
    sizes = {letter: SIZES[i % len(SIZES)] for i, letter in enumerate(free)}
    question.arrays = question.arrays._replace(dims={**question.arrays.dims, **sizes})
    return question.scalars()


def point_lines(
    file: MatrixFile, program: Program, outputs: Outputs, sample: CertifiedSample, number: int
) -> list[str]:
    """All checks at one point."""
    place = dict(zip(outputs.inputs, sample.point, strict=True))
    arguments = []
    for variable in (*program.variables, *program.parameters):
        entries = [place[name] for name in entry_names(variable)]
        arguments.append(f"CONVERT({nested(entries, variable.shape)!r})")
    call = ", ".join(arguments)
    lines = []
    for form, function in file.functions.items():
        wanted = parts_of(form, outputs, sample, outputs.kind)
        lines.append(f"results = {function}({call})")
        flat = form == "both" and len(program.variables) > 1
        lines.append(FLAT if flat else TUPLE)
        splits = split(form, program, wanted)
        for i, part in enumerate(splits):
            want, tolerance = [v for v, _ in part], [t for _, t in part]
            label = f'"{function}, result {i + 1}, point {number}"'
            lines.append(f"failures += check({label}, CONVERT(results[{i}]), {want!r}, {tolerance!r})")
    return lines


def nested(entries: Sequence[float], shape: Any) -> Any:
    """A number, a flat list (a vector) or rows."""
    if not shape:
        return entries[0]
    columns = int(shape[1])
    return list(entries) if columns == 1 else [list(entries[i : i + columns]) for i in range(0, len(entries), columns)]


def parts_of(form: str, outputs: Outputs, sample: CertifiedSample, kind: DerivativeKind) -> list[tuple[float, float]]:
    """The certified values of a function, each with its tolerance."""
    pairs = [(v, LOOSER * t) for v, t in zip(sample.values, sample.tolerances, strict=True)]
    m, n = len(outputs.values), len(outputs.names)
    if form == "value":
        return pairs[:m]
    if form == "both":
        return pairs[: m + n]
    if form == "hessian":
        return pairs[m + n :]
    return pairs[m:] if kind == "jacobian" else pairs[m : m + n]


def split(form: str, program: Program, wanted: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The values result by result: one for each variable of a gradient."""
    if form in ("value", "jacobian", "hessian"):
        return [wanted]
    found = [wanted[:1]] if form == "both" else []
    rest = wanted[1:] if form == "both" else wanted
    for variable in program.variables:
        count = len(entry_names(variable))
        found.append(rest[:count])
        rest = rest[count:]
    return found
