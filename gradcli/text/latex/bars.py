r"""Bars in LaTeX, and the kind of a norm behind them: `|x|`, `\|X\|_F^2`."""

from __future__ import annotations

import re

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import words

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.latex.pieces import Pieces


def bars(at: Pieces, piece: str) -> None:
    """`|` and the double bar, with the kind of the norm behind the latter."""
    double = piece == "|" and at.text[at.ends[at.here] : at.ends[at.here] + 1] == "|"
    at.put(kind.BAR, piece)
    closing = piece != "|" or (not double and len(at.out.kinds) > 1 and at.out.texts[-2] == "|")
    if closing and at.out.kinds[-1] == kind.BAR:
        norm_kind(at)


_AT_POINT: Final = re.compile(
    r"\s*_\s*\{\s*((?:\\[A-Za-z]+|[A-Za-z(])[^{}=<>]*=[^{}<>]*)\}\s*(?:\$|\\\]|\\\))?[\s.,;]*\Z"
)
"""A point behind a bar: the rest of the text."""
_BAR_BEFORE: Final = re.compile(r"(?:\\(?:right|[bB]igg?[lrm]?)\s*)?(?:\||\\[lr]?vert)\s*\Z")
_VALUES: Final = re.compile(
    r"[A-Za-z(][\w(), ]*=(?:[-+*/^.,() 0-9]|sqrt|pi|tau|e)+(?:,[A-Za-z]\w*=(?:[-+*/^.() 0-9]|sqrt|pi|tau|e)+)*"
)
_EMPTY_BRACKET: Final = "\\left."


def refuse_point(at: Pieces) -> None:
    r"""Raise for `f(x) \Big|_{x=1}`, whose underscore stands at the translator: the command that asks at the point."""
    text, start = at.text, at.starts[at.here]
    point, bar = _AT_POINT.match(text, start), _BAR_BEFORE.search(text, max(0, start - 30), start)
    if point is None or bar is None:
        return
    begin = at.starts[0]
    formula = " ".join(text[begin : bar.start()].replace(_EMPTY_BRACKET, " ").split())
    values = "".join(point[1].replace("\\", "").split())
    hint = "write the function alone, and the point with --at"
    if formula and formula.count("|") % 2 == 0 and _VALUES.fullmatch(values):
        import shlex

        hint = f"gradcli grad {shlex.quote(f'${formula}$')} --at {shlex.quote(values)}"
    raise at.error(at.here, "a bar with a point is no part of a function", hint)


def join_double(at: Pieces) -> None:
    r"""Make one pair of double bars of `\left| \left| x \right| \right|`, whose first bar is the piece here."""
    inner = _bar_after(at, at.here, r"\left")
    if inner is None:
        return
    closers: list[int] = []
    depth, here = 2, inner + 1
    while here < len(at.pieces) and depth:
        if at.pieces[here] in (r"\left", r"\right"):
            depth += 1 if at.pieces[here] == r"\left" else -1
            if depth < 2 and len(closers) < 2 - depth:
                closers.append(here)
        here += 1
    if len(closers) < 2 or at.pieces[closers[0] + 1] not in _ONE_BAR:
        return
    last = _bar_after(at, closers[0] + 1, r"\right")
    if last is None or last - 1 != closers[1]:
        return
    for place in (*range(at.here, inner), *range(closers[0], closers[1])):
        at.pieces[place] = " "
    at.pieces[inner] = at.pieces[last] = "‖"


def _bar_after(at: Pieces, here: int, side: str) -> int | None:
    r"""The piece of the bar of `\left|` or `\right|` that comes next behind a piece, if nothing else comes."""
    place = here + 1
    while place < len(at.pieces) and not at.pieces[place].strip():
        place += 1
    return place + 1 if at.pieces[place : place + 1] == [side] and at.pieces[place + 1] in _ONE_BAR else None


_ONE_BAR: Final = ("|", r"\vert")


MACROS: Final = {r"\abs": "|", r"\norm": "‖"}
"""Commands of packages that many papers load (physics, mathtools), with the bars that they draw."""


def macro(at: Pieces, piece: str) -> None:
    r"""`\abs{x}`, `\norm{x}_2`."""
    owner = at.here
    at.put(kind.OPEN_BAR, MACROS[piece])
    at.argument(piece, owner)


def macro_ends(at: Pieces, piece: str, end: int) -> None:
    """The bar behind the argument, and what says which norm it is."""
    at.put_at(kind.CLOSE_BAR, MACROS[piece], end, end)
    if MACROS[piece] == "‖":
        norm_kind(at)


def norm_kind(at: Pieces) -> None:
    r"""`_2`, `_F`, `_1`, `_\infty` behind a norm; the power may come first: `\|X\|^2_F`."""
    start = at.ends[at.here - 1]
    if match := at.take(words.NORM):
        _put_norm(at, match, start)
    elif match := words.POWER_THEN_NORM.match(at.text, start, at.end):
        norm = words.NORM.match(at.text, match.end(1), at.end)
        if norm is None:
            return
        at.skip_to(norm.end())
        end = at.ends[at.here - 1]
        _put_norm(at, norm, start, start)
        at.put_at(kind.OPERATOR, "**", match.start(1), match.start(1) + 1)
        at.put_number(match[2] or match[3] or words.lowered(match[1]), end - 1, end)
        at.script_end = len(at.out.kinds)


def _put_norm(at: Pieces, match: re.Match[str], start: int, end: int | None = None) -> None:
    which = next(group for group in match.groups() if group)
    name = {"\\infty": "_inf", "*": "_nuc"}.get(which, "_" + which)
    at.meanings.names[name] = name
    at.put_at(kind.NAME, name, start, at.ends[at.here - 1] if end is None else end)
