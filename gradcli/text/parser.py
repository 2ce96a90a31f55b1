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
from gradcli.text.statements import is_header, is_mapping, read_members, read_statement, without_stops
from gradcli.text.tokens import Spelled, cut, quoted, without_inner_newlines
from gradcli.text.tree import Call, Name, Script, Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from gradcli.text.systems import assignments
    from gradcli.text.tokens import Tokens
    from gradcli.text.tree import Declaration, Statement, Tree

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
    if len(statements) == 1 and type(statements[0].tree) is Name:
        _refuse_word(statements[0])
    if len(statements) > 1 and any(type(s.tree) is Call for s in statements):
        statements = without_systems(statements)
    notes = tuple(dict.fromkeys(spelled.notes))
    return Script(tuple(statements), tuple(declarations), _spelling(spelled), notes)


def _refuse_word(statement: Statement) -> None:
    """Raise for a Chinese word alone, such as 均方误差, which says what is meant and no formula."""
    name = statement.tree.name  # type: ignore[attr-defined]
    if len(name) > 1 and all("\u4e00" <= sign <= "\u9fff" for sign in name) and statement.name is None:
        place = Span(statement.source, statement.tree.start, statement.tree.end)
        hint = "write the formula, as in mean((y - z)^2)"
        raise GradcliError("name", f"{quoted(name)} is text, not a formula", place, hint)


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
        if is_marked_up(source.text):
            from gradcli.text.prose.markup import without_markup

            source = source._replace(text=without_markup(source.text))
        source = _without_dollars(source) if "$" in source.text and source.text.lstrip()[:1] == "=" else source
        before = len(statements) + len(declarations)
        try:
            if source.text.lstrip()[:1] in _ITEM_SIGNS and _ITEM_FOLLOWS.search(source.text):
                from gradcli.text.prose.around import refuse_item

                refuse_item(source)
            for tokens in _parts(source, latex, spelled):
                _read_part(Stack(tokens, spelled), statements, declarations)
        except GradcliError as error:
            if "<m" in source.text or "(" in source.text:
                from gradcli.text.prose.unreadable import refuse_notation

                refuse_notation(source, error)
            if latex or (" " not in source.text.strip() and source.text.isascii()):
                raise
            from gradcli.text.prose.around import prose_error

            raise prose_error(source, error, _is_read) from None
        if len(statements) + len(declarations) == before:
            raise _empty(source)


def is_marked_up(text: str) -> bool:
    """Whether a text has what only web pages and Markdown have."""
    return "\\_" in text or "\\*" in text or "&" in text or ("<" in text and ">" in text)


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
        start, stop = _within_quotes(text)
    if not any(sign in text for sign in _DELIMITERS):
        if not latex and (found := _latex_in(text)):
            latex = True
            spelled.notes.append(f"read as LaTeX, for it has {found}")
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


_QUOTED: Final = pattern(
    r"(?s)\s*(?:(?:```\w*[ \t]*\n|`+|[“‘']|\"(?!\")|\*\*?|「)\s*(?P<whole>[^`“”「」\"]*[^`“”「」\"\s*])\s*"
    r"(?:`+|[”’']|\"|\*\*?|」)\s*\Z"
    r"|(?:<math>|:math:`|\.\. math::)\s*(?P<marked>[^<>`]*[^<>`\s])\s*(?:</math>|`)?\s*\Z"
    r"|[\[(]\s*(?P<bare>\\?\w+\s*(?:\([^()=]*\))?\s*=(?!=)[^=]*[^=\s])\s*[\])]\s*\Z)"
)
"""Quotes, bold and fences; marks of wikis; the brackets that are left of `\\[ f(x) = ... \\]` when it is pasted."""


def _within_quotes(text: str) -> tuple[int, int]:
    """From where to where a text reaches that stands in quotes, in bold or between fences as a whole."""
    match = _QUOTED.match(text)
    if match is None or (match["bare"] and not _is_balanced(match["bare"])):
        return 0, len(text)
    return match.span(match.lastgroup or 0)


def _is_balanced(text: str) -> bool:
    """Whether each bracket of a text is opened and closed in it."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return not depth


_ITEM_SIGNS: Final = frozenset("-*•>(（0123456789abcdefghivQE例题①②③④⑤⑥⑦⑧⑨⑩")
_ITEM_FOLLOWS: Final = pattern(r"=|＝|\A\s*(?:.{1,3}[.)）]\s|[①-⑳])")
_WRAPPING: Final = ("`", "“", '"', "'", "‘", "*", "「", "[", "(", "<", ":", ".")
_LATEX_SIGNS: Final = pattern(
    r"\\[A-Za-z]{2}|\\[,;!{|]|[\^_]\s*\{|∑|∏|∫|(?<!\w)[ΣΠ](?:_(?:[a-z](?!\w)|[({]\s*[a-z]\s*[=,})∈\\])|[ᵢⱼₖₗₘₙₜ])"
    r"|\b(?:sum|prod)_\(\s*[A-Za-z]\s*=|[)\]]_\+|\b(?:sum|prod|max|min)_[a-z]\s+[A-Za-z(|]"
    r"|(?<![A-Za-z])int\s*_\s*(?:-?\w(?!\w)|-?[0-9.]+|\([^()]*\))\s*\^"
)
"""What only LaTeX and AsciiMath have: commands, braces behind `^` and `_`, signs of sums and integrals with bounds."""
_ROOT: Final = pattern(r"(?P<base>[\w.']+|\))(?P<sign>\^|\*\*)(?P<minus>-?)1/(?P<n>[0-9]+(?![\w.])|[^\W\d_](?!\w))")
"""`x^1/2`, which nobody writes for x/2."""


def _latex_in(text: str) -> str:
    r"""What a text without dollar signs has that only LaTeX has: a command, `^{` or `_{`, bold letters; "" for none."""
    hinted = "\\" in text or "{" in text or "_" in text or "int" in text or not text.isascii()
    if hinted and _LATEX_SIGNS.search(text):
        return "commands or braces"
    if text.isascii():
        return ""
    from gradcli.text.foreign.characters import BOLD

    return "bold letters" if BOLD.search(text) else ""


def _latex(source: Source, begin: int, end: int, spelled: Spelled, lines: bool = False) -> Tokens:
    from gradcli.text.latex.translate import cut_latex

    return cut_latex(source, begin, end, lines, spelled)


def _read_part(stack: Stack, statements: list[Statement], declarations: list[Declaration]) -> None:
    """Add the statements and declarations of one part."""
    _prepare(stack)
    if stack.programming:
        _put_choices(stack)
    ends = (*kind.STATEMENT_ENDS, kind.COMMA) if stack.latex else kind.STATEMENT_ENDS
    body: assignments.DefBody | None = None
    while _is_begun(stack, ends, bool(statements)):
        body = _read_one(stack, statements, declarations, body)
        if stack.kinds[stack.place] == kind.COMMA and _new_statement(stack):
            stack.place += 1
        elif stack.kinds[stack.place] not in ends:
            raise _stray(stack)
        if len(statements) > limits.STATEMENTS:
            raise stack.error(stack.place, f"more than {limits.STATEMENTS} statements", "split the program", "limit")


def _put_choices(stack: Stack) -> None:
    """Put the branches of programs, `if ... else` and `a ? b : c`, in calls of `where`."""
    if "if" in stack.texts:
        from gradcli.text.systems.branches import fold

        fold(stack)
    if "else" in stack.names or "?" in stack.texts:
        from gradcli.text.foreign.braces import choose

        choose(stack)


def _is_begun(stack: Stack, ends: tuple[int, ...], is_later: bool) -> bool:
    """Go past separators and what is no statement of its own; whether a statement stands there then."""
    while (what := stack.kinds[stack.place]) != kind.END:
        if what in ends:
            if what == kind.COMMA:
                _refuse_decimal_comma(stack)
            stack.place += 1
        elif what == kind.EQUALS and not stack.latex:
            from gradcli.text.foreign import spreadsheet

            spreadsheet.put_plainly(stack)
            spreadsheet.refuse_other_meanings(stack)
            stack.place += 1
        elif not _is_passed(stack, is_later):
            return True
    return False


def _read_one(
    stack: Stack, statements: list[Statement], declarations: list[Declaration], body: assignments.DefBody | None
) -> assignments.DefBody | None:
    """Add the statement or declaration that stands here; the body of the `def` in which it stands, if any."""
    leave_annotation(stack)
    if stack.kinds[stack.place] == kind.NAME and stack.kinds[stack.place + 1] == kind.COLON and not _maps(stack):
        if (equation := read_equation(stack)) is not None:
            statements.append(equation)
            return body
        from gradcli.text.declarations import read_declaration

        declarations.append(read_declaration(stack))
        return body
    if (stack.latex or stack.texts[stack.place + 1] == "∈") and (members := read_members(stack)) is not None:
        declarations.extend(members)
        return body
    assigned = not stack.latex and _is_assignment(stack)
    if not assigned:
        statements.append(read_statement(stack))
        if stack.header is None and body is None:
            return None
    from gradcli.text.systems import assignments

    read = assignments.read_assignment if assigned else assignments.in_body
    return read(stack, statements, body)


def _prepare(stack: Stack) -> None:
    """Put what systems of computer algebra write in signs of their own in those of this language."""
    text, start, end = stack.source.text, stack.starts[0], stack.ends[-1]
    if "Σ" in stack.names or "Π" in stack.names:
        from gradcli.text.foreign.habits import refuse_sums

        refuse_sums(stack)
    usual = stack.latex or not any(text.find(sign, start, end) >= 0 for sign in _SIGNS_OF_SYSTEMS)
    if not usual and _OF_SYSTEMS.search(text, start, end):
        from gradcli.text.systems.signs import put_plainly

        put_plainly(stack)


_SIGNS_OF_SYSTEMS: Final = ("[", "*^", "..", "/.", "(*", "（*", "(＊", "（＊")
"""One of them is in whatever the next pattern finds, which takes long to compile."""
_OF_SYSTEMS: Final = pattern(
    r"\b[A-Z][a-z][A-Za-z0-9]*\[|\\\[[A-Z]|[(（][*＊]|\*\^|[\w)]\.\.\s*[\w(-]|\blog\[|/\.(?!\d)"
)


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


def _is_passed(stack: Stack, is_later: bool) -> bool:
    """Whether a condition behind a function in LaTeX, or words of a program that are no statement, were passed."""
    if stack.latex and is_later:
        from gradcli.text.prose.asides import passed

        if passed(stack):
            return True
    if not stack.programming:
        return False
    from gradcli.text.foreign.statements import skip_words

    return skip_words(stack)


def _refuse_decimal_comma(stack: Stack) -> None:
    """Raise for `1,5`, which is a number to some and two to others."""
    from gradcli.text.foreign.tuples import decimal_comma

    if (error := decimal_comma(stack, stack.place)) is not None:
        raise error


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
        _refuse_decimal_comma(stack)
        if (prose := stack.wrong.get(stack.texts[here + 1])) is not None:
            return stack.error(here + 1, prose.message, prose.hint, prose.code)
        if kind.COMPARISON in stack.kinds[here:]:
            hint = "write the function alone, or where(x > 0, a, b) for one that a condition chooses"
            return stack.error(here, "a condition cannot stand here", hint)
        return stack.error(here, "a comma cannot stand here", "write [a, b] for a vector, or ; between statements")
    if what == kind.COLON:
        return stack.error(here, "a colon cannot stand here", "write x: n as a statement of its own to declare a shape")
    return stack.error(here, f"{quoted(stack.texts[here])} cannot stand here", "give one expression")
