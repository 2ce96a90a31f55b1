"""Documents of the commands that explain, of export and functions, and of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from gradcli.explain.descent.results import Kind, Stop
from gradcli.explain.pictures.results import GapKind, Side
from gradcli.render.schemas.derivatives import GRAD
from gradcli.render.schemas.parts import (
    COUNT,
    DEFINITIONS,
    LAYOUT,
    NUMBER,
    READING,
    REAL,
    REMARKS,
    SHAPE,
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
    pair,
    some,
)
from gradcli.vocabulary import Evidence, Mode, StepKind

CONSTANTS: Final[Mapping[str, Any]] = {"constants": by_name(TEXT)}
NOTED: Final[Mapping[str, Any]] = {**CONSTANTS, **REMARKS, "notes": listed(TEXT)}

STEP: Final = closed(
    {
        "name": TEXT,
        "kind": one_of(*get_args(StepKind)),
        "expression": some(TEXT),
        "shape": SHAPE,
        "value": VALUE,
        "tangents": VALUES,
        "adjoint": VALUE,
        "uses": listed(
            closed({"name": TEXT, "partial": some(TEXT), "value": VALUE}, {"contribution": some(TEXT)}),
        ),
        "problem": some(TEXT),
    },
    {"tangent": described("of arrays, without a direction: in the differentials of what it uses", TEXT)},
)
ROW: Final = closed(
    {
        "id": COUNT,
        "parent": some(COUNT),
        "rule": TEXT,
        "function": some(TEXT),
        "chained": TRUTH,
        "also": listed(TEXT),
        "law": TEXT,
        "source": TEXT,
        "before": described("null where it is long, or hidden for a hint", some(TEXT)),
        "after": some(TEXT),
        "result": some(TEXT),
        "repeats": some(COUNT),
        "shape": SHAPE,
        "number": VALUE,
    }
)
DERIVATION: Final = closed(
    {
        "steps": listed(ROW),
        "assembled": some(TEXT),
        "result": some(TEXT),
        "evidence": some(one_of(*get_args(Evidence))),
        "number": VALUE,
    },
    {
        "differential": some(TEXT),
        "shape": SHAPE,
        "read_off": closed({"rule": TEXT, "law": TEXT, "source": TEXT}),
    },
)

TRACE: Final = document(
    "gradcli.trace/1",
    {
        **READING,
        "output": TEXT,
        "mode": one_of(*get_args(Mode)),
        "at": VALUES,
        "value": NUMBER,
        "steps": listed(STEP),
        "gradient": VALUES,
        "along": VALUES,
        "sweeps": closed({"forward": COUNT, "reverse": COUNT}),
        **WORTH,
        "layout": LAYOUT,
        "definitions": DEFINITIONS,
        **NOTED,
    },
)
GRAPH: Final = document(
    "gradcli.graph/1",
    {
        **READING,
        "output": TEXT,
        "at": VALUES,
        "value": NUMBER,
        "nodes": listed(STEP),
        "edges": listed(closed({"from": TEXT, "to": TEXT, "partial": some(TEXT), "value": NUMBER})),
        **WORTH,
        "layout": LAYOUT,
        "definitions": DEFINITIONS,
        **NOTED,
    },
)
STEPS: Final = document(
    "gradcli.steps/1",
    {
        **READING,
        "output": TEXT,
        "level": one_of("brief", "normal", "full"),
        "at": VALUES,
        "value": NUMBER,
        "derivations": by_name(DERIVATION),
        "definitions": DEFINITIONS,
        **WORTH,
        **NOTED,
    },
)
LINE: Final[Mapping[str, Any]] = {"slope": REAL, "intercept": REAL}
PLOT: Final = document(
    "gradcli.plot/1",
    {
        **READING,
        "output": TEXT,
        "at": VALUES,
        "along": VALUES,
        "value": NUMBER,
        "gradient": VALUES,
        "range": by_name(pair(REAL)),
        **WORTH,
        **NOTED,
    },
    {
        "x": described("of a curve", listed(REAL)),
        "y": described("null in gaps", listed(NUMBER)),
        "shown": pair(REAL),
        "tangent": some(closed(LINE)),
        "half_tangents": listed(closed({"side": one_of(*get_args(Side)), **LINE})),
        "gaps": listed(closed({"from": REAL, "to": REAL, "kind": one_of(*get_args(GapKind)), "reason": TEXT})),
        "contours": described("of a plane", listed(closed({"level": REAL, "lines": listed(listed(pair(REAL)))}))),
        "arrows": listed(closed({"at": pair(REAL), "gradient": pair(REAL)})),
        "path": listed(pair(REAL)),
    },
)
DESCENT: Final = document(
    "gradcli.descent/1",
    {
        **READING,
        "output": TEXT,
        "method": one_of("gd", "momentum", "adam", "newton"),
        "options": by_name(NUMBER),
        "path": listed(
            closed(
                {"step": COUNT, "at": VALUES, "value": NUMBER, "gradient": VALUES, "norm": NUMBER}, {"error": VALUES}
            )
        ),
        "stopped": one_of(*get_args(Stop)),
        "kind": some(one_of(*get_args(Kind))),
        "eigenvalues": some(listed(REAL)),
        "bound": NUMBER,
        "curvature": NUMBER,
        "accuracy": WORTH["accuracy"],
        "evaluations": some(COUNT),
        **NOTED,
    },
)
QUIZ: Final = document(
    "gradcli.quiz/1",
    {
        "seed": COUNT,
        "topic": some(TEXT),
        "count": COUNT,
        "exercises": listed(
            closed(
                {
                    "number": COUNT,
                    "topic": TEXT,
                    "function": TEXT,
                    "variable": TEXT,
                    "shapes": listed(TEXT),
                    "answer": TEXT,
                    "steps": listed(ROW),
                }
            )
        ),
    },
)
EXPORT: Final = document(
    "gradcli.export/1", {"language": TEXT, "name": TEXT, "source": TEXT, "functions": listed(TEXT)}
)
FUNCTIONS: Final = document(
    "gradcli.functions/1",
    {
        "functions": listed(
            closed(
                {
                    "name": TEXT,
                    "aliases": listed(TEXT),
                    "arguments": listed(TEXT),
                    "variadic": TRUTH,
                    "group": TEXT,
                    "about": TEXT,
                    "meaning": some(TEXT),
                    "derivatives": listed(some(TEXT)),
                    "domain": some(TEXT),
                    "example": TEXT,
                    "source": some(TEXT),
                }
            )
        )
    },
)
ERROR: Final = closed(
    {
        "error": closed(
            {
                "code": TEXT,
                "message": TEXT,
                "start": described("code points of the text as it was given", some(COUNT)),
                "end": some(COUNT),
                "source": described("`expression`, the name of an option or of a file", some(TEXT)),
                "hint": some(TEXT),
            },
            {"line": COUNT},
        )
    }
)
"""What `--json` puts on standard error; it has no word `schema`."""

REPORT: Final = document(
    "gradcli.report/1",
    {
        "function": TEXT,
        "grad": GRAD,
        "steps": some(STEPS),
        "trace": some(TRACE),
        "graph": some(GRAPH),
        "plot": some(PLOT),
        "missing": by_name(TEXT),
    },
)

EXPLANATIONS: Final = (TRACE, STEPS, GRAPH, PLOT, DESCENT, QUIZ, REPORT, EXPORT, FUNCTIONS)
