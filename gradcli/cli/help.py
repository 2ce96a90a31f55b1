"""Help pages, written from the rows of commands and options, without typer and rich: help is as fast as an answer."""

from __future__ import annotations

import shutil
import sys
from re import findall
from textwrap import wrap

from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.platforms.terminals import wants_colour
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradcli.cli.commands.reference.topics import Topic
    from gradcli.cli.commands.rows import Command
    from gradcli.cli.options import Option

NARROWEST, WIDEST = 40, 100
HELP_ROW = ("-h, --help", "Show this page.")
VERSION_ROW = ("-V, --version", "Print the version.")

INTRODUCTION = """\
Derivatives of functions written as you would write them: symbol and value side by side, \
correctly rounded, with the shape and the layout of every answer."""
REST = "EXPR is text, @FILE, or - for standard input. gradcli COMMAND --help tells the rest."


def overview() -> str:
    """The page of `gradcli --help`: the commands, and where to begin."""
    from gradcli.cli.commands.reference.topics import TOPICS

    rows = [(f"{command.name} {command.usage}", command.about) for command in COMMANDS.values()]
    blocks = [
        f"{heading('Usage:')} gradcli COMMAND [EXPR] [OPTIONS]",
        "\n".join(wrapped(INTRODUCTION, page_width())),
        section("Commands", rows),
        section("Options", [HELP_ROW, VERSION_ROW]),
        section("Topics", [(f"help {topic.name}", f"{topic.title}.") for topic in TOPICS.values()]),
        examples(
            (*COMMANDS["grad"].examples[:2], *COMMANDS["jacobian"].examples[1:2], *COMMANDS["chain"].examples[:1])
        ),
        "\n".join(wrapped(REST, page_width())),
    ]
    return "\n\n".join(blocks) + "\n"


def command_help(name: str) -> str:
    """The page of one command."""
    command = COMMANDS[name]
    options = list(options_of(command).values())
    blocks = [f"{heading('Usage:')} {usage_of(command)}"]
    told = joined(command.about, command.details)
    blocks.append("\n".join(wrapped(told, page_width())))
    if "EXPR" in command.usage:
        blocks.append(
            section(
                "Arguments",
                [(command.usage, "Text, @FILE, or - for standard input; asked for if missing at a terminal.")],
            )
        )
    blocks.extend(
        section(title, [option_row(option) for option in members]) for title, members in by_panel(options).items()
    )
    blocks.append(examples(command.examples))
    return "\n\n".join(blocks) + "\n"


def usage_of(command: Command) -> str:
    """`gradcli grad EXPR [OPTIONS]`."""
    return " ".join(filter(None, ("gradcli", command.name, command.usage, "[OPTIONS]" if command.options else "")))


def topic_help(topic: Topic) -> str:
    """The page of a topic."""
    text = "\n".join(line for paragraph in topic.text for line in wrapped(paragraph, page_width()))
    return "\n\n".join(filter(None, (text, section(topic.title, topic.rows)))) + "\n"


def by_panel(options: Iterable[Option]) -> dict[str, list[Option]]:
    """Options by the heading that they stand under, in order of first appearance."""
    panels: dict[str, list[Option]] = {}
    for option in options:
        panels.setdefault(option.panel, []).append(option)
    return panels


def option_row(option: Option) -> tuple[str, str]:
    """The spellings and the value of an option, and what it does, with its choices."""
    flags = sorted(option.flags, key=len)
    label = ", ".join(flags) if len(flags[0]) == 2 else f"    {', '.join(flags)}"
    words = [option.about]
    if option.words:
        words.append(f"One of {', '.join(option.words)}.")
    if option.default_of:
        words.append(f"Without it {option.default_of}, if that is set.")
    return (f"{label} {option.value}" if option.takes_value else label), joined(*words)


def section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """A heading and two columns, the second wrapped to the page."""
    rows = list(rows)
    left = min(max(len(label) for label, _ in rows), page_width() // 2 - 4)
    lines = [heading(f"{title}:")]
    for label, text in rows:
        shown = wrapped(text, page_width() - left - 4) or [""]
        if len(label) > left:
            lines.append(f"  {label}")
            label = ""
        lines.append(f"  {label:<{left}}  {shown[0]}".rstrip())
        lines.extend(f"  {'':<{left}}  {line}" for line in shown[1:])
    return "\n".join(lines)


def examples(rows: Iterable[tuple[str, str]]) -> str:
    """Commands to copy, each with what it shows, on one line where the page is wide enough."""
    rows = [(words, translated(text)) for words, text in rows]
    left = max(len(words) for words, _ in rows)
    fits = left + max(len(text) for _, text in rows) + 6 <= page_width()
    lines = [heading("Examples:")]
    for words, text in rows:
        lines.extend([f"  {words:<{left}}  # {text}"] if fits else [f"  # {text}", f"  {words}"])
    return "\n".join(lines)


def joined(*sentences: str) -> str:
    """Sentences in the language that is spoken, one behind the other."""
    return " ".join(map(translated, filter(None, sentences))).replace("。 ", "。")


def wrapped(text: str, width: int) -> list[str]:
    """The text in the language that is spoken, in lines of so many columns; a Chinese sign takes two."""
    text = translated(text)
    if text.isascii():
        return wrap(text, width)
    from gradcli.render.diagnostics import columns_of

    lines, used = [""], 0
    for part in findall(r"[!-~]+|.", text):
        columns = sum(map(columns_of, part))
        used += columns
        if used > width and part not in "，。；：":
            lines.append("")
            used = columns
        lines[-1] += part
    return [line.strip() for line in lines]


def heading(text: str) -> str:
    """A heading, bold on a terminal that can do it."""
    text = f"{translated(text[:-1])}:"
    return f"\x1b[1m{text}\x1b[0m" if wants_colour(sys.stdout) else text


def page_width() -> int:
    """Columns of the page: the terminal's, within what reads well."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))
