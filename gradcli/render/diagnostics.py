"""Errors as people and programs read them: one line, the place with a caret, the way out; or one JSON object.

Nothing that a user typed reaches a terminal except through `sanitize`.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.render.chinese.spoken import translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from gradcli.problems import GradcliError, Span

WINDOW_COLUMNS: Final = 76
"""Columns of a source line that are shown; with the indent it fits a terminal of 80."""

EXCERPT_CHARACTERS: Final = 14
"""Characters of data (a point, a table, a file of constants) that are shown: enough to find the place, no more."""

MESSAGE_CHARACTERS: Final = 280
HINT_CHARACTERS: Final = 400
WORD_CHARACTERS: Final = 60
TAB_COLUMNS: Final = 4

_SPACES: Final = frozenset(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
_BLANK_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that are printable by their category and yet show nothing."""


def sanitize(text: str) -> str:
    """The text with every character that a terminal obeys or hides written as `<U+202E>`.

    These are C0, DEL and C1 controls, bidirectional and zero-width characters, line and paragraph separators, lone
    surrogates, variation selectors, private and unassigned code points. Line breaks and tabs are controls too: lay
    lines out before.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    hidden = not char.isprintable() or char in _BLANK_LETTERS or "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0000"
    return f"<U+{ord(char):04X}>" if hidden and char not in _SPACES else char


def encodable(text: str, encoding: str) -> str:
    """The text in characters that a stream of this encoding can carry; the others as `<U+2202>`."""
    if text.isascii() or encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        return text
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_carried(char, encoding) for char in text)
    except LookupError:
        return encodable(text, "ascii")
    return text


def _carried(char: str, encoding: str) -> str:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return "..." if char == "…" else f"<U+{ord(char):04X}>"
    return char


def render_error(error: GradcliError, encoding: str = "utf-8") -> str:
    """What standard error gets: message, source line, caret, hint, as lines without a final line break.

    Shows at most the line in question, and of data only `EXCERPT_CHARACTERS`. Shorter than 2,000 characters.
    """
    place = f" ({where})" if (where := _where(error)) else ""
    lines = [translated(f"error: {translated(shorten(error.message, MESSAGE_CHARACTERS))}{place}")]
    if error.span is not None:
        lines += _caret_block(error.span, encoding)
    if error.hint:
        lines += [f"  {translated(shorten(part, HINT_CHARACTERS))}" for part in error.hint.splitlines()[:4]]
    return "\n".join(encodable(line, encoding) for line in lines)


def shorten(text: str, most: int) -> str:
    """The text on one line, sanitised, long words cut in their middle, and at most `most` characters."""
    words = sanitize(" ".join(text[: 20 * most].split())).split(" ")
    text = " ".join(_shorten_word(word) for word in words)
    return text if len(text) <= most else text[: most - 1] + "…"


def _shorten_word(word: str) -> str:
    return word if len(word) <= WORD_CHARACTERS else f"{word[:40]}…{word[-12:]}"


def error_document(error: GradcliError) -> dict[str, Any]:
    """The object that `--json` prints on standard error. Offsets are code points of the source."""
    span = error.span
    entry: dict[str, Any] = {
        "code": error.code,
        "message": shorten(error.message, MESSAGE_CHARACTERS),
        "start": span.start if span else None,
        "end": span.end if span else None,
        "source": _shorten_word(sanitize(span.source.name)) if span else None,
        "hint": shorten(error.hint, HINT_CHARACTERS) if error.hint else None,
    }
    if span and span.source.is_file:
        entry["line"] = _line_at(span).number
    return {"error": entry}


def write_error_json(error: GradcliError) -> str:
    """`error_document` as one line of strict JSON."""
    from gradcli.text.strict_json import json_text

    return json_text(error_document(error))


class CaretLine(NamedTuple):
    """One line of a source: its text without the line break, and the place in it (code points)."""

    number: int
    text: str
    start: int
    end: int


def _line_at(span: Span) -> CaretLine:
    """The line on which a span starts. A span on the blank end of a text points behind the last line with content."""
    text, start, end = span.source.text, min(span.start, len(span.source.text)), span.end
    first, last = _bounds(text, start)
    if not text[first:last].strip() and text[:first].strip():
        start = end = len(text[:first].rstrip())
        first, last = _bounds(text, start)
    number = 1 + text.count("\n", 0, first) + text.count("\r", 0, first) - text.count("\r\n", 0, first)
    begin = start - first
    return CaretLine(number, text[first:last], begin, min(max(end - first, begin + 1), max(last - first, begin + 1)))


def _bounds(text: str, place: int) -> tuple[int, int]:
    """Where the line around a place starts and ends; lines end at LF, CR LF or CR."""
    first = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
    ends = [found for found in (text.find("\n", place), text.find("\r", place)) if found >= 0]
    return first, min(ends, default=len(text))


def _where(error: GradcliError) -> str:
    """The file and line, the option, or the line of a longer text; empty for one line of an expression."""
    if error.span is None:
        return ""
    source = error.span.source
    name = _shorten_word(sanitize(source.name))
    line = f"line {_line_at(error.span).number}" if "\n" in source.text.rstrip() or source.is_file else ""
    named = (source.is_file or source.name.startswith("-")) and source.name not in error.message
    return ", ".join(part for part in (name if named else "", line) if part)


def _caret_block(span: Span, encoding: str) -> list[str]:
    line = _line_at(span)
    is_data = span.source.name.startswith("--") or span.source.is_data
    shown, before, width = _data_excerpt(line) if is_data else _window(line)
    columns = Columns(encoding)
    drawn = [columns.draw(char) for char in shown]
    start = sum(cell.columns for cell in drawn[:before])
    carets = max(1, sum(cell.columns for cell in drawn[before : before + width]))
    if not shown.strip():
        return []
    return [f"  {''.join(cell.text for cell in drawn).rstrip()}", f"  {' ' * start}{'^' * carets}"]


def _data_excerpt(line: CaretLine) -> tuple[str, int, int]:
    """At most `EXCERPT_CHARACTERS` around the place: what is shown, where the place starts in it, how long it is."""
    first = max(0, min(line.start - 4, len(line.text) - EXCERPT_CHARACTERS))
    return _cut(line, first, first + EXCERPT_CHARACTERS)


def _window(line: CaretLine) -> tuple[str, int, int]:
    """As much of the line around the place as `WINDOW_COLUMNS` hold, wide characters counted as two."""
    if len(line.text) <= WINDOW_COLUMNS and line.text.isascii():
        return line.text, line.start, line.end - line.start
    columns = Columns("utf-8")
    room = WINDOW_COLUMNS - 2
    first, last, used = line.start, line.start, 0
    for place in _outwards(line.start, len(line.text)):
        used += columns.draw(line.text[place]).columns
        if used > room:
            break
        first, last = min(first, place), max(last, place + 1)
    return _cut(line, first, last)


def _outwards(middle: int, length: int) -> Iterator[int]:
    """Places from `middle` outwards: one to the left for two to the right, then what is left of either side."""
    left, right = middle - 1, middle
    while (left >= 0 or right < length) and right - left < 400:
        for _ in range(2):
            if right < length:
                yield right
                right += 1
        if left >= 0:
            yield left
            left -= 1


def _cut(line: CaretLine, first: int, last: int) -> tuple[str, int, int]:
    last = min(last, len(line.text))
    head, tail = "…" if first > 0 else "", "…" if last < len(line.text) else ""
    width = min(line.end, last) - line.start
    return head + line.text[first:last] + tail, line.start - first + len(head), max(width, 1)


class Cell(NamedTuple):
    """A character as it is drawn, and the columns that it takes."""

    text: str
    columns: int


class Columns:
    """Draws characters one after the other and knows where each one stands on the screen."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.column = 0

    def draw(self, char: str) -> Cell:
        """The next character: tabs become spaces up to the next stop, hidden characters become visible."""
        if char == "\t":
            cell = Cell(" " * (count := TAB_COLUMNS - self.column % TAB_COLUMNS), count)
        else:
            text = encodable(_visible(char), self.encoding)
            cell = Cell(text, len(text) if text.isascii() else columns_of(text))
        self.column += cell.columns
        return cell


def columns_of(char: str) -> int:
    """Columns of a visible character: 2 for wide ones, 0 for marks that combine with the one before (UAX 11)."""
    import unicodedata

    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
