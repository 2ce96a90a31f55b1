"""Names for what formulas say more than once: `diag(p) - p pᵀ` with `p = softmax(x)`.

Formulas of matrices get them wherever a name saves something, those of numbers where they are long.

For people only: scripts get formulas that stand alone.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice

from gradcli.derive.results import Chain
from gradcli.records import TYPE_CHECKING
from gradcli.render.notation import write_all
from gradcli.text.binders import BINDERS
from gradcli.text.rewrite import merged, replaced
from gradcli.text.tree import Binary, Call, Index, Name, Tree, Vector, children, is_bound, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from gradcli.derive.results import Gradient, Hessian, Jacobian

    Result = Gradient | Jacobian | Hessian | Chain

MINIMUM = 6
"""Characters that a part must have to be worth a name."""

SAVING = 8
"""Characters that its name must save."""

NAME = 2
"""Characters of a name."""

LONGEST = 8000
"""Characters of formulas that are looked through; longer ones are not read by eye."""

LONG = 150
"""Characters from which on the formula of a number has names for its parts; a shorter one is read at a glance."""

MOST = 100
"""Formulas of numbers that are looked through."""

LETTERS = {"softmax": "p", "sigmoid": "s", "norm": "r", "leftsv": "u1", "rightsv": "v1"}
"""What books call the values of these functions; anything else is t1, t2, …"""

ALWAYS = ("leftsv", "rightsv")
"""Functions whose values have names wherever they stand: u1 v1ᵀ is what books write."""

NEVER = ("eye", "ones", "zeros")
"""Functions whose values say more than a name."""


def abbreviated(result: Result) -> Result:
    """The same answer with names for repeated parts of its formulas; other answers as they are."""
    if isinstance(result, Chain) or result.symbolic is None:
        return result
    of_arrays = any(result.reading.shapes.values())
    parts = result.in_each_layout()
    trees = [tree for part in parts for tree in formulas(part)]
    if of_arrays and (isinstance(result.symbolic, tuple) or any(isinstance(tree, Vector) for tree in trees)):
        return result
    decimal = result.reading.decimal
    if not of_arrays and (len(trees) > MOST or has_many_parts(trees)):
        return result
    before = lengths_of(trees, decimal)
    if sum(before) > LONGEST or not (of_arrays or max(before) > LONG):
        return result
    taken = {*result.reading.shapes, *result.reading.constants, *(name for name, _ in result.definitions)}
    found, named = named_parts(trees, taken, decimal)
    if not named:
        return result
    if not of_arrays and 4 * sum(lengths_of([*found, *(tree for _, tree in named)], decimal)) >= 3 * sum(before):
        return result
    waiting = iter(found)
    shown: list[Any] = [with_formulas(part, waiting) for part in parts]
    more = {"layout": "both", "other": shown[1]} if len(shown) > 1 else {}
    return shown[0]._replace(definitions=(*result.definitions, *named), **more)  # type: ignore[no-any-return]


def has_many_parts(trees: Sequence[Tree]) -> bool:
    """Whether formulas have so many parts that they are not read by eye; no more than these are counted."""
    return sum(sum(1 for _ in islice(postorder(tree), LONGEST)) for tree in trees) > LONGEST // 4


def lengths_of(trees: Sequence[Tree], decimal: bool) -> list[int]:
    """The length of each formula as text."""
    return [len(text) for text in write_all(trees, "text", decimal)]


def formulas(result: Any) -> list[Tree]:
    """The formulas of an answer in one layout: its blocks where it has such, else of the whole, or by variable."""
    if getattr(result, "blocks", ()):
        return [block.symbolic for block in result.blocks]
    symbolic = result.symbolic
    if isinstance(symbolic, tuple):
        return [tree for row in symbolic for tree in row]
    return [symbolic] if isinstance(symbolic, Tree) else list(symbolic.values())


def with_formulas(result: Any, trees: Iterator[Tree]) -> Any:
    """The answer with other formulas, in the order of `formulas`."""
    if getattr(result, "blocks", ()):
        return result._replace(blocks=tuple(block._replace(symbolic=next(trees)) for block in result.blocks))
    symbolic = result.symbolic
    if isinstance(symbolic, tuple):
        return result._replace(symbolic=tuple(tuple(next(trees) for _ in row) for row in symbolic))
    shown = next(trees) if isinstance(symbolic, Tree) else {name: next(trees) for name in symbolic}
    return result._replace(symbolic=shown)


def named_parts(trees: list[Tree], taken: set[str], decimal: bool) -> tuple[list[Tree], list[tuple[str, Tree]]]:
    """The trees with repeated parts named, and the names with what they stand for, each after those it is made of."""
    trees = merged(trees)
    parts = list({id(part): part for tree in trees for part in postorder(tree)}.values())
    chosen = Naming(trees, parts, decimal).best()
    names: dict[int, str] = {}
    for part in parts:
        if id(part) in chosen:
            names[id(part)] = fresh(part, taken)
            taken = {*taken, names[id(part)]}

    def shortened(whole: Tree, itself: bool) -> Tree:
        def change(part: Tree) -> Tree | None:
            return Name(names[id(part)]) if id(part) in names and (itself or part is not whole) else None

        return replaced(whole, change)

    named = [(names[id(part)], shortened(part, False)) for part in parts if id(part) in names]
    return [shortened(tree, True) for tree in trees], named


class Naming:
    """Chooses the parts to be named, the greatest saving first.

    trees   merged: what says the same is one object
    parts   everything in them, each after what it is made of
    """

    def __init__(self, trees: Sequence[Tree], parts: Sequence[Tree], decimal: bool) -> None:
        self.trees, self.parts = trees, parts
        free = free_letters(parts)
        candidates = [part for part in parts if deserves_name(part) and not free[id(part)]]
        texts = write_all(candidates, "text", decimal)
        self.length = {id(part): len(text) for part, text in zip(candidates, texts, strict=True)}
        self.named = {id(part) for part in candidates if isinstance(part, Call) and part.function in ALWAYS}

    def best(self) -> set[int]:
        """The parts, by `id`, of which each saves enough beside the others."""
        while True:
            counts, lengths = self.counts(), self.lengths()
            savings = {
                key: (counts[key] - 1) * length - counts[key]
                for key, length in lengths.items()
                if key not in self.named and length >= MINIMUM
            }
            best = max(savings, key=lambda key: (savings[key], lengths[key]), default=None)
            if best is None or savings[best] < SAVING:
                return self.named
            self.named.add(best)

    def counts(self) -> Counter[int]:
        """How often each part is written, where what has a name is written once."""
        found = Counter(id(tree) for tree in self.trees)
        for part in reversed(self.parts):
            times = min(1, found[id(part)]) if id(part) in self.named else found[id(part)]
            for child in written_below(part):
                found[id(child)] += times
        return found

    def lengths(self) -> dict[int, int]:
        """The length of the text of each candidate, with names in it as they are chosen now."""
        saved: dict[int, int] = {}
        for part in self.parts:
            saved[id(part)] = sum(
                self.length[id(child)] - NAME if id(child) in self.named else saved[id(child)]
                for child in written_below(part)
            )
        return {key: length - saved[key] for key, length in self.length.items()}


def deserves_name(part: Tree) -> bool:
    """Whether a part is something that a name could stand for."""
    return part.function not in NEVER if isinstance(part, Call) else isinstance(part, Binary)


def free_letters(parts: Sequence[Tree]) -> dict[int, frozenset[str]]:
    """The letters in each part, by `id`, that a function around it binds, as the t of an integral over t."""
    free: dict[int, frozenset[str]] = {}
    for part in parts:
        if isinstance(part, Name):
            free[id(part)] = frozenset((part.name,) if is_bound(part.name) else ())
            continue
        below: frozenset[str] = frozenset().union(*(free[id(child)] for child in children(part)))
        if isinstance(part, Call) and part.function in BINDERS:
            below -= free[id(part.arguments[1])]
        free[id(part)] = below
    return free


def written_below(part: Tree) -> Sequence[Tree]:
    """The direct parts that may have names; subscripts and words stay as they are."""
    return [part.base] if isinstance(part, Index) else children(part)


def fresh(part: Tree, taken: set[str]) -> str:
    """A name that nothing has yet."""
    letter = LETTERS.get(part.function) if isinstance(part, Call) else None
    if letter is not None and letter not in taken:
        return letter
    stem, number = ("t" if letter is None or not letter[-1].isdigit() else letter[:-1]), 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
