"""Lists of coordinates: JSON, csv, plain lines, and npz as SciPy loads it."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.diagnostics import sanitize
from gradcli.render.formats.json import problem_document
from gradcli.render.formats.parts import sheet
from gradcli.render.formats.plain import plain_statements
from gradcli.render.notation import write_all
from gradcli.render.words import definition_texts, function_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gradcli.derive.sparse import Coordinates


def document(result: Coordinates) -> dict[str, Any]:
    """`gradcli.coordinates/1`."""
    reading, numbers = result.reading, result.numbers
    definitions = write_all([tree for _, tree in result.definitions], "text", reading.decimal)
    return {
        "schema": "gradcli.coordinates/1",
        "kind": result.kind,
        "function": function_text(reading),
        "variables": list(reading.variables),
        "at": reading.listed_point,
        "value": value_of(result),
        "shape": list(result.shape),
        "rows": list(result.rows),
        "columns": list(result.columns),
        "coordinates": {
            "row": [i for i, _ in result.places],
            "column": [j for _, j in result.places],
            "symbolic": write_all(result.symbolic, "text", reading.decimal),
            "value": None if result.entries is None else list(result.entries),
        },
        "layout": result.layout,
        "method": numbers.method,
        "accuracy": numbers.accuracy,
        "definitions": dict(zip((name for name, _ in result.definitions), definitions, strict=True)),
        "assumptions": list(map(sanitize, result.assumptions)),
        "problems": [problem_document(problem) for problem in numbers.problems],
    }


def value_of(result: Coordinates) -> Any:
    """The values of the functions: a list of a Jacobian's, a number of a Hessian's."""
    if result.value is None:
        return None
    return list(result.value) if result.kind == "jacobian" else result.value[0]


def write_plain(result: Coordinates) -> str:
    """A line an entry, `df1/dx1 = 2*x1 = 2`; what is not among them is 0."""
    value = result.value[0] if result.value is not None and len(result.value) == 1 else None
    lines = plain_statements(result.reading, value)
    lines += definition_texts(result, "text")  # type: ignore[arg-type]
    for row, column, text, number in entries_of(result):
        label = f"d2{result.reading.output}/d{row}d{column}" if result.kind == "hessian" else f"d{row}/d{column}"
        if result.kind == "jacobian" and result.layout == "denominator":
            label = f"d{column}/d{row}"
        lines.append(" = ".join(item for item in (label, text, number) if item))
    lines.append(f"# {len(result.places)} entries of {result.shape[0]} x {result.shape[1]}; the others are 0")
    if None in (result.value or ()):
        lines.append("# a function without a value has no derivatives: none of its entries exists")
    lines += [f"# {problem.variable or 'value'}: {sanitize(problem.message)}" for problem in result.numbers.problems]
    return "\n".join(lines)


def write_csv(result: Coordinates) -> str:
    """A row an entry: the labels of its row and column, its formula, its number."""
    numbers = result.entries or [None] * len(result.places)
    entries = zip(entries_of(result), numbers, strict=True)
    cells = ((row, column, text, "" if n is None else repr(n)) for (row, column, text, _), n in entries)
    return sheet([("row", "column", "symbolic", "value"), *cells])


def entries_of(result: Coordinates) -> Iterator[tuple[str, str, str, str]]:
    """Labels, formula and number of each entry, as texts."""
    texts = write_all(result.symbolic, "text", result.reading.decimal)
    for place, ((i, j), text) in enumerate(zip(result.places, texts, strict=True)):
        number = "" if result.entries is None else value_text(result.entries[place])
        yield result.rows[i], result.columns[j], text, number
