"""Every error of the text room, with its complete message, lies in tests/errors: one file for each code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradcli.problems import GradcliError, Source
from gradcli.render.diagnostics import render_error
from gradcli.text.parser import parse_script
from gradcli.text.points import parse_names, parse_point, parse_setting, parse_shape

FOLDER = Path(__file__).parent.parent / "errors"
READERS: dict[str, Callable[[Source], object]] = {
    "expression": lambda source: parse_script([source]),
    "--at": parse_point,
    "--set": parse_setting,
    "--wrt": parse_names,
    "--shape": parse_shape,
}


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Code (the file's name), source (`expression` or an option), input and message of every case.

    A case is a line `> SOURCE JSON-TEXT` and the message below it, up to the next such line.
    """
    for path in sorted(FOLDER.glob("text-*.txt")):
        for case in path.read_text(encoding="utf-8").split("\n> "):
            first, _, message = case.removeprefix("> ").partition("\n")
            source, _, text = first.partition(" ")
            yield path.stem.removeprefix("text-"), source, json.loads(text), message.rstrip("\n")


@pytest.mark.parametrize(("code", "source", "text", "message"), list(cases()))
def test_errors_say_place_fact_and_way_out(code: str, source: str, text: str, message: str) -> None:
    """The input ends in this error, word for word."""
    with pytest.raises(GradcliError) as caught:
        READERS[source](Source(source, text))
    assert caught.value.code == code
    assert caught.value.hint
    assert render_error(caught.value).rstrip("\n") == message
