"""`gradcli completions`: the script of a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.problems import ExitCode

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine


def print_completions(line: CommandLine) -> int:
    """Write the completion script of a shell."""
    from gradcli.cli.completions import completion_script
    from gradcli.cli.output import write_answer

    write_answer(completion_script(line.expressions[0]), utf8=True)
    return ExitCode.DONE
