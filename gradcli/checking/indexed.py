r"""Answers for one entry, `2 x_k`, `\sum_j (A_{kj} + A_{jk}) x_j`: all entries at once, as arrays.

An index that no sum binds runs over the entries: of a gradient by a vector it is that of the vector; of a gradient by
a matrix, a Jacobian or a Hessian the first one counts rows and the second one columns. What stands before the sign of
equality tells which is which, `∂f/∂A_{lk} =`; else it is their order in the alphabet.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.program.written.known import KnownNames
from gradcli.program.written.lifted import turned
from gradcli.program.written.ones import without_ones
from gradcli.program.written.settle import Settler
from gradcli.program.written.sums import Sums
from gradcli.program.written.written_out import Array, Range
from gradcli.records import TYPE_CHECKING
from gradcli.text.binders import used_names
from gradcli.text.rewrite import rewrite
from gradcli.text.tree import Bound, Name, Statement, children, postorder

if TYPE_CHECKING:
    from collections.abc import Collection

    from gradcli.checking.records import Claim
    from gradcli.text.answers import Answer
    from gradcli.text.tree import Script, Tree

SPARE = "pqrstuvwabcdeghfoyz"
"""Letters for the index of a sum that has that of an entry outside of it."""


def candidates(answer: Answer, names: Collection[str]) -> dict[str, None]:
    """The letters that may be free indices of an answer, in the order of the alphabet."""
    if not any(isinstance(part, Name) and "_" in part.name for part in postorder(answer.tree)):
        return {}
    found: set[str] = set()
    stack: list[tuple[Tree, frozenset[str]]] = [(answer.tree, frozenset())]
    while stack:
        tree, bound = stack.pop()
        if isinstance(tree, Bound):
            bound |= {*tree.indices}
        elif isinstance(tree, Name):
            found |= {*letters_of(tree.name, names)} - bound
        stack += [(part, bound) for part in children(tree)]
    return dict.fromkeys(sorted(found))


def letters_of(name: str, names: Collection[str]) -> str:
    """`kj` of A_kj, where A is a name of the function and A_kj is none."""
    base, _, letters = name.rpartition("_")
    fits = base in names and name not in names and len(letters) in (1, 2) and letters.isalpha() and letters.islower()
    return letters if fits else ""


def with_entries(claim: Claim, script: Script, names: Collection[str]) -> tuple[Claim, tuple[str, ...]]:
    """The claim with answers for one entry as answers for all of them, and what is said of that.

    script   the function as plain statements
    """
    free = [candidates(answer, names) for answer in claim.answers]
    if not any(free):
        return claim, ()
    known = KnownNames(claim.script, claim.options)
    for declaration in script.declarations:
        if declaration.dims:
            known.kinds.setdefault(declaration.name, len(declaration.dims))
    pairs = zip(claim.answers, free, strict=True)
    answers, notes = [], []
    for answer, letters in pairs:
        order = in_order(answer, letters)
        answers.append(lifted(claim, answer, order, known, names) if letters else answer)
        if len(order) == 2:
            notes.append(f"your answer is read with {order[0]} as the index of rows and {order[1]} as that of columns")
        elif order:
            notes.append(f"your answer is read as that for every {order}")
    return claim._replace(answers=tuple(answers)), tuple(dict.fromkeys(notes))


def in_order(answer: Answer, free: Collection[str]) -> str:
    """The free indices as they stand in `∂y_j/∂x_i =`, else by the alphabet."""
    told = "".join(part.rpartition("_")[2] for part in answer.head if "_" in part)
    return told if sorted(told) == sorted(free) else "".join(free)


def lifted(claim: Claim, answer: Answer, letters: str, known: KnownNames, names: Collection[str]) -> Answer:
    """One answer as arrays. Errors: `sum` for three indices, and for what has no reading as arrays."""
    place = Span(answer.source, answer.tree.start, answer.tree.end)
    if len(letters) > 2:
        shown = ", ".join(letters)
        hint = "write the sum over the others: \\sum_j A_{ij} x_j"
        raise GradcliError("sum", f"the indices {shown} belong to no sum, and an answer has one or two", place, hint)
    tree = without_clashes(answer.tree, letters, names)
    statement = Statement(None, tree, answer.source, tree.start, tree.end)
    known.add_rows([statement])
    arrays: dict[str, Array] = {}
    indexed = claim.script.spelling.indexed if claim.script.spelling is not None else frozenset()
    sums = EntrySums(statement, known, indexed, arrays)
    sums.bind(letters)
    whole = sums.resolved(Settler(statement, known, "T" in known.kinds, []).settled(tree))
    if sums.last.form:
        raise GradcliError("sum", "an entry of the derivative is a number, and this is a vector", place)
    across = claim.layout == "numerator" if claim.kind == "gradient" else claim.layout == "denominator"
    whole = turned(whole) if across else whole
    name = answer.name
    if name is not None and letters_of(name, names):
        name = name.rpartition("_")[0]
    kinds = tuple((base, array.kind) for base, array in arrays.items() if base)
    return answer._replace(tree=without_ones(whole), name=name, arrays=kinds)


class EntrySums(Sums):
    """The sums of an answer for one entry, whose own indices are bound around all of it."""

    def bind(self, letters: str) -> None:
        """Let these indices run over whole arrays, the first one downwards."""
        for letter in letters:
            self.ranges[letter] = Range(None, None, 0, None)
            self.algebra.sizes[letter] = None
            self.algebra.scope.append(letter)

    def leave(self, tree: Tree) -> None:
        super().leave(tree)
        self.last = self.values[-1]


def without_clashes(root: Tree, letters: str, names: Collection[str]) -> Tree:
    r"""`e^{x_i}/\sum_i e^{x_i}` as `e^{x_i}/\sum_p e^{x_p}`: a sum has another index than what is around it."""
    used = {letter for name in used_names(root) for letter in (name, *letters_of(name, names))}
    spare = iter([letter for letter in SPARE if letter not in used])

    def change(tree: Tree) -> Tree:
        clashing = [index for index in tree.indices if index in letters] if isinstance(tree, Bound) else []
        for index in clashing:
            assert isinstance(tree, Bound)
            other = next(spare, index)
            body = rewrite(tree.body, lambda part, a=index, b=other: renamed(part, a, b, names))  # type: ignore[misc]
            indices = tuple(other if one == index else one for one in tree.indices)
            tree = Bound(tree.function, indices, tree.lower, tree.upper, body, tree.head_end, tree.start, tree.end)
        return tree

    return rewrite(root, change)


def renamed(tree: Tree, index: str, other: str, names: Collection[str]) -> Tree:
    """A name with another letter for an index."""
    if not isinstance(tree, Name):
        return tree
    letters = letters_of(tree.name, names)
    if index not in letters:
        return Name(other, tree.start, tree.end) if tree.name == index else tree
    base = tree.name[: -len(letters)]
    return Name(base + letters.replace(index, other), tree.start, tree.end)
