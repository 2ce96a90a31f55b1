"""Names for what a matrix formula says more than once: `diag(p) - p pᵀ` with `p = softmax(x)`.

For people only: scripts get formulas that stand alone.
"""

from __future__ import annotations

from collections import Counter

from gradcli.derive.results import Chain
from gradcli.records import TYPE_CHECKING
from gradcli.render.notation import write_all
from gradcli.text.tree import Binary, Call, Index, Name, Slice, Transpose, Tree, Unary, Vector, children, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from gradcli.derive.results import Gradient, Hessian, Jacobian

    Result = Gradient | Jacobian | Hessian | Chain

MINIMUM = 6
"""Characters that a part must have to be worth a name."""

SAVING = 8
"""Characters that its name must save."""

LONGEST = 4000
"""Characters of formulas that are looked through; longer ones are not read by eye."""

LETTERS = {"softmax": "p", "sigmoid": "s", "norm": "r", "leftsv": "u1", "rightsv": "v1"}
"""What books call the values of these functions; anything else is t1, t2, …"""

ALWAYS = ("leftsv", "rightsv")
"""Functions whose values have names wherever they stand: u1 v1ᵀ is what books write."""


def abbreviated(result: Result) -> Result:
    """The same answer with names for repeated parts of its matrix formulas; other answers as they are."""
    symbolic: Any = result.symbolic
    if (
        isinstance(result, Chain)
        or not any(result.reading.shapes.values())
        or symbolic is None
        or isinstance(symbolic, tuple)
    ):
        return result
    parts = result.in_each_layout()
    trees = [tree for part in parts for tree in formulas(part)]
    if any(isinstance(tree, Vector) for tree in trees):
        return result
    taken = {*result.reading.shapes, *result.reading.constants, *(name for name, _ in result.definitions)}
    found, named = named_parts(trees, taken, result.reading.decimal)
    if not named:
        return result
    waiting = iter(found)
    shown: list[Any] = [with_formulas(part, waiting) for part in parts]
    more = {"layout": "both", "other": shown[1]} if len(shown) > 1 else {}
    return shown[0]._replace(definitions=(*result.definitions, *named), **more)  # type: ignore[no-any-return]


def formulas(result: Any) -> list[Tree]:
    """The formulas of an answer in one layout: its blocks where it has such, else of the whole, or by variable."""
    if getattr(result, "blocks", ()):
        return [block.symbolic for block in result.blocks]
    symbolic = result.symbolic
    return [symbolic] if isinstance(symbolic, Tree) else list(symbolic.values())


def with_formulas(result: Any, trees: Iterator[Tree]) -> Any:
    """The answer with other formulas, in the order of `formulas`."""
    if getattr(result, "blocks", ()):
        return result._replace(blocks=tuple(block._replace(symbolic=next(trees)) for block in result.blocks))
    symbolic = result.symbolic
    shown = next(trees) if isinstance(symbolic, Tree) else {name: next(trees) for name in symbolic}
    return result._replace(symbolic=shown)


def named_parts(trees: list[Tree], taken: set[str], decimal: bool) -> tuple[list[Tree], list[tuple[str, Tree]]]:
    """The trees with repeated parts named, the longest saving first, and the names with what they stand for."""
    named: list[tuple[str, Tree]] = []
    texts = part_texts(trees, decimal)
    always = [text for part, text in texts if isinstance(part, Call) and part.function in ALWAYS]
    while True:
        texts = part_texts([*trees, *(tree for _, tree in named)], decimal)
        best = always.pop() if always else most_saving(texts)
        if best is None:
            return trees, named
        keys = {id(part) for part, text in texts if text == best}
        always = [text for text in always if text != best]
        whole = next((part for part, text in texts if text == best), None)
        if whole is None:  # it stood in a part that has a name by now
            continue
        name = fresh(whole, taken)
        taken = {*taken, name}
        trees = [replaced(tree, keys, name) for tree in trees]
        named = [(other, replaced(tree, keys, name)) for other, tree in named]
        named.insert(0, (name, whole))


def part_texts(trees: Sequence[Tree], decimal: bool) -> list[tuple[Tree, str]]:
    """Every part that could have a name, once for each place where it stands, with its text."""
    if sum(len(text) for text in write_all(trees, "text", decimal)) > LONGEST:
        return []
    parts = [part for tree in trees for part in places(tree) if isinstance(part, Call | Binary)]
    return list(zip(parts, write_all(parts, "text", decimal), strict=True))


def places(tree: Tree) -> list[Tree]:
    """Every part of a tree, once for each place; subscripts and words stay as they are."""
    found: list[Tree] = []
    stack = [tree]
    while stack:
        here = stack.pop()
        found.append(here)
        stack.extend([here.base] if isinstance(here, Index) else children(here))
    return found


def most_saving(texts: Sequence[tuple[Tree, str]]) -> str | None:
    """The text of the part whose name saves most, None where none is worth it."""
    counts = Counter(text for _, text in texts)
    savings = {text: (count - 1) * len(text) - count for text, count in counts.items() if len(text) >= MINIMUM}
    good = [text for text, saved in savings.items() if saved >= SAVING]
    return max(good, key=lambda text: (savings[text], len(text)), default=None)


def fresh(part: Tree, taken: set[str]) -> str:
    """A name that nothing has yet."""
    letter = LETTERS.get(part.function) if isinstance(part, Call) else None
    if letter is not None and letter not in taken:
        return letter
    stem, number = ("t" if letter is None or not letter[-1].isdigit() else letter[:-1]), 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def replaced(tree: Tree, keys: set[int], name: str) -> Tree:
    """The tree with some of its parts replaced by a name."""
    done: dict[int, Tree] = {}
    for part in postorder(tree):
        done[id(part)] = Name(name) if id(part) in keys else rebuilt(part, done)
    return done[id(tree)]


def rebuilt(part: Tree, done: dict[int, Tree]) -> Tree:
    """A part with its children replaced by theirs; itself where they are the same."""
    if all(done[id(child)] is child for child in children(part)):
        return part
    if isinstance(part, Unary):
        return Unary(part.op, done[id(part.operand)])
    if isinstance(part, Binary):
        return Binary(part.op, done[id(part.left)], done[id(part.right)])
    if isinstance(part, Transpose):
        return Transpose(done[id(part.operand)])
    if isinstance(part, Call):
        keywords = tuple((word, done[id(value)]) for word, value in part.keywords)
        return Call(part.function, tuple(done[id(x)] for x in part.arguments), keywords)
    if isinstance(part, Index):
        return Index(done[id(part.base)], part.subscripts)
    if isinstance(part, Slice):
        return part
    return Vector(tuple(done[id(item)] for item in part.items)) if isinstance(part, Vector) else part
