"""The schemas as they are published: complete documents of draft 2020-12."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.schemas.derivatives import DERIVATIVES
from gradcli.render.schemas.explanations import ERROR, EXPLANATIONS
from gradcli.render.schemas.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
ERRORS: Final = "gradcli.error/1"
"""The word for errors, which have no key `schema`."""

BODIES: Final = {schema["properties"]["schema"]["const"]: schema for schema in (*DERIVATIVES, *EXPLANATIONS)} | {
    ERRORS: ERROR
}
"""Word of `schema` -> what is described."""

NAMES: Final = {word.removeprefix("gradcli.").partition("/")[0]: word for word in BODIES}
"""What `gradcli schema` takes -> the word: `grad` for `gradcli.grad/1`."""


def schema_of(word: str) -> dict[str, Any]:
    """The schema of a word of `schema`, whole: what it refers to is inside. Raises KeyError."""
    body = BODIES[word]
    parts: dict[str, Any] = {}
    waiting = list(references(body))
    while waiting:
        name = waiting.pop()
        if name not in parts:
            parts[name] = PARTS[name]
            waiting.extend(references(PARTS[name]))
    title = "An error of gradcli --json" if word == ERRORS else f"An answer of gradcli: {word}"
    identity = "urn:" + word.replace(".", ":").replace("/", ":")
    return {"$schema": DRAFT, "$id": identity, "title": title, **body, "$defs": dict(sorted(parts.items()))}


def references(schema: Any) -> Iterator[str]:
    """The names of the parts that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)
