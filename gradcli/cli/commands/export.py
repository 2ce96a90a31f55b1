"""`gradcli export`: from a command line to a source file."""

from __future__ import annotations

from gradcli.cli.commands.endings import language_for
from gradcli.cli.question import text_question
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import Any

    from gradcli.cli.question import CommandLine
    from gradcli.exporting.file import Exported
    from gradcli.exporting.request import Export


def answer_export(line: CommandLine) -> int:
    """Read, generate, write: source code to standard output or to a file, whole or not at all."""
    from gradcli.cli.output import write_answer
    from gradcli.exporting.export import export
    from gradcli.exporting.languages import TARGETS

    if language_for(line.to, line.out) is None:
        hint = f"one of {', '.join(TARGETS)}; or --out with the ending of a language, as f.c"
        raise GradcliError("usage", "export needs --to LANGUAGE", hint=hint)
    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out gradient.c")
    if line.at and not line.self_test:
        raise GradcliError(
            "usage", "--at says where the self-test is made, and there is none", hint="add --self-test, or leave --at"
        )
    exported = export(export_of(line))
    write_answer(json_text(exported) if line.json else exported.source, line.out, utf8=True)
    return ExitCode.DONE


def export_of(line: CommandLine) -> Export:
    """The request with every text read."""
    from gradcli.exporting.request import Export, Wish
    from gradcli.question import options_of
    from gradcli.reading import plain_export

    question = text_question(line, line.expressions)
    wish = Wish(str(language_for(line.to, line.out)), line.name, cast("Any", line.kind), line.self_test)
    return plain_export(Export(question.script, options_of(question), wish, question.points))


def json_text(exported: Exported) -> str:
    """The file and the names of its functions as one JSON object."""
    from gradcli.text.strict_json import json_text

    found = {"schema": "gradcli.export/1", **exported._asdict()}
    return json_text(found) + "\n"
