r"""Derivatives in LaTeX: requests where a statement begins (`\frac{d}{dx}`, `\nabla_x`), errors elsewhere (`f'(x)`)."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import words
from gradcli.text.tokens import canonical_name

if TYPE_CHECKING:
    import re

    from gradcli.text.latex.pieces import Pieces


def fraction(at: Pieces, piece: str) -> None:
    r"""`\frac{a}{b}`; where a statement begins, `\frac{d}{dx}` is a request."""
    owner = at.here
    at.here += 1
    if at.ahead(words.DOUBLY_BRACED, owner + 1):
        raise at.error(owner, "a derivative in two pairs of braces cannot be read", "write \\frac{d}{dx} x^2")
    if at.skip_blanks() == "{" and at.ahead(words.DIFFERENTIAL, at.here + 1):
        differential = _derivative(at, owner)
        if differential:
            return
    at.argument("numerator", owner)


def _derivative(at: Pieces, owner: int) -> bool:
    r"""A derivative: a request where a statement begins. False for a fraction whose numerator only begins with d."""
    opened = at.here
    closed = at.closing(opened)
    if closed is None:
        return False
    text = at.text
    match = words.DIFFERENTIAL.match(text, at.ends[opened], at.starts[closed])
    below = _denominator(at, closed + 1)
    if match is None or below is None:
        return False
    if not at.at_start():
        hint = "write the function alone; gradcli differentiates it"
        raise at.error(owner, "a derivative is not part of a function", hint)
    first, last = below
    wrt = variables(at, at.ends[first], at.starts[last], owner)
    if match[1] or len(wrt) != 1:
        raise second_order(at, owner)
    end = at.ends[last]
    whole = text[match.end() : at.starts[closed]].strip()
    if whole:
        if words.EXPECTED.match(text, end, at.end) and (len(whole) == 1 or at.symbol(whole)):
            hint = f"write \\frac{{d}}{{d{wrt[0]}}} {whole}({wrt[0]}), and the function by its formula"
            raise at.error(owner, f"a derivative of {whole} at a point, where nothing says what {whole} is", hint)
        if (len(whole) == 1 or at.symbol(whole)) and not words.AT_END.match(text, end, at.end):
            hint = f"write the function in the place of {whole}, as in \\frac{{d}}{{d{wrt[0]}}} x^2"
            raise at.error(owner, f"a derivative of {whole} beside other terms, where nothing says what it is", hint)
        put_request(at, wrt, at.starts[owner], at.ends[opened], end)
        at.skip_to(match.end())
        at.open_group("numerator of request", owner, "{")
        at.put_at(kind.OPEN, "(", match.end(), match.end())
        return True
    put_request(at, wrt, at.starts[owner], end)
    at.here = last + 1
    return True


def _denominator(at: Pieces, here: int) -> tuple[int, int] | None:
    r"""The braces of a denominator that begins with d or \partial."""
    while here < len(at.pieces) and at.pieces[here][0] in " \t\r\n":
        here += 1
    if here >= len(at.pieces) or at.pieces[here] != "{":
        return None
    closed = at.closing(here)
    if closed is None or not words.DIFFERENTIAL.match(at.text, at.ends[here], at.starts[closed]):
        return None
    return here, closed


def skip_denominator(at: Pieces) -> None:
    """The denominator of a request whose function stands in the numerator: its variable is known already."""
    while at.pieces[at.here] != "{":
        at.here += 1
    at.here = (at.closing(at.here) or at.here) + 1


def plain_quotient(at: Pieces, match: re.Match[str]) -> None:
    """`d/dx` before a function."""
    start = at.starts[at.here]
    name = at.symbol(match[1]) or match[1]
    index = match[2] or match[3]
    at.skip_to(match.end())
    put_request(at, (canonical_name(f"{name}_{index}" if index else name),), start, match.end())


def put_request(at: Pieces, wrt: tuple[str, ...], start: int, end: int, whole: int = 0) -> None:
    """A request as one token; its text goes to `whole` where the function stands within it."""
    text = at.text[start : whole or end]
    at.spelled.requests[text] = wrt
    at.put_at(kind.REQUEST, text, start, end)


def variables(at: Pieces, begin: int, end: int, owner: int) -> tuple[str, ...]:
    r"""The names behind d or \partial in a denominator, or below a nabla."""
    text = at.text[begin:end]
    if len(text) > 200 or any(word in text for word in ("\\frac", "\\nabla", "\\sum", "\\begin")):
        raise at.error(owner, "this derivative cannot be read", "write the function alone, and its variable with --wrt")
    text = words.DIFFERENTIALS.sub(lambda found: " " * len(found[0]), text)
    tokens = at.cut(text, at.spelled)
    if "^" in words.UPPER_INDEX.sub("", text):
        raise second_order(at, owner)
    names = [tokens.meanings.names[t] for t, what in zip(tokens.texts, tokens.kinds, strict=True) if what == kind.NAME]
    if not names:
        raise at.error(owner, "the variable of this derivative is missing", "write \\frac{d}{dx}")
    return tuple(dict.fromkeys(names))


def second_order(at: Pieces, owner: int) -> GradcliError:
    """The error of a second derivative."""
    from gradcli.text.foreign.signs import SECOND_ORDER

    return at.error(owner, *SECOND_ORDER)


def nabla(at: Pieces, piece: str) -> None:
    r"""`\nabla_x`, `\partial_x`: a request where a statement begins."""
    owner = at.here
    if not at.at_start() or at.ahead(words.GRADIENT_TURNED, owner + 1):
        at.put_bad("a derivative is not part of a function", "write the function alone; gradcli differentiates it")
        return
    at.here += 1
    wrt: tuple[str, ...] = ()
    match = at.ahead(words.SUBSCRIPT, owner + 1)
    if match:
        begin, end = match.span(1) if match[1] is not None else match.span(2)
        wrt = variables(at, begin, end, owner)
        at.skip_to(match.end())
    from gradcli.text.foreign.signs import BEHIND_NABLA

    following = at.skip_blanks()
    if following in BEHIND_NABLA:
        raise at.error(owner, *BEHIND_NABLA[following])
    put_request(at, wrt, at.starts[owner], at.ends[at.here - 1])


def derived(at: Pieces, name: str, match: re.Match[str]) -> None:
    """`f'(x)`, `f^2(x)`, `f^{-1}(x)`: a derivative, or what is read in two ways."""
    at.here -= 1
    if match[1]:
        message, hint = f"{name}{match[1]} is a derivative", "write the function itself; gradcli differentiates it"
    elif "-" in match[0]:
        message = f"{name}^{{-1}}(...) can be read in two ways: the inverse function, or one over {name}(...)"
        hint = f"write 1/{name}(x), or the inverse function by its formula"
    elif match[2] and "(" in match[2]:
        message, hint = (
            f"{name}^{{{match[2]}}} is a derivative",
            "write the function itself; gradcli differentiates it",
        )
    else:
        power = match[2] or match[3]
        message = f"{name}^{power}(...) can be read in two ways: {name}(...)^{power}, or {name} applied again"
        hint = f"write {name}(x)^{power} or {name}({name}(x))"
    at.put_bad(message, hint)
    at.skip_to(match.end())


def primed(at: Pieces, name: str, match: re.Match[str]) -> None:
    """`c'(x)`, the letter done: a derivative at a point, or c transposed times x."""
    at.here -= 1
    shown = f"\\{name}" if name in words.GREEK else name
    hint = f"write {shown}^\\top {match[1]} for the product, and the function itself for its derivative"
    at.put_bad(f"{name}'({match[1]}) can be read in two ways: a derivative, or {name} transposed", hint)
    at.skip_to(match.end())


def note_product(at: Pieces) -> None:
    r"""Say that `dW`, whose d has just been read, is a product; beside coefficients a, b, c nobody takes it for one."""
    following = at.pieces[at.here] if at.here < len(at.pieces) else ""
    name = at.symbol(following) or (following if len(following) == 1 and following.isalpha() else None)
    if name is None or at.starts[at.here] != at.ends[at.here - 1] or "c" in at.pieces:
        return
    at.note(f"d{following} is read as d times {name}; \\mathrm{{d{name}}} is one name")


def differential(at: Pieces, end: int) -> None:
    r"""`\\, dx` at the end of an integrand: an error, not d times x."""
    at.here += 1
    begin = at.here
    at.put_bad("this is a differential, not d times a variable", "leave it out: write the function alone")
    if at.here == begin:
        at.skip_to(end)
