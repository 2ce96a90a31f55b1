r"""Sums, products, extrema over an index: `\sum_{i=1}^n x_i^2` becomes sum(x**2); numeric bounds are written out."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.program.written.known import MATRIX, SCALAR, VECTOR, indices_of
from gradcli.program.written.lifted import Algebra, Lifted, along, product, turned, unreadable
from gradcli.program.written.written_out import (
    Array,
    Range,
    end_of,
    entry_of,
    one_by_one,
    plus,
    refuse_hanging,
    shifted,
    with_whole_end,
    written_out,
)
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import rewrite, with_parts
from gradcli.text.tree import (
    LATEX_PRODUCT,
    Binary,
    Bound,
    Call,
    Entry,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Tree,
    Unary,
    children,
    postorder,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.problems import Source
    from gradcli.program.written.known import KnownNames
    from gradcli.text.tree import Statement

_DIGITS: Final = pattern(r"(.*[^0-9_])_?([0-9]{1,4})")
_FIXED: Final = pattern(r"([^_]+(?:_(?:hat|bar|tilde))?)_(?:([A-Za-z])([0-9]{1,2})|([0-9]{1,2})([A-Za-z]))")
"""A name with a letter and a number as indices."""


class Sums:
    """Resolves the sums of one statement. `arrays` collects the names that they index."""

    def __init__(
        self, statement: Statement, known: KnownNames, indexed: frozenset[str], arrays: dict[str, Array]
    ) -> None:
        self.source: Source = statement.source
        self.known, self.indexed, self.arrays = known, indexed, arrays
        self.algebra = Algebra(known)
        self.ranges: dict[str, Range] = {}
        self.bound: set[str] = set()
        self.plain: set[str] = set()
        self.scalars: set[str] = set()  # numbers beside what hangs on an index
        self.outside: set[str] = set()  # indices whose letters stand outside of their sums, too
        self.values: list[Lifted] = []
        self.letters: set[str] = set()  # of sizes that only an array tells

    def resolved(self, root: Tree) -> Tree:
        """The tree without sums over an index, and with entries of arrays in place of their names."""
        bases = {id(part.base) for part in postorder(root) if isinstance(part, Entry)}
        names = {part.name for part in postorder(root) if isinstance(part, Name) and id(part) not in bases}
        self.bound = {name for part in postorder(root) if isinstance(part, Bound) for name in part.indices}
        self.plain = names
        stack: list[tuple[Tree, bool]] = [(root, False)]
        tree = root
        try:
            while stack:
                tree, leaving = stack.pop()
                if leaving:
                    self.leave(tree)
                    continue
                if isinstance(tree, Bound):
                    written_out = self.enter(tree)
                    if written_out is not None:
                        stack.append((written_out, False))
                        continue
                stack.append((tree, True))
                stack.extend((part, False) for part in reversed(children(tree)) if not isinstance(tree, Entry))
        except GradcliError as error:
            if error.span is None and tree.end > tree.start:
                error.span = Span(self.source, tree.start, tree.end)
            raise
        return self.entries_named(self.values.pop().tree)

    def entries_named(self, root: Tree) -> Tree:
        """The tree with `x_1` as an entry where x is an array of a sum; a letter as an index there is an error."""
        if not self.bound:
            return root
        return rewrite(root, lambda tree: self.entry_named(tree) if isinstance(tree, Name) else tree)

    def entry_named(self, tree: Name) -> Tree:
        """One name."""
        base, _, index = tree.name.rpartition("_")
        if base and len(index) == 1 and index.isalpha() and base in self.arrays and tree.name not in self.arrays:
            hint = f"{base}[0] is the first entry of {base}; softmax({base}) is exp({base})/sum(exp({base}))"
            place = Span(self.source, tree.start, tree.end)
            raise GradcliError("sum", f"the index {index} of {tree.name} belongs to no sum here", place, hint)
        match = _DIGITS.fullmatch(tree.name) if tree.name in self.indexed else None
        found = self.arrays.get(match[1]) if match else None
        if match is None or found is None or tree.name in self.known.values:
            return tree
        places = (match[2],) if found.kind == VECTOR else tuple(match[2])
        first = 1 if found.first is None else found.first
        if len(places) != found.kind or (first and "0" in places):
            return tree
        return entry_of(tree, match[1], tuple(map(int, places)), first)

    # --------------------------------------------------------------------------- one node

    def leave(self, tree: Tree) -> None:
        """The value of a part, whose own parts are on the stack."""
        if isinstance(tree, Name):
            self.values.append(self.name(tree))
            return
        if isinstance(tree, Entry):
            self.values.append(self.entry(tree))
            return
        count = len(children(tree))
        parts = self.values[len(self.values) - count :]
        del self.values[len(self.values) - count :]
        if isinstance(tree, Bound):
            self.values.append(self.reduced(tree, parts[0]))
        elif not any(part.over for part in parts):
            self.values.append(Lifted(with_parts(tree, [part.tree for part in parts])))
        else:
            self.values.append(self.operation(tree, parts))

    def operation(self, tree: Tree, parts: Sequence[Lifted]) -> Lifted:
        """An operation on values that hang on an index."""
        if isinstance(tree, Binary):
            self.check_index_factor(tree)
            return self.algebra.binary(tree, parts[0], parts[1])
        if isinstance(tree, Unary):
            return self.algebra.unary(tree, parts[0])
        if isinstance(tree, Transpose):
            return self.algebra.transposed(parts[0])
        if isinstance(tree, Call):
            return self.algebra.call(tree, parts)
        raise unreadable("this form")

    def check_index_factor(self, tree: Binary) -> None:
        """`b i` beside a sum over i: a product with the number i, or a slip for b_i."""
        left, right = tree.left, tree.right
        if tree.op is not LATEX_PRODUCT or not isinstance(left, Name) or not isinstance(right, Name):
            return
        if right.name in self.ranges and left.name not in self.ranges and not indices_of(left.name, self.ranges)[1]:
            name, index = left.name, right.name
            message = (
                f"{name}{index} can be read in two ways: {name} times the number {index}, or the entry {name}_{index}"
            )
            hint = f"write {name} \\cdot {index} or {name}_{index}"
            raise GradcliError("ambiguous", message, Span(self.source, left.start, right.end), hint)

    def name(self, tree: Name) -> Lifted:
        """A name: an entry of an array if its index is bound, the index itself, or a name as usual."""
        if tree.name in self.ranges:
            return self.counting(tree)
        if tree.name in self.bound:
            self.outside.add(tree.name)
        base, indices = indices_of(tree.name, self.ranges)
        if indices:
            return self.array(tree, base, indices, (0,) * len(indices))
        if fixed := _FIXED.fullmatch(tree.name):
            letter = fixed[2] or fixed[5]
            if letter in self.ranges:
                return self.fixed(tree, fixed[1], letter, int(fixed[3] or fixed[4]), fixed[3] is not None)
        self.refuse_free_index(tree)
        if self.ranges and self.known.kind(tree.name) is None and tree.name not in self.known.rows:
            self.scalars.add(tree.name)
        return Lifted(self.numbered(tree))

    def refuse_free_index(self, tree: Name) -> None:
        """Raise for `y_{oc}` in a sum over c alone: the other letter belongs to no sum; and for three indices."""
        base, _, letters = tree.name.rpartition("_")
        bound = [letter for letter in letters if letter in self.ranges]
        place = Span(self.source, tree.start, tree.end)
        in_words = "\\" in self.source.text[tree.start + len(base) : tree.end]  # n_{\text{in}}
        if not base or not bound or in_words or len(letters) not in (2, 3) or not letters.isalpha():
            return
        free = next((letter for letter in letters if letter not in bound), "")
        if len(letters) == 3 and (not free or len(bound) > 1):
            hint = f"write the matrices out, one for each value of an index: {base}_1, {base}_2"
            raise GradcliError("sum", f"an array has one or two indices here, and {tree.name} has three", place, hint)
        hint = f"write {base}_{bound[0]} for the entries of a vector, W@x for all sums at once, or sum over {free}"
        raise GradcliError("sum", f"the index {free} of {tree.name} belongs to no sum here", place, hint)

    def numbered(self, tree: Name) -> Tree:
        """`A_{12}` of a matrix A, `x_1` of a vector x that is used as a whole; other names as they are."""
        name = tree.name
        if name not in self.indexed or name in self.known.values or name in self.known.bold:
            return tree
        match = _DIGITS.fullmatch(name)
        if match is None or (match[1] not in self.plain and match[1] not in self.known.values):
            return tree
        base, digits = match[1], match[2]
        kind = self.known.kind(base)
        places = (digits,) if kind == VECTOR else tuple(digits) if kind == MATRIX and len(digits) == 2 else ()
        if not places or "0" in places:
            return tree
        subscripts = tuple(Number(int(place) - 1, False, tree.start, tree.end) for place in places)
        return Index(Name(base, tree.start, tree.end), subscripts, tree.start, tree.end)

    def entry(self, tree: Entry) -> Lifted:
        """`x_{i+1}`, `A_{i,j+1}`: shifted entries; with numbers alone an entry or a name."""
        assert isinstance(tree.base, Name)
        places = [shifted(part) for part in tree.subscripts]
        if any(place is None for place in places):
            raise unreadable("an index of this form")
        found = [place for place in places if place is not None]
        if not all(letter in self.ranges for letter, _ in found):
            text = self.source.text[tree.start : tree.end]
            hint = "write x_1, x_{12}, x_{ij} or x_{\\text{max}} for a name, and x[0] for the first entry"
            raise GradcliError("latex", f"the index of {text} belongs to no sum", None, hint)
        indices = tuple(letter for letter, _ in found if letter is not None)
        return self.array(tree, tree.base.name, indices, tuple(offset for _, offset in found))

    def counting(self, tree: Name) -> Lifted:
        """The index itself as a number: 1, 2, ... n."""
        found = self.ranges[tree.name]
        if found.letter is None:
            begins = f"\\sum_{{{tree.name}=1}}"
            hint = f"write {begins}^n {tree.name}, or {begins}^3 {tree.name} for three terms"
            raise GradcliError("sum", f"{tree.name} is a number here, and it is not said how far it runs", None, hint)
        lower = 1 if found.lower is None else found.lower
        size = plus(Name(found.letter, tree.start, tree.end), found.offset - lower + 1)
        ones = Call("ones", (size,), (), 0, tree.start, tree.end)
        numbers: Tree = Call("cumsum", (ones,), (), 0, tree.start, tree.end)
        self.arrays.setdefault("", Array(VECTOR, (found.letter,), False))
        return Lifted(plus(numbers, lower - 1), (tree.name,))

    # --------------------------------------------------------------------------- arrays

    def array(self, tree: Tree, base: str, indices: tuple[str, ...], offsets: tuple[int, ...]) -> Lifted:
        """The entries of an array, one for each value of the indices."""
        kind = self.known.kind(base)
        start, end = tree.start, tree.end
        whole = self.matrix_of(base, indices)
        full = f"{base}_{''.join(indices)}"
        upper = f"{base}__{indices[0]}"
        rows = len(indices) == 1 and (
            kind == MATRIX
            or (kind is None and (self.known.is_vector(full) or self.known.is_vector(upper)))
            or (
                kind == VECTOR
                and base not in self.known.values
                and (full in self.known.bold or upper in self.known.bold)
            )
        )
        if kind == SCALAR or (kind == VECTOR and len(indices) == 2):
            what = "number" if kind == SCALAR else "vector"
            raise GradcliError(
                "sum", f"{base} is a {what}, and {full} would be one of its entries", None, f"give {base} as an array"
            )
        if base in self.plain and kind is None and base not in self.known.rows and whole == base:
            hint = f"call one of them otherwise, as in X_i for the data, or write {base} in bold where it is the array"
            raise GradcliError(
                "sum", f"{base} is used as a number, and {full} as an entry of it: both cannot be", None, hint
            )
        self.note_array(whole, indices, rows)
        name: Tree = Name(whole, start, end)
        over = tuple(index for index in self.algebra.scope if index in indices)
        if len(indices) == 2 and indices[0] == indices[1]:
            return Lifted(Call("diag", (name,), (), 0, start, end), over)
        name = self.sliced(name, whole, indices, offsets)
        if len(indices) == 2 and indices != over:
            name = turned(name)
        return Lifted(name, over, "column" if rows else "")

    def fixed(self, tree: Name, base: str, index: str, number: int, is_column: bool) -> Lifted:
        """`x_{i1}`, the first column of a matrix x; `x_{1i}`, its first row."""
        found, whole = self.ranges[index], self.matrix_of(base, (index, index))
        first = 1 if found.lower is None else found.lower
        if self.known.kind(whole) not in (None, MATRIX) or first not in (0, 1) or found.offset not in (0, first - 1):
            raise unreadable("an index of this form")
        sizes = (found.size, None) if is_column else (None, found.size)
        self.merge(whole, Array(MATRIX, sizes, False), {first} if found.lower is not None else set())
        start, end = tree.start, tree.end
        everything, place = Slice(None, None, start, end), Number(number - first, False, start, end)
        entries = Index(Name(whole, start, end), (everything, place) if is_column else (place, everything), start, end)
        return Lifted(entries if is_column else Transpose(entries, start, end), (index,))

    def matrix_of(self, base: str, indices: tuple[str, ...]) -> str:
        """`x_{ij}` where the matrix is called X."""
        upper = base.upper()
        if len(indices) == 2 and upper != base and self.known.kind(base) is None and self.known.kind(upper) == MATRIX:
            return upper
        return base

    def note_array(self, base: str, indices: tuple[str, ...], rows: bool) -> None:
        """Remember that a name is an array, and its sizes by letter."""
        letters = tuple(self.ranges[index].size for index in indices)
        begins = {min(lower, 1) for lower in (self.ranges[index].lower for index in indices) if lower is not None}
        self.merge(base, Array(len(indices) + rows, (*letters, None) if rows else letters, rows), begins)

    def merge(self, base: str, found: Array, begins: set[int]) -> None:
        """Join what one place says of an array to what others said. `begins`: the first index by each of its sums."""
        before = self.arrays.get(base)
        if before is not None and before.kind == found.kind:
            sizes = tuple(a or b for a, b in zip(before.sizes, found.sizes, strict=True))
            found = Array(found.kind, sizes, found.rows)
            begins = begins if before.first is None else begins | {before.first}
        if len(begins) > 1:
            hint = "let all sums begin at the same number"
            raise GradcliError(
                "sum", f"{base}_0 is the first entry of {base} in one sum, {base}_1 in another", None, hint
            )
        self.arrays[base] = found._replace(first=next(iter(begins), None))

    def sliced(self, name: Tree, base: str, indices: tuple[str, ...], offsets: tuple[int, ...]) -> Tree:
        """The part of an array over which its index runs: x[1:] for x_{i+1} from 1 to n-1."""
        parts = []
        for index, offset in zip(indices, offsets, strict=True):
            found = self.ranges[index]
            first = 0 if found.lower == 0 else 1
            start = (found.lower if found.lower is not None else 1) + offset - first
            omitted = 0 if found.upper is None else -found.offset - offset - (first == 0)
            if start < 0 or omitted < 0:
                hint = f"let every index lie in {base}: \\sum_{{{index}=1}}^{{n-1}} for {base}_{{{index}+1}}"
                if first == 0 and found.letter and found.offset == offset == 0:
                    hint = f"write another letter for the number of terms: \\sum_{{{index}=0}}^{{m-1}}"
                raise GradcliError("sum", f"an index of {base} runs beyond its end", None, hint)
            parts.append((start, omitted))
        if not any(start or omitted for start, omitted in parts):
            return name
        begin, end = name.start, name.end
        slices = tuple(
            Slice(
                Number(start, False, begin, end) if start else None,
                Unary("-", Number(omitted, False, begin, end), begin, end) if omitted else None,
                begin,
                end,
            )
            for start, omitted in parts
        )
        return Index(name, slices, begin, end)

    # --------------------------------------------------------------------------- sums

    def enter(self, tree: Bound) -> Tree | None:
        """Bind the indices of a sum; a sum between numbers is written out instead."""
        again = [index for index in tree.indices if index in self.ranges]
        if again:
            hint = "call the inner index otherwise"
            raise GradcliError("sum", f"the index {again[0]} is bound twice", None, hint)
        tree = with_whole_end(tree)
        upper = tree.upper
        if isinstance(upper, Name) and type(self.known_number(upper.name)) is int and not self.arrays_over(tree):
            self.known.spent.add(upper.name)
            upper = Number(self.known_number(upper.name) or 0, False, upper.start, upper.end)
        if isinstance(upper, Number):
            return written_out(one_by_one(tree), tree.indices[0], upper.value, self.known)
        refuse_hanging(tree, upper, self.ranges)
        letter, offset = end_of(upper)
        more = self.known.one_more(letter) if letter and not (tree.lower or offset) and self.arrays_over(tree) else None
        if more and tree.lower == 0 and upper is not None:
            letter, offset, upper = more, -1, plus(Name(more, upper.start, upper.end), -1)
        if upper is None and tree.lower in (None, 1):
            letter = self.letter_of_array(tree)
        for index in tree.indices:
            self.ranges[index] = Range(tree.lower, letter, offset, upper)
            self.algebra.sizes[index] = self.ranges[index].size
            self.algebra.scope.append(index)
        return None

    def letter_of_array(self, tree: Bound) -> str | None:
        """A letter for the size of `\\sum_i i x_i`: the index is a number too, and the array says how far it runs."""
        parts = [part.name for part in postorder(tree.body) if isinstance(part, Name)]
        if len(tree.indices) > 1 or tree.indices[0] not in parts:
            return None
        bases = [base for base, found in (indices_of(name, dict.fromkeys(tree.indices)) for name in parts) if found]
        told = any(base in self.known.kinds and base not in self.known.values for base in bases)
        if told or not bases:
            return None
        taken = {*parts, *self.plain, *self.known.kinds, *self.letters}
        letter = next((letter for letter in "nmdkpqr" if letter not in taken), None)
        if letter is not None:
            self.letters.add(letter)
        return letter

    def known_number(self, name: str) -> int | None:
        """The whole number that --set gives a name."""
        return self.known.numbers.get(name)

    def arrays_over(self, tree: Bound) -> bool:
        """Whether an array hangs on the index of this sum."""
        found = (indices_of(p.name, dict.fromkeys(self.bound)) for p in postorder(tree.body) if isinstance(p, Name))
        return any(not set(tree.indices).isdisjoint(indices) for _, indices in found)

    def reduced(self, tree: Bound, value: Lifted) -> Lifted:
        """The sum over all indices of a sign, the last one first."""
        for index in reversed(tree.indices):
            value = self.over_one(tree, index, value)
            found = self.ranges.pop(index)
            self.algebra.scope.remove(index)
            del found
        return value

    def over_one(self, tree: Bound, index: str, value: Lifted) -> Lifted:
        """The reduction over one index."""
        function, rest = tree.function, tuple(name for name in value.over if name != index)
        body = value.tree
        if index not in value.over:
            return self.repeated(tree, index, value)
        if value.form in ("outer", "scaled"):
            return self.of_products(function, value, rest)
        if value.form and (rest or function != "sum"):
            raise unreadable(f"{function} over vectors")
        if value.form:
            summed = along("sum", body, 0)
            return Lifted(summed if value.form == "row" else Transpose(summed, body.start, body.end))
        if rest:
            return Lifted(along(function, body, 1), rest)
        return Lifted(Call(function, (body,), (), tree.head_end, tree.start, tree.end))

    def of_products(self, function: str, value: Lifted, rest: tuple[str, ...]) -> Lifted:
        """The sum of x_i x_i^T is X^T X, that of c_i w^T is sum(c) w^T."""
        assert value.other is not None
        if rest or function != "sum" or value.other_over not in ((), value.over):
            raise unreadable(f"{function} over products of vectors")
        if value.form == "outer":
            return Lifted(product(turned(value.tree), value.other, "@"))
        summed = Call("sum", (value.tree,), (), 0, value.tree.start, value.tree.end)
        return Lifted(product(summed, value.other))

    def repeated(self, tree: Bound, index: str, value: Lifted) -> Lifted:
        """A body that does not hang on the index: n times the same."""
        found = self.ranges[index]
        if tree.function in ("max", "min"):
            return value
        if found.upper is None:
            whole = f"\\{tree.function}_{{{index}=1}}^n x"
            hint = f"write x_{index} for what hangs on {index}, or {whole} for n times the same"
            raise GradcliError("sum", f"nothing here hangs on the index {index}", None, hint)
        count = plus(found.upper, 1 - (1 if found.lower is None else found.lower))
        if tree.function == "prod":
            return value._replace(tree=Binary("**", value.tree, count, 0, tree.start, tree.end))
        return value._replace(tree=product(count, value.tree))
