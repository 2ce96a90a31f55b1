"""The words of the command line, sorted into options and expressions before typer sees them.

Expressions begin with a minus sign as freely as with anything else, so the rule of other programs (a word that begins
with `-` is an option) does not hold here. The rule is:

- a word is an option if it is exactly one (`--at`, `-m`), or one with its value attached in a form that can only be
  meant so (`--at=1`, `-mfd`, `-fjson`, `-wx1,x2`);
- `--word` and `--word=...` that are no option are a mistyped option, and so is `-word` where `--word` is an option;
- anything else, `-x**2`, `-sin(x)^2`, `-mu`, `--(x)`, is an expression; after `--` everything is.
"""

from __future__ import annotations

import os

from gradcli.cli.options import OPTIONS
from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NoReturn

    from gradcli.cli.options import Option

NAME_LIST = pattern(r"[^\W\d]\w*(,\w+)*")
LONG_OPTION = pattern(r"(?s)--[A-Za-z][A-Za-z-]*(=.*)?")
QUOTED_CHARACTERS = 60


class Words(NamedTuple):
    """The words after the command's name: options in order, as (long flag, value or None), and the expressions."""

    options: tuple[tuple[str, str | None], ...]
    expressions: tuple[str, ...]


def wants_json(words: Iterable[str]) -> bool:
    """Whether errors are to be JSON: asked for anywhere, also where the command line is wrong elsewhere."""
    previous = ""
    for word in words:
        if word == "--":
            return False
        if word in ("--json", "--format=json", "-fjson", "-f=json"):
            return True
        if word == "json" and previous in ("--format", "-f"):
            return True
        previous = word
    return False


def json_by_default(words: Iterable[str]) -> bool:
    """Whether errors are JSON since answers are, and no other format is typed."""
    typed = any(word.startswith(("--format", "-f")) for word in words)
    return not typed and os.environ.get(OPTIONS["form"].default_of) == "json"


def sort_words(words: Sequence[str], options: Sequence[Option]) -> Words:
    """The words of one command, sorted. Raises `usage` for a mistyped option, a missing value or a wrong choice."""
    flags = {flag: option for option in options for flag in option.flags}
    found: list[tuple[str, str | None]] = []
    expressions: list[str] = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word == "--":
            expressions.extend(reversed(rest))
            break
        flag, attached = split_option(word, flags)
        if flag is None:
            expressions.append(word)
            continue
        option = flags[flag]
        value = option_value(flag, option, attached, rest, flags)
        found.append((option.flags[0], value))
    for word in expressions:
        require_text(word, "an argument")
    refuse_contradictions(found, flags)
    return Words(tuple(found), tuple(expressions))


def split_option(word: str, flags: Mapping[str, Option]) -> tuple[str | None, str | None]:
    """The option that a word is, and its attached value; (None, None) for an expression."""
    if len(word) < 2 or word[0] != "-":
        return None, None
    if word in flags:
        return word, None
    if word[1] == "-":
        return split_long_option(word, flags)
    if f"-{word}" in flags and len(word) > 2:
        unknown_option(word, flags)
    return split_short_option(word, flags)


def split_long_option(word: str, flags: Mapping[str, Option]) -> tuple[str | None, str | None]:
    """`--flag=value` in its parts; a mistyped option is an error, `--(x)` and `--2*x` are expressions."""
    flag, equals, value = word.partition("=")
    if equals and flag in flags:
        return flag, value
    if LONG_OPTION.fullmatch(word):
        unknown_option(flag, flags)
    return None, None


def split_short_option(word: str, flags: Mapping[str, Option]) -> tuple[str | None, str | None]:
    """`-mfd` and `-m=fd` in their parts, where the rest is a value that the option can have."""
    option = flags.get(word[:2])
    if option is None or not option.takes_value:
        return None, None
    value = word[3:] if word[2] == "=" else word[2:]
    recognised = value in option.words if option.words else bool(NAME_LIST.fullmatch(value))
    return (word[:2], value) if recognised else (None, None)


def option_value(
    flag: str, option: Option, attached: str | None, rest: list[str], flags: Mapping[str, Option]
) -> str | None:
    """The value of an option: attached, or the next word, which is then taken off `rest` (in reverse order)."""
    if not option.takes_value:
        if attached is not None:
            raise GradcliError("usage", f"option '{flag}' takes no value", hint=f"write just {flag}")
        return None
    if attached is None:
        if not rest or rest[-1] in flags or rest[-1] == "--":
            raise GradcliError(
                "usage",
                f"option '{flag}' needs a value",
                hint=choices_hint(option) or f"{option.value}: {option.about}",
            )
        attached = rest.pop()
    if not option.is_file:
        require_text(attached, f"the value of '{flag}'")
    attached = option.also.get(attached, attached)
    if option.words and attached not in option.words:
        unknown_choice(flag, option, attached)
    return attached


def refuse_contradictions(found: Sequence[tuple[str, str | None]], flags: Mapping[str, Option]) -> None:
    """Raise `usage` for an option given twice with different values, and for --json beside another format."""
    given: dict[str, str | None] = {}
    for flag, value in found:
        if not flags[flag].many and given.get(flag, value) != value:
            raise GradcliError(
                "usage", f"'{flag}' is given twice: {quote(given[flag])} and {quote(value)}", hint="give it once"
            )
        given[flag] = value
    other = given.get("--format")
    if "--json" in given and other not in (None, "json"):
        raise GradcliError("usage", f"'--json' and '--format {other}' contradict each other", hint="give one of them")


def unknown_option(word: str, flags: Mapping[str, Option]) -> NoReturn:
    """Raise `usage`, with the nearest option."""
    bare = word.lstrip("-").partition("=")[0]
    near = nearest(bare, [flag[2:] for flag in flags if flag.startswith("--")])
    hint = f"did you mean --{near}?" if near else "gradcli COMMAND --help lists the options"
    message = f"unknown option {quote(word)}"
    raise GradcliError("usage", message, hint=f"{hint} (an expression that begins so goes after --)")


def unknown_choice(flag: str, option: Option, value: str) -> NoReturn:
    """Raise `usage`, with the nearest choice or all of them."""
    near = nearest(value, option.words)
    hint = choices_hint(option)
    raise GradcliError(
        "usage", f"'{flag}' cannot be {quote(value)}", hint=f"did you mean {near}? ({hint})" if near else hint
    )


def choices_hint(option: Option) -> str | None:
    """`one of a, b, c`, or None for free text."""
    return f"one of {', '.join(option.words)}" if option.words else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, if any is near."""
    if len(word) > QUOTED_CHARACTERS:
        return None
    from difflib import get_close_matches

    matches = get_close_matches(word.lower(), list(known), 1, 0.6)
    return matches[0] if matches else None


def quote(text: str | None) -> str:
    """A word in quotes, cut to what a line can hold."""
    text = text or ""
    return f"'{text}'" if len(text) <= QUOTED_CHARACTERS else f"'{text[: QUOTED_CHARACTERS - 3]}...'"


def require_text(word: str, what: str) -> None:
    """Raise `encoding` for bytes that are not UTF-8 (Python passes them on as lone surrogates)."""
    if not word.isascii() and any("\ud800" <= character <= "\udfff" for character in word):
        raise GradcliError("encoding", f"{what} is not UTF-8 text: {quote(word)}", hint="check the terminal's encoding")
