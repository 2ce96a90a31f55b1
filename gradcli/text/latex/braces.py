r"""Braces in LaTeX, which nobody sees in print: around a letter, around a part, as in `{{x}^{(i)}}` and `{a + b}^2`."""

from __future__ import annotations

import re

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import calls, rows, words

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.latex.pieces import Pieces

SIGNS: Final = frozenset(("+", "-", "*", "/", "\\cdot", "\\times"))
BARS: Final = frozenset((kind.BAR, kind.OPEN_BAR, kind.CLOSE_BAR))
OPERANDS: Final = frozenset((kind.NAME, kind.NUMBER, kind.CLOSE, kind.CLOSE_SQUARE, kind.CLOSE_BAR))


def brace(at: Pieces, piece: str) -> None:
    """A brace that only groups; around a whole statement it is nothing."""
    if calls.hypergeometric(at):
        return
    if at.pieces[at.here : at.here + 3] == ["{", ",", "}"]:
        raise at.error(at.here, "a comma is no decimal point", "write 0.5 for a decimal, 1000 for thousands")
    if rows.innermost(at) != "letter" and at.at_start() and rows.is_statement(at, at.here):
        at.open_group("bare", at.here, piece)
        at.here += 1
        return
    if match := at.ahead(words.UPRIGHT_WORD):
        start = at.starts[at.here]
        at.skip_to(match.end())
        if match[1] in words.FUNCTIONS:
            at.function(words.FUNCTIONS[match[1]], start)
        else:
            at.letter(match[1], start, done=True)
        return
    if holds_function(at, at.here):
        at.pieces[at.closing(at.here) or at.here] = " "
        at.here += 1
        return
    if holds_bracket(at, at.here):
        closed = at.closing(at.here) or at.here
        at.pieces[closed] = " "
        at.here += 1
        return
    if holds_one_letter(at, at.here):
        at.open_group("letter", at.here, piece)
        at.here += 1
        return
    at.open_group("group", at.here, piece)
    at.put(kind.OPEN, "(")


def holds_function(at: Pieces, opened: int) -> bool:
    r"""Whether a brace holds a function without an argument: `{\log} x`, `{\operatorname{ReLU}}(x)`, `{\log_2} x`."""
    closed = at.closing(opened)
    if closed is None:
        return False
    match = words.FUNCTION_ALONE.match(at.text, at.ends[opened], at.starts[closed])
    return match is not None and (match[1] == "operatorname" or match[2] in words.FUNCTIONS)


def holds_bracket(at: Pieces, opened: int) -> bool:
    r"""Whether a brace behind a name holds a pair of round brackets alone: `\sigma{(z)}`."""
    closed = at.closing(opened)
    if closed is None or not at.out.kinds or at.out.kinds[-1] != kind.NAME:
        return False
    inside = [here for here in range(opened + 1, closed) if not at.pieces[here].isspace()]
    if len(inside) < 3 or (at.pieces[inside[0]], at.pieces[inside[-1]]) != ("(", ")"):
        return False
    return not any(at.pieces[here] in "()" for here in inside[1:-1])


SIZED: Final = frozenset(("\\left", "\\right", "\\big", "\\Big", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr"))
"""What stands before a bracket and says nothing of what it holds."""


def leave_argument(at: Pieces) -> None:
    r"""Leave out the braces of `\sin{\left(x\right)} y`, as SymPy writes a call: in print there are none."""
    closed = at.closing(at.here) if at.skip_blanks() == "{" else None
    if closed is None:
        return
    inside = [here for here in range(at.here + 1, closed) if not at.pieces[here].isspace()]
    inside = [here for here in inside if at.pieces[here] not in SIZED]
    if not inside or at.pieces[inside[0]] not in ("(", "["):
        return
    depth = 0
    for here in inside:
        depth += (at.pieces[here] in ("(", "[")) - (at.pieces[here] in (")", "]"))
        if not depth:
            if here == inside[-1]:
                at.pieces[at.here] = at.pieces[closed] = " "
            return


def holds_one_letter(at: Pieces, opened: int) -> bool:
    r"""Whether a brace holds one letter alone, perhaps in a font: `{x}`, `{\hat{y}}`. Its scripts stand behind it."""
    closed = at.closing(opened)
    if closed is None:
        return False
    inside = [here for here in range(opened + 1, closed) if not at.pieces[here].isspace()]
    if not inside:
        return False
    first = at.pieces[inside[0]]
    if first == "{" and at.closing(inside[0]) == inside[-1]:
        return holds_one_letter(at, inside[0])
    if len(inside) == 1:
        return at.symbol(first) is not None or (len(first) == 1 and first.isalpha())
    fonts = words.FONTS | words.ACCENTS
    if first[1:] not in fonts or first[1:] in words.SWITCHES or first[0] != "\\":
        return False
    return len(inside) == 2 or (
        at.pieces[inside[1]] == "{" and at.closing(inside[1]) == inside[-1] and len(inside) == 4
    )


def leave_letter(at: Pieces) -> None:
    """Leave the braces that hold one letter, which has just been read."""
    while at.groups and at.groups[-1][0] == "letter" and at.skip_blanks() == "}":
        bold = at.bold
        at.leave_group()
        at.bold = bold
        at.here += 1


def refuse_invisible(at: Pieces, owner: int) -> None:
    r"""Raise for `{a + b}^2`: in print the exponent stands at b alone."""
    out = at.out
    begin = len(out.kinds) - 1
    depth = 0
    found = False
    while begin >= 0 and out.starts[begin] > at.starts[owner]:
        what = out.kinds[begin]
        depth += (what in kind.CLOSING) - (what in kind.OPENING)
        if depth == 0:
            beside = what in (kind.NAME, kind.NUMBER) and begin and out.kinds[begin - 1] in OPERANDS
            found = found or what == kind.APPLY or (what == kind.OPERATOR and out.texts[begin] in SIGNS) or bool(beside)
        begin -= 1
    if found and not (out.kinds[-1] in BARS and out.kinds[begin + 2] in BARS):
        text = " ".join(at.text[at.ends[owner] : at.starts[at.here]].strip().removesuffix("}").split())
        hint = f"write \\left({text}\\right)^{{...}} for the power of all of it, or leave the braces out"
        error = at.error(at.here, "what the exponent behind these braces belongs to can be read in two ways", hint)
        error.code = "ambiguous"
        raise error


def over(at: Pieces, piece: str) -> None:
    r"""`{a \over b}`, `{n \choose k}`: what stands before it in the braces, and what stands behind it."""
    depth, out, place = len(at.groups), at.out, at.starts[at.here]
    if not at.groups or at.groups[-1][2].startswith("\\begin") or depth in at.halved:
        at.put_bad(*words.REFUSED["over"])
        return
    begin = at.begins[-1]
    while begin < len(out.kinds) and out.kinds[begin] == kind.JUXTAPOSE:
        begin += 1
    begin += begin < len(out.kinds) and out.kinds[begin] == kind.OPEN
    first = [(kind.OPEN, "(")] if piece == "\\over" else [(kind.NAME, "binomial"), (kind.OPEN, "(")]
    for what, text in reversed(first):
        out.kinds.insert(begin, what)
        out.texts.insert(begin, text)
        out.starts.insert(begin, place)
        out.ends.insert(begin, place)
    at.meanings.names["binomial"] = "binomial"
    at.halved.add(depth)
    at.here += 1
    if piece == "\\over":
        for what, text in ((kind.CLOSE, ")"), (kind.OPERATOR, "\\frac"), (kind.OPEN, "(")):
            at.put_at(what, text, place, at.ends[at.here - 1])
    else:
        at.put_at(kind.COMMA, ",", place, at.ends[at.here - 1])


def unbrace(at: Pieces, piece: str) -> None:
    """The brace that ends an argument or a group."""
    if not at.groups or at.groups[-1][2].startswith("\\begin"):
        raise at.error(at.here, "'}' closes nothing", "leave it out, or open a brace before it")
    if len(at.groups) in at.halved:
        at.halved.remove(len(at.groups))
        at.put_at(kind.CLOSE, ")", at.starts[at.here], at.starts[at.here])
    action, owner, owned = at.leave_group()
    end, bare = at.ends[at.here], at.bare.get(at.here)
    at.here += 1
    if action == "group" and owned == "{" and at.skip_blanks() == "^":
        refuse_invisible(at, owner)
    if action == "subscripts":
        return
    if action == "entry":
        at.put_at(kind.CLOSE_SQUARE, "entry", end - 1, end)
        return
    at.finish(action, end, owner)
    if bare is not None:
        at.finish("script", end, bare)


def bare_exponent(at: Pieces, owner: int) -> bool:
    r"""Whether a fraction or a root is an exponent without braces, `x^\frac{1}{2}`: then it is put in brackets."""
    count, place = _WITH_ARGUMENTS.get(at.skip_blanks(), 0), at.here
    for _ in range(count):
        opened = at.behind_blanks(place + 1)
        closed = at.closing(opened) if at.pieces[opened : opened + 1] == ["{"] else None
        if closed is None:
            return False
        place = closed
    if not count:
        return False
    start = at.starts[at.here]
    at.put_at(kind.OPEN, "(", start, start)
    at.bare[place] = owner
    return True


_WITH_ARGUMENTS: Final = {"\\frac": 2, "\\dfrac": 2, "\\tfrac": 2, "\\sqrt": 1}
_ONE_NAME: Final = re.compile(
    r"(?:\[|\\\{)\s*((?:[a-z]|\\[a-z]+)(?:_(?:\w|\{[^{}]*\}))?)\s*(?:\]|\\\})(?!\s*_\s*(?:\+|\{\s*\+))"
)
_BEFORE_ARGUMENTS: Final = frozenset((kind.NAME, kind.APPLY, kind.CLOSE_SQUARE))


def around_one_name(at: Pieces, piece: str) -> None:
    r"""`[` and `\{`; around a name alone, `[x]` and `\{x\}`, they may be the whole or the fractional part."""
    match = at.ahead(_ONE_NAME)
    behind = at.out.kinds[-1] if at.out.kinds else kind.SEMICOLON
    if match and behind not in _BEFORE_ARGUMENTS and match[1][1:] not in words.FUNCTIONS:
        part = f"\\lfloor {match[1]} \\rfloor"
        what, sign = ("whole", part) if piece == "[" else ("fractional", f"{match[1]} - {part}")
        hint = f"write ({match[1]}) for the group, {sign} for the {what} part"
        at.put_bad(f"{match[0]} can be read in two ways: a group, or the {what} part", hint)
        return
    at.put(kind.OPEN_SQUARE if piece == "[" else kind.OPEN, "[" if piece == "[" else "(")
