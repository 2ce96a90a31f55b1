"""Completion scripts for shells, written from the rows of commands and options.

The scripts are static: pressing TAB starts no Python and runs nothing. `completions/` holds them as the wheel
installs them, and a test compares.
"""

from __future__ import annotations

from gradcli.cli.shells.bash import bash_script
from gradcli.cli.shells.fish import fish_script
from gradcli.cli.shells.pages import pages
from gradcli.cli.shells.powershell import powershell_script
from gradcli.cli.shells.zsh import zsh_script
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from gradcli.cli.shells.pages import CommandPage

WRITERS: Final[dict[str, Callable[[list[CommandPage]], str]]] = {
    "bash": bash_script,
    "zsh": zsh_script,
    "fish": fish_script,
    "powershell": powershell_script,
}


def completion_script(shell: str) -> str:
    """The script of one shell for all commands."""
    return WRITERS[shell](pages())
