"""Documents of grad, jacobian, hessian, chain and check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from gradcli.render.schemas.parts import (
    ALONG,
    COUNT,
    DEFINITIONS,
    LAYOUT,
    MATRIX_TEXT,
    METHOD_ALSO,
    METHOD_KEYS,
    NUMBER,
    READING,
    REMARKS,
    ROWS,
    SHAPE,
    SHAPES,
    TEXT,
    TRUTH,
    VALUE,
    VALUES,
    WORTH,
    by_name,
    closed,
    described,
    document,
    listed,
    one_of,
    ref,
    some,
)
from gradcli.vocabulary import DerivativeKind, Judgement, Layout

GRADIENT: Final[Mapping[str, Any]] = {"symbolic": some(by_name(TEXT)), "gradient": VALUES, "error": VALUES}
LABELS: Final[Mapping[str, Any]] = {"rows": listed(TEXT), "columns": listed(TEXT)}
BLOCKS: Final[Mapping[str, Any]] = {"blocks": listed(ref("block"))}
TERMS: Final[Mapping[str, Any]] = {
    "terms": by_name(listed(ref("term"))),
    "symbolic": by_name(TEXT),
    "gradient": VALUES,
    "agree": some(TRUTH),
}
PATHS: Final[Mapping[str, Any]] = {"paths": listed(ref("path"))}

GRAD: Final = document(
    "gradcli.grad/1",
    {**READING, **GRADIENT, "at": VALUES, "value": NUMBER, **METHOD_KEYS},
    {"numerator": closed({**GRADIENT, "shape": SHAPES}), **ALONG, **METHOD_ALSO},
)
COORDINATES: Final = document(
    "gradcli.coordinates/1",
    {
        **READING,
        "kind": one_of("jacobian", "hessian"),
        "at": VALUES,
        "value": described(
            "of each function, of a Hessian the one; where it is null no derivative of that function exists",
            {"anyOf": [NUMBER, listed(NUMBER)]},
        ),
        "shape": SHAPE,
        **LABELS,
        "coordinates": closed(
            {
                "row": listed(COUNT),
                "column": listed(COUNT),
                "symbolic": listed(TEXT),
                "value": some(listed(NUMBER)),
            }
        ),
        **WORTH,
        "layout": LAYOUT,
        "definitions": DEFINITIONS,
        **REMARKS,
    },
)
JACOBIAN: Final = document(
    "gradcli.jacobian/1",
    {
        **READING,
        "functions": listed(TEXT),
        "symbolic": MATRIX_TEXT,
        "at": VALUES,
        "value": some(listed(VALUE)),
        "jacobian": ROWS,
        **LABELS,
        "error": ROWS,
        **METHOD_KEYS,
    },
    {
        "denominator": closed(
            {"symbolic": MATRIX_TEXT, "jacobian": ROWS, **LABELS, "error": ROWS, "shape": SHAPE}, BLOCKS
        ),
        **BLOCKS,
        **ALONG,
        **METHOD_ALSO,
    },
)
HESSIAN: Final = document(
    "gradcli.hessian/1",
    {
        **READING,
        "symbolic": MATRIX_TEXT,
        "at": VALUES,
        "value": NUMBER,
        "hessian": ROWS,
        "eigenvalues": some(listed({"type": "number"})),
        "definiteness": some(
            one_of(
                *(f"{sign} {kind}" for sign in ("positive", "negative") for kind in ("definite", "semidefinite")),
                *("indefinite", "zero"),
            )
        ),
        **LABELS,
        "error": ROWS,
        **METHOD_KEYS,
    },
    {**BLOCKS, **ALONG, **METHOD_ALSO},
)
CHAIN: Final = document(
    "gradcli.chain/1",
    {
        **READING,
        "output": TEXT,
        "inputs": listed(TEXT),
        "intermediates": listed(closed({"name": TEXT, "expression": TEXT, "value": VALUE, "shape": SHAPE})),
        **TERMS,
        "at": VALUES,
        "value": NUMBER,
        **METHOD_KEYS,
    },
    {"backward": by_name(TEXT), **PATHS, "denominator": closed({**TERMS, "shape": SHAPES}, PATHS), **METHOD_ALSO},
)
CHECK: Final = document(
    "gradcli.check/1",
    {
        **READING,
        "kind": one_of(*get_args(DerivativeKind)),
        "verdict": one_of(*get_args(Judgement)),
        "evidence": some(TEXT),
        "components": listed(
            closed(
                {
                    "variable": some(TEXT),
                    "verdict": one_of(*get_args(Judgement)),
                    "yours": some(TEXT),
                    "ours": some(TEXT),
                    "difference": some(TEXT),
                    "remark": some(TEXT),
                    "absolute": NUMBER,
                    "relative": NUMBER,
                }
            )
        ),
        "witness": some(
            closed({"at": by_name(VALUE), "variable": TEXT, "yours": NUMBER, "ours": NUMBER}, {"reason": TEXT})
        ),
        "diagnosis": listed(closed({"variable": some(TEXT), "slip": TEXT, "message": TEXT})),
        "layout": one_of(*get_args(Layout)),
        "definitions": DEFINITIONS,
        "assumptions": listed(TEXT),
        "notes": listed(TEXT),
    },
)

DERIVATIVES: Final = (GRAD, JACOBIAN, HESSIAN, COORDINATES, CHAIN, CHECK)
