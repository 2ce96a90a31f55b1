r"""Signs whose meaning hangs on what stands beside them: `^T`, `\cdot`, bars, primes, and how far a sum reaches."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.program.names import CONSTANTS
from gradcli.program.written.capitals import is_upper
from gradcli.program.written.kinds import ROW, kind_of, matrix_products
from gradcli.program.written.known import MATRIX, SCALAR, VECTOR, factor_before
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import cut_out, rewrite, with_parts
from gradcli.text.tree import (
    LATEX_DOT,
    LATEX_POWER,
    LATEX_PRODUCT,
    LATEX_TIMES,
    Binary,
    Bound,
    Call,
    Entry,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
    Vector,
    children,
    postorder,
)

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import Source
    from gradcli.program.written.known import KnownNames
    from gradcli.text.tree import Statement, Tree

_INDEX: Final = pattern(r".+_([A-Za-z]{1,2})")
FUNCTION_LETTERS: Final = ("f", "g", "h", "phi", "psi", "varphi", "sigma")
_ANGLES: Final = ("\\langle", "⟨")
_BARS: Final = ("|", "\\left|", "\\lvert", "\\vert", "\\left\\lvert", "\\left\\vert", "\\big|", "\\Big|", "\\bigl|")


REDUCTIONS: Final = {"sum": "sum", "prod": "product", "max": "maximum", "min": "minimum"}
"""What a sign with an index is called."""


class Settler:
    """Settles the trees of one statement. `notes` collects what was decided, in words."""

    def __init__(self, statement: Statement, known: KnownNames, has_t: bool, notes: list[str]) -> None:
        self.source: Source = statement.source
        self.parameters = statement.parameters or ()
        self.known, self.has_t, self.notes = known, has_t, notes
        self.free: dict[int, frozenset[str]] = {}
        self.kept: list[Tree] = []  # so that no id is used twice
        self.inverted: set[str] = set()
        self.kinds: dict[int, int] = {}

    def settled(self, root: Tree) -> Tree:
        """The tree, settled from the leaves up. Raises `ambiguous` for bars around an array that nothing decides."""
        self.inverted = inverted_names(root)
        if self.has_t and "T" not in self.known.kinds:
            self.refuse_turned(root)
        self.refuse_derivative(root)
        return rewrite(root, self.change)

    def refuse_derivative(self, root: Tree) -> None:
        """Raise for `(x^2)'` as a whole term of what nothing else makes an array: a derivative to most."""
        term = root.left if isinstance(root, Binary) and root.op in ("+", "-") else root
        quote = isinstance(term, Transpose) and self.source.text[term.end - 1 : term.end] == "'"
        if not isinstance(term, Transpose) or not quote or isinstance(term.operand, Name | Transpose):
            return
        for part in postorder(term.operand):
            if isinstance(part, Vector | Index) or (isinstance(part, Binary) and part.op == "@"):
                return
            if isinstance(part, Name) and (is_upper(part.name) or self.known.kind(part.name) is not None):
                return
        inner = plain(term.operand, self.typed(term.operand), self.known)
        message = f"({inner})' reads in two ways: a derivative, or a transpose"
        hint = f"write {inner} alone for its derivative, ({inner}).T for the transpose"
        raise GradcliError("ambiguous", message, self.place(term), hint)

    def change(self, tree: Tree) -> Tree:
        """One part, whose own parts are settled."""
        if isinstance(tree, Transpose) and isinstance(tree.operand, Number) and tree.operand.value == 1:
            ones = Name("𝟏", tree.operand.start, tree.operand.end)
            self.notes.append(f"{self.typed(tree)}: the row of ones")
            tree = Transpose(ones, tree.start, tree.end)
        elif isinstance(tree, Transpose):
            tree = self.transpose(tree)
        elif isinstance(tree, Binary):
            tree = self.binary(tree)
        elif isinstance(tree, Bound) and not tree.indices:
            tree = self.without_index(tree)
        elif isinstance(tree, Bound):
            self.note_powers(tree)
        elif isinstance(tree, Call) and tree.function == "abs":
            tree = self.bars(tree)
        elif isinstance(tree, Call) and tree.function == "dot":
            tree = self.angle(tree)
        self.free[id(tree)] = self.free_indices(tree)
        self.kept.append(tree)
        return tree

    def kind(self, tree: Tree) -> int:
        """What a settled part is; each is looked at once."""
        return kind_of(tree, self.known, self.kinds)

    def free_indices(self, tree: Tree) -> frozenset[str]:
        """The letters that stand as indices in a tree and that no sum in it binds."""
        if isinstance(tree, Name):
            match = _INDEX.fullmatch(tree.name)
            return frozenset(match[1]) if match else frozenset()
        parts = [self.indices_in(part) for part in children(tree)]
        found = frozenset().union(*parts) if parts else frozenset()
        if isinstance(tree, Entry):
            letters = {n.name for part in tree.subscripts for n in postorder(part) if isinstance(n, Name)}
            return found | {name for name in letters if len(name) == 1}
        return found.difference(tree.indices) if isinstance(tree, Bound) else found

    def indices_in(self, tree: Tree) -> frozenset[str]:
        """The free indices of a part; parts that were made here are looked through once."""
        if id(tree) not in self.free:
            for part in postorder(tree):
                if id(part) not in self.free:
                    self.free[id(part)] = self.free_indices(part)
                    self.kept.append(part)
        return self.free[id(tree)]

    def place(self, tree: Tree) -> Span:
        """Where a tree stands."""
        return Span(self.source, tree.start, tree.end)

    def typed(self, tree: Tree) -> str:
        """The text of a tree."""
        return cut_out(self.source.text, tree.start, tree.end)

    def note_powers(self, tree: Bound) -> None:
        """Say that the index of a sum is an exponent: `y^i` may be meant as an entry."""
        for part in () if isinstance(tree.upper, Number) else postorder(tree.body):
            if isinstance(part, Binary) and part.op == "**" and isinstance(part.right, Name):
                index = part.right.name
                if index in tree.indices:
                    base = self.typed(part.left)
                    self.notes.append(f"{base}^{index} is a power of {base}; {base}_{index} would be an entry of it")

    # --------------------------------------------------------------------------- transposes

    def transpose(self, tree: Transpose) -> Tree:
        """`X^T` where T has a meaning of its own is a power."""
        if tree.letter and self.has_t:
            return Binary(LATEX_POWER, tree.operand, Name("T", tree.end - 1, tree.end), 0, tree.start, tree.end)
        constant = tree.operand.name if isinstance(tree.operand, Name) else ""
        if constant in CONSTANTS and self.known.kind(constant) is None:
            message = f"{constant} is a number here, and {self.typed(tree)} the transpose of a vector"
            power = "write exp(T) for a power, or " if constant == "e" else ""
            hint = f"{power}declare '{constant}: n' for a vector of this name"
            raise GradcliError("ambiguous", message, self.place(tree), hint)
        return tree

    # --------------------------------------------------------------------------- sums and products

    def refuse_turned(self, root: Tree) -> None:
        """Raise for `x^T Q x` beside a T that is something else, such as the end of an integral."""
        for tree in postorder(root):
            turned = factor_before(tree) if isinstance(tree, Binary) and tree.op is LATEX_PRODUCT else None
            if isinstance(turned, Transpose) and turned.letter and isinstance(turned.operand, Name):
                base = plain(turned.operand, self.typed(turned.operand), self.known)
                message = f"{base}^T beside another T can be read in two ways: {base} transposed, or a power"
                hint = f"write {base}^\\top for the transpose, {base}^{{(T)}} with round brackets for the power"
                raise GradcliError("ambiguous", message, self.place(turned), hint)

    def binary(self, tree: Binary) -> Tree:
        """`\\cdot` between arrays; terms that belong to a sum; comparisons of points."""
        if tree.op is LATEX_DOT:
            return self.dot(tree)
        if tree.op is LATEX_PRODUCT and is_written_out(tree.left) and is_written_out(tree.right):
            return Binary("@", tree.left, tree.right, tree.at, tree.start, tree.end)
        if tree.op is LATEX_POWER and self.kind(tree.left) == VECTOR:
            self.notes.append(f"{self.typed(tree)}: each entry to the power, as the base is a vector")
        if tree.op is LATEX_TIMES:
            return self.times(tree)
        if tree.op == "*" and self.source.text.startswith("\\circ", tree.at):
            self.check_composition(tree)
        if tree.op in ("==", "!=") and isinstance(tree.left, Vector):
            return self.compared(tree)
        if tree.op in ("+", "-"):
            self.check_prime(tree)
            return self.reaching(tree)
        return tree

    def check_composition(self, tree: Binary) -> None:
        r"""`x \circ y` is a product entry by entry; behind a letter of functions it may be a composition."""
        first, second = tree.left, tree.right
        if not isinstance(first, Name) or first.name not in FUNCTION_LETTERS or self.known.kind(first.name) is not None:
            return
        f, g = self.typed(first), self.typed(second)
        message = f"{f} \\circ {g} reads in two ways: a composition, or a product entry by entry"
        hint = f"write {f}({g}(x)) for the composition, {f} \\odot {g} entry by entry"
        raise GradcliError("ambiguous", message, self.place(tree), hint)

    def dot(self, tree: Binary) -> Tree:
        left, right = self.kind(tree.left), self.kind(tree.right)
        if left == right == VECTOR:
            self.notes.append("\\cdot of two vectors: the inner product")
            return Call("dot", (tree.left, tree.right), (), 0, tree.start, tree.end)
        op = LATEX_PRODUCT if {left, right} & {MATRIX, ROW} else "*"
        return Binary(op, tree.left, tree.right, tree.at, tree.start, tree.end)

    def times(self, tree: Binary) -> Tree:
        """`\\times`: a product; of two vectors it may be the cross product."""
        kinds = {self.kind(tree.left), self.kind(tree.right)}
        if kinds <= {VECTOR, MATRIX}:
            left, right = self.typed(tree.left), self.typed(tree.right)
            if kinds == {MATRIX}:
                message = "\\times of two matrices reads in two ways: the matrix product, or entry by entry"
                hint = f"write {left} {right} or {left} \\odot {right}"
                raise GradcliError("ambiguous", message, self.place(tree), hint)
            message = "\\times of two vectors reads in two ways: the cross product, or entry by entry"
            hint = f"write \\operatorname{{cross}}({left}, {right}) or {left} \\odot {right}"
            raise GradcliError("ambiguous", message, self.place(tree), hint)
        return Binary("*", tree.left, tree.right, tree.at, tree.start, tree.end)

    def compared(self, tree: Binary) -> Tree:
        """`(x, y) = (0, 0)`, and `(x, y) = 0`: all entries are, or one is not."""
        assert isinstance(tree.left, Vector)
        items = tree.left.items
        others = tree.right.items if isinstance(tree.right, Vector) else (tree.right,) * len(items)
        if len(others) != len(items):
            raise GradcliError("shape", "these points have different sizes", self.place(tree), "compare entry by entry")
        joined: Tree | None = None
        for item, other in zip(items, others, strict=True):
            one = Binary(tree.op, item, other, tree.at, tree.start, tree.end)
            word = "and" if tree.op == "==" else "or"
            joined = one if joined is None else Binary(word, joined, one, tree.at, tree.start, tree.end)
        assert joined is not None
        return joined

    def reaching(self, tree: Binary) -> Tree:
        """A sum reaches as far as its index stands: `\\sum_i a_i + b_i` is the sum of both."""
        path: list[Tree] = []
        here = tree.left
        while not isinstance(here, Bound):
            path.append(here)
            if isinstance(here, Binary) and here.op in ("+", "-", "*", "@"):
                here = here.right
            elif isinstance(here, Unary) and here.op == "-":
                here = here.operand
            else:
                return tree
        if here.end > here.body.end:  # a call, sum(x_i, i, 1, n), ends at its bracket
            return tree
        if not self.indices_in(tree.right).intersection(here.indices):
            self.check_index_outside(here, tree.right)
            return tree
        body = Binary(tree.op, here.body, tree.right, tree.at, here.body.start, tree.right.end)
        grown: Tree = Bound(
            here.function, here.indices, here.lower, here.upper, body, here.head_end, here.start, tree.right.end
        )
        what, over = REDUCTIONS[here.function], ", ".join(here.indices)
        self.notes.append(f"the {what} over {over} reaches over {plain(body, self.typed(body), self.known)}")
        for part in reversed(path):
            grown = with_parts(part, [*children(part)[:-1], grown])
            grown.end = tree.end
        return grown

    def check_index_outside(self, summed: Bound, right: Tree) -> None:
        """Raise for `\\sum_i x_i + i`: the index of the sum, or another number."""
        names = {part.name for part in postorder(right) if isinstance(part, Name)}
        for index in names.intersection(summed.indices) - set(self.known.values) - set(self.parameters):
            term, rest = self.typed(summed.body), self.typed(right)
            message = f"{index} behind a sum over {index} reads in two ways: the index, or another number"
            hint = f"write \\{summed.function}_{index} ({term} + {rest}), or another letter behind the sum"
            raise GradcliError("ambiguous", message, self.place(right), hint)

    def without_index(self, tree: Bound) -> Tree:
        """`\\sum x_i`: the one index in it is bound; without any, all entries are summed."""
        letters = sorted(self.indices_in(tree.body))
        if not letters:
            return Call(tree.function, (tree.body,), (), tree.head_end, tree.start, tree.end)
        if len(letters) > 1:
            options = " or ".join(f"\\{tree.function}_{letter}" for letter in letters)
            raise GradcliError(
                "ambiguous", f"it is not said what \\{tree.function} runs over", self.place(tree), f"write {options}"
            )
        return Bound(tree.function, (letters[0],), None, None, tree.body, tree.head_end, tree.start, tree.end)

    # --------------------------------------------------------------------------- what reads in two ways

    def check_prime(self, tree: Binary) -> None:
        """`x - x'`: a prime beside the same name is another point, not a transpose."""
        for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
            if (
                isinstance(one, Transpose)
                and isinstance(one.operand, Name)
                and isinstance(other, Name)
                and other.name == one.operand.name
                and self.source.text[one.end - 1 : one.end] in ("'", "^")
                and self.known.kind(other.name) != MATRIX
            ):
                name = other.name
                hint = f"write another name for another point than {name}', such as {name}0; {name}.T for a transpose"
                message = f"{name}' beside {name} can be read in two ways: another point, or {name} transposed"
                raise GradcliError("ambiguous", message, self.place(one), hint)

    def bars(self, tree: Call) -> Tree:
        r"""`|X|` of a matrix: the determinant or absolute values; `|x|` of a vector: the norm or absolute values.

        `|\Sigma|` beside `\Sigma^{-1}` has one meaning: the determinant.
        """
        if not tree.arguments or not self.source.text.startswith(_BARS, tree.start):
            return tree
        inner = tree.arguments[0]
        kind = self.kind(inner)
        if kind == SCALAR:
            kind = self.likely(inner)
        if kind == SCALAR:
            return tree
        if kind == MATRIX and isinstance(inner, Name) and inner.name in self.inverted:
            self.notes.append(f"{self.typed(tree)}: the determinant")
            return Call("det", tree.arguments, (), tree.name_end, tree.start, tree.end)
        text = plain(inner, self.typed(inner), self.known)
        name, word = ("the determinant", "det") if kind == MATRIX else ("the length", "norm")
        message = f"bars around an array can be read in two ways: {name}, or absolute values entry by entry"
        raise GradcliError("ambiguous", message, self.place(tree), f"write {word}({text}) or abs({text})")

    def angle(self, tree: Call) -> Tree:
        r"""`\langle A, B \rangle` of matrices: the inner product entry by entry; of three and more it is a vector."""
        if not self.source.text.startswith(_ANGLES, tree.start) or len(tree.arguments) < 2:
            return tree
        if len(tree.arguments) > 2:
            return Vector(tree.arguments, tree.start, tree.end)
        left, right = tree.arguments
        if not all(MATRIX in (self.kind(part), self.likely(part)) for part in (left, right)):
            return tree
        self.notes.append(f"{self.typed(tree)}: the sum of the products of entries")
        product = Binary("@", Transpose(left, left.start, left.end), right, tree.start, left.start, right.end)
        return Call("tr", (product,), (), tree.name_end, tree.start, tree.end)

    def likely(self, tree: Tree) -> int:
        """What an expression of letters is, of whose shapes nothing is known, to everyone who reads it."""
        if isinstance(tree, Name):
            return MATRIX if self.is_open(tree.name) and is_upper(tree.name) else SCALAR
        for part in postorder(tree):
            if isinstance(part, Binary) and part.op is LATEX_PRODUCT:
                left, right = part.left, part.right
                if not isinstance(left, Name) or not isinstance(right, Name):
                    continue
                cases = is_upper(left.name) and right.name[:1].islower()
                if cases and self.is_open(left.name) and self.is_open(right.name):
                    return VECTOR
        return SCALAR

    def is_open(self, name: str) -> bool:
        """Nothing is known of this name."""
        return self.known.kind(name) is None and name not in self.parameters and len(name.rstrip("0123456789")) >= 1


def inverted_names(root: Tree) -> set[str]:
    """The names that have a negative exponent in LaTeX somewhere, so that they are square if they are matrices."""
    return {
        part.left.name
        for part in postorder(root)
        if isinstance(part, Binary)
        and part.op is LATEX_POWER
        and isinstance(part.left, Name)
        and isinstance(part.right, Unary)
        and part.right.op == "-"
    }


def is_written_out(tree: Tree) -> bool:
    """Whether this is a matrix whose entries are written out, perhaps transposed, or a product of such."""
    tree = tree.operand if isinstance(tree, Transpose) else tree
    return isinstance(tree, Vector) or (isinstance(tree, Binary) and tree.op == "@" and is_written_out(tree.right))


def plain(tree: Tree, typed: str, known: KnownNames) -> str:
    """A tree as plain text for a hint, or as it was typed where that is short and plain."""
    if typed.isascii() and not set(typed) & set("\\{}^_"):
        return typed
    return shown(tree, matrix_products(tree, known))
