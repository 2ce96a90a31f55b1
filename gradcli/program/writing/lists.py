"""Arrays of few entries, each with a formula of its own: [x[1], x[0]] for x[1]*eye(2)[0].T + x[0]*eye(2)[1].T.

Such arrays come from entries that a text picks, and from lists that it has.
"""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms.parts import number
from gradcli.program.writing.pieces import listed, transposed
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gradcli.program.graph import Graph, Node
    from gradcli.program.writing.pieces import Piece

MOST = 16
"""Entries of an array that is written as a list."""

DEEP = 40
"""Nodes of an array that is looked through for its entries."""

LEEWAY = 6
"""Tokens by which a list of entries may be longer than products with the identity's rows."""


def is_small(node: Node) -> bool:
    """A size in numbers, and not many entries."""
    shape: Any = node.shape
    return bool(shape) and all(type(size) is int for size in shape) and shape[0] * shape[1] <= MOST


def is_listed(node: Node) -> bool:
    """Is this array put together from entries: rows of the identity, single entries, and their sums and products?"""
    stack, seen, single = [node], 0, False
    while stack:
        here = stack.pop()
        seen += 1
        if not is_small(here) or seen > DEEP:
            return False
        unit = here.op == "pick" and here.args[0].op == "eye"
        single = single or unit or here.op == "concat"
        if unit:
            continue
        if here.op in ("sum", "transpose", "matmul") and here.args:
            stack.extend(here.args)
        elif here.op == "scale":
            stack.append(here.args[1])
        elif here.op == "concat":
            stack.extend(part for part in here.args if part.shape != (1, 1))
        elif here.op not in ("fill", "eye"):
            return False
    return single


class Entries:
    """The entries of arrays that are put together from entries, row by row; each part is looked into once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.known: dict[Node, list[list[Node]]] = {}

    def of(self, node: Node) -> list[list[Node]]:
        """The rows of an array of few parts."""
        if node not in self.known:
            self.known[node] = self.made(node)
        return self.known[node]

    def made(self, node: Node) -> list[list[Node]]:
        """The rows from those of the parts."""
        graph = self.graph
        if node.op == "transpose":
            return [list(column) for column in zip(*self.of(node.args[0]), strict=True)]
        if node.op == "scale":
            scalar = (node.args[0], 1)
            return [[make.multiply(graph, [scalar, (part, 1)]) for part in row] for row in self.of(node.args[1])]
        if node.op == "sum":
            rows = zip(*map(self.of, node.args), strict=True)
            factors = node.data[0]
            return [[make.add(graph, zip(p, factors, strict=True)) for p in zip(*r, strict=True)] for r in rows]
        if node.op == "matmul":
            first, *rest = node.args
            return self.product(self.of(first), self.of(make.matmul(graph, rest)))
        if node.op == "concat":
            parts = [[[make.total(graph, part)]] if part.shape == (1, 1) else self.of(part) for part in node.args]
            if node.data == 0:
                return [row for part in parts for row in part]
            return [[entry for row in beside for entry in row] for beside in zip(*parts, strict=True)]
        places = [(i, range(int(node.columns))) for i in range(int(node.rows))]
        if node.op == "eye":
            return [[number(graph, int(i == j)) for j in columns] for i, columns in places]
        if node.op == "fill":
            return [[node.args[0] for _ in columns] for _, columns in places]
        return [[make.pick(graph, node, i, j) for j in columns] for i, columns in places]

    def product(self, left: list[list[Node]], right: list[list[Node]]) -> list[list[Node]]:
        """The rows of a product."""
        graph, columns = self.graph, list(zip(*right, strict=True))
        return [
            [
                make.add(graph, [(make.multiply(graph, [(a, 1), (b, 1)]), 1) for a, b in zip(row, column, strict=True)])
                for column in columns
            ]
            for row in left
        ]


def as_list(graph: Graph, node: Node, write: Callable[[Node], Piece]) -> Piece | None:
    """The entries in square brackets, of an array that is put together from entries."""
    if node.op not in ("sum", "concat", "matmul", "scale") or not is_listed(node):
        return None
    rows = Entries(graph).of(node)
    across = len(rows) == 1 and len(rows[0]) > 1
    if across:
        rows = [[part] for part in rows[0]]
    whole = gathered(rows)
    if whole is not None:
        found = write(whole)
    else:
        lines = [[write(part) for part in row] for row in rows]
        found = listed([line[0] if len(line) == 1 else listed(line) for line in lines])
    return transposed(found) if across else found


def gathered(rows: list[list[Node]]) -> Node | None:
    """The array whose entries in order these are."""
    base = rows[0][0].args[0] if rows[0][0].op == "pick" else None
    if base is None or base.shape != (len(rows), len(rows[0])):
        return None
    same = all(
        node.op == "pick" and node.args[0] is base and node.data == (i, j)
        for i, row in enumerate(rows)
        for j, node in enumerate(row)
    )
    return base if same else None
