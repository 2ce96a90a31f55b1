"""Nothing that people type is misread without a word: each formula has its reading, or an error with the readings.

The tables in `typed/` hold formulas as people type them, one a line: what is typed, `⇒`, and the one reading that it
has (the function in canonical form, and behind `//` what the answer assumes), or `!` and the hint of its error.
`vector:` stands before what only `jacobian` answers, `⏎` for the end of a line, `;;` before a point, whose answer is
the value and the gradient. All were judged by hand; `python -m tests.text.test_typed` writes today's answers, to be
judged.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradcli
from gradcli.problems import GradcliError

TABLES = sorted((Path(__file__).parent / "typed").glob("*.txt"))
ROWS = [line for table in TABLES for line in table.read_text(encoding="utf-8").splitlines() if line]


def said(typed: str) -> str:
    """What gradcli makes of a formula: its reading, or the hint of its error."""
    text, _, point = typed.replace("⏎", "\n").partition(" ;; ")
    try:
        answer = gradcli.grad(text, at=point or None)
    except GradcliError as error:
        if error.code == "vector" and not point:
            return f"vector: {reading(gradcli.jacobian(text).to_dict())}"
        return f"! {error.hint or error.message}"
    if point:
        return json.dumps([answer.value, answer.gradient])
    return reading(answer.to_dict())


def reading(answer: dict[str, object]) -> str:
    """The canonical form, and the conventions that were used; assumed sizes are not among them."""
    assumed = [text for text in answer["assumptions"] if not text.endswith("(assumed)")]  # type: ignore[attr-defined]
    return " // ".join([str(answer["function"]), *assumed])


@pytest.mark.parametrize("row", ROWS)
def test_each_formula_has_its_reading_or_an_error_that_shows_them(row: str) -> None:
    """The canonical form and the assumptions of the answer, or the hint of the error, are those of the row."""
    typed, _, expected = row.partition(" ⇒ ")
    assert said(typed) == expected


def test_no_formula_stands_twice() -> None:
    """The rows are different texts, and there are some hundreds."""
    typed = [row.partition(" ⇒ ")[0] for row in ROWS]
    assert len(set(typed)) == len(typed) > 600


if __name__ == "__main__":
    for table in TABLES:
        lines = [line.partition(" ⇒ ")[0] for line in table.read_text(encoding="utf-8").splitlines()]
        table.write_text("".join(f"{line} ⇒ {said(line)}\n" if line else "\n" for line in lines), encoding="utf-8")
