"""The reader of plain command lines asks what typer would ask."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from gradcli.cli import reader, typer_commands
from gradcli.cli.commands.rows import COMMANDS, all_options, options_of
from gradcli.cli.reader import read_line
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from gradcli.cli.options import Option
    from gradcli.cli.question import CommandLine

LINES = 10_000
EXPRESSIONS = ("x**2", "-x", "-mu", "--(x)", "x1*x2;x1=3", "", "-", "@f.txt", "é", "-w", "1", "[x, y]", "-x**2")
TEXTS = ("1,2", "x=1", "-1", "-x**2", "a b", "=", "", "@p.json", "é=2", "1e-3", "x1=0:1", "json", "fd", "3", "7.5")
NUMBERS = ("1", "2", "12", "1e-6", "0", "-1", "1_0", " 2 ", "x", "nan", "inf", "99999999999", "2.5", "")


@cache
def drawn_commands() -> dict[str, Any]:
    """The commands of typer, each built once."""
    return {name: typer_commands.make_command(row) for name, row in COMMANDS.items()}


def by_typer(name: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine | str:
    """What typer fills; the name of the error where it fills nothing."""
    seen: list[CommandLine] = []

    def keep(_: str, line: CommandLine) -> int:
        seen.append(line)
        return 0

    monkeypatch.setattr(reader, "answered", keep)
    command = drawn_commands()[name]
    try:
        with command.make_context(name, list(words)) as context:
            command.invoke(context)
    except GradcliError as error:
        return f"{error.code}: {error.message}: {error.hint}"
    except Exception as error:  # click's, under whatever name it comes
        return type(error).__name__
    return seen[0]


def by_reader(name: str, words: list[str]) -> CommandLine | str | None:
    """What the reader fills; the error, or None for what is left to typer."""
    try:
        return read_line(name, words)
    except GradcliError as error:
        return f"{error.code}: {error.message}: {error.hint}"


def some_words(draw: random.Random, options: list[Option]) -> list[str]:
    """A command line: expressions, options with values attached or not, now and then one that is wrong."""
    words = []
    for _ in range(draw.randint(0, 6)):
        if not options or draw.random() < 0.3:
            words.append(draw.choice(EXPRESSIONS))
            continue
        option = draw.choice(options)
        flag = draw.choice(option.flags)
        if draw.random() < 0.03:
            flag = flag[:-1] + draw.choice("xyz")
        value = some_value(draw, option)
        if not option.takes_value and draw.random() < 0.97:
            words.append(flag)
        elif draw.random() < 0.5:
            words += [flag, value]
        else:
            words.append(f"{flag}={value}" if flag.startswith("--") else flag + value)
    if draw.random() < 0.05:
        words.insert(draw.randint(0, len(words)), "--")
    return words


def some_value(draw: random.Random, option: Option) -> str:
    """A value that the option may have, or one that it may not."""
    if option.words and draw.random() < 0.95:
        return draw.choice([*option.words, *option.also])
    if option.kind is not str:
        return draw.choice(NUMBERS[:4] if draw.random() < 0.8 else NUMBERS)
    return draw.choice(TEXTS)


def test_the_reader_and_typer_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand command lines: the same fields filled, or the same error, and few are left to typer."""
    monkeypatch.delenv("GRADCLI_FORMAT", raising=False)
    draw = random.Random(17)
    read = left = 0
    for _ in range(LINES):
        name = draw.choice([name for name, row in COMMANDS.items() if not row.choices])
        words = some_words(draw, list(options_of(COMMANDS[name]).values()))
        ours = by_reader(name, words)
        if ours is None:
            left += 1
            continue
        read += not isinstance(ours, str)
        assert repr(ours) == repr(by_typer(name, words, monkeypatch)), (name, words)  # nan is not equal to itself
    assert read > LINES // 3
    assert left < LINES // 10


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("grad", ["x", "--order", "x"]),
        ("grad", ["x", "--order", "13"]),
        ("grad", ["x", "--step", ""]),
        ("grad", ["x", "--help"]),
        ("completions", ["bash"]),
    ],
)
def test_what_is_unusual_is_left_to_typer(name: str, words: list[str]) -> None:
    """Numbers that are none, numbers out of bounds, help, and arguments of a few words."""
    assert any(option.flags[0] == "--help" for option in all_options(COMMANDS[name]))
    assert by_reader(name, words) is None
