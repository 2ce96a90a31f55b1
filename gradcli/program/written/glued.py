"""Names that look like several letters run together, or like a constant: `xy`, `xTAx`, `dy/dx`, `E^x`, `Pi`.

Where nobody means a name of its own the two readings are an error; where some do, the answer says how it was read.
"""

from __future__ import annotations

import re

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text.foreign.characters import GREEK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from gradcli.text.tree import Statement, Tree

PRODUCT: Final = re.compile(r"[xyz]{2,3}")
TRANSPOSE: Final = re.compile(r"([A-Za-z])T([A-Z]?)([A-Za-z])")
DIFFERENTIAL: Final = re.compile(r"d[A-Za-zθ]")
COEFFICIENT: Final = re.compile(r"[a-ce-z]{1,2}[xyt]")
"""`ax`, `abx`: a product to some, a name to others (`dx` is a name)."""
PAIR: Final = re.compile(r"[A-Za-z][0-9]*(?:[a-z][0-9]+){1,3}|[A-Za-z][0-9]+[a-z]")
"""`x1y1`, `Gm1m2`."""
TWO_LETTERS: Final = re.compile(r"[a-ce-z][a-z]|[ABCHKLPQSUVWXYZ]{2}|abc|bcd|pqr|uvw|xyw")
"""`ab`, `AX`: to many two factors."""
MATRIX_AND_VECTOR: Final = re.compile(r"([ABHQUVWX])([bhuvwxyz])")
"""`Wx`."""
INDEXED_PAIR: Final = re.compile(r"([^\W\d_]|[a-z]{2,7})_([0-9]+|[a-z])([^\W\d_]|[a-z]{2,7})(?:([0-9]*)|_\2)")
"""`w_1x_1`, `beta_1x`, `x_iy_i`, which some type for products; the second index of digits has no line."""
OF_PHYSICS: Final = frozenset((
    "mc", "mg", "mgh", "mv", "ma", "IR", "PV", "nRT", "RT", "GM", "GMm", "kT", "hf", "qE", "qV", "RC", "LC", "VI", "kx",
))  # fmt: skip
"""Products that textbooks print without a sign."""
OTHER_WORDS: Final = {"lg": "log10({0}) or log2({0})", "tg": "tan({0})", "ctg": "cot({0})", "sh": "sinh({0})",
                      "ch": "cosh({0})"}  # fmt: skip
"""Functions by the names of other countries, run together with their argument: `lgx`."""


def refuse_glued(name: str, statement: Statement, place: Tree, free: Collection[str]) -> None:
    """Raise `ambiguous` for a name without a value that reads in two ways, each as a text that can be pasted."""
    text = statement.source.text
    typed, before = text[place.start : place.end], text[: place.start].rstrip()
    if DIFFERENTIAL.fullmatch(name):
        _refuse_quotient(statement, before, name, place, free)
    _refuse_words(typed, statement, place)
    reading = ""
    if PRODUCT.fullmatch(name) and len(set(name)) == len(name):
        reading = "*".join(name)
    elif (match := TRANSPOSE.fullmatch(name)) and (match[2] or match[1] == match[3] or match[1] in "wabuvxyz"):
        reading = "@".join(part for part in (f"{match[1]}.T", match[2], match[3]) if part)
    elif typed in CONSTANT_WORDS:
        reading = CONSTANT_WORDS[typed]
    elif name == "T" and (power := _TRANSPOSED_FACTOR.search(text, 0, place.end)) and _FACTOR.match(text, place.end):
        raise GradcliError(
            "ambiguous", f"{power[0]} reads in two ways: {power[1]} transposed, or a power",
            Span(statement.source, power.start(), place.end),
            f"write {power[1]}.T@... for the transpose, {power[1]}**T for the power, or give T a value with --at",
        )  # fmt: skip
    elif name in ("f", "f0") and (number := _OF_C.search(text, 0, place.start)):
        raise GradcliError(
            "ambiguous",
            f"{number[0]}{name} reads in two ways: a number of {'C' if name == 'f' else 'Julia'}, or a product with "
            f"the variable {name}",
            Span(statement.source, number.start(), place.end),
            f"write {number[0]} for the number, {number[0]}*{name} for the product",
        )  # fmt: skip
    elif name == "E" and _RAISED.match(text, place.end):
        reading = "e"
    elif _TIMES_E.fullmatch(name) and name[0] not in free and _RAISED_TO_NAMES.match(text, place.end):
        reading = "*".join(name)
    elif "{" not in typed and (pair := _indexed_pair(name)):
        reading = "*".join(pair)
    elif name[-1] in "xyt" and name[:-1] in OTHER_WORDS:
        reading = OTHER_WORDS[name[:-1]].format(name[-1])
    if reading:
        raise GradcliError(
            "ambiguous", f"{typed!r} reads in two ways: a name of its own, or {reading}",
            Span(statement.source, place.start, place.end),
            f"write {reading}, or give {name} a value with --at or --set",
        )  # fmt: skip


def variables_hint(wanted: str, names: Sequence[str]) -> str:
    """What is said where a name is no variable: those that are, and the product that one of them may stand for."""
    shown = f"variables: {', '.join(names[:8]) or 'none'}{', …' if len(names) > 8 else ''}"
    glued = next((name for name in names if len(name) > 1 and wanted in [*name] and _LETTERS.fullmatch(name)), None)
    if glued is None:
        return shown
    sign = "@" if MATRIX_AND_VECTOR.fullmatch(glued) else "*"
    return f"{shown}; write {sign.join(glued)} if {glued} is a product"


def refuse_power_of_ten(name: str, statement: Statement) -> None:
    """Raise `ambiguous` for the `2E+1` of `E^2 - 2E + 1` without blanks, where E is a variable."""
    number = _OF_TEN[name].search(statement.source.text)
    if number is not None:
        value = float(number[0].replace("−", "-"))
        raise GradcliError(
            "ambiguous", f"{number[0]} reads in two ways: a number, or a sum with the variable {name}",
            Span(statement.source, *number.span()),
            f"write {number[1]}*{name} {number[2]} {number[3]} for the sum, {value:g} for the number",
        )  # fmt: skip


def _refuse_words(typed: str, statement: Statement, place: Tree) -> None:
    """Raise for `None` and `True`, which are no variables, and for casts of C."""
    text = statement.source.text
    if typed in NO_NUMBERS:
        hint = f"{NO_NUMBERS[typed]}, or give {typed} a value with --at or --set"
        raise GradcliError("name", f"{typed} is no number", Span(statement.source, place.start, place.end), hint)
    if typed in CASTS and text[: place.start].rstrip()[-1:] == "(" and text[place.end :].lstrip()[:1] == ")":
        hint = f"leave ({typed}) out, or give {typed} a value with --at or --set"
        message = f"({typed}) reads in two ways: a cast of C, or a variable called {typed}"
        raise GradcliError("ambiguous", message, Span(statement.source, place.start, place.end), hint)


NO_NUMBERS: Final = {
    **dict.fromkeys(("True", "TRUE"), "write 1"), **dict.fromkeys(("False", "FALSE"), "write 0"),
    **dict.fromkeys(("None", "nan", "NaN", "NA", "NULL", "null"), "leave it out"),
}  # fmt: skip
"""Words of programs that are no names of variables, and what to write."""
CASTS: Final = frozenset(("double", "float", "int", "long"))
CONSTANT_WORDS: Final = {
    **dict.fromkeys(("Pi", "PI", "M_PI"), "pi"), **dict.fromkeys(("Inf", "Infinity", "infinity", "oo"), "inf"),
}  # fmt: skip
_TRANSPOSED_FACTOR: Final = re.compile(r"(?<![\w.])([A-Za-z]\w*)\s*\^\s*T\Z")
_FACTOR: Final = re.compile(r"\s*[*·]\s*[A-Za-z(]")
_OF_C: Final = re.compile(r"(?<![\w.])(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)\Z")
_OF_TEN: Final = {e: re.compile(rf"(?<![\w.])([0-9.]+){e}([-+−])([0-9]+)(?![\w.])") for e in "eE"}
_LETTERS: Final = re.compile(r"[A-Za-z]{2,3}")
_D_ABOVE: Final = re.compile(r"(?<!\w)d(?:\s[^+/]{1,80})?\s*/\Z")
"""The `d sin(x)/` of `d sin(x)/dx`."""
_QUOTIENT_BEFORE: Final = re.compile(r"(?<!\w)(d[A-Za-zθ])\s*/\Z")
_TIMES_E: Final = re.compile(r"[A-DF-Za-df-z]e")
"""The Ae of `Ae^(-k*t)`."""
_RAISED_TO_NAMES: Final = re.compile(r"\s*(?:\^|\*\*)\s*(?:[-−]?\s*[A-Za-zα-ω]|\([^()]*[A-Za-zα-ω])")
_RAISED: Final = re.compile(r"\s*(?:\^|\*\*)\s*[-(A-Za-z]")


def _refuse_quotient(statement: Statement, before: str, below: str, place: Tree, free: Collection[str]) -> None:
    """Raise for `dy/dx` of two names without values, and for `d sin(x)/dx`."""
    if (match := _QUOTIENT_BEFORE.search(before)) and match[1] in free:
        above, parts = match[1], "variables"
        hint = f"write the function in the place of {above[1:]}, as in d/{below} ({below[1:]}^2), or give {above} and "
        hint += f"{below} values with --at or --set"
    elif match := _D_ABOVE.search(before):
        above, parts = match[0].rstrip("/ "), "products"
        hint = f"write d/{below} ({below[1:]}^2) for the derivative, d*{below[1:]} for a product"
    else:
        return
    raise GradcliError(
        "ambiguous", f"{above}/{below} reads in two ways: a derivative, or a quotient of two {parts}",
        Span(statement.source, place.start, place.end), hint,
    )  # fmt: skip


def _indexed_pair(name: str) -> tuple[str, str] | None:
    """`w_1` and `x_1` of `w_1x_1`; None for names of words, as `layer_1a`."""
    match = INDEXED_PAIR.fullmatch(name)
    greek = GREEK.values()
    if match is None or not all(len(letters) == 1 or letters in greek for letters in (match[1], match[3])):
        return None
    if match[2].isalpha() and match[4] is not None:
        return None  # x_iy alone may be one name
    second = match[4] if match[4] is not None else f"_{match[2]}"
    return f"{match[1]}_{match[2]}", match[3] + (f"_{second}" if second[:1].isdigit() else second)


def notes_on(free: Mapping[str, tuple[Statement, Tree]], values: Collection[str]) -> tuple[str, ...]:
    """How names that some mean as products were read."""
    return tuple(
        f"{name} is one name; {_product(name)} is the product"
        for name, (statement, place) in free.items()
        if name not in values and is_doubtful(name, statement.source.text, place)
    )


def _product(name: str) -> str:
    """The product that some mean by a name."""
    if MATRIX_AND_VECTOR.fullmatch(name):
        return "@".join(name)
    return "*".join(re.findall("[A-Za-z][0-9]*", name) if PAIR.fullmatch(name) else name)


def is_doubtful(name: str, text: str, place: Tree) -> bool:
    """`ax`, or letters right behind a number: `2ab`."""
    if PAIR.fullmatch(name) and text[place.start : place.end] == name:
        return True
    if (MATRIX_AND_VECTOR.fullmatch(name) or name in OF_PHYSICS) and text[place.start : place.end] == name:
        return True
    if not 1 < len(name) < 4 or not (name.isascii() and name.isalpha()) or name in ("tau", *GREEK.values()):
        return False
    if text[place.start : place.end] != name or len(set(name)) == 1:
        return False
    if TWO_LETTERS.fullmatch(name):
        return True
    coefficient = name.islower() and bool(COEFFICIENT.fullmatch(name))
    return coefficient or text[: place.start][-1:] in tuple("0123456789½⅓¼¾⅔")
