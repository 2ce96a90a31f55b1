"""A command line from its words, without typer, which takes longer than most answers.

It fills what typer would fill, from the same rows; `tests/cli/test_reader.py` draws command lines and compares. What
needs a message of typer's (a number that is none, or too large) or its help is left to typer.
"""

from __future__ import annotations

import sys
from itertools import pairwise

from gradcli.cli.commands.rows import COMMANDS, all_options, options_of
from gradcli.cli.options import parameter_name
from gradcli.cli.words import quote, sort_words
from gradcli.patterns import re
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, module_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.cli.options import Option
    from gradcli.cli.question import CommandLine


def read_line(name: str, words: Sequence[str]) -> CommandLine | None:
    """The command line of plain words; None for what is left to typer.

    Raises GradcliError: `usage` for a mistyped option, a missing value, a wrong choice, too many arguments.
    """
    row = COMMANDS[name]
    found = sort_words(words, all_options(row))
    refuse_number(name, found.expressions)
    if row.choices:
        return None
    keys = {option.flags[0]: (key, option) for key, option in options_of(row).items()}
    values: dict[str, Any] = {"expressions": found.expressions}
    for flag, text in found.options:
        if flag not in keys:  # --help
            return None
        key, option = keys[flag]
        value = True if text is None else converted(option, text)
        if value is None:
            return None
        parameter = parameter_name(key)
        values[parameter] = (*values.get(parameter, ()), value) if option.many else value
    from gradcli.cli.question import command_line

    return command_line(name, values)


def converted(option: Option, text: str) -> str | int | float | None:
    """The value of an option as text or number; None where it is no number, or one out of bounds."""
    if option.kind is str:
        return text
    try:
        value: Any = option.kind(text)
    except ValueError:
        return None
    low = option.least is None or value >= option.least
    found: int | float = value
    return found if low and (option.most is None or value <= option.most) else None


def answered(name: str, line: CommandLine) -> int:
    """Answer a command line by what its row names. Returns the exit code."""
    row = COMMANDS[name]
    if "lang" in row.options:
        speak_to_reader(line)
    module, _, function = row.answer.partition(":")
    return int(getattr(module_at(f"cli.commands.{module}"), function)(line))


def speak_to_reader(line: CommandLine) -> None:
    """The language that is asked for; English where standard output has no characters of it, which is said."""
    from gradcli.render.chinese.spoken import LANGUAGES, is_speakable, speak, spoken

    speak(line.lang)
    if spoken.get() == LANGUAGES[0] or line.out not in (None, "-") or is_speakable(sys.stdout):
        return
    speak(LANGUAGES[0])
    if line.format_given != "json":
        from gradcli.cli.output import write_error

        write_error(f"note: {sys.stdout.encoding} has no Chinese characters, UTF-8 has: PYTHONUTF8=1\n")


def refuse_number(name: str, expressions: Sequence[str]) -> None:
    """Raise `usage` for more arguments than a command takes; one like an option is named as such."""
    most = COMMANDS[name].most_arguments
    if most is None or len(expressions) <= most:
        return
    surplus = expressions[most]
    odd = next((word for word in expressions if len(word) == 2 and word[0] == "-" and word[1].isalpha()), None)
    flags = {flag for option in all_options(COMMANDS[name]) for flag in option.flags}
    behind = next((word for word in expressions if word.partition("=")[0] in flags), None)
    if behind is not None:
        message = f"{quote(behind)} stands behind '--', where every word is an expression"
        raise GradcliError("usage", message, hint="options stand before it")
    if odd is not None:
        raise GradcliError("usage", f"unknown option {quote(odd)}", hint=f"gradcli {name} --help lists the options")
    message = f"unexpected argument {quote(surplus)}: {name} takes one"
    raise GradcliError("usage", message, hint=apart(name, expressions) or COMMANDS[name].surplus)


SIGNS = tuple("+-*/^")


def apart(name: str, words: Sequence[str]) -> str | None:
    """What to write where a shell cut one word at its blanks: a point, or a formula without quotes."""
    if all(re.fullmatch(r"[^\W\d]\w*=[^=]+", word) for word in words[1:]):
        return f"a point is one word: --at '... {' '.join(words[1:])}'"
    if all(re.fullmatch(r"at|[\d.,;]+", word) for word in words[1:]):
        return "a point is one word behind --at, with commas: --at 1,2"
    if any(word.startswith(SIGNS) or before.endswith((*SIGNS, "=")) for before, word in pairwise(words)):
        import shlex

        return f"quotes keep a formula together: gradcli {name} {shlex.quote(' '.join(words))}"
    return None
