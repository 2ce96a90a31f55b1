"""The app that typer's own tools are given: `typer.testing.CliRunner`, `typer gradcli.cli.app utils docs`."""

from __future__ import annotations

import sys

from gradcli.cli.entry import run
from gradcli.cli.typer_commands import CommandGroup, make_app
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class MainGroup(CommandGroup):
    """The commands behind the one place where errors become text."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line through the one place where errors become text; ends the process with its exit code."""
        code = run(sys.argv[1:] if args is None else list(args))
        if standalone_mode:
            sys.exit(code)
        return code


app = make_app(completion=True, group=MainGroup)
