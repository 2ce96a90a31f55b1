"""Formulas of spreadsheets, `=A1^2`: ranges of cells, semicolons between arguments, and what they say otherwise.

What a spreadsheet says otherwise than everybody else is an error that shows both readings.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.tuples import decimal_comma

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack

_CELL: Final = pattern(r"([A-Z]{1,2})([0-9]{1,4})")
_OVER_ALL: Final = frozenset((
    "SUM", "MAX", "MIN", "AVERAGE", "PRODUCT", "SUMSQ", "SUMME", "SOMME", "MITTELWERT", "VARP", "STDEVP",
))  # fmt: skip
"""Functions of all cells of all their arguments."""
_LISTS: Final = _OVER_ALL - {"MAX", "MIN", "PRODUCT"}
"""Those that elsewhere have a list as their argument."""
_MOST: Final = 1000
_ABSOLUTE: Final = pattern(r"\$(?=\$?[A-Z]{1,2}\$?[0-9])|(?<=[A-Z])\$(?=[0-9])")


def without_dollars(text: str) -> str:
    """`=$A$1^2` without the signs that only matter when a cell is copied."""
    return _ABSOLUTE.sub("", text)


def put_plainly(stack: Stack) -> None:
    """Take semicolons between arguments for commas, and ranges of cells for lists. Raises `number` for `1,5`."""
    if kind.SEMICOLON in stack.kinds and kind.OPEN in stack.kinds:
        for here, what in enumerate(stack.kinds):
            if what == kind.COMMA and (error := decimal_comma(stack, here)) is not None:
                raise error
        if kind.COMMA not in stack.kinds:
            depth = 0
            for here, what in enumerate(stack.kinds):
                depth += (what == kind.OPEN) - (what == kind.CLOSE)
                if what == kind.SEMICOLON and depth:
                    stack.kinds[here] = kind.COMMA
    here = stack.place + 1
    while here < len(stack.kinds) - 1:
        if stack.texts[here] in ("VAR", "STDEV") and stack.texts[here + 1 : here + 3] == [".", "P"]:
            _merged(stack, here)
        called = stack.texts[here] in _LISTS and stack.kinds[here + 1] == kind.OPEN and stack.texts[here + 2] != "["
        if called and kind.COLON not in stack.kinds[here:] and len(_arguments(stack, here + 1)) > 1:
            _in_one_list(stack, here + 1)
        if stack.texts[here] == ":" and stack.kinds[here - 1] == kind.NAME == stack.kinds[here + 1]:
            _range(stack, here)
        here += 1


def _merged(stack: Stack, here: int) -> None:
    """`VAR.P` as VARP."""
    stack.texts[here] += "P"
    stack.ends[here] = stack.ends[here + 2]
    stack.names[stack.texts[here]] = stack.texts[here]
    for column in (stack.kinds, stack.texts, stack.starts, stack.ends):
        del column[here + 1 : here + 3]


def _range(stack: Stack, here: int) -> None:
    """`A1:A3` as `[A1, A2, A3]`; the only argument of a function of all cells is one list of all of them."""
    first, last = (_CELL.fullmatch(stack.texts[place]) for place in (here - 1, here + 1))
    if first is None or last is None:
        return
    columns = [_column(match[1]) for match in (first, last)]
    numbers = [int(match[2]) for match in (first, last)]
    count = (columns[1] - columns[0] + 1) * (numbers[1] - numbers[0] + 1)
    if not 0 < count <= _MOST or columns[1] < columns[0]:
        return
    cells = [[f"{_letters(column)}{row}" for column in range(columns[0], columns[1] + 1)]
             for row in range(numbers[0], numbers[1] + 1)]  # fmt: skip
    opened = here - 2
    while opened > 0 and stack.kinds[opened] in (kind.NAME, kind.NUMBER, kind.COMMA, kind.COLON, kind.CLOSE_SQUARE,
                                                 kind.OPEN_SQUARE):  # fmt: skip
        opened -= 1
    over_all = stack.kinds[opened] == kind.OPEN and stack.texts[opened - 1] in _OVER_ALL
    flat = len(cells) == 1 or len(cells[0]) == 1 or over_all
    rows = [[cell for row in cells for cell in row]] if flat else cells
    words: list[str] = []
    for row in rows:
        words += ["[", *",".join(row).replace(",", " , ").split(), "]", ","]
    words = words[1:-2] if over_all else words[:-1] if flat else ["[", *words[:-1], "]"]
    start, end = stack.starts[here - 1], stack.ends[here + 1]
    stack.names.update({cell: cell for row in cells for cell in row})
    kinds = {"[": kind.OPEN_SQUARE, "]": kind.CLOSE_SQUARE, ",": kind.COMMA}
    stack.kinds[here - 1 : here + 2] = [kinds.get(word, kind.NAME) for word in words]
    stack.starts[here - 1 : here + 2] = [start] * len(words)
    stack.ends[here - 1 : here + 2] = [end] * len(words)
    stack.texts[here - 1 : here + 2] = words
    if over_all and stack.texts[opened + 1] != "[":
        _in_one_list(stack, opened)


def _in_one_list(stack: Stack, opened: int) -> None:
    """Square brackets around all arguments of the call whose bracket opens at a token."""
    depth, closed = 0, opened
    while stack.kinds[closed] != kind.END:
        depth += (stack.kinds[closed] == kind.OPEN) - (stack.kinds[closed] == kind.CLOSE)
        if not depth:
            break
        closed += 1
    for place, what, text in ((closed, kind.CLOSE_SQUARE, "]"), (opened + 1, kind.OPEN_SQUARE, "[")):
        stack.kinds.insert(place, what)
        stack.texts.insert(place, text)
        stack.starts.insert(place, stack.starts[place])
        stack.ends.insert(place, stack.starts[place])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def refuse_other_meanings(stack: Stack) -> None:
    """Raise for `=-A1^2`, which is (-A1)^2 there, for `=LOG(A1)`, which is log10, and for ranges of cells."""
    for here in range(stack.place + 1, len(stack.kinds) - 1):
        text = stack.texts[here]
        if text == "-" and stack.kinds[here - 1] in _BEFORE_SIGN and stack.texts[here + 2] == "^":
            base, power = stack.texts[here + 1], stack.argument_text(here + 3)
            inner, outer = f"(-{base})^{power}", f"-({base}^{power})"
            message = f"-{base}^{power} is {inner} in a spreadsheet, and {outer} elsewhere"
            raise stack.error(here, message, f"write {inner} or {outer}", "ambiguous")
        if stack.kinds[here] == kind.FACTORIAL and stack.kinds[here + 1] == kind.NAME:
            hint = f"write {stack.texts[here + 1]} alone"
            raise stack.error(here, "a cell of another sheet is not read", hint)
        if text == "LOG" and stack.kinds[here + 1] == kind.OPEN and len(_arguments(stack, here + 1)) == 1:
            inside = stack.argument_text(here + 1)
            message = "LOG is the logarithm to the base 10 in a spreadsheet, and the natural one elsewhere"
            raise stack.error(here, message, f"write log10{inside} or ln{inside}", "ambiguous")
        if text == "ATAN2" and len(parts := _arguments(stack, here + 1)) == 2:
            x, y = parts
            message = f"ATAN2({x}, {y}) is the angle of x = {x} and y = {y} in a spreadsheet, and atan2 has y first"
            raise stack.error(here, message, f"write atan2({y}, {x}), or atan2({x}, {y}) for y = {x}", "ambiguous")
        if text in ("VAR", "STDEV"):
            inside = stack.argument_text(here + 1 + 2 * (stack.texts[here + 1] == "."))  # VAR.S
            message = f"{text} divides by n - 1 in a spreadsheet, and here by n"
            factor = "n/(n - 1)" if text == "VAR" else "sqrt(n/(n - 1))"
            hint = f"write ={text}P{inside} to divide by n, ={factor}*{text}P{inside} with n as a number for n - 1"
            raise stack.error(here, message, hint, "ambiguous")
        if text == "^" and stack.texts[here + 2] == "^" and stack.kinds[here - 1] in (kind.NAME, kind.NUMBER):
            a, b, c = stack.texts[here - 1], stack.texts[here + 1], stack.argument_text(here + 3)
            inner, outer = f"({a}^{b})^{c}", f"{a}^({b}^{c})"
            message = f"{a}^{b}^{c} is {inner} in a spreadsheet, and {outer} elsewhere"
            raise stack.error(here, message, f"write {inner} or {outer}", "ambiguous")
        if text == ":" and stack.kinds[here - 1] == kind.NAME == stack.kinds[here + 1]:
            cells = f"{stack.texts[here - 1]} + {stack.texts[here + 1]}"
            hint = f"write the cells one by one, {cells}, or sum(x) over a vector x"
            raise stack.error(here, "a range of cells is not read", hint)


_BEFORE_SIGN = (kind.EQUALS, kind.OPEN, kind.COMMA, kind.OPERATOR)


def _arguments(stack: Stack, here: int) -> list[str]:
    """The texts of the arguments in the bracket that opens at a token."""
    depth, starts = 0, [stack.ends[here]]
    ends: list[int] = []
    for place in range(here, len(stack.kinds)):
        what = stack.kinds[place]
        depth += (what in (kind.OPEN, kind.OPEN_SQUARE)) - (what in (kind.CLOSE, kind.CLOSE_SQUARE))
        if not depth or (what == kind.COMMA and depth == 1):
            ends.append(stack.starts[place])
            starts.append(stack.ends[place])
        if not depth:
            break
    return [stack.source.text[start:end].strip() for start, end in zip(starts, ends, strict=False)]
