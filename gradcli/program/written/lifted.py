"""The body of a sum as arrays: what hangs on the index i is a column over i, a vector for each i the rows of a matrix.

A value that hangs on no bound index is an expression as usual. One that hangs on i is a column over i; one that hangs
on i and j (i bound further out) is a matrix, i downwards and j to the right. Of a vector for each i, `form` says
whether it stands upright (`column`) or transposed (`row`).
"""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.written.kinds import kind_of
from gradcli.program.written.known import MATRIX, SCALAR
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import LATEX_DOT, LATEX_PRODUCT, Binary, Call, Name, Number, Transpose, Tree, Unary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.program.written.known import KnownNames


class Lifted(NamedTuple):
    """An expression inside of sums.

    tree    what is built; `over`: the bound indices that it hangs on, outermost first (at most two)
    form    "" for a number for each index, `column`, `row`, `outer` (column times row), `scaled` (number times row)
    other   of outer and scaled the second factor; `other_over`: what it hangs on
    """

    tree: Tree
    over: tuple[str, ...] = ()
    form: str = ""
    other: Tree | None = None
    other_over: tuple[str, ...] = ()


def product(left: Tree, right: Tree, op: str = "*") -> Tree:
    """A product that stands where its factors stand."""
    return Binary(op, left, right, 0, left.start, right.end)


def along(function: str, tree: Tree, axis: int, *rest: Tree) -> Tree:
    """A reduction along an axis."""
    number = Number(axis, False, tree.start, tree.end)
    return Call(function, (tree, *rest), (("axis", number),), 0, tree.start, tree.end)


def turned(tree: Tree) -> Tree:
    """The transpose, without doubling one."""
    return tree.operand if isinstance(tree, Transpose) else Transpose(tree, tree.start, tree.end)


def unreadable(what: str) -> GradcliError:
    """The error of what has no reading as arrays."""
    hint = "write the arrays out: sum(x * y), X@w, sum(A, axis=1)"
    return GradcliError("sum", f"{what} cannot be read inside a sum with an index", hint=hint)


class Algebra:
    """Operators on lifted values. `scope` lists the bound indices, outermost first."""

    def __init__(self, known: KnownNames) -> None:
        self.known = known
        self.scope: list[str] = []
        self.sizes: dict[str, str | None] = {}
        self.refused: Collection[str] = ()  # functions of whole arrays

    def union(self, *values: Lifted) -> tuple[str, ...]:
        """The indices that any of the values hangs on."""
        names = {name for value in values for name in value.over}
        if len(names) > 2:
            raise unreadable("an expression with three indices")
        return tuple(name for name in self.scope if name in names)

    def spread(self, value: Lifted, over: tuple[str, ...]) -> Tree:
        """A value so that it fits beside others over these indices: a column, or a row for the second index."""
        if len(over) == 2 and value.over == over[1:]:
            return Transpose(value.tree, value.tree.start, value.tree.end)
        return value.tree

    def binary(self, tree: Binary, left: Lifted, right: Lifted) -> Lifted:
        """An operation on two values, of which at least one hangs on an index."""
        if tree.op == "@" or tree.op is LATEX_PRODUCT or tree.op is LATEX_DOT:
            return self.matmul(tree, left, right)
        if left.form in ("outer", "scaled") or right.form in ("outer", "scaled"):
            return self.scale(tree, left, right)
        if left.form or right.form:
            return self.vectors(tree, left, right)
        return self.numbers(tree, left, right)

    def numbers(self, tree: Binary, left: Lifted, right: Lifted) -> Lifted:
        """Numbers for each index, entry by entry."""
        over = self.union(left, right)
        op = "*" if tree.op in ("*", "@") else "**" if tree.op == "**" else tree.op
        if len(over) == 2 and left.over and right.over and over not in (left.over, right.over):
            return Lifted(self.crossed(op, left, right, over), over)
        first, second = self.spread(left, over), self.spread(right, over)
        return Lifted(Binary(op, first, second, tree.at, tree.start, tree.end), over)

    def crossed(self, op: str, left: Lifted, right: Lifted, over: tuple[str, ...]) -> Tree:
        """One value over i and one over j: a product is an outer one."""
        if op in "+-":
            return self.crossed_sum(op, left, right, over)
        if op not in "*/":
            raise unreadable(f"'{op}' between x_{left.over[0]} and y_{right.over[0]}")
        first, second = left.tree, right.tree
        one = Number(1, False, second.start, second.end)
        if op == "/":
            second = product(one, second, "/")
        if left.over != over[:1]:
            first, second = second, first
        return product(first, Transpose(second, second.start, second.end), "@")

    def crossed_sum(self, op: str, left: Lifted, right: Lifted, over: tuple[str, ...]) -> Tree:
        """x_i - y_j: both spread over all pairs, by products with ones."""
        parts = []
        for value in (left, right):
            down = value.over == over[:1]
            size = self.sizes.get(over[1] if down else over[0])
            if size is None:
                raise unreadable(f"'{op}' between x_{left.over[0]} and y_{right.over[0]} without bounds")
            start, end = value.tree.start, value.tree.end
            letter, one = Name(size, start, end), Number(1, False, start, end)
            ones = Call("ones", (one, letter) if down else (letter, one), (), 0, start, end)
            turned_part = value.tree if down else Transpose(value.tree, start, end)
            parts.append(product(turned_part, ones, "@") if down else product(ones, turned_part, "@"))
        return Binary(op, parts[0], parts[1], 0, left.tree.start, right.tree.end)

    def vectors(self, tree: Binary, left: Lifted, right: Lifted) -> Lifted:
        """A vector for each index, beside numbers or another vector, entry by entry."""
        over = self.union(left, right)
        form = left.form or right.form
        if len(over) == 2 or (left.form and right.form and left.form != right.form):
            raise unreadable("this operation on vectors")
        parts = []
        for value in (left, right):
            part = value.tree
            if (not value.over and kind_of(part, self.known) != SCALAR) or self.is_plain_vector(tree, value):
                part = part if form == "row" else turned(part)
            parts.append(part)
        op = "*" if tree.op == "*" else tree.op
        return Lifted(Binary(op, parts[0], parts[1], tree.at, tree.start, tree.end), over, form)

    def is_plain_vector(self, tree: Binary, value: Lifted) -> bool:
        """Beside a vector in a sum or a difference only a vector can stand."""
        return not value.over and tree.op in "+-" and not isinstance(value.tree, Number)

    def scale(self, tree: Binary, left: Lifted, right: Lifted) -> Lifted:
        """A number times a product of two vectors."""
        inner, factor = (left, right) if left.form in ("outer", "scaled") else (right, left)
        if tree.op not in "*/" or factor.form or (tree.op == "/" and inner is right):
            raise unreadable("this operation on a product of vectors")
        over = self.union(left, right)
        first = Binary(tree.op, inner.tree, factor.tree, 0, tree.start, tree.end)
        return Lifted(first if tree.op == "/" else product(factor.tree, inner.tree), over, inner.form, inner.other)

    # --------------------------------------------------------------------------- matrix products

    def matmul(self, tree: Binary, left: Lifted, right: Lifted) -> Lifted:
        """Two factors side by side: numbers, rows and columns find each other as in a matrix product."""
        over = self.union(left, right)
        if left.form == "scaled" and right.form != "outer" and left.other is not None:
            row = Lifted(left.other, left.other_over, "row" if left.other_over else "")
            inner = self.matmul(Binary("@", left.other, right.tree), row, right)
            return self.matmul(tree, left._replace(form="", other=None), inner)
        if left.form in ("outer", "scaled") or right.form in ("outer", "scaled"):
            return self.scale(tree, left, right)
        if left.form == "row":
            return self.after_row(left, right, over)
        if right.form == "column" and not left.over:
            return self.before_column(left.tree, right)
        if left.form == "column" and right.form == "row" and left.over == right.over:
            return Lifted(left.tree, over, "outer", right.tree)
        if left.form == "column" and right.form == "column":
            raise unreadable("a product of two vectors that are not transposed")
        if left.over and not left.form and not right.over and isinstance(right.tree, Transpose):
            return Lifted(left.tree, over, "scaled", right.tree)
        if left.over and not left.form and right.form == "row" and left.over != right.over:
            return Lifted(left.tree, left.over, "scaled", right.tree, right.over)
        if left.form or right.form:
            return Lifted(product(left.tree, right.tree), over, left.form or right.form)
        return self.numbers(tree, left, right)

    def after_row(self, left: Lifted, right: Lifted, over: tuple[str, ...]) -> Lifted:
        """x_i^T y_i, x_i^T w, x_i^T A, x_i^T z_j."""
        if right.form == "column":
            if left.over == right.over:
                return Lifted(along("sum", product(left.tree, right.tree), 1), over)
            first, second = (left, right) if left.over == over[:1] else (right, left)
            return Lifted(product(first.tree, turned(second.tree), "@"), over)
        if right.over or right.form:
            return Lifted(product(left.tree, right.tree), over, "row")
        if kind_of(right.tree, self.known) == MATRIX:
            return Lifted(product(left.tree, right.tree, "@"), over, "row")
        return Lifted(product(left.tree, right.tree, "@"), over)

    def before_column(self, left: Tree, right: Lifted) -> Lifted:
        """w^T x_i, A x_i, a x_i."""
        kind = kind_of(left, self.known)
        if kind == MATRIX:
            return Lifted(product(right.tree, turned(left), "@"), right.over, "column")
        if kind == SCALAR and not isinstance(left, Transpose):
            return Lifted(product(left, right.tree), right.over, "column")
        return Lifted(product(right.tree, turned(left), "@"), right.over)

    # --------------------------------------------------------------------------- the rest

    def unary(self, tree: Unary, value: Lifted) -> Lifted:
        """A minus sign, a not."""
        return value._replace(tree=Unary(tree.op, value.tree, tree.start, tree.end))

    def transposed(self, value: Lifted) -> Lifted:
        """A number is its own transpose; a vector for each index turns."""
        if value.form not in ("", "row", "column"):
            raise unreadable("this transpose")
        return value._replace(form={"": "", "row": "column", "column": "row"}[value.form])

    def call(self, tree: Call, values: Sequence[Lifted]) -> Lifted:
        """A function of numbers for each index; the norm and the inner product of vectors."""
        if tree.function == "dot" and len(values) == 2:
            inner = Binary("@", tree.arguments[0], tree.arguments[1], 0, tree.start, tree.end)
            return self.matmul(inner, self.as_row(values[0]), values[1])
        if tree.function == "norm" and values[0].form in ("row", "column"):
            rest = tuple(value.tree for value in values[1:])
            return Lifted(along("norm", values[0].tree, 1, *rest), values[0].over)
        if any(value.form for value in values) or tree.keywords or tree.function in self.refused:
            raise unreadable(f"{tree.function} of a vector with an index")
        over = self.union(*values)
        if len(over) == 2 and any(value.over and value.over != over for value in values) and len(values) > 1:
            raise unreadable(f"{tree.function} of several indices")
        arguments = tuple(self.spread(value, over) for value in values)
        return Lifted(Call(tree.function, arguments, (), tree.name_end, tree.start, tree.end), over)

    def as_row(self, value: Lifted) -> Lifted:
        """The first factor of an inner product, transposed."""
        return self.transposed(value) if value.over else Lifted(Transpose(value.tree, value.tree.start, value.tree.end))
