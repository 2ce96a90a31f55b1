"""CSV: one row a derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.render.answer import entries
from gradcli.render.notation import write_all
from gradcli.render.words import problem_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.derive.results import Value

    Result = Gradient | Jacobian | Hessian | Chain


def write_csv(result: Result) -> str:
    """A header, then one row per derivative (of a chain: per term): labels, symbolic text, number, error, problem."""
    import csv
    import io

    stream = io.StringIO()
    rows = chain_rows(result) if isinstance(result, Chain) else derivative_rows(result)
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().removesuffix("\n")


def derivative_rows(result: Gradient | Jacobian | Hessian) -> Iterator[Sequence[str]]:
    """The rows of the CSV of a gradient, Jacobian or Hessian."""
    by_variable: dict[str | None, list[str]] = {}
    for problem in result.numbers.problems:
        by_variable.setdefault(problem.variable, []).append(problem_text(problem, "text"))
    labels = ("row", "column") if isinstance(result, Hessian) else ("function", "variable")
    yield (*labels, "symbolic", "value", "error", "problem", "layout")
    for function, variable, text, number, error in entries(result):
        problem_of = "; ".join(by_variable.get(variable, ())) if number is None else ""
        yield (function, variable, text, csv_value(number), csv_value(error), problem_of, result.layout)


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
