"""What is asked of a picture."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.problems import Source
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script


class PlotRequest(NamedTuple):
    """A script and what is wanted of its picture.

    ranges   low and high by name; "" is the only variable
    levels   of the contours; () for ones that suit
    """

    script: Script
    options: BuildOptions
    points: tuple[tuple[PointText, Source], ...] = ()
    along: tuple[PointText, Source] | None = None
    ranges: Mapping[str, tuple[float, float]] = {}
    levels: tuple[float, ...] = ()
    digits: int = 6
