"""README.md and the pages of docs/ say what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.picture import PICTURE, picture
from tests.readme import PAGES, README, examples, lacks_tool, lists, run, with_lists

WITH_EXAMPLES = [page for page in PAGES if any(examples(page.read_text()))]
WITH_PYTHON = [page for page in PAGES if "```python" in page.read_text()]


def name(page: Path) -> str:
    """What the tests of a page are called."""
    return page.name


def test_the_pages_have_examples() -> None:
    """The README and most pages of docs/ show the program."""
    assert README in WITH_EXAMPLES
    assert README in WITH_PYTHON
    assert len(WITH_EXAMPLES) >= 9
    assert len(README.read_text().splitlines()) <= 250


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name)
def test_every_example_prints_what_is_shown(page: Path) -> None:
    """Each command of each console block is run, in order, and its output compared to the letter."""
    with TemporaryDirectory() as folder:
        for example in examples(page.read_text()):
            if not lacks_tool(example.command):
                assert run(example.command, folder).strip("\n") == example.output.strip("\n"), example.command


@pytest.mark.parametrize("part", lists())
def test_the_lists_are_fresh(part: str) -> None:
    """Functions and limits stand in docs/ as the program has them: python -m tests.readme writes them."""
    pages = [text for page in PAGES if f"<!-- {part} -->" in (text := page.read_text())]
    assert pages
    assert all(with_lists(text) == text for text in pages)


def test_the_picture_is_fresh() -> None:
    """The picture is what the program shows now: python -m tests.picture writes it."""
    assert PICTURE.read_text() == picture()


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name)
def test_the_library_examples_run(page: Path) -> None:
    """The Python blocks of a page run as printed, one after the other."""
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.S):
        exec(compile(block, str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A link to a file of the project names one that is there."""
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


def test_the_chinese_readme_has_the_same_examples() -> None:
    """README.zh.md has the blocks of README.md, one for one, which are run there."""
    blocks = [re.findall(r"```.*?```", page.read_text(), re.S) for page in (README, README.with_suffix(".zh.md"))]
    assert blocks[0] == blocks[1]
