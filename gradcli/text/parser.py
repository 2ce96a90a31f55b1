"""Text -> statements and declarations: `y = u1*u2; u1 = x1 + x2`, `X: m,n`, comments, LaTeX in `$...$`.

Nothing here knows a function (but `where`, in whose condition comparisons may stand) or a shape.
Codes of errors: `syntax`, `empty`, `ambiguous`, `number`, `name`, `declaration`, `limit`.
"""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from gradcli import limits
from gradcli.problems import GradcliError, Span
from gradcli.text import tokens as kind
from gradcli.text.expressions import read_expression
from gradcli.text.stack import Stack
from gradcli.text.tokens import cut, quoted, without_inner_newlines
from gradcli.text.tree import Declaration, Script, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.problems import Source
    from gradcli.text.tokens import Tokens
    from gradcli.text.tree import Tree

_SEPARATORS: Final = (kind.NEWLINE, kind.SEMICOLON)
_ENDS: Final = (kind.NEWLINE, kind.SEMICOLON, kind.END)
_DELIMITED: Final = re.compile(
    r"""\#[^\n\r]* | \$\$(?P<display>[^$]+)\$\$ | \$(?P<inline>[^$]*)\$
    | \\\((?P<round>[^\\]*(?:\\[^()][^\\]*)*)\\\) | \\\[(?P<square>[^\\]*(?:\\[^\[\]][^\\]*)*)\\\]""",
    re.VERBOSE | re.DOTALL,
)


def parse_script(sources: Sequence[Source], latex: bool = False) -> Script:
    """The statements and declarations of all texts, in order. `latex`: all of them are LaTeX, with or without `$`.

    Raises GradcliError with the place and a hint for the first text that is no program.
    """
    statements: list[Statement] = []
    declarations: list[Declaration] = []
    with _collector_paused():
        _read_sources(sources, latex, statements, declarations)
    if not statements:
        span = Span(sources[-1], 0, len(sources[-1].text)) if sources else None
        hint = "write a function after them, as in x: 3; norm(x)^2"
        raise GradcliError("empty", "there are declarations and no expression", span, hint)
    return Script(tuple(statements), tuple(declarations))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Trees have no cycles: looking for some among millions of new nodes takes longer than reading them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read_sources(
    sources: Sequence[Source], latex: bool, statements: list[Statement], declarations: list[Declaration]
) -> None:
    for source in sources:
        before = len(statements) + len(declarations)
        for tokens in _parts(source, latex):
            _read_part(Stack(tokens), statements, declarations)
        if len(statements) + len(declarations) == before:
            raise _empty(source)


def parse_expression(source: Source) -> Tree:
    """One expression, which must be the whole text. Raises GradcliError with the place and a hint."""
    parts = [part for part in _parts(source, False) if len(part.kinds) > 1]
    if not parts:
        raise _empty(source)
    stack = Stack(without_inner_newlines(parts[0], everywhere=True))
    tree = read_expression(stack)
    if stack.kinds[stack.place] != kind.END:
        raise _stray(stack)
    if len(parts) > 1:
        rest = Span(source, parts[1].starts[0], parts[1].ends[-1])
        raise GradcliError("syntax", "one expression must be the whole text", rest, "leave out the rest")
    return tree


def _empty(source: Source) -> GradcliError:
    return GradcliError(
        "empty", "there is no expression", Span(source, 0, len(source.text)), "write a function, as in x1**2 + x2**2"
    )


def _parts(source: Source, latex: bool) -> Iterator[Tokens]:
    """The tokens of the text, LaTeX in dollar signs apart from what stands around it."""
    text = source.text
    if "$" not in text and "\\(" not in text and "\\[" not in text:
        yield (
            without_inner_newlines(_latex(source, 0, len(text), lines=True))
            if latex
            else without_inner_newlines(cut(source))
        )
        return
    begin = 0
    for match in _DELIMITED.finditer(text):
        group = match.lastgroup
        if group is None:
            continue
        if begin < match.start():
            yield without_inner_newlines(cut(source, begin, match.start()))
        if match[group]:
            yield _latex(source, match.start(group), match.end(group))
        begin = match.end()
    yield without_inner_newlines(cut(source, begin, len(text)))


def _latex(source: Source, begin: int, end: int, lines: bool = False) -> Tokens:
    from gradcli.text.latex import cut_latex

    return cut_latex(source, begin, end, lines)


def _read_part(stack: Stack, statements: list[Statement], declarations: list[Declaration]) -> None:
    """Add the statements and declarations of one part."""
    kinds = stack.kinds
    while True:
        while kinds[stack.place] in _SEPARATORS:
            stack.place += 1
        if kinds[stack.place] == kind.END:
            return
        if kinds[stack.place] == kind.NAME and kinds[stack.place + 1] == kind.COLON:
            declarations.append(read_declaration(stack))
        else:
            statements.append(_read_statement(stack))
        if kinds[stack.place] not in _ENDS:
            raise _stray(stack)
        if len(statements) > limits.STATEMENTS:
            raise stack.error(stack.place, f"more than {limits.STATEMENTS} statements", "split the program", "limit")


def _read_statement(stack: Stack) -> Statement:
    """`name = expression`, or an expression alone."""
    here = stack.place
    if stack.kinds[here] != kind.NAME or stack.kinds[here + 1] != kind.EQUALS:
        tree = read_expression(stack)
        return Statement(None, tree, stack.source, tree.start, tree.end)
    stack.place = here + 2
    if stack.kinds[stack.place] in _ENDS:
        name = stack.texts[here]
        hint = f"write {name} = expression"
        if stack.source.text[stack.ends[-1] : stack.ends[-1] + 1] == "$":
            hint = "put the whole statement between the dollar signs"
        raise stack.error(here + 1, f"nothing follows '{name} ='", hint)
    tree = read_expression(stack)
    return Statement(stack.names[stack.texts[here]], tree, stack.source, stack.starts[here], stack.ends[here])


def _stray(stack: Stack) -> GradcliError:
    """The error of what follows a complete expression."""
    here = stack.place
    what = stack.kinds[here]
    if what == kind.COMMA:
        return stack.error(here, "a comma cannot stand here", "write [a, b] for a vector, or ; between statements")
    if what == kind.COLON:
        return stack.error(here, "a colon cannot stand here", "write x: n as a statement of its own to declare a shape")
    if what == kind.EQUALS:
        return _stray_equals(stack, here)
    return stack.error(here, f"{quoted(stack.texts[here])} cannot stand here", "give one expression")


def _stray_equals(stack: Stack, here: int) -> GradcliError:
    """The error of an equals sign after something that is no single name."""
    start = here
    while start and stack.kinds[start - 1] not in _ENDS:
        start -= 1
    if stack.kinds[start] == kind.NAME and stack.kinds[start + 1] == kind.OPEN:
        name = stack.texts[start]
        return stack.error(here, "only a name can be given a meaning", f"write {name} = ... without arguments")
    return stack.error(
        here, "'=' follows what is no single name", "write name = expression, and == to compare in where"
    )


# -------------------------------------------------------------------- declarations


def read_declaration(stack: Stack, separator: int = kind.COLON) -> Declaration:
    """`x: 3`, `X: m,n`, `S: n,n symmetric`, `phi: function`; `stack.place` is then at its end.

    Raises `declaration` with the place of what is wrong.
    """
    here = stack.place
    name = stack.names[stack.texts[here]]
    place = (stack.source, stack.starts[here], stack.ends[here])
    here += 2
    if stack.texts[here] == "function" and stack.kinds[here + 1] in _ENDS:
        stack.place = here + 1
        return Declaration(name, None, False, *place)
    dims: list[int | str] = []
    while True:
        dims.append(_dimension(stack, here))
        here += 1
        if stack.kinds[here] != kind.COMMA:
            break
        here += 1
    if len(dims) > 2:
        raise stack.error(here - 1, "an array has one or two dimensions", "write X: m,n", "declaration")
    symmetric = stack.texts[here] == "symmetric"
    if symmetric and (len(dims) != 2 or dims[0] != dims[1]):
        raise stack.error(here, "a symmetric matrix is square", f"write {name}: n,n symmetric", "declaration")
    here += symmetric
    if stack.kinds[here] not in _ENDS:
        raise stack.error(
            here, f"{quoted(stack.texts[here])} cannot stand in a declaration",
            f"write {name}: n, {name}: m,n, {name}: n,n symmetric or {name}: function, and ; before the next statement",
            "declaration",
        )  # fmt: skip
    stack.place = here
    return Declaration(name, tuple(dims), symmetric, *place)


def _dimension(stack: Stack, here: int) -> int | str:
    """A number from 1 on, or a letter."""
    text = stack.texts[here]
    if stack.kinds[here] == kind.NAME:
        return stack.names[text]
    if stack.kinds[here] == kind.NUMBER:
        value, decimal = stack.numbers[text]
        if isinstance(value, int) and value > 0 and not decimal:
            return value
    if stack.kinds[here] in _ENDS:
        before = quoted(stack.texts[here - 1])
        raise stack.error(here - 1, f"a dimension is missing after {before}", "write 3, n or m,n there", "declaration")
    raise stack.error(
        here, f"{quoted(text)} is not a dimension", "a dimension is a number from 1 on, or a name", "declaration"
    )
