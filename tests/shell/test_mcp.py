"""`gradcli mcp`, spoken to by the client of the protocol's own library."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.cli.serving.tools import LEFT_OUT, TOOLS, input_schema, options_served, output_schema, words_of
from gradcli.problems import GradcliError

pytest.importorskip("mcp")
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters, stdio_client

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

SERVER = StdioServerParameters(command=sys.executable, args=["-m", "gradcli", "mcp"])


def spoken(talk: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    """What a conversation with a server of its own returns."""

    async def whole() -> Any:
        async with Client(stdio_client(SERVER)) as client:
            return await talk(client)

    return asyncio.run(whole())


CALLS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("grad", {"function": "x1**2 + x2**2", "at": "1,2"}, "gradient", {"x1": 2.0, "x2": 4.0}),
    ("grad", {"function": "-x**2", "at": "-1"}, "gradient", {"x": 2.0}),
    ("grad", {"function": "a*x", "set": ["a=2"], "at": ["x=1", "x=2"], "layout": "numerator"}, "gradient", {"x": 2.0}),
    ("grad", {"function": "abs(x)", "at": "0"}, "gradient", {"x": None}),
    ("jacobian", {"function": "[x**2, x*y]", "at": "1,2"}, "jacobian", [[2.0, 0.0], [2.0, 1.0]]),
    ("grad", {"function": "x1**2 + x2", "at": [3, 2], "along": [1, 0]}, "directional", 6.0),
    ("grad", {"function": "a*x**2", "set": {"a": 3}, "at": 2}, "gradient", {"x": 12.0}),
    ("grad", {"function": "x*y", "at": {"x": "1/2", "y": 2}}, "gradient", {"x": 2.0, "y": 0.5}),
    ("grad", {"function": "norm(w)**2", "wrt": "w", "at": {"w": [1, 2]}}, "gradient", {"w": [2.0, 4.0]}),
    ("grad", {"function": "x*y", "at": [[1, 2], {"x": 3, "y": 4}]}, "gradient", {"x": 2.0, "y": 1.0}),
    ("hessian", {"function": "x**2*y", "at": "1,2"}, "hessian", [[4.0, 2.0], [2.0, 0.0]]),
    ("chain", {"function": "y = u**2; u = 3*x", "at": "1"}, "gradient", {"x": 18.0}),
    ("check", {"function": "sin(x**2)", "answer": "cos(x**2)"}, "verdict", "different"),
    ("steps", {"function": "x**x", "hint": 1}, "output", "f"),
    ("export", {"function": "x**2", "to": "javascript", "self-test": True}, "language", "javascript"),
]

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("grad", {"function": "sen(x)"}, "unknown function 'sen' (characters 0 to 3 of expression)"),
    ("grad", {}, "'function' is a required property"),
    ("grad", {"function": "x", "exec": "touch gotcha"}, "'exec' was unexpected"),
    ("grad", {"function": "x", "out": "gotcha"}, "'out' was unexpected"),
    ("grad", {"function": "@/etc/passwd"}, "files are not read here"),
    ("grad", {"function": "x", "at": ["1", "@point.json"]}, "files are not read here"),
    ("grad", {"function": "a*x", "set": "a = @/etc/passwd"}, "files are not read here"),
    ("grad", {"function": "a*x", "set": {"a": "@/etc/passwd"}}, "files are not read here"),
    ("grad", {"function": "x", "at": True}, "True is not valid"),
    ("grad", {"function": "-"}, "files are not read here"),
    ("grad", {"function": "x", "method": "magic"}, "magic"),
    ("steps", {"function": "x", "digits": 99}, "99"),
    ("descend", {"function": "x"}, "no tool 'descend'"),
]


def test_tools_are_listed_called_and_refused() -> None:
    """One conversation: the list, an answer of each tool, and one error for each mistake."""

    async def talk(client: Client) -> Any:
        listed = await client.list_tools()
        called = [await client.call_tool(name, arguments) for name, arguments, _, _ in CALLS]
        wrong = [await client.call_tool(name, arguments) for name, arguments, _ in WRONG]
        return listed.tools, called, wrong

    tools, called, wrong = spoken(talk)
    assert [tool.name for tool in tools] == list(TOOLS)
    for tool in tools:
        assert tool.description.startswith(COMMANDS[tool.name].about)
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
    for (name, arguments, key, expected), found in zip(CALLS, called, strict=True):
        assert not found.is_error, found.content
        assert Draft202012Validator(output_schema(name)).is_valid(found.structured_content)
        answers = found.structured_content["answers"]
        assert answers[0][key] == expected, arguments
        assert [json.loads(line) for line in found.content[0].text.splitlines()] == answers
    for (_, arguments, message), found in zip(WRONG, wrong, strict=True):
        assert found.is_error, arguments
        assert message in found.content[0].text


def test_calls_side_by_side() -> None:
    """Several calls at once have each its own answer."""

    async def talk(client: Client) -> list[Any]:
        calls = [client.call_tool("grad", {"function": f"{n}*x", "at": "1"}) for n in range(1, 5)]
        return [done.structured_content["answers"][0]["gradient"]["x"] for done in await asyncio.gather(*calls)]

    assert spoken(talk) == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("name", TOOLS)
def test_arguments_are_the_options_of_the_rows(name: str) -> None:
    """Each option that is not left out is an argument, of the row's kind."""
    rows = {option.flags[0][2:]: option for key, option in options_of(COMMANDS[name]).items() if key not in LEFT_OUT}
    properties = input_schema(name)["properties"]
    assert set(rows) <= set(properties)
    for word, option in rows.items():
        described = properties[word].get("anyOf", [properties[word]])[0]
        assert described.get("enum", []) == list(option.words)
        assert (described["type"] == "boolean") == (not option.takes_value)


def test_words_cannot_become_options() -> None:
    """A function that looks like an option is a function, and a value stays with its option."""
    assert words_of("grad", {"function": "--out=x", "at": "--json"})[-3:] == ["--at=--json", "--", "--out=x"]
    assert all("--" + word in options_of(COMMANDS["grad"])[key].flags for key, word in (("at", "at"), ("wrt", "wrt")))
    with pytest.raises(GradcliError, match="required"):
        words_of("check", {"function": "x"})


def test_the_server_ends_with_its_input() -> None:
    """Standard input at its end: exit code 0, nothing said."""
    done = subprocess.run([sys.executable, "-m", "gradcli", "mcp"], stdin=subprocess.DEVNULL, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")


def test_without_the_library_it_is_one_error() -> None:
    """The hint names the package."""
    code = "import sys; sys.modules['mcp'] = sys.modules['mcp_types'] = None\n"
    code += "from gradcli.cli.entry import run; run(['mcp'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "gradcli mcp needs the package mcp" in done.stderr
    assert "pip install" in done.stderr


def test_options_served_have_no_files() -> None:
    """No argument takes a file, a program or an address."""
    kinds = {option.value for name in TOOLS for option in options_served(name).values()}
    assert not kinds & {"FILE", "COMMAND", "MODULE:FUNCTION", "ADDRESS"}
