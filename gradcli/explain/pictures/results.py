"""What a picture shows, as frozen records: a curve with its tangent, or contours with gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gradcli.notebooks import displayed
from gradcli.records import Readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.derive.results import Numbers, Reading

Side = Literal["left", "both", "right"]
GapKind = Literal["undefined", "hole", "pole", "jump"]


class ShownAxis(NamedTuple):
    """A name, and the range of it that is shown; `low < high`."""

    name: str
    low: float
    high: float


class Tangent(NamedTuple):
    """y = slope·x + intercept through the point, on one side of it or on both."""

    slope: float
    intercept: float
    side: Side = "both"


class Gap(NamedTuple):
    """Where a curve is not joined: between `low` and `high`, which are equal at a pole, a jump and a hole."""

    low: float
    high: float
    kind: GapKind
    reason: str = ""


class Curve(NamedTuple):
    """The samples of a curve in order of x; y is None inside of a gap."""

    x: tuple[float, ...]
    y: tuple[float | None, ...]
    gaps: tuple[Gap, ...]


class Contour(NamedTuple):
    """The lines on which the function has one value; a closed line ends where it begins."""

    level: float
    lines: tuple[tuple[tuple[float, float], ...], ...]


class Arrow(NamedTuple):
    """The gradient at a place."""

    x: float
    y: float
    slopes: tuple[float, float]


class Plot(Readable):
    """A picture.

    axes       of a curve x and y, of contours both variables
    curve      of one variable; contours, arrows: of two
    at         the point, by axis; value, gradient: there; None where there is none
    tangents   one, or a half on each side of a kink
    direction  the direction of a curve that is a section of a function of several variables
    path       places of a descent, in order
    empty      nothing can be drawn;  late: there was no time for all certified samples
    """

    reading: Reading
    numbers: Numbers
    output: str
    axes: tuple[ShownAxis, ShownAxis]
    curve: Curve | None = None
    contours: tuple[Contour, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    at: tuple[float, ...] | None = None
    value: float | None = None
    gradient: Mapping[str, float | None] | None = None
    tangents: tuple[Tangent, ...] = ()
    direction: Mapping[str, float] | None = None
    path: tuple[tuple[float, float], ...] = ()
    empty: bool = False
    late: bool = False
    digits: int = 6

    @property
    def tangent(self) -> Tangent | None:
        """The tangent, where there is one."""
        return self.tangents[0] if len(self.tangents) == 1 else None


displayed(Plot)
