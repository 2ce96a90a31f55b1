"""One picture in the making: what is shown of a program, its numbers at the point, and the record to be filled."""

from __future__ import annotations

from gradcli.derive.layouts import numbers_in
from gradcli.derive.reading import read_back
from gradcli.derive.results import Numbers
from gradcli.explain.pictures.results import Plot
from gradcli.explain.pictures.section import point_of, ranges_of, section_of
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.results import Gradient
    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.explain.pictures.results import ShownAxis
    from gradcli.explain.pictures.section import Section
    from gradcli.points.sampling import Sampler
    from gradcli.program.graph import Program
    from gradcli.program.point import Point


class Painter:
    """One picture of a program."""

    def __init__(self, program: Program, sampler: Sampler, request: PlotRequest) -> None:
        self.program, self.sampler, self.request = program, sampler, request
        self.point: Point | None = point_of(program, request)
        self.section: Section = section_of(program, sampler, request, self.point)
        self.ranges = ranges_of(self.section, request)
        self.output = program.outputs[0].label
        self.answer: Gradient | None = None if self.point is None else self.gradient(self.point)

    def gradient(self, point: Point) -> Gradient:
        """Value and gradient at the point, certified; along the direction where one is given."""
        from gradcli.derive.gradient import EntryGradient
        from gradcli.derive.request import Request

        return EntryGradient(self.program, Request(along=self.request.along, symbolic=False)).answer(point)

    def record(self, axes: tuple[ShownAxis, ShownAxis], empty: bool, notes: Sequence[str] = ()) -> Plot:
        """The picture without what is drawn."""
        answer, section = self.answer, self.section
        accuracy = "float64" if self.program.graph.estimated else "certified"
        problems = () if answer is None else answer.numbers.problems
        numbers = Numbers("symbolic", accuracy, None, problems, tuple(notes))  # type: ignore[arg-type]
        gradient = None if answer is None else self.slopes(answer)
        return Plot(
            read_back(self.program, self.point),
            numbers,
            self.output,
            axes,
            at=section.place,
            value=None if answer is None else answer.value,
            gradient=gradient,
            direction=section.direction,
            empty=empty,
            digits=self.request.digits,
        )

    def slopes(self, answer: Gradient) -> dict[str, float | None]:
        """The derivatives along the axes."""
        if self.section.direction is not None:
            return {self.section.axes[0]: answer.directional}
        return flat_gradient(self.sampler.names, answer.gradient or {})


def flat_gradient(names: Sequence[str], gradient: Mapping[str, object]) -> dict[str, float | None]:
    """The gradient entry by entry."""
    numbers = [number for value in gradient.values() for number in numbers_in(value)]
    return dict(zip(names, numbers, strict=True))
