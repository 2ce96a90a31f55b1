"""What inference knows while it goes on: shapes of parts and names, what waits for what, and what follows at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque

from gradcli.problems import GradcliError, Span
from gradcli.program.types.walk import bare_name
from gradcli.program.written.capitals import is_upper
from gradcli.records import TYPE_CHECKING
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import LATEX_PRODUCT, Binary, Call, Name, Transpose, Unary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from gradcli.problems import Source
    from gradcli.program.dimensions import Dimensions, Dims
    from gradcli.text.tree import Tree

CONSTANTS = frozenset(("pi", "e", "tau", "inf"))


class Inference(ABC):
    """The types of the statements of one program.

    fixed           names with a known shape (declared, or by value; () for scalars)
    letters         names that are sizes; `numbers` have a whole number as their value, `sized` of these stand as sizes
    differentiated  names that the answer is by; None: all
    arrays          ids of parts that are arrays, though their sizes are not known yet
    found           undeclared names that turned out to be arrays
    plain           undeclared names beside arrays that were taken for numbers, each with what it might be else
    readings        what was read in another way than it was typed, in words
    turned, products, powers, determinants   ids of the trees that are transposed, are matrix products, are powers of
                    matrices, are determinants between bars
    multiples       ids of matrix products with a number of one entry
    axes            ids of calls along the last axis, each with its number
    counted         ids of counts of entries, each with its axis, None for all of a vector
    crossed         ids of operations of a column and a row, which NumPy spreads over a matrix
    whole           ids of subscripts that add an axis and pick all entries
    chains, ones    ids of scalars that are products of one entry, alone or in a larger scalar
    entrywise       products of arrays entry by entry
    norms           norms with a kind, `norm(X, 2)`
    added           products of one entry that an array is added to, each with the shape of that
    vectors         names of vectors
    flat            ids of what is one-dimensional to NumPy: here a column, or a row (x@A)
    """

    def __init__(
        self,
        dims: Dimensions,
        fixed: Mapping[str, Any],
        letters: set[str],
        numbers: Mapping[str, int],
        differentiated: Collection[str] | None = None,
        vectors: Collection[str] = (),
    ) -> None:
        self.dims, self.fixed, self.letters, self.numbers = dims, dict(fixed), letters, numbers
        self.differentiated = differentiated
        self.found: dict[str, Dims] = {}
        self.plain: dict[str, None] = {}
        self.readings: dict[str, None] = {}
        self.turned, self.products, self.powers = set[int](), set[int](), set[int]()
        self.determinants, self.multiples = set[int](), set[int]()
        self.axes: dict[int, int] = {}
        self.counted: dict[int, int | None] = {}
        self.crossed, self.whole = set[int](), set[int]()
        self.chains, self.ones, self.flat = set[int](), set[int](), set[int]()
        self.entrywise: list[Binary] = []
        self.added: list[tuple[Tree, Dims]] = []
        self.norms: list[Call] = []
        self.vectors = set(vectors)
        self.statements: dict[str, Tree] = {}
        self.shapes: dict[int, Any] = {}
        self.arrays = set[int]()
        self.parents: dict[int, list[Tree]] = {}
        self.waiting: dict[int, int] = {}
        self.places: dict[str, list[Name]] = {}
        self.homes: dict[int, Source] = {}
        self.wanted: list[tuple[Tree, bool]] = []
        self.asked = set[int]()
        self.sized = set[str]()
        self.ready: deque[Tree] = deque()
        self.beside: deque[Tree] = deque()
        self.coefficients: deque[str] = deque()
        self.late: deque[tuple[str, Tree]] = deque()
        self.source: Source | None = None

    # --------------------------------------------------------------------------- names

    def known(self, name: str) -> Any:
        """The shape of a name that is told; None for statements and open names."""
        if name in self.statements:
            return None
        if name in self.fixed:
            return self.fixed[name]
        return () if name in self.letters or name in CONSTANTS else self.found.get(name)

    def is_open(self, name: str) -> bool:
        """Is this an undeclared variable that nothing has decided yet?"""
        if name in self.statements or self.known(name) is not None or name not in self.places:
            return False
        return id(self.places[name][0]) not in self.shapes

    def open_name(self, tree: Tree) -> str | None:
        """The open variable that this part is, perhaps through the names of statements."""
        for _ in range(len(self.statements) + 1):
            name = bare_name(tree)
            if name is None:
                return None
            if name.name not in self.statements:
                return name.name if self.is_open(name.name) else None
            tree = self.statements[name.name]
        return None

    def make_array(self, name: str, matrix: bool = False) -> None:
        """An open name becomes a vector (lower case) or a matrix (upper case, or where only a matrix can stand)."""
        if not self.is_open(name):
            return
        if is_upper(name) or matrix:
            self.found[name] = (self.dims.open(f"m_{name}", "rows"), self.dims.open(f"n_{name}", "columns"))
        else:
            self.found[name] = (self.dims.open(f"n_{name}", "vector"), 1)
            self.vectors.add(name)
        self.settle_name(name, self.found[name])
        self.drain()

    def make_number(self, name: str) -> None:
        """An open name beside an array is its coefficient."""
        if self.is_open(name):
            self.plain[name] = None
            self.settle_name(name, ())
            self.drain()

    def settle_name(self, name: str, shape: Any) -> None:
        """The shape of a name is known wherever it stands."""
        if name in self.vectors:
            self.flat.update(map(id, self.places[name]))
        for place in self.places[name]:
            if id(place) not in self.shapes:
                self.settle(place, shape)

    # --------------------------------------------------------------------------- propagation

    def settle(self, tree: Tree, shape: Any) -> None:
        """The shape of a part is known: those that wait for it come nearer."""
        self.shapes[id(tree)] = shape
        for parent in self.parents.get(id(tree), ()):
            self.waiting[id(parent)] -= 1
            if not self.waiting[id(parent)]:
                self.ready.append(parent)
        if shape:
            self.note_array(tree)

    def note_array(self, tree: Tree) -> None:
        """What is computed from an array entry by entry is one too, and decides what stands beside it."""
        stack = [tree]
        while stack:
            for parent in self.parents.get(id(stack.pop()), ()):
                if self.waiting[id(parent)]:
                    self.beside.append(parent)
                    if id(parent) not in self.arrays and spreads(parent):
                        self.arrays.add(id(parent))
                        stack.append(parent)

    def is_array(self, tree: Tree) -> bool:
        """Is this known to be an array, perhaps before its sizes are?"""
        return bool(self.shapes.get(id(tree))) or id(tree) in self.arrays

    def drain(self) -> None:
        """Type every part whose parts are typed."""
        while self.ready:
            tree = self.ready.popleft()
            if id(tree) in self.shapes:
                continue
            if isinstance(tree, Name):
                root = self.statements[tree.name]
                for marks in (self.chains, self.ones, self.flat):
                    if id(root) in marks:
                        marks.add(id(tree))
                self.settle(tree, self.of(root))
                continue
            self.source = self.homes[id(tree)]
            try:
                self.settle(tree, self.equation(tree))
            except GradcliError as error:
                if error.span is None and tree.end > tree.start:
                    error.span = self.place(tree)
                raise

    @abstractmethod
    def equation(self, tree: Tree) -> Any:
        """The shape of a part whose parts are typed."""

    @abstractmethod
    def work(self) -> None:
        """Decide what stands beside arrays, until nothing more follows."""

    # --------------------------------------------------------------------------- for the equations

    def of(self, tree: Tree) -> Any:
        """The shape of a part that was typed."""
        shape = self.shapes[id(tree)]
        return self.dims.shape(shape) if shape else ()

    def array(self, tree: Tree, what: str) -> Dims:
        """The shape of a part that must be an array; a product of one entry is one."""
        shape = self.of(tree)
        if shape:
            return shape  # type: ignore[no-any-return]
        if id(tree) in self.ones:
            return (1, 1)
        hint = "declare the shapes: --vector x, --matrix A or --shape A=m,n"
        raise GradcliError("shape", f"{what}, and this is a scalar", self.place(tree), hint)

    def like(self, tree: Tree, part: Tree) -> Any:
        """The shape of a part, passed on as it is."""
        if id(part) in self.flat:
            self.flat.add(id(tree))
        return self.of(part)

    def passed(self, tree: Tree, shape: Any, *sides: Tree) -> Any:
        """The shape of an operation entry by entry: a scalar with a product of one entry in it is one too."""
        if not shape and any(id(side) in self.ones for side in sides):
            self.ones.add(id(tree))
        return shape

    def numbered(self, shape: Dims) -> Dims:
        """A shape with the numbers that values tell."""
        return (self.dims.number(self.dims.find(shape[0])), self.dims.number(self.dims.find(shape[1])))

    def place(self, tree: Tree) -> Span:
        """Where the error is: under the operator, or under the function's name."""
        source = self.homes.get(id(tree), self.source)
        assert source is not None
        if isinstance(tree, Binary) and tree.at:
            return Span(source, tree.at, tree.at + max(len(tree.op), 1))
        end = (tree.name_end or tree.end) if isinstance(tree, Call) else tree.end
        return Span(source, tree.start, end)


def spreads(tree: Tree) -> bool:
    """Is this an array as soon as one of its parts is?"""
    if isinstance(tree, Binary):
        return tree.op in SPREAD and tree.op is not LATEX_PRODUCT
    return isinstance(tree, Unary | Transpose) or (isinstance(tree, Call) and NAMES.get(tree.function) in RULES)


SPREAD = ("+", "-", "*", "/", "**")
