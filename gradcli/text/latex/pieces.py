"""The pieces of a LaTeX text, and the tokens that are put out for them: where a translation stands."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import cached_property, lru_cache
from itertools import accumulate

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import BOLD, latex_translation
from gradcli.text.latex import words
from gradcli.text.latex.words import GREEK, IGNORED, VARIANTS
from gradcli.text.tokens import Meanings, Tokens, canonical_name, classify, exact_number, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from gradcli.problems import Source
    from gradcli.text.tokens import Spelled


_DIFFERENTIAL: Final = r"\s*(?:d|\\mathrm\s*\{?\s*d)\s*\}?\s*\\?[A-Za-z]"
_PRESENTATION: Final = re.compile(
    r"(?P<row>\\\\)"  # the backslash behind it begins no command
    rf"|\\[;:>! \n]|\\,(?!{_DIFFERENTIAL})(?!(?<=[0-9]\\,)[0-9])"
    rf"|\\(?:{'|'.join(words.DRAWN)})(?![A-Za-z])"
    rf"|\\(?:{'|'.join(words.SKIPPED)})(?![A-Za-z])\*?\s*(?:\[[^][{{}}$]*\]\s*)?\{{[^{{}}$]*\}}"
    r"|(?<![\\&])\#[^\n]*|\\m?kern\s*-?[0-9.]+\s*[a-z]{2}|\\math(?:it|normal)(?=\s*\{\s*(?:[A-Za-z]|\\[A-Za-z]+)\s*\})"
    r"|\{\s*\}(?=\s*(?:[-+=<>&,.;)$]|\\[])]|\\end|\Z))|(?<=[-+=<>&(,;])\{\s*\}(?!\s*[_^])"
    r"|(?<=\\operatorname)\*|(?P<sign>\\[^A-Za-z])|~|%[^\n]*"
)
"""What changes how a formula looks and not what it is; other commands of one sign (`\\%`) are passed over."""
_LISTED: Final = re.compile(
    r"(?<=\()\s*([A-Za-z])_\{?1\}?\s*,\s*(?:\1_\{?2\}?\s*,\s*)?\\[lc]?dots[a-z]?\s*,\s*\1_(?:\{[A-Za-z]\}|[A-Za-z])"
    r"(?=\s*\)\s*:?=)"
)
r"""The entries of a header, `f(x_1, \dots, x_n) =`: those of x."""
_POWER_OF_TEN: Final = re.compile(r"(?<=[0-9])\\(?:text|mathrm)\s*\{\s*[eE]\s*\}\s*\{\s*([-+]?[0-9]{1,4})\s*\}")
r"""`1.5\mathrm{e}{-3}`: a number as computers print it."""
_RAISED_PRIMES: Final = re.compile(r"\^\s*(?:'|\{\s*(?:('+)|(?:\\prime\s*){2,})\s*\})")
r"""`f^{'}(x)`: the prime stands high by itself; `f^{\prime\prime}`."""
_RAISED_EXP: Final = re.compile(r"\s*\^\s*\{\s*((?!\d+\s*\})(?:[^{}]|\{[^{}]*\})*?)\s*\}")
_BARS: Final = re.compile(r"\\vert\s*\\vert(?![A-Za-z])")
"""A double bar of two single ones, which is read as `||` is."""
_SIDED_BAR: Final = re.compile(r"\\([lr])vert(?![A-Za-z])")


@lru_cache(maxsize=8)
def drawn_plainly(text: str) -> str:
    """A LaTeX text with blanks in place of what only changes how it looks; every other sign stays where it was.

    The parts of a text in dollar signs ask for it one by one.
    """
    if not text.isascii():
        text = text.translate(latex_translation())
    if "dots" in text:
        text = _LISTED.sub(lambda found: found[1].ljust(len(found[0])), text)
    if "^" in text and ("'" in text or "\\prime" in text):
        text = _RAISED_PRIMES.sub(lambda found: (found[1] or "''"[found[0][-1] == "'" :]).ljust(len(found[0])), text)
    text = _POWER_OF_TEN.sub(_exponent, _PRESENTATION.sub(_blank, text))
    text = _BARS.sub(lambda found: "||".ljust(len(found[0])), text)
    return _with_norms(text) if "\\lvert" in text else text


def _with_norms(text: str) -> str:
    r"""The text with double bars where two pairs stand side by side: `\lvert\lvert x\rvert\rvert`."""
    opened: list[re.Match[str]] = []
    inner: tuple[re.Match[str], re.Match[str]] | None = None  # the pair that was closed last
    for bar in _SIDED_BAR.finditer(text):
        if bar[1] == "l":
            opened.append(bar)
            continue
        outer = opened.pop() if opened else bar
        between = text[outer.end() : inner[0].start()] + text[inner[1].end() : bar.start()] if inner else "|"
        if inner and not between.replace("\\left", "").replace("\\right", "").strip():
            for side, first, last in (("l", outer, inner[0]), ("r", inner[1], bar)):
                double = f"\\{side}Vert".ljust(last.end() - first.start())
                text = text[: first.start()] + double + text[last.end() :]
            inner = None
        else:
            inner = outer, bar
    return text


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    return found if match["row"] or match["sign"] else " " * len(found)


def _exponent(match: re.Match[str]) -> str:
    return f"e{match[1]}".ljust(len(match[0]))


@lru_cache(maxsize=8)
def headers_of(text: str) -> Mapping[str, str]:
    """The letters that a text defines as functions, each with what stands in its brackets."""
    return {match[1].lstrip("\\"): match[2] for match in words.HEADED.finditer(text)}


class Pieces(ABC):
    """The pieces, gone through once. `here` is the next piece; `groups` says what to do at each closing brace."""

    def __init__(
        self, source: Source, text: str, pieces: list[str], begin: int, end: int, lines: bool, spelled: Spelled
    ) -> None:
        self.source, self.text, self.pieces, self.end = source, text, pieces, end
        self.lines, self.spelled = lines, spelled
        edges = list(accumulate(map(len, pieces), initial=begin))
        self.starts, self.ends = edges[:-1], edges[1:]
        self.meanings = Meanings({}, {}, {}, {})
        self.out = Tokens(source, [], [], [], [], self.meanings, True, spelled)
        self.groups: list[tuple[str, int, str]] = []
        self.fonts: list[bool] = []  # for each group, whether its text was bold when it opened
        self.begins: list[int] = []  # for each group, how many tokens there were when it opened
        self.halved: set[int] = set()  # the depths of the groups that \over parts
        self.bold = self.arrow = False
        self.here = 0
        self.script_end = -1  # how many tokens there were when an exponent ended
        self.integrals = 0
        self.turned = False  # the name that is being read has a T within its upper index
        self.raised = (-1, -1)  # what is raised behind the name of a header, and only part of the name
        self.called = False  # the name just put out is a function, and the bracket that follows is its own
        self.closers: dict[int, int] | None = None
        self.bare: dict[int, int] = {}  # the brace that ends an exponent without braces, and its circumflex

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The letters that the text defines as functions, each with what stands in its brackets."""
        return headers_of(self.text)

    @cached_property
    def primed(self) -> frozenset[str]:
        """The letters that a header has with a prime: `x'` is a variable of its own there."""
        return frozenset(name for inside in self.headers.values() for name in words.PRIMED_LETTER.findall(inside))

    @cached_property
    def plain(self) -> bool:
        """Whether nothing but braces or signs of sums makes LaTeX of the text: words are names there."""
        return self.lines and "\\" not in self.source.text

    def drop_stops(self) -> None:
        """Forget the full stop or the comma that ends a formula in a sentence."""
        out = self.out
        while out.kinds and out.texts[-1] in kind.STOPS and out.kinds[-1] in (kind.BAD, kind.COMMA):
            for column in out[1:5]:
                del column[-1]

    def at_start(self) -> bool:
        """Whether a statement, or a side of an equation, begins here."""
        return not self.out.kinds or self.out.kinds[-1] in (kind.SEMICOLON, kind.NEWLINE, kind.EQUALS)

    def closing(self, here: int) -> int | None:
        """The piece that closes the brace at a piece; all are found at once, when one is asked for first."""
        if self.closers is None:
            self.closers, opened = {}, []
            for place, piece in enumerate(self.pieces):
                if piece == "{":
                    opened.append(place)
                elif piece == "}" and opened:
                    self.closers[opened.pop()] = place
        return self.closers.get(here)

    def open_group(self, action: str, owner: int, owned: str) -> None:
        """Remember what a brace or an environment is for; fonts hold to its end."""
        self.groups.append((action, owner, owned))
        self.fonts.append(self.bold)
        self.begins.append(len(self.out.kinds))

    def leave_group(self) -> tuple[str, int, str]:
        """The group that ends."""
        self.bold = self.fonts.pop()
        self.begins.pop()
        return self.groups.pop()

    # ---------------------------------------------------------------- putting tokens out

    def put(self, what: int, text: str, width: int = 1) -> None:
        """A token in the place of the next `width` pieces, which are then done (0: the place of the piece before)."""
        start = self.starts[self.here] if width else self.ends[self.here - 1]
        self.here += width
        self.put_at(what, text, start, self.ends[self.here - 1])

    def put_at(self, what: int, text: str, start: int, end: int) -> None:
        """A token in a place."""
        out = self.out
        if what == kind.OPEN and out.kinds and out.kinds[-1] == kind.NAME and not self.called:
            self.put_at(kind.JUXTAPOSE, "", start, end)
        self.called = False
        out.kinds.append(what)
        out.texts.append(text)
        out.starts.append(start)
        out.ends.append(end)

    def put_name(self, name: str, start: int) -> None:
        """A name that ends where the pieces done so far end."""
        end = self.ends[self.here - 1]
        try:
            self.meanings.names[name] = called = canonical_name(name)
            if called != name and name.isascii():
                self.spelled.indexed.add(called)
            if self.bold or (not self.source.text.isascii() and BOLD.match(self.source.text, start)):
                self.spelled.bold.add(called)
            if self.arrow:
                self.spelled.arrows.add(called)
        except GradcliError as error:
            self.meanings.wrong[name] = error
            self.put_at(kind.BAD, name, start, end)
        else:
            self.put_at(kind.NAME, name, start, end)

    def put_call(self, name: str, start: int) -> None:
        """A function's name with an opening bracket, which is the piece before."""
        self.put_name(name, start)
        self.called = True
        end = self.ends[self.here - 1]
        self.put_at(kind.OPEN, "(", end - 1, end)

    def put_number(self, text: str, start: int, end: int) -> None:
        """A number."""
        try:
            self.meanings.numbers[text] = exact_number(text)
        except GradcliError as error:
            self.meanings.wrong[text] = error
        self.put_at(kind.BAD if text in self.meanings.wrong else kind.NUMBER, text, start, end)

    def put_bad(self, message: str, hint: str | None = None) -> None:
        """The piece as an error that the parser raises when it comes to it."""
        piece = self.pieces[self.here]
        self.meanings.wrong[piece] = GradcliError("latex", message, hint=hint)
        self.put(kind.BAD, piece)

    def note(self, text: str) -> None:
        """Keep what the answer has to tell about the reading, once."""
        if text not in self.spelled.notes:
            self.spelled.notes.append(text)

    def error(self, here: int, message: str, hint: str | None = None) -> GradcliError:
        """An error at a piece."""
        return GradcliError("latex", message, Span(self.source, self.starts[here], self.ends[here]), hint)

    # ---------------------------------------------------------------- looking ahead

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What a pattern finds at the next piece, whose pieces are then done."""
        match = self.ahead(pattern)
        if match:
            self.skip_to(match.end())
        return match

    def ahead(self, pattern: re.Pattern[str], here: int | None = None) -> re.Match[str] | None:
        """What a pattern finds at a piece, at the next one where none is given."""
        here = self.here if here is None else here
        return pattern.match(self.text, self.starts[here] if here < len(self.pieces) else self.end, self.end)

    def are_letters(self, word: str) -> bool:
        """Whether the word that stands here is cut into letters, as no part of it is a function."""
        return all(len(part) == 1 for part in self.pieces[self.here : self.here + len(word)])

    def skip_to(self, place: int) -> None:
        """Be done with the text up to a place; a piece that is cut in two keeps its rest."""
        while self.here < len(self.pieces) and self.ends[self.here] <= place:
            self.here += 1
        if self.here < len(self.pieces) and self.starts[self.here] < place:
            self.pieces[self.here] = self.pieces[self.here][place - self.starts[self.here] :]
            self.starts[self.here] = place

    def skip_blanks(self) -> str:
        """The next piece that is no blank; empty at the end."""
        self.here = self.behind_blanks(self.here)
        return self.pieces[self.here] if self.here < len(self.pieces) else ""

    def behind_blanks(self, here: int) -> int:
        """The first piece from a piece on that is no blank."""
        while here < len(self.pieces) and (self.pieces[here].isspace() or self.pieces[here] in IGNORED):
            here += 1
        return here

    def put_all(self, texts: tuple[str, ...], start: int, end: int) -> None:
        """Several tokens in one place, which were not typed one by one."""
        for text in texts:
            self.put_at(classify(text), text, start, end)

    # ---------------------------------------------------------------- names

    def symbol(self, piece: str) -> str | None:
        """The name of a letter command such as `\\alpha`, or of a letter with an accent; None for any other."""
        if len(piece) > 1 and piece[-1] > "\u02ff" and piece[0].isalpha():  # x and a bar above it
            return piece
        word = piece[1:] if piece[:1] == "\\" else ""
        return VARIANTS.get(word) or (word if word in GREEK else None)

    def function(self, name: str, start: int) -> None:
        """A function, its name done: with a power (`\\sin^2 x`), with brackets or without."""
        based = False
        self.skip_blanks()
        if name in ("log", "ln") and (match := self.take(words.LOG_BASE)):
            base = match[1] or match[2]
            based = base not in ("2", "10")
            name = f"log_{base}" if based else f"log{base}"
        if name == "exp" and (match := self.ahead(_RAISED_EXP)):
            hint = f"write e^{{{match[1]}}} or \\exp({match[1]})"
            raise self.error(self.here, "'exp' has its exponent in brackets", hint)
        power = self.take(words.FUNCTION_POWER)
        self.leave_argument()
        following = self.skip_blanks()
        if following in ("^", "_"):
            raise self.script_error(name, following)
        if not power and not based and self.take(words.BRACKET):
            self.put_call(name, start)
            return
        text = name + (f"^{_plain_power(power[1] or power[2] or words.lowered(power[3]))}" if power else "")
        self.meanings.names[name] = name
        self.put_at(kind.APPLY, text, start, self.ends[self.here - 1])

    def inverse_error(self, name: str) -> GradcliError:
        r"""The error of `\sin^{-1} x`, whose exponent stands here."""
        place = min(self.here, len(self.pieces) - 1)
        message = f"{name}^{{-1}} can be read in two ways: the inverse function, or one over {name}"
        arc = words.INVERSES.get(name, f"a{name}" if name in words.FUNCTIONS else "")
        hint = f"write {arc}(x) or 1/{name}(x)" if arc else "write either function by its formula"
        error = self.error(place, message, hint)
        error.code = "ambiguous"
        return error

    def script_error(self, name: str, following: str) -> GradcliError:
        """The error of an index or of a power that a function cannot have."""
        place = self.here
        if self.take(words.INVERSE):
            self.here = place
            return self.inverse_error(name)
        hint = f"write \\{name}(x)^{{...}} for a power"
        if f"arc{name}" in words.FUNCTIONS:
            hint += f", and \\arc{name} x for the inverse"
        if name not in words.FUNCTIONS:
            hint = "write \\operatorname{f}(x) for a function without an index"
        message = f"{quoted(following)} cannot be read here, after the function {name}"
        return self.error(place, message, words.SCRIPT_HINTS.get(name, hint))

    # ---------------------------------------------------------------- what the kinds of pieces ask of one another

    @abstractmethod
    def go_on(self) -> None:
        """Translate all pieces from here on."""

    @abstractmethod
    def cut(self, text: str, spelled: Spelled | None = None) -> Tokens:
        """The tokens of a part that stands for itself: the bounds of an interval, the variable of a derivative."""

    @abstractmethod
    def leave_argument(self) -> None:
        """Leave out braces around the bracket of a function's argument."""

    @abstractmethod
    def argument(self, action: str, owner: int) -> None:
        """An argument in braces, or of one digit, letter or symbol; `action` says what follows it."""

    @abstractmethod
    def finish(self, action: str, end: int, owner: int) -> None:
        """What follows an argument that ends at `end`."""

    @abstractmethod
    def letter(self, name: str, start: int | None = None, done: bool = False) -> None:
        """A name of one letter (or word) with its index; before a bracket a function or a factor."""

    @abstractmethod
    def run_together(self, word: str, meant: str, what: str) -> None:
        """Letters that are a word to most, and a product to LaTeX, as an error."""

    @abstractmethod
    def other(self, piece: str) -> None:
        """Letters, numbers and signs as they are, and commands without arguments."""


def _plain_power(power: str) -> str:
    r"""`\frac{a}{b}` as `a/b`, without blanks."""
    if "frac" not in power:
        return "".join(power.split())
    sign, parts = "-" if power.startswith("-") else "", [sign for sign in power.partition("frac")[2] if sign.isalnum()]
    return sign + "/".join(parts)
