r"""One function for each kind of LaTeX command: fractions, scripts, delimiters, sums with an index, requests.

Each takes the translator, which stands at the command, and the command; it puts tokens out and goes on behind it.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import bars, braces, calls, derivatives, fonts, integrals, reductions, rows, words
from gradcli.text.latex.words import FUNCTIONS, GREEK
from gradcli.text.tokens import classify, exact_number, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.latex.pieces import Pieces


def command(at: Pieces, piece: str) -> None:
    """A command that has no function of its own."""
    word, start = piece[1:], at.starts[at.here]
    if word in FUNCTIONS:
        at.here += 1
        two = word == "arctan" and at.take(words.TAN_OF_TWO)
        at.function("atan2" if two else FUNCTIONS[word], start)
    elif word in words.FONTS or word in words.WORDS or word in words.ACCENTS:
        fonts.font(at, word, start)
    elif piece in words.BARS:
        at.put(*words.BARS[piece])
        bars.norm_kind(at)
    elif words.ROUNDINGS.get(piece):
        at.here += 1
        at.put_call(words.ROUNDINGS[piece], start)
    elif piece in words.ROUNDINGS:
        at.put(kind.CLOSE, ")")
    elif word in ("underbrace", "overbrace"):
        braced(at)
    elif word == "mapsto":
        at.put(kind.EQUALS, piece)
    elif word in words.REFUSED:
        at.put_bad(*words.REFUSED[word])
    elif word in calls.OTHER_FUNCTIONS:
        at.put_bad(f"{word} is called otherwise here", f"write {calls.OTHER_FUNCTIONS[word]} x")
    else:
        known = sorted({*FUNCTIONS, *GREEK, "frac", "sqrt", "cdot", "left", "right", "mathbf", "operatorname"})
        at.put_bad(f"unknown command {quoted(piece)}", words.nearest(word, known))


def braced(at: Pieces) -> None:
    r"""`\underbrace{x^2}_{\text{loss}}`: what stands below is said about it."""
    owner = at.here
    at.here += 1
    at.argument("braced", owner)


# -------------------------------------------------------------------- fractions, roots, scripts


def square_root(at: Pieces, piece: str) -> None:
    r"""`\sqrt{x}`, `\sqrt[3]{x}`."""
    owner, start = at.here, at.starts[at.here]
    at.here += 1
    index = at.take(words.ROOT_INDEX)
    if index is None and (match := at.ahead(words.ROOT_INDEX_OTHER)):
        hint = f"write {{...}}^{{1/({match[1].strip()})}}, a power"
        raise at.error(owner, "the index of a root is a number or a letter here", hint)
    if index is None and at.take(words.BRACKET):  # \\sqrt(x + 1)
        at.put_call("sqrt", start)
        return
    if index is None or index[1] in ("2", "3"):
        at.put_name("cbrt" if index and index[1] == "3" else "sqrt", start)
        at.called = True
        at.argument("group", owner)
        return
    for part in ("1", *words.root_parts(index[1])):
        if part.isdigit():
            at.meanings.numbers[part] = exact_number(part)
        elif part.isalpha():
            at.meanings.names[part] = part
    at.put_at(kind.OPEN, "(", start, start)
    at.argument("root" + index[1], owner)


def binomial(at: Pieces, piece: str) -> None:
    r"""`\binom{n}{k}`."""
    owner, start = at.here, at.starts[at.here]
    at.here += 1
    at.put_name("binomial", start)
    at.called = True
    at.put_at(kind.OPEN, "(", start, start)
    at.argument("chosen from", owner)


def exponent(at: Pieces, piece: str) -> None:
    r"""`^{...}`, `^2`, or a transposition: `^\top`, `^T`, `^{-T}`."""
    owner = at.here
    if len(at.out.kinds) == at.script_end:
        raise at.error(owner, "two exponents in a row", "write one exponent, or brackets around the inner power")
    if _is_upper_index(at, owner):
        return
    at.here += 1
    if _is_turned(at, owner) or _is_no_power(at, owner):
        return
    if is_variable(at) and (match := at.ahead(words.WORD_POWER, owner + 1)):
        at.note(f"^{{\\mathrm{{{match[1]}}}}} is a power; ^{{\\text{{{match[1]}}}}} makes one name of both")
    if at.take(words.ENTRYWISE):
        at.open_group("script", owner, "^")
        at.put_at(kind.OPERATOR, "^\\odot", at.starts[owner], at.ends[owner])
        at.put_at(kind.OPEN, "(", at.starts[owner], at.ends[owner])
    elif at.skip_blanks() == "(":
        _round_exponent(at, owner)
    else:
        at.put_at(kind.OPERATOR, "**", at.starts[owner], at.ends[owner])
        if not braces.bare_exponent(at, owner):
            at.argument("script", owner)


def _is_upper_index(at: Pieces, owner: int) -> bool:
    r"""Whether `^{[l]}` was put out as the error that it is; raises for `\theta^{(t+1)}`."""
    if (match := at.ahead(words.STEP, owner)) and is_variable(at):
        raise step_error(at, owner, match[1])
    if not at.ahead(words.LAYER, owner):
        return False
    hint = "write W^{[1]} or W^{[l]}, and call the layer before by a letter"
    at.put_bad("an upper index of this form cannot be read", hint)
    return True


def _is_turned(at: Pieces, owner: int) -> bool:
    r"""Whether a transposition was put out: `^\top`, `^T`, `^{-T}`, `^\prime`."""
    if match := at.take(words.TRANSPOSED):
        start, end = at.starts[owner], at.ends[at.here - 1]
        if at.here < len(at.pieces) and at.starts[at.here] < end:
            end = at.starts[at.here]
        at.put_at(kind.TRANSPOSE, "T" if match[1] or match[3] or match[4] else "'", start, end)
        if match[2]:
            at.meanings.numbers["1"] = (1, False)
            at.put_all(("**", "(", "-", "1", ")"), start, end)
        return True
    if at.take(words.PRIME):
        at.put_at(kind.TRANSPOSE, "'", at.starts[owner], at.ends[at.here - 1])
        return True
    return False


def _is_no_power(at: Pieces, owner: int) -> bool:
    """Whether `^1/2` was put out as the error that it is; raises for adjoints, words as indices, ordinal numbers."""
    calls.refuse_adjoint(at, owner)
    if is_variable(at) and (match := at.ahead(words.UPPER_WORD, owner + 1)):
        raise upper_word_error(at, owner, match[1])
    if at.ahead(words.ORDINAL, owner + 1):
        raise at.error(owner, "an ordinal number is no power", "leave it out, or write the power without a font")
    if at.skip_blanks() != "1" or at.text[at.ends[at.here] : at.end].lstrip()[:1] != "/":
        return False
    at.put_bad("an exponent that begins with 1/ can be read in two ways", "write x^{1/2} for the root, or x/2")
    return True


def is_variable(at: Pieces) -> bool:
    """Whether the last token is a name that may be counted by an upper index (not the e of exp)."""
    return bool(at.out.kinds) and at.out.kinds[-1] == kind.NAME and at.out.texts[-1] != "e"


def step_error(at: Pieces, owner: int, inside: str) -> GradcliError:
    r"""The error of `\theta^{(t+1)}`: a power, or the value at another step."""
    inside = "".join(inside.split())
    error = at.error(owner, f"^{{({inside})}} can be read in two ways: a power, or an upper index",
                     f"write x^{{{inside}}} for the power, another letter for the value at another step")  # fmt: skip
    error.code = "ambiguous"
    return error


def upper_word_error(at: Pieces, owner: int, word: str) -> GradcliError:
    r"""The error of `\theta^{old}`: an upper index, or a power of letters side by side."""
    name = at.out.texts[-1]
    base = f"\\{name}" if name in GREEK else name
    hint = f"write {base}^{{\\text{{{word}}}}} for the index, {base}^{{{' '.join(word)}}} for the power"
    error = at.error(owner, f"^{{{word}}} can be read in two ways: an upper index, or a power", hint)
    error.code = "ambiguous"
    return error


def _round_exponent(at: Pieces, owner: int) -> None:
    r"""`e^(-x^2)`, as AsciiMath writes it: the bracket follows. Raises for `x^(i)`, which may be an upper index."""
    if match := at.ahead(words.ONE_SIGN):
        inside = match[1]
        error = at.error(owner, f"^({inside}) can be read in two ways: a power, or an upper index",
                         f"write x^{{{inside}}} for the power, x^{{({inside})}} for the index")  # fmt: skip
        error.code = "ambiguous"
        raise error
    at.put_at(kind.OPERATOR, "**", at.starts[owner], at.ends[owner])


def index(at: Pieces, piece: str) -> None:
    """An index that belongs to no name."""
    operand = bool(at.out.kinds) and at.out.kinds[-1] in braces.OPERANDS
    if calls.subscripts(at) or (not operand and calls.hypergeometric(at)):
        return
    bars.refuse_point(at)
    if at.out.kinds and at.out.kinds[-1] in (kind.BAR, kind.CLOSE_BAR):
        before = len(at.out.kinds)
        bars.norm_kind(at)
        if len(at.out.kinds) > before:
            return
    closes = bool(at.out.kinds) and at.out.kinds[-1] in (kind.CLOSE, kind.CLOSE_SQUARE)
    if match := at.take(words.POSITIVE_PART):
        if closes:  # (1 - x)_+
            at.put_at(kind.FACTORIAL, "_+", match.start(), match.end())
            return
        at.here -= 1
        at.put_bad("the positive part is a function here", "write \\max(x, 0), or max(x, 0) entry by entry")
        return
    if closes:  # (Ax)_i
        at.put_bad("an index behind a bracket cannot be read", "write the array without it; y_{[0]} is the first of y")
        return
    at.put_bad(*words.NO_INDEX)


# -------------------------------------------------------------------- groups and delimiters


def delimiter(at: Pieces, piece: str) -> None:
    r"""`\left(`, `\right|`, `\big[`: a bracket of any size, which says on which side it stands."""
    owner = at.here
    at.here += 1
    if at.skip_blanks() in ("|", "\\vert") and piece == "\\left":
        bars.join_double(at)
    text = at.skip_blanks()
    sign = words.SIGNS.get(text, text)
    opens, closes = piece == "\\left" or piece[-1] == "l", piece == "\\right" or piece[-1] == "r"
    if (text == "." and piece in ("\\left", "\\right")) or (text == "\\{" and rows.cases_follow(at)):
        at.here += 1
    elif sign in ("|", "‖") and (opens or closes):
        at.put(kind.OPEN_BAR if opens else kind.CLOSE_BAR, sign)
        if closes and sign == "‖":
            bars.norm_kind(at)
    elif sign in ("(", ")", "[", "]", "|", "‖") or text in words.BARS or text in words.ROUNDINGS or text in ANGLES:
        handler = COMMANDS.get(text)
        handler(at, text) if handler else at.other(text)
    else:
        raise at.error(owner, f"{quoted(piece)} needs a bracket", "put a bracket behind it, or leave it out")


ANGLES: Final = {"\\langle": "(", "\\rangle": ")", "⟨": "(", "⟩": ")"}


_OF_DIRAC: Final = pattern(
    r"(?:(?!\\rangle|⟩)[^|,]){1,200}?(?:\||\\vert|\\mid)(?:(?!\\rangle|⟩)[^,]){1,200}(?:\\rangle|⟩)"
)
r"""`u | v \rangle`, as physicists write an inner product."""


def angle(at: Pieces, piece: str) -> None:
    r"""`\langle x, y \rangle`: the inner product."""
    start = at.starts[at.here]
    if ANGLES[piece] == ")":
        at.put(kind.CLOSE, ")")
        at.take(words.FROBENIUS)
        return
    at.here += 1
    if at.ahead(_OF_DIRAC):
        hint = "write u^\\top v for the inner product, u^\\top A v with a matrix between"
        raise at.error(at.here - 1, "a bar in angle brackets is not read", hint)
    at.put_name("dot", start)
    at.called = True
    at.put_at(kind.OPEN, "(", start, at.ends[at.here - 1])


def sign(at: Pieces, piece: str) -> None:
    """A command that is a sign."""
    text = words.SIGNS[piece]
    at.put(kind.OPERATOR if text in ("\\cdot", "\\times") else classify(text), text)
    if text == "‖":
        bars.norm_kind(at)


def stacked_equals(at: Pieces, piece: str) -> None:
    r"""`\stackrel{\text{def}}{=}`, `\overset{!}{=}`."""
    start, here = at.starts[at.here], at.here
    at.here += 1
    if at.take(words.STACKED) is None:
        at.here = here
        at.put_bad(f"{quoted(piece)} cannot be read", "write =")
        return
    at.put_at(kind.EQUALS, "=", start, at.ends[at.here - 1])


def wide_space(at: Pieces, piece: str) -> None:
    r"""`\quad` between a formula and the next one, or what is said of its names; an equation's number is left out."""
    out = at.out.kinds
    at.here += 1
    at.take(words.EQUATION_NUMBER)
    if rows.innermost(at) in ("rows", "bare") and out and out[-1] not in _UNFINISHED:
        at.drop_stops()
        at.put_at(kind.SEMICOLON, ";", at.starts[at.here - 1], at.ends[at.here - 1])


def thin_space(at: Pieces, piece: str) -> None:
    r"""`\,`: before `dx` at the end, the differential of the answer; else nothing."""
    match = None if at.groups else at.ahead(words.DIFFERENTIAL_END, at.here + 1)
    derivatives.differential(at, match.end()) if match else at.other(piece)


def sum_sign(at: Pieces, piece: str) -> None:
    """A sign of a sum or a product; Σ and Π without bounds are letters."""
    if piece in "∑∏" or at.ahead(words.INDEXED, at.here + 1):
        reductions.reduction(at, "prod" if piece in "∏Π" else "sum")
    else:
        at.other(piece)


def small_d(at: Pieces, piece: str) -> None:
    """`d/dx` or `dy/dx` where a statement begins, or a letter."""
    match = at.ahead(words.QUOTIENT, at.here + 1) if at.at_start() else None
    derivatives.plain_quotient(at, match) if match else at.other(piece)


def colon(at: Pieces, piece: str) -> None:
    r"""A colon; `f: \mathbb{R}^n \to \mathbb{R}`, where a function lives, says nothing more."""
    start, match = at.starts[at.here], at.ahead(words.MAPPING, at.here + 1)
    if match is None:
        at.put(kind.COLON, ":")
        return
    at.skip_to(match.end())
    text = at.text[start : match.end()]
    at.spelled.members[text] = None
    at.put_at(kind.MEMBER, text, start, match.end())


def refused(at: Pieces, piece: str) -> None:
    """A word or a sign of which there is only something to say."""
    at.put_bad(*words.REFUSED_BARE[piece])


_UNFINISHED: Final = frozenset(
    (kind.OPERATOR, kind.EQUALS, kind.SEMICOLON, kind.NEWLINE, kind.APPLY, kind.REQUEST, kind.OPEN)
)
"""Tokens after which a formula goes on."""


COMMANDS: Final[Mapping[str, Callable[[Pieces, str], None]]] = {
    **dict.fromkeys(words.SIGNS, sign),
    **dict.fromkeys(words.SIZES | {r"\left", r"\right"}, delimiter),
    **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"), derivatives.fraction),
    **dict.fromkeys((r"\stackrel", r"\overset"), stacked_equals),
    **dict.fromkeys((r"\sum", r"\prod", r"\max", r"\min"), reductions.reduction_command),
    **dict.fromkeys(integrals.SIGNS, integrals.integral), **dict.fromkeys(ANGLES, angle),
    **dict.fromkeys((r"\binom", r"\dbinom", r"\tbinom"), binomial),
    **dict.fromkeys(("|", "‖"), bars.bars), **dict.fromkeys(bars.MACROS, bars.macro),
    **dict.fromkeys((r"\nabla", r"\partial", "∇", "∂"), derivatives.nabla),
    **dict.fromkeys((r"\quad", r"\qquad"), wide_space), r"\,": thin_space, **dict.fromkeys("∑∏ΣΠ", sum_sign),
    **dict.fromkeys((":", r"\colon"), colon), "d": small_d, **dict.fromkeys(words.REFUSED_BARE, refused),
    **dict.fromkeys(("[", r"\{"), braces.around_one_name), r"\in": rows.member,
    **dict.fromkeys((r"\over", r"\choose"), braces.over),
    r"\sqrt": square_root, "^": exponent, "_": index, "{": braces.brace,
    "}": braces.unbrace, r"\begin": rows.environment, r"\end": rows.end_environment,
    "&": rows.next_entry, "\\\\": rows.next_row, r"\cr": rows.next_row,
}  # fmt: skip
"""What to do with a piece; any other goes to `Pieces.other`."""
