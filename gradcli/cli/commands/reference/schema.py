"""`gradcli schema`: what answers look like as JSON."""

from __future__ import annotations

from gradcli.cli.words import nearest, quote
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine


def print_schema(line: CommandLine) -> int:
    """Write the JSON Schema of an answer, or the names of all. Raises `usage` for a name that is none."""
    import json

    from gradcli.cli.output import write_answer
    from gradcli.render.schemas.published import NAMES, schema_of

    if not line.expressions:
        write_answer("".join(f"{name:<10} {word}\n" for name, word in NAMES.items()), line.out)
        return ExitCode.DONE
    name = line.expressions[0]
    word = NAMES.get("descent" if name == "descend" else name, name)
    if word not in NAMES.values():
        near = nearest(name, NAMES)
        hint = f"did you mean {near}?" if near else f"one of {', '.join(NAMES)}"
        raise GradcliError("usage", f"there is no schema {quote(name)}", hint=hint)
    write_answer(json.dumps(schema_of(word), indent=2) + "\n", line.out, utf8=True)
    return ExitCode.DONE
