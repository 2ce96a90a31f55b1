"""What is known of the names of a script before shapes are inferred: declared, by value, in bold, under a transpose."""

from __future__ import annotations

from gradcli.problems import Source
from gradcli.program.written.capitals import is_upper
from gradcli.records import TYPE_CHECKING
from gradcli.text.binders import used_names
from gradcli.text.tree import (
    LATEX_PRODUCT,
    Binary,
    Call,
    Declaration,
    Name,
    Number,
    Transpose,
    postorder,
    typed_shape,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Script, Statement, Tree

SCALAR: Final = 0
VECTOR: Final = 1
MATRIX: Final = 2


class KnownNames:
    """What kind of thing a name is, where that is known.

    kinds      name -> SCALAR, VECTOR or MATRIX, by declaration or value
    bold       names that were written in bold;  arrows: those below an arrow
    rows       names that stand where only a vector can: under a transpose, in a norm, behind a transposed vector
    settings   whole numbers by --set
    """

    def __init__(self, script: Script, options: BuildOptions) -> None:
        self.bold = script.spelling.bold if script.spelling is not None else frozenset()
        self.arrows = script.spelling.arrows if script.spelling is not None else frozenset()
        self.kinds: dict[str, int] = {}
        for declaration in options.declared(script):
            if declaration.dims is not None:
                self.kinds[declaration.name] = len(declaration.dims)
        self.values = {name: len(dims) for name, dims in options.bound.items()}
        self.values |= {name: len(typed_shape(tree)) for name, tree in options.settings.items()}
        self.kinds |= self.values
        self.numbers = {
            name: tree.value
            for name, tree in options.settings.items()
            if isinstance(tree, Number) and type(tree.value) is int
        }
        self.spent: set[str] = set()  # numbers by --set that stand in sums that were written out
        self.longer: dict[str, str] = {}  # n of sums from 0 to n -> the letter of the number of terms
        sides = [side for s in script.statements for side in (s.tree, *s.sides)]
        self.used = {name for side in sides for name in used_names(side, but_from_zero=True)}
        self.above = {name for side in sides for name in used_names(side)}
        self.rows: set[str] = set()
        self.add_rows(script.statements)

    def add_rows(self, statements: Iterable[Statement]) -> None:
        """Look for names that stand where only a vector can, in these statements too."""
        for statement in statements:
            self.rows |= vector_places((statement.tree, *statement.sides))

    def one_more(self, letter: str) -> str | None:
        r"""The letter for n + 1, the length of what `\sum_{k=0}^n a_k` indexes; None where n means more than that."""
        if letter in self.used or letter in self.kinds:
            return None
        taken = {*self.used, *self.kinds, *self.longer.values(), letter, *self.above}
        spare = next((other for other in "mpqrdl" if other not in taken), None)
        if letter not in self.longer and spare is not None:
            self.longer[letter] = spare
        return self.longer.get(letter)

    def kind(self, name: str) -> int | None:
        """What a name is; None where that is open."""
        found = self.kinds.get(name)
        if found is None and name in self.bold:
            return MATRIX if is_upper(name) and name not in self.arrows else VECTOR
        return found

    def is_vector(self, name: str) -> bool:
        """Whether a name with an index is a vector for each value of the index."""
        return self.kind(name) == VECTOR or (name in self.rows and self.kind(name) is None)


def vector_places(trees: Iterable[Tree]) -> set[str]:
    """The names that stand where only a vector or a matrix can stand."""
    found: set[str] = set()
    for root in trees:
        for tree in postorder(root):
            if isinstance(tree, Transpose):
                found.update(plain_names(tree.operand))
            elif isinstance(tree, Call) and tree.function in ("norm", "dot") and tree.arguments:
                found.update(name for part in tree.arguments[:2] for name in plain_names(part))
            elif isinstance(tree, Binary) and tree.op is LATEX_PRODUCT and ends_transposed(tree.left):
                found.update(plain_names(tree.right))
    return found


def factor_before(product: Binary) -> Tree:
    """The factor right before the last one of a product without signs."""
    first = product.left
    return first.right if isinstance(first, Binary) and first.op is LATEX_PRODUCT else first


def ends_transposed(tree: Tree) -> bool:
    """Whether the last factor of a product is transposed."""
    while isinstance(tree, Binary) and tree.op in ("*", "@"):
        tree = tree.right
    return isinstance(tree, Transpose)


def plain_names(tree: Tree) -> list[str]:
    """The names in a sum or difference, or the one name that a tree is."""
    found, stack = [], [tree]
    while stack:
        here = stack.pop()
        if isinstance(here, Name):
            found.append(here.name)
        elif isinstance(here, Binary) and here.op in "+-":
            stack += [here.left, here.right]
    return found


def declared_open(name: str, kind: int) -> Declaration:
    """A declaration of a vector or a matrix whose sizes are open."""
    sizes = ("n_{}",) if kind == VECTOR else ("m_{}", "n_{}")
    option = "--vector" if kind == VECTOR else "--matrix"
    return Declaration(name, tuple(size.format(name) for size in sizes), False, Source(option, name), 0, len(name))


def parted(name: str) -> tuple[str, str, str]:
    """A name as its base, its lower and its upper index: `x_j__i` as x, j and i; empty where there is none."""
    head, _, upper = name.partition("__")
    base, _, lower = head.rpartition("_")
    return (base, lower, upper) if base else (head, "", upper)


def indices_of(name: str, bound: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """A name as its base and those of its indices that are bound: `a_ij` as a and (i, j); no index where none is.

    An upper index comes first, as that of an example: `x_j__i` is x and (i, j). One that no sum binds stays.
    """
    base, lower, upper = parted(name)
    low: tuple[str, ...] = (lower,) if lower in bound else ()
    if len(lower) == 2 and lower.isalpha() and all(letter in bound for letter in lower):
        low = (lower[0], lower[1])
    high = (upper,) if upper in bound else ()
    if len(low) + len(high) not in (1, 2):
        return name, ()
    rest = base if low or not lower else f"{base}_{lower}"
    return rest if high or not upper else f"{rest}__{upper}", (*high, *low)
