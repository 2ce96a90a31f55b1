"""Trees made shorter: signs, units and sums, without recursion."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import with_parts
from gradcli.text.tree import Binary, Call, Number, Transpose, Tree, Unary, children

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence


def size(root: Tree, known: dict[int, int] | None = None) -> int:
    """How many nodes the text of a tree has, shared parts counted each time they are written."""
    known = {} if known is None else known
    if id(root) not in known:
        for tree in missing_from(known, root):
            known[id(tree)] = min(10**12, 1 + sum([known[id(part)] for part in children(tree)]))
    return known[id(root)]


def missing_from(
    known: Container[int], root: Tree, parts: Callable[[Tree], Sequence[Tree]] = children
) -> Iterator[Tree]:
    """Every part that is not known yet by its id, its own parts first; who asks puts each in before the next."""
    stack = [root]
    while stack:
        tree = stack[-1]
        waiting = [] if id(tree) in known else [part for part in parts(tree) if id(part) not in known]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if id(tree) not in known:
            yield tree


def tidied(root: Tree) -> Tree:
    """The tree without factors 1, terms 0 and double signs; products and sums from left to right."""
    return Tidier().tidied(root)


class Tidier:
    """`tidied` for many trees: what they share is made tidy once."""

    def __init__(self) -> None:
        self.simple, self.signed = MappedTrees(tidy, derived_parts), MappedTrees(sign_inside, derived_parts)

    def tidied(self, root: Tree) -> Tree:
        return self.signed.of(self.simple.of(root))


def derived_parts(tree: Tree) -> Sequence[Tree]:
    """The parts of a tree; what is still to be differentiated, D(u), stays as it was typed: its row says so, too."""
    return () if type(tree) is Call and tree.function == "D" else children(tree)


def sign_inside(tree: Tree) -> Tree:
    """The sign of a product stands at its first factor: `-a*b` without brackets."""
    if type(tree) is Unary and tree.op == "-" and type(tree.operand) is Binary and tree.operand.op in "*/@":
        spine, first = unwound(tree.operand, "*/@")
        return rewound(Unary("-", first), spine)
    return tree


def mapped(root: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with every operation changed, its parts first; a shared part once."""
    return MappedTrees(change).of(root)


class MappedTrees:
    """`mapped` for many trees: what they share is changed once."""

    def __init__(self, change: Callable[[Tree], Tree], parts: Callable[[Tree], Sequence[Tree]] = children) -> None:
        self.change, self.parts = change, parts
        self.done: dict[int, Tree] = {}
        self.kept: list[Tree] = []

    def of(self, root: Tree) -> Tree:
        """The changed tree."""
        done = self.done
        if id(root) in done:
            return done[id(root)]
        for tree in missing_from(done, root, self.parts):
            parts = [done[id(part)] for part in self.parts(tree)]
            done[id(tree)] = self.change(with_parts(tree, parts) if parts else tree)
        self.kept.append(root)  # its id is not given to another tree
        return done[id(root)]


def tidy(tree: Tree) -> Tree:
    """One operation on tidy parts; the same tree where nothing is to be done."""
    found = simplest(tree)
    if type(found) is Binary and type(tree) is Binary:
        same = found.op == tree.op and found.left is tree.left and found.right is tree.right
        return tree if same else found
    if type(found) is Unary and type(tree) is Unary and found.operand is tree.operand:
        return tree
    return found


def simplest(tree: Tree) -> Tree:
    """One operation without what it can do without."""
    if type(tree) is Unary and tree.op == "-":
        return negated(tree.operand)
    if type(tree) is not Binary:
        return tree
    if tree.op == "*":
        return product(tree.left, tree.right)
    if tree.op == "/":
        return quotient(tree.left, tree.right)
    if tree.op == "@":
        return matrix_product(tree.left, tree.right)
    if tree.op == "+" or tree.op == "-":
        return total(tree.op, tree.left, tree.right)
    return tree.left if tree.op == "**" and is_value(tree.right, 1) else tree


def is_value(tree: Tree, value: int) -> bool:
    """Is it this number?"""
    return type(tree) is Number and tree.value == value


def is_negative(tree: Tree) -> bool:
    return type(tree) is Unary and tree.op == "-"


def negated(tree: Tree) -> Tree:
    """-u, u for a negative u."""
    if is_value(tree, 0):
        return tree
    return tree.operand if type(tree) is Unary and tree.op == "-" else Unary("-", tree)


def product(left: Tree, right: Tree) -> Tree:
    """u·v, signs in front."""
    if is_value(left, 0) or is_value(right, 1):
        return left
    if is_value(right, 0) or is_value(left, 1):
        return right
    if type(left) is Unary and left.op == "-":
        return negated(product(left.operand, right))
    if type(right) is Unary and right.op == "-":
        return negated(product(left, right.operand))
    spine, first = unwound(right, "*/@" if is_plain_number(left) else "*/")
    return rewound(left if is_value(first, 1) else Binary("*", left, first), spine)


def unwound(tree: Tree, signs: str) -> tuple[list[Binary], Tree]:
    """The operations of a text from left to right, and what stands first in it."""
    spine: list[Binary] = []
    while type(tree) is Binary and tree.op in signs and tree.op != "**":
        spine.append(tree)
        tree = tree.left
    return spine, tree


def rewound(first: Tree, spine: list[Binary]) -> Tree:
    """The same operations on another first operand."""
    for link in reversed(spine):
        first = Binary(link.op, first, link.right)
    return first


def is_plain_number(tree: Tree) -> bool:
    """A number, which may stand in front of a matrix product without brackets."""
    if type(tree) is Binary and tree.op in "*/":
        return is_plain_number(tree.left) and is_plain_number(tree.right)
    return type(tree) is Number


def matrix_product(left: Tree, right: Tree) -> Tree:
    """U V from left to right, the sign in front."""
    if is_value(left, 0) or is_value(right, 0):
        return Number(0)
    if type(left) is Unary and left.op == "-":
        return negated(matrix_product(left.operand, right))
    if type(right) is Unary and right.op == "-":
        return negated(matrix_product(left, right.operand))
    spine, first = unwound(right, "@")
    return rewound(Binary("@", left, first), spine)


def quotient(left: Tree, right: Tree) -> Tree:
    """u/v, signs in front."""
    if is_value(left, 0) or is_value(right, 1):
        return left
    if type(left) is Unary and left.op == "-":
        return negated(quotient(left.operand, right))
    spine, first = unwound(left, "*/@")
    if spine and type(first) is Number and type(right) is Number and first.value == right.value != 0:
        *rest, link = spine
        if link.op == "*":  # 2*x/2
            return rewound(link.right, rest)
    return Binary("/", left, right)


def total(op: str, left: Tree, right: Tree) -> Tree:
    """u ± v without zeros; a negative v turns the sign."""
    if is_value(right, 0):
        return left
    if is_value(left, 0):
        return right if op == "+" else negated(right)
    if type(right) is Unary and right.op == "-":
        return total("-" if op == "+" else "+", left, right.operand)
    if op == "+":
        spine, first = unwound(right, "+-")
        return rewound(Binary("+", left, first), spine)
    return Binary(op, left, right)


def turned_differences(root: Tree) -> Tree:
    """The tree in which a minus before a product turns a difference in it: -(y - o)ᵀ do is (o - y)ᵀ do."""
    return mapped(root, turned_difference)


def turned_difference(tree: Tree) -> Tree:
    """One product, or what stands in it, without its minus."""
    spine, first = unwound(tree, "*/@")
    if not is_negative(first):
        return tree
    whole = rewound(first.operand, spine)  # type: ignore[attr-defined]
    path = path_to_difference(whole)
    return tree if path is None else replaced_at(whole, path)


def path_to_difference(tree: Tree) -> tuple[int, ...] | None:
    """Where in a product the first difference of two terms stands that may be turned; 1 - h is left alone."""
    stack: list[tuple[Tree, tuple[int, ...]]] = [(tree, ())]
    while stack:
        here, path = stack.pop()
        if type(here) is Binary and here.op == "-" and path:
            if type(here.left) is not Number:
                return path
        elif type(here) is Transpose or (type(here) is Binary and here.op in "*@"):
            parts = children(here)
            stack += [(parts[i], (*path, i)) for i in range(len(parts) - 1, -1, -1)]
    return None


def replaced_at(tree: Tree, path: tuple[int, ...]) -> Tree:
    """The tree with the difference at this place turned."""
    if not path:
        assert type(tree) is Binary
        return Binary("-", tree.right, tree.left)
    parts = list(children(tree))
    parts[path[0]] = replaced_at(parts[path[0]], path[1:])
    return with_parts(tree, parts)
