r"""Integrals as people write them, `\int_a^b f\,dt`, `∫₀ˣ f dt`, `int_0^x f dt`: put out as `integral(f, t, a, b)`.

The sign, its bounds, the body and the differential are found as ranges of pieces first; then each range is translated
where the call has it. Places stay those of the text.
"""

from __future__ import annotations

import re
import unicodedata

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.tokens import canonical_name

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.latex.pieces import Pieces

WRITE: Final = r"write \int_0^x \sin(t) dt"
"""How an integral is written."""

SIGNS: Final = ("\\int", "∫", "int")
FRACTIONS: Final = ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac")
OPENING: Final = frozenset(("(", "[", "{", "\\{"))
CLOSING: Final = frozenset((")", "]", "}", "\\}"))
INDEX: Final = re.compile(r"_(?:([0-9])|\{([0-9]+)\})")
UPRIGHT: Final = ("\\mathrm", "\\text", "\\textrm", "\\rm", "\\operatorname")


class Differential(NamedTuple):
    """`dt`: the pieces from `first` up to `last`, where the letter stands among them, and its subscript."""

    first: int
    last: int
    letter: int
    subscript: str = ""


def integral(at: Pieces, piece: str) -> None:
    r"""An integral with both bounds. Raises `latex` for what has none or no differential, `limit` for too many."""
    owner = at.here
    at.integrals += 1
    if at.integrals > limits.INTEGRALS:
        place = at.error(owner, "").span
        raise GradcliError("limit", f"a text may have {limits.INTEGRALS} integrals", place, "name the inner parts")
    lower, upper, body = bounds(at, owner)
    found = differential(at, body, owner)
    if found is None:
        raise at.error(owner, "the differential of this integral is missing", WRITE)
    end, spelt = found.last, at.pieces[found.letter]
    if fraction := enclosing_fraction(at, body, found):
        clear(at, fraction, found)
        end = (at.closing(second_brace(at, fraction)) or end) + 1
        inner = (body, end)
    else:
        inner = (body, found.first)
    start, after, last = at.starts[owner], at.ends[owner], at.ends[end - 1]
    at.meanings.names["integral"] = "integral"
    at.put_at(kind.NAME, "integral", start, after)
    at.called = True
    at.put_at(kind.OPEN, "(", after, after)
    if at.behind_blanks(inner[0]) < inner[1]:
        run(at, *inner, owner)
    else:
        at.meanings.numbers["1"] = (1, False)
        at.put_at(kind.NUMBER, "1", after, after)
    letter = (at.symbol(spelt) or spelt) + found.subscript
    at.put_at(kind.COMMA, ",", last, last)
    at.meanings.names[letter] = canonical_name(letter)
    at.put_at(kind.NAME, letter, at.starts[found.letter], at.ends[found.letter])
    for bound in (lower, upper):
        at.put_at(kind.COMMA, ",", last, last)
        run(at, *bound, owner)
    at.put_at(kind.CLOSE, ")", last, last)
    at.here = end


def run(at: Pieces, first: int, last: int, owner: int) -> None:
    """Translate a range of pieces."""
    pieces, end, groups, fonts = at.pieces, at.end, at.groups, at.fonts
    at.pieces, at.end = pieces[:last], at.starts[last] if last < len(at.starts) else end
    at.groups, at.fonts = [("integral", owner, "\\int")], [at.bold]
    at.here = first
    at.go_on()
    if len(at.groups) != 1:
        raise at.error(owner, "the braces in this integral do not match", WRITE)
    at.groups, at.fonts = groups, fonts
    at.pieces, at.end = pieces, end


# -------------------------------------------------------------------- bounds


def bounds(at: Pieces, owner: int) -> tuple[tuple[int, int], tuple[int, int], int]:
    """The ranges of the lower and the upper bound, and where the body begins."""
    here = owner + 1
    found: dict[str, tuple[int, int]] = {}
    for _ in range(2):
        here = at.behind_blanks(here)
        raised = at.pieces[here] if here < len(at.pieces) else ""
        plain = unicodedata.normalize("NFKC", raised)
        if raised in ("_", "^"):
            found[raised] = argument(at, at.behind_blanks(here + 1), owner)
            here = found[raised][1]
        elif raised and plain != raised and "_" not in found and raised[0] in "₀₁₂₃₄₅₆₇₈₉":
            found["_"], here = respelled(at, here, plain), here + 1
        elif raised and plain != raised and "_" in found:
            found["^"], here = respelled(at, here, plain), here + 1
    if set(found) != {"_", "^"}:
        raise at.error(owner, "an integral without bounds is no function of numbers", WRITE)
    return found["_"], found["^"], here


def respelled(at: Pieces, here: int, plain: str) -> tuple[int, int]:
    """A piece of raised or lowered characters as plain ones."""
    at.pieces[here] = plain
    return here, here + 1


def argument(at: Pieces, here: int, owner: int) -> tuple[int, int]:
    """The range of an argument: in braces or brackets, or one sign, with a minus before it."""
    first = here
    if here < len(at.pieces) and at.pieces[here] == "-":
        here += 1
    piece = at.pieces[here] if here < len(at.pieces) else ""
    if piece == "{" and at.closing(here) is not None:
        return first, (at.closing(here) or 0) + 1
    if piece == "(":
        depth = 0
        for last in range(here, len(at.pieces)):
            depth += (at.pieces[last] == "(") - (at.pieces[last] == ")")
            if not depth:
                return first, last + 1
    plain = at.pieces[owner] != "\\int"
    if not (piece.isalnum() or at.symbol(piece)) or (piece.isdigit() and len(piece) > 1 and not plain):
        raise at.error(owner, "a bound of this integral cannot be read", WRITE)
    return first, here + 1


# -------------------------------------------------------------------- the differential


def differential(at: Pieces, here: int, owner: int) -> Differential | None:
    """The differential that belongs to an integral whose body begins here."""
    inner = depth = 0
    first = here
    while here < len(at.pieces):
        piece = at.pieces[here]
        if piece in FRACTIONS and depth == 0:
            opened = at.behind_blanks(here + 1)
            closed = at.closing(opened)
            if closed is not None:
                found = last_differential(at, opened + 1, closed)
                if found is not None and not inner:
                    return found
                inner -= found is not None
                here = closed
        elif piece in OPENING:
            depth += 1
        elif piece in CLOSING:
            depth -= 1
            if depth < 0:
                return None
        elif piece in SIGNS:
            inner += 1
        elif depth == 0 and (found := differential_at(at, here)) is not None:
            after = at.behind_blanks(found.last)
            factor = after < len(at.pieces) and (
                at.pieces[after].isalnum() or at.pieces[after] in ("(", "\\frac", "\\sin")
            )
            if not inner and not (at.behind_blanks(first) == here and factor):
                return found
            if not inner:
                raise at.error(owner, "the integrand stands behind the differential", WRITE)
            inner -= 1
            here = found.last - 1
        here += 1
    return None


def differential_at(at: Pieces, here: int) -> Differential | None:
    r"""`dt`, `\mathrm{d}t`, `d\theta` at a piece."""
    pieces, after = at.pieces, here + 1
    if pieces[here] in UPRIGHT:
        inside = at.behind_blanks(here + 1)
        braced = inside < len(pieces) and pieces[inside] == "{"
        inside += braced
        if inside >= len(pieces) or pieces[inside] != "d":
            return None
        after = inside + 1 + braced
    elif pieces[here] != "d":
        return None
    letter = at.behind_blanks(after)
    if letter >= len(pieces) or not (
        at.symbol(pieces[letter]) or (len(pieces[letter]) == 1 and pieces[letter].isalpha())
    ):
        return None
    index = "".join(pieces[letter + 1 : letter + 5])
    match = INDEX.match(index)
    width = 0 if match is None else 2 if match[1] else 4
    return Differential(here, letter + 1 + width, letter, "" if match is None else f"_{match[1] or match[2]}")


def last_differential(at: Pieces, first: int, closed: int) -> Differential | None:
    """The differential at the end of a numerator."""
    for here in range(first, closed):
        found = differential_at(at, here)
        if found is not None and at.behind_blanks(found.last) == closed:
            return found
    return None


def enclosing_fraction(at: Pieces, body: int, found: Differential) -> int | None:
    r"""The piece of the `\frac` in whose numerator a differential stands, None where it stands alone."""
    for here in range(body, found.first):
        if at.pieces[here] in FRACTIONS and found.first < (at.closing(at.behind_blanks(here + 1)) or 0):
            return here
    return None


def second_brace(at: Pieces, fraction: int) -> int:
    """The piece that opens the denominator of a fraction."""
    return at.behind_blanks((at.closing(at.behind_blanks(fraction + 1)) or fraction) + 1)


def clear(at: Pieces, fraction: int, found: Differential) -> None:
    r"""Leave a differential out of its numerator: `\frac{dt}{x}` is `\frac{1}{x}`."""
    opened = at.behind_blanks(fraction + 1)
    alone = at.behind_blanks(opened + 1) == found.first
    for here in range(found.first, found.last):
        at.pieces[here] = " "
    if alone:
        at.pieces[found.first] = "1"
