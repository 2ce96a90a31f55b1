"""Tokens -> one tree: precedence climbing with an explicit stack instead of recursion, linear in the text.

Reading goes to and fro between two states, "an operand must come" and "an operator may come". The loop in
`read_expression` treats names, numbers and operators itself; everything else is a function found by the token's kind.

Codes of errors: `syntax`, `empty`, `ambiguous` (what people read in two ways, both shown), `limit` (too deep).
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text import brackets
from gradcli.text import tokens as kind
from gradcli.text.binders import anonymous
from gradcli.text.stack import (
    APPLIED,
    BINARY,
    BRACKETED,
    COMPARE,
    JUXTAPOSITION,
    LATEX_BINARY,
    LATEX_JUXTAPOSITION,
    NEGATE,
    NOT,
    POWER,
    PRODUCT,
    REDUCING,
    TIGHT_JUXTAPOSITION,
    Frame,
    Stack,
)
from gradcli.text.tokens import CLOSE, NAME, NUMBER, OPEN, OPERATOR, exact_number, plain_digits, quoted
from gradcli.text.tree import LATEX_POWER, Binary, Name, Number, Text, Transpose, Unary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from gradcli.text.stack import Handler, Step
    from gradcli.text.tree import Tree

ROOTS: Final = {"√": "sqrt", "∛": "cbrt"}
_UNINDEXED: Final = ("D", "exp", "log", "ln", "sin", "cos", "tan")
_PLAIN_FACTORS: Final = frozenset((NUMBER, kind.CLOSE, kind.CLOSE_SQUARE, kind.BAR, kind.FACTORIAL))
_BEFORE_FACTOR: Final = _PLAIN_FACTORS | {kind.CLOSE_BAR, kind.SUPERSCRIPT, kind.SUBSCRIPT}


def read_expression(stack: Stack) -> Tree:
    """The longest expression from `stack.place` on; `stack.place` is then at the token that does not belong to it.

    Raises GradcliError at the place where the text is no expression.
    """
    stack.clear()
    kinds, texts, starts, ends, names = stack.kinds, stack.texts, stack.starts, stack.ends, stack.names
    operands, operators, powers, places = stack.operands, stack.operators, stack.powers, stack.places
    here, frames, binary = stack.place, stack.frames, LATEX_BINARY if stack.latex else BINARY
    stack.open(Frame("text"), here - 1)
    wanted = True  # an operand must come
    while here >= 0:
        what = kinds[here]
        if wanted:
            if what == NAME and kinds[here + 1] != OPEN:
                operands.append(Name(names[texts[here]], starts[here], ends[here]))
            elif what == NUMBER:
                value, decimal = stack.numbers[texts[here]]
                operands.append(Number(value, decimal, starts[here], ends[here]))
            else:
                wanted, here = OPERANDS.get(what, _no_operand)(stack, here)
                continue
            wanted = False
            here += 1
            continue
        if what == OPERATOR:
            symbol, left, right = binary[texts[here]]
        elif what == CLOSE and frames[-1].form == "(":
            left = 1
        else:
            wanted, here = OPERATORS.get(what, _no_operator)(stack, here)
            continue
        while powers[-1] >= left:
            if powers[-1] & 1:
                stack.apply_prefix(here)
                continue
            powers.pop()
            last = operands.pop()
            first = operands[-1]
            operands[-1] = Binary(operators.pop(), first, last, starts[places.pop()], first.start, last.end)
        if what == CLOSE:
            stack.close_group(here)
        else:
            operators.append(symbol)
            powers.append(right)
            places.append(here)
            wanted = True
        here += 1
    return operands.pop()


# -------------------------------------------------------------------- where an operand must come


def _sign(stack: Stack, here: int) -> Step:
    """A unary minus; a unary plus leaves no trace."""
    symbol = BINARY[stack.texts[here]][0]
    if symbol == "/" and here > 1 and stack.texts[here - 1] == "/" and stack.starts[here] == stack.ends[here - 1]:
        left, right = stack.typed(stack.operands[-1]), stack.argument_text(here + 1) or "y"
        hint = f"write floor({left}/{right}) to round down, or # before a comment"
        raise stack.error(here, "'//' is not part of the language", hint)
    if symbol == "-":
        if stack.texts[here - 1] == "-" and stack.ends[here - 1] == stack.starts[here]:
            from gradcli.text.prose.unreadable import refuse_two_signs

            refuse_two_signs(stack, here)
        return stack.prefix("-", NEGATE, here)
    if symbol == "@" and (step := anonymous(stack, here)) is not None:
        return step
    if symbol != "+" or stack.powers[-1] in (APPLIED, REDUCING):  # "\\sin + x" lacks an argument
        from gradcli.text.prose.unreadable import no_operand

        raise no_operand(stack, here)
    return True, here + 1


def _allow_condition(stack: Stack, here: int) -> None:
    if not stack.frames[-1].conditions:
        from gradcli.text.systems.branches import allow_condition

        allow_condition(stack, here)


def _negation(stack: Stack, here: int) -> Step:
    _allow_condition(stack, here)
    return stack.prefix("not", NOT, here)


def _root(stack: Stack, here: int) -> Step:
    if stack.texts[here] not in ROOTS:
        return _root_index(stack, here)
    return stack.prefix(ROOTS[stack.texts[here]], NEGATE, here)


def _root_index(stack: Stack, here: int) -> Step:
    from gradcli.text.foreign.raised import root_index

    return root_index(stack, here)


_BRACKET: Final = pattern(r"(?:\\(?:left|[bB]igg?l?)\s*)?(?:[(\[]|\\\{|\\lbrac[ek])")
"""A bracket that holds the whole argument of a function; braces and fractions are parts of one."""


def _applied(stack: Stack, here: int) -> Step:
    """A LaTeX function without brackets."""
    name = stack.texts[here]
    if name in stack.spelled.bounds:
        if stack.powers[-1] > REDUCING and not stack.powers[-1] & 1:  # behind \cdot or a stroke
            from gradcli.text.latex.letters import end_sum

            waiting = stack.operators.pop(), stack.powers.pop(), stack.places.pop()
            end_sum(stack, stack.spelled.bounds[name].indices)
            stack.push(*waiting)
        return stack.prefix(name, REDUCING, here)
    if _BRACKET.match(stack.source.text, stack.starts[here + 1]):
        return stack.prefix(name, BRACKETED, here)
    return stack.prefix(name, APPLIED, here)


def _word(stack: Stack, here: int) -> Step:
    """A quoted word; only as a whole argument."""
    alone = not stack.powers[-1] and stack.kinds[here + 1] in (kind.COMMA, kind.CLOSE)
    if stack.frames[-1].form != "call" or not alone:
        message = 'a quoted word stands only as an argument, as in norm(x, "fro")'
        raise stack.error(here, message, "leave out the quotes")
    stack.operands.append(Text(stack.texts[here][1:-1], stack.starts[here], stack.ends[here]))
    return False, here + 1


def _no_operand(stack: Stack, here: int) -> Step:
    from gradcli.text.prose.unreadable import no_operand

    raise no_operand(stack, here)


def _odd_sign(stack: Stack, here: int) -> Step:
    """A character that the strict language does not have."""
    from gradcli.text.foreign.signs import before_operand

    return before_operand(stack, here)


# -------------------------------------------------------------------- where an operator may come


def _condition(stack: Stack, here: int) -> Step:
    """A comparison, `and` or `or`."""
    _allow_condition(stack, here)
    row = BINARY[stack.texts[here]]
    if row[1] == COMPARE:
        stack.reduce(COMPARE + 1)
        if stack.powers[-1] == COMPARE and stack.latex:  # 0 < x < 1
            middle = stack.operands[-1]
            stack.infix(BINARY["and"], here)
            stack.operands.append(middle)
        elif stack.powers[-1] == COMPARE:
            low, high = map(stack.typed, stack.operands[-2:])
            hint = f"write {low} {stack.operators[-1]} {high} and {high} {row[0]} ..."
            raise stack.error(here, "comparisons cannot be chained", hint)
    stack.infix(row, here)
    return True, here + 1


def _transpose(stack: Stack, here: int) -> Step:
    tree = stack.operands[-1]
    if stack.latex and stack.texts[here] == "T" and type(tree) in (Number, Binary):
        from gradcli.text.latex.letters import power_of_number

        if power_of_number(stack, here):
            return False, here + 1
    if stack.texts[here] == "'" or type(tree) is Number or (type(tree) is Name and tree.name in ("e", "pi", "tau")):
        stack.spelled.used = True  # x' beside x may be another point, 1ᵀ is a row of ones, (x^2)' a derivative
    stack.operands[-1] = Transpose(tree, tree.start, stack.ends[here], stack.texts[here] == "T")
    return False, here + 1


def _factorial(stack: Stack, here: int) -> Step:
    from gradcli.text.foreign.signs import factorial

    return factorial(stack, here)


def _superscript(stack: Stack, here: int) -> Step:
    """`x²`, `x⁻¹`, `x¹⁰`: a power of what stands before; `x²^3` is `x^2^3`, as in ASCII."""
    if stack.kinds[here - 1] == kind.SUPERSCRIPT:
        raise stack.error(here, "two exponents in a row", "write one exponent")
    text, start, end = plain_digits(stack.texts[here]), stack.starts[here], stack.ends[here]
    if stack.texts[here + 1] == "√" and stack.starts[here + 1] == end:
        from gradcli.text.foreign.raised import refuse_root_index

        refuse_root_index(stack, here)
    if not text.lstrip("+-").isdecimal():
        from gradcli.text.foreign.raised import raised

        return raised(stack, here)
    try:
        number = Number(exact_number(text.lstrip("+-"))[0], False, start, end)
    except GradcliError as error:
        raise stack.error(here, error.message, error.hint, error.code) from None
    if stack.texts[here + 1] in ("**", "^"):
        stack.infix((LATEX_BINARY if stack.latex else BINARY)["^"], here)
        if text[0] == "-":
            stack.prefix("-", NEGATE, here)
        stack.operands.append(number)
        return False, here + 1
    base = stack.operands[-1]
    exponent = Unary("-", number, start, end) if text[0] == "-" else number
    sign = LATEX_POWER if stack.latex or text == "-1" else "**"  # A⁻¹ is the inverse of a matrix
    stack.operands[-1] = Binary(sign, base, exponent, start, base.start, end)
    return False, here + 1


def _square(stack: Stack, here: int) -> Step:
    """`x[0]`; after a number, and in LaTeX, a factor; after a function in capitals its bracket: `Sin[x]`."""
    if stack.texts[here] in ("entry", "index"):
        return brackets.open_index(stack, here)
    before = stack.texts[here - 1]
    if stack.kinds[here - 1] == NAME and (before in _UNINDEXED or (before[:1].isupper() and len(before) > 1)):
        from gradcli.text.foreign.calls import square_call

        if (step := square_call(stack, here)) is not None:
            return step
    if stack.latex:
        from gradcli.text.latex.letters import entry

        return entry(stack, here) or _factor(stack, here)
    return _factor(stack, here) if stack.kinds[here - 1] == NUMBER else brackets.open_index(stack, here)


def _bar(stack: Stack, here: int) -> Step:
    return brackets.bar(stack, here) or _factor(stack, here)


def _factor(stack: Stack, here: int) -> Step:
    """Two operands side by side: a product after a number or a closing bracket (in LaTeX anywhere), if it is clear."""
    if stack.latex:
        return _latex_factor(stack, here)
    before, what = stack.kinds[here - 1], stack.kinds[here]
    if stack.texts[here] == "for":
        from gradcli.text.foreign.comprehensions import comprehension

        return comprehension(stack, here)
    _refuse_no_factor(stack, here)
    if before not in _PLAIN_FACTORS or stack.applied or (stack.powers[-1] >= NEGATE and _is_unusual(stack, here)):
        from gradcli.text.foreign.habits import side_by_side

        step = side_by_side(stack, here)
        if step is not None:
            return step
    if before not in _BEFORE_FACTOR or what == NUMBER:
        raise _missing_operator(stack, here)
    if before == NUMBER:
        _refuse_under_root(stack, here)
        if stack.powers[-1] > PRODUCT and what not in (OPEN, kind.BAR):
            stack.reduce(POWER + 1)
            _reduce_prefixes(stack)
            if stack.powers[-1] == POWER:
                raise stack.two_readings(here, "^")
    stack.refuse_division(here)
    stack.infix(JUXTAPOSITION, here)
    left = stack.operands[-1]
    left = left.right if type(left) is Binary and left.op != "**" else left
    if type(left) is Binary and left.op == "**" and (type(left.left) is not Name or left.left.name[:1].isupper()):
        stack.spelled.used = True  # A⁻¹b may be an inverse matrix
    return True, here


def _refuse_no_factor(stack: Stack, here: int) -> None:
    """Raise for what is no factor: the next entry of a list, a word, the number of a formula, an index."""
    before, what, text = stack.kinds[here - 1], stack.kinds[here], stack.texts[here]
    apart = stack.starts[here] > stack.ends[here - 1]
    if stack.frames[-1].form == "[" and apart:
        from gradcli.text.prose.unreadable import refuse_blank

        refuse_blank(stack, here)
    if what == NAME and ((apart and (len(text) > 2 or text == "at")) or not text.isascii()):
        from gradcli.text.prose.around import refuse_word

        refuse_word(stack, here)
    if what == OPEN and stack.kinds[here + 1] == NUMBER and apart:
        _refuse_number(stack, here)
    if what == NAME and text[0] == "_" and before in (CLOSE, kind.CLOSE_SQUARE):
        hint = f"write {stack.typed(stack.operands[-1])}[0] for the first entry"
        raise stack.error(here, f"an index belongs to a name, not to {quoted(stack.texts[here - 1])}", hint)


def _refuse_number(stack: Stack, here: int) -> None:
    from gradcli.text.prose.unreadable import refuse_number_of_formula

    refuse_number_of_formula(stack, here)


def _refuse_under_root(stack: Stack, here: int) -> None:
    """Raise for `√2x`: how far the root reaches is not seen."""
    if stack.operators[-1] in ROOTS.values() and stack.powers[-1] == NEGATE:
        sign, first, other = stack.texts[stack.places[-1]], stack.texts[here - 1], stack.argument_text(here) or "x"
        hint = f"write {sign}({first})*{other} or {sign}({first}*{other})"
        raise stack.error(here, f"what stands under {sign} can be read in two ways", hint, "ambiguous")


def _is_unusual(stack: Stack, here: int) -> bool:
    """Whether a blank or a power stands before a factor: `x^2 y`, `sin^2(x)`."""
    return stack.starts[here] > stack.ends[here - 1] or POWER in stack.powers[-2:]


def _latex_factor(stack: Stack, here: int) -> Step:
    """Juxtaposition in LaTeX. A function without brackets takes letters and numbers, and ends at the next function."""
    from gradcli.text.latex import letters

    what = stack.kinds[here]
    if what == kind.JUXTAPOSE and letters.is_called(stack, here):
        return letters.call(stack, here)
    if what == OPEN and stack.kinds[here + 1] == NUMBER and stack.source.text[stack.starts[here] - 1].isspace():
        _refuse_number(stack, here)
    if what == NUMBER and not _is_power_of_number(stack, here):
        if not letters.take_digits(stack, here):
            raise _missing_operator(stack, here)
        return False, here + 1
    if stack.kinds[here - 1] in (NAME, NUMBER) and stack.starts[here] == stack.ends[here - 1]:
        _refuse_under_root(stack, here)
    stack.reduce(TIGHT_JUXTAPOSITION[1])
    if what == kind.APPLY and stack.texts[here] in stack.spelled.bounds:
        letters.end_sum(stack, stack.spelled.bounds[stack.texts[here]].indices)
    calls = what == kind.NAME and stack.kinds[here + 1] == OPEN
    root = calls and stack.texts[here] in ROOTS.values()
    barred = what == NAME and stack.kinds[here - 1] in (kind.BAR, kind.CLOSE_BAR)
    if stack.powers[-1] == APPLIED and (root or barred or letters.may_end_argument(stack, here)):
        raise letters.argument_ends(stack, here)
    row = LATEX_JUXTAPOSITION if what == kind.APPLY or calls else TIGHT_JUXTAPOSITION
    stack.reduce(row[1])
    if stack.powers[-1] != APPLIED:
        stack.refuse_division(here)
    stack.infix(row, here)
    return True, here + (what == kind.JUXTAPOSE)


def _is_power_of_number(stack: Stack, here: int) -> bool:
    """`(x - 1) 2^{x}`: behind a bracket or a blank, a number that has an exponent is a factor."""
    if stack.texts[here + 1] not in ("^", "**") or stack.kinds[here - 1] == NUMBER:
        return False
    return stack.kinds[here - 1] != NAME or stack.starts[here] > stack.ends[here - 1]


def _reduce_prefixes(stack: Stack) -> None:
    while stack.powers[-1] == NEGATE:
        stack.apply_prefix()


def _missing_operator(stack: Stack, here: int) -> GradcliError:
    """The error of two operands side by side that are no product."""
    text, what, left = stack.texts[here], stack.kinds[here], stack.typed(stack.operands[-1])
    if what == NUMBER and stack.kinds[here - 1] == NUMBER and not text.isascii():
        hint = f"write {left}+{stack.numbers[text][0]} or {left}*{stack.numbers[text][0]}"
    elif what == NUMBER and stack.kinds[here - 1] == NUMBER:
        hint = f"write {left}*{text}, or {left}{text} for one number"
    elif what == NUMBER:
        hint = f"write {left}*{text} or {left}^{text}"
    else:
        right = f"{text}(...)" if stack.kinds[here + 1] == OPEN else text
        hint = f"write {left}*{right}"
        if what == NAME and stack.kinds[here - 1] == NAME and left.isalpha() and left.isascii() and len(left) > 2:
            hint = f"write {left}({right}), or {left}*{right} for a product"
    return stack.error(here, f"an operator is missing before {quoted(text)}", hint)


def _no_operator(stack: Stack, here: int) -> Step:
    """A token that can follow no operand."""
    if stack.kinds[here] == kind.BAD:
        from gradcli.text.foreign.signs import after_operand

        return after_operand(stack, here)
    if stack.kinds[here] == kind.SUBSCRIPT:
        before = quoted(stack.texts[here - 1])
        raise stack.error(here, f"an index belongs to a name, not to {before}", "write x[0] for an entry")
    raise _missing_operator(stack, here)


OPERANDS: Final[Mapping[int, Handler]] = {
    NAME: brackets.call, OPEN: brackets.group, OPERATOR: _sign, kind.OPEN_SQUARE: brackets.vector, kind.ROOT: _root,
    kind.ANGLE: brackets.angle, kind.BAR: brackets.open_bar, kind.OPEN_BAR: brackets.open_bar, kind.STRING: _word,
    kind.SUPERSCRIPT: _root_index, kind.NOT: _negation, kind.APPLY: _applied, kind.BAD: _odd_sign,
    **dict.fromkeys((kind.CLOSE, kind.COMMA, kind.COLON, kind.CLOSE_SQUARE), brackets.close_empty),
}  # fmt: skip
"""What to do with a token where an operand must come, besides names and numbers."""

OPERATORS: Final[Mapping[int, Handler]] = {
    kind.CLOSE: brackets.close_round, kind.CLOSE_SQUARE: brackets.close_square, kind.COMMA: brackets.comma,
    kind.COLON: brackets.colon, kind.EQUALS: brackets.equals, kind.OPEN_SQUARE: _square, kind.BAR: _bar,
    kind.CLOSE_BAR: brackets.close_bar, kind.TRANSPOSE: _transpose, kind.FACTORIAL: _factorial,
    kind.SUPERSCRIPT: _superscript, kind.COMPARISON: _condition, kind.LOGIC: _condition, kind.NAME: _factor,
    **dict.fromkeys((kind.NUMBER, OPEN, kind.ANGLE, kind.ROOT, kind.APPLY, kind.OPEN_BAR, kind.JUXTAPOSE), _factor),
    **dict.fromkeys((kind.END, kind.NEWLINE, kind.SEMICOLON), brackets.finish),
}  # fmt: skip
"""What to do with a token after an operand, besides the operators."""

Stack.read_inner = staticmethod(read_expression)
