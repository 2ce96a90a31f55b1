"""CSV: one row a derivative."""

from __future__ import annotations

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import along_sides, computed, entries
from gradcli.render.formats.parts import sheet
from gradcli.render.notation import write_all
from gradcli.render.words import problem_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcli.derive.results import Value
    from gradcli.problems import Problem

    Result = Gradient | Jacobian | Hessian | Chain


def write_csv(result: Result) -> str:
    """A header, then one row per derivative (of a chain: per term): labels, symbolic text, number, error, problem."""
    return write_table([result]).removesuffix("\n")


def write_table(results: Sequence[Result]) -> str:
    """All answers under one header. Of several points each row begins with its point and the function's value there."""
    lines: list[Sequence[str]] = []
    for place, result in enumerate(results):
        write = chain_rows if isinstance(result, Chain) else derivative_rows
        tables = [list(write(part)) for part in result.in_each_layout()]  # type: ignore[arg-type]
        header, rows = tables[0][0], [row for table in tables for row in table[1:]]
        points = point_cells(result) if len(results) > 1 else {}
        if place == 0:
            lines.append((*points, *(["function_value"] if points else []), *header))
        for row in rows:
            lines.append((*points.values(), *([function_value(result, row)] if points else []), *row))
    return sheet(lines)


def point_cells(result: Result) -> dict[str, str]:
    """The coordinates of a point by the names of their columns: `x1`, of arrays `x[0]` and `X[0,1]`."""
    return {name: csv_value(number) for name, number in numbers_by_entry(result.reading.at_values or {}).items()}


def numbers_by_entry(values: Mapping[str, Value]) -> dict[str, float | None]:
    """The numbers of a place by the names of their entries."""
    numbers: dict[str, float | None] = {}
    for name, value in values.items():
        if not isinstance(value, list):
            numbers[name] = value
            continue
        for i, part in enumerate(value):
            inner = part if isinstance(part, list) else [part]
            names = [f"{name}[{i},{j}]" for j in range(len(inner))] if isinstance(part, list) else [f"{name}[{i}]"]
            numbers.update(zip(names, inner, strict=True))
    return numbers


def function_value(result: Result, row: Sequence[str]) -> str:
    """The value of the function that a row is about."""
    if not isinstance(result, Jacobian):
        return csv_value(result.value)
    values = dict(zip(result.functions, result.value or (), strict=False))
    return csv_value(values.get(row[0]))


def derivative_rows(result: Gradient | Jacobian | Hessian) -> Iterator[Sequence[str]]:
    """The rows of the CSV of a gradient, Jacobian or Hessian."""
    by_place: dict[str, list[Problem]] = {}
    for problem in result.numbers.problems:
        by_place.setdefault(problem.place, []).append(problem)
    labels = ("row", "column") if isinstance(result, Hessian) else ("function", "variable")
    yield (*labels, "symbolic", "value", "error", "problem", "layout")
    for function, variable, text, number, error in entries(result):
        found = by_place.get(variable, ())
        if number is not None:
            found = [problem for problem in found if is_beside(problem, result, function, variable)]
        yield (function, variable, text, csv_value(number), csv_value(error), said(found), result.layout)
    wrong = said(by_place.get("along", ()))
    for label, *sides in along_sides(result):
        texts = sides if len(sides) == 2 else [*sides, ""] if not computed(result) else ["", *sides]
        yield (label, "along", *texts, "", wrong, result.layout)


def said(problems: Sequence[Problem]) -> str:
    """Problems in one cell."""
    return "; ".join(problem_text(problem, "text") for problem in problems)


def is_beside(problem: Problem, result: Gradient | Jacobian | Hessian, function: str, variable: str) -> bool:
    """Is it the problem of this number? Its message begins with the entry where several are of one variable."""
    if problem.kind not in ("noise", "two-scales"):
        return False
    label = problem.message.partition(": ")[0]
    if isinstance(result, Hessian):
        return label in (f"∂²f/∂{function}∂{variable}", f"∂²f/∂{variable}∂{function}")
    return not isinstance(result, Jacobian) or label not in result.functions or label == function


def csv_value(value: Value) -> str:
    """A number, lists in brackets, nothing where there is none."""
    return "" if value is None else value_text(value, "")


def chain_rows(result: Chain) -> Iterator[Sequence[str]]:
    """The rows of the CSV of a chain: one per term."""
    yield ("variable", "through", "outer", "inner", "outer_value", "inner_value", "product")
    for name, terms in result.terms.items():
        for term in terms:
            outer, inner = write_all((term.outer, term.inner), "text", result.reading.decimal)
            values = map(csv_value, (term.outer_value, term.inner_value, term.product))
            yield (name, term.through, outer, inner, *values)
