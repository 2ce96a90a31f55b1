"""Answers as tables for people: the only file that builds rich tables.

All text reaches rich as `Text`, never as markup, and is never cut: long cells fold. On a stream that is not UTF-8
boxes are ASCII and expressions are written as they are typed.
"""

from __future__ import annotations

import re

from gradcli.derive.results import Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import along_sides, computed, entries, matrix_texts
from gradcli.render.chinese.spoken import translated
from gradcli.render.diagnostics import encodable
from gradcli.render.drawing import in_columns
from gradcli.render.notation import write_all, write_number
from gradcli.render.page import FAINT, HEADING, MOST_ROWS, PROBLEM, SYMBOL, VALUE, Page
from gradcli.render.rich_parts import Console, Table, Text
from gradcli.render.words import (
    bound_text,
    layout_words,
    shape_text,
    stated_errors,
)
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.derive.results import Value
    from gradcli.render.words import Result
    from gradcli.rules.rule import Rule

    Row = Sequence[tuple[str, str]]


def print_result(result: Result, console: Console) -> None:
    """The whole picture of an answer: reading, layout in words, table, accuracy, problems, definitions."""
    page = Page(console)
    page.reading(result)
    if isinstance(result, Gradient):
        print_gradient(result, page)
    elif isinstance(result, Jacobian):
        print_jacobian(result, page)
    elif isinstance(result, Hessian):
        print_hessian(result, page)
    else:
        from gradcli.render.explain.chain import print_chain

        print_chain(result, page)
    page.remarks(result)


def print_gradient(result: Gradient, page: Page) -> None:
    """One row per variable; in numerator layout a row, where it fits."""
    name = f"gradient {'∇' if page.unicode else 'of '}{page.label(result.reading.output)}"
    for each in result.in_each_layout():
        page.heading(name, layout_words(each))
        row = gradient_row(each, page) if each.layout == "numerator" else None
        if row is None:
            show_gradient(each, page)
        else:
            page.show(row)
    print_along(result, page)


def show_gradient(result: Gradient, page: Page) -> None:
    """Derivative, symbol, value, error: the columns that there are."""
    some = list(entries(result, page.style))
    symbols, values = result.symbolic is not None, computed(result)
    errors = [number_errors(row[4], page) for row in some] if result.error is not None else []
    headers = ["", *(["symbol"] if symbols else []), *(["value"] if values else []), *(["error"] if errors else [])]
    numbers = in_columns([page.number(row[3]) for row in some])
    rows = []
    for place, (function, variable, text, value, _) in enumerate(some):
        row = [(page.partial(function, page.label(variable)), "")]
        row += [(text, SYMBOL)] if symbols else []
        row += [(numbers[place], PROBLEM if value is None else VALUE)] if values else []
        row += [(errors[place], "")] if errors else []
        rows.append(row)
    page.show_rows(headers, rows)


def number_errors(error: Value, page: Page) -> str:
    """`±1e-20`; for an array its largest."""
    largest = max(stated_errors(error), default=None)
    return page.missing if largest is None else f"±{bound_text(largest)}"


def gradient_row(result: Gradient, page: Page) -> Table | None:
    """The gradient as one row; None where it does not fit."""
    some = list(entries(result, page.style))
    cells = [[(row[2], page.number(row[3]) if computed(result) else "") for row in some]]
    labels = [page.label(result.reading.output)]
    return matrix_table(labels, [page.label(row[1]) for row in some], cells, page)


def matrix_table(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[tuple[str, str]]], page: Page
) -> Table | None:
    """Labelled rows and columns, in each cell symbol above value; None where it is wider than the page."""
    widths = [
        max(page.width(f"∂{column}"), *(max(page.width(symbol), len(value)) for symbol, value in cells_below))
        for column, cells_below in zip(columns, zip(*cells, strict=True), strict=True)
    ]
    width = sum(widths) + 3 * len(widths) + max(map(page.width, rows), default=0) + 5
    if width > page.console.width:
        return None
    both = any(symbol and value for row in cells for symbol, value in row)
    table = page.table("", *(f"∂{column}" for column in columns), lines=both)
    for label, row in zip(rows, cells, strict=True):
        table.add_row(page.text(f"∂{label}"), *(cell_text(symbol, value, page) for symbol, value in row))
    table.width = None
    return table


def cell_text(symbol: str, value: str, page: Page) -> Text:
    """Symbol above value; each alone where the other is missing."""
    style = PROBLEM if value == page.missing else VALUE
    shown = "" if symbol == value else symbol
    parts = [page.text(text, style) for text, style in ((shown, SYMBOL), (value, style)) if text]
    return Text("\n").join(parts)


def print_jacobian(result: Jacobian, page: Page) -> None:
    """The matrix in its layout; both side by side where they fit."""
    parts = result.in_each_layout()
    tables = [jacobian_table(part, page) for part in parts]
    width = sum(page.console.measure(table).maximum for table in tables if table) + 4
    if len(parts) > 1 and all(tables) and width <= page.console.width:
        for part in parts:
            jacobian_heading(part, page, len(parts) > 1)
        grid = Table.grid(padding=(0, 4, 0, 0))
        grid.add_row(*tables)
        page.show(grid)
    else:
        for part in parts:
            if part is not parts[0]:
                page.line()
            jacobian_heading(part, page, len(parts) > 1)
            print_matrix(part, page)
    print_along(result, page)


def matrix_cells(result: Jacobian | Hessian, page: Page) -> list[list[tuple[str, str]]]:
    """Symbol and value of every entry as texts; empty where there is none."""
    texts = matrix_texts(result, page.style)
    numbers = result.jacobian if isinstance(result, Jacobian) else result.hessian
    return [
        [
            (texts[i][j] if isinstance(texts, list) else "", page.number(numbers[i][j]) if numbers else "")
            for j in range(len(result.columns))
        ]
        for i in range(len(result.rows))
    ]


def jacobian_table(result: Jacobian, page: Page) -> Table | None:
    """The entries in rows and columns; None where they do not fit, and for a formula of the whole."""
    if isinstance(result.symbolic, Tree):
        return None
    rows, columns = list(map(page.label, result.rows)), list(map(page.label, result.columns))
    return matrix_table(rows, columns, matrix_cells(result, page), page)


def print_matrix(result: Jacobian | Hessian, page: Page) -> None:
    """A matrix table; one row per entry where that is too wide; the expression above it where it is one."""
    if isinstance(result.symbolic, Tree):
        print_formula(result, page)
        if not computed(result):
            return
    cells = matrix_cells(result, page)
    labels = list(map(page.label, result.rows)), list(map(page.label, result.columns))
    show_matrix(matrix_table(*labels, cells, page), result, page)
    if result.error is not None and result.numbers.accuracy != "estimated":
        page.line(f"largest error ±{bound_text(max(stated_errors(result.error), default=None))}", FAINT)


def show_matrix(table: Table | None, result: Jacobian | Hessian, page: Page) -> None:
    """The matrix where it fits, else its entries one below the other."""
    if table is None or len(table.rows) > MOST_ROWS:
        show_entries(result, page)
    else:
        page.show(table)


def show_entries(result: Jacobian | Hessian, page: Page) -> None:
    """One row per entry: for matrices that are wider than the page."""
    cells = [cell for row in matrix_cells(result, page) for cell in row]
    pairs = [result.names_of(i, j) for i in range(len(result.rows)) for j in range(len(result.columns))]
    values = in_columns([value for _, value in cells])
    some = [any(symbol for symbol, _ in cells), any(values)]
    headers = ("", *(["symbol"] if some[0] else []), *(["value"] if some[1] else []))
    rows = []
    for pair, (symbol, value), aligned in zip(pairs, cells, values, strict=True):
        row = [(pair_label(result, *pair, page), "")]
        row += [(symbol, SYMBOL)] if some[0] else []
        row += [(aligned, PROBLEM if value == page.missing else VALUE)] if some[1] else []
        rows.append(row)
    page.show_rows(headers, rows)


def entry_label(result: Jacobian | Hessian, row: str, column: str, page: Page) -> str:
    """`∂f1/∂x1`, in either layout; `∂²f/∂x1∂x2`."""
    turned = isinstance(result, Jacobian) and result.layout == "denominator"
    return pair_label(result, column, row, page) if turned else pair_label(result, row, column, page)


def print_hessian(result: Hessian, page: Page) -> None:
    """The matrix, its eigenvalues, and what they say."""
    name = page.label(result.reading.output)
    page.heading(f"Hessian ∇²{name}" if page.unicode else f"Hessian of {name}", layout_words(result))
    print_matrix(result, page)
    if result.eigenvalues is not None:
        page.line(f"eigenvalues: {', '.join(map(write_number, result.eigenvalues))}")
    if result.definiteness is not None:
        page.line(f"definiteness: {result.definiteness}", VALUE)
    print_along(result, page)


def print_along(result: Gradient | Jacobian | Hessian, page: Page) -> None:
    """The derivative along a direction, where one was asked for."""
    if result.along is None:
        return
    direction = ", ".join(f"{page.label(name)}: {page.number(value)}" for name, value in result.along.items())
    order = "second derivative" if isinstance(result, Hessian) else "derivative"
    page.line(f"{order} along ({direction}):", HEADING)
    for label, *sides in along_sides(result, page.style):
        page.line(" = ".join([f"  D{page.label(label)}", *sides]))


def print_rows(
    names: Sequence[str],
    first: Sequence[Sequence[str]],
    last: Sequence[Sequence[str]],
    count: int,
    console: Console,
) -> None:
    """The first and the last of `count` rows, a problem in the last cell; a line of dots where some are left out."""
    page = Page(console)
    trouble = any(row[-1] for row in (*first, *last))
    width = len(names) if trouble else len(names) - 1

    def styled(row: Sequence[str]) -> list[tuple[str, str]]:
        return [(cell, PROBLEM if i == len(names) - 1 else VALUE) for i, cell in enumerate(row[:width])]

    rows = [styled(row) for row in first]
    if len(first) + len(last) < count:
        rows.append([("…" if encodable("…", page.console.encoding) else "...", FAINT)] * width)
    page.show_rows(tuple(names[:width]), [*rows, *map(styled, last)])


def print_functions(rules: Iterable[Rule], console: Console) -> None:
    """What the language knows: each function with its meaning and its derivative by each argument, group by group."""
    page = Page(console)
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.group, []).append(rule)
    for place, (group, members) in enumerate(groups.items()):
        if place:
            page.line()
        if group:
            page.line(group, HEADING)
        headers = tuple(map(translated, ("function", "meaning", "derivative")))
        page.show_rows(headers, [function_row(rule) for rule in members])


def function_row(rule: Rule) -> list[tuple[str, str]]:
    """Name with arguments and other names; meaning; one derivative per argument."""
    more = ", ..." if rule.variadic else ""
    also = "\n" + translated(f"also {', '.join(rule.aliases)}") if rule.aliases else ""
    call = f"{rule.name}({', '.join(rule.args)}{more})"
    partials = [
        translated(("" if len(rule.args) == 1 else f"by {name}: ") + re.sub(r"\bout\b", call, partial))
        for name, partial in zip(rule.args, rule.partials, strict=False)
        if partial is not None
    ]
    return [
        (call + also, VALUE),
        (translated(rule.about), ""),
        ("\n".join(partials) or translated("none" if rule.partials else "a rule for arrays"), SYMBOL),
    ]


def jacobian_heading(result: Jacobian, page: Page, both: bool) -> None:
    """`Jacobian J — numerator layout, shape (2, 3): …`; beside it J transposed."""
    other = "Jacobian Jᵀ" if page.unicode else "Jacobian J'"
    page.heading(other if both and result.layout == "denominator" else "Jacobian J", layout_words(result))


def print_formula(result: Jacobian | Hessian, page: Page) -> None:
    """The formula of the whole matrix; by several arrays its blocks, with their shapes."""
    if not result.blocks:
        page.line(str(matrix_texts(result, page.style)), SYMBOL)
        return
    texts = write_all([block.symbolic for block in result.blocks], page.style, result.reading.decimal)
    rows = [
        [(entry_label(result, b.row, b.column, page), ""), (text, SYMBOL), (shape_text(b.shape), "")]
        for b, text in zip(result.blocks, texts, strict=True)
    ]
    page.show_rows(("block", "symbol", "shape"), rows)


def pair_label(result: Jacobian | Hessian, function: str, variable: str, page: Page) -> str:
    """`∂f1/∂x1`; `∂²f/∂x1∂x2`."""
    if isinstance(result, Hessian):
        return page.partial(result.reading.output, f"{page.label(function)}∂{page.label(variable)}", "²")
    return page.partial(function, page.label(variable))
