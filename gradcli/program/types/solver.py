"""Type inference over a whole program: every part waits for its parts, every name for its equations, and what nothing
forces is decided by the conventions, one name at a time. Linear: each part is typed once.

The order of decisions: names that stand where only an array can; what stands beside an array; what else an array
function needs; the rest are scalars.
"""

from __future__ import annotations

from gradcli.program.types import conventions
from gradcli.program.types.equations import EQUATIONS
from gradcli.program.types.inference import Inference
from gradcli.program.types.row_shapes import written_shapes
from gradcli.program.types.walk import FILLED, parts
from gradcli.program.written.capitals import is_matrix_letter
from gradcli.records import TYPE_CHECKING
from gradcli.rules import ARRAY_NAMES, RULES
from gradcli.text.tree import Binary, Call, Index, Name, Number, Slice, Transpose, children, is_bound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.text.tree import Statement, Tree


class Solver(Inference):
    """The types of the statements of one program, found when they are read."""

    def read(self, order: Sequence[Statement]) -> None:
        """Type all statements, in order of evaluation."""
        self.statements.update({s.name: s.tree for s in order if s.name is not None})
        for statement in order:
            self.enter(statement)
        for told in [name for name in self.places if self.known(name) is not None]:
            self.settle_name(told, self.known(told))
        self.drain()
        for tree, matrix in self.wanted:
            name = self.open_name(tree)
            if name is not None:
                self.make_array(name, matrix)
        self.work()
        self.decide_wanted()
        while self.late:
            conventions.last_coefficient(self, *self.late.popleft())
        self.work()
        self.decide_rest()
        self.work()
        for tree, shape in self.added:
            conventions.of_one_entry(self, tree, shape)

    def decide_wanted(self) -> None:
        """Operands of array functions that nothing forces: first which letters in them are matrices."""
        for tree, _ in self.wanted:
            if id(tree) not in self.shapes:
                conventions.want_matrices(self, tree)
        for tree, matrix in self.wanted:
            if id(tree) not in self.shapes:
                conventions.want(self, tree, matrix)

    def decide_rest(self) -> None:
        """What is still open is a scalar."""
        for name in self.places:
            if self.is_open(name):
                if is_matrix_letter(name):
                    self.plain[name] = None
                self.settle_name(name, ())

    def enter(self, statement: Statement) -> None:
        """Note every part of a statement, what it waits for, and where only an array can stand."""
        trees: list[Tree] = []
        stack = [statement.tree]
        while stack:
            tree = stack.pop()
            if id(tree) in self.waiting:
                continue
            trees.append(tree)
            inside = parts(tree)
            self.waiting[id(tree)] = len(inside)
            self.homes[id(tree)] = statement.source
            for part in inside:
                self.parents.setdefault(id(part), []).append(tree)
            stack.extend(inside)
            self.note_sizes(tree)
        for tree in reversed(trees):
            self.note(tree)

    def note(self, tree: Tree) -> None:
        """Leaves are ready; names wait; the operands of array operations are wanted as arrays."""
        if isinstance(tree, Name) and is_bound(tree.name):
            self.settle(tree, ())
        elif isinstance(tree, Name):
            self.places.setdefault(tree.name, []).append(tree)
            self.waiting[id(tree)] = 1
            if tree.name in self.statements:
                self.parents.setdefault(id(self.statements[tree.name]), []).append(tree)
        elif not self.waiting[id(tree)]:
            self.ready.append(tree)
        if isinstance(tree, Call) and tree.function == "norm" and len(tree.arguments) == 2:
            self.norms.append(tree)
        wanted = wanted_arrays(tree)
        self.wanted += wanted
        self.asked.update(id(part) for part, _ in wanted)

    def note_sizes(self, tree: Tree) -> None:
        """Names that stand for sizes: in eye(n), ones(m, n), X[0:k]."""
        if isinstance(tree, Call) and tree.function in FILLED:
            stack = list(tree.arguments)
        elif isinstance(tree, Index):
            stack = [s for s in tree.subscripts if isinstance(s, Slice)]
        else:
            return
        while stack:
            part = stack.pop()
            stack.extend(children(part))
            if not isinstance(part, Name):
                continue
            if part.name in self.numbers:
                self.sized.add(part.name)
            elif part.name not in self.fixed and part.name not in self.statements and part.name not in self.letters:
                self.letters.add(part.name)
                self.dims.named.add(part.name)

    def work(self) -> None:
        """Decide what stands beside arrays, until nothing more follows."""
        while True:
            self.drain()
            if self.beside:
                tree = self.beside.popleft()
                if id(tree) not in self.shapes:
                    conventions.beside(self, tree)
            elif self.coefficients:
                self.make_number(self.coefficients.popleft())
            else:
                return

    def equation(self, tree: Tree) -> Any:
        """The shape of a part by the equation of its kind."""
        return EQUATIONS[type(tree)](self, tree)


def wanted_arrays(tree: Tree) -> Sequence[tuple[Tree, bool]]:
    """The parts that this operation needs as arrays, and whether only a matrix will do."""
    if isinstance(tree, Binary):
        return ((tree.left, False), (tree.right, False)) if tree.op == "@" else ()
    if isinstance(tree, Transpose):  # of A.T.T only A is asked: long chains stay linear
        return () if isinstance(tree.operand, Transpose) else ((tree.operand, False),)
    if isinstance(tree, Index):
        return ((tree.base, len(tree.subscripts) > 1),)
    if not isinstance(tree, Call):
        return ()
    return wanted_by_row(tree)


def wanted_by_row(tree: Call) -> Sequence[tuple[Tree, bool]]:
    """The arguments that a row of an array function takes as arrays; where it writes n,n only a matrix will do."""
    row, args = ARRAY_NAMES.get(tree.function), tree.arguments
    if row is None or (tree.function in RULES and len(args) != 1):
        return ()
    if row.kind == "stack":
        return [] if any(isinstance(arg, Number) for arg in args) else [(arg, False) for arg in args]
    if row.kind:
        return [(arg, False) for arg in args[: row.kind != "sizes"]]
    return [(arg, names == ("n", "n")) for names, arg in zip(written_shapes(row.shape).arguments, args, strict=False)]
