"""What is asked of an explanation, the same for all of them."""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradcli.problems import Source
    from gradcli.program.names import Names
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script
    from gradcli.vocabulary import Layout, Mode


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


def uses_arrays(request: ExplainRequest) -> bool:
    """Is this a program of vectors and matrices?"""
    from gradcli.program.types.notation import has_arrays

    return has_arrays(request.script, request.options)


def refuse_abstract(names: Names) -> None:
    """An abstract function has no number."""
    if not names.functions:
        return
    statement = names.outputs[0]
    name = min(names.functions)
    raise GradcliError(
        "abstract",
        f"{name} is an abstract function: it has no value at a point",
        Span(statement.source, statement.tree.start, statement.tree.end),
        "leave --at away for the formulas, or define the function",
    )
