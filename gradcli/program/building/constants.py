"""Expressions without variables, of --set and --at, as exact nodes."""

from __future__ import annotations

from gradcli.problems import GradcliError, Source
from gradcli.program.building.builder import Builder
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.forms import scalars
from gradcli.program.graph import Node
from gradcli.program.names import CONSTANTS
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Graph
    from gradcli.program.scalarize.entries import Cells
    from gradcli.text.tree import Tree


def constant_entries(graph: Graph, name: str, tree: Tree, value: Node | Cells) -> dict[str, Node]:
    """A constant expression as nodes without variables, one for each entry of the variable."""
    given = build_constant(graph, tree, name)
    if isinstance(value, Node):
        if not isinstance(given, Node):
            message = f"{name} is a scalar here, and its value is an array of shape {given.shape}"
            raise GradcliError(
                "shape",
                message,
                None,
                "write numbers in the order of the variables, 1,2; repeat --at for several points",
            )
        return {name: given}
    if isinstance(given, Node) or given.shape != value.shape:
        found = "a number" if isinstance(given, Node) else f"an array of shape {given.shape}"
        raise GradcliError("shape", f"{name} has shape {value.shape}, and its value is {found}")
    return {entry.data: node for entry, node in zip(value.flat(), given.flat(), strict=True)}


def build_constant(graph: Graph, tree: Tree, name: str) -> Node | Cells:
    """A constant expression such as `pi/2` or `[1, 2]`."""

    def lookup(other: str) -> Node | Cells | None:
        return scalars.constant(graph, other) if other in CONSTANTS else None

    try:
        return Builder(EntryValues(graph), Source("value", ""), lookup).build(tree)
    except GradcliError as error:
        raise GradcliError("point", f"the value of {name}: {error.message}", None, error.hint) from None
