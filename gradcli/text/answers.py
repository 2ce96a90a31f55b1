"""Hand-derived answers: several texts, one text with commas, or `x1=..., x2=...` -> their expressions, in order.

Codes of errors: those of the parser.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import parser
from gradcli.text import tokens as kind
from gradcli.text.expressions import read_expression
from gradcli.text.partials import masked, partial_parts, unmasked
from gradcli.text.stack import Stack
from gradcli.text.tokens import Spelled

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from gradcli.problems import Source
    from gradcli.text.tree import Tree

_SEPARATORS = (kind.NEWLINE, kind.SEMICOLON, kind.COMMA)


class Answer(NamedTuple):
    """One expression of an answer.

    name    the variable that it is said to belong to, None where its place tells
    plain   nothing in the spelling of its text has to be resolved
    head    what is differentiated by what, where that stands before it: f and x_k of `∂f/∂x_k =`
    arrays  which names stand with an index that runs over all entries, and how many dimensions these have
    """

    name: str | None
    tree: Tree
    source: Source
    plain: bool = False
    head: tuple[str, ...] = ()
    arrays: tuple[tuple[str, int], ...] = ()


def parse_answers(sources: Sequence[Source], latex: bool = False, known: Collection[str] = ()) -> tuple[Answer, ...]:
    """The expressions of all texts, in order. Raises GradcliError with the place and a hint for what is none.

    known   the names of the function: du/dx is a derivative where u and x are among them, and du is not
    """
    answers: list[Answer] = []
    for source in map(_bare, sources):
        before = len(answers)
        text, letters = masked(source, known)
        is_latex = latex or ("\\" in source.text and "$" not in source.text)
        try:
            _read_text(text, is_latex if text is not source else latex, answers)
        except GradcliError as error:
            if text is not source and error.span is not None:
                error.span = error.span._replace(source=source)
            raise
        if len(answers) == before:
            raise parser._empty(source)
        if text is not source:
            answers[before:] = [_restored(answer, source, letters) for answer in answers[before:]]
    return tuple(answers)


_OF_PROGRAM: Final = pattern(
    r"\s*(?:def\s+\w+\s*\([^()]*\)\s*(?:->[^:\n]*)?:\s*|\w+\s*=\s*(?=lambda\b))?"
    r"(?:return\b|lambda\s+[\w\s,]*:|@\([\w\s,]*\)|\(?\w+(?:\s*,\s*\w+)*\)?\s*(?:->|=>|\\mapsto|↦))"
)
"""What programs have before a formula: `lambda x:`, `return`, `def df(x): return`, `x ->`."""
_UPRIGHT: Final = pattern(r"\\(?:mathrm|text|textrm|rm)\s*\{d\}")
r"""The d of `\frac{\mathrm{d}y}{\mathrm{d}x} =`."""
_TURNED: Final = pattern(r"(?s)\s*[(\[].*,.*[)\]](\s*(?:\^\s*(?:T|⊤)|\.T|'|ᵀ)\s*)")


def _bare(source: Source) -> Source:
    """A text of the same length without what only says that an answer follows: `lambda x:`, `(2xy, x^2)^T`.

    `<2xy, x^2>` is `[2xy, x^2]`, a vector, as American textbooks write it.
    """
    text = typed = source.text
    if parser.is_marked_up(text):
        from gradcli.text.prose.markup import without_markup

        text = without_markup(text)
    if "{d}" in text:
        text = _UPRIGHT.sub(lambda match: "d".ljust(len(match[0])), text)
    if match := _OF_PROGRAM.match(text):
        text = " " * match.end() + text[match.end() :]
    if match := _TURNED.fullmatch(text):
        text = text[: match.start(1)] + " " * (match.end(1) - match.start(1))
    inside = text.strip()
    if inside[:1] == "<" and inside[-1:] == ">" and "," in inside and "<" not in inside[1:] and ">" not in inside[:-1]:
        text = text.replace("<", "[").replace(">", "]")
    return source if text == typed else source._replace(text=text)


def _restored(answer: Answer, source: Source, letters: Mapping[str, str]) -> Answer:
    """The answer as it was typed: `∂f/∂x = 2x` is an answer for x."""
    name, head = answer.name, answer.head
    if name is not None and name in letters:
        above, counts = partial_parts(letters[name])
        name, head = next(iter(counts)), (above, *counts)
    return Answer(name, unmasked(answer.tree, letters), source, False, head)


def _read_text(source: Source, latex: bool, answers: list[Answer]) -> None:
    """Add the expressions of one text."""
    spelled = Spelled()
    before = len(answers)
    for tokens in parser._parts(source, latex, spelled):
        _read_part(Stack(tokens, spelled), answers)
    if not spelled.used:
        answers[before:] = [answer._replace(plain=True) for answer in answers[before:]]


def _read_part(stack: Stack, answers: list[Answer]) -> None:
    """Add the expressions of one part of a text."""
    kinds = stack.kinds
    if not stack.latex and ("else" in stack.names or "?" in stack.texts):
        from gradcli.text.foreign.braces import choose

        choose(stack)
    while True:
        while kinds[stack.place] in _SEPARATORS:
            stack.place += 1
        here = stack.place
        if kinds[here] == kind.END:
            return
        name = None
        if kinds[here] == kind.NAME and kinds[here + 1] in (kind.EQUALS, kind.COLON):
            name = stack.names[stack.texts[here]]
            stack.place = here + 2
            if kinds[stack.place] in (*_SEPARATORS, kind.END):
                raise stack.error(here + 1, f"nothing follows '{stack.texts[here]} ='", "write x1=2*x1, x2=2*x2")
        answers.append(Answer(name, read_expression(stack), stack.source))
        if kinds[stack.place] not in (*_SEPARATORS, kind.END):
            raise parser._stray(stack)
