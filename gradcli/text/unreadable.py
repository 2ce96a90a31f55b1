"""Errors of what cannot be read: no operand where one must come, characters of no language, words around a formula."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.tokens import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from gradcli.problems import Source
    from gradcli.text.stack import Stack

ENDS: Final = frozenset((kind.END, kind.NEWLINE, kind.SEMICOLON))
BAD_HINTS: Final = {
    "{": "write round brackets for grouping",
    "}": "write round brackets for grouping",
    "\\": "LaTeX is read between dollar signs, or with --latex",
    "$": "write LaTeX between two dollar signs: '$x^2$'",
    ".": "only .T follows a name with a point; a decimal has digits, as in 0.5",
    '"': "close the quotes",
    "'": "a quote transposes what stands right before it; a word has a quote on both sides",
}
"""What to write instead of a character."""


def no_operand(stack: Stack, here: int) -> GradcliError:
    """The error of a token, or an end, where an operand must come."""
    what, text = stack.kinds[here], quoted(stack.texts[here])
    if what == kind.BAD:
        return bad(stack, here)
    if what in ENDS:
        return cut_off(stack, here)
    before, kind_before = (quoted(stack.texts[here - 1]), stack.kinds[here - 1]) if here else ("", kind.END)
    hint = "write a number, a name or an expression there"
    if kind_before in (kind.OPEN, kind.OPEN_SQUARE, kind.COMMA):
        return stack.error(here, f"nothing stands between {before} and {text}", hint)
    if kind_before == kind.OPERATOR and stack.texts[here] == "*" and stack.texts[here - 1] in ("^", "**"):
        base = stack.typed(stack.operands[-1])
        hint = f"write ({base})' for the transpose, or give it a name of its own"
        if base.isalnum():
            hint = f"write {base}' for the transpose, or {base}_opt for a name of its own"
        return stack.error(here, "^* can be read in two ways: the adjoint, or a point of its own", hint, "ambiguous")
    if kind_before == kind.OPERATOR:
        hint = "leave one of them out, or write what stands between them"
        return stack.error(here, f"{text} cannot follow {before}", hint)
    return stack.error(here, f"an expression cannot go on with {text} here", hint)


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
    return stack.error(here, "there is no expression", "write a function, as in x1**2 + x2**2", "empty")


def bad(stack: Stack, here: int) -> GradcliError:
    """The error of a character that the language does not have."""
    text = stack.texts[here]
    if text in stack.wrong:
        error = stack.wrong[text]
        return stack.error(here, error.message, error.hint, error.code)
    hint = BAD_HINTS.get(text, "leave it out; names are letters, digits and _")
    return stack.error(here, f"{quoted(text)} is not part of the language", hint)


def refuse_blank(stack: Stack, here: int) -> None:
    """Raise for `[x y]`, a row of two entries to MATLAB and a product to others, where no comma parts entries."""
    opened, depth = stack.opening(), 0
    for place in range(opened + 1, len(stack.kinds)):
        depth += (stack.kinds[place] in _OPENING) - (stack.kinds[place] in _CLOSING)
        if depth < 0:
            break
        if not depth and stack.kinds[place] == kind.COMMA:
            return
    left = stack.source.text[stack.ends[opened] : stack.starts[here]].split()[-1]
    right = _WORD.match(stack.source.text, stack.starts[here])
    other = right[0] if right and right[0].count("(") == right[0].count(")") else stack.argument_text(here)
    message = "a blank in square brackets reads in two ways: it parts entries, or it is a product"
    hint = f"write [{left}, {other}] for entries, {left}*{other} for the product"
    raise stack.error(here, message, hint, "ambiguous")


def refuse_number_of_formula(stack: Stack, here: int) -> None:
    """Raise for `x^2 + 1 (3)`: a factor, or the number that a book gives the formula."""
    if stack.kinds[here + 2] == kind.CLOSE and stack.kinds[here + 3] in ENDS and len(stack.frames) == 1:
        number = stack.texts[here + 1]
        message = f"({number}) at the end reads in two ways: the number of the formula, or a factor"
        hint = f"leave it out, or write {stack.typed(stack.operands[-1])}*{number} for the factor"
        raise stack.error(here, message, hint, "ambiguous")


_OPENING = (kind.OPEN, kind.OPEN_SQUARE)
_CLOSING = (kind.CLOSE, kind.CLOSE_SQUARE)
_WORD = pattern(r"[^\s,;\]]+")


# -------------------------------------------------------------------- what is around a formula as a whole

_QUOTED: Final = pattern(
    r"(?s)(?:```\w*[ \t]*\n|`+|“|\"(?!\")|\*\*|「)\s*(?P<whole>[^`“”「」\"]*[^`“”「」\"\s*])\s*"
    r"(?:`+|”|\"|\*\*|」)\s*\Z"
    r"|(?:<math>|:math:`|\.\. math::)\s*(?P<marked>[^<>`]*[^<>`\s])\s*(?:</math>|`)?\s*\Z"
    r"|[\[(]\s*(?P<bare>\\?\w+\s*(?:\([^()=]*\))?\s*=(?!=)[^=]*[^=\s])\s*[\])]\s*\Z"
)
"""Quotes, bold and fences; marks of wikis; the brackets that are left of `\\[ f(x) = ... \\]` when it is pasted."""


def within_quotes(text: str) -> tuple[int, int]:
    """From where to where a text reaches that stands in quotes, in bold or between fences as a whole."""
    match = _QUOTED.match(text)
    if match is None or (match["bare"] and not _is_balanced(match["bare"])):
        return 0, len(text)
    return match.span(match.lastgroup or 0)


def _is_balanced(text: str) -> bool:
    """Whether each bracket of a text is opened and closed in it."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return not depth


# -------------------------------------------------------------------- words around a formula

_ASKING_WORDS: Final = (
    "derivative derivatives gradient gradients differentiate jacobian hessian differential find compute calculate "
    "evaluate determine solve minimize minimise maximize maximise optimize optimise simplify"
)
_ASKING: Final = frozenset(_ASKING_WORDS.split())
_PROSE_WORDS: Final = (
    "the of a an is are was what whats function functions with respect to wrt for where and at point if then by using "
    "chain rule partial first second order please help me how do does you i we take get want need its it in on this "
    "that these following expression equation formula given suppose consider let loss cost objective show prove can "
    "could would should be have has as from let's here there hence thus so when which whose all both value values "
    "variable variables weight weights parameter parameters scalar vector matrix real number numbers denote denotes "
    "denoted defined called say says total energy error model data our my your one two three q question problem "
    "exercise answer hi hello thanks thank example e.g. i.e. w.r.t. but not any some each every there's tell give "
    "me us now also just simple same its with out about via under over term terms"
)
_PROSE: Final = _ASKING | frozenset(_PROSE_WORDS.split())
"""Words that stand around formulas, and in none."""
_KEYWORDS: Final = "for in if then with and or not let from as by function is return where by at i"
_OF_PROGRAMS: Final = frozenset(_KEYWORDS.split())
_WIDE: Final = pattern("[\u3040-\u30ff\u4e00-\u9fff，。？：；！、]+")
_WORDLIKE: Final = pattern(r"\(?([A-Za-z][A-Za-z.'’]*)\)?[,.:;?!]*")
_DOLLARS: Final = pattern(r"\$\$?([^$]+)\$\$?|\\\(((?:[^\\]|\\[^)])+)\\\)|\\\[((?:[^\\]|\\[^\]])+)\\\]")
_VARIABLE: Final = "[A-Za-zα-ωΑ-Ω][A-Za-z0-9_]*"
_BY: Final = pattern(
    rf"(?i)[\s,]*(?:with respect to|with regard to|\bw\.?r\.?t\.?|(?:对|关于)(?=\s*{_VARIABLE}\s*(?:求|的)))"
    rf"\s*\$?({_VARIABLE}(?:\s*(?:,|and|和|、)\s*{_VARIABLE})*)\$?(?![\w(])|\bd/d({_VARIABLE})(?=\s+of\b)"
    rf"|对\s*({_VARIABLE})(?=求)"
)
_POINT: Final = pattern(
    rf"(?i)[\s,]*(?:\bat(?: the)?(?: point)?|在点?"
    rf"|(?:\b(?:when|where|with|for|if|given)|\|)(?=\s*{_VARIABLE}\s*=\s*-?[\d.])"
    rf"|(?:@|\||\bin\b|,|(?<=[\w)])\s)(?=\s*\(\s*-?[\d.]+(?:\s*,\s*-?[\d.]+)+\s*\)\s*\Z))"
    rf"\s*\$?((?:{_VARIABLE}\s*=\s*)?(?:-?[\d.]+|\([-\d.,\s]+\))"
    rf"(?:\s*(?:,|\band\b)\s*{_VARIABLE}\s*=\s*-?[\d.]+)*)\$?\s*(?:处|点处?|这一?点处?)?(?=\s*(?:[.,?。？的]|$))"
)
_DERIVATIVE: Final = (
    r"(?:[A-Za-z]['′]+(?:\([^()]*\))?|[d∂][A-Za-z]/[d∂][A-Za-z]|∇[A-Za-z]?(?:\([^()]*\))?|\\nabla\s*[A-Za-z]?(?:\([^()]*\))?"
    r"|\\[dt]?frac\{(?:d|\\partial)\s?[A-Za-z]\}\{(?:d|\\partial)\s?[A-Za-z]\})"
)
_ASKED: Final = pattern(rf"\$*\s*(?:{_DERIVATIVE}[\s,，、]*)+(?:=\s*\??)?\s*\$*")
"""A derivative that is asked for by its sign: `f'(x) = ?`, `dy/dx`."""
_CLAIMED: Final = pattern(rf"(?P<function>[^=]+=[^=]+?)(?:\s*(?:[,;]|⇒|⟹|→|=>|->|\bso\b|\bthen\b)\s*|\s+)"
                          rf"{_DERIVATIVE}\s*=\s*(?P<answer>[^=?]*[^=?\s.,;])")  # fmt: skip
_RESTRICTED: Final = pattern(r"[^=<>≤≥≠]*(?:[<>≤≥≠]=?|\\(?:leq?|geq?|neq?|in)\b)[^=]*")
"""A condition beside a formula: `x > 0`."""
_JOINING: Final = pattern(r"\s*[,;，；]?\s*(?:\b(?:where|with|when|and)\b|其中|且)\s*|\s*[,，]\s*(?=[A-Za-z]\w*\s*=)")
"""What stands between statements in a sentence."""
_INTRODUCING: Final = frozenset((
    "Let", "Suppose", "Consider", "Given", "Define", "Assume", "Where", "Here", "Thus", "Hence", "Then", "So",
    "suppose", "consider", "given", "define", "assume",
))  # fmt: skip
"""Words that begin a sentence with a formula."""
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
    rest, options, said = text, "", list[str]()
    for rule, option in ((_BY, "--wrt"), (_POINT, "--at")):
        if match := rule.search(rest):
            value = match[match.lastindex or 0].replace("and", ",").replace("和", ",").replace("、", ",")
            said.append(match[0].strip(" ,"))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
            option = "--set" if option == "--at" and _leaves_names(rest, value) else option
            options += f" {option} {_in_shell(''.join(value.split()))}"
    formulas, words = _apart(rest)
    asking = {word.lower() for word in words} & _ASKING
    if words and not said and _OF_PROGRAMS.issuperset(words):
        return error
    introduced = text.partition(" ")[0] in _INTRODUCING
    if not (words or said):
        return error
    if len(words) < 2 and not (asking or said or introduced) and not _WIDE.match(words[0]):
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
    command = "hessian" if "二阶" in text or "second" in [word.lower() for word in words] else command
    command = "jacobian" if "jacobian" in asking or "雅可比" in text else command
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
    statements = _JOINING.sub("; ", text)
    if (
        statements != text
        and "$" not in text
        and statements.count("=") > 1
        and not _POINT.search(text)
        and reads(statements)
    ):
        return GradcliError("syntax", "words stand between statements", span, f"gradcli grad {_in_shell(statements)}")
    return None


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


_ITEM: Final = pattern(
    r"\s*(?:[-*•>]\s+|[(（]?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)[)）]\s*|\d{1,2}(?:\.\s+|[、．]\s*)|[①-⑳]\s*|(?:[QE]x?|例|题)\s?\d{1,2}[.:：、]?\s+)"
    r"(?=\$?\\?[^\W\d_]\w*\s*(?:[(（][^()（）=＝]*[)）])?\s*:?[=＝](?!=))"
)


def _leaves_names(formula: str, values: str) -> bool:
    """Whether a point with names leaves others of the formula without values: then these are constants."""
    given = set(_GIVEN.findall(values))
    used = set(_USED.findall(formula.rpartition("=")[2])) - {"e", "pi"}
    return bool(given) and not used & _PROSE and bool(used - given) and given < used


_GIVEN: Final = pattern(r"(\w+)\s*=")
_USED: Final = pattern(r"(?<![\w\\])[^\W\d_]\w*(?!\w*\s*\()")


def is_spoken(text: str) -> bool:
    """Whether a text, outside of dollar signs, is of words alone, as in `Differentiate $x^2$`."""
    words = text.split()
    return bool(words) and any(map(_is_word, words)) and all(map(_WORDLIKE.fullmatch, words))


def refuse_word(stack: Stack, here: int) -> None:
    """Raise for a word of a sentence where a factor would be: `ln(x) please`."""
    from gradcli.text.foreign.habits import NO_OPERATORS

    if _is_word(stack.texts[here]) and stack.texts[here] not in NO_OPERATORS:
        text = stack.texts[here]
        raise stack.error(here, f"an operator is missing before {quoted(text)}", "write the formula without the words")


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
        if _WIDE.fullmatch(piece) or (word and not named and lower.rstrip(".") in _PROSE and alone):
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
    return word is not None and len(word[1]) > 1 and word[1].lower() in _PROSE


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
