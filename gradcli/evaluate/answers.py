"""What a black box answers: printed text, JSON or Python values -> flat float64 numbers with their shape.

Printed numbers keep count of their digits: a program that prints six of them rounds its answer, and differences of
rounded answers are noise below that rounding.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NUMBER: Final = re.compile(
    r"[+-]?(?:(?P<whole>\d*)(?:\.(?P<places>\d*))?(?:[eEdD](?P<exponent>[+-]?\d+))?|inf(?:inity)?|nan)", re.IGNORECASE
)
SEPARATOR: Final = re.compile(r"[\s,;]+")
FULL_DIGITS: Final = 15
"""Significant decimal digits that a float64 can hold; a program that prints these rounds no more than it must."""
SHOWN: Final = 60


class UnreadableError(Exception):
    """The answer is no number, no numbers, or not those that were asked for."""


class Printed(NamedTuple):
    """A number with the digits that it was printed with: significant ones, and decimal places."""

    value: float
    digits: int
    places: int


class Reply(NamedTuple):
    """One answer: its numbers (matrices column by column), its shape, and the most digits that were printed.

    shape    () for a number, (m,) for several, (p, q) for a matrix
    digits   None where nothing was printed (Python values)
    """

    values: tuple[float, ...]
    shape: tuple[int, ...]
    digits: int | None = None
    places: int | None = None


def read_printed(text: str, key: str | None) -> Reply:
    """The answer in a program's standard output: its last line, or the whole text where that is one JSON value.

    Raises UnreadableError.
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
        return reply_of(pick(found, key))
    expected = "JSON" if key else "a number"
    raise UnreadableError(f"its last line is not {expected}: '{shown(last)}'")


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
            raise UnreadableError(f"answers a JSON object: which of its keys ({keys_of(value)})? --answer KEY tells")
        return value
    here = value
    for part in key.split("."):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and not isinstance(here, Printed) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            have = f"its keys are {keys_of(here)}" if isinstance(here, dict) else "there is no object"
            raise UnreadableError(f"the answer has no '{shown(key)}': {have}")
    return here


def keys_of(found: dict[str, Any]) -> str:
    """The first keys of an object."""
    return ", ".join(map(shown, list(map(str, found))[:6])) + (", ..." if len(found) > 6 else "")


def reply_of(value: Any) -> Reply:
    """Numbers, lists of numbers, or lists of equally long lists. Raises UnreadableError for anything else."""
    rows = value if isinstance(value, list) else None
    if rows is None:
        return counted([printed(value)], ())
    if not rows:
        raise UnreadableError("the answer is an empty list")
    if not any(isinstance(row, list) for row in rows):
        return counted([printed(entry) for entry in rows], (len(rows),))
    widths = {len(row) if isinstance(row, list) else -1 for row in rows}
    if len(widths) > 1 or widths & {0, -1}:
        raise UnreadableError("the answer is a ragged array")
    if any(isinstance(entry, list) for row in rows for entry in row):
        raise UnreadableError("the answer has more than two dimensions")
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
    raise UnreadableError(f"the answer holds {describe(value)} where a number should be")


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
    """The reply of these numbers, with the most digits and the most decimal places of any of them."""
    finite = [number for number in numbers if number.digits]
    digits = max((number.digits for number in finite), default=None)
    places = max((number.places for number in finite), default=None)
    return Reply(tuple(number.value for number in numbers), shape, digits, places)


def rounding(replies: Iterable[Reply], value: float) -> float | None:
    """The standard deviation of the rounding of a printed value; None where the digits are those of a float64.

    A program prints with a fixed number of decimal places, or of significant digits, and leaves zeros at the end away:
    the most of either in several answers is what it would print. The rounding error is uniform, unit/sqrt(12).
    """
    known = [(reply.digits, reply.places) for reply in replies if reply.digits is not None and reply.places is not None]
    digits = max((digits for digits, _ in known), default=FULL_DIGITS)
    if digits >= FULL_DIGITS or not math.isfinite(value):
        return None
    unit = 10.0 ** -max(places for _, places in known)
    if value:
        unit = max(unit, 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1))
    return unit / math.sqrt(12)
