r"""Bars in LaTeX, and the kind of a norm behind them: `|x|`, `\|X\|_F^2`."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import words

if TYPE_CHECKING:
    import re

    from gradcli.text.latex.pieces import Pieces


def bars(at: Pieces, piece: str) -> None:
    """`|` and the double bar, with the kind of the norm behind the latter."""
    double = piece == "|" and at.source.text[at.ends[at.here] : at.ends[at.here] + 1] == "|"
    at.put(kind.BAR, piece)
    closing = piece != "|" or (not double and len(at.out.kinds) > 1 and at.out.texts[-2] == "|")
    if closing and at.out.kinds[-1] == kind.BAR:
        norm_kind(at, piece)


def norm_kind(at: Pieces, piece: str) -> None:
    r"""`_2`, `_F`, `_1`, `_\infty` behind a norm; the power may come first: `\|X\|^2_F`."""
    start = at.ends[at.here - 1]
    if match := at.take(words.NORM):
        _put_norm(at, match, start)
    elif match := words.POWER_THEN_NORM.match(at.source.text, start, at.end):
        norm = words.NORM.match(at.source.text, match.end(1), at.end)
        if norm is None:
            return
        at.skip_to(norm.end())
        end = at.ends[at.here - 1]
        _put_norm(at, norm, start, start)
        at.put_at(kind.OPERATOR, "**", match.start(1), match.start(1) + 1)
        at.put_number(match[2] or match[3], end - 1, end)
        at.script_end = len(at.out.kinds)


def _put_norm(at: Pieces, match: re.Match[str], start: int, end: int | None = None) -> None:
    which = next(group for group in match.groups() if group)
    name = {"\\infty": "_inf", "*": "_nuc"}.get(which, "_" + which)
    at.meanings.names[name] = name
    at.put_at(kind.NAME, name, start, at.ends[at.here - 1] if end is None else end)
