"""Second derivatives at a point: every row of the Hessian is the gradient of an entry of the gradient."""

from __future__ import annotations

from math import ulp

from gradcli.derive.methods.choose import METHODS, jet_at
from gradcli.derive.methods.jet import Jet
from gradcli.derive.methods.second_certified import SecondSweep, certified_together, differ, enclosures
from gradcli.evaluate.certified.spectrum import BALL_SIZE, Spectrum, spectrum_of_balls, spectrum_of_floats
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.methods.jet import JetRequest
    from gradcli.derive.methods.second_certified import SecondEntry
    from gradcli.problems import Problem
    from gradcli.program.graph import Node
    from gradcli.program.point import Point
    from gradcli.vocabulary import Method


def second_jet(method: Method, asked: JetRequest, first: Sequence[Node], second: Sequence[Sequence[Node]]) -> Jet:
    """The Hessian of a function at a point, by a method. `first`, `second`: gradient and Hessian as nodes."""
    f, names, point, guards = asked.f, asked.names, asked.point, asked.guards
    if asked.plan is not None:
        from gradcli.derive.methods.doubles import double_second_jet

        return with_spectrum(double_second_jet(f, names, point.values, guards, asked.plan))
    if method == "fd":
        from gradcli.derive.methods.extended import second_difference_jet

        return with_spectrum(second_difference_jet(f, names, point.values, guards))
    sweep = SecondSweep(f, names, first, point.values, guards)
    if method == "symbolic":
        if not sweep.smooth(second):
            sweep.by_entry(second)
        return certified_answer(sweep)
    if not is_smooth([f, *guards, *first], point):
        sweep.by_entry(second)
        return with_spectrum(certified_answer(sweep, errors=METHODS[method].is_measured))
    base = jet_at(method, asked._replace(names=[], partials={}))
    rows = []
    for i, slope in enumerate(first):  # from the diagonal on: the derivatives of ∂f/∂xᵢ, which is smooth
        partials = dict(zip(names[i:], second[i][i:], strict=True))
        rows.append(jet_at(method, asked._replace(f=slope, names=names[i:], partials=partials)))
    return with_spectrum(assemble(base, rows, names))


def is_smooth(nodes: Sequence[Node], point: Point) -> bool:
    """Is nothing at a switch or at an end of a domain, and has every node a value?"""
    return certified_together(nodes, point.values) is not None


def certified_answer(sweep: SecondSweep, errors: bool = False) -> Jet:
    """The matrix of a sweep, with the eigenvalues of its enclosures."""
    rows = tuple(tuple(entry.number for entry in row) for row in sweep.entries)
    found = Jet(
        (sweep.value,),
        (),
        rows,
        tuple(dict.fromkeys(sweep.problems)),
        tuple(tuple(error_of(entry) for entry in row) for row in sweep.entries) if errors else None,
        assumptions=tuple(sweep.assumptions),
    )
    if not sweep.is_symmetric() or any(number is None for row in rows for number in row):
        return found
    return with_spectrum(found, certified_spectrum(sweep))


def error_of(entry: SecondEntry) -> float | None:
    """Half a unit in the last place: the entry is rounded correctly."""
    return None if entry.number is None else ulp(entry.number) / 2 if entry.number else 0.0


def assemble(base: Jet, rows: Sequence[Jet], names: Sequence[str]) -> Jet:
    """The rows put together, symmetric, with the problems of each entry named."""
    n = len(names)
    numbers: list[list[float | None]] = [[None] * n for _ in names]
    errors: list[list[float | None]] = [[None] * n for _ in names]
    problems = list(base.problems)
    for i, row in enumerate(rows):
        for j in range(i, n):
            numbers[i][j] = numbers[j][i] = row.first[0][j - i]
            errors[i][j] = errors[j][i] = None if row.errors is None else row.errors[0][j - i]
        problems += [named(problem, names[i]) for problem in row.problems]
    counts = [row.evaluations for row in rows if row.evaluations is not None]
    return Jet(
        base.value,
        (),
        numbers,
        tuple(dict.fromkeys(problems)),
        errors if any(row.errors is not None for row in rows) else None,
        sum(counts) if counts else None,
    )


def named(problem: Problem, name: str) -> Problem:
    """A problem of an entry of the gradient, or of its derivative, said as one of the Hessian."""
    if problem.variable is None:
        return problem._replace(variable=name, message=f"∂f/∂{name}: {problem.message}", left=None, right=None)
    return problem._replace(message=f"∂²f/∂{name}∂{problem.variable}: {problem.message}")


def certified_spectrum(sweep: SecondSweep) -> Spectrum | None:
    """The eigenvalues by enclosures, for matrices that are not too large."""
    from gradcli.evaluate.certified.values import OutOfTimeError

    n = len(sweep.entries)
    if n > BALL_SIZE:
        return None
    try:
        return spectrum_of_balls(enclosures(sweep), n)
    except (OutOfTimeError, TypeError, ValueError):
        return None


def with_spectrum(found: Jet, spectrum: Spectrum | None = None) -> Jet:
    """The Hessian with its eigenvalues, if every entry exists."""
    entries = [[entry for entry in row if entry is not None] for row in found.second]
    if any(len(row) != len(found.second) for row in entries) or not is_mirrored(entries):
        return found
    return found._replace(spectrum=spectrum or spectrum_of_floats(entries))


def is_mirrored(rows: Sequence[Sequence[float]]) -> bool:
    """Do the mixed derivatives agree?"""
    return not any(differ(rows[i][j], rows[j][i]) for i in range(len(rows)) for j in range(i))
