"""What the words of a question say."""

from __future__ import annotations

from typing import NamedTuple

from gradcli.cli.blackbox import BoxWords, StepWords


class Answer(NamedTuple):
    """What a command line asks for: the words of its options, unread, as they are spelt there."""

    command: str
    expressions: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    along: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    simplify: bool = False
    format: str = "table"
    out: str | None = None
    box: BoxWords = BoxWords()
    steps: StepWords = StepWords()
    points: str | None = None
    grid: tuple[str, ...] = ()
    format_given: str | None = None
