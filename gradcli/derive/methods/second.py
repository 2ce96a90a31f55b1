"""Second derivatives at a point: every row of the Hessian is the gradient of an entry of the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.derive.methods.choose import entries_at
from gradcli.derive.methods.entries import SecondEntries
from gradcli.evaluate.certified.spectrum import BALL_SIZE, Spectrum, definiteness, spectrum_of_balls, spectrum_of_floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.methods.entries import Entries
    from gradcli.derive.results import Method
    from gradcli.differences.plan import Plan
    from gradcli.problems import Problem
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point

    Rows = tuple[tuple[float | None, ...], ...]


def second_entries(
    program: Program,
    f: Node,
    names: Sequence[str],
    first: Sequence[Node],
    second: Sequence[Sequence[Node]],
    point: Point,
    method: Method,
    doubles: Plan | None = None,
) -> SecondEntries:
    """The Hessian of f by `names` at the point, by the method. `first`, `second`: gradient and Hessian as nodes."""
    if doubles is not None:
        from gradcli.derive.methods.doubles import double_second_entries

        return with_spectrum(double_second_entries(f, names, point.values, program.guards, doubles))
    if method == "fd":
        from gradcli.derive.methods.extended import second_difference_entries

        return with_spectrum(second_difference_entries(f, names, point.values, program.guards))
    base = entries_at(method, program.graph, f, [], {}, point, program.guards)
    rows = [row_entries(program, i, names, first, second, point, method) for i in range(len(names))]
    found = assemble(base, rows, names)
    if any(entry is None for row in found.rows for entry in row):
        return found
    spectrum = certified_spectrum(second, point) if method == "symbolic" else None
    return with_spectrum(found, spectrum)


def row_entries(
    program: Program,
    i: int,
    names: Sequence[str],
    first: Sequence[Node],
    second: Sequence[Sequence[Node]],
    point: Point,
    method: Method,
) -> Entries:
    """Row i from the diagonal on: the derivatives of ∂f/∂xᵢ."""
    later = names[i:]
    partials = dict(zip(later, second[i][i:], strict=True))
    return entries_at(method, program.graph, first[i], later, partials, point, program.guards)


def assemble(base: Entries, rows: Sequence[Entries], names: Sequence[str]) -> SecondEntries:
    """The rows put together, symmetric, with the problems of each entry named."""
    n = len(names)
    numbers: list[list[float | None]] = [[None] * n for _ in names]
    errors: list[list[float | None]] = [[None] * n for _ in names]
    problems = list(base.problems)
    for i, row in enumerate(rows):
        for j in range(i, n):
            numbers[i][j] = numbers[j][i] = row.numbers[names[j]]
            errors[i][j] = errors[j][i] = (row.errors or {}).get(names[j])
        problems += [named(problem, names[i]) for problem in row.problems]
    counts = [row.evaluations for row in rows if row.evaluations is not None]
    return SecondEntries(
        base.value,
        tuple(tuple(row) for row in numbers),
        tuple(tuple(row) for row in errors) if any(row.errors is not None for row in rows) else None,
        tuple(dict.fromkeys(problems)),
        sum(counts) if counts else None,
        None,
        None,
    )


def named(problem: Problem, name: str) -> Problem:
    """A problem of an entry of the gradient, or of its derivative, said as one of the Hessian."""
    if problem.variable is None:
        return problem._replace(variable=name, message=f"∂f/∂{name}: {problem.message}", left=None, right=None)
    return problem._replace(message=f"∂²f/∂{name}∂{problem.variable}: {problem.message}")


def certified_spectrum(second: Sequence[Sequence[Node]], point: Point) -> Spectrum | None:
    """The eigenvalues by enclosures, for matrices that are not too large."""
    n = len(second)
    if n > BALL_SIZE:
        return None
    from gradcli.evaluate.certified.balls import Balls, OutOfTimeError

    run = Balls(point.values)
    upper = [second[i][j] for i in range(n) for j in range(i, n)]

    def rows_at(bits: int) -> list[list[object]]:
        values = iter(run.evaluate(upper, bits))
        rows: list[list[object]] = [[None] * n for _ in range(n)]
        for i in range(n):
            for j in range(i, n):
                rows[i][j] = rows[j][i] = next(values)
        return rows

    try:
        return spectrum_of_balls(rows_at, n)
    except (OutOfTimeError, TypeError, ValueError):
        return None


def with_spectrum(found: SecondEntries, spectrum: Spectrum | None = None) -> SecondEntries:
    """The Hessian with eigenvalues and definiteness, if every entry exists."""
    entries = [[entry for entry in row if entry is not None] for row in found.rows]
    if any(len(row) != len(found.rows) for row in entries):
        return found
    spectrum = spectrum or spectrum_of_floats(entries)
    return found._replace(eigenvalues=spectrum.eigenvalues, definiteness=definiteness(spectrum.eigenvalues))
