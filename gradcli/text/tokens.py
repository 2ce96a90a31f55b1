"""Text -> tokens: one compiled regular expression cuts the text, and each different token is classified once.

A text is cut into pieces that together are the text again, so that places come from the pieces' lengths. Tokens are
parallel lists (kind, text, start, end), never one object each: a sum of 10,000 terms has 200,000 of them.
Codes of errors raised here: `syntax`, `number`, `name`, `limit`.
"""

from __future__ import annotations

from itertools import accumulate, compress, islice

from gradcli import limits
from gradcli.patterns import pattern, re
from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING, NamedTuple, cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction
    from typing import Final

# Kinds of tokens. BLANK is dropped before anyone sees it; the commonest come first.
BLANK: Final = 0
NAME: Final = 1
NUMBER: Final = 2
OPEN: Final = 3
CLOSE: Final = 4
OPERATOR: Final = 5
COMMA: Final = 6
NEWLINE: Final = 7
SEMICOLON: Final = 8
END: Final = 9
EQUALS: Final = 10
COLON: Final = 11
OPEN_SQUARE: Final = 12
CLOSE_SQUARE: Final = 13
BAR: Final = 14
TRANSPOSE: Final = 15
SUPERSCRIPT: Final = 16
SUBSCRIPT: Final = 17
ROOT: Final = 18
COMPARISON: Final = 19
LOGIC: Final = 20
NOT: Final = 21
STRING: Final = 22
BAD: Final = 23
# LaTeX alone makes these: a function written without brackets, bars that say which way they open, a missing sign.
APPLY: Final = 24
OPEN_BAR: Final = 25
CLOSE_BAR: Final = 26
JUXTAPOSE: Final = 27
# What is asked for (d/dx), where a name lives (\in), a factorial.
REQUEST: Final = 28
MEMBER: Final = 29
FACTORIAL: Final = 30
ANGLE: Final = 31

STATEMENT_ENDS: Final = (NEWLINE, SEMICOLON, END)
OPENING: Final = (OPEN, OPEN_SQUARE)
CLOSING: Final = (CLOSE, CLOSE_SQUARE)

FIXED: Final[dict[str, int]] = {
    **dict.fromkeys(("+", "-", "−", "*", "·", "×", "⋅", "⊙", "∗", "/", "÷", "∕", "@", "**", "^"), OPERATOR),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "≤", "≥", "≠"), COMPARISON),
    **dict.fromkeys(("and", "or", "∧", "∨"), LOGIC),
    **dict.fromkeys(("'", "ᵀ", ".T", "′", "⊤", "^⊤"), TRANSPOSE),
    **dict.fromkeys(("√", "∛", "∜"), ROOT),
    **dict.fromkeys(("|", "‖"), BAR),
    "(": OPEN, ")": CLOSE, ",": COMMA, ";": SEMICOLON, "=": EQUALS, ":": COLON, "[": OPEN_SQUARE, "]": CLOSE_SQUARE,
    "not": NOT, "¬": NOT, "∞": NAME, ":=": EQUALS, "≔": EQUALS, "!": FACTORIAL,
    **dict.fromkeys("⟨⌊⌈", ANGLE), **dict.fromkeys("⟩⌋⌉", CLOSE),
}  # fmt: skip

_SHORTER: Final = "give the function as a shorter program, or as a black box with --exec or --python"
_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUBSCRIPTS: Final = "₀₁₂₃₄₅₆₇₈₉"
_TO_DIGITS: Final = str.maketrans(_SUPERSCRIPTS + _SUBSCRIPTS + "⁻⁺", "0123456789" * 2 + "-+")
_RAISED: Final = "⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞᵟᵋᶿᵠᵡ" + _SUPERSCRIPTS
_HALVES: Final = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
STOPS: Final = frozenset(".,;。，；、")
_WORD: Final = rf"[^\W{_RAISED}{_HALVES}ᵀ]"
_BEYOND_ASCII: Final = (
    ("NAME", rf"[^\W\d{_RAISED}{_SUBSCRIPTS}{_HALVES}ᵀ] {_WORD}* (?:[\u0300-\u036f]{_WORD}*)*"),
    ("BLANK", r"\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"),
    ("OPERAND", f"‖ᵀ{_RAISED}"),
    ("SCRIPTS", rf"| [⁺⁻]?[{_RAISED}]+(?:[⁺⁻][{_RAISED}]+)* | [{_SUBSCRIPTS}]+"),
)
_TOKEN: Final = r"""
    NAME (?:'+(?=\())?                                            # a name; with primes if it is called: f'(
  | \*\* | [()+\-*/^@,;\[\]:|](?!=)
  | 0[xXbBoO][0-9A-Fa-f]\w*                                       # hexadecimal: an error, said below
  | [0-9]+\.[0-9]*[dD](?:0+|[+\-−][0-9]+)\b                          # Fortran: 1.0d0, 2.5D-3
  | [0-9]+[dD]0\b                                                  # 1d0, which is also 1*d0: an error
  | (?:[0-9]+(?:\.(?!T\b)[0-9]*)?|\.[0-9]+)(?:[eE][+\-−]?[0-9]+)?
        (?:_\w*|\.[0-9][\w.]*|[eE][+\-−])?                        # a number, with a tail that is an error
  | \.T(?!\w) | [<>=!:]= | [\ \t\r\n\f\vBLANK]+ | \#[^\n\r]*
  | "[^"\n\r]*" | (?<=[\w)\]'|OPERAND])' | '[^'\n\r]*'             # a quote after an operand transposes it
  SCRIPTS | .
"""


@cache
def token_pattern(ascii_only: bool) -> re.Pattern[str]:
    """The regular expression that finds the next token. Compiling it takes milliseconds, and most texts are ASCII."""
    pattern = _TOKEN
    for word, part in _BEYOND_ASCII:
        pattern = pattern.replace(word, {"NAME": r"[A-Za-z_]\w*"}.get(word, "") if ascii_only else part)
    return re.compile(pattern, re.VERBOSE | re.DOTALL | (re.ASCII if ascii_only else re.UNICODE))


_INDEX: Final = pattern(r"(?s)(.*[^0-9_])_([0-9]+)")


class Meanings(NamedTuple):
    """What the different tokens of a text are, each found out once.

    kinds    token -> kind
    names    a name as typed -> as it is called inside
    numbers  a number as typed -> its exact value, and whether it is a decimal
    wrong    a token that is BAD as a name or as a number -> its error, still without a place
    """

    kinds: dict[str, int]
    names: dict[str, str]
    numbers: dict[str, tuple[int | Fraction, bool]]
    wrong: dict[str, GradcliError]


class Bounds(NamedTuple):
    r"""What stands at a sign with a bound index, `\sum_{i=1}^n`; its text is the key."""

    function: str
    indices: tuple[str, ...]
    lower: int | None
    upper: tuple[str | None, int] | None


class Spelled:
    r"""What a script says besides its tokens, by the text of the token; filled while it is read.

    bounds     signs with a bound index;  requests: `\frac{d}{dx}` -> its variables;  members: `\in R^n` -> sizes
    bold       names in bold, arrows: those below an arrow;  indexed: names with an index of digits
    called     letters whose bracket reads as a call
    notes      conventions that were used, in words
    used       something is there that has to be resolved before a program is built
    """

    __slots__ = ("arrows", "bold", "bounds", "called", "indexed", "members", "notes", "requests", "used")

    def __init__(self) -> None:
        self.bounds: dict[str, Bounds] = {}
        self.requests: dict[str, tuple[str, ...]] = {}
        self.members: dict[str, tuple[int | str, ...] | None] = {}
        self.bold: set[str] = set()
        self.arrows: set[str] = set()
        self.indexed: set[str] = set()
        self.called: dict[str, Span] = {}
        self.notes: list[str] = []
        self.used = False


class Tokens(NamedTuple):
    """A text in pieces, blanks and comments left out, closed by an END.

    `latex`: juxtaposition is a product;  `notes`: how words were read that are several names.
    """

    source: Source
    kinds: list[int]
    texts: list[str]
    starts: list[int]
    ends: list[int]
    meanings: Meanings
    latex: bool = False
    spelled: Spelled | None = None
    notes: tuple[str, ...] = ()


_MARKS: Final = ("%", "//", '"' * 3, "'" * 3, "::", "/*", "@.", "...", "\\", "&")
"""What only other languages have: comments, types, docstrings, lines that go on."""
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789"
_GOES_ON: Final = dict.fromkeys(_LETTERS, _LETTERS) | dict.fromkeys("0123456789.", f"{_LETTERS}.")
_GOES_ON.update(dict.fromkeys(" \t\r\n\f\v", " \t\r\n\f\v"))
"""What goes on in a token that begins with a character."""


def cut(source: Source, begin: int = 0, end: int | None = None) -> Tokens:
    """The tokens of the plain text from `begin` to `end`. A byte order mark at the start is skipped.

    Raises `limit` for too long a text. What is wrong in it is for the parser to tell, in the order of the text.
    """
    text = source.text
    check_length(source)
    if begin == 0 and text.startswith("\ufeff"):
        begin = 1
    stop = len(text) if end is None else end
    plain = (part := text[begin:stop]).isascii()
    if not plain or any(mark in part for mark in _MARKS):
        from gradcli.text.foreign.characters import meant

        text = meant(text)
        plain = text[begin:stop].isascii()
    if not plain or (pieces := simple_pieces(text, begin, stop)) is None:
        pattern = token_pattern(plain)
        _check_count(source, pattern, begin, stop)
        pieces = pattern.findall(text, begin, stop)
    notes: tuple[str, ...] = ()
    if not plain:
        from gradcli.text.foreign.words import separated

        pieces, notes = separated(pieces, canonical_name)
    if "^T" in text or "^ T" in text or "^⊤" in text:
        from gradcli.text.foreign.words import transposed

        pieces = transposed(pieces)
    meanings = interpret(set(pieces))
    kinds = list(map(meanings.kinds.__getitem__, pieces))
    edges = list(accumulate(map(len, pieces), initial=begin))
    starts, ends = edges[:-1], edges[1:]
    if BLANK in kinds:
        starts, ends, pieces = list(compress(starts, kinds)), list(compress(ends, kinds)), list(compress(pieces, kinds))
        kinds = list(filter(None, kinds))
    kinds.append(END)
    pieces.append("")
    starts.append(stop)
    ends.append(stop)
    return Tokens(source, kinds, pieces, starts, ends, meanings, False, None, notes)


def simple_pieces(text: str, begin: int, stop: int) -> list[str] | None:
    """The tokens of a short text of names, numbers and single signs, else None: `_TOKEN` takes long to compile."""
    if stop - begin > min(1000, limits.TOKENS) or "==" in text:
        return None
    pieces, end = [], begin
    while end < stop:
        start, end = end, end + 1 + text.startswith("**", end, stop)
        end = stop - len(text[end:stop].lstrip(_GOES_ON.get(text[start], "")))
        pieces.append(text[start:end])
    usual = (piece.replace(".", "", 1).isdigit() for piece in set(pieces) if piece[0] in "0123456789.'\"#<>!:")
    return pieces if all(usual) else None


def interpret(pieces: Iterable[str]) -> Meanings:
    """What different tokens are. Raises `limit` for too many names."""
    meanings = Meanings({}, {"∞": "inf"}, {}, {})
    kinds, names = meanings.kinds, meanings.names
    signs = len(names)  # such as ∞, typed or not
    for text in pieces:
        usual = text.isalnum() and text.isascii() and text[0] > "9" and len(text) < limits.NAME_CHARACTERS
        if usual and text not in FIXED:
            kinds[text] = NAME
            names[text] = text
        else:
            kinds[text] = _meaning(text, meanings)
    if len(names) - signs > limits.NAMES:
        raise GradcliError("limit", f"a program may have {limits.NAMES} different names", hint="split the program")
    return meanings


def _meaning(text: str, meanings: Meanings) -> int:
    """The kind of one token, whose meaning is put where it belongs."""
    kind = classify(text)
    try:
        if kind == NAME and text != "∞":
            meanings.names[text] = canonical_name(text)
        elif kind == NUMBER:
            meanings.numbers[text] = exact_number(text)
    except GradcliError as error:
        meanings.wrong[text] = error
        return BAD
    return kind


def check_length(source: Source) -> None:
    """Raise `limit` for a text longer than TEXT_CHARACTERS."""
    if len(source.text) > limits.TEXT_CHARACTERS:
        message = f"a text may have {limits.TEXT_CHARACTERS} characters, and this one has {len(source.text)}"
        raise GradcliError("limit", message, hint=_SHORTER)


def _check_count(source: Source, pattern: re.Pattern[str], begin: int, stop: int) -> None:
    """Raise `limit` for more than TOKENS pieces, without keeping them."""
    if stop - begin <= limits.TOKENS:
        return
    excess = next(islice(pattern.finditer(source.text, begin, stop), limits.TOKENS, None), None)
    if excess is not None:
        message = f"a text may have {limits.TOKENS} names, numbers and signs"
        raise GradcliError("limit", message, Span(source, excess.start(), excess.end()), _SHORTER)


def classify(text: str) -> int:
    """The kind of one token."""
    kind = FIXED.get(text)
    if kind is not None:
        return kind
    first = text[0]
    if first.isspace() or first == "#":
        return NEWLINE if "\n" in text or "\r" in text else BLANK
    if (first in "0123456789." and text != ".") or first in _HALVES:
        return NUMBER
    if first in "⁺⁻" + _RAISED:
        return SUPERSCRIPT if text[-1] in _RAISED else BAD
    if first in _SUBSCRIPTS:
        return SUBSCRIPT
    if first in "\"'":
        return STRING if len(text) > 1 else BAD
    return NAME if first == "_" or first.isalnum() else BAD


def plain_digits(text: str) -> str:
    """`¹⁰`, `⁻¹`, `₂` in ASCII."""
    return text.translate(_TO_DIGITS)


def canonical_name(text: str) -> str:
    """A name as it is called everywhere inside: `x_1` and `x₁` are `x1`, `θ` is `theta`; idempotent.

    An index is folded only where the digits stay readable: `x1_2` is not `x12`. Raises `name` (without a place) for
    what is no name, above all for letters that only look like others (full-width, mathematical bold): to fold them
    silently would make two texts that a reader takes for different the same, or the other way round.
    """
    if not text.isascii():
        text = _in_ascii_where_usual(text)
    if len(text) > limits.NAME_CHARACTERS:
        raise GradcliError(
            "limit", f"a name may have {limits.NAME_CHARACTERS} characters, and this one has {len(text)}",
            hint="is an operator missing?",
        )  # fmt: skip
    if not text.replace("'", "").isidentifier():
        raise GradcliError("name", f"{quoted(text)} is not a name", hint="names are letters, digits and _, as in x1")
    if "_" in text and (match := _INDEX.fullmatch(text)):
        return match[1] + match[2]
    return text


def _in_ascii_where_usual(text: str) -> str:
    """Greek letters by name, subscripts as digits, accents composed; other letters as they are."""
    import unicodedata

    from gradcli.text.foreign.characters import GREEK_LETTERS, in_words

    text = re.sub(f"[{_SUBSCRIPTS}]+", lambda match: "_" + plain_digits(match[0]), unicodedata.normalize("NFC", text))
    text = in_words(text)
    text = unicodedata.normalize("NFC", text.translate(GREEK_LETTERS))
    for character in text:
        plain = unicodedata.normalize("NFKC", character)
        if plain != character or not (character.isascii() or unicodedata.category(character)[0] in "LM"):
            hint = "write numbers with the digits 0 to 9, and halves as 1/2"
            if unicodedata.category(character)[0] != "N":
                hint = f"write {plain}" if plain.isascii() and plain.isalnum() else "write letters and digits"
            raise GradcliError("name", f"{quoted(character)} cannot stand in a name", hint=hint)
    return text


def exact_number(text: str) -> tuple[int | Fraction, bool]:
    """The exact value of a number as typed, and whether it was a decimal. Raises `number` or `limit`, no place."""
    if text.isascii() and text.isdigit() and len(text) <= limits.NUMBER_DIGITS:
        return integer(text), False
    match = re.fullmatch(r"([0-9]*)(\.?)([0-9]*)(?:[eE]([+-]?[0-9]+))?", text.replace("−", "-"))
    if match is None:
        if text[0] in _HALVES:
            from gradcli.text.foreign.characters import FRACTIONS

            return FRACTIONS[text], False
        if text[-2:] in ("d0", "D0") and text[:-2].isdecimal():
            hint = f"write {text[:-2]}.0, or {text[:-2]}*{text[-2:]} for a product"
            message = f"{shortened(text)} can be read in two ways: a number of Fortran, or a product"
            raise GradcliError("ambiguous", message, hint=hint)
        if "d" in text or "D" in text:  # Fortran's double precision
            return exact_number(text.replace("d", "e").replace("D", "e"))
        raise _wrong_number(text)
    whole, point, places, exponent = match.groups()
    digits = len(whole) + len(places)
    power = 0 if exponent is None else _small_integer(exponent)
    if digits + abs(power) > limits.NUMBER_DIGITS:
        hint = "rescale the problem: gradcli computes with exact numbers"
        raise GradcliError("limit", f"a number may have {limits.NUMBER_DIGITS} digits", hint=hint)
    value = integer(whole + places)
    power -= len(places)
    if power >= 0:
        return value * 10**power, bool(point) or exponent is not None
    from fractions import Fraction

    exact = Fraction(value, 10**-power)
    return (exact.numerator if exact.denominator == 1 else exact), True


def integer(digits: str) -> int:
    """A whole number from ASCII digits; Python's own limit on their count (4300) does not apply."""
    value = 0
    for start in range(0, len(digits), 4000):
        part = digits[start : start + 4000]
        value = value * 10 ** len(part) + int(part)
    return value


def _small_integer(text: str) -> int:
    """An exponent; absurdly long ones become one that is over every limit."""
    shortened = text.lstrip("+-").lstrip("0") or "0"
    return (int(shortened) if len(shortened) < 10 else 10**10) * (-1 if text[0] == "-" else 1)


def _wrong_number(text: str) -> GradcliError:
    """What is wrong with a number such as `0x1F`, `1_000`, `1.2.3`, `1e+`."""
    if text[:1] == "0" and text[1:2] in set("xXbBoO"):
        hint = "write it with the digits 0 to 9"
        return GradcliError("number", f"{shortened(text)} is not a decimal number", hint=hint)
    if "_" in text:
        return GradcliError("number", f"{shortened(text)} is not a number", hint="write numbers without _")
    if text[-1] in "+-":
        mantissa, sign = shortened(text[:-2]), text[-1]
        hint = f"write {mantissa}e{sign}3 for a number, or {mantissa}*e {sign} ... with the constant e"
        return GradcliError("number", f"the exponent of {shortened(text)} is missing", hint=hint)
    return GradcliError("number", f"{shortened(text)} has two decimal points", hint="write one point in a number")


def quoted(text: str) -> str:
    """A piece of the user's text for a message: in quotes, or as code points where it cannot be seen."""
    if text.isprintable():
        return f"'{shortened(text)}'"
    return " ".join(f"U+{ord(character):04X}" for character in text[:4])


def shortened(text: str, width: int = 30) -> str:
    """At most `width` characters of a text."""
    return text if len(text) <= width else text[: width - 3] + "..."


def without_inner_newlines(tokens: Tokens, everywhere: bool = False) -> Tokens:
    """The tokens without the line ends inside brackets, which end no statement (`everywhere`: without any)."""
    kinds = tokens.kinds
    if NEWLINE not in kinds:
        return tokens
    keep: Sequence[bool] = [kind != NEWLINE for kind in kinds] if everywhere else _outer(kinds)
    return tokens._replace(
        kinds=list(compress(kinds, keep)),
        texts=list(compress(tokens.texts, keep)),
        starts=list(compress(tokens.starts, keep)),
        ends=list(compress(tokens.ends, keep)),
    )


def _outer(kinds: list[int]) -> list[bool]:
    """Which tokens are not line ends inside brackets, or behind a sign that a line cannot end with."""
    depth, last, keep = 0, NEWLINE, list[bool]()
    for kind in kinds:
        depth += (kind in OPENING) - (kind in CLOSING and depth > 0)
        keep.append(kind != NEWLINE or (depth == 0 and last not in (OPERATOR, EQUALS)))
        last = last if kind == NEWLINE else kind
    return keep
