"""Lines of programs that say more than one formula: `x, y = p`, `loss += ...`, `p = p/sum(p)` in the body of a `def`.

A second definition of a name in a body is a name of its own from there on, as the lines are done one after the other.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.expressions import read_expression
from gradcli.text.tree import Binary, Index, Name, Number, Statement

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack
    from gradcli.text.tree import Tree

SAID: Final = pattern(
    r"[ \t]*(?:\w+(?:[, \t]+\w+)*[ \t]*=[ \t]*(?:\w+\.)*(?:symbols|Symbol)"
    r"|(?:\w+\.)+(?:zero_grad|backward|step|manual_seed|seed))\("
    r"[^()\n]*\)[ \t]*(?=\n|;|\Z)"
    r"|[ \t]*(?:syms(?:[ \t]+\w+(?:\([\w, ]*\))?)+|(?:clear|close)(?:[ \t]+all)?|clc"
    r"|using[ \t]+[\w., ]+|library\(\w+\))"
    r"[ \t]*(?=\n|;|,|\Z)"
    r"|[ \t]*(?:In[ \t]*\[[0-9 ]*\]:|Out[ \t]*\[[0-9 ]*\]:[^\n]*|julia>)"
)
"""Lines that make symbols, or ask for the gradient by running backwards: they say nothing of the function."""
DECORATOR: Final = pattern(r"@[\w.]+(?:\([^\n]*\))?[ \t]*(?=\r?\n)")


def skip_line(stack: Stack) -> bool:
    """Go past a decorator, or a line that says nothing of the function."""
    text, start = stack.source.text, stack.starts[stack.place]
    match = DECORATOR.match(text, start) if stack.texts[stack.place] == "@" else SAID.match(text, start)
    if match is None:
        return False
    while stack.starts[stack.place] < match.end() and stack.kinds[stack.place] != kind.END:
        stack.place += 1
    return True


def tuple_statements(stack: Stack) -> list[Statement] | None:
    """`x, y = p` and `a, b = 1, 2` as one statement for each name; None where something else stands here."""
    here, names = stack.place, list[int]()
    while stack.kinds[here] == kind.NAME:
        names.append(here)
        here += 1
        if stack.kinds[here] != kind.COMMA:
            break
        here += 1
    if len(names) < 2 or stack.kinds[here] != kind.EQUALS:
        return None
    trees: list[Tree] = []
    stack.place = here + 1
    while True:
        trees.append(read_expression(stack))
        if stack.kinds[stack.place] != kind.COMMA:
            break
        stack.place += 1
    whole = trees[0]
    if len(trees) == 1 and type(whole) is Name:
        trees = [Index(whole, (Number(i, False, whole.start, whole.end),), whole.start, whole.end)
                 for i in range(len(names))]  # fmt: skip
    if len(trees) != len(names):
        raise stack.error(here, f"{len(names)} names, and {len(trees)} values", "write one value for each name")
    return [
        Statement(stack.names[stack.texts[name]], tree, stack.source, stack.starts[name], stack.ends[name])
        for name, tree in zip(names, trees, strict=True)
    ]


def augmented(stack: Stack) -> Statement | None:
    """`loss += lam*norm(w)`: the name with what is added to it; None where something else stands here."""
    here = stack.place
    sign, equals = stack.texts[here + 1], here + 2
    if stack.kinds[here] != kind.NAME or sign not in ("+", "-", "*", "/") or stack.kinds[equals] != kind.EQUALS:
        return None
    if stack.starts[equals] != stack.ends[here + 1]:
        return None
    start, end = stack.starts[here], stack.ends[here]
    name = stack.names[stack.texts[here]]
    stack.place = equals + 1
    added = read_expression(stack)
    tree = Binary(sign, Name(name, start, end), added, stack.starts[here + 1], start, added.end)
    return Statement(name, tree, stack.source, start, end)


_NEW: Final = pattern(r"_new[0-9]*\Z")


def renamed(stack: Stack, statement: Statement, before: set[str]) -> Statement:
    """The statement under a name of its own, where `before` has its name; what follows means this one by it."""
    name = statement.name
    if name is None:
        return statement
    if name not in before:
        before.add(name)
        return statement
    base = _NEW.sub("", name)
    number, new = 2, f"{base}_new"
    while new in before or new in stack.names.values():
        new, number = f"{base}_new{number}", number + 1
    for text, meant in list(stack.names.items()):
        if meant == name:
            stack.names[text] = new
    before.add(new)
    return statement._replace(name=new)
