"""Certified numbers of matrix formulas that are written in a program's own names, entry by entry."""

from __future__ import annotations

from gradcli.problems import Source as Text
from gradcli.program.building.program import entry_builder
from gradcli.program.forms import scalars
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.problems import Source
    from gradcli.program.graph import Node
    from gradcli.text.points import PointText
    from gradcli.text.tree import Tree

FORMULA = Text("expression", "")


class Formulas:
    """Formulas over the names of a question's statements and inputs, all sizes known."""

    def __init__(self, question: ArrayQuestion) -> None:
        script, options = question.arrays.types.entrywise(question.script, question.options, question.sizes())
        self.builder = entry_builder(script, options)
        self.program = self.builder.program()
        self.sizes = question.sizes()

    def lookup(self, name: str) -> Node | Cells | None:
        """The value of a statement, an input, or the letter of a size."""
        found = self.builder.lookup(name)
        if found is None and name in self.sizes:
            return scalars.number(self.builder.graph, self.sizes[name])
        return found

    def build(self, tree: Tree) -> Node | Cells:
        """One formula, by entries."""
        return self.builder.read(tree, FORMULA, self.lookup)

    def values(self, trees: Sequence[Tree], text: PointText, source: Source) -> list[Any]:
        """Each formula's value at a point: a number, or rows (a column too); None for an entry that has none."""
        from gradcli.evaluate.certified.certify import certify
        from gradcli.program.point import bind_point

        built = [self.build(tree) for tree in trees]
        nodes = [entry for value in built for entry in (value.flat() if isinstance(value, Cells) else [value])]
        numbers = iter(certify(nodes, bind_point(self.program, text, source).values))
        return [
            [[next(numbers).value for _ in row] for row in value.rows]
            if isinstance(value, Cells)
            else next(numbers).value
            for value in built
        ]
