"""Syntax as SymPy's expressions, in this process, for those who work with SymPy.

No text meets SymPy: names become symbols by their constructor, functions come from the closed table of `cas.worker`.
"""

from __future__ import annotations

import sys

from gradcli.cas import sympy_matrices
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import (
    BOUND,
    COMPARISONS,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Transpose,
    Tree,
    Unary,
    Vector,
    postorder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


def is_sympy(value: object) -> bool:
    """Whether this is an expression or a matrix of SymPy; SymPy is not imported to tell."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic | sympy.MatrixBase)


def refuse(what: str, hint: str | None = None) -> GradcliError:
    """The error for what one of the two languages lacks."""
    return GradcliError("sympy", what, hint=hint)


def matrix_of(rows: Sequence[Sequence[Any]]) -> Any:
    """A Matrix of SymPy."""
    import sympy

    return sympy.Matrix(rows)


def to_sympy(tree: Tree) -> Any:
    """The expression as SymPy's."""
    return SympyMaker().make(tree)


class SympyMaker:
    """Makes SymPy's expressions from trees. `names`: what names stand for; others are symbols; `shapes`: of arrays."""

    def __init__(self, shapes: Mapping[str, tuple[int | str, ...]] | None = None) -> None:
        import sympy

        from gradcli.cas.worker import FUNCTIONS, RELATIONS

        self.sympy, self.functions, self.relations = sympy, FUNCTIONS, RELATIONS
        self.names: dict[str, Any] = {
            name: sympy_matrices.matrix_symbol(name, shape) for name, shape in (shapes or {}).items() if shape
        }
        self.arrays = sympy_matrices.functions()
        self.binary: Mapping[str, Callable[[Any, Any], Any]] = {
            "+": sympy.Add, "*": sympy.Mul, "**": sympy.Pow, "and": sympy.And, "or": sympy.Or,
            "-": lambda a, b: sympy.Add(a, sympy.Mul(-1, b)), "/": lambda a, b: sympy.Mul(a, sympy.Pow(b, -1)),
        }  # fmt: skip

    def make(self, root: Tree) -> Any:
        """The expression of a tree. Raises GradcliError: `sympy` for operations of arrays and functions SymPy lacks."""
        values: dict[int, Any] = {}
        letters = {tree.name for tree in postorder(root) if type(tree) is Name}
        bound = [name for name in letters if name[:1] == BOUND and name[1:] not in letters]
        self.names |= {name: self.sympy.Symbol(name[1:]) for name in bound}
        for tree in postorder(root):
            values[id(tree)] = self.one(tree, values)
        return values[id(root)]

    def one(self, tree: Tree, values: Mapping[int, Any]) -> Any:
        """One node, its subtrees made."""
        made = MAKERS.get(type(tree))
        found = None if made is None else made(self, tree, values)
        if found is None:
            hint = "derivatives by scalars and entries have a form of SymPy's"
            raise refuse(f"SymPy has no {str(tree)[:60]}", hint)
        return found

    def unary(self, tree: Unary, values: Mapping[int, Any]) -> Any:
        operand = values[id(tree.operand)]
        return self.sympy.Not(operand) if tree.op == "not" else -1 * operand

    def transpose(self, tree: Transpose, values: Mapping[int, Any]) -> Any:
        operand = values[id(tree.operand)]
        return operand.T if sympy_matrices.is_matrix(operand) else operand

    def operation(self, tree: Binary, values: Mapping[int, Any]) -> Any:
        """An operation of numbers or of matrices; None for one that SymPy lacks."""
        left, right = values[id(tree.left)], values[id(tree.right)]
        if tree.op in COMPARISONS:
            return self.relations[tree.op][0](left, right)
        if tree.op in sympy_matrices.BINARY and any(map(sympy_matrices.is_matrix, (left, right))):
            return sympy_matrices.BINARY[tree.op](left, right)
        if tree.op in self.binary and not any(isinstance(side, self.sympy.MatrixBase) for side in (left, right)):
            return self.binary[tree.op](left, right)
        return None

    def name(self, name: str) -> Any:
        """A constant, a name that stands for something, or a symbol."""
        constants = {"pi": self.sympy.pi, "e": self.sympy.E, "inf": self.sympy.oo}
        found = self.names.get(name, constants.get(name))
        return self.sympy.Symbol(name) if found is None else found

    def vector(self, items: list[Any]) -> Any:
        """A column, or rows."""
        rows = [list(item) if isinstance(item, self.sympy.MatrixBase) else [item] for item in items]
        return matrix_of(rows)

    def call(self, name: str, arguments: list[Any]) -> Any:
        """A function: SymPy's own, gradcli's definition of it, else an error."""
        sympy = self.sympy
        if name in sympy_matrices.CONSTANT:
            return sympy_matrices.constant(name, arguments)
        if len(arguments) == 1 and name in self.arrays and sympy_matrices.is_matrix(arguments[0]):
            return self.arrays[name](arguments[0])
        if len(arguments) == 1 and sympy_matrices.is_matrix(arguments[0]):
            entry = sympy.Dummy("x")
            return arguments[0].applyfunc(sympy.Lambda(entry, self.call(name, [entry])))
        if any(map(sympy_matrices.is_matrix, arguments)):
            raise refuse(f"SymPy has no {name} of arrays")
        if name == "sqrt":
            return sympy.sqrt(*arguments)
        if name == "integral":
            return sympy.Integral(arguments[0], tuple(arguments[1:]))
        if name == "where":
            return sympy.Piecewise((arguments[1], arguments[0]), (arguments[2], True))
        if name in self.functions and not any(isinstance(a, sympy.MatrixBase) for a in arguments):
            return self.functions[name][0](*arguments)
        rule = self.rule(name)
        if rule is not None and rule.means is not None and len(rule.args) == len(arguments):
            from gradcli.problems import Source
            from gradcli.text.parser import parse_expression

            inner = SympyMaker()
            inner.names = dict(zip(rule.args, arguments, strict=True))
            return inner.make(parse_expression(Source("definition", rule.means)))
        raise refuse(f"SymPy has no function {name}")

    @staticmethod
    def rule(name: str) -> Any:
        """The row of a function of scalars."""
        from gradcli.rules import RULES

        return RULES.get(name)


MAKERS: Mapping[type, Callable[[SympyMaker, Any, Mapping[int, Any]], Any]] = {
    Number: lambda maker, tree, values: maker.sympy.Rational(tree.value.numerator, tree.value.denominator),
    Name: lambda maker, tree, values: maker.name(tree.name),
    Unary: SympyMaker.unary,
    Transpose: SympyMaker.transpose,
    Binary: SympyMaker.operation,
    Vector: lambda maker, tree, values: maker.vector([values[id(item)] for item in tree.items]),
    Index: lambda maker, tree, values: (
        maker.sympy.Symbol(str(tree).replace(" ", "")) if type(tree.base) is Name else None
    ),
    Call: lambda maker, tree, values: (
        None if tree.keywords else maker.call(tree.function, [values[id(argument)] for argument in tree.arguments])
    ),
}
"""What each kind of node becomes; None for what SymPy lacks."""
