"""The main program that `--self-test` adds: every function at several points beside its certified values."""

from __future__ import annotations

from gradcli.codegen.samples import HOW_TOLERANT
from gradcli.exporting.file import SUFFIXES
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.codegen.samples import CertifiedSample
    from gradcli.exporting.file import File


def write_self_test(file: File, samples: Sequence[CertifiedSample]) -> str:
    """The main program. Samples hold values, then the gradient or the Jacobian's rows, then the Hessian's rows."""
    row = file.language
    test = row.self_test
    comments = "".join(f"{row.comment}{line}\n" for line in ("", "The self-test.", *HOW_TOLERANT)[1:])
    lines: list[str] = []
    for number, sample in enumerate(samples, 1):
        lines += point_lines(file, sample, number)
    opening = test.opening.replace("{module}", f"{file.name}_module").replace("{arrays}", result_arrays(file))
    body = "".join(f"{test.indent}{line}\n" for line in lines)
    return f"\n{comments}{opening}{body}{test.closing}"


def result_arrays(file: File) -> str:
    """Declarations of the arrays that results go to, where a language wants them first (Fortran)."""
    n, m = len(file.outputs.names), len(file.outputs.values)
    shapes = {"values": f"values({m})", "gradient": f"grad({n})", "jacobian": f"jacobian({m}, {n})"}
    shapes["hessian"] = f"hessian({n}, {n})"
    return "\n".join(f"    real(dp) :: {shapes[form]}" for form in file.forms if form in shapes)


def point_lines(file: File, sample: CertifiedSample, number: int) -> list[str]:
    """All checks at one point."""
    test = file.language.self_test
    declarations, arguments = argument_texts(file, sample)
    lines: list[str] = []
    for form in file.forms:
        inside = [*declarations]
        function = file.name + SUFFIXES[form]
        inside.append(test.call[form].format(f=function, args=", ".join(arguments), **sizes(file)))
        for label, read, want, tolerance in checks(file, form, sample):
            text = f'"{function}{label}, point {number}"'
            numbers = file.language.number(want), file.language.number(tolerance)
            inside.append(test.check.format(label=text, got=read, want=numbers[0], tolerance=numbers[1]))
        if test.point_opening:
            inside = [test.point_opening, *(f"    {line}" for line in inside), test.point_closing]
        lines += inside
    return lines


def sizes(file: File) -> dict[str, int]:
    """The number of variables and of components."""
    return {"n": len(file.outputs.names), "m": len(file.outputs.values)}


def argument_texts(file: File, sample: CertifiedSample) -> tuple[list[str], list[str]]:
    """Statements that make the arguments, and the arguments."""
    row, test = file.language, file.language.self_test
    texts = [row.number(x) for x in sample.point]
    declarations, arguments, place = [], [], 0
    for variable in file.variables:
        shape = file.shapes[variable.name]
        if not shape:
            arguments.append(texts[place])
            place += 1
            continue
        rows, columns = shape
        entries = texts[place : place + rows * columns]
        place += rows * columns
        lines = [entries[i : i + columns] for i in range(0, rows * columns, columns)]
        fields = {"rows": rows, "columns": columns, "n": rows, "k": rows * columns, "flat": ", ".join(entries)}
        nested = row.row_separator.join(test.row.format(row.entry_separator.join(line)) for line in lines)
        template = (test.vector or test.inline_vector) if columns == 1 else (test.matrix or test.inline_matrix)
        fields |= {"rows_text": nested, "name": f"argument_{len(arguments) + 1}", "entries": ", ".join(entries)}
        text = template.replace("[{rows}]", "[{rows_text}]").format(**fields)
        if test.vector:
            declarations.append(text)
            text = str(fields["name"])
        arguments.append(text)
    return declarations, arguments


def checks(file: File, form: str, sample: CertifiedSample) -> list[tuple[str, str, float, float]]:
    """For each result of a function its label, how it is read, the certified value and the tolerance."""
    row, m, n = file.language, len(file.outputs.values), len(file.outputs.names)
    first = row.parameters.first
    read = row.self_test.read[form]
    wanted = list(zip(sample.values, sample.tolerances, strict=True))
    if form in ("jacobian", "hessian"):
        own = wanted[m:] if form == "jacobian" else wanted[m + n :]
        return [
            (f"[{k // n}][{k % n}]", read[0].format(i=k // n + first, j=k % n + first), *own[k])
            for k in range(len(own))
        ]
    found = []
    if form in ("value", "both"):
        found.append(("", read[0], *wanted[0]))
    if form == "values":
        found += [(f"[{k}]", read[0].format(i=k + first), *wanted[k]) for k in range(m)]
    if form in ("gradient", "both"):
        template = read[0] if form == "gradient" else read[1]
        found += [(f"[{k}]", template.format(i=k + first), *wanted[m + k]) for k in range(n)]
    return found
