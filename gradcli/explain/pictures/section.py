"""A function on one line or one plane: what a picture shows of it, and which names that needs."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.building.script import build_entries
from gradcli.program.graph import order
from gradcli.program.point import bind_direction, bind_point
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.points.sampling import Sampler, Samples
    from gradcli.program.graph import Program
    from gradcli.program.point import Point

LEAST_REACH = 2.0
"""The default range reaches at least so far to both sides of a point."""
DEFAULT = (-5.0, 5.0)
LONGEST = 1e150
"""Ends of a range: beyond, differences of values would leave float64."""


def program_of(request: PlotRequest) -> Program:
    """The program entry by entry. Raises GradcliError for what has no numbers, and whatever `grad` raises."""
    program = build_entries(request.script, request.options)
    refuse_abstract_nodes(program)
    return program


def refuse_abstract_nodes(program: Program) -> None:
    """An abstract function has no numbers."""
    for node in order([program.outputs[0].node]):
        if node.op == "abstract":
            message = f"{node.data[0]} is an abstract function: it has no values"
            raise GradcliError("abstract", message, hint=f"define it, as in '...; {node.data[0]} = x**2'")


class Section(NamedTuple):
    """The line or the plane that is shown, inside of the space of all inputs.

    axes     the names along the axes: variables, or `t` of a direction
    fixed    the value of every input at the point, 0 where there is none
    rates    for each axis, how fast each input moves along it
    place    the point along the axes; None where there is none
    """

    axes: tuple[str, ...]
    inputs: tuple[str, ...]
    fixed: tuple[float, ...]
    rates: tuple[tuple[float, ...], ...]
    place: tuple[float, ...] | None
    direction: Mapping[str, float] | None = None

    def columns(self, *coordinates: Sequence[float]) -> list[list[float]]:
        """One column an input at these places along the axes."""
        count = len(coordinates[0])
        columns = []
        for place, start in enumerate(self.fixed):
            moving = [(rates[place], axis) for rates, axis in zip(self.rates, coordinates, strict=True) if rates[place]]
            if self.direction is None and moving:
                columns.append(list(moving[0][1]))
            elif moving:
                rate, axis = moving[0]
                columns.append([start + rate * t for t in axis])
            else:
                columns.append([start] * count)
        return columns

    def boxes(self, low: float, high: float) -> list[tuple[float, float, float, float]]:
        """For each input the numbers start + rate·t for all t between: start, rate, low and high of t."""
        rates = self.rates[0]
        if self.direction is None:
            return [
                (0.0, 1.0, low, high) if rate else (start, 0.0, 0.0, 0.0)
                for start, rate in zip(self.fixed, rates, strict=True)
            ]
        return [(start, rate, low, high) for start, rate in zip(self.fixed, rates, strict=True)]

    def slopes(self, samples: Samples) -> list[tuple[float | None, ...]]:
        """The slopes along the axes."""
        found = []
        for row in samples.slopes:
            parts: list[float | None] = []
            for rates in self.rates:
                terms = [(rate, slope) for rate, slope in zip(rates, row, strict=False) if rate]
                known = [rate * slope for rate, slope in terms if slope is not None]
                parts.append(sum(known) if len(known) == len(terms) else None)
            found.append(tuple(parts))
        return found


def section_of(program: Program, sampler: Sampler, request: PlotRequest, point: Point | None) -> Section:
    """What is shown. Raises `usage` where that is more than two variables, or where a value is missing."""
    names, inputs = list(sampler.names), list(sampler.inputs)
    values = dict.fromkeys(inputs, 0.0)
    if point is not None:
        values |= coordinates_of(inputs, point)
    elif len(inputs) > len(names):
        lacking = inputs[len(names)]
        raise GradcliError("point", f"{lacking} needs a value", hint=f"--set {lacking}=1, or a point (--at)")
    fixed = tuple(values[name] for name in inputs)
    if request.along is not None:
        if point is None:
            raise GradcliError("usage", "--along needs a point (--at)", hint="--at 1,2 --along 1,0")
        return along_line(program, request, sampler, fixed)
    if not 1 <= len(names) <= 2:
        raise too_many(names)
    rates = tuple(tuple(float(name == axis) for name in inputs) for axis in names)
    place = None if point is None else tuple(values[name] for name in names)
    return Section(tuple(names), tuple(inputs), fixed, rates, place)


def too_many(names: Sequence[str]) -> GradcliError:
    """The error for more than two variables, or none."""
    if not names:
        return GradcliError("usage", "the function has no variables: there is nothing to draw")
    listed = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    rest = ",".join(f"{name}=0" for name in names[2:5])
    hint = f"--set {rest} for a plane, or --at {','.join('1' for _ in names[:6])} --along 1,0,… for a line"
    return GradcliError("usage", f"a picture has one or two variables, and these are {len(names)}: {listed}", hint=hint)


def along_line(program: Program, request: PlotRequest, sampler: Sampler, fixed: tuple[float, ...]) -> Section:
    """The line through the point along a direction."""
    assert request.along is not None
    direction = bind_direction(program, *request.along)
    amounts = coordinates_of(sampler.names, direction)
    if not any(amounts.values()):
        raise GradcliError("option", "--along is the zero vector: it has no direction", hint="--along 1,0")
    name = next(letter for letter in ("t", "s", "tau") if letter not in sampler.inputs)
    rates = tuple(amounts.get(entry, 0.0) for entry in sampler.inputs)
    return Section((name,), tuple(sampler.inputs), fixed, (rates,), (0.0,), amounts)


def coordinates_of(names: Sequence[str], point: Point) -> dict[str, float]:
    """The entries of a point in float64."""
    from gradcli.derive.reading import as_float

    return {name: as_float(name, node) for name, node in point.values.items() if name in names}


def ranges_of(section: Section, request: PlotRequest) -> list[tuple[float, float]]:
    """Low and high of every axis: as asked, else around the point, else -5 to 5."""
    given = dict(request.ranges)
    if "" in given and len(section.axes) == 1:
        given = {section.axes[0]: given[""]}
    for name in given:
        if name not in section.axes:
            text = f"--range: {name} is no axis" if name else "--range needs the name of its axis"
            hint = f"--range {section.axes[0]}=-2:2; the axes are {', '.join(section.axes)}"
            raise GradcliError("usage", text, hint=hint)
    return [given.get(name) or default_range(section, place) for place, name in enumerate(section.axes)]


def default_range(section: Section, place: int) -> tuple[float, float]:
    """a ± max(2, |a|) around a point, else -5 to 5."""
    if section.place is None:
        return DEFAULT
    centre = section.place[place]
    reach = max(LEAST_REACH, abs(centre))
    if abs(centre) > LONGEST:
        raise GradcliError("point", "this point is too far away to be drawn", hint="--range x=-2:2")
    return centre - reach, centre + reach


def point_of(program: Program, request: PlotRequest) -> Point | None:
    """The point, bound to the program's variables."""
    return bind_point(program, *request.points[0]) if request.points else None
