"""`gradcli completions`: the script of a shell, printed or installed."""

from __future__ import annotations

from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine


def print_completions(line: CommandLine) -> int:
    """Write the completion script of a shell, or install it and say what was written."""
    from gradcli.cli.output import write_answer
    from gradcli.cli.shells.scripts import WRITERS, completion_script

    shell = line.expressions[0] if line.expressions else None
    if line.install:
        from gradcli.cli.shells.install import detected_shell, install

        write_answer("".join(f"{text}\n" for text in install(shell or detected_shell())))
        return ExitCode.DONE
    if shell is None:
        hint = f"one of {', '.join(WRITERS)}; or gradcli completions --install"
        raise GradcliError("usage", "completions needs SHELL", hint=hint)
    write_answer(completion_script(shell), utf8=True)
    return ExitCode.DONE
