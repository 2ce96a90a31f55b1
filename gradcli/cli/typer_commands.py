"""Commands for typer: a group and commands of our own class, their parameters made from the rows of options.

What `cli/reader.py` does not read comes in through `run_command`, which builds the one command that was asked for.
"""

from __future__ import annotations

import inspect
import re
from enum import Enum, StrEnum
from typing import Annotated

import typer
import typer.core

from gradcli.cli.commands.rows import COMMANDS, Command, all_options, options_of
from gradcli.cli.options import parameter_name
from gradcli.cli.reader import refuse_number
from gradcli.cli.words import sort_words
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.cli.options import Option


class WordParser:
    """Sorts the words of a command, in place of click's parser: an expression may begin with a minus sign."""

    _opt_prefixes = frozenset(("-", "--"))

    def __init__(self, name: str, params: Sequence[Any]) -> None:
        self.name = name
        self.params = params

    def parse_args(self, args: list[str]) -> tuple[dict[str, Any], list[str], list[Any]]:
        """Values by parameter, no words left over, the parameters in order."""
        words = sort_words(args, all_options(COMMANDS[self.name]))
        refuse_number(self.name, words.expressions)
        by_flag = {flag: param for param in self.params if param.param_type_name == "option" for flag in param.opts}
        values: dict[str, Any] = {}
        order = []
        for flag, value in words.options:
            param = by_flag[flag]
            order.append(param)
            found = True if value is None else value
            values[param.name] = [*values.get(param.name, ()), found] if param.multiple else found
        for param in self.params:
            if param.param_type_name == "argument":
                if param.nargs == -1 or words.expressions:
                    values[param.name] = list(words.expressions) if param.nargs == -1 else words.expressions[0]
                order.append(param)
        return values, [], order


class WordCommand(typer.core.TyperCommand):
    """A command whose words are sorted by our rule and whose page of help is ours."""

    def make_parser(self, ctx: Any) -> Any:
        """Our parser; typer's own where the words are unfinished (completion)."""
        name = str(self.name)
        return super().make_parser(ctx) if ctx.resilient_parsing else WordParser(name, self.get_params(ctx))

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


def function_of(row: Command) -> Callable[..., int]:
    """What typer calls: it fills a command line from the values, and answers it. Its signature is made of the row."""

    def answer(**values: Any) -> int:
        from gradcli.cli import reader
        from gradcli.cli.question import command_line

        line = command_line(row.name, {name: plain(value) for name, value in values.items() if value is not None})
        return reader.answered(row.name, line)

    hints = {"expressions": argument_hint(row)}
    hints |= {parameter_name(key): hint_of(key, option) for key, option in options_of(row).items()}
    keyword = inspect.Parameter.KEYWORD_ONLY
    none = [inspect.Parameter(name, keyword, default=None, annotation=hint) for name, hint in hints.items()]
    answer.__signature__ = inspect.Signature(none)  # type: ignore[attr-defined]
    answer.__annotations__ = hints
    return answer


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


def plain(value: Any) -> Any:
    """A value as text, number or tuple, as no enumeration of typer's."""
    if isinstance(value, Enum):
        return value.value
    return tuple(value) if isinstance(value, list) else value


def run_command(name: str, words: Sequence[str]) -> int:
    """Answer one command line with typer.

    Not by click's `main`: that makes exit codes of its own out of a Ctrl-C and of a broken pipe.
    """
    group: Any = typer.main.get_command(make_app(completion=False))
    usage_error: Any = typer.BadParameter.__mro__[1]  # click's, which newer typers carry along under another name
    try:
        with group.make_context("gradcli", [name, *words]) as context:
            return int(group.invoke(context))
    except usage_error as error:
        message, hint = error.format_message(), f"gradcli {name} --help"
        if match := re.fullmatch(
            r"Invalid value for '([^']+)': (.*) is not a valid (?:float|integer|int)(?: range)?\.?", message
        ):
            message, hint = f"'{match[1]}' cannot be {match[2]}", "a number"
        raise GradcliError("usage", message, hint=hint) from error


def complete_with_typer(words: Sequence[str]) -> int:
    """Run typer's own completion."""
    group: Any = typer.main.get_command(make_app(completion=True))
    try:
        group.main(list(words), "gradcli")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
