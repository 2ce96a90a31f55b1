"""Tables: the pictures themselves at two widths, and what must hold for every one of them.

`GRADCLI_GOLDEN=write python -m pytest tests/render` draws the pictures anew; look at them before you commit.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from answers import SAMPLES, jacobian, kink, long_gradient, many, squares
from rich.cells import cell_len

from gradcli.render.drawing import dependency_lines, in_columns
from gradcli.render.page import fold_offsets, make_console, stream_width
from gradcli.render.table import print_functions, print_result
from gradcli.rules import RULES

GOLDEN = Path(__file__).parent / "golden"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def drawn(result, width: int, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    print_result(result, make_console(stream, width))
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", SAMPLES)
def test_pictures(name, width):
    """Every sample looks as it was found good, at 80 and at 120 columns."""
    path = GOLDEN / f"{name}-{width}.txt"
    picture = drawn(SAMPLES[name](), width)
    if os.environ.get("GRADCLI_GOLDEN") == "write":
        path.write_text(picture, "utf-8")
    assert picture == path.read_text("utf-8")


@pytest.mark.parametrize("name", ["gradient", "kink", "jacobian-both", "hessian", "chain"])
def test_pictures_in_ascii(name):
    """On a stream that is not UTF-8 boxes and signs are ASCII, and expressions stand as they are typed."""
    path = GOLDEN / f"{name}-ascii.txt"
    picture = drawn(SAMPLES[name](), 80, "ascii")
    if os.environ.get("GRADCLI_GOLDEN") == "write":
        path.write_text(picture, "ascii")
    assert picture == path.read_text("ascii")


@pytest.mark.parametrize("width", [20, 41, 60, 80, 100, 120, 300])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_is_wider_than_the_page(name, width):
    """Cells fold; nothing stands out at any width."""
    assert max(map(cell_len, drawn(SAMPLES[name](), width).splitlines())) <= width


def test_nothing_is_cut():
    """However narrow the page, every character of symbols and values is there."""
    narrow, wide = (drawn(long_gradient(), width) for width in (44, 2000))
    for number in ("123456.78901234567", "0.30000000000000004"):
        assert number in wide
    column = "".join(line.split("│")[2].strip() for line in narrow.splitlines() if line.startswith("│"))
    assert "x1·sin(t1·x2)²/(1+x3²)+x2·sin(t1·x3)²" in column.replace(" ", "")
    assert "…" not in narrow


def test_square_brackets_survive():
    """Rich's markup has no power over what a user typed."""
    shown = drawn(SAMPLES["arrays"](), 80)
    assert "x[0]" in shown
    assert "[1, 2, 3]" in shown
    assert "[2, 4, 6]" in shown


def test_piped_output_has_no_escape_codes(monkeypatch):
    """A stream that is no terminal gets plain text, whatever FORCE_COLOR and the like say to others."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in drawn(squares(), 80)


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_plain_terminals_get_plain_text(monkeypatch, variable, value):
    """NO_COLOR and TERM=dumb are obeyed at a terminal; without them it has colour."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = Terminal()
    print_result(kink(), make_console(coloured, 80))
    monkeypatch.setenv(variable, value)
    plain = Terminal()
    print_result(kink(), make_console(plain, 80))
    assert "\x1b[" in coloured.getvalue()
    assert "\x1b" not in plain.getvalue()


@pytest.mark.parametrize(("columns", "width"), [("100", 100), ("", 80), ("wide", 80), ("5", 20), ("99999999", 80)])
def test_width_of_a_pipe_is_columns_or_80(monkeypatch, columns, width):
    """COLUMNS decides where it is a number that makes sense."""
    monkeypatch.setenv("COLUMNS", columns)
    assert make_console(io.StringIO()).width == width


def test_tall_tables():
    """A hundred rows are a table, thousands are lines; all of them are there."""
    for count in (100, 1500):
        shown = drawn(many(count), 80)
        assert all(f"∂f/∂x{place} " in shown for place in range(1, count + 1))
        assert "x1 = 2, x2 = 2" in shown


def test_both_layouts_stand_side_by_side_where_they_fit():
    """At 80 columns small matrices stand side by side; at 40 one below the other."""
    wide, narrow = drawn(jacobian("both"), 80), drawn(jacobian("both"), 36)
    assert any(line.count("╭") == 2 for line in wide.splitlines())
    assert not any(line.count("╭") == 2 for line in narrow.splitlines())
    for shown in (wide, narrow):
        assert "numerator layout" in shown
        assert "denominator layout" in shown


def test_hostile_text_is_harmless():
    """Control characters in a message or an assumption are shown by name."""
    answer = kink()
    problem = answer.numbers.problems[0]._replace(message="a\x1b[31mb\u202e")
    answer = answer._replace(
        numbers=answer.numbers._replace(problems=(problem,)),
        reading=answer.reading._replace(assumptions=("c\x9bd",)),
    )
    shown = drawn(answer, 80)
    assert "a<U+001B>[31mb<U+202E>" in shown
    assert "c<U+009B>d" in shown


def test_the_list_of_functions_shows_every_row():
    """Each function stands with its arguments, its meaning and its derivative."""
    stream = io.StringIO()
    print_functions(RULES.values(), make_console(stream, 120))
    shown = stream.getvalue()
    assert all(f"{name}(" in shown for name in RULES)
    assert "1/(2*sqrt(x))" in shown


def test_a_terminal_that_reports_no_columns_is_80_wide(monkeypatch):
    """Some terminals do not know their width and say 0."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(Terminal, "fileno", lambda self: 1)
    for reported, wanted in ((0, 80), (7, 20), (132, 132)):
        size = os.terminal_size((reported, 24))
        monkeypatch.setattr(os, "get_terminal_size", lambda number, size=size: size)
        assert stream_width(Terminal(), terminal=True) == wanted


def test_formulas_fold_behind_operators():
    """A name or a number is broken only where it is wider than the column."""
    assert fold_offsets("2·x1·sin(x1·x2)·cos(x1·x2)", 18) == [16]
    assert fold_offsets("x**2 + y**2", 7) == [5]
    assert fold_offsets("abcdefgh", 3) == [3, 6]


def test_numbers_stand_under_one_another():
    """Decimal points are aligned; what is no number is put to the right of the whole part."""
    assert in_columns(["2", "-400.5", "1.5e-10", "—"]) == ["   2", "-400.5", "   1.5e-10", "   —"]
    assert in_columns(["[1, 2]"]) == ["[1, 2]"]


def test_dependency_trees_draw_every_name_once():
    """A name that is used again points up; long trees end with a count."""
    uses = {"y": ("u", "v"), "u": ("w",), "v": ("w",), "w": ("x",)}
    expressions = {"y": "u*v", "u": "w", "v": "2*w", "w": "x"}
    assert dependency_lines("y", uses, expressions, str) == [
        "y = u*v", "├─ u = w", "│  └─ w = x", "│     └─ x", "└─ v = 2*w", "   └─ w ↑",
    ]  # fmt: skip
    chain = {f"u{place}": (f"u{place + 1}",) for place in range(200)}
    lines = dependency_lines("u0", chain, {}, str)
    assert len(lines) == 61
    assert lines[-1] == "… and 140 more names"
