"""Graphs of arrays made node by node, for the tests of their evaluation."""

from __future__ import annotations

from typing import Any

from gradcli.program.graph import Graph, Node
from gradcli.rules import RULES

Shape = tuple[int | str, int | str] | tuple[()]


class Arrays:
    """Makes the nodes of a graph; every method is one operation of the table."""

    def __init__(self) -> None:
        self.graph = Graph()

    def node(self, op: str, *args: Node, data: Any = None, shape: Shape = ()) -> Node:
        return self.graph.intern(op, args, data, shape)

    def variable(self, name: str, *shape: int | str) -> Node:
        return self.node("variable", data=name, shape=shape)  # type: ignore[arg-type]

    def number(self, value: Any) -> Node:
        return self.node("number", data=value)

    def ones(self, *shape: int | str) -> Node:
        return self.node("fill", self.number(1), data=shape, shape=shape)  # type: ignore[arg-type]

    def sum(self, *terms: tuple[Any, Node], start: Any = 0) -> Node:
        args = tuple(node for _, node in terms)
        return self.node("sum", *args, data=(tuple(c for c, _ in terms), start), shape=args[0].shape)

    def product(self, *factors: tuple[Node, Any]) -> Node:
        args = tuple(node for node, _ in factors)
        return self.node("product", *args, data=tuple(e for _, e in factors), shape=args[0].shape)

    def matmul(self, *factors: Node, scalar: bool = False) -> Node:
        shape: Any = () if scalar else (factors[0].shape[0], factors[-1].shape[1])  # type: ignore[misc]
        return self.node("matmul", *factors, shape=shape)

    def turned(self, node: Node) -> Node:
        return self.node("transpose", node, shape=(node.shape[1], node.shape[0]))  # type: ignore[misc]

    def call(self, name: str, *args: Node) -> Node:
        return self.node("call", *args, data=RULES[name], shape=args[0].shape)
