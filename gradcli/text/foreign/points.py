"""Points and lists of names as people type them, brought to the strict form: `x=1,y=2`, `1,2`, `[[1,2],[3,4]]`.

The tokens change, never their places. Asked for where the strict form has only an error. No error is raised here:
what is left as it was is the strict reader's to refuse.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.tokens import Tokens

EXAMPLES: Final = {
    "(1, 2)": "1,2", "[1, 2]": "1,2", "<1, 2>": "1,2", "np.array([1, 2])": "1,2", "c(1, 2)": "1,2", "1; 2": "1,2",
    "1 2": "1,2", "[1. 2.]": "1.,2.", "x=1; y=2": "x=1,y=2", "x=1 y=2": "x=1,y=2", "{'x': 1, 'y': 2}": "x=1,y=2",
    "{x: 1, y: 2}": "x=1,y=2", "x -> 1, y -> 2": "x=1,y=2", "x→1": "x=1", "x:=1": "x=1", "(x, y) = (1, 2)": "x=1,y=2",
    "x, y = 1, 2": "x=1,y=2", "dict(x=1, y=2)": "x=1,y=2", "x=[1 2 3]": "x=[1,2,3]", "x=[1; 2]": "x=[1,2]",
    "A=[1 2; 3 4]": "A=[[1,2],[3,4]]", "x=(1, 2)": "x=[1,2]", "x=[1, 2]^T": "x=[1,2]", "x=c(1, 2)": "x=[1,2]",
    "x=torch.tensor([1., 2.])": "x=[1.,2.]", "x=1, y=2,": "x=1,y=2", "x = 1 and y = 2": "x=1,y=2",
    "x=[1 -2]": "x=[1,-2]", "x={1, 2}": "x=[1,2]", "at (1, 2)": "1,2", "P(1, 2)": "1,2",
    "at x=1, y=2": "x=1,y=2", "x=1 und y=2": "x=1,y=2", "(1; 2)": "1,2", "⟨1, 2⟩": "1,2", "x=<1, 2>": "x=[1,2]",
    "x = y = 1": "x=1,y=1", "c(x=1, y=2)": "x=1,y=2", "x≈1": "x=1", "x is 1": "x=1",
    "A=[[1, 2], [3, 4]]^T": "A=[[1,3],[2,4]]", "A=[1 2; 3 4]'": "A=[[1,3],[2,4]]", "x=[1, 2]'": "x=[1,2]",
}  # fmt: skip
"""Points as they are typed, and the strict form; a test reads each."""

ARRAY_CALLS: Final = frozenset(
    ("array", "tensor", "asarray", "Matrix", "constant", "c", "vector", "Vector", "Array", "list", "tuple", "Point")
)
VALUE_ENDS: Final = frozenset((kind.NUMBER, kind.NAME, kind.CLOSE, kind.CLOSE_SQUARE, kind.SUPERSCRIPT, kind.TRANSPOSE))


class PointToken(NamedTuple):
    """One token."""

    kind: int
    text: str
    start: int
    end: int

    def to(self, what: int, text: str) -> PointToken:
        """Another token in the same place."""
        return PointToken(what, text, self.start, self.end)


def plain_point(tokens: Tokens, begin: int = 0) -> Tokens:
    """The tokens of a point in the strict form; those before `begin`, in characters, are left away."""
    pieces = [piece for piece in map(PointToken, *tokens[1:5]) if piece.start >= begin]
    end = pieces.pop()
    pieces = _without_words(pieces)
    pieces = _without_calls(pieces)
    pieces = _chained(_assigned(pieces))
    pieces = _bracketed(pieces)
    pieces = _unwrapped(pieces)
    pieces = _paired(pieces)
    pieces = _separated(pieces)
    pieces = _rows(pieces)
    pieces.append(end)
    columns = [list(column) for column in zip(*pieces, strict=True)]
    return tokens._replace(kinds=columns[0], texts=columns[1], starts=columns[2], ends=columns[3])


_BEFORE: Final = frozenset((
    "at", "in", "en", "bei", "im", "am", "au", "nel", "no", "point", "punkt", "punto", "ponto", "the", "el", "an",
    "der", "stelle", "p", "для", "при", "в", "точке",
))  # fmt: skip
"""Words before a point: `at (1, 2)`, `en x=1`, `im Punkt (1, 2)`, `P(1, 2)`."""
_AND: Final = frozenset(("and", "und", "et", "y", "e", "и", "&", "和", "，", "\n"))


def _without_words(pieces: list[PointToken]) -> list[PointToken]:
    """The point without the words before it, and with a comma for `and` in any language."""
    first = 0
    while first < len(pieces) - 1 and pieces[first].kind == kind.NAME and pieces[first].text.lower() in _BEFORE:
        first += 1
    following = pieces[first].kind if first < len(pieces) else kind.END
    behind = pieces[first + 1].kind if first + 1 < len(pieces) else kind.END
    if first and (following in (*kind.OPENING, kind.NUMBER) or behind == kind.EQUALS):
        pieces = pieces[first:]
    found: list[PointToken] = []
    for place, piece in enumerate(pieces):
        after = pieces[place + 2].kind if place + 2 < len(pieces) else kind.END
        before = pieces[place - 1].kind if place else kind.END
        named = after == kind.EQUALS and pieces[place + 1].kind == kind.NAME
        if piece.text in _AND and named and before in VALUE_ENDS:
            piece = piece.to(kind.COMMA, ",")
        found.append(piece)
    return found


def _without_calls(pieces: list[PointToken]) -> list[PointToken]:
    """`np.array([1, 2])` and `c(1, 2)` as the list that they make."""
    found: list[PointToken] = []
    closing: list[str] = []  # what to do at each closing bracket
    for place, piece in enumerate(pieces):
        if piece.kind in kind.OPENING:
            called = found and found[-1].kind == kind.NAME and (place == 0 or pieces[place - 1] is found[-1])
            word = found[-1].text if called else ""
            if piece.kind == kind.OPEN and (word in ARRAY_CALLS or word == "dict"):
                found.pop()
                while len(found) > 1 and found[-1].text == "." and found[-2].kind == kind.NAME:
                    del found[-2:]
                inner = pieces[place + 1].kind if place + 1 < len(pieces) else kind.END
                named = place + 2 < len(pieces) and pieces[place + 2].kind == kind.EQUALS
                drop = word == "dict" or named or inner in kind.OPENING
                closing.append("drop" if drop else "square")
                if not drop:
                    found.append(piece.to(kind.OPEN_SQUARE, "["))
                continue
            closing.append("")
        elif piece.kind in kind.CLOSING and closing:
            what = closing.pop()
            if what == "drop":
                if found and found[-1].kind == kind.COMMA:
                    found.pop()
                continue
            if what == "square":
                piece = piece.to(kind.CLOSE_SQUARE, "]")
        found.append(piece)
    return found


def _assigned(pieces: list[PointToken]) -> list[PointToken]:
    """`x: 1`, `x -> 1`, `x → 1`, `x := 1` and `'x': 1` with an equals sign."""
    found: list[PointToken] = []
    skip = False
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        if skip:
            skip = False
            continue
        if piece.kind == kind.STRING and following is not None and following.kind == kind.COLON:
            piece = piece.to(kind.NAME, piece.text[1:-1])
        named = bool(found) and found[-1].kind == kind.NAME
        beside = following is not None and following.start == piece.end
        if named and piece.text == "-" and following is not None and beside and following.text == ">":
            piece, skip = piece.to(kind.EQUALS, "="), True
        elif named and piece.kind == kind.COLON:
            skip = beside and following is not None and following.kind == kind.EQUALS
            piece = piece.to(kind.EQUALS, "=")
        elif named and (piece.text in ("→", "↦", "==", "≈", "is") or piece.text == "\\to"):
            piece = piece.to(kind.EQUALS, "=")
        found.append(piece)
    return found


def _chained(pieces: list[PointToken]) -> list[PointToken]:
    """`x = y = 1` as the same value for each name."""
    found: list[PointToken] = []
    for part in _split(pieces):
        at = [place for place, piece in enumerate(part) if piece.kind == kind.EQUALS]
        alternate = at == list(range(1, 2 * len(at), 2)) and all(part[place - 1].kind == kind.NAME for place in at)
        copies = [[part[place - 1], *part[at[-1] :]] for place in at] if len(at) > 1 and alternate else [part]
        for copy in copies:
            comma = [copy[0].to(kind.COMMA, ",")] if found and copy else []
            found += [*comma, *copy]
    return found if len(found) > len(pieces) else pieces


def _bracketed(pieces: list[PointToken]) -> list[PointToken]:
    """Braces and angle brackets around a list as square brackets; braces around names with values are dropped."""
    texts = [piece.text for piece in pieces]
    if len(pieces) > 2 and texts[0] + texts[-1] in ("<>", "⟨⟩", "〈〉"):
        pieces = [pieces[0].to(kind.OPEN_SQUARE, "["), *pieces[1:-1], pieces[-1].to(kind.CLOSE_SQUARE, "]")]
    if "<" in texts[1:]:
        angles = {"<": (kind.OPEN_SQUARE, "["), ">": (kind.CLOSE_SQUARE, "]")}
        pieces = [piece.to(*angles[piece.text]) if piece.text in angles else piece for piece in pieces]
    if "{" not in texts:
        return pieces
    if texts[0] == "{" and texts[-1] == "}" and any(piece.kind == kind.EQUALS for piece in pieces):
        return pieces[1:-1]
    signs = {"{": (kind.OPEN_SQUARE, "["), "}": (kind.CLOSE_SQUARE, "]")}
    return [piece.to(*signs[piece.text]) if piece.text in signs else piece for piece in pieces]


def _unwrapped(pieces: list[PointToken]) -> list[PointToken]:
    """Brackets around the values of a whole point, and lists in round brackets as lists; the transpose of a list."""
    found: list[PointToken] = []
    opened: list[int] = []
    lists: set[int] = set()
    for piece in pieces:
        if piece.kind == kind.OPEN:
            opened.append(len(found))
        elif piece.kind in (kind.COMMA, kind.SEMICOLON) and opened and opened[-1] >= 0:
            lists.add(opened[-1])
        elif piece.kind == kind.OPEN_SQUARE:
            opened.append(-1)
        elif piece.kind == kind.CLOSE_SQUARE and opened:
            opened.pop()
        elif piece.kind == kind.CLOSE and opened:
            start = opened.pop()
            if start in lists and _begins_value(found, start):
                found[start] = found[start].to(kind.OPEN_SQUARE, "[")
                piece = piece.to(kind.CLOSE_SQUARE, "]")
        after_list = bool(found) and found[-1].kind == kind.CLOSE_SQUARE
        if after_list and piece.text in ("^", "\\"):
            continue
        if after_list and piece.kind == kind.NAME and piece.text in ("T", "top") and piece.start > found[-1].end:
            piece = piece.to(kind.TRANSPOSE, "'")
        found.append(piece)
    return found


def _begins_value(found: list[PointToken], start: int) -> bool:
    """Whether a bracket stands at the beginning of a value."""
    return start == 0 or found[start - 1].kind in (kind.EQUALS, kind.COMMA, kind.OPEN_SQUARE, kind.SEMICOLON)


def _paired(pieces: list[PointToken]) -> list[PointToken]:
    """`(x, y) = (1, 2)` and `x, y = 1, 2` as a value for each name."""
    at = next((place for place, piece in enumerate(pieces) if piece.kind == kind.EQUALS), 0)
    bare = [piece for piece in pieces[:at] if piece.kind not in (*kind.OPENING, *kind.CLOSING)]
    names = bare[::2]
    commas = bare[1::2]
    if len(names) < 2 or len(names) != len(commas) + 1 or any(piece.kind != kind.NAME for piece in names):
        return pieces
    if any(piece.kind != kind.COMMA for piece in commas):
        return pieces
    rest = pieces[at + 1 :]
    if rest and rest[0].kind in kind.OPENING and rest[-1].kind in kind.CLOSING and _closed_at(rest) == len(rest) - 1:
        rest = rest[1:-1]
    values = _split(rest)
    if len(values) != len(names) or any(piece.kind == kind.EQUALS for piece in rest):
        return pieces
    found: list[PointToken] = []
    for name, value in zip(names, values, strict=True):
        comma = [name.to(kind.COMMA, ",")] if found else []
        found += [*comma, name, pieces[at].to(kind.EQUALS, "="), *value]
    return found


def _closed_at(pieces: list[PointToken]) -> int:
    """Where the bracket that is first is closed."""
    depth = 0
    for place, piece in enumerate(pieces):
        depth += (piece.kind in kind.OPENING) - (piece.kind in kind.CLOSING)
        if not depth:
            return place
    return -1


def _split(pieces: list[PointToken]) -> list[list[PointToken]]:
    """The values between the commas that stand in no bracket."""
    values: list[list[PointToken]] = [[]]
    depth = 0
    for piece in pieces:
        depth += (piece.kind in kind.OPENING) - (piece.kind in kind.CLOSING)
        if piece.kind == kind.COMMA and not depth:
            values.append([])
        else:
            values[-1].append(piece)
    return values


def _separated(pieces: list[PointToken]) -> list[PointToken]:
    """Commas for semicolons, for `and`, and for the blanks between values; no comma at the end."""
    found: list[PointToken] = []
    depth = 0
    spaced = not any(piece.kind == kind.COMMA for piece in pieces)
    for place, piece in enumerate(pieces):
        depth += piece.kind in kind.OPENING
        if (piece.kind in (kind.SEMICOLON, kind.NEWLINE) and not depth) or piece.text == "and":
            piece = piece.to(kind.COMMA, ",")
        elif _begins(pieces, place, found, bool(depth) and spaced):
            found.append(piece.to(kind.COMMA, ","))
        depth -= piece.kind in kind.CLOSING
        if piece.kind == kind.COMMA and found and found[-1].kind == kind.COMMA:
            continue
        found.append(piece)
    while found and found[-1].kind == kind.COMMA:
        found.pop()
    return [
        piece
        for place, piece in enumerate(found)
        if not (piece.kind == kind.COMMA and place + 1 < len(found) and found[place + 1].kind in kind.CLOSING)
    ]


def _begins(pieces: list[PointToken], place: int, found: list[PointToken], spaced: bool) -> bool:
    """Whether a value begins here, after a blank. `spaced`: blanks alone part the entries of a list."""
    piece = pieces[place]
    if not found or found[-1].kind not in VALUE_ENDS or piece.start <= found[-1].end:
        return False
    following = pieces[place + 1] if place + 1 < len(pieces) else None
    if piece.kind == kind.NUMBER or piece.kind == kind.OPEN_SQUARE:
        return True
    if piece.kind == kind.NAME and following is not None and following.kind == kind.EQUALS:
        return True
    return spaced and piece.text in ("-", "+") and following is not None and following.start == piece.end


def _rows(pieces: list[PointToken]) -> list[PointToken]:
    """`[1, 2; 3, 4]` as a list of rows, `[1; 2]` as a list."""
    found: list[PointToken] = []
    opened: list[int] = []
    parted: set[int] = set()  # brackets with a semicolon; only the outermost two can be an array
    for piece in pieces:
        if piece.kind == kind.OPEN_SQUARE:
            opened.append(len(found))
        elif piece.kind == kind.SEMICOLON and 0 < len(opened) < 3:
            parted.add(opened[-1])
        elif piece.kind == kind.CLOSE_SQUARE and opened:
            start = opened.pop()
            if start in parted:
                found[start + 1 :] = _in_rows(found[start + 1 :], piece)
        found.append(piece)
    return found


def _in_rows(inner: list[PointToken], close: PointToken) -> list[PointToken]:
    """What stands in a bracket, its rows parted by semicolons."""
    if inner[-1].kind == kind.SEMICOLON:
        inner = inner[:-1]
    if not any(piece.kind == kind.COMMA for piece in inner):
        return [piece.to(kind.COMMA, ",") if piece.kind == kind.SEMICOLON else piece for piece in inner]
    row: list[PointToken] = [inner[0].to(kind.OPEN_SQUARE, "[")]
    for piece in inner:
        if piece.kind == kind.SEMICOLON:
            row += [piece.to(kind.CLOSE_SQUARE, "]"), piece.to(kind.COMMA, ","), piece.to(kind.OPEN_SQUARE, "[")]
        else:
            row.append(piece)
    return [*row, close.to(kind.CLOSE_SQUARE, "]")]


def plain_names(tokens: Tokens) -> Tokens:
    """The tokens of a list of names in the strict form: `x y`, `(x, y)`, `[x, y]`, `{x, y}`, `x; y`, `'x', 'y'`."""
    pieces = [
        piece for piece in map(PointToken, *tokens[1:5]) if piece.text not in ("(", ")", "[", "]", "{", "}", ";", "and")
    ]
    found: list[PointToken] = []
    for piece in pieces:
        if piece.kind == kind.STRING:
            piece = piece.to(kind.NAME, piece.text[1:-1])
        if piece.kind == kind.NAME and found and found[-1].kind == kind.NAME:
            found.append(piece.to(kind.COMMA, ","))
        if piece.kind == kind.END and found and found[-1].kind == kind.COMMA:
            found.pop()
        found.append(piece)
    columns = [list(column) for column in zip(*found, strict=True)]
    return tokens._replace(kinds=columns[0], texts=columns[1], starts=columns[2], ends=columns[3])


def named(tokens: Tokens) -> Tokens:
    """The same tokens, with a meaning for names that stood in quotes."""
    for what, text in zip(tokens.kinds, tokens.texts, strict=True):
        if what == kind.NAME and text not in tokens.meanings.names:
            tokens.meanings.names[text] = kind.canonical_name(text)
    return tokens
