"""Errors: the caret under its place, nothing shown that must not be, one JSON object for programs."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.problems import GradcliError, Source, Span
from gradcli.render.diagnostics import (
    EXCERPT_CHARACTERS,
    WINDOW_COLUMNS,
    render_error,
    sanitize,
    write_error_json,
)


def error_at(text: str, start: int, end: int, name: str = "expression", hint: str | None = None, **source: bool):
    span = Span(Source(name, text, **source), start, end)
    return GradcliError("syntax", "something is wrong", span, hint)


def columns(text: str) -> int:
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def test_an_error_is_message_line_caret_and_hint():
    """The documented example is printed to the letter."""
    span = Span(Source("expression", "sen(x1) + x2"), 0, 3)
    error = GradcliError("unknown-function", "unknown function 'sen'", span, "did you mean 'sin'?")
    assert render_error(error) == "error: unknown function 'sen'\n  sen(x1) + x2\n  ^^^\n  did you mean 'sin'?"


def test_without_a_place_only_message_and_hint_are_printed():
    """An error of the command line has no caret."""
    assert render_error(GradcliError("usage", "no expression", hint="give one")) == "error: no expression\n  give one"


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "caret"),
    [
        ("x1 + √", 6, 6, "  x1 + √", "        ^"),
        ("变变 + ! y", 5, 6, "  变变 + ! y", "         ^"),
        ("x\u0301 + !", 5, 6, "  x\u0301 + !", "      ^"),
        ("a\tb\t+* c", 4, 5, "  a   b   +* c", "          ^"),
        ("x\x1b[31m", 1, 2, "  x<U+001B>[31m", "   ^^^^^^^^"),
        ("y = u**2\r\nu = x1 +* 2\r\n", 18, 19, "  u = x1 +* 2", "          ^"),
        ("x1 +\n\n", 6, 6, "  x1 +", "      ^"),
        ("a\rb +* c", 5, 6, "  b +* c", "     ^"),
    ],
)
def test_the_caret_stands_under_its_place(text, start, end, line, caret):
    """Wide characters, combining marks, tabs, control characters, CR and blank ends are counted in columns."""
    assert render_error(error_at(text, start, end)).split("\n")[1:] == [line, caret]


def test_a_long_line_is_cut_around_the_place():
    """A window of 76 columns shows the place, and the whole error stays short."""
    text = "x1 + " * 20_000 + "+* y" + " + x1" * 20_000
    lines = render_error(error_at(text, 100_000, 100_001)).split("\n")
    assert lines[1][lines[2].index("^")] == "+"
    assert lines[1].startswith("  …")
    assert lines[1].endswith("…")
    assert len(lines[1]) <= WINDOW_COLUMNS + 2


def test_nothing_of_a_file_but_the_line_in_question_is_shown():
    """Another line of a file, and the far end of its own, stay unseen."""
    text = "x1 +* x2 + " + "x1 + " * 20_000 + "S3CR3T\n# hunter2"
    shown = render_error(error_at(text, 4, 5, "e.txt", is_file=True))
    assert "S3CR3T" not in shown
    assert "hunter2" not in shown
    assert shown.startswith("error: something is wrong (e.txt, line 1)\n  x1 +* x2")


@pytest.mark.parametrize("source", [{"name": "--set"}, {"name": "/etc/passwd", "is_file": True, "is_data": True}])
def test_of_data_only_an_excerpt_is_shown(source):
    """Of a file of constants at most 14 characters around the place are echoed."""
    text = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1\n"
    for start in range(len(text)):
        shown = render_error(error_at(text, start, start + 40, **source)).split("\n")
        assert len(shown) < 2 or len(shown[1].strip().strip("…")) <= EXCERPT_CHARACTERS


def test_long_names_are_shortened():
    """A message echoes a name of any length in fewer than 300 characters."""
    error = GradcliError("name", f"unknown name '{'x' * 100_000}' in {'y ' * 1000}", hint="h" * 100_000)
    assert len(render_error(error).split("\n")[0]) < 300
    assert len(render_error(error)) < 2_000


@given(st.text(), st.integers(0, 60), st.integers(0, 20), st.sampled_from(["utf-8", "ascii", "latin-1", "no-such"]))
def test_whatever_was_typed_the_error_is_harmless(text, start, length, encoding):
    """No control character is printed, the encoding carries it all, and the caret stays within the line."""
    start = min(start, len(text))
    shown = render_error(error_at(text, start, min(start + length, len(text)), hint="do this"), encoding)
    assert sanitize(shown.replace("\n", "")) == shown.replace("\n", "")
    shown.encode("ascii" if encoding == "no-such" else encoding)
    lines = shown.split("\n")
    if len(lines) == 4:
        assert set(lines[2].strip()) == {"^"}
        assert lines[2].index("^") <= columns(lines[1]) + 4


@pytest.mark.parametrize(
    ("char", "shown"),
    [
        ("\x00", "<U+0000>"), ("\x7f", "<U+007F>"), ("\x9b", "<U+009B>"), ("\n", "<U+000A>"), ("\u200b", "<U+200B>"),
        ("\u202e", "<U+202E>"), ("\u2066", "<U+2066>"), ("\ufeff", "<U+FEFF>"), ("\u2028", "<U+2028>"),
        ("\ud800", "<U+D800>"), ("é", "é"), ("变", "变"), ("\u00a0", "\u00a0"), ("∂", "∂"), ("[bold]", "[bold]"),
    ],
)  # fmt: skip
def test_hidden_characters_become_visible(char, shown):
    """Controls, bidirectional and zero-width characters and surrogates are named; letters stay."""
    assert sanitize(f"a{char}b") == f"a{shown}b"


def test_json_errors_are_one_strict_object():
    """Offsets, source and hint are there; line for files only; null without a place."""
    inside = json.loads(write_error_json(error_at("a\n∂ +* b", 4, 5, "e.txt", "so", is_file=True)))["error"]
    assert inside == {
        "code": "syntax", "message": "something is wrong", "start": 4, "end": 5, "source": "e.txt", "hint": "so",
        "line": 2,
    }  # fmt: skip
    bare = json.loads(write_error_json(GradcliError("usage", "∂ \u202e")))["error"]
    assert bare == {
        "code": "usage", "message": "∂ <U+202E>", "start": None, "end": None, "source": None, "hint": None,
    }  # fmt: skip
