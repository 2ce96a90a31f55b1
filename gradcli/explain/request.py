"""What is asked of an explanation, the same for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradcli.derive.results import Layout
    from gradcli.explain.results import Mode
    from gradcli.problems import Source
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script


class ExplainRequest(NamedTuple):
    """A script and what is wanted of it; the texts of points are bound when the program is known.

    named    the user's statements only (None: without a point, and for long programs of arrays)
    digits   significant digits that are shown, 1 to 17
    level    of a derivation: brief, normal or full;  hint: only the first so many rules, without results
    """

    script: Script
    options: BuildOptions
    points: tuple[tuple[PointText, Source], ...] = ()
    mode: Mode = "reverse"
    along: tuple[PointText, Source] | None = None
    named: bool | None = None
    formulas: bool = False
    digits: int = 6
    level: str = "normal"
    hint: int | None = None
    components: bool = False
    layout: Layout | None = None
