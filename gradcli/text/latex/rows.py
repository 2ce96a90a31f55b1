r"""Environments and prose of LaTeX: matrices, cases, aligned statements, words in \text, `x \in \mathbb{R}^n`."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import heads, words
from gradcli.text.prose import vocabulary
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    import re
    from typing import Final

    from gradcli.text.latex.pieces import Pieces
    from gradcli.text.tokens import Tokens


def environment(at: Pieces, piece: str) -> None:
    r"""`\begin{pmatrix}`: a matrix; `\begin{cases}`; `\begin{aligned}`: rows that are statements."""
    owner = at.here
    at.here += 1
    match = at.take(words.ENVIRONMENT)
    name = match[1] if match else ""
    braced = name in words.CASES or (name in _BRACED and _after_brace(at, owner))
    if braced and _is_system(at, name):
        at.take(words.COLUMNS)
        at.open_group("rows", owner, f"\\begin{{{name}}}")
    elif braced:
        _open_cases(at, name, owner)
    elif name in (*words.MATRICES, "array") and at.out.texts[-1:] == ["|"]:
        message = "bars around a matrix can be read in two ways: its determinant, or the absolute values of its entries"
        hint = f"write \\begin{{vmatrix}} ... \\end{{vmatrix}}, or \\operatorname{{abs}}(\\begin{{{name}}} ...)"
        raise at.error(owner, message, hint)
    elif name in words.MATRICES or (name == "array" and _in_bracket(at)):
        if name == "array":
            at.take(words.COLUMNS)
        at.open_group("matrix", owner, f"\\begin{{{name}}}")
        start, end = at.starts[owner], at.ends[at.here - 1]
        if name == "vmatrix":  # in bars: its determinant
            at.put_name("det", start)
            at.called = True
            at.put_at(kind.OPEN, "(", start, end)
        at.put_at(kind.OPEN_SQUARE, "matrix", start, end)
        at.put_at(kind.OPEN_SQUARE, "row", end, end)
    elif name in words.TRANSPARENT:
        at.take(words.COLUMNS)
        at.open_group("rows", owner, f"\\begin{{{name}}}")
        heads.pass_header(at)
    elif name == "Vmatrix":
        hint = "write \\left\\|\\begin{pmatrix} x & y \\end{pmatrix}\\right\\|_F, or _2 for the greatest singular value"
        raise at.error(owner, "the norm of a matrix can be read in several ways", hint)
    else:
        hint = "write \\begin{pmatrix} ... \\end{pmatrix} for a matrix, \\begin{aligned} for statements, \\begin{cases}"
        raise at.error(owner, "this environment cannot be read", hint)


def cases_follow(at: Pieces) -> bool:
    r"""Whether a brace that stands at the translator opens cases: `\left\{\begin{array}`."""
    return at.ahead(words.CASES_FOLLOW, at.here + 1) is not None


def _after_brace(at: Pieces, owner: int) -> bool:
    r"""Whether `\left\{` stands before."""
    return words.BRACE_BEFORE.search(at.text, max(0, at.starts[owner] - 40), at.starts[owner]) is not None


_BRACED: Final = frozenset(("array", "aligned", "matrix", "split", "gathered", "align", "align*"))
"""Environments that are cases, or several definitions, behind a brace."""


def _is_system(at: Pieces, name: str) -> bool:
    r"""Whether each row defines a name, `x = r\cos\theta \\ y = r\sin\theta`, and none is a case."""
    text = at.text[at.ends[at.here - 1] : at.end].partition(f"\\end{{{name}}}")[0]
    text = words.COLUMNS.sub("", text, count=1) if name == "array" else text
    return all(words.DEFINED.match(row) for row in text.split("\\\\") if row.strip(" \t\r\n.,;"))


def _in_bracket(at: Pieces) -> bool:
    return bool(at.out.kinds) and at.out.kinds[-1] in (kind.OPEN, kind.OPEN_SQUARE, kind.BAR, kind.OPEN_BAR)


def _open_cases(at: Pieces, name: str, owner: int) -> None:
    if name == "array":
        at.take(words.COLUMNS)
    at.open_group("cases", owner, f"\\begin{{{name}}}")
    at.put_at(kind.OPEN_SQUARE, "cases", at.starts[owner], at.ends[at.here - 1])


def end_environment(at: Pieces, piece: str) -> None:
    r"""`\end{pmatrix}`."""
    owner = at.here
    at.here += 1
    match = at.take(words.ENVIRONMENT)
    group = at.leave_group() if match and at.groups else None
    if match is None or group is None or group[2] != f"\\begin{{{match[1]}}}":
        hint = "write \\begin{pmatrix} ... \\end{pmatrix} for a matrix"
        raise at.error(owner, "this \\end has no \\begin", hint)
    start, end = at.starts[owner], at.ends[at.here - 1]
    out = at.out
    at.drop_stops()
    if group[0] == "rows":
        return
    if group[0] == "cases":
        at.put_at(kind.CLOSE_SQUARE, "cases", start, end)
        return
    if out.texts[-1] == "row" and out.kinds[-1] == kind.OPEN_SQUARE and out.kinds[-2] == kind.COMMA:
        for column in (out.kinds, out.texts, out.starts, out.ends):
            del column[-2:]  # a last row that only ended the one before
    else:
        at.put_at(kind.CLOSE_SQUARE, "row", start, start)
    at.put_at(kind.CLOSE_SQUARE, "matrix", start, end)
    if match[1] == "vmatrix":
        at.put_at(kind.CLOSE, ")", start, end)


def innermost(at: Pieces) -> str:
    """What the innermost group is."""
    return at.groups[-1][0] if at.groups else "rows"


def next_entry(at: Pieces, piece: str) -> None:
    """`&`: the next entry, the condition of a case, nothing between statements."""
    where = innermost(at)
    if where == "cases":
        at.drop_stops()
    if where in ("matrix", "cases"):
        at.put(kind.COMMA, ",")
    elif where == "rows" and (at.groups or at.at_start() or at.ahead(words.EQUALS_FOLLOW, at.here + 1)):
        at.here += 1
    else:
        at.put_bad("'&' stands only in a matrix", "leave it out")


def next_row(at: Pieces, piece: str) -> None:
    """`\\\\`: in a matrix the next row, elsewhere the end of a statement, unless the next row goes on with it."""
    where = innermost(at)
    begin = at.ends[at.here]
    if space := words.ROW_SPACE.match(at.text, begin, at.end):
        begin = space.end()
    if where == "matrix":
        at.put(kind.CLOSE_SQUARE, "row")
        at.put(kind.COMMA, ",", 0)
        at.put(kind.OPEN_SQUARE, "row", 0)
    elif where == "cases":
        at.drop_stops()
        if not words.ENDS.match(at.text, begin, at.end):
            at.put(kind.COMMA, ",")
        else:
            at.here += 1
    elif words.ROW_GOES_ON.match(at.text, begin, at.end):
        at.drop_stops()
        at.here += 1
    else:
        at.drop_stops()
        at.put(kind.SEMICOLON, ";")
    at.skip_to(begin)


def is_statement(at: Pieces, here: int) -> bool:
    """Whether the brace at a piece is around a whole row: nothing follows what closes it."""
    closed = at.closing(here)
    if closed is None:
        return False
    after = at.ahead(words.ENDS_ROW, closed + 1)
    return after is not None


# -------------------------------------------------------------------- words


def text_words(at: Pieces, word: str, here: int) -> bool:
    r"""Words in \text that are syntax: where, for, if, otherwise. True if they were, and are done."""
    match = at.ahead(words.TEXT)
    if match is None or word == "operatorname":
        return False
    said = " ".join(match[1].split()).strip(" .,;:，。：；").lower()
    if said == "otherwise" or said in vocabulary.OTHERWISE:
        return _otherwise(at, match.end(), here)
    if said in vocabulary.SEPARATING or said in vocabulary.RESTRICTING:
        at.skip_to(match.end())
        if innermost(at) == "cases" or any(group[0] == "cases" for group in at.groups):
            if said == "and":
                at.put_at(kind.LOGIC, "and", at.starts[here], at.ends[at.here - 1])
        elif said in vocabulary.SEPARATING:
            at.drop_stops()
            at.put_at(kind.SEMICOLON, ";", at.starts[here], at.ends[at.here - 1])
        else:
            _aside(at, said)
        return True
    if said == "or" and any(group[0] == "cases" for group in at.groups):
        at.skip_to(match.end())
        at.put_at(kind.LOGIC, "or", at.starts[here], at.ends[at.here - 1])
        return True
    if said in vocabulary.SPOKEN or (" " in said and not said.replace(" ", "").isdigit()):
        at.here = here
        at.put_bad(f"these words are no formula: {quoted(match[1].strip())}", "leave them out")
        at.skip_to(match.end())
        return True
    return False


_BARE_WORD: Final = pattern(
    r"[\u4e00-\u9fff]+|(?<![A-Za-z\\_])(?:o\.w\.|(?i:if|when|for|and|or|otherwise|else|elsewhere)(?![A-Za-z]))"
)


def bare_words(at: Pieces) -> bool:
    """`若`, `否则`, `if`, `otherwise` among cases, without \\text: True if they were such words, and are done."""
    match = at.ahead(_BARE_WORD)
    if match is None or not any(group[0] == "cases" for group in at.groups):
        return False
    here, said = at.here, match[0].lower()
    if said in vocabulary.OTHERWISE:
        return _otherwise(at, match.end(), here)
    if said in ("and", "or"):
        at.skip_to(match.end())
        at.put_at(kind.LOGIC, said, at.starts[here], at.ends[at.here - 1])
        return True
    if said in vocabulary.RESTRICTING:
        at.skip_to(match.end())
    return said in vocabulary.RESTRICTING


def _otherwise(at: Pieces, end: int, here: int) -> bool:
    if not any(group[0] == "cases" for group in at.groups):
        return False
    at.skip_to(end)
    at.meanings.names["otherwise"] = "otherwise"
    at.put_at(kind.NAME, "otherwise", at.starts[here], at.ends[at.here - 1])
    return True


def _aside(at: Pieces, said: str) -> None:
    """A condition under which a formula holds: it is not used, and that is said."""
    begin = at.ends[at.here - 1]
    at.drop_stops()
    while at.here < len(at.pieces) and at.pieces[at.here] not in ("\\\\", ";", "\\end", "\n"):
        at.here += 1
    shown = " ".join(at.text[begin : at.ends[at.here - 1]].strip(" .,;。，").split())
    at.spelled.notes.append(f"not used: {said} {shown}")


def member(at: Pieces, piece: str) -> None:
    r"""`\in \mathbb{R}^{m \times n}`: the sizes, as one token."""
    here, start = at.here, at.starts[at.here]
    at.here += 1
    match = at.take(words.REALS)
    if match is None and _other_set(at, start):
        return
    if match is None:
        at.here = here
        hint = "write x \\in \\mathbb{R}^n for a vector, and leave other sets out"
        at.put_bad("'\\in' is read before \\mathbb{R} alone", hint)
        return
    end = at.ends[at.here - 1]
    text = at.text[start:end]
    if _is_said_of_a_formula(at):
        at.spelled.notes.append(f"not used: {' '.join(text.split())}")
        return
    at.spelled.members[text] = _sizes(match[3] if match[3] is not None else match[4] or "")
    at.put_at(kind.MEMBER, text, start, end)


def _is_said_of_a_formula(at: Pieces) -> bool:
    r"""Whether `\in \mathbb{R}` stands behind a formula, `f(x) = w^\top x \in \mathbb{R}`, and not behind names."""
    if any(group[0] == "cases" for group in at.groups):
        return False
    behind = kind.END
    for what in reversed(at.out.kinds[-_LONGEST_LIST:]):
        if what in (kind.COMMA, *kind.STATEMENT_ENDS):
            return False
        if what in (kind.OPERATOR, kind.EQUALS, kind.TRANSPOSE, kind.APPLY) or behind == what == kind.NAME:
            return True
        behind = what
    return len(at.out.kinds) > _LONGEST_LIST


_LONGEST_LIST: Final = 64
"""Tokens of a name with its arguments."""


def _other_set(at: Pieces, start: int) -> bool:
    r"""`x \in [a, b]`: in cases a condition, behind a formula an aside that is not used."""
    out = at.out
    if not out.kinds or out.kinds[-1] != kind.NAME:
        return False
    if any(group[0] == "cases" for group in at.groups):
        match = at.take(words.INTERVAL)
        if match is not None:
            _between(at, match)
        return match is not None
    before = out.kinds[-2] if len(out.kinds) > 1 else kind.END
    if before not in (kind.COMMA, kind.SEMICOLON):
        return False
    name = out.texts[-1]
    begin = at.starts[at.here] if at.here < len(at.pieces) else at.end
    while at.here < len(at.pieces) and at.pieces[at.here] not in ("\\\\", ";", "\\end", "\n", "\\quad", "\\qquad"):
        at.here += 1
    end = at.ends[at.here - 1]
    text = at.text[start:end]
    at.spelled.members[text] = None
    at.spelled.notes.append(f"not used: {name} in {' '.join(at.text[begin:end].strip(' .,;').split())}")
    at.put_at(kind.MEMBER, text, start, end)
    return True


def _between(at: Pieces, match: re.Match[str]) -> None:
    """`x in [a, b)` as a <= x < b: the name stands in the middle."""
    out = at.out
    name, start, end = out.texts[-1], out.starts[-1], out.ends[-1]
    for column in out[1:5]:
        del column[-1]
    low, high = (_inner(at, at.cut(part)) for part in (match[2], match[3]))
    signs = ("<=" if match[1] == "[" else "<", "<=" if match[4] == "]" else "<")
    middle = [(kind.COMPARISON, signs[0]), (kind.NAME, name), (kind.COMPARISON, signs[1])]
    for what, text in (*low, *middle, *high):
        at.put_at(what, text, start, end)


def _inner(at: Pieces, tokens: Tokens) -> list[tuple[int, str]]:
    """The tokens of a bound of an interval, their meanings put among the others."""
    at.meanings.names.update(tokens.meanings.names)
    at.meanings.numbers.update(tokens.meanings.numbers)
    at.meanings.wrong.update(tokens.meanings.wrong)
    return [(what, text) for what, text in zip(tokens.kinds, tokens.texts, strict=True) if what != kind.END]


def _sizes(text: str) -> tuple[int | str, ...] | None:
    r"""`n`, `m \times n`, `3`: sizes as numbers and letters; None for what is neither."""
    parts = [part.strip(" {}") for part in text.replace("\\times", "×").replace("\\,", "").split("×")]
    if len(parts) > 2 or not all(part.isalnum() and part.isascii() for part in parts):
        return None
    return tuple(int(part) if part.isdigit() else part for part in parts)
