"""What a black box answers: printed text, JSON or Python values -> flat float64 numbers with their shape.

Printed numbers keep count of their digits: a program that prints six of them rounds its answer, and differences of
rounded answers are noise below that rounding.
"""

from __future__ import annotations

import math
import re

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

NUMBER: Final = re.compile(
    r"[+-]?(?:(?P<whole>\d*)(?:\.(?P<places>\d*))?(?:[eEdD](?P<exponent>[+-]?\d+))?|inf(?:inity)?|nan)", re.IGNORECASE
)
LABELLED: Final = re.compile(r"\s*(?P<label>[^:=\s](?:[^:=]*[^:=\s])?)\s*[:=]\s*(?P<numbers>.*)")
SEPARATOR: Final = re.compile(r"[\s,;]+")
FULL_DIGITS: Final = 15
"""Significant decimal digits that a float64 can hold; a program that prints these rounds no more than it must."""
SHOWN: Final = 60


class UnreadableError(Exception):
    """The answer is no number, no numbers, or not those that were asked for: what it did, after its subject."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Printed(NamedTuple):
    """A number with the digits that it was printed with: significant ones, and decimal places."""

    value: float
    digits: int
    places: int


class Reply(NamedTuple):
    """One answer: its numbers (matrices column by column) and its shape.

    shape             () for a number, (m,) for several, (p, q) for a matrix
    digits, places    of each number as it was printed: significant digits, decimal places; None for Python values
    """

    values: tuple[float, ...]
    shape: tuple[int, ...]
    digits: tuple[int, ...] | None = None
    places: tuple[int, ...] | None = None


def read_printed(text: str, key: str | None) -> Reply:
    """The answer in a program's standard output: its last line, or the whole text where that is one JSON value.

    A key picks from JSON, or the last line `key: 1.5` (`key = 1.5`). Without one such a line is no answer: it may as
    well be the time that the run took. Raises UnreadableError.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise UnreadableError("printed nothing")
    last = lines[-1].strip()
    if key is None:
        numbers = read_numbers(last)
        if numbers is not None:
            return reply_of(numbers[0] if len(numbers) == 1 else numbers)
    for candidate in (last, text):
        try:
            found = read_json(candidate)
        except ValueError:
            continue
        if key is None or isinstance(found, dict | list):
            return reply_of(pick(found, key))
    labels = labelled(lines)
    if key in labels:
        numbers = labels[key]
        return reply_of(numbers[0] if len(numbers) == 1 else numbers)
    expected = f"JSON, and no line is '{shown(key)}: NUMBER'" if key else f"a number: '{shown(last)}'"
    hint = f"--answer LABEL picks a line by its label: {keys_of(labels)}" if labels else ""
    raise UnreadableError(f"printed no answer: its last line is not {expected}", hint)


def labelled(lines: Sequence[str]) -> dict[str, list[Printed]]:
    """The numbers of lines such as `drag: 1.5` and `drag = 1.5`, by label; of equal labels the last line's."""
    found: dict[str, list[Printed]] = {}
    for line in lines:
        match = LABELLED.fullmatch(line)
        numbers = read_numbers(match["numbers"]) if match else None
        if match and numbers is not None:
            found[match["label"]] = numbers
    return found


def shown(text: str) -> str:
    """A text cut to what a message can hold."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def read_numbers(line: str) -> list[Printed] | None:
    """Numbers with blanks, commas or semicolons between them; None for anything else."""
    words = [word for word in SEPARATOR.split(line) if word]
    found = [read_number(word) for word in words]
    return [number for number in found if number is not None] if words and None not in found else None


def read_number(word: str) -> Printed | None:
    """One number as C, Fortran (`1.0D+00`) or Python print it."""
    match = NUMBER.fullmatch(word)
    if match is None:
        return None
    whole, places, exponent = match["whole"], match["places"], match["exponent"]
    if whole is None:
        return Printed(float(word), 0, 0)
    if not whole and not places:
        return None
    digits = len((whole + (places or "")).lstrip("0"))
    return Printed(float(re.sub("[dD]", "e", word)), digits, len(places or "") - clipped(exponent))


def clipped(exponent: str | None) -> int:
    """A decimal exponent as far as float64 knows any."""
    return max(-400, min(400, int(exponent[:6]))) if exponent else 0


def read_json(text: str) -> Any:
    """A JSON value whose numbers know their digits. Raises ValueError for what is none."""
    import json

    def number(word: str) -> Printed:
        found = read_number(word)
        if found is None:
            raise ValueError(word)
        return found

    try:
        return json.loads(text, parse_float=number, parse_int=number, parse_constant=number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def pick(value: Any, key: str | None) -> Any:
    """The part of a JSON value that a dotted path names: keys of objects, places in lists."""
    if key is None:
        if isinstance(value, dict):
            hint = f"--answer KEY picks one of its keys: {keys_of(value)}"
            raise UnreadableError("gave an object, not numbers", hint)
        return value
    here = value
    for part in key.split("."):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            have = f"its keys are {keys_of(here)}" if isinstance(here, dict) else "there is no object"
            raise UnreadableError(f"gave an answer without '{shown(key)}'", have)
    return here


def keys_of(found: Mapping[str, Any]) -> str:
    """The first keys of an object."""
    return ", ".join(map(shown, list(map(str, found))[:6])) + (", ..." if len(found) > 6 else "")


def reply_of(value: Any) -> Reply:
    """Numbers, lists of numbers, or lists of equally long lists. Raises UnreadableError for anything else."""
    rows = value if isinstance(value, list) else None
    if rows is None:
        return counted([printed(value)], ())
    if not rows:
        raise UnreadableError("gave an empty list")
    if not any(isinstance(row, list) for row in rows):
        return counted([printed(entry) for entry in rows], (len(rows),))
    widths = {len(row) if isinstance(row, list) else -1 for row in rows}
    if len(widths) > 1 or widths & {0, -1}:
        raise UnreadableError("gave a ragged array")
    if any(isinstance(entry, list) for row in rows for entry in row):
        raise UnreadableError("gave an array of more than two dimensions")
    width = widths.pop()
    return counted([printed(row[j]) for j in range(width) for row in rows], (len(rows), width))


def printed(value: Any) -> Printed:
    """A number of JSON or Python; null stands for no value."""
    if isinstance(value, Printed):
        return value
    if value is None:
        return Printed(math.nan, 0, 0)
    if isinstance(value, str):
        found = read_number(value.strip())
        if found is not None:
            return found
    if isinstance(value, int | float):
        return Printed(as_float(value), FULL_DIGITS, 0)
    raise UnreadableError(f"gave {describe(value)} where a number should be")


def as_float(value: float) -> float:
    """An int or float as float64; integers past the largest are infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def describe(value: object) -> str:
    """What something is that should be a number."""
    if isinstance(value, str):
        return f"the text '{shown(value)}'"
    if isinstance(value, dict):
        return f"an object with the keys {keys_of(value)}"
    return f"a value of type {type(value).__name__}"


def counted(numbers: Sequence[Printed], shape: tuple[int, ...]) -> Reply:
    """The reply of these numbers, with their digits."""
    values, digits, places = zip(*numbers, strict=True)
    return Reply(values, shape, digits, places)


def most_digits(replies: Sequence[Reply], column: int | None = None) -> tuple[int, int]:
    """The most significant digits and the most decimal places, in one column or in all."""
    known = [
        (digits, places)
        for reply in replies
        for digits, places in list(zip(reply.digits or (), reply.places or (), strict=True))[
            slice(None) if column is None else slice(column, column + 1)
        ]
        if digits
    ]
    if not known:
        return FULL_DIGITS, 0
    return max(digits for digits, _ in known), max(places for _, places in known)


def rounding(replies: Sequence[Reply], column: int) -> float | None:
    """The standard deviation of the rounding of one printed number; None where it has all digits of a float64.

    A program prints with a fixed number of decimal places, or of significant digits, and leaves zeros at the end away:
    the most of either in several answers is what it would print. A number that never changes tells nothing of its own,
    so there all numbers count. The rounding error is uniform: unit/sqrt(12).
    """
    value = replies[0].values[column]
    constant = len({reply.values[column] for reply in replies}) == 1
    digits, places = most_digits(replies, None if constant else column)
    if digits >= FULL_DIGITS or not math.isfinite(value):
        return None
    unit = 10.0**-places
    if value:
        unit = max(unit, 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1))
    return unit / math.sqrt(12)
