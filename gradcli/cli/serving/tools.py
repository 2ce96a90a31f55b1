"""The tools that are served, made from the rows of commands and options: their arguments, and the words of a call.

Nothing here reads or writes a file or starts a program for a caller: options that do are left out, `@FILE` is refused.
"""

from __future__ import annotations

import json
import re

from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.cli.options import BOX_OPTIONS
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.render.schemas.published import NAMES, schema_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final

    from gradcli.cli.options import Option

TOOLS: Final = ("grad", "jacobian", "hessian", "chain", "check", "steps", "export")
"""Commands that are served."""

LEFT_OUT: Final = frozenset((*BOX_OPTIONS, "points", "keep", "missing", "grid", "against", "out", "form", "json"))
"""Options that read or write files, start programs, or choose the format."""

FUNCTION: Final = {"type": "string", "description": "the function, as `x1**2 + sin(x2)` or LaTeX between dollars"}
ARGUMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "EXPR": {"function": FUNCTION},
    "EXPR...": {"function": {**FUNCTION, "description": "the components, as `[x1**2, x1*x2]`"}},
    "EXPR GRADIENT...": {
        "function": FUNCTION,
        "answer": {"type": "string", "description": "the derivative to check, as `2*x, 2*y` or `x=..., y=...`"},
    },
}
"""The words of a command that are no options, by its usage."""

NUMBERS: Final[Mapping[str, Any]] = {
    "anyOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "array", "items": {"type": ["number", "string", "array", "object"]}},
        {"type": "object", "additionalProperties": {"type": ["number", "string", "array"]}},
    ]
}
"""Points, directions and constants: as text, `[1, 2]`, or `{"x": 1, "y": "pi/2", "w": [1, 2]}`."""

FROM_FILE: Final = re.compile(r"\s*@(?!\()|.*=\s*@(?!\()", re.DOTALL)


def options_served(name: str) -> dict[str, Option]:
    """The options of a tool by the names of its arguments: those of the flags."""
    rows = options_of(COMMANDS[name])
    return {option.flags[0].removeprefix("--"): option for key, option in rows.items() if key not in LEFT_OUT}


def about(name: str) -> str:
    """What a tool does, with an example of its first argument."""
    command = COMMANDS[name]
    return " ".join(filter(None, (command.about, command.details)))


def input_schema(name: str) -> dict[str, Any]:
    """The arguments of a tool: those of the command line, typed."""
    arguments = ARGUMENTS[COMMANDS[name].usage]
    options = {word: argument_schema(option) for word, option in options_served(name).items()}
    return {
        "type": "object",
        "properties": {**arguments, **options},
        "required": [*arguments, *(["to"] if "to" in options else [])],
        "additionalProperties": False,
    }


def argument_schema(option: Option) -> dict[str, Any]:
    """One option: a switch, a word of several, a number or a text; what is repeatable may be a list."""
    if not option.takes_value:
        return {"type": "boolean", "description": option.about}
    if has_numbers(option):
        several = "; a list of numbers is one, a list of other things are several" if option.many else ""
        return {**NUMBERS, "description": f"{option.value}: {option.about.replace(' or @FILE', '')}{several}"}
    one: dict[str, Any] = {"type": {str: "string", int: "integer", float: "number"}[option.kind]}
    one |= {"enum": list(option.words)} if option.words else {}
    one |= {} if option.least is None else {"minimum": option.least}
    one |= {} if option.most is None else {"maximum": option.most}
    found = {"anyOf": [one, {"type": "array", "items": one}]} if option.many else one
    return {**found, "description": f"{option.value}: {option.about}"}


def has_numbers(option: Option) -> bool:
    """Whether the value is a point, a direction or a constant."""
    return option.value in ("POINT", "NAME=VALUE", "DIRECTION") and not option.words


def texts_of(option: Option, value: Any) -> list[str]:
    """The values of an option as they are typed."""
    if not has_numbers(option):
        return list(map(str, value)) if isinstance(value, list) else [str(value)]
    several = option.many and isinstance(value, list) and any(isinstance(one, str | list | dict) for one in value)
    return list(map(typed, value)) if several else [typed(value)]


def typed(value: Any) -> str:
    """A text as it is, names with their values, or numbers."""
    if isinstance(value, dict):
        return ",".join(f"{name}={typed(one)}" for name, one in value.items())
    return value if isinstance(value, str) else json.dumps(value)


def output_schema(name: str) -> dict[str, Any]:
    """The answers of a tool: the documents of `--json`, one for each point."""
    schema = schema_of(NAMES[name])
    parts = schema.pop("$defs", {})
    for key in ("$schema", "$id"):
        schema.pop(key)
    answers = {"type": "array", "items": schema}
    return {"type": "object", "properties": {"answers": answers}, "required": ["answers"], "$defs": parts}


def words_of(name: str, arguments: Mapping[str, Any]) -> list[str]:
    """The command line of a call. Raises `usage` for arguments that the tool does not have, and for files."""
    from jsonschema import Draft202012Validator

    fault = next(Draft202012Validator(input_schema(name)).iter_errors(dict(arguments)), None)
    if fault is not None:
        raise GradcliError("usage", f"{fault.json_path}: {fault.message}"[:300], hint=f"the arguments of {name}")
    texts = ARGUMENTS[COMMANDS[name].usage]
    words = [name, "--json"]
    for word, option in options_served(name).items():
        value = arguments.get(word)
        if value is None or value is False:
            continue
        if value is True:
            words.append(option.flags[0])
            continue
        for one in texts_of(option, value):
            refuse_file(one)
            words.append(f"{option.flags[0]}={one}")
    for word in texts:
        refuse_file(arguments[word])
    return [*words, "--", *(arguments[word] for word in texts)]


def refuse_file(text: str) -> None:
    """Raise `usage` for a text that stands for a file, or for standard input."""
    if FROM_FILE.match(text) or text == "-":
        raise GradcliError("usage", f"files are not read here: {text[:60]!r}", hint="give the text itself")
