"""The reader of command lines: what is typed stands in the fields of its row, or is refused by name."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.cli.reader import read_line
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from gradcli.cli.options import Option

LINES = 10_000
EXPRESSIONS = ("x**2", "-x", "-mu", "--(x)", "x1*x2;x1=3", "", "-", "@f.txt", "é", "-w", "1", "[x, y]", "-x**2")
TEXTS = ("1,2", "x=1", "-1", "-x**2", "a b", "=", "", "@p.json", "é=2", "1e-3", "x1=0:1", "json", "fd", "3", "7.5")
NUMBERS = ("1", "2", "12", "1e-6", "0", "-1", "1_0", " 2 ", "x", "nan", "inf", "99999999999", "2.5", "")


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


def test_every_command_line_is_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand command lines: fields with the values that were typed, or an error of usage."""
    monkeypatch.delenv("GRADCLI_FORMAT", raising=False)
    draw = random.Random(17)
    read, codes = 0, set()
    for _ in range(LINES):
        name = draw.choice([name for name, row in COMMANDS.items() if not row.choices])
        words = some_words(draw, list(options_of(COMMANDS[name]).values()))
        try:
            line = read_line(name, words)
        except GradcliError as error:
            codes.add(error.code)
            continue
        read += 1
        assert all(word in words for word in line.expressions)
        for number in (*line.box, *line.steps, *line.explain):
            assert not isinstance(number, float) or any(float_in(word) == repr(number) for word in words)
    assert read > LINES // 3
    assert codes == {"usage"}


def float_in(word: str) -> str:
    """The number at the end of a word, as Python shows it; empty where there is none."""
    try:
        return repr(float(word.rpartition("=")[2] if "=" in word else word))
    except ValueError:
        return ""


@pytest.mark.parametrize(
    ("name", "words", "message", "hint"),
    [
        ("grad", ["x", "--order", "x"], "'--order' cannot be 'x'", "a number"),
        ("grad", ["x", "--step", ""], "'--step' cannot be ''", "a number"),
        ("grad", ["x", "--order=13"], "Invalid value for '--order': 13 is not in the range 1<=x<=12.", None),
        ("grad", ["x", "--workers", "0"], "Invalid value for '--workers': 0 is not in the range x>=1.", None),
        ("trace", ["x", "--digits", "-1"], "Invalid value for '--digits': -1 is not in the range 1<=x<=17.", None),
        (
            "completions",
            ["ksh"],
            "Invalid value for '[SHELL]': 'ksh' is not one of 'bash', 'zsh', 'fish', 'powershell'.",
            None,
        ),
    ],
)
def test_wrong_values_are_named(name: str, words: list[str], message: str, hint: str | None) -> None:
    """Numbers that are none, numbers out of bounds, and other words than the few of an argument."""
    with pytest.raises(GradcliError) as caught:
        read_line(name, words)
    assert (caught.value.message, caught.value.hint) == (message, hint or f"gradcli {name} --help")


def test_words_of_an_argument_of_a_few_are_read() -> None:
    """`completions fish --install`."""
    line = read_line("completions", ["fish", "--install"])
    assert (line.expressions, line.install) == (("fish",), True)
