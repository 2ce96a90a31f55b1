"""`gradcli export`: a program and a language in, a source file out."""

from __future__ import annotations

from gradcli.exporting.file import Exported
from gradcli.exporting.languages import ALIASES, TARGETS
from gradcli.exporting.program import export_program, header
from gradcli.exporting.request import Export
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.problems import Source
    from gradcli.text.points import PointText

    Points = tuple[tuple[PointText, Source], ...]


ARRAY_TARGETS = ("numpy", "jax", "torch")
"""Languages that have matrices."""


def export(asked: Export) -> Exported:
    """The source file. NumPy, JAX and PyTorch get the matrix formulas of a program with arrays, others its entries.

    Raises GradcliError: `usage` for a target or a name that cannot be, `no-function` for a function that the target
    lacks and that has no definition in simpler ones, `shape` for sizes that the target needs and nobody gives.
    """
    from gradcli.program.building.program import build_program
    from gradcli.program.types.notation import has_arrays

    wish = asked.wish._replace(to=ALIASES.get(asked.wish.to, asked.wish.to))
    asked = asked._replace(wish=wish)
    if wish.to not in TARGETS:
        raise GradcliError("usage", f"no code is written in {wish.to!r}", hint=f"one of {', '.join(TARGETS)}")
    if wish.to == "latex":
        from gradcli.exporting.languages.latex import write_latex_code

        return write_latex_code(asked, header)
    if has_arrays(asked.script, asked.options):
        if wish.to in ARRAY_TARGETS:
            from gradcli.exporting.matrices.program import export_arrays

            return export_arrays(asked, header)
        from gradcli.exporting.program import export_entries

        return export_entries(asked)
    return export_program(build_program(asked.script, asked.options), wish, asked.points)
