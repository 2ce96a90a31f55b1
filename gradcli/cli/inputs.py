"""Where texts come from: an argument, `@FILE`, standard input, or a question at the terminal."""

from __future__ import annotations

import sys

from gradcli.cli.files.reading import decode, read_bytes, read_limited
from gradcli.patterns import pattern
from gradcli.platforms.terminals import is_terminal
from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.text.points import PointText
    from gradcli.text.tree import Declaration, Tree

QUESTION = ("Function of one or more variables", ", for instance x1**2 + x2**2")
SETTING_FROM_FILE = pattern(r"(?s)\s*(?P<name>[^\W\d]\w*)\s*=\s*@(?P<path>.+)")


def read_expressions(arguments: Sequence[str]) -> list[Source]:
    """The texts of a command: of its arguments, else of standard input, else as answered at the terminal."""
    if arguments.count("-") > 1:
        raise GradcliError("usage", "standard input can be read only once", hint="give '-' once")
    if not arguments:
        return [ask_expression() if at_terminal() else read_standard_input()]
    return [read_expression(argument) for argument in arguments]


def read_expression(argument: str) -> Source:
    """One EXPR: `-`, `@FILE` or the text itself."""
    if argument == "-":
        return read_standard_input()
    return read_text("expression", argument)


def read_text(name: str, argument: str) -> Source:
    """The text of an argument or of the file that it names by `@FILE`. `name`: `expression`, or an option's name."""
    if not argument.startswith("@") or argument.startswith("@("):  # MATLAB's @(x) x^2
        return Source(name, argument)
    path, span = argument[1:], Span(Source(name, argument), 0, len(argument))
    if not path:
        raise GradcliError("file", "the name of a file is missing after '@'", span, "@gradient.txt")
    return Source(path, decode(read_bytes(path, span), path, span), is_file=True)


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return is_terminal(sys.stdin)


def read_standard_input() -> Source:
    """The text on standard input."""
    if sys.stdin is None or sys.stdin.closed:
        raise missing_expression()
    try:
        data = read_limited(sys.stdin.buffer, "standard input", None)
    except OSError as error:
        raise GradcliError("file", f"cannot read standard input: {(error.strerror or str(error)).lower()}") from None
    if not data.strip():
        raise missing_expression()
    return Source("expression", decode(data, "standard input", None))


def ask_expression() -> Source:
    """Ask for the expression at the terminal. The question goes to standard error: the answer may be piped on."""
    from gradcli.cli.shells.ask import ask_line
    from gradcli.render.page import make_console

    make_console(sys.stderr).print(QUESTION[0], style="bold", end="")
    make_console(sys.stderr).print(QUESTION[1])
    try:
        text = ask_line("f = ")
    except (EOFError, UnicodeDecodeError):
        text = ""
    if not text.strip():
        raise missing_expression()
    return Source("expression", text)


def missing_expression() -> GradcliError:
    """The error for no EXPR at all."""
    return GradcliError("usage", "no expression was given", hint='gradcli grad "x1**2 + x2**2" --at 1,2')


def read_point(option: str, text: str) -> tuple[PointText, Source]:
    """A point from an option's value, or from the file that it names by @FILE."""
    from gradcli.text.points import parse_point

    source = read_text(option, text)._replace(is_data=True)
    return parse_point(source), source


def read_names(option: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The names in an option's values, in order. A name given twice is an error."""
    if not texts:
        return ()
    from gradcli.text.points import parse_names

    names: dict[str, None] = {}
    for text in texts:
        for name in parse_names(Source(option, text)):
            if name in names:
                raise GradcliError("names", f"{name} is given twice", whole(option, text), "give every name once")
            names[name] = None
    return tuple(names)


def read_settings(texts: Sequence[str]) -> dict[str, Tree]:
    """The constants of `--set`, by name: typed, or from a file (`--set X=@X.npy`: npy, csv, json, or text)."""
    settings: dict[str, Tree] = {}
    for text in texts:
        for name, tree in read_setting(text):
            if name in settings:
                raise GradcliError(
                    "setting", f"{name} is given twice", whole("--set", text), "give every constant once"
                )
            settings[name] = tree
    return settings


def read_setting(text: str) -> tuple[tuple[str, Tree], ...]:
    """The constants of one text: names and values."""
    from gradcli.text.points import parse_names, parse_settings

    match = SETTING_FROM_FILE.fullmatch(text)
    if match is None:
        return parse_settings(Source("--set", text, is_data=True))
    from gradcli.cli.files.numbers import read_table

    return ((parse_names(Source("--set", match["name"]))[0], read_table(match["path"], whole("--set", text))),)


def whole(option: str, text: str) -> Span:
    """The whole value of an option as a place."""
    return Span(Source(option, text), 0, len(text))


def read_declarations(
    shapes: Sequence[str], vectors: Sequence[str], matrices: Sequence[str], symmetric: Sequence[str]
) -> tuple[Declaration, ...]:
    """The declarations of `--shape`, `--vector`, `--matrix` and `--symmetric`; sizes that are not given are symbols."""
    if not (shapes or vectors or matrices or symmetric):
        return ()
    from gradcli.text.points import parse_shape

    declarations = [parse_shape(Source("--shape", text)) for text in shapes]
    declarations += declare("--vector", vectors, ("n_{}",))
    declarations += declare("--matrix", matrices, ("m_{}", "n_{}"))
    declarations += declare("--symmetric", symmetric, ("n_{}", "n_{}"))
    return tuple(declarations)


def declare(option: str, texts: Sequence[str], dims: tuple[str, ...]) -> list[Declaration]:
    """Declarations of names whose sizes are symbols of their own."""
    from gradcli.text.tree import Declaration

    return [
        Declaration(
            name, tuple(size.format(name) for size in dims), option == "--symmetric", Source(option, text), 0, len(text)
        )
        for text in texts
        for name in read_names(option, [text])
    ]
