"""Every JSON answer that a test sees is validated against its published schema (see conftest.py)."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gradcli.render.schemas.published import ERRORS, schema_of

LONGEST, MOST_LINES = 200_000, 20
"""Characters of an answer, and answers of one output, that are looked at: the rest is made by the same functions."""

seen: dict[str, int] = {}
"""How many answers of each schema were validated."""


@cache
def validator(word: str) -> Draft202012Validator:
    """The validator of a word of `schema`."""
    schema = schema_of(word)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def require_valid(document: dict[str, Any]) -> None:
    """Fail where a document is not what its schema says."""
    word = document.get("schema", ERRORS)
    seen[word] = seen.get(word, 0) + 1
    fault = next(validator(word).iter_errors(document), None)
    if fault is not None:  # no Exception: the command line would make an internal error of it
        pytest.fail(f"not valid by {word}: {fault.json_path}: {fault.message[:300]}")


def look_at(text: str | bytes | None) -> None:
    """Validate the answers and errors in an output, one a line."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    for line in (text or "").split("\n", MOST_LINES)[:MOST_LINES]:
        if (
            line.startswith(('{"schema": "gradcli.', '{"error": {"code"'))
            and len(line) < LONGEST
            and line.endswith("}")
        ):
            require_valid(json.loads(line))


def watch() -> None:
    """Look at all that the command line writes in this process, and at what other processes are heard to write."""
    from gradcli.cli import output
    from gradcli.render import documents

    write_answer, write_error, document_of, run = (
        output.write_answer,
        output.write_error,
        documents.document_of,
        subprocess.run,
    )

    def answered(text: str, *rest: Any, **options: Any) -> None:
        look_at(text)
        write_answer(text, *rest, **options)

    def failed(text: str, *rest: Any) -> None:
        look_at(text)
        write_error(text, *rest)

    def made(answer: Any) -> dict[str, Any]:
        document = document_of(answer)
        if len(repr(document)) < LONGEST:
            require_valid(document)
        return document

    def ran(*words: Any, **options: Any) -> Any:
        done = run(*words, **options)
        look_at(done.stdout)
        look_at(done.stderr)
        return done

    output.write_answer, output.write_error, documents.document_of = answered, failed, made
    subprocess.run = ran  # type: ignore[assignment]
