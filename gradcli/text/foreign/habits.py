"""Calculator habits: functions without brackets, products without a sign (`x sin 2x`, `sin^2(x)`, `x^2 y`, `λx`).

Each function here is asked where the strict language has only an error, so that strict texts pay nothing.
Codes of errors: `ambiguous`, with the readings as texts that can be pasted; `syntax`.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.words import APPLIED_WORDS, INVERSES, is_short, of_raised_number, unglued
from gradcli.text.libraries.refused import REFUSED
from gradcli.text.stack import APPLIED, BRACKETED, FACTOR, NEGATE, POWER, PRODUCT
from gradcli.text.tokens import quoted
from gradcli.text.tree import JUXTAPOSED, LATEX_PRODUCT, Binary, Name, Number, Transpose, Unary

_LOGARITHM = pattern(r"log(?=_|[0-9])_?([a-z]|[0-9]+)")
"""The word of `log_b x`."""

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.stack import Stack, Step
    from gradcli.text.tree import Tree

EQUAL = ("equals", "is")
NO_OPERATORS = {
    **dict.fromkeys(("if", "else", "where", "when", "otherwise"), "write where(condition, {0}, value otherwise)"),
    "mod": "write {0} - {1}*floor({0}/{1}) for the remainder",
    "times": "write {0}*{1}",
    "choose": "write binomial({0}, {1})",
    "over": "write {0}/{1}",
    "squared": "write {0}^2",
    "cubed": "write {0}^3",
    "plus": "write {0} + {1}",
    "minus": "write {0} - {1}",
    **dict.fromkeys(("at", "in"), "write {0} alone, and the point with --at"),
    **dict.fromkeys(EQUAL, "write {0} = {1}"),
    "div": "write floor({0}/{1})",
    **dict.fromkeys(("with", "wrt", "by"), "write {0} alone, and the variables with --wrt"),
}
"""Words between operands, and what to write for the operands before and after them."""
FIRST_WORDS = {
    **dict.fromkeys(("int", "integral", "integrate"), "write the function under the integral alone: {0}"),
    **dict.fromkeys(("max", "min"), "write {0} alone for the function; {1}({0}, 0) compares two numbers"),
    **dict.fromkeys(("sum", "prod"), "write sum({0})"),
    **dict.fromkeys(("sign", "floor", "ceil", "norm", "softmax"), "write {1}({0})"),
    **dict.fromkeys(("lim", "limit"), "write the expression that the limit is of: {0}"),
    "tg": "write tan({0})", "ctg": "write cot({0})", "cotg": "write cot({0})", "arctg": "write atan({0})",
    "arcctg": "write acot({0})", "sh": "write sinh({0})", "ch": "write cosh({0})", "th": "write tanh({0})",
    "sen": "write sin({0})", "arcsen": "write asin({0})", "cosec": "write csc({0})",
    "lg": "write log10({0}) or log2({0})",
}  # fmt: skip
"""Words before an operand that are no factors, and what to write for the operand."""
OPERANDS = frozenset((kind.NAME, kind.NUMBER, kind.ROOT, kind.BAR, kind.OPEN_BAR))


DERIVATIONS = frozenset(f"D_{letter}" for letter in "tuvwxyz")


def side_by_side(stack: Stack, here: int) -> Step | None:
    """Two operands without a sign between them; None where the strict rules have their say."""
    before, what = stack.kinds[here - 1], stack.kinds[here]
    powered = _powered_function(stack, here)
    if powered is not None:
        return _powered(stack, here, *powered)
    if before == kind.NAME and type(stack.operands[-1]) is Name:
        word = stack.operands[-1].name
        if word in ("log", "ln") and what == kind.BAR:
            _refuse_determinant(stack, here, word)
        if word in APPLIED_WORDS and what in OPERANDS:
            stack.operands.pop()
            stack.applied = True
            return stack.prefix(word, APPLIED, here - 1)
        if _transposed(stack, here):
            before = kind.TRANSPOSE
    if what == kind.NUMBER and not (before == kind.NAME and stack.texts[here - 1] in FIRST_WORDS):
        return None
    if before in (kind.NAME, kind.TRANSPOSE):
        if not _may_be_factors(stack, here):
            raise _no_product(stack, here)
        return _product(stack, here)
    if stack.applied or (stack.starts[here] > stack.ends[here - 1] and what in OPERANDS and not _root(stack)):
        return _product(stack, here)
    return None


def _refuse_determinant(stack: Stack, here: int, word: str) -> None:
    """Raise for `log|X|`: of a determinant, or of an absolute value."""
    name = stack.names.get(stack.texts[here + 1], "")
    if stack.texts.count(stack.texts[here + 1]) > 1:  # what else stands there says what it is
        return
    if stack.texts[here + 2] == stack.texts[here] == "|" and (name in MATRICES or name in ("Sigma", "Lambda", "Omega")):
        message = f"{word}|{stack.texts[here + 1]}| can be read in two ways: of a determinant, or of an absolute value"
        raise stack.error(here, message, f"write {word}(det({name})) or {word}(abs({name}))", "ambiguous")


MATRICES = frozenset("ABHQSUVWXP")
"""Capitals that are matrices to most."""


def _root(stack: Stack) -> bool:
    """Whether a root sign waits for its operand."""
    return stack.powers[-1] == NEGATE and stack.operators[-1] != "-"


def _may_be_factors(stack: Stack, here: int) -> bool:
    """Whether a name and what follows it are a product to everyone: short names with a blank between them."""
    first, what = stack.operands[-1], stack.kinds[here]
    beside = stack.starts[here] == stack.ends[here - 1]
    short = type(first) is not Name or is_short(first.name)
    if stack.texts[here - 1] in ("Σ", "Π") and what == kind.NAME and (stack.powers[-1] < PRODUCT or _is_minus(stack)):
        return False  # the sign of a sum to most
    if stack.texts[here] in NO_OPERATORS or (type(first) is Name and first.name.startswith(("log_", "ln_"))):
        return False
    if what in (kind.BAR, kind.OPEN_BAR):
        return short and _closing_bar(stack, here) is not None
    if beside and stack.kinds[here - 1] == kind.NAME:  # pieces of one word: λx
        return what == kind.NAME or (what in (kind.ROOT, kind.OPEN))
    if type(first) is Name and first.name in DERIVATIONS and first.name[2:] in stack.names.values():
        message = f"{first.name} can be read in two ways: the derivative by {first.name[2:]}, or a name"
        factor = _with_power(stack, here)
        hint = f"write d/d{first.name[2:]} {factor} for the derivative, {first.name}*{factor} for the product"
        raise stack.error(here - 1, message, hint, "ambiguous")
    other = stack.texts[here] if what == kind.NAME else "x"
    if what == kind.OPEN:
        return stack.kinds[here - 1] == kind.TRANSPOSE or type(first) is Transpose
    return short and what in OPERANDS and (is_short(stack.names.get(other, other)) or stack.is_function(here))


def _closing_bar(stack: Stack, here: int) -> int | None:
    """The bar that closes the one that opens here, in the same brackets: `λ|x|` has one, `p(x|y)` has none."""
    depth = 0
    for place, what in enumerate(stack.kinds[here + 1 :], here + 1):
        if what in (kind.BAR, kind.CLOSE_BAR) and not depth:
            return place
        depth += (what in kind.OPENING) - (what in kind.CLOSING)
        if depth < 0 or what in (kind.SEMICOLON, kind.NEWLINE):
            break
    return None


def _is_minus(stack: Stack) -> bool:
    return stack.powers[-1] == NEGATE and stack.operators[-1] == "-"


def _product(stack: Stack, here: int) -> Step:
    """A product without a sign, or the error that shows its two readings."""
    beside = stack.starts[here] == stack.ends[here - 1]
    if beside and not stack.is_function(here):
        stack.reduce(POWER + 1)
        while stack.powers[-1] == NEGATE:
            stack.apply_prefix()
        if stack.powers[-1] == POWER and stack.kinds[here - 1] in (kind.NAME, kind.NUMBER):
            raise stack.two_readings(here, "^")
    stack.reduce(FACTOR)
    if stack.powers[-1] == APPLIED and not stack.is_function(here):
        barred = stack.kinds[here - 1] in (kind.BAR, kind.CLOSE_BAR)
        if beside and not barred and stack.kinds[here] in (kind.NAME, kind.ROOT):
            stack.infix((JUXTAPOSED, FACTOR, FACTOR), here)
            return True, here
        raise _argument_ends(stack, here)
    stack.refuse_division(here)
    if stack.kinds[here] in (kind.NAME, kind.OPEN) and _is_capital(stack.operands[-1]):
        stack.spelled.used = True  # A x may be a matrix and a vector
    stack.infix((LATEX_PRODUCT, PRODUCT, PRODUCT), here)
    return True, here


def _is_capital(tree: Tree) -> bool:
    """Whether this is a capital letter, perhaps with an exponent, or `x^t`: there may be a matrix or a transpose."""
    base = tree.left if type(tree) is Binary and tree.op == "**" else tree
    if base is not tree and type(tree.right) is Name and tree.right.name == "t":  # type: ignore[attr-defined]
        return True
    return type(base) is Name and base.name[:1].isupper()


def _argument_ends(stack: Stack, here: int) -> GradcliError:
    """The error of `ln x y`."""
    function, argument = stack.operators[-1], stack.typed(stack.operands[-1])
    factor = stack.argument_text(here)
    name, _, power = function.partition("^")
    front = f"{name}({argument})" + (f"^{power}" if power else "")
    whole = f"{name}({argument}*{factor})" + (f"^{power}" if power else "")
    return stack.error(here, f"where the argument of {name} ends can be read in two ways",
                       f"write {front}*{factor} or {whole}", "ambiguous")  # fmt: skip


_POWER: Final = pattern(r"\s*(?:\^|\*\*)\s*(?:\([^()]*\)|-?[\w.]+)|[⁻⁰¹²³⁴-⁹]+")


def _with_power(stack: Stack, here: int) -> str:
    """The text of the operand that begins here, with the exponent behind it: `x^2`."""
    text = stack.argument_text(here)
    match = _POWER.match(stack.source.text, stack.starts[here] + len(text))
    return text + match[0] if match else text


def refuse_sums(stack: Stack) -> None:
    """Raise for `1/n Σ (y_i - b)²`: the letter before what has an index, where no transposed array stands before it."""
    for here, text in enumerate(stack.texts):
        if text not in ("Σ", "Π") or stack.kinds[here + 1] not in (*OPERANDS, kind.OPEN) or stack.latex:
            continue
        before = stack.kinds[here - 1] if here else kind.END
        if before not in (kind.TRANSPOSE, kind.SUPERSCRIPT) and _is_indexed(stack, here + 1):
            raise _sum_error(stack, here, _with_power(stack, here + 1))


def _is_indexed(stack: Stack, here: int) -> bool:
    """Whether the operand that begins here, a name or a bracket, has a name with a letter below, near its beginning."""
    depth = 0
    for place in range(here, min(here + _NEAR, len(stack.kinds))):
        depth += (stack.kinds[place] in kind.OPENING) - (stack.kinds[place] in kind.CLOSING)
        if stack.kinds[place] == kind.NAME and _INDEXED.search(stack.texts[place]):
            return True
        if depth <= 0:
            return False
    return False


_NEAR = 200
"""Tokens, so that signs in the brackets of signs take no quadratic time."""
_INDEXED = pattern(r"[^\W\d_](?:[ᵢⱼₖₗₘₙₜ]|_[i-n](?!\w))")


def _sum_error(stack: Stack, here: int, term: str) -> GradcliError:
    from gradcli.text.foreign.characters import sum_sign

    error = sum_sign(stack.texts[here], term)
    return stack.error(here, error.message, error.hint, error.code)


def _no_product(stack: Stack, here: int) -> GradcliError:
    """The error of two names side by side that are no product to everyone."""
    for find in (_word_before, _word_here, _bars, _after_transpose):
        if (error := find(stack, here)) is not None:
            return error
    return _missing_sign(stack, here)


def _word_before(stack: Stack, here: int) -> GradcliError | None:
    """The error of a word that is no factor before what stands here: `sum x`, `log_2 x`, `x times 2`."""
    first, text, what = stack.typed(stack.operands[-1]), stack.texts[here], "name here"
    if first in ("Σ", "Π"):
        return _sum_error(stack, here - 1, stack.argument_text(here))
    word, _, index = first.partition("_")
    if first in FIRST_WORDS:
        hint = FIRST_WORDS[first].format(_with_power(stack, here + (text == "of")), first)
    elif (called := stack.names.get(first, first)).startswith(("log_", "ln_")):
        hint = f"write log({stack.argument_text(here)})/log({called.partition('_')[2]})"
    elif index and word in ("sum", "prod"):
        hint = f"write {word}({stack.argument_text(here)}, {index}, 1, n) around the whole term"
    elif first in NO_OPERATORS:
        before = stack.typed(stack.operands[-2]) if len(stack.operands) > 1 else "x"
        after = stack.source.text[stack.starts[here] :].strip() if first in EQUAL else stack.argument_text(here)
        hint, what = NO_OPERATORS[first].format(before, after), "operator"
    else:
        return None
    return stack.error(here - 1, f"{quoted(first)} is no {what}", hint)


def _word_here(stack: Stack, here: int) -> GradcliError | None:
    """The error of such a word behind an operand: `x times 2`, `x tg y`."""
    text = stack.texts[here]
    if text in FIRST_WORDS and FIRST_WORDS[text].count("({0})") and stack.kinds[here] == kind.NAME:
        hint = FIRST_WORDS[text].format(stack.argument_text(here + 1) or "x", text)
        return stack.error(here, f"{quoted(text)} is no name here", hint)
    if text in NO_OPERATORS:
        hint = NO_OPERATORS[text].format(stack.typed(stack.operands[-1]), stack.argument_text(here + 1) or "2")
        return stack.error(here, f"{quoted(text)} is no operator", hint)
    return None


def _bars(stack: Stack, here: int) -> GradcliError | None:
    """The error of `x |y|`, whose bars may be those of a condition."""
    text = stack.texts[here]
    if stack.kinds[here] not in (kind.BAR, kind.OPEN_BAR):
        return None
    if stack.texts[here + 1] == ">" and text == "|":  # a pipe
        called = f"{stack.argument_text(here + 2)}({stack.typed(stack.operands[-1])})"
        return stack.error(here, "'|>' is not part of the language", f"write {called}")
    if (closing := _closing_bar(stack, here)) is None:
        return stack.error(here, f"{quoted(text)} opens bars that nothing closes", "write |x| for an absolute value")
    bars = stack.source.text[stack.starts[here] : stack.ends[closing]]
    hint = f"write {stack.typed(stack.operands[-1])}*{bars} for a product"
    return stack.error(here, f"an operator is missing before {quoted(text)}", hint)


def _after_transpose(stack: Stack, here: int) -> GradcliError | None:
    """The error of `x.T Ax`: one name, or a product of letters."""
    left, text = stack.operands[-1], stack.texts[here]
    if type(left) is not Transpose or stack.kinds[here] != kind.NAME or not text.isalpha() or len(text) > 3:
        return None
    first = stack.typed(left)
    whole = f"{first}@{text}" if text.isupper() else f"dot({stack.typed(left.operand)}, {text})"
    hint = f"write {first}@{'@'.join(text)}, or {whole} with {text} as one name"
    return stack.error(here, f"{quoted(text)} reads in two ways: a name of its own, or a product", hint)


def _missing_sign(stack: Stack, here: int) -> GradcliError:
    """The error of two names that are no product to everyone, with the likeliest product."""
    first, text = stack.typed(stack.operands[-1]), stack.texts[here]
    bracketed = kind.OPEN in stack.kinds[here : here + 2] or stack.kinds[here] == kind.ANGLE
    after = stack.argument_text(here) if bracketed else text
    readings = unglued(first, {text}) if stack.kinds[here] == kind.NAME else []
    if first[-3:] in APPLIED_WORDS or first[-2:] in APPLIED_WORDS:
        word = first[-3:] if first[-3:] in APPLIED_WORDS else first[-2:]
        readings = [f"{first[: -len(word)]}*{word}({text})"]
    if not readings and stack.kinds[here] == kind.NAME and (inner := unglued(text, {first})):
        readings = [f"{first}*{inner[0]}"]
    hint = f"write {readings[0]}" if readings else f"write {first}*{after} for a product"
    if base := _LOGARITHM.fullmatch(first):
        hint = f"write log({after})/log({base[1]})"
    elif raised := of_raised_number(first, after):
        hint = raised
    elif len(text) == 2 and text[0] == "d" and stack.texts[here + 1] != "/":
        hint = f"leave {text} out, or write {first}*{text} for a product"
    elif first in REFUSED:
        return stack.error(here - 1, f"unknown function {quoted(first)}", REFUSED[first])
    if not readings and len(first) > 2 and len(text) > 2:
        hint = f"write the formula alone, with operators: {first}*{after} is a product"
    return stack.error(here, f"an operator is missing before {quoted(text)}", hint)


# -------------------------------------------------------------------- functions with an exponent


def _powered_function(stack: Stack, here: int) -> tuple[int, Tree] | None:
    """The token of `sin` and the exponent in `sin^2 x`, `sin²x`, `sin^-1(x)`; None elsewhere."""
    if stack.kinds[here] not in OPERANDS and stack.kinds[here] != kind.OPEN:
        return None
    last = stack.operands[-1]
    if stack.kinds[here - 1] == kind.SUPERSCRIPT and isinstance(last, Binary):
        return (here - 2, last.right) if _is_word(last.left) else None
    signs = 1 if stack.powers[-1] == NEGATE and stack.operators[-1] == "-" else 0
    if len(stack.operands) < 2 or stack.powers[-1 - signs] != POWER or not _is_word(stack.operands[-2]):
        return None
    word = stack.places[-1 - signs] - 1
    if stack.kinds[word] != kind.NAME or type(last) not in (Number, Unary, Name):
        return None
    return word, Unary("-", last, last.start, last.end) if signs else last


def _is_word(tree: Tree) -> bool:
    return type(tree) is Name and tree.name in APPLIED_WORDS


def _powered(stack: Stack, here: int, word: int, exponent: Tree) -> Step:
    """`sin^2 x` is sin(x)^2; with -1 it is read in two ways."""
    function, argument = stack.texts[word], stack.argument_text(here)
    inner = argument[1:-1] if argument[:1] == "(" else argument
    if type(exponent) is Name:
        raised = exponent.name
    elif type(exponent) is Number and type(exponent.value) is int and exponent.value:
        raised = str(exponent.value)
    else:
        power = "-" + stack.typed(exponent.operand) if type(exponent) is Unary else stack.typed(exponent)
        inverse = INVERSES.get(function)
        first = f"{inverse}({inner})" if inverse and power in ("-1", "-⁻¹") else f"{function}({inner})^({power})"
        second = f"1/{function}({inner})" if inverse else f"{function}^({power})*{argument}"
        shown = stack.source.text[stack.starts[word] : stack.ends[here - 1]]
        raise stack.error(here, f"{shown}(...) can be read in two ways", f"write {first} or {second}", "ambiguous")
    _forget_power(stack, here)
    stack.applied = True
    symbol = f"{function}^{raised}"
    return stack.prefix(symbol, BRACKETED if stack.kinds[here] == kind.OPEN else APPLIED, word)[0], here


def _forget_power(stack: Stack, here: int) -> None:
    """Take `sin^2` off the stack."""
    stack.operands.pop()
    if stack.kinds[here - 1] != kind.SUPERSCRIPT:
        stack.operands.pop()
        for waiting in (stack.operators, stack.powers, stack.places):
            waiting.pop()


# -------------------------------------------------------------------- x^T


def _transposed(stack: Stack, here: int) -> bool:
    """Read `x^T` before another operand as the transpose; False where T is an exponent."""
    if stack.texts[here - 1] != "T" or stack.powers[-1] != POWER or not _all_raised(stack):
        return False
    end = stack.operands.pop().end
    for waiting in (stack.operators, stack.powers, stack.places):
        waiting.pop()
    tree = stack.operands[-1]
    stack.operands[-1] = Transpose(tree, tree.start, end)
    return True


def _all_raised(stack: Stack) -> bool:
    """Whether each T of the text is an exponent."""
    if stack.raised_to is None:
        raised = (stack.texts[place - 1] in ("^", "**") for place, text in enumerate(stack.texts) if text == "T")
        stack.raised_to = all(raised)
    return stack.raised_to
