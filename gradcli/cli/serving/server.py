"""The server on standard input and output. Each call is a command line in a process of its own, which ends with it."""

from __future__ import annotations

import asyncio
import json
import sys

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from gradcli import __version__
from gradcli.cli.serving.tools import TOOLS, about, input_schema, output_schema, words_of
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.render.diagnostics import render_error

if TYPE_CHECKING:
    from typing import Any, Final

SECONDS: Final = 120.0
"""The longest call."""


async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
    """The tools."""
    return types.ListToolsResult(tools=[tool_of(name) for name in TOOLS])


def tool_of(name: str) -> types.Tool:
    """A tool: its name, what it does, its arguments and answers."""
    return types.Tool(
        name=name,
        description=about(name),
        input_schema=input_schema(name),
        output_schema=output_schema(name),
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


async def call_tool(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
    """The answer of a call; what is wrong with it is an answer, too."""
    if params.name not in TOOLS:
        return failed(f"error: there is no tool {params.name[:60]!r}\n  one of {', '.join(TOOLS)}")
    try:
        words = words_of(params.name, params.arguments or {})
    except GradcliError as error:
        return failed(render_error(error))
    return await run(words)


async def run(words: list[str]) -> types.CallToolResult:
    """Run a command line. Numbers that do not exist (exit 3) and wrong answers (exit 1) are answers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "gradcli", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, errors = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        return failed(f"error: no answer within {SECONDS:g} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = out.decode()
    if not text.strip():
        return failed(error_text(errors.decode(errors="replace")))
    answers = [json.loads(line) for line in text.splitlines()]
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text.rstrip("\n"))], structured_content={"answers": answers}
    )


def error_text(errors: str) -> str:
    """An error of `--json` as lines."""
    last = errors.strip().splitlines()[-1:] or ["no answer"]
    try:
        error = json.loads(last[0])["error"]
    except (ValueError, KeyError, TypeError):
        return last[0]
    place = "" if error["start"] is None else f" (characters {error['start']} to {error['end']} of {error['source']})"
    return f"error: {error['message']}{place}" + (f"\n  {error['hint']}" if error["hint"] else "")


def failed(text: str) -> types.CallToolResult:
    """An answer that says what is wrong."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)


async def serve() -> None:
    """Serve until standard input ends."""
    server: Server[Any] = Server(
        "gradcli",
        version=__version__,
        instructions="Derivatives as symbol and number, certified; a number that does not exist is null with a reason.",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())


def main() -> None:
    """Run the server."""
    asyncio.run(serve())
