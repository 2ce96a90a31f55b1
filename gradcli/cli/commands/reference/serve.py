"""`gradcli mcp`: the commands as tools for language models."""

from __future__ import annotations

from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine


def serve_tools(line: CommandLine) -> int:
    """Serve until standard input ends. Raises `usage` where the library of the protocol is missing."""
    try:
        from gradcli.cli.serving import server
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "jsonschema"):
            raise
        message = "gradcli mcp needs the package mcp, version 2 or newer"
        raise GradcliError("usage", message, hint="pip install 'mcp>=2'") from error
    server.main()
    return ExitCode.DONE
