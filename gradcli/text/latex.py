r"""LaTeX -> the same tokens as plain text, so that one parser reads both; places are those of the LaTeX text.

A fraction becomes `(a) \frac (b)` with an operator of its own that binds tightest; braces become round brackets;
letters are names of their own (`UV` is U times V), words stand in \text, \mathrm or \operatorname.
What cannot be read becomes a BAD token whose error the parser raises when it comes to it: nothing is ever skipped.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from gradcli import limits
from gradcli.problems import GradcliError, Span
from gradcli.text import tokens as kind
from gradcli.text.latex_words import (
    ACCENTS,
    BARS,
    BRACKET,
    CALLED,
    CONTENT,
    DERIVATIVE,
    ENVIRONMENT,
    FONTS,
    FUNCTION_POWER,
    FUNCTIONS,
    GREEK,
    IGNORED,
    INDEX,
    LOG_BASE,
    MATRICES,
    NORM,
    PIECE,
    ROOT_INDEX,
    ROUNDINGS,
    SCRIPT_HINTS,
    SIGNS,
    SIZES,
    TRANSPOSED,
    VARIANTS,
    WORDS,
)
from gradcli.text.tokens import Meanings, Tokens, canonical_name, check_length, classify, exact_number, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcli.problems import Source


def cut_latex(source: Source, begin: int, end: int, lines: bool = False) -> Tokens:
    """The tokens of the LaTeX text from `begin` to `end`. `lines`: a line end outside of brackets ends a statement.

    Raises `syntax` for braces and environments that do not match, `limit` for too long a text.
    """
    check_length(source)
    text = source.text
    if begin == 0 and text.startswith("\ufeff"):
        begin = 1
    pieces: list[str] = PIECE.findall(text, begin, end)
    if len(pieces) > limits.TOKENS:
        raise GradcliError(
            "limit",
            f"a text may have {limits.TOKENS} names, numbers and signs",
            Span(source, begin, end),
            "give the function as a shorter program",
        )
    translator = Translator(source, pieces, begin, end, lines)
    return translator.translate()


class Translator:
    """Goes through the pieces once. `here` is the next piece; `groups` says what to do at each closing brace."""

    def __init__(self, source: Source, pieces: list[str], begin: int, end: int, lines: bool) -> None:
        self.source, self.pieces, self.end, self.lines = source, pieces, end, lines
        edges = list(accumulate(map(len, pieces), initial=begin))
        self.starts, self.ends = edges[:-1], edges[1:]
        self.meanings = Meanings({}, {}, {}, {})
        self.out = Tokens(source, [], [], [], [], self.meanings, True)
        self.groups: list[tuple[str, int, str]] = []
        self.here = 0
        self.script_end = -1  # how many tokens there were when an exponent ended
        self.called = False  # the name just put out is a function, and the bracket that follows is its own

    def translate(self) -> Tokens:
        """All tokens, closed by an END."""
        while self.here < len(self.pieces):
            piece = self.pieces[self.here]
            COMMANDS.get(piece, Translator.other)(self, piece)
        if self.groups:
            _, here, piece = self.groups[-1]
            closer = piece.replace("begin", "end") if piece.startswith("\\begin") else "}"
            raise self.error(here, f"{quoted(piece)} is never closed", f"write {closer} where it ends")
        self.put_at(kind.END, "", self.end, self.end)
        return self.out

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
            self.meanings.names[name] = canonical_name(name)
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
            self.put(kind.OPEN, "(")
            self.groups.append((action, owner, owned))
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

    def finish(self, action: str, end: int, owner: int) -> None:
        """What follows an argument that ends at `end`."""
        self.put_at(kind.CLOSE, ")", end, end)
        if action == "numerator":
            self.put_at(kind.OPERATOR, "\\frac", self.starts[owner], self.ends[owner])
            self.argument("denominator", owner)
        elif action == "script":
            self.script_end = len(self.out.kinds)
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
        if piece[0] in " \t\r\n~%\f\v" or piece in IGNORED:
            if self.lines and "\n" in piece and piece[0] != "%":
                self.put(kind.NEWLINE, piece)
            else:
                self.here += 1
        elif self.symbol(piece) or (piece.isalpha() and classify(piece) == kind.NAME):
            self.letter(self.symbol(piece) or piece)
        elif piece[0] == "\\":
            self.command(piece)
        elif piece.isascii() and piece[-1].isdigit():
            start, end = self.starts[self.here], self.ends[self.here]
            self.here += 1
            self.put_number(piece, start, end)
        elif classify(piece) in (kind.BAD, kind.NAME, kind.STRING):
            self.put_bad(
                f"{quoted(piece)} is not part of the language", "leave it out; letters and \\\\text{word} are names"
            )
        else:
            self.put(classify(piece), piece)

    def letter(self, name: str, start: int | None = None, done: bool = False) -> None:
        """A name of one letter (or word) with its index; before a bracket a function or a factor."""
        if start is None:
            start = self.starts[self.here]
        self.here += not done
        if match := self.take(INDEX):
            index = next(group for group in match.groups() if group)
            name += "_" + (index if index[0] != "\\" else self.symbol(index) or index[1:])
        elif self.here < len(self.pieces) and self.pieces[self.here][0] in "₀₁₂₃₄₅₆₇₈₉":
            name += self.pieces[self.here]
            self.here += 1
        called = name in CALLED or (len(name) > 1 and done and name.isalpha() and name not in GREEK)
        if called and self.take(BRACKET):
            self.put_call(name, start)
        else:
            self.put_name(name, start)

    def function(self, name: str, start: int) -> None:
        """A function, its name done: with a power (`\\sin^2 x`), with brackets or without."""
        if name in ("log", "ln") and (match := self.take(LOG_BASE)):
            name = f"log{match[1] or match[2]}"
        power = self.take(FUNCTION_POWER)
        following = self.skip_blanks()
        if following in ("^", "_"):
            hint = f"write \\{name}(x)^{{...}} for a power, and \\arc{name} x for the inverse"
            message = f"{quoted(following)} cannot be read here, after the function {name}"
            raise self.error(self.here, message, SCRIPT_HINTS.get(name, hint))
        if not power and self.take(BRACKET):
            self.put_call(name, start)
            return
        text = name + (f"^{power[1] or power[2]}" if power else "")
        self.meanings.names[name] = name
        self.put_at(kind.APPLY, text, start, self.ends[self.here - 1])

    def command(self, piece: str) -> None:
        """A command that has no method of its own."""
        word, start = piece[1:], self.starts[self.here]
        if word in FUNCTIONS:
            self.here += 1
            self.function(FUNCTIONS[word], start)
        elif word in FONTS or word in WORDS or word in ACCENTS:
            self.font(word, start)
        elif piece in BARS:
            self.put(*BARS[piece])
            self.norm_kind(piece)
        elif ROUNDINGS.get(piece):
            self.here += 1
            self.put_call(ROUNDINGS[piece], start)
        elif piece in ROUNDINGS:
            self.put(kind.CLOSE, ")")
        else:
            known = sorted({*FUNCTIONS, *GREEK, "frac", "sqrt", "cdot", "left", "right", "mathbf", "operatorname"})
            self.put_bad(f"unknown command {quoted(piece)}", _nearest(word, known))

    def font(self, word: str, start: int) -> None:
        """A letter in another font, a word or an accent: `\\mathbf{x}`, `\\text{loss}`, `\\hat{x}`."""
        here = self.here
        self.here += 1
        match = self.take(CONTENT)
        name = match and (match[1] or match[3] or match[4])
        if name and name[0] == "\\":
            name = self.symbol(name)
        if (
            match is None
            or name is None
            or (len(name) > 1 and word not in WORDS and name not in GREEK and name.isalpha())
        ):
            what = "one plain word" if word in WORDS else "one letter"
            self.here = here
            self.put_bad(f"\\{word} holds {what} here", f"write \\{word}{{x}}")
            return
        if word in ACCENTS:
            name += "_" + word.removeprefix("wide").replace("overline", "bar")
        if match[2]:
            name += "_" + match[2][1:].strip("{} ")
        if word == "operatorname":
            self.function(FUNCTIONS.get(name, name), start)
        else:
            self.letter(name, start, done=True)

    def fraction(self, piece: str) -> None:
        """`\\frac{a}{b}`."""
        owner = self.here
        if DERIVATIVE.match(self.source.text, self.ends[owner], self.end):
            raise self.error(
                owner, "a derivative is not part of a function", "write the function alone; gradcli differentiates it"
            )
        self.here += 1
        self.argument("numerator", owner)

    def square_root(self, piece: str) -> None:
        """`\\sqrt{x}`, `\\sqrt[3]{x}`."""
        owner, start = self.here, self.starts[self.here]
        self.here += 1
        index = self.take(ROOT_INDEX)
        if index is None or index[1] in ("2", "3"):
            self.put_name("cbrt" if index and index[1] == "3" else "sqrt", start)
            self.called = True
            self.argument("group", owner)
            return
        self.meanings.names[index[1]] = index[1]
        self.meanings.numbers.update(
            {"1": (1, False), **({index[1]: exact_number(index[1])} if index[1].isdigit() else {})}
        )
        self.put_at(kind.OPEN, "(", start, start)
        self.argument("root" + index[1], owner)

    def exponent(self, piece: str) -> None:
        """`^{...}`, `^2`, or a transposition: `^\top`, `^T`, `^{-T}`."""
        owner = self.here
        if len(self.out.kinds) == self.script_end:
            raise self.error(owner, "two exponents in a row", "write one exponent, or brackets around the inner power")
        self.here += 1
        if match := self.take(TRANSPOSED):
            start, end = self.starts[owner], self.ends[self.here - 1]
            self.put_at(kind.TRANSPOSE, "'", start, end)
            if match[1]:
                self.meanings.numbers["1"] = (1, False)
                self.put_all(("**", "(", "-", "1", ")"), start, end)
            return
        self.put_at(kind.OPERATOR, "**", self.starts[owner], self.ends[owner])
        self.argument("script", owner)

    def index(self, piece: str) -> None:
        """An index that belongs to no name."""
        if self.out.kinds and self.out.kinds[-1] in (kind.BAR, kind.CLOSE_BAR):
            before = len(self.out.kinds)
            self.norm_kind(piece)
            if len(self.out.kinds) > before:
                return
        self.put_bad("an index of this form cannot be read", "write x_1, x_{12}, x_{ij} or x_{\\text{max}}")

    def brace(self, piece: str) -> None:
        """A brace that only groups."""
        self.groups.append(("group", self.here, piece))
        self.put(kind.OPEN, "(")

    def unbrace(self, piece: str) -> None:
        """The brace that ends an argument or a group."""
        if not self.groups or self.groups[-1][2].startswith("\\begin"):
            raise self.error(self.here, "'}' closes nothing", "leave it out, or open a brace before it")
        action, owner, _ = self.groups.pop()
        end = self.ends[self.here]
        self.here += 1
        self.finish(action, end, owner)

    def delimiter(self, piece: str) -> None:
        """`\\left(`, `\right|`, `\big[`: a bracket of any size, which says on which side it stands."""
        owner = self.here
        self.here += 1
        text = self.skip_blanks()
        sign = SIGNS.get(text, text)
        opens, closes = piece == "\\left" or piece[-1] == "l", piece == "\\right" or piece[-1] == "r"
        if sign in ("|", "‖") and (opens or closes):
            self.put(kind.OPEN_BAR if opens else kind.CLOSE_BAR, sign)
            if closes and sign == "‖":
                self.norm_kind(text)
        elif sign in ("(", ")", "[", "]", "|", "‖") or text in BARS or text in ROUNDINGS:
            COMMANDS.get(text, Translator.other)(self, text)
        else:
            raise self.error(owner, f"{quoted(piece)} needs a bracket", f"write {piece}( or {piece})")

    def sign(self, piece: str) -> None:
        """A command that is a sign."""
        sign = SIGNS[piece]
        self.put(classify(sign), sign)
        if sign == "‖":
            self.norm_kind(piece)

    def norm_kind(self, piece: str) -> None:
        r"""`_2`, `_F`, `_1`, `_\infty` behind a norm."""
        start = self.ends[self.here - 1]
        if match := self.take(NORM):
            which = next(group for group in match.groups() if group)
            name = {"\\infty": "_inf", "*": "_nuc"}.get(which, "_" + which)
            self.meanings.names[name] = name
            self.put_at(kind.NAME, name, start, self.ends[self.here - 1])

    def environment(self, piece: str) -> None:
        """`\begin{pmatrix}`: a matrix; of one column, a vector."""
        owner = self.here
        self.here += 1
        match = self.take(ENVIRONMENT)
        if match is None or match[1] not in MATRICES:
            raise self.error(
                owner, "this environment cannot be read", "write \\begin{pmatrix} ... \\end{pmatrix} for a matrix"
            )
        self.groups.append((match[1], owner, f"\\begin{{{match[1]}}}"))
        start, end = self.starts[owner], self.ends[self.here - 1]
        self.put_at(kind.OPEN_SQUARE, "matrix", start, end)
        self.put_at(kind.OPEN_SQUARE, "row", end, end)

    def end_environment(self, piece: str) -> None:
        r"""`\end{pmatrix}`."""
        owner = self.here
        self.here += 1
        match = self.take(ENVIRONMENT)
        if match is None or not self.groups or self.groups.pop()[0] != match[1]:
            raise self.error(
                owner, "this \\end has no \\begin", "write \\begin{pmatrix} ... \\end{pmatrix} for a matrix"
            )
        start, end = self.starts[owner], self.ends[self.here - 1]
        out = self.out
        if out.texts[-1] == "row" and out.kinds[-1] == kind.OPEN_SQUARE and out.kinds[-2] == kind.COMMA:
            for column in (out.kinds, out.texts, out.starts, out.ends):
                del column[-2:]  # a last row that only ended the one before
        else:
            self.put_at(kind.CLOSE_SQUARE, "row", start, start)
        self.put_at(kind.CLOSE_SQUARE, "matrix", start, end)

    def in_matrix(self) -> bool:
        """Whether the innermost group is a matrix."""
        return bool(self.groups) and self.groups[-1][0] in MATRICES

    def next_entry(self, piece: str) -> None:
        """`&`."""
        if self.in_matrix():
            self.put(kind.COMMA, ",")
        else:
            self.put_bad("'&' stands only in a matrix", "leave it out")

    def next_row(self, piece: str) -> None:
        """`\\\\`: in a matrix the next row, elsewhere the end of a statement."""
        if not self.in_matrix():
            self.put(kind.SEMICOLON, ";")
            return
        self.put(kind.CLOSE_SQUARE, "row")
        self.put(kind.COMMA, ",", 0)
        self.put(kind.OPEN_SQUARE, "row", 0)


def _nearest(word: str, known: list[str]) -> str:
    """A hint with the nearest known command."""
    from difflib import get_close_matches

    near = get_close_matches(word[:40], known, 1)
    return f"did you mean '\\{near[0]}'?" if near else "write \\operatorname{name}(x) for a function by its name"


COMMANDS: Final[Mapping[str, Callable[[Translator, str], None]]] = {
    **dict.fromkeys(SIGNS, Translator.sign),
    **dict.fromkeys(SIZES | {r"\left", r"\right"}, Translator.delimiter),
    **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"), Translator.fraction),
    r"\sqrt": Translator.square_root, "^": Translator.exponent, "_": Translator.index, "{": Translator.brace,
    "}": Translator.unbrace, r"\begin": Translator.environment, r"\end": Translator.end_environment,
    "&": Translator.next_entry, "\\\\": Translator.next_row,
}  # fmt: skip
"""What to do with a piece; any other goes to `Translator.other`."""
