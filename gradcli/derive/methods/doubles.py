"""Derivatives of an expression by finite differences in doubles: what one's own code would see.

The graph is evaluated in float64, node by node; what has no float64 value there is no value.
"""

from __future__ import annotations

from math import inf, isfinite, nextafter

from gradcli.derive.methods.certified import value_problems
from gradcli.derive.methods.jet import Jet
from gradcli.differences.driver import slopes
from gradcli.differences.plan import Plan, Slope, Study
from gradcli.differences.second import curvatures
from gradcli.evaluate.float64.repeated import Repeated
from gradcli.evaluate.float64.scalars import coordinate
from gradcli.problems import Problem
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcli.differences.plan import Batch
    from gradcli.program.graph import Node


ROUNDINGS = 4.0
"""What a rounding may be, of the standard deviation that was measured."""

TOSSES = 6


def double_jets(
    outputs: Sequence[Node], names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node], plan: Plan
) -> list[Jet]:
    """Each output with its derivatives by `names`; the outputs share their evaluations, and each row states all.

    A kink and whatever else leaves no derivative is a problem, with both one-sided slopes.
    """
    at = tuple(coordinate(point[name]) for name in names)
    found = slopes(in_floats(outputs, names, point, guards), at, names, plan)
    rows = found.rows or (tuple(Slope(None) for _ in names),) * len(outputs)
    values = found.values or (None,) * len(outputs)
    return [
        jet_of(
            value,
            dict(zip(names, row, strict=True)),
            [] if value is not None else without_value(f, point, guards),
            found.evaluations,
        )
        for f, value, row in zip(outputs, values, rows, strict=True)
    ]


def batch_jets(batch: Batch, at: tuple[float, ...], names: Sequence[str], plan: Plan) -> list[Jet]:
    """The same of a function that is known by its values in float64 alone: arrays, evaluated as a whole.

    Sums and products of arrays round more than a value's last digit, which is measured first, output by output.
    """
    from gradcli.differences.noise import floor_of

    shared = Shared(batch)
    (origin,) = shared([at])
    if origin is None or plan.scheme != "adaptive" or plan.max_evaluations is not None:
        found = slopes(shared, at, names, plan)
        rows, values = found.rows, found.values
    else:
        tossed = roundings(shared, at)
        noise = [floor_of(ROUNDINGS * spread, value) for spread, value in zip(tossed, origin, strict=True)]
        parts = [slopes(shared.output(j), at, names, plan._replace(spread=spread)) for j, spread in enumerate(noise)]
        rows, values = tuple(part.rows[0] for part in parts), tuple(part.values[0] for part in parts)
    message = "no finite number in float64: a singular matrix, a value outside the domain, or an overflow"
    silent = [Problem(None, "undefined", message)]
    return [
        jet_of(value, dict(zip(names, row, strict=True)), [] if value is not None else silent, shared.count)
        for value, row in zip(values, rows, strict=True)
    ]


def roundings(batch: Batch, at: tuple[float, ...]) -> list[float]:
    """The standard deviation of each output where the last digit of every coordinate is tossed up or down.

    A stable algorithm's value is the exact one of data that differ by some last digits: it rounds as much as that.
    Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. (2002), section 1.5 (backward error).
    """
    from random import Random
    from statistics import pstdev

    coin = Random(1)
    places = [tuple(x and nextafter(x, coin.choice((-inf, inf))) for x in at) for _ in range(TOSSES)]
    columns = zip(*[values for values in batch([at, *places]) if values is not None], strict=True)
    found = [pstdev(column) if all(map(isfinite, column)) else 0.0 for column in columns]
    return [spread if isfinite(spread) else 0.0 for spread in found]


class Shared:
    """A batch whose outputs are differentiated one after the other: each place is evaluated once."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.known: dict[bytes, tuple[float, ...] | None] = {}
        self.count = 0

    def __call__(self, places: Sequence[tuple[float, ...]]) -> list[tuple[float, ...] | None]:
        """The outputs at these places."""
        keys = [key_of(place) for place in places]
        new = {key: place for key, place in zip(keys, places, strict=True) if key not in self.known}
        self.count += len(new)
        self.known.update(zip(new, self.batch(list(new.values())), strict=True))
        return [self.known[key] for key in keys]

    def output(self, j: int) -> Batch:
        """One output alone."""
        return lambda places: [None if values is None else (values[j],) for values in self(places)]


def key_of(place: tuple[float, ...]) -> bytes:
    """A place in few bytes: it may have thousands of coordinates."""
    from array import array
    from hashlib import blake2b

    return blake2b(array("d", place).tobytes(), digest_size=16).digest()


def in_floats(
    outputs: Sequence[Node], names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node]
) -> Batch:
    """The outputs in float64 as a function of the coordinates by `names`."""
    fixed: dict[str, Node | float] = {
        name: coordinate(node) if node.op in ("number", "constant") else node for name, node in point.items()
    }
    return Repeated(outputs, guards, names, fixed)


def jet_of(value: float | None, row: Mapping[str, Slope], missing: Sequence[Problem], evaluations: int) -> Jet:
    """The slopes of one output as a record; `missing`: why it has no value, where it has none."""
    problems = list(missing)
    if problems:
        why = problems[0]
        problems += [why._replace(variable=name, message=f"no value at {name}: {why.message}") for name in row]
    else:
        problems += [problem_of(name, slope) for name, slope in row.items() if slope.kind is not None]
    numbers = tuple(slope.value for slope in row.values())
    errors = tuple(map(shown_error, row.values()))
    studies = tuple(Study("", name, slope.step, slope.study) for name, slope in row.items())
    assumptions = tuple(slope.note for slope in row.values() if slope.border)
    return Jet(
        (value,), (numbers,), (), tuple(problems), (errors,), evaluations, studies=studies, assumptions=assumptions
    )


def problem_of(name: str, slope: Slope) -> Problem:
    """What is to be said of an entry."""
    assert slope.kind is not None
    return Problem(name, slope.kind, slope.message, slope.left, slope.right)


def shown_error(slope: Slope) -> float | None:
    """The error of a number that exists."""
    return None if slope.value is None or slope.error is None or slope.error == inf else slope.error


def without_value(f: Node, point: Mapping[str, Node], guards: Sequence[Node]) -> list[Problem]:
    """Why the function has no value at the point: its own reason, else that of float64."""
    from gradcli.derive.methods.certified import known_function
    from gradcli.evaluate.certified.balls import Balls

    told = value_problems(known_function(Balls(point), f, guards))
    return told or [Problem(None, "undecided", "float64 has no value here: it is too large or too small on the way")]


def double_second_jet(
    f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node], plan: Plan
) -> Jet:
    """The Hessian of f by `names` in doubles, with errors; eigenvalues are left to the caller."""
    at = tuple(coordinate(point[name]) for name in names)
    found = curvatures(in_floats([f], names, point, guards), at, names, plan)
    problems = [] if found.value is not None else without_value(f, point, guards)
    problems += second_problems(names, found.rows)
    numbers = [[entry.value for entry in row] for row in found.rows]
    errors = [list(map(shown_error, row)) for row in found.rows]
    return Jet((found.value,), (), numbers, tuple(problems), errors, found.evaluations)


def second_problems(names: Sequence[str], rows: Sequence[Sequence[Slope]]) -> Iterable[Problem]:
    """The problem of each entry of the upper triangle that has one."""
    for i, row in enumerate(rows):
        for j, entry in enumerate(row[i:], start=i):
            if entry.kind is not None:
                message = f"∂²f/∂{names[i]}∂{names[j]}: {entry.message}"
                yield Problem(names[j], entry.kind, message, entry.left, entry.right)
