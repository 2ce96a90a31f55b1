"""Syntax as SymPy's expressions and back, in this process, for those who work with SymPy.

No text meets SymPy: names become symbols by their constructor, functions come from the closed table of `cas.worker`.
"""

from __future__ import annotations

import sys

from gradcli.cas import sympy_matrices
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import COMPARISONS, Binary, Call, Index, Name, Number, Transpose, Tree, Unary, Vector, postorder

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
    Index: lambda maker, tree, values: maker.sympy.Symbol(str(tree).replace(" ", "")),
    Call: lambda maker, tree, values: (
        None if tree.keywords else maker.call(tree.function, [values[id(argument)] for argument in tree.arguments])
    ),
}
"""What each kind of node becomes; None for what SymPy lacks."""


def text_of(expression: Any) -> str:
    """The text of SymPy's expression, or of a column of them, in gradcli's language.

    Raises GradcliError: `sympy` for what gradcli has no word for, and for symbols whose names it would read otherwise.
    """
    import sympy

    if isinstance(expression, sympy.MatrixBase):
        if expression.cols != 1:
            raise refuse("a matrix of SymPy is no function of gradcli's", "a column, or one expression")
        return f"[{', '.join(text_of(entry) for entry in expression)}]"
    texts: dict[Any, str] = {}
    stack = [expression]
    while stack:
        here = stack[-1]
        waiting = [part for part in parts_of(here) if part not in texts]
        if waiting:
            stack.extend(waiting)
        else:
            texts[stack.pop()] = written(here, [texts[part] for part in parts_of(here)])
    return texts[expression]


def parts_of(expression: Any) -> list[Any]:
    """The subexpressions; of a Piecewise its values and conditions in turn."""
    import sympy

    if isinstance(expression, sympy.Piecewise):
        return [part for pair in expression.args for part in (pair.expr, pair.cond)]
    return list(expression.args)


def written(expression: Any, parts: list[str]) -> str:
    """One node as text in brackets, its parts written."""
    import sympy

    from gradcli.cas.worker import NAMES, RELATION_NAMES

    kind = expression.func
    signs = {sympy.Add: " + ", sympy.Mul: "*", sympy.Pow: "**", sympy.And: " and ", sympy.Or: " or "}
    signs |= {relation: f" {sign} " for relation, sign in RELATION_NAMES.items()}
    if not parts:
        return leaf(expression)
    if kind in signs:
        return f"({signs[kind].join(parts)})"
    if kind is sympy.Not:
        return f"(not {parts[0]})"
    if isinstance(expression, sympy.Piecewise):
        return branches(expression, parts)
    if kind in (sympy.zeta, sympy.elliptic_e) and len(parts) == 1:
        return f"{'zeta' if kind is sympy.zeta else 'elliptice'}({parts[0]})"
    if kind in NAMES:
        return f"{NAMES[kind]}({', '.join(parts)})"
    raise refuse(f"gradcli has no word for SymPy's {kind.__name__}", "gradcli functions lists what it knows")


def branches(expression: Any, parts: list[str]) -> str:
    """Piecewise as nested where; its last condition must be certain."""
    import sympy

    if expression.args[-1].cond is not sympy.true:
        raise refuse("a Piecewise without a last case", "Piecewise(..., (0, True))")
    result = parts[-2]
    for place in range(len(parts) - 4, -1, -2):
        result = f"where({parts[place + 1]}, {parts[place]}, {result})"
    return result


def leaf(expression: Any) -> str:
    """A number, a constant or a symbol."""
    import sympy

    if isinstance(expression, sympy.Symbol):
        return symbol(expression)
    if isinstance(expression, sympy.Float):
        return f"({float(expression)!r})"
    if isinstance(expression, sympy.Rational):
        return f"({expression.p}/{expression.q})" if expression.q != 1 else f"({expression.p})"
    constants = {sympy.pi: "pi", sympy.E: "e", sympy.true: "(0 < 1)", sympy.false: "(1 < 0)"}
    if expression in constants:
        return constants[expression]
    raise refuse(f"gradcli has no word for SymPy's {expression}", "functions are real and finite")


def symbol(expression: Any) -> str:
    """A symbol's name, if gradcli reads it as the same name."""
    from gradcli.problems import Source
    from gradcli.text.parser import parse_expression

    name = expression.name
    fine = name.isidentifier() or (name.isascii() and name.replace("_", "a").isidentifier())
    tree = parse_expression(Source("symbol", name)) if fine else None
    if expression.is_real is False or not isinstance(tree, Name) or tree.name in ("pi", "e", "inf"):
        hint = "letters and digits, and not pi or e"
        raise refuse(f"the symbol {name!r} is no variable of gradcli's", hint)
    return str(tree)
