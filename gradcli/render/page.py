"""A page of rich tables: console, widths, folding."""

from __future__ import annotations

import os
from itertools import accumulate

from gradcli.derive.results import Jacobian
from gradcli.patterns import pattern
from gradcli.platforms.terminals import is_forced, is_terminal, wants_colour
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated
from gradcli.render.diagnostics import encodable, sanitize
from gradcli.render.notation import write_number
from gradcli.render.rich_parts import Console, Lines, Table, Text, box, cell_len
from gradcli.render.words import (
    accuracy_words,
    constant_texts,
    definition_texts,
    point_texts,
    problem_text,
    reading_lines,
    spell,
    stated_errors,
    told_once,
    value_text,
    variable_shape_texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Pattern
    from typing import Any, Final, TextIO

    from gradcli.derive.results import Reading, Value
    from gradcli.differences.plan import Study
    from gradcli.problems import Problem
    from gradcli.render.notation import Style
    from gradcli.render.words import Result

    Row = Sequence[tuple[str, str]]


SYMBOL: Final = "cyan"


VALUE: Final = "bold"


PROBLEM: Final = "yellow"


FAINT: Final = "dim"


HEADING: Final = "bold"


FACTORS: Final = "none"


PIPED_COLUMNS: Final = 80


SYMBOL_COLUMNS: Final = 10
"""Columns below which a symbol's cell is not squeezed for numbers to stay in one piece."""


MOST_ROWS: Final = 1_000
"""Rows that rich lays out; more are written as plain lines."""


MOST_READING: Final = 2_000
"""Characters of the function that are repeated above the table."""


MOST_POINT: Final = 12
"""Coordinates that are repeated above the table."""


NO_BREAK: Final = "\u00a0"


_ASCII: Final = str.maketrans(
    {
        "∂": "d",
        "∇": "grad ",
        "·": "*",
        "′": "'",
        "±": "+/-",
        "—": "-",
        "…": "...",
        "✓": "ok:",
        "✗": "no:",
        "²": "2",
        "Σ": "sum",
    }
    | {"├": "+", "└": "`", "│": "|", "─": "-", "↑": "^", "→": "->", "λ": "lambda", "β": "beta"}
)


class Formula(Text):
    """Text that folds at operators and commas, the outer ones first, before it folds inside a name or a number."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        plain = options.get("no_wrap") or self.cell_len <= width
        lines = super().wrap(console, width, **options) if plain else folded(self, width)
        return lines if console.encoding.lower().startswith("utf") else with_spaces(lines)


class Sentence(Text):
    """Text that folds at spaces; no-break spaces hold it together, and are written as spaces."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        return with_spaces(folded(self, width, (_WORD, *_FORMULA)))


def with_spaces(lines: Lines) -> Lines:
    """Lines whose no-break spaces have done their work."""
    for line in lines:
        line.plain = line.plain.replace(NO_BREAK, " ")
    return lines


_FACTOR: Final = r"\u00a0(?:(?<=\)\u00a0)|(?<=\)ᵀ\u00a0)|(?=\w*\())"
"""Between factors of a matrix product a line ends beside a bracket: `(A x - b)ᵀ`, `d(A x - b)`, never within `A x`."""
_LONG: Final = r"\(|[^·*/, )]{4}|\w+\([^()]* "
"""A factor that is not short: in brackets, of four characters, or the call of a sum."""
_TERM: Final = pattern(rf"(?:(?!{_FACTOR})[^·*/, ]|\*\*|(?:[·*/]|, ?)(?!{_LONG}))*(?:[·*/,]|{_FACTOR})? *")
"""A short factor or argument is not torn from its line: `(1/x)′`, `sin(2·x)`, `max(0, x)`."""
_PIECE: Final = pattern(rf"(?:(?!{_FACTOR})[^·*/, ]|\*\*)*(?:[·*/,]|{_FACTOR})? *")
_WORD: Final = pattern("[^ ]* *")
_RELATION: Final = pattern(r"(?<=[^ ]) (=|[<>≤≥≠≈]|[<>!]=) (?=[^ ])")
_CALL: Final = pattern(r"[^(]*\(+|[^(]+")


_FORMULA: Final = (_TERM, _PIECE, _CALL)


def folded(text: Text, width: int, patterns: Sequence[Pattern[str]] = _FORMULA) -> Lines:
    """The lines of a text, without spaces at their ends."""
    lines = Lines()
    for line in text.split("\n", allow_blank=True):
        lines.extend(line.divide(fold_offsets(line.plain, max(1, width), patterns)))
    for line in lines:
        line.rstrip()
    return lines


def fold_offsets(text: str, width: int, patterns: Sequence[Pattern[str]] = _FORMULA) -> list[int]:
    """Where lines of at most `width` columns begin, the first apart.

    Of the places in the further part of a line, one outside of all brackets is best: (u + v)·w folds before ·w.
    """
    parts = whole_pieces(text, width, patterns)
    cuts = list(accumulate(map(len, parts), initial=0))
    ends = list(accumulate(map(cell_len, parts), initial=0))
    ranks = fold_ranks(parts)
    if patterns is not _FORMULA:  # of words, only the brackets count
        ranks = [(depth, 0) for depth, _ in ranks]
    offsets: list[int] = []
    start = 0
    while True:
        end = start + 1
        while end < len(parts) and ends[end] - ends[start] + cell_len(parts[end].rstrip()) <= width:
            end += 1
        if end >= len(parts):
            return offsets
        far = [place for place in range(start + 1, end + 1) if ends[place] - ends[start] >= NEAREST_FOLD * width]
        start = min(far, key=lambda place: (ranks[place], -place), default=end)
        offsets.append(cuts[start])


NEAREST_FOLD: Final = 0.3
"""How much of a line a formula fills at least, where it folds at a better place than its end."""


def whole_pieces(text: str, width: int, patterns: Sequence[Pattern[str]]) -> list[str]:
    """The pieces of a text, each at most a line; a sign stays before its term, a relation in one piece."""
    parts: list[str] = []
    for part in filter(None, pieces(text, width, patterns)):
        last = parts[-1].split()[-1:] if parts else []
        held = last and (parts[-1].strip() in SIGNS or last[0] in RELATIONS or part.strip() in RELATIONS)
        if held and cell_len((parts[-1] + part).rstrip()) <= width:
            parts[-1] += part
        elif cell_len(part.rstrip()) > width:
            parts += part
        else:
            parts.append(part)
    return parts


SIGNS: Final = ("=", "+", "-")
RELATIONS: Final = ("<", ">", "≤", "≥", "≠", "<=", ">=", "!=", "==")


def fold_ranks(parts: Sequence[str]) -> list[tuple[int, int]]:
    """How bad it is to fold before each piece, and behind the last: how many brackets are open, then the sign there."""
    ranks, depth, before, is_norm = [], 0, "", False
    for part in parts:
        sign = before if before in (":", ",") else part.partition(" ")[0]
        ranks.append((depth, {":": 0, "=": 1, "+": 2, "-": 2, ",": 2}.get(sign, 3)))
        depth += sum((char in "([") - (char in ")]") for char in part)
        for _ in range(part.count("‖")):
            depth += -1 if is_norm else 1
            is_norm = not is_norm
        before = part.rstrip()[-1:]
    return [*ranks, (depth, 0)]


def pieces(text: str, width: int, patterns: Sequence[Pattern[str]]) -> Iterator[str]:
    """The pieces of a text by the first pattern; those that are wider than a line by the next ones."""
    for part in patterns[0].findall(text):
        if len(patterns) == 1 or cell_len(part.rstrip()) <= width:
            yield part
        else:
            yield from pieces(part, width, patterns[1:])


def make_console(stream: TextIO, width: int | None = None) -> Console:
    """A console for a stream: escape codes only where they are wanted.

    The width is the given one, else COLUMNS, else the terminal's, else 80.
    """
    colour = wants_colour(stream)
    return Console(
        file=stream,
        width=width or stream_width(stream, is_terminal(stream)),
        force_terminal=colour,
        force_jupyter=False,
        color_system=None if not colour else "standard" if is_forced(stream) else "auto",
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def stream_width(stream: TextIO, terminal: bool) -> int:
    """Columns: COLUMNS where it is a number, else the terminal's, else 80; some terminals report 0 columns."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and 0 < len(wanted) < 5 and int(wanted) > 0:
        return max(20, int(wanted))
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if terminal else 0
        return max(20, columns) if columns > 0 else PIPED_COLUMNS
    except (OSError, ValueError, AttributeError):
        return PIPED_COLUMNS


class Page:
    """A console, and how things are written on it: in Unicode or in ASCII."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.unicode = console.encoding.lower().startswith("utf")
        self.style: Style = "pretty" if self.unicode else "text"
        self.missing = "—" if self.unicode else "-"

    def text(self, text: str, style: str = "", kind: type[Text] | None = None) -> Text:
        """User's or our text as rich `Text`: harmless, and in the language and the characters that are to be had."""
        text = translated(text)
        text = sanitize(text) if "\n" not in text else "\n".join(map(sanitize, text.split("\n")))
        kind = kind or (Formula if style == SYMBOL else Text)
        if not self.unicode:
            parts = text.translate(_ASCII).split(NO_BREAK)
            text = (" " if kind is Text else NO_BREAK).join(encodable(part, self.console.encoding) for part in parts)
        return kind(text, style=style, overflow="fold")

    def line(self, text: str = "", style: str = "") -> None:
        """One paragraph; `x = 0` stays on one line."""
        if style != SYMBOL:
            text = _RELATION.sub(f"{NO_BREAK}\\1{NO_BREAK}", text)
        self.put(self.text(text, style, Formula if style == SYMBOL else Sentence))

    def put(self, text: Text) -> None:
        """A text in the lines that it folds into; rich itself would join it to a `Text` that folds anywhere."""
        for line in text.wrap(self.console, self.console.width):
            self.console.print(line)

    def show(self, table: Table) -> None:
        self.console.print(table)

    def width(self, text: str) -> int:
        """Columns of the widest line of a text on this page."""
        return max(map(Text.cell_len.fget, self.text(text).split("\n")), default=0)  # type: ignore[attr-defined]

    def label(self, name: str) -> str:
        return spell(name, self.style)

    def partial(self, above: str, below: str, order: str = "") -> str:
        """`∂f/∂x1`, `∂²f/∂x1∂x2` (then `below` is both names with a ∂ between)."""
        return f"∂{order}{self.label(above)}/∂{below}"

    def number(self, value: Value) -> str:
        return value_text(value, self.missing)

    def table(self, *headers: str, lines: bool = False) -> Table:
        """An empty table; the first column holds labels."""
        frame = box.ROUNDED if self.unicode else box.ASCII
        table = Table(box=frame, show_lines=lines, safe_box=False, header_style=FAINT, border_style=FAINT)
        for header in headers:
            table.add_column(self.text(header), overflow="fold")
        return table

    def show_rows(self, headers: Sequence[str], rows: Sequence[Row]) -> None:
        """A table with these rows of (text, style); thousands as plain lines."""
        if len(rows) > MOST_ROWS:
            self.listing(rows)
            return
        table = self.table(*headers)
        cells = [[self.text(text, style) for text, style in row] for row in rows]
        for place, width in self.kept_widths(cells).items():
            table.columns[place].min_width = width
            table.columns[place].no_wrap = True
        for row in cells:
            table.add_row(*row)
        table.show_lines = self.natural_width(cells) > self.console.width  # keep folded rows apart
        self.show(table)

    def natural_width(self, cells: Sequence[Sequence[Text]]) -> int:
        """Columns that a table of these cells takes when none of them folds."""
        widths = [max(len(cell.plain) for cell in column) for column in zip(*cells, strict=True)]
        return sum(widths) + 3 * len(widths) + 1

    def kept_widths(self, cells: Sequence[Sequence[Text]]) -> dict[int, int]:
        """Columns whose numbers must not be broken, and their widths: values, then factors, as far as there is room."""
        count = len(cells[0]) if cells else 0
        room = self.console.width - 3 * count - 1
        kept: dict[int, int] = {}
        for style in (VALUE, FACTORS):
            places = [place for place in range(count) if any(row[place].style == style for row in cells)]
            widths = {place: max(row[place].cell_len for row in cells) for place in places}
            others = count - len(kept) - len(widths)
            if sum(kept.values()) + sum(widths.values()) + SYMBOL_COLUMNS * others <= room:
                kept |= widths
        return kept

    def listing(self, rows: Sequence[Row]) -> None:
        """Rows as lines, columns two spaces apart: what rich would need minutes for."""
        plain = [[str(self.text(text)) for text, _ in row] for row in rows]
        widths = [min(40, max(map(len, column))) for column in zip(*plain, strict=True)]
        for row in plain:
            line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
            self.console.file.write(line.rstrip() + "\n")

    def reading(self, result: Result) -> None:
        """How the input was read: the function, the point, the constants, the value."""
        reading = result.reading
        lines = [shortened(line) for line in reading_lines(reading, self.style)]
        at = self.point_line(reading)
        if at and len(lines) == 1 and self.width(lines[0]) + len(at) + 3 <= self.console.width:
            lines[0] += f"   {at}"
        elif at:
            lines.append(at)
        constants = constant_texts(reading, self.style)
        lines += [f"with {', '.join(shorter_list(constants))}"] if constants else []
        lines += variable_shape_texts(reading)
        for line in lines:
            self.put(self.text(line, kind=Sentence))
        self.values(result)
        self.line()

    def point_line(self, reading: Reading) -> str:
        texts = point_texts(reading, self.style)
        return f"at {', '.join(shorter_list(texts))}" if texts else ""

    def values(self, result: Result) -> None:
        """The function's value, or the values of its components."""
        if result.value is None:
            return
        if isinstance(result, Jacobian):
            # one function whose value is an array has one label
            whole = len(result.functions) == 1 and len(result.value) != 1
            found: Any = result.value
            values = ([list(v) if isinstance(v, tuple) else v for v in found],) if whole else found
            pairs = zip(result.functions, values, strict=True)
            texts = [f"{self.label(name)} = {self.number(value)}" for name, value in pairs]
        else:
            texts = [f"{self.label(result.reading.output)} = {self.number(result.value)}"]
        self.line(f"value: {', '.join(shorter_list(texts))}", VALUE)

    def heading(self, name: str, words: str) -> None:
        self.line(f"{name} — {words}", HEADING)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Each problem once."""
        for problem in told_once(problems):
            self.line(f"! {problem_text(problem, self.style)}", PROBLEM)

    def remarks(self, result: Result) -> None:
        """What stands beneath: definitions, accuracy, assumptions, notes, problems."""
        for place, text in enumerate(definition_texts(result, self.style)):
            self.line(f"{'with' if place == 0 else '    '} {text}", SYMBOL)
        self.line(accuracy_words(result.numbers, list(stated_errors(getattr(result, "error", None)))), FAINT)
        for text in (*result.assumptions, *result.numbers.notes):
            self.line(text, FAINT)
        self.problems(result.numbers.problems)
        for study in result.numbers.studies:
            show_study(study, self)


def shortened(text: str) -> str:
    """A text of any length as far as it is worth repeating."""
    if len(text) <= MOST_READING:
        return text
    return f"{text[: MOST_READING // 2]} … {text[-80:]}   ({len(text):,} characters)"


def shorter_list(texts: Sequence[str]) -> list[str]:
    """The first texts and the last, where there are many."""
    return list(texts) if len(texts) <= MOST_POINT else [*texts[: MOST_POINT - 2], "…", texts[-1]]


def show_study(study: Study, page: Page) -> None:
    """A table of the steps, with a bar for the error of each: the shorter, the better."""
    from gradcli.render.studies import error_bars, short, study_title

    page.line()
    page.line(study_title(study), "bold")
    bars = error_bars([error for _, _, error in study.rows])
    if not page.unicode:
        bars = [bar.replace("█", "#") for bar in bars]
    rows = [
        [(short(step), ""), (write_number(slope), "bold"), (short(error), ""), (bar, "cyan")]
        for (step, slope, error), bar in zip(study.rows, bars, strict=True)
    ]
    if rows:
        page.show_rows(("step", "slope", "error", "error on a logarithmic scale"), rows)
