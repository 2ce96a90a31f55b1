r"""LaTeX -> the same tokens as plain text, so that one parser reads both; places are those of the LaTeX text.

A fraction becomes `(a) \frac (b)` with an operator of its own that binds tightest; braces become round brackets;
letters are names of their own (`UV` is U times V), words stand in \text, \mathrm or \operatorname.
What cannot be read becomes a BAD token whose error the parser raises when it comes to it: nothing is ever skipped.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from gradcli import limits
from gradcli.problems import GradcliError, Span
from gradcli.text import latex_derivatives as derivatives
from gradcli.text import latex_forms as forms
from gradcli.text import latex_words as words
from gradcli.text import tokens as kind
from gradcli.text.latex_words import FUNCTIONS, GREEK, IGNORED, VARIANTS
from gradcli.text.tokens import Meanings, Spelled, Tokens, canonical_name, check_length, classify, exact_number, quoted

if TYPE_CHECKING:
    from gradcli.problems import Source


def cut_latex(source: Source, begin: int, end: int, lines: bool = False, spelled: Spelled | None = None) -> Tokens:
    """The tokens of the LaTeX text from `begin` to `end`. `lines`: a line end outside of brackets ends a statement.

    Raises `syntax` for braces and environments that do not match, `limit` for too long a text.
    """
    check_length(source)
    text = source.text
    if begin == 0 and text.startswith("\ufeff"):
        begin = 1
    pieces: list[str] = words.PIECE.findall(text, begin, end)
    if len(pieces) > limits.TOKENS:
        raise GradcliError(
            "limit",
            f"a text may have {limits.TOKENS} names, numbers and signs",
            Span(source, begin, end),
            "give the function as a shorter program",
        )
    spelled = spelled or Spelled()
    spelled.used = True
    return Translator(source, pieces, begin, end, lines, spelled).translate()


class Translator:
    """Goes through the pieces once. `here` is the next piece; `groups` says what to do at each closing brace."""

    def __init__(self, source: Source, pieces: list[str], begin: int, end: int, lines: bool, spelled: Spelled) -> None:
        self.source, self.pieces, self.end, self.lines, self.spelled = source, pieces, end, lines, spelled
        edges = list(accumulate(map(len, pieces), initial=begin))
        self.starts, self.ends = edges[:-1], edges[1:]
        self.meanings = Meanings({}, {}, {}, {})
        self.out = Tokens(source, [], [], [], [], self.meanings, True, spelled)
        self.groups: list[tuple[str, int, str]] = []
        self.fonts: list[bool] = []  # for each group, whether its text was bold when it opened
        self.bold = False
        self.here = 0
        self.script_end = -1  # how many tokens there were when an exponent ended
        self.called = False  # the name just put out is a function, and the bracket that follows is its own
        self.closers: dict[int, int] | None = None

    def translate(self) -> Tokens:
        """All tokens, closed by an END."""
        while self.here < len(self.pieces):
            piece = self.pieces[self.here]
            handler = forms.COMMANDS.get(piece)
            handler(self, piece) if handler else self.other(piece)
        if self.groups:
            _, here, piece = self.groups[-1]
            closer = piece.replace("begin", "end") if piece.startswith("\\begin") else "}"
            raise self.error(here, f"{quoted(piece)} is never closed", f"write {closer} where it ends")
        self.drop_stops()
        self.put_at(kind.END, "", self.end, self.end)
        return self.out

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

    def leave_group(self) -> tuple[str, int, str]:
        """The group that ends."""
        self.bold = self.fonts.pop()
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
            if self.bold:
                self.spelled.bold.add(called)
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

    def error(self, here: int, message: str, hint: str | None = None) -> GradcliError:
        """An error at a piece."""
        return GradcliError("latex", message, Span(self.source, self.starts[here], self.ends[here]), hint)

    # ---------------------------------------------------------------- looking ahead

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What a pattern finds at the next piece, whose pieces are then done."""
        begin = self.starts[self.here] if self.here < len(self.pieces) else self.end
        match = pattern.match(self.source.text, begin, self.end)
        if match:
            self.skip_to(match.end())
        return match

    def skip_to(self, place: int) -> None:
        """Be done with the text up to a place; a piece that is cut in two keeps its rest."""
        while self.here < len(self.pieces) and self.ends[self.here] <= place:
            self.here += 1
        if self.here < len(self.pieces) and self.starts[self.here] < place:
            self.pieces[self.here] = self.pieces[self.here][place - self.starts[self.here] :]
            self.starts[self.here] = place

    def skip_blanks(self) -> str:
        """The next piece that is no blank; empty at the end."""
        while self.here < len(self.pieces) and (
            self.pieces[self.here][0] in " \t\r\n~%" or self.pieces[self.here] in IGNORED
        ):
            self.here += 1
        return self.pieces[self.here] if self.here < len(self.pieces) else ""

    # ---------------------------------------------------------------- groups

    def argument(self, action: str, owner: int) -> None:
        """An argument in braces, or of one digit, letter or symbol; `action` says what follows it."""
        piece = self.skip_blanks()
        owned = self.pieces[owner]
        if piece == "{":
            self.open_group(action, owner, owned)
            self.here += 1
            start = self.starts[owner if action == "numerator" else self.here - 1]
            self.put_at(kind.OPEN, "(", start, self.ends[self.here - 1])
            return
        if piece[:1] == "\\" and piece[1:] in words.FONTS | words.WORDS | words.ACCENTS:
            self.styled_argument(action, owner, piece)
            return
        name = self.symbol(piece)
        if not piece or not (piece.isalnum() or name):
            raise self.error(owner, f"{quoted(owned)} needs an argument", f"write {owned}{{...}}")
        start = self.starts[self.here]
        self.put_at(kind.OPEN, "(", start, start)
        if piece[0].isdigit():
            if len(piece) > 1 and owned == "^":
                raise self.error(self.here, "an exponent of several digits needs braces", f"write ^{{{piece}}}")
            self.skip_to(start + 1)
            self.put_number(piece[0], start, start + 1)
        else:
            self.here += 1
            self.put_name(name or piece, start)
        end = self.starts[self.here] if self.here < len(self.pieces) else self.end
        self.finish(action, end, owner)

    def styled_argument(self, action: str, owner: int, piece: str) -> None:
        r"""An argument without braces in a font of its own: `^\mathbf{x}`."""
        start = self.starts[self.here]
        self.put_at(kind.OPEN, "(", start, start)
        forms.font(self, piece[1:], start)
        self.finish(action, self.ends[self.here - 1], owner)

    def finish(self, action: str, end: int, owner: int) -> None:
        """What follows an argument that ends at `end`."""
        if action == "bare":
            self.drop_stops()
            return
        inside = action == "numerator of request"
        self.put_at(kind.CLOSE, ")", end - inside, end - inside)
        if action == "numerator":
            self.put_at(kind.OPERATOR, "\\frac", self.starts[owner], self.ends[owner])
            self.argument("denominator", owner)
        elif action == "script":
            self.script_end = len(self.out.kinds)
        elif action == "braced":
            self.take(words.SUBSCRIPT)
            self.take(words.SUPERSCRIPT) if self.pieces[owner] == "\\overbrace" else None
        elif action == "chosen from":
            self.put_at(kind.COMMA, ",", end, end)
            self.argument("chosen", owner)
        elif action == "chosen":
            self.put_at(kind.CLOSE, ")", end, end)
        elif action == "numerator of request":
            derivatives.skip_denominator(self, owner)
        elif action.startswith("root"):  # x**(1/n)
            index = action.removeprefix("root")
            self.put_all(("**", "(", "1", "/", index, ")", ")"), end, end)

    def put_all(self, texts: tuple[str, ...], start: int, end: int) -> None:
        """Several tokens in one place, which were not typed one by one."""
        for text in texts:
            self.put_at(classify(text), text, start, end)

    def symbol(self, piece: str) -> str | None:
        """The name of a letter command such as `\\alpha`, None for any other."""
        word = piece[1:] if piece[:1] == "\\" else ""
        return VARIANTS.get(word) or (word if word in GREEK else None)

    # ---------------------------------------------------------------- one method for each kind of piece

    def other(self, piece: str) -> None:
        """Letters, numbers and signs as they are, and commands without arguments."""
        if piece in (r"\quad", r"\qquad"):
            forms.wide_space(self)
        elif (
            piece == r"\,"
            and self.groups == []
            and (match := words.DIFFERENTIAL_END.match(self.source.text, self.ends[self.here], self.end))
        ):
            derivatives.differential(self, match.end())
        elif piece[0] in " \t\r\n~%\f\v" or piece in IGNORED:
            if self.lines and "\n" in piece and piece[0] != "%" and not self.groups:
                self.drop_stops()
                self.put(kind.NEWLINE, piece)
            else:
                self.here += 1
        elif (
            piece == "d"
            and self.at_start()
            and (match := words.QUOTIENT.match(self.source.text, self.ends[self.here], self.end))
        ):
            derivatives.plain_quotient(self, match)
        elif piece in "∑∏" or (piece == "Σ" and self.source.text[self.ends[self.here] : self.end].lstrip()[:1] == "_"):
            forms.reduction(self, "prod" if piece == "∏" else "sum")
        elif self.symbol(piece) or (len(piece) == 1 and piece.isalpha() and classify(piece) == kind.NAME):
            self.letter(self.symbol(piece) or piece)
        elif piece[0] == "\\":
            forms.command(self, piece)
        elif piece in words.PLAIN or piece in words.BRACKETED:
            self.word(piece)
        elif (piece.isascii() and piece[-1].isdigit()) or classify(piece) == kind.NUMBER:
            start, end = self.starts[self.here], self.ends[self.here]
            self.here += 1
            self.put_number(piece, start, end)
        elif piece == "...":
            self.put_bad(*words.REFUSED["cdots"])
        elif piece in (";", "；"):
            self.drop_stops()
            self.put(kind.SEMICOLON, ";")
        elif piece in kind.STOPS:
            self.put(kind.COMMA if piece in ",，、" else kind.BAD, piece)
        elif piece in "⟨⟩":
            forms.angle(self, piece)
        elif piece in "∇∂":
            derivatives.nabla(self, piece)
        elif piece == ":" and self.take_mapping():
            return
        elif classify(piece) in (kind.BAD, kind.NAME, kind.STRING):
            self.put_bad(
                f"{quoted(piece)} is not part of the language", "leave it out; letters and \\text{word} are names"
            )
        else:
            self.put(classify(piece), piece)

    def take_mapping(self) -> bool:
        r"""`f: \\mathbb{R}^n \\to \\mathbb{R}`: where a function lives says nothing more."""
        start = self.starts[self.here]
        match = words.MAPPING.match(self.source.text, self.ends[self.here], self.end)
        if match is None:
            return False
        self.skip_to(match.end())
        text = self.source.text[start : match.end()]
        self.spelled.members[text] = None
        self.put_at(kind.MEMBER, text, start, match.end())
        return True

    def letter(self, name: str, start: int | None = None, done: bool = False) -> None:
        """A name of one letter (or word) with its index; before a bracket a function or a factor."""
        if start is None:
            start = self.starts[self.here]
        self.here += not done
        if name == "Delta" and not done and (match := self.take(words.ONE_LETTER)):
            name += match[1]  # one quantity
        if name in words.CALLED and (
            match := words.DERIVED.match(self.source.text, self.ends[self.here - 1], self.end)
        ):
            derivatives.derived(self, name, match)
            return
        name = self.indexed(name + self.digits(name, done))
        if match := self.take(words.OPEN_INDEX):
            self.put_name(name, start)
            self.entry()
            return
        called = name in words.CALLED or (len(name) > 1 and done and name.isalpha() and name not in GREEK)
        if called and self.take(words.BRACKET):
            self.put_call(words.GREEK_FUNCTIONS.get(name, name), start)
        else:
            self.put_name(name, start)

    def digits(self, name: str, done: bool) -> str:
        """The digits right behind a letter, in a text without dollar signs: `x1` is a name there, as in plain text."""
        here = self.here
        if not self.lines or done or here >= len(self.pieces) or not self.pieces[here].isdecimal():
            return ""
        if self.starts[here] != self.ends[here - 1] or self.pieces[here - 1][0] == "\\":
            return ""
        self.here += 1
        return self.pieces[here]

    def indexed(self, name: str) -> str:
        """A name with the lower and the upper index that follow it: `x_1`, `x_{ij}`, `W^{(1)}` (as `W__1`)."""
        for _ in range(2):
            if match := self.take(words.INDEX):
                index = next(group for group in match.groups() if group)
                if index[0] == "\\":
                    index = self.symbol(index) or index[1:]
                name += "_" + "".join(index.replace(",", "").split())
            elif self.here < len(self.pieces) and self.pieces[self.here][0] in "₀₁₂₃₄₅₆₇₈₉":
                name += self.pieces[self.here]
                self.here += 1
            elif match := self.take(words.UPPER_INDEX):
                name += "__" + match[1].removeprefix("\\")
        return name

    def entry(self) -> None:
        """An index that is an expression: the brace is open, and what is in it goes into square brackets."""
        start, end = self.starts[self.here - 1], self.ends[self.here - 1]
        self.open_group("entry", self.here - 1, "{")
        self.put_at(kind.OPEN_SQUARE, "entry", start, end)

    def word(self, piece: str) -> None:
        """A function word without a backslash: sin(x), ln x; right before a letter it is an error."""
        start, name = self.starts[self.here], FUNCTIONS.get(piece, piece)
        after = self.source.text[self.ends[self.here] : self.ends[self.here] + 1]
        if after.isalpha():
            rest = words.FACTORS.match(self.source.text, self.ends[self.here], self.end)
            argument = rest[0].strip() if rest else after
            spelt = f"\\{piece} {argument}" if piece in words.PLAIN else f"\\operatorname{{{piece}}}({argument})"
            hint = f"write {spelt}, or blanks between letters that are factors"
            self.put_bad(
                f"'{piece}{argument}' can be read in two ways: the function {piece}, or letters side by side", hint
            )
            return
        self.here += 1
        if after == "_" and piece in ("sum", "prod", "max", "min"):
            self.here -= 1
            forms.reduction(self, piece)
        elif self.take(words.BRACKET):
            self.put_call(name, start)
        else:
            self.function(name, start)

    def function(self, name: str, start: int) -> None:
        """A function, its name done: with a power (`\\sin^2 x`), with brackets or without."""
        if name in ("log", "ln") and (match := self.take(words.LOG_BASE)):
            base = match[1] or match[2]
            name = f"log{base}" if base in ("2", "10") else f"log_{base}"
        power = self.take(words.FUNCTION_POWER)
        following = self.skip_blanks()
        if following in ("^", "_"):
            raise self.script_error(name, following)
        if not power and not name.startswith("log_") and self.take(words.BRACKET):
            self.put_call(name, start)
            return
        text = name + (f"^{power[1] or power[2]}" if power else "")
        self.meanings.names[name] = name
        self.put_at(kind.APPLY, text, start, self.ends[self.here - 1])

    def script_error(self, name: str, following: str) -> GradcliError:
        """The error of an index or of a power that a function cannot have."""
        place = self.here
        if self.take(words.INVERSE):
            arc = {"log": "exp", "ln": "exp", "exp": "log"}.get(name, f"a{name}")
            message = f"{name}^{{-1}} can be read in two ways: the inverse function, or one over {name}"
            error = self.error(place, message, f"write {arc}(x) or 1/{name}(x)")
            error.code = "ambiguous"
            return error
        hint = f"write \\{name}(x)^{{...}} for a power, and \\arc{name} x for the inverse"
        message = f"{quoted(following)} cannot be read here, after the function {name}"
        return self.error(place, message, words.SCRIPT_HINTS.get(name, hint))
