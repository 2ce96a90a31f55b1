"""One command line from its words to its exit code, and the one place where errors become text.

typer is imported for the few command lines that `cli/reader.py` leaves to it.
"""

from __future__ import annotations

import os
import sys

from gradcli import signals
from gradcli.cli.commands.rows import COMMANDS
from gradcli.cli.words import json_by_default, nearest, quote, wants_json
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

TYPER_OPTIONS = ("--install-completion", "--show-completion")
"""Options of typer's completion, beside `gradcli completions SHELL`."""


def run(words: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Every failure ends here, as one error on standard error."""
    # The language has its own limit of digits, which names itself; Python's would be a traceback.
    sys.set_int_max_str_digits(0)
    if "#" in words:  # a comment, as in the examples of the help: zsh hands it over when it is asked at a prompt
        words = words[: words.index("#")]
    try:
        return dispatch(words)
    except GradcliError as error:
        return report(error, words)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.BROKEN_PIPE
    except (MemoryError, RecursionError):
        return report(GradcliError("memory", "this takes more memory than there is", exit_code=ExitCode.FAILED), words)
    except (SystemExit, Exception) as error:
        return ExitCode.INTERRUPTED if signals.pressed else report(unexpected(error), words)


def dispatch(words: Sequence[str]) -> int:
    """Find the command and run it. `--help` and `--version` come before everything."""
    if "_GRADCLI_COMPLETE" in os.environ or (words and words[0] in TYPER_OPTIONS):
        return complete(words)
    before = words[: words.index("--")] if "--" in words else words
    name = words[0] if words and words[0] in COMMANDS else None
    if words and name is None and is_expression(words[0]):  # gradcli "x^2 + y^2" asks for the gradient
        name, words = "grad", ["grad", *words]
    if not words or "--help" in before or "-h" in before:
        return print_help(name, before)
    if words[0] in ("--version", "-V"):
        return print_version()
    if name is None:
        raise unknown_command(words[0])
    from gradcli.cli.reader import answered, read_line

    line = read_line(name, words[1:])
    if line is not None:
        return answered(name, line)
    from gradcli.cli.typer_commands import run_command

    return run_command(name, words[1:])


def complete(words: Sequence[str]) -> int:
    """Typer's own completion: installed, shown, or asked for by the script that it installed."""
    from gradcli.cli.typer_commands import complete_with_typer

    return complete_with_typer(words)


def is_expression(word: str) -> bool:
    """Whether a word in the place of a command is a function: it has more than letters, and is like no command."""
    if word.startswith("--") or (word.startswith("-") and word[1:].isalpha()):
        return False
    letters = word.replace("-", "").replace("_", "")
    return bool(word.strip()) and not (letters.isascii() and letters.isalpha()) and not nearest(word, COMMANDS)


def print_help(name: str | None, words: Sequence[str] = ()) -> int:
    """Write the page of a command, or the overview."""
    from gradcli.cli.help import command_help, overview
    from gradcli.cli.output import write_answer

    speak_as(words, sys.stdout)
    write_answer(command_help(name) if name else overview())
    return ExitCode.DONE


def print_version() -> int:
    """Write the version."""
    from gradcli import __version__
    from gradcli.cli.output import write_answer

    write_answer(f"gradcli {__version__}\n")
    return ExitCode.DONE


def unknown_command(word: str) -> GradcliError:
    """The error for a first word that is no command."""
    if word.startswith("-") and word[1:].replace("-", "").isalpha():
        message = f"{quote(word)} is no option of gradcli itself"
        return GradcliError("usage", message, hint="gradcli grad EXPR [OPTIONS]: the command comes first")
    near = CALLED.get(word.lower()) or nearest(word, COMMANDS)
    hint = f"did you mean {near}?" if near else f"the commands are {', '.join(COMMANDS)}"
    return GradcliError("usage", f"unknown command {quote(word)}", hint=hint)


CALLED = {
    **dict.fromkeys(("derivative", "differentiate", "derive", "diff", "d", "dx", "nabla", "partial"), "grad"),
    "jac": "jacobian",
    "eval": "grad",
    "verify": "check",
    "code": "export",
    "minimize": "descend",
    "tree": "graph",
}
"""Other words for commands."""


def unexpected(error: BaseException) -> GradcliError:
    """The one line for a mistake in gradcli itself."""
    if os.environ.get("GRADCLI_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return GradcliError(
        "internal",
        f"internal error ({reason})",
        hint="this is a mistake in gradcli: please report the command (GRADCLI_DEBUG=1 shows more)",
        exit_code=ExitCode.FAILED,
    )


def speak_as(words: Sequence[str], stream: Any) -> None:
    """The language of an error or a page of help: that of `--lang`, also where the words could not be read.

    Else that of GRADCLI_LANG; English where the stream has no characters of it.
    """
    from gradcli.render.chinese.spoken import LANGUAGES, is_speakable, speak

    given = words[words.index("--lang") + 1 :] if "--lang" in words else [os.environ.get("GRADCLI_LANG", "")]
    if given and given[0] in LANGUAGES:
        speak(given[0] if is_speakable(stream) else LANGUAGES[0])


def report(error: GradcliError, words: Sequence[str]) -> int:
    """Write an error to standard error, as JSON where that was asked for, and return its exit code."""
    from gradcli.cli.output import write_error
    from gradcli.render.diagnostics import render_error, write_error_json

    speak_as(words, sys.stderr)
    is_json = wants_json(words) or json_by_default(words)
    encoding = "utf-8" if is_json else getattr(sys.stderr, "encoding", None) or "utf-8"
    write_error(f"{write_error_json(error) if is_json else render_error(error, encoding)}\n", encoding)
    return error.exit_code
