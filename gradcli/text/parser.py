"""Text -> statements and declarations: `y = u1*u2; u1 = x1 + x2`, `X: m,n`, comments, LaTeX in `$...$`.

Nothing here knows a function (but `where`, in whose condition comparisons may stand) or a shape.
Codes of errors: `syntax`, `empty`, `ambiguous`, `number`, `name`, `declaration`, `limit`.
"""

from __future__ import annotations

import gc

from gradcli import limits
from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.equations import leave_annotation, read_equation, without_systems
from gradcli.text.expressions import read_expression
from gradcli.text.stack import Stack
from gradcli.text.statements import is_header, is_mapping, read_members, read_statement
from gradcli.text.tokens import Spelled, cut, quoted, without_inner_newlines, without_stops
from gradcli.text.tree import Call, Declaration, Script, Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from gradcli.text.systems import assignments
    from gradcli.text.tokens import Tokens
    from gradcli.text.tree import Statement, Tree

_SEPARATORS: Final = (kind.NEWLINE, kind.SEMICOLON)
_ENDS: Final = (kind.NEWLINE, kind.SEMICOLON, kind.END)
_DELIMITED: Final = pattern(
    r"""(?xs)\#[^\n\r]* | \$\$(?P<display>[^$]+)\$\$ | \$(?P<inline>[^$]*)\$
    | \\\((?P<round>[^\\]*(?:\\[^()][^\\]*)*)\\\) | \\\[(?P<square>[^\\]*(?:\\[^\[\]][^\\]*)*)\\\]
    | \\begin\{(?:equation\*?|displaymath|math)\}(?P<named>.*?)\\end\{(?:equation\*?|displaymath|math)\}"""
)
_DELIMITERS: Final = ("$", "\\(", "\\[", "\\begin{equation", "\\begin{displaymath}", "\\begin{math}")


def parse_script(sources: Sequence[Source], latex: bool = False) -> Script:
    """The statements and declarations of all texts, in order. `latex`: all of them are LaTeX, with or without `$`.

    Raises GradcliError with the place and a hint for the first text that is no program.
    """
    statements: list[Statement] = []
    declarations: list[Declaration] = []
    spelled = Spelled()
    with _CollectorPaused():
        _read_sources(sources, latex, statements, declarations, spelled)
    if not statements:
        span = Span(sources[-1], 0, len(sources[-1].text)) if sources else None
        hint = "write a function after them, as in x: 3; norm(x)^2"
        raise GradcliError("empty", "there are declarations and no expression", span, hint)
    if len(statements) > 1 and any(type(s.tree) is Call for s in statements):
        statements = without_systems(statements)
    notes = tuple(dict.fromkeys(spelled.notes))
    return Script(tuple(statements), tuple(declarations), _spelling(spelled), notes)


def _spelling(spelled: Spelled) -> Spelling | None:
    """What has to be resolved before a program is built; None where all is plain."""
    if not spelled.used:
        return None
    notes = tuple(dict.fromkeys(spelled.notes))
    arrows = frozenset(spelled.arrows)
    return Spelling(frozenset(spelled.bold), frozenset(spelled.indexed), spelled.called, notes, arrows)


class _CollectorPaused:
    """Trees have no cycles: looking for some among millions of new nodes takes longer than reading them."""

    def __enter__(self) -> None:
        self.running = gc.isenabled()
        gc.disable()

    def __exit__(self, *failure: object) -> None:
        if self.running:
            gc.enable()


def _read_sources(
    sources: Sequence[Source],
    latex: bool,
    statements: list[Statement],
    declarations: list[Declaration],
    spelled: Spelled,
) -> None:
    for typed in sources:
        source = _trimmed(typed)
        source = _without_dollars(source) if "$" in source.text and source.text.lstrip()[:1] == "=" else source
        before = len(statements) + len(declarations)
        try:
            if "=" in source.text and source.text.lstrip()[:1] in _ITEM_SIGNS:
                from gradcli.text.prose.around import refuse_item

                refuse_item(source)
            for tokens in _parts(source, latex, spelled):
                _read_part(Stack(tokens, spelled), statements, declarations)
        except GradcliError as error:
            if latex or (" " not in source.text.strip() and source.text.isascii()):
                raise
            from gradcli.text.prose.around import prose_error

            raise prose_error(source, error, _is_read) from None
        if len(statements) + len(declarations) == before:
            raise _empty(source)


_BLANKS: Final = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
"""Blanks of other widths, which web pages have."""


def _trimmed(source: Source) -> Source:
    """A text without a mark of its encoding before it, and without blanks and semicolons behind it; blanks are one."""
    text = source.text
    if not text.isascii():
        text = (" " + text[1:] if text[0] == "\ufeff" else text).translate(_BLANKS)
    kept = text.rstrip(" \t\r\n\f\v;；\u200b")
    if kept[-1:] == "\\" or not kept:  # a space of LaTeX ends the text, or nothing stands in it
        kept = text
    return source if kept == source.text else source._replace(text=kept)


def _without_dollars(source: Source) -> Source:
    """A formula of a spreadsheet without the dollar signs of its cells."""
    from gradcli.text.foreign.spreadsheet import without_dollars

    return Source(source.name, without_dollars(source.text))


def _is_read(text: str) -> bool:
    """Whether a text is a program."""
    try:
        parse_script([Source("", text)])
    except GradcliError:
        return False
    return True


def parse_expression(source: Source) -> Tree:
    """One expression, which must be the whole text. Raises GradcliError with the place and a hint."""
    parts = [part for part in _parts(source, False, Spelled()) if len(part.kinds) > 1]
    if not parts:
        raise _empty(source)
    stack = Stack(without_inner_newlines(parts[0], everywhere=True))
    _prepare(stack)
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


def _parts(source: Source, latex: bool, spelled: Spelled) -> Iterator[Tokens]:
    """The tokens of the text, LaTeX in dollar signs apart from what stands around it."""
    text = source.text
    start, stop = 0, len(text)
    if text.lstrip()[:1] in _WRAPPING:
        from gradcli.text.unreadable import within_quotes

        start, stop = within_quotes(text)
    if not any(sign in text for sign in _DELIMITERS):
        if not latex and _is_latex(text):
            latex = True
            spelled.notes.append("read as LaTeX, for it has commands or braces")
        if not latex and "1/" in text and (root := _ROOT.search(text)):
            from gradcli.text.foreign.raised import root_error

            raise root_error(source, root)
        yield (
            without_inner_newlines(_latex(source, start, stop, spelled, lines=True))
            if latex
            else without_inner_newlines(without_stops(cut(source, start, stop if stop < len(text) else None)))
        )
        return
    from gradcli.text.prose.around import refuse_words

    begin = start
    for match in _DELIMITED.finditer(text, start, stop):
        group = match.lastgroup
        if group is None:
            continue
        if begin < match.start() and (begin == start or text[begin : match.start()].strip() not in (",", "，", "、")):
            refuse_words(source, begin, match.start())
            yield without_inner_newlines(cut(source, begin, match.start()))
        if match[group]:
            yield _latex(source, match.start(group), match.end(group), spelled)
        begin = match.end()
    refuse_words(source, begin, stop)
    if begin > start and text[begin:stop].strip() in kind.STOPS:
        begin = stop  # the stop of a sentence that ends in a formula
    yield without_inner_newlines(without_stops(cut(source, begin, stop)))


_ITEM_SIGNS: Final = frozenset("-*•>(（0123456789abcdefghivQE例题①②③④⑤⑥⑦⑧⑨⑩")
_WRAPPING: Final = ("`", "“", '"', "*", "「", "[", "(", "<", ":", ".")
_LATEX_SIGNS: Final = pattern(
    r"\\[A-Za-z]{2}|\\[,;!{|]|[\^_]\s*\{|∑|∏|∫|(?<!\w)[ΣΠ](?:_(?:[a-z](?!\w)|[({]\s*[a-z]\s*[=,})∈\\])|[ᵢⱼₖₗₘₙₜ])"
    r"|\b(?:sum|prod)_\(\s*[A-Za-z]\s*="
    r"|(?<![A-Za-z])int\s*_\s*(?:-?\w(?!\w)|-?[0-9.]+|\([^()]*\))\s*\^"
)
"""What only LaTeX and AsciiMath have: commands, braces behind `^` and `_`, signs of sums and integrals with bounds."""


_ROOT: Final = pattern(r"(?P<base>[\w.']+|\))(?P<sign>\^|\*\*)(?P<minus>-?)1/(?P<n>[0-9]+(?![\w.])|[^\W\d_](?!\w))")
"""`x^1/2`, which nobody writes for x/2."""


def _is_latex(text: str) -> bool:
    r"""Whether a text without dollar signs has what only LaTeX has: a command, `^{` or `_{`."""
    hinted = "\\" in text or "{" in text or "_(" in text or "int" in text or not text.isascii()
    return hinted and _LATEX_SIGNS.search(text) is not None


def _latex(source: Source, begin: int, end: int, spelled: Spelled, lines: bool = False) -> Tokens:
    from gradcli.text.latex.translate import cut_latex

    return cut_latex(source, begin, end, lines, spelled)


def _read_part(stack: Stack, statements: list[Statement], declarations: list[Declaration]) -> None:
    """Add the statements and declarations of one part."""
    _prepare(stack)
    kinds = stack.kinds
    separators = (*_SEPARATORS, kind.COMMA) if stack.latex else _SEPARATORS
    body: assignments.DefBody | None = None
    if stack.latex:
        from gradcli.text.prose import asides
    if stack.programming and "if" in stack.texts:
        from gradcli.text.systems.branches import fold

        fold(stack)
    if stack.programming and ("else" in stack.names or "?" in stack.texts):
        from gradcli.text.foreign.braces import choose

        choose(stack)
    while True:
        while kinds[stack.place] in separators:
            if kinds[stack.place] == kind.COMMA and (error := asides.decimal_comma(stack, stack.place)) is not None:
                raise error
            stack.place += 1
        if kinds[stack.place] == kind.END:
            return
        if stack.latex and statements and asides.passed(stack):
            continue
        if kinds[stack.place] == kind.EQUALS and not stack.latex:
            from gradcli.text.foreign import spreadsheet

            spreadsheet.put_plainly(stack)
            spreadsheet.refuse_other_meanings(stack)
            stack.place += 1
            continue
        if stack.programming and _passed(stack):
            continue
        leave_annotation(stack)
        if kinds[stack.place] == kind.NAME and kinds[stack.place + 1] == kind.COLON and not _maps(stack):
            equation = read_equation(stack)
            statements.append(equation) if equation else declarations.append(read_declaration(stack))
        elif (stack.latex or stack.texts[stack.place + 1] == "∈") and (members := read_members(stack)) is not None:
            declarations.extend(members)
        elif not stack.latex and _is_assignment(stack):
            from gradcli.text.systems import assignments

            body = assignments.read_assignment(stack, statements, body)
        else:
            statements.append(read_statement(stack))
            if stack.header is not None or body is not None:
                from gradcli.text.systems import assignments

                body = assignments.in_body(stack, statements, body)
        if kinds[stack.place] == kind.COMMA and _new_statement(stack):
            stack.place += 1
            continue
        if kinds[stack.place] not in (*separators, kind.END):
            raise _stray(stack)
        if len(statements) > limits.STATEMENTS:
            raise stack.error(stack.place, f"more than {limits.STATEMENTS} statements", "split the program", "limit")


def _prepare(stack: Stack) -> None:
    """Put what systems of computer algebra write in signs of their own in those of this language."""
    if not stack.latex and _OF_SYSTEMS.search(stack.source.text):
        from gradcli.text.systems.signs import put_plainly

        put_plainly(stack)


_OF_SYSTEMS: Final = pattern(r"\b[A-Z][a-z][A-Za-z0-9]*\[|\\\[[A-Z]|\(\*|\*\^|[\w)]\.\.\s*[\w(-]|\blog\[|/\.(?!\d)")


def _is_assignment(stack: Stack) -> bool:
    """Whether `x, y = ...` or `x += ...` stands here."""
    here, kinds = stack.place, stack.kinds
    if kinds[here] != kind.NAME:
        return False
    if kinds[here + 1] == kind.COMMA:
        return kind.EQUALS in kinds[here:] and kinds[here + 2] == kind.NAME
    return kinds[here + 1] == kind.OPERATOR and kinds[here + 2] == kind.EQUALS


def _new_statement(stack: Stack) -> bool:
    """Whether a comma parts statements: `u = x + y, v = x*y`."""
    here = stack.place
    if stack.kinds[here + 1] != kind.NAME:
        return False
    return stack.kinds[here + 2] == kind.EQUALS or stack.texts[here + 2] == "∈" or is_header(stack, here + 1)


def _passed(stack: Stack) -> bool:
    """Whether words of a program that are no statement were passed."""
    from gradcli.text.foreign.statements import skip_words

    return skip_words(stack)


def _maps(stack: Stack) -> bool:
    """Whether `f: x ↦ ...` or `lambda: ...` stands here, and no declaration."""
    if is_mapping(stack):
        return True
    if not stack.programming:
        return False
    from gradcli.text.foreign.statements import is_function

    return is_function(stack)


def _stray(stack: Stack) -> GradcliError:
    """The error of what follows a complete expression."""
    here = stack.place
    what = stack.kinds[here]
    if what == kind.COMMA:
        from gradcli.text.foreign.tuples import decimal_comma

        if (error := decimal_comma(stack, here)) is not None:
            return error
        if (prose := stack.wrong.get(stack.texts[here + 1])) is not None:
            return stack.error(here + 1, prose.message, prose.hint, prose.code)
        if kind.COMPARISON in stack.kinds[here:]:
            hint = "write the function alone, or where(x > 0, a, b) for one that a condition chooses"
            return stack.error(here, "a condition cannot stand here", hint)
        return stack.error(here, "a comma cannot stand here", "write [a, b] for a vector, or ; between statements")
    if what == kind.COLON:
        return stack.error(here, "a colon cannot stand here", "write x: n as a statement of its own to declare a shape")
    return stack.error(here, f"{quoted(stack.texts[here])} cannot stand here", "give one expression")


# -------------------------------------------------------------------- declarations


def read_declaration(stack: Stack, separator: int = kind.COLON) -> Declaration:
    """`x: 3`, `X: m,n`, `S: n,n symmetric`, `S: symmetric`, `phi: function`; `stack.place` is then at its end.

    `S: n,n positive definite` is symmetric, `y: one-hot n` a vector with one 1 and zeros.
    Raises `declaration` with the place of what is wrong.
    """
    here = stack.place
    name = stack.names[stack.texts[here]]
    place = (stack.source, stack.starts[here], stack.ends[here])
    here += 2
    if stack.texts[here] in ("function", "scalar") and stack.kinds[here + 1] in _ENDS:
        stack.place = here + 1
        return Declaration(name, None if stack.texts[here] == "function" else (), False, *place)
    one_hot = stack.texts[here : here + 3] == ["one", "-", "hot"]
    if one_hot:  # y: one-hot n
        here += 3
        if stack.kinds[here] in _ENDS:
            stack.place = here
            return Declaration(name, (f"n_{name}",), False, Source("--vector", name), 0, len(name), "one-hot")
        declaration = _sized(stack, name, here, place)
        if len(declaration.dims or ()) != 1 or declaration.symmetric:
            raise stack.error(here, "what is one-hot is a vector", f"write {name}: one-hot n", "declaration")
        return declaration._replace(promise="one-hot")
    if (known := KINDS.get(stack.texts[here])) is not None and stack.kinds[here + 1] in _ENDS:
        stack.place = here + 1
        option, sizes = known
        dims = tuple(size.format(name) for size in sizes)
        return Declaration(name, dims, option == "--symmetric", Source(option, name), 0, len(name))
    if stack.texts[here] in NO_SIZES and stack.kinds[here] == kind.NAME:
        message = f"{quoted(stack.texts[here])} is no size"
        raise stack.error(here, message, NO_SIZES[stack.texts[here]].format(name), "declaration")
    return _sized(stack, name, here, place)


KINDS: Final = {
    "vector": ("--vector", ("n_{}",)),
    "matrix": ("--matrix", ("m_{}", "n_{}")),
    "symmetric": ("--symmetric", ("n_{}", "n_{}")),
}
"""Words for arrays whose sizes are open, each with the option that says the same."""
NO_SIZES: Final = {
    **dict.fromkeys(("number", "real", "float", "int", "integer", "constant"), "write {0}: scalar"),
    **dict.fromkeys(("array", "tensor", "list"), "write {0}: n for a vector, {0}: m,n for a matrix"),
    **dict.fromkeys(("square", "positive", "diagonal", "orthogonal", "invertible"), "write {0}: n,n"),
}
"""Words in the place of a size that are none, and what to write."""


def _sized(stack: Stack, name: str, here: int, place: tuple[Source, int, int]) -> Declaration:
    """A declaration with sizes, which begin at the token `here`."""
    dims: list[int | str] = []
    while True:
        dims.append(_dimension(stack, here))
        here += 1
        if stack.kinds[here] != kind.COMMA:
            break
        here += 1
    if len(dims) > 2:
        raise stack.error(here - 1, "an array has one or two dimensions", "write X: m,n", "declaration")
    words = 2 if stack.texts[here : here + 2] == ["positive", "definite"] else stack.texts[here] == "symmetric"
    symmetric = bool(words)
    if symmetric and (len(dims) != 2 or dims[0] != dims[1]):
        raise stack.error(here, "a symmetric matrix is square", f"write {name}: n,n symmetric", "declaration")
    here += words
    promise = "positive definite" if words == 2 else ""
    if len(dims) == 1 and stack.texts[here : here + 3] == ["one", "-", "hot"]:
        here, promise = here + 3, "one-hot"
    if stack.kinds[here] not in _ENDS:
        raise stack.error(
            here, f"{quoted(stack.texts[here])} cannot stand in a declaration",
            f"write {name}: n, {name}: m,n, {name}: n,n symmetric or {name}: function, and ; before the next statement",
            "declaration",
        )  # fmt: skip
    stack.place = here
    return Declaration(name, tuple(dims), symmetric, *place, promise)


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
