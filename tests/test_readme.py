"""README.md says what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.picture import PICTURE, picture
from tests.readme import README, examples, run, with_lists


def test_every_example_prints_what_is_shown() -> None:
    """Each command of each console block is run, in order, and its output compared to the letter."""
    found = list(examples(README.read_text()))
    assert len(found) >= 12
    with TemporaryDirectory() as folder:
        for example in found:
            assert run(example.command, folder).strip("\n") == example.output.strip("\n"), example.command


def test_the_lists_are_fresh() -> None:
    """Functions and limits stand in the README as the program has them: python -m tests.readme writes them."""
    text = README.read_text()
    assert with_lists(text) == text


def test_the_picture_is_fresh() -> None:
    """The picture is what the program shows now: python -m tests.picture writes it."""
    assert PICTURE.read_text() == picture()


def test_the_library_example_runs() -> None:
    """The Python block of the README runs as printed."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, str(Path("README.md")), "exec"), {})
