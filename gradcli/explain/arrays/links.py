"""The terms of the chain rule for arrays: Jacobians, and their products in the order that the layout demands."""

from __future__ import annotations

from gradcli.derive.arrays.blocks import BlockNode, is_zero, laid_out, shape_of, times, vec_block
from gradcli.derive.results import Path
from gradcli.explain.links import Links, Statements
from gradcli.program.forms import scalars
from gradcli.program.graph import Variable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Node, Program
    from gradcli.vocabulary import Layout

PATHS = 12
"""The most paths from an input to the output that are written out."""


class ArrayLinks(Links):
    """The terms of a program of arrays: products of Jacobians in a layout."""

    def __init__(self, statements: Statements, program: Program, layout: Layout) -> None:
        self.program = program
        self.layout: Layout = layout
        self.shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)} | dict(statements.shapes)
        super().__init__(statements)

    def partials(self, step: str) -> Mapping[str, Node]:
        node = self.statements.nodes[step]
        found = {name: self.jacobian(node, name) for name in self.wanted(step)}
        return {name: jacobian for name, jacobian in found.items() if not is_zero(jacobian)}

    def jacobian(self, node: Node, name: str) -> Node:
        """∂node/∂name; matrices count as vec of themselves, so that every product fits."""
        variable = Variable(name, self.shapes[name])
        block = vec_block(self.program._replace(variables=(variable,)), node, name)
        return laid_out(self.graph, BlockNode("", name, block), self.layout)

    def product(self, factors: Sequence[Node]) -> Node:
        """The product of factors from the output inwards, turned round in denominator layout."""
        result, *rest = self.in_layout(factors)
        for factor in rest:
            result = times(self.graph, result, factor)
        return result

    def in_layout(self, factors: Sequence[Node]) -> Sequence[Node]:
        """Factors from the output inwards in the order of the layout."""
        return factors if self.layout == "numerator" else factors[::-1]

    def sum(self, nodes: Sequence[Node]) -> Node | None:
        """The sum of nodes of one shape. Beside an array of one entry a number is such an array."""
        from gradcli.program.forms import arrays as array_forms
        from gradcli.program.forms.parts import ones

        if len(nodes) < 2:
            return nodes[0] if nodes else None
        shape = next((node.shape for node in nodes if node.shape), None)
        if shape is None:
            return scalars.add(self.graph, [(node, 1) for node in nodes])
        one = ones(self.graph, shape)
        alike = [node if node.shape else array_forms.scale(self.graph, node, one) for node in nodes]
        return array_forms.add(self.graph, [(node, 1) for node in alike])

    def shape(self, factor: Node) -> tuple[Any, ...]:
        return shape_of(factor)

    def paths(self, name: str) -> list[list[str]]:
        """The ways from the output to a name, at most PATHS of them."""
        found: list[list[str]] = []
        stack = [[name]]
        while stack and len(found) < PATHS:
            way = stack.pop()
            if way[-1] == self.output:
                found.append(way[::-1])
                continue
            stack.extend([*way, link.through] for link in reversed(self.terms.get(way[-1], [])))
        return found

    def path(self, way: Sequence[str]) -> Path:
        """One way from the output to a name, with its factors in the order of the layout."""
        factors = [self.inner[way[i]][way[i + 1]] for i in range(len(way) - 1)]
        ordered = self.in_layout(factors)
        return Path(
            tuple(way),
            tuple(self.trees[factor] for factor in ordered),
            tuple(shape_of(factor) for factor in ordered),
            shape_of(self.product(factors)),
        )
