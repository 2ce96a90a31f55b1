"""Commands for typer: a group and commands of our own class, their parameters made from the rows of options.

They are for typer's own tools: completion, `typer.testing.CliRunner`, documentation. Words are read by `cli/reader.py`.
"""

from __future__ import annotations

import inspect
from enum import StrEnum
from typing import Annotated

import typer
import typer.core

from gradcli.cli.commands.rows import COMMANDS, Command, options_of
from gradcli.cli.options import parameter_name
from gradcli.cli.reader import answered, read_line
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.cli.options import Option


class WordCommand(typer.core.TyperCommand):
    """A command whose words are sorted by our rule and whose page of help is ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Our reader answers the line; typer itself reads words that are unfinished (completion)."""
        if not ctx.resilient_parsing:
            ctx.exit(answered(str(self.name), read_line(str(self.name), args)))
        unread: list[str] = super().parse_args(ctx, args)
        return unread

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of `gradcli COMMAND --help`."""
        from gradcli.cli.help import command_help

        formatter.write(command_help(str(self.name)))


class CommandGroup(typer.core.TyperGroup):
    """The commands, each built when it is asked for: all of them take longer than one answer."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, None for another word."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = make_command(COMMANDS[cmd_name])
        return self.commands.get(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of `gradcli --help`."""
        from gradcli.cli.help import overview

        formatter.write(overview())


def root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    """The command-line gradient calculator."""


def make_app(completion: bool, group: type[CommandGroup] = CommandGroup) -> typer.Typer:
    """The app; with `completion` typer's options to install and to show its own completion."""
    made = typer.Typer(
        name="gradcli",
        cls=group,
        rich_markup_mode=None,
        add_completion=completion,
        pretty_exceptions_enable=False,
        help="The command-line gradient calculator.",
    )
    made.callback(cls=group)(root)
    return made


def make_command(row: Command) -> Any:
    """The click command of a row."""
    single = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    single.callback()(root)
    single.command(row.name, cls=WordCommand, help=row.about)(function_of(row))
    group: Any = typer.main.get_command(single)
    return group.commands[row.name]


def function_of(row: Command) -> Callable[..., None]:
    """What typer makes parameters of: its signature is made of the row."""

    def declared(**values: Any) -> None:
        """Never called: `WordCommand` answers."""

    hints = {"expressions": argument_hint(row)}
    hints |= {parameter_name(key): hint_of(key, option) for key, option in options_of(row).items()}
    keyword = inspect.Parameter.KEYWORD_ONLY
    none = [inspect.Parameter(name, keyword, default=None, annotation=hint) for name, hint in hints.items()]
    declared.__signature__ = inspect.Signature(none)  # type: ignore[attr-defined]
    declared.__annotations__ = hints
    return declared


def argument_hint(row: Command) -> Any:
    """The annotation of a command's words that are no options."""
    if row.choices:
        return Annotated[choice_of("expressions", row.choices) | None, typer.Argument(metavar=row.usage)]
    return Annotated[list[str] | None, typer.Argument(metavar=row.usage)]


def hint_of(key: str, option: Option) -> Any:
    """The annotation of an option, as typer reads it."""
    kind: Any = bool if not option.takes_value else option.kind
    if option.words:
        kind = choice_of(key, option.words)
    made = typer.Option(
        *option.flags,
        metavar=option.value or None,
        help=option.about,
        rich_help_panel=option.panel,
        min=option.least,
        max=option.most,
    )
    return Annotated[(list[kind] if option.many else kind) | None, made]


def choice_of(key: str, words: Sequence[str]) -> Any:
    """The type of a value that is one of these words."""
    return StrEnum(key.rpartition(".")[2].title(), {word: word for word in words})


def complete_with_typer(words: Sequence[str]) -> int:
    """Run typer's own completion."""
    group: Any = typer.main.get_command(make_app(completion=True))
    try:
        group.main(list(words), "gradcli")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
