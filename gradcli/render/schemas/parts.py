"""What documents are made of: the parts that several of them share, and the words to describe them with.

Everything is a JSON Schema of draft 2020-12, as Python's dictionaries. Objects are closed: a key that is not described
makes a document invalid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from gradcli.vocabulary import Accuracy, Layout, Method, ProblemKind

Schema = Mapping[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
TRUTH: Final[Schema] = {"type": "boolean"}
REAL: Final[Schema] = {"type": "number"}


def ref(name: str) -> Schema:
    """A part of `PARTS`."""
    return {"$ref": f"#/$defs/{name}"}


def some(schema: Schema) -> Schema:
    """This, or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def listed(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def pair(items: Schema) -> Schema:
    """Two of these."""
    return {"type": "array", "items": items, "minItems": 2, "maxItems": 2}


def by_name(values: Schema) -> Schema:
    """An object with a name of the program for each value."""
    return {"type": "object", "additionalProperties": values}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


def closed(keys: Mapping[str, Schema], also: Mapping[str, Schema] | None = None) -> Schema:
    """An object with all of `keys`, some of `also`, and no others."""
    properties = {**keys, **(also or {})}
    return {"type": "object", "properties": properties, "required": list(keys), "additionalProperties": False}


def document(word: str, keys: Mapping[str, Schema], also: Mapping[str, Schema] | None = None) -> Schema:
    """An object that says by its word `schema` what it is."""
    return closed({"schema": {"const": word}, **keys}, also)


def described(text: str, schema: Schema) -> Schema:
    """A schema with a sentence."""
    return {"description": text, **schema}


NUMBER: Final = ref("number")
VALUE: Final = ref("value")
VALUES: Final = some(by_name(VALUE))
ROWS: Final = some(listed(listed(NUMBER)))
SHAPE: Final = ref("shape")
SHAPES: Final[Schema] = {"anyOf": [SHAPE, by_name(SHAPE)]}
DEFINITIONS: Final = by_name(TEXT)
MATRIX_TEXT: Final[Schema] = {"anyOf": [{"type": ["string", "null"]}, listed(listed(TEXT))]}

PARTS: Final[Mapping[str, Schema]] = {
    "number": described("a number, null where it does not exist: `problems` says why", {"type": ["number", "null"]}),
    "value": described("a number, or nested lists of numbers in the layout", {"anyOf": [NUMBER, listed(VALUE)]}),
    "shape": described("sizes: numbers, or letters where they are not known", listed({"type": ["integer", "string"]})),
    "problem": described(
        "why a number does not exist, or cannot be trusted",
        closed(
            {
                "variable": described("null where it is the value itself", some(TEXT)),
                "kind": one_of(*get_args(ProblemKind)),
                "message": TEXT,
                "left": described("the slope from the left", NUMBER),
                "right": described("the slope from the right", NUMBER),
            },
            {"index": described("the place in an array", listed({"type": "integer"}))},
        ),
    ),
    "study": described(
        "step against quotient and error",
        closed(
            {
                "function": TEXT,
                "variable": TEXT,
                "step": NUMBER,
                "rows": listed(closed({"step": REAL, "slope": NUMBER, "error": NUMBER})),
            }
        ),
    ),
    "block": closed({"row": TEXT, "column": TEXT, "symbolic": TEXT, "shape": SHAPE}),
    "term": described(
        "outer times inner: one term of the chain rule",
        closed(
            {
                "through": TEXT,
                "outer": TEXT,
                "inner": TEXT,
                "outer_value": VALUE,
                "inner_value": VALUE,
                "product": VALUE,
            },
            {"outer_shape": SHAPE, "inner_shape": SHAPE},
        ),
    ),
    "path": closed(
        {"through": listed(TEXT), "factors": listed(TEXT), "shapes": listed(SHAPE), "shape": SHAPE},
    ),
}

READING: Final[Mapping[str, Schema]] = {"function": TEXT, "variables": listed(TEXT)}
"""How the input was read."""

WORTH: Final[Mapping[str, Schema]] = {
    "method": one_of(*get_args(Method)),
    "accuracy": some(one_of(*get_args(Accuracy))),
}
"""How numbers were made, and what they are worth."""

LAYOUT: Final = one_of(*get_args(Layout))

REMARKS: Final[Mapping[str, Schema]] = {
    "assumptions": listed(TEXT),
    "problems": listed(ref("problem")),
}

EVALUATIONS: Final[Mapping[str, Schema]] = {
    "evaluations": described("how often the function was evaluated, by numeric methods", some(COUNT)),
}

METHOD_KEYS: Final[Mapping[str, Schema]] = {
    **EVALUATIONS,
    **WORTH,
    "layout": LAYOUT,
    "shape": SHAPES,
    "definitions": DEFINITIONS,
    **REMARKS,
}
"""What all derivatives have, from `evaluations` on."""

METHOD_ALSO: Final[Mapping[str, Schema]] = {
    "cached": described("evaluations of a black box that the cache saved", COUNT),
    "failed": described("evaluations of a black box without an answer", COUNT),
    "notes": listed(TEXT),
    "study": listed(ref("study")),
    "kept": described("columns of --points that were carried through", by_name({})),
}

ALONG: Final[Mapping[str, Schema]] = {
    "along": VALUES,
    "directional": VALUE,
    "directional_symbolic": {"anyOf": [{"type": ["string", "null"]}, listed(TEXT)]},
}
"""The derivative along a direction."""
