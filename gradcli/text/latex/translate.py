r"""LaTeX -> the same tokens as plain text, so that one parser reads both; places are those of the LaTeX text.

A fraction becomes `(a) \frac (b)` with an operator of its own that binds tightest; braces become round brackets;
letters are names of their own (`UV` is U times V), words stand in \text, \mathrm or \operatorname.
What cannot be read becomes a BAD token whose error the parser raises when it comes to it: nothing is ever skipped.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import GREEK as LETTERS
from gradcli.text.foreign.characters import LOWERED
from gradcli.text.foreign.words import CAPITALS as CALLED_WORDS
from gradcli.text.latex import bars, braces, calls, derivatives, fonts, forms, heads, reductions, rows, words
from gradcli.text.latex.pieces import Pieces, drawn_plainly
from gradcli.text.latex.words import FUNCTIONS, GREEK, IGNORED
from gradcli.text.tokens import Spelled, Tokens, check_length, classify, quoted

if TYPE_CHECKING:
    import re


def cut_latex(source: Source, begin: int, end: int, lines: bool = False, spelled: Spelled | None = None) -> Tokens:
    """The tokens of the LaTeX text from `begin` to `end`. `lines`: a line end outside of brackets ends a statement.

    Raises `syntax` for braces and environments that do not match, `limit` for too long a text.
    """
    check_length(source)
    text = drawn_plainly(source.text)
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
    return Translator(source, text, pieces, begin, end, lines, spelled).translate()


def step_name(text: str) -> str:
    """`t-1` as a part of a name: `tm1`."""
    return "".join(text.split()).replace("-", "m").replace("+", "p")


class Translator(Pieces):
    """Goes through the pieces once; each kind of piece has its method here or its function in `forms`."""

    def translate(self) -> Tokens:
        """All tokens, closed by an END."""
        heads.begin(self)
        self.go_on()
        if self.groups:
            _, here, piece = self.groups[-1]
            closer = piece.replace("begin", "end") if piece.startswith("\\begin") else "}"
            raise self.error(here, f"{quoted(piece)} is never closed", f"write {closer} where it ends")
        self.drop_stops()
        self.put_at(kind.END, "", self.end, self.end)
        return self.out

    def go_on(self) -> None:
        """Translate all pieces from here on."""
        while self.here < len(self.pieces):
            piece = self.pieces[self.here]
            handler = forms.COMMANDS.get(piece)
            handler(self, piece) if handler else self.other(piece)

    def cut(self, text: str, spelled: Spelled | None = None) -> Tokens:
        """The tokens of a part that stands for itself."""
        return cut_latex(Source(self.source.name, text), 0, len(text), False, spelled)

    # ---------------------------------------------------------------- groups

    def leave_argument(self) -> None:
        braces.leave_argument(self)

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
        self.put_at(kind.OPEN, "(", self.starts[owner] if action == "numerator" else start, start)
        if piece[0].isdigit():
            if len(piece) > 1 and owned == "^":
                raise self.error(self.here, "an exponent of several digits needs braces", f"write x^{{{piece}}}")
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
        fonts.font(self, piece[1:], start)
        self.finish(action, self.ends[self.here - 1], owner)

    def finish(self, action: str, end: int, owner: int) -> None:
        """What follows an argument that ends at `end`."""
        if action == "bare":
            self.drop_stops()
        if action in ("bare", "font", "letter"):
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
        elif action == "order":
            calls.first_argument_ends(self, end)
        elif action in bars.MACROS:
            bars.macro_ends(self, action, end)
        elif action == "chosen from":
            self.put_at(kind.COMMA, ",", end, end)
            self.argument("chosen", owner)
        elif action == "chosen":
            self.put_at(kind.CLOSE, ")", end, end)
        elif action == "numerator of request":
            derivatives.skip_denominator(self)
        elif action.startswith("root"):  # x**(1/n)
            index = words.root_parts(action.removeprefix("root"))
            self.put_all(("**", "(", "1", "/", "(", *index, ")", ")", ")"), end, end)

    # ---------------------------------------------------------------- one method for each kind of piece

    def other(self, piece: str) -> None:
        """Letters, words and signs as they are, and commands without arguments."""
        if piece.isspace() or piece in IGNORED:
            self.blank(piece)
        elif (self.groups and rows.bare_words(self)) or (self.plain and self.plain_call()):
            return
        elif self.symbol(piece) or (len(piece) == 1 and piece.isalpha() and classify(piece) == kind.NAME):
            self.single(piece)
        elif piece[0] == "\\":
            forms.command(self, piece)
        elif piece in words.PLAIN or piece in words.BRACKETED or piece in words.ALONE:
            self.word(piece)
        elif piece in words.SPELLED_GREEK:
            self.letter(piece) if self.plain else self.run_together(piece, f"\\{piece}", "a Greek letter")
        elif piece in words.SPELLED:
            self.run_together(piece, words.SPELLED[piece], "a word")
        else:
            self.sign(piece)

    def blank(self, piece: str) -> None:
        """What is not shown: passed, or the end of a line that ends a statement."""
        if self.lines and "\n" in piece and not self.groups:
            self.drop_stops()
            self.put(kind.NEWLINE, piece)
        else:
            self.here += 1

    def sign(self, piece: str) -> None:
        """A number, a stop, an operator or a bracket."""
        what = classify(piece)
        if (piece.isascii() and piece[-1].isdigit()) or what == kind.NUMBER:
            start, end = self.starts[self.here], self.ends[self.here]
            self.here += 1
            self.put_number(piece, start, end)
        elif piece in (";", "；"):
            self.drop_stops()
            self.put(kind.SEMICOLON, ";")
        elif piece in kind.STOPS:
            self.put(kind.COMMA if piece in ",，、" else kind.BAD, piece)
            calls.after_comma(self)
        elif what in (kind.BAD, kind.NAME, kind.STRING):
            message = f"{quoted(piece)} is not part of the language"
            self.put_bad(message, "leave it out; letters and \\text{word} are names")
        else:
            self.put(what, piece)

    def plain_call(self) -> bool:
        """A function by its plain name in a text without commands: `inv(X^{T} X)`. False where the word is none."""
        match = words.WORD_CALLED.match(self.text, start := self.starts[self.here])
        if not match or match[0] not in CALLED_WORDS:
            return False
        self.skip_to(match.end() + 1)
        self.put_call(FUNCTIONS.get(match[0], match[0]), start)
        return True

    def single(self, piece: str) -> None:
        """A letter, perhaps of a word that is spelled without a font."""
        if match := self.ahead(words.SHORT_GREEK):
            word = match[0]
            if self.plain:
                self.here += 1
                self.letter(word, match.start())
                return
            self.note(f"{word} is read as {'*'.join(word)}; \\{word} is the Greek letter")
        if self.at_start() and (match := self.title()):
            start = self.starts[self.here]
            self.skip_to(match.end(1))
            self.note(f"{match[1]} is one name")
            self.letter(match[1], start, done=True)
            return
        if calls.bare_word(self):
            return
        match = self.ahead(words.LONG_WORD)
        if match is not None:
            word = match[0]
            if self.lines:
                self.run_together(word, f"\\text{{{word}}}", "one name")
                return
            if self.are_letters(word):
                self.note(f"{word} is read as letters side by side, a product; \\text{{{word}}} is one name")
        self.letter(self.symbol(piece) or LETTERS.get(piece, piece))

    def title(self) -> re.Match[str] | None:
        r"""The word that a formula is given as a name, `MSE = ...`: letters of which none stands behind it."""
        match = self.ahead(words.TITLE)
        if match is None or not self.are_letters(match[1]):
            return None
        behind = {piece for piece in self.pieces[self.here + len(match[1]) :] if len(piece) == 1}
        return None if behind.intersection(match[1]) else match

    def letter(self, name: str, start: int | None = None, done: bool = False) -> None:
        """A name of one letter (or word) with its index; before a bracket a function or a factor."""
        if start is None:
            start = self.starts[self.here]
        self.here += not done
        braces.leave_letter(self)
        if self.ends[self.here - 1] == self.raised[0]:
            self.skip_to(self.raised[1])
        bold, arrow = self.bold, self.arrow
        if name == "Delta" and not done:
            name += fonts.changed(self)
        if not self.is_more(name, start, done):
            self.name(name, start, done)
        self.bold, self.arrow = bold, arrow

    def is_more(self, name: str, start: int, done: bool) -> bool:
        """Whether a letter was read as more than a name: a function, an operator, a derivative."""
        if not done and calls.special_letter(self, name, start):
            return True
        if name == "Delta" and name not in self.headers and self.ahead(calls.BEFORE_BRACKET):
            raise calls.laplacian(self)
        if name == "d" and not done:
            derivatives.note_product(self)
        if name == "E" and self.ahead(words.EXPECTATION):
            self.here -= 1
            self.put_bad(*words.REFUSED["mathbb{E}"])
            return True
        if name in words.CALLED and (match := self.ahead(words.DERIVED)):
            derivatives.derived(self, name, match)
            return True
        if not done and (match := self.ahead(words.PRIMED_CALL)):
            derivatives.primed(self, name, match)
            return True
        return False

    def name(self, name: str, start: int, done: bool) -> None:
        """A name with its indices, an entry of it, or a function whose bracket follows."""
        power = None if name == "e" else self.take(words.POWER_THEN_INDEX)  # x^2_1 is x_1^2
        name = self.indexed(name + self.digits(name, done))
        if name in self.primed and self.take(words.PRIMES):
            self.note(f"{name}' is a variable of its own, {name}_prime")
            name += "_prime"
        if self.take(words.OPEN_INDEX):
            self.put_name(name, start)
            self.entry()
            return
        base = name.partition("_")[0]
        word = done and len(base) > 1 and base not in GREEK and name.replace("_", "").isalnum()
        if word and self.ahead(words.INVERSE_CALL):
            raise self.inverse_error(name)
        if (word or name in words.CALLED) and self.take(words.BRACKET):
            self.put_call(name if name in self.headers else words.GREEK_FUNCTIONS.get(name, name), start)
            return
        self.put_name(name, start)
        if power:
            self.put_at(kind.OPERATOR, "^", power.start(1), power.start(1) + 1)
            self.put_number(power[2] or power[3] or words.lowered(power[1]), power.start(1) + 1, power.end(1))
            self.script_end = len(self.out.kinds)
        if self.turned:
            self.put_at(kind.TRANSPOSE, "'", self.ends[self.here - 1], self.ends[self.here - 1])
            self.turned = False

    def digits(self, name: str, done: bool) -> str:
        """The digits right behind a letter, in a text without dollar signs: `x1` is a name there, as in plain text."""
        here = self.here
        if not self.lines or done or here >= len(self.pieces) or not self.pieces[here].isdecimal():
            return ""
        if self.starts[here] != self.ends[here - 1] or self.pieces[here - 1][0] == "\\":
            return ""
        self.here += 1
        return self.pieces[here]

    def glued(self, name: str, index: str) -> str:
        """The j of `A_ij`, in a text without commands; raises for it in LaTeX, which prints A_i j: not for `x_iy`."""
        match = self.ahead(words.GLUED_INDEX)
        is_latex = "\\" in self.text or "$" in self.text
        if match is None or (is_latex and len(match[0]) == 1 and match[0] not in "ijklmnpqrst"):
            return ""
        if is_latex:
            base, whole = name if name not in GREEK else f"\\{name}", f"{index}{match[0]}"
            message = f"{base}_{whole} can be read in two ways: one name, or {base}_{index} times {match[0]}"
            error = self.error(self.here, message, f"write {base}_{{{whole}}}, or {base}_{index} {match[0]}")
            error.code = "ambiguous"
            raise error
        self.skip_to(match.end())
        return match[0]

    def indexed(self, name: str) -> str:
        """A name with the lower and the upper index that follow it: `x_1`, `x_{ij}`, `W^{(1)}` (as `W__1`)."""
        upper = ""
        for _ in range(2):
            if match := self.take(words.INDEX):
                index = next(group for group in match.groups() if group)
                if index[0] == "\\":
                    index = self.symbol(index) or index[1:]
                name += "_" + "".join(index.replace(",", "").split()) + self.glued(name, index)
            elif step := self.step():
                name += step
            elif match := self.take(words.FRACTION_INDEX):
                name += (
                    "_half"
                    if match[0].replace(" ", "") == "_{1/2}"
                    else f"_{match[1]}{'pd'[match[2] == '/']}{match[3]}"
                )
            elif self.here < len(self.pieces) and self.pieces[self.here][0] in "₀₁₂₃₄₅₆₇₈₉":
                name += self.pieces[self.here]
                self.here += 1
            elif self.here < len(self.pieces) and self.pieces[self.here][0] in LOWERED:
                name += "_" + self.lowered()
            elif name != "e" and (match := self.take(words.UPPER_INDEX)):
                parts = (match["one"] or match["word"] or match["bare"] or match["step"], match["two"])
                upper = "__" + "_".join(step_name(part).removeprefix("\\") for part in parts if part)
                self.turned = match["turned"] is not None
        return name + upper

    def step(self) -> str:
        r"""The index of `x_{t-1}` where no sum runs over t, as a part of the name."""
        match = self.ahead(words.STEP_INDEX)
        if match is None or any(match[1] in bounds.indices for bounds in self.spelled.bounds.values()):
            return ""
        self.skip_to(match.end())
        return "_" + step_name(match[1] + match[2] + match[3])

    def lowered(self) -> str:
        """Letters and digits at the foot of the line, as an index: `xᵢⱼ`."""
        found = ""
        while self.here < len(self.pieces) and self.pieces[self.here][0] in LOWERED:
            found += "".join(LOWERED.get(character, character) for character in self.pieces[self.here])
            self.here += 1
        return found

    def entry(self) -> None:
        """An index that is an expression: the brace is open, and what is in it goes into square brackets."""
        start, end = self.starts[self.here - 1], self.ends[self.here - 1]
        self.open_group("entry", self.here - 1, "{")
        self.put_at(kind.OPEN_SQUARE, "entry", start, end)

    def run_together(self, word: str, meant: str, what: str) -> None:
        """Letters that are a word to most, and a product to LaTeX, as an error."""
        start = self.starts[self.here]
        hint = f"write {meant}, or blanks between letters that are factors: {' '.join(word)}"
        message = f"{quoted(word)} can be read in two ways: {what}, or letters side by side"
        self.meanings.wrong[word] = GradcliError("latex", message, hint=hint)
        self.skip_to(start + len(word))
        self.put_at(kind.BAD, word, start, start + len(word))

    def word(self, piece: str) -> None:
        """A function word without a backslash: sin(x), ln x; right before a letter it is an error."""
        start, name = self.starts[self.here], FUNCTIONS.get(piece, piece)
        after = self.text[self.ends[self.here] : self.ends[self.here] + 1]
        if after.isalpha():
            factors = self.ahead(words.FACTORS, self.here + 1)
            argument = factors[0].strip() if factors else after
            spelt = f"\\{piece} {argument}" if piece in words.PLAIN else f"\\operatorname{{{piece}}}({argument})"
            hint = f"write {spelt}, or blanks between letters that are factors"
            self.put_bad(
                f"'{piece}{argument}' can be read in two ways: the function {piece}, or letters side by side", hint
            )
            return
        if match := self.ahead(words.GLUED, self.here + 1):
            digits, behind = match[1], match[2]
            readings = ""
            if piece == "log" and digits in ("2", "10"):
                readings = f"\\log_{{{digits}}} {behind or 'x'} or \\log({digits}{behind})"
            elif behind == "(":
                readings = f"\\{piece}({digits}(...)) or \\{piece}({digits})(...)"
            elif piece == "sqrt" and behind:
                readings = f"\\sqrt{{{digits}}}{behind} or \\sqrt{{{digits}{behind}}}"
            if readings:
                self.put_bad(f"{quoted(piece + match[0])} can be read in two ways", f"write {readings}")
                return
        self.here += 1
        bracket = self.take(words.BRACKET)
        if bracket:
            self.put_call(name, start)
        elif piece in ("sum", "prod") or (after == "_" and piece in ("max", "min")):
            self.here -= 1
            reductions.reduction(self, piece)
        else:
            self.function(name, start)
