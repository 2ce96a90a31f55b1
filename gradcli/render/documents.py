"""Answers for programs and papers: JSON, CSV, Markdown, plain lines, LaTeX. No final line breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.render.diagnostics import sanitize
from gradcli.render.notation import write, write_all, write_number
from gradcli.render.studies import study_lines
from gradcli.render.words import (
    accuracy_words,
    definition_texts,
    function_text,
    layout_words,
    point_lines,
    problem_text,
    reading_lines,
    spell,
    stated_errors,
    statement_texts,
    value_text,
)
from gradcli.text.tree import Transpose, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gradcli.derive.results import Path, Reading, Study, Term, Value
    from gradcli.problems import Problem
    from gradcli.render.notation import Style

    Result = Gradient | Jacobian | Hessian | Chain

    Entry = tuple[str, str, str, Value, Value]
    """Function, variable, symbolic text, number, stated error of one derivative."""


def document(result: Result) -> dict[str, Any]:
    """The JSON object of an answer, its keys in their fixed order."""
    if isinstance(result, Gradient):
        return gradient_document(result)
    if isinstance(result, Jacobian):
        return jacobian_document(result)
    if isinstance(result, Hessian):
        return hessian_document(result)
    return chain_document(result)


def write_json(result: Result, encoding: str = "utf-8") -> str:
    """The document as one line of strict JSON; in ASCII where the stream is not UTF-8.

    Raises ValueError where a number is not finite: that is a mistake in gradcli, and no JSON.
    """
    import json

    ascii_only = encoding.lower().replace("_", "-") not in ("utf-8", "utf8")
    return json.dumps(document(result), ensure_ascii=ascii_only, allow_nan=False)


def gradient_document(result: Gradient) -> dict[str, Any]:
    """`gradcli.grad/1`."""
    return {
        "schema": "gradcli.grad/1",
        "function": function_text(result.reading),
        "variables": list(result.reading.variables),
        "symbolic": texts_by_name(result.symbolic, result.reading),
        "at": result.reading.at_values,
        "value": result.value,
        "gradient": result.gradient,
        "error": result.error,
        **along_keys(result, result.along_tree),
        **method_keys(result),
    }


def jacobian_document(result: Jacobian) -> dict[str, Any]:
    """`gradcli.jacobian/1`; for both layouts also `denominator`, the transpose."""
    return {
        "schema": "gradcli.jacobian/1",
        "function": function_text(result.reading),
        "functions": write_all(result.function_trees),
        "variables": list(result.reading.variables),
        "symbolic": matrix_texts(result),
        "at": result.reading.at_values,
        "value": result.value,
        "jacobian": result.jacobian,
        "rows": result.rows,
        "columns": result.columns,
        "error": result.error,
        **({"denominator": transposed_keys(result)} if result.layout == "both" else {}),
        **along_keys(result, result.along_trees),
        **method_keys(result),
    }


def transposed_keys(result: Jacobian) -> dict[str, Any]:
    """The same Jacobian in denominator layout."""
    other = turned_jacobian(result)
    return {
        "symbolic": matrix_texts(other),
        "jacobian": listed_rows(other.jacobian),
        "rows": other.rows,
        "columns": other.columns,
        "error": listed_rows(other.error),
        "shape": list(other.shape),
    }


def listed_rows(rows: tuple[tuple[Any, ...], ...] | None) -> list[list[Any]] | None:
    """Rows as lists."""
    return None if rows is None else [list(row) for row in rows]


def turned_jacobian(result: Jacobian) -> Jacobian:
    """The Jacobian of numerator layout in denominator layout: matrices are turned, a formula is written transposed."""
    symbolic = result.symbolic
    return result._replace(
        layout="denominator",
        shape=tuple(reversed(result.shape)),
        rows=result.columns,
        columns=result.rows,
        symbolic=Transpose(symbolic) if isinstance(symbolic, Tree) else turned_rows(symbolic),
        jacobian=turned_rows(result.jacobian),
        error=turned_rows(result.error),
    )


def turned_rows(rows: tuple[tuple[Any, ...], ...] | None) -> tuple[tuple[Any, ...], ...] | None:
    """Rows as columns."""
    return None if rows is None else tuple(zip(*rows, strict=True))


def hessian_document(result: Hessian) -> dict[str, Any]:
    """`gradcli.hessian/1`."""
    return {
        "schema": "gradcli.hessian/1",
        "function": function_text(result.reading),
        "variables": list(result.reading.variables),
        "symbolic": matrix_texts(result),
        "at": result.reading.at_values,
        "value": result.value,
        "hessian": result.hessian,
        "eigenvalues": result.eigenvalues,
        "definiteness": result.definiteness,
        "rows": result.rows,
        "columns": result.columns,
        "error": result.error,
        **along_keys(result, result.along_tree),
        **method_keys(result),
    }


def chain_document(result: Chain) -> dict[str, Any]:
    """`gradcli.chain/1`."""
    steps = result.intermediates
    expressions = write_all([step.expression for step in steps])
    return {
        "schema": "gradcli.chain/1",
        "function": function_text(result.reading),
        "output": result.output,
        "inputs": result.inputs,
        "intermediates": [
            {"name": step.name, "expression": text, "value": step.value, "shape": list(step.shape)}
            for step, text in zip(steps, expressions, strict=True)
        ],
        "terms": {
            name: [term_document(term, result.reading) for term in terms] for name, terms in result.terms.items()
        },
        "variables": list(result.reading.variables),
        "symbolic": texts_by_name(result.symbolic, result.reading),
        "at": result.reading.at_values,
        "value": result.value,
        "gradient": result.gradient,
        "agree": result.agree,
        **({"paths": [path_document(path, result.reading) for path in result.paths]} if result.paths else {}),
        **method_keys(result),
    }


def term_document(term: Term, reading: Reading) -> dict[str, Any]:
    """One term of the chain rule."""
    outer, inner = write_all((term.outer, term.inner), "text", reading.decimal)
    return {
        "through": term.through,
        "outer": outer,
        "inner": inner,
        "outer_value": term.outer_value,
        "inner_value": term.inner_value,
        "product": term.product,
        **({} if term.outer_shape is None else {"outer_shape": term.outer_shape, "inner_shape": term.inner_shape}),
    }


def path_document(path: Path, reading: Reading) -> dict[str, Any]:
    """One full product of Jacobians, in the order of the layout."""
    factors = write_all(path.factors, "text", reading.decimal)
    return {"through": path.names, "factors": factors, "shapes": path.shapes, "shape": path.shape}


def along_keys(result: Gradient | Jacobian | Hessian, trees: Tree | tuple[Tree, ...] | None) -> dict[str, Any]:
    """The direction, and the derivative along it as number and text, where one was asked for."""
    if result.along is None:
        return {}
    decimal = result.reading.decimal
    text = write(trees, "text", decimal) if isinstance(trees, Tree) else write_all(trees or (), "text", decimal) or None
    return {"along": result.along, "directional": result.directional, "directional_symbolic": text}


def method_keys(result: Result) -> dict[str, Any]:
    """The keys that all documents share, from `evaluations` on."""
    numbers = result.numbers
    shape = gradient_shape(result) if isinstance(result, Chain) else result.shape
    definitions = write_all([tree for _, tree in result.definitions], "text", result.reading.decimal)
    return {
        "evaluations": numbers.evaluations,
        **({} if numbers.cached is None else {"cached": numbers.cached, "failed": numbers.failed}),
        "method": numbers.method,
        "layout": result.layout,
        "shape": {name: list(size) for name, size in shape.items()} if hasattr(shape, "items") else list(shape),
        "accuracy": numbers.accuracy,
        "definitions": dict(zip((name for name, _ in result.definitions), definitions, strict=True)),
        "assumptions": list(result.reading.assumptions),
        "problems": [problem_document(problem) for problem in numbers.problems],
        **({"notes": list(map(sanitize, numbers.notes))} if numbers.notes else {}),
        **({"study": [study_document(study) for study in numbers.studies]} if numbers.studies else {}),
    }


def study_document(study: Study) -> dict[str, Any]:
    """Step, quotient and error for every step that was tried."""
    return {
        "function": study.function,
        "variable": study.variable,
        "step": study.step,
        "rows": [{"step": step, "slope": slope, "error": error} for step, slope, error in study.rows],
    }


def gradient_shape(result: Chain) -> tuple[int | str, ...] | dict[str, tuple[int | str, ...]]:
    """The shape of the direct gradient by all inputs, one by variable where some are arrays."""
    shapes = {name: result.reading.shapes.get(name, ()) for name in result.inputs}
    if any(shapes.values()):
        return {name: shape or (1, 1) for name, shape in shapes.items()}
    count = len(result.inputs)
    return (1, count) if result.layout == "numerator" else (count, 1)


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem; `index` only for an entry of an array."""
    index = problem[5]
    return {
        "variable": problem.variable,
        "kind": problem.kind,
        "message": sanitize(problem.message),
        "left": problem.left,
        "right": problem.right,
        **({"index": list(index)} if index is not None else {}),
    }


def texts_by_name(trees: Mapping[str, Tree] | None, reading: Reading) -> dict[str, str] | None:
    """The text of each entry, by variable."""
    if trees is None:
        return None
    return dict(zip(trees, write_all(trees.values(), "text", reading.decimal), strict=True))


def matrix_texts(result: Jacobian | Hessian, style: Style = "text") -> list[list[str]] | str | None:
    """Rows of texts; one text where the matrix is one expression; None for numeric methods."""
    symbolic, decimal = result.symbolic, result.reading.decimal
    if symbolic is None:
        return None
    if isinstance(symbolic, Tree):
        return write(symbolic, style, decimal)
    texts = iter(write_all((tree for row in symbolic for tree in row), style, decimal))
    return [[next(texts) for _ in row] for row in symbolic]


def entries(result: Gradient | Jacobian | Hessian, style: Style = "text") -> Iterator[Entry]:
    """Every derivative: function, variable, symbolic text, number, error; row by row."""
    if isinstance(result, Gradient):
        texts = write_all((result.symbolic or {}).values(), style, result.reading.decimal)
        for place, name in enumerate(result.reading.variables):
            text = texts[place] if texts else ""
            yield result.reading.output, name, text, part(result.gradient, name), part(result.error, name)
        return
    texts_by_row = matrix_texts(result, style)
    numbers = result.jacobian if isinstance(result, Jacobian) else result.hessian
    turned = isinstance(result, Jacobian) and result.layout == "denominator"
    for i, row in enumerate(result.rows):
        for j, column in enumerate(result.columns):
            function, variable = (column, row) if turned else (row, column)
            text = texts_by_row[i][j] if isinstance(texts_by_row, list) else ""
            yield function, variable, text, at(numbers, i, j), at(result.error, i, j)


def part(values: Mapping[str, Value] | None, name: str) -> Value:
    """The entry of a variable, None where nothing was computed."""
    return None if values is None else values.get(name)


def at(rows: Sequence[Sequence[float | None]] | None, i: int, j: int) -> float | None:
    """The entry of a matrix, None where nothing was computed."""
    return None if rows is None else rows[i][j]


def computed(result: Result) -> bool:
    """There is a point, so numbers exist (or problems say why not)."""
    return result.numbers.accuracy is not None or result.reading.at is not None


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


def write_plain(result: Result) -> str:
    """Lines `df/dx1 = 2*x1 = 2` for pipes: text that reads back, then the number; what is not an entry follows `#`."""
    lines = plain_statements(result.reading, result.value)
    lines += definition_texts(result, "text")
    lines += plain_terms(result) if isinstance(result, Chain) else plain_entries(result)
    if isinstance(result, Hessian) and result.eigenvalues is not None:
        eigenvalues = ", ".join(map(write_number, result.eigenvalues))
        lines.append(f"# eigenvalues {eigenvalues}: {result.definiteness or 'undecided'}")
    lines += [f"# {line}" for line in remarks(result)]
    return "\n".join(lines)


def plain_statements(reading: Reading, value: object) -> list[str]:
    """`f = x1**2 + x2**2 = 5`, the point before it."""
    texts = write_all([statement.tree for statement in reading.statements])
    lines = [f"# {line}" for line in point_lines(reading)]
    shown = f" = {write_number(value)}" if isinstance(value, float | int) else ""
    if reading.outside is not None:
        return [*lines, f"# {reading_lines(reading, 'text')[0]}", *([reading.output + shown] if shown else [])]
    if len(texts) == 1 and reading.statements[0].name is None:
        return [*lines, f"{reading.output} = {texts[0]}{shown}"]
    for statement, line in zip(reading.statements, statement_texts(reading, texts), strict=True):
        lines.append(line + shown if statement.name == reading.output else line)
    return lines


def plain_entries(result: Gradient | Jacobian | Hessian) -> list[str]:
    """One line per derivative; for a matrix expression the text stands above the numbers."""
    whole = isinstance(result, Jacobian | Hessian) and isinstance(result.symbolic, Tree)
    symbol = "H" if isinstance(result, Hessian) else "J"
    lines = [f"{symbol} = {matrix_texts(result)}"] if whole else []  # type: ignore[arg-type]
    for function, variable, text, number, error in entries(result):
        shown = value_text(number) if computed(result) else ""
        bound = f" # error {value_text(error)}" if error is not None else ""
        label = f"d{function}/d{variable}"
        if isinstance(result, Hessian):
            label = f"d2{result.reading.output}/d{function}d{variable}"
        lines.append(" = ".join(item for item in (label, text, shown) if item) + bound)
    return lines


def plain_terms(result: Chain) -> list[str]:
    """One line per term, then one with the sum."""
    lines = []
    for name, terms in result.terms.items():
        for term in terms:
            outer, inner = write_all((term.outer, term.inner), "text", result.reading.decimal)
            shown = f" = {value_text(term.product)}" if result.reading.at else ""
            path = f"d{result.output}/d{term.through} * d{term.through}/d{name}"
            sign = "*" if term.outer_shape is None else "@"
            factors = f" {sign} ".join(in_layout(result, f"({outer})", f"({inner})"))
            lines.append(f"{path} = {factors}{shapes_text(result, term)}{shown}")
        total = write(result.totals[name], "text", result.reading.decimal)
        shown = f" = {value_text(part(result.total_values, name))}" if result.reading.at else ""
        lines.append(f"d{result.output}/d{name} = {total}{shown}")
    return lines


def in_layout(result: Chain, outer: str, inner: str) -> list[str]:
    """Outer before inner; for arrays in denominator layout the other way round."""
    reverse = bool(result.paths) and result.layout == "denominator"
    return [inner, outer] if reverse else [outer, inner]


def shapes_text(result: Chain, term: Term) -> str:
    """The shapes of a term's factors, as (1, m)(m, n); nothing for scalars."""
    if term.outer_shape is None or term.inner_shape is None:
        return ""
    shapes = [", ".join(str(size) for size in shape) for shape in (term.outer_shape, term.inner_shape)]
    return "   " + "".join(f"({shape})" for shape in in_layout(result, *shapes))


def remarks(result: Result) -> list[str]:
    """Layout and shape, method and accuracy, assumptions, notes and problems: one line each."""
    errors = list(stated_errors(getattr(result, "error", None)))
    return [
        layout_words(result),
        accuracy_words(result.numbers, errors),
        *map(sanitize, result.reading.assumptions),
        *map(sanitize, result.numbers.notes),
        *(f"problem: {problem_text(problem, 'text')}" for problem in result.numbers.problems),
        *(line for study in result.numbers.studies for line in study_lines(study)),
    ]


def write_markdown(result: Result) -> str:
    """How it was read, a table with one row per derivative or term, and the remarks as a list."""
    lines = [f"`{cell(line)}`  " for line in reading_lines(result.reading, "text")]
    lines += [f"`{cell(line)}`  " for line in point_lines(result.reading)]
    if isinstance(result.value, float | int):
        lines.append(f"\nvalue: {write_number(result.value)}")
    if computed(result) and isinstance(result, Jacobian | Hessian) and isinstance(result.symbolic, Tree):
        lines.append(f"\n`{'H' if isinstance(result, Hessian) else 'J'} = {cell(str(matrix_texts(result)))}`")
    lines += ["", *(markdown_table(chain_table(result) if isinstance(result, Chain) else entry_table(result))), ""]
    lines += [f"- with `{cell(text)}`" for text in definition_texts(result, "text")]
    if isinstance(result, Hessian) and result.eigenvalues is not None:
        lines.append(f"- eigenvalues {', '.join(map(write_number, result.eigenvalues))}: {result.definiteness}")
    return "\n".join(lines + [f"- {cell(line)}" for line in remarks(result)])


def entry_table(result: Gradient | Jacobian | Hessian) -> Iterator[Sequence[str]]:
    """Header and rows: derivative, symbol, value and error where there are such."""
    some = list(entries(result))
    shown = (any(row[2] for row in some), computed(result), any(row[4] is not None for row in some))
    yield ("derivative", *pick(("symbol", "value", "error"), shown))
    squared = "²" if isinstance(result, Hessian) else ""
    for function, variable, text, number, error in some:
        below = f"∂{spell(function)}∂{spell(variable)}" if squared else f"∂{spell(variable)}"
        above = spell(result.reading.output if squared else function)
        yield (f"∂{squared}{above}/{below}", *pick((code(text), value_text(number), csv_value(error)), shown))


def pick(items: Iterable[str], shown: Sequence[bool]) -> list[str]:
    """The items that are shown."""
    return [item for item, wanted in zip(items, shown, strict=True) if wanted]


def code(text: str) -> str:
    """A text in the type of code, where it has any."""
    return f"`{text}`" if text else ""


def chain_table(result: Chain) -> Iterator[Sequence[str]]:
    """Header and rows: one per term, one per sum."""
    yield ("derivative", "through", "outer", "inner", *(("numbers", "product") if result.reading.at else ()))
    for name, terms in result.terms.items():
        label = f"∂{spell(result.output)}/∂{spell(name)}"
        for term in terms:
            texts = write_all((term.outer, term.inner), "text", result.reading.decimal)
            numbers = f"{value_text(term.outer_value)} · {value_text(term.inner_value)}"
            values = (numbers, value_text(term.product)) if result.reading.at else ()
            yield (label, spell(term.through), *map(code, texts), *values)
        total = write(result.totals[name], "text", result.reading.decimal)
        values = ("", f"**{value_text(part(result.total_values, name))}**") if result.reading.at else ()
        yield (label, "sum", code(total), "", *values)


def markdown_table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of cells as a table; the first is the header."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    width = lines[0].count(" | ") + 1
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def cell(text: str) -> str:
    """A text that no table takes apart."""
    return sanitize(text).replace("|", "\\|")


def write_latex(result: Result) -> str:
    """A fragment for a document with amsmath: function, point, derivatives, and layout, accuracy, problems in words."""
    from gradcli.render.latex import latex_fragment

    return latex_fragment(result)
