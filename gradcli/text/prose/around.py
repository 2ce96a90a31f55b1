"""Words around a formula: what to ask instead, as a whole command; the sign of an item before it."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import spoken
from gradcli.text.foreign.words import APPLIED_WORDS
from gradcli.text.prose import vocabulary
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from gradcli.problems import Source
    from gradcli.text.stack import Stack

_KEYWORDS: Final = "for in if then with and or not let from as by function is return where by at i"
_OF_PROGRAMS: Final = frozenset(_KEYWORDS.split())
_WIDE: Final = pattern("[\u3040-\u30ff\u4e00-\u9fff，。？：；！、]+")
_WORDLIKE: Final = pattern(r"\(?([^\W\d_](?:[^\W\d_]|[.'’])*)\)?[,.:;?!]*")
_DOLLARS: Final = pattern(r"\$\$?([^$]+)\$\$?|\\\(((?:[^\\]|\\[^)])+)\\\)|\\\[((?:[^\\]|\\[^\]])+)\\\]")
_VARIABLE: Final = "[A-Za-zα-ωΑ-Ω][A-Za-z0-9_]*"
_BY: Final = pattern(
    rf"(?i)[\s,]*(?:with respect to|with regard to|\bw\.?r\.?t\.?|\bnach|\bpar rapport à|\brespecto a|\bпо"
    rf"|(?:对|关于)(?=\s*{_VARIABLE}\s*(?:求|的)))"
    rf"\s*\$?({_VARIABLE}(?:\s*(?:,|and|和|、)\s*{_VARIABLE})*)\$?(?![\w(])|\bd/d({_VARIABLE})(?=\s+of\b)"
    rf"|对\s*({_VARIABLE})(?=求)"
)
_OF_KIND: Final = pattern(rf"\b({_VARIABLE})\$?\s+(?:is|be|as)\s+an?\s+(?:[a-z-]+\s+)?(vector|matrix)\b")
"""What a sentence says of a name: `where x is a vector`."""
_POINT: Final = pattern(
    rf"(?i)[\s,]*(?:\bat(?: the)?(?: point)?|在点?"
    rf"|\b(?:im|am|au|en el|nel|no|в)\s+(?:punkt|point|punto|ponto|точке)|\ban der stelle"
    rf"|(?:\b(?:when|where|with|for|if|given|en|pour|für|bei|in|para|per|при)|\||其中|当|若|取|令|求)(?=\s*{_VARIABLE}\s*=\s*-?[\d.])"
    rf"|(?:@|\||\bin\b|,|(?<=[\w)])\s)(?=\s*\(\s*-?[\d.]+(?:\s*,\s*-?[\d.]+)+\s*\)\s*\Z))"
    rf"\s*\$?((?:{_VARIABLE}\s*=\s*)?(?:-?[\d.]+|\([-\d.,\s]+\))"
    rf"(?:\s*(?:,|\band\b)\s*{_VARIABLE}\s*=\s*-?[\d.]+)*)\$?\s*(?:处|点处?|这一?点处?|时)?(?=\s*(?:[.,?。？的，求]|$))"
)
_DERIVATIVE: Final = (
    r"(?:[A-Za-z]['′]+(?:\([^()]*\))?|[d∂][A-Za-z]/[d∂][A-Za-z]|∇[A-Za-z]?(?:\([^()]*\))?|\\nabla\s*[A-Za-z]?(?:\([^()]*\))?"
    r"|\\[dt]?frac\{(?:d|\\partial)\s?[A-Za-z]\}\{(?:d|\\partial)\s?[A-Za-z]\})"
)
_ASKED: Final = pattern(rf"\$*\s*(?:{_DERIVATIVE}[\s,，、]*)+(?:=\s*\??)?\s*\$*")
"""A derivative that is asked for by its sign: `f'(x) = ?`, `dy/dx`."""
_SECOND: Final = pattern(
    r"(?i:find|compute|calculate)?\s*[d∂](?:\^?2|²)[A-Za-z]?\s?/\s?[d∂]([A-Za-z])(?:\^?2|²)\s*"
    r"(?:(?:of|for|if|when|,)\s)?\s*(?:[A-Za-z]\s*=(?!=))?\s*(.+)"
)
"""A second derivative that is asked for by its sign: `d2/dx2 x^3`, `d2y/dx2 of y = x^3`."""
_CLAIMED: Final = pattern(rf"(?P<function>[^=]+=[^=]+?)(?:\s*(?:[,;]|⇒|⟹|→|=>|->|\bso\b|\bthen\b)\s*|\s+)"
                          rf"{_DERIVATIVE}\s*=\s*(?P<answer>[^=?]*[^=?\s.,;])")  # fmt: skip
_RESTRICTED: Final = pattern(r"[^=<>≤≥≠]*(?:[<>≤≥≠]=?|\\(?:leq?|geq?|neq?|in)\b)[^=]*")
"""A condition beside a formula: `x > 0`."""
_JOINING: Final = pattern(
    r"\s*[,;，；]?\s*(?:\b(?:where|with|when|and|wobei|mit|und|où|avec|donde|con|dove|onde|com|где)\b|其中|且)\s*|\s*[,，]\s*(?=[A-Za-z]\w*\s*=)"
)
"""What stands between statements in a sentence."""
_STATED: Final = pattern(r"\$?\s*[\w\\{}^]+\s*(?:\([^()=]*\))?\s*:?=[^=]+\Z")
"""A formula with a name or a header."""
_LONGEST: Final = 2000
_OPERATORS_IN_WORDS: Final = ("平方", "立方", "加", "减", "乘", "除", "等于", "根号", "次方")


def prose_error(source: Source, error: GradcliError, reads: Callable[[str], bool]) -> GradcliError:
    """The error of a formula among words, with the whole command for the formula alone; else the error as it is.

    `reads`: whether a text is read as a program.
    """
    text = " ".join(source.text.split())
    if len(text) > _LONGEST or any(word in text for word in _OPERATORS_IN_WORDS):
        return error
    if (beside := _beside(source, text, reads)) is not None:
        return beside
    if (match := _SECOND.fullmatch(text.rstrip(" .?"))) is not None and reads(match[2]):
        hint = f"gradcli hessian {_in_shell(match[2])} --wrt {match[1]}   gives the second derivatives"
        return GradcliError(
            "request", "a derivative of second order is asked for", Span(source, 0, match.start(2)), hint
        )
    rest, asked, said = text, list[tuple[str, str]](), list[str]()
    for rule, option in ((_BY, "--wrt"), (_POINT, "--at")):
        if match := rule.search(rest):
            value = match[match.lastindex or 0].replace("and", ",").replace("和", ",").replace("、", ",")
            said.append(match[0].strip(" ,"))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
            asked.append((option, "".join(value.split())))
    options = "".join(f" --{match[2]} {match[1]}" for match in _OF_KIND.finditer(text))
    formulas, words = _apart(rest)
    asking = {word.lower() for word in words} & vocabulary.ASKING
    asking_sign = [formula for formula in formulas if _ASKED.fullmatch(formula)]
    if words and not (said or asking_sign) and _OF_PROGRAMS.issuperset(words):
        return error
    introduced = text.partition(" ")[0] in vocabulary.INTRODUCING
    if not (words or said):
        return error
    if len(words) < 2 and not (asking or said or introduced or asking_sign) and words[0].isascii():
        return error
    span = Span(source, 0, len(source.text))
    message = f"words stand around the formula: {quoted(' '.join(words or said))}"
    told = [formula for formula in formulas if not (_ASKED.fullmatch(formula) or _RESTRICTED.fullmatch(formula))]
    formulas = told or formulas
    formula = _only([formula for formula in formulas if reads(formula)], len(formulas))
    if formula is None and len(formulas) == 1 and _STATED.match(formulas[0]):
        return GradcliError("syntax", message, span, f"write the formula alone: {formulas[0]}")
    if formula is None:
        several = len(words) > 1 and asking and formulas
        return GradcliError("syntax", message, span, "write one formula, without the words") if several else error
    command = "hessian" if "hessian" in asking or "海森" in text else "grad"
    twice = any("''" in sign for sign in asking_sign)
    command = "hessian" if twice or "二阶" in text or "second" in [word.lower() for word in words] else command
    command = "jacobian" if "jacobian" in asking or "雅可比" in text else command
    told_of = [
        ("--set" if option == "--at" and _leaves_names(formula, value) else option, value) for option, value in asked
    ]
    options = "".join(f" {option} {_in_shell(value)}" for option, value in told_of) + options
    return GradcliError("syntax", message, span, f"gradcli {command} {_in_shell(formula)}{options}")


def _beside(source: Source, text: str, reads: Callable[[str], bool]) -> GradcliError | None:
    """The error of a function with its derivative, claimed or asked for, or with what its names mean; else None."""
    span, rest = Span(source, 0, len(source.text)), text.rstrip(" .?？。")
    match = _CLAIMED.fullmatch(rest)
    if match is not None and reads(match["function"]) and reads(match["answer"]):
        hint = f"gradcli check {_in_shell(match['function'].strip(' ,;'))} {_in_shell(match['answer'])}"
        return GradcliError(
            "request", "a derivative is claimed behind the function", span, f"{hint}   asks whether it is right"
        )
    parts = _ASKING_END.split(rest, maxsplit=1)
    if len(parts) > 1 and _ASKED.fullmatch(parts[1]) and _STATED.match(parts[0]) and reads(parts[0]):
        hint = f"gradcli grad {_in_shell(parts[0])}"
        return GradcliError("request", "the derivative of the function is asked for behind it", span, hint)
    if (match := _CHOICE.fullmatch(rest)) and reads(
        chosen := "{head}where({condition}, {first}, {other})".format_map(match.groupdict(""))
    ):
        hint = f"gradcli grad {_in_shell(chosen)}"
        return GradcliError("syntax", "a choice between formulas stands in words", span, hint)
    statements = _JOINING.sub("; ", text)
    if (
        statements != text
        and "$" not in text
        and statements.count("=") > (" where " not in text)
        and not _POINT.search(text)
        and reads(statements)
    ):
        return GradcliError("syntax", "words stand between statements", span, f"gradcli grad {_in_shell(statements)}")
    return None


_CHOICE: Final = pattern(
    r"(?P<head>[^=<>≤≥]*?=(?!=)\s*)?(?P<first>.+?)\s*[,，]?\s*(?:\b(?:if|when|for)\b|若|当|如果)\s*(?P<condition>[^,，;；]+?)时?\s*[,，;；]?"
    r"\s*(?:and\b\s*)?(?:otherwise|else|否则|其他)\s*[为是:：]?\s*(?P<other>.+)"
)
"""`f(x) = x^2 if x > 0, otherwise 0`."""
_ASKING_END: Final = pattern(
    rf"[\s,;:.，；。]*(?:\b(?:find|compute|calculate|then|what is)\b|求|则|计算)?\s*(?={_DERIVATIVE}[\s,，、=?]*\Z)"
)


def refuse_item(source: Source) -> None:
    """Raise for `1. f(x) = ...`, `(a) y = ...`, `- f(x) = ...`: the sign of an item stands before the formula."""
    match = _ITEM.match(source.text)
    if match is not None:
        formula = source.text[match.end() :].strip()
        message = f"{quoted(match[0].strip())} stands before the formula as the number or the sign of an item"
        raise GradcliError("syntax", message, Span(source, 0, match.end()), f"write {formula} alone")
    if match := _UNOPENED.match(source.text):
        formula, sign = source.text[match.end() :].strip(), quoted(match[0].strip())
        message = f"{sign} stands before the formula as the number or the sign of an item"
        raise GradcliError("syntax", message, Span(source, 0, match.end()), f"write {formula} alone")
    if match := _FACTOR.match(source.text):
        formula = source.text[match.end() :].strip()
        item, factor = match[0].strip(), match[1]
        message = f"{quoted(item)} reads in two ways: the number or the sign of an item, or a factor"
        hint = f"write {formula} alone, or {factor}*{formula} for the product"
        raise GradcliError("ambiguous", message, Span(source, 0, match.end()), hint)


_ITEM: Final = pattern(
    r"\s*(?:[-*•>]\s+|[(（]?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)[)）]\s*|\d{1,2}(?:\.\s+|[、．]\s*)|[①-⑳]\s*|(?:[QE]x?|例|题)\s?\d{1,2}[.:：、]?\s+)"
    r"(?=\$?\\?[^\W\d_]\w*\s*(?:[(（][^()（）=＝]*[)）])?\s*:?[=＝](?!=))"
)


_UNOPENED: Final = pattern(r"\s*(?:(?:[0-9]{1,2}|[a-h])[)）]\s+(?=[\w(\\$√-])|[①-⑳]\s*(?=[\w(\\$√-]))")
"""The `a)` and `①` of `a) x^2` and `①x^2`."""
_FACTOR: Final = pattern(r"\s*(?:[(（](?=\w[)）])|(?=[0-9]{1,2}\.\s))([a-h]|[0-9]{1,2})[).）]\s+(?=[^\W\d_])")
"""The `(a)` and `2.` of `(a) x^2` and `2. x^2`."""


def _leaves_names(formula: str, values: str) -> bool:
    """Whether a point with names leaves others of the formula without values: then these are constants."""
    given = set(_GIVEN.findall(values))
    if (header := _HEADER.match(formula)) and given <= set(_NAMES.findall(header[1])):
        return False
    used = {name for name in _USED.findall(formula.rpartition("=")[2]) if not _WIDE.search(name)}
    used -= {"e", "pi", *APPLIED_WORDS}
    words = {name for name in used if len(name) > 1} & vocabulary.AROUND
    return bool(given) and not words and bool(used - given) and given < used


_GIVEN: Final = pattern(r"(\w+)\s*=")
_HEADER: Final = pattern(r"\$?\s*\\?\w+\s*\(([^()=]*)\)\s*:?=")
_NAMES: Final = pattern(r"\w+")
_USED: Final = pattern(r"(?<![\w\\])[^\W\d_]\w*(?!\w*\s*\()")


def is_spoken(text: str) -> bool:
    """Whether a text, outside of dollar signs, is of words alone, as in `Differentiate $x^2$`."""
    words = text.split()
    return bool(words) and any(map(_is_word, words)) and all(map(_WORDLIKE.fullmatch, words))


_BETWEEN: Final = pattern(r"[\s,.]*(?:where|with|and|for|if|when|let|then|so|here|其中|且|和|当)\b|\s*,\s*\Z")


def refuse_words(source: Source, begin: int, end: int) -> None:
    """Raise for words between formulas in dollar signs."""
    if begin and source.text[begin:end].strip() in _SIGNS and source.text[end : end + 1] in ("$", "\\"):
        hint = "write one pair of dollar signs around the whole formula"
        raise GradcliError(
            "syntax", "a sign stands between two formulas in dollar signs", Span(source, begin, end), hint
        )
    if is_spoken(source.text[begin:end]) or (begin and _BETWEEN.match(source.text, begin, end)):
        message = "words stand between two formulas in dollar signs"
        hint = "write ; in their place: '$u = f(x)$; $x = 2t$'"
        raise GradcliError("syntax", message, Span(source, begin, end), hint)


_SIGNS: Final = ("+", "-", "*", "/", "=", "−", "·", "×")


def refuse_word(stack: Stack, here: int) -> None:
    """Raise for a word of a sentence where a factor would be: `ln(x) please`, `x² とする`."""
    from gradcli.text.foreign.habits import NO_OPERATORS

    text = stack.texts[here]
    attached = stack.starts[here] == stack.ends[here - 1]
    if (
        not text.isascii()
        and _SPELLED_OUT.search(text)
        and not (attached and "\u4e00" <= text[0] <= "\u9fff" and len(text) < 4)
    ):
        if any(word in text for word in _OPERATORS_IN_WORDS):
            raise stack.error(here, f"{quoted(text)} is text, not a formula", spoken(text) or "", "name")
        message = f"{quoted(text)} can be read in two ways: a factor, or a word of a sentence"
        hint = f"write the formula without the words, or * before {text} for a product"
        raise stack.error(here, message, hint, "ambiguous")
    called = stack.kinds[here + 1] == kind.OPEN
    if _is_word(stack.texts[here]) and (called or stack.texts[here] not in NO_OPERATORS):
        text = stack.texts[here]
        raise stack.error(here, f"an operator is missing before {quoted(text)}", "write the formula without the words")


_SPELLED_OUT: Final = pattern("[\u0400-\u04ff]{2}|[\u3040-\u30ff\uac00-\ud7af]|[\u4e00-\u9fff]|[A-Za-zÀ-ɏ]*[À-ɏ][a-z]+")
"""Letters of scripts in which formulas have no names of several letters side by side with others."""


def _apart(text: str) -> tuple[list[str], list[str]]:
    """The formulas and the words of a sentence: what stands in dollar signs, or what words leave."""
    if found := list(_DOLLARS.finditer(text)):
        outside = _WIDE.sub(lambda match: f" {match[0]} ", _DOLLARS.sub(" ", text))
        said = [word.strip(".,:;?!，。？：；") for word in outside.split()]
        plain = all(not word or _WIDE.match(word) or _WORDLIKE.fullmatch(word) for word in said)
        words = said if plain and any(_WIDE.match(word) or _is_word(word) for word in said if word) else []
        return [f"${match[match.lastindex or 0].strip(' .,;')}$" for match in found], [word for word in words if word]
    formulas, current = list[str](), list[str]()
    words = []
    pieces = _WIDE.sub(lambda match: f" {match[0]} ", text).split()
    for place, piece in enumerate(pieces):
        word = _WORDLIKE.fullmatch(piece)
        lower = word[1].lower() if word else ""
        alone = len(lower) > 1 or (place + 1 < len(pieces) and not current and _is_word(pieces[place + 1]))
        named = pieces[place + 1 : place + 2] in (["="], [":="])
        if _WIDE.fullmatch(piece) or (word and not named and lower.rstrip(".") in vocabulary.AROUND and alone):
            formulas.append(" ".join(current))
            current = []
            words.append(piece.strip(".,:;?!，。？：；"))
            continue
        current.append(piece)
        if piece[-1] in ".;?!" and place + 1 < len(pieces):
            formulas.append(" ".join(current))
            current = []
    formulas.append(" ".join(current))
    return [formula.strip(" .,;:?!") for formula in formulas if formula.strip(" .,;:?!")], [w for w in words if w]


def _is_word(piece: str) -> bool:
    word = _WORDLIKE.fullmatch(piece)
    return word is not None and len(word[1]) > 1 and word[1].lower() in vocabulary.AROUND


def _only(found: list[str], count: int) -> str | None:
    """The one formula of a sentence, or its statements together; names alone are said about it."""
    if any("=" in formula and not _STATED.match(formula) for formula in found):
        return None
    whole = [formula for formula in found if not formula.strip("$").replace("_", "").isalnum()]
    if len(whole) == 1 and len(found) == count:
        return whole[0]
    named = [formula for formula in whole if "=" in formula]
    primes = [formula for formula in whole if "'" in formula and "=" not in formula]
    if named and len(named) + len(primes) == len(whole) and len(found) == count:
        return "; ".join(named)
    return None


def _in_shell(text: str) -> str:
    import shlex

    return shlex.quote(text)
