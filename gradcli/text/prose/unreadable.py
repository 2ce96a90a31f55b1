"""Errors of what cannot be read: no operand where one must come, characters of no language, words around a formula."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import Source
    from gradcli.text.stack import Stack

BAD_HINTS: Final = {
    "{": "write round brackets for grouping",
    "}": "write round brackets for grouping",
    "\\": "LaTeX is read between dollar signs, or with --latex",
    "$": "write LaTeX between two dollar signs: '$x^2$'",
    ".": "only .T follows a name with a point; a decimal has digits, as in 0.5",
    '"': "close the quotes",
    "\u20d7": "write the name alone, and x: n as a statement of its own for a vector x",
    "†": "write pinv(A)",
    **dict.fromkeys("■█", "write [[1, 2], [3, 4]] for a matrix, where(x > 0, x, 0) for a choice"),
    "'": "a quote transposes what stands right before it; a word has a quote on both sides",
}
"""What to write instead of a character."""


_MATHML: Final = pattern(r"<(?:\w+:)?(?:math|mrow|m[inos]|msup|mfrac|semantics)\b")
_DENSITY: Final = pattern(
    r"(?:\\(?:mathcal|mathrm|operatorname)\s*\{\w+\}|\\[a-z]{2,10}|(?<![A-Za-z])[A-Za-z])(?:_(?:\w|\\[a-z]+|\{[^{}]{1,20}\}))?\s*"
    r"\([^()|;=]{1,80}(?:\||;|\\(?:mid|vert|big|Big|middle\|)(?![A-Za-z]))[^()]{1,80}\)"
)
"""`p(x|\\theta)`, `\\pi_\\theta(a \\mid s)`, `\\mathcal{N}(x; \\mu, \\sigma^2)`."""


def refuse_notation(source: Source, error: GradcliError) -> None:
    """Raise for an error in MathML, and at a conditional density that no formula says."""
    if match := _MATHML.search(source.text):
        hint = "write the formula as text, as in x^2 + 1, or as LaTeX, as in $x^2 + 1$"
        raise GradcliError("syntax", "MathML is not read", Span(source, match.start(), match.end()), hint) from None
    if error.span is None or error.code == "limit":
        return
    for match in _DENSITY.finditer(source.text[:_LONGEST]):
        if match.start() <= error.span.end and error.span.start <= match.end():
            message = f"nothing says what {match[0]} is: a bar or a semicolon in a call is that of a density"
            hint = f"write its formula in the place of {match[0]}"
            raise GradcliError("syntax", message, Span(source, *match.span()), hint) from None


_LONGEST: Final = 2000


def no_operand(stack: Stack, here: int) -> GradcliError:
    """The error of a token, or an end, where an operand must come."""
    what, text = stack.kinds[here], quoted(stack.texts[here])
    if what == kind.BAD:
        return bad(stack, here)
    if what in kind.STATEMENT_ENDS:
        return cut_off(stack, here)
    before, kind_before = (quoted(stack.texts[here - 1]), stack.kinds[here - 1]) if here else ("", kind.END)
    hint = "write a number, a name or an expression there"
    if what == kind.COLON and kind_before in (kind.OPEN, kind.COMMA):
        return lost_colon(stack, here)
    if kind_before in (kind.OPEN, kind.OPEN_SQUARE, kind.COMMA):
        return stack.error(here, f"nothing stands between {before} and {text}", hint)
    if kind_before == kind.OPERATOR and stack.texts[here] == "*" and stack.texts[here - 1] in ("^", "**"):
        base = stack.typed(stack.operands[-1])
        hint = f"write ({base})' for the transpose, or give it a name of its own"
        if base.isalnum():
            hint = f"write {base}' for the transpose, or {base}_opt for a name of its own"
        return stack.error(here, "^* can be read in two ways: the adjoint, or a point of its own", hint, "ambiguous")
    if text == quoted("<"):
        return stack.error(here, "'<' opens nothing here", "write [x, y] for a vector, dot(x, y) for an inner product")
    if kind_before == kind.OPERATOR:
        hint = "leave one of them out, or write what stands between them"
        return stack.error(here, f"{text} cannot follow {before}", hint)
    return stack.error(here, f"an expression cannot go on with {text} here", hint)


_OPTIONS: Final = frozenset(("at", "set", "wrt", "json", "shape", "method", "format", "layout", "vector", "along"))
"""Options of the command line, which a quote in the wrong place makes part of a function."""


def refuse_two_signs(stack: Stack, here: int) -> None:
    """Raise for `x^2 --at 3`, an option in the quotes, and for `x -- y`, where the second sign is at a token."""
    following = stack.texts[here + 1]
    if following in _OPTIONS and stack.source.text.endswith(" -", 0, stack.starts[here]):
        hint = f"close the quotes before --{following}"
        raise stack.error(here, f"--{following} stands within the quotes of the function", hint)
    if stack.starts[here] < stack.starts[here + 1] - 1:
        right = stack.argument_text(here + 1) or "y"
        hint = f"write -{right} for a dash, -(-{right}) for two signs, # before a comment"
        raise stack.error(here, "'--' reads in two ways: a dash, or two minus signs", hint, "ambiguous")


def lost_colon(stack: Stack, here: int) -> GradcliError:
    """The error of a colon that no slice has; MATLAB's and Julia's entries stand in round brackets."""
    if stack.texts[here - 2] == "lambda":
        return stack.error(here - 2, "a function without a name stands alone", "write lambda x: x^2 as the whole text")
    frame, hint = stack.frames[-1], "write x: n as a statement of its own to declare a shape"
    if frame.form == "index":
        hint = "write x[1:3]"
    elif frame.form == "call" and "lambda" not in stack.texts:
        whole = stack.kinds[here - 1] in (kind.OPEN, kind.COMMA) or stack.kinds[here + 1] == kind.CLOSE
        entries = f"{frame.name}[0,:] for a row, vec({frame.name}) for all" if whole else f"{frame.name}[1:3] for"
        hint = f"write {entries} entries, counted from 0"
    return stack.error(here, "a colon cannot stand here", hint)


def cut_off(stack: Stack, here: int) -> GradcliError:
    """The error of an end, of the text or of a statement, where an operand must come."""
    if here == 0:
        return empty(stack, here)
    if len(stack.frames) > 1 and stack.kinds[here - 1] not in (kind.OPERATOR, kind.ROOT, kind.COMPARISON, kind.LOGIC):
        return stack.unclosed()
    hint = "put what goes on in the next line in brackets" if stack.kinds[here] == kind.NEWLINE else "complete it"
    return stack.error(here - 1, f"nothing follows {quoted(stack.texts[here - 1])}", hint)


def empty(stack: Stack, here: int) -> GradcliError:
    """The error of a text without an expression."""
    hint = "write a function, as in x1**2 + x2**2"
    if stack.source.text.lstrip()[:1] == "#" and "&" in stack.source.text:  # Wolfram's #^2 + 1 &
        hint = "# begins a comment: write x in its place, and no &"
    return stack.error(here, "there is no expression", hint, "empty")


def bad(stack: Stack, here: int) -> GradcliError:
    """The error of a character that the language does not have."""
    text = stack.texts[here]
    if text in stack.wrong:
        error = stack.wrong[text]
        return stack.error(here, error.message, error.hint, error.code)
    hint = BAD_HINTS.get(text, "leave it out; names are letters, digits and _")
    if text == "{" and not {"if", "otherwise", "else", "for"}.isdisjoint(stack.texts[here:]):
        hint = "write {x > 0: x^2, 0} for a choice, or where(x > 0, x^2, 0)"
    return stack.error(here, f"{quoted(text)} is not part of the language", hint)


def refuse_blank(stack: Stack, here: int) -> None:
    """Raise for `[x y]`, a row of two entries to MATLAB and a product to others, where no comma parts entries."""
    opened, depth = stack.opening(), 0
    for place in range(opened + 1, len(stack.kinds)):
        depth += (stack.kinds[place] in kind.OPENING) - (stack.kinds[place] in kind.CLOSING)
        if depth < 0:
            break
        if not depth and stack.kinds[place] == kind.COMMA:
            return
    left = stack.source.text[stack.ends[opened] : stack.starts[here]].split()[-1]
    right = _WORD.match(stack.source.text, stack.starts[here])
    other = right[0] if right and right[0].count("(") == right[0].count(")") else stack.argument_text(here)
    message = "a blank in square brackets reads in two ways: it parts entries, or it is a product"
    hint = f"write [{left}, {other}] for entries, {left}*{other} for the product, round brackets for a group"
    raise stack.error(here, message, hint, "ambiguous")


def refuse_number_of_formula(stack: Stack, here: int) -> None:
    """Raise for `x^2 + 1 (3)`: a factor, or the number that a book gives the formula."""
    if stack.kinds[here + 2] == kind.CLOSE and stack.kinds[here + 3] in kind.STATEMENT_ENDS and len(stack.frames) == 1:
        number = stack.texts[here + 1]
        message = f"({number}) at the end reads in two ways: the number of the formula, or a factor"
        hint = f"leave it out, or write {stack.typed(stack.operands[-1])}*{number} for the factor"
        raise stack.error(here, message, hint, "ambiguous")


_WORD = pattern(r"[^\s,;\]]+")


NORM_HINT: Final = "write ‖x‖_1, ‖x‖_2, ‖x‖_p, ‖x‖_inf, ‖X‖_F or ‖X‖_nuc; x.T@A@x for ‖x‖_A²"


def no_norm(stack: Stack, here: int) -> GradcliError:
    """The error of `‖x‖_3`, and of `‖X‖F` and `‖x‖p`, copied from a page: which norm it is, or a factor."""
    letter = stack.texts[here]
    if letter not in ("F", "p"):
        shown = stack.source.text[stack.starts[here] : stack.ends[here + (letter == "_")]]
        return stack.error(here, f"there is no norm {quoted(shown)}", NORM_HINT)
    norm = 'norm(X, "fro") for Frobenius\' norm' if letter == "F" else "norm(x, p) for the norm"
    message = f"{letter} behind a norm reads in two ways: which norm it is, or a factor"
    return stack.error(here, message, f"write {norm}, norm(x)*{letter} for the product", "ambiguous")
