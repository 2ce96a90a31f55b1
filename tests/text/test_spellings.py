"""One formula in several spellings has one reading."""

from __future__ import annotations

import pytest

from tests.hunts.spellings import LATEX, PLAIN, is_latex, reading, rows

SOME = rows()[::21]


@pytest.mark.parametrize("text", SOME)
def test_another_spelling_is_read_as_the_formula_is(text: str) -> None:
    """Fonts, spaces, colours, signs of other widths and what stands around a formula change nothing."""
    meant = reading(text)
    for name, spelt in (LATEX if is_latex(text) else PLAIN).items():
        assert reading(spelt(text)) == meant, name


def test_the_rows_meet_each_spelling() -> None:
    """No spelling leaves all of the rows as they are."""
    changed = {name for text in SOME for name, spelt in (LATEX | PLAIN).items() if spelt(text) != text}
    assert changed == {*LATEX, *PLAIN}
