"""A script of any kind, entry by entry: what arrays need is loaded only for a script that has them."""

from __future__ import annotations

from gradcli.program.building.program import build_program
from gradcli.program.types.notation import has_arrays
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Program
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Script


def build_entries(script: Script, options: BuildOptions) -> Program:
    """The program of entries of a script, in the shapes that inference finds."""
    if has_arrays(script, options):
        script, options = entrywise(script, options)
    return build_program(script, options)


def entrywise(script: Script, options: BuildOptions) -> tuple[Script, BuildOptions]:
    """The script with everything explicit, and the shapes of its arrays; the same where a size is not known."""
    from gradcli.program.building.array_program import array_builder

    types = array_builder(script, options).types
    sizes = {name: value for name, value in types.sizes.items() if value is not None}
    return types.entrywise(script, options, sizes) if len(sizes) == len(types.sizes) else (script, options)
