"""Parts of a text that know how long they are, and how tightly their outermost operator binds."""

from __future__ import annotations

from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import (
    COMPARISONS,
    ENTRYWISE_POWER,
    ENTRYWISE_PRODUCT,
    Binary,
    Call,
    Transpose,
    Tree,
    Unary,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Node

COMPARE, SUM, PRODUCT, MINUS, POWER, POSTFIX, ATOM = 4, 10, 20, 30, 40, 50, 100
LEVELS: Mapping[str, tuple[int, int, int]] = {
    "or": (1, 1, 2),
    "and": (2, 2, 3),
    **dict.fromkeys(COMPARISONS, (COMPARE, SUM, SUM)),
    "+": (SUM, SUM, PRODUCT),
    "-": (SUM, SUM, PRODUCT),
    "*": (PRODUCT, PRODUCT, MINUS),
    "/": (PRODUCT, PRODUCT, MINUS),
    "@": (PRODUCT, PRODUCT, MINUS),
    "**": (POWER, POWER + 1, POWER),
}
"""How tightly each operator binds, and how tightly its operands must bind to need no brackets."""


class Piece(NamedTuple):
    """A written part: tree, tokens, how tightly it binds, whether a minus stands in front, whether it is an array."""

    tree: Tree
    size: int
    level: int
    minus: bool = False
    array: bool = False


def atom(tree: Tree, size: int = 1) -> Piece:
    return Piece(tree, size, ATOM)


def bracketed(piece: Piece, minimum: int, guarded: bool = False) -> int:
    """The tokens of an operand, with the brackets that it needs."""
    return piece.size + 2 * (piece.level < minimum or (guarded and piece.minus))


def binary(op: str, left: Piece, right: Piece) -> Piece:
    """left op right."""
    level, before, after = LEVELS[op]
    size = bracketed(left, before) + 1 + bracketed(right, after, level > COMPARE)
    if left.array and (op == "**" or (op == "*" and right.array)):
        op = ENTRYWISE_POWER if op == "**" else ENTRYWISE_PRODUCT
    minus = left.minus and left.level >= before
    return Piece(Binary(op, left.tree, right.tree), size, level, minus, left.array or right.array)


def called(name: str, args: Sequence[Piece], keywords: Sequence[tuple[str, Piece]] = ()) -> Piece:
    """name(args)."""
    count = len(args) + len(keywords)
    size = 3 + sum(a.size for a in args) + sum(k.size + 2 for _, k in keywords) + max(count - 1, 0)
    words = tuple((word, k.tree) for word, k in keywords)
    return Piece(Call(name, tuple(a.tree for a in args), words), size, ATOM)


def listed(parts: Sequence[Piece]) -> Piece:
    """[a, b]."""
    return Piece(Vector(tuple(part.tree for part in parts)), 1 + sum(part.size + 1 for part in parts), ATOM)


def transposed(piece: Piece) -> Piece:
    """piece.T, or without the .T that is there."""
    if type(piece.tree) is Transpose:
        return Piece(piece.tree.operand, piece.size - 1, ATOM)
    return Piece(Transpose(piece.tree), bracketed(piece, POSTFIX) + 1, POSTFIX)


def negative(part: Piece) -> Piece:
    """The minus sign goes to the first factor: `-2*x` reads as (-2)*x."""
    spine: list[Binary] = []
    tree = part.tree
    while type(tree) is Binary and tree.op in "*/@":
        spine.append(tree)
        tree = tree.left
    needs = (type(tree) is Binary and LEVELS[tree.op][0] < MINUS) or type(tree) is Unary
    found: Tree = Unary("-", tree)
    for link in reversed(spine):
        found = Binary(link.op, found, link.right)
    size = part.size + 1 + 2 * (needs and not spine)
    return Piece(found, size, PRODUCT if spine else MINUS, True, part.array)


class Transposes:
    """How many variables are transposed in a node. Which ones are is kept as bits, node by node."""

    def __init__(self) -> None:
        self.known: dict[Node, int] = {}
        self.bit = 1

    def within(self, root: Node) -> int:
        """Their number."""
        known = self.known
        for node in order([root], lambda here: () if here in known else here.args):
            if node not in known:
                bits = 0
                if node.op == "transpose":
                    bits, self.bit = self.bit, self.bit << 1
                for arg in node.args:
                    bits |= known[arg]
                known[node] = bits
        return known[root].bit_count()
