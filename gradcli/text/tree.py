"""Frozen syntax: what a text says, before anyone asks what it means. Every tree knows its place in the text.

Trees are also what is printed: `program.writing` turns graph nodes into trees, and `render.notation` writes trees.
Trees nest thousands deep and may share subtrees: walk them with `postorder`, never by recursion.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple, module_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from fractions import Fraction
    from typing import Any, Final

    from numpy import float64
    from numpy.typing import NDArray

    from gradcli.problems import Source, Span


class Juxtaposition(str):
    """The operator of a product without a sign (`2x`): equal to `*` and treated as such, but told apart by `is`."""

    __slots__ = ()


class Superscript(str):
    """The operator of an exponent in LaTeX: equal to `**` and treated as such, but told apart by `is`."""

    __slots__ = ()


class Entrywise(str):
    """An operator of arrays, entry by entry: equal to `*` or `**` and treated as such, but told apart by `is`."""

    __slots__ = ()


BOUND: Final = "∫"
"""What the name of a bound letter begins with: the t of `integral(f, t, a, b)` is `∫t` in f."""


def is_bound(name: str) -> bool:
    """Whether a name is that of a bound letter."""
    return name[0] == BOUND


JUXTAPOSED: Final = Juxtaposition("*")
LATEX_PRODUCT: Final = Juxtaposition("*")
"""In LaTeX: two arrays side by side are a matrix product."""
LATEX_POWER: Final = Superscript("**")
"""In LaTeX: X^2 of a square matrix is X@X, and X^{-1} its inverse."""
LATEX_DOT: Final = Juxtaposition("*")
r"""`\cdot` in LaTeX: of two vectors the inner product, of a matrix and a vector their product."""
LATEX_TIMES: Final = Juxtaposition("*")
r"""`\times` in LaTeX: of two vectors it reads in two ways."""
ENTRYWISE_PRODUCT: Final = Entrywise("*")
ENTRYWISE_POWER: Final = Entrywise("**")
ENTRYWISE_ABS: Final = Entrywise("abs")
r"""Of arrays whose shapes are known, where LaTeX has signs of its own: `A \odot B`, `A^{\odot 2}`."""


class Tree:
    """A piece of syntax from `start` up to `end` (code points of its source; 0, 0 when it comes from a graph)."""

    __slots__ = ("end", "start")
    start: int
    end: int

    def __str__(self) -> str:
        """The text, as gradcli reads it back."""
        return str(module_at("render.notation").write(self))

    def __repr__(self) -> str:
        try:
            return f"Tree({str(self)!r})"
        except Exception:  # a piece of syntax that is no expression: a slice, a sum with its index
            return object.__repr__(self)

    def __eq__(self, other: object) -> bool:
        return same(self, other) if isinstance(other, Tree) else NotImplemented

    def __hash__(self) -> int:
        found: dict[int, int] = {}
        for part in postorder(self):
            kept = own(part)
            below = tuple(found[id(child)] for child in children(part))
            found[id(part)] = hash((type(part).__name__, kept, below))
        return found[id(self)]

    def to_latex(self) -> str:
        """The formula in LaTeX."""
        return str(module_at("render.notation").write(self, "latex"))

    def to_sympy(self) -> Any:
        """The expression as SymPy's, its names as plain symbols. Raises GradcliError (`sympy`) for arrays."""
        return module_at("cas.sympy_trees").to_sympy(self)


class Number(Tree):
    """An exact number. `decimal`: it was typed with a point or an exponent, and is printed so if it terminates."""

    __slots__ = ("decimal", "value")

    def __init__(self, value: int | Fraction, decimal: bool = False, start: int = 0, end: int = 0) -> None:
        self.value, self.decimal, self.start, self.end = value, decimal, start, end


class Text(Tree):
    """A quoted word, as in `norm(x, "fro")`."""

    __slots__ = ("value",)

    def __init__(self, value: str, start: int = 0, end: int = 0) -> None:
        self.value, self.start, self.end = value, start, end


class Name(Tree):
    """A name as it is called everywhere inside: `x₁` and `x_1` are `x1`, `θ` is `theta`."""

    __slots__ = ("name",)

    def __init__(self, name: str, start: int = 0, end: int = 0) -> None:
        self.name, self.start, self.end = name, start, end


class Unary(Tree):
    """`op` is `-` or `not`. A unary plus leaves no trace."""

    __slots__ = ("op", "operand")

    def __init__(self, op: str, operand: Tree, start: int = 0, end: int = 0) -> None:
        self.op, self.operand, self.start, self.end = op, operand, start, end


class Binary(Tree):
    """`op` is one of `+ - * / @ ** < <= > >= == != and or`; `at` is where the operator stands (for the caret)."""

    __slots__ = ("at", "left", "op", "right")

    def __init__(self, op: str, left: Tree, right: Tree, at: int = 0, start: int = 0, end: int = 0) -> None:
        self.op, self.left, self.right, self.at, self.start, self.end = op, left, right, at, start, end


class Transpose(Tree):
    """`X.T`, `X'`, `Xᵀ`. `letter`: written `X^T` in LaTeX, a power where T has a meaning of its own."""

    __slots__ = ("letter", "operand")

    def __init__(self, operand: Tree, start: int = 0, end: int = 0, letter: bool = False) -> None:
        self.operand, self.start, self.end, self.letter = operand, start, end, letter


class Call(Tree):
    """`function(arguments, keyword=...)`; the name stands from `start` to `start + len` of what was typed.

    `name_end` is where the function's name ends in the text.
    """

    __slots__ = ("arguments", "function", "keywords", "name_end")

    def __init__(
        self,
        function: str,
        arguments: tuple[Tree, ...],
        keywords: tuple[tuple[str, Tree], ...] = (),
        name_end: int = 0,
        start: int = 0,
        end: int = 0,
    ) -> None:
        self.function, self.arguments, self.keywords = function, arguments, keywords
        self.name_end, self.start, self.end = name_end, start, end


class Slice(Tree):
    """`lower:upper:step` inside an index; each may be None."""

    __slots__ = ("lower", "step", "upper")

    def __init__(
        self, lower: Tree | None, upper: Tree | None, start: int = 0, end: int = 0, step: Tree | None = None
    ) -> None:
        self.lower, self.upper, self.step, self.start, self.end = lower, upper, step, start, end


class Index(Tree):
    """`base[subscripts]`, one or two subscripts, each a tree or a `Slice`."""

    __slots__ = ("base", "subscripts")

    def __init__(self, base: Tree, subscripts: tuple[Tree, ...], start: int = 0, end: int = 0) -> None:
        self.base, self.subscripts, self.start, self.end = base, subscripts, start, end


class Entry(Tree):
    """`x_{i+1}`: an entry of an array, counted from 1, whose index is more than a letter or a number."""

    __slots__ = ("base", "subscripts")

    def __init__(self, base: Tree, subscripts: tuple[Tree, ...], start: int = 0, end: int = 0) -> None:
        self.base, self.subscripts, self.start, self.end = base, subscripts, start, end


class Bound(Tree):
    r"""`\sum_{i=1}^n body`: `function` (sum, prod, max, min) over the bound `indices`, from `lower` to `upper`.

    No index: `\sum x_i`, where the body tells which letter is bound. `head_end` is where the body begins in the text.
    """

    __slots__ = ("body", "function", "head_end", "indices", "lower", "upper")

    def __init__(
        self,
        function: str,
        indices: tuple[str, ...],
        lower: int | None,
        upper: Tree | None,
        body: Tree,
        head_end: int = 0,
        start: int = 0,
        end: int = 0,
    ) -> None:
        self.function, self.indices, self.lower, self.upper, self.body = function, indices, lower, upper, body
        self.head_end, self.start, self.end = head_end, start, end


class Vector(Tree):
    """`[a, b]`: a column; `[[a, b], [c, d]]`: rows of a matrix."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Tree, ...], start: int = 0, end: int = 0) -> None:
        self.items, self.start, self.end = items, start, end


LARGE: Final = 4096
"""Entries of an array from which on it is taken as it is, in float64, and neither read nor written as text."""


class Data(Tree):
    """Numbers from a file or a library, too many for trees: `array` is NumPy's, of float64 and of shape (n,) or (m, n).

    `numbers` is the same as it was given, in float64 or float32. `doubt` raises where not all of them are finite; it is
    called when `array` is first asked for. Whoever sees that they are takes `numbers`, and makes `doubt` None.
    """

    __slots__ = ("doubt", "numbers")

    def __init__(
        self,
        array: NDArray[Any],
        start: int = 0,
        end: int = 0,
        doubt: Callable[[], None] | None = None,
    ) -> None:
        self.numbers, self.start, self.end, self.doubt = array, start, end, doubt

    def __reduce__(self) -> tuple[Any, ...]:
        return (Data, (self.array, self.start, self.end))

    @property
    def array(self) -> NDArray[float64]:
        """The numbers, all of them finite."""
        if self.doubt is not None:
            self.doubt()
            self.doubt = None
        found: NDArray[float64] = self.numbers.astype("float64", copy=False)
        return found

    def listed(self) -> Vector:
        """The list that the array prints as: each number exactly as it prints."""
        from fractions import Fraction

        def number(value: float) -> Tree:
            exact = Fraction(repr(abs(value)))
            found = Number(exact.numerator if exact.denominator == 1 else exact, True)
            return Unary("-", found) if value < 0 or (value == 0 and repr(value)[0] == "-") else found

        lines = self.array.tolist()
        if self.array.ndim == 1:
            return Vector(tuple(map(number, lines)))
        return Vector(tuple(Vector(tuple(map(number, line))) for line in lines))


class AskedDerivative(NamedTuple):
    r"""`\frac{d}{dx}`, `\nabla_x` or `d/dx` before a function: what is asked for. `wrt` is empty for a bare nabla."""

    wrt: tuple[str, ...]
    text: str


class Statement(NamedTuple):
    """`name = tree`, or a bare `tree` (name None). `start` to `end` is where the name stands, or the whole tree.

    parameters   of a header `f(x, y) = tree`, else None
    sides        the expressions of a chain `tree = other = ...`, `tree` the first of them; empty where there is one
    request      the derivative that the text asks for
    aliases      other names of the same expression: y of `y = f(x) = ...`
    """

    name: str | None
    tree: Tree
    source: Source
    start: int
    end: int
    parameters: tuple[str, ...] | None = None
    sides: tuple[Tree, ...] = ()
    request: AskedDerivative | None = None
    aliases: tuple[str, ...] = ()


class Declaration(NamedTuple):
    """`x: n`, `X: m,n`, `S: n,n symmetric`, `a: scalar` (dims empty), `phi: function` (dims None).

    `promise`: what is said of the value besides, `positive definite` or `one-hot`.
    """

    name: str
    dims: tuple[int | str, ...] | None
    symmetric: bool
    source: Source
    start: int
    end: int
    promise: str = ""


class Spelling(NamedTuple):
    """What the spelling of a text says besides its trees.

    bold      names that were written in bold, so that they are vectors or matrices
    indexed   names that were written with an index of digits: `A12` was `A_{12}`
    called    letters that were written with a bracket of names, `L(w)`, and the first place of each
    notes     conventions that were used, in words
    arrows    those of the bold names that stood below an arrow, so that they are vectors
    """

    bold: frozenset[str] = frozenset()
    indexed: frozenset[str] = frozenset()
    called: Mapping[str, Span] = {}
    notes: tuple[str, ...] = ()
    arrows: frozenset[str] = frozenset()


class Script(NamedTuple):
    """All that was typed: the statements and declarations of all EXPR texts, in order.

    `spelling` is None where every statement is plain: nothing of it has to be resolved before a program is built.
    `notes` are the conventions that were used, for `assumptions`.
    """

    statements: tuple[Statement, ...]
    declarations: tuple[Declaration, ...]
    spelling: Spelling | None = None
    notes: tuple[str, ...] = ()


def children(tree: Tree) -> Sequence[Tree]:
    """The direct subtrees, from left to right."""
    kind = type(tree)
    if kind is Binary:
        return (tree.left, tree.right)  # type: ignore[attr-defined]
    if kind is Call:
        return (*tree.arguments, *(value for _, value in tree.keywords))  # type: ignore[attr-defined]
    if kind is Unary or kind is Transpose:
        return (tree.operand,)  # type: ignore[attr-defined]
    if kind is Vector:
        return tree.items  # type: ignore[attr-defined, no-any-return]
    if kind is Index or kind is Entry:
        return (tree.base, *tree.subscripts)  # type: ignore[attr-defined]
    if kind is Bound:
        return (tree.body,)  # type: ignore[attr-defined]
    if kind is Slice:
        return tuple(part for part in (tree.lower, tree.upper, tree.step) if part is not None)  # type: ignore[attr-defined]
    return ()


def postorder(tree: Tree) -> Iterator[Tree]:
    """Every subtree once, children before parents; a shared subtree comes once."""
    seen: set[int] = set()
    stack: list[tuple[Tree, bool]] = [(tree, False)]
    while stack:
        here, expanded = stack.pop()
        if expanded:
            yield here
        elif id(here) not in seen:
            seen.add(id(here))
            stack.append((here, True))
            stack.extend((child, False) for child in reversed(children(here)))


def same(a: Tree, b: Tree) -> bool:
    """Whether two trees say the same, wherever they stand: `2x` and `2 * x` do, `1/2` and `0.5` do not."""
    pairs: list[tuple[Tree, Tree]] = [(a, b)]
    seen: set[tuple[int, int]] = set()
    while pairs:
        left, right = pairs.pop()
        if left is right or (id(left), id(right)) in seen:
            continue
        seen.add((id(left), id(right)))
        parts, others = children(left), children(right)
        if type(left) is not type(right) or len(parts) != len(others) or own(left) != own(right):
            return False
        pairs.extend(zip(parts, others, strict=True))
    return True


OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
COMPARISONS: Final = tuple(OPPOSITE)


def are_opposite(first: Tree, second: Tree) -> bool:
    """Whether exactly one of two comparisons holds: `x > 0` and `x <= 0`, `x = 0` and `x ≠ 0`."""
    if type(first) is not Binary or type(second) is not Binary:
        return False
    return second.op == OPPOSITE.get(first.op) and same(first.left, second.left) and same(first.right, second.right)


def own(tree: Tree) -> tuple[object, ...]:
    """What a node says besides its subtrees and its place."""
    if isinstance(tree, Number):
        return (tree.value, tree.decimal)
    if isinstance(tree, Name):
        return (tree.name,)
    if isinstance(tree, Unary | Binary):
        return (tree.op,)
    if isinstance(tree, Call):
        return (tree.function, tuple(word for word, _ in tree.keywords))
    if isinstance(tree, Bound):
        return (tree.function, tree.indices, tree.lower)
    if isinstance(tree, Slice):
        return (tree.lower is None, tree.upper is None, tree.step is None)
    if isinstance(tree, Data):
        return (id(tree.numbers),)
    return (tree.value,) if isinstance(tree, Text) else ()


def typed_shape(tree: Tree) -> tuple[int, ...]:
    """The shape of a value that was typed: (n,) for `[..]`, (m, n) for `[[..], ..]`, () for a number."""
    if isinstance(tree, Data):
        return tuple(tree.numbers.shape)
    if not isinstance(tree, Vector):
        return ()
    first = tree.items[0] if tree.items else None
    return (len(tree.items), len(first.items)) if isinstance(first, Vector) else (len(tree.items),)
