"""`gradcli help`: pages of commands, topics and functions, and the manual."""

from __future__ import annotations

from gradcli.cli.commands.reference.topics import MANUAL, PAGES, TOPICS
from gradcli.cli.commands.rows import COMMANDS
from gradcli.cli.words import nearest, quote
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine


def print_page(line: CommandLine) -> int:
    """Write a page, or the overview. The name of a function shows its row."""
    from gradcli.cli.output import write_answer

    word = line.expressions[0] if line.expressions else None
    if word is not None and word not in PAGES:
        return print_function(line, word)
    write_answer(page(word), utf8=word == MANUAL)
    return ExitCode.DONE


def page(word: str | None) -> str:
    """The text of a page."""
    from gradcli.cli import help as pages

    if word == MANUAL:
        from gradcli.cli.shells.man import manual

        return manual()
    if word in TOPICS:
        return pages.topic_help(TOPICS[word])
    return pages.command_help(word) if word in COMMANDS else pages.overview()


def print_function(line: CommandLine, word: str) -> int:
    """Write what `gradcli functions` knows of a function. Raises `usage` for a word that is none."""
    from gradcli.cli.commands.reference.functions import print_functions
    from gradcli.program.catalogue import listed_rule

    if listed_rule(word) is None:
        near = nearest(word, PAGES)
        hint = f"did you mean {near}?" if near else f"one of {', '.join(PAGES)}, or a function's name"
        raise GradcliError("usage", f"there is no page on {quote(word)}", hint=hint)
    return print_functions(line)
