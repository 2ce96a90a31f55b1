"""Nothing that people type is misread without a word: each formula has its reading, or an error with the readings."""

from __future__ import annotations

import pytest
from text import typed

import gradcli
from gradcli.problems import GradcliError

ROWS = [row for name, rows in vars(typed).items() if name.isupper() for row in rows]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_each_formula_has_its_reading_or_an_error_that_shows_them(text: str, expected: str) -> None:
    """The canonical form and the assumptions of the answer, or message and hint of the error, are those of the row."""
    parts = expected.removeprefix("!").split("//")
    try:
        found = gradcli.grad(text).to_dict()
    except GradcliError as error:
        if error.code == "vector" and not expected.startswith("!"):
            found = gradcli.jacobian(text).to_dict()
        else:
            said = f"{error.message} ... {error.hint}"
            assert expected.startswith("!"), said
            for part in parts[0].split("..."):
                assert part.strip() in said
            return
    assert not expected.startswith("!"), found["function"]
    assert found["function"] == parts[0].strip()
    for part in parts[1:]:
        assert any(part.strip() in assumed for assumed in found["assumptions"]), found["assumptions"]


def test_no_row_stands_twice() -> None:
    """The rows are different texts."""
    assert len({text for text, _ in ROWS}) == len(ROWS)
