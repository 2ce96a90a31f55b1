"""A program as it was typed, one operation a step: what is evaluated, in order, each step with a name.

Equal subtrees are one step, and a constant subtree (`2*pi`) is an operand. Named statements keep their names; the
others are called v1, v2, … in order of evaluation.
Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), section 2.2 (evaluation traces).
"""

from __future__ import annotations

from gradcli.explain.trees import is_value
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.binders import BINDERS
from gradcli.text.rewrite import with_parts
from gradcli.text.tree import (
    COMPARISONS,
    Binary,
    Call,
    Data,
    Name,
    Number,
    Slice,
    Text,
    Unary,
    children,
    is_bound,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.text.tree import Statement, Tree

CONDITIONS = frozenset((*COMPARISONS, "and", "or"))
LETTERS = "vwzpqrsu"


class Operation(NamedTuple):
    """One step: `tree` is the operation on names and constants, `operands` the names in it, in order of first use.

    named     the user's own statement;  typed: what stands in the text, before names were put in
    """

    name: str
    tree: Tree
    operands: tuple[str, ...]
    named: bool
    typed: Tree


class Operand(NamedTuple):
    """What a subtree is to its users: a name, a constant, or a piece of syntax (a condition, a slice)."""

    tree: Tree
    key: int
    constant: bool
    names: tuple[str, ...]


def operations(
    statements: Sequence[Statement],
    variables: Collection[str],
    output: str,
    whole: bool = False,
    letters: str = LETTERS,
) -> tuple[Operation, ...]:
    """The steps of statements that stand in order of evaluation; the last is the output's.

    variables   every name that is no constant: inputs, data, values of --set
    whole       one step a statement, nothing inside it;  letters: for names, in the order in which they are tried
    """
    taken = {*variables, *(statement.name or output for statement in statements)}
    recorder = Recorder(variables, free_letter(taken, letters))
    for statement in statements:
        recorder.statement(statement, statement.name or output, whole)
    return tuple(recorder.steps)


def free_letter(taken: Collection[str], letters: str = LETTERS) -> str:
    """A letter for steps, where no name of the program is that letter with digits."""
    used = {name[0] for name in taken if name[1:].isdigit()}
    return next((letter for letter in letters if letter not in used), "step_")


class Recorder:
    """Reads statements one after another; equal operations get one name."""

    def __init__(self, variables: Collection[str], prefix: str) -> None:
        self.variables = set(variables)
        self.prefix = prefix
        self.steps: list[Operation] = []
        self.count = 0
        self.keys: dict[tuple[object, ...], int] = {}
        self.known: dict[int, Operand] = {}
        self.letters: dict[int, frozenset[str]] = {}  # what stands open in a part of an integral's body

    def statement(self, statement: Statement, name: str, whole: bool) -> None:
        """The steps of one statement; its last operation has the statement's name."""
        named = statement.name is not None
        if whole:
            used = [t.name for t in places(statement.tree) if type(t) is Name]
            names = tuple(dict.fromkeys(name for name in used if name in self.variables))
            self.steps.append(Operation(name, statement.tree, names, named, statement.tree))
        else:
            self.read(statement.tree, name, named)
        self.variables.add(name)
        self.known[self.key("name", name)] = self.by_name(name)

    def read(self, root: Tree, name: str, named: bool) -> None:
        """Postorder on an explicit stack: texts nest ten thousand deep."""
        order: list[tuple[Tree, tuple[Tree, ...]]] = []
        stack = [root]
        while stack:
            tree = stack.pop()
            parts = operand_trees(tree)
            order.append((tree, parts))
            stack.extend(parts)
        found: list[Operand] = []
        before = len(self.steps)
        for tree, parts in reversed(order):
            args = [found.pop() for _ in parts][::-1]
            found.append(self.operand(tree, args, (name, named) if tree is root else None))
        if len(self.steps) == before or self.steps[-1].name != name:  # an alias, a constant, or a step met before
            result = found[-1]
            self.steps.append(Operation(name, result.tree, result.names, named, root))

    def operand(self, tree: Tree, args: list[Operand], last: tuple[str, bool] | None) -> Operand:
        """What a subtree is, its own operands known; an operation that is new becomes a step."""
        if type(tree) is Name:
            return self.by_name(tree.name) if tree.name in self.variables else self.fixed(tree)
        if not args:
            return self.fixed(tree)
        key = self.key(*own_key(tree), *(arg.key for arg in args))
        if key in self.known:
            return self.known[key]
        letters = frozenset().union(*(self.letters.get(arg.key, ()) for arg in args)) - {bound_letter(tree)}
        self.letters[key] = letters
        made = rebuilt(tree, [arg.tree for arg in args])
        names = tuple(dict.fromkeys(name for arg in args for name in arg.names))
        constant = all(arg.constant for arg in args)
        if constant or letters or is_part(tree):
            self.known[key] = Operand(made, key, constant, names)
        else:
            self.known[key] = self.step(made, names, tree, last)
        return self.known[key]

    def step(self, tree: Tree, names: tuple[str, ...], typed: Tree, last: tuple[str, bool] | None) -> Operand:
        """A new step, with the statement's name where it is the last of it."""
        if last is None:
            self.count += 1
            name, named = f"{self.prefix}{self.count}", False
        else:
            name, named = last
        self.steps.append(Operation(name, tree, names, named, typed))
        self.variables.add(name)
        return self.by_name(name)

    def by_name(self, name: str) -> Operand:
        return Operand(Name(name), self.key("name", name), False, (name,))

    def fixed(self, tree: Tree) -> Operand:
        key = self.key(*own_key(tree))
        if type(tree) is Name and is_bound(tree.name):
            self.letters[key] = frozenset((tree.name,))
        return Operand(tree, key, True, ())

    def key(self, *parts: object) -> int:
        """A number for a subtree's meaning: equal subtrees have equal numbers."""
        return self.keys.setdefault(parts, len(self.keys))


def is_part(tree: Tree) -> bool:
    """Is this a piece of its user's operation, and no number of its own?"""
    kind = type(tree)
    return (
        kind is Slice
        or (kind is Binary and tree.op in CONDITIONS)  # type: ignore[attr-defined]
        or (kind is Unary and tree.op == "not")  # type: ignore[attr-defined]
    )


def bound_letter(tree: Tree) -> str:
    """The letter that a call binds; empty for anything else."""
    return tree.arguments[1].name if type(tree) is Call and tree.function in BINDERS else ""  # type: ignore[attr-defined]


def operand_trees(tree: Tree) -> tuple[Tree, ...]:
    """The operands of an operation: its subtrees, seen through what is one step with it."""
    inner = fused(tree)
    return tuple(children(tree)) if inner is None else (inner.arguments[0] if type(inner) is Call else inner.left,)  # type: ignore[attr-defined]


def fused(tree: Tree) -> Tree | None:
    """The part that is one step with its user: the norm in norm(u)**2 (smooth at 0), the square in sqrt(u**2), |u|."""
    if type(tree) is Binary and tree.op == "**" and is_value(tree.right, 2):
        left = tree.left
        if type(left) is Call and left.function == "norm" and len(left.arguments) == 1 and not left.keywords:
            return left
    if type(tree) is Call and tree.function == "sqrt" and len(tree.arguments) == 1:
        square = tree.arguments[0]
        if type(square) is Binary and square.op == "**" and is_value(square.right, 2):
            return None if type(square.left) is Number else square
    return None


def rebuilt(tree: Tree, parts: list[Tree]) -> Tree:
    """The operation with these operands in the place of its own."""
    inner = fused(tree)
    if inner is None:
        return with_parts(tree, parts)
    return with_parts(tree, [with_parts(inner, [*parts, *children(inner)[1:]]), *children(tree)[1:]])


def own_key(tree: Tree) -> tuple[object, ...]:
    """What a node says besides its operands."""
    kind = type(tree)
    inner = fused(tree)
    if inner is not None:
        return (kind, "fused", tree.op if kind is Binary else tree.function)  # type: ignore[attr-defined]
    if kind is Number or kind is Text:
        return (kind, tree.value)  # type: ignore[attr-defined]
    if kind is Name:
        return ("name", tree.name)  # type: ignore[attr-defined]
    if kind is Binary or kind is Unary:
        return (kind, type(tree.op), tree.op)  # type: ignore[attr-defined]
    if kind is Call:
        return (kind, tree.function, tuple(word for word, _ in tree.keywords))  # type: ignore[attr-defined]
    if kind is Slice:
        return (kind, tree.lower is None, tree.upper is None)  # type: ignore[attr-defined]
    return (kind, id(tree.numbers)) if kind is Data else (kind,)  # type: ignore[attr-defined]


def places(root: Tree) -> list[Tree]:
    """Every subtree, from left to right, each time it stands there."""
    found: list[Tree] = []
    stack = [root]
    while stack:
        tree = stack.pop()
        found.append(tree)
        stack.extend(reversed(children(tree)))
    return found
