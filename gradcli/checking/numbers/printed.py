"""Numbers as other code printed them: each with the digits that it was given, and whether ours agrees to these.

A file is one JSON object, a list of them, or one object a line: {"at": {...}, "gradient": {...}}.
"""

from __future__ import annotations

from decimal import Decimal

from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from gradcli.vocabulary import Judgement

DOUBLE_DIGITS = 15
"""Digits from which a number is taken for a float64 printed in full: its last digits are rounding errors."""

DOUBLE_ERROR = 16 * 2.0**-52
"""Relative error that such a number may have: some roundings of the code that made it."""

MOST_CHARACTERS = 1_000
"""Length of one number."""

ZERO_SHARE = 1e-15
"""A 0 stands for what is below this part of the largest number beside it."""


class PrintedNumber(NamedTuple):
    """A number as it stands in the file."""

    text: str

    @property
    def value(self) -> float:
        """The number in float64."""
        return float(self.text)

    def tolerance(self) -> float:
        """Half a unit of the last digit; for all digits of a float64 some of its rounding errors."""
        number = Decimal(self.text)
        exponent = number.as_tuple().exponent
        digits = len(number.as_tuple().digits)
        half = 0.5 * 10.0 ** int(exponent) if -400 < int(exponent) < 300 else 0.0
        return max(half, DOUBLE_ERROR * abs(self.value)) if digits >= DOUBLE_DIGITS else half

    def is_bare_zero(self) -> bool:
        """Is it 0 or 0.0, which claims no digits?"""
        number = Decimal(self.text)
        return number == 0 and int(number.as_tuple().exponent) >= -1


class PrintedAnswer(NamedTuple):
    """One object of the file: a point and the numbers there, as nested lists or objects of `PrintedNumber` and None."""

    at: Any
    numbers: Any


def judge(yours: PrintedNumber, ours: float, error: float = 0.0, largest: float = 0.0) -> Judgement:
    """Whether a written number agrees with ours, which may be wrong by `error`, to the digits that it is given with.

    `largest`: the greatest number beside it, by which a bare 0 is judged. `undecided` where the error is too large to
    tell.
    """
    if yours.is_bare_zero():
        allowed = ZERO_SHARE * largest
    else:
        allowed = yours.tolerance() * (1 + 1e-9) + 2.0**-52 * abs(ours)
    gap = abs(yours.value - ours)
    if gap > allowed + error:
        return "different"
    return "equal" if gap <= max(allowed - error, 0.0) or error <= 1e-3 * abs(ours) else "undecided"


def relative_gap(yours: float | None, ours: float | None) -> float:
    """How far two numbers are apart, as a part of the larger one; infinite where one is missing."""
    if yours is None or ours is None:
        return float("inf")
    size = max(abs(yours), abs(ours))
    return abs(yours - ours) / size if size else 0.0


def parse_numbers(source: Source, kind: str) -> list[PrintedAnswer]:
    """The points and numbers of a file, for a `kind` of answer. Raises `against` for what is no such file."""
    records = []
    for record in read_json(source):
        if not isinstance(record, dict) or "at" not in record or kind not in record:
            raise wrong(source, f'each point is an object with "at" and "{kind}"')
        records.append(PrintedAnswer(record["at"], record[kind]))
    if not records:
        raise wrong(source, "there is no point in it")
    return records


def read_json(source: Source) -> list[Any]:
    """The objects of a file: one, a list, or one a line."""
    try:
        found = load(source.text)
        return found if isinstance(found, list) else [found]
    except RecursionError:
        raise wrong(source, "it nests too deeply") from None
    except ValueError as error:
        lines = [line for line in source.text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise wrong(source, f"it is no JSON: {error}") from None
    found = []
    for number, line in enumerate(source.text.splitlines(), 1):
        if line.strip():
            try:
                found.append(load(line))
            except (ValueError, RecursionError) as error:
                raise wrong(source, f"line {number} is no JSON: {error}") from None
    return found


def load(text: str) -> Any:
    """JSON whose numbers keep their digits; NaN and Infinity are no numbers."""
    import json

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no number")

    return json.loads(text, parse_float=read_number, parse_int=read_number, parse_constant=refuse)


def read_number(text: str) -> PrintedNumber:
    """A number with its digits. Raises ValueError for one that no float64 can hold."""
    try:
        Decimal(text)
        value = float(text)
    except (ArithmeticError, ValueError):
        value = float("inf")
    if abs(value) == float("inf") or len(text) > MOST_CHARACTERS:
        raise ValueError(f"{text[:40]} is too large a number")
    return PrintedNumber(text)


def wrong(source: Source, what: str) -> GradcliError:
    """The error for a file that has not the form."""
    hint = '{"at": {"x1": 1, "x2": 2}, "gradient": {"x1": 2.0, "x2": 4.0}}, a list of these, or one a line'
    return GradcliError("against", f"{source.name}: {what}", Span(Source(source.name, ""), 0, 0), hint)


def point_text(at: Any, source: Source) -> str:
    """A point of the file as the text of `--at`."""
    if isinstance(at, dict):
        return ",".join(f"{name}={value_text(value, source)}" for name, value in at.items())
    if isinstance(at, list):
        return ",".join(value_text(value, source) for value in at)
    return value_text(at, source)


def value_text(value: Any, source: Source) -> str:
    """A number, or nested lists of numbers."""
    if isinstance(value, PrintedNumber):
        return value.text
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        rows = [value_text(entry, source) for entry in value]
        return f"[{','.join(rows)}]"
    raise wrong(source, 'a coordinate in "at" is no number')
